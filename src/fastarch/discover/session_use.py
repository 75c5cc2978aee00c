"""How code that answers no request gets a session: from the dependency that endpoints use."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastarch.discover.modules import dotted
from fastarch.discover.providers import own_nodes, provider

if TYPE_CHECKING:
    from fastarch.discover.index import ModuleIndex
    from fastarch.discover.modules import FunctionNode
    from fastarch.discover.profile import AppProfile


def session_outside(index: ModuleIndex, profile: AppProfile) -> str | None:
    """The expression of a context that a session comes from: ``contextmanager(get_db)()``.

    None where the dependency asks for a request, or for what only FastAPI gives it.
    """
    session = profile.session
    if session is None:
        return None
    symbol = session.provider
    module = index.at(symbol.at.file)
    found = provider(index, module, ast.parse(symbol.name, mode="eval").body)
    if found is None or found.function is None or _asks(found.function):
        return None
    function = found.function
    is_async = isinstance(function, ast.AsyncFunctionDef)
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function)):
        return f"{'asynccontextmanager' if is_async else 'contextmanager'}({symbol.name})()"
    value = f"{'await ' if is_async else ''}{symbol.name}()"
    return f"{'aclosing' if profile.orm.is_async else 'closing'}({value})"


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
