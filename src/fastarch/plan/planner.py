"""From what is asked and what is there to what should be done: resources into steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from fastarch.discover.profile import AppProfile
from fastarch.errors import ConflictError, Problem
from fastarch.plan import urls
from fastarch.plan.closing import next_steps
from fastarch.plan.cycles import without_cycles
from fastarch.plan.files import Files, Project
from fastarch.plan.guard import (
    guarded,
    require_owner,
)
from fastarch.plan.parts import Part, declared
from fastarch.plan.places import choose_layers, homes
from fastarch.plan.refusals import require_servable
from fastarch.plan.resource_part import Pieces, resource_part
from fastarch.plan.settle import settle
from fastarch.plan.steps import WriteFile
from fastarch.plan.support import SUPPORT, support_homes
from fastarch.plan.targets import dependency_order, find_model, resolve
from fastarch.records import dataclass

if TYPE_CHECKING:
    from fastarch.spec.resource import Resource


@dataclass(frozen=True, slots=True)
class Options:
    """What ``new resource`` makes: layers as typed, with or without tests and a revision.

    Args:
        shared: By role, where what resources share lies by now.
        owners: By the name of a resource that was made before, the column with the user to whom a
            row of it belongs.
    """

    layers: str = "all"
    tests: bool = True
    migration: bool = True
    shared: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps by owner, and what to tell.

    Args:
        profile: The app as it will be (a database that comes along included).
        operations: What will be served, for ``--verify``: ``POST /products``.
    """

    profile: AppProfile
    parts: tuple[Part, ...] = ()
    dependencies: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


def plan_resources(
    profile: AppProfile,
    asked: Iterable[Resource],
    options: Options,
    project: Project,
    now: datetime,
    watch: Callable[[str, int, int], None] = lambda _name, _number, _total: None,
) -> Plan:
    """Plan new resources: one set of steps, one revision for all of them.

    Args:
        project: The files as they are.
        now: The date that a revision says.
        watch: Told of each resource: its name, its number from 0, how many there are.

    Raises:
        NotUnderstoodError: the app cannot be served, or there is no safe place to edit.
        ConflictError: the app has such a model already.
        UsageError: a relation refers to what is not there, or the spec does not fit the app.
    """
    require_servable(profile)
    parts: list[Part] = []
    if profile.orm.kind == "none":
        from fastarch.plan.database import with_database

        made, profile = with_database(profile, project.exists)
        parts.append(Part("feature", "database", made.steps, paths=made.paths, words=made.words))
    settled = [guarded(settle(resource, profile), profile) for resource in asked]
    profile = with_own_names(without_cycles(profile, [one.guard for one in settled if one.guard]))
    resources = dependency_order(settled)
    layers = choose_layers(profile, options.layers)
    placed = {resource.name.many: homes(profile, resource.name, layers) for resource in resources}
    _require_new(resources, profile)
    targets = resolve(resources, profile, placed, options.owners)
    for resource in resources:
        require_owner(resource, targets[resource.name.many])
    files = Files(project)
    files.begun.update(
        step.path for part in parts for step in part.steps if isinstance(step, WriteFile)
    )
    shared = options.shared
    for own in placed.values():
        own.update(support_homes(profile, own, shared, project.exists, files.names))
        shared = {role: own[role].path for role in SUPPORT}
    revision: WriteFile | None = None
    if options.migration and profile.alembic is not None and resources:
        from fastarch.plan.migration import render_migration

        revision = WriteFile(*render_migration(resources, profile, now))
    for number, resource in enumerate(resources):
        watch(resource.name.many, number, len(resources))
        own = placed[resource.name.many]
        model = own["model"]
        pieces = Pieces(
            tuple(role for role in own if role != "test" or options.tests),
            # Ahead of create_all.
            apart=("model",) if model.shared and files.exists(model.path) else (),
        )
        parts.append(
            resource_part(resource, own, targets[resource.name.many], profile, pieces, files)
        )
    if revision is not None:
        parts.append(Part("migration", "", (revision,)))
    return Plan(
        profile=profile,
        parts=tuple(parts),
        dependencies=declared(parts),
        operations=tuple(
            operation for resource in resources for operation in operations(resource, profile)
        ),
        next_steps=tuple(
            next_steps(
                profile,
                [placed[one.name.many]["test"].path for one in resources if options.tests],
                migrated=revision is not None,
            )
        ),
    )


def with_own_names(profile: AppProfile) -> AppProfile:
    """In a module that several routers share, each needs a variable of its own."""
    shared = "{" not in profile.layout.paths["router"]
    if not shared or "{" in profile.style.router_variable:
        return profile
    return replace(profile, style=replace(profile.style, router_variable="{many}_router"))


def _require_new(resources: Iterable[Resource], profile: AppProfile) -> None:
    for resource in resources:
        model = find_model(profile, resource.name)
        if model is not None:
            raise ConflictError(
                Problem(
                    f"The app has a model {model.symbol.name} (table {model.table}) already.",
                    file=model.symbol.at.file,
                    line=model.symbol.at.line,
                    hint="choose another name",
                )
            )


def operations(resource: Resource, profile: AppProfile) -> Iterator[str]:
    """What a resource serves, as OpenAPI has it: ``POST /products`` and so on.

    Nothing where the routers beside it are left out of the schema.
    """
    if not urls.in_openapi(profile):
        return
    url = urls.collection_url(resource, urls.with_own_prefix(resource, profile))
    yield f"POST {url}"
    yield f"GET {url}"
    slash = "/" if profile.style.item_slash else ""
    for method in ("GET", "PATCH", "PUT", "DELETE"):
        yield f"{method} {url.rstrip('/')}/{{id}}{slash}"
