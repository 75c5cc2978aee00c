"""What every command begins with: which app, what may be written, and what an earlier run has left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastarch.errors import Problem, UsageError

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile
    from fastarch.report import Report


def _agreed(_report: Report) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Target:
    """Which app: its folder, its entry (``FILE:NAME``) and a layout, each None to find it."""

    app: Path | None
    entry: str | None = None
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class Mode:
    """What to do with a plan.

    Args:
        write: Apply it, or only show it.
        verify: Import the app before and after, with the interpreter ``python`` or the project's own.
        agree: Asked with the planned report before anything is written.
    """

    write: bool = True
    verify: bool = False
    python: str | None = None
    agree: Callable[[Report], bool] = _agreed


def find_root(target: Target) -> Path:
    """The project's root.

    Raises:
        UsageError: ``--app`` is no folder.
    """
    from fastarch.discover import project

    if target.app is None:
        return project.find_root(Path.cwd())
    if not target.app.is_dir():
        raise UsageError(Problem("--app: there is no such folder.", file=str(target.app)))
    return target.app.resolve()


def settle_leftovers(root: Path, mode: Mode) -> tuple[str, ...]:
    """Complete or revert what a killed run has left, where this run may write; what was done, or is due."""
    from fastarch.change.apply import pending, recover

    if mode.write:
        done = recover(root)
        return (done,) if done else ()
    if pending(root):
        return ("An earlier run was interrupted; the next command that writes settles it first.",)
    return ()


def read_app(root: Path, target: Target) -> AppProfile:
    """The app's facts."""
    from fastarch.discover import discover

    return discover(root, entry=target.entry, layout=target.layout)
