"""The one revision of the ``auth`` feature: its tables, what users lack, roles to begin with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from fastarch.plan.accent import id_type_of, table_name
from fastarch.plan.migration import create_bodies, render_bodies
from fastarch.plan.vocabulary import Options

if TYPE_CHECKING:
    from datetime import datetime

    from fastarch.discover.profile import AppProfile
    from fastarch.spec.resource import Resource

MESSAGE = "create tables for sign-in"


def auth_revision(
    resources: Sequence[Resource],
    profile: AppProfile,
    now: datetime,
    columns: tuple[str, str],
    roles: Sequence[str],
) -> tuple[str, str]:
    """The path and the text of the revision.

    Args:
        resources: What is created, what is referred to first.
        columns: The two functions that add what the app's own user model lacks, and drop it.
        roles: Names of roles to begin with.

    Raises:
        NotUnderstoodError: the app has several heads.
    """
    create, drop = create_bodies(resources, profile)
    added, dropped = columns
    inserted = _insert(resources, profile, roles)
    upgrade = "\n".join(part for part in (added, create, *inserted) if part)
    downgrade = "\n".join(part for part in (drop, dropped) if part)
    return render_bodies(profile, MESSAGE, upgrade, downgrade, now)


def _insert(
    resources: Sequence[Resource], profile: AppProfile, roles: Sequence[str]
) -> Iterator[str]:
    if not roles:
        return
    role = next(one for one in resources if one.name.many.endswith("roles"))
    table = table_name(role, profile)
    kind = id_type_of(role, profile, Options())
    columns = ['sa.column("name", sa.String())']
    rows = [{"name": name} for name in roles]
    if kind != "int":
        key = "sa.Uuid(as_uuid=False)" if kind == "uuid" else "sa.String()"
        columns.insert(0, f'sa.column("id", {key})')
        keys = (str(uuid5(NAMESPACE_URL, f"{table}/{name}")) for name in roles)
        rows = [{"id": key, "name": name} for key, name in zip(keys, roles, strict=True)]
    yield f'op.bulk_insert(sa.table("{table}", {", ".join(columns)}), {rows!r})'
