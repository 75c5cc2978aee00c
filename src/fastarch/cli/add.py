"""``fastarch add``: features for a collection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fastarch.cli.groups import add
from fastarch.cli.options import (
    AppOption,
    ConflictsOption,
    DiffOption,
    DryRunOption,
    EntryOption,
    JsonOption,
    NoTestsOption,
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
    from fastarch.spec.flagging import Flag


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
    no_tests: NoTestsOption = False,
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
        asked = Request(target, by, body, limit, maximum, total, not no_migration, not no_tests)
        mode = Mode(not (dry_run or diff), verify, python)
        return add_pagination(Target(app_dir, entry), mode, asked)

    finish("add pagination", Output(json, diff, dry_run, traceback), run)


@add.command("filtering", cls=Command)
def add_filtering_command(
    name: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help='The collection: users, "GET /users" or FILE:FUNCTION.'
        ),
    ],
    fields: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="Fields to filter by, also customer.name (default: all of its own that can).",
        ),
    ] = None,
    search: Annotated[
        str | None, typer.Option(metavar="C,D", help="Text fields that ?q= looks into.")
    ] = None,
    no_tests: NoTestsOption = False,
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
        asked["filter"] = words(fields)
    if search is not None:
        asked["search"] = words(search)

    def run() -> Report:
        from fastarch.workflow.conflicts import Resolution
        from fastarch.workflow.narrowing import add_narrowing
        from fastarch.workflow.session import Mode, Target
        from fastarch.workflow.sync import Request

        resolution = Resolution(conflicts, tuple(ours or ()), tuple(theirs or ()))
        mode = Mode(not (dry_run or diff), verify, python)
        request = Request(resolution=resolution, migration=not no_migration)
        where = Target(app_dir, entry)
        return add_narrowing(where, mode, "filtering", name, asked, request, tests=not no_tests)

    finish("add filtering", Output(json, diff, dry_run, traceback), run)


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
    no_tests: NoTestsOption = False,
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
    asked: dict[Flag, list[str]] = {"sort": words(fields)}

    def run() -> Report:
        from fastarch.workflow.conflicts import Resolution
        from fastarch.workflow.narrowing import add_narrowing
        from fastarch.workflow.session import Mode, Target
        from fastarch.workflow.sync import Request

        resolution = Resolution(conflicts, tuple(ours or ()), tuple(theirs or ()))
        mode = Mode(not (dry_run or diff), verify, python)
        request = Request(resolution=resolution, migration=not no_migration)
        where = Target(app_dir, entry)
        return add_narrowing(where, mode, "sorting", name, asked, request, tests=not no_tests)

    finish("add sorting", Output(json, diff, dry_run, traceback), run)


def words(text: str | None) -> list[str]:
    """The words of a list with commas."""
    return [word.strip() for word in (text or "").split(",") if word.strip()]
