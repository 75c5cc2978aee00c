"""Tests of the API of products."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, Table, create_engine, event, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from database import get_db
from main import app
from models import Product

URL = "/products/"
UNKNOWN_ID = "999999"
DEFAULTS: dict[str, Any] = {
    "status": "draft",
    "note": None,
    "active": True,
}


def table_of(model: Any) -> Table:
    """The table of a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def needed_tables() -> list[Table]:
    """The table of products and all that it refers to."""
    found: list[Table] = []
    open_tables = [table_of(Product)]
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
    table_of(Product).metadata.create_all(engine, tables=needed_tables())
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


@pytest.fixture
def bodies() -> list[dict[str, Any]]:
    """Valid bodies that differ in every field."""
    return [
        {
            "name": "Blue lamp",
            "sku": "LAMP-01",
            "price": "19.90",
            "status": "draft",
            "note": "Handle with care.",
            "active": True,
        },
        {
            "name": "Oak table",
            "sku": "TABLE-02",
            "price": "34.50",
            "status": "live",
            "note": "Call before noon.",
            "active": False,
        },
        {
            "name": "Wool blanket",
            "sku": "WOOL-03",
            "price": "120.00",
            "status": "draft",
            "note": "Second floor.",
            "active": True,
        },
    ]


def create(client: TestClient, body: dict[str, Any]) -> dict[str, Any]:
    """Create a product that must succeed."""
    response = client.post(URL, json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def item(created: dict[str, Any]) -> str:
    """The URL of a product."""
    return f"{URL.rstrip('/')}/{created['id']}"


def visible(body: dict[str, Any]) -> dict[str, Any]:
    """The part of a body that is served."""
    return dict(body)


def test_create(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    response = client.post(URL, json=bodies[0])

    assert response.status_code == 201
    created = response.json()
    assert set(created) == {"id", "name", "sku", "price", "status", "note", "active"}
    assert created | visible(bodies[0]) == created
    location = client.get(response.headers["location"])
    assert location.status_code == 200
    assert location.json() == created
    assert client.get(URL).json() == [created]


def test_create_with_defaults(client: TestClient, bodies: list[dict[str, Any]]) -> None:
    body = {key: bodies[0][key] for key in ["name", "sku", "price"]}

    created = create(client, body)

    assert created | DEFAULTS == created


@pytest.mark.parametrize("field", ["name", "sku", "price"])
def test_required(client: TestClient, bodies: list[dict[str, Any]], field: str) -> None:
    created = create(client, bodies[0])
    body = {key: value for key, value in bodies[0].items() if key != field}

    assert client.post(URL, json=body).status_code == 422
    assert client.put(item(created), json=body).status_code == 422
    assert client.get(URL).json() == [created]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("name", 7, id="name: not text"),
        pytest.param("name", "a\x00b", id="name: a NUL character"),
        pytest.param(
            "name",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            id="name: too long",
        ),
        pytest.param("sku", 7, id="sku: not text"),
        pytest.param("sku", "a\x00b", id="sku: a NUL character"),
        pytest.param("sku", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", id="sku: too long"),
        pytest.param("price", "many", id="price: not a number"),
        pytest.param("price", "19.901", id="price: too many decimals"),
        pytest.param("price", "10000000000", id="price: too many digits"),
        pytest.param("price", "-0.01", id="price: below the least"),
        pytest.param("status", "draft-live-not", id="status: not a choice"),
        pytest.param("note", 7, id="note: not text"),
        pytest.param("note", "a\x00b", id="note: a NUL character"),
        pytest.param("active", "perhaps", id="active: not a truth value"),
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


@pytest.mark.parametrize(("field", "value"), [("price", "0.00")])
def test_value_at_the_limit(
    client: TestClient, bodies: list[dict[str, Any]], field: str, value: Any
) -> None:
    created = create(client, {**bodies[0], field: value})

    assert created | visible({field: value}) == created
    assert client.patch(item(created), json={field: value}).status_code == 200


@pytest.mark.parametrize(("field", "value"), [("price", "-0.01")])
def test_database_refuses(
    client: TestClient,
    bodies: list[dict[str, Any]],
    database: Engine,
    field: str,
    value: Any,
) -> None:
    create(client, bodies[0])

    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(update(table_of(Product)).values({field: value}))


@pytest.mark.parametrize("field", ["name", "sku", "price", "status", "active"])
def test_null_is_refused(
    client: TestClient, bodies: list[dict[str, Any]], field: str
) -> None:
    created = create(client, bodies[0])

    assert client.post(URL, json={**bodies[0], field: None}).status_code == 422
    assert client.put(item(created), json={**bodies[0], field: None}).status_code == 422
    assert client.patch(item(created), json={field: None}).status_code == 422
    assert client.get(item(created)).json() == created


@pytest.mark.parametrize("field", ["note"])
def test_null_is_taken(
    client: TestClient, bodies: list[dict[str, Any]], field: str
) -> None:
    created = create(client, bodies[0])

    response = client.patch(item(created), json={field: None})

    assert response.status_code == 200
    assert response.json() == {**created, field: None}
    assert client.put(item(created), json={**bodies[0], field: None}).status_code == 200


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


@pytest.mark.parametrize(("field", "value", "shown"), [("price", 120, "120.00")])
def test_decimals_keep_their_places(
    client: TestClient, bodies: list[dict[str, Any]], field: str, value: int, shown: str
) -> None:
    created = create(client, {**bodies[0], field: value})

    assert created[field] == shown
    assert client.get(item(created)).json()[field] == shown


@pytest.mark.parametrize("field", ["sku"])
def test_unique(client: TestClient, bodies: list[dict[str, Any]], field: str) -> None:
    first, second = create(client, bodies[0]), create(client, bodies[1])
    taken = {field: bodies[0][field]}
    third = {**bodies[-1], **taken}

    for response in (
        client.post(URL, json=third),
        client.patch(item(second), json=taken),
        client.put(item(second), json={**bodies[1], **taken}),
    ):
        assert response.status_code == 409
        assert "products" not in response.text.replace("product", "")
        assert "UNIQUE" not in response.text
    for created in (first, second):
        assert client.get(item(created)).json() == created
    assert client.put(item(first), json=bodies[0]).status_code == 200


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

    body = {key: bodies[-1][key] for key in ["name", "sku", "price"]}
    reset = client.put(item(created), json=body).json()
    assert reset | DEFAULTS == reset


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
        connection.exec_driver_sql(f'ALTER TABLE "products" {rule}')
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
            'CREATE TABLE referrers (id INTEGER, other REFERENCES "products" (id))'
        )
        connection.exec_driver_sql('INSERT INTO referrers SELECT 1, id FROM "products"')

    assert client.delete(item(created)).status_code == 409
    assert client.get(item(created)).json() == created


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "WOOL BLANKET"}, [2]),
        ({"price": "19.90"}, [0]),
        ({"price__in": "19.90,34.50"}, [0, 1]),
        ({"price__ge": "34.50"}, [1, 2]),
        ({"price__gt": "34.50"}, [2]),
        ({"price__le": "34.50"}, [0, 1]),
        ({"price__lt": "34.50"}, [0]),
        ({"status": "draft"}, [0, 2]),
        ({"status__in": "draft,live"}, [0, 1, 2]),
        ({"q": "%"}, []),
    ],
    ids=str,
)
def test_filter(
    client: TestClient,
    bodies: list[dict[str, Any]],
    query: dict[str, str],
    expected: list[int],
) -> None:
    created = [create(client, body) for body in bodies]
    wanted = [created[number] for number in expected]

    response = client.get(URL, params=query)

    assert response.status_code == 200
    assert response.json() == wanted


