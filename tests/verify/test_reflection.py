"""The script that reads a table, and what is made of its answers."""

from __future__ import annotations

import ast
import json
import sqlite3
import sys
from pathlib import Path

import pytest

from fastarch.errors import NotUnderstoodError, UsageError
from fastarch.verify import reflect, reflection
from fastarch.verify.reflection import reflect_table

SCRIPT = Path(reflect.__file__)


def test_the_script_is_one_for_old_interpreters() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
    assert "from __future__ import annotations" in SCRIPT.read_text()


def test_a_table_is_told(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "app.db")
    connection.execute("create table users (id integer primary key, name varchar(9) not null)")
    connection.close()
    told = reflect_table("sqlite:///app.db", "users", Path(sys.executable), tmp_path)
    assert json.loads(json.dumps(told)) == told
    assert [(column["name"], column["nullable"]) for column in told["columns"]] == [
        ("id", True), ("name", False),
    ]  # fmt: skip
    assert (told["primary"], told["columns"][1]["type"]["length"]) == (["id"], 9)


def test_drivers_are_tried_in_turn(tmp_path: Path) -> None:
    drivers = [url.drivername for url in reflect.urls("postgres://u@h/x")]
    assert drivers == [
        "postgresql", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+pg8000",
        "postgresql+asyncpg",
    ]  # fmt: skip
    assert reflect.urls("postgresql+asyncpg://u@h/x")[0].drivername == "postgresql+asyncpg"
    with pytest.raises(reflect.Refused, match="no database file"):
        reflect.urls(f"sqlite:///{tmp_path}/none.db")
    assert not list(tmp_path.iterdir())


def test_a_script_that_dies_without_an_answer(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no hush today' >&2\nexit 3\n")
    python.chmod(0o755)
    with pytest.raises(NotUnderstoodError, match=r"no \*\*\* today") as error:
        reflect_table("postgresql://u:hush@h/x", None, python, tmp_path)
    assert error.value.problems[0].hint == f"asked with {python}"


def test_a_database_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 30\n")
    python.chmod(0o755)
    monkeypatch.setattr(reflection, "REFLECT_SECONDS", 0.3)
    with pytest.raises(NotUnderstoodError, match=r"did not answer within 0\.3 s"):
        reflect_table("postgresql://h/x", None, python, tmp_path)


def test_a_database_without_tables(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "app.db").close()
    (tmp_path / "app.db").touch()
    with pytest.raises(UsageError, match="The database has no tables"):
        reflect_table("sqlite:///app.db", None, Path(sys.executable), tmp_path)
