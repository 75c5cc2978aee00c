"""The names at an endpoint: how its module calls a model, and what requests may give already."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.modules import FunctionNode
from fastarch.discover.neighbours import arguments
from fastarch.discover.uses import dependency


def spelled(index: ModuleIndex, module: Module, model: Definition) -> str | None:
    """How a module names a model: ``User``, ``models.User``."""
    homes = [name for name, said in _modules(index, module) if _is_home(said, model)]
    for name in (*_bound(module), *(f"{name}.{model.name}" for name in homes)):
        found = index.resolve(module, name)
        if found is not None and found.node is model.node:
            return name
    return None


def _modules(index: ModuleIndex, module: Module) -> Iterator[tuple[str, str]]:
    """The names that a module imports, each with what it may be as a module."""
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom):
            parent = index.absolute(module, node)
            for alias in node.names:
                yield alias.asname or alias.name, f"{parent}.{alias.name}".lstrip(".")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name


def _is_home(name: str, model: Definition) -> bool:
    """Whether a module is the model's own, or a package around it."""
    return f"{model.module.name}.".startswith(f"{name}.")


def _bound(module: Module) -> Iterator[str]:
    for node in module.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.ClassDef):
            yield node.name


def is_bound(module: Module, name: str) -> bool:
    """Whether a module has something of a name at its top level."""
    return any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(module.tree)
    ) or name in _bound(module)


def parameters(
    index: ModuleIndex, module: Module, node: FunctionNode, depth: int = 4
) -> Iterator[str]:
    """The names of parameters that requests give, through dependencies, too."""
    for argument, default in arguments(node):
        filled = dependency(index, module, argument.annotation, default)
        if filled is None:
            yield argument.arg
            yield from _aliases(argument.annotation, default)
            continue
        if filled.target is None or depth <= 0:
            continue
        target = filled.target.func if isinstance(filled.target, ast.Call) else filled.target
        found = index.resolve(filled.module, dotted(target) or "-")
        inner = found.node if found is not None else None
        if found is None:
            continue
        is_made = isinstance(filled.target, ast.Call)
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            if not is_made:
                yield from parameters(index, found.module, inner, depth - 1)
            for nested in ast.walk(inner):
                if nested is not inner and isinstance(
                    nested, ast.FunctionDef | ast.AsyncFunctionDef
                ):
                    yield from parameters(index, found.module, nested, depth - 1)
        elif isinstance(inner, ast.ClassDef):
            for part in inner.body:
                if is_made and not (isinstance(part, ast.FunctionDef) and part.name == "__call__"):
                    continue
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    yield part.target.id
                    yield from _aliases(part.annotation, part.value)
                elif isinstance(part, ast.FunctionDef) and part.name in {"__init__", "__call__"}:
                    yield from parameters(index, found.module, part, depth - 1)


def _aliases(*parts: ast.expr | None) -> Iterator[str]:
    for part in parts:
        for node in ast.walk(part) if part is not None else ():
            match node:
                case ast.keyword(
                    arg="alias" | "validation_alias", value=ast.Constant(value=str(name))
                ):
                    yield name
                case _:
                    pass
