"""``fastarch add auth``: ways to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fastarch.cli.add import words
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
NoMigrationOption = Annotated[
    bool, typer.Option("--no-migration", help="Write no Alembic revision.")
]


@auth.command("jwt", cls=Command)
def add_auth_jwt_command(
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="FILE:CLASS", help="The app's user model (default: found)."),
    ] = None,
    protect: Annotated[
        list[str] | None,
        typer.Option(
            "--protect", metavar="TARGET", help='Ask for a user: products, "POST /users" or all.'
        ),
    ] = None,
    public: Annotated[
        list[str] | None,
        typer.Option("--public", metavar="OPERATION", help='Stays open: "GET /health".'),
    ] = None,
    roles: Annotated[
        str | None, typer.Option("--roles", metavar="A,B", help="Roles to begin with.")
    ] = None,
    no_tests: NoTestsOption = False,
    no_migration: NoMigrationOption = False,
    app_dir: AppOption = None,
    entry: EntryOption = None,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    json: JsonOption = False,
    _yes: YesOption = False,
    verify: VerifyOption = False,
    python: PythonOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Let users sign in: JSON Web Tokens, refresh tokens, roles and scopes.

    Example: fastarch add auth jwt --protect products --roles admin,editor
    """

    def run() -> Report:
        from fastarch.workflow.auth import Request, add_auth
        from fastarch.workflow.session import Mode, Target

        asked = Request(
            user=user,
            protect=tuple(protect or ()),
            public=tuple(public or ()),
            roles=tuple(words(roles)),
            tests=not no_tests,
            migration=not no_migration,
        )
        mode = Mode(not (dry_run or diff), verify, python)
        return add_auth(Target(app_dir, entry), mode, asked)

    finish("add auth jwt", Output(json, diff, dry_run, traceback), run)


@auth.command("api-key", cls=Command)
def add_auth_api_key_command(
    no_tests: NoTestsOption = False,
    no_migration: NoMigrationOption = False,
    conflicts: ConflictsOption = "stop",
    ours: OursOption = None,
    theirs: TheirsOption = None,
    app_dir: AppOption = None,
    entry: EntryOption = None,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    json: JsonOption = False,
    _yes: YesOption = False,
    verify: VerifyOption = False,
    python: PythonOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Let users make API keys, for programs that act for them.

    Example: fastarch add auth api-key
    """

    def run() -> Report:
        from fastarch.workflow.auth import Request, add_auth
        from fastarch.workflow.conflicts import Resolution
        from fastarch.workflow.session import Mode, Target

        asked = Request(
            way="api_key",
            tests=not no_tests,
            migration=not no_migration,
            resolution=Resolution(conflicts, tuple(ours or ()), tuple(theirs or ())),
        )
        return add_auth(Target(app_dir, entry), Mode(not (dry_run or diff), verify, python), asked)

    finish("add auth api-key", Output(json, diff, dry_run, traceback), run)


@auth.command("email", cls=Command)
def add_auth_email_command(
    no_tests: NoTestsOption = False,
    no_migration: NoMigrationOption = False,
    conflicts: ConflictsOption = "stop",
    ours: OursOption = None,
    theirs: TheirsOption = None,
    app_dir: AppOption = None,
    entry: EntryOption = None,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    json: JsonOption = False,
    _yes: YesOption = False,
    verify: VerifyOption = False,
    python: PythonOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Let users confirm their e-mail address, and set a new password by mail.

    Example: fastarch add auth email
    """

    def run() -> Report:
        from fastarch.workflow.auth import Request, add_auth
        from fastarch.workflow.conflicts import Resolution
        from fastarch.workflow.session import Mode, Target

        asked = Request(
            way="mail",
            tests=not no_tests,
            migration=not no_migration,
            resolution=Resolution(conflicts, tuple(ours or ()), tuple(theirs or ())),
        )
        return add_auth(Target(app_dir, entry), Mode(not (dry_run or diff), verify, python), asked)

    finish("add auth email", Output(json, diff, dry_run, traceback), run)
