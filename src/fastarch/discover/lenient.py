"""Dependencies that let people through who have not signed in, by their look."""

from __future__ import annotations

import ast
import re

from fastarch.discover.modules import FunctionNode, dotted
from fastarch.discover.walk import steps

# Arguments by which a dependency lets everybody in, and those that have it turn people away.
_MAY = re.compile(r"(?i)optional|anonym|allow_(?:guest|unauth)|lenient")
_MUST = re.compile(r"(?i)auto_?error|required?$|mandatory|strict|raise|enforce")


def lets_in(name: str, value: ast.expr) -> bool:
    """Whether an argument says that nobody is turned away: ``optional=True``."""
    if not isinstance(value, ast.Constant):
        return False
    return (bool(_MAY.search(name)) and value.value is True) or (
        bool(_MUST.search(name)) and value.value is False
    )


def is_lenient(node: FunctionNode) -> bool:
    """Whether a function lets people through who have not signed in, though it turns some away.

    It gives None for them, or looks at the method of a request first, or takes back what it raises.
    """
    if node.returns is not None and is_optional(node.returns):
        return True
    return gives_none(node) or any(
        (isinstance(inner, ast.If) and ".method" in ast.unparse(inner.test) and _ends(inner))
        or (isinstance(inner, ast.Try) and _takes_back(inner))
        for inner in ast.walk(node)
    )


def gives_none(node: FunctionNode) -> bool:
    """Whether a function gives something, and None to others."""
    given = [
        step.node.value
        for step in steps(node.body)
        if not step.scopes and isinstance(step.node, ast.Return)
    ]
    nothing = [one for one in given if one is None or ast.unparse(one) == "None"]
    return 0 < len(nothing) < len(given)


def _ends(node: ast.If) -> bool:
    """Whether a branch ends what its function does."""
    return any(isinstance(inner, ast.Return | ast.Raise) for inner in ast.walk(node))


def is_optional(annotation: ast.expr) -> bool:
    """``User | None``, ``Optional[User]``."""
    match annotation:
        case ast.Constant(value=str(text)):
            inner = parsed(text)
            return inner is not None and is_optional(inner)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return any(ast.unparse(one) == "None" or is_optional(one) for one in (left, right))
        case ast.Subscript(value=kind, slice=inner):
            word = dotted(kind).rpartition(".")[2]
            several = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return word == "Optional" or (
                word in {"Union", "Annotated"}
                and any(ast.unparse(one) == "None" or is_optional(one) for one in several)
            )
        case _:
            return False


def _takes_back(node: ast.Try) -> bool:
    """Whether what a statement turns away with goes no further."""
    raises = any(isinstance(inner, ast.Raise) for part in node.body for inner in ast.walk(part))
    kinds = {"", "Exception", "BaseException", "HTTPException"}
    return raises and any(
        not any(isinstance(inner, ast.Raise) for part in one.body for inner in ast.walk(part))
        for one in node.handlers
        if kinds & {dotted(kind).rpartition(".")[2] for kind in _kinds(one)}
    )


def _kinds(handler: ast.ExceptHandler) -> list[ast.expr | None]:
    kind = handler.type
    return list(kind.elts) if isinstance(kind, ast.Tuple) else [kind]


def parsed(text: str) -> ast.expr | None:
    """An annotation in quotes; None where it is no expression."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None
