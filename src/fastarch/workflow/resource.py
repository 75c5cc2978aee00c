"""``fastarch new resource``: spec, discover, plan, draft, apply."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal

from fastarch import __version__
from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.discover.asked_guard import OPEN
from fastarch.errors import ConflictError, Problem, UsageError
from fastarch.plan.edition import edition
from fastarch.plan.planner import Options, Plan, plan_resources
from fastarch.plan.support import SUPPORT
from fastarch.records import dataclass
from fastarch.report import Report
from fastarch.spec.dump import dump
from fastarch.workflow import carry
from fastarch.workflow.scoped import owners
from fastarch.workflow.session import Mode, Target, at_work, find_root, read_app
from fastarch.workflow.whole_app import guard_of_all

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile
    from fastarch.spec.resource import Resource

COMMAND = "new resource"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, as typed."""

    name: str | None
    fields: tuple[str, ...] = ()
    spec: str | None = None
    layers: str = "all"
    id: Literal["int", "uuid"] | None = None
    timestamps: bool | None = None
    soft_delete: bool = False
    prefix: str | None = None
    plural: str | None = None
    tests: bool = True
    migration: bool = True


def new_resource(target: Target, mode: Mode, request: Request) -> Report:
    """Scaffold one resource from flags, or those of a spec, as one change."""
    asked = read_request(request)
    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        fresh = _not_made_yet(asked, draft, request)
        if not fresh:
            verb = "is" if len(asked) == 1 else "are"
            made = carry.names(one.name.many for one in asked)
            summary = f"Nothing to do: {made} {verb} there as asked."
            return Report(COMMAND, "unchanged", notices=told, summary=summary)
        profile = read_app(root, target)
        guard = guard_of_all(profile, draft)
        if guard is not None:
            fresh = tuple(one if one.scope else replace(one, guard=guard) for one in fresh)
            known = (one for one in profile.notices if not one.endswith(OPEN))
            profile = replace(profile, notices=tuple(known))
        report, plan = _plan(fresh, profile, request, draft, mode.watch)
        report = replace(report, notices=(*told, *report.notices))
        prove = carry.proof(
            profile, draft, mode, expected=plan.operations, dependencies=plan.dependencies
        )
        return carry.finish(draft, report, mode, prove)


def _plan(
    resources: Sequence[Resource],
    profile: AppProfile,
    request: Request,
    draft: Draft,
    watch: Callable[[str, int, int], None],
) -> tuple[Report, Plan]:
    names = carry.names(resource.name.many for resource in resources)
    shared = {
        role: path
        for record in state.records(draft)
        for role, path in record.paths.items()
        if role in SUPPORT
    }
    options = Options(
        request.layers, request.tests, request.migration, shared, owners(resources, draft)
    )
    plan = plan_resources(profile, resources, options, draft, datetime.now(UTC), watch)
    watch("format and write", len(resources), len(resources))
    drafted, notices = carry.draft(plan.parts, draft, profile.formatting)
    report = Report(
        COMMAND,
        "planned",
        dependencies=plan.dependencies,
        notices=(*profile.notices, *notices),
        next_steps=plan.next_steps,
        summary=f"{names}: {carry.count(draft)}.",
    )
    carry.keep_books(
        plan.parts,
        drafted,
        draft,
        f"{COMMAND} {names}",
        options={
            "layers": request.layers,
            "tests": request.tests,
            "migration": request.migration,
            "overrides": {} if request.spec is None else _overrides(request),
            "templates": edition("resource", draft),
            "version": __version__,
        },
        specs={resource.name.many: dump(resource) for resource in resources},
        source=_source(request, draft.root),
        revisions=tuple(
            path for part in plan.parts if part.kind == "migration" for path in carry.written(part)
        ),
    )
    return report, plan


def read_request(request: Request) -> Sequence[Resource]:
    """The resources that flags or a spec describe.

    Raises:
        UsageError: neither or both are given, or they are wrong.
    """
    if request.spec is None:
        from fastarch.spec.read import read_flags

        if request.name is None:
            raise UsageError(
                Problem("There is no name.", hint="fastarch new resource products name:str")
            )
        return (
            read_flags(
                request.name,
                request.fields,
                plural=request.plural,
                **_overrides(request),
            ),
        )
    from fastarch.spec.read import find, read_file

    if request.fields:
        hint = "put the fields into the file, or leave --spec out"
        raise UsageError(
            Problem("Fields come from the command line or from --spec, not both.", hint=hint)
        )
    found: Sequence[Resource] = read_file(request.spec)
    if request.name is not None:
        found = (find(found, request.name),)
    return tuple(replace(resource, **_overrides(request)) for resource in found)


def _overrides(request: Request) -> dict[str, Any]:
    """What options say of a resource, whatever its spec says."""
    said = {
        "id": request.id,
        "timestamps": request.timestamps,
        "soft_delete": request.soft_delete or None,
        "prefix": request.prefix,
    }
    return {key: value for key, value in said.items() if value is not None}


def _not_made_yet(
    asked: Sequence[Resource], draft: Draft, request: Request
) -> tuple[Resource, ...]:
    fresh = []
    problems = []
    for resource in asked:
        record = state.load(draft, "resource", resource.name.many)
        if record is None:
            fresh.append(resource)
        elif draft.read(record.spec_path) != dump(resource).encode():
            where = request.spec or record.source or record.spec_path
            hint = f"edit {where}, which is its source, then: fastarch sync {resource.name.many}"
            if record.options.get("adopted"):
                hint = f"it is adopted from {record.options.get('model')}: choose another name"
            message = f"{resource.name.many} is there already, with another spec."
            problems.append(Problem(message, file=record.spec_path, hint=hint))
    if problems:
        raise ConflictError(*problems)
    return tuple(fresh)


def _source(request: Request, root: Path) -> str | None:
    """The spec's file as it is remembered: from the root, wherever the command is typed."""
    if request.spec is None:
        return None
    return PurePath(os.path.relpath(Path(request.spec).resolve(), root.resolve())).as_posix()
