"""Everything a person sees: plan, tree, diff, report, error; and the JSON of a change.

Talk goes to stdout, or to stderr where stdout belongs to ``--json`` or ``--diff``. Rich decides on
colour: none with NO_COLOR or TERM=dumb. Without a terminal there is nothing to decide, and Rich is
not even imported: that takes as long as to plan a resource.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from fastarch.change.draft import Change
    from fastarch.discover.advice_study import Finding
    from fastarch.errors import FastarchError
    from fastarch.report import Report

    _Folder = dict[str, "_Folder | Change"]

BOOKKEEPING = ".fastarch/"
LONG_WORK = 8
PIPE_WIDTH = 1000

_STYLES = {"create": "green", "edit": "yellow", "delete": "red"}
_GUIDES = ("├── ", "└── ", "│   ", "    ")
_ASCII_GUIDES = ("+-- ", "`-- ", "|   ", "    ")
_MARKS = {"create": "+", "edit": "~", "delete": "-"}


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def _say(*pieces: str | tuple[str, str], stderr: bool = False) -> None:
    """Print one line in pieces: text as it is, or text with a style for the terminal."""
    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty() or os.environ.get("FORCE_COLOR"):
        from rich.text import Text

        _console(stderr=stderr).print(Text.assemble(*pieces))
    else:
        texts = (piece if isinstance(piece, str) else piece[0] for piece in pieces)
        stream.write("".join(texts) + "\n")


def _table_width() -> int | None:
    """A table that nobody looks at in a terminal is as wide as it needs to be."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH


