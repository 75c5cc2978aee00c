"""The tables of a resource, as a migration writes them: the same constructs as the models'."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from fastarch.discover.profile import AppProfile
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.columns import checks, constraint_name, fitting, migration_type, server_default
from fastarch.plan.literals import sql_text
from fastarch.plan.model_words import Accent, index_argument
from fastarch.plan.own_indexes import is_indexed, table_indexes
from fastarch.plan.places import spell
from fastarch.plan.relations import association
from fastarch.plan.targets import require_model
from fastarch.plan.vocabulary import Options, Target, class_name, has_timestamps, id_type_of
from fastarch.records import dataclass
from fastarch.spec.resource import Field, Relation, Resource

_TYPES: Mapping[str, str] = {
    "int": "sa.Integer()", "uuid": "sa.Uuid()", "str": "sa.String()", "UUID": "sa.Uuid()",
}  # fmt: skip
_MOMENT = "sa.DateTime(timezone=True)"
# What a column that refers to a key has to say as the key does.
_SIZED = {
    "str": re.compile(r"sa\.String\([^)]*\)"),
    "int": re.compile(
        r'sa\.(?:Big|Small)Integer\(\)(?:\.with_variant\(sa\.\w+\(\)(?:, "\w+")+\))*'
    ),
}
_SQL_WORD = re.compile(r"(true|false|text|func)\b")


@dataclass(frozen=True, slots=True)
class LateKey:
    """A foreign key that closes a circle of tables, and so has a name of its own."""

    name: str
    column: str
    target: str
    target_column: str
    on_delete: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, and what is in it as arguments of ``op.create_table``.

    Args:
        name: The table.
        items: Columns, constraints and indexes.
        association: It is one of an m2m.
        sides: The columns of an association table.
        late: Foreign keys to tables that come later; SQLite takes them at once.
    """

    name: str
    items: tuple[str, ...]
    association: bool = False
    sides: tuple[str, ...] = ()
    late: tuple[LateKey, ...] = ()


def table_name(resource: Resource, profile: AppProfile) -> str:
    """The table's name: the app's own way, unless the spec says one."""
    return resource.table or spell(profile.style.table, resource.name)


def tables_of(
    resource: Resource,
    siblings: Mapping[str, Resource],
    profile: AppProfile,
    later: Collection[str] = (),
) -> Iterator[Table]:
    """The resource's own table, then its association tables.

    Args:
        resource: The resource.
        siblings: Resources of the same plan, by their plural.
        profile: The app.
        later: Plurals of those whose tables are created after this one.

    Raises:
        UsageError: a relation refers to what is not there.
        NotUnderstoodError: the app's base class gives a column that cannot be read.
    """
    table = table_name(resource, profile)
    targets = {
        relation.name: target_of(resource, relation, siblings, profile)
        for relation in resource.relations
    }
    late = {
        relation.column: _late(table, relation, targets[relation.name])
        for relation in resource.relations
        if relation.kind == "ref" and relation.target.many in later
    }
    columns = _columns(resource, table, targets, profile, late)
    items = (*columns, *_arguments(resource, table, profile))
    yield Table(table, items, late=tuple(late.values()))
    shared = {"table": table, "id_type": id_type_of(resource, profile, Options())}
    for relation in resource.relations:
        if relation.kind == "m2m":
            words = association(resource, relation, targets[relation.name], shared)
            items = tuple(_sides(words, profile))
            sides = (words["left"], words["right"])
            yield Table(words["name"], items, association=True, sides=sides)


def _columns(
    resource: Resource,
    table: str,
    targets: Mapping[str, Target],
    profile: AppProfile,
    late: Mapping[str, LateKey],
) -> Iterator[str]:
    """The columns: the key, the fields, then what the app keeps for each row."""
    given = inherited_columns(profile)
    if "id" not in given:
        kind = _TYPES[id_type_of(resource, profile, Options())]
        yield f'sa.Column("id", {kind}, primary_key=True)'
    else:
        yield given.pop("id")
    convention = has_convention(profile)
    for field in resource.fields:
        if isinstance(field, Field):
            indexed = is_indexed(resource, field)
            yield _column(field, table, convention=convention, indexed=indexed)
        elif field.kind == "ref":
            key = late.get(field.column)
            target = targets[field.name]
            kind = key_type(target.id_type, profile, target.id_sql)
            keys = _keys(
                unique=field.unique, indexed=is_indexed(resource, field), convention=convention
            )
            yield _reference(field, targets[field.name], key, kind, keys)
    if has_timestamps(resource, profile, Options()):
        for name in ("created_at", "updated_at"):
            if name not in given:
                yield f'sa.Column("{name}", {_MOMENT}, nullable=False)'
    if resource.soft_delete and "deleted_at" not in given:
        yield f'sa.Column("deleted_at", {_MOMENT}, nullable=True)'
    yield from given.values()


