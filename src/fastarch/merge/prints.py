"""What code says, however a formatter has laid it out; and the comments in it."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import libcst as cst

from fastarch.wire.nodes import by_node, children, small

# A node of any kind, None where a version has none; which fields it has, its type says.
Node = Any
Print = tuple[Any, ...] | None

_LAYOUT = frozenset({
    "leading_lines", "lines_after_decorators", "header", "footer", "comma", "semicolon", "lpar",
    "rpar", "lbracket", "rbracket", "equal", "trailing_whitespace", "indent", "lbrace", "rbrace",
    "dot", "colon", "default_indent", "encoding", "default_newline", "has_trailing_newline",
    "newline", "first_line", "async_",
})  # fmt: skip
_NUMBERS = cst.Integer | cst.Float | cst.Imaginary
_SUITES = cst.IndentedBlock | cst.SimpleStatementSuite | cst.Module

# What holds no comment: plain values, and the smallest nodes.
_BARE = frozenset({
    str, bool, type(None), cst.MaybeSentinel, cst.Newline, cst.SimpleWhitespace,
})  # fmt: skip

_named: dict[type, tuple[str, ...]] = {}
_all_fields: dict[type, tuple[str, ...]] = {}


@by_node
def code_print(node: cst.CSTNode | None) -> Print:
    """A comparable form of code: equal for two texts that differ in their layout alone."""
    if node is None:
        return None
    if isinstance(node, _SUITES):
        return ("block", *(code_print(one) for one in flat(node.body)))
    if isinstance(node, cst.SimpleStatementLine):
        if len(node.body) == 1:
            return code_print(node.body[0])
        return ("line", *(code_print(one) for one in node.body))
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString):
        value = node.value.evaluated_value
        text = inspect.cleandoc(value).rstrip() if isinstance(value, str) else value
        return ("Expr", "string", text)
    if isinstance(node, cst.SimpleString):
        return ("string", node.evaluated_value)
    if isinstance(node, cst.ConcatenatedString):
        joined = node.evaluated_value
        if joined is not None:
            return ("string", joined)
    if isinstance(node, _NUMBERS):
        return ("number", node.value.lower())
    if isinstance(node, cst.FormattedString):
        return ("f", node.prefix.lower(), *(code_print(part) for part in node.parts))
    if isinstance(node, cst.FormattedStringText):
        return ("text", re.sub(r"\\(['\"])", r"\1", node.value))
    return (type(node).__name__, *_parts(node))


def flat(body: Sequence[Node]) -> Iterator[cst.CSTNode]:
    """The statements of a block, each one of a line with several by itself."""
    for statement in body:
        yield from small(statement) or (statement,)


def _parts(node: cst.CSTNode) -> Iterator[object]:
    for name in fields_in_print(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield (name, code_print(value))
        elif isinstance(value, cst.MaybeSentinel) or value in (None, ""):
            continue
        elif isinstance(value, list | tuple):
            yield (name, *(code_print(one) for one in value))
        else:
            yield (name, value)


def fields_in_print(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node that say something."""
    names = _named.get(kind)
    if names is None:
        names = _named[kind] = tuple(
            item.name
            for item in fields(kind)
            if item.name not in _LAYOUT and not item.name.startswith("whitespace")
        )
    return names


@by_node
def comments(node: cst.CSTNode | None) -> Counter[str]:
    """The comments in a node, those above it aside."""
    found: Counter[str] = Counter()
    stack: list[Node] = [] if node is None else list(_below(node, without="leading_lines"))
    while stack:
        current = stack.pop()
        if isinstance(current, cst.Comment):
            found[plain_comment(current)] += 1
        else:
            stack.extend(_below(current))
    return found


def _below(node: cst.CSTNode, without: str = "") -> Iterator[cst.CSTNode]:
    """The child nodes, white space included: several times faster than the library's own."""
    kind = type(node)
    names = _all_fields.get(kind)
    if names is None:
        names = _all_fields[kind] = tuple(item.name for item in fields(kind))
    for name in names:
        value = getattr(node, name)
        if isinstance(value, list | tuple):
            if name != without:
                yield from (one for one in value if type(one) not in _BARE)
        elif type(value) not in _BARE:
            yield value


def plain_comment(comment: cst.Comment) -> str:
    """The words of a comment: formatters add a space."""
    return comment.value.lstrip("#!:").strip()


def same(one: cst.CSTNode | None, two: cst.CSTNode | None) -> bool:
    """Do two nodes say the same, their comments included?"""
    return one is two or (code_print(one) == code_print(two) and comments(one) == comments(two))


def same_code(one: cst.CSTNode | None, two: cst.CSTNode | None) -> bool:
    """Do two nodes say the same, comments aside?"""
    return one is two or code_print(one) == code_print(two)


def prints_as_meant(statement: Node) -> bool:
    """Is the text of a statement put together from several the code that was meant?"""
    try:
        parsed = cst.parse_module(cst.Module([statement]).code)
    except cst.ParserSyntaxError:
        return False
    return len(parsed.body) == 1 and same_code(parsed.body[0], statement)


def keeps_comments(one: cst.CSTNode | None, base: cst.CSTNode | None, other: Node) -> bool:
    """Are the comments that one has and base has not in the other node?"""
    return not (comments(one) - comments(base)) - comments(other)


@by_node
def words(node: cst.CSTNode | None) -> Counter[str]:
    """The names, literals and statements in code, for a comparison of likeness."""
    found: Counter[str] = Counter()
    stack: list[Node] = [node] if node is not None else []
    while stack:
        current = stack.pop()
        if isinstance(current, cst.Name | cst.SimpleString | _NUMBERS | cst.FormattedStringText):
            found[current.value] += 1
        elif isinstance(current, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            found[type(current).__name__] += 1
        stack.extend(children(current))
    return found


def likeness(one: cst.CSTNode | None, two: cst.CSTNode | None) -> float:
    """How much of two pieces of code is the same, from 0 to 1."""
    first, second = words(one), words(two)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 1.0
