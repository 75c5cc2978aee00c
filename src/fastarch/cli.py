"""Typer declarations only: parse, call one workflow, exit with its code.

Workflows and the console are imported when a command runs, so that ``--help`` costs little more
than Typer.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fastarch.command import Command, Group
from fastarch.records import dataclass

if TYPE_CHECKING:
    from types import TracebackType

    from fastarch.report import Report
    from fastarch.spec.flagging import Flag

# As shells have it: 128 and the signal's number.
PIPE_CLOSED = 141
INTERRUPTED = 130

app = typer.Typer(
    name="fastarch",
    cls=Group,
    help="Write resources and features into the FastAPI app that you already have.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
new = typer.Typer(
    help="Scaffold a resource into an app, or a small app to start from.",
    cls=Group,
    no_args_is_help=True,
)
add = typer.Typer(
    help="Add a feature: to a resource, or to code written by hand.",
    cls=Group,
    no_args_is_help=True,
)
remove = typer.Typer(help="Take something out again.", cls=Group, no_args_is_help=True)
app.add_typer(new, name="new")
app.add_typer(add, name="add")
app.add_typer(remove, name="remove")

AppOption = Annotated[
    Path | None, typer.Option("--app", help="The project's root (default: the nearest one above).")
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
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Never ask.")]
VerifyOption = Annotated[
    bool, typer.Option("--verify", help="Import the app before and after; roll back if it broke.")
]
PythonOption = Annotated[
    str | None, typer.Option("--python", help="The project's interpreter, for --verify.")
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
        app(prog_name="fastarch")
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

    _finish("new resource", Output(json, diff, dry_run, traceback), run)


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
    _finish("new app", Output(json, diff, dry_run, traceback), lambda: new_app(name, db, mode))


@add.command("pagination", cls=Command)
def add_pagination_command(
    target: Annotated[
        str,
        typer.Argument(metavar="TARGET", help='users, "GET /users" or FILE:FUNCTION.'),
    ],
    by: Annotated[
        Literal["cursor", "offset"], typer.Option("--by", help="How a page is asked for.")
    ] = "cursor",
    body: Annotated[
        Literal["list", "envelope"] | None,
        typer.Option("--body", help="What answers look like (default: as they are)."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", help="Rows of a page, if not asked.")
    ] = None,
    maximum: Annotated[
        int | None, typer.Option("--max", metavar="N", help="Rows of a page at most.")
    ] = None,
    total: Annotated[bool, typer.Option("--total", help="Count all rows, too.")] = False,
    no_migration: Annotated[
        bool, typer.Option("--no-migration", help="Write no revision for an index.")
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
    """Put pages on a collection, also on one that somebody wrote by hand.

    Example: fastarch add pagination users --total
    """
    from fastarch.workflow.pagination import Request, add_pagination
    from fastarch.workflow.session import Mode, Target

    def run() -> Report:
        asked = Request(target, by, body, limit, maximum, total, not no_migration)
        mode = Mode(not (dry_run or diff), verify, python)
        return add_pagination(Target(app_dir, entry), mode, asked)

    _finish("add pagination", Output(json, diff, dry_run, traceback), run)


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

    _guard("inspect", Output(json, diff=False, dry_run=False, traceback=traceback), run)


@app.command("advise", cls=Command)
def advise_command(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TARGET", help='users, "GET /users" or FILE:FUNCTION (default: all endpoints).'
        ),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Put pages on lists without a limit; nothing else.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 5 if there are findings.")] = False,
    app_dir: AppOption = None,
    entry: EntryOption = None,
    json: JsonOption = False,
    traceback: TracebackOption = False,
) -> None:
    """Find what makes endpoints slow: lists without a limit, N+1, missing indexes and more.

    Example: fastarch advise users --fix
    """
    from fastarch import console
    from fastarch.errors import OutOfStepError
    from fastarch.workflow.advising import advise
    from fastarch.workflow.session import Target

    def run() -> None:
        advice = advise(Target(app_dir, entry), target, fix=fix)
        if json:
            console.show_json(console.advice_json(advice.report, advice.findings))
        else:
            console.show_findings(advice.findings)
            console.show_report(advice.report)
        if strict and advice.findings:
            sys.stdout.flush()
            raise typer.Exit(OutOfStepError.exit_code)

    _guard("advise", Output(json, diff=False, dry_run=False, traceback=traceback), run)


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
    _finish("adopt", output, lambda: adopt(Target(app_dir, entry), mode, asked))


@app.command("schema", cls=Command)
def schema_command() -> None:
    """Print the JSON Schema of a spec, for editors."""
    from fastarch import console
    from fastarch.workflow.inspection import schema

    console.show_json(schema())


@add.command("filtering", cls=Command)
def add_filtering_command(
    name: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help='The collection: users, "GET /users" or FILE:FUNCTION.'
        ),
    ],
    fields: Annotated[
        str | None, typer.Option(metavar="A,B", help="Fields to filter by (default: all that can).")
    ] = None,
    search: Annotated[
        str | None, typer.Option(metavar="C,D", help="Text fields that ?q= looks into.")
    ] = None,
    no_migration: Annotated[
        bool, typer.Option("--no-migration", help="Write no revision for indexes.")
    ] = False,
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
    """Let clients narrow a list: ?status=live&price__ge=10&q=text.

    Example: fastarch add filtering products --fields status,price --search name
    """
    asked: dict[Flag, list[str]] = {}
    if fields is not None or search is None:
        asked["filter"] = _words(fields)
    if search is not None:
        asked["search"] = _words(search)

    def run() -> Report:
        from fastarch.workflow.conflicts import Resolution
        from fastarch.workflow.narrowing import add_narrowing
        from fastarch.workflow.session import Mode, Target
        from fastarch.workflow.sync import Request

        resolution = Resolution(conflicts, tuple(ours or ()), tuple(theirs or ()))
        mode = Mode(not (dry_run or diff), verify, python)
        request = Request(resolution=resolution, migration=not no_migration)
        return add_narrowing(Target(app_dir, entry), mode, "filtering", name, asked, request)

    _finish("add filtering", Output(json, diff, dry_run, traceback), run)


@add.command("sorting", cls=Command)
def add_sorting_command(
    name: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help='The collection: users, "GET /users" or FILE:FUNCTION.'
        ),
    ],
    fields: Annotated[
        str | None, typer.Option(metavar="A,B", help="Fields to sort by (default: all that can).")
    ] = None,
    no_migration: Annotated[
        bool, typer.Option("--no-migration", help="Write no revision for indexes.")
    ] = False,
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
    """Let clients order a list: ?sort=-price,name.

    Example: fastarch add sorting products --fields price,name
    """
    asked: dict[Flag, list[str]] = {"sort": _words(fields)}

    def run() -> Report:
        from fastarch.workflow.conflicts import Resolution
        from fastarch.workflow.narrowing import add_narrowing
        from fastarch.workflow.session import Mode, Target
        from fastarch.workflow.sync import Request

        resolution = Resolution(conflicts, tuple(ours or ()), tuple(theirs or ()))
        mode = Mode(not (dry_run or diff), verify, python)
        request = Request(resolution=resolution, migration=not no_migration)
        return add_narrowing(Target(app_dir, entry), mode, "sorting", name, asked, request)

    _finish("add sorting", Output(json, diff, dry_run, traceback), run)


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
        agree = _asker("Take it out?", quiet=yes or json)
        mode = Mode(not (dry_run or diff), verify, python, agree)
        return remove_resource(Target(app_dir, entry), mode, name, force=force)

    _finish("remove resource", Output(json, diff, dry_run, traceback), run)


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
    _finish("check", output, lambda: check(Target(app_dir)))


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

    _finish("sync", Output(json, diff, dry_run, traceback), run)


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

    _finish("upgrade", Output(json, diff, dry_run, traceback), run)


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

    _finish("eject", Output(json, diff=False, dry_run=dry_run, traceback=traceback), run)


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

    mode = Mode(not (dry_run or diff), agree=_asker("Take it back?", quiet=yes or json))
    output = Output(json, diff, dry_run, traceback)
    _finish("undo", output, lambda: undo(Target(app_dir), mode))


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def _asker(question: str, *, quiet: bool) -> Callable[[Report], bool]:
    """Ask on a terminal, with the plan shown; without one, or where told so, the answer is yes."""
    if quiet or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return lambda _report: True
    from fastarch import console

    def ask(report: Report) -> bool:
        console.show_report(report)
        return console.confirm(question)

    return ask


def _finish(command: str, output: Output, run: Callable[[], Report]) -> None:
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

    _guard(command, output, show)


def _guard(command: str, output: Output, run: Callable[[], None]) -> None:
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
