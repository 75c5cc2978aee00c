"""Hand-written collections learn to be filtered and ordered: typed, from allow-lists, safely."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastarch.change.draft import BOOKKEEPING
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
WRONG_ORDERS = ["sort=token", "sort=", "sort=name,,id", "sort=+name", "sort=--name"]


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
        assert _rows(shape, new[query]) == expected, query
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
    assert new[""]["body"] == old["body"]
    by_id = sorted(rows, key=lambda row: row["id"])
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
