"""From what is asked and what is there to what should be done: resources into steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from fastarch.discover.profile import AppProfile, Role
from fastarch.errors import ConflictError, Problem
from fastarch.plan import assemble, urls, wiring
from fastarch.plan.closing import next_steps
from fastarch.plan.cycles import without_cycles
from fastarch.plan.guard import for_whom, guarded, require_owner, shared_among_users
from fastarch.plan.places import choose_layers, homes, new_packages, spell
from fastarch.plan.refusals import require_servable
from fastarch.plan.render import render_resource
from fastarch.plan.session_words import late_commit
from fastarch.plan.settle import settle
from fastarch.plan.steps import EditFile, Home, Step, Tell, WriteFile
from fastarch.plan.support import ABOUT, SUPPORT, support_homes
from fastarch.plan.targets import dependency_order, find_model, resolve
from fastarch.plan.vocabulary import Options as Words
from fastarch.plan.vocabulary import Target
from fastarch.records import dataclass
from fastarch.wire.add_dependency import AddDependency
from fastarch.wire.append_definitions import AppendDefinitions

if TYPE_CHECKING:
    from fastarch.spec.resource import Resource


class Project(Protocol):
    """The files that a plan may look at."""

    def read(self, path: str) -> bytes | None:
        """A file, None where there is none."""

    def exists(self, path: str) -> bool:
        """Whether there is a file or a folder."""


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
class Part:
    """The steps of one owner, by which they can be taken back: a resource or a feature.

    Args:
        paths: By role, the file that holds it.
        words: What the templates of a feature were filled with, as plain data.
        options: What a feature was made with.
    """

    kind: Literal["resource", "feature", "migration"]
    name: str
    steps: tuple[Step, ...]
    resource: Resource | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Files:
    """The project's files, and those that the plan has begun.

    Args:
        added: The texts that the plan adds, by path; most are never asked for their names.
        own: Names by path that are not the project's: those of what is planned anew.
        defined: The names in those that were asked for.
    """

    project: Project
    begun: set[str] = field(default_factory=set)
    added: dict[str, list[str]] = field(default_factory=dict)
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    defined: dict[str, set[str]] = field(default_factory=dict)

    def exists(self, path: str) -> bool:
        """Whether there is, or will be, such a file or folder."""
        return path in self.begun or self.project.exists(path)

    def names(self, path: str) -> frozenset[str]:
        """The names that a module has, or will have, at its top level."""
        content = self.project.read(path)
        there = assemble.bound(content.decode()) if content else frozenset()
        there -= self.own.get(path, frozenset())
        defined = self.defined.setdefault(path, set())
        defined.update(*map(assemble.names, self.added.pop(path, ())))
        return there | defined

    def add(self, path: str, text: str) -> None:
        """Note what the plan adds to a module."""
        self.begun.add(path)
        self.added.setdefault(path, []).append(text)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Which texts a resource is rendered as.

    Args:
        roles: What is made of it.
        apart: Roles that get a text of their own although they share a home.
        keep: Names that what resources share has in any case, by role.
    """

    roles: tuple[Role, ...]
    apart: tuple[Role, ...] = ()
    keep: Mapping[Role, frozenset[str]] = field(default_factory=dict)


def resource_part(
    resource: Resource,
    own: Mapping[Role, Home],
    targets: Mapping[str, Target],
    profile: AppProfile,
    pieces: Pieces,
    files: Files,
) -> Part:
    """The steps of one resource: its code, and the edits by which the app knows it.

    Args:
        own: The homes of its code.
        targets: What its relations refer to, by the relation's name.
    """
    profile = urls.with_own_prefix(resource, profile)
    texts = render_resource(
        resource,
        profile,
        own,
        targets,
        Words(
            prefix=urls.router_prefix(resource, profile),
            url=urls.collection_url(resource, profile),
        ),
        pieces.roles,
        apart=pieces.apart,
        defined=files.names,
        keep=pieces.keep,
    )
    steps = (
        *_steps(resource, texts, own, targets, profile, files),
        *(_wiring(resource, own["router"], profile) if "router" in pieces.roles else ()),
        *(_tests_need(profile) if "test" in pieces.roles else ()),
    )
    paths: dict[str, str] = {
        role: one.path for role, one in own.items() if role in texts or role not in SUPPORT
    }
    return Part("resource", resource.name.many, steps, resource, paths)


