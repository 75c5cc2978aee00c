from __future__ import annotations

import json
import random
import time

import pytest

from fastarch.discover import discover, facts
from fastarch.errors import FastarchError, NotUnderstoodError, UsageError
from tests.discover.apps import crud, write

SHOP = {
    "pyproject.toml": "[project]\nrequires-python = '>=3.11'\ndependencies = ['fastapi>=0.110', 'sqlalchemy>=2']\n",
    "app/__init__.py": "",
    "app/main.py": "from fastapi import FastAPI\nfrom app.routers import items, users\napp = FastAPI()\napp.include_router(users.router, prefix='/api')\napp.include_router(items.router, prefix='/api')\n",
    "app/config.py": "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings): ...\nsettings = Settings()\n",
    "app/db.py": """
        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, sessionmaker
        Session = sessionmaker(create_engine("sqlite://"))
        class Base(DeclarativeBase): ...
        def get_db():
            with Session() as session:
                yield session
        """,
    "app/models/__init__.py": "",
    "app/models/user.py": """
        from sqlalchemy.orm import Mapped, mapped_column
        from app.db import Base
        class User(Base):
            __tablename__ = "users"
            id: Mapped[int] = mapped_column(primary_key=True)
        """,
    "app/routers/__init__.py": "",
    "app/routers/users.py": """
        from fastapi import APIRouter, Depends
        from sqlalchemy.orm import Session
        from app.db import get_db
        from app.models.user import User
        router = APIRouter(prefix="/users")
        @router.post("/")
        def create(db: Session = Depends(get_db)): ...
        """,
    "app/routers/items.py": crud("prefix='/items'"),
    "tests/test_users.py": "from app.main import app\n",
}  # fmt: skip


def test_the_facts_as_json(tmp_path):
    write(tmp_path, SHOP)
    found = json.loads(json.dumps(facts.to_json(discover(tmp_path))))
    assert found["root"] == "."
    assert found["import_root"] == "."
    assert found["package"] == "app"
    assert found["python"] == ">=3.11"
    assert found["versions"] == {"fastapi": ">=0.110", "sqlalchemy": ">=2"}
    assert found["entries"] == [
        {"file": "app/main.py", "line": 3, "name": "app", "kind": "instance"}
    ]
    assert (
        found["entry"].items()
        >= {"file": "app/main.py", "line": 3, "name": "app", "kind": "instance"}.items()
    )
    assert found["router_site"].items() >= {
        "file": "app/main.py", "line": 5, "kind": "include", "on": "app", "prefix": "/api",
    }.items()  # fmt: skip
    assert found["orm"]["kind"] == "sqlalchemy"
    assert found["orm"]["async"] is False
    assert found["orm"]["base"].items() >= {"file": "app/db.py", "name": "Base"}.items()
    assert (
        found["session"].items()
        >= {"file": "app/db.py", "name": "get_db", "style": "depends", "commits": "caller"}.items()
    )
    assert found["layout"]["kind"] == "layered"
    assert found["id"] == "int"
    assert found["settings"].items() >= {"file": "app/config.py", "name": "Settings"}.items()
    assert found["alembic"] is None
    assert found["tests"]["folder"] == "tests"
    assert found["auth"] is None


def test_the_facts_as_rows(tmp_path):
    write(tmp_path, SHOP)
    rows = list(facts.to_rows(discover(tmp_path)))
    assert all(len(row) == 4 and all(isinstance(cell, str) for cell in row) for row in rows)
    assert ("entry", "app.main:app (instance)", "app/main.py:3", "the only FastAPI app") in rows


def test_hello_world(tmp_path):
    write(
        tmp_path,
        {
            "main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef root(): ...\n"
        },
    )
    found = facts.to_json(discover(tmp_path))
    assert found["orm"]["kind"] == "none"
    assert (found["package"], found["session"], found["tests"], found["settings"]) == (
        None,
        None,
        None,
        None,
    )
    assert found["router_site"]["kind"] == "include"
    list(facts.to_rows(discover(tmp_path)))


def test_nothing_is_written(tmp_path):
    write(tmp_path, SHOP)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    discover(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("layout", ["flat", "layered", "feature"])
def test_a_layout_that_is_asked_for(tmp_path, layout):
    write(tmp_path, SHOP)
    assert discover(tmp_path, layout=layout).layout.kind == layout
    (tmp_path / "pyproject.toml").write_text(f"[tool.fastarch]\nlayout = '{layout}'\n")
    profile = discover(tmp_path)
    assert profile.layout.kind == layout
    assert set(profile.layout.paths) >= {
        "model",
        "schema",
        "repository",
        "service",
        "router",
        "test",
    }


def test_wrong_usage(tmp_path):
    write(tmp_path, SHOP)
    with pytest.raises(UsageError):
        discover(tmp_path, layout="nonsense")
    with pytest.raises(UsageError):
        discover(tmp_path / "missing")
    with pytest.raises(NotUnderstoodError):
        discover(tmp_path / "tests")


def test_a_root_behind_a_link(tmp_path):
    write(tmp_path / "real", SHOP)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert discover(tmp_path / "link").entry is not None


def test_damaged_files_are_no_crash(tmp_path):
    """Whatever is cut off or overwritten in an app: facts, or an error of ours."""
    chance = random.Random(7)
    for _ in range(60):
        write(tmp_path, SHOP)
        for name in chance.sample(sorted(SHOP), 3):
            path = tmp_path / name
            data = bytearray(path.read_bytes())
            for _ in range(chance.randrange(4)):
                if data:
                    data[chance.randrange(len(data))] = chance.randrange(256)
            path.write_bytes(bytes(data[: chance.randrange(len(data) + 1)]))
        try:
            facts.to_json(discover(tmp_path))
        except FastarchError:
            continue


def test_unrelated_files_cost_little(tmp_path):
    write(tmp_path, SHOP)

    def seconds() -> float:
        started = time.process_time()
        discover(tmp_path)
        return time.process_time() - started

    def grow(count: int) -> None:
        folder = tmp_path / f"other{count}"
        for number in range(count):
            path = folder / f"p{number % 20}" / f"m{number}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("import os\n\n\ndef thing():\n    return os.getcwd()\n" * 20)

    grow(100)
    small = min(seconds() for _ in range(3))
    grow(900)
    assert min(seconds() for _ in range(3)) < 4 * small + 0.2


@pytest.mark.parametrize(
    ("python", "optional"),
    [(">=3.9", "optional"), (">=3.8,<4", "optional"), (">=3.10", "pipe"), (">=3.13", "pipe")],
)
def test_new_code_runs_on_the_python_that_is_asked_for(tmp_path, python, optional):
    files = {
        "main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        "pyproject.toml": f'[project]\nname = "x"\nrequires-python = "{python}"\n',
    }
    assert discover(write(tmp_path, files)).style.optional == optional
