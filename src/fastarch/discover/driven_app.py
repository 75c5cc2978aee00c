"""How a test reaches an endpoint: which dependencies it takes the place of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from fastarch.discover.branches import is_left
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.neighbours import METHODS, arguments
from fastarch.discover.operations import Operation
from fastarch.discover.profile import AppProfile
from fastarch.discover.symbols import Symbol
from fastarch.discover.trail import Trail
from fastarch.discover.uses import Dependency, dependency
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

_DEPTH = 5
_OURS = frozenset({"cursor_page", "offset_page", "filters_of", "order_of"})
_GIVEN = frozenset({"Request", "Response", "BackgroundTasks", "HTTPConnection"})
_SESSIONS = frozenset({
    "Session", "AsyncSession", "sessionmaker", "async_sessionmaker", "scoped_session",
    "async_scoped_session", "create_engine", "create_async_engine",
})  # fmt: skip
_PLAIN_PATH = re.compile(r"/(?:[\w.~-]+(?:/[\w.~-]+)*/?)?")
# What answers requests before an endpoint does.
_IN_BETWEEN = re.compile(
    r"\b(?:TrustedHostMiddleware|HTTPSRedirectMiddleware|slowapi|fastapi_limiter|SlowAPI\w*)\b"
)
_CHANGES_QUERIES = (b"with_loader_criteria", b"do_orm_execute", b"query_cls")
_OF_REQUEST = re.compile(r"\brequest\.(?:app|state|session|user|auth|headers|cookies)\b")
_REFUSES = re.compile(r"\b(?:JSONResponse|PlainTextResponse|HTTPException|Response)\(")


@dataclass(frozen=True, slots=True)
class Reach:
    """How an endpoint is reached.

    Args:
        guards: Dependencies that a test switches off.
    """

    guards: tuple[Symbol, ...] = ()


def read_reach(
    index: ModuleIndex, operation: Operation, trail: Trail, profile: AppProfile
) -> Reach:
    """Read how an endpoint is reached.

    Raises:
        NotUnderstoodError: A test cannot reach it without more than the app itself.
    """
    reader = _Reader(index, operation, profile, [], [], set())
    reader.require_path()
    reader.require_free_way()
    for argument, default in arguments(operation.node):
        reader.parameter(operation.module, operation.node, argument, default, 0)
    reader.around()
    if not reader.sessions:
        raise reader.refusal("Its session does not come from the dependency that tests replace.")
    for function in trail.functions.values():
        reader.require_no_session(function.frame.module, function.frame.node)
        for node in ast.walk(function.frame.node):
            if isinstance(node, ast.Raise | ast.Assert) and not is_left(function.frame, node):
                raise reader.refusal(f"{function.frame.node.name} may refuse a request.")
    return Reach(tuple(dict.fromkeys(reader.guards)))


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    index: ModuleIndex
    operation: Operation
    profile: AppProfile
    guards: list[Symbol]
    sessions: list[str]
    seen: set[int]

    def refusal(self, message: str) -> NotUnderstoodError:
        place = self.operation.place
        return NotUnderstoodError(Problem(message, file=place.file, line=place.line))

    # --- the way

    def require_path(self) -> None:
        operation = self.operation
        if "{" in operation.path:
            raise self.refusal("Its path names other rows.")
        if not operation.is_included or _PLAIN_PATH.fullmatch(operation.path) is None:
            raise self.refusal("Its whole path cannot be told.")
        for scope in operation.scopes:
            static = any(dotted(one) == "staticmethod" for one in operation.node.decorator_list)
            if isinstance(scope, ast.ClassDef) and not static:
                raise self.refusal("It is a method of an object that a framework makes.")
        for decorator in operation.node.decorator_list:
            word = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if word.rpartition(".")[2] not in METHODS | {"staticmethod"}:
                raise self.refusal(f"It is decorated with @{word}.")

    def require_free_way(self) -> None:
        """Refuse where something of the app's answers requests that no test can satisfy."""
        for path in self.index.containing(*_CHANGES_QUERIES):
            if "test" not in path.name:
                raise self.refusal(f"Queries are changed elsewhere ({self.index.relative(path)}).")
        if _OF_REQUEST.search(ast.unparse(self.operation.node)):
            raise self.refusal("It reads more of a request than its parameters.")
        entry = self.profile.entry
        assert entry is not None
        module = self.index.at(entry.at.file)
        if found := _IN_BETWEEN.search(module.text):
            raise self.refusal(f"{found[0]} answers some requests itself.")
        for path in self.index.containing(b"iddleware"):
            one = self.index.at(path)
            for node in ast.walk(one.tree):
                if _is_middleware(node) and _REFUSES.search(ast.unparse(node)):
                    raise self.refusal(f"A middleware answers some requests itself ({one.file}).")

    # --- dependencies

    def parameter(
        self,
        module: Module,
        function: FunctionNode,
        argument: ast.arg,
        default: ast.expr | None,
        depth: int,
    ) -> None:
        """Follow a parameter.

        Raises:
            NotUnderstoodError: Requests have to give it.
        """
        filled = dependency(self.index, module, argument.annotation, default)
        if filled is not None:
            self.dependency(filled, depth, is_used=_reads(function, argument.arg))
            return
        word = dotted(argument.annotation).rpartition(".")[2]
        if word in _GIVEN and (depth == 0 or word != "Request"):
            return
        if argument.arg in {"self", "cls"} or _has_default(default):
            return
        raise self.refusal(f"Requests have to give {argument.arg}.")

    def dependency(self, filled: Dependency, depth: int, *, is_used: bool) -> None:
        target = filled.target
        if isinstance(target, ast.Call):
            if dotted(target.func).rpartition(".")[2] in _OURS:
                return
            raise self.refusal(f"It depends on {ast.unparse(target)}, which has no name.")
        found = self.index.resolve(filled.module, dotted(target) or "-")
        if found is None and self.is_method_for_sessions(filled.module, dotted(target)):
            self.sessions.append(dotted(target))
            return
        if found is None:
            raise self.refusal(f"It depends on {dotted(target) or 'something'}.")
        if self.is_session(found):
            self.sessions.append(found.name)
            return
        guards, sessions = len(self.guards), len(self.sessions)
        try:
            self.follow(found, depth + 1)
        except NotUnderstoodError:
            if is_used or not isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef):
                raise
            del self.guards[guards:]
            del self.sessions[sessions:]
            self.guard(found)

    def guard(self, found: Definition) -> None:
        if found.scope is not None:
            raise self.refusal(f"It depends on {found.name}, which cannot be imported.")
        self.guards.append(Symbol(found.place, found.module.name, found.name))

    def is_session(self, found: Definition) -> bool:
        session = self.profile.session
        return session is not None and (
            found.module.file == session.provider.at.file and found.name == session.provider.name
        )

    def is_method_for_sessions(self, module: Module, target: str) -> bool:
        """``database.session``, where sessions come from that method of that object."""
        session = self.profile.session
        holder, _, method = target.rpartition(".")
        if session is None or not holder:
            return False
        found = self.index.resolve(module, holder)
        return found is not None and (found.module.name, f"{found.name}.{method}") == (
            session.provider.module,
            session.provider.name,
        )

    def follow(self, found: Definition, depth: int) -> None:
        """Go into a function or class that is depended on."""
        node = found.node
        if depth > _DEPTH or id(node) in self.seen:
            return
        self.seen.add(id(node))
        try:
            if isinstance(node, ast.ClassDef):
                self.follow_class(found, depth)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if any(isinstance(part, ast.Raise) for part in ast.walk(node)):
                    raise self.refusal(f"It depends on {found.name}, which may refuse a request.")
                self.require_no_session(found.module, node)
                for argument, default in arguments(node):
                    self.parameter(found.module, node, argument, default, depth)
            else:
                raise self.refusal(f"It depends on {found.name}, which is no function.")
        finally:
            self.seen.discard(id(node))

    def follow_class(self, found: Definition, depth: int) -> None:
        assert isinstance(found.node, ast.ClassDef)
        if found.node.bases and not any(
            isinstance(part, ast.FunctionDef) and part.name == "__init__"
            for part in found.node.body
        ):
            raise self.refusal(f"It depends on {found.name}, whose parameters are inherited.")
        for part in found.node.body:
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                self.require_no_session(found.module, part)
                if part.name == "__init__":
                    if any(isinstance(one, ast.Raise) for one in ast.walk(part)):
                        message = f"It depends on {found.name}, which may refuse a request."
                        raise self.refusal(message)
                    for argument, default in arguments(part):
                        self.parameter(found.module, part, argument, default, depth)
            elif isinstance(part, ast.AnnAssign) and found.node.decorator_list:
                argument = ast.arg(arg=dotted(part.target), annotation=part.annotation)
                filled = dependency(self.index, found.module, part.annotation, part.value)
                if filled is not None:
                    self.dependency(filled, depth, is_used=True)
                elif not _has_default(part.value):
                    raise self.refusal(f"Requests have to give {argument.arg}.")

    def require_no_session(self, module: Module, function: FunctionNode, depth: int = 2) -> None:
        """Refuse a function that makes a session of its own.

        Raises:
            NotUnderstoodError: It does: a test cannot give it another one.
        """
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or not dotted(node.func):
                continue
            origin = self.index.origin(module, node.func, function)
            found = self.index.resolve(module, dotted(node.func), function)
            made = found.value if found is not None else None
            makes = isinstance(made, ast.Call) and _is_maker(dotted(made.func))
            if makes or _is_maker(origin) or (found is not None and self.is_session(found)):
                raise self.refusal(f"{function.name} makes a session of its own.")
            if (
                depth > 0
                and found is not None
                and found.node is not function
                and isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef)
            ):
                self.require_no_session(found.module, found.node, depth - 1)

    # --- around the endpoint

    def around(self) -> None:
        """Follow what the route, routers and the app depend on besides."""
        own = self.operation.decorator
        assert isinstance(own.func, ast.Attribute)
        self.listed(self.operation.module, own, is_own=True)
        for path in self.index.containing(b"dependencies"):
            module = self.index.at(path)
            if "test" in path.name:
                continue
            for node in ast.walk(module.tree):
                if not isinstance(node, ast.Call):
                    continue
                word = dotted(node.func).rpartition(".")[2]
                if word.endswith("Router") or word in {"include_router", "FastAPI"}:
                    is_own = word == "FastAPI" or module.file == self.operation.module.file
                    self.listed(module, node, is_own=is_own or not _has_routes(module))

    def listed(self, module: Module, call: ast.Call, *, is_own: bool) -> None:
        """``dependencies=[Depends(get_user)]``."""
        value = next((word.value for word in call.keywords if word.arg == "dependencies"), None)
        if value is None:
            return
        parts: Sequence[ast.expr | None] = value.elts if isinstance(value, ast.List) else [None]
        for part in parts:
            target = _depended(part)
            found = self.index.resolve(module, dotted(target) or "-") if target else None
            if found is not None and self.is_session(found):
                continue
            named = found is not None and isinstance(
                found.node, ast.FunctionDef | ast.AsyncFunctionDef
            )
            if named and found is not None and found.scope is None:
                self.guard(found)
            elif is_own:
                text = ast.unparse(part or value)
                raise self.refusal(f"It depends on {text}, which no test can replace by its name.")


