"""``fastarch advise``: read endpoints, report what makes them slow, and mend what can be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.discover.advice import advise as read_advice
from fastarch.discover.advice_study import Finding
from fastarch.errors import FastarchError
from fastarch.records import dataclass
from fastarch.report import Report
from fastarch.workflow.pagination import Request, add_pagination
from fastarch.workflow.session import Mode, Target, find_root

if TYPE_CHECKING:
    from fastarch.change.draft import Change

COMMAND = "advise"


@dataclass(frozen=True, slots=True)
class Advice:
    """What came of ``advise``: what is (still) to be done, and what was."""

    findings: tuple[Finding, ...]
    report: Report


def advise(target: Target, asked: str | None, *, fix: bool = False) -> Advice:
    """Report what makes endpoints slow.

    Args:
        target: The app.
        asked: Which endpoints: a resource, an operation or ``FILE:FUNCTION``; None for all.
        fix: Put pages on lists without a limit, each as a command of its own that ``undo`` takes
            back.

    Raises:
        UsageError: There is no such endpoint, or several could be meant.
        NotUnderstoodError: There is no FastAPI app.
    """
    root = find_root(target)
    findings = read_advice(root, asked, target.entry)
    if not (fix and any(one.fix for one in findings)):
        report = Report(COMMAND, "unchanged", summary=_summary(findings), root=root)
        return Advice(findings, report)
    changes: dict[str, Change] = {}
    dependencies: list[str] = []
    notices: list[str] = []
    for one in findings:
        if one.fix is None:
            continue
        by_offset = one.fix.endswith("--by offset")
        request = Request(one.endpoint, by="offset" if by_offset else "cursor")
        try:
            done = add_pagination(target, Mode(), request)
        except FastarchError as error:
            notices += [f"{one.endpoint} is as it was. {each.message}" for each in error.problems]
            continue
        notices += done.notices
        dependencies += done.dependencies
        for change in done.changes:
            # Of a file that several commands change, the first one knows what it was.
            first = changes.get(change.path)
            changes[change.path] = replace(change, before=first.before) if first else change
    left = read_advice(root, asked, target.entry)
    report = Report(
        COMMAND,
        "applied" if changes else "unchanged",
        tuple(changes.values()),
        tuple(dict.fromkeys(dependencies)),
        tuple(dict.fromkeys(notices)),
        summary=_summary(left),
        root=root,
    )
    return Advice(left, report)


def _summary(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "Nothing to advise."
    count = len(findings)
    return f"{count} finding{'s' if count > 1 else ''}."
