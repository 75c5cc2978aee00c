"""Make what an app serves ask who is signed in: which routes, and by which edits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

from fastarch.discover.profile import AppProfile
from fastarch.discover.protection import Route, Surface
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.plan.open_routes import stays_open, token_urls
from fastarch.plan.protection_edits import Closing, closing
from fastarch.plan.protection_notices import closed_before, named, notices
from fastarch.plan.protection_targets import ALL, Target, meant, read_target
from fastarch.plan.signed_in_tests import signed_in_tests
from fastarch.plan.steps import EditFile, Step, Tell
from fastarch.records import dataclass

# These are no operations of the app, and always open.
_FASTAPIS = frozenset({"GET /docs", "GET /redoc", "GET /openapi.json"})


class Asked(NamedTuple):
    """What was asked for, as typed.

    Args:
        protect: ``all``, ``products``, ``POST /users``, ``FILE:FUNCTION``.
        public: What stays open whatever ``protect`` says: ``GET /health``.
    """

    protect: tuple[str, ...]
    public: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Protected:
    """What comes of it.

    Args:
        steps: The edits, and what to tell.
        protected: Labels of the operations that ask for a user from now on.
        already: Labels of those that did before.
        left_open: Labels of those that anybody may call, of what ``all`` means.
        scaffolded: Resources whose routers are to be rendered anew, in whole.
    """

    steps: tuple[Step, ...]
    protected: tuple[str, ...]
    already: tuple[str, ...]
    left_open: tuple[str, ...]
    scaffolded: tuple[str, ...]


def plan_protection(
    surface: Surface,
    profile: AppProfile,
    asked: Asked,
    *,
    ours: Mapping[str, Collection[str]] | None = None,
    exempt: Collection[str] = (),
    loads: Collection[str] = (),
    generated: Mapping[str, str] | None = None,
) -> Protected:
    """Plan it; nothing is left of it that asks for the guard already.

    Args:
        surface: What is served, read with the guard to ask for.
        ours: By file of a router that fastarch scaffolded, the names of the resources in it.
        exempt: Labels of the routes with which people sign in.
        loads: What the guard's module imports of the app, where it is not there yet.
        generated: By resource, the tests that fastarch has made: where all of it is protected,
            they are rendered anew.

    Raises:
        UsageError: A target is none, or is to be protected and public at once.
        NotUnderstoodError: Something that was asked for has no safe place for it.
    """
    ours = ours or {}
    planner = _Planner(
        surface,
        {text: read_target(surface, text, ours) for text in asked.protect if text != ALL},
        {text: read_target(surface, text, ours) for text in asked.public if text not in _FASTAPIS},
        ours,
        frozenset(exempt),
        all=ALL in asked.protect,
    )
    wanted = planner.wanted()
    whole = planner.whole_resources(wanted)
    edited = [route for route in wanted if planner.resource_of(route) not in whole]
    closed = closing(
        surface,
        profile,
        edited,
        planner.named,
        planner.exact,
        frozenset(ours),
        loads,
        whole_app=planner.all,
    )
    if closed.problems:
        raise NotUnderstoodError(*closed.problems)
    result = planner.result(wanted, whole, closed)
    anew = [path for name, path in (generated or {}).items() if name in whole]
    tests = signed_in_tests(surface, profile, result.protected, anew)
    return replace(result, steps=(*result.steps, *tests))


@dataclass(frozen=True, slots=True, eq=False)
class _Planner:
    surface: Surface
    protect: Mapping[str, Target]
    public: Mapping[str, Target]
    ours: Mapping[str, Collection[str]]
    exempt: frozenset[str]
    all: bool

    @property
    def named(self) -> frozenset[Route]:
        """The routes of all targets but the whole app."""
        return frozenset(route for target in self.protect.values() for route in target.routes)

    @property
    def exact(self) -> frozenset[Route]:
        """The routes that were named one by one."""
        targets = self.protect.values()
        return frozenset(route for one in targets if one.exact for route in one.routes)

    def opened(self) -> frozenset[Route]:
        """What has to stay open.

        Raises:
            UsageError: It was asked to be protected, too.
            NotUnderstoodError: It is one with what was asked to be protected.
        """
        found = {route: text for text, target in self.public.items() for route in target.routes}
        said = frozenset(
            (route, label)
            for text, target in self.public.items()
            for route in target.routes
            for label in meant(text, route.labels)
        )
        both = sorted(self.exact & found.keys(), key=lambda route: route.labels)
        if both:
            text = found[both[0]]
            raise UsageError(Problem(f"{text} is to be protected and public at once."))
        for route, text in found.items():
            _require_one(route, text, [one for one in route.labels if (route, one) not in said])
        return frozenset(found)

    def wanted(self) -> list[Route]:
        """The routes that are to ask for the guard, those included that do."""
        opened = self.opened()
        chosen = set(self.named)
        if self.all:
            open_ = self._open()
            chosen |= {route for route in self.surface.routes if self._may_serve(route)} - open_
        chosen -= opened
        return [route for route in self.surface.routes if route in chosen]

    def _may_serve(self, route: Route) -> bool:
        """Whether the app leads to a route, or may: by an include that could not be followed."""
        surface = self.surface
        return route.served or (
            any(other.kind == "include" for other in surface.others)
            and any(route.module is one for one in surface.index.reachable(surface.found.module))
        )

    def _open(self) -> frozenset[Route]:
        """The routes that ``all`` does not mean."""
        modules = [m for m in self.surface.routing.modules if "OAuth2" in m.text]
        urls, common = token_urls([module.tree for module in modules]), self.surface.common
        return frozenset(
            route
            for route in self.surface.routes
            if all(
                label in self.exempt
                or stays_open(route.operation, label.partition(" ")[2], common, urls)
                for label in route.labels
            )
        )

    # --- what fastarch scaffolded

    def resource_of(self, route: Route) -> str | None:
        """The resource of fastarch's that a route belongs to."""
        names = list(self.ours.get(route.module.file, ()))
        words = [part.replace("-", "_") for part in route.operation.path.split("/")]
        by_path = next((name for name in names if name in words), None)
        if by_path is None and len(names) == 1:
            return names[0]
        return by_path

    def whole_resources(self, wanted: Collection[Route]) -> frozenset[str]:
        """The resources of which every route is to be protected."""
        names = {name for route in wanted if (name := self.resource_of(route)) is not None}
        if not (self.all or any(not target.exact for target in self.protect.values())):
            return frozenset()
        return frozenset(
            name
            for name in names
            if all(r in wanted for r in self.surface.routes if self.resource_of(r) == name)
        )

    # --- what to tell

    def result(
        self, wanted: Collection[Route], whole: Collection[str], closed: Closing
    ) -> Protected:
        """All that comes of it, in words too."""
        mine = [route for route in wanted if self.resource_of(route) in whole]
        now = [*closed.routes, *(route for route in mine if route.state == "open")]
        labels = [label for route in now for label in route.labels]
        already = [
            label
            for route in wanted
            if route not in now and route not in closed.other
            for label in route.labels
        ]
        left = [
            label
            for route in self.surface.routes
            if self.all and route.served and route not in wanted and route.state == "open"
            for label in route.labels
        ]
        told = notices(self.surface, closed, labels, left, self.exempt, whole_app=self.all)
        told += closed_before(self.opened())
        return Protected(
            (
                *(EditFile(file, edit) for file, edit in closed.edits),
                *map(Tell, told),
            ),
            tuple(dict.fromkeys(labels)),
            tuple(dict.fromkeys(already)),
            tuple(dict.fromkeys(left)),
            tuple(sorted(whole)),
        )


def _require_one(route: Route, text: str, others: Collection[str]) -> None:
    """Refuse to leave one method or path of an endpoint open that has others."""
    if not others:
        return
    message = f"{text} and {named(others)} are one endpoint: it is open or it is not."
    methods = {label.partition(" ")[0] for label in route.labels}
    more = " ".join(f'--public "{label}"' for label in others)
    hint = f"give one of them an endpoint of its own, or leave both open: {more}"
    if len(methods) == 1:
        hint = f"its router is included in several places; this leaves it open in all: {more}"
    file, line = route.place.file, route.place.line
    raise NotUnderstoodError(Problem(message, file=file, line=line, hint=hint))