def _steps(
    resource: Resource,
    texts: Mapping[Role, str],
    own: Mapping[Role, Home],
    targets: Mapping[str, Target],
    profile: AppProfile,
    files: Files,
) -> Iterator[Step]:
    fresh = [own[role].path for role in texts if not files.exists(own[role].path)]
    for path in new_packages(profile, fresh, files.exists):
        files.begun.add(path)
        yield WriteFile(path, "")
    for role, text in texts.items():
        if text:
            yield from _code(role, text, own, files)
    yield from wiring.back_attributes(resource, profile, own["model"], targets)
    yield from wiring.register_model(resource, profile, own["model"])
    yield from wiring.export_names(profile, own, _exported(resource, profile, texts))


def _wiring(resource: Resource, router: Home, profile: AppProfile) -> Iterator[Step]:
    variable = spell(profile.style.router_variable, resource.name)
    wired = wiring.include_router(resource, profile, router, variable)
    if wired is not None:
        yield wired
    yield from late_commit(profile)
    for name, value in profile.style.router_arguments:
        if name == "dependencies":
            yield Tell(f"The new router is guarded as its siblings are: {value.source}.")
    if resource.guard is not None:
        yield Tell(for_whom(resource, resource.guard))
    if told := shared_among_users(resource):
        yield Tell(told)


def _code(role: Role, text: str, own: Mapping[Role, Home], files: Files) -> Iterator[Step]:
    """A piece of code into its module: a new one, or one that has other code too."""
    home = own[role]
    if not home.shared and role not in SUPPORT and home.path not in files.begun:
        # A file of somebody else's in its place is a conflict, nothing to add to.
        files.add(home.path, text)
        yield WriteFile(home.path, text, role)
        return
    if not files.exists(home.path):
        first = next(each for each in own if own[each].path == home.path)
        if not home.shared or first in SUPPORT:
            files.add(home.path, text)
            yield WriteFile(home.path, text, role)
            return
        yield WriteFile(home.path, f'"""{ABOUT[first]}"""\n')
    ahead_of = ("create_all",) if role in ("model", "column_types") else ()
    helpers: tuple[str, ...] = ()
    if role in SUPPORT:
        helpers = tuple(sorted(assemble.names(text)))
    files.add(home.path, text)
    yield EditFile(home.path, AppendDefinitions(text, home.module, ahead_of, helpers), role)


def _tests_need(profile: AppProfile) -> Iterator[Tell]:
    """What the generated tests import and the project does not declare."""
    known = profile.dependencies.known if profile.dependencies else frozenset()
    missing = [] if "pytest" in known else ["pytest"]
    if not known & {"httpx2", "httpx"}:
        missing.append("httpx2")
    if profile.orm.is_async and "aiosqlite" not in known:
        missing.append("aiosqlite")
    if missing:
        names = " and ".join(missing)
        yield Tell(f"The new tests need {names}, which the project does not declare.")


def declared(parts: Iterable[Part]) -> tuple[str, ...]:
    """The runtime dependencies that parts declare."""
    steps = (step for part in parts for step in part.steps if isinstance(step, EditFile))
    found = (step.edit.requirement for step in steps if isinstance(step.edit, AddDependency))
    return tuple(dict.fromkeys(found))


def _exported(
    resource: Resource, profile: AppProfile, texts: Mapping[Role, str]
) -> dict[Role, tuple[str, ...]]:
    """What a package re-exports of each role: the classes that others import, without helpers."""
    style = profile.style
    patterns: dict[Role, tuple[str, ...]] = {
        "model": (style.model_class,),
        "schema": (style.create_schema, style.read_schema, style.update_schema),
        "repository": (style.repository_class,),
        "service": (style.service_class,),
    }
    return {
        role: tuple(
            name
            for name in (spell(pattern, resource.name) for pattern in patterns[role])
            if name in assemble.names(texts.get(role) or "")
        )
        for role in patterns.keys() & profile.layout.exports.keys()
    }


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
