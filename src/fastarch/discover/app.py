"""The FastAPI instances and factories of a project, and which of them is the app."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from fastarch.discover.candidates import Candidate, candidates
from fastarch.discover.hints import Hint, Project, served
from fastarch.discover.import_roots import import_root, other_roots
from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import FunctionNode, Module
from fastarch.discover.profile import Entry
from fastarch.discover.resolver import Resolver
from fastarch.discover.scan import Scan, aside
from fastarch.discover.symbols import Place, Symbol
from fastarch.errors import Problem, UsageError
from fastarch.records import dataclass

# One app is clearly the larger where it has so many times the routers and routes of the next.
_CLEARLY = 5


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The app that was chosen, the index that reads it, and what else there was."""

    candidate: Candidate
    index: ModuleIndex
    module: Module
    entry: Entry
    entries: tuple[Entry, ...]


def find_app(
    plain: ModuleIndex, project: Project, seen: Scan, wanted: str | None = None
) -> Found | None:
    """Find the app: by name where it is named, else by what serves it, else by its routers.

    Args:
        plain: An index whose imports start at the project's root.
        project: Its own settings and hints.
        seen: The scan of its files.
        wanted: ``FILE:NAME``, as given with ``--entry``.

    Raises:
        UsageError: ``wanted`` names no app, or several could be meant; the hint lists the choices.
    """
    root = plain.root
    every = candidates(plain, seen)
    if not every:
        if wanted:
            raise UsageError(Problem(f"--entry {wanted}: there is no FastAPI app in this project"))
        return None
    resolver = Resolver(plain, seen.files, every)
    own = project.settings.get("entry")
    named = wanted or (own if isinstance(own, str) else None)
    if named and not resolver.find(named):
        # Somebody may mean an example or a test's app: those count when they are named.
        every = candidates(plain, seen, aside_too=True)
        resolver = Resolver(plain, seen.files, every)
    if named:
        where = None if wanted else next(hint.at for hint in project.hints if hint.target == named)
        chosen, why = _named(resolver, named, every, where)
    else:
        chosen, why = _choose(resolver, project, seen, every)
    base = import_root(plain, chosen, resolver.roots(chosen)[:1])
    index = ModuleIndex(root, base, other_roots(root, base, chosen), like=plain)
    entries = tuple(_entry(index, candidate, "", ()) for candidate in every)
    others = tuple(candidate.place for candidate in every if candidate is not chosen)
    entry = _entry(index, chosen, why, others)
    holder = resolver.holder(chosen, index)
    if holder is not None:
        entry = replace(entry, instance=holder)
        if "." in entry.name:
            # What a method makes cannot be imported, but what holds it can.
            entry = replace(entry, at=holder.at, module=holder.module, name=holder.name)
            entry = replace(entry, kind="instance")
    return Found(chosen, index, index.at(chosen.path), entry, entries)


def _entry(index: ModuleIndex, chosen: Candidate, why: str, others: tuple[Place, ...]) -> Entry:
    module = index.at(chosen.path)
    kind = "instance" if chosen.function is None else "factory"
    own = Symbol(chosen.place, module.name, chosen.name)
    return Entry(
        chosen.place,
        module.name,
        chosen.name,
        "instance" if kind == "instance" else "factory",
        why,
        others,
        instance=own if kind == "instance" else None,
        asks=chosen.function is not None and _asks(chosen.function),
    )


def _asks(function: FunctionNode) -> bool:
    """Whether a function cannot be called without arguments."""
    arguments = function.args
    positional = len(arguments.posonlyargs) + len(arguments.args)
    return positional > len(arguments.defaults) or None in arguments.kw_defaults


def _named(
    resolver: Resolver, wanted: str, every: Sequence[Candidate], where: Place | None
) -> tuple[Candidate, str]:
    found = resolver.find(wanted)
    if not found:
        choices = "\n".join(candidate.choice for candidate in every if not aside(candidate.file))
        raise UsageError(
            Problem(
                f"the entry {wanted} is no FastAPI app of this project",
                file=where.file if where else None,
                line=where.line if where else None,
                hint=f"Choose one of:\n{choices}",
            )
        )
    return found[0], f"named as the entry: {wanted}"


def _choose(
    resolver: Resolver, project: Project, seen: Scan, every: list[Candidate]
) -> tuple[Candidate, str]:
    mounts = {id(host): resolver.mounted(host) for host in every}
    children = {id(child) for found in mounts.values() for child in found}
    tops = [candidate for candidate in every if id(candidate) not in children] or every
    inner = {c.calls for c in tops if c.calls}
    tops = [c for c in tops if c.name not in inner] or tops
    why = "the only FastAPI app" if len(every) == 1 else "the other instances are mounted on it"
    if len(tops) > 1:
        tops, why = _by_hints(resolver, [*project.hints, *_started(resolver, seen)], tops)
    else:
        for hint in project.hints:
            resolver.find(hint.target, hint.folder)
    if len(tops) > 1:
        tops, why = _by_size(tops, mounts)
    if len(tops) > 1:
        choices = "\n".join(f"--entry {candidate.choice}" for candidate in tops)
        raise UsageError(
            Problem(
                f"there are {len(tops)} FastAPI apps and nothing says which is meant",
                file=tops[0].file,
                line=tops[0].line,
                hint=f"Choose one:\n{choices}",
            )
        )
    chosen = tops[0]
    active = [child for child in mounts[id(chosen)] if child.activity]
    if len(active) == 1 and active[0].activity > 2 * chosen.activity:
        return active[0], f"mounted on {chosen.choice}, and the one with the routes"
    return chosen, why


def _started(resolver: Resolver, seen: Scan) -> list[Hint]:
    """Hints of Python files that start a server: ``uvicorn.run("app.main:app")``."""
    plain = resolver.index(resolver.root)
    found: list[Hint] = []
    for path in seen.runs:
        module = plain.at(path)
        if aside(module.file) and not module.file.startswith("scripts/"):
            continue
        text = module.text
        found += served(module.file, text, 4)
        if re.search(r"uvicorn\.run\(\s*app\b", text):
            found.append(Hint(Place(module.file, 1), f"{module.file}:app", 5))
    return found


def _by_hints(
    resolver: Resolver, hints: Iterable[Hint], tops: list[Candidate]
) -> tuple[list[Candidate], str]:
    """Narrow down to what the strongest hints name."""
    ordered = sorted(hints, key=lambda hint: hint.rank)
    for rank in dict.fromkeys(hint.rank for hint in ordered):
        hit: dict[int, tuple[Candidate, Hint]] = {}
        for hint in ordered:
            if hint.rank == rank:
                for candidate in resolver.find(hint.target, hint.folder):
                    if candidate in tops:
                        hit.setdefault(id(candidate), (candidate, hint))
        if hit:
            candidates = [candidate for candidate, _ in hit.values()]
            first = next(iter(hit.values()))[1]
            return candidates, f"{first.target} is served by {first.at.file}:{first.at.line}"
    return tops, ""


def _by_size(
    tops: list[Candidate], mounts: dict[int, list[Candidate]]
) -> tuple[list[Candidate], str]:
    """Narrow down to the one with clearly the most routers and routes."""

    def size(candidate: Candidate) -> int:
        return candidate.activity + sum(child.activity for child in mounts[id(candidate)])

    ordered = sorted(tops, key=size, reverse=True)
    first, second = ordered[0], ordered[1]
    if size(first) and size(first) >= _CLEARLY * size(second):
        return [first], "it has the routers"
    return tops, ""
