"""Tables that a test can make in SQLite, and rows that these take."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from fastarch.discover.columns import all_columns, lineage
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import dotted
from fastarch.discover.ordering import keys_of
from fastarch.discover.profile import AppProfile
from fastarch.discover.queries import refusal
from fastarch.discover.row_columns import columns_of
from fastarch.discover.table import ColumnFacts
from fastarch.discover.trail import Site
from fastarch.errors import NotUnderstoodError
from fastarch.records import dataclass

_MADE = frozenset({
    "str", "text", "int", "bigint", "float", "decimal", "bool", "date", "time", "datetime",
    "uuid", "enum", "email", "url", "json", "bytes",
})  # fmt: skip
_KEYS = frozenset({"int", "bigint", "uuid", "str", "text"})
_SQL_DEFAULT = re.compile(
    r"(?:sa\.|sqlalchemy\.)?(?:sql\.)?(?:func\.(?:now|current_timestamp|current_date|current_time)"
    r"\(\)|(?:expression\.)?(?:true|false)\(\)"
    r"|text\('(?:CURRENT_TIMESTAMP|true|false|TRUE|FALSE|-?\d+(?:\.\d+)?|\'[\w -]*\')'\)"
    r"|text\(\"'[\w {}\[\]-]*'\"\)|'[^']*')"
)
_NO_SQLITE = re.compile(
    r"\b(?:polymorphic_\w+|ForeignKeyConstraint|CheckConstraint|FetchedValue)\b"
)
ENOUGH = 20
"""Any text that is made up has fewer characters."""
_DIGITS = 8
"""So many of its last characters tell one text from another."""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The tables behind a query.

    Args:
        pinned: Attributes of the rows' model that have a certain value.
    """

    index: ModuleIndex
    profile: AppProfile
    site: Site
    pinned: frozenset[str]

    def refuse(self, message: str) -> NotUnderstoodError:
        """Why no rows can be made up."""
        return refusal(self.site.read, message)

    def require_tables(self, model: Definition, around: tuple[str, ...]) -> None:
        """Refuse a model whose rows, or those that they need, a test cannot make."""
        if model.dotted in around:
            raise self.refuse(f"Rows of {model.name} need others of the same kind first.")
        self.require_sqlite(model)
        columns = columns_of(self.index, model, self.profile)
        for column in columns.values():
            if column.foreign is not None:
                if not column.null:
                    self.require_parent(model, column, (*around, model.dotted))
                else:
                    self.require_target(column)
            elif not self.is_made(column) and (column.primary or not is_optional(column)):
                raise self.refuse(f"No value of {model.name}.{column.name} is known.")
        self._require_different(model, columns, is_shown=not around)
        if set(all_attributes(self.index, model)) - set(columns):
            raise self.refuse(f"{model.name} has columns of types of the app's own.")

    def _require_different(
        self, model: Definition, columns: Mapping[str, ColumnFacts], *, is_shown: bool
    ) -> None:
        """Refuse a unique constraint that rows with made-up values may break."""
        for text in unique_constraints(self.index, model):
            words = set(re.findall(r"\w+", text))
            inside = [one for one in columns.values() if words & {one.name, one.column}]
            if not any(
                (one.foreign is not None or (self.is_made(one) and not is_narrow(one)))
                and not (is_shown and one.name in self.pinned)
                for one in inside
            ):
                raise self.refuse(f"{model.name} has a constraint that few rows fulfil: {text}.")

    def is_made(self, column: ColumnFacts) -> bool:
        """Whether a value can be made up."""
        kind = column.type.kind if column.type is not None else None
        if column.primary:
            return kind in _KEYS
        return kind in _MADE and not (column.unique and is_narrow(column))

    def require_parent(
        self, model: Definition, column: ColumnFacts, around: tuple[str, ...]
    ) -> None:
        """Refuse a foreign key to which no row can be made first."""
        parent = self.require_target(column)
        keys = keys_of(self.index, parent)
        facts = columns_of(self.index, parent, self.profile)
        assert column.foreign is not None
        if len(keys) != 1 or facts[keys[0].name].column != column.foreign.column:
            raise self.refuse(f"{model.name}.{column.name} refers to no key of a single column.")
        self.require_tables(parent, around)

    def require_target(self, column: ColumnFacts) -> Definition:
        """The model that a foreign key refers to, whose table has to be there, too."""
        foreign = column.foreign
        for one in self.profile.orm.models:
            if foreign is not None and one.table == foreign.table:
                found = self.index.resolve(self.index.at(one.symbol.at.file), one.symbol.name)
                if found is not None:
                    self.require_sqlite(found)
                    return found
        raise self.refuse(f"It is not known which table {column.name} refers to.")

    def require_sqlite(self, model: Definition) -> None:
        """Refuse a table that SQLite may not take as it is written."""
        for current in lineage(self.index, model):
            if not isinstance(current.node, ast.ClassDef):
                continue
            text = ast.unparse(current.node)
            if found := _NO_SQLITE.search(text):
                raise self.refuse(f"{model.name} has a {found[0]}.")
            for node in ast.walk(current.node):
                if isinstance(node, ast.Name | ast.Attribute):
                    origin = self.index.origin(current.module, node)
                    if origin.startswith("sqlalchemy.dialects.") or origin.endswith(".ARRAY"):
                        raise self.refuse(f"{model.name} is of another database than SQLite.")
                elif isinstance(node, ast.keyword):
                    self._require_word(model, node)
                elif isinstance(node, ast.Constant) and node.value == "schema":
                    raise self.refuse(f"The table of {model.name} lies in a schema.")
            base = current.module.text
            if "MetaData(schema" in base:
                raise self.refuse(f"The table of {model.name} lies in a schema.")

    def _require_word(self, model: Definition, node: ast.keyword) -> None:
        if node.arg == "server_default" and not _is_plain_default(node.value):
            text = ast.unparse(node.value)
            raise self.refuse(f"{model.name} has the default {text}, which SQLite may not know.")

    def require_all(self) -> None:
        """Refuse where some table of the app's cannot be made."""
        for one in self.profile.orm.models:
            module = self.index.at(one.symbol.at.file)
            found = self.index.resolve(module, one.symbol.name)
            if found is None:
                raise self.refuse(f"It is not known what {one.symbol.name} is.")
            self.require_sqlite(found)
            if "Table(" in module.text and "sqlalchemy.dialects" in module.text:
                raise self.refuse(f"{module.file} has tables of another database than SQLite.")


