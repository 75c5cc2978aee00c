"""The place where the app includes its routers, chosen among all places that do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from fastarch.discover.accent import accent
from fastarch.discover.app import Found
from fastarch.discover.evidence import PLAIN
from fastarch.discover.includes import Child, Graph, Include, Reader
from fastarch.discover.instance import beside_prefixes, guards, on_app
from fastarch.discover.keys import Key
from fastarch.discover.profile import RouterSite
from fastarch.discover.scan import Scan, aside
from fastarch.discover.symbols import Place, Symbol
from fastarch.records import dataclass

_WRITES = re.compile(r"\.(?:post|put|patch|delete)\(")
_CATCH_ALL = re.compile(r"""["'][^"'\n]*\{\w+:path\}[^"'\n]*["']""")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Includes that stand together: on one router, in one scope; or one list."""

    includes: tuple[Include, ...]
    score: float

    @property
    def first(self) -> Include:
        """The first of them."""
        return self.includes[0]


def find_site(found: Found, seen: Scan) -> RouterSite:
    """Where a new router belongs: beside the app's resources.

    Of all places that include routers and are reached from the app, the one with the most routers
    that serve resources; where there is none, the app itself.
    """
    key = _entry_key(found)
    index = found.index
    inside = aside(found.candidate.file)
    files = [p for p in seen.includes if inside or not aside(index.relative(p))]
    modules = list(dict.fromkeys([found.module, *(index.at(path) for path in files)]))
    reader = Reader(index, key, modules, seen.files)
    graph = reader.graph()
    groups = [
        group
        for group in _groups(graph)
        if not _is_attached(group) and index.shows(group.first.module, group.first.parent[2])
    ]
    if not groups:
        return on_app(found, graph)
    best = max(groups, key=lambda group: (group.score, _version(group, graph)))
    others = tuple(
        _place(group.first) for group in groups if group is not best and group.score >= 2
    )
    site = _site(graph, reader, best, others)
    if best.first.parent == graph.entry and best.first.listed is None:
        return site
    own = max(
        (group for group in groups if group.first.parent == graph.entry and not group.first.listed),
        key=lambda group: group.score,
        default=None,
    )
    beside = _site(graph, reader, own, ()) if own is not None else on_app(found, graph)
    return replace(site, instance=beside_prefixes(beside, guards(graph, reader, _pair(best))))


def _pair(group: Group) -> tuple[Include, Child]:
    """A sibling that speaks for the group."""
    pairs = _once(group)
    plain = [pair for pair in pairs if not _is_plain(pair[1])]
    return (plain or pairs)[0]


def _entry_key(found: Found) -> Key:
    candidate = found.candidate
    function = candidate.name if candidate.function is not None else ""
    if candidate.variable.startswith("self."):
        function = function.rpartition(".")[0]
    return (candidate.file, function, candidate.variable)


# --- groups


def _groups(graph: Graph) -> list[Group]:
    by_place: dict[tuple[object, ...], list[Include]] = {}
    parents = {include.parent for include in graph.includes}
    for include in graph.includes:
        if include.parent not in graph.prefixes or not include.children:
            continue
        listed = include.listed
        if listed is not None:
            place: tuple[object, ...] = (listed.module.file, listed.line, listed.name)
        else:
            place = (include.module.file, include.step.qualname, include.parent)
        by_place.setdefault(place, []).append(include)
    return [
        Group(tuple(includes), _score(includes, parents, graph.entry))
        for includes in by_place.values()
    ]


def _score(includes: Sequence[Include], parents: set[Key], entry: Key) -> float:
    seen: set[Key | None] = set()
    score = 0.0
    for include in includes:
        for child in include.children:
            if child.key in seen and child.key is not None:
                continue
            seen.add(child.key)
            # A module that attaches its own router to what it is handed is no place for others.
            own = child.definition is not None and child.definition.module is include.module
            attached = own and include.parent[0] != include.module.file
            score += 0.2 if attached else _weight(child, parents)
    pure = includes[0].parent != entry
    return score + (1.5 if pure and score >= 1 else 0.0)


def _is_attached(group: Group) -> bool:
    """A module attaches its own router, and nothing else, to what it is handed."""
    return all(
        include.parent[0] != include.module.file
        and all(
            child.definition is not None and child.definition.module is include.module
            for child in include.children
        )
        for include in group.includes
    )


def _version(group: Group, graph: Graph) -> int:
    """Of two versions of an API with as many resources, the later is meant."""
    found = re.findall(r"/v(\d+)", graph.prefixes[group.first.parent])
    return int(found[-1]) if found else 0


def _weight(child: Child, parents: set[Key]) -> float:
    if child.key is None or child.definition is None:
        return 0.2
    if child.key in parents:
        return 1.0
    text = child.definition.module.text
    plain = PLAIN.search(child.definition.module.name) or PLAIN.search(child.definition.name)
    return 3.0 if _WRITES.search(text) and not plain else 1.0


# --- the site


def _site(graph: Graph, reader: Reader, group: Group, others: tuple[Place, ...]) -> RouterSite:
    first = group.first
    parents = {include.parent for include in graph.includes}
    every = _once(group)
    pairs = [pair for pair in every if pair[1].key not in parents or pair[1].key is None] or every
    own = [child for _, child in pairs if child.definition is not None]
    siblings = [child for child in own if not _is_plain(child)] or own
    listed = first.listed
    at = _place(_last(pairs)) if listed is None else Place(listed.module.file, listed.line)
    module = first.module if listed is None else listed.module
    kind: Literal["include", "factory", "aggregator", "list"]
    if listed is not None:
        kind = "list"
    elif first.parent != graph.entry:
        kind = "aggregator"
    else:
        kind = "factory" if first.step.function is not None else "include"
    function = first.step.qualname or None
    if listed is not None:
        inside = listed.scope is first.step.function
        function = listed.scope.name if listed.scope is not None else None
        function = function and (first.step.qualname if inside else function)
    base = graph.prefixes[first.parent]
    why = _why(group, pairs, graph)
    return accent(
        reader,
        RouterSite(
            at,
            module.name,
            kind,
            first.on if listed is None else listed.name or f"for {first.loop}",
            function,
            prefix=base,
            siblings=_symbols([child for child in own if child.key not in parents]),
            automatic=first.automatic,
            why=why,
            others=others,
        ),
        module,
        first,
        [pair for pair in pairs if pair[1] in siblings and _shows(reader, pair[1])],
    )


def _once(group: Group) -> list[tuple[Include, Child]]:
    """Each router with the first of its includes: some are included under two prefixes."""
    found: dict[object, tuple[Include, Child]] = {}
    for include in group.includes:
        for child in include.children:
            found.setdefault(child.key or child, (include, child))
    return list(found.values())


def _is_plain(child: Child) -> bool:
    definition = child.definition
    return definition is not None and bool(
        PLAIN.search(definition.module.name) or PLAIN.search(definition.name)
    )


def _shows(reader: Reader, child: Child) -> bool:
    """Whether a router shows how the app has its own."""
    return child.definition is None or reader.index.shows(child.definition.module)


def _symbols(children: Sequence[Child]) -> tuple[Symbol, ...]:
    found: dict[tuple[str, str], Symbol] = {}
    for child in children:
        definition = child.definition
        if definition is not None:
            symbol = Symbol(definition.place, definition.module.name, definition.name)
            found.setdefault((symbol.at.file, symbol.name), symbol)
    return tuple(found.values())


def _last(pairs: Sequence[tuple[Include, Child]]) -> Include:
    """The include to follow: the last that always runs and takes no request of others."""
    plain = [
        include
        for include, child in pairs
        if not include.step.conditional
        and not (child.definition and _CATCH_ALL.search(child.definition.module.text))
    ]
    always = [include for include, _ in pairs if not include.step.conditional]
    return (plain or always or [include for include, _ in pairs])[-1]


def _place(include: Include) -> Place:
    return Place(include.module.file, include.step.node.lineno)


def _why(group: Group, pairs: Sequence[tuple[Include, Child]], graph: Graph) -> str:
    count = len({child.key for _, child in pairs})
    text = f"{count} router{'s are' if count != 1 else ' is'} included there"
    if group.first.automatic:
        text = f"its package's routers are found at run time, {count} so far"
    if graph.unread:
        text += f"; not read: the prefix {graph.unread[0]}"
    return text
