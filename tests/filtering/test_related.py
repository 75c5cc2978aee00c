"""Filters that reach into one relation: typed by the other's columns, without a row too many."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastarch.errors import FastarchError
from fastarch.workflow.pagination import Request as PageRequest
from fastarch.workflow.pagination import add_pagination
from fastarch.workflow.removal import undo
from fastarch.workflow.session import Mode, Target
from tests.filtering.shapes import Shape
from tests.filtering.test_filtering import BY_NAME, BY_NAME_ASYNC, _answers, _filter, _sort, _tree
from tests.paging.conftest import Ask
from tests.paging.layers import MAIN, SYNC_HEAD
from tests.paging.queries import sync
from tests.paging.test_details import ALEMBIC
from tests.services import postgres_database

FIELDS = ["team.name", "posts.title", "active"]


def _team(user: int) -> str | None:
    return None if user % 6 == 0 else f"Team {(1 + user % 4) % 3}"


def _posts(user: int) -> set[str]:
    return {f"Post {n}" for n in range(1, 20) if 1 + n % 9 == user}


FILTERS: dict[str, Callable[[int], bool]] = {
    "": lambda _: True,
    "team__name=Team+1": lambda user: _team(user) == "Team 1",
    "team__name__in=Team+0,Team+2": lambda user: _team(user) in {"Team 0", "Team 2"},
    "team__name__null=true": lambda user: _team(user) is None,
    "team__name__null=false": lambda user: _team(user) is not None,
    "posts__title=Post+3": lambda user: "Post 3" in _posts(user),
    # Several posts match, and yet it is one row.
    "posts__title__in=Post+3,Post+12": lambda user: bool(_posts(user) & {"Post 3", "Post 12"}),
    "posts__title__null=true": lambda user: not _posts(user),
    "team__name=Team+1&active=true": lambda user: _team(user) == "Team 1" and user % 3 != 0,
    "team__name=Nobody": lambda _: False,
}
WRONG = ["team__id=1", "team__name__ge=a", "team__name=%00", "posts__title__null=x", "team__x=1"]
CRUD = (
    MAIN
    + SYNC_HEAD.replace("schemas import UserOut", "schemas import UserOut as Team").replace(
        "List[UserOut]", "List[Team]"
    )
    + """    return crud.get_users(db)
--- app/crud.py
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Team, User


def get_users(db: Session) -> list[User]:
    return list(db.scalars(select(User).outerjoin(Team).order_by(Team.name, User.id)))
"""
)
SQLMODEL = """
--- app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlmodel import Session, select

from app.db import get_db
from app.models import User
from app.schemas import UserOut

app = FastAPI()


@app.get("/users", response_model=list[UserOut])
def list_users(session: Annotated[Session, Depends(get_db)]):
    return session.exec(select(User).order_by(User.name)).all()
