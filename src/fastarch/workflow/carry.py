"""From steps to the disk: format, draft, keep books, apply, verify."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fastarch.change import history, state
from fastarch.change.apply import apply
from fastarch.change.draft import BOOKKEEPING, digest
from fastarch.change.format import format_sources
from fastarch.plan.drafting import Ahead, Drafted, draft_parts, edit_ahead, formatted, sources
from fastarch.plan.edition import edition
from fastarch.plan.steps import WriteFile
from fastarch.wire import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastarch.change.draft import Change, Draft
    from fastarch.discover.profile import AppProfile, Formatting
    from fastarch.errors import FastarchError, Problem
    from fastarch.plan.parts import Part
    from fastarch.report import Report
    from fastarch.wire.edit import Outcome
    from fastarch.workflow.session import Mode

MANY_NAMES = 8


def draft(
    parts: tuple[Part, ...], on: Draft, formatting: Formatting
) -> tuple[dict[tuple[str, str], Drafted], tuple[str, ...]]:
    """Format the new code of parts and carry their steps out in the draft; and what to tell."""
    # Our own order holds where the app asks for none.
    sort = formatting.config is not None
    ahead = Ahead()
    meanwhile = edit_ahead(parts, on, ahead)
    result = format_sources(
        sources(parts),
        on.root,
        formatting,
        sort_imports=sort,
        in_order=sources(part for part in parts if part.kind == "resource"),
        meanwhile=meanwhile,
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
    edits = keep_records(
        parts, drafted, on, options=options, specs=specs, source=source, revisions=revisions
    )
    history.remember(on, command, edits=edits)


def keep_records(
    parts: tuple[Part, ...],
    drafted: Mapping[tuple[str, str], Drafted],
    on: Draft,
    *,
    options: Mapping[str, Any],
    specs: Mapping[str, str],
    source: str | None,
    revisions: tuple[str, ...],
) -> tuple[state.MadeEdit, ...]:
    """Draft the records of resources and features.

    Returns:
        The edits that were made, for the history.
    """
    folders = on.new_folders()
    edits: list[state.MadeEdit] = []
    for part in parts:
        done = drafted[part.kind, part.name]
        made = tuple(state.MadeEdit(path, registry.dump(edit)) for path, edit in done.edits)
        edits += made
        if part.kind == "migration":
            continue
        resource = part.resource
        spec = specs[part.name].encode() if resource else None
        settled = {}
        if resource and spec:
            settled = {
                "id": resource.id,
                "timestamps": resource.timestamps,
                "spec": spec.decode(),
                "source_digest": digest((on.root / source).read_bytes() if source else spec),
                **({"guard": asdict(resource.guard)} if resource.guard else {}),
            }
        record = state.Record(
            kind=part.kind,
            name=part.name,
            options={**options, **settled} if resource else _made_from(part, on),
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
        state.save(on, record, spec=spec, bases=done.bases or None)
    return tuple(edits)


def keep_feature(part: Part, done: Drafted, on: Draft) -> tuple[state.MadeEdit, ...]:
    """Draft the record of a feature; it may be there already, and gains what is new.

    Returns:
        The edits that were made, for the history.
    """
    made = tuple(state.MadeEdit(path, registry.dump(edit)) for path, edit in done.edits)
    record = state.load(on, "feature", part.name) or state.Record("feature", part.name)
    folders = [
        folder
        for folder in on.new_folders()
        if any(path.startswith(f"{folder}/") for path in done.files)
    ]
    files = {path: sha256(content).hexdigest() for path, content in done.files.items()}
    state.save(
        on,
        replace(
            record,
            options={**record.options, **part.options},
            paths={**record.paths, **part.paths},
            files={**record.files, **files},
            folders=(*record.folders, *folders),
            edits=(*record.edits, *made),
        ),
    )
    return made


def _made_from(feature: Part, on: Draft) -> dict[str, Any]:
    """What a feature was made with; what an upgrade needs to know, where it can be upgraded."""
    if not feature.words:
        return dict(feature.options)
    known = {"templates": edition(feature.name, on), "words": dict(feature.words)}
    return {**feature.options, **known}


def written(part: Part) -> tuple[str, ...]:
    """The files that a part creates: its revision."""
    return tuple(step.path for step in part.steps if isinstance(step, WriteFile))


def names(found: Iterable[str]) -> str:
    """``products, orders``; the number of further ones where there are many."""
    known = tuple(found)
    if len(known) > MANY_NAMES:
        return f"{', '.join(known[:MANY_NAMES])} and {len(known) - MANY_NAMES} more"
    return ", ".join(known)


def count(on: Draft) -> str:
    """``2 files created, 1 edited``."""
    return count_of(on.changes())


def count_of(changes: Iterable[Change]) -> str:
    """As `count`, of changes."""
    actions = [change.action for change in changes if not change.path.startswith(f"{BOOKKEEPING}/")]
    made, edited, deleted = (actions.count(word) for word in ("create", "edit", "delete"))
    gone = f", {deleted} deleted" if deleted else ""
    return f"{made} file{'' if made == 1 else 's'} created, {edited} edited{gone}"


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
    changed: tuple[str, ...] = (),
    dependencies: tuple[str, ...] = (),
) -> Callable[[], None] | None:
    """What ``--verify`` runs once the files are in place; to compare, the app is imported now.

    Args:
        expected: Operations that come: ``POST /products``.
        gone: Operations that go.
        changed: Operations that may say something else.
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
    app = Importer(on.root, profile.import_root, profile.entry, python, mode.environment)
    try:
        before = app.read_openapi()
    except VerificationError as error:
        lead, end = "Before any change ", "Nothing was written."
        raise VerificationError(*_told(error, lead, end)) from error

    def check() -> None:
        try:
            compare(before, app.read_openapi, expected, gone, changed)
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


def merge_back(
    path: str, made: bytes, current: bytes, before: bytes
) -> tuple[bytes, tuple[str, ...]]:
    """Take a merge back in a file that was edited since; and why something stays."""
    from fastarch.merge import merge

    merged = merge(made, current, before, path=path)
    if merged.conflicts:
        places = ", ".join(sorted({conflict.what for conflict in merged.conflicts}))
        return current, (f"It was edited since, where the change was made: {places}.",)
    return merged.source, ()


def told(undone: history.Undone) -> tuple[str, ...]:
    """Which files stay, and why, and which go although they were edited, in sentences."""
    kept = tuple(f"Kept {one.path}: {one.reason}" for one in undone.kept)
    return (*kept, *(f"Dropped {path}, edits by hand included." for path in undone.dropped))
