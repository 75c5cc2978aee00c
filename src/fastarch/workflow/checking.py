"""``fastarch check``: is anything out of step? Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fastarch.change import state
from fastarch.change.apply import pending
from fastarch.change.draft import Draft
from fastarch.errors import OutOfStepError, Problem
from fastarch.report import Report
from fastarch.spec.dump import dump
from fastarch.workflow.session import Target, find_root


def check(target: Target) -> Report:
    """Compare specs with what was carried out, and look for a run that was interrupted.

    Edits by hand are no finding.

    Raises:
        OutOfStepError: with a problem for each finding.
    """
    root = find_root(target)
    found = tuple(_findings(root))
    if found:
        raise OutOfStepError(*found)
    return Report("check", "unchanged", summary="Everything is in step.", root=root)


def _findings(root: Path) -> Iterator[Problem]:
    if pending(root):
        hint = "the next command that writes settles it; fastarch undo is one"
        yield Problem("An earlier run was interrupted.", file=".fastarch", hint=hint)
    draft = Draft(root)
    records = tuple(state.records(draft))
    for record in records:
        if record.kind == "resource":
            yield from _spec_findings(record, draft)
        for path in record.revisions:
            if draft.read(path) is None:
                message = f"The revision that creates the table of {record.name} is missing."
                yield Problem(message, file=path, hint="restore it from version control")
    if any(record.options.get("adopted") for record in records):
        from fastarch.workflow.adopted_drift import drifts

        yield from drifts(records, draft)


def _spec_findings(record: state.Record, draft: Draft) -> Iterator[Problem]:
    """The living spec against the one that was carried out."""
    from fastarch.spec.read import find, read_file, read_text

    carried_out = record.options.get("spec")
    kept = draft.read(record.spec_path)
    if kept is None:
        yield Problem(f"The spec of {record.name} is missing.", file=record.spec_path)
        return
    place = record.spec_path
    (living,) = read_text(kept.decode(), place)
    if record.source is not None:
        place = record.source
        file = draft.root / record.source
        if not file.is_file():
            yield Problem(f"The spec of {record.name} is missing.", file=place)
            return
        living = find(read_file(file), record.name)
    if dump(living) != carried_out:
        message = f"The spec of {record.name} says something that was not carried out."
        hint = "take the edit back, or make the resource anew"
        if record.options.get("adopted"):
            hint = f"fastarch adopt {record.options.get('model')}"
        yield Problem(message, file=place, hint=hint)
