"""Bodies of tests that do not clash under indexes which are unique together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastarch.plan.samples import samples
from fastarch.spec.resource import Field, Relation, Resource

BODIES = 3


def made(relation: Relation, shared: dict[str, Any]) -> bool:
    """Whether tests make the row that is referred to."""
    target = shared["targets"].get(relation.name)
    return not relation.readonly and target is not None and not target.self_reference


def together(
    resource: Resource, inputs: Sequence[Field], parents: Sequence[Relation]
) -> tuple[list[tuple[str, ...]], set[str]]:
    """Columns that are unique together, and the references that must differ from row to row."""
    columns = {r.name: r.column for r in resource.relations}
    found = [
        tuple(columns.get(name, name) for name in index.fields)
        for index in resource.indexes
        if index.unique
    ]
    telling = {f.name for f in inputs if len(set(map(repr, samples(f)[:BODIES]))) == BODIES}
    varied = {r.column for r in parents if r.unique}
    for names in found:
        if not (telling | varied) & set(names):
            varied.update([r.column for r in parents if r.column in names][:1])
    return found, varied


def apart(bodies: list[dict[str, Any]], indexes: Sequence[tuple[str, ...]]) -> list[dict[str, Any]]:
    """The bodies before the first that clashes with another."""
    for number, body in enumerate(bodies):
        for names in indexes:
            key = [body.get(name) for name in names]
            if any([other.get(name) for name in names] == key for other in bodies[:number]):
                return bodies[:number]
    return bodies
