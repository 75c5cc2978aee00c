"""Which branches a function takes for a request that asks for nothing in particular."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum, auto

from fastarch.discover.collection import rows_of
from fastarch.discover.frames import Frame, Read
from fastarch.discover.neighbours import arguments
from fastarch.discover.uses import dependency

_DEPTH = 10
_NOTHING = (False, None)
_QUERIES = frozenset({"Query", "Header", "Cookie"})


class Branch(Enum):
    """Whether an expression is run."""

    TAKEN = auto()
    LEFT = auto()
    MAYBE = auto()


def branch_of(read: Read) -> Branch:
    """Whether an expression is run where a request gives no parameters."""
    frame, node = read
    found = Branch.TAKEN
    for outer, inner in _around(frame.node, node):
        match outer:
            case ast.If(test=test, body=body) if inner not in _heads(outer):
                is_body = any(inner is one for one in body)
                answer = _truth(Read(frame, test))
                if answer is None:
                    found = Branch.MAYBE
                elif answer is not is_body:
                    return Branch.LEFT
            case ast.IfExp(test=test) if inner is not test:
                answer = _truth(Read(frame, test))
                if answer is None:
                    found = Branch.MAYBE
                elif answer is not (inner is outer.body):
                    return Branch.LEFT
            case ast.For(iter=head) | ast.AsyncFor(iter=head) | ast.comprehension(iter=head):
                # What is looped over is run in any case.
                found = found if inner is head else Branch.MAYBE
            case (
                ast.While()
                | ast.Match()
                | ast.match_case()
                | ast.ExceptHandler()
                | ast.Starred()
                | ast.Lambda()
            ):
                found = Branch.MAYBE
            case _:
                pass
    return found


def is_left(frame: Frame, node: ast.stmt) -> bool:
    """Whether a statement is not run where a request asks for nothing, and rows are found."""
    for outer, inner in _around(frame.node, node):
        match outer:
            case ast.ExceptHandler():
                return True
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=ast.Name() as name), body=body):
                if rows_of(Read(frame, name)) is not None and any(inner is one for one in body):
                    return True
            case _:
                pass
    return branch_of(Read(frame, node)) is Branch.LEFT  # type: ignore[arg-type]


def _heads(node: ast.If) -> tuple[ast.AST, ...]:
    return (node.test,)


def _around(function: ast.AST, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Each node around an expression with the one in it that leads there, outermost first."""
    way: list[tuple[ast.AST, ast.AST]] = []

    def search(current: ast.AST) -> bool:
        if current is node:
            return True
        for child in ast.iter_child_nodes(current):
            if search(child):
                way.append((current, child))
                return True
        return False

    search(function)
    yield from reversed(way)


def value_of(read: Read, depth: int = _DEPTH) -> tuple[bool, object]:
    """Whether the value of an expression is known where a request gives nothing, and the value."""
    frame, node = read
    if depth <= 0:
        return _NOTHING
    match node:
        case ast.Constant(value=value):
            return True, value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            found, number = value_of(Read(frame, operand), depth - 1)
            return (True, -number) if found and isinstance(number, int | float) else _NOTHING
        case ast.Name(id=name):
            return _named(frame, node, name, depth)
        case ast.BinOp(left=left, right=right, op=op):
            return _computed(Read(frame, left), Read(frame, right), op, depth)
        case _:
            return _NOTHING


def _named(frame: Frame, node: ast.Name, name: str, depth: int) -> tuple[bool, object]:
    values = frame.binding(name, node)
    if len(values) == 1:
        return value_of(Read(frame, values[0]), depth - 1)
    if values:
        return _NOTHING
    if name in frame.given:
        return value_of(frame.given[name], depth - 1)
    for argument, default in arguments(frame.node):
        if argument.arg == name:
            if dependency(frame.index, frame.module, argument.annotation, default) is not None:
                return _NOTHING
            return _default(default)
    found = frame.index.resolve(frame.module, name)
    if found is not None and isinstance(found.value, ast.Constant):
        return True, found.value.value
    return _NOTHING


def _default(default: ast.expr | None) -> tuple[bool, object]:
    if isinstance(default, ast.Constant) and default.value is not Ellipsis:
        return True, default.value
    if isinstance(default, ast.Call):
        words = [word.value for word in default.keywords if word.arg == "default"]
        name = default.func.attr if isinstance(default.func, ast.Attribute) else ""
        name = default.func.id if isinstance(default.func, ast.Name) else name
        for value in [*default.args[:1], *words] if name in _QUERIES else []:
            return _default(value)
    return _NOTHING


def _computed(left: Read, right: Read, op: ast.operator, depth: int) -> tuple[bool, object]:
    """``(page - 1) * size``."""
    one, other = value_of(left, depth - 1), value_of(right, depth - 1)
    if isinstance(op, ast.Mult) and ((one[0] and one[1] == 0) or (other[0] and other[1] == 0)):
        return True, 0
    if not (one[0] and other[0] and isinstance(one[1], int) and isinstance(other[1], int)):
        return _NOTHING
    if isinstance(op, ast.Mult):
        return True, one[1] * other[1]
    if isinstance(op, ast.Sub):
        return True, one[1] - other[1]
    return (True, one[1] + other[1]) if isinstance(op, ast.Add) else _NOTHING


def _truth(read: Read) -> bool | None:
    """Whether a condition holds where a request gives nothing; None where that is not known."""
    frame, node = read
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _truth(Read(frame, operand))
            return None if inner is None else not inner
        case ast.BoolOp(op=op, values=values):
            found = [_truth(Read(frame, value)) for value in values]
            decisive = isinstance(op, ast.Or)
            if decisive in found:
                return decisive
            return None if None in found else not decisive
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            one, other = value_of(Read(frame, left)), value_of(Read(frame, right))
            if not (one[0] and other[0]):
                return None
            match operator:
                case ast.Is() | ast.Eq():
                    return one[1] == other[1]
                case ast.IsNot() | ast.NotEq():
                    return one[1] != other[1]
                case _:
                    return None
        case _:
            known, value = value_of(read)
            return bool(value) if known else None
