"""Specs change in real apps: their own Alembic carries it out, over rows that are there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, MetaData, Table, create_engine, insert, make_url, text

from fastarch.discover import discover
from fastarch.discover.project import find_root
from fastarch.plan.accent import table_name
from fastarch.plan.evolution import evolve, render_evolution
from fastarch.plan.settle import settle
from fastarch.spec.read import read_flags
from tests.e2e.apps import BY_NAME
from tests.e2e.project import Project
from tests.services import postgres_database

NOW = datetime(2026, 11, 23, 17, 5, 9)  # noqa: DTZ001 - Alembic's own dates have no zone
BEFORE = (
    "name:str=120:search:sort",
    "sku:str=32:unique",
    "price:decimal=12,2:ge=0:filter",
    "status:enum=draft,live:default=draft:filter",
    "note:text:null",
    "parent:ref=products:null:on=set_null",
)
AFTER = (
    "title:str=120:search:was=name",
    "sku:str=64:unique",
    "price:decimal=14,3:gt=0:filter",
    "status:enum=draft,live,gone:default=draft:filter",
    "brand:str=80:filter",
    "serial:uuid:unique:default=uuid4",
    "origin:ref=products:null:on=cascade:was=parent",
    "peers:m2m=products",
)


@pytest.mark.parametrize(
    ("name", "database"),
    [("library", "postgresql"), ("inventory", "sqlite")],
)
def test_a_changed_spec(name: str, database: str, tmp_path: Path) -> None:
    if database == "sqlite":
        carry_out(name, f"sqlite:///{tmp_path}/app.db", tmp_path)
        return
    with postgres_database() as url:
        carry_out(name, url, tmp_path)


def carry_out(name: str, url: str, folder: Path) -> None:
    project = Project.copy(BY_NAME[name], folder)
    env = project.database(url)
    project.fastarch("new", "resource", "products", *BEFORE)
    project.alembic(env, "upgrade", "head")
    backend = make_url(url).get_backend_name()
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[backend]
    engine = create_engine(make_url(url).set(drivername=driver))
    root = find_root(project.home)
    profile = discover(root)
    table = table_name(read_flags("products", ()), profile)
    put_row(engine, table, project.app.id)
    assert profile.alembic is not None
    versions = root / profile.alembic.versions
    revisions = {path: path.read_bytes() for path in versions.glob("*.py")}
    old, new = (settle(read_flags("products", fields), profile) for fields in (BEFORE, AFTER))
    evolution = evolve([(old, new)], profile, backfill={"brand": "none"})
    assert evolution.losses == ("column products.note is dropped",)
    path, text_ = render_evolution(evolution, profile, NOW)
    # The models of the new spec, over the revisions that were there.
    project.git("checkout", "--quiet", "--", ".")
    project.git("clean", "--quiet", "--force", "-d")
    project.fastarch("new", "resource", "products", *AFTER, "--no-migration")
    for place, content in revisions.items():
        place.write_bytes(content)
    (root / path).write_text(text_)
    project.alembic(env, "upgrade", "head")
    project.alembic(env, "check")
    assert row(engine, table, "title", "sku", "brand") == ("One", "s", "none")
    project.alembic(env, "downgrade", "-1")
    assert row(engine, table, "name", "sku", "note") == ("One", "s", None)
    project.alembic(env, "upgrade", "head")
    project.alembic(env, "check")
    engine.dispose()


def put_row(engine: Engine, table: str, id_type: str) -> None:
    key: object = 1
    if id_type == "uuid":
        key = uuid4().hex if engine.dialect.name == "sqlite" else uuid4()
    now = datetime.now(UTC)
    values = {
        "id": key, "name": "One", "sku": "s", "price": 1, "status": "live", "parent_id": key,
        "created_at": now, "updated_at": now,
    }  # fmt: skip
    with engine.begin() as connection:
        products = Table(table, MetaData(), autoload_with=connection)
        said = {name: value for name, value in values.items() if name in products.c}
        connection.execute(insert(products).values(said))


def row(engine: Engine, table: str, *columns: str) -> tuple[object, ...]:
    """The one row."""
    with engine.connect() as connection:
        query = text(f"SELECT {', '.join(columns)} FROM {table}")
        return tuple(connection.execute(query).one())
