"""Functions that hand out sessions: whether one does, of which class, and whether it commits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from fastarch.discover.index import Definition, FunctionNode, Module, ModuleIndex, dotted
from fastarch.records import dataclass

SESSIONS = frozenset({
    "sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session", "sqlalchemy.orm.scoped_session",
    "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.ext.asyncio.session.AsyncSession",
    "sqlalchemy.ext.asyncio.async_scoped_session",
    "sqlmodel.Session", "sqlmodel.orm.session.Session", "sqlmodel.ext.asyncio.session.AsyncSession",
})  # fmt: skip
_MAKERS = frozenset(
    {"sessionmaker", "async_sessionmaker", "scoped_session", "async_scoped_session"}
)
_MAKER_NAME = re.compile(r"session_?(?:maker|factory|local|class)$", re.IGNORECASE)
_WRAPPERS = frozenset({
    "Generator", "AsyncGenerator", "Iterator", "AsyncIterator", "Iterable", "AsyncIterable",
    "Annotated", "Optional", "Union", "Awaitable", "ContextManager", "AsyncContextManager",
    "AbstractContextManager", "AbstractAsyncContextManager",
})  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Provider:
    """A session dependency.

    Args:
        definition: The function, method or class; for a method of an object, that object.
        name: What stands in ``Depends(…)``, seen from its module: ``get_db``, ``db.session``.
        function: Its code, where it is the project's own.
        home: The module that its code is in.
        origin: Where it comes from, for one of a library; ``definition`` is where it is used then.
    """

    definition: Definition
    name: str
    function: FunctionNode | None
    home: Module
    origin: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it one and the same."""
        return self.origin.rpartition(".")[0] or self.definition.module.file, self.name


# A dependency that every endpoint has is judged once.
_VERDICTS: WeakKeyDictionary[ModuleIndex, dict[FunctionNode, bool | None]] = WeakKeyDictionary()


def provider(index: ModuleIndex, module: Module, target: ast.expr) -> Provider | None:
    """What ``Depends(target)`` calls, where that is the project's own."""
    name = dotted(target.func if isinstance(target, ast.Call) else target)
    if not name:
        return None
    found = index.resolve(module, name)
    if found is not None and isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef):
        made_by = _inner(found.node) if isinstance(target, ast.Call) else found.node
        return Provider(found, found.name, made_by, found.module)
    if found is not None and isinstance(found.node, ast.ClassDef):
        method = "__call__" if isinstance(target, ast.Call) else "__init__"
        return Provider(found, found.name, _method(found.node, method), found.module)
    if found is not None and isinstance(found.value, ast.Call):
        # an object that is called: get_db = SessionProvider(…)
        made = index.resolve(found.module, dotted(found.value.func))
        if made is not None and isinstance(made.node, ast.ClassDef):
            return Provider(found, found.name, _method(made.node, "__call__"), made.module)
        if made is not None and isinstance(made.node, ast.FunctionDef):
            return Provider(found, found.name, _inner(made.node), made.module)
        return None
    if found is None and (origin := index.origin(module, name)) and "." in origin:
        last = origin.rpartition(".")[2]
        return Provider(Definition(module, last), last, None, module, origin)
    head, _, attribute = name.rpartition(".")
    owner = index.resolve(module, head) if head else None
    if owner is None or not owner.name or not isinstance(owner.value, ast.Call):
        return None
    made = index.resolve(owner.module, dotted(owner.value.func))
    if made is None or not isinstance(made.node, ast.ClassDef):
        return None
    function = _method(made.node, attribute)
    return Provider(owner, f"{owner.name}.{attribute}", function, made.module) if function else None


def session_class(
    index: ModuleIndex, module: Module, annotation: ast.expr | None
) -> tuple[Module, ast.expr] | None:
    """The session's class in an annotation, unwrapped, with the module that spells it so."""
    if annotation is None:
        return None
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
        return session_class(index, module, annotation)
    if isinstance(annotation, ast.BinOp):
        return session_class(index, module, annotation.left) or session_class(
            index, module, annotation.right
        )
    if isinstance(annotation, ast.Subscript):
        if dotted(annotation.value).rpartition(".")[2] in _WRAPPERS:
            inner = annotation.slice
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            for part in parts:
                if found := session_class(index, module, part):
                    return found
            return None
        # scoped_session[Session]
        annotation = annotation.value
    return (module, annotation) if is_session(index, module, annotation) else None


