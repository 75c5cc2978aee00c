"""The one revision of a feature: its tables, columns that others lack, rows to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from fastarch.plan.accent import id_type_of, table_name
from fastarch.plan.feature_models import PREFIX
from fastarch.plan.migration import create_bodies, render_bodies
from fastarch.plan.vocabulary import Options

if TYPE_CHECKING:
    from datetime import datetime

    from fastarch.discover.profile import AppProfile
    from fastarch.plan.feature_models import FeatureModels
    from fastarch.spec.resource import Resource


def feature_revision(
    message: str,
    models: FeatureModels,
    profile: AppProfile,
    now: datetime,
    columns: tuple[str, str] = ("", ""),
    named: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> tuple[str, str]:
    """The path and the text of the revision.

    Args:
        columns: The two functions that add what a model of the app's own lacks, and drop it.
        named: By a model's name in the spec, rows that have a name and nothing else.

    Raises:
        NotUnderstoodError: the app has several heads.
    """
    create, drop = create_bodies(models.resources, profile)
    added, dropped = columns
    inserted = (
        _insert(one, profile, names)
        for one in models.resources
        if (names := named.get(one.name.many.removeprefix(PREFIX)))
    )
    upgrade = "\n".join(part for part in (added, create, *inserted) if part)
    downgrade = "\n".join(part for part in (drop, dropped) if part)
    return render_bodies(profile, message, upgrade, downgrade, now)


def _insert(resource: Resource, profile: AppProfile, names: Sequence[str]) -> str:
    table = table_name(resource, profile)
    kind = id_type_of(resource, profile, Options())
    columns = ['sa.column("name", sa.String())']
    rows = [{"name": name} for name in names]
    if kind != "int":
        key = "sa.Uuid(as_uuid=False)" if kind == "uuid" else "sa.String()"
        columns.insert(0, f'sa.column("id", {key})')
        keys = (str(uuid5(NAMESPACE_URL, f"{table}/{name}")) for name in names)
        rows = [{"id": key, "name": name} for key, name in zip(keys, names, strict=True)]
    return f'op.bulk_insert(sa.table("{table}", {", ".join(columns)}), {rows!r})'
