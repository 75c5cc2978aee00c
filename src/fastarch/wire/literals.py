"""Lists, tuples, sets and dicts: their elements taken apart and put together again."""

from __future__ import annotations

from typing import TypeAlias, TypeGuard

from fastarch.wire.items import Items
from fastarch.wire.syntax import cst

Literal: TypeAlias = "cst.List | cst.Tuple | cst.Set | cst.Dict"


def is_literal(value: cst.CSTNode | None) -> TypeGuard[Literal]:
    """Is the expression one of them?"""
    return isinstance(value, cst.List | cst.Tuple | cst.Set | cst.Dict)


def items_of(node: Literal) -> Items:
    """The elements; a lone element's comma in a tuple is no trailing comma in style."""
    if isinstance(node, cst.Tuple):
        if not node.lpar:
            empty = cst.SimpleWhitespace("")
            return _without_lone_comma(Items.of(node.elements, empty, empty))
        after, before = node.lpar[-1].whitespace_after, node.rpar[0].whitespace_before
        return _without_lone_comma(Items.of(node.elements, after, before))
    if isinstance(node, cst.List):
        after, before = node.lbracket.whitespace_after, node.rbracket.whitespace_before
    else:
        after, before = node.lbrace.whitespace_after, node.rbrace.whitespace_before
    return Items.of(node.elements, after, before)


def _without_lone_comma(items: Items) -> Items:
    flat = not isinstance(items.after_open, cst.ParenthesizedWhitespace)
    if len(items.elements) == 1 and items.trailing and flat:
        lone = items.elements[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return Items((lone,), items.after_open, items.before_close, trailing=False)
    return items


def with_items(node: Literal, items: Items) -> Literal:
    """The literal with other elements."""
    if isinstance(node, cst.Tuple):
        if not node.lpar:
            return node.with_changes(elements=items.elements)
        opened = [*node.lpar[:-1], node.lpar[-1].with_changes(whitespace_after=items.after_open)]
        closed = [
            node.rpar[0].with_changes(whitespace_before=items.before_close),
            *node.rpar[1:],
        ]
        return node.with_changes(elements=items.elements, lpar=opened, rpar=closed)
    if isinstance(node, cst.List):
        return node.with_changes(
            elements=items.elements,
            lbracket=node.lbracket.with_changes(whitespace_after=items.after_open),
            rbracket=node.rbracket.with_changes(whitespace_before=items.before_close),
        )
    return node.with_changes(
        elements=items.elements,
        lbrace=node.lbrace.with_changes(whitespace_after=items.after_open),
        rbrace=node.rbrace.with_changes(whitespace_before=items.before_close),
    )
