"""How a field is spelled in a SQLAlchemy or SQLModel class."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastarch.plan.columns import (
    Check,
    checks,
    constraint_name,
    default,
    fitting,
    length,
    precision,
    python_type,
    server_default,
    sql_type,
)  # fmt: skip
from fastarch.plan.literals import factory, quoted, sql_text
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.resource import Field, Index

Optional = Callable[[str], str]
# Types that SQLAlchemy finds by the annotation alone.
_BY_ANNOTATION = frozenset({"int", "bool", "date", "time", "uuid"})
_BY_SQLMODEL = frozenset(
    {"str", "email", "url", "int", "bool", "date", "time", "uuid", "bytes", "decimal"}
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One line of a model's body: ``name: annotation = value``."""

    name: str
    annotation: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Accent:
    """How the app's models write a column.

    Args:
        spelling: ``mapped_column``, ``column`` (without annotations) or ``sqlmodel``.
        convention: The metadata has a naming convention.
        dataclass: Models are dataclasses.
        on_delete: SQLModel's ``Field`` takes ``ondelete``, which came with 0.0.21.
    """

    spelling: str
    table: str
    convention: bool
    dataclass: bool
    optional: Optional
    on_delete: bool = True


def column(resource: Name, field: Field, accent: Accent, *, indexed: bool) -> Attribute:
    """The column of a field.

    Args:
        indexed: It has an index of its own.
    """
    if accent.spelling == "sqlmodel":
        return _sqlmodel(resource, field, accent, indexed=indexed)
    constraint = constraint_name(accent.table, field.name, convention=accent.convention)
    arguments: list[str] = []
    if accent.spelling == "column" or field.type not in _BY_ANNOTATION:
        arguments.append(sql_type(resource, field, constraint=constraint).removesuffix("()"))
    keywords = [*_defaults(resource, field, accent), *_keys(field, accent, indexed=indexed)]
    annotation = None
    if accent.spelling == "column":
        keywords.append(f"nullable={field.null}")
    else:
        plain = python_type(resource, field)
        annotation = f"Mapped[{accent.optional(plain) if field.null and plain != 'Any' else plain}]"
        if plain == "Any":
            keywords.append(f"nullable={field.null}")
    if field.doc:
        keywords.append(f"doc={quoted(field.doc)}")
    if accent.dataclass and field.null and field.default is None:
        keywords.append("default=None")
    call = "Column" if accent.spelling == "column" else "mapped_column"
    return Attribute(field.name, annotation, f"{call}({', '.join([*arguments, *keywords])})")


def reference(
    name: str,
    target: str,
    type_: str,
    accent: Accent,
    *,
    null: bool,
    unique: bool,
    index: bool,
    on_delete: str,
) -> Attribute:
    """A foreign key's column."""
    ondelete = on_delete.replace("_", " ").upper()
    keys = (["unique=True"] if unique else []) + (
        ["index=True"] if index or (unique and not accent.convention) else []
    )
    if accent.spelling == "sqlmodel":
        words = [f'foreign_key="{target}"', f'ondelete="{ondelete}"', *keys]
        if not accent.on_delete:
            words = [*keys, f'sa_column_args=(ForeignKey("{target}", ondelete="{ondelete}"),)']
        if null:
            words.insert(0, "default=None")
        return Attribute(
            name, accent.optional(type_) if null else type_, f"Field({', '.join(words)})"
        )
    foreign = f'ForeignKey("{target}", ondelete="{ondelete}")'
    if accent.spelling == "column":
        return Attribute(name, None, f"Column({', '.join([foreign, *keys, f'nullable={null}'])})")
    if accent.dataclass and null:
        keys.append("default=None")
    annotation = f"Mapped[{accent.optional(type_) if null else type_}]"
    return Attribute(name, annotation, f"mapped_column({', '.join([foreign, *keys])})")


def primary_key(id_type: str, accent: Accent) -> Attribute:
    """The primary key's column."""
    made = id_type == "UUID"
    if accent.spelling == "sqlmodel":
        if made:
            return Attribute("id", "UUID", "Field(default_factory=uuid4, primary_key=True)")
        return Attribute("id", accent.optional("int"), "Field(default=None, primary_key=True)")
    if accent.spelling == "column":
        return Attribute(
            "id",
            None,
            "Column(Uuid, primary_key=True, default=uuid4)"
            if made
            else "Column(Integer, primary_key=True)",
        )
    words = ["primary_key=True"]
    if accent.dataclass:
        words += ["init=False", *(["default_factory=uuid4"] if made else [])]
    elif made:
        words.append("default=uuid4")
    return Attribute("id", f"Mapped[{id_type}]", f"mapped_column({', '.join(words)})")


