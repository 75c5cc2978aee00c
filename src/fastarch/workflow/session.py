"""What every command begins with: which app, what may be written, what an earlier run left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from fastarch.errors import FastarchError, Problem, UsageError
from fastarch.records import dataclass

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile
    from fastarch.report import Report

INTERRUPTED = "An earlier run was interrupted; the next command that writes settles it first."


def _agreed(_report: Report) -> bool:
    return True


def _unwatched(_name: str, _number: int, _total: int) -> None:
    pass


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
        verify: Import the app before and after, with ``python`` or the project's own interpreter.
        agree: Asked with the planned report before anything is written.
        watch: Told of each piece of long work: its name, its number from 0, how many there are.
        environment: Variables that the app asks for after the change, for ``verify``.
    """

    write: bool = True
    verify: bool = False
    python: str | None = None
    agree: Callable[[Report], bool] = _agreed
    watch: Callable[[str, int, int], None] = _unwatched
    environment: Mapping[str, str] = field(default_factory=dict)


def find_root(target: Target) -> Path:
    """The project's root.

    Raises:
        UsageError: ``--app`` is no folder, or the working directory is gone.
    """
    from fastarch.discover import project

    try:
        if target.app is None:
            return project.find_root(Path.cwd())
        found = target.app.resolve()
    except FileNotFoundError as error:
        hint = "go to another one, or name an absolute one with --app"
        raise UsageError(Problem("The working directory is gone.", hint=hint)) from error
    if not found.is_dir():
        raise UsageError(Problem("--app: there is no such folder.", file=str(target.app)))
    return found


@contextmanager
def at_work(root: Path, mode: Mode) -> Iterator[tuple[str, ...]]:
    """Keep others from writing meanwhile; what a killed run left is completed or reverted.

    Yields:
        What was done about it, or is due, in sentences.
    """
    from fastarch.change.apply import pending, recover
    from fastarch.change.lock import exclusive

    if mode.write:
        with exclusive(root):
            done = recover(root)
            yield (done,) if done else ()
    elif pending(root):
        try:
            yield (INTERRUPTED,)
        except FastarchError as error:
            # What was read may be half of a change.
            told = Problem(INTERRUPTED, hint="fastarch undo settles it, for one")
            raise type(error)(told, *error.problems) from error
    else:
        yield ()


def read_app(root: Path, target: Target) -> AppProfile:
    """The app's facts."""
    from fastarch.discover import discover

    return discover(root, entry=target.entry, layout=target.layout)
