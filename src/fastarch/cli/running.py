"""Run one workflow: show what came of it; every error is a message and its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import typer

from fastarch.cli.options import Output

if TYPE_CHECKING:
    from types import TracebackType

    from fastarch.report import Report

# As shells have it: 128 and the signal's number.
PIPE_CLOSED = 141
INTERRUPTED = 130


def finish(command: str, output: Output, run: Callable[[], Report]) -> None:
    """Run a command that changes something, and show what came of it."""
    from fastarch import console

    def show() -> None:
        report = run()
        if output.json:
            console.show_json(console.report_json(report))
        elif output.diff:
            console.show_diff(report)
            console.show_report(report, stderr=True)
        else:
            console.show_report(report)

    guard(command, output, show)


def guard(command: str, output: Output, run: Callable[[], None]) -> None:
    """Run a command; every error becomes a message and its exit code."""
    from fastarch import console
    from fastarch.errors import FastarchError

    sys.excepthook = partial(_tell_defect, command, output)
    code = 0
    try:
        try:
            run()
        except FastarchError as error:
            code = error.exit_code
            console.show_error(error)
            if output.json:
                console.show_json(console.error_json(command, error))
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads on. What is still buffered must not fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = PIPE_CLOSED
    except KeyboardInterrupt:
        typer.echo("Interrupted. Nothing was left half-made.", err=True)
        code = INTERRUPTED
    if code:
        raise typer.Exit(code)


def _tell_defect(
    command: str,
    output: Output,
    _type: type[BaseException],
    error: BaseException,
    _trace: TracebackType | None,
) -> None:
    """Tell what nobody has caught; Python then ends with exit code 1."""
    from fastarch import console
    from fastarch.errors import FastarchError

    console.show_defect(error, traceback=output.traceback)
    if output.json:
        defect = FastarchError(f"{type(error).__name__}: {error}")
        console.show_json(console.error_json(command, defect))


def asker(question: str, *, quiet: bool) -> Callable[[Report], bool]:
    """Ask on a terminal, with the plan shown; without one, or where told so, the answer is yes."""
    if quiet or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return lambda _report: True
    from fastarch import console

    def ask(report: Report) -> bool:
        console.show_report(report)
        return console.confirm(question)

    return ask
