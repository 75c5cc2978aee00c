"""Who is signed in: the dependency, its alias, and the model of the user that it gives."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from fastarch.discover.annotations import Annotation, unwrap
from fastarch.discover.auth import Auth
from fastarch.discover.columns import all_columns
from fastarch.discover.credentials import resolved
from fastarch.discover.database_facts import Model
from fastarch.discover.index import Definition, FunctionNode, ModuleIndex, dotted
from fastarch.discover.models import Survey
from fastarch.discover.modules import Module
from fastarch.discover.neighbours import Neighbours, arguments
from fastarch.discover.profile import SignedIn
from fastarch.discover.symbols import Symbol

_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_NAME = re.compile(r"[\w.]+")
_DEPTH = 4
_CHALLENGE = "WWW-Authenticate"
# Errors of the app's own making may leave the headers out.
_HANDLER = re.compile(r"exception_handlers?\b[^\n]*\bHTTPException")


def find_signed_in(
    index: ModuleIndex,
    auth: Auth | None,
    near: Neighbours,
    models: Survey,
    reach: Iterable[Module],
) -> SignedIn | None:
    """Read what is known of the app's guard; None where it has none that tests could override.

    Args:
        auth: What endpoints ask for: a function, a method of an object, or an alias for it.
        near: The neighbouring endpoints.
        models: The app's models.
        reach: The app's modules.
    """
    if auth is None or auth.guard is None or not _NAME.fullmatch(auth.guard.source):
        return None
    symbol = Symbol(auth.symbol.at, auth.guard.imports[0].module, auth.guard.source)
    function = _definition(index, symbol)
    asked = _definition(index, auth.symbol)
    if function is None or asked is None:
        return None
    alias = asked if _is_alias(asked) else _alias(index, asked)
    names = {each.name.rpartition(".")[2] for each in (function, alias) if each}
    used = list(_uses(near, names))
    given = _given(index, function, alias, used)
    user = None if given is None or given.null else _model(index, models, given)
    if given is None:
        user = _only_one(index, models, function)
    return SignedIn(
        function=replace(symbol, at=function.place),
        alias=_symbol(alias) if alias else None,
        user=user,
        plain_id=user is not None and _has_plain_id(index, models, user),
        parameter=_most_used(name for name, _, _ in used),
        challenges=_challenges(index, function, reach),
    )


def _definition(index: ModuleIndex, symbol: Symbol) -> Definition | None:
    module = index.find(symbol.module)
    node = ast.parse(symbol.name, mode="eval").body
    return resolved(index, module, node) if module is not None else None


def _alias(index: ModuleIndex, function: Definition) -> Definition | None:
    """An alias for a function, beside it."""
    for name, bound in function.module.bindings()[0].items():
        if bound.module is not None or not isinstance(bound.value, ast.Subscript):
            continue
        alias = index.resolve(function.module, name)
        if alias is not None and _is_alias(alias):
            wrapped = _dependency(alias.value)
            if wrapped and _same(index.resolve(function.module, wrapped), function):
                return alias
    return None


def _is_alias(definition: Definition) -> bool:
    value = definition.value
    return isinstance(value, ast.Subscript) and dotted(value.value).split(".")[-1] == "Annotated"


def _dependency(value: ast.expr | None) -> str:
    """``get_current_user`` in ``Annotated[User, Depends(get_current_user)]``; empty for a call."""
    for node in ast.walk(value) if value is not None else ():
        if isinstance(node, ast.Call) and node.args and _is_depends(node.func):
            return dotted(node.args[0])
    return ""


def _is_depends(node: ast.expr) -> bool:
    return dotted(node).rpartition(".")[2] in {"Depends", "Security"}


def _same(one: Definition | None, other: Definition) -> bool:
    return one is not None and (one.module.file, one.name) == (other.module.file, other.name)


def _symbol(definition: Definition) -> Symbol:
    return Symbol(definition.place, definition.module.name, definition.name)


def _uses(near: Neighbours, names: set[str]) -> Iterator[tuple[str, Module, ast.expr | None]]:
    """Parameters of neighbours that take who is signed in: name, module and annotation."""
    for endpoint in near.endpoints:
        for argument, default in endpoint.arguments:
            parts = [part for part in (argument.annotation, default) if part is not None]
            said = {dotted(node).rpartition(".")[2] for part in parts for node in ast.walk(part)
                    if isinstance(node, ast.expr)}  # fmt: skip
            if said & names:
                yield argument.arg, endpoint.module, argument.annotation


def _given(
    index: ModuleIndex,
    function: Definition,
    alias: Definition | None,
    used: Iterable[tuple[str, Module, ast.expr | None]],
) -> Annotation | None:
    """The type of who is signed in, as the alias, the function or its users say."""
    said: list[tuple[Module, ast.expr | None]] = []
    if alias is not None:
        said.append((alias.module, alias.value))
    if isinstance(function.node, _FUNCTION):
        said.append((function.module, function.node.returns))
    said += [(module, annotation) for _, module, annotation in used]
    for module, annotation in said:
        if annotation is None:
            continue
        found = unwrap(index, module, annotation)
        if found.node is not None and dotted(found.node).rpartition(".")[2] != "Any":
            return found
    return None


def _model(index: ModuleIndex, models: Survey, given: Annotation) -> Model | None:
    name = dotted(given.node) if given.node is not None else ""
    found = index.resolve(given.module, name) if name else None
    return None if found is None else _model_of(models, found)


def _model_of(models: Survey, found: Definition) -> Model | None:
    for entity in models.entities:
        if _same(entity.definition, found):
            return entity.model
    return None


def _only_one(index: ModuleIndex, models: Survey, function: Definition) -> Model | None:
    """The one model that a function without annotations speaks of."""
    if not isinstance(function.node, _FUNCTION):
        return None
    names = {dotted(node) for node in ast.walk(function.node) if isinstance(node, ast.Name)}
    found = {
        model.symbol.name: model
        for name in names
        if (definition := index.resolve(function.module, name)) is not None
        and (model := _model_of(models, definition)) is not None
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _has_plain_id(index: ModuleIndex, models: Survey, user: Model) -> bool:
    for entity in models.entities:
        if entity.model is user and user.id_name is not None:
            column = all_columns(index, entity.definition).get(user.id_name)
            if column is None:
                return True  # a base of another package has it
            plain = unwrap(index, column.module, column.annotation)
            return column.annotation is not None and not plain.null
    return True


def _most_used(names: Iterable[str]) -> str:
    counted = Counter(name for name in names if not name.startswith("_"))
    return counted.most_common(1)[0][0] if counted else "current_user"


def _challenges(index: ModuleIndex, function: Definition, reach: Iterable[Module]) -> bool:
    """Whether it is certain that strangers get a 401 with ``WWW-Authenticate``."""
    if not any(_answers(index, each) for each in _chain(index, function, _DEPTH)):
        return False
    return not any(
        _HANDLER.search(module.text) and ".headers" not in module.text for module in reach
    )


def _chain(index: ModuleIndex, function: Definition, depth: int) -> Iterator[Definition]:
    """The dependency and those that it has itself."""
    yield function
    if depth == 0 or not isinstance(function.node, _FUNCTION):
        return
    for name in _dependencies(index, function.module, function.node):
        found = index.resolve(function.module, name)
        if found is not None:
            yield from _chain(index, found, depth - 1)


def _dependencies(index: ModuleIndex, module: Module, node: FunctionNode) -> Iterator[str]:
    for argument, default in arguments(node):
        for part in (argument.annotation, default):
            alias = index.resolve(module, dotted(part)) if part is not None else None
            value = alias.value if alias is not None and _is_alias(alias) else part
            if name := _dependency(value):
                yield name


def _answers(index: ModuleIndex, definition: Definition) -> bool:
    value = definition.value
    if isinstance(value, ast.Call):
        kind = index.origin(definition.module, value.func).rpartition(".")[2]
        lenient = any(word.arg == "auto_error" for word in value.keywords)
        return kind in {"OAuth2PasswordBearer", "OAuth2AuthorizationCodeBearer"} and not lenient
    if not isinstance(definition.node, _FUNCTION):
        return False
    source = ast.unparse(definition.node)
    raised = source.count("HTTPException(")
    return 0 < raised <= source.count(_CHALLENGE)
