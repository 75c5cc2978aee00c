"""``fastarch advise`` as a command: what it prints, its JSON, its exit codes and ``--fix``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.discover.apps import write
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
    assert [one["code"] for one in document["findings"]] == ["missing-index"]
    paths = [change["path"] for change in document["changes"]]
    assert "app/main.py" in paths
    assert len(paths) == len(set(paths))
    assert run_json("advise", "--fix")["status"] == "unchanged"
    run("undo", "--yes")
    assert [one["endpoint"] for one in run_json("advise", "teams")["findings"]] == ["GET /teams"]
    run("undo", "--yes")
    assert tree(root) == before


def test_fix_tells_what_it_cannot(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastarch.errors import NotUnderstoodError, Problem
    from fastarch.workflow import advising

    def refuse(*_arguments: object) -> None:
        raise NotUnderstoodError(Problem("It has no session."))

    monkeypatch.setattr(advising, "add_pagination", refuse)
    before = tree(root)
    document = run_json("advise", "users", "--fix", "--strict", code=5)
    assert document["status"] == "unchanged"
    assert document["notices"] == ["GET /users is as it was. It has no session."]
    assert len(document["findings"]) == 2
    assert tree(root) == before


def test_a_clean_app(root: Path) -> None:
    clean = MAIN.partition('    @app.get("/users"')[0]
    write(root, {"app/main.py": clean})
    assert run("advise", "--strict").stdout == "Nothing to advise.\n"
