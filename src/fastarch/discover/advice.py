"""``fastarch advise``: what makes endpoints slow, as far as it can surely be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fastarch.discover.advice_blocking import blocking
from fastarch.discover.advice_indexes import unindexed
from fastarch.discover.advice_lists import counts, unbounded
from fastarch.discover.advice_relations import row_by_row
from fastarch.discover.advice_responses import missing
from fastarch.discover.advice_rows import whole_rows
from fastarch.discover.advice_study import Finding, Study, study
from fastarch.discover.app import find_app
from fastarch.discover.discovery import read
from fastarch.discover.hints import read_project
from fastarch.discover.index import ModuleIndex
from fastarch.discover.operations import Operation, choose, operations, related
from fastarch.discover.scan import scan

RULES: tuple[Callable[[Study], Iterator[Finding]], ...] = (
    unbounded,
    row_by_row,
    unindexed,
    blocking,
    missing,
    whole_rows,
    counts,
)


def advise(root: Path, target: str | None = None, entry: str | None = None) -> tuple[Finding, ...]:
    """Read endpoints, and report what makes them slow.

    Args:
        root: The project's root.
        target: A resource, an operation or ``FILE:FUNCTION``; None for all endpoints.
        entry: ``FILE:NAME`` of the FastAPI instance, where there are several.

    Raises:
        UsageError: The target is no endpoint, or may be several.
        NotUnderstoodError: There is no FastAPI app.
    """
    reading = read(root, entry=entry)
    plain = ModuleIndex(root, root)
    seen = scan(plain)
    found = find_app(plain, read_project(root), seen, entry)
    assert found is not None, "the profile was read from this app"
    every = operations(found, seen)
    chosen = every if target is None else _chosen(every, target)
    entities = {
        (one.definition.module.file, one.definition.name): one for one in reading.models.entities
    }
    results: dict[tuple[str, str, int, str], Finding] = {}
    known: set[tuple[str, int]] = set()
    for operation, labels in _endpoints(chosen):
        under = study(found, operation, labels, reading.profile, entities, known)
        for rule in RULES:
            for one in rule(under):
                # Code that several endpoints share is reported once.
                results.setdefault((one.code, one.file, one.line, one.hint), one)
    return tuple(sorted(results.values(), key=lambda one: (one.file, one.line, one.code)))


def _chosen(every: Sequence[Operation], target: str) -> Sequence[Operation]:
    return related(every, target) or [choose(every, target)]


def _endpoints(chosen: Sequence[Operation]) -> Iterator[tuple[Operation, tuple[str, ...]]]:
    """Each function once, with all its operations."""
    by_place: dict[tuple[str, int], list[Operation]] = defaultdict(list)
    for one in chosen:
        by_place[one.module.file, one.node.lineno].append(one)
    for group in by_place.values():
        yield group[0], tuple(dict.fromkeys(one.label for one in group))
