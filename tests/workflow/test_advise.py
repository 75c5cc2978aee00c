"""``fastarch advise`` as a command: what it prints, its JSON, its exit codes and ``--fix``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.discover.apps import write
from tests.paging.test_details import ALEMBIC
from tests.shapes.shape import unpack
from tests.workflow.shop import DATABASE, run, run_json, tree

MODELS = """
    from sqlalchemy.orm import Mapped, mapped_column

    from app.database import Base


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]


    class Team(Base):
        __tablename__ = "teams"

        id: Mapped[int] = mapped_column(primary_key=True)
    """
MAIN = """
    from fastapi import Depends, FastAPI
    from pydantic import BaseModel
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from app.database import get_db
    from app.models import Team, User

    app = FastAPI()


    class Read(BaseModel):
        id: int


    @app.get("/users", response_model=list[Read])
    def users(db: Session = Depends(get_db)):
        return db.scalars(select(User)).all()


    @app.get("/users/named/{name}", response_model=Read)
    def named(name: str, db: Session = Depends(get_db)):
        return db.scalars(select(User).where(User.name == name)).first()


    @app.get("/teams", response_model=list[Read])
    def teams(db: Session = Depends(get_db)):
        return db.scalars(select(Team)).all()
    """


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with three findings, as working directory."""
    files = {
        "requirements.txt": "fastapi\nsqlalchemy\n",
        "app/__init__.py": "",
        "app/database.py": DATABASE,
        "app/models.py": MODELS,
        "app/main.py": MAIN,
    }
    monkeypatch.chdir(write(tmp_path, files))
    return tmp_path


def test_what_is_printed(root: Path) -> None:
    before = tree(root)
    lines = run("advise").stdout.splitlines()
    assert lines[0] == "app/main.py:17  unbounded-list  GET /users"
    assert lines[1].startswith("  It answers with every User")
    assert lines[2] == '  fix   fastarch add pagination "GET /users"'
    assert "app/models.py:10  missing-index  GET /users/named/{name}" in lines
    assert lines[-1] == "3 findings."
    assert tree(root) == before


