"""Hand-written collections learn to be filtered and ordered: typed, from allow-lists, safely."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fastarch.change.draft import BOOKKEEPING
from fastarch.cli import app
from fastarch.discover.row_columns import is_secret
from fastarch.errors import FastarchError
from fastarch.workflow.narrowing import add_narrowing
from fastarch.workflow.pagination import Request as PageRequest
from fastarch.workflow.pagination import add_pagination
from fastarch.workflow.removal import undo
from fastarch.workflow.session import Mode, Target
from fastarch.workflow.sync import Request
from tests.filtering.shapes import SHAPES, Shape
from tests.paging.conftest import Ask
from tests.paging.queries import asynchronous, sync
from tests.paging.test_details import ALEMBIC
from tests.services import postgres_database

FILTERS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "": lambda _: True,
    "other=1": lambda _: True,
    "id=3": lambda row: row["id"] == 3,
    "id__in=3,4,99": lambda row: row["id"] in {3, 4},
    "id__ge=5&id__lt=9": lambda row: 5 <= row["id"] < 9,
    "age__null=true": lambda row: row["age"] is None,
    "age__null=false&age__gt=20": lambda row: (row["age"] or 0) > 20,
    "active=true&score__le=1": lambda row: row["active"] and float(row["score"]) <= 1,
    "name__in=Name+1,Name+2": lambda row: row["name"] in {"Name 1", "Name 2"},
    "q=NAME+1": lambda row: row["name"] == "Name 1",
    "q=%25": lambda _: False,
    "q=_": lambda _: False,
}
WRONG = [
    "id=x", "id=99999999999", "age__null=2", "id__like=3", "active__ge=true", "name=%00",
    "score=1e100000", "born__ge=x", "id__in=1,x",
]  # fmt: skip
WRONG_ORDERS = ["sort=token", "sort=", "sort=name,,id", "sort=--name"]


def _tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not {"__pycache__", BOOKKEEPING} & set(path.relative_to(root).parts)
        and not path.name.startswith("app.db")
    }


def _filter(root: Path, target: str, mode: Mode | None = None, **asked: list[str]) -> Any:
    flags: Any = asked or {"filter": [], "search": ["name"]}
    return add_narrowing(Target(root), mode or Mode(), "filtering", target, flags, Request())


def _sort(root: Path, target: str, mode: Mode | None = None, fields: tuple[str, ...] = ()) -> Any:
    flags: Any = {"sort": list(fields)}
    return add_narrowing(Target(root), mode or Mode(), "sorting", target, flags, Request())


def _url(shape: Shape, query: str) -> str:
    return f"{shape.url}?{query}" if query else shape.url


def _rows(shape: Shape, told: dict[str, Any]) -> list[dict[str, Any]]:
    body = told["body"]
    for key in shape.rows.split(".") if shape.rows else ():
        body = body[key]
    assert isinstance(body, list), body
    return body


def _by_id(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["id"])


def _well_formed(after: dict[str, bytes], has: Any) -> None:
    for path, content in after.items():
        if path.endswith(".py"):
            ast.parse(content)
    for path, words in has.items():
        for word in words:
            assert word in after[path].decode(), after[path].decode()


def _answers(shape: Shape, root: Path, ask: Ask, queries: list[str], **more: Any) -> Any:
    urls = [_url(shape, query) for query in queries]
    told = ask(root=str(root), urls=urls, **more)
    assert "error" not in told, told["error"]
    return {query: told["answers"][_url(shape, query)] for query in queries}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_filters(shape: Shape, tmp_path: Path, ask: Ask) -> None:
    _try_filters(shape, tmp_path, ask, None)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_orders(shape: Shape, tmp_path: Path, ask: Ask) -> None:
    _try_orders(shape, tmp_path, ask, None)


@pytest.mark.parametrize("name", ["a legacy query in a chain with a limit", "an async select"])
def test_on_postgres(name: str, tmp_path: Path, ask: Ask) -> None:
    shape = next(one for one in SHAPES if one.name == name)
    with postgres_database() as url:
        driver = "asyncpg" if shape.mode == "async" else "psycopg"
        database = url.replace("postgresql:", f"postgresql+{driver}:")
        _try_filters(shape, tmp_path, ask, database)
        _try_orders(shape, tmp_path, ask, database)


def _try_filters(shape: Shape, root: Path, ask: Ask, database: str | None) -> None:
    shape.write(root)
    before = _tree(root)
    old = _answers(shape, root, ask, [""], database=database)[""]
    assert old["status"] == 200, old
    rows = _rows(shape, old)
    assert _filter(root, shape.target).status == "applied"
    after = _tree(root)
    _well_formed(after, shape.has)
    filters = shape.filters or FILTERS
    new = _answers(shape, root, ask, [*filters, *WRONG], database=database)
    for query, holds in filters.items():
        assert new[query]["status"] == 200, (query, new[query])
        expected = [row for row in rows if holds(row)]
        assert _by_id(_rows(shape, new[query])) == _by_id(expected), query
        if shape.rows:
            assert new[query]["body"]["count"] == len(expected), query
    for query in WRONG:
        if query not in shape.filters:
            assert new[query]["status"] == (200 if "name=" in query and shape.filters else 422)
    assert _filter(root, shape.target).status == "unchanged"
    assert _tree(root) == after
    undo(Target(root), Mode())
    assert _tree(root) == before


def _try_orders(shape: Shape, root: Path, ask: Ask, database: str | None) -> None:
    shape.write(root)
    before = _tree(root)
    old = _answers(shape, root, ask, [""], database=database)[""]
    rows = _rows(shape, old)
    assert _sort(root, shape.target).status == "applied"
    after = _tree(root)
    _well_formed(after, shape.ordered)
    asked = ["", "sort=-name,id", "sort=name", "sort=-score"]
    new = _answers(shape, root, ask, [*asked, *WRONG_ORDERS], database=database)
    by_id = _by_id(rows)
    assert _by_id(_rows(shape, new[""])) == by_id
    by_name = sorted(by_id, key=lambda row: row["name"])
    backwards = sorted(by_id, key=lambda row: row["name"], reverse=True)
    by_score = sorted(rows, key=lambda row: (float(row["score"]), row["id"]), reverse=True)
    expected = {"sort=-name,id": backwards, "sort=name": by_name, "sort=-score": by_score}
    for query, wanted in expected.items():
        assert _rows(shape, new[query]) == wanted, query
    for query in WRONG_ORDERS:
        assert new[query]["status"] == 422, query
    assert _sort(root, shape.target).status == "unchanged"
    assert _tree(root) == after
    undo(Target(root), Mode())
    assert _tree(root) == before


BY_NAME = sync("    return db.query(User).order_by(User.name).all()")
BY_NAME_ASYNC = asynchronous(
    """    result = await session.execute(select(User).order_by(User.name))
    return result.scalars().all()"""
)
FEATURES = {
    "pages": lambda root, by: add_pagination(Target(root), Mode(), PageRequest("users", by=by)),
    "filters": lambda root, _: _filter(root, "users"),
    "orders": lambda root, _: _sort(root, "users"),
}


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("by", ["cursor", "offset"])
@pytest.mark.parametrize(
    "features",
    [
        ("pages", "filters", "orders"),
        ("filters", "orders", "pages"),
        ("orders", "pages", "filters"),
    ],
    ids="-".join,
)
def test_with_pages(
    features: tuple[str, ...], by: str, mode: str, tmp_path: Path, ask: Ask
) -> None:
    shape = Shape("by name", BY_NAME if mode == "sync" else BY_NAME_ASYNC, mode=mode)
    shape.write(tmp_path)
    trees = [_tree(tmp_path)]
    rows = _rows(shape, _answers(shape, tmp_path, ask, [""])[""])
    for feature in features:
        assert FEATURES[feature](tmp_path, by).status == "applied"
        trees.append(_tree(tmp_path))
    query = "active=true&sort=-score&limit=4"
    told = ask(root=str(tmp_path), urls=[f"/users?{query}"], walk=f"/users?{query}", items="")
    assert "error" not in told, told["error"]
    walked = [row for page in told["walk"]["pages"] for row in page]
    wanted = sorted(
        (row for row in rows if row["active"]),
        key=lambda row: (float(row["score"]), row["id"]),
        reverse=True,
    )
    assert walked == wanted
    if by == "cursor":
        link = told["answers"][f"/users?{query}"]["link"].removeprefix("http://testserver")
        wrong = [link.replace("active=true", "active=false"), link.replace("-score", "score")]
        answers = ask(root=str(tmp_path), urls=[link, *wrong])["answers"]
        assert answers[link]["status"] == 200
        assert {answers[url]["status"] for url in wrong} == {422}
    else:
        assert {body["total"] for body in told["walk"]["bodies"]} == {str(len(wanted))}
    for feature in features:
        assert FEATURES[feature](tmp_path, by).status == "unchanged"
    assert _tree(tmp_path) == trees[-1]
    for tree in reversed(trees[:-1]):
        undo(Target(tmp_path), Mode())
        assert _tree(tmp_path) == tree


def _refused(root: Path, files: str, exit_code: int, *words: str, **asked: list[str]) -> None:
    shape = Shape("refused", files)
    shape.write(root)
    before = _tree(root)
    feature: Any = "sorting" if "sort" in asked else "filtering"
    flags: Any = asked or {"filter": []}
    with pytest.raises(FastarchError) as raised:
        add_narrowing(Target(root), Mode(), feature, "users", flags, Request())
    told = " ".join(f"{p.where} {p.message} {p.hint or ''}" for p in raised.value.problems)
    assert raised.value.exit_code == exit_code, told
    assert all(word in told for word in words), told
    assert _tree(root) == before


def test_raw_sql_is_refused(tmp_path: Path) -> None:
    body = "    return db.execute(text('select * from users')).all()"
    head = "from sqlalchemy import text\n"
    _refused(tmp_path, sync(body, head=head), 3, "app/main.py:", "raw SQL")


def test_rows_of_python_are_refused(tmp_path: Path) -> None:
    body = "    return [{'id': n} for n in range(100)]"
    _refused(tmp_path, sync(body), 3, "No database query was found")


def test_an_answer_that_says_no_columns_is_refused(tmp_path: Path) -> None:
    body = "    return {'found': [show(user) for user in db.query(User).all()]}"
    files = sync(body, model="dict", head="show = str\n")
    _refused(tmp_path, files, 3, "cannot be told which columns", "--fields")


def test_groups_without_a_key_are_refused(tmp_path: Path) -> None:
    body = "    return db.execute(select(User.name, func.count()).group_by(User.name)).all()"
    _refused(tmp_path, sync(body), 3, "grouped")


def test_distinct_values_cannot_be_ordered_by_others(tmp_path: Path) -> None:
    body = "    return db.scalars(select(User.name).distinct()).all()"
    _refused(tmp_path, sync(body), 3, "Distinct", sort=[])


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    body = "    return db.query(User).all()"
    _refused(tmp_path, sync(body), 2, "no column 'height'", "score", filter=["height"])


def test_a_secret_column_is_refused(tmp_path: Path) -> None:
    body = "    return db.query(User).all()"
    _refused(tmp_path, sync(body), 2, "User.token", "piece by piece", filter=["token"])


def test_a_number_cannot_be_searched(tmp_path: Path) -> None:
    body = "    return db.query(User).all()"
    _refused(tmp_path, sync(body), 2, "User.age", "no text", search=["age"])


def test_a_sort_of_the_endpoints_own_is_refused(tmp_path: Path) -> None:
    files = sync("    return db.query(User).all()").replace("(db:", "(sort: str = 'id', db:")
    _refused(tmp_path, files, 3, "parameter sort of its own", sort=[])


def test_nobody_knows_the_collection(tmp_path: Path) -> None:
    Shape("by name", BY_NAME).write(tmp_path)
    with pytest.raises(FastarchError) as raised:
        _filter(tmp_path, "orders")
    assert raised.value.exit_code == 2
    assert "GET /users" in (raised.value.problems[0].hint or "")


EVERY_TYPE = {
    "kind=g": 200, "kind=guest": 422, "kind__in=g,m": 200, "seen__ge=2024-01-01T02:00:00Z": 200,
    "seen__lt=2024-01-01T00:00:00": 200, "seen=0001-01-01T00:00:00%2B14:00": 422, "team_id=2": 200,
    "team_id__null=true": 200, "name=nobody": 200, "born__ge=1990-01-02T00:00:00Z": 200,
    "born__lt=1990-01-02T00:00:00": 200, "rate__gt=1.5": 200, "rate=nan": 422, "score=1e99": 422, "score=0.255": 422, "score__lt=999999.99": 200,
    "score__in=0.25,0.50": 200, "active=false": 200, "team_id=2147483647": 200,
    "team_id=-2147483649": 422,
}  # fmt: skip
FIELDS = ["kind", "seen", "team_id", "born", "rate", "score", "active"]


@pytest.mark.parametrize("where", ["sqlite", "psycopg", "asyncpg"])
def test_each_type_is_compared_as_it_is(where: str, tmp_path: Path, ask: Ask) -> None:
    shape = (
        Shape("by name", BY_NAME_ASYNC, mode="async")
        if where == "asyncpg"
        else Shape("by name", BY_NAME)
    )
    shape.write(tmp_path)
    _filter(tmp_path, "users", filter=FIELDS)
    with postgres_database() if where != "sqlite" else nullcontext("") as url:
        database = url.replace("postgresql:", f"postgresql+{where}:") or None
        told = _answers(shape, tmp_path, ask, ["", *EVERY_TYPE], database=database)
    assert {query: told[query]["status"] for query in EVERY_TYPE} == EVERY_TYPE
    found = {query: len(told[query]["body"]) for query, code in EVERY_TYPE.items() if code == 200}
    everybody = told[""]["body"]
    assert found["kind__in=g,m"] == found["name=nobody"] == len(everybody)
    assert found["seen__lt=2024-01-01T00:00:00"] == 0
    assert 0 < found["seen__ge=2024-01-01T02:00:00Z"] < len(everybody)
    quarters = [row for row in everybody if float(row["score"]) in {0.25, 0.5}]
    assert found["score__in=0.25,0.50"] == len(quarters)
    born = [row for row in everybody if row["born"] is not None]
    later = [row for row in born if row["born"] >= "1990-01-02"]
    assert found["born__ge=1990-01-02T00:00:00Z"] == len(later)
    assert found["born__lt=1990-01-02T00:00:00"] == len(born) - len(later)


def test_openapi_has_the_parameters(tmp_path: Path, ask: Ask) -> None:
    Shape("by name", BY_NAME).write(tmp_path)
    _filter(tmp_path, "users", filter=["age"], search=["name"])
    _sort(tmp_path, "users", fields=("name",))
    told = ask(root=str(tmp_path), urls=[])
    operation = told["openapi"]["paths"]["/users"]["get"]
    names = {one["name"]: one for one in operation["parameters"]}
    wanted = [
        "age",
        "age__in",
        "age__ge",
        "age__gt",
        "age__le",
        "age__lt",
        "age__null",
        "q",
        "sort",
    ]
    assert list(names) == wanted
    assert all(one["description"] and not one["required"] for one in names.values())
    assert "'-name'" in str(names["sort"]["schema"])
    assert "422" in operation["responses"]


def test_indexes_come_with_a_revision(tmp_path: Path) -> None:
    Shape("by name", BY_NAME + ALEMBIC).write(tmp_path)
    report = _filter(tmp_path, "users", filter=["id", "name", "score"])
    assert "ix_users_name_id, ix_users_score_id are new" in " ".join(report.notices)
    models = (tmp_path / "app/models.py").read_text()
    assert 'Index("ix_users_name_id", User.name, User.id)\n' in models
    assert 'Index("ix_users_score_id", User.score, User.id)\n' in models
    (revision,) = [
        path for path in (tmp_path / "migrations/versions").iterdir() if path.suffix == ".py"
        and "indexes" in path.name
    ]  # fmt: skip
    text = revision.read_text()
    assert 'op.create_index("ix_users_name_id", "users", ["name", "id"])' in text
    assert 'op.drop_index("ix_users_score_id", table_name="users")' in text
    # What an index serves by now needs no other.
    assert not [one for one in _sort(tmp_path, "users", fields=("name",)).notices if "ix_" in one]


def test_no_revision_where_none_is_wanted(tmp_path: Path) -> None:
    Shape("by name", BY_NAME + ALEMBIC).write(tmp_path)
    revisions = sorted((tmp_path / "migrations/versions").iterdir())
    arguments = ["users", "--fields", "name", "--no-migration", "--app", str(tmp_path)]
    done = CliRunner().invoke(app, ["add", "sorting", *arguments])
    assert done.exit_code == 0, done.output
    assert sorted((tmp_path / "migrations/versions").iterdir()) == revisions
    assert 'Index("ix_users_name_id"' in (tmp_path / "app/models.py").read_text()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    Shape("by name", BY_NAME).write(tmp_path)
    before = _tree(tmp_path)
    report = _filter(tmp_path, "users", Mode(write=False))
    assert report.status == "planned"
    assert {(one.path, one.action) for one in report.changes if ".fastarch" not in one.path} == {
        ("app/filtering.py", "create"), ("app/main.py", "edit"), ("app/models.py", "edit"),
    }  # fmt: skip
    assert _tree(tmp_path) == before


def test_command_line_proves_it(tmp_path: Path) -> None:
    Shape("by name", BY_NAME).write(tmp_path)
    arguments = ["users", "--app", str(tmp_path), "--json", "--verify", "--python", sys.executable]
    for feature in ("filtering", "sorting"):
        done = CliRunner().invoke(app, ["add", feature, *arguments])
        assert done.exit_code == 0, done.output
        told = json.loads(done.stdout)
        assert (told["command"], told["status"]) == (f"add {feature}", "applied")
        again = CliRunner().invoke(app, ["add", feature, *arguments])
        assert json.loads(again.stdout)["status"] == "unchanged"


TWO = """
--- app/main.py
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

