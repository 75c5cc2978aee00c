"""One family of errors: what is wrong, where, how to mend it, and the exit code."""

from __future__ import annotations

from typing import ClassVar

from fastarch.records import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Args:
        message: One sentence for the person who typed the command.
        file: Path relative to the project's root, or as the user typed it.
        line: 1-based line, where there is one.
        column: 1-based column, where there is one.
        hint: What to do about it; the exact lines to paste, where there are such.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None

    @property
    def where(self) -> str:
        """The place as ``file:line:column``, as far as it is known."""
        parts = [part for part in (self.file, self.line, self.column) if part is not None]
        return ":".join(str(part) for part in parts)


class FastarchError(Exception):
    """Base of every error that ends a command. Carries one problem or several."""

    exit_code: ClassVar[int] = 1
    status: ClassVar[str] = "refused"

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(Problem(p) if isinstance(p, str) else p for p in problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class UsageError(FastarchError):
    """Wrong usage or an invalid spec."""

    exit_code = 2


class NotUnderstoodError(FastarchError):
    """The app could not be understood, or there is no safe place to edit."""

    exit_code = 3


class ConflictError(FastarchError):
    """A hand edit and new code disagree, or something is in the way. Nothing was written."""

    exit_code = 4
    status = "conflict"


class OutOfStepError(FastarchError):
    """``check`` found something out of step."""

    exit_code = 5


class VerificationError(FastarchError):
    """``--verify`` failed; everything was rolled back."""

    exit_code = 6
