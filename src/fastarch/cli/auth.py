"""``fastarch add auth``: ways to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fastarch.cli.add import words
from fastarch.cli.groups import auth
from fastarch.cli.options import (
    AppOption,
    DiffOption,
    DryRunOption,
    EntryOption,
    JsonOption,
    Output,
    PythonOption,
    TracebackOption,
    VerifyOption,
    YesOption,
)
from fastarch.cli.running import finish
from fastarch.command import Command

if TYPE_CHECKING:
    from fastarch.report import Report


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
    no_tests: Annotated[bool, typer.Option("--no-tests", help="Write no tests.")] = False,
    no_migration: Annotated[
        bool, typer.Option("--no-migration", help="Write no Alembic revision.")
    ] = False,
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
        from fastarch.workflow.auth import add_auth
        from fastarch.workflow.auth_asked import Request
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
