"""How an endpoint of the app gets its session, by what its neighbours do."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from fastarch.discover.database_facts import Orm, Session
from fastarch.discover.index import Definition, Module, ModuleIndex
from fastarch.discover.neighbours import Neighbours
from fastarch.discover.providers import (
    Provider,
    commits,
    state_attribute,
)
from fastarch.discover.symbols import Import, Place, Symbol
from fastarch.discover.uses import Use, declared, neighbour_uses

_OPENED = re.compile(
    r"\b(?:sessionmaker|async_sessionmaker|scoped_session|async_scoped_session)\s*\(|"
    r"^from fastapi_(?:async_)?sqlalchemy import|\bwith (?:Async)?Session\(|"
    r"\bContextVar\b[^\n]*[Ss]ession|@\w*[Tt]ransactional\b",
    re.MULTILINE,
)

_MAKES = re.compile(r"sessionmaker|\bSession\(|\bAsyncSession\(|expire_on_commit")


def session(
    index: ModuleIndex, near: Neighbours, reach: Sequence[Module], orm: Orm
) -> Session | None:
    """The session that a new route takes: the one that its neighbours take.

    None where the app has no database. ``style`` is ``none`` where sessions are opened in a way
    that a route cannot take them from; ``why`` says in which.
    """
    if orm.kind not in ("sqlalchemy", "sqlmodel"):
        return None
    uses = list(neighbour_uses(index, near))
    how = "of the neighbouring endpoints"
    if not uses:
        uses = list(declared(index, reach))
        how = ""
    if not uses:
        return _not_taken(reach)
    return _choose(index, uses, how, reach)


def _choose(index: ModuleIndex, uses: Sequence[Use], how: str, reach: Sequence[Module]) -> Session:
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
        expire_on_commit=_expires(chosen.home, reach),
        why="; ".join(reasons),
        others=others,
    )


def _expires(home: Module, reach: Sequence[Module]) -> bool:
    """Whether a commit expires objects: SQLAlchemy's default, unless the session factory says no.

    The factory is looked for beside the dependency first, then in what the app imports.
    """
    for module in (home, *reach):
        if not _MAKES.search(module.text):
            continue
        calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
        said = [
            keyword.value
            for call in calls
            for keyword in call.keywords
            if keyword.arg == "expire_on_commit"
        ]
        if said:
            return not all(isinstance(one, ast.Constant) and one.value is False for one in said)
        if module is home and _OPENED.search(module.text):
            return True
    return True


def _rank(use: Use) -> tuple[int, int, str]:
    """Among equals: one with an alias, then one beside the engine, then by name."""
    text = use.provider.home.text
    beside = 0 if re.search(r"create_(?:async_)?engine\(|sessionmaker\(", text) else 1
    return (0 if use.alias else 1, beside, use.provider.name)


def _is_local(use: Use, uses: Sequence[Use]) -> bool:
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


def _alias_key(use: Use) -> tuple[str, str]:
    return (use.alias.module.file, use.alias.name) if use.alias else ("", "")


def _type(index: ModuleIndex, uses: Iterable[Use], chosen: Provider) -> Import:
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
