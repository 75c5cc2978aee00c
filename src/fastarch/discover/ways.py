"""The ways from the app down to a router: a router that is included twice has two."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from fastarch.discover.includes import Graph, Reader
from fastarch.discover.keys import Key
from fastarch.discover.modules import FunctionNode, Module

_MOST = 64


class Said(NamedTuple):
    """An expression, and where its names are read."""

    module: Module
    scope: FunctionNode | None
    node: ast.expr


class Way(NamedTuple):
    """One way to a router.

    Args:
        prefix: What stands before the router's own paths.
        asks: What is said with ``dependencies=`` on the way, the app's and the router's own
            included, outermost first.
    """

    prefix: str
    asks: tuple[Said, ...]


def ways(graph: Graph, reader: Reader) -> dict[Key, tuple[Way, ...]]:
    """Every way to every router that the app leads to."""
    own = reader.own_keyword(graph.entry, "dependencies")
    found: dict[Key, list[Way]] = {graph.entry: [Way("", (Said(*own),) if own else ())]}
    waiting: list[tuple[Key, Way, tuple[Key, ...]]] = [
        (graph.entry, way, (graph.entry,)) for way in found[graph.entry]
    ]
    while waiting:
        parent, way, above = waiting.pop(0)
        for key, further in _below(graph, reader, parent):
            known = found.setdefault(key, [])
            if key in above or len(known) >= _MOST:
                continue
            new = Way(way.prefix + further.prefix, (*way.asks, *further.asks))
            known.append(new)
            waiting.append((key, new, (*above, key)))
    return {key: tuple(known) for key, known in found.items()}


def _below(graph: Graph, reader: Reader, parent: Key) -> Iterator[tuple[Key, Way]]:
    """What is included on a router, with what the include and the included one say."""
    for include in graph.on(parent):
        for child in include.children:
            if child.key is None:
                continue
            asks = []
            given = child.keywords.get("dependencies")
            if given is not None:
                asks.append(Said(*child.place_of("dependencies"), given))
            own = reader.own_keyword(child.key, "dependencies")
            if own is not None:
                asks.append(Said(*own))
            prefix = reader.text(child, "prefix") or ""
            prefix += reader.own_text(child.key, "prefix") or ""
            yield child.key, Way(prefix, tuple(asks))


def subtree(graph: Graph, key: Key) -> list[Key]:
    """A router and the routers that are included on it, directly or not."""
    found = [key]
    for parent in found:
        for include in graph.on(parent):
            found += [
                child.key for child in include.children if child.key and child.key not in found
            ]
    return found
