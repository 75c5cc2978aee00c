"""``fastarch sync``: bring generated code to the edited spec, keeping hand edits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastarch import __version__
from fastarch.change import history, state
from fastarch.change.draft import Draft, digest
from fastarch.change.format import format_sources
from fastarch.errors import ConflictError, Problem, UsageError
from fastarch.plan.closing import next_steps
from fastarch.plan.column_indexes import with_indexes
from fastarch.plan.drafting import draft_parts, formatted, sources
from fastarch.plan.edition import edition
from fastarch.plan.evolution import evolve, render_evolution
from fastarch.plan.parts import Part
from fastarch.plan.places import module_name
from fastarch.plan.planner import operations
from fastarch.plan.standing import Standing, plan_again
from fastarch.plan.steps import WriteFile
from fastarch.records import dataclass
from fastarch.report import Report, Status
from fastarch.spec.check import check_against_base
from fastarch.spec.dump import dump
from fastarch.workflow import carry, known
from fastarch.workflow.conflicts import Resolution, marked, preferences, require_agreement
from fastarch.workflow.due import FEATURE, Due, find_due, with_codemods
from fastarch.workflow.living import carried_out, places, source_digest
from fastarch.workflow.regenerate import Outcome, Task, regenerate
from fastarch.workflow.scoped import owners, with_guard, with_referring
from fastarch.workflow.session import Mode, Target, at_work, find_root, read_app

if TYPE_CHECKING:
    from fastarch.change.state import MadeEdit
    from fastarch.discover.profile import AppProfile
    from fastarch.discover.tableindexes import Index
    from fastarch.plan.evolution import Evolution
    from fastarch.spec.resource import Resource

COMMAND = "sync"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, as typed.

    Args:
        names: Resources; all of them where there is none.
        resolution: What to do where a hand edit and new code disagree.
        backfill: ``FIELD=VALUE``, for rows that are there.
        data_loss: What loses data is allowed.
        migration: Write a revision.
    """

    names: tuple[str, ...] = ()
    resolution: Resolution = Resolution()
    backfill: tuple[str, ...] = ()
    data_loss: bool = False
    migration: bool = True


def sync(target: Target, mode: Mode, request: Request) -> Report:
    """Carry out what specs and templates say by now, as one change.

    Raises:
        UsageError: no such resource, or a spec is wrong.
        ConflictError: a hand edit and new code disagree, or data would be lost.
    """
    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        due = tuple(find_due(draft, request.names))
        return bring_in_step(due, draft, target, mode, request, COMMAND, told)


def bring_in_step(
    due: tuple[Due, ...],
    draft: Draft,
    target: Target,
    mode: Mode,
    request: Request,
    command: str,
    told: tuple[str, ...],
    edits: tuple[MadeEdit, ...] = (),
    changed: tuple[str, ...] = (),
    indexes: Sequence[Index] = (),
) -> Report:
    """Draft what is due, and carry it out.

    Args:
        due: The resources to generate anew.
        draft: What else belongs to the change is drafted already.
        told: What is to be told besides.
        edits: Edits among what is drafted already.
        changed: Operations that say something else by what is drafted already.
        indexes: What the revision makes besides, of models that are drafted already.
    """
    if not due:
        history.remember(draft, command, edits=edits, merged=True)
        status: Status = "planned" if draft.changes() else "unchanged"
        summary = "Nothing to do: everything is in step." if status == "unchanged" else ""
        report = Report(command, status, notices=told, summary=summary)
        profile = read_app(draft.root, target) if mode.verify else None
        prove = carry.proof(profile, draft, mode, changed=changed) if profile else None
        return carry.finish(draft, report, mode, prove)
    profile = read_app(draft.root, target)
    due = with_referring([with_guard(one, profile) for one in due], draft)
    due = tuple(with_codemods(one, profile, draft) for one in due)
    _require_own_columns(due, profile)
    evolution = _evolution(due, profile, request, draft, indexes)
    before, after, revision = _parts(due, profile, draft, evolution)
    moved = (path for one in due for path in one.record.paths.values())
    prefer = preferences(request.resolution, draft, moved)
    outcomes = [
        regenerate(_task(one, before[one.name], after[one.name], profile), draft, prefer)
        for one in due
    ]
    conflicts = [conflict for outcome in outcomes for conflict in outcome.conflicts]
    require_agreement(conflicts, request.resolution)
    if revision is not None:
        draft_parts((revision,), draft)
    _keep_books(due, outcomes, revision, draft, command, edits)
    report = _report(command, due, outcomes, evolution, profile, draft)
    report = replace(report, notices=(*told, *report.notices, *marked(conflicts)))
    return carry.finish(draft, report, mode, _proof(due, profile, draft, mode, changed))


