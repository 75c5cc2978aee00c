"""Which imports are of the app's own code, and stand in a group of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastarch.discover.profile import AppProfile


def local_modules(profile: AppProfile, modules: Iterable[str | None] = ()) -> frozenset[str]:
    """The top-level names that imports of the app's own code begin with.

    Args:
        modules: Dotted names of further modules of the app's; empty ones are left out.
    """
    every = [*_told(profile), *modules]
    return profile.local_modules | {name.partition(".")[0] for name in every if name}


def _told(profile: AppProfile) -> Iterator[str]:
    """Modules of what the profile knows: the same plan may bring them along."""
    if profile.session is not None:
        yield from (profile.session.symbol.module, profile.session.provider.module)
    if profile.settings is not None:
        yield profile.settings.symbol.module
    base = profile.orm.base
    if base is not None and not base.symbol.module.startswith("sqlmodel"):
        yield base.symbol.module
    yield from (model.symbol.module for model in profile.orm.models)
