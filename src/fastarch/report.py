"""What came of a command: the one thing that people and ``--json`` are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastarch.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from fastarch.change.draft import Change

Status = Literal["applied", "planned", "unchanged"]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a command that ran to its end.

    Args:
        command: As in the JSON form, ``new resource``.
        changes: Bookkeeping included; what is shown leaves it out.
        dependencies: Requirements that were declared for the app.
        notices: Things to know, in sentences.
        next_steps: Commands to type next.
        summary: One sentence for the end.
        root: The project's root.
    """

    command: str
    status: Status
    changes: tuple[Change, ...] = ()
    dependencies: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    summary: str = ""
    root: Path | None = None
