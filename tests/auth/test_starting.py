"""An app with ``add auth``, as it starts: what it says, and what can be imported."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.auth.apps import app_with
from tests.workflow.shop import environment, run


@pytest.mark.parametrize("example", ["library", "notes"])
def test_no_error_at_the_start_tells_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    root = app_with(monkeypatch, tmp_path, example, ("jwt",))
    config = next(path for path in root.rglob("*.py") if "auth_secret_key:" in path.read_text())
    names = ("AUTH_SECRET_KEY=too-short-a-key",), ("AUTH_ISSUER=x", "AUTH_PRIVATE_KEY=in-private")
    for said in names:
        result = subprocess.run(
            [sys.executable, "-c", f"import {config.stem} as it; it.Settings()"],
            cwd=config.parent,
            env=environment(**dict(one.split("=") for one in said)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "auth_secret_key" in result.stderr.lower()
        assert not any(one.partition("=")[2] in result.stderr for one in said if "-" in one)


def test_routers_beside_the_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No module stands beside a package of its name."""
    files = {
        "database.py": """
            from sqlalchemy import create_engine
            from sqlalchemy.orm import DeclarativeBase, Session

            engine = create_engine("sqlite://")


            class Base(DeclarativeBase):
                pass


            def get_session():
                with Session(engine) as session:
                    yield session
            """,
        "models.py": """
            from sqlalchemy.orm import Mapped, mapped_column

            from database import Base


            class Note(Base):
                __tablename__ = "notes"
                id: Mapped[int] = mapped_column(primary_key=True)
            """,
        "notes.py": """
            from fastapi import APIRouter, Depends

            from database import get_session
            from models import Note

            router = APIRouter(prefix="/notes")


            @router.get("/{note_id}")
            def read_note(note_id: int, session=Depends(get_session)):
                return {"id": session.get(Note, note_id).id}
            """,
        "main.py": """
            from fastapi import FastAPI

            import notes

            app = FastAPI()
            app.include_router(notes.router)
            """,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(textwrap.dedent(text).lstrip())
    monkeypatch.chdir(tmp_path)
    run("add", "auth", "jwt", "--no-tests")

    result = subprocess.run(
        [sys.executable, "-c", "import main; print('/auth/token' in main.app.openapi()['paths'])"],
        cwd=tmp_path,
        env=environment(AUTH_SECRET_KEY="x" * 40),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "True\n", result.stderr
