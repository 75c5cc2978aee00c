"""How an endpoint of the app gets its session, by what its neighbours do."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fastarch.discover.index import Definition, FunctionNode, Module, ModuleIndex, dotted
from fastarch.discover.neighbours import WRITES, Neighbours, arguments
from fastarch.discover.profile import Import, Orm, Place, Session, Symbol
from fastarch.discover.providers import (
    Provider,
    commits,
    hands_out,
    provider,
    session_class,
    state_attribute,
)

_DEPENDS = frozenset({"Depends", "Security"})
# An endpoint's service's repository's session: so far providers are followed.
_DEPTH = 4
_ALIAS = re.compile(
    r"Annotated\[[^\]]*?(?:[Ss]ession|db)[^\]]*?Depends\(|"
    r"Annotated\[[^\]]*?Depends\([^)]*(?:[Ss]ession|db)"
)
_YIELDS = re.compile(r"\byield\s+(?:from\s+)?([\w.]*)")
_OPENED = re.compile(
    r"\b(?:sessionmaker|async_sessionmaker|scoped_session|async_scoped_session)\s*\(|"
    r"^from fastapi_(?:async_)?sqlalchemy import|\bwith (?:Async)?Session\(|"
    r"\bContextVar\b[^\n]*[Ss]ession|@\w*[Tt]ransactional\b",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, eq=False)
class _Use:
    """One parameter that is a session."""

    provider: Provider
    alias: Definition | None
    annotated: bool
    parameter: str
    type: tuple[Module, ast.expr] | None
    module: Module
    line: int
    writes: bool
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class Dependency:
    """A parameter that FastAPI fills: what it calls, and how that is spelled."""

    target: ast.expr | None
    module: Module
    type: ast.expr | None
    alias: Definition | None
    annotated: bool


def session(
    index: ModuleIndex, near: Neighbours, reach: Sequence[Module], orm: Orm
) -> Session | None:
    """The session that a new route takes: the one that its neighbours take.

    None where the app has no database. ``style`` is ``none`` where sessions are opened in a way
    that a route cannot take them from; ``why`` says in which.
    """
    if orm.kind not in ("sqlalchemy", "sqlmodel"):
        return None
    uses = list(_neighbour_uses(index, near))
    how = "of the neighbouring endpoints"
    if not uses:
        uses = list(_declared(index, reach))
        how = ""
    if not uses:
        return _not_taken(reach)
    return _choose(index, uses, how, reach)


def dependency(
    index: ModuleIndex, module: Module, annotation: ast.expr | None, default: ast.expr | None
) -> Dependency | None:
    """What FastAPI fills a parameter with, where it is a dependency."""
    if isinstance(default, ast.Call) and _is_depends(default):
        target = default.args[0] if default.args else _keyword(default, "dependency")
        return Dependency(target or annotation, module, annotation, None, annotated=False)
    annotation = _unquoted(annotation)
    if annotation is None:
        return None
    if (found := _annotated(annotation)) is not None:
        kind, target = found
        return Dependency(target or kind, module, kind, None, annotated=True)
    name = dotted(annotation)
    alias = index.resolve(module, name) if name else None
    if alias is not None and alias.name:
        value = alias.value if alias.value is not None else getattr(alias.node, "value", None)
        if isinstance(value, ast.Subscript) and (found := _annotated(value)) is not None:
            kind, target = found
            return Dependency(target or kind, alias.module, kind, alias, annotated=True)
    return None


def _neighbour_uses(index: ModuleIndex, near: Neighbours) -> Iterator[_Use]:
    seen: dict[int, tuple[_Use, ...]] = {}
    for endpoint in near.endpoints:
        writes = endpoint.method in WRITES
        yield from _uses(index, endpoint.module, endpoint.node, writes, 0, seen)
    for module in near.modules:
        yield from _attributes(index, module)


def _attributes(index: ModuleIndex, module: Module) -> Iterator[_Use]:
    """Sessions that class-based views declare as attributes."""
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                found = dependency(index, module, item.annotation, item.value)
                argument = ast.arg(arg=item.target.id, lineno=item.lineno)
                if found and (use := _use(index, module, argument, found, False, 0)):
                    yield use


def _uses(
    index: ModuleIndex,
    module: Module,
    function: FunctionNode,
    writes: bool,
    depth: int,
    seen: dict[int, tuple[_Use, ...]],
) -> Iterator[_Use]:
    for argument, default in arguments(function):
        found = dependency(index, module, argument.annotation, default)
        if found is None or found.target is None:
            continue
        use = _use(index, module, argument, found, writes, depth)
        if use is not None:
            yield use
        elif depth < _DEPTH:
            inner = provider(index, found.module, found.target)
            if inner is None or inner.function is None:
                continue
            key = id(inner.function)
            if key not in seen:
                seen[key] = ()  # a dependency that depends on itself
                seen[key] = tuple(_uses(index, inner.home, inner.function, writes, depth + 1, seen))
            yield from seen[key]


def _use(
    index: ModuleIndex,
    module: Module,
    argument: ast.arg,
    found: Dependency,
    writes: bool,
    depth: int,
) -> _Use | None:
    """A parameter as a use of a session, where it is one."""
    if found.target is None:
        return None
    called = provider(index, found.module, found.target)
    kind = session_class(index, found.module, found.type)
    if called is None or (isinstance(found.target, ast.Call) and found.alias is None):
        return None  # what a call makes has no name to repeat
    verdict = hands_out(index, called)
    if verdict is False or (kind is None and verdict is not True):
        return None
    if kind is None and called.function is not None:
        kind = session_class(index, called.home, called.function.returns)
    return _Use(
        called,
        found.alias,
        found.annotated,
        argument.arg,
        kind,
        module,
        argument.lineno,
        writes,
        depth,
    )


def _declared(index: ModuleIndex, reach: Sequence[Module]) -> Iterator[_Use]:
    """Session dependencies that nobody near uses (yet): aliases, and functions that yield one."""
    for module in reach:
        text = module.text
        if not _may_declare(text):
            continue
        for name, bound in module.bindings()[0].items():
            if bound.module is not None:
                continue
            value = bound.value or getattr(bound.node, "value", None)
            if isinstance(value, ast.Subscript) and (pair := _annotated(value)) is not None:
                kind, target = pair
                definition = Definition(module, name, bound.node, value)
                argument = ast.arg(arg="", lineno=bound.node.lineno)
                found = Dependency(target or kind, module, kind, definition, annotated=True)
                if use := _use(index, module, argument, found, False, 0):
                    yield use
            elif (
                isinstance(bound.node, ast.FunctionDef | ast.AsyncFunctionDef)
                and not bound.node.decorator_list
                and "test" not in name
                and _is_plain(bound.node)
            ):
                definition = Definition(module, name, bound.node)
                called = Provider(definition, name, bound.node, module)
                if hands_out(index, called):
                    kind_found = session_class(index, module, bound.node.returns)
                    yield _Use(
                        called, None, True, "", kind_found, module, bound.node.lineno, False, 1
                    )


def _may_declare(text: str) -> bool:
    if "Annotated[" in text and "Depends(" in text and _ALIAS.search(text):
        return True
    if "yield" not in text or not ("ession" in text or "sqlalchemy" in text):
        return False
    # `yield session`, and `with maker() as s: yield s`
    return any(
        re.search(r"db|sess", name, re.IGNORECASE) or f" as {name}:" in text
        for name in _YIELDS.findall(text)
        if name
    )


def _is_plain(function: FunctionNode) -> bool:
    """It yields, and can be called without arguments or with a request."""
    required = [
        argument.arg
        for argument, default in arguments(function)
        if default is None and argument.arg not in ("request", "self")
    ]
    return not required and any(isinstance(node, ast.Yield) for node in ast.walk(function))


def _choose(index: ModuleIndex, uses: Sequence[_Use], how: str, reach: Sequence[Module]) -> Session:
    votes: Counter[tuple[str, str]] = Counter()
    for use in uses:
        # Where reading and writing have their own sessions, a resource needs the writing one.
        votes[use.provider.key] += 1 if not use.writes else 3
    by_key = {use.provider.key: use for use in uses}
    ranked = sorted(votes, key=lambda key: (-votes[key], "test" in key[1], *_rank(by_key[key])))
    best = [use for use in uses if use.provider.key == ranked[0]]
    chosen = best[0].provider
    shared = [use for use in best if use.alias is not None and not _is_local(use, uses)]
    aliases = Counter(_alias_key(use) for use in shared)
    alias = None
    if shared and (not how or len(shared) * 2 >= len(best)):
        top = aliases.most_common(1)[0][0]
        alias = next(use.alias for use in shared if _alias_key(use) == top)
    elif not how:
        alias = next((use.alias for use in best if use.alias is not None), None)
    symbol = _symbol(alias) if alias else _provider_symbol(chosen)
    names = Counter(use.parameter for use in best if use.parameter)
    committed = commits(index, chosen)
    by_state = None if committed else _middleware(chosen, reach)
    reasons = [
        f"{len(best)} {how} take it"
        if how
        else "no neighbouring endpoint takes a session; declared there"
    ]
    if how and all(use.depth for use in best):
        reasons = [f"{len(best)} providers {how} take it"]
    if committed:
        reasons.append(f"commits at {chosen.home.file}:{committed}")
    if by_state:
        reasons.append(f"a middleware commits at {by_state.file}:{by_state.line}")
    others = tuple(dict.fromkeys(by_key[key].provider.definition.place for key in ranked[1:]))
    if others:
        reasons.append(
            "rather than "
            + ", ".join(f"{name} ({file}, {votes[file, name]})" for file, name in ranked[1:4])
        )
    return Session(
        symbol=symbol,
        provider=_provider_symbol(chosen),
        style="alias" if alias else "depends",
        type=_type(index, best, chosen),
        annotated=sum(use.annotated for use in best) * 2 > len(best) or not how,
        parameter=names.most_common(1)[0][0] if names else _parameter(symbol.name),
        commits="dependency" if committed or by_state else "caller",
        why="; ".join(reasons),
        others=others,
    )


def _rank(use: _Use) -> tuple[int, int, str]:
    """Among equals: one with an alias, then one beside the engine, then by name."""
    text = use.provider.home.text
    beside = 0 if re.search(r"create_(?:async_)?engine\(|sessionmaker\(", text) else 1
    return (0 if use.alias else 1, beside, use.provider.name)


def _is_local(use: _Use, uses: Sequence[_Use]) -> bool:
    """An alias that a router made for itself: nothing to import from a neighbour."""
    return (
        use.alias is not None
        and use.depth == 0
        and use.alias.module.file == use.module.file
        and not any(
            other.alias is not None
            and _alias_key(other) == _alias_key(use)
            and other.module.file != use.module.file
            for other in uses
        )
        and bool(use.parameter)
    )


def _alias_key(use: _Use) -> tuple[str, str]:
    return (use.alias.module.file, use.alias.name) if use.alias else ("", "")


def _type(index: ModuleIndex, uses: Iterable[_Use], chosen: Provider) -> Import:
    """The session's class as most neighbours import it."""
    votes: Counter[str] = Counter()
    for use in uses:
        if use.type is not None:
            module, node = use.type
            origin = index.origin(module, node)
            if origin:
                votes[origin] += 1
    if votes:
        module_name, _, name = votes.most_common(1)[0][0].rpartition(".")
        return Import(module_name, name)
    text = chosen.home.text
    is_async = isinstance(chosen.function, ast.AsyncFunctionDef) and "async" in text
    if "sqlmodel" in text and not is_async:
        return Import("sqlmodel", "Session")
    if is_async and re.search(r"AsyncSession|async_sessionmaker|create_async_engine", text):
        return Import("sqlalchemy.ext.asyncio", "AsyncSession")
    return Import("sqlalchemy.orm", "Session")


