"""``fastarch new``: a resource, or an app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fastarch.cli.groups import new
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


@new.command("resource", cls=Command)
def new_resource_command(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Its name: products.")] = None,
    fields: Annotated[
        list[str] | None,
        typer.Argument(metavar="FIELD", help="name[:type[=arg,…]][:flag[=value]]…"),
    ] = None,
    spec: Annotated[str | None, typer.Option("--spec", metavar="FILE", help="A YAML spec.")] = None,
    layout: Annotated[
        Literal["auto", "flat", "layered", "feature"],
        typer.Option(help="How to lay the files out."),
    ] = "auto",
    layers: Annotated[
        str,
        typer.Option(metavar="all|fit|LIST", help="Which layers to make; fit: those the app has."),
    ] = "all",
    id_type: Annotated[
        Literal["int", "uuid"] | None, typer.Option("--id", help="Type of the id.")
    ] = None,
    timestamps: Annotated[
        bool | None, typer.Option("--timestamps/--no-timestamps", help="created_at and updated_at.")
    ] = None,
    soft_delete: Annotated[
        bool, typer.Option("--soft-delete", help="Mark rows as deleted.")
    ] = False,
    prefix: Annotated[
        str | None, typer.Option(metavar="PATH", help="URL prefix of the resource.")
    ] = None,
    plural: Annotated[
        str | None, typer.Option(metavar="WORD", help="The plural, where ours is wrong.")
    ] = None,
    no_tests: Annotated[bool, typer.Option("--no-tests", help="Write no tests.")] = False,
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
    """Scaffold a CRUD resource into an existing app.

    Example: fastarch new resource products name:str=120:search:sort price:decimal=12,2:ge=0:filter
    """
    from fastarch import console
    from fastarch.workflow.resource import Request, new_resource
    from fastarch.workflow.session import Mode, Target

    def run() -> Report:
        asked = Request(
            name=name,
            fields=tuple(fields or ()),
            spec=spec,
            layers=layers,
            id=id_type,
            timestamps=timestamps,
            soft_delete=soft_delete,
            prefix=prefix,
            plural=plural,
            tests=not no_tests,
            migration=not no_migration,
        )
        wanted = None if layout == "auto" else layout
        with console.progress(quiet=json) as watch:
            mode = Mode(not (dry_run or diff), verify, python, watch=watch)
            return new_resource(Target(app_dir, entry, wanted), mode, asked)

    finish("new resource", Output(json, diff, dry_run, traceback), run)


@new.command("app", cls=Command)
def new_app_command(
    name: Annotated[str, typer.Argument(help="Its name, and the folder to make.")],
    db: Annotated[
        Literal["sqlite", "postgres"], typer.Option("--db", help="Its database.")
    ] = "sqlite",
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    json: JsonOption = False,
    _yes: YesOption = False,
    traceback: TracebackOption = False,
) -> None:
    """Make a small, well-laid app to start from."""
    from fastarch.workflow.app import new_app
    from fastarch.workflow.session import Mode

    mode = Mode(write=not (dry_run or diff))
    finish("new app", Output(json, diff, dry_run, traceback), lambda: new_app(name, db, mode))
