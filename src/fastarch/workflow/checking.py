"""``fastarch check``: is anything out of step? Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from fastarch.change import state
from fastarch.change.apply import pending
from fastarch.change.draft import Draft
from fastarch.errors import OutOfStepError, Problem, UsageError
from fastarch.plan.edition import edition
from fastarch.report import Report
from fastarch.workflow import known
from fastarch.workflow.living import is_carried_out
from fastarch.workflow.session import Target, find_root

_MARKER = re.compile(rb"^(?:<{7}|>{7}) ", re.MULTILINE)


def check(target: Target) -> Report:
    """Compare specs, templates, snapshots and revisions with what was carried out.

    Edits by hand are no finding.

    Raises:
        OutOfStepError: with a problem for each finding.
    """
    root = find_root(target)
    draft = Draft(root)
    found = tuple(_findings(draft))
    if found:
        raise OutOfStepError(*found)
    return Report("check", "unchanged", summary="Everything is in step.", root=root)


def _findings(draft: Draft) -> Iterator[Problem]:
    if pending(draft.root):
        hint = "the next command that writes settles it; fastarch undo is one"
        yield Problem("An earlier run was interrupted.", file=".fastarch", hint=hint)
    records = known.resources(draft)
    for record in records:
        yield from _spec_findings(record, draft)
        yield from state.damaged_bases(draft, record)
        yield from _unresolved(record, draft)
        for path in record.revisions:
            if draft.read(path) is None:
                message = f"A revision of the table of {record.name} is missing."
                yield Problem(message, file=path, hint="restore it from version control")
    for feature in known.outdated_features(draft):
        message = f"The templates that the {feature.name} was made from have changed."
        yield Problem(message, file=f"{feature.folder}/record.json", hint="fastarch upgrade")
    yield from _branches(records, draft)
    if any(record.options.get("adopted") for record in records):
        from fastarch.workflow.adopted_drift import drifts

        yield from drifts(records, draft)


def _spec_findings(record: state.Record, draft: Draft) -> Iterator[Problem]:
    """The living spec, and the templates, against those that were carried out."""
    try:
        carried_out = is_carried_out(record, draft)
    except UsageError as error:
        yield from error.problems
        return
    adopted = record.options.get("adopted")
    hint = (
        f"fastarch adopt {record.options.get('model')}"
        if adopted
        else f"fastarch sync {record.name}"
    )
    if not carried_out:
        message = f"The spec of {record.name} says something that was not carried out."
        yield Problem(message, file=record.source or record.spec_path, hint=hint)
    elif not adopted and record.options.get("templates") != edition("resource", draft):
        message = f"The templates that {record.name} was made from have changed."
        yield Problem(message, file=record.spec_path, hint=hint)


def _unresolved(record: state.Record, draft: Draft) -> Iterator[Problem]:
    """Conflict markers that a sync has left."""
    for path in sorted({*record.paths.values()}):
        content = draft.read(path) or b""
        marker = _MARKER.search(content)
        if marker is not None:
            line = content.count(b"\n", 0, marker.start()) + 1
            yield Problem("A conflict is not resolved.", file=path, line=line)


def _branches(records: tuple[state.Record, ...], draft: Draft) -> Iterator[Problem]:
    """Revisions that two people have put after the same one."""
    from fastarch.discover.alembic import heads

    folders = {
        PurePosixPath(path).parent.as_posix() for record in records for path in record.revisions
    }
    for folder in sorted(folders):
        files = sorted((draft.root / folder).glob("*.py"))
        found = heads(files)
        if len(found) > 1:
            message = f"Alembic has {len(found)} heads: {', '.join(sorted(found))}."
            yield Problem(message, file=folder, hint="join them with `alembic merge heads`")
