"""Tests of the API of reviews."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, Integer, Table, create_engine, event, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from database import get_db
from main import app
from models import Product, Review

URL = "/reviews/"
UNKNOWN_ID = "999999"


def table_of(model: Any) -> Table:
    """The table of a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def needed_tables() -> list[Table]:
    """The table of reviews and all that it refers to."""
    found: list[Table] = []
    open_tables = [table_of(Review)]
    while open_tables:
        table = open_tables.pop()
        if table not in found:
            found.append(table)
            open_tables += [key.column.table for key in table.foreign_keys]
    return found


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    """A database of the test's own."""
    engine = create_engine(f"sqlite:///{tmp_path / 'test.db'}", poolclass=NullPool)
    event.listen(engine, "connect", prepare)
    table_of(Review).metadata.create_all(engine, tables=needed_tables())
    yield engine
    engine.dispose()


@pytest.fixture
def client(database: Engine) -> Iterator[TestClient]:
    """A client of the app, whose sessions use the test's database."""
    engine = create_engine(database.url, poolclass=NullPool)
    event.listen(engine, "connect", prepare)
    sessions = sessionmaker(engine, class_=Session, expire_on_commit=True)

    def session() -> Iterator[Session]:
        with sessions() as session:
            yield session

    before = dict(app.dependency_overrides)
    app.dependency_overrides[get_db] = session
    yield TestClient(app)
    app.dependency_overrides.clear()
    app.dependency_overrides.update(before)


def prepare(connection: Any, _: Any) -> None:
    """Have SQLite enforce foreign keys, and not wait for the disk."""
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def counting() -> Iterator[list[str]]:
    """The SQL statements that are sent meanwhile."""
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def make_row(database: Engine, table: Table, **values: Any) -> Any:
    """Add a row with made-up values and give its id."""
    for column in table.columns:
        if column.name in values:
            continue
        numbered = column.primary_key and isinstance(column.type, Integer)
        if column.foreign_keys and not column.nullable:
            values[column.name] = make_row(
                database, next(iter(column.foreign_keys)).column.table
            )
        elif not (
            column.nullable or numbered or column.default or column.server_default
        ):
            values[column.name] = made_up(column.type)
    with database.begin() as connection:
        key = connection.execute(insert(table).values(values)).inserted_primary_key
    assert key is not None
    return key[0]


def made_up(kind: Any) -> Any:
    """A value of a column's type."""
    kind = getattr(kind, "impl_instance", kind)
    enumerated = getattr(kind, "enum_class", None) or getattr(kind, "enums", None)
    if enumerated:
        return next(iter(enumerated))
    unique = uuid4().hex
    values: dict[type, Any] = {
        str: unique[: getattr(kind, "length", None) or 32],
        datetime: datetime.fromisoformat("2026-01-31T08:30:00+00:00"),
        date: date(2026, 1, 31),
        time: time(8, 30),
        UUID: UUID(unique),
        bytes: unique.encode(),
        dict: {},
        list: [],
    }
    return values.get(kind.python_type, 1)


@pytest.fixture
def references(database: Engine) -> dict[str, Any]:
    """Ids of rows that a review refers to."""
    return {
        "product_id": served_id(make_row(database, table_of(Product))),
    }


def served_id(value: Any) -> Any:
    """An id as JSON has it."""
    return str(value) if isinstance(value, UUID) else value


@pytest.fixture
def bodies(references: dict[str, Any]) -> list[dict[str, Any]]:
    """Valid bodies that differ in every field."""
    return [
        {
            "stars": 1,
            **references,
        },
        {
            "stars": 2,
            **references,
        },
        {
            "stars": 3,
            **references,
        },
    ]