def with_session(index: ModuleIndex, orm: Orm, found: Session | None) -> Orm:
    """The ORM with the word of the session that routes take on whether it is asynchronous.

    Annotations do not decide: a ``Session`` may come from an ``async_sessionmaker``.
    """
    if found is None or found.style == "none":
        return orm
    if (found.type.name or "").lower().startswith("async"):
        return replace(orm, is_async=True)
    module = index.at(found.provider.at.file)
    engines = set(re.findall(r"\b(create_async_engine|create_engine)\(", module.text))
    return replace(orm, is_async=engines == {"create_async_engine"} if engines else orm.is_async)


def _middleware(chosen: Provider, reach: Sequence[Module]) -> Place | None:
    """Where a middleware commits the session that a provider takes from ``request.state``."""
    name = state_attribute(chosen.function)
    if name is None:
        return None
    pattern = re.compile(rf"\bstate\.{name}\.commit\(|\bstate\.{name}\.begin\(")
    for module in reach:
        if found := pattern.search(module.text):
            if any(
                re.search(r"(?:db|session)\w*\.commit\(", other.text)
                for other in reach
                if other is not module
            ):
                return None  # neighbours commit all the same
            return Place(module.file, module.text.count("\n", 0, found.start()) + 1)
    return None


def _not_taken(reach: Sequence[Module]) -> Session | None:
    for module in reach:
        if "ession" not in module.text and "sqlalchemy" not in module.text:
            continue
        found = _OPENED.search(module.text)
        if found is None:
            continue
        line = module.text.count("\n", 0, found.start()) + 1
        place = Place(module.file, line)
        statement = module.text.split("\n")[line - 1].strip()
        name = re.match(r"(\w+)\s*(?::[^=]+)?=", statement)
        symbol = Symbol(place, module.name, name.group(1) if name else "")
        return Session(
            symbol=symbol,
            provider=symbol,
            style="none",
            type=Import("sqlalchemy.orm", "Session"),
            why=f"sessions are opened at {module.file}:{line} ({statement[:80]}), "
            "and no dependency hands one to a route",
        )
    return None


