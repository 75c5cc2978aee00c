"""A database that lives through revisions: made from old specs, evolved to new ones, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, inspect, select, text

from fastarch.discover.profile import AppProfile
from fastarch.plan.evolution import Evolution, evolve, render_evolution
from fastarch.plan.migration import render_migration
from fastarch.plan.settle import settle
from fastarch.spec.read import read_flags
from fastarch.spec.resource import Resource
from tests.plan.test_migration import CONVENTION, NOW, profile

PATTERNS: dict[str, str] = eval(CONVENTION)


def app_of(accent: str) -> AppProfile:
    """A profile in which the naming convention of the accent was read."""
    app = profile(accent)
    base = app.orm.base
    assert base is not None
    patterns = tuple(PATTERNS.items()) if base.naming_convention else ()
    return replace(app, orm=replace(app.orm, base=replace(base, convention=patterns)))


def spec(name: str, *fields: str, **options: Any) -> Resource:
    """A settled resource, from what a person would type."""
    options = {"id": "int", "timestamps": False} | options
    indexes = options.pop("indexes", ())
    return settle(replace(read_flags(name, fields, **options), indexes=indexes), app_of("plain"))


def target_metadata(accent: str) -> MetaData:
    """What an app's ``env.py`` gives to Alembic, without its tables."""
    return MetaData(naming_convention=PATTERNS if "convention" in accent else None)


def run(connection: Connection, accent: str, revision: str, function: str) -> None:
    """Run one function of a revision."""
    names: dict[str, Any] = {}
    exec(compile(revision, "revision.py", "exec"), names)
    options = {"target_metadata": target_metadata(accent)}
    context = MigrationContext.configure(connection, opts=options)
    with Operations.context(context):
        names[function]()


def differences(connection: Connection, metadata: MetaData) -> list[Any]:
    """What ``alembic check`` would say."""
    options = {"compare_type": True, "compare_server_default": True}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    return [one for one in found if "alembic_version" not in str(one)]


def structure(connection: Connection, *, names: bool = True) -> dict[str, object]:
    """All that there is, by table, whatever the order of columns; names of constraints too."""
    found = inspect(connection)
    asked = (
        found.get_multi_foreign_keys, found.get_multi_check_constraints,
        found.get_multi_unique_constraints, found.get_multi_indexes,
        found.get_multi_pk_constraint,
    )  # fmt: skip
    tables: dict[str, list[object]] = {
        table: [_columns(columns)] for (_, table), columns in found.get_multi_columns().items()
    }
    for ask in asked:
        for (_, table), ones in ask().items():
            listed = [ones] if isinstance(ones, dict) else ones
            tables[table].append(sorted(_said(one, names=names) for one in listed))
    return {name: said for name, said in tables.items() if name != "alembic_version"}


def _columns(columns: Iterable[Any]) -> list[tuple[object, ...]]:
    return sorted(
        (one["name"], repr(one["type"]), one["nullable"], (one["default"] or "").strip("()"))
        for one in columns
    )


def _said(one: Any, *, names: bool) -> str:
    kept = ((key, _plain(key, value)) for key, value in one.items() if names or key != "name")
    return repr(sorted(kept))


def _plain(key: str, value: object) -> str:
    # SQLite writes a check anew when a column is renamed.
    return str(value).replace('"', "") if key == "sqltext" else repr(value)


class Life:
    """A database with the tables of some resources."""

    def __init__(self, connection: Connection, accent: str, resources: Sequence[Resource]) -> None:
        self.connection = connection
        self.accent = accent
        self.resources = tuple(resources)
        self.app = app_of(accent)
        run(connection, accent, render_migration(resources, self.app, NOW)[1], "upgrade")

    def insert(self, table: str, *rows: dict[str, Any]) -> None:
        """Put rows in, as the database takes their values."""
        for row in rows:
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            self.connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """The rows of a table in the order of their keys, read as their columns' types."""
        found = Table(table, MetaData(), autoload_with=self.connection)
        query = select(*(found.c[name] for name in columns)).order_by(*found.primary_key.columns)
        return [tuple(row) for row in self.connection.execute(query)]

    def plan(self, *new: Resource, backfill: dict[str, str] | None = None) -> Evolution:
        """What becomes of resources that have another spec now."""
        by_name = {resource.name.many: resource for resource in new}
        pairs = [(old, by_name.get(old.name.many, old)) for old in self.resources]
        return evolve(pairs, self.app, backfill=backfill)

    def up(self, evolution: Evolution) -> str:
        """Upgrade; the text of the revision."""
        revision = render_evolution(evolution, self.app, NOW)[1]
        run(self.connection, self.accent, revision, "upgrade")
        return revision

    def down(self, revision: str) -> None:
        """Downgrade."""
        run(self.connection, self.accent, revision, "downgrade")


@contextmanager
def empty(engine: Engine | None) -> Iterator[Connection]:
    """An empty database: a transaction that is rolled back, or a new SQLite in memory."""
    if engine is None:
        made = create_engine("sqlite://")
        with made.connect() as connection:
            yield connection
        made.dispose()
        return
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def created(
    engine: Engine | None, accent: str, resources: Sequence[Resource], *, names: bool
) -> dict[str, object]:
    """The structure that resources have when they are made anew."""
    with empty(engine) as connection:
        return structure(Life(connection, accent, resources).connection, names=names)