def create(client: TestClient, body: dict[str, Any]) -> dict[str, Any]:
    """Create a review that must succeed."""
    response = client.post(URL, json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def item(created: dict[str, Any]) -> str:
    """The URL of a review."""
    return f"{URL.rstrip('/')}/{created['id']}"


def visible(body: dict[str, Any]) -> dict[str, Any]:
    """The part of a body that is served."""
    return dict(body)


def test_create(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    response = client.post(URL, json=bodies[0])

    assert response.status_code == 201
    created = response.json()
    assert set(created) == {"id", "stars", "product_id"}
    assert created | visible(bodies[0]) == created
    location = client.get(response.headers["location"])
    assert location.status_code == 200
    assert location.json() == created
    assert client.get(URL).json() == [created]


@pytest.mark.parametrize("field", ["stars", "product_id"])
def test_required(client: TestClient, bodies: list[dict[str, Any]], field: str) -> None:
    created = create(client, bodies[0])
    body = {key: value for key, value in bodies[0].items() if key != field}

    assert client.post(URL, json=body).status_code == 422
    assert client.put(item(created), json=body).status_code == 422
    assert client.get(URL).json() == [created]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("stars", "many", id="stars: not a number"),
        pytest.param("stars", 1.5, id="stars: a fraction"),
        pytest.param("stars", "1", id="stars: text"),
        pytest.param("stars", True, id="stars: a truth value"),
        pytest.param("stars", 2147483648, id="stars: above the range"),
        pytest.param("stars", -2147483649, id="stars: below the range"),
        pytest.param("stars", 0, id="stars: below the least"),
        pytest.param("stars", 6, id="stars: above the most"),
    ],
)
def test_invalid_value(
    client: TestClient, bodies: list[dict[str, Any]], field: str, value: Any
) -> None:
    created = create(client, bodies[0])

    assert client.post(URL, json={**bodies[0], field: value}).status_code == 422
    assert (
        client.put(item(created), json={**bodies[0], field: value}).status_code == 422
    )
    assert client.patch(item(created), json={field: value}).status_code == 422
    assert client.get(URL).json() == [created]


@pytest.mark.parametrize(("field", "value"), [("stars", 1), ("stars", 5)])
def test_value_at_the_limit(
    client: TestClient, bodies: list[dict[str, Any]], field: str, value: Any
) -> None:
    created = create(client, {**bodies[0], field: value})

    assert created | visible({field: value}) == created
    assert client.patch(item(created), json={field: value}).status_code == 200


@pytest.mark.parametrize(("field", "value"), [("stars", 0), ("stars", 6)])
def test_database_refuses(
    client: TestClient,
    bodies: list[dict[str, Any]],
    database: Engine,
    field: str,
    value: Any,
) -> None:
    create(client, bodies[0])

    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(update(table_of(Review)).values({field: value}))


@pytest.mark.parametrize("field", ["stars"])
def test_null_is_refused(
    client: TestClient, bodies: list[dict[str, Any]], field: str
) -> None:
    created = create(client, bodies[0])

    assert client.post(URL, json={**bodies[0], field: None}).status_code == 422
    assert client.put(item(created), json={**bodies[0], field: None}).status_code == 422
    assert client.patch(item(created), json={field: None}).status_code == 422
    assert client.get(item(created)).json() == created


@pytest.mark.parametrize("field", ["unknown", "id"])
def test_unknown_field(
    client: TestClient, bodies: list[dict[str, Any]], field: str
) -> None:
    created = create(client, bodies[0])

    assert client.post(URL, json={**bodies[0], field: 1}).status_code == 422
    assert client.put(item(created), json={**bodies[0], field: 1}).status_code == 422
    assert client.patch(item(created), json={field: 1}).status_code == 422


def test_malformed_body(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}

    assert client.post(URL, content=b"{", headers=headers).status_code in {400, 422}
    assert client.post(URL, content=b"\xff", headers=headers).status_code in {400, 422}
    assert (
        client.post(URL, content=b'{"unknown": NaN}', headers=headers).status_code
        == 422
    )
    assert client.post(URL, json=[]).status_code == 422


@pytest.mark.parametrize("field", ["product_id"])
def test_reference_to_nothing(
    client: TestClient, bodies: list[dict[str, Any]], field: str
) -> None:
    created = create(client, bodies[0])
    nothing = {field: 999999}

    assert client.post(URL, json={**bodies[1], **nothing}).status_code == 409
    assert client.patch(item(created), json=nothing).status_code == 409
    assert client.put(item(created), json={**bodies[0], **nothing}).status_code == 409
    assert client.get(item(created)).json() == created


def test_list(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    assert client.get(URL).json() == []
    created = [create(client, body) for body in bodies]

    assert client.get(URL).json() == created
    assert client.get(URL, params={"limit": 1}).json() == created[:1]
    assert client.get(URL, params={"limit": 1, "offset": 1}).json() == created[1:2]
    assert client.get(URL, params={"offset": 1}).json() == created[1:]
    assert client.get(URL, params={"offset": len(created)}).json() == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "many"},
        {"offset": -1},
        {"offset": 10**20},
        {"unknown": 1},
    ],
    ids=str,
)
def test_list_refuses(client: TestClient, query: dict[str, Any]) -> None:
    assert client.get(URL, params=query).status_code == 422


def test_list_is_bounded(client: TestClient) -> None:
    app: Any = client.app
    parameters = {
        each["name"]: each["schema"]
        for each in app.openapi()["paths"][URL]["get"]["parameters"]
    }

    assert (parameters["limit"]["default"], parameters["limit"]["maximum"]) == (50, 100)
    assert client.get(URL, params={"limit": 100, "offset": 0}).status_code == 200


