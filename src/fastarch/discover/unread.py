"""What an app serves that is no operation, or that cannot be read."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import Literal

from fastarch.discover.index import ModuleIndex
from fastarch.discover.keys import Key
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.neighbours import METHODS
from fastarch.discover.operations import Routing
from fastarch.discover.scan import aside
from fastarch.discover.symbols import Place
from fastarch.discover.values import text_of
from fastarch.discover.walk import Step, calls, expressions, steps
from fastarch.records import dataclass

_OTHER = re.compile(
    r"websocket|add_route|\.route\(|\.mount\(|add_api_route|[\])]\.\w+\(|@\w+\(|include_router|"
    r"\broutes\b|getattr\(|\.(?:get|post|put|patch|delete|head|options|trace|api_route)\b"
)
_SOCKETS = frozenset({
    "websocket", "websocket_route", "add_api_websocket_route", "add_websocket_route",
})  # fmt: skip
_PLAIN = frozenset({"route", "add_route"})
# What makes routes of a router, in whatever way it is called.
_MAKERS = METHODS | _SOCKETS | _PLAIN | {"mount", "add_api_route", "include_router"}
_GROWS = frozenset({"append", "extend", "insert"})


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """Something that is served and is no operation.

    Args:
        kind: A WebSocket; a route without FastAPI's dependencies; an app that is mounted; a router
            that a library makes; an include or a route that was not read.
        said: As it is written.
        key: The router that it lies on.
    """

    kind: Literal["socket", "plain", "mount", "router", "include", "route"]
    said: str
    at: Place
    key: Key | None


def unread(index: ModuleIndex, routing: Routing, served: Collection[Key]) -> Iterator[Other]:
    """WebSockets, plain routes, mounted apps, and what could not be read.

    Args:
        served: The routers that the app leads to.
    """
    read = {operation.decorator for operation in routing.operations}
    followed = {include.call for include in routing.graph.includes if include.children}
    for module in routing.modules:
        if aside(module.file) or not _OTHER.search(module.text):
            continue
        for step in steps(module.tree.body):
            decorators = getattr(step.node, "decorator_list", [])
            for call in decorators:
                if isinstance(call, ast.Call) and call not in read:
                    yield from _decorator(index, module, call)
            for call in (*decorators, *calls(step)):
                if isinstance(call, ast.Call) and call not in read:
                    yield from _call(index, routing, module, step, call, served)
            yield from _indirect(routing, module, step, read | followed, served)
    yield from _routers(index, routing, served)


def _routers(index: ModuleIndex, routing: Routing, served: Collection[Key]) -> Iterator[Other]:
    """Routers that are included, and come from nowhere or from a library."""
    for key in served:
        if given := routing.reader.own_keyword(key, "routes"):
            module, _, node = given
            yield Other(
                _kind(node, "route"), f"routes={ast.unparse(node)}", module.place(node), key
            )
    told: set[Key] = set()
    for include in routing.graph.includes:
        for child in include.children if include.parent in served else ():
            made = routing.reader.made(child.key) if child.key is not None else None
            if child.key is not None:
                if child.key in told or not _is_library(index, made):
                    continue
                told.add(child.key)
            place = include.module.place(include.call)
            key = child.key or include.parent
            kind: Literal["router", "include"] = "router" if child.key else "include"
            yield Other(kind, ast.unparse(child.expression), place, key)


def _is_library(
    index: ModuleIndex, made: tuple[Module, FunctionNode | None, ast.Call] | None
) -> bool:
    """Whether a router is made by something that is not the app's own and no APIRouter."""
    if made is None:
        return False
    module, scope, call = made
    origin = index.origin(module, call.func, scope)
    return (
        bool(origin)
        and index.resolve(module, dotted(call.func) or "-", scope) is None
        and origin.rpartition(".")[2] != "APIRouter"
    )