def _require_own_columns(due: Sequence[Due], profile: AppProfile) -> None:
    """Refuse new fields that every model of the app has from its base class.

    Raises:
        UsageError: naming each of them.
    """
    base = profile.orm.base
    for one in due:
        known = {field.name for field in one.spec.carried_out.fields}
        fresh = tuple(field for field in one.spec.living.fields if field.name not in known)
        check_against_base(replace(one.spec.living, fields=fresh), base.provides if base else ())


def _task(due: Due, before: Part, after: Part, profile: AppProfile) -> Task:
    modules = {
        path: module_name(profile.import_root, path)
        for role, path in due.record.paths.items()
        if role != "test"
    }
    return Task(due.record, due.bases, before, after, due.same_templates, modules)


def _evolution(
    due: Sequence[Due],
    profile: AppProfile,
    request: Request,
    draft: Draft,
    indexes: Sequence[Index],
) -> Evolution | None:
    """What the specs ask of the database; None where there is none to be asked.

    Raises:
        ConflictError: data would be lost, or rows that are there lack a value.
    """
    differs = any(one.spec.differs for one in due)
    if profile.alembic is None or not request.migration or not differs:
        return None
    evolution = evolve(_pairs(due, draft), profile, backfill=_backfill(request))
    evolution = with_indexes(evolution, indexes, "filtering")
    if not evolution.operations:
        return None
    problems = []
    if evolution.losses and not request.data_loss:
        problems += [
            Problem(f"Data would be lost: {loss}.", hint="allow it with --allow-data-loss")
            for loss in evolution.losses
        ]
    problems += [
        Problem(
            f"{name} is required, and rows that are there have no value for it.",
            hint=f"give the field a default, or: --backfill {name.rpartition('.')[2]}=VALUE",
        )
        for name in evolution.unfilled
    ]
    if problems:
        raise ConflictError(*problems)
    return evolution


def _pairs(due: Sequence[Due], draft: Draft) -> list[tuple[Resource, Resource]]:
    """Every resource as it was made and as it is to be.

    Those that stay are among them, in the order of their spec: by that, keys that close a circle
    were named.
    """
    changing = {one.name: one.spec for one in due}
    sources = {one.record.source for one in due if one.record.source is not None}
    order = {source: places(source, draft) for source in sorted(sources)}
    found = []
    for record in known.resources(draft):
        if record.options.get("adopted"):
            continue
        spec = changing.get(record.name)
        old = spec.carried_out if spec else carried_out(record)
        place = order.get(record.source or "", {}).get(record.name, 0)
        found.append((place, old, spec.living if spec else old))
    return [(old, new) for _, old, new in sorted(found, key=lambda one: one[0])]


def _backfill(request: Request) -> dict[str, str]:
    found = {}
    for text in request.backfill:
        name, equals, value = text.partition("=")
        if not equals or not name:
            hint = "--backfill brand=unknown, or --backfill products.brand=unknown"
            raise UsageError(Problem(f"--backfill {text}: there is no value.", hint=hint))
        found[name] = value
    return found


