"""The resources and features that fastarch has made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.errors import Problem, UsageError
from fastarch.plan.edition import edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastarch.change.draft import Draft


def resources(draft: Draft) -> tuple[state.Record, ...]:
    """The records of all resources, by name."""
    return tuple(record for record in state.records(draft) if record.kind == "resource")


def find(draft: Draft, name: str) -> state.Record:
    """The record of the resource that a name means, in any usual spelling.

    Raises:
        UsageError: There is none; the hint has those that there are.
    """
    from fastarch.spec.names import parse_name

    wanted = parse_name(name)
    for spelling in (wanted.many, wanted.one, name):
        record = state.load(draft, "resource", spelling)
        if record is not None:
            return record
    known = [record.name for record in resources(draft)]
    hint = f"fastarch made: {', '.join(known)}" if known else "fastarch has made no resource here"
    raise UsageError(Problem(f"There is no resource {wanted.many} of fastarch's.", hint=hint))


def choose(draft: Draft, names: Iterable[str]) -> tuple[state.Record, ...]:
    """The resources that are named, each once; all of them where none is.

    Raises:
        UsageError: There is no such resource.
    """
    found = {record.name: record for record in (find(draft, name) for name in names)}
    return tuple(found.values()) or resources(draft)


def outdated_features(draft: Draft) -> Iterator[state.Record]:
    """The features that were made from other templates than today's."""
    for record in state.records(draft):
        made_from = record.options.get("templates")
        if record.kind == "feature" and made_from and made_from != edition(record.name, draft):
            yield record
