"""The options that commands share, and how a command talks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from fastarch.records import dataclass

AppOption = Annotated[
    Path | None,
    typer.Option(
        "--app", metavar="DIR", help="The project's root (default: the nearest one above)."
    ),
]
EntryOption = Annotated[
    str | None,
    typer.Option("--entry", metavar="FILE:NAME", help="Which FastAPI instance or factory."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Print the plan, write nothing.")]
DiffOption = Annotated[
    bool,
    typer.Option("--diff", help="Print the plan as a diff that git apply takes, write nothing."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")
]
NoTestsOption = Annotated[bool, typer.Option("--no-tests", help="Write no tests.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Never ask.")]
VerifyOption = Annotated[
    bool, typer.Option("--verify", help="Import the app before and after; roll back if it broke.")
]
PythonOption = Annotated[
    str | None,
    typer.Option("--python", metavar="PATH", help="The project's interpreter, for --verify."),
]
TracebackOption = Annotated[
    bool, typer.Option("--traceback", help="Show the traceback of a defect.", hidden=True)
]

ConflictsOption = Annotated[
    Literal["stop", "markers"],
    typer.Option(
        "--conflicts", help="Where a hand edit and new code disagree: stop, or write both."
    ),
]
OursOption = Annotated[
    list[str] | None,
    typer.Option("--ours", metavar="PATH", help="In this file the hand edit wins."),
]
TheirsOption = Annotated[
    list[str] | None,
    typer.Option("--theirs", metavar="PATH", help="In this file the new code wins."),
]


@dataclass(frozen=True, slots=True)
class Output:
    """How a command talks."""

    json: bool
    diff: bool
    dry_run: bool
    traceback: bool
