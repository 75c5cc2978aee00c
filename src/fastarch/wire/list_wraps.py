"""Lists that grow too long: an element a line and, when elements leave, one line again."""

from __future__ import annotations

from fastarch.wire import nodes, tree
from fastarch.wire.import_wraps import WIDTH, Wrapped
from fastarch.wire.items import Items
from fastarch.wire.literals import Literal, is_literal, with_items
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source

_STEPS_IN_STATEMENT = 3
"""From a statement to the value that it binds: ``body``, the part's index, ``value``."""


def fit(source: Source, path: Path, before: Literal) -> None:
    """Wrap the list at a path if its line is too long now; remember it.

    Args:
        source: The module, with the element.
        path: The literal, as ``ExtendList.locate`` finds it.
        before: The literal without the element.
    """
    statement = _statement(source, path)
    node = source.get(path)
    assert is_literal(node)
    if statement is None or not _has_brackets(node):
        return
    flat, key = nodes.code(_flat(node)), _key(statement)
    taken = source.indentation(path[: -_STEPS_IN_STATEMENT - 2]) + len(f"{key} ")
    width = max(WIDTH, taken + len(nodes.code(before)))
    if before.elements and nodes.code(node) == flat and taken + len(flat) > width:
        source.set(path, _tall(source, node))
        source.wrapped[key] = width


def unwrap(source: Source, wrapped: Wrapped, function: str | None) -> None:
    """Make lists that an edit had to wrap one line again, if they are short enough by now.

    Args:
        source: The module, after the edit was taken back.
        wrapped: What the edit remembered.
        function: Qualified name of the function that the edit works in.
    """
    widths = dict(wrapped)
    for path, statement in list(tree.statements(source, tree.scope(source, function))):
        parts = nodes.small(statement)
        value = getattr(parts[0], "value", None) if len(parts) == 1 else None
        if not is_literal(value) or not isinstance(statement, cst.SimpleStatementLine):
            continue
        width = widths.get(_key(statement))
        if width is None or nodes.code(value) != nodes.code(_tall(source, value)):
            continue
        where = (*path, "body", 0, "value")
        flat = _flat(value)
        taken = source.indentation(path[:-2]) + len(f"{_key(statement)} ")
        if taken + len(nodes.code(flat)) <= width:
            source.set(where, flat)


def _statement(source: Source, path: Path) -> cst.SimpleStatementLine | None:
    """The statement that binds a literal, where it is alone on its line and has no comment."""
    found = source.get(path[:-_STEPS_IN_STATEMENT]) if path[-1] == "value" else None
    if not isinstance(found, cst.SimpleStatementLine) or len(found.body) != 1:
        return None
    return None if found.trailing_whitespace.comment else found


def _key(statement: cst.SimpleStatementLine) -> str:
    """What the list is remembered by: all before it."""
    part = statement.body[0]
    value = getattr(part, "value", None)
    assert value is not None
    return nodes.code(part).removesuffix(nodes.code(value)).rstrip()


def _has_brackets(node: Literal) -> bool:
    return not isinstance(node, cst.Tuple) or bool(node.lpar)


def _tall(source: Source, node: Literal) -> Literal:
    indent = cst.SimpleWhitespace(source.module.default_indent)
    gap = cst.ParenthesizedWhitespace(indent=True, last_line=indent)
    close = cst.ParenthesizedWhitespace(indent=True)
    between, last = cst.Comma(whitespace_after=gap), cst.Comma()
    elements = [one.with_changes(comma=between) for one in node.elements]
    elements[-1:] = [one.with_changes(comma=last) for one in elements[-1:]]
    return with_items(node, Items(tuple(elements), gap, close, trailing=True))


def _flat(node: Literal) -> Literal:
    between = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    elements = [one.with_changes(comma=between) for one in node.elements]
    elements[-1:] = [one.with_changes(comma=cst.MaybeSentinel.DEFAULT) for one in elements[-1:]]
    return with_items(node, Items(tuple(elements)))