def shown(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that concern the user: bookkeeping is left out."""
    return tuple(change for change in changes if not change.path.startswith(BOOKKEEPING))


def show_report(report: Report, *, stderr: bool = False) -> None:
    """Print the plan as a tree, the notices, the summary and the next commands."""
    changes = shown(report.changes)
    if changes:
        _print_tree(report, changes, stderr=stderr)
    for notice in report.notices:
        _say(("note ", "cyan"), notice, stderr=stderr)
    if report.summary:
        _say((report.summary, "bold"), stderr=stderr)
    if report.next_steps:
        _say("Next:", stderr=stderr)
        for step in report.next_steps:
            _say((f"  {step}", "cyan"), stderr=stderr)


def _print_tree(report: Report, changes: tuple[Change, ...], *, stderr: bool) -> None:
    """Print folders and files with their guides; a line is as long as it is, also into a pipe."""
    from fastarch.change.diff import count

    title = "Plan" if report.status == "planned" else "Done"
    _say(f"{title}: {report.command}", stderr=stderr)
    tree: _Folder = {}
    for change in changes:
        *parents, name = change.path.split("/")
        folder = tree
        for part in parents:
            folder = folder.setdefault(f"{part}/", {})  # type: ignore[assignment]
        folder[name] = change
    encoding = (sys.stderr if stderr else sys.stdout).encoding or ""
    guides = _GUIDES if encoding.lower().startswith("utf") else _ASCII_GUIDES
    for lead, name, made in _lines(tree, guides, ""):
        if made is None:
            _say((lead + name, "dim"), stderr=stderr)
            continue
        added, removed = count(made)
        figures = [f"+{added}"] if added else []
        figures += [f"-{removed}"] if removed else []
        text = " ".join([made.action, *figures])
        marked = f"{_MARKS[made.action]} {name}"
        mark = (marked, _STYLES[made.action])
        _say((lead, "dim"), mark, (f"  {text}", "dim"), stderr=stderr)


def _lines(
    folder: _Folder, guides: tuple[str, str, str, str], lead: str
) -> Iterator[tuple[str, str, Change | None]]:
    branch, last, down, blank = guides
    for number, (name, inside) in enumerate(sorted(folder.items()), 1):
        at_end = number == len(folder)
        if isinstance(inside, dict):
            yield lead + (last if at_end else branch), name, None
            yield from _lines(inside, guides, lead + (blank if at_end else down))
        else:
            yield lead + (last if at_end else branch), name, inside


def show_diff(report: Report) -> None:
    """Print the changes as a unified diff: byte for byte into a pipe, coloured on a terminal."""
    from fastarch.change.diff import git_prefix, unified

    prefix = git_prefix(report.root) if report.root else ""
    diff = unified(shown(report.changes), prefix).encode("utf-8", "surrogateescape")
    if sys.stdout.isatty() and not _console().no_color:
        from rich.syntax import Syntax

        _console().print(Syntax(diff.decode(errors="replace"), "diff", background_color="default"))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(diff)
    sys.stdout.buffer.flush()


def show_json(document: dict[str, Any]) -> None:
    """Print one JSON object on stdout."""
    narrow = not (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=narrow) + "\n")


def report_json(report: Report) -> dict[str, Any]:
    """The JSON of a change, as documented."""
    from fastarch.change.diff import count

    changes = []
    for change in shown(report.changes):
        added, removed = count(change)
        changes.append(
            {"path": change.path, "action": change.action, "added": added, "removed": removed}
        )
    return _document(report.command, report.status, changes, report.dependencies, report.notices)


def advice_json(report: Report, findings: Iterable[Finding]) -> dict[str, Any]:
    """The JSON of ``advise``: that of a change, and what was found."""
    told = ("code", "endpoint", "file", "line", "message", "hint", "fix")
    found = [{name: getattr(one, name) for name in told} for one in findings]
    return {**report_json(report), "findings": found}


def error_json(command: str, error: FastarchError) -> dict[str, Any]:
    """The JSON of a command that was refused."""
    problems = [asdict(problem) for problem in error.problems]
    return {**_document(command, error.status, [], (), ()), "errors": problems}


def _document(
    command: str,
    status: str,
    changes: list[dict[str, Any]],
    dependencies: tuple[str, ...],
    notices: tuple[str, ...],
) -> dict[str, Any]:
    return {
        "command": command,
        "status": status,
        "changes": changes,
        "dependencies": list(dependencies),
        "notices": list(notices),
        "errors": [],
    }


def show_error(error: FastarchError) -> None:
    """Print what is wrong, where and how to mend it, on stderr."""
    for problem in error.problems:
        where = f"{problem.where}: " if problem.file else ""
        _say(("error ", "bold red"), (where, "bold"), problem.message, stderr=True)
        if problem.hint:
            indented = problem.hint.replace("\n", "\n  ")
            head = "hint  " if "\n" not in indented else "hint\n  "
            _say((head, "cyan"), indented, stderr=True)


def show_defect(error: BaseException, *, traceback: bool) -> None:
    """Print a defect of fastarch itself; the traceback only on request."""
    _say(
        ("defect ", "bold red"),
        f"fastarch failed: {type(error).__name__}: {error}. Nothing was left half-made. ",
        "Please report it" + ("." if traceback else " with the output of --traceback."),
        stderr=True,
    )
    if traceback:
        import traceback as stack

        stack.print_exception(error)


def show_facts(rows: Iterable[tuple[str, str, str, str]]) -> None:
    """Print what was found as a table: fact, value, evidence, reason."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("fact", "found", "where", "why"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(highlight=False, width=_table_width()).print(table)


def show_findings(findings: Iterable[Finding]) -> None:
    """Print what was found in endpoints: where, what, why and the remedy."""
    for one in findings:
        _say((f"{one.file}:{one.line}", "bold"), "  ", (one.code, "yellow"), f"  {one.endpoint}")
        _say(f"  {one.message}")
        if one.fix is None or one.mend is not None:
            _say(("  hint  ", "cyan"), one.hint)
        if one.fix is not None:
            _say(("  fix   ", "cyan"), one.fix)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr, when work is long and somebody watches.

    Yields:
        What to call before each piece of work: its name, its number from 0, how many there are.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _name, _number, _total: None
        return
    from rich.progress import Progress

    bar = Progress(console=_console(stderr=True), transient=True)
    task = bar.add_task("")

    def watch(name: str, number: int, total: int) -> None:
        if total >= LONG_WORK:
            bar.start()
            bar.update(task, description=name, completed=number, total=total)

    try:
        yield watch
    finally:
        bar.stop()


def confirm(question: str) -> bool:
    """Ask a yes/no question on the terminal."""
    try:
        answer = input(f"{question} [y/N] ")
    except EOFError:
        return False
    return answer.strip().lower() in {"y", "yes"}
