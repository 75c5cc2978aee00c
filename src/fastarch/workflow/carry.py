"""From steps to the disk: format, draft, keep books, apply, verify."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fastarch.change import history, state
from fastarch.change.apply import apply
from fastarch.change.format import format_sources
from fastarch.plan.drafting import Ahead, Drafted, draft_parts, edit_ahead, formatted, sources
from fastarch.wire import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastarch.change.draft import Draft
    from fastarch.discover.profile import AppProfile, Formatting
    from fastarch.errors import FastarchError, Problem
    from fastarch.plan.planner import Part
    from fastarch.report import Report
    from fastarch.wire.edit import Outcome
    from fastarch.workflow.session import Mode


def draft(
    parts: tuple[Part, ...], on: Draft, formatting: Formatting
) -> tuple[dict[tuple[str, str], Drafted], tuple[str, ...]]:
    """Format the new code of parts and carry their steps out in the draft; and what to tell."""
    # Our own order holds where the app asks for none.
    sort = formatting.config is not None
    ahead = Ahead()
    meanwhile = edit_ahead(parts, on, ahead)
    result = format_sources(
        sources(parts), on.root, formatting, sort_imports=sort, meanwhile=meanwhile
    )
    drafted = draft_parts(formatted(parts, result.sources), on, ahead)
    notices = [result.notice] if result.notice else []
    for one in drafted.values():
        notices += [notice for notice in one.notices if notice not in notices]
    return drafted, tuple(notices)


def keep_books(
    parts: tuple[Part, ...],
    drafted: Mapping[tuple[str, str], Drafted],
    on: Draft,
    command: str,
    *,
    options: Mapping[str, Any],
    specs: Mapping[str, str],
    source: str | None,
    revisions: tuple[str, ...],
) -> None:
    """Draft the records of resources and features, and the history entry that ``undo`` reads."""
    folders = on.new_folders()
    edits: list[state.MadeEdit] = []
    for part in parts:
        done = drafted[part.kind, part.name]
        made = tuple(state.MadeEdit(path, registry.dump(edit)) for path, edit in done.edits)
        edits += made
        if part.kind == "migration":
            continue
        resource = part.resource
        settled = (
            {"id": resource.id, "timestamps": resource.timestamps, "spec": specs[part.name]}
            if resource
            else {}
        )
        record = state.Record(
            kind=part.kind,
            name=part.name,
            options={**options, **settled} if resource else {},
            paths=part.paths,
            # As they are in the end: what follows may have added to them.
            files={path: sha256(on.read(path) or b"").hexdigest() for path in done.files},
            folders=tuple(
                folder
                for folder in folders
                if any(path.startswith(f"{folder}/") for path in done.files)
            ),
            edits=made,
            revisions=revisions if resource else (),
            source=source if resource else None,
        )
        spec = specs.get(part.name) if resource else None
        bases = {f"{role}.base": content for role, content in done.bases.items()}
        state.save(on, record, spec=spec.encode() if spec else None, bases=bases or None)
    history.remember(on, command, edits=edits)


def finish(
    on: Draft, report: Report, mode: Mode, prove: Callable[[], None] | None = None
) -> Report:
    """Write a draft, where the mode says so; the report then says that it was applied."""
    report = replace(report, changes=on.changes(), root=on.root)
    if not report.changes:
        return replace(report, status="unchanged")
    if not mode.write or not mode.agree(report):
        return report
    told = apply(on.root, report.changes, folders=on.discarded_folders, verify=prove)
    notices = (told, *report.notices) if told else report.notices
    return replace(report, status="applied", notices=notices)


def proof(
    profile: AppProfile,
    on: Draft,
    mode: Mode,
    *,
    expected: tuple[str, ...] = (),
    gone: tuple[str, ...] = (),
    dependencies: tuple[str, ...] = (),
) -> Callable[[], None] | None:
    """What ``--verify`` runs once the files are in place; to compare, the app is imported now.

    Args:
        expected: Operations that come: ``POST /products``.
        gone: Operations that go.
        dependencies: What is newly declared, for a hint where it is not installed yet.

    Raises:
        VerificationError: the app does not even import as it is.
    """
    if not mode.verify or not mode.write or profile.entry is None:
        return None
    from fastarch.errors import VerificationError
    from fastarch.verify.importing import Importer
    from fastarch.verify.interpreter import find_interpreter
    from fastarch.verify.openapi import compare

    python = find_interpreter(on.root, profile.import_root, mode.python)
    app = Importer(on.root, profile.import_root, profile.entry, python)
    try:
        before = app.read_openapi()
    except VerificationError as error:
        lead, end = "Before any change ", "Nothing was written."
        raise VerificationError(*_told(error, lead, end)) from error

    def check() -> None:
        try:
            compare(before, app.read_openapi, expected, gone)
        except VerificationError as error:
            end = "Everything was rolled back."
            if dependencies:
                end += f"\nInstall what is new first: {' '.join(map(shlex.quote, dependencies))}"
            raise VerificationError(*_told(error, "With the change ", end)) from error

    return check


def _told(error: FastarchError, lead: str, end: str) -> Iterator[Problem]:
    """The problems of an error, with when it was and what became of it."""
    for number, one in enumerate(error.problems, 1):
        last = end if number == len(error.problems) else ""
        hint = "\n".join(part for part in (one.hint, last) if part)
        yield replace(one, message=lead + one.message, hint=hint or None)


def revert(data: Mapping[str, Any], source: bytes) -> Outcome:
    """Take a recorded edit back."""
    return registry.load(dict(data)).revert(source)


def reapply(data: Mapping[str, Any], source: bytes) -> Outcome:
    """Make a recorded edit again."""
    return registry.load(dict(data)).apply(source)


def kept(undone: history.Undone) -> tuple[str, ...]:
    """Which files stay, and why, in sentences."""
    return tuple(f"Kept {one.path}: {one.reason}" for one in undone.kept)
