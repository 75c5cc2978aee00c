"""What a new row of a model needs: columns with and without a value of their own, and the key."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from fastarch.discover import columns as _columns
from fastarch.discover import enums, provided
from fastarch.discover.annotations import unwrap
from fastarch.discover.bases import assigned
from fastarch.discover.columns import Column
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.modules import called
from fastarch.discover.symbols import Symbol
from fastarch.discover.values import text_of

_FILLED = frozenset({
    "default", "insert_default", "default_factory", "server_default", "server_onupdate",
})  # fmt: skip
_GIVEN = frozenset({"default", "default_factory"})
_EAGER = re.compile(r"""\blazy['"]?\s*[=:]\s*['"](selectin|joined|subquery|immediate)['"]""")
_MAPPED = ("polymorphic_on", "version_id_col")


def fills_itself(index: ModuleIndex, column: Column) -> bool:
    """Whether the column has a default of any kind, in the code or in the database."""
    for call in provided.column_calls(index, column):
        if any(word.arg in _FILLED and _says(word.value) for word in _keywords(call)):
            return True
        if any(called(argument) in ("Computed", "Identity") for argument in call.args):
            return True
        if called(call) == "Field" and call.args and _says(call.args[0]):
            return True
    return column.call is None and _says(getattr(column.node, "value", None))


def is_asked_for(index: ModuleIndex, column: Column) -> bool:
    """Whether a dataclass's constructor cannot do without a value."""
    words = {word.arg for call in provided.column_calls(index, column) for word in _keywords(call)}
    return not words & _GIVEN and is_parameter(index, column)


def is_parameter(index: ModuleIndex, column: Column) -> bool:
    """Whether a dataclass's constructor takes a value."""
    return not any(
        word.arg == "init" and isinstance(word.value, ast.Constant) and word.value.value is False
        for call in provided.column_calls(index, column)
        for word in _keywords(call)
    )


def numbers_itself(index: ModuleIndex, column: Column) -> bool:
    """Whether a number as a key is the next one where nobody says it."""
    calls = list(provided.column_calls(index, column))
    words = {word.arg: word.value for call in calls for word in _keywords(call)}
    counted = words.get("autoincrement")
    refers = "foreign_key" in words or any(
        called(argument) == "ForeignKey" for call in calls for argument in call.args
    )
    stopped = isinstance(counted, ast.Constant) and counted.value is False
    return not stopped and not refers


def enum_class(index: ModuleIndex, column: Column) -> Definition | None:
    """The class of a column's words: the annotation's, or what ``Enum(…)`` is called with."""
    found = unwrap(index, column.module, column.annotation)
    names = [(found.module, dotted(found.node))] if found.node is not None else []
    for call in provided.column_calls(index, column):
        values = [*call.args, *(w.value for w in call.keywords if w.arg in ("type_", "sa_type"))]
        names += [
            (column.module, dotted(value.args[0]))
            for value in values
            if isinstance(value, ast.Call) and value.args
        ]
    for module, name in names:
        definition = index.resolve(module, name) if name else None
        if definition is not None and enums.is_enum(index, definition):
            return definition
    return None


def symbol(definition: Definition) -> Symbol:
    """A definition as something to import."""
    return Symbol(definition.place, definition.module.name, definition.name)


def filled_by_mapper(index: ModuleIndex, line: Sequence[Definition]) -> Iterator[str]:
    """Columns that SQLAlchemy fills: what tells the kind of a row, and its version."""
    for definition in line:
        if not isinstance(definition.node, ast.ClassDef):
            continue
        value = assigned(definition.node, "__mapper_args__")
        if not isinstance(value, ast.Dict):
            continue
        for key, said in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in _MAPPED:
                name = text_of(index, definition.module, said) or dotted(said)
                yield name.rpartition(".")[2]


def constructor(line: Sequence[Definition]) -> tuple[Definition, ast.FunctionDef] | None:
    """An ``__init__`` that somebody has written, with its class."""
    for definition in line:
        for statement in getattr(definition.node, "body", ()):
            if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                return definition, statement
    return None