from app import crud
from app.db import get_db
from app.schemas import UserOut

app = FastAPI()


@app.get("/users", response_model=list[UserOut])
def list_users(db: Session = Depends(get_db)):
    return crud.get_users(db)


@app.get("/people", response_model=list[UserOut])
def list_people(db: Session = Depends(get_db)):
    return crud.get_users(db)
--- app/crud.py
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import User


def get_users(db: Session):
    return db.scalars(select(User).order_by(User.name)).all()
"""


def test_a_second_endpoint_of_the_same_function(tmp_path: Path, ask: Ask) -> None:
    Shape("two", TWO).write(tmp_path)
    _filter(tmp_path, "users", filter=["name"])
    _sort(tmp_path, "users", fields=("score",))
    before = _tree(tmp_path)
    _filter(tmp_path, "people", filter=["id"])
    between = _tree(tmp_path)
    _sort(tmp_path, "people", fields=("id",))
    crud = (tmp_path / "app/crud.py").read_text()
    assert crud.count(".apply(") == 2
    assert crud.count(": RowFilters = EVERY_ROW") == 1
    statuses = {
        "/users?name=Name+1&sort=-score": 200, "/people?id=3&sort=-id": 200, "/users?sort=id": 422,
        "/people?id__like=3": 422, "/people?name=nobody": 200,
    }  # fmt: skip
    told = ask(root=str(tmp_path), urls=list(statuses))
    assert "error" not in told, told["error"]
    assert {url: one["status"] for url, one in told["answers"].items()} == statuses
    assert [row["id"] for row in told["answers"]["/people?id=3&sort=-id"]["body"]] == [3]
    undo(Target(tmp_path), Mode())
    assert _tree(tmp_path) == between
    undo(Target(tmp_path), Mode())
    assert _tree(tmp_path) == before


def test_a_check_of_a_single_row_is_left_alone(tmp_path: Path, ask: Ask) -> None:
    body = """    query = db.query(User)
    if query.filter(User.id == 1).first() is None:
        raise RuntimeError
    return query.order_by(User.id).all()"""
    shape = Shape("a check", sync(body))
    shape.write(tmp_path)
    _filter(tmp_path, "users", filter=["id"])
    assert (
        "return filters.apply(query.order_by(User.id)).all()"
        in (tmp_path / "app/main.py").read_text()
    )
    told = _answers(shape, tmp_path, ask, ["id=3"])["id=3"]
    assert [row["id"] for row in told["body"]] == [3]


@pytest.mark.parametrize(
    "name",
    [
        "a service with a repository",
        "a function that others call, and a schema of the model's name",
        "a generic repository",
        "a statement that another function runs",
        "a legacy query over several statements",
        "SQLModel",
        "an envelope with a count",
    ],
)
@pytest.mark.parametrize("pages_first", [True, False], ids=["pages first", "pages last"])
def test_with_pages_elsewhere(name: str, pages_first: bool, tmp_path: Path, ask: Ask) -> None:
    shape = next(one for one in SHAPES if one.name == name)
    shape.write(tmp_path)
    before = _tree(tmp_path)
    rows = _rows(shape, _answers(shape, tmp_path, ask, [""])[""])
    steps = [
        lambda: add_pagination(Target(tmp_path), Mode(), PageRequest(shape.target)),
        lambda: _filter(tmp_path, shape.target),
        lambda: _sort(tmp_path, shape.target),
    ]
    for step in steps if pages_first else (steps[1], steps[2], steps[0]):
        assert step().status == "applied"
    first = f"{shape.url}?active=true&sort=-name&limit=4"
    told = ask(root=str(tmp_path), urls=[], walk=first, items=shape.rows)
    assert "error" not in told, told["error"]
    assert "error" not in told["walk"], told["walk"]
    walked = [row for page in told["walk"]["pages"] for row in page]
    wanted = sorted((row for row in rows if row["active"]), key=lambda row: row["id"], reverse=True)
    assert walked == sorted(wanted, key=lambda row: row["name"], reverse=True)
    assert len(told["walk"]["pages"]) == -(-len(wanted) // 4)
    for _ in steps:
        undo(Target(tmp_path), Mode())
    assert _tree(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True), ("hashed_password", True), ("passwordHash", True), ("token", True),
        ("resetToken", True), ("client_secret", True), ("api_key", True), ("otp", True),
        ("secretary", False), ("hashtag", False), ("tokens_used", False), ("opinion", False),
        ("name", False),
    ],
)  # fmt: skip
def test_secrets_are_told_by_their_words(name: str, secret: bool) -> None:
    assert is_secret(name) is secret


def test_texts_without_a_length_get_no_index(tmp_path: Path) -> None:
    next(one for one in SHAPES if one.name == "SQLModel").write(tmp_path)
    told = " ".join(_filter(tmp_path, "users", filter=["name", "score"]).notices)
    assert "No index begins with name" in told
    models = (tmp_path / "app/models.py").read_text()
    assert 'Index("ix_users_score_id", col(User.score), col(User.id))\n' in models
    assert "ix_users_name" not in models
