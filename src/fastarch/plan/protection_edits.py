"""The edits by which routes ask for a guard: on their router, or on each of them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import field

from fastarch.discover.includes import Include
from fastarch.discover.index import ModuleIndex
from fastarch.discover.keys import Key
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.neighbours import is_router_class
from fastarch.discover.operations import Operation
from fastarch.discover.profile import AppProfile
from fastarch.discover.protection import Route, Surface
from fastarch.discover.symbols import Symbol
from fastarch.discover.walk import steps
from fastarch.discover.ways import subtree
from fastarch.errors import Problem
from fastarch.plan.guard_spelling import GuardSpelling
from fastarch.records import dataclass
from fastarch.wire.add_route_dependency import AddRouteDependency
from fastarch.wire.edit import Edit


@dataclass(slots=True, eq=False)
class Closing:
    """The edits of several routes.

    Args:
        edits: By file, in order.
        routes: The routes that ask for the guard by them.
        other: Those that ask for something else, and were left as they are.
        problems: Those that have no safe place, with the lines to paste.
        routers: The routers that ask for all that lies on them.
    """

    edits: list[tuple[str, Edit]] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    other: list[Route] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    routers: set[Key] = field(default_factory=set)


def closing(
    surface: Surface,
    profile: AppProfile,
    wanted: Iterable[Route],
    named: Collection[Route],
    exact: Collection[Route],
    ours: Collection[str],
    loads: Collection[str],
    *,
    whole_app: bool = False,
) -> Closing:
    """Let routes ask for the guard, where they do not.

    Args:
        named: Those of a target that is not the whole app: they ask for it whatever else they ask
            for.
        exact: Those that were named one by one: their router is left alone.
        ours: Files of routers that fastarch scaffolded: those are not edited as a whole.
        loads: What the guard's module imports, where it is not there yet.
        whole_app: Routers ask for it also for routes that could not be read.
    """
    words = GuardSpelling(surface.index, surface.guard, frozenset(loads))
    work = _Work(surface, profile, words)
    done = work.closing
    wanted = list(wanted)
    due = []
    for route in wanted:
        if route.state == "open" or (route.state == "other" and route in named):
            due.append(route)
        elif route.state == "other":
            done.other.append(route)
    unread = [other.key for other in surface.others if other.kind == "route"] if whole_app else []
    keys = dict.fromkeys([*(route.key for route in due), *unread])
    whole = work.routers([key for key in keys if key is not None], due, wanted, exact, ours)
    for route in due:
        top = next((key for key, below in whole.items() if route.key in below), None)
        done.routes.append(route)
        if top is None:
            work.on_route(route)
    for key, below in whole.items():
        work.on_router(key)
        done.routers.update(below)
    return done


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    surface: Surface
    profile: AppProfile
    words: GuardSpelling
    closing: Closing = field(default_factory=Closing)

    @property
    def index(self) -> ModuleIndex:
        return self.surface.index

    @property
    def guard(self) -> Symbol:
        return self.surface.guard

    # --- which routers

    def routers(
        self,
        keys: Collection[Key],
        due: Collection[Route],
        wanted: Collection[Route],
        exact: Collection[Route],
        ours: Collection[str],
    ) -> dict[Key, list[Key]]:
        """The routers that ask for all their routes, with what is included on them."""
        found: dict[Key, list[Key]] = {}
        graph = self.surface.routing.graph
        below = {key: subtree(graph, key) for key in keys}
        for key in sorted(keys, key=lambda key: -len(below[key])):
            if any(key in known for known in found.values()):
                continue
            if self._can_ask(key, below[key], due, wanted, exact, ours):
                found[key] = below[key]
        return found

    def _can_ask(
        self,
        key: Key,
        below: Collection[Key],
        due: Collection[Route],
        wanted: Collection[Route],
        exact: Collection[Route],
        ours: Collection[str],
    ) -> bool:
        """Whether a router can ask for all its routes at once, and should."""
        surface = self.surface
        routes = [route for route in surface.routes if route.key in below]
        own = [route for route in routes if route in due]
        if key == surface.routing.graph.entry or (own and all(route in exact for route in own)):
            return False
        if any(
            other.key in below and other.kind in {"socket", "router", "include"}
            for other in surface.others
        ):
            # A guard that reads a request's header cannot be asked by a WebSocket.
            return False
        if any(route.module.file in ours for route in routes):
            return False
        there = [route for route in routes if route not in due]
        closed = all(route in wanted and route.state in {"guarded", "weaker"} for route in there)
        # Where most say it themselves, so do the others.
        few = sum(route.itself for route in there) > len(own)
        if not closed or few:
            return False
        made = surface.routing.reader.made(key)
        if made is None:
            return False
        module, scope, call = made
        return (
            is_router_class(self.index, module, call.func)
            and _is_made_once(module, scope, key[2])
            and self._takes_dependencies(module, call)
            and self._is_bound(module, scope, call)
        )

    def _takes_dependencies(self, module: Module, call: ast.Call) -> bool:
        """Whether arguments are all written, and a class of the app's own passes this one on."""
        if any(word.arg is None for word in call.keywords):
            return False
        found = self.index.resolve(module, ast.unparse(call.func))
        for node in found.node.body if found and isinstance(found.node, ast.ClassDef) else ():
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                names = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
                return node.args.kwarg is not None or "dependencies" in names
        return True

    def _is_bound(self, module: Module, scope: FunctionNode | None, call: ast.Call) -> bool:
        """Whether the guard is there by the time that a call is made."""
        if module.name != self.guard.module or scope is not None:
            return True
        return self.guard.at.line < call.lineno

    # --- the edits

    def on_router(self, key: Key) -> None:
        """Let a router ask; where it cannot know the guard, let those ask that include it."""
        made = self.surface.routing.reader.made(key)
        assert made is not None
        module, scope, call = made
        includes = self._includes(key) if self.words.is_circle(module) else []
        for include in includes:
            router = ast.unparse(include.children[0].expression)
            given = f"router={router}" if not include.call.args else router
            text = f"{include.on}.include_router({given})"
            self._edit(include.module, include.call, text, include.step.qualname or None, None)
        if includes:
            return
        name: str | None = key[2] or None
        function = _qualname(module, scope)
        if name is not None and "." in name and not name.startswith("self."):
            function, _, name = name.rpartition(".")
        self._edit(module, call, f"{ast.unparse(call.func)}()", function, name)

    def _includes(self, key: Key) -> list[Include]:
        """The statements that include a router, where all of them can name the guard."""
        graph = self.surface.routing.graph
        found = [
            include
            for include in graph.includes
            if any(child.key == key for child in include.children)
        ]
        can = all(
            len(include.children) == 1
            and include.listed is None
            and not include.automatic
            and not any(word.arg is None for word in include.call.keywords)
            and not self.words.is_circle(include.module)
            and self._is_bound(include.module, include.step.function, include.call)
            for include in found
        )
        return found if can else []

    def on_route(self, route: Route) -> None:
        """Let a single route ask."""
        operation, call = route.operation, route.operation.decorator
        module, scopes = operation.made or (operation.module, operation.scopes)
        given = [ast.unparse(arg) for arg in call.args if not isinstance(arg, ast.Starred)]
        given += [
            f"{word.arg}={ast.unparse(word.value)}"
            for word in call.keywords
            if word.arg in {"path", "endpoint"}
        ]
        text = f"{ast.unparse(call.func)}({', '.join(given)})"
        around = ".".join(scope.name for scope in scopes) or None
        if _decorates(operation):
            around = ".".join([*(scope.name for scope in scopes), operation.node.name])
        inside = any(not isinstance(scope, ast.ClassDef) for scope in scopes)
        if not inside and module.name == self.guard.module and self.guard.at.line > call.lineno:
            self._refuse(
                route,
                f"{self.guard.name} is defined after {route.labels[0]}, which is to ask for it.",
                f"move {self.guard.name} up in {module.file}, before line {call.lineno}",
            )
            return
        self._edit(module, call, text, around, None)

    def _edit(
        self, module: Module, call: ast.Call, text: str, function: str | None, name: str | None
    ) -> None:
        element, imports = self.words.element(module)
        edit = AddRouteDependency(
            text, element, function, name, imports, self.profile.formatting.line_length
        )
        if self.words.is_circle(module):
            line = self.guard.at
            message = (
                f"{module.file} cannot import {self.guard.name}: {self.guard.module} imports"
                f" {module.name}."
            )
            hint = (
                f"move {self.guard.name} ({line.file}:{line.line}) to a module that imports no"
                f" routers, then run this again; or paste where both are known:\n{edit.paste()}"
            )
            self.closing.problems.append(
                Problem(message, file=module.file, line=call.lineno, hint=hint)
            )
            return
        self.closing.edits.append((module.file, edit))

    def _refuse(self, route: Route, message: str, hint: str) -> None:
        file, line = route.place.file, route.place.line
        self.closing.problems.append(Problem(message, file=file, line=line, hint=hint))


def _is_made_once(module: Module, scope: FunctionNode | None, name: str) -> bool:
    """Whether a router's name is bound once; in branches it may be made in several ways."""
    body = module.tree.body if scope is None else scope.body
    bound = [
        target
        for step in steps(body)
        if isinstance(step.node, ast.Assign | ast.AnnAssign)
        for target in getattr(step.node, "targets", [getattr(step.node, "target", None)])
        if dotted(target) == name and len(step.scopes) == 0
    ]
    return len(bound) <= 1


def _decorates(operation: Operation) -> bool:
    return any(operation.decorator is one for one in operation.node.decorator_list)


def _qualname(module: Module, scope: FunctionNode | None) -> str | None:
    if scope is None:
        return None
    return next(
        ".".join([*(outer.name for outer in step.scopes), scope.name])
        for step in steps(module.tree.body)
        if step.node is scope
    )
