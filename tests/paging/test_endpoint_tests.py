"""The tests that come with pages, filters and orders: green as they come, red when it breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fastarch.workflow.narrowing import add_narrowing
from fastarch.workflow.pagination import Request, add_pagination
from fastarch.workflow.removal import undo
from fastarch.workflow.session import Mode, Target
from fastarch.workflow.sync import Request as SyncRequest
from tests.filtering.shapes import SHAPES as NARROWED
from tests.paging import envelopes, layers, orders, parameters, queries
from tests.paging.queries import sync
from tests.paging.shape import Shape
from tests.proven import prove

PAGED = [s for m in (queries, layers, orders, envelopes, parameters) for s in m.SHAPES]
OWN = """from app.main import app


def test_app():
    assert app
"""
# What cannot surely be shown with rows that a test makes up, and the reason that is told.
LEFT = {
    "mappings": "does not show the primary key",
    "rows of two models": "does not show the primary key",
    "SQLModel, several columns": "of several models",
    "a model and a column of another": "by a join",
    "distinct over a join": "by a join",
    "a join to one": "by a join",
    "a session of its own": "Its session does not come from the dependency",
    "a repository behind an abstract one, and a unit of work": "a session of its own",
    "rows below another object": "Its path names other rows",
    "a composite key": "no primary key of a single column",
    "a response of its own": "It makes its response itself",
    "a response of a helper's": "It makes its response itself",
    "parameters of a dependency": "begins with the first row",
    "an alias": "of which model the rows are",
}


def _with_tests(root: Path) -> None:
    """Give an app a folder of tests."""
    (root / "tests").mkdir()
    (root / "tests/test_app.py").write_text(OWN)


def _page(root: Path, shape: Shape, **more: Any) -> Any:
    return add_pagination(Target(root), Mode(), Request(shape.target, **{**shape.options, **more}))


def _narrow(root: Path, feature: Any, target: str, *, tests: bool = True) -> Any:
    flags: Any = {"sort": []} if feature == "sorting" else {"filter": [], "search": ["name"]}
    request = SyncRequest()
    return add_narrowing(Target(root), Mode(), feature, target, flags, request, tests=tests)


def _written(report: Any) -> list[str]:
    made = [one.path for one in report.changes if one.path.startswith("tests/test_")]
    return [path for path in made if path != "tests/test_pagination.py"]


def _tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {"__pycache__", ".fastarch"} & set(path.relative_to(root).parts)
    }


@pytest.mark.parametrize("shape", PAGED, ids=lambda shape: shape.name)
def test_of_pages(shape: Shape, tmp_path: Path) -> None:
    shape.write(tmp_path)
    _with_tests(tmp_path)
    before = _tree(tmp_path)
    report = _page(tmp_path, shape)
    told = [one for one in report.notices if one.startswith("No tests of")]
    if shape.name in LEFT:
        assert _written(report) == []
        assert LEFT[shape.name] in " ".join(told)
        return
    assert told == []
    done = prove(tmp_path, *_written(report))
    assert (done.returncode, "skipped" in done.stdout) == (0, False), done.stdout
    undo(Target(tmp_path), Mode())
    assert _tree(tmp_path) == before


@pytest.mark.parametrize("feature", ["filtering", "sorting"])
@pytest.mark.parametrize("shape", NARROWED, ids=lambda shape: shape.name)
def test_of_what_narrows(shape: Any, feature: str, tmp_path: Path) -> None:
    shape.write(tmp_path)
    _with_tests(tmp_path)
    before = _tree(tmp_path)
    report = _narrow(tmp_path, feature, shape.target)
    told = [one for one in report.notices if one.startswith("No tests of")]
    if shape.name == "the same words in another query":
        assert _written(report) == []
        assert "may refuse a request" in " ".join(told)
        return
    assert told == []
    done = prove(tmp_path, *_written(report))
    assert (done.returncode, "skipped" in done.stdout) == (0, False), done.stdout
    undo(Target(tmp_path), Mode())
    assert _tree(tmp_path) == before


BY_NAME = sync("    return db.query(User).filter(User.active).order_by(User.name.desc()).all()")


@pytest.mark.parametrize("body", ["list", "envelope"])
@pytest.mark.parametrize("by", ["cursor", "offset"])
def test_of_several_features(by: Any, body: Any, tmp_path: Path) -> None:
    first, other = tmp_path / "first", tmp_path / "other"
    trees = []
    for root, names in (
        (first, ("pagination", "filtering", "sorting")),
        (other, ("sorting", "filtering", "pagination")),
    ):
        root.mkdir()
        shape = Shape("by name", BY_NAME)
        shape.write(root)
        _with_tests(root)
        files = []
        for name in names:
            done = (
                _page(root, shape, by=by, body=body)
                if name == "pagination"
                else _narrow(root, name, "users")
            )
            files += _written(done)
        assert len(files) == 3
        done = prove(root, *files)
        assert done.returncode == 0, done.stdout
        trees.append(set(files))
    # What they ask depends on what was there: pages make rows come a few at a time.
    assert trees[0] == trees[1]


BROKEN = [
    ("pagination", "app/pagination.py", "rows = rows[: self.limit]", "rows = rows[: self.limit + 1]"),
    ("pagination", "app/pagination.py", "wider.order_by(None).order_by(*(key.clause for key in keys))",
     "wider.order_by(None)"),
    ("pagination", "app/pagination.py", "is_ours = bool(content) and", "is_ours = bool(content) or"),
    ("pagination", "app/pagination.py", "le=maximum,", "le=10_000,"),
    ("pagination", "app/pagination.py", "ge=1,", "ge=-9,"),
    ("pagination", "app/pagination.py", "    default = limit\n", "    default = limit + 1\n"),
    ("pagination", "app/pagination.py", "found.append(and_(*same, past))", "found.append(past)"),
    ("pagination", "app/pagination.py", "return here < there if", "return here <= there if"),
    ("pagination", "app/main.py", ".order_by(User.name.desc())", ".order_by(User.name)"),
    ("pagination", "app/main.py", ".order_by(User.name.desc())", ""),
    ("filtering", "app/filtering.py", "narrowed: Statement = query.where(*self.conditions)",
     "narrowed: Statement = query"),
    ("filtering", "app/filtering.py", "lambda one, said: one >= said", "lambda one, said: one > said"),
    ("filtering", "app/filtering.py", "lambda one, said: one.in_(said)", "lambda one, said: one == said[0]"),
    ("filtering", "app/filtering.py", "one.is_(None) if said", "one.is_not(None) if said"),
    ("filtering", "app/filtering.py", "autoescape=True", "autoescape=False"),
    ("filtering", "app/filtering.py", "raise _refusal(name, request.query_params[name])", "continue"),
    ("sorting", "app/sorting.py", "query.order_by(None).order_by(*self.clauses)", "query"),
    ("sorting", "app/sorting.py", "column.desc() if down", "column.asc() if down"),
    ("sorting", "app/sorting.py", "columns += [", "_ = ["),
]  # fmt: skip


@pytest.mark.parametrize(("feature", "file", "was", "now"), BROKEN)
def test_what_breaks_is_seen(feature: str, file: str, was: str, now: str, tmp_path: Path) -> None:
    files = BY_NAME
    if "past" in was:  # ranges are for orders whose directions differ
        files = BY_NAME.replace("User.name.desc()", "User.name.desc(), User.id.asc()")
    shape = Shape("by name", files)
    shape.write(tmp_path)
    _with_tests(tmp_path)
    report = (
        _page(tmp_path, shape) if feature == "pagination" else _narrow(tmp_path, feature, "users")
    )
    path = tmp_path / file
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, now, 1))
    done = prove(tmp_path, *_written(report))
    assert done.returncode == 1, done.stdout


def test_none_where_none_are_wanted(tmp_path: Path) -> None:
    shape = Shape("by name", BY_NAME)
    shape.write(tmp_path)
    _with_tests(tmp_path)
    assert _written(_narrow(tmp_path, "sorting", "users", tests=False)) == []
    assert _written(_page(tmp_path, shape, tests=False)) == []
