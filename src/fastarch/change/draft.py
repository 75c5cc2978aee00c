"""A copy-on-write overlay over a project; a tuple of Change comes out."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath
from typing import Literal

from fastarch.errors import ConflictError, Problem
from fastarch.records import dataclass

BOOKKEEPING = ".fastarch"


@dataclass(frozen=True, slots=True)
class Change:
    """One file's change: never a no-op, one per path, inside the project.

    Args:
        path: From the project's root, with forward slashes.
        before: Content when it was read, None where there was no file.
        after: Content to be, None where the file goes.
        mode: Permission bits of a file that is created; None: what the umask leaves.
    """

    path: str
    before: bytes | None
    after: bytes | None
    mode: int | None = None

    @property
    def action(self) -> Literal["create", "edit", "delete"]:
        """What a person calls it."""
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "edit"


def digest(content: bytes | None) -> str | None:
    """SHA-256 in hexadecimal, None for no file."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def locate(root: Path, path: str, folders: dict[str, str] | None = None) -> str:
    """The path of the file that ``path`` really names, symbolic links followed, from the root.

    Args:
        root: The project's root.
        path: A path from the root, with forward slashes.
        folders: Where folders really lie, by where they seem to; grows from call to call.

    Raises:
        ConflictError: The path leaves the project, by itself or through a symbolic link.
    """
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if not parts or path.startswith("/") or ".." in parts or "\0" in path or _has_drive(path):
        raise ConflictError(Problem("The path does not lie inside the project.", file=path))
    known = {} if folders is None else folders
    real_root = _real_folder(str(root), known)
    # It is asked of every file: text is cut sooner than paths are made.
    folder = _real_folder("/".join([real_root, *parts[:-1]]), known)
    real = f"{folder.rstrip(os.sep)}{os.sep}{parts[-1]}"
    if os.path.islink(real):  # noqa: PTH114 - see above
        real = os.path.realpath(real)
    inside = f"{real_root.rstrip(os.sep)}{os.sep}"
    if not real.startswith(inside):
        raise ConflictError(
            Problem(
                "A symbolic link leads out of the project.", file=path, hint=f"It ends at {real}."
            )
        )
    relative = real.removeprefix(inside).replace(os.sep, "/")
    if ".git" in relative.split("/"):
        raise ConflictError(Problem("The path lies inside git's own folder.", file=path))
    return relative


def _has_drive(path: str) -> bool:
    """Whether Windows would take a path to another drive."""
    return (":" in path or "\\" in path) and bool(PureWindowsPath(path).drive)


def _real_folder(folder: str, known: dict[str, str]) -> str:
    if folder not in known:
        known[folder] = os.path.realpath(folder)
    return known[folder]


def folders_above(paths: Iterable[str]) -> set[str]:
    """The folders that files lie in, and those above them, from the root."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def read_file(root: Path, path: str) -> bytes | None:
    """The content on the disk of a located path, None where there is none.

    Raises:
        ConflictError: There is something else than a file, or it cannot be read.
    """
    file = root / path
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            kind = "a folder" if stat.S_ISDIR(found.st_mode) else "not a regular file"
            raise ConflictError(Problem(f"A file is due here, but this is {kind}.", file=path))
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        problem = Problem(f"The file cannot be read: {error.strerror}.", file=path)
        raise ConflictError(problem) from error


class Draft:
    """Reads fall through to the disk, writes stay in memory.

    Paths are from the root, with forward slashes. A symbolic link stands for the file that it leads
    to: that file is read and changed, and its path is the one in ``changes()``.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._before: dict[str, bytes | None] = {}
        self._after: dict[str, bytes | None] = {}
        self._modes: dict[str, int] = {}
        self._located: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._files: dict[str, bool] = {}
        self._removable: set[str] = set()

    def read(self, path: str) -> bytes | None:
        """The file as drafted, None where there is none.

        Raises:
            ConflictError: The path leaves the project, is no file, or cannot be read.
        """
        place = self._locate(path)
        if place in self._after:
            return self._after[place]
        return self._on_disk(place)

    def exists(self, path: str) -> bool:
        """Whether there is a file, as drafted, or a folder."""
        place = self._locate(path)
        if place in self._after:
            return self._after[place] is not None
        below = any(one.startswith(f"{place}/") for one in self._after)
        return below or (self.root / place).exists()

    def write(self, path: str, content: bytes | None, *, mode: int | None = None) -> None:
        """Draft new content; None deletes.

        Args:
            path: From the root.
            content: The whole file.
            mode: Permission bits, for a file that is created; by default what the umask leaves.

        Raises:
            ConflictError: The path leaves the project or is no file, a file is in a parent's place,
                or a symbolic link would have to be deleted.
        """
        place = self._locate(path)
        if content is None and (self.root / path).is_symlink():
            raise ConflictError(Problem("This is a symbolic link; it is not deleted.", file=path))
        if self._on_disk(place) is None and content is not None:
            self._check_parents(place)
        self._after[place] = content
        if mode is None:
            self._modes.pop(place, None)
        else:
            self._modes[place] = mode

    def mode(self, path: str) -> int | None:
        """The permission bits of the file on the disk, None where there is none."""
        try:
            return stat.S_IMODE((self.root / self._locate(path)).stat().st_mode)
        except OSError:
            return None

    def files(self, folder: str) -> tuple[str, ...]:
        """Every file below a folder, as drafted, by path. Links to folders are not followed."""
        place = self._locate(folder)
        found = {
            Path(parent, name).relative_to(self.root).as_posix()
            for parent, _, names in os.walk(self.root / place)
            for name in names
            if Path(parent, name).is_file()
        }
        below = {path for path in self._after if path.startswith(f"{place}/")}
        kept = {path for path in found if self._after.get(path, b"") is not None}
        return tuple(sorted(kept | {path for path in below if self._after[path] is not None}))

    def changes(self) -> tuple[Change, ...]:
        """Every file whose content differs from the disk's, by path."""
        return tuple(
            Change(
                path=path,
                before=self._before[path],
                after=after,
                mode=self._modes.get(path) if self._before[path] is None else None,
            )
            for path, after in sorted(self._after.items())
            if after != self._before[path]
        )

    def new_folders(self) -> tuple[str, ...]:
        """The folders that the created files need and that are not there yet, parents first."""
        created = (change.path for change in self.changes() if change.before is None)
        folders = sorted(folders_above(created))
        return tuple(folder for folder in folders if not (self.root / folder).is_dir())

    def discard_folders(self, folders: Iterable[str]) -> None:
        """Let these folders go, should they be empty once the changes are applied."""
        self._removable.update(folders)

    @property
    def discarded_folders(self) -> tuple[str, ...]:
        """What ``discard_folders`` was told, for ``apply``."""
        return tuple(sorted(self._removable))

    def _locate(self, path: str) -> str:
        if path not in self._located:
            self._located[path] = locate(self.root, path, self._folders)
        return self._located[path]

    def _on_disk(self, place: str) -> bytes | None:
        if place not in self._before:
            self._before[place] = read_file(self.root, place)
        return self._before[place]

    def _check_parents(self, place: str) -> None:
        for parent in folders_above([place]):
            if self._after.get(parent) is not None or self._is_file(parent):
                raise ConflictError(
                    Problem("A folder is due here, but this is a file.", file=parent)
                )

    def _is_file(self, folder: str) -> bool:
        if folder not in self._files:
            self._files[folder] = (self.root / folder).is_file()
        return self._files[folder]
