"""Asked again for further columns, an endpoint's allow-list grows, in whatever way it is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fastarch.errors import FastarchError
from fastarch.workflow.pagination import Request as PageRequest
from fastarch.workflow.pagination import add_pagination
from fastarch.workflow.removal import undo
from fastarch.workflow.session import Mode, Target
from tests.filtering.shapes import SHAPES, Shape
from tests.filtering.test_filtering import BY_NAME, BY_NAME_ASYNC, _answers, _filter, _sort, _tree
from tests.paging.conftest import Ask
from tests.paging.queries import sync
from tests.paging.test_details import ALEMBIC

SHAPED = {
    "default": Shape("by name", BY_NAME),
    "annotated": Shape("by name", BY_NAME_ASYNC, mode="async"),
    "service": next(one for one in SHAPES if one.name == "a service with a repository"),
}


@pytest.mark.parametrize("name", SHAPED)
def test_filters_grow(name: str, tmp_path: Path, ask: Ask) -> None:
    shape = SHAPED[name]
    shape.write(tmp_path)
    trees = [_tree(tmp_path)]
    for fields in (["name"], ["name", "age", "team.name"], ["posts.title"], ["active", "kind"]):
        assert _filter(tmp_path, shape.target, filter=fields).status == "applied"
        trees.append(_tree(tmp_path))
    assert _filter(tmp_path, shape.target, search=["name"]).status == "applied"
    after = _tree(tmp_path)
    again: dict[str, list[str]] = {"filter": ["kind", "team.name"], "search": ["name"]}
    assert _filter(tmp_path, shape.target, **again).status == "unchanged"
    assert _filter(tmp_path, shape.target, filter=[]).status == "unchanged"
    assert _tree(tmp_path) == after
    record = json.loads(next(tmp_path.glob(".fastarch/features/*/record.json")).read_text())
    fields = ["name", "age", "team.name", "posts.title", "active", "kind"]
    assert (record["options"]["fields"], record["options"]["search"]) == (fields, ["name"])
    codes = {
        "name=Name+1&age__null=false&active=true&q=name": 200, "team__name__in=Team+1": 200,
        "posts__title=Post+3&kind=g": 200, "kind=x": 422, "team__id=1": 422,
    }  # fmt: skip
    told = _answers(shape, tmp_path, ask, list(codes))
    assert {query: one["status"] for query, one in told.items()} == codes
    assert len(told["posts__title=Post+3&kind=g"]["body"]) == 1
    for tree in reversed(trees):
        undo(Target(tmp_path), Mode())
        assert _tree(tmp_path) == tree


@pytest.mark.parametrize("name", SHAPED)
def test_orders_grow(name: str, tmp_path: Path, ask: Ask) -> None:
    shape = SHAPED[name]
    shape.write(tmp_path)
    before = _tree(tmp_path)
    _sort(tmp_path, shape.target, fields=("name",))
    between = _tree(tmp_path)
    assert _sort(tmp_path, shape.target, fields=("score", "name")).status == "applied"
    assert _sort(tmp_path, shape.target, fields=("score",)).status == "unchanged"
    told = _answers(shape, tmp_path, ask, ["sort=-score,name", "sort=age"])
    assert [one["status"] for one in told.values()] == [200, 422]
    scores = [float(row["score"]) for row in told["sort=-score,name"]["body"]]
    assert scores == sorted(scores, reverse=True)
    undo(Target(tmp_path), Mode())
    assert _tree(tmp_path) == between
    undo(Target(tmp_path), Mode())
    assert _tree(tmp_path) == before


def test_pages_are_bound_to_what_is_new(tmp_path: Path, ask: Ask) -> None:
    SHAPED["default"].write(tmp_path)
    _filter(tmp_path, "users", filter=["name"])
    add_pagination(Target(tmp_path), Mode(), PageRequest("users"))
    _filter(tmp_path, "users", filter=["active"])
    told = ask(root=str(tmp_path), urls=["/users?active=true&limit=3"])
    link = told["answers"]["/users?active=true&limit=3"]["link"]
    link = link.removeprefix("http://testserver")
    wrong = link.replace("active=true", "active=false")
    answers = ask(root=str(tmp_path), urls=[link, wrong])["answers"]
    assert (answers[link]["status"], answers[wrong]["status"]) == (200, 422)


def test_only_new_columns_get_an_index(tmp_path: Path) -> None:
    Shape("by name", BY_NAME + ALEMBIC).write(tmp_path)
    _filter(tmp_path, "users", filter=["name"])
    told = " ".join(_filter(tmp_path, "users", filter=["name", "score"]).notices)
    assert "ix_users_score_id is new" in told
    assert "ix_users_name" not in told
    revisions = sorted((tmp_path / "migrations/versions").glob("*indexes*.py"))
    texts = [path.read_text() for path in revisions]
    assert [text.count("create_index") for text in texts] == [1, 1]


def test_what_others_wrote_is_kept(tmp_path: Path, ask: Ask) -> None:
    """The dependency as somebody has laid it out, and words of their own."""
    shape = SHAPED["default"]
    shape.write(tmp_path)
    _filter(tmp_path, "users", filter=["name"])
    main = tmp_path / "app/main.py"
    text = main.read_text()
    old = 'filters: RowFilters = Depends(filters_of(User, "name"))'
    assert old in text
    new = "filters: RowFilters = Depends(filters_of(\n    User, 'name', search=('name',), own=OWN))"
    main.write_text(text.replace(old, new).replace("app = ", "OWN = ['x']\napp = "))
    _filter(tmp_path, "users", filter=["age"], search=["name"])
    said = " ".join(main.read_text().split()).replace("( ", "(").replace(" )", ")")
    wanted = 'filters_of(User, "name", "age", search=["name"], own=[*OWN])'
    assert wanted in said.replace("'", '"')
    assert _answers(shape, tmp_path, ask, ["age=20&q=name"])["age=20&q=name"]["status"] == 200


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (
            "filters: RowFilters = Depends(filters_of(User, *NAMES))",
            ("app/main.py:", "written by hand", 'add to it: "age"'),
        ),
        (
            'filters: RowFilters = Depends(\n        # as asked\n        filters_of(User, "name"))',
            ("written by hand",),
        ),
        ("filters: Asked = None", ("no longer in its parameters",)),
    ],
)
def test_what_cannot_be_read_is_refused(new: str, words: tuple[str, ...], tmp_path: Path) -> None:
    SHAPED["default"].write(tmp_path)
    _filter(tmp_path, "users", filter=["name"])
    main = tmp_path / "app/main.py"
    old = 'filters: RowFilters = Depends(filters_of(User, "name"))'
    text = main.read_text()
    assert old in text
    asked = 'Asked = Annotated[RowFilters, Depends(filters_of(User, "name"))]\nNAMES = ["name"]\n'
    main.write_text(text.replace(old, new).replace("\napp = ", f"\n{asked}app = "))
    before = _tree(tmp_path)
    with pytest.raises(FastarchError) as raised:
        _filter(tmp_path, "users", filter=["age"])
    assert raised.value.exit_code == 3
    told = " ".join(f"{one.where} {one.message} {one.hint}" for one in raised.value.problems)
    assert all(word in told for word in words), told
    assert _tree(tmp_path) == before


def test_names_that_two_would_share_are_refused(tmp_path: Path) -> None:
    Shape("names", sync("    return db.query(User).all()")).write(tmp_path)
    models = tmp_path / "app/models.py"
    field = "    rate: Mapped[float]\n"
    models.write_text(models.read_text().replace(field, f"{field}    score__ge: Mapped[int]\n"))
    _filter(tmp_path, "users", filter=["score"])
    with pytest.raises(FastarchError, match="both be asked for by score__ge"):
        _filter(tmp_path, "users", filter=["score__ge"])


def test_arguments_of_a_factory_are_no_parameters(tmp_path: Path, ask: Ask) -> None:
    """A column may be called as an argument of what makes the order is."""
    shape = Shape("names", sync("    return db.query(User).all()"))
    shape.write(tmp_path)
    models = tmp_path / "app/models.py"
    field = "    rate: Mapped[float]\n"
    models.write_text(models.read_text().replace(field, f"{field}    model: Mapped[int | None]\n"))
    _sort(tmp_path, "users", fields=("name",))
    _filter(tmp_path, "users", filter=["model"])
    assert "own=" not in (tmp_path / "app/main.py").read_text()
    told: Any = _answers(shape, tmp_path, ask, ["model=3", "model__null=true"])
    assert [len(one["body"]) for one in told.values()] == [0, 23]
