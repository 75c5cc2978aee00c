"""Circular imports are solved, not produced.

A new module cannot import at its top from the module that includes its router: that one is still
being imported. What such a module would need (a ``get_db`` in ``main.py``, a ``Base`` beside it)
decides which code goes into that very module instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from fastarch.discover.profile import AppProfile, Role
from fastarch.plan.guard import asked_in
from fastarch.plan.steps import Home
from fastarch.spec.resource import Guard

# Each layer imports those before it.
_ABOVE: tuple[Role, ...] = ("model", "repository", "service", "router")


def without_cycles(profile: AppProfile, guards: Collection[Guard] = ()) -> AppProfile:
    """The profile with homes that close no circle.

    Code that needs the including module moves into it.

    Args:
        profile: The app.
        guards: What new routers will import to know who is signed in.
    """
    site, session, base = profile.router_site, profile.session, profile.orm.base
    if site is None or session is None or site.local_imports:
        return profile
    including = {site.module}
    if profile.entry is not None:
        including.add(profile.entry.module)
    moved: tuple[Role, ...] = ()
    home = site.at.file
    if base is not None and base.symbol.module in including:
        moved, home = (*_ABOVE, "schema"), base.symbol.at.file
    elif session.symbol.module in including:
        moved, home = ("router",), session.symbol.at.file
    elif any(asked_in(guard) in including for guard in guards) and profile.signed_in is not None:
        moved, home = ("router",), profile.signed_in.asked.at.file
    if not moved:
        return profile
    paths = {**profile.layout.paths, **dict.fromkeys(moved, home)}
    return replace(profile, layout=replace(profile.layout, paths=paths))


def enums_with(profile: AppProfile, homes: Mapping[Role, Home]) -> Role:
    """Whose module defines the enums: the model's, unless that one imports the schema's."""
    model, schema = homes["model"].module, homes["schema"].module
    return "schema" if schema in profile.loads.get(model, ()) else "model"
