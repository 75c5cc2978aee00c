"""The relationships of a model class: what is on the other side, and what lies between."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from fastarch.discover.annotations import unwrap
from fastarch.discover.column_facts import Tables, foreign_key
from fastarch.discover.columns import all_columns
from fastarch.discover.database_facts import Model
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.modules import called
from fastarch.discover.provided import column_calls
from fastarch.discover.table import Foreign, Link
from fastarch.discover.values import text_of

_CALLS = frozenset({"relationship", "Relationship"})
_MANY = frozenset({"list", "List", "set", "Set", "Sequence", "Collection", "WriteOnlyMapped"})


def links(
    index: ModuleIndex, line: Sequence[Definition], models: Sequence[Model]
) -> Iterator[Link]:
    """The relationships of a model and its mixins whose other side is a model of the app."""
    reader = _Reader(index, models)
    seen: set[str] = set()
    for definition in line:
        for statement in getattr(definition.node, "body", ()):
            target: ast.expr
            annotation: ast.expr | None = None
            if isinstance(statement, ast.AnnAssign):
                target, annotation = statement.target, statement.annotation
            elif isinstance(statement, ast.Assign):
                target = statement.targets[0]
            else:
                continue
            call = statement.value
            if not isinstance(target, ast.Name) or not isinstance(call, ast.Call):
                continue
            if called(call) not in _CALLS or target.id in seen:
                continue
            seen.add(target.id)
            link = reader.link(definition.module, target.id, annotation, call, statement)
            if link is not None:
                yield link


class _Reader:
    def __init__(self, index: ModuleIndex, models: Sequence[Model]) -> None:
        self.index = index
        self.models = models
        self.tables: Tables = {model.symbol.name: model.table for model in models}

    def link(
        self,
        module: Module,
        name: str,
        annotation: ast.expr | None,
        call: ast.Call,
        statement: ast.stmt,
    ) -> Link | None:
        """A relationship, None where its other side is not found."""
        words = _words(call)
        given = call.args[0] if call.args else words.get("argument")
        table = self._table(module, given) if given is not None else None
        if table is None and annotation is not None:
            table = self._annotated(module, annotation)
        secondary = words.get("secondary", words.get("link_model"))
        if secondary is None and len(call.args) > 1:
            secondary = call.args[1]
        at = module.place(statement)
        if table is None:
            return None if secondary is None else Link(name, "", through="", at=at)
        back = text_of(self.index, module, words.get("back_populates"))
        if back is None:
            back = self._backref(module, words.get("backref"))
        through, rule = None, None
        if secondary is not None:
            through, rule = self._between(module, secondary, table)
            through = through or ""
        keys = tuple(_keys(words.get("foreign_keys")))
        return Link(name, table, back, keys, through, rule, at)

    def _backref(self, module: Module, value: ast.expr | None) -> str | None:
        if isinstance(value, ast.Call):  # backref("items", cascade=…)
            value = value.args[0] if value.args else None
        return text_of(self.index, module, value)

    def _table(self, module: Module, value: ast.expr) -> str | None:
        """The table of a model that is named, or given."""
        if isinstance(value, ast.Lambda):
            value = value.body
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return self.tables.get(value.value.rpartition(".")[2].strip())
        name = dotted(value)
        found = self.index.resolve(module, name) if name else None
        if found is not None:
            for model in self.models:
                if (model.symbol.at.file, model.symbol.name) == (found.module.file, found.name):
                    return model.table
        return self.tables.get(name.rpartition(".")[2]) if name else None

    def _annotated(self, module: Module, annotation: ast.expr) -> str | None:
        node: ast.expr | None = annotation
        for _ in range(4):
            node = unwrap(self.index, module, node).node
            if not isinstance(node, ast.Subscript):
                break
            if dotted(node.value).rpartition(".")[2] not in _MANY:
                return None
            node = node.slice
        if isinstance(node, ast.Name | ast.Attribute):
            return self._table(module, node)
        return None

    def _between(
        self, module: Module, value: ast.expr, target: str
    ) -> tuple[str | None, str | None]:
        """The table between the two of a many-to-many, and its rule for the other's deletion."""
        if isinstance(value, ast.Lambda):
            value = value.body
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return self._of_table(module, value.value, target)
        if isinstance(value, ast.Attribute) and value.attr in ("__table__", "__tablename__"):
            value = value.value
        name = dotted(value)
        found = self.index.resolve(module, name) if name else None
        if found is None:
            return self.tables.get(name.rpartition(".")[2]), None
        if isinstance(found.value, ast.Call):
            return self._table_call(found.module, found.value, target)
        for model in self.models:
            if (model.symbol.at.file, model.symbol.name) == (found.module.file, found.name):
                return model.table, self._rule_of_class(found, target)
        return None, None

    def _of_table(self, module: Module, name: str, target: str) -> tuple[str | None, str | None]:
        """A table that is named: by its own name, or by the variable that holds it."""
        found = self.index.resolve(module, name)
        if found is not None and isinstance(found.value, ast.Call):
            return self._table_call(found.module, found.value, target)
        for model in self.models:
            if name in (model.table, model.symbol.name):
                definition = self.index.resolve(
                    self.index.at(model.symbol.at.file), model.symbol.name
                )
                rule = self._rule_of_class(definition, target) if definition else None
                return model.table, rule
        return name, None

    def _table_call(
        self, module: Module, call: ast.Call, target: str
    ) -> tuple[str | None, str | None]:
        name = text_of(self.index, module, call.args[0]) if call.args else None
        keys = [
            foreign_key(self.index, module, inner, self.tables)
            for inner in ast.walk(call)
            if isinstance(inner, ast.Call) and called(inner) == "ForeignKey"
        ]
        return name, _rule(keys, target)

    def _rule_of_class(self, definition: Definition, target: str) -> str | None:
        keys: list[Foreign | None] = []
        for column in all_columns(self.index, definition).values():
            for call in column_calls(self.index, column):
                for inner in ast.walk(call):
                    if not isinstance(inner, ast.Call):
                        continue
                    if called(inner) == "ForeignKey":
                        keys.append(foreign_key(self.index, column.module, inner, self.tables))
                    words = {word.arg: word.value for word in inner.keywords}
                    if "foreign_key" in words:
                        again = ast.Call(
                            ast.Name("ForeignKey"), [words["foreign_key"]], inner.keywords
                        )
                        keys.append(foreign_key(self.index, column.module, again, self.tables))
        return _rule(keys, target)


def _rule(keys: Sequence[Foreign | None], target: str) -> str | None:
    return next((key.on_delete for key in keys if key is not None and key.table == target), None)


def _words(call: ast.Call) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for word in call.keywords:
        if word.arg == "sa_relationship_kwargs" and isinstance(word.value, ast.Dict):
            for key, value in zip(word.value.keys, word.value.values, strict=True):
                if isinstance(key, ast.Constant):
                    found.setdefault(str(key.value), value)
        elif word.arg is not None:
            found[word.arg] = word.value
    return found


def _keys(value: ast.expr | None) -> Iterator[str]:
    """The attributes of ``foreign_keys=[owner_id]`` or ``"Item.owner_id"``."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        for part in value.value.strip("[] ").split(","):
            yield part.strip().rpartition(".")[2]
    elif isinstance(value, ast.List | ast.Tuple):
        for item in value.elts:
            yield from _keys(item)
    elif isinstance(value, ast.Lambda):
        yield from _keys(value.body)
    elif value is not None and dotted(value):
        yield dotted(value).rpartition(".")[2]
