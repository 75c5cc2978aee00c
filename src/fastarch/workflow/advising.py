"""``fastarch advise``: read endpoints, report what makes them slow, and mend what can be."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.change.scratch import temporary_folder
from fastarch.discover.advice import advise as read_advice
from fastarch.discover.advice_mends import Loading
from fastarch.discover.advice_study import Finding
from fastarch.discover.index import SKIPPED
from fastarch.discover.tableindexes import Index
from fastarch.errors import FastarchError
from fastarch.plan.closing import upgrade
from fastarch.records import dataclass
from fastarch.report import Report
from fastarch.workflow import carry
from fastarch.workflow.pagination import Request, add_pagination
from fastarch.workflow.session import Mode, Target, at_work, find_root, read_app

if TYPE_CHECKING:
    from fastarch.change.draft import Change
    from fastarch.discover.profile import AppProfile
    from fastarch.plan.parts import Part

COMMAND = "advise"
_HIDDEN_BUT_READ = frozenset({".fastarch"})


@dataclass(frozen=True, slots=True)
class Advice:
    """What came of ``advise``: what is (still) to be done, and what was."""

    findings: tuple[Finding, ...]
    report: Report


@dataclass(frozen=True, slots=True)
class Fixing:
    """What ``--fix`` may write.

    Args:
        migration: Revisions for indexes.
        tests: Tests of endpoints that get pages.
    """

    migration: bool = True
    tests: bool = True


def advise(
    target: Target,
    asked: str | None,
    *,
    fix: bool = False,
    mode: Mode | None = None,
    fixing: Fixing | None = None,
) -> Advice:
    """Report what makes endpoints slow.

    Args:
        target: The app.
        asked: Which endpoints: a resource, an operation or ``FILE:FUNCTION``; None for all.
        fix: Change what can be: pages on lists without a limit, indexes, relations that queries
            load; each as a command of its own that ``undo`` takes back.
        mode: Whether to write; else the changes are made in a copy of the project and shown.
        fixing: What may be written.

    Raises:
        UsageError: There is no such endpoint, or several could be meant.
        NotUnderstoodError: There is no FastAPI app.
    """
    root = find_root(target)
    findings = read_advice(root, asked, target.entry)
    if not (fix and any(one.fix for one in findings)):
        report = Report(COMMAND, "unchanged", summary=_summary(findings), root=root)
        return Advice(findings, report)
    if mode is None or mode.write:
        return _mended(root, target, asked, findings, fixing or Fixing())
    with temporary_folder() as folder:
        copy = Path(folder) / root.name
        shutil.copytree(root, copy, ignore=_not_read, symlinks=True)
        there = replace(target, app=copy)
        report = _mended(copy, there, asked, findings, fixing or Fixing()).report
    if report.changes:
        report = replace(report, status="planned")
    summary = f"{_summary(findings)[:-1]}, {carry.count_of(report.changes)}."
    return Advice(findings, replace(report, root=root, summary=summary))


def _not_read(_folder: str, names: list[str]) -> set[str]:
    """What decides nothing: environments, caches, version control."""
    hidden = {name for name in names if name.startswith(".") and name not in _HIDDEN_BUT_READ}
    return hidden | SKIPPED.intersection(names)


def _mended(
    root: Path, target: Target, asked: str | None, findings: Sequence[Finding], fixing: Fixing
) -> Advice:
    made = _Made({}, [], [], [])
    for one in findings:
        if one.fix is not None and one.mend is None:
            made.attempt(one.endpoint, lambda one=one: _add_pages(target, one, fixing))  # type: ignore[misc]
    left = read_advice(root, asked, target.entry)
    for label, plan in _plans(left, fixing):
        made.attempt(label, lambda plan=plan: _carry_out(target, plan))  # type: ignore[misc]
    left = read_advice(root, asked, target.entry)
    return Advice(
        left,
        Report(
            COMMAND,
            "applied" if made.changes else "unchanged",
            tuple(made.changes.values()),
            tuple(dict.fromkeys(made.dependencies)),
            tuple(dict.fromkeys(made.notices)),
            tuple(dict.fromkeys(made.next_steps)),
            summary=_summary(left),
            root=root,
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """What several commands have done."""

    changes: dict[str, Change]
    dependencies: list[str]
    notices: list[str]
    next_steps: list[str]

    def attempt(self, label: str, command: Callable[[], Report]) -> None:
        """Run a command; where it is refused, what it was for stays as it is."""
        try:
            done = command()
        except FastarchError as error:
            said = (f"{label} is as it was. {each.message}" for each in error.problems)
            self.notices.extend(said)
            return
        self.notices.extend(done.notices)
        self.dependencies.extend(done.dependencies)
        self.next_steps.extend(step for step in done.next_steps if "alembic" in step)
        for change in done.changes:
            # Of a file that several commands change, the first one knows what it was.
            first = self.changes.get(change.path)
            self.changes[change.path] = replace(change, before=first.before) if first else change


def _add_pages(target: Target, finding: Finding, fixing: Fixing) -> Report:
    by_offset = finding.fix is not None and finding.fix.endswith("--by offset")
    request = Request(
        finding.endpoint,
        by="offset" if by_offset else "cursor",
        migration=fixing.migration,
        tests=fixing.tests,
    )
    return add_pagination(target, Mode(), request)


_Plan = Callable[["AppProfile", str], "tuple[Part, ...]"]


def _plans(findings: Sequence[Finding], fixing: Fixing) -> Iterator[tuple[str, _Plan]]:
    """The changes to plan: the options of each query, then all indexes at once."""
    from fastarch.plan.advice_mends import plan_indexes, plan_loading

    loads: dict[tuple[str, str, str], list[Loading]] = {}
    labels: dict[tuple[str, str, str], str] = {}
    indexes: dict[str, Index] = {}
    for one in findings:
        if isinstance(one.mend, Loading):
            key = (one.mend.file, one.mend.function, one.mend.root)
            labels.setdefault(key, one.endpoint)
            if one.mend not in loads.setdefault(key, []):
                loads[key].append(one.mend)
        elif isinstance(one.mend, Index):
            indexes[one.mend.name] = one.mend
    for key, own in loads.items():
        yield (
            labels[key],
            lambda profile, name, own=own: plan_loading(own, profile, name),  # type: ignore[misc]
        )
    if indexes:
        wanted = tuple(indexes.values())
        tables = ", ".join(dict.fromkeys(one.table for one in wanted))

        def plan(profile: AppProfile, name: str) -> tuple[Part, ...]:
            now = datetime.now(UTC)
            return plan_indexes(wanted, profile, name, now, migration=fixing.migration)

        yield tables, plan


def _carry_out(target: Target, plan: _Plan) -> Report:
    root, mode = find_root(target), Mode()
    with at_work(root, mode) as told:
        draft = Draft(root)
        profile = read_app(root, target)
        parts = plan(profile, _free_name(draft))
        drafted, notices = carry.draft(parts, draft, profile.formatting)
        revisions = tuple(
            path for part in parts if part.kind == "migration" for path in carry.written(part)
        )
        steps = (upgrade(profile),) if revisions else ()
        report = Report(COMMAND, "planned", notices=(*told, *notices), next_steps=steps)
        carry.keep_books(
            parts,
            drafted,
            draft,
            f"{COMMAND} --fix",
            options={},
            specs={},
            source=None,
            revisions=revisions,
        )
        return carry.finish(draft, report, mode)


def _free_name(draft: Draft) -> str:
    """A name for the record of one change."""
    names = (f"{COMMAND}-{number}" for number in range(1, 10_000))
    return next(name for name in names if state.load(draft, "feature", name) is None)


def _summary(findings: Sequence[Finding]) -> str:
    if not findings:
        return "Nothing to advise."
    count = len(findings)
    return f"{count} finding{'s' if count > 1 else ''}."
