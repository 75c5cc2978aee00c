"""What else comes with pages: an index, a signature, a proof, notices, and a second endpoint."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fastarch.cli import app
from fastarch.workflow.pagination import Request, add_pagination
from fastarch.workflow.removal import undo
from fastarch.workflow.session import Mode, Target
from tests.paging import queries
from tests.paging.conftest import Ask
from tests.paging.shape import Shape

BY_NAME = queries.sync("    return db.query(User).order_by(User.name).all()")
ALEMBIC = '''
--- alembic.ini
[alembic]
script_location = migrations
--- migrations/env.py
from alembic import context
from sqlalchemy import create_engine

from app import models
from app.db import Base

target_metadata = Base.metadata
engine = create_engine("sqlite:///./app.db")
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=target_metadata)
    with context.begin_transaction():
        context.run_migrations()
--- migrations/script.py.mako
"""${message}"""

from alembic import op
import sqlalchemy as sa

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
--- migrations/versions/0001_start.py
revision = "0001"
down_revision = None


def upgrade():
    pass


def downgrade():
    pass
'''
SETTINGS = """
--- app/config.py
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    client_secret: str = "of somebody else"
    secret_key: SecretStr = SecretStr("hush")


settings = Settings()
"""


def _write(root: Path, files: str) -> None:
    Shape("", files).write(root)


def _add(root: Path, target: str = "users", **options: Any) -> Any:
    return add_pagination(Target(root), Mode(), Request(target, **options))


def _run(*words: str) -> Any:
    return CliRunner().invoke(app, ["add", "pagination", *words])


def test_an_order_that_no_index_serves_gets_one_and_a_revision(tmp_path: Path) -> None:
    _write(tmp_path, BY_NAME + ALEMBIC)
    report = _add(tmp_path)
    models = (tmp_path / "app/models.py").read_text()
    assert 'Index("ix_users_name_id", User.name, User.id)' in models
    (revision,) = (tmp_path / "migrations/versions").glob("*pages*.py")
    text = revision.read_text()
    assert 'op.create_index("ix_users_name_id", "users", ["name", "id"])' in text
    assert 'op.drop_index("ix_users_name_id", table_name="users")' in text
    assert 'down_revision = "0001"' in text
    assert any("ix_users_name_id on users (name, id)" in one for one in report.notices)
    assert "alembic upgrade head" in report.next_steps
    undo(Target(tmp_path), Mode())
    assert not list((tmp_path / "migrations/versions").glob("*pages*.py"))
    assert "Index" not in (tmp_path / "app/models.py").read_text()


def test_alembic_finds_nothing_to_do_after_the_revision(tmp_path: Path) -> None:
    import subprocess

    _write(tmp_path, BY_NAME + ALEMBIC)
    _add(tmp_path)
    script = (
        "from alembic import command; from alembic.config import Config;"
        " from app import db, models; from sqlalchemy import inspect;"
        " tables = [t for t in db.Base.metadata.sorted_tables];"
        " indexes = [i for t in tables for i in list(t.indexes)];"
        " [t.indexes.clear() for t in tables]; db.Base.metadata.create_all(db.engine);"
        " [i.table.indexes.add(i) for i in indexes];"
        " command.upgrade(Config('alembic.ini'), 'head'); command.check(Config('alembic.ini'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_without_alembic_the_statement_is_told(tmp_path: Path) -> None:
    _write(tmp_path, BY_NAME)
    report = _add(tmp_path)
    assert any(
        "CREATE INDEX ix_users_name_id ON users (name, id);" in one for one in report.notices
    )


@pytest.mark.parametrize(
    ("column", "extra"),
    [
        ("name: Mapped[str] = mapped_column(String(50), index=True)", ""),
        ("name: Mapped[str] = mapped_column(String(50), unique=True)", ""),
        (
            "name: Mapped[str] = mapped_column(String(50))",
            '\n    __table_args__ = (Index("i", "name", "id"),)\n',
        ),
    ],
    ids=["index", "unique", "table args"],
)
def test_an_order_that_an_index_serves_gets_none(tmp_path: Path, column: str, extra: str) -> None:
    _write(tmp_path, BY_NAME)
    path = tmp_path / "app/models.py"
    user = path.read_text().replace(
        '    __tablename__ = "users"\n', f'    __tablename__ = "users"\n{extra}'
    )
    before, after = user.split('"users"', 1)
    after = after.replace("name: Mapped[str] = mapped_column(String(50))", column, 1)
    path.write_text(f'from sqlalchemy import Index\n{before}"users"{after}')
    was = path.read_text()
    _add(tmp_path)
    assert path.read_text() == was


def test_directions_that_differ_are_in_the_index(tmp_path: Path) -> None:
    _write(tmp_path, BY_NAME.replace("User.name", "User.name, User.seen.desc()") + ALEMBIC)
    _add(tmp_path)
    models = (tmp_path / "app/models.py").read_text()
    assert "User.name, User.seen.desc(), User.id.desc()" in models
    (revision,) = (tmp_path / "migrations/versions").glob("*pages*.py")
    assert '["name", sa.text("seen DESC"), sa.text("id DESC")]' in revision.read_text()


def test_cursors_are_signed_with_the_secret_of_the_settings(tmp_path: Path, ask: Ask) -> None:
    _write(
        tmp_path,
        BY_NAME.replace("app = FastAPI()", "from app import config\n\napp = FastAPI()") + SETTINGS,
    )
    _add(tmp_path)
    pages = (tmp_path / "app/pagination.py").read_text()
    assert "secret = settings.secret_key.get_secret_value().encode()" in pages
    first = ask(root=str(tmp_path), urls=["/users?limit=4"])
    link = first["answers"]["/users?limit=4"]["link"].removeprefix("http://testserver")
    again = ask(root=str(tmp_path), urls=[link])
    assert again["answers"][link]["status"] == 200
    config = tmp_path / "app/config.py"
    config.write_text(config.read_text().replace("hush", "another one"))
    other = ask(root=str(tmp_path), urls=[link])
    assert other["answers"][link]["status"] == 422


def test_a_secret_that_each_start_makes_anew_signs_nothing(tmp_path: Path) -> None:
    made = SETTINGS.replace('SecretStr("hush")', "SecretStr(token_urlsafe(32))")
    made = made.replace(
        "from pydantic import", "from secrets import token_urlsafe\n\nfrom pydantic import"
    )
    _write(
        tmp_path,
        BY_NAME.replace("app = FastAPI()", "from app import config\n\napp = FastAPI()") + made,
    )
    _add(tmp_path)
    assert "settings" not in (tmp_path / "app/pagination.py").read_text()


def test_a_second_endpoint_uses_the_same_module(tmp_path: Path, ask: Ask) -> None:
    more = """