def names_of(line: Sequence[Definition]) -> Iterator[str]:
    """Every name that classes bind in their bodies."""
    for definition in line:
        if isinstance(definition.node, ast.ClassDef):
            yield from definition.module.bindings(definition.node)[0]


def properties(line: Sequence[Definition]) -> Iterator[str]:
    """Names of properties, hybrid ones included."""
    for definition in line:
        for statement in getattr(definition.node, "body", ()):
            if isinstance(statement, ast.FunctionDef) and any(
                dotted(decorator).rpartition(".")[2].endswith("property")
                for decorator in statement.decorator_list
            ):
                yield statement.name


def schema(index: ModuleIndex, line: Sequence[Definition]) -> str | None:
    """The schema that a class says its table lies in."""
    for value, module in _arguments(line):
        for item in ast.walk(value):
            if isinstance(item, ast.Dict):
                for key, said in zip(item.keys, item.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "schema":
                        return text_of(index, module, said) or ast.unparse(said)
    return None


def unique_in_lower_case(line: Sequence[Definition]) -> Iterator[str]:
    """Columns with a unique index over ``lower(…)``."""
    first = line[0]
    values = [value for value, _ in _arguments(line)]
    values += [
        statement.value
        for statement in first.module.tree.body
        if isinstance(statement, ast.Expr | ast.Assign) and called(statement.value) == "Index"
    ]
    for value in values:
        for call in ast.walk(value):
            if isinstance(call, ast.Call) and called(call) == "Index" and len(call.args) == 2:
                inner = call.args[1]
                unique = any(
                    word.arg == "unique" and ast.unparse(word.value) == "True"
                    for word in call.keywords
                )
                if unique and len(call.keywords) == 1 and called(inner) == "lower":
                    argument = inner.args[0] if isinstance(inner, ast.Call) and inner.args else None
                    yield dotted(argument).rpartition(".")[2]


def asked_relationships(line: Sequence[Definition]) -> Iterator[str]:
    """Relationships that a dataclass's constructor cannot do without."""
    for definition in line:
        for statement in getattr(definition.node, "body", ()):
            value = statement.value if isinstance(statement, ast.AnnAssign) else None
            if isinstance(value, ast.Call) and called(value) == "relationship":
                words = {word.arg for word in value.keywords}
                if not words & {*_GIVEN, "init", "viewonly"}:
                    yield dotted(getattr(statement, "target", None))


def eager_relationships(line: Sequence[Definition]) -> Iterator[str]:
    """How relationships are loaded that come with every row, and in a statement or several more."""
    for definition in line:
        for statement in getattr(definition.node, "body", ()):
            value = getattr(statement, "value", None)
            if isinstance(value, ast.Call) and called(value).lower() == "relationship":
                yield from _EAGER.findall(ast.unparse(value))


def _arguments(line: Sequence[Definition]) -> Iterator[tuple[ast.expr, Module]]:
    for definition in line:
        if isinstance(definition.node, ast.ClassDef):
            value = assigned(definition.node, "__table_args__")
            if value is not None:
                yield value, definition.module
            for item in definition.node.body:
                if isinstance(item, ast.FunctionDef) and item.name == "__table_args__":
                    yield from (
                        (node.value, definition.module)
                        for node in ast.walk(item)
                        if isinstance(node, ast.Return) and node.value is not None
                    )


def _keywords(call: ast.Call) -> list[ast.keyword]:
    return list(provided.column_keywords(call))


def _says(value: ast.expr | None) -> bool:
    """Whether a default is one: neither None nor an ellipsis."""
    if value is None:
        return False
    return not (isinstance(value, ast.Constant) and value.value in (None, Ellipsis))


def own_spelling(index: ModuleIndex, definition: Definition) -> str:
    """How a class itself writes its columns; empty where it writes none."""
    spelled = [column.spelled for column in _columns.columns(index, definition)]
    if "mapped_column" in spelled or any(
        column.mapped for column in _columns.columns(index, definition)
    ):
        return "mapped_column"
    return "column" if "Column" in spelled else ""
