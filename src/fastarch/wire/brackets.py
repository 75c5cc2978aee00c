"""What stands between the brackets of a call or a function's head: on one line or on several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import libcst as cst

from fastarch.wire.items import Items, Space

Form = Literal["flat", "hug", "tall"]
"""On one line; all together on a line of their own; each on a line of its own."""
FORMS: tuple[Form, ...] = ("flat", "hug", "tall")

_NONE = cst.SimpleWhitespace("")
_ONE = cst.SimpleWhitespace(" ")
_SECTIONS = ("posonly_params", "posonly_ind", "params", "star_arg", "kwonly_params", "star_kwarg")


def in_form(items: Items, form: Form, indent: str) -> Items:
    """The elements in a form, as formatters write it; comments among them are lost."""
    line = cst.TrailingWhitespace()
    deeper = cst.ParenthesizedWhitespace(line, (), True, cst.SimpleWhitespace(indent))
    back = cst.ParenthesizedWhitespace(line, (), True, _NONE)
    between: Space = deeper if form == "tall" else _ONE
    elements = [
        one.with_changes(comma=cst.Comma(whitespace_after=between)) for one in items.elements[:-1]
    ]
    last = items.elements[-1]
    trailing = form == "tall"
    comma = cst.Comma(whitespace_after=_NONE) if trailing else cst.MaybeSentinel.DEFAULT
    elements.append(last.with_changes(comma=comma))
    around = form != "flat"
    return Items(tuple(elements), deeper if around else _NONE, back if around else _NONE, trailing)


def form_of(items: Items) -> Form | None:
    """The form of elements; None where it is another, or there are comments."""
    spaces = [one.comma.whitespace_after for one in items.elements[:-1]]
    lines = [isinstance(space, cst.ParenthesizedWhitespace) for space in spaces]
    outside = (items.after_open, items.before_close)
    outer = [isinstance(space, cst.ParenthesizedWhitespace) for space in outside]
    if any(_commented(space) for space in (*spaces, *outside)):
        return None
    if not any(outer) and not any(lines):
        return None if items.trailing else "flat"
    if not all(outer):
        return None
    if not any(lines) and not items.trailing:
        return "hug"
    return "tall" if all(lines) and items.trailing else None


def _commented(space: Space) -> bool:
    return isinstance(space, cst.ParenthesizedWhitespace) and (
        space.first_line.comment is not None or bool(space.empty_lines)
    )


def arguments(call: cst.Call) -> Items:
    """The arguments of a call."""
    return _taken(call.args, call.whitespace_before_args, "whitespace_after_arg")


def with_arguments(call: cst.Call, items: Items) -> cst.Call:
    """A call with other arguments."""
    elements, after_open = _given(items, "whitespace_after_arg")
    return call.with_changes(args=elements, whitespace_before_args=after_open)


def pairs(node: cst.Dict) -> Items:
    """What is in a dictionary."""
    return Items.of(node.elements, node.lbrace.whitespace_after, node.rbrace.whitespace_before)


def with_pairs(node: cst.Dict, items: Items) -> cst.Dict:
    """A dictionary of other pairs."""
    return node.with_changes(
        elements=items.elements,
        lbrace=node.lbrace.with_changes(whitespace_after=items.after_open),
        rbrace=node.rbrace.with_changes(whitespace_before=items.before_close),
    )


def elements(node: cst.List) -> Items:
    """What is in a list."""
    before, after = node.lbracket.whitespace_after, node.rbracket.whitespace_before
    return Items.of(node.elements, before, after)


def with_elements(node: cst.List, items: Items) -> cst.List:
    """A list of other elements."""
    return node.with_changes(
        elements=items.elements,
        lbracket=node.lbracket.with_changes(whitespace_after=items.after_open),
        rbracket=node.rbracket.with_changes(whitespace_before=items.before_close),
    )


def parameters(function: cst.FunctionDef) -> Items:
    """The parameters of a function, all kinds in order."""
    flat: list[cst.CSTNode] = []
    for section in _SECTIONS:
        value = getattr(function.params, section)
        if isinstance(value, Sequence):
            flat += value
        elif isinstance(value, cst.CSTNode):
            flat.append(value)
    return _taken(flat, function.whitespace_before_params, "whitespace_after_param")


def with_parameters(function: cst.FunctionDef, items: Items) -> cst.FunctionDef:
    """A function with other parameters: what is new is positional, or follows a star."""
    elements, after_open = _given(items, "whitespace_after_param")
    sections: dict[str, Any] = {name: [] for name in _SECTIONS if name.endswith("params")}
    sections |= {"posonly_ind": cst.MaybeSentinel.DEFAULT, "star_kwarg": None}
    sections["star_arg"] = cst.MaybeSentinel.DEFAULT
    here = "params"
    for one in elements:
        if isinstance(one, cst.ParamSlash):
            sections["posonly_params"], sections["params"] = sections["params"], []
            sections["posonly_ind"] = one
        elif isinstance(one, cst.ParamStar) or one.star == "*":
            sections["star_arg"], here = one, "kwonly_params"
        elif one.star == "**":
            sections["star_kwarg"] = one
        else:
            sections[here].append(one)
    params = function.params.with_changes(**sections)
    return function.with_changes(params=params, whitespace_before_params=after_open)


def _taken(elements: Sequence[Any], after_open: Space, space_of_last: str) -> Items:
    found = list(elements)
    before_close: Space = _NONE
    if found and not isinstance(found[-1].comma, cst.Comma) and hasattr(found[-1], space_of_last):
        before_close = getattr(found[-1], space_of_last)
        found[-1] = found[-1].with_changes(**{space_of_last: _NONE})
    return Items.of(found, after_open, before_close)


def _given(items: Items, space_of_last: str) -> tuple[tuple[Any, ...], Space]:
    elements = items.closed()
    if elements and not items.trailing:
        last = elements[-1].with_changes(**{space_of_last: items.before_close})
        elements = (*elements[:-1], last)
    return elements, items.after_open


def outer_brackets(statement: cst.CSTNode, indent: str) -> cst.CSTNode | None:
    """A statement of one line whose value stands on lines of its own, as formatters break it.

    A comprehension is broken in its own brackets, anything else in new parentheses; None where
    neither can be.
    """
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    part = statement.body[0]
    value = part.value if isinstance(part, cst.Return | cst.Assign | cst.AnnAssign) else None
    if value is None or "\n" in cst.Module([]).code_for_node(value):
        return None
    line = cst.TrailingWhitespace()
    deeper = cst.ParenthesizedWhitespace(line, (), True, cst.SimpleWhitespace(indent))
    back = cst.ParenthesizedWhitespace(line, (), True, _NONE)
    new: cst.BaseExpression
    if isinstance(value, cst.ListComp) and value.for_in.inner_for_in is None:
        new = value.with_changes(
            lbracket=cst.LeftSquareBracket(deeper),
            rbracket=cst.RightSquareBracket(back),
            for_in=value.for_in.with_changes(whitespace_before=deeper),
        )
    elif value.lpar:
        return None
    else:
        new = value.with_changes(lpar=[cst.LeftParen(deeper)], rpar=[cst.RightParen(back)])
    return statement.with_changes(body=[part.with_changes(value=new)])


def without_outer_brackets(statement: cst.CSTNode) -> cst.CSTNode:
    """A statement that ``outer_brackets`` has broken, on one line again; any other as it is."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return statement
    part = statement.body[0]
    value = part.value if isinstance(part, cst.Return | cst.Assign | cst.AnnAssign) else None
    new: cst.BaseExpression
    if isinstance(value, cst.ListComp) and not value.lpar:
        new = value.with_changes(
            lbracket=cst.LeftSquareBracket(),
            rbracket=cst.RightSquareBracket(),
            for_in=value.for_in.with_changes(whitespace_before=_ONE),
        )
    elif value is not None and len(value.lpar) == 1:
        new = value.with_changes(lpar=(), rpar=())
    else:
        return statement
    plain = statement.with_changes(body=[part.with_changes(value=new)])
    return statement if "\n" in cst.Module([]).code_for_node(new) else plain
