"""Tests of the API of notes."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, Integer, Table, create_engine, event, insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import lazyload, sessionmaker
from sqlalchemy.pool import NullPool

from app.auth import get_current_user
from app.database import get_session
from app.main import app
from app.models.note import Note
from app.models.shelf import Shelf
from app.models.user import User

URL = "/api/v1/notes"
UNKNOWN_ID = "999999"


def table_of(model: Any) -> Table:
    """The table of a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def needed_tables() -> list[Table]:
    """The table of notes and all that it refers to."""
    found: list[Table] = []
    open_tables = [table_of(Note)]
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
    table_of(Note).metadata.create_all(engine, tables=needed_tables())
    yield engine
    engine.dispose()


@pytest.fixture
def client(database: Engine, user: User) -> Iterator[TestClient]:
    """A client of the app, whose sessions use the test's database."""
    engine = create_async_engine(
        str(database.url).replace("sqlite:", "sqlite+aiosqlite:"), poolclass=NullPool
    )
    event.listen(engine.sync_engine, "connect", prepare)
    sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=True)

    async def session() -> AsyncIterator[AsyncSession]:
        async with sessions() as session:
            yield session

    before = dict(app.dependency_overrides)
    app.dependency_overrides[get_session] = session
    app.dependency_overrides[get_current_user] = lambda: user
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


@pytest.fixture
def user(database: Engine) -> User:
    """Who is signed in."""
    return new_user(database)


def new_user(database: Engine) -> User:
    """Somebody who can sign in."""
    key = make_row(database, table_of(User))
    with sessionmaker(database)() as session:
        found = session.get(User, key, options=[lazyload("*")])
    assert found is not None
    return found


@contextmanager
def signed_in_as(client: TestClient, user: User) -> Iterator[None]:
    """Have somebody else signed in meanwhile."""
    app: Any = client.app
    before = app.dependency_overrides[get_current_user]
    app.dependency_overrides[get_current_user] = lambda: user
    try:
        yield
    finally:
        app.dependency_overrides[get_current_user] = before


def make_row(database: Engine, table: Table, **values: Any) -> Any:
    """Add a row with made-up values and give its id."""
    for column in table.columns:
        if column.name in values:
            continue
        numbered = column.primary_key and isinstance(column.type, Integer)
        if column.foreign_keys and not column.nullable:
            values[column.name] = make_row(database, next(iter(column.foreign_keys)).column.table)
        elif not (column.nullable or numbered or column.default or column.server_default):
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
def references(database: Engine, user: User) -> dict[str, Any]:
    """Ids of rows that a note refers to."""
    return {
        "shelf_id": served_id(make_row(database, table_of(Shelf), owner_id=user.id)),
    }


def served_id(value: Any) -> Any:
    """An id as JSON has it."""
    return str(value) if isinstance(value, UUID) else value


@pytest.fixture
def bodies(references: dict[str, Any]) -> list[dict[str, Any]]:
    """Valid bodies that differ in every field."""
    return [
        {
            "title": "A quiet morning",
            **references,
        },
        {
            "title": "The long road",
            **references,
        },
        {
            "title": "Winter garden",
            **references,
        },
    ]


def create(client: TestClient, body: dict[str, Any]) -> dict[str, Any]:
    """Create a note that must succeed."""
    response = client.post(URL, json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def item(created: dict[str, Any]) -> str:
    """The URL of a note."""
    return f"{URL.rstrip('/')}/{created['id']}"


def visible(body: dict[str, Any]) -> dict[str, Any]:
    """The part of a body that is served."""
    return dict(body)


def test_create(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    response = client.post(URL, json=bodies[0])

    assert response.status_code == 201
    created = response.json()
    assert set(created) == {"id", "title", "shelf_id", "owner_id"}
    assert created | visible(bodies[0]) == created
    location = client.get(response.headers["location"])
    assert location.status_code == 200
    assert location.json() == created
    assert client.get(URL).json() == [created]


@pytest.mark.parametrize("field", ["title", "shelf_id"])
def test_required(client: TestClient, bodies: list[dict[str, Any]], field: str) -> None:
    created = create(client, bodies[0])
    body = {key: value for key, value in bodies[0].items() if key != field}

    assert client.post(URL, json=body).status_code == 422
    assert client.put(item(created), json=body).status_code == 422
    assert client.get(URL).json() == [created]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("title", 7, id="title: not text"),
        pytest.param("title", "a\x00b", id="title: a NUL character"),
        pytest.param(
            "title",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            id="title: too long",
        ),
    ],
)
def test_invalid_value(
    client: TestClient, bodies: list[dict[str, Any]], field: str, value: Any
) -> None:
    created = create(client, bodies[0])

    assert client.post(URL, json={**bodies[0], field: value}).status_code == 422
    assert client.put(item(created), json={**bodies[0], field: value}).status_code == 422
    assert client.patch(item(created), json={field: value}).status_code == 422
    assert client.get(URL).json() == [created]


@pytest.mark.parametrize("field", ["title"])
def test_null_is_refused(client: TestClient, bodies: list[dict[str, Any]], field: str) -> None:
    created = create(client, bodies[0])

    assert client.post(URL, json={**bodies[0], field: None}).status_code == 422
    assert client.put(item(created), json={**bodies[0], field: None}).status_code == 422
    assert client.patch(item(created), json={field: None}).status_code == 422
    assert client.get(item(created)).json() == created


@pytest.mark.parametrize("field", ["unknown", "id", "owner_id"])
def test_unknown_field(client: TestClient, bodies: list[dict[str, Any]], field: str) -> None:
    created = create(client, bodies[0])

    assert client.post(URL, json={**bodies[0], field: 1}).status_code == 422
    assert client.put(item(created), json={**bodies[0], field: 1}).status_code == 422
    assert client.patch(item(created), json={field: 1}).status_code == 422


def test_malformed_body(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}

    assert client.post(URL, content=b"{", headers=headers).status_code in {400, 422}
    assert client.post(URL, content=b"\xff", headers=headers).status_code in {400, 422}
    assert client.post(URL, content=b'{"unknown": NaN}', headers=headers).status_code == 422
    assert client.post(URL, json=[]).status_code == 422


@pytest.mark.parametrize("field", ["shelf_id"])
def test_reference_to_nothing(client: TestClient, bodies: list[dict[str, Any]], field: str) -> None:
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
        each["name"]: each["schema"] for each in app.openapi()["paths"][URL]["get"]["parameters"]
    }

    assert (parameters["limit"]["default"], parameters["limit"]["maximum"]) == (50, 100)
    assert client.get(URL, params={"limit": 100, "offset": 0}).status_code == 200


@pytest.mark.parametrize("method", ["get", "patch", "put", "delete"])
def test_unknown_id(client: TestClient, bodies: list[dict[str, Any]], method: str) -> None:
    create(client, bodies[0])
    sent: dict[str, dict[str, Any]] = {"patch": {"json": {}}, "put": {"json": bodies[0]}}
    body = sent.get(method, {})

    assert client.request(method, f"{URL.rstrip('/')}/{UNKNOWN_ID}", **body).status_code == 404
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
        connection.exec_driver_sql(f'ALTER TABLE "notes" {rule}')
    response = client.post(URL, json=bodies[0])

    assert response.status_code == 422
    assert "never" not in response.text
    assert client.get(URL).json() == []


def test_delete_while_others_refer(
    client: TestClient, bodies: list[dict[str, Any]], database: Engine
) -> None:
    created = create(client, bodies[0])
    with database.begin() as connection:
        connection.exec_driver_sql(
            'CREATE TABLE referrers (id INTEGER, other REFERENCES "notes" (id))'
        )
        connection.exec_driver_sql('INSERT INTO referrers SELECT 1, id FROM "notes"')

    assert client.delete(item(created)).status_code == 409
    assert client.get(item(created)).json() == created


