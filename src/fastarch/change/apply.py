"""The only writer: everything is written, or nothing, also when it is killed on the way.

First every file's content is compared with what the plan saw. Then the new contents are staged
inside the project (a rename is atomic only within one file system), a journal is made to last, and
the staged files are renamed into place. See ``journal`` for what survives a kill at each moment.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from fastarch.change import journal as log
from fastarch.change.draft import BOOKKEEPING, Change, digest, folders_above, locate, read_file
from fastarch.change.journal import Journal, Operation
from fastarch.change.lock import SCRATCH, busy, exclusive, tidy_folders
from fastarch.errors import ConflictError, FastarchError, Problem

MANY = 100
"""From so many files on they are brought to the disk together."""

NOTHING_CHANGED = (
    "An earlier run was interrupted before it changed anything; its leftovers were removed."
)


def apply(
    root: Path,
    changes: Iterable[Change],
    *,
    folders: Iterable[str] = (),
    verify: Callable[[], None] | None = None,
) -> str | None:
    """Write all changes into the project, or none.

    Args:
        root: The project's root.
        changes: What a draft says.
        folders: Folders that go when the changes leave them empty (``Draft.discarded_folders``).
        verify: Called when everything is in place; what it raises takes the changes back.

    Returns:
        What was done about a run that had been killed earlier, in one sentence, or None.

    Raises:
        ConflictError: A file is not what the plan saw, or cannot be written; nothing was written.
    """
    root = Path(os.path.realpath(root))
    known: dict[str, str] = {}
    located = [
        Change(locate(root, change.path, known), change.before, change.after, change.mode)
        for change in changes
    ]
    if not located and not log.leftovers(root):
        return None
    with exclusive(root):
        notice = _recover(root)
        _check(root, located)
        if located:
            _transact(root, located, folders, verify)
    return notice


def recover(root: Path) -> str | None:
    """Complete or revert what a killed run has left.

    Returns:
        What was done, in one sentence; None where there was nothing to do.

    Raises:
        ConflictError: Files were edited since, so that neither is possible without losing an edit.
    """
    root = Path(os.path.realpath(root))
    if not (root / SCRATCH).is_dir():
        if (root / BOOKKEEPING).is_dir():
            # Empty, should a run have been killed at its very beginning or end.
            tidy_folders(root)
        return None
    with exclusive(root):
        return _recover(root)


def pending(root: Path) -> bool:
    """Whether a killed run has left something that ``recover`` would deal with. Changes nothing."""
    return bool(log.leftovers(root)) and not busy(root)


def _check(root: Path, changes: list[Change]) -> None:
    """Compare the disk with what the plan saw, and look whether it can be written."""
    problems = []
    seen: set[str] = set()
    barred: dict[str, Problem | None] = {}
    for change in changes:
        path = change.path
        if path in seen:
            problems.append(Problem("Two changes concern the same file.", file=path))
        seen.add(path)
        found = read_file(root, path)
        if found != change.before:
            problems.append(Problem(_difference(found, change.before), file=path))
            continue
        folder = path.rpartition("/")[0]
        if folder not in barred:
            barred[folder] = _bar(root, folder)
        bar = barred[folder]
        if bar is not None:
            problems.append(bar)
        elif found is not None and not os.access(root / path, os.W_OK):
            problems.append(Problem("This file is read-only.", file=path))
    if problems:
        raise ConflictError(*dict.fromkeys(problems))


def _bar(root: Path, folder: str) -> Problem | None:
    """What keeps files from being written into a folder, which may be still to come."""
    place = root / folder
    there = next(one for one in (place, *place.parents) if one.exists())
    name = there.relative_to(root).as_posix()
    if not there.is_dir():
        return Problem("A folder is due here, but this is a file.", file=name)
    if not os.access(there, os.W_OK | os.X_OK):
        return Problem("This folder cannot be written.", file=name)
    return None


def _difference(found: bytes | None, expected: bytes | None) -> str:
    if expected is None:
        return "A file has appeared here since the plan was made."
    if found is None:
        return "The file has disappeared since the plan was made."
    return "The file has changed since the plan was made."


def _transact(
    root: Path, changes: list[Change], folders: Iterable[str], verify: Callable[[], None] | None
) -> None:
    # Until it is verified, a killed run is one to revert.
    name = log.COMPLETE if verify is None else log.REVERT
    journal = _plan(root, changes, folders)
    try:
        _stage(root, changes)
        with log.naming(SCRATCH):
            log.begin(root, journal, name)
        log.forward(root, journal)
        if verify is not None:
            verify()
            with log.naming(SCRATCH):
                log.turn(root, log.REVERT, log.COMPLETE)
    except BaseException as error:
        _roll_back(root, error)
        raise
    log.finish(root, journal)


def _plan(root: Path, changes: list[Change], folders: Iterable[str]) -> Journal:
    operations = [
        Operation(change.path, digest(change.before), digest(change.after)) for change in changes
    ]
    written = folders_above(change.path for change in changes if change.after is not None)
    made = {folder for folder in written if not (root / folder).is_dir()}
    gone = folders_above(change.path for change in changes if change.after is None)
    ours = {folder for folder in gone if folder.startswith(f"{BOOKKEEPING}/")}
    dropped = sorted((ours | set(folders)) - {BOOKKEEPING}, reverse=True)
    return Journal(
        tuple(operations),
        tuple(sorted(made)),
        tuple(
            (folder, stat.S_IMODE((root / folder).stat().st_mode))
            for folder in dropped
            if locate(root, folder) == folder and (root / folder).is_dir()
        ),
    )


def _stage(root: Path, changes: list[Change]) -> None:
    for number, change in enumerate(changes):
        with log.naming(change.path):
            like = None if change.before is None else (root / change.path).stat()
            if change.after is not None:
                staged = log.new_content(root, number)
                log.write_file(staged, change.after, like=like, mode=change.mode, sync=False)
            if change.before is not None:
                log.keep_old(root, number, change.path, change.before)
    # Where the first one waits, the others are soon done; for many, one call is better still.
    if len(changes) >= MANY:
        with log.naming(SCRATCH):
            if log.sync_file_system(root / SCRATCH):
                return
    for number, change in enumerate(changes):
        if change.after is not None:
            with log.naming(change.path):
                log.sync_file(log.new_content(root, number))


def _roll_back(root: Path, cause: BaseException) -> None:
    """Take back what has begun, or say that the next run will."""
    try:
        left = log.load(root)
        if left is not None:
            journal, name = left
            if name != log.REVERT:
                log.turn(root, name, log.REVERT)
            log.backward(root, journal)
        log.clear(root)
    except (OSError, ConflictError) as error:
        raise FastarchError(
            Problem(
                f"The change failed ({cause}), and taking it back failed too ({error}).",
                hint="The next fastarch command that writes completes it or takes it back.",
            )
        ) from cause


def _recover(root: Path) -> str | None:
    left = log.load(root)
    if left is None:
        if log.clear(root):
            return NOTHING_CHANGED
        return None
    journal, name = left
    onward, back = _stuck(root, journal)
    count = len(journal.operations)
    files = "1 file" if count == 1 else f"{count} files"
    if name == log.COMPLETE and not onward:
        log.forward(root, journal)
        log.finish(root, journal)
        sentence = f"An earlier run was interrupted; its change of {files} was completed."
    elif not back:
        if name == log.COMPLETE:
            with log.naming(SCRATCH):
                log.turn(root, log.COMPLETE, log.REVERT)
        log.backward(root, journal)
        sentence = f"An earlier run was interrupted; its change of {files} was taken back."
    else:
        message = "An earlier run was interrupted, and this file was edited since."
        raise ConflictError(
            *(
                Problem(
                    message,
                    file=path,
                    hint=f"Restore it, or remove {SCRATCH} to keep the files as is.",
                )
                for path in sorted({*onward, *back})
            )
        )
    log.clear(root)
    return sentence


def _stuck(root: Path, journal: Journal) -> tuple[list[str], list[str]]:
    """The files that bar the way on, and those that bar the way back."""
    onward, back = [], []
    for number, operation in enumerate(journal.operations):
        found = digest(read_file(root, operation.path))
        staged = log.new_content(root, number)
        if found == operation.after:
            old = log.old_content(root, number)
            if operation.before is not None and not _holds(old, operation.before):
                back.append(operation.path)
        elif found == operation.before:
            if operation.after is not None and not _holds(staged, operation.after):
                onward.append(operation.path)
        elif operation.after is not None and not staged.exists():
            back.append(operation.path)
        else:
            onward.append(operation.path)
    return onward, back


def _holds(file: Path, expected: str) -> bool:
    return file.exists() and digest(file.read_bytes()) == expected
