"""Lists of elements in code: taken apart, and put together in their own layout."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastarch.merge.prints import Node
from fastarch.wire import nodes
from fastarch.wire.items import Items

Listing = (
    cst.List
    | cst.Tuple
    | cst.Set
    | cst.Dict
    | cst.Subscript
    | cst.Call
    | cst.ClassDef
    | cst.FunctionDef
)
_NONE: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace("")
_TALL = cst.ParenthesizedWhitespace


def elements(node: Listing) -> list[Node]:
    """The elements of a list, the arguments of a call, the bases of a class, the parameters."""
    if isinstance(node, cst.Call):
        return list(node.args)
    if isinstance(node, cst.Subscript):
        return list(node.slice)
    if isinstance(node, cst.ClassDef):
        return [*node.bases, *node.keywords]
    if isinstance(node, cst.FunctionDef):
        return _parameters(node.params)
    return list(node.elements)


def _parameters(params: cst.Parameters) -> list[Node]:
    found: list[Node] = [*params.posonly_params]
    if isinstance(params.posonly_ind, cst.ParamSlash):
        found.append(params.posonly_ind)
    found += params.params
    if not isinstance(params.star_arg, cst.MaybeSentinel):
        found.append(params.star_arg)
    found += params.kwonly_params
    if params.star_kwarg is not None:
        found.append(params.star_kwarg)
    return found


def items_of(node: Listing) -> Items:
    """The elements with the space around them."""
    found = elements(node)
    after, before = _space(node)
    if isinstance(node, cst.Call | cst.ClassDef) and found:
        last = found[-1]
        if not isinstance(last.comma, cst.Comma):
            before = last.whitespace_after_arg
            found[-1] = last.with_changes(whitespace_after_arg=_NONE)
    if isinstance(node, cst.FunctionDef) and found:
        last = found[-1]
        if isinstance(last, cst.Param) and not isinstance(last.comma, cst.Comma):
            before = last.whitespace_after_param
            found[-1] = last.with_changes(whitespace_after_param=_NONE)
    items = Items.of(found, after, before)
    if isinstance(node, cst.Tuple) and len(found) == 1 and items.trailing and not is_tall(items):
        # A lone element's comma makes the tuple, and says nothing of its style.
        lone = items.elements[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return Items((lone,), items.after_open, items.before_close, trailing=False)
    return items


def _space(node: Listing) -> tuple[Node, Node]:
    if isinstance(node, cst.Call):
        return node.whitespace_before_args, _NONE
    if isinstance(node, cst.FunctionDef):
        return node.whitespace_before_params, _NONE
    if isinstance(node, cst.ClassDef):
        if isinstance(node.lpar, cst.LeftParen):
            return node.lpar.whitespace_after, _NONE
        return _NONE, _NONE
    if isinstance(node, cst.Tuple):
        if not node.lpar:
            return _NONE, _NONE
        return node.lpar[-1].whitespace_after, node.rpar[0].whitespace_before
    if isinstance(node, cst.List | cst.Subscript):
        return node.lbracket.whitespace_after, node.rbracket.whitespace_before
    return node.lbrace.whitespace_after, node.rbrace.whitespace_before


def with_items(node: Node, items: Items) -> Node:
    """The node with other elements."""
    if isinstance(node, cst.Call | cst.ClassDef | cst.FunctionDef):
        return _with_arguments(node, items)
    closing = items.before_close
    if isinstance(node, cst.Tuple):
        found = items.elements
        if not node.lpar:
            return node.with_changes(elements=found)
        opened = [*node.lpar[:-1], node.lpar[-1].with_changes(whitespace_after=items.after_open)]
        closed = [node.rpar[0].with_changes(whitespace_before=closing), *node.rpar[1:]]
        return node.with_changes(elements=found, lpar=opened, rpar=closed)
    if isinstance(node, cst.List | cst.Subscript):
        name = "slice" if isinstance(node, cst.Subscript) else "elements"
        return node.with_changes(
            **{name: items.elements},
            lbracket=node.lbracket.with_changes(whitespace_after=items.after_open),
            rbracket=node.rbracket.with_changes(whitespace_before=closing),
        )
    return node.with_changes(
        elements=items.elements,
        lbrace=node.lbrace.with_changes(whitespace_after=items.after_open),
        rbrace=node.rbrace.with_changes(whitespace_before=closing),
    )


def _with_arguments(node: Node, items: Items) -> Node:
    found = list(items.closed())
    if found and not items.trailing:
        space = (
            "whitespace_after_param"
            if isinstance(node, cst.FunctionDef)
            else "whitespace_after_arg"
        )
        if hasattr(found[-1], space):
            found[-1] = found[-1].with_changes(**{space: items.before_close})
    if isinstance(node, cst.Call):
        return node.with_changes(args=found, whitespace_before_args=items.after_open)
    if isinstance(node, cst.FunctionDef):
        return node.with_changes(
            params=_as_parameters(found), whitespace_before_params=items.after_open
        )
    bases = [one for one in found if one.keyword is None and one.star != "**"]
    keywords = [one for one in found if one not in bases]
    opened, closed = node.lpar, node.rpar
    if found and not isinstance(opened, cst.LeftParen):
        opened, closed = cst.LeftParen(), cst.RightParen()
    elif not found:
        opened = closed = cst.MaybeSentinel.DEFAULT
    else:
        opened = opened.with_changes(whitespace_after=items.after_open)
    return node.with_changes(bases=bases, keywords=keywords, lpar=opened, rpar=closed)


def _as_parameters(found: Sequence[Node]) -> cst.Parameters:
    slash = next((i for i, one in enumerate(found) if isinstance(one, cst.ParamSlash)), None)
    positional = [] if slash is None else list(found[:slash])
    rest = found if slash is None else found[slash + 1 :]
    plain: list[Node] = []
    keyword: list[Node] = []
    star: Node = cst.MaybeSentinel.DEFAULT
    double: Node = None
    for one in rest:
        if isinstance(one, cst.ParamStar) or one.star == "*":
            star = one
        elif one.star == "**":
            double = one
        elif isinstance(star, cst.MaybeSentinel):
            plain.append(one)
        else:
            keyword.append(one)
    return cst.Parameters(
        params=_defaults_last(plain),
        star_arg=star,
        kwonly_params=keyword,
        star_kwarg=double,
        posonly_params=positional,
        posonly_ind=cst.MaybeSentinel.DEFAULT if slash is None else found[slash],
    )


def _defaults_last(plain: list[Node]) -> list[Node]:
    """Parameters in an order that Python takes: those without a default first."""
    ordered = sorted(plain, key=lambda one: one.default is not None)
    return [
        new.with_changes(
            comma=old.comma,
            whitespace_after_param=old.whitespace_after_param,
        )
        for old, new in zip(plain, ordered, strict=True)
    ]


def is_tall(items: Items) -> bool:
    """Does each element stand on a line of its own?"""
    return isinstance(items.after_open, _TALL)


def in_layout(items: Items, like: Items) -> Items:
    """Elements on one line, laid out as others that are on several."""
    between = next(
        (
            one.comma.whitespace_after
            for one in like.elements[:-1]
            if isinstance(one.comma, cst.Comma)
        ),
        like.after_open,
    )
    found = [one.with_changes(comma=cst.Comma(whitespace_after=between)) for one in items.elements]
    if found:
        last = cst.Comma() if like.trailing else cst.MaybeSentinel.DEFAULT
        found[-1] = found[-1].with_changes(comma=last)
    return Items(tuple(found), like.after_open, like.before_close, like.trailing)


def longest_line(node: cst.CSTNode) -> int:
    """How long the longest line of code is."""
    return max((len(line) for line in nodes.code(node).splitlines()), default=0)


def on_lines(node: Node, indent: str) -> Node:
    """A list with each element on a line of its own, if it was on one line."""
    items = items_of(node)
    if is_tall(items) or not items.elements or "\n" in nodes.code(node):
        return node
    bare_tuple = isinstance(node, cst.Tuple) and not node.lpar
    if bare_tuple or isinstance(node, cst.FunctionDef | cst.ClassDef):
        return node
    deeper = _TALL(indent=True, last_line=cst.SimpleWhitespace(indent))
    # A comma would make a tuple of a subscript, and an error of a generator.
    trailing = not isinstance(node, cst.Subscript) and len(items.elements) > 1
    like = Items((), deeper, _TALL(indent=True), trailing)
    return with_items(node, in_layout(items, like))
