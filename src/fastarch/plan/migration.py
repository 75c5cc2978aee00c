"""The migration of resources: one Alembic revision from the spec; nothing is imported or run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from fastarch.discover.database_facts import Alembic
from fastarch.discover.profile import AppProfile
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.render import render
from fastarch.plan.revision import Revision, render_revision
from fastarch.plan.tables import Table, tables_of
from fastarch.plan.targets import dependency_order
from fastarch.spec.resource import Resource

_NEEDS = ("import sqlalchemy as sa", "from alembic import op")
_NAMED = 3


def render_migration(
    resources: Iterable[Resource], profile: AppProfile, now: datetime
) -> tuple[str, str]:
    """The path and the text of the revision that creates the tables of resources.

    Names of constraints and indexes come about as in the models: by the naming convention that
    Alembic takes from the metadata, or by the name that the model says.

    Raises:
        NotUnderstoodError: the app has no Alembic, or several heads.
        UsageError: a relation refers to what is not there.
    """
    made = dependency_order(resources)
    upgrade, downgrade = create_bodies(made, profile)
    message = f"create {listing([resource.name.humans for resource in made])}"
    return render_bodies(profile, message, upgrade, downgrade, now)


def create_bodies(resources: Sequence[Resource], profile: AppProfile) -> tuple[str, str]:
    """The two functions of a revision that creates the tables, what is referred to first.

    Raises:
        UsageError: a relation refers to what is not there.
    """
    tables = _tables(resources, profile)
    return _create(tables), _drop(tables)


def render_drop(
    resources: Iterable[Resource], profile: AppProfile, now: datetime
) -> tuple[str, str]:
    """The path and the text of the revision that drops the tables; downgrading creates them again.

    Raises:
        NotUnderstoodError: the app has no Alembic, or several heads.
        UsageError: a relation refers to what is not there.
    """
    made = dependency_order(resources)
    tables = _tables(made, profile)
    message = f"drop {listing([resource.name.humans for resource in made])}"
    return render_bodies(profile, message, _drop(tables), _create(tables), now)


def _tables(resources: Sequence[Resource], profile: AppProfile) -> tuple[Table, ...]:
    """All tables, what is referred to first; association tables come after both of their sides."""
    names: Mapping[str, Resource] = {resource.name.many: resource for resource in resources}
    order = list(names)
    own = [
        table
        for position, one in enumerate(resources)
        for table in tables_of(one, names, profile, order[position + 1 :])
    ]
    return (
        *(table for table in own if not table.association),
        *(table for table in own if table.association),
    )


def _create(tables: Sequence[Table]) -> str:
    return render("resource/migration.py.jinja", {"tables": tables}).strip()


def _drop(tables: Sequence[Table]) -> str:
    return render("resource/migration_drop.py.jinja", {"tables": tables}).strip()


def render_bodies(
    profile: AppProfile,
    message: str,
    upgrade: str,
    downgrade: str,
    now: datetime,
    needs: tuple[str, ...] = (),
) -> tuple[str, str]:
    """The path and the text of the revision that has these two functions.

    Args:
        needs: Lines of imports besides SQLAlchemy's and Alembic's.

    Raises:
        NotUnderstoodError: the app has no Alembic, or several heads.
    """
    alembic = _alembic(profile)
    own = render("database/script.py.mako.jinja", {})
    used = (one for one in _NEEDS if f"{one.rpartition(' ')[2]}." in upgrade + downgrade)
    revision = Revision(message, upgrade, downgrade, (*needs, *used))
    return render_revision(alembic, revision, now, alembic.template or own, own)


def _alembic(profile: AppProfile) -> Alembic:
    if profile.alembic is None:
        raise NotUnderstoodError(Problem("The app has no Alembic to add a revision to."))
    return profile.alembic


def listing(names: Sequence[str]) -> str:
    """``customers, orders and products``; the number of further ones where there are many."""
    if len(names) > _NAMED:
        return f"{names[0]} and {len(names) - 1} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
