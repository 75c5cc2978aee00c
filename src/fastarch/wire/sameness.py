"""Is code that stands in a file the code that was put there?"""

from __future__ import annotations

import ast

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


def _comments(statement: cst.CSTNode) -> list[str]:
    found = []
    stack = [nodes.with_leading(statement, ())]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Comment):
            found.append(node.value)
        stack.extend(reversed(node.children))
    return found
