"""A copy-on-write overlay over a project; a tuple of Change comes out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Change:
    """One file's change: never a no-op, one per path, inside the project.

    Args:
        path: From the project's root, with forward slashes.
        before: Content when it was read, None where there was no file.
        after: Content to be, None where the file goes.
    """

    path: str
    before: bytes | None
    after: bytes | None

    @property
    def action(self) -> Literal["create", "edit", "delete"]:
        """What a person calls it."""
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "edit"


class Draft:
    """Reads fall through to the disk, writes stay in memory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._before: dict[str, bytes | None] = {}
        self._after: dict[str, bytes | None] = {}

    def read(self, path: str) -> bytes | None:
        """The file as drafted, None where there is none."""
        raise NotImplementedError

    def write(self, path: str, content: bytes | None) -> None:
        """Draft new content; None deletes."""
        raise NotImplementedError

    def changes(self) -> tuple[Change, ...]:
        """Every file whose content differs from the disk's, by path."""
        raise NotImplementedError
