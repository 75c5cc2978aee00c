"""The operations of an app: each endpoint with its method and its whole path."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fastarch.discover.app import Found
from fastarch.discover.includes import Graph, Reader
from fastarch.discover.index import Definition, Module, ModuleIndex
from fastarch.discover.keys import Key, innermost
from fastarch.discover.modules import FunctionNode, dotted
from fastarch.discover.neighbours import METHODS
from fastarch.discover.scan import Scan, aside
from fastarch.discover.symbols import Place
from fastarch.discover.values import member_of, text_of
from fastarch.discover.walk import Scope, Step, calls, steps
from fastarch.errors import Problem, UsageError
from fastarch.records import dataclass
from fastarch.spec.plurals import pluralise, singularise

_OPERATION = re.compile(r"^(GET|POST|PUT|PATCH|DELETE)\s+(/\S*)$", re.IGNORECASE)
_ROUTE = re.compile(
    r"@[\w.]+\.(?:get|post|put|patch|delete|head|options|trace|api_route)\(|add_api_route\(|\)\(\w"
)
ANY = "ANY"
"""The method of an endpoint whose methods cannot be told."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An endpoint.

    Args:
        method: In capitals.
        path: The whole path, as OpenAPI has it.
        node: The endpoint's function.
        scopes: The functions and classes around it.
        decorator: The call that makes it an endpoint.
        router: The router or app that it is called on; None where that cannot be told.
        made: Where that call stands, which may be another module, with the functions around it.
        is_included: The app was seen to include its router, so that the whole path is known.
    """

    method: str
    path: str
    module: Module
    node: FunctionNode
    scopes: tuple[Scope, ...]
    decorator: ast.Call
    router: Key | None = None
    made: tuple[Module, tuple[Scope, ...]] | None = None
    is_included: bool = True

    @property
    def label(self) -> str:
        """``GET /users``."""
        return f"{self.method} {self.path}"

    @property
    def qualname(self) -> str:
        """The function's name with what is around it."""
        return ".".join([*(scope.name for scope in self.scopes), self.node.name])

    @property
    def place(self) -> Place:
        """Where its function begins."""
        return Place(self.module.file, self.node.lineno)

    @property
    def choice(self) -> str:
        """How a target names it, with its other name."""
        return f'"{self.label}" ({self.module.file}:{self.qualname})'


@dataclass(frozen=True, slots=True, eq=False)
class Routing:
    """What an app serves, and the routers that it lies on.

    Args:
        operations: Every one, and every endpoint that no include was seen to lead to; the path of
            the latter is their own.
        modules: The modules that may hold routes, those near the app first.
    """

    operations: tuple[Operation, ...]
    reader: Reader
    graph: Graph
    modules: tuple[Module, ...]


def operations(found: Found, seen: Scan) -> list[Operation]:
    """Every operation of the app, see `Routing`."""
    return list(read_routing(found, seen).operations)


def read_routing(found: Found, seen: Scan) -> Routing:
    """Read what the app serves."""
    index = found.index
    inside = aside(found.module.file)
    files = [path for path in seen.files if inside or not aside(index.relative(path))]
    modules = list(dict.fromkeys([found.module, *index.reachable(found.module)]))
    routing = [index.at(path) for path in seen.includes if path in files]
    modules = list(dict.fromkeys([*modules, *routing]))
    reader = Reader(index, _entry_key(found), modules, seen.files)
    graph = reader.graph()
    known = {module.file for module in modules}
    others = [index.at(path) for path in files if index.relative(path) not in known]
    every = (*modules, *others)
    served = tuple(
        operation
        for module in every
        if _ROUTE.search(module.text)
        for operation in _operations(index, module, reader, graph)
    )
    return Routing(served, reader, graph, every)


def choose(found: Sequence[Operation], target: str) -> Operation:
    """The operation that a target means: ``users``, ``GET /users`` or ``FILE:FUNCTION``.

    Raises:
        UsageError: There is none, or several could be meant; the hint has the choices.
    """
    file, colon, function = target.rpartition(":")
    if match := _OPERATION.match(target.strip()):
        fitting = _by_path(found, match[1].upper(), match[2])
    elif colon and file.endswith(".py"):
        fitting = [one for one in found if _is_in(one, file) and function in _names(one)]
    else:
        fitting = _by_resource(found, target)
    each = list({(one.label, one.place): one for one in fitting}.values())
    if len({one.place for one in each}) == 1:
        return each[0]
    if each:
        message = f"{target} may mean {len(each)} operations."
        raise UsageError(Problem(message, hint=_choices(each)))
    lists = [one for one in found if one.method == "GET" and not one.path.endswith("}")]
    message = f"There is no collection {target} in the app."
    hint = _choices(lists) if lists else "the app has no GET operation that could be one"
    raise UsageError(Problem(message, hint=hint))


def related(found: Sequence[Operation], target: str) -> list[Operation]:
    """All operations of a resource: those with its word in their path; none for other targets."""
    wanted = _word(target)
    words = {wanted, pluralise(singularise(wanted)), singularise(wanted)}
    if not re.fullmatch(r"[\w-]+", target):
        return []
    return [one for one in found if words & set(map(_word, one.path.split("/")))]


def _choices(found: Sequence[Operation]) -> str:
    return "Choose one:\n" + "\n".join(one.choice for one in found[:20])