def _is_maker(name: str) -> bool:
    return name.rpartition(".")[2] in _SESSIONS


def _has_routes(module: Module) -> bool:
    return re.search(r"@[\w.]+\.(?:get|post|put|patch|delete|api_route)\(", module.text) is not None


def _is_middleware(node: ast.AST) -> bool:
    if isinstance(node, ast.ClassDef):
        return node.name.endswith("Middleware") or any(
            dotted(base).endswith("Middleware") for base in node.bases
        )
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
        isinstance(one, ast.Call) and dotted(one.func).rpartition(".")[2] == "middleware"
        for one in node.decorator_list
    )


def _depended(node: ast.expr | None) -> ast.expr | None:
    """``get_user`` of ``Depends(get_user)``."""
    if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in {
        "Depends", "Security",
    }:  # fmt: skip
        words = [word.value for word in node.keywords if word.arg == "dependency"]
        return next(iter([*node.args, *words]), None)
    return None


def _reads(function: FunctionNode, name: str) -> bool:
    """Whether a function uses a parameter."""
    return any(
        isinstance(node, ast.Name) and node.id == name
        for part in function.body
        for node in ast.walk(part)
    )


def _has_default(default: ast.expr | None) -> bool:
    """Whether a request may leave a parameter out."""
    if default is None or (isinstance(default, ast.Constant) and default.value is Ellipsis):
        return False
    if not isinstance(default, ast.Call):
        return True
    said = list(_defaults(default))
    return bool(said) and _has_default(said[0])


def _defaults(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args[:1]
    yield from (word.value for word in call.keywords if word.arg in {"default", "default_factory"})
