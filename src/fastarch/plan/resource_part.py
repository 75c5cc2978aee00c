"""One resource into steps: its code, and the edits by which the app knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from fastarch.discover.profile import AppProfile, Role
from fastarch.plan import assemble, urls, wiring
from fastarch.plan.files import Files
from fastarch.plan.guard import (
    for_whom,
    open_to_all_users,
    shared_among_users,
)
from fastarch.plan.parts import Part
from fastarch.plan.places import new_packages, spell
from fastarch.plan.render import render_resource
from fastarch.plan.session_words import late_commit
from fastarch.plan.steps import EditFile, Home, Step, Tell, WriteFile
from fastarch.plan.support import ABOUT, SUPPORT
from fastarch.plan.vocabulary import Options as Words
from fastarch.plan.vocabulary import Target
from fastarch.records import dataclass
from fastarch.wire.append_definitions import AppendDefinitions

if TYPE_CHECKING:
    from fastarch.spec.resource import Resource


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
        *(_wiring(resource, own["router"], profile, targets) if "router" in pieces.roles else ()),
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


def _wiring(
    resource: Resource, router: Home, profile: AppProfile, targets: Mapping[str, Target]
) -> Iterator[Step]:
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
    for told in (shared_among_users(resource), open_to_all_users(resource, targets)):
        if told:
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
