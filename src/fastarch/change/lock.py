"""One writer at a time: a lock file inside the project's bookkeeping folder."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from fastarch.change.draft import BOOKKEEPING
from fastarch.errors import ConflictError, Problem

SCRATCH = f"{BOOKKEEPING}/tmp"
"""Folder of everything that does not outlive a run: the lock, the journal, staged files."""

LOCK = f"{SCRATCH}/lock"
WAIT = 60.0
"""Seconds to wait for another writer."""


@contextlib.contextmanager
def exclusive(root: Path, *, wait: float = WAIT) -> Iterator[None]:
    """Keep other writers out of the project, other processes and threads alike.

    Within one thread it may be nested: a command plans and applies under one lock, so that two
    commands at once plan one after the other. The lock file goes when the outermost one is done.

    Args:
        root: The project's root.
        wait: Seconds to wait for another writer; 0 does not wait.

    Raises:
        ConflictError: Another writer did not finish in time, or the folder cannot be written.
    """
    root = Path(os.path.realpath(root))
    deadline = time.monotonic() + wait
    lock = FileLock(root / LOCK, is_singleton=True)
    while True:
        try:
            if not lock.is_locked:
                (root / SCRATCH).mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=max(0.0, deadline - time.monotonic()))
            break
        except Timeout as error:
            problem = Problem(
                "Another run is changing this project.",
                file=LOCK,
                hint="Try again when it is done.",
            )
            raise ConflictError(problem) from error
        except OSError as error:
            # Another writer may just have tidied the folder away, lock and all; one that is made
            # again in that moment is there and is no folder yet.
            vanished = isinstance(error, FileNotFoundError | FileExistsError)
            if vanished and not _is_in_the_way(root / SCRATCH) and time.monotonic() <= deadline:
                continue
            tidy_folders(root)
            problem = Problem(f"The folder cannot be written: {error.strerror}.", file=BOOKKEEPING)
            raise ConflictError(problem) from error
    try:
        yield
    finally:
        if lock.lock_counter == 1:
            _tidy(root)
        lock.release()


def _is_in_the_way(folder: Path) -> bool:
    """Whether something that is no folder has its name."""
    try:
        return not stat.S_ISDIR(folder.stat().st_mode)
    except OSError:
        return folder.is_symlink()


def busy(root: Path) -> bool:
    """Whether a living process is writing into the project just now. Nothing is created."""
    root = Path(os.path.realpath(root))
    if not (root / LOCK).exists():
        return False
    lock = FileLock(root / LOCK, is_singleton=True)
    if lock.is_locked:
        return False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _tidy(root: Path) -> None:
    """Remove lock file and folders. Whoever waits sees the unlinked file and begins anew."""
    with contextlib.suppress(OSError):
        if all(file == root / LOCK for file in (root / SCRATCH).iterdir()):
            (root / LOCK).unlink(missing_ok=True)
            tidy_folders(root)


def tidy_folders(root: Path) -> None:
    """Remove the folders if they are empty."""
    for folder in (SCRATCH, BOOKKEEPING):
        with contextlib.suppress(OSError):
            (root / folder).rmdir()
