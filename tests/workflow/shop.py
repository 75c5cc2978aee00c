"""A small app to run commands on, and the command line in this process."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fastarch.cli import app
from tests.discover.apps import Files, write
from tests.proven import PLAIN

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "fastarch"]

FIELDS = ("name:str=120:search", "price:decimal=10,2:ge=0")

DATABASE = """
    from collections.abc import Iterator

    from sqlalchemy import create_engine
    from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

    engine = create_engine("sqlite://")
    SessionLocal = sessionmaker(engine, expire_on_commit=False)


    class Base(DeclarativeBase):
        pass


    def get_db() -> Iterator[Session]:
        with SessionLocal() as session:
            yield session
    """
MODELS = """
    from sqlalchemy.orm import Mapped, mapped_column

    from app.database import Base


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str]
    """
USERS = """
    from fastapi import APIRouter, Depends
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from app.database import get_db
    from app.models.user import User

    router = APIRouter(prefix="/users", tags=["users"])


    @router.get("")
    def list_users(db: Session = Depends(get_db)) -> list[str]:
        return [user.email for user in db.scalars(select(User))]


    @router.post("")
    def create_user(email: str, db: Session = Depends(get_db)) -> str:
        db.add(User(email=email))
        db.commit()
        return email
    """
DEPS = """
    def signed_in() -> None:
        pass


    def from_inside() -> None:
        pass
    """
API = """
    from fastapi import APIRouter, Depends

    from app.deps import signed_in
    from app.routers import users

    api_router = APIRouter(prefix="/v1", dependencies=[Depends(signed_in)])
    api_router.include_router(users.router)
    """
MAIN = """
    from fastapi import Depends, FastAPI

    from app.api import api_router
    from app.deps import from_inside

    app = FastAPI(title="Shop")
    app.include_router(api_router, prefix="/api", dependencies=[Depends(from_inside)])
    """
SHOP: Files = {
    "requirements.txt": "fastapi\nsqlalchemy>=2\npydantic>=2\n",
    "app/__init__.py": "",
    "app/database.py": DATABASE,
    "app/deps.py": DEPS,
    "app/models/__init__.py": "",
    "app/models/user.py": MODELS,
    "app/routers/__init__.py": "",
    "app/routers/users.py": USERS,
    "app/api.py": API,
    "app/main.py": MAIN,
}


def shop(root: Path, changed: Files | None = None, *, at: str = "") -> Path:
    """The app, with some files in other words, in a folder below the project's root."""
    files = {f"{at}{path}": text for path, text in SHOP.items()} | dict(changed or {})
    return write(root, files)


def tree(root: Path) -> dict[str, bytes]:
    """Every file and its content, what Python leaves apart."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def run(*words: str, code: int | None = 0, typed: str | None = None) -> Result:
    """A command in this process; it must end with the exit code (None: with any)."""
    result = CliRunner().invoke(app, list(words), input=typed, catch_exceptions=False)
    assert code is None or result.exit_code == code, result.output
    return result


def run_json(*words: str, code: int = 0) -> dict[str, Any]:
    """The JSON of a command."""
    document: dict[str, Any] = json.loads(run(*words, "--json", code=code).stdout)
    return document


def new(*words: str, code: int = 0, fields: Sequence[str] = FIELDS) -> Result:
    """``new resource products`` with options."""
    return run("new", "resource", "products", *fields, *words, code=code)


def enter(monkeypatch: pytest.MonkeyPatch, root: Path, changed: Files | None = None) -> Path:
    """The app in a folder, which becomes the working directory."""
    root.mkdir(exist_ok=True)
    shop(root, changed)
    monkeypatch.chdir(root)
    return root


def enter_example(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str) -> Path:
    """A copy of an example app in a folder, as working directory."""
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")
    root = Path(shutil.copytree(ROOT / "examples" / name, folder / name, ignore=ignore))
    monkeypatch.chdir(root)
    return root


def environment(**more: str) -> dict[str, str]:
    """What a process of its own needs to find this checkout; pytest has the apps' plugin alone."""
    return os.environ | {"PYTHONPATH": str(ROOT / "src")} | PLAIN | more