def _symbol(definition: Definition) -> Symbol:
    return Symbol(definition.place, definition.module.name, definition.name)


def _provider_symbol(found: Provider) -> Symbol:
    if found.origin:
        return Symbol(found.definition.place, found.origin.rpartition(".")[0], found.name)
    if found.function is not None and "." in found.name:
        at = Place(found.home.file, found.function.lineno)
        return Symbol(at, found.definition.module.name, found.name)
    return Symbol(found.definition.place, found.definition.module.name, found.name)


def _parameter(name: str) -> str:
    return "db" if re.search(r"(?:^|_)db(?:_|$)|^Db|^DB", name) else "session"


def _is_depends(call: ast.Call) -> bool:
    return dotted(call.func).rpartition(".")[2] in _DEPENDS


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def _annotated(node: ast.expr) -> tuple[ast.expr, ast.expr | None] | None:
    """``(Session, get_db)`` of ``Annotated[Session, Depends(get_db)]``."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
        return None
    if dotted(node.value).rpartition(".")[2] != "Annotated":
        return None
    kind, *rest = node.slice.elts
    for item in rest:
        if isinstance(item, ast.Call) and _is_depends(item):
            return kind, (item.args[0] if item.args else _keyword(item, "dependency"))
    return None


def _unquoted(annotation: ast.expr | None) -> ast.expr | None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
    return annotation
