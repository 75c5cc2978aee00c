"""Flags put on fields of a resource that is there: ``filter``, ``sort`` and ``search``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from fastarch.errors import Problem, UsageError
from fastarch.spec.check import check_resource
from fastarch.spec.place import one_of
from fastarch.spec.resource import Field, Relation, Resource
from fastarch.spec.vocabulary import FLAGS

Flag = Literal["filter", "sort", "search"]


def with_flags(resource: Resource, flags: Mapping[str, Iterable[str]]) -> Resource:
    """The resource with further flags.

    Args:
        flags: By flag, the names of fields; those that are no more are left out.
    """
    wanted = {flag: frozenset(names) for flag, names in flags.items()}
    return replace(resource, fields=tuple(_flagged(one, wanted) for one in resource.fields))


def followed_flags(resource: Resource, flags: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Flags by the names that fields have today."""
    names = {one.name for one in resource.fields}
    now = {one.was: one.name for one in resource.fields if one.was and one.was not in names}
    return {flag: [now.get(name, name) for name in said] for flag, said in flags.items()}


def require_fields(resource: Resource, flag: Flag, names: Iterable[str]) -> tuple[str, ...]:
    """The names of fields that a flag is to be put on, each once.

    Args:
        names: As typed; a relation by its name or its column's.

    Raises:
        UsageError: there is no such field, or the flag makes no sense for it.
    """
    by_name = {one.name: one for one in resource.fields}
    by_name |= {one.column: one for one in resource.relations if one.kind == "ref"}
    able = tuple(candidates(resource, flag))
    found = []
    for name in names:
        one = by_name.get(name)
        if one is None:
            message = f"{resource.name.many} has no field {name!r}."
            raise UsageError(Problem(message, hint=one_of(name, able)))
        if one.name not in able:
            message = f"{resource.name.many}.{name} cannot have the flag `{flag}`."
            raise UsageError(Problem(message, hint=f"there are {', '.join(able) or 'none'}"))
        found.append(one.name)
    flagged = with_flags(resource, {flag: found})
    check_resource(flagged)
    return tuple(dict.fromkeys(found))


def candidates(resource: Resource, flag: Flag) -> Iterable[str]:
    """The fields that a flag makes sense for, and that clients see."""
    for one in resource.fields:
        kind = one.kind if isinstance(one, Relation) else one.type
        shown = isinstance(one, Relation) or not (one.hidden or one.writeonly)
        if shown and kind in FLAGS[flag].types:
            yield one.name


def flagged(resource: Resource, flag: Flag) -> tuple[str, ...]:
    """The fields that have a flag."""
    return tuple(one.name for one in resource.fields if getattr(one, flag, False))


def _flagged(one: Field | Relation, wanted: Mapping[str, frozenset[str]]) -> Field | Relation:
    on: dict[str, Any] = {
        flag: True for flag, names in wanted.items() if one.name in names and hasattr(one, flag)
    }
    return replace(one, **on)
