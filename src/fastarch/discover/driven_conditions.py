"""Conditions of a query, and values of a row for which they hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from fastarch.discover.branches import value_of
from fastarch.discover.frames import Read, class_of
from fastarch.discover.index import Definition
from fastarch.discover.modules import dotted
from fastarch.discover.queries import refusal
from fastarch.discover.symbols import Expression, Import
from fastarch.discover.table import ColumnFacts

_NUMBERS = frozenset({"int", "bigint", "float", "decimal"})
_AND = frozenset({"and_"})
_OR = frozenset({"or_"})
_NOT = frozenset({"not_"})


class Conditions:
    """What rows must be, found condition by condition.

    Args:
        model: Whose rows they are.
    """

    def __init__(self, model: Definition, columns: Mapping[str, ColumnFacts]) -> None:
        self.pinned: dict[str, Expression] = {}
        self.present: set[str] = set()
        self._model = model
        self._columns = columns

    def require(self, read: Read) -> None:
        """Find values for which a condition holds.

        Raises:
            NotUnderstoodError: None are known.
        """
        if not self._solve(read):
            text = ast.unparse(read.node)
            raise refusal(read, f"It cannot be told which rows fulfil `{text}`.")

    def _solve(self, read: Read) -> bool:
        frame, node = read
        word = _verb(node)
        match node:
            case ast.Call(func=ast.Attribute(), keywords=words) if word == "filter_by":
                return all(
                    word.arg is not None and self._equals(word.arg, Read(frame, word.value))
                    for word in words
                )
            case ast.Call(args=parts) if word in _AND:
                return all(self._solve(Read(frame, part)) for part in parts)
            case ast.BinOp(op=ast.BitAnd(), left=left, right=right):
                return self._solve(Read(frame, left)) and self._solve(Read(frame, right))
            case ast.Call(args=parts) if word in _OR:
                return any(self._solve(Read(frame, part)) for part in parts)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return self._solve(Read(frame, left)) or self._solve(Read(frame, right))
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                name = self._column(read, left)
                return name is not None and self._compared(name, operator, Read(frame, right))
            case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[given]):
                name = self._column(read, value)
                return name is not None and self._method(name, attr, Read(frame, given))
            case ast.UnaryOp(op=ast.Invert(), operand=inner):
                name = self._column(read, inner)
                return name is not None and self._pin(name, Expression("False"))
            case ast.Call(args=[inner]) if word in _NOT:
                name = self._column(read, inner)
                return name is not None and self._pin(name, Expression("False"))
            case _:
                name = self._column(read, node)
                return name is not None and self._pin(name, Expression("True"))

    def _compared(self, name: str, operator: ast.cmpop, given: Read) -> bool:
        match operator:
            case ast.Eq():
                return self._equals(name, given)
            case ast.NotEq():
                return self._differs(name, given)
            case ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE():
                known, value = value_of(given)
                if not (known and type(value) is int and self._is_number(name)):
                    return False
                if self._columns[name].primary:
                    # The keys of rows that are made up begin with 1.
                    return isinstance(operator, ast.Gt | ast.GtE) and value <= 0
                above = isinstance(operator, ast.Gt) - isinstance(operator, ast.Lt)
                return self._pin(name, Expression(repr(value + above)))
            case _:
                return False

    def _method(self, name: str, word: str, given: Read) -> bool:
        frame, node = given
        if word == "is_":
            return self._equals(name, given)
        if word in {"is_not", "isnot"}:
            return self._differs(name, given)
        if word == "in_" and isinstance(node, ast.List | ast.Tuple | ast.Set) and node.elts:
            return self._equals(name, Read(frame, node.elts[0]))
        return False

    def _equals(self, name: str, given: Read) -> bool:
        column = self._columns.get(name)
        if column is None or column.unique or column.foreign is not None:
            return False
        known, value = value_of(given)
        if known and (value is None or isinstance(value, bool | int | str)):
            if value is None and not column.null:
                return False
            return self._pin(name, Expression(repr(value)))
        word = _verb(given.node) if isinstance(given.node, ast.Call) else ""
        if word in {"true", "false"}:
            return self._pin(name, Expression(word.capitalize()))
        return self._member(name, given)

    def _member(self, name: str, given: Read) -> bool:
        """``Status.live``."""
        chain = dotted(given.node)
        owner, _, member = chain.rpartition(".")
        found = (
            given.frame.index.resolve(given.frame.module, owner, given.frame.node)
            if owner
            else None
        )
        if found is None or not isinstance(found.node, ast.ClassDef) or found.scope is not None:
            return False
        if not any(dotted(base).endswith("Enum") for base in found.node.bases):
            return False
        importing = Import(found.module.name, found.name)
        return self._pin(name, Expression(f"{found.name}.{member}", (importing,)))

    def _differs(self, name: str, given: Read) -> bool:
        known, value = value_of(given)
        column = self._columns.get(name)
        if not known or column is None:
            return False
        if value is None:
            self.present.add(name)
            return name not in self.pinned or self.pinned[name].source != "None"
        if isinstance(value, bool):
            return self._pin(name, Expression(repr(not value)))
        return False

    def _pin(self, name: str, value: Expression) -> bool:
        column = self._columns.get(name)
        if column is None or column.unique or column.primary or column.foreign is not None:
            return False
        if value.source in {"True", "False"} and (
            column.type is None or column.type.kind != "bool"
        ):
            return False
        if value.source == "None" and name in self.present:
            return False
        return self.pinned.setdefault(name, value).source == value.source

    def _is_number(self, name: str) -> bool:
        column = self._columns.get(name)
        return column is not None and column.type is not None and column.type.kind in _NUMBERS

    def _column(self, read: Read, node: ast.expr) -> str | None:
        """The attribute of the model that an expression is."""
        if isinstance(node, ast.Call) and _verb(node) == "col" and len(node.args) == 1:
            node = node.args[0]
        if not isinstance(node, ast.Attribute):
            return None
        found = class_of(read.frame, node.value)
        if found is None or found.node is not self._model.node:
            return None
        return node.attr if node.attr in self._columns else None


def _verb(node: ast.expr) -> str:
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""
