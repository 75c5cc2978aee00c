"""Commands that change what is there: adopt, sync, upgrade, eject, remove, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fastarch.cli.groups import app, remove
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
from fastarch.cli.running import asker, finish
from fastarch.command import Command

if TYPE_CHECKING:
    from fastarch.report import Report


@app.command("adopt", cls=Command)
def adopt_command(
    model: Annotated[
        str | None,
        typer.Argument(metavar="MODEL", help="FILE:CLASS, a file, a class or a table."),
    ] = None,
    from_db: Annotated[
        str | None,
        typer.Option("--from-db", metavar="URL", help="Read the table in a database instead."),
    ] = None,
    table: Annotated[
        str | None, typer.Option("--table", metavar="NAME", help="Which, with --from-db.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="FILE", help="Where a spec goes whose table has no model: TABLE.yaml."
        ),
    ] = None,
    app_dir: AppOption = None,
    entry: EntryOption = None,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    json: JsonOption = False,
    _yes: YesOption = False,
    python: Annotated[
        str | None, typer.Option("--python", help="The project's interpreter, for --from-db.")
    ] = None,
    traceback: TracebackOption = False,
) -> None:
    """Let fastarch know a model that you have written; no line of code is touched.

    Example: fastarch adopt app/models/user.py:User
    """
    from fastarch.workflow.adoption import Asked, adopt
    from fastarch.workflow.session import Mode, Target

    mode = Mode(not (dry_run or diff), python=python)
    asked = Asked(model, from_db, table, to)
    output = Output(json, diff, dry_run, traceback)
    finish("adopt", output, lambda: adopt(Target(app_dir, entry), mode, asked))


@app.command("sync", cls=Command)
def sync_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Which resources (default: all of them)."),
    ] = None,
    conflicts: ConflictsOption = "stop",
    ours: OursOption = None,
    theirs: TheirsOption = None,
    backfill: Annotated[
        list[str] | None,
        typer.Option("--backfill", metavar="FIELD=VALUE", help="A value for rows that are there."),
    ] = None,
    data_loss: Annotated[
        bool, typer.Option("--allow-data-loss", help="Write a revision that loses data.")
    ] = False,
    no_migration: Annotated[
        bool, typer.Option("--no-migration", help="Write no revision.")
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
    """Bring generated code to the edited spec, keeping hand edits.

    Example: fastarch sync products --backfill brand=unknown
    """
    from fastarch.workflow.conflicts import Resolution
    from fastarch.workflow.session import Mode, Target
    from fastarch.workflow.sync import Request, sync

    def run() -> Report:
        asked = Request(
            names=tuple(names or ()),
            resolution=Resolution(conflicts, tuple(ours or ()), tuple(theirs or ())),
            backfill=tuple(backfill or ()),
            data_loss=data_loss,
            migration=not no_migration,
        )
        mode = Mode(not (dry_run or diff), verify, python)
        return sync(Target(app_dir, entry), mode, asked)

    finish("sync", Output(json, diff, dry_run, traceback), run)


@app.command("upgrade", cls=Command)
def upgrade_command(
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
    """Bring all generated code to the templates of this version, keeping hand edits."""
    from fastarch.workflow.conflicts import Resolution
    from fastarch.workflow.session import Mode, Target
    from fastarch.workflow.upgrade import upgrade

    def run() -> Report:
        resolution = Resolution(conflicts, tuple(ours or ()), tuple(theirs or ()))
        mode = Mode(not (dry_run or diff), verify, python)
        return upgrade(Target(app_dir, entry), mode, resolution)

    finish("upgrade", Output(json, diff, dry_run, traceback), run)


@app.command("eject", cls=Command)
def eject_command(
    template: Annotated[
        str, typer.Argument(metavar="TEMPLATE[:BLOCK]", help="Which: router, router:create.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the project's own by today's text.")
    ] = False,
    app_dir: AppOption = None,
    entry: EntryOption = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
    traceback: TracebackOption = False,
) -> None:
    """Copy a template, or one block of it, into the project's .fastarch/templates/."""
    from fastarch.workflow.eject import eject
    from fastarch.workflow.session import Mode, Target

    def run() -> Report:
        return eject(Target(app_dir, entry), Mode(not dry_run), template, force=force)

    finish("eject", Output(json, diff=False, dry_run=dry_run, traceback=traceback), run)


@remove.command("resource", cls=Command)
def remove_resource_command(
    name: Annotated[str, typer.Argument(help="The resource: products.")],
    force: Annotated[
        bool, typer.Option("--force", help="Files that were edited by hand go too.")
    ] = False,
    app_dir: AppOption = None,
    entry: EntryOption = None,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    json: JsonOption = False,
    yes: YesOption = False,
    verify: VerifyOption = False,
    python: PythonOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Take a resource out again; files that were edited by hand are kept and named."""
    from fastarch.workflow.removal import remove_resource
    from fastarch.workflow.session import Mode, Target

    def run() -> Report:
        agree = asker("Take it out?", quiet=yes or json)
        mode = Mode(not (dry_run or diff), verify, python, agree)
        return remove_resource(Target(app_dir, entry), mode, name, force=force)

    finish("remove resource", Output(json, diff, dry_run, traceback), run)


@app.command("undo", cls=Command)
def undo_command(
    app_dir: AppOption = None,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    json: JsonOption = False,
    yes: YesOption = False,
    traceback: TracebackOption = False,
) -> None:
    """Take the last change back."""
    from fastarch.workflow.removal import undo
    from fastarch.workflow.session import Mode, Target

    mode = Mode(not (dry_run or diff), agree=asker("Take it back?", quiet=yes or json))
    output = Output(json, diff, dry_run, traceback)
    finish("undo", output, lambda: undo(Target(app_dir), mode))