def all_attributes(index: ModuleIndex, model: Definition) -> Iterator[str]:
    """The attributes of a model that are columns of its table."""
    return (
        name for name, one in all_columns(index, model).items() if one.spelled != "column_property"
    )


def is_unique(index: ModuleIndex, model: Definition, column: ColumnFacts) -> bool:
    """Whether values may not repeat, by the column itself or any index that may say so."""
    word = re.compile(rf"\b(?:{re.escape(column.name)}|{re.escape(column.column)})\b")
    said = any(word.search(text) for text in unique_constraints(index, model))
    return column.unique or column.primary or said


def unique_constraints(index: ModuleIndex, model: Definition) -> Iterator[str]:
    """The unique constraints and indexes of a model's table, as they are written."""
    parts: list[ast.AST] = [one.node for one in lineage(index, model) if one.node is not None]
    parts += [one for one in model.module.tree.body if isinstance(one, ast.Expr | ast.Assign)]
    for node in (inner for part in parts for inner in ast.walk(part)):
        if not isinstance(node, ast.Call):
            continue
        word = dotted(node.func).rpartition(".")[2]
        text = ast.unparse(node)
        if word == "UniqueConstraint" or (word == "Index" and "unique=True" in text):
            yield text


def _is_plain_default(value: ast.expr) -> bool:
    return _SQL_DEFAULT.fullmatch(ast.unparse(value)) is not None


def is_optional(column: ColumnFacts) -> bool:
    """Whether a row may be made without a value of the column."""
    unsaid = any("default" in one for one in column.unsaid)
    return column.null or column.computed or column.default is not None or unsaid


def is_narrow(column: ColumnFacts) -> bool:
    """Whether there are few values of a column."""
    found = column.type
    if found is None or found.kind in {"bool", "enum", "time", "json"}:
        return True
    return found.max_length is not None and found.max_length < _DIGITS
