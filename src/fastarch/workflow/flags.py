"""``fastarch add filtering`` and ``add sorting``, for a resource that fastarch has made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.change.draft import Draft
from fastarch.errors import ConflictError, NotUnderstoodError, Problem
from fastarch.report import Report
from fastarch.spec.flagging import Flag, candidates, flagged, require_fields
from fastarch.workflow import known
from fastarch.workflow.due import as_due
from fastarch.workflow.living import with_features
from fastarch.workflow.session import Mode, Target, at_work, find_root
from fastarch.workflow.sync import Request, bring_in_step

if TYPE_CHECKING:
    from fastarch.change.state import Record
    from fastarch.spec.resource import Resource
    from fastarch.workflow.due import Due


def add_flags(
    target: Target,
    mode: Mode,
    command: str,
    name: str,
    asked: Mapping[Flag, Sequence[str]],
    request: Request,
) -> Report:
    """Let clients filter, search or sort by fields, as if the spec had said so from the start.

    Args:
        command: ``add filtering``.
        name: The resource.
        asked: By flag, fields as typed; none: every field that it makes sense for, where none has
            the flag yet.

    Raises:
        UsageError: there is no such resource or field.
        ConflictError: the resource is out of step, or a hand edit and new code disagree.
    """
    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        due = in_step(known.find(draft, name), draft)
        resource = due.spec.living
        before = {flag: tuple(names) for flag, names in due.record.options.get("flags", {}).items()}
        wanted = dict(before)
        for flag, typed in asked.items():
            names = require_fields(resource, flag, typed or _by_default(resource, flag))
            fresh = [one for one in names if one not in flagged(resource, flag)]
            wanted[flag] = tuple(dict.fromkeys((*before.get(flag, ()), *fresh)))
        if wanted == before:
            summary = f"Nothing to do: {due.name} has that already."
            return Report(command, "unchanged", notices=told, summary=summary, root=root)
        features = {"flags": {flag: list(names) for flag, names in wanted.items()}}
        spec = replace(due.spec, living=with_features(resource, features))
        due = replace(due, spec=spec, features=features)
        return bring_in_step((due,), draft, target, mode, request, command, told)


def _by_default(resource: Resource, flag: Flag) -> tuple[str, ...]:
    return () if flagged(resource, flag) else tuple(candidates(resource, flag))


def in_step(record: Record, draft: Draft) -> Due:
    """A resource that was made as its spec says.

    Raises:
        NotUnderstoodError: it is written by hand.
        ConflictError: something else is to be carried out first.
    """
    if record.options.get("adopted"):
        message = f"{record.name} was written by hand, which this command cannot change yet."
        raise NotUnderstoodError(Problem(message, file=record.options.get("router")))
    due = as_due(record, draft)
    if due.spec.differs or not due.same_templates:
        message = f"{record.name} is out of step with its spec or templates."
        hint = f"fastarch sync {record.name}, then once more"
        raise ConflictError(Problem(message, file=due.spec.place, hint=hint))
    return due
