"""The commands to type next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.discover.database_facts import Alembic
from fastarch.discover.profile import Entry
from fastarch.discover.symbols import Place, Symbol
from fastarch.plan.closing import next_steps, upgrade
from tests.plan.shapes import profile

AT = Place("app/main.py", 1)
APP = Entry(AT, "app.main", "app", "instance")
FACTORY = Entry(AT, "app.main", "create_app", "factory")


@pytest.mark.parametrize(
    ("ini", "command"),
    [
        (None, "alembic upgrade head"),
        ("alembic.ini", "alembic upgrade head"),
        ("pyproject.toml", "alembic upgrade head"),
        ("backend/alembic.ini", "(cd backend && alembic upgrade head)"),
        ("my db/prod.ini", "(cd 'my db' && alembic -c prod.ini upgrade head)"),
    ],
)
def test_alembic_runs_where_its_configuration_lies(ini: str | None, command: str) -> None:
    alembic = Alembic(AT, "alembic/env.py", "alembic/versions", ini)
    assert upgrade(replace(profile(), alembic=alembic)) == command


@pytest.mark.parametrize(
    ("root", "entry", "tests", "commands"),
    [
        (".", APP, ["tests/test_a.py"], ["python -m pytest tests/test_a.py",
                                         "uvicorn app.main:app --reload"]),
        (".", FACTORY, [], ["uvicorn app.main:create_app --factory --reload"]),
        (".", replace(FACTORY, instance=Symbol(AT, "asgi", "app")), [],
         ["uvicorn asgi:app --reload"]),
        ("src", APP, ["tests/test_a.py"], ["python -m pytest tests/test_a.py",
                                           "uvicorn --app-dir src app.main:app --reload"]),
        ("api", APP, ["api/tests/b.py", "api/tests/a.py"],
         ["(cd api && python -m pytest tests/a.py tests/b.py)",
          "(cd api && uvicorn app.main:app --reload)"]),
        (".", None, [f"tests/test_{n}.py" for n in range(5)], ["python -m pytest tests"]),
        (".", None, [], []),
    ],
)  # fmt: skip
def test_commands_from_the_root(
    root: str, entry: Entry | None, tests: list[str], commands: list[str]
) -> None:
    app = replace(profile(), import_root=root, entry=entry)
    assert list(next_steps(app, tests, migrated=False)) == commands
