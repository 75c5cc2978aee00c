"""What differs between adopted models and the specs that they were adopted with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.errors import NotUnderstoodError, Problem
from fastarch.workflow.adopted_names import carried_out
from fastarch.workflow.adoption import find, read, refresh
from fastarch.workflow.session import Target

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import Record
    from fastarch.discover.discovery import Reading
    from fastarch.spec.resource import Resource


def drifts(records: Iterable[Record], draft: Draft) -> Iterator[Problem]:
    """A problem for each adopted resource whose model has changed by hand since.

    Raises:
        UsageError: the app cannot be told from others, and so for NotUnderstoodError.
    """
    readings: dict[str | None, Reading] = {}
    for record in records:
        if record.options.get("adopted"):
            entry = record.options.get("entry")
            if entry not in readings:
                readings[entry] = read(draft.root, Target(draft.root, entry))
            yield from _drift(readings[entry], record, draft)


def _drift(reading: Reading, record: Record, draft: Draft) -> Iterator[Problem]:
    from fastarch.discover.named_models import model_at

    place = str(record.options.get("model"))
    entity = model_at(reading, place)
    if entity is None:
        hint = f"adopt it from its new place, or: fastarch remove resource {record.name}"
        message = f"The model of {record.name}, {place}, is not there any more."
        yield Problem(message, file=place.rpartition(":")[0], hint=hint)
        return
    kept = carried_out(record)
    try:
        found = find(reading, entity, draft)
    except NotUnderstoodError as error:
        yield from error.problems
        return
    now, _ = refresh(found.adoption.resource, kept)
    told = ", ".join(_differences(kept, now))
    if told:
        at = entity.definition.place
        message = f"The model of {record.name} is not what its spec says: {told}."
        yield Problem(message, at.file, at.line, hint=f"fastarch adopt {place}")


def _differences(kept: Resource, now: Resource) -> Iterator[str]:
    from fastarch.spec.dump import short_form

    before = {field.name: short_form(field) for field in kept.fields}
    after = {field.name: short_form(field) for field in now.fields}
    for name, form in after.items():
        if name not in before:
            yield f"`{name}` is new"
        elif before[name] != form:
            yield f"`{name}` is {form}, no longer {before[name]}"
    yield from (f"`{name}` is gone" for name in before if name not in after)
    if replace(kept, fields=()) != replace(now, fields=()):
        yield "its options or indexes differ"