def _decorator(index: ModuleIndex, module: Module, call: ast.Call) -> Iterator[Other]:
    """A route on something that has no name, or by a function of a library."""
    func = call.func
    path = call.args[0] if call.args else None
    if not (isinstance(path, ast.Constant) and isinstance(path.value, str)):
        return
    nameless = isinstance(func, ast.Attribute) and not dotted(func.value)
    word = func.attr if isinstance(func, ast.Attribute) else dotted(func)
    foreign = isinstance(func, ast.Name) and index.resolve(module, word) is None
    if word in METHODS and (nameless or (foreign and bool(index.origin(module, word)))):
        yield Other("route", ast.unparse(call), module.place(call), None)


def _indirect(
    routing: Routing,
    module: Module,
    step: Step,
    read: Collection[ast.Call],
    served: Collection[Key],
) -> Iterator[Other]:
    """What makes routes by a detour: ``get = router.get``, ``app.routes.append(…)``."""
    roots = [*getattr(step.node, "decorator_list", []), *expressions(step)]
    called = {
        id(node.func)
        for root in roots
        for node in ast.walk(root)
        if isinstance(node, ast.Call)
        and (
            node in read
            or (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in _SOCKETS | _PLAIN | {"mount", "add_api_route"}
            )
        )
    }
    for root in roots:
        for node in ast.walk(root):
            if id(node) in called:
                continue
            found = _detour(node)
            if found is None:
                continue
            word, on = found
            key = routing.reader.key(module, on, step.scopes) if dotted(on) else None
            if key is None or key not in served:
                continue
            place = Place(module.file, getattr(node, "lineno", step.node.lineno))
            yield Other(_kind(node, word), ast.unparse(node), place, key)


def _kind(node: ast.AST, word: str) -> Literal["include", "route"]:
    """Whether something may bring the routes of another router along."""
    brings = any(isinstance(one, ast.Attribute) and one.attr == "routes" for one in _given(node))
    return "include" if word == "include_router" or brings else "route"


def _given(node: ast.AST) -> Iterator[ast.AST]:
    roots = node.args if isinstance(node, ast.Call) else [node]
    roots = [node.value] if isinstance(node, ast.AugAssign) else roots
    for root in roots:
        yield from ast.walk(root)


def _detour(node: ast.AST) -> tuple[str, ast.expr] | None:
    """What makes routes, and what of."""
    match node:
        case ast.Attribute(attr=word, value=on) if word in _MAKERS:
            return word, on
        case ast.Call(func=ast.Name(id="getattr"), args=[on, ast.Constant(value=word), *_]):
            return (word, on) if word in _MAKERS else None
        case ast.Call(func=ast.Name(id="getattr"), args=[on, *_]):
            return "", on
        case ast.Call(
            func=ast.Attribute(attr=grows, value=ast.Attribute(attr="routes", value=on))
        ) if grows in _GROWS:
            return "routes", on
        case ast.AugAssign(target=ast.Attribute(attr="routes", value=on)):
            return "routes", on
        case _:
            return None


def _call(
    index: ModuleIndex,
    routing: Routing,
    module: Module,
    step: Step,
    call: ast.Call,
    served: Collection[Key],
) -> Iterator[Other]:
    """A call on a router that makes something else than an operation."""
    if not isinstance(call.func, ast.Attribute) or not dotted(call.func.value):
        return
    word = call.func.attr
    if word not in _SOCKETS | _PLAIN | {"mount", "add_api_route"}:
        return
    key = routing.reader.key(module, call.func.value, step.scopes)
    if key is None or key not in served:
        return
    first = call.args[0] if call.args else None
    first = first or next((word.value for word in call.keywords if word.arg == "path"), None)
    path = text_of(index, module, first, step.function)
    if path is None:
        path = ast.unparse(first) if first is not None else ""
    else:
        path = f"{routing.graph.prefixes.get(key, '')}{path}" or "/"
    kinds: dict[str, Literal["socket", "plain", "mount", "route"]] = {
        "mount": "mount",
        "add_api_route": "route",
    }
    kind = kinds.get(word, "socket" if word in _SOCKETS else "plain")
    yield Other(kind, path, module.place(call), key)
