"""Fields of what relations refer to, as a record keeps them, and as they are by now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from fastarch.spec.names import Name
from fastarch.spec.resource import Field, Related, Relation, Resource

Kept = Mapping[str, Mapping[str, Any]]
"""By ``customer.name``, what is to be known of the field."""

_Item = TypeVar("_Item", Field, Relation)
# What the type of a filter depends on; anything else of the field may change as it likes.
_PARTS = ("type", "precision", "scale", "null")


def keep(related: Iterable[Related]) -> dict[str, dict[str, Any]]:
    """Fields of related resources as plain data."""
    found: dict[str, dict[str, Any]] = {}
    for one in related:
        said: dict[str, Any] = {part: getattr(one.field, part) for part in _PARTS}
        said |= {"choices": list(one.field.choices), "enum": one.enum}
        if one.enum != "":
            del said["choices"]  # The class has them.
        found[f"{one.relation}.{one.field.name}"] = {
            part: value for part, value in said.items() if value not in (None, [], False)
        }
    return found


def plain(field: Field) -> Field:
    """A field with what a filter by it depends on, and no more."""
    return Field(
        field.name,
        field.type,
        precision=field.precision,
        scale=field.scale,
        null=field.null,
    )


def with_related(resource: Resource, kept: Kept) -> Resource:
    """The resource with the fields that are kept, in the order of its relations.

    Those of relations that it has no more are left out.
    """
    places = {one.name: number for number, one in enumerate(resource.relations)}
    found = [_load(name, said) for name, said in kept.items()]
    there = [one for one in found if one.relation in places]
    there.sort(key=lambda one: (places[one.relation], one.field.name))
    return replace(resource, related=tuple(there))


def followed(
    resource: Resource, kept: Kept, fields_of: Callable[[Name], tuple[Field, ...] | None]
) -> dict[str, dict[str, Any]]:
    """What is kept, as relations and the others' fields are by now; what is no more is left out.

    Args:
        fields_of: The fields that a related resource's spec has; None where it has none.
    """
    found: list[Related] = []
    for name, said in kept.items():
        one = _load(name, said)
        relation = _now(resource.relations, one.relation)
        if relation is None:
            continue
        one = replace(one, relation=relation.name)
        fields = fields_of(relation.target)
        if fields is not None:
            field = _now(fields, one.field.name)
            if field is None or field.hidden or field.writeonly:
                continue
            one = replace(one, field=plain(field))
        found.append(one)
    return keep(found)


def _load(name: str, said: Mapping[str, Any]) -> Related:
    relation, _, field = name.partition(".")
    parts = {part: value for part, value in said.items() if part in _PARTS}
    return Related(
        relation,
        Field(field, **parts, choices=tuple(said.get("choices", ()))),
        said.get("enum"),
    )


def _now(items: Iterable[_Item], name: str) -> _Item | None:
    """What was called so, by whatever name today."""
    items = tuple(items)
    same = next((one for one in items if one.name == name), None)
    return same or next((one for one in items if one.was == name), None)
