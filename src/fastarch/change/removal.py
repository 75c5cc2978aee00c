"""Take a resource out: what it created goes, what others use of it passes to one of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from fastarch.change.draft import Draft, digest
from fastarch.change.history import (
    EDITED,
    IsMade,
    Kept,
    Revert,
    Undone,
    nothing_more,
    take_back,
)
from fastarch.change.state import SHARED_ROLES, MadeEdit, Record, forget, records, save

_WORD = re.compile(r"\w+")


def take_out(
    draft: Draft,
    record: Record,
    revert: Revert,
    *,
    keep: Mapping[str, str] | None = None,
    force: bool = False,
    is_made: IsMade = nothing_more,
) -> Undone:
    """Draft a removal: created files go, edits are taken back, files edited by hand stay.

    What other resources use too passes to one of them: the last one takes it out.

    Args:
        draft: Where to; ``remember(draft, …, reverted=undone.reverted)`` makes it undoable.
        record: What to take out.
        revert: Takes a recorded edit back.
        keep: Files to leave in any case, with the reason (a migration that was applied).
        force: Created files go even if they were edited by hand.
        is_made: Tells a file that was only laid out anew from one that was edited.
    """
    keep = keep or {}
    kept: list[Kept] = []
    edited: list[str] = []
    dropped: list[str] = []
    reverted: list[MadeEdit] = []
    merged: list[str] = []
    heirs = Heirs(record, draft)
    for path, written in sorted(record.files.items()):
        current = draft.read(path)
        if heirs.take_file(path, written):
            continue
        if path in keep:
            kept.append(Kept(path, keep[path]))
        elif current is None:
            continue
        elif digest(current) == written or is_made(path, current):
            draft.write(path, None)
        elif force:
            draft.write(path, None)
            dropped.append(path)
        else:
            edited.append(path)
    for made in reversed(record.edits):
        current = draft.read(made.path)
        if current is None:
            continue
        if heirs.take_edit(made):
            continue
        outcome, stays = take_back(current, [(made, revert)])
        kept += [Kept(made.path, reason) for reason in stays]
        if outcome != current:
            draft.write(made.path, outcome)
            reverted.append(made)
            merged.append(made.path)
    for path in edited:
        # Without what was added to it later it may be as it was made.
        if is_made(path, draft.read(path) or b""):
            draft.write(path, None)
        else:
            kept.append(Kept(path, EDITED))
    draft.discard_folders(record.folders)
    forget(draft, record)
    heirs.save()
    return Undone(
        tuple(dict.fromkeys(kept)),
        tuple(dict.fromkeys(merged)),
        tuple(dropped),
        tuple(reverted),
    )


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
                bases={**heir.bases, **self._inherited(heir, path)},
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

    def _inherited(self, heir: Record, path: str) -> dict[str, str]:
        """Of what was generated into a shared file, that from which the heir's merges start."""
        passed = {}
        for role, written in self.record.bases.items():
            is_there = self.record.paths[role] == path == heir.paths.get(role)
            if is_there and role in SHARED_ROLES - heir.bases.keys():
                base = self.draft.read(self.record.base_path(role))
                self.draft.write(heir.base_path(role), base)
                passed[role] = written
        return passed

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
