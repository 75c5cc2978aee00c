"""Resources that fastarch has made, for those alone who are signed in: their templates, guarded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from fastarch.report import Report
from fastarch.workflow import carry
from fastarch.workflow.due import in_step
from fastarch.workflow.living import with_features
from fastarch.workflow.session import Mode, Target
from fastarch.workflow.sync import Request, bring_in_step

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import MadeEdit, Record
    from fastarch.spec.resource import Guard
    from fastarch.workflow.due import Due


def guard_resources(
    target: Target,
    mode: Mode,
    records: Sequence[Record],
    guard: Guard,
    draft: Draft,
    command: str,
    told: tuple[str, ...] = (),
    edits: tuple[MadeEdit, ...] = (),
) -> Report:
    """Generate resources anew, with a guard; hand edits stay. Those that have one keep it.

    Args:
        target: The app.
        mode: What to do with the plan.
        records: The resources.
        guard: What says who is signed in.
        draft: What else belongs to the change is drafted already.
        command: ``add auth jwt``.
        told: What is to be told besides.
        edits: Edits among what is drafted already.

    Raises:
        NotUnderstoodError: a resource is written by hand, or its router cannot import the guard.
        ConflictError: one is out of step, or a hand edit and new code disagree.
    """
    due = tuple(guarded_due(in_step(record, draft), guard) for record in records)
    due = tuple(one for one in due if one.spec.differs)
    if not due and not draft.changes():
        names = carry.names([record.name for record in records])
        summary = f"Nothing to do: {names} ask who is signed in."
        return Report(command, "unchanged", notices=told, summary=summary, root=draft.root)
    return bring_in_step(due, draft, target, mode, Request(), command, told, edits)


def guarded_due(due: Due, guard: Guard) -> Due:
    """A resource to be generated with its guard, where it has none yet."""
    if due.spec.living.guard is not None:
        return due
    features = {"guard": asdict(guard)}
    spec = replace(due.spec, living=with_features(due.spec.living, features))
    return replace(due, spec=spec, features=features)