@pytest.mark.parametrize("method", ["get", "patch", "put", "delete"])
def test_unknown_id(
    client: TestClient, bodies: list[dict[str, Any]], method: str
) -> None:
    create(client, bodies[0])
    sent: dict[str, dict[str, Any]] = {
        "patch": {"json": {}},
        "put": {"json": bodies[0]},
    }
    body = sent.get(method, {})

    assert (
        client.request(method, f"{URL.rstrip('/')}/{UNKNOWN_ID}", **body).status_code
        == 404
    )
    for wrong in ("x", "9" * 30, "-1"):
        response = client.request(method, f"{URL.rstrip('/')}/{wrong}", **body)
        assert response.status_code in {404, 422}


def test_update(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    created, other = create(client, bodies[0]), create(client, bodies[1])

    for field, value in bodies[-1].items():
        before = client.get(item(created)).json()
        response = client.patch(item(created), json={field: value})
        assert response.status_code == 200
        changed = response.json()
        assert changed == {**before, **visible({field: value})}
        assert client.get(item(created)).json() == changed
    assert client.get(item(other)).json() == other


def test_replace(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    created = create(client, bodies[0])
    response = client.put(item(created), json=bodies[-1])

    assert response.status_code == 200
    replaced = response.json()
    assert replaced | visible(bodies[-1]) | {"id": created["id"]} == replaced
    assert client.get(item(created)).json() == replaced


def test_delete(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    created = create(client, bodies[0])
    response = client.delete(item(created))

    assert response.status_code == 204
    assert response.content == b""
    assert client.get(item(created)).status_code == 404
    assert client.delete(item(created)).status_code == 404
    assert client.get(URL).json() == []


def test_rule_that_only_the_database_knows(
    client: TestClient, bodies: list[dict[str, Any]], database: Engine
) -> None:
    rule = "ADD COLUMN never INTEGER DEFAULT 1 CHECK (never = 0)"
    with database.begin() as connection:
        connection.exec_driver_sql(f'ALTER TABLE "reviews" {rule}')
    response = client.post(URL, json=bodies[0])

    assert response.status_code == (422 if sys.version_info >= (3, 11) else 409)
    assert "never" not in response.text
    assert client.get(URL).json() == []


def test_delete_while_others_refer(
    client: TestClient, bodies: list[dict[str, Any]], database: Engine
) -> None:
    created = create(client, bodies[0])
    with database.begin() as connection:
        connection.exec_driver_sql(
            'CREATE TABLE referrers (id INTEGER, other REFERENCES "reviews" (id))'
        )
        connection.exec_driver_sql('INSERT INTO referrers SELECT 1, id FROM "reviews"')

    assert client.delete(item(created)).status_code == 409
    assert client.get(item(created)).json() == created


def test_statements(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    with counting() as statements:
        created = create(client, bodies[0])
    assert len(statements) <= 1
    for method, body, most in (
        ("get", None, 1),
        ("patch", bodies[-1], 2),
        ("put", bodies[0], 2),
        ("delete", None, 2),
    ):
        with counting() as statements:
            assert client.request(method, item(created), json=body).is_success
        assert len(statements) <= most, statements


def test_statements_of_the_list(
    client: TestClient, bodies: list[dict[str, Any]]
) -> None:
    for body in bodies:
        create(client, body)

    with counting() as statements:
        assert len(client.get(URL).json()) == len(bodies)
    assert len(statements) <= 1, statements


def test_documented_answers(client: TestClient) -> None:
    app: Any = client.app
    paths = app.openapi()["paths"]
    collection, single = paths[URL], paths[f"{URL.rstrip('/')}/{{review_id}}"]
    answers = {
        method: set(operation["responses"])
        for method, operation in (
            collection
            | {f"{method} one": operation for method, operation in single.items()}
        ).items()
    }

    shown = collection["post"]["responses"]["201"]["content"]["application/json"][
        "schema"
    ]["$ref"]
    examples = app.openapi()["components"]["schemas"][shown.rpartition("/")[2]].get(
        "examples", []
    )
    assert [set(example) for example in examples] in (
        [],
        [{"id", "stars", "product_id"}],
    )
    assert answers["post"] >= {"201", "409", "422"}
    assert answers["get"] >= {"200", "422"}
    assert answers["get one"] >= {"200", "404"}
    assert answers["patch one"] >= {"200", "404", "409", "422"}
    assert answers["put one"] >= {"200", "404", "409", "422"}
    assert answers["delete one"] >= {"204", "404", "409"}
