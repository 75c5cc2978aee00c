"""What code does with the rows of a query before they are answered, and what a page forbids."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from fastarch.discover.frames import Frame, Read
from fastarch.discover.modules import dotted
from fastarch.discover.queries import refusal
from fastarch.discover.trail import Trail

_SUMS = frozenset({"sum", "min", "max", "any", "all"})
_MUTATES = frozenset({"sort", "reverse", "extend", "insert", "pop", "remove", "clear"})


def require_untouched(read: Read, name: str, trail: Trail) -> None:
    """Refuse what a function does with rows besides passing them on; note where it counts them.

    Raises:
        NotUnderstoodError: A page of them would not be what all of them were.
    """
    frame = read.frame
    for node in (inner for one in frame.node.body for inner in ast.walk(one)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=said), attr=verb)):
                if said == name and verb in _MUTATES:
                    raise refusal(
                        Read(frame, node),
                        f"Rows of a query are changed in Python, by {verb}().",
                        "let the query do it",
                    )
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=said)]) if said == name:
                trail.counts.append(Read(frame, node))
            case ast.Call(func=ast.Name(id=verb), args=[first, *_]) if verb in _SUMS and _mentions(
                first, name
            ):
                raise refusal(
                    Read(frame, node),
                    f"All rows of a query are computed with in Python, by {verb}().",
                    "let another query do it",
                )
            case ast.For(iter=ast.Name(id=said)) if said == name and _adds_up(node):
                raise refusal(
                    Read(frame, node.iter),
                    "All rows of a query are added up in Python.",
                    "let another query do it",
                )
            case ast.Subscript(value=ast.Name(id=said)) if said == name:
                raise refusal(Read(frame, node), "Single rows of a query are taken in Python.")
            case ast.AugAssign(target=ast.Name(id=said)) if said == name:
                raise refusal(
                    Read(frame, node.value), "Rows of a query are joined with others in Python."
                )
            case _:
                pass


def require_each(read: Read, parts: Sequence[ast.comprehension]) -> None:
    """Refuse a comprehension that leaves rows out, or makes several of one."""
    if len(parts) > 1 or any(part.ifs for part in parts):
        raise refusal(
            read,
            "Rows of a query are chosen in Python: a page of them would have gaps.",
            "move the condition to the query",
        )


def is_nothing(node: ast.expr) -> bool:
    """Whether an expression says that there are no rows: ``[]``, an answer written out."""
    match node:
        case ast.Constant():
            return True
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return all(map(is_nothing, parts))
        case ast.Dict(values=parts):
            return all(map(is_nothing, parts))
        case ast.Call(args=parts, keywords=words):
            said = [*parts, *(word.value for word in words)]
            return (
                bool(said)
                and all(
                    is_nothing(part) or isinstance(part, ast.Name | ast.Attribute) for part in said
                )
                if "Response" in dotted(node.func)
                else all(map(is_nothing, said))
            )
        case ast.Attribute():
            return dotted(node).startswith("status.")
        case _:
            return False


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _adds_up(loop: ast.AST) -> bool:
    return any(isinstance(node, ast.AugAssign) for node in ast.walk(loop))


def leaves(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop leaves rows out."""
    return any(isinstance(node, ast.Continue | ast.Break) for node in ast.walk(loop))


def appends(node: ast.AST, name: str) -> bool:
    """Whether an expression appends to a list of that name."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "append"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
    )


def refuse_caches(frame: Frame) -> None:
    """Refuse a function whose answers are kept: a page must not be that of another."""
    for decorator in frame.node.decorator_list:
        name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        last = name.rpartition(".")[2].lower()
        if "cache" in last or "memo" in last:
            reason = f"What {frame.node.name} gives is kept by @{name}, headers and pages aside."
            raise refusal(
                Read(frame, ast.copy_location(ast.Name(name, ast.Load()), decorator)),
                reason,
                "take the decorator off, or keep what does not come in pages",
            )
