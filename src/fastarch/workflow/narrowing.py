"""``fastarch add filtering`` and ``add sorting``: discover, plan, draft, apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from fastarch.change import history, state
from fastarch.change.draft import Draft
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.closing import next_steps
from fastarch.report import Report
from fastarch.workflow import carry
from fastarch.workflow.flags import add_flags
from fastarch.workflow.pagination import (
    named_resource,
    new_tests,
    record_name,
    require_served,
    resource_of,
)
from fastarch.workflow.session import Mode, Target, at_work, find_root, read_app

if TYPE_CHECKING:
    from fastarch.change.state import Record
    from fastarch.discover.narrowed import Narrowed
    from fastarch.discover.operations import Operation
    from fastarch.plan.narrowing_columns import NarrowingOptions
    from fastarch.spec.flagging import Flag
    from fastarch.workflow.sync import Request


def add_narrowing(
    target: Target,
    mode: Mode,
    feature: Literal["filtering", "sorting"],
    name: str,
    asked: Mapping[Flag, Sequence[str]],
    request: Request,
    *,
    tests: bool = True,
) -> Report:
    """Let clients filter, search or sort a collection.

    Args:
        name: A resource, an operation or FILE:FUNCTION.
        asked: By flag, columns as typed; none: those that it makes sense for.
        request: For a resource that fastarch made, which comes about by its templates.
        tests: Write tests of an endpoint that somebody wrote by hand.

    Raises:
        UsageError: There is no such collection or column.
        NotUnderstoodError: Its query cannot be followed, or cannot be narrowed safely.
    """
    command = f"add {feature}"
    draft = Draft(find_root(target))
    ours = named_resource(name, draft)
    if ours is not None:
        return add_flags(target, mode, command, ours.name, asked, request)
    root = draft.root
    with at_work(root, mode) as told:
        draft = Draft(root)
        profile = read_app(root, target)
        from fastarch.discover.narrowed import narrowed
        from fastarch.discover.narrowing import read_narrowing
        from fastarch.discover.paging import find_operation
        from fastarch.plan.narrowing import plan_narrowing
        from fastarch.plan.narrowing_columns import NarrowingOptions
        from fastarch.plan.narrowing_more import plan_more
        from fastarch.plan.refusals import require_versions

        found, operation, labels = find_operation(root, name, target.entry)
        ours = resource_of(operation, draft)
        if ours is None:
            record = record_name(operation, draft, feature)
            options = NarrowingOptions(
                feature,
                _fields(feature, asked),
                tuple(asked.get("search", ())),
                request.migration,
                tests,
            )
            there = narrowed(operation, feature)
            if there is None:
                _require_found(state.load(draft, "feature", record), operation)
            else:
                options = _fresh(options, there)
            if there is not None and not (options.fields or options.search):
                summary = f"Nothing to do: {operation.label} has {feature}."
                return Report(command, "unchanged", notices=told, summary=summary)
            require_served(profile)
            require_versions(profile)
            narrowing = read_narrowing(found, operation, labels, profile, feature)
            now = datetime.now(UTC)
            if there is not None:
                parts = plan_more(narrowing, profile, options, there, record, now)
            else:
                earlier = next(
                    (one.paths[feature] for one in state.records(draft) if feature in one.paths),
                    None,
                )
                parts = plan_narrowing(
                    narrowing,
                    profile,
                    options,
                    record,
                    draft.read,
                    draft.exists,
                    earlier,
                    now,
                )
            drafted, notices = carry.draft(parts, draft, profile.formatting)
            revisions = [
                path for part in parts if part.kind == "migration" for path in carry.written(part)
            ]
            report = Report(
                command,
                "planned",
                notices=(*told, *notices),
                next_steps=tuple(next_steps(profile, new_tests(parts), migrated=bool(revisions))),
                summary=f"{operation.label}: {carry.count(draft)}.",
            )
            part = parts[0]
            made = carry.keep_feature(part, drafted[part.kind, part.name], draft)
            history.remember(draft, f"{command} {operation.label}", edits=made)
            prove = carry.proof(profile, draft, mode, changed=labels)
            return carry.finish(draft, report, mode, prove)
    return add_flags(target, mode, command, ours.name, asked, request)


def _fields(feature: str, asked: Mapping[Flag, Sequence[str]]) -> tuple[str, ...] | None:
    """The columns that were named; None where all are meant, none beside a search alone."""
    flag: Flag = "filter" if feature == "filtering" else "sort"
    return tuple(asked[flag]) or None if flag in asked else ()


def _fresh(options: NarrowingOptions, there: Narrowed) -> NarrowingOptions:
    """What is asked for and not there; none where columns are not named."""
    known, searched = there.fields or (), there.search or ()
    return replace(
        options,
        fields=tuple(one for one in options.fields or () if one not in known),
        search=tuple(one for one in options.search if one not in searched),
    )


def _require_found(record: Record | None, operation: Operation) -> None:
    """Refuse an endpoint that has filters in a place that nobody knows.

    Raises:
        NotUnderstoodError: They were put on it once, and are no longer where they were.
    """
    if record is None:
        return
    place = operation.place
    message = f"What was added to {operation.label} is no longer in its parameters."
    hint = "take it back first: fastarch undo"
    raise NotUnderstoodError(Problem(message, file=place.file, line=place.line, hint=hint))
