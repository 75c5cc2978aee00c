"""``add auth api-key``: keys for programs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.auth.apps import app_with, code_of, library_with, outcome, without, without_revisions
from tests.discover.apps import write
from tests.workflow.shop import run, tree

TEST = "test_auth_api_key.py"


@pytest.mark.parametrize("example", ["library", "blog", "inventory"])
def test_ways_commute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    orders = [("jwt", "api-key", "email"), ("jwt", "email", "api-key")]
    made = [
        without_revisions(app_with(monkeypatch, tmp_path / str(number), example, ways))
        for number, ways in enumerate(orders)
    ]

    assert made[0] == made[1]


def test_there_are_users_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    before = tree(root)

    result = run("add", "auth", "api-key", code=2)
    assert "fastarch add auth jwt" in result.output
    assert tree(root) == before


def test_hand_edits_survive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt",))
    guard, service = root / "app/api/current_user.py", root / "app/services/auth.py"
    guard.write_text(guard.read_text().replace("Who sends a request, and", "Who asks, and"))
    service.write_text(service.read_text() + "\n\ndef ours() -> None:\n    return None\n")
    run("add", "auth", "api-key")

    assert guard.read_text().startswith('"""Who asks, and')
    assert "api_key_scheme" in guard.read_text()
    assert "def ours()" in service.read_text()
    assert "ApiKeyRepository" in service.read_text()


def test_without_tests_and_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = ("jwt", "api-key --no-tests --no-migration")
    root = app_with(monkeypatch, tmp_path, "library", ways)

    assert not any(path.endswith((TEST, "create_api_keys.py")) for path in code_of(root))


ALONE = {
    "requirements.txt": "fastapi\nsqlmodel\n",
    "app/__init__.py": "",
    "app/db.py": """
        from collections.abc import Iterator
        from sqlmodel import Session, create_engine

        engine = create_engine("sqlite://")


        def get_db() -> Iterator[Session]:
            with Session(engine) as db:
                yield db
    """,
    **{
        f"app/models/{one}.py": f"""
            from sqlmodel import Field, SQLModel


            class {one.title()}Base(SQLModel):
                email: str = Field(unique=True, max_length=200)


            class {one.title()}Create({one.title()}Base):
                pass


            class {one.title()}({one.title()}Base, table=True):
                __tablename__ = "{one}s"

                id: int | None = Field(default=None, primary_key=True)
                hashed_password: str
        """
        for one in ("user", "shop")
    },
    **{
        f"app/routers/{one}s.py": f"""
            from typing import Annotated
            from fastapi import APIRouter, Depends
            from sqlmodel import Session
            from app.db import get_db
            from app.models.{one} import {one.title()}, {one.title()}Create

            router = APIRouter(prefix="/{one}s")


            @router.post("")
            def create(body: {one.title()}Create, db: Annotated[Session, Depends(get_db)]) -> None:
                db.add({one.title()}.model_validate(body))
                db.commit()
        """
        for one in ("user", "shop")
    },
    "app/main.py": """
        from fastapi import FastAPI
        from app.routers import shops, users

        app = FastAPI()
        app.include_router(users.router)
        app.include_router(shops.router)
    """,
}


def test_schemas_in_the_modules_of_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "app", ALONE)
    monkeypatch.chdir(root)
    run("add", "auth", "jwt")
    before = tree(root)
    run("add", "auth", "api-key")
    text = (root / "app/models/api_key.py").read_text()
    assert "class ApiKey(SQLModel, table=True)" in text
    assert "class NewApiKey(" in text
    made = tree(root)
    run("add", "auth", "api-key")
    assert tree(root) == made

    # Keys that may be None are none of those that are in the database.
    run("add", "auth", "session")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(tmp_path / "cache"),
        "app",
    ]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    lines = [line for line in result.stdout.splitlines() if "/auth" in line or "_key" in line]
    assert not [line for line in lines if "call-arg" not in line], result.stdout
    run("undo")
    assert tree(root) == made
    run("undo")
    assert tree(root) == before


DEFENCES = [
    ("repositories/api_key.py", "                ApiKey.revoked_at.is_(None),\n                or_(",
     "                or_(", "revoked_key"),
    ("repositories/api_key.py",
     "                or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),\n", "",
     "expired_key"),
    ("repositories/api_key.py", "                User.is_active.is_(True),\n", "", "disabled"),
    ("repositories/api_key.py", "                ApiKey.user_id == user_id,\n", "", "of_others"),
    ("repositories/api_key.py",
     ".where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))\n            .order_by",
     ".where(ApiKey.revoked_at.is_(None))\n            .order_by", "of_others"),
    ("services/api_key.py",
     "not secrets.compare_digest(holder.key.key_hash, api_key_hash(match[2]))", "False",
     "refused_alike or whole_hash"),
    ("services/api_key.py", "        await attempt.check()\n", "", "throttled"),
    ("services/api_key.py", "            await attempt.fail()\n", "", "throttled"),
    ("services/api_key.py", "        if holder.is_due:\n", "        if True:\n", "one_statement"),
    ("services/api_key.py", "not scopes <= limit", "False", "beyond_its_limits"),
    ("services/api_key.py", "limit if data.scopes is None else frozenset(data.scopes)",
     "None if data.scopes is None else frozenset(data.scopes)", "beyond_its_limits"),
    ("services/api_key.py", "key_hash=api_key_hash(secret)", "key_hash=secret", "kept_as_its_hash"),
    ("routes/auth.py", "principal: SignedInDep", "principal: PrincipalDep", "no_passwords"),
    ("routes/api_keys.py", "    principal: SignedInDep,\n", "    principal: PrincipalDep,\n",
     "makes_no_keys"),
    ("current_user.py", "if key is None or token is not None:", "if key is None:", "made_up_for"),
    ("current_user.py", "frozenset(holder.key.scopes.split())", "None", "limited_to_its_scopes"),
    ("current_user.py", "return self.scopes is None and (", "return (", "limited_to_its_scopes"),
    ("schemas/api_key.py",
     '    model_config = ConfigDict(extra="forbid")\n', "", "bodies_that_are_refused"),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, which each test gives back as it was."""
    return library_with(tmp_path_factory, ("jwt", "api-key"))


def test_its_own_tests_pass(library: Path) -> None:
    """Without the other ways; beside them in test_ways."""
    result = outcome(library, TEST)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "defence", "instead", "tests"), DEFENCES)
def test_each_defence_is_tested(
    library: Path, file: str, defence: str, instead: str, tests: str
) -> None:
    with without(library, f"/{file}", defence, instead) as path:
        if "PrincipalDep" in instead:
            text = path.read_text().replace("UNAUTHORIZED, ", "UNAUTHORIZED, PrincipalDep, ", 1)
            path.write_text(text)
        result = outcome(library, TEST, "-k", tests)

    assert result.returncode == 1, result.stdout