def timestamp(name: str, accent: Accent, *, updated: bool = False, null: bool = False) -> Attribute:
    """``created_at``, ``updated_at`` or ``deleted_at``."""
    type_ = accent.optional("datetime") if null else "datetime"
    if accent.spelling == "sqlmodel":
        words = ["default=None" if null else "default_factory=utc_now", "sa_type=UTCDateTime"]
        if updated:
            words.append('sa_column_kwargs={"onupdate": utc_now}')
        return Attribute(name, type_, f"Field({', '.join(words)})")
    words = ["UTCDateTime"]
    if accent.dataclass and accent.spelling != "column":
        words += ["init=False", "default=None" if null else "default_factory=utc_now"]
    elif not null:
        words.append("default=utc_now")
    if updated:
        words.append("onupdate=utc_now")
    if accent.spelling == "column":
        return Attribute(name, None, f"Column({', '.join([*words, f'nullable={null}'])})")
    return Attribute(name, f"Mapped[{type_}]", f"mapped_column({', '.join(words)})")


def table_arguments(
    fields: Sequence[Field], indexes: Sequence[Index], columns: dict[str, str], accent: Accent
) -> list[str]:
    """Checks and indexes over several columns.

    Args:
        columns: Column names by field name.
    """
    found = [_check(check, accent) for field in fields for check in checks(field)]
    return found + [index_argument(index, columns, accent) for index in indexes]


def _check(check: Check, accent: Accent) -> str:
    name = constraint_name(accent.table, check.name, convention=accent.convention)
    return f'CheckConstraint({sql_text(check.sql)}, name="{name}")'


def index_argument(index: Index, columns: dict[str, str], accent: Accent) -> str:
    """An index or a unique constraint over several columns."""
    names = [columns[name] for name in index.fields]
    quoted_names = ", ".join(f'"{name}"' for name in names)
    name = index_name(index, names, accent.table)
    unique = ", unique=True" if index.unique else ""
    return f'Index("{name}", {quoted_names}{unique})'


def index_name(index: Index, columns: Sequence[str], table: str) -> str:
    """What an index over several columns is called."""
    plain = f"{'uq' if index.unique else 'ix'}_{table}_{'_'.join(columns)}"
    return index.name or fitting(plain)


def _defaults(resource: Name, field: Field, accent: Accent) -> list[str]:
    words = []
    made = factory(field)
    plain = default(resource, field) if made is None else None
    if made is not None:
        words.append(f"{'default_factory' if accent.dataclass else 'default'}={made}")
    elif plain is not None:
        words.append(f"default={plain}")
    server = server_default(field)
    if server is not None:
        words.append(f"server_default={server}")
    return words


def _keys(field: Field, accent: Accent, *, indexed: bool) -> list[str]:
    words = ["unique=True"] if field.unique else []
    # Without a naming convention, the unique index is what gives the constraint a name.
    if indexed or (field.unique and not accent.convention):
        words.append("index=True")
    return words


def _sqlmodel(resource: Name, field: Field, accent: Accent, *, indexed: bool) -> Attribute:
    plain = python_type(resource, field)
    annotation = accent.optional(plain) if field.null and plain != "Any" else plain
    made = factory(field)
    value = default(resource, field) if made is None else None
    words = []
    if made is not None:
        words.append(f"default_factory={made}")
    elif value is not None:
        words.append(f"default={value}")
    elif field.null:
        words.append("default=None")
    if field.type in {"enum", "json", "list"} or server_default(field) is not None:
        constraint = constraint_name(accent.table, field.name, convention=accent.convention)
        arguments = [
            sql_type(resource, field, constraint=constraint).removesuffix("()"),
            f"nullable={field.null}",
        ]
        server = server_default(field)
        arguments += [f"server_default={server}"] if server else []
        arguments += _keys(field, accent, indexed=indexed)
        words.append(f"sa_column=Column({', '.join(arguments)})")
        return Attribute(field.name, annotation, f"Field({', '.join(words)})")
    if field.type in {"str", "email", "url"}:
        words.append(f"max_length={length(field)}")
    elif field.type == "decimal":
        digits, scale = precision(field)
        words.append(f"max_digits={digits}, decimal_places={scale}")
    elif field.type not in _BY_SQLMODEL:
        words.append(f"sa_type={sql_type(resource, field, constraint='').removesuffix('()')}")
    words += _keys(field, accent, indexed=indexed)
    return Attribute(field.name, annotation, f"Field({', '.join(words)})")
