"""What an edit is: data that turns the bytes of a file into new bytes, and can be taken back."""

from __future__ import annotations

from typing import Protocol

from fastarch.records import dataclass


@dataclass(frozen=True, slots=True)
class Changed:
    """The edit was made.

    Args:
        source: The whole file.
        made: The edits to remember for taking back, in order: not those that were there already,
            and each with what it found in place (imports that nobody used) and must not remove.
        kept: When taking back: one sentence for each piece that was edited by hand since and stays.
    """

    source: bytes
    made: tuple[Edit, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Already:
    """What the edit asks for is there."""


@dataclass(frozen=True, slots=True)
class Cannot:
    """There is no safe place.

    Args:
        reason: One sentence: what was looked for.
        paste: The exact lines to paste by hand.
    """

    reason: str
    paste: str


Outcome = Changed | Already | Cannot


class Edit(Protocol):
    """An edit to a file that somebody wrote: a frozen dataclass in a module of its own."""

    def apply(self, source: bytes) -> Outcome:
        """Make the edit. ``source`` is the whole file; it is empty for a file that is not there."""

    def revert(self, source: bytes) -> Outcome:
        """Take the edit back, whatever else has changed in the file since. The inverse of apply."""
