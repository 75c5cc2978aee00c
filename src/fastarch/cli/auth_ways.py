"""``fastarch add auth session`` and ``oauth2``: ways to sign in beside tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fastarch.cli.groups import auth
from fastarch.cli.options import (
    AppOption,
    ConflictsOption,
    DiffOption,
    DryRunOption,
    EntryOption,
    JsonOption,
    OursOption,
    Output,
    PythonOption,
    TheirsOption,
    TracebackOption,
    VerifyOption,
    YesOption,
)
from fastarch.cli.running import finish
from fastarch.command import Command

if TYPE_CHECKING:
    from fastarch.report import Report

NoTestsOption = Annotated[bool, typer.Option("--no-tests", help="Write no tests.")]


@auth.command("session", cls=Command)
def add_auth_session_command(
    no_tests: NoTestsOption = False,
    app_dir: AppOption = None,
    entry: EntryOption = None,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    json: JsonOption = False,
    _yes: YesOption = False,
    conflicts: ConflictsOption = "stop",
    ours: OursOption = None,
    theirs: TheirsOption = None,
    verify: VerifyOption = False,
    python: PythonOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Let browsers sign in: sessions in cookies, safe from other sites.

    Example: fastarch add auth session
    """

    def run() -> Report:
        from fastarch.workflow.auth import Request, add_auth
        from fastarch.workflow.conflicts import Resolution
        from fastarch.workflow.session import Mode, Target

        resolution = Resolution(conflicts, tuple(ours or ()), tuple(theirs or ()))
        asked = Request("session", tests=not no_tests, resolution=resolution)
        mode = Mode(not (dry_run or diff), verify, python)
        return add_auth(Target(app_dir, entry), mode, asked)

    finish("add auth session", Output(json, diff, dry_run, traceback), run)
