"""``fastarch remove resource`` and ``fastarch undo``: changes taken back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fastarch.change import history, state
from fastarch.change.draft import Draft
from fastarch.change.removal import take_out
from fastarch.errors import ConflictError, Problem
from fastarch.plan.closing import upgrade
from fastarch.plan.planner import operations
from fastarch.report import Report
from fastarch.workflow import carry, known
from fastarch.workflow.living import carried_out
from fastarch.workflow.moves import follow
from fastarch.workflow.session import Mode, Target, at_work, find_root, read_app

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile
    from fastarch.spec.resource import Resource

_REVISION = re.compile(rb"""^revision\b[^=\n]*=\s*["']([^"']+)["']""", re.MULTILINE)


def remove_resource(target: Target, mode: Mode, name: str, *, force: bool = False) -> Report:
    """Take a resource out: files that nobody edited go, shared edits are taken back.

    Args:
        force: Files that were edited by hand go too, and are named.
    """
    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        record = known.find(draft, name)
        if record.options.get("adopted"):
            return carry.finish(draft, _forget(record, draft, told), mode)
        _require_unreferred(record, draft)
        record = follow(record, _bases(record, draft), draft)
        profile = read_app(root, target)
        resource = carried_out(record)
        is_made = _comparison([record], draft)
        undone = take_out(draft, record, carry.revert, force=force, is_made=is_made)
        revision = _drop_revision(record, resource, profile, draft)
        history.remember(draft, f"remove resource {record.name}", reverted=undone.reverted)
        report = Report(
            "remove resource",
            "planned",
            notices=(*told, *carry.told(undone)),
            next_steps=(upgrade(profile),) if revision else (),
            summary=f"{record.name} is taken out.",
        )
        gone = tuple(operations(resource, profile))
        return carry.finish(draft, report, mode, carry.proof(profile, draft, mode, gone=gone))


def _forget(record: state.Record, draft: Draft, told: tuple[str, ...]) -> Report:
    """What was adopted is nothing to take out: its code is somebody's own."""
    state.forget(draft, record)
    history.remember(draft, f"remove resource {record.name}")
    model = record.options.get("model")
    summary = f"{record.name} is no longer known. It was adopted: its code, {model}, stays."
    return Report("remove resource", "planned", notices=told, summary=summary)


def undo(target: Target, mode: Mode) -> Report:
    """Take the last change back: the tree as it was before."""
    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        entry = history.last(draft)
        if entry is None:
            summary = "Nothing to do: there is no change to take back."
            return Report("undo", "unchanged", notices=told, summary=summary)
        built_on = _built_on(entry, draft)
        is_made = _comparison(known.resources(draft), draft)
        undone = history.undo(
            draft,
            entry,
            carry.revert,
            reapply=carry.reapply,
            merge=carry.merge_back,
            keep=built_on,
            is_made=is_made,
        )
        report = Report(
            "undo",
            "planned",
            notices=(*told, *carry.told(undone)),
            summary=f"Taken back: {entry.command}.",
        )
        return carry.finish(draft, report, mode)


def _comparison(records: Iterable[state.Record], draft: Draft) -> history.IsMade:
    """Tells whether a file still says what was generated for it."""
    made: dict[str, list[bytes]] = {}
    for record in records:
        for role, base in _bases(record, draft).items():
            made.setdefault(record.paths[role], []).append(base)

    def is_made(path: str, source: bytes) -> bool:
        from fastarch.wire.sameness import same_source, says_nothing

        if any(same_source(base, source) for base in made.get(path, ())):
            return True
        # Several pieces were put into it, and each is out again.
        return PurePosixPath(path).name != "__init__.py" and says_nothing(source)

    return is_made


def _bases(record: state.Record, draft: Draft) -> dict[str, bytes]:
    """What was generated last, by role, as far as it is there."""
    found = {role: draft.read(record.base_path(role)) for role in record.paths}
    return {role: base for role, base in found.items() if base is not None}


def _require_unreferred(record: state.Record, draft: Draft) -> None:
    referring = [
        f"{other.name}.{relation.name}"
        for other in known.resources(draft)
        if other.name != record.name
        for relation in carried_out(other).relations
        if relation.target.many == record.name
    ]
    if referring:
        message = f"{record.name} is referred to by {', '.join(referring)}."
        raise ConflictError(Problem(message, hint="remove those first"))


def _drop_revision(
    record: state.Record, resource: Resource, profile: AppProfile, draft: Draft
) -> bool:
    """Draft the forward revision that drops the table, where one had created it."""
    if not record.revisions or profile.alembic is None:
        return False
    from fastarch.plan.migration import render_drop
    from fastarch.plan.parts import Part
    from fastarch.plan.steps import WriteFile

    path, text = render_drop([resource], profile, datetime.now(UTC))
    part = Part("migration", "", (WriteFile(path, text),))
    carry.draft((part,), draft, profile.formatting)
    return True


def _built_on(entry: history.Entry, draft: Draft) -> dict[str, str]:
    """Revisions that others have come after since: they stay."""
    found = {}
    for change in entry.changes:
        content = draft.read(change.path) if change.before is None else None
        match = _REVISION.search(content or b"")
        if match is None:
            continue
        quoted = {b'"%s"' % match[1], b"'%s'" % match[1]}
        folder = PurePosixPath(change.path).parent.as_posix()
        for other in draft.files(folder):
            text = draft.read(other) or b""
            if other != change.path and other.endswith(".py") and any(q in text for q in quoted):
                found[change.path] = f"{PurePosixPath(other).name} comes after it."
    return found