def test_statements(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    with counting() as statements:
        created = create(client, bodies[0])
    assert len(statements) <= 2
    for method, body, most in (
        ("get", None, 1),
        ("patch", bodies[-1], 3),
        ("put", bodies[0], 3),
        ("delete", None, 2),
    ):
        with counting() as statements:
            assert client.request(method, item(created), json=body).is_success
        assert len(statements) <= most, statements


def test_statements_of_the_list(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    for body in bodies:
        create(client, body)

    with counting() as statements:
        assert len(client.get(URL).json()) == len(bodies)
    assert len(statements) <= 1, statements


def test_documented_answers(client: TestClient) -> None:
    app: Any = client.app
    paths = app.openapi()["paths"]
    collection, single = paths[URL], paths[f"{URL.rstrip('/')}/{{note_id}}"]
    answers = {
        method: set(operation["responses"])
        for method, operation in (
            collection | {f"{method} one": operation for method, operation in single.items()}
        ).items()
    }

    shown = collection["post"]["responses"]["201"]["content"]["application/json"]["schema"]["$ref"]
    examples = app.openapi()["components"]["schemas"][shown.rpartition("/")[2]].get("examples", [])
    assert [set(example) for example in examples] in ([], [{"id", "title", "shelf_id", "owner_id"}])
    assert answers["post"] >= {"201", "409", "422"}
    assert answers["get"] >= {"200", "422"}
    assert answers["get one"] >= {"200", "404"}
    assert answers["patch one"] >= {"200", "404", "409", "422"}
    assert answers["put one"] >= {"200", "404", "409", "422"}
    assert answers["delete one"] >= {"204", "404", "409"}
    assert all("401" in each for each in answers.values())


def test_nobody_is_signed_in(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    created = create(client, bodies[0])
    app: Any = client.app
    del app.dependency_overrides[get_current_user]
    stranger = TestClient(app)

    for method, url, body in (
        ("POST", URL, bodies[-1]),
        ("GET", URL, None),
        ("GET", item(created), None),
        ("PATCH", item(created), {}),
        ("PUT", item(created), bodies[0]),
        ("DELETE", item(created), None),
    ):
        response = stranger.request(method, url, json=body)
        assert response.status_code == 401
        assert "WWW-Authenticate" in response.headers


def test_owner_is_who_is_signed_in(
    client: TestClient, bodies: list[dict[str, Any]], database: Engine, user: User
) -> None:
    created = create(client, bodies[0])
    assert created["owner_id"] == served_id(user.id)
    other = {"owner_id": served_id(new_user(database).id)}

    assert client.post(URL, json={**bodies[-1], **other}).status_code == 422
    assert client.put(item(created), json={**bodies[0], **other}).status_code == 422
    assert client.patch(item(created), json=other).status_code == 422
    assert client.get(item(created)).json() == created


def test_rows_of_somebody_else(
    client: TestClient, bodies: list[dict[str, Any]], database: Engine
) -> None:
    created = create(client, bodies[0])
    sent: dict[str, Any] = {"patch": {}, "put": bodies[0]}
    queries: list[dict[str, Any]] = [{}, {"limit": 1}]
    for query in queries:
        assert client.get(URL, params=query).json() == [created]

    with signed_in_as(client, new_user(database)):
        for method in ("get", "patch", "put", "delete"):
            assert client.request(method, item(created), json=sent.get(method)).status_code == 404
        for query in queries:
            response = client.get(URL, params=query)
            assert response.json() == []
    assert client.get(item(created)).json() == created


def test_shelf_id_of_somebody_else(
    client: TestClient, bodies: list[dict[str, Any]], database: Engine
) -> None:
    somebody = new_user(database).id
    theirs = served_id(make_row(database, table_of(Shelf), owner_id=somebody))
    created = create(client, bodies[0])
    refused = {"shelf_id": theirs}

    assert client.post(URL, json={**bodies[-1], **refused}).status_code == 409
    assert client.patch(item(created), json=refused).status_code == 409
    assert client.put(item(created), json={**bodies[0], **refused}).status_code == 409
    assert client.get(item(created)).json() == created