def inherited_columns(profile: AppProfile) -> dict[str, str]:
    """What the base class and its mixins give, as read from them."""
    base = profile.orm.base
    if base is None:
        return {}
    known = dict(base.columns)
    unread = [name for name in base.provides if name not in known]
    if unread:
        message = f"The type of {base.symbol.name}.{unread[0]} could not be read for the migration."
        hint = "leave the migration out with --no-migration, and let Alembic autogenerate it"
        at = base.symbol.at
        raise NotUnderstoodError(Problem(message, file=at.file, line=at.line, hint=hint))
    return {name: known[name] for name in base.provides}


def _column(field: Field, table: str, *, convention: bool, indexed: bool) -> str:
    constraint = constraint_name(table, field.name, convention=convention)
    words = [migration_type(field, constraint=constraint), f"nullable={field.null}"]
    default = migration_default(field)
    if default is not None:
        words.append(f"server_default={default}")
    words += _keys(unique=field.unique, indexed=indexed, convention=convention)
    return f'sa.Column("{field.name}", {", ".join(words)})'


def migration_default(field: Field) -> str | None:
    """A server-side default as a migration writes it."""
    default = server_default(field)
    if default is None:
        return None
    return f"sa.{default}" if _SQL_WORD.match(default) else default


def _late(table: str, relation: Relation, target: Target) -> LateKey:
    name = late_key_name(table, relation)
    return LateKey(name, relation.column, target.table, target.key, _on_delete(relation))


def late_key_name(table: str, relation: Relation) -> str:
    """What a foreign key that closes a circle is called."""
    return fitting(f"fk_{table}_{relation.column}")


def _on_delete(relation: Relation) -> str:
    return relation.on_delete.replace("_", " ").upper()


def _reference(
    relation: Relation, target: Target, late: LateKey | None, kind: str, keys: Sequence[str]
) -> str:
    foreign = f'"{target.table}.{target.key}", ondelete="{_on_delete(relation)}"'
    if late is not None:
        foreign += f', name="{late.name}", use_alter=True'
    words = [
        kind,
        f"sa.ForeignKey({foreign})",
        f"nullable={relation.null}",
        *keys,
    ]
    return f'sa.Column("{relation.column}", {", ".join(words)})'


def _keys(*, unique: bool, indexed: bool, convention: bool) -> list[str]:
    words = ["unique=True"] if unique else []
    # Without a naming convention, models name a unique constraint by making it a unique index.
    if indexed or (unique and not convention):
        words.append("index=True")
    return words


def _arguments(resource: Resource, table: str, profile: AppProfile) -> Iterator[str]:
    """Checks, and indexes over several columns."""
    convention = has_convention(profile)
    for field in resource.columns:
        for check in checks(field):
            name = constraint_name(table, check.name, convention=convention)
            yield f'sa.CheckConstraint({sql_text(check.sql)}, name="{name}")'
    names = {"id": "id"}
    for item in resource.fields:
        names[item.name] = item.name if isinstance(item, Field) else item.column
        if isinstance(item, Relation):
            names[item.column] = item.column
    accent = Accent("mapped_column", table, convention, dataclass=False, optional=str)
    for index in table_indexes(resource):
        yield f"sa.{index_argument(index, names, accent)}"


def key_type(kind: str, profile: AppProfile, own: str | None = None) -> str:
    """The type of a key, with the length or size that the model or the base class gives it.

    Args:
        own: What the model itself says.
    """
    if kind == "int" and profile.orm.kind == "sqlmodel":
        return _TYPES[kind]  # Its columns go by the annotation.
    base = profile.orm.base
    given = own or (dict(base.columns).get("id", "") if base is not None else "")
    match = _SIZED[kind].search(given) if kind in _SIZED else None
    return match[0] if match else _TYPES[kind]


def _sides(words: Mapping[str, str], profile: AppProfile) -> Iterator[str]:
    for side, indexed in (("left", ""), ("right", ", index=True")):
        kind = key_type(words[f"{side}_type"], profile, words.get(f"{side}_sql"))
        foreign = f'sa.ForeignKey("{words[f"{side}_target"]}", ondelete="CASCADE")'
        yield f'sa.Column("{words[side]}", {kind}, {foreign}, primary_key=True{indexed})'


def has_convention(profile: AppProfile) -> bool:
    """Whether the app's metadata has a naming convention."""
    return profile.orm.base is not None and profile.orm.base.naming_convention


def target_of(
    resource: Resource, relation: Relation, siblings: Mapping[str, Resource], profile: AppProfile
) -> Target:
    """The table and the key that a relation refers to."""
    other = siblings.get(relation.target.many)
    if other is None and relation.target.many == resource.name.many:
        other = resource
    if other is not None:
        return Target(
            other.name,
            class_name(other, profile),
            "",
            table_name(other, profile),
            id_type=id_type_of(other, profile, Options()),
            self_reference=other.name == resource.name,
        )
    model = require_model(profile, resource, relation)
    return Target(
        relation.target,
        model.symbol.name,
        model.symbol.module,
        model.table,
        model.id_name or "id",
        model.id_type or "int",
        id_column=model.id_column,
        id_sql=model.id_sql,
    )