def test_nothing_of_rich_is_loaded_for_a_pipe(root: Path) -> None:
    code = (
        "import atexit, sys; from fastarch.cli import main; sys.argv[1:] = ['advise'];"
        " atexit.register(lambda: print('rich' in sys.modules)); main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[-2:] == ["3 findings.", "False"]


def test_json(root: Path) -> None:
    document = run_json("advise", "GET /teams", "--app", str(root))
    assert (document["command"], document["status"]) == ("advise", "unchanged")
    assert document["changes"] == document["errors"] == []
    (one,) = document["findings"]
    assert one["code"] == "unbounded-list"
    assert (one["endpoint"], one["file"], one["line"]) == ("GET /teams", "app/main.py", 27)
    assert one["fix"] == 'fastarch add pagination "GET /teams"'
    assert one["message"]
    assert one["hint"]


@pytest.mark.usefixtures("root")
def test_strict_is_for_continuous_integration() -> None:
    assert "3 findings." in run("advise", "--strict", code=5).stdout
    assert len(run_json("advise", "--strict", code=5)["findings"]) == 3
    assert run_json("advise")["findings"]


@pytest.mark.usefixtures("root")
def test_a_target() -> None:
    assert "2 findings." in run("advise", "users").stdout
    assert "1 finding." in run("advise", "app/main.py:teams").stdout
    result = run("advise", "cars", code=2)
    assert '"GET /teams" (app/main.py:teams)' in result.stderr


def test_fix(root: Path) -> None:
    before = tree(root)
    document = run_json("advise", "--fix")
    assert document["status"] == "applied"
    assert document["findings"] == []
    paths = [change["path"] for change in document["changes"]]
    assert "app/main.py" in paths
    assert len(paths) == len(set(paths))
    assert 'Index("ix_users_name", User.name)' in (root / "app/models.py").read_text()
    assert run_json("advise", "--fix")["status"] == "unchanged"
    run("undo", "--yes")
    assert [one["code"] for one in run_json("advise")["findings"]] == ["missing-index"]
    run("undo", "--yes")
    assert [one["endpoint"] for one in run_json("advise", "teams")["findings"]] == ["GET /teams"]
    run("undo", "--yes")
    assert tree(root) == before


def test_a_preview_of_what_is_fixed(root: Path) -> None:
    before = tree(root)
    document = run_json("advise", "--fix", "--dry-run")
    assert document["status"] == "planned"
    assert len(document["findings"]) == 3
    assert tree(root) == before
    diff = run("advise", "--fix", "--diff").stdout
    assert tree(root) == before
    subprocess.run(["git", "apply"], input=diff, cwd=root, text=True, check=True)
    after = tree(root)
    assert {path for path in after if after[path] != before.get(path)} == {
        change["path"] for change in document["changes"]
    }
    assert run("advise").stdout == "Nothing to advise.\n"


LAZY = """
    from fastapi import Depends, FastAPI
    from pydantic import BaseModel
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from app.database import get_db
    from app.models import Post, User

    app = FastAPI()


    class UserRead(BaseModel):
        id: int
        name: str


    class PostRead(BaseModel):
        id: int
        title: str
        user: UserRead
        tags: list[str] = []
        comments: list[UserRead]


    @app.get("/posts", response_model=list[PostRead])
    def posts(db: Session = Depends(get_db)):
        # the newest first
        statement = select(Post).order_by(Post.id.desc()).limit(20)
        return db.scalars(statement).all()


    @app.get("/titles")
    def titles(db: Session = Depends(get_db)) -> list[str]:
        return [f"{post.user.name}: {post.title}" for post in db.query(Post).limit(20)]
    """
LINKED = """
    from sqlalchemy import ForeignKey
    from sqlalchemy.orm import Mapped, mapped_column, relationship

    from app.database import Base


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]


    class Post(Base):
        __tablename__ = "posts"

        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str]
        user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
        user: Mapped[User] = relationship()
        comments: Mapped[list["Comment"]] = relationship()


    class Comment(Base):
        __tablename__ = "comments"

        id: Mapped[int] = mapped_column(primary_key=True)
        post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    """
MIGRATIONS = {
    name: content.decode()
    for name, content in unpack(ALEMBIC.replace("app.db ", "app.database ")).items()
}


def test_relations_are_loaded_and_keys_indexed(root: Path) -> None:
    write(root, {"app/main.py": LAZY, "app/models.py": LINKED, **MIGRATIONS})
    before = tree(root)
    found = run_json("advise")["findings"]
    assert sorted(one["code"] for one in found) == ["missing-index", *["n-plus-one"] * 3]
    assert all(one["fix"] for one in found)
    document = run_json("advise", "--fix")
    assert document["findings"] == [], document
    main = (root / "app/main.py").read_text()
    assert "select(Post)" in main
    assert "        joinedload(Post.user), selectinload(Post.comments)\n    ).order_by" in main
    assert "db.query(Post).options(joinedload(Post.user))" in main
    assert "# the newest first" in main
    assert 'Index("ix_posts_user_id", Post.user_id)' in (root / "app/models.py").read_text()
    (revision,) = (root / "migrations/versions").glob("*indexes*.py")
    text = revision.read_text()
    assert 'op.create_index("ix_posts_user_id", "posts", ["user_id"])' in text
    assert 'op.drop_index("ix_posts_user_id", table_name="posts")' in text
    assert run_json("advise", "--fix")["status"] == "unchanged"
    for _ in range(3):
        run("undo", "--yes")
    assert tree(root) == before


def test_what_else_begins_with_the_same_words_stays_advice(root: Path) -> None:
    twice = LAZY.replace(
        "    statement = select(Post).order_by",
        "    assert db.scalar(select(Post)) is not None\n        statement = select(Post).order_by",
    )
    write(root, {"app/main.py": twice, "app/models.py": LINKED})
    document = run_json("advise", "GET /posts", "--fix")
    assert {one["code"] for one in document["findings"]} == {"n-plus-one"}
    assert {one["fix"] for one in document["findings"]} == {None}
    assert all(".options(" in one["hint"] for one in document["findings"])
    assert "options" not in (root / "app/main.py").read_text()


def test_options_of_sqlmodel(root: Path) -> None:
    from tests.paging.queries import SHAPES
    from tests.paging.shape import Shape

    plain = next(one for one in SHAPES if one.name == "SQLModel")
    files = plain.files.replace("list[User]", "list[Seen]").replace(
        "app = FastAPI()",
        "class Seen(SQLModel):\n    id: int\n    team: Team | None\n\n\napp = FastAPI()",
    )
    files = files.replace("import User", "import Team, User").replace(
        "import Session, select", "import Session, SQLModel, select"
    ).replace("order_by(User.name)", "order_by(User.name).limit(5)")  # fmt: skip
    Shape("seen", files, models="sqlmodel").write(root)
    document = run_json("advise", "GET /users", "--fix")
    main = (root / "app/main.py").read_text()
    assert "joinedload(col(User.team))" in main, document
    assert not [one for one in document["findings"] if one["code"] == "n-plus-one"]


def test_fix_tells_what_it_cannot(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastarch.errors import NotUnderstoodError, Problem
    from fastarch.workflow import advising

    def refuse(*_arguments: object) -> None:
        raise NotUnderstoodError(Problem("It has no session."))

    monkeypatch.setattr(advising, "add_pagination", refuse)
    before = tree(root)
    document = run_json("advise", "teams", "--fix", "--strict", code=5)
    assert document["status"] == "unchanged"
    assert document["notices"] == ["GET /teams is as it was. It has no session."]
    assert len(document["findings"]) == 1
    assert tree(root) == before


def test_a_clean_app(root: Path) -> None:
    clean = MAIN.partition('    @app.get("/users"')[0]
    write(root, {"app/main.py": clean})
    assert run("advise", "--strict").stdout == "Nothing to advise.\n"
