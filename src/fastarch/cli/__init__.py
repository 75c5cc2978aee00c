"""Typer declarations only: parse, call one workflow, exit with its code.

Workflows and the console are imported when a command runs, so that ``--help`` costs little more
than Typer.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from fastarch.cli import add, auth, auth_ways, changing, new, reading
from fastarch.cli.asked import only_asked
from fastarch.cli.groups import app
from fastarch.cli.running import INTERRUPTED, PIPE_CLOSED

__all__ = [
    "INTERRUPTED",
    "PIPE_CLOSED",
    "add",
    "app",
    "auth",
    "auth_ways",
    "changing",
    "main",
    "new",
    "reading",
]


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # where the locale knows fewer letters
    # Closed by whoever started us.
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    # A short run with large imports: to look for garbage in them, time and again and once more
    # when Python ends, takes a sixth of the time and finds next to nothing.
    gc.disable()
    try:
        # A shell that completes a line asks for every command.
        words = [] if "_FASTARCH_COMPLETE" in os.environ else sys.argv[1:]
        only_asked(app, words)(prog_name="fastarch")
    finally:
        gc.freeze()


def _version(wanted: bool) -> None:
    if wanted:
        from fastarch import __version__

        typer.echo(f"fastarch {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass
