"""Changed specs are carried out for real: up, compared with tables made anew, down, up again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, create_engine, make_url

from fastarch.spec.resource import Index, Resource
from tests.plan.evolving import Life, created, empty, spec, structure
from tests.services import postgres_database

OWNERS = spec("owner", "name")
USERS = spec("user", "name")
BADGES = spec("badge", "name")
ACCENTS = ("plain", "convention")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine | None]:
    """PostgreSQL, or None for a new SQLite in memory each time."""
    if request.param == "sqlite":
        yield None
        return
    with postgres_database() as url:
        made = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        yield made
        made.dispose()


ROW = {"name": "One", "stock": 5, "price": "9.50", "active": True, "note": "n", "day": "2026-01-31"}

# What each becomes: fields before, fields after, and the backfill.
CHANGES: dict[str, tuple[list[str], list[str], dict[str, str]]] = {
    "nothing": (["name"], ["name"], {}),
    "a column": (["name"], ["name", "note:text:null"], {}),
    "a required column": (["name"], ["name", "brand:str=80"], {"brand": "none: {x} 100 %"}),
    "a column with a default": (["name"], ["name", "stock:int:default=3:ge=0"], {}),
    "a column with a server default": (["name"], ["name", "stock:int:server_default=3"], {}),
    "a unique column": (["name"], ["name", "token:uuid:default=uuid4:unique"], {}),
    "a unique text": (["name"], ["name", "sku:str=32:unique"], {"product.sku": "x"}),
    "an enum": (["name"], ["name", "status:enum=draft,live:default=draft:filter"], {}),
    "a moment": (["name"], ["name", "at:datetime:server_default=now", "then:datetime:default=now", "day:date:default=today", "hour:time:server_default=now"], {}),
    "json": (["name"], ["name", "data:json:default={}", "tags:list=str:default=[]"], {}),
    "everything": (["name"], ["name", "a:bool:default=true", "b:bigint:index:default=1", "c:float:default=1.5", "d:decimal=12,3:default=0.125", "e:bytes", "f:email:default=me@example.com", "g:url:null"], {"e": "x"}),
    "a reference": (["name"], ["name", "owner:ref=owners:null"], {}),
    "a required reference": (["name"], ["name", "owner:ref=owners:on=cascade"], {"owner": "1"}),
    "a unique reference": (["name"], ["name", "owner:ref=owners:unique"], {"owner_id": "1"}),
    "fewer": (["name", "note:text", "stock:int:ge=0:filter", "status:enum=a,b", "sku:str:unique", "owner:ref=owners"], ["name"], {}),
    "another name": (["name:filter", "stock:int:ge=0:default=1"], ["title:filter:was=name", "amount:int:ge=0:was=stock"], {}),
    "another name that is unique": (["name:unique", "status:enum=a,b"], ["title:unique:was=name", "state:enum=a,b:was=status"], {}),
    "another name and type": (["name", "stock:int:index"], ["name", "amount:bigint:index:was=stock"], {}),
    "another name of a reference": (["name", "owner:ref=owners"], ["name", "author:ref=owners:was=owner"], {}),
    "a name that was carried out": (["title:was=name"], ["title:was=name:null"], {}),
    "a larger number": (["stock:int:default=1:server_default=1"], ["stock:bigint:default=1:server_default=2"], {}),
    "a longer text": (["name:str=20"], ["name:str=40"], {}),
    "a shorter text": (["name:str=40"], ["name:str=2"], {}),
    "any text": (["name:str=20:index"], ["name:text:index"], {}),
    "a decimal": (["stock:int"], ["stock:decimal=20,2"], {}),
    "a finer decimal": (["price:decimal=12,2"], ["price:decimal=14,4"], {}),
    "a coarser decimal": (["price:decimal=12,2"], ["price:decimal=8,1"], {}),
    "a whole number": (["price:decimal=12,2"], ["price:int"], {}),
    "words": (["name:str=20"], ["name:enum=One,Two"], {"name": "One"}),
    "longer words": (["name:str=4"], ["name:enum=Fourteen,Fifteen"], {"name": "Fifteen"}),
    "any word": (["name:enum=One,Two:default=Two:server_default=One"], ["name:str=20:server_default=One"], {}),
    "more words": (["name:enum=One,Two"], ["name:enum=One,Two,Fourteen"], {}),
    "fewer words": (["name:enum=One,Fourteen"], ["name:enum=Two,Fourteen:default=Two"], {}),
    "other words": (["name:enum=One,Two"], ["name:enum=Eleven,Twelve:null"], {"name": "Twelve"}),
    "number to text": (["stock:int:server_default=7"], ["stock:str=20:server_default=seven"], {}),
    "text to number": (["name:str=20"], ["name:int:ge=0"], {}),
    "text to decimal": (["name:str=20"], ["name:decimal=8,2"], {}),
    "bool to int": (["active:bool:server_default=true"], ["active:int:server_default=1"], {}),
    "int to bool": (["stock:int"], ["stock:bool"], {}),
    "json to text": (["tags:list=str"], ["tags:text"], {}),
    "day to moment": (["name", "day:date:index"], ["name", "day:datetime:index:default=now"], {}),
    "required": (["note:null"], ["note:default=x"], {}),
    "required by backfill": (["note:text:null"], ["note:text"], {"note": "x"}),
    "not required": (["name"], ["name:null"], {}),
    "a server default": (["stock:int"], ["stock:int:server_default=5"], {}),
    "another server default": (["stock:int:server_default=4"], ["stock:int:server_default=5"], {}),
    "no server default": (["stock:int:server_default=4"], ["stock:int"], {}),
    "another default": (["stock:int:default=4"], ["stock:int:default=5"], {}),
    "unique": (["name:filter"], ["name:filter:unique"], {}),
    "no longer unique": (["name:unique"], ["name"], {}),
    "an index": (["name"], ["name:sort"], {}),
    "no index": (["name:sort:filter"], ["name:search"], {}),
    "an order beside a filter": (["stock:int:filter"], ["stock:int:filter:sort"], {}),
    "an order by another name": (["name:sort"], ["title:sort:was=name"], {}),
    "an order by what is no longer unique": (["name:sort:unique"], ["name:sort"], {}),
    "an order of owners": (["owner:ref=owners"], ["owner:ref=owners:sort"], {}),
    "owners without an index": (["owner:ref=owners"], ["owner:ref=owners:index=false"], {}),
    "owners with an index": (["owner:ref=owners:index=false"], ["owner:ref=owners:index=false:filter"], {}),
    "limits": (["stock:int:ge=0:lt=100"], ["stock:int:ge=1:le=200"], {}),
    "other owners": (["name", "owner:ref=owners:null"], ["name", "owner:ref=users:null"], {}),
    "other required owners": (["name", "owner:ref=owners:unique"], ["name", "owner:ref=users:unique"], {"owner": "1"}),
    "restrict": (["name", "owner:ref=owners:null:on=set_null"], ["name", "owner:ref=owners:on=restrict"], {"owner": "1"}),
    "a number to a reference": (["name", "owner_id:int"], ["name", "owner:ref=owners"], {}),
    "a parent": (["name"], ["name", "parent:ref=products:null:on=set_null"], {}),
    "no parent": (["name", "parent:ref=products:null"], ["name"], {}),
    "badges": (["name"], ["name", "badges:m2m=badges"], {}),
    "no badges": (["name", "badges:m2m=badges"], ["name"], {}),
    "badges by another name": (["name", "badges:m2m=badges"], ["name", "labels:m2m=badges:was=badges"], {}),
    "badges by another table": (["name", "badges:m2m=badges"], ["name", "badges:m2m=badges:via=links"], {}),
    "owners instead of badges": (["name", "badges:m2m=badges"], ["name", "badges:m2m=owners"], {}),
    "badges into a reference": (["name", "owner:m2m=owners"], ["name", "owner:ref=owners:null"], {}),
}  # fmt: skip


def products(*fields: str, **options: object) -> Resource:
    return spec("product", *fields, **options)


def with_rows(life: Life, resource: Resource, rows: int = 2) -> None:
    """Rows in every table, the second with what may be null."""
    for other in life.resources[:-1]:
        life.insert(other.name.many, {"id": 1, "name": "first"}, {"id": 2, "name": "second"})
    for number in range(1, rows + 1):
        row: dict[str, object] = {"id": number}
        for field in resource.columns:
            match field.type:
                case "enum":
                    row[field.name] = field.choices[0]
                case "list":
                    row[field.name] = '["a"]'
                case "bool":
                    row[field.name] = number == 1
                case _ if field.null and number == 2:
                    continue
                case _:
                    row[field.name] = ROW[field.name] if field.name in ROW else str(number)
                    if field.unique:
                        row[field.name] = f"{row[field.name]}{number}"
        for relation in resource.relations:
            if relation.kind == "ref" and relation.target.many != "products":
                row[relation.column] = number
        life.insert("products", row)
        for relation in resource.relations:
            if relation.kind == "m2m":
                pair = {"product_id": number, f"{relation.target.one}_id": number}
                life.insert(f"products_{relation.name}", pair)


@pytest.mark.parametrize("accent", ACCENTS)
def test_names_that_are_too_long(engine: Engine | None, accent: str) -> None:
    """PostgreSQL has room for 63 characters; words of SQL stand in quotes."""
    long = "a_field_that_says_all_about_itself_in_its_name"
    over = (Index((long, "order"), unique=True),)
    old = products(f"{long}:int:ge=0", "order:int:ge=1", indexes=over)
    new = products(f"{long}:bigint:ge=5:filter", "order:str=20")
    wanted = created(engine, accent, (new,), names=True)
    with empty(engine) as connection:
        life = Life(connection, accent, (old,))
        before = structure(connection)
        revision = life.up(life.plan(new))
        assert structure(connection) == wanted
        life.down(revision)
        assert structure(connection) == before


@pytest.mark.parametrize("accent", ACCENTS)
def test_indexes_of_the_first_version(engine: Engine | None, accent: str) -> None:
    """A column to sort by had an index by itself, and every reference had one."""
    fields = ("name:sort", "stock:int:filter", "owner:ref=owners:index=false", "sku:unique:sort")
    new = products(*fields)
    old = replace(new, plain_indexes=True)
    wanted = created(engine, accent, (OWNERS, new), names=True)
    with empty(engine) as connection:
        life = Life(connection, accent, (OWNERS, old))
        before = structure(connection)
        evolution = life.plan(new)
        assert evolution.message == "change products: indexes"
        told = [(type(one).__name__, one.constraint.columns) for one in evolution.operations]
        assert sorted(told) == [
            ("AddConstraint", ("name", "id")),
            ("DropConstraint", ("name",)),
            ("DropConstraint", ("owner_id",)),
        ]
        revision = life.up(evolution)
        assert structure(connection) == wanted
        life.down(revision)
        assert structure(connection) == before


@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize("change", CHANGES)
def test_up_down_up(engine: Engine | None, accent: str, change: str) -> None:
    before, after, backfill = CHANGES[change]
    old, new = products(*before), products(*after)
    # Without a convention, SQLite's keys have no names at first.
    names = accent == "convention" or engine is not None
    others = [
        one for one in (OWNERS, USERS, BADGES) if f"={one.name.many}" in " ".join((*before, *after))
    ]
    had, wanted = (created(engine, accent, (*others, one), names=names) for one in (old, new))
    # One value for all rows can only be unique where there is one row.
    rows = 1 if "unique" in str(after) and (backfill or change == "unique") else 2
    with empty(engine) as connection:
        life = Life(connection, accent, (*others, old))
        with_rows(life, old, rows)
        evolution = life.plan(new, backfill=backfill)
        assert evolution.unfilled == ()
        assert bool(evolution.operations) == (had != wanted)
        if not evolution.operations:
            return
        revision = life.up(evolution)
        assert structure(connection, names=names) == wanted, revision
        assert len(life.rows("products", "id")) == rows
        life.down(revision)
        assert structure(connection, names=names) == had, revision
        assert len(life.rows("products", "id")) == rows
        life.up(evolution)
        assert structure(connection, names=names) == wanted
