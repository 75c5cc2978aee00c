"""How a new call is written: in its siblings' shape."""

from __future__ import annotations

from collections.abc import Sequence

from fastarch.wire import nodes, tree
from fastarch.wire.calls import Found
from fastarch.wire.nodes import Statement
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source

_WIDTH = 88


def keyword_order(siblings: Sequence[Found]) -> list[str]:
    """The keywords of the siblings, in the order of the one that gives the most."""
    order: dict[str, None] = {}
    for one in sorted(siblings, key=lambda one: -len(one.call.args)):
        order.update(dict.fromkeys(arg.keyword.value for arg in one.call.args if arg.keyword))
    return list(order)


def written(
    source: Source, block: Path, function: str, parts: Sequence[str], siblings: Sequence[Found]
) -> Statement:
    """A call as a statement, on one line or on several like its siblings.

    The first sibling with several arguments sets the example, unless it is on several lines only
    because it has to be: so the shape does not depend on calls that were added since.
    """
    flat = f"{function}({', '.join(parts)})"
    texts = [nodes.code(one.call) for one in siblings]
    width = max([_WIDTH - source.indentation(block), *(len(t) for t in texts if "\n" not in t)])
    example = next((one.call for one in siblings if len(one.call.args) > 1), None)
    tall = example is not None and len(parts) > 1 and _tall(example, width)
    if len(flat) <= width and not tall:
        return tree.parse_line(flat, source.module)
    text = f"{function}(\n" + "".join(f"    {one},\n" for one in parts) + ")"
    return _indented(tree.parse_line(text, source.module), source.module.default_indent)


def _tall(call: cst.Call, width: int) -> bool:
    """Is the call on several lines although it would fit on one?"""
    lines = nodes.code(call).splitlines()
    flat = " ".join(line.strip() for line in lines).replace("( ", "(").replace(", )", ")")
    return len(lines) > 1 and len(flat.replace(" )", ")")) <= width


def _indented(line: Statement, indent: str) -> Statement:
    """A call on several lines, with the file's own indentation."""
    assert isinstance(line, cst.SimpleStatementLine)
    part = line.body[0]
    if indent == "    " or not (isinstance(part, cst.Expr) and isinstance(part.value, cst.Call)):
        return line
    call = part.value
    args = []
    for arg in call.args:
        comma = arg.comma
        if isinstance(comma, cst.Comma):
            comma = comma.with_changes(whitespace_after=_deeper(comma.whitespace_after, indent))
        args.append(arg.with_changes(comma=comma))
    before = _deeper(call.whitespace_before_args, indent)
    call = call.with_changes(args=args, whitespace_before_args=before)
    return line.with_changes(body=[part.with_changes(value=call)])


def _deeper(
    space: cst.BaseParenthesizableWhitespace, indent: str
) -> cst.BaseParenthesizableWhitespace:
    if isinstance(space, cst.ParenthesizedWhitespace) and space.last_line.value:
        return space.with_changes(last_line=cst.SimpleWhitespace(indent))
    return space