def is_session(index: ModuleIndex, module: Module, node: ast.expr, depth: int = 0) -> bool:
    """Whether a name is a session class: of SQLAlchemy, of SQLModel, or one of the project's."""
    origin = index.origin(module, node)
    if origin in SESSIONS:
        return True
    if origin.startswith(("sqlalchemy.", "sqlmodel.")):
        return origin.rpartition(".")[2] in ("Session", "AsyncSession")
    found = index.resolve(module, dotted(node)) if depth < 5 else None
    if found is None:
        return False
    if isinstance(found.node, ast.ClassDef):
        return any(is_session(index, found.module, base, depth + 1) for base in found.node.bases)
    return False


def hands_out(index: ModuleIndex, found: Provider) -> bool | None:
    """Whether a provider yields or returns a session; None where its code does not tell."""
    if found.function is None:
        return None
    known = _VERDICTS.setdefault(index, {})
    if found.function not in known:
        known[found.function] = None  # a provider that calls itself
        known[found.function] = _hands_out(index, found, found.function)
    return known[found.function]


def _hands_out(index: ModuleIndex, found: Provider, function: FunctionNode) -> bool | None:
    values = [
        node.value
        for node in own_nodes(function)
        if isinstance(node, ast.Yield | ast.Return) and node.value is not None
    ]
    if not values:
        return True if any(isinstance(n, ast.YieldFrom) for n in own_nodes(function)) else None
    verdicts = [_is_session_value(index, found, function, value, 0) for value in values]
    if any(verdicts):
        return True
    if session_class(index, found.home, function.returns) is not None:
        # `def make() -> Session: return manager.session` hands out a function, whatever it says.
        return None if not all(verdict is False for verdict in verdicts) else False
    return None if any(verdict is None for verdict in verdicts) else False


def commits(index: ModuleIndex, found: Provider, depth: int = 0) -> int | None:
    """The line in which a provider commits, after the endpoint; None where it does not."""
    function = found.function
    if function is None or depth > 4:
        return None
    yields = [n for n in own_nodes(function) if isinstance(n, ast.Yield | ast.YieldFrom)]
    line = max((node.lineno for node in yields), default=0)
    for node in own_nodes(function):
        for call in _handed_on(node, yields):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "begin":
                return call.lineno
            inner = provider(index, found.home, call.func) or _self(found, call)
            at = commits(index, inner, depth + 1) if inner is not None else None
            if at is not None:
                return at
    handlers = {
        id(inner)
        for node in own_nodes(function)
        if isinstance(node, ast.ExceptHandler)
        for inner in ast.walk(node)
    }
    for node in own_nodes(function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "commit"
            and line
            and node.lineno > line
            and id(node) not in handlers
        ):
            return node.lineno
    return None


def _handed_on(node: ast.AST, yields: list[ast.Yield | ast.YieldFrom]) -> Iterator[ast.Call]:
    """Calls that make what a provider yields: context managers around it, other generators."""
    values: list[ast.expr] = []
    if isinstance(node, ast.With | ast.AsyncWith) and _spans(node, yields):
        values = [item.context_expr for item in node.items]
    elif isinstance(node, ast.YieldFrom):
        values = [node.value]
    elif isinstance(node, ast.For | ast.AsyncFor):
        values = [node.iter]
    yield from (value for value in values if isinstance(value, ast.Call))


def state_attribute(function: FunctionNode | None) -> str | None:
    """``db`` of a provider that hands out ``request.state.db``."""
    if function is None:
        return None
    found = re.search(r"\bstate\.(\w+)|getattr\(\w+\.state, '(\w+)'", ast.unparse(function))
    return (found.group(1) or found.group(2)) if found else None