"""
SHAPES = [
    Shape(
        "a legacy query",
        BY_NAME,
        has={"app/main.py": ('related={"team": Team, "posts": Post}',)},
    ),
    Shape("an async select", BY_NAME_ASYNC, mode="async"),
    Shape("SQLModel", SQLMODEL, models="sqlmodel"),
    Shape(
        "a join to the same table, and a schema of the other model's name",
        CRUD,
        url="/api/users",
        has={"app/routers/users.py": ("Team as TeamModel", '"team": TeamModel')},
    ),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_rows(shape: Shape, tmp_path: Path, ask: Ask) -> None:
    _try(shape, tmp_path, ask, None)


@pytest.mark.parametrize("shape", SHAPES[:2], ids=lambda shape: shape.name)
def test_rows_on_postgres(shape: Shape, tmp_path: Path, ask: Ask) -> None:
    driver = "asyncpg" if shape.mode == "async" else "psycopg"
    with postgres_database() as url:
        _try(shape, tmp_path, ask, url.replace("postgresql:", f"postgresql+{driver}:"))


def _try(shape: Shape, root: Path, ask: Ask, database: str | None) -> None:
    shape.write(root)
    before = _tree(root)
    assert _filter(root, shape.target, filter=FIELDS).status == "applied"
    after = _tree(root)
    for path, words in shape.has.items():
        for word in words:
            assert word in after[path].decode(), after[path].decode()
    told = _answers(shape, root, ask, [*FILTERS, *WRONG], database=database)
    for query, holds in FILTERS.items():
        found = [row["id"] for row in told[query]["body"]]
        assert sorted(found) == [user for user in range(1, 24) if holds(user)], query
    assert {query: told[query]["status"] for query in WRONG} == dict.fromkeys(WRONG, 422)
    assert _filter(root, shape.target, filter=FIELDS).status == "unchanged"
    assert _tree(root) == after
    undo(Target(root), Mode())
    assert _tree(root) == before


@pytest.mark.parametrize("by", ["cursor", "offset"])
def test_pages_of_them(by: Any, tmp_path: Path, ask: Ask) -> None:
    shape = Shape("by name", BY_NAME)
    shape.write(tmp_path)
    _filter(tmp_path, "users", filter=FIELDS)
    _sort(tmp_path, "users", fields=("score",))
    add_pagination(Target(tmp_path), Mode(), PageRequest("users", by=by))
    first = "/users?team__name__in=Team+1,Team+2&posts__title__null=false&sort=-score&limit=2"
    told = ask(root=str(tmp_path), urls=[], walk=first, items="")
    assert "error" not in told, told["error"]
    walked = [row["id"] for page in told["walk"]["pages"] for row in page]
    wanted = [n for n in range(1, 24) if _team(n) in {"Team 1", "Team 2"} and _posts(n)]
    assert walked == sorted(wanted, key=lambda n: (n * 11 % 7, n), reverse=True)


def test_openapi_has_them(tmp_path: Path, ask: Ask) -> None:
    Shape("by name", BY_NAME).write(tmp_path)
    _filter(tmp_path, "users", filter=["team.id"])
    told = ask(root=str(tmp_path), urls=[])["openapi"]["paths"]["/users"]["get"]["parameters"]
    names = [one["name"] for one in told]
    assert names == [
        f"team__id{operator}" for operator in ("", "__in", "__ge", "__gt", "__le", "__lt", "__null")
    ]
    assert told[0]["description"] == "`team.id` is this."


def test_an_index_comes_with_a_revision(tmp_path: Path) -> None:
    Shape("by name", BY_NAME + ALEMBIC).write(tmp_path)
    report = _filter(tmp_path, "users", filter=["team.name", "posts.title", "posts.id", "score"])
    told = " ".join(report.notices)
    assert "ix_teams_name_id is new" in told
    assert "ix_posts_title_id is new" in told
    models = (tmp_path / "app/models.py").read_text()
    assert 'Index("ix_teams_name_id", Team.name, Team.id)\n' in models
    (revision,) = (tmp_path / "migrations/versions").glob("*indexes*.py")
    text = revision.read_text()
    assert 'op.create_index("ix_teams_name_id", "teams", ["name", "id"])' in text
    assert 'op.create_index("ix_users_score_id", "users", ["score", "id"])' in text


def test_a_relation_of_the_other_side_and_of_the_model_itself(tmp_path: Path, ask: Ask) -> None:
    shape = Shape("by name", BY_NAME)
    shape.write(tmp_path)
    models = tmp_path / "app/models.py"
    text = models.read_text().replace(
        '    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))\n',
        '    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))\n'
        "    @property\n    def twin(self) -> None: ...\n"
        '    boss_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))\n'
        '    boss: Mapped["User | None"] = relationship(remote_side=[id], backref="staff")\n',
    )
    text = text.replace(
        '    user: Mapped[User] = relationship(back_populates="posts")',
        '    user: Mapped[User] = relationship(back_populates="posts")\n'
        '    editor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))\n',
    )
    text = text.replace(
        '"Post"]] = relationship(', '"Post"]] = relationship(foreign_keys="Post.user_id", '
    ).replace("[User] = relationship(", "[User] = relationship(foreign_keys=[user_id], ")
    models.write_text(text)
    _filter(tmp_path, "users", filter=["boss.name", "staff.age", "posts.title"])
    queries = [
        "boss__name=Name+1",
        "boss__name__null=true",
        "staff__age__ge=1",
        "staff__age__null=true",
    ]
    told = _answers(shape, tmp_path, ask, queries)
    assert {query: len(told[query]["body"]) for query in queries} == {
        "boss__name=Name+1": 0, "boss__name__null=true": 23, "staff__age__ge=1": 0,
        "staff__age__null=true": 23,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (["group.name"], ("no relationship 'group'", "there are team, posts")),
        (["team.height"], ("Team has no column 'height'", "team.name")),
        (["team.password_hash"], ("Team.password_hash", "piece by piece")),
        (["team.extra"], ("Team.extra", "its type")),
        (["posts.user.name"], ("too far", "one relation")),
        (["team.name", "team.name__in"], ("team.name and team.name__in", "team__name__in")),
        (["score", "score__ge"], ("score and score__ge", "score__ge")),
    ],
)
def test_what_cannot_be_is_refused(
    fields: list[str], words: tuple[str, ...], tmp_path: Path
) -> None:
    Shape("by name", BY_NAME).write(tmp_path)
    models = tmp_path / "app/models.py"
    text = models.read_text().replace(
        "    users: Mapped",
        "    name__in: Mapped[int]\n    password_hash: Mapped[str]\n"
        "    extra: Mapped[dict] = mapped_column(JSON)\n    users: Mapped",
    )
    text = text.replace(
        "    rate: Mapped[float]\n", "    rate: Mapped[float]\n    score__ge: Mapped[int]\n"
    )
    models.write_text(text.replace("import DateTime", "import JSON, DateTime"))
    before = _tree(tmp_path)
    with pytest.raises(FastarchError) as raised:
        _filter(tmp_path, "users", filter=fields)
    told = " ".join(f"{one.message} {one.hint or ''}" for one in raised.value.problems)
    assert raised.value.exit_code == 2, told
    assert all(word in told for word in words), told
    assert _tree(tmp_path) == before


@pytest.mark.parametrize("asked", [{"search": ["team.name"]}, {"sort": ["team.name"]}])
def test_only_filters_reach_into_relations(asked: dict[str, list[str]], tmp_path: Path) -> None:
    Shape("by name", BY_NAME).write(tmp_path)
    with pytest.raises(FastarchError, match="column of a relation"):
        if "sort" in asked:
            _sort(tmp_path, "users", fields=("team.name",))
        else:
            _filter(tmp_path, "users", **asked)


def test_operators_are_told_from_names(tmp_path: Path, ask: Ask) -> None:
    """Fields whose names end, and a relation whose name begins, as an operator does."""
    body = "    return db.query(User).all()"
    shape = Shape("names", sync(body))
    shape.write(tmp_path)
    models = tmp_path / "app/models.py"
    text = models.read_text()
    text = text.replace(
        "    rate: Mapped[float]\n", "    rate: Mapped[float]\n    check_in: Mapped[int | None]\n"
    )
    text = text.replace("    team: Mapped[Team | None]", "    null: Mapped[Team | None]")
    text = text.replace('back_populates="team"', 'back_populates="null"')
    models.write_text(text)
    _filter(tmp_path, "users", filter=["check_in", "null.name", "team_id"])
    codes = {
        "check_in=3": 200, "check_in__in=3,4": 200, "check_in__null=true": 200, "check__in=3": 200,
        "null__name=Team+1": 200, "null__name__null=true": 200, "null__name__in=Team+1": 200,
        "null__null=1": 422, "team_id__null=true": 200, "check_in__in__in=3": 422, "null__in=3": 422,
    }  # fmt: skip
    told = _answers(shape, tmp_path, ask, list(codes))
    assert {query: one["status"] for query, one in told.items()} == codes
    # Another parameter is left alone.
    assert len(told["check__in=3"]["body"]) == 23
    assert len(told["check_in__null=true"]["body"]) == 23


def test_what_is_generated_is_typed(tmp_path: Path) -> None:
    shape = SHAPES[3]
    shape.write(tmp_path)
    _filter(tmp_path, shape.target, filter=FIELDS)
    module = next(path for path in tmp_path.rglob("filtering.py"))
    command = [sys.executable, "-m", "mypy", "--strict", str(module)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
