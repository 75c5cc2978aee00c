"""Names that a module uses and nothing binds."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator

_ALWAYS = frozenset(dir(builtins)) | {
    "__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__path__",
    "__builtins__", "__annotations__", "__class__", "__dict__", "__module__", "__qualname__",
    "reveal_type",
}  # fmt: skip


def unbound(source: bytes) -> frozenset[str] | None:
    """The names that a module reads from its own scope and does not bind.

    Returns:
        None where that cannot be told: newer syntax than the running Python's, a star import.
    """
    try:
        tree = ast.parse(source)
        table = symtable.symtable(source.decode("utf-8-sig"), "module.py", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return None
    if any(
        isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree)
    ):
        return None
    bound = {
        one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()
    }
    bound |= {one.get_name() for one in table.get_symbols() if one.is_namespace()}
    used = set(_used(table))
    for inner in _tables(table):
        for one in inner.get_symbols():
            if one.is_declared_global() and one.is_assigned():
                bound.add(one.get_name())
    anywhere = {s.get_name() for t in _tables(table) for s in t.get_symbols() if s.is_local()}
    annotated = {name for name in _annotated(tree) if name not in anywhere}
    return frozenset((used | annotated) - bound - _ALWAYS)


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for one in table.get_children():
        yield from _tables(one)


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    for one in table.get_symbols():
        if one.is_referenced() and (one.is_global() or table.get_type() == "module"):
            yield one.get_name()
    for child in table.get_children():
        yield from _used(child)


def _annotated(tree: ast.AST) -> Iterator[str]:
    """Names in annotations, which a symbol table may leave out."""
    for node in ast.walk(tree):
        parts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for part in parts:
            if isinstance(part, ast.AST):
                for one in ast.walk(part):
                    if isinstance(one, ast.Name):
                        yield one.id


def parses(source: bytes) -> bool:
    """Does the running Python take it?"""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
