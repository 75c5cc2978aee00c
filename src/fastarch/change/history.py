"""What each command changed, so that it can be taken back: ``undo`` and ``remove``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, field, replace
from pathlib import PurePosixPath
from typing import Any, Protocol, runtime_checkable

from fastarch.change.draft import BOOKKEEPING, Draft, digest
from fastarch.change.state import (
    MadeEdit,
    Record,
    dump_json,
    forget,
    load_json,
    records,
    save,
    save_fixed,
    settle,
)
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

HISTORY = f"{BOOKKEEPING}/history"
OBJECTS = f"{BOOKKEEPING}/objects"
_WORD = re.compile(r"\w+")
_ORDINARY = (0o644, 0o664)
"""Modes that the umask gives; any other is remembered with a deleted file."""


@runtime_checkable
class Source(Protocol):
    """The outcome of an edit that was made: it has the new source."""

    @property
    def source(self) -> bytes:
        """The whole file."""


@runtime_checkable
class Refusal(Protocol):
    """The outcome of an edit that cannot be made."""

    @property
    def reason(self) -> str:
        """One sentence."""


Revert = Callable[[Mapping[str, Any], bytes], object]
"""Takes an edit (as data) back in a file's source: a Source, a Refusal, else nothing was to do."""


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
    """

    number: int
    command: str
    changes: tuple[PastChange, ...] = ()
    folders: tuple[str, ...] = ()
    edits: tuple[MadeEdit, ...] = ()
    reverted: tuple[MadeEdit, ...] = ()

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
        reverted: The edits that were taken back (for the history of a removal).
    """

    kept: tuple[Kept, ...] = ()
    merged: tuple[str, ...] = ()
    reverted: tuple[MadeEdit, ...] = field(default=(), compare=False)


def remember(
    draft: Draft,
    command: str,
    *,
    edits: Collection[MadeEdit] = (),
    reverted: Collection[MadeEdit] = (),
) -> Entry | None:
    """Draft the history entry of everything that is drafted so far. The last step before applying.

    Records of other resources follow first (``settle``).

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
    keep: Mapping[str, str] | None = None,
) -> Undone:
    """Draft the state before an entry, and the entry's end.

    A file that nobody has touched since gets its exact bytes back. Of one that was edited, created
    files are kept, and in others the recorded edits are taken back one by one.

    Args:
        draft: A fresh draft.
        entry: The last one.
        revert: Takes a recorded edit back.
        reapply: Makes an edit again that the entry had taken back.
        keep: Files to leave in any case, with the reason (a migration that others build on).
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
        elif change.before is None or change.after is None:
            kept.append(Kept(change.path, "It was edited since."))
        else:
            steps = [(made, reapply) for made in reversed(entry.reverted)]
            steps += [(made, revert) for made in reversed(entry.edits)]
            steps = [(made, way) for made, way in steps if made.path == change.path]
            outcome = _take_back(current, steps)
            if isinstance(outcome, str):
                kept.append(Kept(change.path, outcome))
            else:
                draft.write(change.path, outcome)
                merged.append(change.path)
    draft.discard_folders(entry.folders)
    draft.write(entry.path, None)
    needed = {
        change.before for other in history(draft) for change in other.changes if change.before
    }
    for path in draft.files(OBJECTS):
        if PurePosixPath(path).name not in needed:
            draft.write(path, None)
    return Undone(tuple(kept), tuple(merged))


def take_out(
    draft: Draft, record: Record, revert: Revert, *, keep: Mapping[str, str] | None = None
) -> Undone:
    """Draft a removal: created files go, edits are taken back, files edited by hand stay.

    What other resources use too passes to one of them: the last one takes it out.

    Args:
        draft: Where to; ``remember(draft, …, reverted=undone.reverted)`` makes it undoable.
        record: What to take out.
        revert: Takes a recorded edit back.
        keep: Files to leave in any case, with the reason (a migration that was applied).
    """
    keep = keep or {}
    kept: list[Kept] = []
    reverted: list[MadeEdit] = []
    merged: list[str] = []
    heirs = Heirs(record, draft)
    for path, written in sorted(record.files.items()):
        current = draft.read(path)
        if heirs.take_file(path, written):
            continue
        if path in keep:
            kept.append(Kept(path, keep[path]))
        elif current is not None and digest(current) != written:
            kept.append(Kept(path, "It was edited since."))
        elif current is not None:
            draft.write(path, None)
    for made in reversed(record.edits):
        current = draft.read(made.path)
        if current is None:
            continue
        if heirs.take_edit(made):
            continue
        outcome = _take_back(current, [(made, revert)])
        if isinstance(outcome, str):
            kept.append(Kept(made.path, outcome))
        elif outcome != current:
            draft.write(made.path, outcome)
            reverted.append(made)
            merged.append(made.path)
    draft.discard_folders(record.folders)
    forget(draft, record)
    heirs.save()
    return Undone(tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(merged)), tuple(reverted))


class Heirs:
    """The other resources, which take over what they use of one that is taken out."""

    def __init__(self, record: Record, draft: Draft) -> None:
        self.record = record
        self.draft = draft
        self.others = {
            other.name: other
            # Those whose code was made come before those whose code was there.
            for other in sorted(records(draft), key=lambda one: bool(one.options.get("adopted")))
            if other.kind == record.kind and other.name != record.name
        }
        self.changed: set[str] = set()

    def take_file(self, path: str, written: str) -> bool:
        """Whether a file is the home of another's code too, who has it now."""
        heir = next((one for one in self.others.values() if path in one.paths.values()), None)
        if heir is None:
            return False
        folders = [one for one in self.record.folders if path.startswith(f"{one}/")]
        self._change(
            replace(
                heir,
                files={**heir.files, path: written},
                folders=tuple(dict.fromkeys((*heir.folders, *folders))),
            )
        )
        return True

    def take_edit(self, made: MadeEdit) -> bool:
        """Whether another uses what an edit gave to all, and has it now."""
        for heir in self.others.values():
            names = made.edit.get("helpers", ())
            if made.path in heir.paths.values() and self._uses(heir, made, names):
                self._change(replace(heir, edits=(made, *heir.edits)))
                return True
        return False

    def save(self) -> None:
        """Draft the records of those that have taken something over."""
        for name in sorted(self.changed):
            save(self.draft, self.others[name])

    def _change(self, heir: Record) -> None:
        self.others[heir.name] = heir
        self.changed.add(heir.name)

    def _uses(self, heir: Record, made: MadeEdit, names: Collection[str]) -> bool:
        """Whether a resource's modules say one of the names other than in the edit itself."""
        said = Counter[str]()
        for path in set(heir.paths.values()):
            said.update(_WORD.findall((self.draft.read(path) or b"").decode(errors="replace")))
        said.subtract(_WORD.findall(str(made.edit.get("source", ""))))
        return any(said[name] > 0 for name in names)


def _take_back(source: bytes, steps: list[tuple[MadeEdit, Revert | None]]) -> bytes | str:
    """The source without the edits, or the reason why not."""
    if not steps:
        return "It was edited since."
    for made, way in steps:
        if way is None:
            return "It was edited since."
        outcome = way(made.edit, source)
        if isinstance(outcome, Source):
            source = outcome.source
        elif isinstance(outcome, Refusal):
            return outcome.reason
    return source


def _is_ours(path: str) -> bool:
    """Bookkeeping that nobody edits; a spec is the user's."""
    parts = PurePosixPath(path).parts
    return parts[0] == BOOKKEEPING and parts[-1] != "spec.yaml"


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
