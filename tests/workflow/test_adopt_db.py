"""``adopt --from-db``: tables of a real database, with and without a model in the app."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from fastarch.cli import app
from fastarch.verify.reflection import hidden
from tests.services import postgres_database
from tests.workflow.shop import enter, run, run_json, tree

ORDERS = """
    create table users (id integer primary key, email varchar(320) not null unique);
    create table orders (
        id integer primary key,
        number varchar(20) not null,
        total numeric(10, 2) not null default 0 check (total >= 0),
        status varchar(9) not null default 'new' check (status in ('new', 'it''s')),
        user_id integer not null references users (id) on delete cascade,
        data json default '{}',
        flag boolean not null default 1,
        "class" text,
        created_at datetime not null default CURRENT_TIMESTAMP,
        updated_at datetime not null default CURRENT_TIMESTAMP,
        unique (user_id, number)
    );
    create index ix_orders_status_total on orders (status, total);
    create index part on orders (number) where total > 3;
    create table pairs (a int, b int, primary key (a, b));
    create table keyless (a int);
"""
SPEC = """\
version: 1
resource: orders
table: orders
id: int
timestamps: true
fields:
  number: str=20
  total: decimal=10,2:server_default=0:ge=0
  status: "enum=new,it's:server_default=new"
  user: ref=users:index=false:on=cascade
  data: "json:null:server_default={}"
  flag: bool:server_default=true
indexes:
  - {fields: [user, number], unique: true}
  - {fields: [status, total]}
"""
POSTGRES = """
    create type mood as enum ('sad', 'ok');
    create table customers (id uuid primary key default gen_random_uuid(), email text);
    create table orders (
        id bigserial primary key,
        number varchar(20) not null,
        total numeric(10, 2) not null default 0 check (total >= 0 and total <= 1000),
        status varchar(9) not null default 'new' check (status in ('new', 'it''s')),
        mood mood default 'ok',
        tags text[] not null default '{}',
        customer_id uuid references customers (id) on delete set null,
        data jsonb default '{}'::jsonb,
        flag boolean not null default true,
        price double precision,
        naive timestamp,
        due date default current_date,
        address inet,
        shown text generated always as (number || 'x') stored,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default CURRENT_TIMESTAMP,
        unique (customer_id, number)
    );
    comment on column orders.number is 'as printed';
    comment on table orders is 'What was bought';
    create index ix_orders_status_total on orders (status, total);
    create index low on orders (lower(number));
    create schema shop;
    create table shop.things (id int primary key, name text);
"""
POSTGRES_SPEC = """\
version: 1
resource: orders
table: orders
id: int
timestamps: true
doc: "What was bought"
fields:
  number: "str=20:doc=as printed"
  total: decimal=10,2:server_default=0:ge=0:le=1000
  status: "enum=new,it's:server_default=new"
  mood: enum=sad,ok:null:server_default=ok
  tags: "list=text:server_default=[]"
  customer: ref=customers:null:index=false:on=set_null
  data: "json:null:server_default={}"
  flag: bool:server_default=true
  price: float:null
  naive: datetime:null
  due: date:null:server_default=today
