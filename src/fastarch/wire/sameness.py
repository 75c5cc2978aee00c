"""Is code that stands in a file the code that was put there?"""

from __future__ import annotations

import ast
import io
import tokenize

from fastarch.wire import nodes
from fastarch.wire.syntax import cst


def same_code(one: cst.CSTNode, two: cst.CSTNode) -> bool:
    """Do two statements say the same, however a formatter has laid them out?

    Comments count; quotes, line breaks and trailing commas do not.
    """
    first, second = nodes.code(one), nodes.code(two)
    if first == second:
        return True
    if type(one) is not type(two) or _comments(one) != _comments(two):
        return False
    try:
        return ast.dump(ast.parse(first)) == ast.dump(ast.parse(second))
    except (SyntaxError, ValueError, RecursionError):
        # Newer than the running Python: only the text is left to compare.
        return False


def same_source(one: bytes, two: bytes) -> bool:
    """Do two modules say the same, however a formatter has laid them out?"""
    if one == two:
        return True
    try:
        return _plain(one) == _plain(two)
    except (SyntaxError, ValueError, RecursionError):
        return False


def says_nothing(source: bytes) -> bool:
    """Is a module empty but for its docstring?"""
    try:
        _, comments = _plain(source)
        module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return not comments and len(module.body) == (ast.get_docstring(module) is not None)


def _plain(source: bytes) -> tuple[str, list[str]]:
    tokens = tokenize.tokenize(io.BytesIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return ast.dump(ast.parse(source)), comments


def _comments(statement: cst.CSTNode) -> list[str]:
    found = []
    stack = [nodes.with_leading(statement, ())]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Comment):
            found.append(node.value)
        stack.extend(reversed(node.children))
    return found