def own_nodes(function: FunctionNode) -> Iterator[ast.AST]:
    """The nodes of a function's body, inner functions left out, in source order."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _is_session_value(
    index: ModuleIndex, found: Provider, function: FunctionNode, value: ast.expr, depth: int
) -> bool | None:
    if depth > 4:
        return None
    if isinstance(value, ast.Await):
        value = value.value
    if isinstance(value, ast.Call):
        return _is_session_call(index, found, value, depth)
    if isinstance(value, ast.Attribute):
        chain = f".{dotted(value)}"
        if _MAKER_NAME.search(chain):
            return False
        if ".state." in chain and re.search(r"(?:db|session)\w*$", chain, re.IGNORECASE):
            return True
        head = index.resolve(found.home, dotted(value))
        # A method that is not called, or a factory that is kept: no session.
        if head is not None and isinstance(head.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        return False if provider(index, found.home, value) else None
    if isinstance(value, ast.Name):
        if _MAKER_NAME.search(value.id):
            return False
        for source in _assignments(function, value.id):
            verdict = _is_session_value(index, found, function, source, depth + 1)
            if verdict is not None:
                return verdict
        for argument in (*function.args.args, *function.args.kwonlyargs):
            if argument.arg == value.id and session_class(index, found.home, argument.annotation):
                return True
        target = index.resolve(found.home, value.id)
        if target is not None and isinstance(target.value, ast.Call):
            return False if _makes(target.value) else None
    return None


def _is_session_call(
    index: ModuleIndex, found: Provider, call: ast.Call, depth: int
) -> bool | None:
    if is_session(index, found.home, call.func):
        return True
    if isinstance(call.func, ast.Attribute) and call.func.attr == "begin":
        return _is_session_call(index, found, ast.Call(call.func.value, [], []), depth + 1) or None
    if isinstance(call.func, ast.Call):  # SessionLocal()() or sessionmaker(engine)()
        return True if _makes(call.func) else None
    name = dotted(call.func)
    last = name.rpartition(".")[2]
    if last == "getattr" and re.search(r"state, '\w*(?:db|session)", ast.unparse(call)):
        return True
    target = index.resolve(found.home, name) if name else None
    if target is not None and isinstance(target.value, ast.Call) and _makes(target.value):
        return True
    inner = provider(index, found.home, call.func) or _self(found, call)
    if inner is not None and inner.function is not None and depth < 4:
        if session_class(index, inner.home, inner.function.returns):
            return True
        return hands_out(index, inner)
    origin = index.origin(found.home, name) if target is None and name else ""
    if origin and not origin.startswith(("sqlalchemy.", "sqlmodel.")):
        return None  # requests.Session(), and others that are called alike
    if _MAKER_NAME.search(f".{name}") or re.search(r"session(?:local)?$", last, re.IGNORECASE):
        return True
    return None


def _makes(call: ast.Call) -> bool:
    return dotted(call.func).rpartition(".")[2] in _MAKERS


def _assignments(function: FunctionNode, name: str) -> Iterator[ast.expr]:
    for node in own_nodes(function):
        match node:
            case ast.Assign() if any(dotted(target) == name for target in node.targets):
                yield node.value
            case ast.AnnAssign() if dotted(node.target) == name and node.value is not None:
                yield node.value
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    if item.optional_vars is not None and dotted(item.optional_vars) == name:
                        yield item.context_expr
            case ast.For() | ast.AsyncFor() if dotted(node.target) == name:
                yield node.iter
            case _:
                pass


def _spans(node: ast.With | ast.AsyncWith, yields: list[ast.Yield | ast.YieldFrom]) -> bool:
    return any(node.lineno <= item.lineno <= (node.end_lineno or 0) for item in yields)


def _self(found: Provider, call: ast.Call) -> Provider | None:
    """``self.session()`` inside a provider that is a method."""
    name = dotted(call.func)
    if not name.startswith("self.") or name.count(".") != 1:
        return None
    for node in ast.walk(found.home.tree):
        if isinstance(node, ast.ClassDef) and found.function in node.body:
            function = _method(node, name.removeprefix("self."))
            return Provider(found.definition, name, function, found.home) if function else None
    return None


def _method(node: ast.ClassDef, name: str) -> FunctionNode | None:
    for item in node.body:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and item.name == name:
            return item
    return None


def _inner(node: FunctionNode) -> FunctionNode | None:
    """The function that a function returns."""
    for item in node.body:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            return item
    return None
