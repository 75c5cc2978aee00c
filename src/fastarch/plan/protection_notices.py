"""What a person has to know of what was protected: what stays open, and who is locked out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from fastarch.discover.protection import Route, Surface
from fastarch.discover.sign_up import takes_password
from fastarch.discover.unread import Other
from fastarch.plan.protection_edits import Closing

_MANY = 8
_HOOK = re.compile(r"(?i)web_?-?hooks?\b|/hooks?\b")
_REGISTERS = re.compile(r"(?i)regist|sign_?-?up")


def notices(
    surface: Surface,
    closed: Closing,
    labels: Collection[str],
    left: Collection[str],
    exempt: Collection[str],
    *,
    whole_app: bool,
) -> list[str]:
    """All there is to tell.

    Args:
        labels: The operations that ask for the guard from now on.
        left: Those that anybody may still call.
        exempt: Those with which people sign in.
        whole_app: Everything was to be protected.
    """
    guard = surface.guard.name
    told = [f"Anybody may still call {named(left)}."] if left else []
    told += _others(closed, guard)
    told += _locked_out(surface, closed, labels, exempt)
    keys = {route.key for route in closed.routes}
    for other in surface.others:
        if other.kind == "route" and other.key in closed.routers:
            continue
        if whole_app or (other.key in keys and other.kind not in {"router", "include"}):
            told.append(_aside(other, guard))
    unseen = [
        route
        for route in surface.routes
        if not route.served and route.state == "open" and route.labels[0] not in labels
    ]
    if whole_app and unseen:
        places = dict.fromkeys(route.module.file for route in unseen)
        told.append(
            f"{len(unseen)} endpoints are not seen to be part of the app and were left as they"
            f" are: {named(places)}."
        )
    return told


def closed_before(public: Collection[Route]) -> list[str]:
    """What was to stay open, and did not let anybody in before."""
    found = sorted((route for route in public if route.state != "open"), key=lambda one: one.labels)
    return [
        f"{named(one.labels)} asks for {one.by}: --public leaves open what is open, and takes"
        " nothing away."
        for one in found
    ]


def named(labels: Collection[str]) -> str:
    """``GET /a, GET /b``; the number of further ones where there are many."""
    found = list(dict.fromkeys(labels))
    if len(found) > _MANY:
        return f"{', '.join(found[:_MANY])} and {len(found) - _MANY} more"
    return ", ".join(found)


def _others(closed: Closing, guard: str) -> Iterator[str]:
    """What asks for something else, by what that is."""
    together: dict[str, list[Route]] = {}
    for route in closed.other:
        together.setdefault(route.by, []).append(route)
    for by, routes in together.items():
        labels = [label for route in routes for label in route.labels]
        yield (
            f"Left as they are, since they ask for {by}: {named(labels)}."
            f' --protect "{labels[0]}" makes that ask for {guard}, too.'
        )


def _locked_out(
    surface: Surface, closed: Closing, labels: Collection[str], exempt: Collection[str]
) -> Iterator[str]:
    """Who cannot sign in, and called what is protected now."""
    every = (*exempt, *(label for route in surface.routes for label in route.labels))
    if not any(_REGISTERS.search(label) for label in every):
        for route in closed.routes:
            if takes_password(surface.index, route.operation):
                label = route.labels[0]
                yield (
                    f"{label} makes accounts, and nothing else does: nobody new can sign up by"
                    f' themselves. --public "{label}" leaves it open.'
                )
    for label in labels:
        if _HOOK.search(label):
            yield (
                f"{label} looks like one that other services call, which do not sign in:"
                f' --public "{label}" leaves it open; then it has to check who calls.'
            )


def _aside(other: Other, guard: str) -> str:
    where = f"({other.at.file}:{other.at.line})"
    match other.kind:
        case "socket":
            return (
                f"The WebSocket {other.said} {where} is not protected: {guard} reads a header that"
                " browsers cannot send there."
            )
        case "plain":
            return f"{other.said} {where} is not protected: a plain route has no dependencies."
        case "mount":
            return f"What is mounted at {other.said} {where} is not protected: it is another app."
        case "router" | "include":
            return (
                f"{other.said} {where} is not protected: it could not be followed to a router of"
                " this app's own code."
            )
        case _:
            return f"The route {other.said} {where} is not protected: it could not be followed."
