"""What a target of ``--protect`` and ``--public`` means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from fastarch.discover.protection import Route, Surface
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.spec.plurals import pluralise, singularise

ALL = "all"
_OPERATION = re.compile(r"^([A-Za-z]+)\s+(/\S*)$")
_ROLE = re.compile(r"_(?:router|routes?|views?|endpoints?|controller|api)$")


class Target(NamedTuple):
    """The routes that are meant.

    Args:
        exact: They were named one by one, by method and path or by function.
    """

    routes: tuple[Route, ...]
    exact: bool


def read_target(
    surface: Surface, text: str, ours: Mapping[str, Collection[str]] | None = None
) -> Target:
    """Read ``products``, ``POST /users`` or ``FILE:FUNCTION``.

    Args:
        ours: By file of a router that fastarch scaffolded, the names of the resources in it.

    Raises:
        UsageError: There is no such thing; the hint has what is nearest.
        NotUnderstoodError: There may be, where the app could not be read.
    """
    text = text.strip()
    file, _, function = text.rpartition(":")
    if match := _OPERATION.match(text):
        method, path = match[1].upper(), match[2]
        found = _by_label(surface, f"{method} {path}")
        choices = [label for route in surface.routes for label in route.labels]
        exact = True
    elif file.endswith(".py"):
        found = [
            route
            for route in surface.routes
            if route.operation.module.file == file.removeprefix("./")
            and function in {route.operation.qualname, route.operation.node.name}
        ]
        choices = [f"{r.operation.module.file}:{r.operation.qualname}" for r in surface.routes]
        exact = True
    else:
        found = _by_resource(surface, text, ours or {})
        choices = sorted({word for route in surface.routes for word in _segments(surface, route)})
        exact = False
    if not found:
        raise _unknown(surface, text, choices)
    return Target(tuple(found), exact)


def _unknown(
    surface: Surface, text: str, choices: Collection[str]
) -> UsageError | NotUnderstoodError:
    unread = [
        other
        for other in surface.others
        if other.kind in {"router", "include", "route"}
        and any(word in other.said.lower() for word in _spellings(text))
    ]
    if unread:
        first = unread[0]
        message = f"{text} may be {first.said}, which cannot be read: it is made at run time."
        hint = "routers of class-based views and of libraries are protected where they are made,"
        hint += " or with dependencies= where they are included"
        return NotUnderstoodError(
            Problem(message, file=first.at.file, line=first.at.line, hint=hint)
        )
    near = difflib.get_close_matches(text, choices, 5, 0.5) or list(choices)[:10]
    hint = "Choose one:\n" + "\n".join(dict.fromkeys(near)) if near else "the app has no endpoints"
    return UsageError(Problem(f"There is no {text} in the app.", hint=hint))


def _by_label(surface: Surface, label: str) -> list[Route]:
    exact = [route for route in surface.routes if label in route.labels]
    wanted = _shape(label)
    return exact or [route for route in surface.routes if wanted in map(_shape, route.labels)]


def meant(text: str, labels: Collection[str]) -> list[str]:
    """Which labels of a route a target means: all, where it is no operation."""
    match = _OPERATION.match(text.strip())
    if match is None:
        return list(labels)
    wanted = f"{match[1].upper()} {match[2]}"
    return [one for one in labels if one == wanted] or [
        one for one in labels if _shape(one) == _shape(wanted)
    ]


def _shape(label: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", label).rstrip("/")


def _by_resource(surface: Surface, text: str, ours: Mapping[str, Collection[str]]) -> list[Route]:
    """The routes of a resource: those of its router, and those that are about it elsewhere."""
    if not re.fullmatch(r"[\w-]+", text):
        return []
    words = _spellings(text)
    routes = surface.routes
    scaffolded = {file for file, names in ours.items() if words & set(map(_word, names))}
    firsts = {segments[0] for route in routes if (segments := _segments(surface, route))}
    about = {route for route in routes if _is_about(_segments(surface, route), words, firsts)}
    entry = surface.routing.graph.entry
    named = {
        route.key
        for route in routes
        if route.key not in {None, entry}
        and (words & set(_names(route)) or (route in about and _in_prefix(surface, route, words)))
    }
    return [
        route
        for route in routes
        if route in about
        or route.key in named
        or (route.module.file in scaffolded and len(ours[route.module.file]) == 1)
    ]


def _is_about(segments: list[str], words: Collection[str], firsts: Collection[str]) -> bool:
    """``/products/{id}``, ``/users/{id}/products``; ``/products/search``, but no other resource."""
    if not segments:
        return False
    return segments[-1] in words or (segments[0] in words and segments[-1] not in firsts)


def _in_prefix(surface: Surface, route: Route, words: Collection[str]) -> bool:
    """Whether the word ends what stands before all paths of the route's router."""
    key = route.key
    prefix = surface.routing.graph.prefixes.get(key, "") if key is not None else ""
    segments = _plain(prefix)
    return bool(segments) and segments[-1] in words


def _names(route: Route) -> list[str]:
    """What the route's router is called, and its module."""
    key = route.key
    variable = _ROLE.sub("", key[2].rpartition(".")[2].lower()) if key is not None else ""
    path = PurePosixPath(route.module.file)
    stem = _ROLE.sub("", path.stem.lower())
    return [
        variable,
        stem if stem not in {"router", "routes", "views", "api"} else path.parent.name,
    ]


def _segments(surface: Surface, route: Route) -> list[str]:
    """The plain segments of a path, without what all paths begin with."""
    segments = _plain(route.operation.path)
    common = _plain(surface.common)
    return segments[len(common) :] if segments[: len(common)] == common else segments


def _plain(path: str) -> list[str]:
    return [_word(part) for part in path.split("/") if part and not part.startswith("{")]


def _spellings(text: str) -> set[str]:
    word = _word(text)
    return {word, singularise(word), pluralise(singularise(word))}


def _word(text: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).replace("-", "_").lower()
