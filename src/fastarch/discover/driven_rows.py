"""What rows a test may make up: those that a SQLite database takes and the answer can show."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from fastarch.discover.advice_queries import relationships
from fastarch.discover.advice_relations import called_columns
from fastarch.discover.annotations import unwrap
from fastarch.discover.columns import lineage
from fastarch.discover.driven_answer import Answer, fields
from fastarch.discover.driven_query import Asked
from fastarch.discover.driven_tables import ENOUGH, Tables
from fastarch.discover.frames import Read
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import dotted
from fastarch.discover.profile import AppProfile
from fastarch.discover.queries import refusal
from fastarch.discover.row_columns import columns_of
from fastarch.discover.table import ColumnFacts
from fastarch.discover.trail import Site
from fastarch.records import dataclass

# By the type of a schema's field, the columns that it shows as they are.
_SHOWN = {
    "str": {"str", "text", "email", "url"}, "int": {"int", "bigint"},
    "float": {"float", "int", "bigint", "decimal"}, "Decimal": {"decimal", "int", "float"},
    "bool": {"bool"}, "date": {"date"}, "time": {"time"}, "datetime": {"datetime"},
    "NaiveDatetime": {"datetime"}, "UUID": {"uuid"}, "EmailStr": {"str", "text", "email"},
    "HttpUrl": {"str", "text", "url"}, "AnyHttpUrl": {"str", "text", "url"},
}  # fmt: skip
_TEXTS = {
    "EmailStr": 'f"row{number}@example.com"', "HttpUrl": 'f"https://example.com/{number}"',
    "AnyHttpUrl": 'f"https://example.com/{number}"',
}  # fmt: skip
_CHECKED = frozenset({
    "field_validator", "validator", "model_validator", "root_validator", "computed_field",
    "field_serializer", "model_serializer",
})  # fmt: skip
_LIMITS = {"ge": 1, "gt": 0}
_TELLING = frozenset({
    "description", "title", "examples", "example", "default", "json_schema_extra",
    "default_factory",
    "primary_key", "foreign_key", "index", "unique", "nullable", "sa_column", "sa_column_kwargs",
    "sa_type", "max_digits", "decimal_places", "ondelete", "deprecated", "frozen", "repr",
})  # fmt: skip
_LAZY = frozenset({"joined", "selectin", "immediate", "subquery", False})


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """What rows of a collection have to be.

    Args:
        values: By attribute, a value that is not just any of its type.
        present: Attributes that may not be empty.
        filled: Foreign keys, by attribute, that may be empty and must not.
        whole: All tables have to be there, not only those that rows refer to.
        lazy: Rows load others one by one.
        loaded: The model itself says that others are loaded with it.
        known: Attributes that a value can be made up for.
    """

    values: Mapping[str, str]
    present: frozenset[str]
    filled: tuple[str, ...]
    whole: bool
    lazy: bool
    loaded: bool
    known: frozenset[str]

    def is_made(self, column: ColumnFacts) -> bool:
        """Whether a value of a column can be made up."""
        return column.name in self.known


def read_rows(
    index: ModuleIndex,
    profile: AppProfile,
    model: Definition,
    columns: Mapping[str, ColumnFacts],
    site: Site,
    answer: Answer,
    query: Asked,
) -> Made:
    """Read what rows have to be.

    Raises:
        NotUnderstoodError: None can be made up that are surely taken and shown.
    """
    tables = Tables(index, profile, site, frozenset(query.pinned))
    reader = _Reader(index, profile, site, query, tables, {}, set(), set())
    tables.require_tables(model, ())
    if answer.schema is not None and answer.schema.node is not model.node:
        reader.schema(answer.schema, model, columns, 0)
    elif answer.schema is None:
        reader.by_hand(answer, model)
        reader.present.update(columns)
    links = relationships(index, model)
    loaded = any(_is_eager(call) for call, _ in links.values())
    eager = [read for read in site.facts.options if called_columns(ast.unparse(read.node))]
    whole = bool(loaded or eager or site.facts.joins or reader.related)
    if whole:
        tables.require_all()
    lazy = [name for name in reader.related if not _is_loaded(name, links[name][0], eager)]
    if lazy and site.awaited:
        raise refusal(site.read, f"It shows {lazy[0]}, which an asynchronous session cannot load.")
    filled = [
        name
        for name, column in columns.items()
        if column.foreign is not None
        and column.null
        and (name in reader.present or name in query.present)
    ]
    for name in filled:
        tables.require_parent(model, columns[name], (model.dotted,))
    known = frozenset(name for name, column in columns.items() if tables.is_made(column))
    unknown = [
        name for name in reader.present - known if columns[name].null and not columns[name].foreign
    ]
    if unknown and answer.schema is not None:
        raise refusal(site.read, f"No value of {model.name}.{unknown[0]} is known.")
    present = frozenset(reader.present)
    return Made(reader.values, present, tuple(filled), whole, bool(lazy), loaded, known)


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    index: ModuleIndex
    profile: AppProfile
    site: Site
    query: Asked
    tables: Tables
    values: dict[str, str]
    present: set[str]
    related: set[str]

    def refuse(self, message: str) -> Exception:
        return refusal(self.site.read, message)

    # --- what answers show

    def schema(
        self,
        schema: Definition,
        model: Definition,
        columns: Mapping[str, ColumnFacts],
        depth: int,
    ) -> None:
        """Refuse what a schema may not take of a row that is made up."""
        self.require_unchecked(schema)
        links = relationships(self.index, model)
        for name, owner, annotation, value in fields(self.index, schema):
            if "Annotated[" in ast.unparse(annotation) or "con" in _leading(annotation):
                raise self.refuse(f"{schema.name}.{name} takes some values alone.")
            self.require_unlimited(schema, name, value)
            said = unwrap(self.index, owner.module, annotation)
            if name in columns:
                self.field(schema, columns[name], said.node, null=said.null, depth=depth)
            elif name in links:
                if depth == 0:
                    self.related.add(name)
                self.relation(schema, model, name, owner, annotation, depth)
            elif value is None or name in _attributes(self.index, model):
                raise self.refuse(f"{schema.name}.{name} is no column.")

    def field(
        self,
        schema: Definition,
        column: ColumnFacts,
        node: ast.expr | None,
        *,
        null: bool,
        depth: int,
    ) -> None:
        word = dotted(node).rpartition(".")[2]
        kind = column.type.kind if column.type is not None else None
        if column.null and not null and word != "Any":
            if depth == 0:
                self.present.add(column.name)
            elif column.foreign is not None:
                raise self.refuse(f"{schema.name}.{column.name} may not be empty.")
        if column.foreign is not None and kind is None:
            fits = word in {"int", "str", "UUID", "Any"}
        else:
            fits = (
                word == "Any"
                or kind in _SHOWN.get(word, ())
                or (kind == "enum" and word not in _SHOWN and bool(word) and word != "Literal")
            )
        if not fits:
            raise self.refuse(f"{schema.name}.{column.name} is of another type than the column.")
        if word in _TEXTS:
            if depth or column.type is None or (column.type.max_length or ENOUGH) < ENOUGH:
                raise self.refuse(f"{schema.name}.{column.name} takes some values alone.")
            self.values[column.name] = _TEXTS[word]

    def relation(
        self,
        schema: Definition,
        model: Definition,
        name: str,
        owner: Definition,
        annotation: ast.expr,
        depth: int,
    ) -> None:
        """A row that another row shows; lists of them are empty."""
        said = unwrap(self.index, owner.module, annotation)
        if isinstance(said.node, ast.Subscript):
            return
        inner = self.index.resolve(said.module, dotted(said.node) or "-")
        columns = columns_of(self.index, model, self.profile)
        foreign = columns.get(f"{name}_id")
        if inner is None or foreign is None or foreign.foreign is None or depth > 1:
            raise self.refuse(f"It is not known what {schema.name}.{name} shows.")
        if foreign.null and said.null and f"{name}_id" not in self.query.present:
            if depth == 0 and foreign.name not in self.present:
                return
        elif foreign.null and depth == 0:
            self.present.add(foreign.name)
        elif foreign.null and not said.null:
            raise self.refuse(f"{schema.name}.{name} may not be empty.")
        parent = self.tables.require_target(foreign)
        self.schema(inner, parent, columns_of(self.index, parent, self.profile), depth + 1)

    def require_unchecked(self, schema: Definition) -> None:
        for current in lineage(self.index, schema):
            for part in getattr(current.node, "body", ()):
                for one in getattr(part, "decorator_list", ()):
                    word = dotted(one.func if isinstance(one, ast.Call) else one)
                    if word.rpartition(".")[2] in _CHECKED:
                        raise self.refuse(f"{schema.name} checks or computes values itself.")

    def require_unlimited(self, schema: Definition, name: str, value: ast.expr | None) -> None:
        for word in value.keywords if isinstance(value, ast.Call) else ():
            limit = getattr(word.value, "value", None)
            if word.arg in _TELLING or (
                word.arg == "max_length" and isinstance(limit, int) and limit >= ENOUGH
            ):
                continue
            if word.arg == "min_length" and isinstance(limit, int) and limit <= 1:
                continue
            if word.arg in _LIMITS and isinstance(limit, int) and limit <= _LIMITS[word.arg]:
                continue
            raise self.refuse(f"{schema.name}.{name} takes some values alone.")

    def by_hand(self, answer: Answer, model: Definition) -> None:
        """Note what rows an item is made of besides its own."""
        links = relationships(self.index, model)
        for item in answer.by_hand:
            for node in ast.walk(item):
                if isinstance(node, ast.Attribute) and node.attr in links:
                    self.related.add(node.attr)


def _is_eager(call: ast.Call) -> bool:
    return any(
        word.arg == "lazy" and isinstance(word.value, ast.Constant) and word.value.value in _LAZY
        for word in ast.walk(call)
        if isinstance(word, ast.keyword)
    ) or "lazy" in ast.unparse(call).replace("lazy='select'", "")


def _is_loaded(name: str, call: ast.Call, eager: list[Read]) -> bool:
    """Whether a relationship comes with the rows."""
    texts = [ast.unparse(read.node) for read in eager]
    return _is_eager(call) or any(re.search(rf"\b{name}\b", text) for text in texts)


def _leading(annotation: ast.expr) -> str:
    """The name of a call in an annotation: ``constr(…)``."""
    return " ".join(
        dotted(node.func) for node in ast.walk(annotation) if isinstance(node, ast.Call)
    )


def _attributes(index: ModuleIndex, model: Definition) -> set[str]:
    """Everything that a model's class has."""
    found = set()
    for current in lineage(index, model):
        for part in getattr(current.node, "body", ()):
            found |= {getattr(part, "name", "")}
            targets = part.targets if isinstance(part, ast.Assign) else []
            found |= {dotted(target) for target in targets}
            found |= {dotted(part.target)} if isinstance(part, ast.AnnAssign) else set()
    return found
