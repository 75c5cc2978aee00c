"""What each command changed, so that it can be taken back: ``undo`` and ``remove``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, field
from pathlib import PurePosixPath
from typing import Any, Protocol, runtime_checkable

from fastarch.change.draft import BOOKKEEPING, Draft, digest
from fastarch.change.state import (
    MadeEdit,
    dump_json,
    load_json,
    save_fixed,
    settle,
)
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

EDITED = "It was edited since."
HISTORY = f"{BOOKKEEPING}/history"
OBJECTS = f"{BOOKKEEPING}/objects"
_ORDINARY = (0o644, 0o664)
"""Modes that the umask gives; any other is remembered with a deleted file."""


@runtime_checkable
class Source(Protocol):
    """The outcome of an edit that was made: it has the new source."""

    @property
    def source(self) -> bytes:
        """The whole file."""

    @property
    def kept(self) -> tuple[str, ...]:
        """What was edited by hand since and stays, in sentences without a stop."""


@runtime_checkable
class Refusal(Protocol):
    """The outcome of an edit that cannot be made."""

    @property
    def reason(self) -> str:
        """One sentence."""


Revert = Callable[[Mapping[str, Any], bytes], object]
"""Takes an edit (as data) back in a file's source: a Source, a Refusal, else nothing was to do."""

TakenBack = tuple[bytes, tuple[str, ...]]
"""A file's source, and why something stays in it."""
MergeBack = Callable[[str, bytes, bytes, bytes], TakenBack]
"""Takes a path, what a merge had made, what the file is now, and what it was before the merge."""

IsMade = Callable[[str, bytes], bool]
"""Whether a file says what was generated for it, however a formatter has laid it out since."""


def nothing_more(_path: str, _source: bytes) -> bool:
    """Any other byte is an edit."""
    return False


@dataclass(frozen=True, slots=True)
class PastChange:
    """One file's change: the SHA-256 of its content before and after, None for no file."""

    path: str
    before: str | None
    after: str | None
    mode: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One command's change.

    Args:
        number: 1 for the first.
        command: What the user would call it (``new resource products``).
        changes: By path.
        folders: The folders that it created.
        edits: The edits that it made to other files, in order.
        reverted: The edits that it took back, in order.
        merged: It merged code; what came out is kept as well.
    """

    number: int
    command: str
    changes: tuple[PastChange, ...] = ()
    folders: tuple[str, ...] = ()
    edits: tuple[MadeEdit, ...] = ()
    reverted: tuple[MadeEdit, ...] = ()
    merged: bool = False

    @property
    def path(self) -> str:
        """Where it is kept."""
        return f"{HISTORY}/{self.number:04}.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was left as it is, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of the files that somebody has edited since.

    Args:
        kept: Left as they are.
        merged: Our part was taken out, the rest was left.
        dropped: Taken out with the edits of others, as was asked for.
        reverted: The edits that were taken back (for the history of a removal).
    """

    kept: tuple[Kept, ...] = ()
    merged: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    reverted: tuple[MadeEdit, ...] = field(default=(), compare=False)


def remember(
    draft: Draft,
    command: str,
    *,
    edits: Collection[MadeEdit] = (),
    reverted: Collection[MadeEdit] = (),
    merged: bool = False,
) -> Entry | None:
    """Draft the history entry of everything that is drafted so far. The last step before applying.

    Records of other resources follow first (``settle``).

    Args:
        merged: Code was merged, which no list of edits tells: what came out is kept too, so that a
            file that is edited later can be merged back.

    Returns:
        The entry, None where nothing is drafted.
    """
    if not draft.changes():
        return None
    settle(draft)
    save_fixed(draft)
    changes = []
    for change in draft.changes():
        if PurePosixPath(change.path).parent.as_posix() in {HISTORY, OBJECTS}:
            continue
        before = digest(change.before)
        mode = draft.mode(change.path) if change.after is None else None
        changes.append(
            PastChange(
                path=change.path,
                before=before,
                after=digest(change.after),
                mode=None if mode in _ORDINARY else mode,
            )
        )
        if change.before is not None:
            draft.write(f"{OBJECTS}/{before}", change.before)
        if merged and change.after and _is_kept(changes[-1]):
            draft.write(f"{OBJECTS}/{digest(change.after)}", change.after)
    folders = [
        folder for folder in draft.new_folders() if PurePosixPath(folder).parts[0] != BOOKKEEPING
    ]
    last_entry = last(draft)
    entry = Entry(
        number=1 if last_entry is None else last_entry.number + 1,
        command=command,
        changes=tuple(changes),
        folders=tuple(folders),
        edits=tuple(edits),
        reverted=tuple(reverted),
        merged=merged,
    )
    draft.write(entry.path, dump_json(asdict(entry)))
    return entry


def history(draft: Draft) -> tuple[Entry, ...]:
    """Every entry, oldest first.

    Raises:
        NotUnderstoodError: One is damaged or of a newer version.
    """
    return tuple(_load(draft, path) for path in _paths(draft))


def last(draft: Draft) -> Entry | None:
    """The last command's entry, None where there is none.

    Raises:
        NotUnderstoodError: It is damaged or of a newer version.
    """
    paths = _paths(draft)
    return _load(draft, paths[-1]) if paths else None