def _is_in(operation: Operation, file: str) -> bool:
    own = operation.module.file
    return own == file.removeprefix("./") or own.endswith(f"/{file}")


def _names(operation: Operation) -> tuple[str, str]:
    return operation.qualname, operation.node.name


def _by_path(found: Sequence[Operation], method: str, path: str) -> list[Operation]:
    exact = [one for one in found if (one.method, one.path) == (method, path)]
    return exact or [
        one for one in found if one.method == method and _shape(one.path) == _shape(path)
    ]


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")


def _by_resource(found: Sequence[Operation], target: str) -> list[Operation]:
    """Operations whose path ends with the resource's word; else those whose code is named so."""
    wanted = _word(target)
    words = {wanted, pluralise(singularise(wanted)), singularise(wanted)}
    lists = [one for one in found if one.method == "GET"]
    plain = [one for one in lists if not one.path.rstrip("/").endswith("}")]
    ends = [one for one in plain if _word(one.path.rstrip("/").rpartition("/")[2]) in words]
    # What lies below another object, /teams/{id}/users, is meant where nothing else is.
    top = [one for one in ends if "{" not in one.path]
    if top or ends:
        return top or ends
    inside = [one for one in plain if words & set(_word(one.path.replace("/", "_")).split("_"))]
    by_name = [
        one
        for one in (inside or plain)
        if words & set(_word(one.node.name).split("_")) and "{" not in one.path
    ]
    return by_name or inside


def _word(text: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).replace("-", "_").lower()


def _entry_key(found: Found) -> Key:
    candidate = found.candidate
    function = candidate.name if candidate.function is not None else ""
    if candidate.variable.startswith("self."):
        function = function.rpartition(".")[0]
    return (candidate.file, function, candidate.variable)


def _operations(
    index: ModuleIndex, module: Module, reader: Reader, graph: Graph
) -> Iterator[Operation]:
    for step in steps(module.tree.body):
        node = step.node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for call in node.decorator_list:
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                    yield from _routes(index, module, node, step.scopes, call, reader, graph)
        for call, given in _added(step):
            found = _endpoint(index, module, step, given)
            if found is not None and isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef):
                own = found.scope
                scopes = (own,) if isinstance(own, ast.ClassDef) else ()
                for one in _routes(index, module, found.node, step.scopes, call, reader, graph):
                    yield replace(one, module=found.module, scopes=scopes)


def _added(step: Step) -> Iterator[tuple[ast.Call, ast.expr | None]]:
    """Calls that make a route of a function by its name, which comes with them.

    ``router.add_api_route("/", listing)``, ``router.get("/")(listing)``.
    """
    for call in calls(step):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_api_route":
            yield call, _argument(call, "endpoint", 1)
        elif isinstance(call.func, ast.Call) and isinstance(call.func.func, ast.Attribute):
            yield call.func, _argument(call, "func", 0)


def _endpoint(
    index: ModuleIndex, module: Module, step: Step, given: ast.expr | None
) -> Definition | None:
    """The function of a route that is added; a method of the object itself, too."""
    name = dotted(given)
    if not name:
        return None
    head, _, method = name.partition(".")
    if head == "self" and step.scopes and isinstance(step.scopes[0], ast.ClassDef):
        owner = index.resolve(module, step.scopes[0].name)
        return member_of(index, owner, method) if owner is not None else None
    return index.resolve(module, name, step.function)


def _routes(
    index: ModuleIndex,
    module: Module,
    node: FunctionNode,
    scopes: tuple[Scope, ...],
    call: ast.Call,
    reader: Reader,
    graph: Graph,
) -> Iterator[Operation]:
    """The operations that a call on a router makes of a function."""
    assert isinstance(call.func, ast.Attribute)
    kind, on = call.func.attr, call.func.value
    if kind not in METHODS | {"add_api_route"} or not dotted(on):
        return
    key = reader.key(module, on, scopes)
    prefix = graph.prefixes.get(key, "") if key else ""
    if key is not None and key not in graph.prefixes:
        prefix = reader.own_text(key, "prefix") or ""
    own = _argument(call, "path", 0)
    path = text_of(index, module, own, innermost(scopes))
    is_included = path is not None and key in graph.prefixes and not graph.unread
    if path is None:
        path = f"/{ast.unparse(own)}" if own is not None else ""
    for method in _methods(index, module, scopes, kind, call):
        whole = f"{prefix}{path}" or "/"
        yield Operation(
            method, whole, module, node, scopes, call, key, (module, scopes), is_included
        )


def _methods(
    index: ModuleIndex, module: Module, scopes: tuple[Scope, ...], kind: str, decorator: ast.Call
) -> tuple[str, ...]:
    if kind not in {"api_route", "add_api_route"}:
        return (kind.upper(),)
    said = _argument(decorator, "methods", None)
    if said is not None and (name := dotted(said)):
        bound = index.resolve(module, name, innermost(scopes))
        said = bound.value if bound is not None and bound.value is not None else said
    found = [
        str(item.value).upper()
        for item in ast.walk(said or ast.Constant("GET"))
        if isinstance(item, ast.Constant)
    ]
    return tuple(found) or (ANY,)


def _argument(call: ast.Call, name: str, position: int | None) -> ast.expr | None:
    if position is not None and position < len(call.args):
        return call.args[position]
    return next((word.value for word in call.keywords if word.arg == name), None)
