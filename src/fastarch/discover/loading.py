"""What a module imports when it is loaded, as far as that decides where new code can go."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping

from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import Module, absolute, dotted
from fastarch.discover.profile import Layout, Role

_ROLES: tuple[Role, ...] = ("model", "schema", "repository", "service")


def loads(index: ModuleIndex, layout: Layout) -> Mapping[str, frozenset[str]]:
    """By module that all resources share: the project's modules that come with it.

    Imports in functions, and those for type checkers alone, close no circle.
    """
    found: dict[str, frozenset[str]] = {}
    for role in _ROLES:
        path = layout.paths[role]
        if "{" not in path and (index.root / path).is_file():
            module = index.at(path)
            if module.name not in found:
                found[module.name] = frozenset(_loaded(index, module)) - {module.name}
    return found


def loaded(index: ModuleIndex, module: Module) -> frozenset[str]:
    """The project's modules that come with a module, itself aside.

    The packages that it lies in are loaded before it begins, and close no circle.
    """
    parts = module.name.split(".")
    above = {".".join(parts[:end]) for end in range(1, len(parts))}
    found = _loaded(index, module, above)
    return frozenset(found) - {module.name}


def _loaded(index: ModuleIndex, start: Module, known: Collection[str] = ()) -> Iterator[str]:
    seen = set(known)
    waiting = [start]
    while waiting:
        module = waiting.pop()
        if module.name in seen:
            continue
        seen.add(module.name)
        yield module.name
        for name in _imported(module):
            parts = name.split(".")
            steps = (".".join(parts[:end]) for end in range(1, len(parts) + 1))
            waiting += [other for step in steps if (other := index.find(step)) is not None]


def _imported(module: Module) -> Iterator[str]:
    for node in _statements(module.tree.body):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node.level, node.module or "")
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs when a module is loaded."""
    for node in body:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and dotted(node.test).endswith("TYPE_CHECKING"):
            yield from _statements(node.orelse)
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, part, ()))
        for handler in getattr(node, "handlers", ()):
            yield from _statements(handler.body)


def while_loading(statement: ast.stmt) -> Iterator[ast.AST]:
    """What is evaluated of a statement while its module is loaded: no function's body."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        inner = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [child for child in inner if child not in node.body]
        elif isinstance(node, ast.Lambda):
            inner = [node.args]
        waiting += inner