def _parts(
    due: Sequence[Due], profile: AppProfile, draft: Draft, evolution: Evolution | None
) -> tuple[dict[str, Part], dict[str, Part], Part | None]:
    """What would be made of the specs before and after, and the revision, all of it formatted."""
    standing = {
        one.name: Standing(
            one.record.paths,
            frozenset(
                made.path for made in one.record.edits if made.edit["edit"] == "AppendDefinitions"
            ),
            {role: base.decode() for role, base in one.bases.items()},
        )
        for one in due
    }
    before, after = [one.spec.carried_out for one in due], [one.spec.living for one in due]
    old = plan_again(profile, before, standing, draft, owners(before, draft))
    new = plan_again(profile, after, standing, draft, owners(after, draft))
    parts = (*old, *new)
    if evolution is not None:
        path, text = render_evolution(evolution, profile, datetime.now(UTC))
        parts = (*parts, Part("migration", "", (WriteFile(path, text),)))
    # Our own order holds where the app asks for none.
    sort = profile.formatting.config is not None
    result = format_sources(
        sources(parts),
        draft.root,
        profile.formatting,
        sort_imports=sort,
        in_order=sources((*old, *new)),
    )
    parts = formatted(parts, result.sources)
    count = len(due)
    return (
        {part.name: part for part in parts[:count]},
        {part.name: part for part in parts[count : 2 * count]},
        parts[-1] if evolution is not None else None,
    )


def _keep_books(
    due: Sequence[Due],
    outcomes: Sequence[Outcome],
    revision: Part | None,
    draft: Draft,
    command: str,
    edits: tuple[MadeEdit, ...],
) -> None:
    revisions = () if revision is None else carry.written(revision)
    created = {change.path for change in draft.changes() if change.before is None}
    for one, outcome in zip(due, outcomes, strict=True):
        spec, settled = one.spec.said, one.spec.living
        record = replace(
            outcome.record,
            # As they are in the end: what follows may have added to new ones.
            files={
                path: digest(draft.read(path)) or written if path in created else written
                for path, written in outcome.record.files.items()
            },
            options={
                **one.record.options,
                **one.features,
                "id": settled.id,
                "timestamps": settled.timestamps,
                "spec": dump(spec),
                "source_digest": source_digest(outcome.record, draft),
                "templates": edition(FEATURE, draft),
                "version": __version__,
            },
            revisions=(*outcome.record.revisions, *(revisions if one.spec.differs else ())),
        )
        kept = None if record.source is None else dump(spec).encode()
        state.save(draft, record, spec=kept, bases=outcome.bases)
    made = [*edits, *(edit for outcome in outcomes for edit in outcome.made)]
    reverted = [edit for outcome in outcomes for edit in outcome.reverted]
    history.remember(draft, f"{command} {_names(due)}", edits=made, reverted=reverted, merged=True)


def _report(
    command: str,
    due: Sequence[Due],
    outcomes: Sequence[Outcome],
    evolution: Evolution | None,
    profile: AppProfile,
    draft: Draft,
) -> Report:
    notices = list(evolution.notices) if evolution else []
    if profile.alembic is None and any(one.spec.differs for one in due):
        notices.append("The app has no Alembic: where its tables have to change, do it by hand.")
    notices += [each for outcome in outcomes for each in outcome.notices]
    tests = [
        one.record.paths["test"] for one in due if draft.read(one.record.paths["test"]) is not None
    ]
    return Report(
        command,
        "planned",
        notices=tuple(dict.fromkeys(notices)),
        next_steps=tuple(next_steps(profile, tests, migrated=evolution is not None)),
        summary=f"{_names(due)}: {carry.count(draft)}.",
    )


def _names(due: Sequence[Due]) -> str:
    return carry.names([one.name for one in due])


def _proof(
    due: Sequence[Due],
    profile: AppProfile,
    draft: Draft,
    mode: Mode,
    changed: tuple[str, ...],
) -> Callable[[], None] | None:
    old = {each for one in due for each in operations(one.spec.carried_out, profile)}
    new = {each for one in due for each in operations(one.spec.living, profile)}
    return carry.proof(
        profile, draft, mode, expected=tuple(new), gone=tuple(old - new), changed=(*new, *changed)
    )
