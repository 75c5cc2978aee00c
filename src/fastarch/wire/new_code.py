"""New code read with ``ast``, ten times as fast as libcst reads it: its definitions stay text."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import cast

from fastarch.records import dataclass
from fastarch.wire import tree
from fastarch.wire.new_names import Definition, Unknown, count_new_names
from fastarch.wire.nodes import NewDefinition, Statement, with_leading
from fastarch.wire.syntax import cst

Importing = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True)
class NewCode:
    """A piece of new code without its docstring.

    Args:
        imports: Each import line, and whether it is for type checkers alone.
        definitions: The rest.
    """

    imports: tuple[tuple[Importing, bool], ...]
    definitions: tuple[Statement, ...]


def read_new_code(source: str, like: cst.Module) -> NewCode | None:
    """Read a piece of new code for a module; None where that is a matter for libcst.

    It is where a definition would be written in another way as nodes of the module: indented like
    that, several on a line, with comments that belong to what is above them.
    """
    text = source.replace("\r\n", "\n")
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    lines = text.split("\n")
    imports: list[tuple[Importing, bool]] = []
    definitions: list[Statement] = []
    end = 0
    for number, node in enumerate(body):
        first = _first_line(node)
        lead, own = lines[end : first - 1], lines[first - 1 : node.end_lineno]
        # A module keeps what stands above its first statement to itself.
        if first <= end or not _is_plain(lead) or (lead and number == 0):
            return None
        end += len(lead) + len(own)
        if isinstance(node, Importing):
            imports.append((node, False))
        elif _is_type_checking(node):
            imports += ((one, True) for one in ast.walk(node) if isinstance(one, Importing))
        elif number or not _is_string(node):
            statement = _statement(node, own, lines, like)
            if statement is None:
                return None
            definitions.append(with_leading(statement, [_empty_line(line) for line in lead]))
    return NewCode(tuple(imports), tuple(definitions)) if _is_plain(lines[end:]) else None


def _statement(
    node: ast.stmt, own: Sequence[str], lines: Sequence[str], like: cst.Module
) -> Statement | None:
    """A statement as text, if it is a definition, or as nodes; None where neither would do."""
    if not isinstance(node, Definition):
        return None if hasattr(node, "body") else tree.parse_line("\n".join(own), like)
    inner = node.body[0]
    if inner.lineno > node.lineno:
        start = _first_line(inner)
        if lines[start - 1][: inner.col_offset] != like.default_indent:
            return None
    try:
        uses = count_new_names(node, lines)
    except Unknown:
        return None
    return cast("Statement", NewDefinition(like.default_newline.join(own), node.name, uses))


def _first_line(node: ast.stmt) -> int:
    decorators: Sequence[ast.expr] = getattr(node, "decorator_list", ())
    return min([node.lineno, *(one.lineno for one in decorators)])


def _is_plain(lines: Sequence[str]) -> bool:
    """Are these blank lines and comments at the margin?"""
    return all(not line or line.startswith("#") for line in lines)


def _empty_line(line: str) -> cst.EmptyLine:
    return cst.EmptyLine(comment=cst.Comment(line)) if line else cst.EmptyLine()


def _is_string(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str | bytes)
    )


def _is_type_checking(node: ast.stmt) -> bool:
    """Is the statement ``if TYPE_CHECKING:``, with imports and nothing else?"""
    if not isinstance(node, ast.If) or node.orelse:
        return False
    named = ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING"}
    return named and all(isinstance(one, Importing) for one in node.body)
