"""Endpoints that take a whole row of the user model from a client."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from fastarch.discover.credentials import dependencies
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.symbols import Place

_WRITING = frozenset({"post", "put", "patch", "api_route"})


def user_bodies(
    index: ModuleIndex, reach: Iterable[Module], model: Definition
) -> tuple[Place, ...]:
    """Where an endpoint's body is the model itself, as SQLModel lets it be: it can say all columns.

    Args:
        index: The app's modules.
        reach: Those that the app is made of.
        model: The user model.
    """
    return tuple(
        module.place(node)
        for module in reach
        if model.name in module.text and any(f".{word}(" in module.text for word in _WRITING)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _writes(node)
        and model.dotted in _bodies(index, module, node)
    )


def _writes(node: FunctionNode) -> bool:
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in _WRITING
        for one in node.decorator_list
    )


def _bodies(index: ModuleIndex, module: Module, node: FunctionNode) -> Iterator[str]:
    """The classes that an endpoint takes as they are."""
    for argument, default in arguments(node):
        given = [
            *dependencies(index, module, argument.annotation),
            *dependencies(index, module, default),
        ]
        asked = isinstance(default, ast.Call) and dotted(default.func).endswith("Depends")
        if argument.annotation is None or given or asked:
            continue
        for inner in ast.walk(argument.annotation):
            name = dotted(inner) if isinstance(inner, ast.Name | ast.Attribute) else ""
            found = index.resolve(module, name) if name else None
            if found is not None and isinstance(found.node, ast.ClassDef):
                yield found.dotted
