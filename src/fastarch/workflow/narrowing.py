"""``fastarch add filtering`` and ``add sorting``: discover, plan, draft, apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.errors import ConflictError, Problem
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
        ConflictError: It has filters or orders of other columns.
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
        from fastarch.discover.narrowing import is_narrowed, read_narrowing
        from fastarch.discover.paging import find_operation
        from fastarch.plan.narrowing import plan_narrowing
        from fastarch.plan.narrowing_columns import NarrowingOptions
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
            is_there = _is_there(draft, record, options.fields, options.search)
            if is_there or is_narrowed(operation, feature):
                summary = f"Nothing to do: {operation.label} has {feature}."
                return Report(command, "unchanged", notices=told, summary=summary)
            require_served(profile)
            require_versions(profile)
            narrowing = read_narrowing(found, operation, labels, profile, feature)
            earlier = next(
                (one.paths[feature] for one in state.records(draft) if feature in one.paths), None
            )
            parts = plan_narrowing(
                narrowing,
                profile,
                options,
                record,
                draft.read,
                draft.exists,
                earlier,
                datetime.now(UTC),
            )
            drafted, notices = carry.draft(parts, draft, profile.formatting)
            revisions = tuple(
                path for part in parts if part.kind == "migration" for path in carry.written(part)
            )
            report = Report(
                command,
                "planned",
                notices=(*told, *notices),
                next_steps=tuple(next_steps(profile, new_tests(parts), migrated=bool(revisions))),
                summary=f"{operation.label}: {carry.count(draft)}.",
            )
            carry.keep_books(
                parts,
                drafted,
                draft,
                f"{command} {operation.label}",
                options={},
                specs={},
                source=None,
                revisions=revisions,
            )
            prove = carry.proof(profile, draft, mode, changed=labels)
            return carry.finish(draft, report, mode, prove)
    return add_flags(target, mode, command, ours.name, asked, request)


def _fields(feature: str, asked: Mapping[Flag, Sequence[str]]) -> tuple[str, ...] | None:
    """The columns that were named; None where all are meant, none beside a search alone."""
    flag: Flag = "filter" if feature == "filtering" else "sort"
    return tuple(asked[flag]) or None if flag in asked else ()


def _is_there(
    draft: Draft, name: str, fields: tuple[str, ...] | None, search: tuple[str, ...]
) -> bool:
    """Whether the very same is there.

    Raises:
        ConflictError: It is there with other columns.
    """
    record = state.load(draft, "feature", name)
    if record is None:
        return False
    asked = {"fields": list(fields) if fields is not None else None, "search": list(search)}
    made = {key: record.options.get(key) for key in asked}
    if made == asked:
        return True
    was = "; ".join(f"{key}: {', '.join(value)}" for key, value in made.items() if value)
    message = f"It is there with other columns ({was or 'those that the answer shows'})."
    raise ConflictError(Problem(message, hint="take that back first: fastarch undo"))
