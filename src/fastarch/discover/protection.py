"""What an app serves, as far as it matters who may ask for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from fastarch.discover.app import Found, find_app
from fastarch.discover.guards import Asked, Guards
from fastarch.discover.hints import read_project
from fastarch.discover.index import ModuleIndex
from fastarch.discover.keys import Key
from fastarch.discover.modules import Module
from fastarch.discover.operations import Operation, Routing, read_routing
from fastarch.discover.scan import Scan, scan
from fastarch.discover.symbols import Expression, Place, Symbol
from fastarch.discover.unread import Other, unread
from fastarch.discover.ways import Said, Way, ways
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

State = Literal["open", "guarded", "weaker", "other"]
"""Nobody asks; the guard is asked for; what the guard itself stands on; something else is."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A call that makes routes of a function.

    Args:
        operation: The first of them.
        labels: All of them: one for each method, on each way that leads there.
        served: The app was seen to lead to it.
        state: What it asks for.
        by: What that is, by name and place.
        itself: It says so itself; its router does not.
    """

    operation: Operation
    labels: tuple[str, ...]
    served: bool
    state: State
    by: str = ""
    itself: bool = False

    @property
    def key(self) -> Key | None:
        """Its router."""
        return self.operation.router

    @property
    def module(self) -> Module:
        """The module in which the call stands."""
        return self.operation.made[0] if self.operation.made else self.operation.module

    @property
    def place(self) -> Place:
        """Where the call stands."""
        return Place(self.module.file, self.operation.decorator.lineno)


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """All that an app serves."""

    found: Found
    seen: Scan
    routing: Routing
    guards: Guards
    guard: Symbol
    routes: tuple[Route, ...]
    others: tuple[Other, ...]

    @property
    def index(self) -> ModuleIndex:
        """The app's modules."""
        return self.found.index

    @property
    def common(self) -> str:
        """What the paths of the app's routers begin with, where it has several: ``/api/v1``."""
        entry = self.routing.graph.entry
        paths = [
            (route.key, route.operation.path.split("/")[1:])
            for route in self.routes
            if route.served and route.key != entry
        ]
        together: list[str] = []
        for parts in zip(*(path[:-1] for _, path in paths), strict=False):
            if len(set(parts)) != 1 or parts[0].startswith("{"):
                break
            together.append(parts[0])
        nexts: dict[str, set[Key | None]] = {}
        for key, path in paths:
            nexts.setdefault(path[len(together)], set()).add(key)
        own = {part for part in nexts if part and not part.startswith("{")}
        apart = len(own) > 1 and len(set[Key | None]().union(*(nexts[part] for part in own))) > 1
        return "/".join(["", *together]) if apart else ""


def read_surface(root: Path, entry: str | None, guard: Symbol | Expression) -> Surface:
    """Read what an app serves, and which of it asks for the guard.

    Args:
        guard: The dependency that gives who is signed in, or an alias of it; or what ``Depends``
            takes, as a profile has it.

    Raises:
        NotUnderstoodError: The alias wraps what has no name.
    """
    plain = ModuleIndex(root, root)
    seen = scan(plain)
    found = find_app(plain, read_project(root), seen, entry)
    assert found is not None, "the profile was read from this app"
    routing = read_routing(found, seen)
    guards = Guards(found.index)
    guard = guards.named(guard) if isinstance(guard, Expression) else guard
    symbol = guards.function(guard)
    if symbol is None:
        message = f"{guard.name} asks for something that has no name of its own."
        hint = f"give it one, and let {guard.name} ask for that: get_current_user = …"
        raise NotUnderstoodError(
            Problem(message, file=guard.at.file, line=guard.at.line, hint=hint)
        )
    reading = _Reading(routing, guards, symbol)
    return Surface(
        found,
        seen,
        routing,
        guards,
        symbol,
        tuple(reading.routes()),
        tuple(
            other
            for other in unread(found.index, routing, reading.ways)
            if other.kind not in {"router", "include", "route"} or not reading.asks(other.key)
        ),
    )


class _Reading:
    def __init__(self, routing: Routing, guards: Guards, guard: Symbol) -> None:
        self.routing = routing
        self.guards = guards
        self.guard = guards.identity(guard)
        module = guards.index.find(guard.module)
        own = ast.parse(f"Depends({guard.name})", mode="eval").body
        self.chain = guards.asked([Said(module, None, own)]) if module else Asked()
        self.ways = ways(routing.graph, routing.reader)

    def routes(self) -> Iterator[Route]:
        """Every call that makes routes."""
        together: dict[ast.Call, list[Operation]] = {}
        for operation in self.routing.operations:
            together.setdefault(operation.decorator, []).append(operation)
        for several in together.values():
            yield self._route(several)

    def asks(self, key: Key | None) -> bool:
        """Whether everything on a router asks for the guard, since the router does."""
        every = self.ways.get(key, ()) if key is not None else ()
        states = [self._state(self.guards.asked(way.asks))[0] for way in every]
        return bool(states) and set(states) == {"guarded"}

    def _route(self, several: list[Operation]) -> Route:
        first = several[0]
        key = first.router
        every = self.ways.get(key, ()) if key is not None else ()
        base = self.routing.graph.prefixes.get(key, "") if key is not None else ""
        labels = dict.fromkeys(
            f"{one.method} {way.prefix}{one.path.removeprefix(base) if base else one.path}"
            for one in several
            for way in every or (Way(base, ()),)
        )
        if base == "" and not every:
            labels = dict.fromkeys(one.label for one in several)
        own = self._own(first)
        states = [self._state(own | self.guards.asked(way.asks)) for way in every]
        if not every:
            said = self.routing.reader.own_keyword(key, "dependencies") if key else None
            states = [self._state(own | self.guards.asked([Said(*said)] if said else []))]
        state, by = min(states, key=lambda one: _ORDER.index(one[0]))
        itself = self._state(own)[0] == state != "open"
        return Route(first, tuple(map(_whole, labels)), bool(every), state, by, itself)

    def _own(self, operation: Operation) -> Asked:
        """What an endpoint itself asks for, in its decorator and its parameters."""
        module, scopes = operation.made or (operation.module, operation.scopes)
        scope = next((s for s in reversed(scopes) if not isinstance(s, ast.ClassDef)), None)
        given = [
            Said(module, scope, word.value)
            for word in operation.decorator.keywords
            if word.arg == "dependencies"
        ]
        asked = self.guards.asked(given) | self.guards.asked_by(operation.module, operation.node)
        owner = operation.scopes[-1] if operation.scopes else None
        for node in owner.body if isinstance(owner, ast.ClassDef) else ():
            # A class-based view: user: User = Depends(get_current_user)
            if isinstance(node, ast.AnnAssign):
                parts = [part for part in (node.annotation, node.value) if part is not None]
                asked |= self.guards.asked(Said(operation.module, None, part) for part in parts)
        return asked

    def _state(self, asked: Asked) -> tuple[State, str]:
        if self.guard in asked.names:
            return "guarded", self.guard[1]
        weaker = sorted(asked.refusing & self.chain.names)
        if weaker:
            return "weaker", weaker[0][1]
        known = self.chain.names
        other = sorted(asked.refusing - known) or sorted(asked.schemes - known)
        if other:
            return "other", f"{other[0][1]} ({other[0][0]})"
        return "open", ""


_ORDER: tuple[State, ...] = ("open", "other", "weaker", "guarded")


def _whole(label: str) -> str:
    """A label whose path is not empty."""
    method, _, path = label.partition(" ")
    return f"{method} {path or '/'}"
