"""``fastarch add auth session``, ``oauth2``, ``api-key`` and ``email``: ways beside tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

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
NoMigrationOption = Annotated[
    bool, typer.Option("--no-migration", help="Write no Alembic revision.")
]


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
        from fastarch.workflow.auth import add_auth
        from fastarch.workflow.auth_asked import Request
        from fastarch.workflow.conflicts import Resolution
        from fastarch.workflow.session import Mode, Target

        resolution = Resolution(conflicts, tuple(ours or ()), tuple(theirs or ()))
        asked = Request("session", tests=not no_tests, resolution=resolution)
        mode = Mode(not (dry_run or diff), verify, python)
        return add_auth(Target(app_dir, entry), mode, asked)

    finish("add auth session", Output(json, diff, dry_run, traceback), run)


@auth.command("oauth2", cls=Command)
def add_auth_oauth2_command(
    provider: Annotated[
        Literal["google", "github", "oidc"],
        typer.Argument(metavar="PROVIDER", help="google, github, or oidc for any other issuer."),
    ],
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
    """Let users sign in with another service, by OAuth 2.0 or OpenID Connect.

    Example: fastarch add auth oauth2 google
    """

    def run() -> Report:
        from fastarch.workflow.auth import add_auth
        from fastarch.workflow.auth_asked import Request
        from fastarch.workflow.conflicts import Resolution
        from fastarch.workflow.session import Mode, Target

        asked = Request(
            way="oauth2",
            providers=(provider,),
            tests=not no_tests,
            migration=not no_migration,
            resolution=Resolution(conflicts, tuple(ours or ()), tuple(theirs or ())),
        )
        return add_auth(Target(app_dir, entry), Mode(not (dry_run or diff), verify, python), asked)

    finish(f"add auth oauth2 {provider}", Output(json, diff, dry_run, traceback), run)


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
        from fastarch.workflow.auth import add_auth
        from fastarch.workflow.auth_asked import Request
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
        from fastarch.workflow.auth import add_auth
        from fastarch.workflow.auth_asked import Request
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
