"""How the app spells things: names of classes and tables, the id, timestamps, the oldest Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastarch.discover.profile import AppProfile
from fastarch.plan.places import spell
from fastarch.spec.resource import Resource

if TYPE_CHECKING:
    from fastarch.plan.vocabulary import Options


def class_name(resource: Resource, profile: AppProfile) -> str:
    """The model's class."""
    return spell(profile.style.model_class, resource.name)


def table_name(resource: Resource, profile: AppProfile) -> str:
    """The table."""
    return resource.table or spell(profile.style.table, resource.name)


def prefix_of(resource: Resource, options: Options) -> str:
    """The path of the collection below the site's prefix."""
    return options.prefix or resource.prefix or f"/{resource.name.slug}"


def id_type_of(resource: Resource, profile: AppProfile, options: Options) -> str:
    """``int``, ``uuid`` or, where the app's base gives it, ``str``."""
    base = profile.orm.base
    if base is not None and "id" in base.provides and base.id_type is not None:
        return base.id_type
    return options.id or resource.id or profile.id or "int"


def has_timestamps(resource: Resource, profile: AppProfile, options: Options) -> bool:
    """Whether the resource has ``created_at`` and ``updated_at``."""
    asked = options.timestamps if options.timestamps is not None else resource.timestamps
    base = profile.orm.base
    provided = base is not None and ("created_at" in base.provides or bool(base.anew))
    if asked is None:
        with_them = [model for model in profile.orm.models if model.timestamps]
        return provided or len(with_them) * 2 > len(profile.orm.models) > 0
    return asked or provided


def code_style(profile: AppProfile) -> str:
    """Whether services and repositories are classes or functions: one style for both."""
    style, found = profile.style, profile.layout.found
    if "repository" in found and "service" not in found:
        return style.repository
    return style.service
