"""Commands that only read: inspect, advise, check, schema."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from fastarch.cli.groups import app
from fastarch.cli.options import (
    AppOption,
    DiffOption,
    DryRunOption,
    EntryOption,
    JsonOption,
    NoTestsOption,
    Output,
    TracebackOption,
)
from fastarch.cli.running import finish, guard
from fastarch.command import Command

if TYPE_CHECKING:
    pass


@app.command("inspect", cls=Command)
def inspect_command(
    app_dir: AppOption = None,
    entry: EntryOption = None,
    json: JsonOption = False,
    traceback: TracebackOption = False,
) -> None:
    """Show what was found in the app, with evidence."""
    from fastarch import console
    from fastarch.workflow.inspection import facts_json, facts_rows
    from fastarch.workflow.session import Target

    def run() -> None:
        target = Target(app_dir, entry)
        if json:
            console.show_json(facts_json(target))
        else:
            console.show_facts(facts_rows(target))

    guard("inspect", Output(json, diff=False, dry_run=False, traceback=traceback), run)


@app.command("advise", cls=Command)
def advise_command(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TARGET", help='users, "GET /users" or FILE:FUNCTION (default: all endpoints).'
        ),
    ] = None,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Change what can be: pages, indexes, relations to load."),
    ] = False,
    no_tests: NoTestsOption = False,
    no_migration: Annotated[
        bool, typer.Option("--no-migration", help="Write no revision for indexes.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 5 if there are findings.")] = False,
    app_dir: AppOption = None,
    entry: EntryOption = None,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    json: JsonOption = False,
    traceback: TracebackOption = False,
) -> None:
    """Find what makes endpoints slow: lists without a limit, N+1, missing indexes and more.

    Example: fastarch advise users --fix
    """
    from fastarch import console
    from fastarch.errors import OutOfStepError
    from fastarch.workflow.advising import Fixing, advise
    from fastarch.workflow.session import Mode, Target

    def run() -> None:
        advice = advise(
            Target(app_dir, entry),
            target,
            fix=fix,
            mode=Mode(not (dry_run or diff)),
            fixing=Fixing(not no_migration, not no_tests),
        )
        if json:
            console.show_json(console.advice_json(advice.report, advice.findings))
        elif diff:
            console.show_diff(advice.report)
            console.show_report(advice.report, stderr=True)
        else:
            console.show_findings(advice.findings)
            console.show_report(advice.report)
        if strict and advice.findings:
            sys.stdout.flush()
            raise typer.Exit(OutOfStepError.exit_code)

    guard("advise", Output(json, diff, dry_run, traceback), run)


@app.command("schema", cls=Command)
def schema_command() -> None:
    """Print the JSON Schema of a spec, for editors."""
    from fastarch import console
    from fastarch.workflow.inspection import schema

    console.show_json(schema())


@app.command("check", cls=Command)
def check_command(
    app_dir: AppOption = None,
    json: JsonOption = False,
    traceback: TracebackOption = False,
) -> None:
    """For CI: is anything out of step? Changes nothing; exit 5 if so."""
    from fastarch.workflow.checking import check
    from fastarch.workflow.session import Target

    output = Output(json, diff=False, dry_run=False, traceback=traceback)
    finish("check", output, lambda: check(Target(app_dir)))
