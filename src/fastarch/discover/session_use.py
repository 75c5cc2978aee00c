"""How code that answers no request gets a session: from the dependency that endpoints use."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastarch.discover.modules import dotted
from fastarch.discover.providers import own_nodes, provider
from fastarch.records import dataclass

if TYPE_CHECKING:
    from fastarch.discover.index import ModuleIndex
    from fastarch.discover.modules import FunctionNode, Module
    from fastarch.discover.profile import AppProfile

_REQUESTS = frozenset({"Request", "HTTPConnection"})
_MAKERS = frozenset({"sessionmaker", "async_sessionmaker"})


@dataclass(frozen=True, slots=True)
class SessionOutside:
    """A context that a session comes from.

    Args:
        context: The expression: ``contextmanager(get_db)()``; ``(request)`` where it asks for one.
        within_app: The app has to be up: its lifespan says which database it is.
    """

    context: str
    within_app: bool = False


def session_outside(index: ModuleIndex, profile: AppProfile) -> SessionOutside | None:
    """How to get one; None where the dependency asks for what only FastAPI gives it."""
    session = profile.session
    if session is None:
        return None
    symbol = session.provider
    module = index.at(symbol.at.file)
    found = provider(index, module, ast.parse(symbol.name, mode="eval").body)
    if found is None or found.function is None:
        return None
    function = found.function
    is_async = isinstance(function, ast.AsyncFunctionDef)
    yields = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function))
    request = yields and _is_request(index, found.home, function)
    if not request and _asks(function):
        return None
    within_app = request or _is_bound_later(index, found.home, function)
    if yields:
        manager = "asynccontextmanager" if is_async else "contextmanager"
        given = "(request)" if request else "()"
        return SessionOutside(f"{manager}({symbol.name}){given}", within_app)
    value = f"{'await ' if is_async else ''}{symbol.name}()"
    closing = "aclosing" if profile.orm.is_async else "closing"
    return SessionOutside(f"{closing}({value})", within_app)


def _is_request(index: ModuleIndex, module: Module, function: FunctionNode) -> bool:
    """Whether it asks for the request, and for nothing else."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if len(every) != 1 or arguments.kwonlyargs or every[0].annotation is None:
        return False
    return index.origin(module, every[0].annotation).rpartition(".")[2] in _REQUESTS


def _is_bound_later(index: ModuleIndex, module: Module, function: FunctionNode) -> bool:
    """Whether sessions come from a factory that is made without an engine."""
    for node in own_nodes(function):
        if not isinstance(node, ast.Name):
            continue
        found = index.resolve(module, node.id)
        made = found.value if found is not None else None
        called = made.func if isinstance(made, ast.Call) else None
        called = called.value if isinstance(called, ast.Subscript) else called  # maker[Session]()
        if (
            isinstance(made, ast.Call)
            and called is not None
            and dotted(called).rpartition(".")[2] in _MAKERS
            and not made.args
            and not {word.arg for word in made.keywords} & {"bind", "binds", None}
        ):
            return True
    return False


def _asks(function: FunctionNode) -> bool:
    """Whether it cannot be called without arguments."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args]
    if every and every[0].arg in ("self", "cls"):
        every = every[1:]
    given = arguments.defaults[-len(every) :] if every else []
    depends = [*given, *(one for one in arguments.kw_defaults if one is not None)]
    if any(isinstance(one, ast.Call) and dotted(one.func).endswith("Depends") for one in depends):
        return True
    return len(given) < len(every) or None in arguments.kw_defaults
