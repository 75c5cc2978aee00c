"""What a change is about to do, written down first: a killed run can be completed or reverted.

A transaction lives in the scratch folder. ``N.new`` and ``N.old`` are operation N's new and former
content; the journal lists the operations. Its name says where to go from here: ``complete.json``
or ``revert.json``. As long as there is no journal, nothing in the project has been touched.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath

from fastarch.change.draft import BOOKKEEPING, digest, read_file
from fastarch.change.lock import LOCK, SCRATCH
from fastarch.errors import ConflictError, NotUnderstoodError, Problem
from fastarch.records import dataclass

VERSION = 1
COMPLETE = f"{SCRATCH}/complete.json"
REVERT = f"{SCRATCH}/revert.json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One file to replace, create or delete.

    ``before`` and ``after`` are the SHA-256 of its content, None for no file.
    """

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Journal:
    """A transaction.

    Args:
        operations: In the order in which they are carried out.
        made: Folders to create, parents first.
        dropped: Folders to remove should they be empty in the end, children first, with their mode.
    """

    operations: tuple[Operation, ...]
    made: tuple[str, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()


@contextlib.contextmanager
def naming(path: str) -> Iterator[None]:
    """Turn what the operating system refuses into a conflict that names the file."""
    try:
        yield
    except OSError as error:
        problem = Problem(f"This cannot be written: {error.strerror}.", file=path)
        raise ConflictError(problem) from error


def new_content(root: Path, number: int) -> Path:
    """Where the new content of an operation is staged."""
    return root / SCRATCH / f"{number}.new"


def old_content(root: Path, number: int) -> Path:
    """Where the former content of an operation is kept."""
    return root / SCRATCH / f"{number}.old"


def write_file(
    path: Path,
    content: bytes,
    *,
    like: os.stat_result | None,
    mode: int | None,
    sync: bool = True,
) -> None:
    """Create a file and bring its content to the disk.

    Args:
        path: Where; nothing may be there.
        content: The whole file.
        like: The file whose mode and owner it takes.
        mode: Its mode, where there is no such file; None: what the umask leaves.
        sync: Wait until it is on the disk; otherwise ``sync_file_system`` is to follow.
    """
    descriptor = os.open(
        path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666
    )
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if like is not None:
            own = os.fstat(descriptor)
            if (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
                # Only root may give files away; for all others the change goes on under their name.
                with contextlib.suppress(PermissionError):
                    os.chown(path, like.st_uid, like.st_gid)
            mode = stat.S_IMODE(like.st_mode)
        if mode is not None:
            path.chmod(mode)
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Bring one file's content to the disk."""
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file_system(folder: Path) -> bool:
    """Bring everything on the folder's file system to the disk by one call, where there is one.

    Raises:
        OSError: Something could not be written.
    """
    if sys.platform != "linux":
        return False
    # Imported here: only large changes need it.
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if call(descriptor) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(descriptor)
    return True


def keep_old(root: Path, number: int, path: str, content: bytes) -> None:
    """Keep the former file: the same one under a second name, or a copy where links are unknown."""
    old = old_content(root, number)
    try:
        old.hardlink_to(root / path)
    except OSError:
        write_file(old, content, like=(root / path).stat(), mode=None)


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk, where system and file system know how to."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def begin(root: Path, journal: Journal, name: str) -> None:
    """Make the journal last, with all that is staged. From here on a killed run is resumed."""
    draft = root / SCRATCH / "journal.new"
    text = json.dumps({"version": VERSION, **asdict(journal)}, indent=1, sort_keys=True) + "\n"
    write_file(draft, text.encode(), like=None, mode=None)
    for folder in (root / SCRATCH, root / BOOKKEEPING, root):
        sync_folder(folder)
    draft.replace(root / name)
    sync_folder(root / SCRATCH)


def turn(root: Path, source: str, target: str) -> None:
    """Change the direction of a transaction that has begun."""
    (root / source).replace(root / target)
    # Should the new name be lost in a power cut, the old direction does no harm either.
    with contextlib.suppress(OSError):
        sync_folder(root / SCRATCH)


def load(root: Path) -> tuple[Journal, str] | None:
    """The journal that a killed run has left and its name, None where there is none.

    Raises:
        NotUnderstoodError: A newer version of fastarch has written it.
    """
    for name in (COMPLETE, REVERT):
        text = read_file(root, name)
        if text is None:
            continue
        data = json.loads(text)
        if data["version"] != VERSION:
            raise NotUnderstoodError(
                Problem(
                    "A newer version of fastarch was interrupted here.",
                    file=name,
                    hint="Use that one.",
                )
            )
        operations = tuple(Operation(**operation) for operation in data["operations"])
        dropped = tuple((path, mode) for path, mode in data["dropped"])
        return Journal(operations, tuple(data["made"]), dropped), name
    return None


def forward(root: Path, journal: Journal) -> None:
    """Carry the transaction out, from wherever it stands, and bring it to the disk.

    Raises:
        ConflictError: A file has changed since, or cannot be written.
    """
    for folder in journal.made:
        with naming(folder), contextlib.suppress(FileExistsError):
            (root / folder).mkdir()
    for number, operation in enumerate(journal.operations):
        staged, target = new_content(root, number), root / operation.path
        found = digest(read_file(root, operation.path))
        if found == operation.after or (found != operation.before and _is_done(staged, operation)):
            continue
        if found != operation.before:
            raise ConflictError(Problem("The file has just been changed.", file=operation.path))
        with naming(operation.path):
            if operation.after is None:
                target.unlink()
            else:
                staged.replace(target)
    with naming(SCRATCH):
        _sync(root, journal)


def finish(root: Path, journal: Journal) -> None:
    """Remove the folders that were to go, as far as they are empty, and everything staged."""
    for folder, _ in journal.dropped:
        _remove_folder(root / folder)
    # All is in place and on the disk: what cannot be tidied now, the next run tidies.
    if journal.dropped:
        with contextlib.suppress(OSError):
            _sync(root, journal)
    with contextlib.suppress(ConflictError):
        clear(root)


def backward(root: Path, journal: Journal) -> None:
    """Take the transaction back, from wherever it stands, and bring that to the disk.

    A file that has been changed meanwhile, by somebody else, is left as it is.

    Raises:
        ConflictError: A file cannot be written.
    """
    for folder, mode in reversed(journal.dropped):
        if not (root / folder).exists():
            with naming(folder):
                (root / folder).mkdir()
                (root / folder).chmod(mode)
    for number, operation in reversed(list(enumerate(journal.operations))):
        if digest(read_file(root, operation.path)) != operation.after:
            continue
        with naming(operation.path):
            if operation.before is None:
                (root / operation.path).unlink()
            else:
                _put_back(root, number, operation.path)
    for folder in reversed(journal.made):
        _remove_folder(root / folder)
    # On a full disk, taking a change back must not fail for want of certainty.
    with contextlib.suppress(OSError):
        _sync(root, journal)


def clear(root: Path) -> bool:
    """Remove everything staged, the journal last; whether there was anything."""
    names = leftovers(root)
    journals = {Path(COMPLETE).name, Path(REVERT).name}
    for name in sorted(names, key=lambda name: (name in journals, name)):
        with naming(f"{SCRATCH}/{name}"):
            (root / SCRATCH / name).unlink()
    if names:
        with contextlib.suppress(OSError):
            sync_folder(root / SCRATCH)
    return bool(names)


def leftovers(root: Path) -> list[str]:
    """The names of what lies in the scratch folder, the lock aside."""
    try:
        return [file.name for file in (root / SCRATCH).iterdir() if file != root / LOCK]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_done(staged: Path, operation: Operation) -> bool:
    """Whether the operation was carried out before its file was edited once more."""
    return operation.after is not None and not staged.exists()


def _put_back(root: Path, number: int, path: str) -> None:
    # By way of a second link: the kept file has to be there until all is on the disk.
    old, way = old_content(root, number), root / SCRATCH / f"{number}.back"
    way.unlink(missing_ok=True)
    try:
        way.hardlink_to(old)
    except OSError:
        try:
            write_file(way, old.read_bytes(), like=old.stat(), mode=None)
        except OSError:
            # Not even room for a second name; the kept file itself has to do.
            way.unlink(missing_ok=True)
            way = old
    way.replace(root / path)


def _remove_folder(folder: Path) -> None:
    """Remove a folder that is empty but for compiled bytecode; any other is left alone."""
    cache = folder / "__pycache__"
    with contextlib.suppress(OSError):
        if list(folder.iterdir()) == [cache] and not cache.is_symlink():
            shutil.rmtree(cache)
        folder.rmdir()


def _sync(root: Path, journal: Journal) -> None:
    paths = [operation.path for operation in journal.operations]
    paths += [*journal.made, *(folder for folder, _ in journal.dropped)]
    for folder in sorted({PurePosixPath(path).parent for path in paths} | {PurePosixPath(SCRATCH)}):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            sync_folder(root / folder)
