"""Hand-written collections get pages: every row once, in order, whatever happens meanwhile."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fastarch.change.draft import BOOKKEEPING
from fastarch.errors import FastarchError
from fastarch.workflow.pagination import Request, add_pagination
from fastarch.workflow.removal import undo
from fastarch.workflow.session import Mode, Target
from tests.paging import envelopes, layers, orders, parameters, queries, refused
from tests.paging.conftest import Ask
from tests.paging.shape import Shape
from tests.services import postgres_database

SHAPES = [s for m in (queries, layers, orders, envelopes, parameters) for s in m.SHAPES]
CURSORS = [shape for shape in SHAPES if shape.by == "cursor"]
OFFSETS = [shape for shape in SHAPES if shape.by == "offset"]
# One of each kind whose answers depend on the server: nulls, row values, enums, times.
ON_POSTGRES = [shape for shape in SHAPES if shape.name in {
    "a legacy query", "an async select", "nullable ascending", "nullable descending",
    "nulls last, said so", "directions mixed", "a decimal, a bool and an enum", "a time with zone",
    "a uuid", "a composite key", "distinct over a join", "grouped by the key", "offsets",
    "an order by a joined column",
}]  # fmt: skip


def _tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not {"__pycache__", BOOKKEEPING} & set(path.relative_to(root).parts)
        and not path.name.startswith("app.db")
    }


def _add(root: Path, shape: Shape) -> Any:
    return add_pagination(Target(root), Mode(), Request(shape.target, **shape.options))


def _query(url: str, said: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{said}"


def _rows(body: Any, path: str) -> list[Any]:
    for key in path.split(".") if path else ():
        body = body[key]
    return body


def _key(row: Any) -> Any:
    return row if not isinstance(row, dict) else row.get("id", str(row))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_shape(shape: Shape, tmp_path: Path, ask: Ask) -> None:
    _try(shape, tmp_path, ask, None)


@pytest.mark.parametrize("shape", ON_POSTGRES, ids=lambda shape: shape.name)
def test_shape_on_postgres(shape: Shape, tmp_path: Path, ask: Ask) -> None:
    with postgres_database() as url:
        driver = "asyncpg" if shape.mode == "async" else "psycopg"
        _try(shape, tmp_path, ask, url.replace("postgresql:", f"postgresql+{driver}:"))


@pytest.mark.parametrize("shape", refused.SHAPES, ids=lambda shape: shape.name)
def test_refused(shape: Shape, tmp_path: Path) -> None:
    shape.write(tmp_path)
    before = _tree(tmp_path)
    with pytest.raises(FastarchError) as raised:
        _add(tmp_path, shape)
    told = " ".join(f"{p.where} {p.message} {p.hint or ''}" for p in raised.value.problems)
    assert raised.value.exit_code == shape.exit, told
    assert all(word in told for word in shape.says), told
    assert _tree(tmp_path) == before


def _try(shape: Shape, root: Path, ask: Ask, database: str | None) -> None:
    shape.write(root)
    before = _tree(root)
    old_urls = [shape.url, *(_query(shape.url, said) for said in shape.old)]
    old_urls += [_query(shape.url, shape.whole)] if shape.whole else []
    old = ask(root=str(root), urls=old_urls, database=database)
    assert "error" not in old, old["error"]
    assert old["answers"][shape.url]["status"] == 200, old["answers"]
    report = _add(root, shape)
    assert report.status == "applied"
    after = _tree(root)
    _well_formed(shape, before, after)
    _pages(shape, root, ask, database, old)
    assert _add(root, shape).status == "unchanged"
    assert _tree(root) == after
    undo(Target(root), Mode())
    assert _tree(root) == before


def _well_formed(shape: Shape, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    for path, content in after.items():
        if path.endswith(".py"):
            ast.parse(content)
    for path, words in shape.has.items():
        for word in words:
            assert word in after[path].decode(), after[path].decode()
    for path, words in shape.lacks.items():
        for word in words:
            assert word not in after[path].decode(), after[path].decode()


def _pages(shape: Shape, root: Path, ask: Ask, database: str | None, old: dict[str, Any]) -> None:
    size = f"{shape.limit_name}=4"
    first = _query(shape.url, size)
    items = shape.items or ("items" if shape.options.get("body") == "envelope" else "")
    new = ask(
        root=str(root),
        urls=[*old["answers"], *_bad(shape), first],
        walk=first,
        items=items,
        database=database,
    )
    assert "error" not in new, new["error"]
    for url, was in old["answers"].items():
        now = new["answers"][url]
        assert now["status"] == was["status"], (url, now)
        expected = _rows(was["body"], shape.items)[: shape.limit if url == shape.url else None]
        _same_rows(_rows(now["body"], items), expected, shape, what=url)
        for key in shape.same:
            assert now["body"][key] == was["body"][key], (key, now["body"])
    for url in _bad(shape):
        assert new["answers"][url]["status"] == 422, (url, new["answers"][url])
    assert "error" not in new["walk"], new["walk"]
    rows = [row for page in new["walk"]["pages"] for row in page]
    whole = _query(shape.url, shape.whole) if shape.whole else shape.url
    known = _rows(old["answers"][whole]["body"], shape.items)
    _same_rows(rows[: len(known) if shape.whole is None else None], known, shape, what="walk")
    assert [len(page) for page in new["walk"]["pages"][:-1]] == [4] * (len(rows) - 1 >> 2), rows
    for said in new["walk"]["statements"]:
        assert len(said) == shape.statements, said
    if shape.by == "cursor":
        _stays(shape, new)
        _bound(shape, root, ask, database, new)
    if shape.options.get("body") == "envelope" and shape.by == "cursor":
        bodies = [told["body"] for told in new["walk"]["bodies"]]
        assert all(body["next"] for body in bodies[:-1])
        assert bodies[-1]["next"] is None
    if shape.total:
        assert {told["total"] for told in new["walk"]["bodies"]} == {str(len(rows))}


def _bad(shape: Shape) -> list[str]:
    name = shape.limit_name
    said = [f"{name}=0", f"{name}=1001", f"{name}=x"]
    if shape.by == "cursor":
        said += ["cursor=x", "cursor=", "cursor=%00", f"cursor={'A' * 60}"]
    else:
        said += ["offset=-1"] if not shape.old else []
    return [_query(shape.url, one) for one in said]


def _same_rows(now: list[Any], was: list[Any], shape: Shape, what: str) -> None:
    if not shape.ties and shape.ordered:
        assert now == was, what
        return
    if len(now) == len(was) and what == "walk":
        assert Counter(map(str, now)) == Counter(map(str, was)), what
    for key in shape.ties:
        assert [row[key] for row in now] == [row[key] for row in was], (what, key)


def _stays(shape: Shape, new: dict[str, Any]) -> None:
    """Every row that was there all the time comes once, whatever comes and goes meanwhile."""
    assert "error" not in new["moved"], new["moved"]
    keys = Counter(_key(row) for page in new["moved"]["pages"] for row in page)
    assert set(keys.values()) <= {1}, keys
    still = {_key(row) for page in new["walk"]["pages"] for row in page}
    gone = {3, 12, 21}
    if all(isinstance(key, int) for key in still) and "users" in shape.url:
        assert still - gone <= keys.keys(), still - gone - keys.keys()


def _bound(shape: Shape, root: Path, ask: Ask, database: str | None, new: dict[str, Any]) -> None:
    """A cursor holds in another process, and for nothing else than what it was made for."""
    url = new["answers"][_query(shape.url, f"{shape.limit_name}=4")]["link"]
    assert url, "there is more than one page"
    (cursor,) = parse_qs(urlsplit(url).query)["cursor"]
    altered = [cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), cursor[1:], cursor + "A"]
    altered += ["B" + cursor[1:] if cursor[0] != "B" else "C" + cursor[1:]]
    wrong = [_query(shape.url, f"cursor={one}") for one in altered]
    wrong += [_query(shape.url, f"cursor={cursor}&other=1")]
    wrong += [_query(shape.url, said.format(cursor=cursor)) for said in shape.wrong]
    path = urlsplit(url)
    again = ask(
        root=str(root), urls=[f"{path.path}?{path.query}", *wrong], database=database, fill=True
    )
    good = again["answers"][f"{path.path}?{path.query}"]
    assert good["status"] == 200
    assert good["body"] == new["walk"]["bodies"][1]["body"]
    for one in wrong:
        assert again["answers"][one]["status"] == 422, (one, again["answers"][one])
