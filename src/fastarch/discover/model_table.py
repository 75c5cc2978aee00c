"""A model class as a table: its columns, keys, indexes, checks and relationships."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from fastarch.discover.bases import Entity, assigned
from fastarch.discover.column_facts import Tables, column_facts, foreign_key
from fastarch.discover.columns import lineage
from fastarch.discover.database_facts import Model
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.model_links import links
from fastarch.discover.modules import called
from fastarch.discover.symbols import Place
from fastarch.discover.table import ColumnFacts, Foreign, IndexFacts, TableFacts
from fastarch.discover.values import text_of
from fastarch.discover.written_types import annotation_map
from fastarch.errors import NotUnderstoodError, Problem

# Keywords of an index that is about some rows, or in an order or manner of its own.
_SPECIAL = ("_where", "_ops", "_using")


def model_table(index: ModuleIndex, entity: Entity, models: Iterable[Model]) -> TableFacts:
    """What a model's class says of its table.

    Args:
        index: The app's modules.
        entity: The model's class.
        models: Every model of the app.

    Raises:
        NotUnderstoodError: it shares its table, or its key, with a model that it inherits from.
    """
    models = tuple(models)
    tables: Tables = {model.symbol.name: model.table for model in models}
    tables[entity.definition.name] = entity.model.table
    line = list(lineage(index, entity.definition))
    _require_own_table(entity, line, models)
    node = entity.definition.node
    if isinstance(node, ast.ClassDef) and assigned(node, "__table__") is not None:
        place = entity.definition.place
        message = f"The columns of {node.name} stand in a Table(…), which is not read."
        raise NotUnderstoodError(Problem(message, place.file, place.line))
    mapped = annotation_map(line)
    columns = []
    for column in entity.columns.values():
        facts = column_facts(index, column, entity.kind, mapped, tables)
        if facts is not None:
            columns.append(facts)
    arguments = _Arguments(index, tables)
    for definition in line:
        arguments.read(definition)
    arguments.read_module(entity.definition)
    unsaid = [*arguments.unsaid, *_unread(line, {column.name for column in columns})]
    return TableFacts(
        entity.model.table,
        tuple(_with_keys(columns, arguments.keys)),
        tuple(arguments.indexes),
        tuple(links(index, line, models)),
        tuple(arguments.checks),
        arguments.comment or (ast.get_docstring(node) if isinstance(node, ast.ClassDef) else None),
        entity.definition.place,
        tuple(unsaid),
    )


def _require_own_table(entity: Entity, line: list[Definition], models: tuple[Model, ...]) -> None:
    for definition in line[1:]:
        for model in models:
            if model.symbol.at.file == definition.module.file and (
                model.symbol.name == definition.name
            ):
                place = entity.definition.place
                message = (
                    f"{entity.definition.name} inherits from the model {model.symbol.name}"
                    f" (table {model.table}): a resource has a table of its own."
                )
                raise NotUnderstoodError(Problem(message, place.file, place.line))


def _with_keys(columns: list[ColumnFacts], keys: dict[str, Foreign]) -> list[ColumnFacts]:
    return [
        replace(column, foreign=keys[column.column])
        if column.foreign is None and column.column in keys
        else column
        for column in columns
    ]


def _unread(line: list[Definition], known: set[str]) -> Iterator[str]:
    """Columns in a form that is not read: ``deferred(Column(…))``."""
    for definition in line:
        for statement in getattr(definition.node, "body", ()):
            if not isinstance(statement, ast.Assign) or not isinstance(
                statement.targets[0], ast.Name
            ):
                continue
            name, value = statement.targets[0].id, statement.value
            if name in known or name.startswith("__") or not isinstance(value, ast.Call):
                continue
            inner = {called(argument) for argument in value.args}
            if inner & {"Column", "mapped_column"}:
                where = definition.module.place(statement)
                text = ast.unparse(value.func)
                yield (
                    f"Column `{name}` is written as {text}(…), which is not read; it is left out"
                    f" ({where.file}:{where.line})."
                )


class _Arguments:
    """What ``__table_args__``, and indexes beside the class, say."""

    def __init__(self, index: ModuleIndex, tables: Tables) -> None:
        self.index = index
        self.tables = tables
        self.indexes: list[IndexFacts] = []
        self.checks: list[tuple[str, Place | None]] = []
        self.keys: dict[str, Foreign] = {}
        self.unsaid: list[str] = []
        self.comment: str | None = None

    def read(self, definition: Definition) -> None:
        """The arguments of a class; those of a mixin that makes them in a function included."""
        module = definition.module
        for statement in getattr(definition.node, "body", ()):
            value: ast.expr | None = None
            if (
                isinstance(statement, ast.Assign)
                and dotted(statement.targets[0]) == "__table_args__"
            ):
                value = statement.value
            elif isinstance(statement, ast.AnnAssign):
                if dotted(statement.target) == "__table_args__":
                    value = statement.value
            elif isinstance(statement, ast.FunctionDef) and statement.name == "__table_args__":
                value = next(
                    (n.value for n in ast.walk(statement) if isinstance(n, ast.Return)), None
                )
            if value is not None:
                self._arguments(module, value)
        for statement in getattr(definition.node, "body", ()):
            value = getattr(statement, "value", None)
            for call in _constraints(value):
                self._constraint(module, call)

    def read_module(self, definition: Definition) -> None:
        """``Index("…", User.name)`` after the class."""
        for statement in definition.module.tree.body:
            value = getattr(statement, "value", None)
            if isinstance(value, ast.Call) and called(value) == "Index":
                owners = {dotted(arg).rpartition(".")[0] for arg in value.args[1:]}
                if owners == {definition.name}:
                    self._constraint(definition.module, value)

    def _arguments(self, module: Module, value: ast.expr) -> None:
        if isinstance(value, ast.BinOp):  # (Index(…),) + Base.__table_args__
            self._arguments(module, value.left)
            self._arguments(module, value.right)
            return
        for item in value.elts if isinstance(value, ast.Tuple | ast.List) else [value]:
            if isinstance(item, ast.Dict):
                for key, option in zip(item.keys, item.values, strict=True):
                    name = key.value if isinstance(key, ast.Constant) else None
                    if name == "comment":
                        self.comment = text_of(self.index, module, option)
                    elif name == "schema":
                        self._tell(module, item, f"the schema {ast.unparse(option)}")
            elif isinstance(item, ast.Call):
                self._constraint(module, item)
            elif not (isinstance(item, ast.Starred) or dotted(item)):
                self._tell(module, item, ast.unparse(item))

    def _constraint(self, module: Module, call: ast.Call) -> None:
        match called(call):
            case "Index":
                self._index(module, call)
            case "UniqueConstraint":
                names = [_column_name(arg) for arg in call.args]
                if names and None not in names:
                    self.indexes.append(
                        IndexFacts(
                            tuple(name for name in names if name),
                            unique=True,
                            name=self._text(module, call, "name"),
                            at=module.place(call),
                        )
                    )
                else:
                    self._tell(module, call, ast.unparse(call))
            case "CheckConstraint":
                sql = self._sql(module, call.args[0]) if call.args else None
                if sql is None:
                    self._tell(module, call, ast.unparse(call))
                else:
                    self.checks.append((sql, module.place(call)))
            case "ForeignKeyConstraint":
                self._foreign(module, call)
            case "PrimaryKeyConstraint":
                pass
            case _:
                self._tell(module, call, ast.unparse(call))

    def _index(self, module: Module, call: ast.Call) -> None:
        words = {word.arg: word.value for word in call.keywords}
        name = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        columns = [_column_name(arg) for arg in call.args[1:]]
        special = any((word or "").endswith(_SPECIAL) for word in words)
        if special or not columns or None in columns:
            self._tell(module, call, ast.unparse(call))
            return
        unique = words.get("unique")
        self.indexes.append(
            IndexFacts(
                tuple(column for column in columns if column),
                unique=isinstance(unique, ast.Constant) and unique.value is True,
                name=name if isinstance(name, str) else None,
                at=module.place(call),
            )
        )

    def _foreign(self, module: Module, call: ast.Call) -> None:
        own, other = (
            [self._text_of(module, item) for item in arg.elts]
            if isinstance(arg, ast.List | ast.Tuple)
            else []
            for arg in (*call.args[:2], *[ast.List([], ast.Load())] * (2 - len(call.args[:2])))
        )
        inner = ast.Call(
            ast.Name("ForeignKey"), [ast.Constant(other[0])] if other else [], call.keywords
        )
        found = foreign_key(self.index, module, inner, self.tables) if len(own) == 1 else None
        if found is None or own[0] is None:
            self._tell(module, call, ast.unparse(call))
        else:
            self.keys[own[0]] = found

    def _sql(self, module: Module, value: ast.expr) -> str | None:
        if isinstance(value, ast.Call) and called(value) == "text" and value.args:
            value = value.args[0]
        text = self._text_of(module, value)
        if text is not None:
            return text
        if isinstance(value, ast.Compare) and len(value.ops) == 1:  # CheckConstraint(price >= 0)
            return ast.unparse(value)
        return None

    def _text_of(self, module: Module, value: ast.expr) -> str | None:
        return text_of(self.index, module, value)

    def _text(self, module: Module, call: ast.Call, keyword: str) -> str | None:
        value = next((word.value for word in call.keywords if word.arg == keyword), None)
        return text_of(self.index, module, value)

    def _tell(self, module: Module, node: ast.AST, text: str) -> None:
        where = module.place(node)
        self.unsaid.append(f"A spec cannot say {text} ({where.file}:{where.line}).")


def _constraints(value: object) -> Iterator[ast.Call]:
    """Constraints that stand among the arguments of a column."""
    if isinstance(value, ast.Call):
        for argument in value.args:
            if isinstance(argument, ast.Call) and called(argument) == "CheckConstraint":
                yield argument


def _column_name(value: ast.expr) -> str | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    chain = dotted(value)
    return chain.rpartition(".")[2] or None