def undo(
    draft: Draft,
    entry: Entry,
    revert: Revert,
    *,
    reapply: Revert | None = None,
    merge: MergeBack | None = None,
    keep: Mapping[str, str] | None = None,
    is_made: IsMade = nothing_more,
) -> Undone:
    """Draft the state before an entry, and the entry's end.

    A file that nobody has touched since gets its exact bytes back. Of one that was edited, created
    files are kept, and in others the recorded edits are taken back one by one.

    Args:
        draft: A fresh draft.
        entry: The last one.
        revert: Takes a recorded edit back.
        reapply: Makes an edit again that the entry had taken back.
        merge: Takes a merge back in a file that was edited since.
        keep: Files to leave in any case, with the reason (a migration that others build on).
        is_made: Tells a file that was only laid out anew from one that was edited.
    """
    keep = keep or {}
    kept: list[Kept] = []
    merged: list[str] = []
    for change in entry.changes:
        if change.path in keep:
            kept.append(Kept(change.path, keep[change.path]))
            continue
        current = draft.read(change.path)
        found = digest(current)
        if found == change.after or _is_ours(change.path):
            before = None if change.before is None else _object(draft, change.before)
            if found != change.before:
                draft.write(change.path, before, mode=change.mode)
        elif found == change.before or current is None:
            continue
        elif change.after is None:
            kept.append(Kept(change.path, EDITED))
        else:
            steps = [(made, reapply) for made in reversed(entry.reverted)]
            steps += [(made, revert) for made in reversed(entry.edits)]
            steps = [(made, way) for made, way in steps if made.path == change.path]
            outcome, stays = _merge_back(
                draft, change, current, merge if entry.merged else None
            ) or take_back(current, steps)
            if change.before is None and is_made(change.path, outcome):
                draft.write(change.path, None)
                continue
            if change.before is None:
                stays = (EDITED,)
            kept += [Kept(change.path, reason) for reason in stays]
            if outcome != current:
                draft.write(change.path, outcome)
                merged.append(change.path)
    draft.discard_folders(entry.folders)
    draft.write(entry.path, None)
    needed = {
        name
        for other in history(draft)
        for change in other.changes
        for name in (change.before, change.after if other.merged and _is_kept(change) else None)
    }
    for path in draft.files(OBJECTS):
        if PurePosixPath(path).name not in needed:
            draft.write(path, None)
    return Undone(tuple(kept), tuple(merged))


def _is_kept(change: PastChange) -> bool:
    """Whether a merge keeps what came out: of a file that was there before."""
    return change.before is not None and not _is_ours(change.path)


def take_back(source: bytes, steps: list[tuple[MadeEdit, Revert | None]]) -> TakenBack:
    """The source without the edits, as far as that goes, and the reasons why something stays."""
    if not steps or any(way is None for _, way in steps):
        return source, (EDITED,)
    current, stays = source, []
    for made, way in steps:
        outcome = way(made.edit, current) if way else None
        if isinstance(outcome, Source):
            current = outcome.source
            stays += [f"{reason}." for reason in outcome.kept]
        elif isinstance(outcome, Refusal):
            return source, (outcome.reason,)
    return current, tuple(stays)


def _merge_back(
    draft: Draft, change: PastChange, current: bytes, merge: MergeBack | None
) -> TakenBack | None:
    """What was edited since, without a merge's own part; None where no merge was made."""
    after = draft.read(f"{OBJECTS}/{change.after}")
    if after is None or change.before is None or merge is None:
        return None
    return merge(change.path, after, current, _object(draft, change.before))


def _is_ours(path: str) -> bool:
    """Bookkeeping that nobody edits; specs and the project's own templates are the user's."""
    top, *below = PurePosixPath(path).parts
    return top == BOOKKEEPING and below[0] != "templates" and below[-1] != "spec.yaml"


def _paths(draft: Draft) -> list[str]:
    names = [PurePosixPath(path) for path in draft.files(HISTORY)]
    numbered = [path for path in names if path.suffix == ".json" and path.stem.isdecimal()]
    return [path.as_posix() for path in sorted(numbered, key=lambda path: int(path.stem))]


def _load(draft: Draft, path: str) -> Entry:
    data = load_json(draft.read(path) or b"", path)
    try:
        return Entry(
            number=data["number"],
            command=data["command"],
            changes=tuple(PastChange(**change) for change in data["changes"]),
            folders=tuple(data["folders"]),
            edits=tuple(MadeEdit(**edit) for edit in data["edits"]),
            reverted=tuple(MadeEdit(**edit) for edit in data["reverted"]),
            merged=data.get("merged", False),
        )
    except (KeyError, TypeError) as error:
        raise NotUnderstoodError(Problem(f"This bookkeeping is damaged: {error}.", path)) from error


def _object(draft: Draft, name: str) -> bytes:
    path = f"{OBJECTS}/{name}"
    content = draft.read(path)
    if digest(content) != name or content is None:
        hint = "Restore it from version control."
        raise NotUnderstoodError(Problem("This content is missing or damaged.", path, hint=hint))
    return content
