"""An app without a database gets one, in its own place and flavour."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from fastarch.discover.database_facts import Orm
from fastarch.discover.profile import AppProfile, Entry, Formatting, Layout, Settings, Style
from fastarch.discover.symbols import Expression, Import, Place, Symbol
from fastarch.errors import NotUnderstoodError
from fastarch.plan.database import import_lines, with_database
from fastarch.plan.steps import EditFile, Step, WriteFile
from fastarch.wire.edit import Changed

FLAT = {
    "main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
}
PACKAGE = {
    "backend/shop/__init__.py": "",
    "backend/shop/main.py": "from fastapi import FastAPI\n\n\ndef create_app() -> FastAPI:\n    return FastAPI()\n",
    "backend/shop/config.py": (
        "from pydantic_settings import BaseSettings\n\n\nclass Config(BaseSettings):\n"
        '    name: str = "x"\n\n\nconfig = Config()\n'
    ),
}
ROUTE = """
from sqlalchemy import text

import {module} as database

from {main} import {app}

the_app = {make}

@the_app.get("/sum")
{async_}def total(session: database.SessionDep) -> int:
    return int(({await_}session.execute(text("SELECT 1 + 1"))).scalar_one())

@the_app.get("/keys")
{async_}def keys(session: database.SessionDep) -> int:
    return int(({await_}session.execute(text("PRAGMA foreign_keys"))).scalar_one())

from fastapi.testclient import TestClient

with TestClient(the_app) as client:
    print(client.get("/sum").json(), client.get("/keys").json())
"""


def profile(**changes: object) -> AppProfile:
    plain = AppProfile(
        root=".",
        import_root=".",
        package=None,
        python=None,
        versions={},
        entries=(),
        entry=Entry(Place("main.py", 3), "main", "app", "instance"),
        router_site=None,
        orm=Orm("none"),
        session=None,
        layout=Layout("flat", {}),
        style=Style(),
        formatting=Formatting(),
        id=None,
        settings=None,
        alembic=None,
        tests=None,
        auth=None,
        dependencies=None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def packaged() -> AppProfile:
    config = Symbol(Place("backend/shop/config.py", 4), "shop.config", "Config")
    return profile(
        import_root="backend",
        package="shop",
        entry=Entry(Place("backend/shop/main.py", 4), "shop.main", "create_app", "factory"),
        settings=Settings(config, Expression("config", (Import("shop.config", "config"),))),
        style=Style(async_endpoints=True),
    )


def carry_out(steps: Iterable[Step], folder: Path) -> None:
    for step in steps:
        if isinstance(step, WriteFile):
            (folder / step.path).parent.mkdir(parents=True, exist_ok=True)
            assert not (folder / step.path).exists()
            (folder / step.path).write_text(step.text)
        elif isinstance(step, EditFile):
            done = step.edit.apply((folder / step.path).read_bytes())
            assert isinstance(done, Changed)
            (folder / step.path).write_bytes(done.source)


def make(folder: Path, files: dict[str, str], app: AppProfile) -> AppProfile:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    made, after = with_database(app, lambda path: (folder / path).exists())
    steps = made.steps
    carry_out(steps, folder)
    return after


def run(folder: Path, *arguments: str, path: str = ".", **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.e2e
@pytest.mark.parametrize("is_async", [False, True])
def test_flat_app(tmp_path: Path, is_async: bool) -> None:
    after = make(tmp_path, FLAT, profile(style=Style(async_endpoints=is_async)))
    assert after.orm.is_async is is_async
    code = ROUTE.format(
        module="database",
        main="main",
        app="app",
        make="app",
        async_="async " if is_async else "",
        await_="await " if is_async else "",
    )
    assert run(tmp_path, "-W", "error", "-c", code).split() == ["2", "1"]
    (tmp_path / "models.py").write_text(
        "from sqlalchemy.orm import Mapped, mapped_column\n\nfrom database import Base\n\n\n"
        "class Thing(Base):\n    __tablename__ = 'things'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )
    env = tmp_path / "migrations/env.py"
    env.write_text(env.read_text().replace("from database", "import models\nfrom database", 1))
    run(tmp_path, "-m", "alembic", "revision", "--autogenerate", "-m", "things")
    run(tmp_path, "-m", "alembic", "upgrade", "head")
    run(tmp_path, "-m", "alembic", "check")


@pytest.mark.e2e
def test_package_with_settings_and_factory(tmp_path: Path) -> None:
    after = make(tmp_path, PACKAGE, packaged())
    assert after.settings == packaged().settings
    assert not (tmp_path / "backend/shop/settings.py").exists()
    code = ROUTE.format(
        module="shop.database",
        main="shop.main",
        app="create_app",
        make="create_app()",
        async_="async ",
        await_="await ",
    )
    assert run(tmp_path, "-W", "error", "-c", code, path="backend").split() == ["2", "1"]
    run(tmp_path, "-m", "alembic", "upgrade", "head")


def test_profile_is_what_the_files_say(tmp_path: Path) -> None:
    after = make(tmp_path, PACKAGE, packaged())
    assert after.orm.base is not None
    assert after.session is not None
    assert after.alembic is not None
    text = (tmp_path / after.orm.base.symbol.at.file).read_text()
    assert f"class {after.orm.base.symbol.name}(DeclarativeBase)" in text
    assert f"\n{after.session.symbol.name} = Annotated[AsyncSession, " in text
    assert f"async def {after.session.provider.name}(" in text
    assert (tmp_path / after.alembic.env).exists()
    assert (tmp_path / after.alembic.versions).is_dir()
    assert (tmp_path / str(after.alembic.ini)).exists()
    assert after.alembic.template == (tmp_path / "migrations/script.py.mako").read_text()


def test_names_that_are_taken(tmp_path: Path) -> None:
    files = {**FLAT, "database.py": "# mine\n", "settings/__init__.py": ""}
    after = make(tmp_path, files, profile())
    assert after.orm.base is not None
    assert after.orm.base.symbol.module == "db"
    assert after.settings is not None
    assert after.settings.symbol.module == "config"
    assert (tmp_path / "database.py").read_text() == "# mine\n"


def test_env_example(tmp_path: Path) -> None:
    make(tmp_path, {**FLAT, ".env.example": "A=1\n"}, profile())
    assert "\nDATABASE_URL=sqlite:///./app.db\n" in (tmp_path / ".env.example").read_text()


@pytest.mark.parametrize("path", ["alembic.ini", "migrations"])
def test_alembic_without_models(path: str) -> None:
    with pytest.raises(NotUnderstoodError, match=path):
        with_database(profile(), lambda asked: asked == path)


def test_no_entry() -> None:
    with pytest.raises(NotUnderstoodError, match="No FastAPI app"):
        with_database(profile(entry=None), lambda _: False)


def test_no_room() -> None:
    with pytest.raises(NotUnderstoodError, match="no room"):
        with_database(profile(), lambda path: path.endswith(".py"))


def test_import_lines() -> None:
    wanted = [Import("b", "Y"), Import("a"), Import("b", "x", "z"), Import("b", "Y")]
    assert import_lines(wanted) == ("import a", "from b import Y, x as z")
