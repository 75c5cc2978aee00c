"""The app's own routers and endpoints: what a new one is written after."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from fastarch.discover.index import Definition, FunctionNode, Module, ModuleIndex, dotted
from fastarch.records import dataclass

METHODS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "trace", "api_route"}
)
WRITES = frozenset({"post", "put", "patch", "delete"})
# Enough for a majority; an app of fifty routers is not read twice as well by parsing all of them.
LIMIT = 16
_ENDPOINT = re.compile(
    r"^[ \t]*@[\w.]+\.(?:get|post|put|patch|delete|api_route)\(|\.add_api_route\(", re.MULTILINE
)
_ROUTER = re.compile(r"\b\w*Router\(|include_router|\.mount\(")
_FASTAPI_ROUTERS = frozenset({"fastapi.APIRouter", "fastapi.routing.APIRouter"})


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """A route's function, its method, and its path as far as it is written out."""

    module: Module
    node: FunctionNode
    method: str
    path: str | None
    decorator: ast.Call
    on: str

    @property
    def arguments(self) -> Iterator[tuple[ast.arg, ast.expr | None]]:
        """Its parameters with their defaults."""
        return arguments(self.node)


@dataclass(frozen=True, slots=True, eq=False)
class Router:
    """A router of the app: where it is made, with its endpoints.

    Args:
        module: Where it is made.
        variable: The name that it is bound to there.
        call: ``APIRouter(…)``.
        include: Keyword arguments of the statement that includes it.
    """

    module: Module
    variable: str
    call: ast.Call
    endpoints: tuple[Endpoint, ...] = ()
    include: Mapping[str, ast.expr] | None = None

    def keyword(self, name: str) -> ast.expr | None:
        """The value of a keyword argument of the router itself."""
        return next((word.value for word in self.call.keywords if word.arg == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """What is beside the place where the new router goes."""

    site: Module
    routers: tuple[Router, ...]
    endpoints: tuple[Endpoint, ...]
    modules: tuple[Module, ...]


def neighbours(
    index: ModuleIndex, entry: Module, site: Module, modules: Iterable[Module] | None = None
) -> Neighbours:
    """Read the sibling routers.

    Args:
        entry: The module of the FastAPI instance; its own endpoints stand in for routers.
        site: The module that includes routers.
        modules: The siblings' modules, where they are known already.
    """
    beside = _with_endpoints(index, modules) if modules is not None else _siblings(index, site)
    found = [module for module in beside if index.shows(module)]
    if not found:
        found = [module for module in (site, entry) if _ENDPOINT.search(module.text)][:1]
    found = _sample(list(dict.fromkeys(found)))
    includes = _includes(index, site)
    routers: list[Router] = []
    endpoints: list[Endpoint] = []
    for module in found:
        own = [one for one in endpoints_of(module) if index.shows(module, one.node.name)]
        endpoints += own
        for definition, call in _routers(index, module, own):
            key = (definition.module.file, definition.name)
            if any(key == (router.module.file, router.variable) for router in routers):
                continue
            routers.append(
                Router(
                    definition.module,
                    definition.name,
                    call,
                    tuple(
                        endpoint
                        for endpoint in own
                        if _same(index.resolve(module, endpoint.on), definition)
                    ),
                    includes.get(key),
                )
            )
    return Neighbours(site, tuple(routers), tuple(endpoints), tuple(found))


def arguments(node: FunctionNode) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """The parameters of a function with their defaults."""
    positional = [*node.args.posonlyargs, *node.args.args]
    padding: list[ast.expr | None] = [None] * (len(positional) - len(node.args.defaults))
    yield from zip(positional, [*padding, *node.args.defaults], strict=True)
    yield from zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)


def is_router_class(index: ModuleIndex, module: Module, function: ast.expr) -> bool:
    """Whether a call of ``function`` makes a router: ``APIRouter``, or a class derived from it."""
    origin = index.origin(module, function)
    if origin in _FASTAPI_ROUTERS or origin.rpartition(".")[2] == "APIRouter":
        return True
    definition = index.resolve(module, dotted(function)) if origin else None
    if definition is None or not isinstance(definition.node, ast.ClassDef):
        return origin.rpartition(".")[2].endswith("Router") and bool(origin)
    return any(is_router_class(index, definition.module, base) for base in definition.node.bases)


def _siblings(index: ModuleIndex, site: Module) -> Iterator[Module]:
    """Modules with endpoints that the site imports, through aggregators and packages between."""
    seen = {site.file}
    waiting = index.imports(site)
    own_package = site.package
    depth = dict.fromkeys((module.file for module in waiting), 1)
    while waiting:
        module = waiting.pop(0)
        if module.file in seen:
            continue
        seen.add(module.file)
        text = module.text
        if _ENDPOINT.search(text) and ("Router" in text or "router" in text or "FastAPI" in text):
            yield module
        elif depth[module.file] < 4 and (
            _ROUTER.search(text)
            or (
                module.is_package
                and module.name.startswith(own_package)
                and module.name != own_package
                and "router" in text
            )
        ):
            for inner in index.imports(module):
                if inner.file not in depth:
                    depth[inner.file] = depth[module.file] + 1
                    waiting.append(inner)


def _with_endpoints(index: ModuleIndex, modules: Iterable[Module]) -> Iterator[Module]:
    """Modules of routers; for one that leaves its endpoints to others, those that hold them."""
    for module in modules:
        inner: list[Module] = []
        if not _ENDPOINT.search(module.text):
            inner = [
                other
                for other in index.imports(module)
                if other.name.startswith(module.package) and _ENDPOINT.search(other.text)
            ]
        yield from inner or [module]


def _sample(modules: list[Module]) -> list[Module]:
    if len(modules) <= LIMIT:
        return modules
    step = len(modules) / LIMIT
    return [modules[int(number * step)] for number in range(LIMIT)]


def has_endpoints(module: Module) -> bool:
    """Whether a module has endpoints, by its text alone."""
    return _ENDPOINT.search(module.text) is not None


def endpoints_of(module: Module) -> Iterator[Endpoint]:
    """The endpoints that a module's functions are decorated as."""
    yield from _endpoints(module.tree.body, module)


def _endpoints(body: list[ast.stmt], module: Module) -> Iterator[Endpoint]:
    for node in _functions(body):
        for decorator in node.decorator_list:
            if not (
                isinstance(decorator, ast.Call)
                and isinstance(decorator.func, ast.Attribute)
                and decorator.func.attr in METHODS
            ):
                continue
            on = dotted(decorator.func.value)
            if on:
                yield Endpoint(module, node, decorator.func.attr, _path(decorator), decorator, on)


def served_by(index: ModuleIndex, module: Module) -> Iterator[str]:
    """The names that a module's own routers and endpoints, and what makes them, are bound to."""
    for node in module.tree.body:
        makes = any(
            isinstance(inner, ast.Call) and is_router_class(index, module, inner.func)
            for inner in ast.walk(node)
        )
        if not makes and not any(True for _ in _endpoints([node], module)):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _functions(body: list[ast.stmt]) -> Iterator[FunctionNode]:
    """The functions in statements, in classes and in other functions."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                yield from _functions(inner)


def _path(call: ast.Call) -> str | None:
    value = (
        call.args[0]
        if call.args
        else next((word.value for word in call.keywords if word.arg == "path"), None)
    )
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "…" for part in value.values
        )
    return None


def _routers(
    index: ModuleIndex, module: Module, endpoints: list[Endpoint]
) -> Iterator[tuple[Definition, ast.Call]]:
    names = dict.fromkeys(endpoint.on for endpoint in endpoints)
    for name in names:
        definition = index.resolve(module, name)
        if definition is None or not isinstance(definition.value, ast.Call):
            continue
        if is_router_class(index, definition.module, definition.value.func):
            yield definition, definition.value


def _same(one: Definition | None, other: Definition) -> bool:
    return one is not None and one.module.file == other.module.file and one.name == other.name


def _includes(index: ModuleIndex, site: Module) -> dict[tuple[str, str], Mapping[str, ast.expr]]:
    found: dict[tuple[str, str], Mapping[str, ast.expr]] = {}
    for scope in [None, *(n for n in ast.walk(site.tree) if isinstance(n, ast.FunctionDef))]:
        for node in ast.walk(scope or site.tree):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "include_router"
                and node.args
            ):
                continue
            definition = index.resolve(site, dotted(node.args[0]), scope)
            if definition is not None:
                found[(definition.module.file, definition.name)] = {
                    word.arg: word.value for word in node.keywords if word.arg
                }
    return found
