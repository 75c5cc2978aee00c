"""Checks of a resource as a whole."""

from __future__ import annotations

from fastarch.errors import Problem, UsageError
from fastarch.spec.resource import Resource


def check_resource(resource: Resource) -> None:
    """Refuse what its parts do not show.

    Raises:
        UsageError: Duplicates and clashes.
    """
    seen: set[str] = set()
    for field in resource.fields:
        if field.name in seen:
            raise UsageError(
                Problem(f"{resource.name.many}: the field `{field.name}` is there twice")
            )
        seen.add(field.name)
