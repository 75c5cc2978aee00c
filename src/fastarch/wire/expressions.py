"""Find expressions of a function by what they say, and put others in their place."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache

import libcst as cst

from fastarch.wire import nodes, tree
from fastarch.wire.brackets import FORMS, Form, outer_brackets, without_outer_brackets
from fastarch.wire.tree import Path, Source, Unable

Make = Callable[[cst.BaseExpression, Form], cst.BaseExpression]
"""Makes a new expression of an old one, with its brackets in a form."""
_HEADS = ("iter", "test", "items", "subject")


def said(node: cst.CSTNode) -> str:
    """What an expression says, whatever its spaces, line breaks and quotes."""
    return _normal(nodes.code(node))


@lru_cache(maxsize=4096)
def _normal(code: str) -> str:
    try:
        return ast.unparse(ast.parse(f"({code}\n)", mode="eval").body)
    except (SyntaxError, ValueError):
        return code


def function_at(source: Source, function: str) -> tuple[Path, cst.FunctionDef]:
    """A function and its path, by its qualified name.

    Raises:
        Unable: There is none.
    """
    path = tree.scope(source, function)[:-1]
    node = source.get(path) if path else None
    if not isinstance(node, cst.FunctionDef):
        raise Unable(f"there is no function {function}")
    return path, node


def find(source: Source, function: str, text: str) -> bool:
    """Whether an expression that says so is in a function."""
    _, node = function_at(source, function)
    return any(isinstance(one, cst.BaseExpression) and said(one) == text for one in _inside(node))


def replace(
    source: Source, function: str, text: str, make: Make, width: int, *, back: bool = False
) -> int:
    """Put others in place of all expressions of a function's body that say so; how many.

    A statement of one line that grows too long gets its brackets on several.

    Args:
        back: An edit is taken back, and brackets that were opened for it are closed again.
    """
    path, _ = function_at(source, function)
    count = 0
    for place, statement in list(tree.statements(source, (*path, "body"))):
        room = width - source.indentation(place)
        new, found = _replaced(statement, text, make, room, source.module.default_indent, back=back)
        if found:
            source.set(place, new)
            count += found
    return count


def _replaced(
    statement: cst.CSTNode, text: str, make: Make, room: int, indent: str, *, back: bool
) -> tuple[cst.CSTNode, int]:
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return statement, 0
    if isinstance(statement, cst.BaseCompoundStatement):
        found = 0
        for name in _HEADS:
            head = getattr(statement, name, None)
            parts = head if isinstance(head, list | tuple) else [head]
            for index, part in enumerate(parts):
                if not isinstance(part, cst.CSTNode):
                    continue
                swap = Swap(text, make, "flat")
                new = part.visit(swap)
                if swap.count:
                    found += swap.count
                    value = [*parts[:index], new, *parts[index + 1 :]] if parts is head else new
                    statement = statement.with_changes(**{name: value})
        return statement, found
    most = max(room, _longest(statement))
    swap = Swap(text, make, "flat")
    flat = statement.visit(swap)
    assert isinstance(flat, cst.CSTNode)
    if back and swap.count:
        closed = without_outer_brackets(flat)
        return (flat if _longest(closed) > room else closed), swap.count
    if not swap.count or _longest(flat) <= most:
        return (flat, swap.count) if swap.count else (statement, 0)
    opened = None if _is_whole(statement, text) else outer_brackets(flat, indent)
    if opened is not None and _longest(opened) <= most:
        return opened, swap.count
    for form in FORMS[1:]:
        new = statement.visit(Swap(text, make, form))
        assert isinstance(new, cst.CSTNode)
        if form == "tall" or _longest(new) <= most:
            return new, swap.count
    raise AssertionError("a form is always taken")


def _is_whole(statement: cst.CSTNode, text: str) -> bool:
    """Whether an expression is all that a statement returns or assigns."""
    for part in nodes.small(statement):
        value = getattr(part, "value", None)
        inner = value.expression if isinstance(value, cst.Await) else value
        if isinstance(inner, cst.BaseExpression) and said(inner) == text:
            return True
    return False


def _longest(statement: cst.CSTNode) -> int:
    return max(map(len, nodes.code(statement).splitlines()), default=0)


def _inside(node: cst.CSTNode) -> list[cst.CSTNode]:
    return list(nodes.walk(node))


class Swap(cst.CSTTransformer):
    """Puts others in place of the expressions that say so."""

    def __init__(self, text: str, make: Make, form: Form) -> None:
        super().__init__()
        self.text, self.make, self.form, self.count = text, make, form, 0

    # libcst asks for a node of the same kind; here it is an expression, before and after.
    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]:
        """Swap an expression that says what is looked for."""
        if isinstance(original_node, cst.BaseExpression) and said(original_node) == self.text:
            self.count += 1
            return self.make(original_node, self.form)
        return super().on_leave(original_node, updated_node)
