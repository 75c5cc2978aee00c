"""What two sides changed in different ways, and what was merged."""

from __future__ import annotations

from typing import Literal

from fastarch.records import dataclass

Prefer = Literal["ours", "theirs", "markers"]
Side = Literal["ours", "base", "theirs"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One piece of a file that cannot be merged.

    Args:
        what: Where, for a person: ``ProductCreate.price``, ``function create_product``.
        line: The line in today's file, or the nearest one where the thing is gone there.
        ours: Text of today's side; empty where it is deleted.
        base: Text as it was generated last time.
        theirs: Text of the newly generated side; empty where it is deleted.
        why: One sentence.
    """

    what: str
    line: int
    ours: str
    base: str
    theirs: str
    why: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged file."""

    source: bytes
    conflicts: tuple[Conflict, ...] = ()
