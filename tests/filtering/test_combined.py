"""Filters, orders by what may be null and pages of both kinds together, on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from fastarch.workflow.pagination import Request as PageRequest
from fastarch.workflow.pagination import add_pagination
from fastarch.workflow.session import Mode, Target
from tests.filtering.shapes import Shape
from tests.filtering.test_filtering import BY_NAME, BY_NAME_ASYNC, _filter, _sort
from tests.paging.conftest import Ask
from tests.services import AbsentError, mariadb_database, postgres_database

Row = dict[str, Any]
QUERIES: dict[str, Callable[[Row], bool]] = {
    "sort=age": lambda _: True,
    "sort=-age": lambda _: True,
    "sort=-age&active=true": lambda row: row["active"],
    "sort=age&age__null=true": lambda row: row["age"] is None,
    "sort=born,-age&q=name": lambda _: True,
    "sort=-born,age&age__null=false&score__le=1": lambda row: (
        row["age"] is not None and float(row["score"]) <= 1
    ),
    "sort=-age,name&team__name__in=Team+1,Team+2": lambda row: (
        row["id"] % 6 != 0 and (1 + row["id"] % 4) % 3 != 0
    ),
    "sort=age&posts__title__null=false&active=false": lambda row: (
        row["id"] <= 9 and not row["active"]
    ),
}


@pytest.fixture(params=["sqlite", "postgresql", "postgresql, async", "mariadb"])
def where(request: pytest.FixtureRequest) -> Iterator[tuple[str, str | None]]:
    """How the app works, and its database; None for a file of its own."""
    with ExitStack() as stack:
        match request.param:
            case "sqlite":
                yield "sync", None
            case "mariadb":
                try:
                    url = stack.enter_context(mariadb_database())
                except AbsentError as error:
                    pytest.skip(str(error))
                yield "sync", url
            case _:
                mode = "async" if "async" in request.param else "sync"
                driver = "asyncpg" if mode == "async" else "psycopg"
                url = stack.enter_context(postgres_database())
                yield mode, url.replace("postgresql:", f"postgresql+{driver}:")


@pytest.mark.parametrize("by", ["cursor", "offset"])
def test_every_row_once_and_in_order(
    by: Any, where: tuple[str, str | None], tmp_path: Path, ask: Ask
) -> None:
    mode, database = where
    Shape("by name", BY_NAME if mode == "sync" else BY_NAME_ASYNC, mode=mode).write(tmp_path)
    fields = ["active", "age", "score", "team.name", "posts.title"]
    _filter(tmp_path, "users", filter=fields, search=["name"])
    _sort(tmp_path, "users", fields=("age", "born", "name"))
    add_pagination(Target(tmp_path), Mode(), PageRequest("users", by=by))
    everybody = ask(root=str(tmp_path), urls=["/users?limit=100"], database=database)
    assert "error" not in everybody, everybody["error"]
    rows = everybody["answers"]["/users?limit=100"]["body"]
    assert len(rows) == 23
    for query, holds in QUERIES.items():
        told = ask(
            root=str(tmp_path),
            urls=[f"/users?{query}&limit=100"],
            walk=f"/users?{query}&limit=3",
            items="",
            database=database,
        )
        assert "error" not in told, told["error"]
        assert "error" not in told["walk"], (query, told["walk"])
        walked = [row for page in told["walk"]["pages"] for row in page]
        wanted = sorted(row["id"] for row in rows if holds(row))
        assert sorted(row["id"] for row in walked) == wanted, query
        assert walked == told["answers"][f"/users?{query}&limit=100"]["body"], query
        words = query.split("&")[0].removeprefix("sort=").split(",")
        _in_order(walked, [*words, "-id" if words[-1].startswith("-") else "id"])
        if by == "offset":
            assert {body["total"] for body in told["walk"]["bodies"]} <= {str(len(wanted))}


def _in_order(rows: list[Row], words: list[str]) -> None:
    """Values go one way, nulls are together at one end, and what is equal goes by the next word."""
    if not words or not rows:
        return
    name, down = words[0].lstrip("-"), words[0].startswith("-")
    groups = [(value, list(some)) for value, some in groupby(rows, key=lambda row: row[name])]
    values = [value for value, _ in groups]
    assert len(values) == len(set(values)), (words, values)
    if None in values:
        assert values.index(None) in {0, len(values) - 1}, (words, values)
    there = [value for value in values if value is not None]
    assert there == sorted(there, reverse=down), (words, values)
    for _, some in groups:
        _in_order(some, words[1:])
