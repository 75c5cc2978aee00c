"""The one revision of a feature: its tables, columns that others lack, rows to begin with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from fastarch.plan.accent import id_type_of
from fastarch.plan.feature_models import PREFIX
from fastarch.plan.migration import create_bodies, render_bodies
from fastarch.plan.tables import tables_of
from fastarch.plan.vocabulary import Options

if TYPE_CHECKING:
    from datetime import datetime

    from fastarch.discover.profile import AppProfile
    from fastarch.plan.feature_models import FeatureModels
    from fastarch.plan.tables import Table
    from fastarch.spec.resource import Resource

_MOMENT = re.compile(r'sa\.Column\("(\w+)", sa\.DateTime\(.*nullable=False')


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
    siblings = {one.name.many: one for one in models.resources}
    inserted = (
        _insert(one, next(tables_of(one, siblings, profile)), profile, names)
        for one in models.resources
        if (names := named.get(one.name.many.removeprefix(PREFIX)))
    )
    upgrade = "\n".join(part for part in (added, create, *inserted) if part)
    downgrade = "\n".join(part for part in (drop, dropped) if part)
    return render_bodies(profile, message, upgrade, downgrade, now)


def _insert(resource: Resource, table: Table, profile: AppProfile, names: Sequence[str]) -> str:
    """Rows with a name: the key, where the database makes none, and the time go with it."""
    columns = ['sa.column("name", sa.String())']
    rows = [f'"name": {name!r}' for name in names]
    kind = id_type_of(resource, profile, Options())
    if kind != "int":
        key = "sa.Uuid(as_uuid=False)" if kind == "uuid" else "sa.String()"
        columns.insert(0, f'sa.column("id", {key})')
        keys = (str(uuid5(NAMESPACE_URL, f"{table.name}/{name}")) for name in names)
        rows = [f'"id": {key!r}, {row}' for key, row in zip(keys, rows, strict=True)]
    for moment in _moments(table):
        columns.append(f'sa.column("{moment}", sa.DateTime(timezone=True))')
        rows = [f'{row}, "{moment}": sa.func.now()' for row in rows]
    values = ", ".join(f"{{{row}}}" for row in rows)
    made = f'sa.table("{table.name}", {", ".join(columns)})'
    return f"op.execute(sa.insert({made}).values([{values}]))"


def _moments(table: Table) -> Iterator[str]:
    """The columns of a table for a time that the database does not fill in."""
    for item in table.items:
        match = _MOMENT.match(item)
        if match and "server_default" not in item:
            yield match[1]
