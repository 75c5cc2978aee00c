"""Settle what a spec leaves to the app: id, timestamps. The result says everything itself."""

from __future__ import annotations

from dataclasses import replace

from fastarch.discover.profile import AppProfile
from fastarch.errors import Problem, UsageError
from fastarch.spec.check import check_against_base
from fastarch.spec.resource import Resource


def settle(resource: Resource, profile: AppProfile) -> Resource:
    """Fill in id and timestamps as the app's other models have them.

    Raises:
        UsageError: the spec asks for another id than the app's base class gives, or for a field
            that every model has from it.
    """
    base = profile.orm.base
    check_against_base(resource, base.provides if base else ())
    given = base.id_type if base else None
    if resource.id and given and resource.id != given:
        symbol = base.symbol if base else None
        raise UsageError(
            Problem(
                f"{resource.name.many}: the id is to be {resource.id}, but the app's base class "
                f"already gives every model an {given} id.",
                file=symbol.at.file if symbol else None,
                line=symbol.at.line if symbol else None,
                hint="leave --id out",
            )
        )
    timestamps = resource.timestamps
    if timestamps is None:
        models = profile.orm.models
        timestamps = not models or any(model.timestamps for model in models)
    return replace(resource, id=resource.id or given or profile.id or "int", timestamps=timestamps)