@pytest.mark.parametrize(
    "query",
    [
        {"price__like": "a"},
        {"price": "nonsense%"},
        {"status__like": "a"},
        {"status": "nonsense%"},
        {"sort": "unknown"},
        {"sort": "--name"},
        {"q": ""},
    ],
    ids=str,
)
def test_filter_refuses(client: TestClient, query: dict[str, str]) -> None:
    assert client.get(URL, params=query).status_code == 422


@pytest.mark.parametrize(
    ("sort", "expected"), [("name", [0, 1, 2]), ("-name", [2, 1, 0])]
)
def test_sort(
    client: TestClient, bodies: list[dict[str, Any]], sort: str, expected: list[int]
) -> None:
    created = [create(client, body) for body in bodies]

    response = client.get(URL, params={"sort": sort})

    assert response.status_code == 200
    assert response.json() == [created[number] for number in expected]


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
    collection, single = paths[URL], paths[f"{URL.rstrip('/')}/{{product_id}}"]
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
        [{"id", "name", "sku", "price", "status", "note", "active"}],
    )
    assert answers["post"] >= {"201", "409", "422"}
    assert answers["get"] >= {"200", "422"}
    assert answers["get one"] >= {"200", "404"}
    assert answers["patch one"] >= {"200", "404", "409", "422"}
    assert answers["put one"] >= {"200", "404", "409", "422"}
    assert answers["delete one"] >= {"204", "404", "409"}
