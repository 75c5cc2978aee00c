"""The new app is written to a folder and run: its checks, its tests, its migrations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fastarch.discover.discovery import discover
from fastarch.errors import UsageError
from fastarch.plan.app import _bare_profile, plan_app
from fastarch.plan.database import with_database
from fastarch.plan.steps import WriteFile
from tests.services import postgres_database
from tests.workflow.shop import environment as process_environment


def make(folder: Path, name: str = "my-shop", db: str = "sqlite") -> Path:
    for step in plan_app(name, db):
        assert isinstance(step, WriteFile)
        path = folder / name / step.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.text)
    return folder / name


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("app"))


def run(app: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=app,
        env=process_environment(PYTHONPATH="", **environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.e2e
def test_its_tests_pass(app: Path) -> None:
    assert "passed" in run(app, "pytest", "-q", "-W", "error", "-p", "no:cacheprovider")
    assert not (app / "app.db").exists(), "the tests bring their own database"


def test_clean(app: Path) -> None:
    run(app, "ruff", "check", "--no-cache", ".")
    run(app, "ruff", "format", "--no-cache", "--check", ".")


@pytest.mark.e2e
def test_typed(app: Path, tmp_path: Path) -> None:
    run(app, "mypy", "--cache-dir", str(tmp_path))


@pytest.mark.e2e
def test_migrates_sqlite(app: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    run(app, "alembic", "upgrade", "head", DATABASE_URL=url)
    run(app, "alembic", "check", DATABASE_URL=url)


@pytest.mark.e2e
def test_migrates_postgresql(app: Path) -> None:
    with postgres_database() as url:
        # As hosts hand them out.
        mode = "&" if "?" in url else "?"
        named = url.replace("postgresql:", "postgres:") + f"{mode}sslmode=prefer"
        run(app, "alembic", "upgrade", "head", DATABASE_URL=named)
        run(app, "alembic", "check", DATABASE_URL=named)


def test_postgres_from_the_start() -> None:
    files = {
        step.path: step.text
        for step in plan_app("my-shop", "postgres")
        if isinstance(step, WriteFile)
    }
    assert '"postgresql://localhost/my_shop"' in files["app/settings.py"]
    assert "DATABASE_URL=postgresql://localhost/my_shop\n" in files[".env.example"]
    assert "createdb my_shop" in files["README.md"]


def test_env_example_names_every_setting(app: Path) -> None:
    lines = (app / ".env.example").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    code = "from app.settings import Settings; print(sorted(Settings.model_fields))"
    known = subprocess.run(
        [sys.executable, "-c", code], cwd=app, capture_output=True, text=True, check=True
    )
    assert known.stdout.strip() == str(sorted(name.lower() for name in values))
    (app / ".env").write_text((app / ".env.example").read_text())
    code = "from app.settings import Settings; assert Settings() == Settings(_env_file=None)"
    subprocess.run([sys.executable, "-c", code], cwd=app, check=True)
    (app / ".env").unlink()


def test_it_is_understood(app: Path) -> None:
    """What fastarch reads in it is what the features said that it would be."""
    found = discover(app)
    _, said = with_database(_bare_profile(), lambda _: False)
    assert found.orm.kind == said.orm.kind
    assert found.orm.is_async
    assert found.orm.base is not None
    assert said.orm.base is not None
    assert found.orm.base.symbol.name == said.orm.base.symbol.name
    assert found.orm.base.naming_convention
    assert found.session is not None
    assert said.session is not None
    for side in ("style", "type", "parameter", "commits"):
        assert getattr(found.session, side) == getattr(said.session, side), side
    assert found.session.provider.name == said.session.provider.name
    assert found.alembic is not None
    assert said.alembic is not None
    for side in ("env", "versions", "heads", "registration", "file", "file_template", "template"):
        assert getattr(found.alembic, side) == getattr(said.alembic, side), side
    assert found.settings is not None
    assert found.settings.accessor == said.settings.accessor if said.settings else None
    assert found.router_site is not None
    assert found.router_site.kind == "aggregator"
    assert found.layout.kind == "layered"
    assert found.style.async_endpoints
    assert found.tests is not None
    assert found.tests.client == "client"
    assert found.tests.isolated


@pytest.mark.parametrize("name", ["", "1shop", "my shop", "../shop", "-shop", "shop-", "café"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(UsageError):
        plan_app(name)


def test_unknown_database() -> None:
    with pytest.raises(UsageError, match="oracle"):
        plan_app("shop", "oracle")


@pytest.mark.parametrize("name", ["shop", "Shop", "my_shop", "a1"])
def test_nothing_is_left_of_the_templates(name: str) -> None:
    for step in plan_app(name):
        assert isinstance(step, WriteFile)
        assert "{%" not in step.text
        assert "{{" not in step.text
        assert not step.text.strip() or step.text.endswith("\n")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("fastapi", "needs a package"),
        ("Pydantic_Settings", "needs a package"),
        ("pytest", "needs a package"),
        ("json", "module of Python's"),
        ("app", "folder of the app"),
        ("Tests", "folder of the app"),
    ],
)
def test_names_that_something_else_has(name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        plan_app(name)