indexes:
  - {fields: [customer, number], unique: true}
  - {fields: [status, total]}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app, which has a model of users, beside an SQLite database."""
    root = enter(monkeypatch, tmp_path / "shop")
    with sqlite3.connect(root / "old.db") as connection:
        connection.executescript(ORDERS)
    connection.close()
    return root


def adopt(*words: str, url: str = "sqlite:///old.db", code: int = 0) -> tuple[str, str]:
    done = run("adopt", "--from-db", url, "--python", sys.executable, *words, code=code)
    return done.stdout, done.stderr


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"])
def test_a_table_without_a_model_becomes_a_spec(root: Path, driver: str) -> None:
    before = tree(root)
    said, _ = adopt("--table", "orders", url=f"{driver}:///old.db")

    assert (root / "orders.yaml").read_text() == SPEC
    assert "fastarch new resource --spec orders.yaml --no-migration" in said
    assert (
        "Column `class` is left out: the field name `class` cannot be used: it is a keyword" in said
    )
    assert "A spec cannot say the index part." in said
    assert "Nothing to do" in adopt("--table", "orders", url=f"{driver}:///old.db")[0]
    run("undo")
    assert tree(root) == before


def test_a_key_of_its_own_kind_and_a_reference_to_itself(root: Path) -> None:
    with sqlite3.connect(root / "old.db") as connection:
        connection.executescript(
            "create table nodes (code varchar(9) primary key, parent_id varchar(9) references nodes"
            " (code), seen datetime, at time)"
        )
    connection.close()
    said, _ = adopt("--table", "nodes")
    assert "parent: ref=nodes:null:index=false" in (root / "nodes.yaml").read_text()
    assert "will look for a column `id`: the table has `code`." in said
    assert "`code` is a text, which no spec asks for" in said
    assert "the app has no model" not in said
    assert "time zone" not in said  # SQLite knows of none


def test_the_spec_makes_the_code(root: Path) -> None:
    adopt("--table", "orders")
    run("new", "resource", "--spec", "orders.yaml", "--no-migration")
    assert '__tablename__ = "orders"' in (root / "app/models/order.py").read_text()
    assert "in step" in run("check").stdout


def test_where_the_spec_goes(root: Path) -> None:
    adopt("--table", "orders", "--to", "specs/mine.yaml")
    assert (root / "specs/mine.yaml").read_text() == SPEC
    (root / "orders.yaml").write_text("mine\n")
    _, told = adopt("--table", "orders", code=4)
    assert "There is a file already" in told
    assert (root / "orders.yaml").read_text() == "mine\n"
    _, told = adopt("--table", "orders", "--to", "../out.yaml", code=2)
    assert "outside of the project" in told


def test_a_dry_run_writes_nothing(root: Path) -> None:
    before = tree(root)
    words = (
        "adopt",
        "--from-db",
        "sqlite:///old.db",
        "--table",
        "orders",
        "--python",
        sys.executable,
    )
    document = run_json(*words, "--dry-run")
    assert document["status"] == "planned"
    assert [change["path"] for change in document["changes"]] == ["orders.yaml"]
    assert "+resource: orders" in run(*words, "--diff").stdout
    assert tree(root) == before


def test_a_table_with_a_model_is_that_model(root: Path) -> None:
    said, _ = adopt("--table", "users")
    assert "users is adopted from app/models/user.py:User" in said
    assert not (root / "users.yaml").exists()
    assert "in step" in run("check").stdout
    _, told = adopt("--table", "users", "--to", "x.yaml", code=2)
    assert "The app has a model of users, User" in told


def test_where_model_and_database_differ(root: Path) -> None:
    model = root / "app/models/user.py"
    text = model.read_text().replace(
        "email: Mapped[str]",
        "email: Mapped[str | None] = mapped_column(String(99))\n    age: Mapped[int]",
    )
    model.write_text("from sqlalchemy import String\n" + text)
    with sqlite3.connect(root / "old.db") as connection:
        connection.execute("alter table users add column note text")
    connection.close()
    said, _ = adopt("--table", "users")
    assert "Column `email` is required in the database; by the model, it may be null." in said
    assert "Column `email` holds 320 characters in the database, 99 by the model." in said
    assert "The database has a column `note`, which the model has not." in said
    assert "The model has a column `age`, which the database has not." in said
    assert "in step" in run("check").stdout  # the model is what `check` compares with


@pytest.mark.parametrize(
    ("words", "url", "code", "told"),
    [
        ((), "sqlite:///old.db", 2, "keyless\n  orders\n  pairs\n  users"),
        (("--table", "order"), "sqlite:///old.db", 2, "did you mean orders?"),
        (("--table", "pairs"), "sqlite:///old.db", 3, "a key of several columns (a, b)"),
        (("--table", "keyless"), "sqlite:///old.db", 3, "has no primary key"),
        (("--table", "x"), "sqlite:///none.db", 2, "there is no database file none.db"),
        (("--table", "x"), "nonsense", 2, "--from-db: Could not parse"),
        (("--table", "x"), "foo://host/x", 2, "foo"),
        (("--table", "x"), "postgresql+psycopg://u@127.0.0.1:1/x", 3, "The database cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(
    root: Path, words: tuple[str, ...], url: str, code: int, told: str
) -> None:
    before = tree(root)
    said, error = adopt(*words, url=url, code=code)
    assert told in error
    assert said == ""
    assert tree(root) == before


def test_an_interpreter_without_sqlalchemy(root: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    python.chmod(0o755)
    words = ("--from-db", "sqlite:///old.db", "--table", "users", "--python", str(python))
    assert "has no SQLAlchemy" in run("adopt", *words, code=3).stderr


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://u:hush%40hush@127.0.0.1:1/x",
        "postgresql+psycopg://u:hush@hush@127.0.0.1:1/x",
        "postgresql+asyncpg://u:hush@127.0.0.1:1/x",
        "postgresql+psycopg://127.0.0.1:1/x?password=hush",
        "hush://u:hush@host/x",
        "postgresql://u:hush@host:port/x",
        "u:hush@host",
    ],
)
def test_a_password_is_in_no_message(root: Path, url: str) -> None:
    words = ["adopt", "--from-db", url, "--table", "x", "--python", sys.executable]
    result = CliRunner().invoke(app, [*words, "--json", "--traceback"])
    assert result.exit_code in (2, 3)
    assert "hush" not in result.output.replace("dialects:hush", "")
    assert not any(b"hush" in text for path, text in tree(root).items())


def test_pieces_of_a_password_are_hidden_too() -> None:
    url = "postgresql://u:a@b%20c@host/x"
    assert hidden("no host b%20c@host", url) == "no host ***@host"
    assert hidden("wrong: a@b c", url) == "wrong: ***"


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The URL of a database with tables; its driver is left out."""
    with postgres_database() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(POSTGRES)
        yield url


@pytest.mark.parametrize("driver", ["postgresql", "postgresql+asyncpg", "postgresql+psycopg", "postgres", "postgresql+psycopg2"])  # fmt: skip
def test_postgresql(root: Path, postgres: str, driver: str) -> None:
    """By a driver that is installed, whichever is named."""
    url = postgres.replace("postgresql://", f"{driver}://")
    said, _ = adopt("--table", "orders", url=url)

    assert (root / "orders.yaml").read_text() == POSTGRES_SPEC
    for told in (
        "Column `naive` has no time zone",
        "Column `tags` is an array of the database",
        "Column `mood` is an enum of the database",
        "Column `address` has the type INET",
        "Column `shown` is computed by the database, which a spec cannot say; it is left out.",
        "Column `customer_id` refers to customers, of which the app has no model.",
        "A spec cannot say the index low.",
    ):
        assert told in said


def test_a_schema_of_postgresql(root: Path, postgres: str) -> None:
    said, _ = adopt("--table", "shop.things", url=postgres)
    assert "A spec cannot say the schema shop." in said
    assert "table: things" in (root / "things.yaml").read_text()