@app.get("/posts")
def list_posts(db: Session = Depends(get_db)):
    return [post.title for post in db.query(Post).order_by(Post.id.desc()).all()]
"""
    _write(tmp_path, BY_NAME + more)
    _add(tmp_path)
    once = (tmp_path / "app/pagination.py").read_text()
    assert "OffsetPage" not in once
    _add(tmp_path, "posts", by="offset")
    twice = (tmp_path / "app/pagination.py").read_text()
    assert twice.startswith(once.rstrip())
    assert "class OffsetPage" in twice
    assert twice.count("class AskedPage") == 1
    told = ask(root=str(tmp_path), urls=["/users?limit=2", "/posts?limit=2&offset=2"])
    posts = told["answers"]["/posts?limit=2&offset=2"]
    assert posts["body"] == ["Post 17", "Post 16"]
    assert posts["total"] == "19"
    assert set(posts["links"]) == {"first", "prev", "next", "last"}
    assert told["answers"]["/users?limit=2"]["link"]
    undo(Target(tmp_path), Mode())
    assert (tmp_path / "app/pagination.py").read_text() == once


def test_other_options_than_before_are_a_conflict(tmp_path: Path) -> None:
    _write(tmp_path, BY_NAME)
    _add(tmp_path)
    told = _run("users", "--by", "offset", "--app", str(tmp_path))
    assert told.exit_code == 4
    assert "fastarch undo" in told.output


def test_what_was_paged_before_is_left_alone_without_a_record(tmp_path: Path) -> None:
    import shutil

    _write(tmp_path, BY_NAME)
    _add(tmp_path)
    shutil.rmtree(tmp_path / ".fastarch")
    assert _add(tmp_path).status == "unchanged"


def test_the_proof_is_content_with_the_changed_operation(tmp_path: Path) -> None:
    _write(tmp_path, BY_NAME)
    told = _run("users", "--verify", "--python", sys.executable, "--app", str(tmp_path))
    assert told.exit_code == 0, told.output


def test_a_dry_run_writes_nothing_and_json_tells_all(tmp_path: Path) -> None:
    _write(tmp_path, BY_NAME)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    told = _run("GET /users", "--dry-run", "--json", "--app", str(tmp_path))
    data = json.loads(told.stdout)
    assert data["command"] == "add pagination"
    assert data["status"] == "planned"
    assert {change["path"]: change["action"] for change in data["changes"]} == {
        "app/main.py": "edit",
        "app/models.py": "edit",
        "app/pagination.py": "create",
    }
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_undo_takes_the_page_out_of_a_file_that_was_edited_since(tmp_path: Path) -> None:
    _write(tmp_path, queries.sync("    return db.query(User).all()"))
    main = tmp_path / "app/main.py"
    was = main.read_text()
    _add(tmp_path)
    main.write_text(main.read_text() + '\n\n@app.get("/health")\ndef health():\n    return "ok"\n')
    undo(Target(tmp_path), Mode())
    assert main.read_text() == was + '\n\n@app.get("/health")\ndef health():\n    return "ok"\n'


def test_links_keep_the_other_parameters(tmp_path: Path, ask: Ask) -> None:
    body = """    query = db.query(User)
    if kind:
        query = query.filter(User.name.in_(kind))
    return query.order_by(User.id).all()"""
    files = queries.sync(body, head="from typing import Annotated\n\nfrom fastapi import Query\n")
    _write(
        tmp_path,
        files.replace("list_users(", "list_users(kind: Annotated[list[str], Query()] = [], "),
    )
    _add(tmp_path)
    url = "/users?kind=Name+1&kind=Name+2&limit=3"
    told = ask(root=str(tmp_path), urls=[url], walk=url, items="")
    assert "kind=Name+1&kind=Name+2" in told["answers"][url]["link"]
    rows = [row for page in told["walk"]["pages"] for row in page]
    assert len(rows) == 10
    assert {row["name"] for row in rows} == {"Name 1", "Name 2"}


@pytest.mark.parametrize("name", ["scalars", "an async select"])
def test_the_tests_that_come_along_pass(tmp_path: Path, name: str) -> None:
    import subprocess

    next(shape for shape in queries.SHAPES if shape.name == name).write(tmp_path)
    (tmp_path / "tests").mkdir()
    own = "from app.main import app\n\n\ndef test_app():\n    assert app\n"
    (tmp_path / "tests/test_app.py").write_text(own)
    report = _add(tmp_path)
    command = "python -m pytest tests/test_pagination.py tests/test_users_pages.py"
    assert command in report.next_steps
    done = subprocess.run(
        [sys.executable, *command.split()[1:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


@pytest.mark.parametrize("said", ["", ", expose_headers=['Link']"])
def test_other_origins_are_told_of_where_headers_are_not_exposed(tmp_path: Path, said: str) -> None:
    middleware = f"app.add_middleware(CORSMiddleware, allow_origins=['https://a.example']{said})"
    head = "from fastapi.middleware.cors import CORSMiddleware\n"
    files = queries.sync("    return db.query(User).all()", head=head)
    _write(tmp_path, files.replace("app = FastAPI()", f"app = FastAPI()\n{middleware}"))
    notices = _add(tmp_path).notices
    told = [one for one in notices if "expose_headers" in one]
    assert bool(told) != bool(said)
    assert all("app/main.py:11" in one for one in told), told
