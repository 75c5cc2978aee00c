"""The app's own Alembic is content with an evolution: up, check, down, check, up, check."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, create_engine, insert, select

from fastarch.plan.evolution import evolve, render_evolution
from fastarch.plan.migration import render_migration
from fastarch.spec.fields import parse_field
from fastarch.spec.resource import Index, Resource
from tests.plan.evolving import app_of, differences, structure
from tests.plan.test_migration import (
    BADGE,
    BASES,
    ENV,
    EVERYTHING,
    NOW,
    OWNER,
    _id,
    database,
    load_models,
)

__all__ = ["database"]

LATER = replace(
    EVERYTHING,
    fields=tuple(
        map(
            parse_field,
            (
                "title:str=60:was=name:search:sort",
                "sku:str=64:unique",
                "price:decimal=14,3:gt=0:filter:default=0.1",
                "state:enum=draft,live,gone:default=live:was=status",
                "note:text:default=none",
                "stock:bigint:ge=0:server_default=6",
                "views:int:null",
                "at:datetime:null",
                "key:uuid:was=token",
                "data:json:default={}",
                "mail:email:default=me@example.com",
                "home:text:index",
                "tags:list=str:default=[]",
                "label:server_default=some",
                "brand:str=80:index",
                "serial:uuid:unique:default=uuid4",
                "since:date:default=today",
                "holder:ref=owners:was=owner:on=cascade",
                "badge:ref=badges:unique:on=restrict",
                "labels:m2m=badges:via=links",
                "peers:m2m=products:was=friends",
            ),
        )
    ),
    indexes=(Index(("state", "price"), unique=True), Index(("title", "holder"))),
    timestamps=False,
    soft_delete=False,
)


def owned(resource: Resource, key: str) -> Resource:
    return replace(resource, id=key)  # type: ignore[arg-type]


@pytest.mark.parametrize("accent", BASES)
def test_everything_changes(
    accent: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (BADGE, OWNER, EVERYTHING)
    new = (BADGE, OWNER, LATER)
    if accent == "inherits":
        old, new = (tuple(owned(one, "uuid") for one in ones) for ones in (old, new))
    app = app_of(accent)
    (tmp_path / "migrations/versions").mkdir(parents=True)
    (tmp_path / "migrations/env.py").write_text(ENV)
    path, text = render_migration(old, app, NOW)
    (tmp_path / path).write_text(text)
    app = replace(app, alembic=replace(app.alembic, heads=(_id(text),)))  # type: ignore[type-var]
    evolution = evolve(list(zip(old, new, strict=True)), app, backfill={"brand": "none"})
    assert not evolution.unfilled
    path, text = render_evolution(evolution, app, NOW)
    engine = create_engine(database)
    config = Config()
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    before = load_models(accent, old, tmp_path, monkeypatch)
    config.attributes.update(engine=engine, metadata=before)
    command.upgrade(config, "head")
    # Without a convention, SQLite's keys have no names at first.
    names = "convention" in accent or engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        first = structure(connection, names=names)
        keys = put_rows(connection, before, accent)
    (tmp_path / path).write_text(text)
    after = load_models(accent, new, tmp_path, monkeypatch)
    config.attributes["metadata"] = after
    command.upgrade(config, "head")
    with engine.connect() as connection:
        assert differences(connection, after) == []
        require_rows(connection, after, keys)
    command.downgrade(config, "-1")
    with engine.connect() as connection:
        assert differences(connection, before) == []
        assert structure(connection, names=names) == first
        assert len(connection.execute(select(before.tables["products"])).all()) == 1
    command.upgrade(config, "head")
    command.check(config)
    with engine.connect() as connection:
        require_rows(connection, after, keys)
    engine.dispose()


def put_rows(connection: Connection, metadata: MetaData, accent: str) -> dict[str, object]:
    """A product with all that it has."""
    tables = metadata.tables
    made: dict[str, object] = {}
    for name, values in (("badges", {"text": "b"}), ("owners", {"name": "o"})):
        key = uuid4() if accent == "inherits" or name == "owners" else 1
        connection.execute(insert(tables[name]).values(id=key, **values))
        made[name] = key
    made["products"] = uuid4() if accent == "inherits" else 1
    moment = datetime(2026, 1, 31, 13, 30, tzinfo=UTC)
    connection.execute(
        insert(tables["products"]).values(
            id=made["products"],
            name="n" * 100,
            sku="s",
            price=Decimal("9.50"),
            status=tables["products"].c.status.type.python_type("draft"),
            stock=7,
            views=2**31 - 1,
            day=date(2026, 1, 31),
            at=moment,
            token=UUID(int=7),
            data={"a": [1]},
            home="https://example.com",
            tags=["x"],
            owner_id=made["owners"],
            badge_id=made["badges"],
            **{} if accent == "inherits" else {"created_at": moment},
            updated_at=moment,
        )
    )
    pair = {"product_id": made["products"], "badge_id": made["badges"]}
    connection.execute(insert(tables["products_labels"]).values(pair))
    own = {"product_id": made["products"], "related_product_id": made["products"]}
    connection.execute(insert(tables["products_friends"]).values(own))
    return made


def require_rows(connection: Connection, metadata: MetaData, keys: dict[str, object]) -> None:
    """What the product has become."""
    tables = metadata.tables
    (row,) = connection.execute(select(tables["products"])).mappings()
    assert row["id"] == keys["products"]
    assert (row["title"], row["sku"]) == ("n" * 60, "s")
    assert (row["price"], row["stock"], row["views"]) == (Decimal("9.500"), 7, 2**31 - 1)
    assert row["state"] == "draft"
    assert (row["note"], row["mail"], row["brand"]) == ("none", "me@example.com", "none")
    assert row["at"] == datetime(2026, 1, 31, 13, 30, tzinfo=UTC)
    assert row["key"] == UUID(int=7)
    assert (row["data"], row["tags"], row["home"]) == ({"a": [1]}, ["x"], "https://example.com")
    assert row["label"] in ("none", "some")
    assert row["serial"].version == 4
    assert (row["holder_id"], row["badge_id"]) == (keys["owners"], keys["badges"])
    assert connection.execute(select(tables["links"])).all() == [(keys["products"], keys["badges"])]
    assert len(connection.execute(select(tables["products_peers"])).all()) == 1
