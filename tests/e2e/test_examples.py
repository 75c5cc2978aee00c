"""Products in every example: what is written, and whether it holds."""

from __future__ import annotations

import ast
import difflib
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e import contract
from tests.e2e.apps import APPS, PRODUCTS, ExampleApp
from tests.e2e.project import PYTHON, TOOLS, Project
from tests.services import postgres_database

# Statements that one request may send; relations have a count of their own.
MOST_STATEMENTS = {"post": 1, "list": 1, "get": 1, "patch": 2, "put": 2, "delete": 2}


def is_within(old: str, new: str) -> bool:
    """The characters of old stand in new, in order: nothing was taken away."""
    rest = iter(new)
    return all(character in rest for character in old)


def imported(source: str) -> Counter[str]:
    """Every name that a module imports, with where from."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return Counter(
        f"{'.' * node.level}{node.module}:{alias.name}:{alias.asname}"
        for node in nodes
        for alias in node.names
    )


def test_the_app_keeps_every_byte(scaffolded: Project) -> None:
    """Lines are only added; a line that lists names may have grown, or been wrapped."""
    for name in scaffolded.changed():
        before = scaffolded.committed(name).decode()
        after = (scaffolded.root / name).read_bytes().decode()
        if name.endswith(".py"):
            assert not imported(before) - imported(after), name
        difference = list(difflib.ndiff(before.splitlines(), after.splitlines()))
        added = [line[2:] for line in difference if line.startswith("+ ")]
        for lost in (line[2:] for line in difference if line.startswith("- ")):
            grown = lost.startswith("from ") or any(is_within(lost, line) for line in added)
            assert grown, f"{name} has lost {lost!r}"


def test_all_layers_are_there(scaffolded: Project) -> None:
    written = scaffolded.created(".py") + scaffolded.changed()
    text = "\n".join((scaffolded.root / name).read_text() for name in written)
    for piece in (r"class Product\b", r"class Product(Create|In)\b", r"class ProductUpdate\b",
                  r"APIRouter\(", r"def test_"):  # fmt: skip
        assert re.search(piece, text), (piece, written)


def test_again_there_is_nothing_to_do(scaffolded: Project) -> None:
    before = scaffolded.snapshot()
    again = scaffolded.fastarch("new", "resource", *PRODUCTS)
    assert "nothing to do" in (again.stdout + again.stderr).lower()
    report = json.loads(scaffolded.fastarch("new", "resource", *PRODUCTS, "--json").stdout)
    assert (report["status"], report["changes"]) == ("unchanged", [])
    assert scaffolded.snapshot() == before


def test_nothing_is_out_of_step(scaffolded: Project) -> None:
    scaffolded.fastarch("check")


def rules(project: Project) -> list[str]:
    """The app's own rules; an app that has none is held to what is wrong anywhere."""
    names = ("ruff.toml", "pyproject.toml")
    if any("ruff" in (project.home / name).name or "[tool.ruff" in (project.home / name).read_text()
           for name in names if (project.home / name).exists()):  # fmt: skip
        return []
    return ["--isolated", "--select", "E4,E7,E9,F"]


def test_ruff_finds_nothing_in_the_new_files(scaffolded: Project) -> None:
    new = [str(scaffolded.root / name) for name in scaffolded.created(".py")]
    assert new
    ruff = str(TOOLS / "ruff")
    scaffolded.run(ruff, "check", "--no-cache", *rules(scaffolded), *new)
    scaffolded.run(ruff, "format", "--check", "--no-cache", *rules(scaffolded)[:1], *new)


def test_ruff_finds_nothing_in_the_whole_app(scaffolded: Project) -> None:
    """All examples are clean before; what is added, bookkeeping included, leaves them so."""
    ruff = str(TOOLS / "ruff")
    scaffolded.run(ruff, "check", "--no-cache", *rules(scaffolded), ".")
    if not rules(scaffolded):
        scaffolded.run(ruff, "format", "--check", "--no-cache", ".")


def test_mypy_finds_nothing(scaffolded: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    if scaffolded.app.mypy is None:
        return  # an app without types: calls into it are not typed either
    cache = str(tmp_path_factory.getbasetemp() / "mypy")
    command = (PYTHON, "-m", "mypy", "--strict", "--cache-dir", cache, *scaffolded.app.mypy)
    scaffolded.run(*command)


def test_the_app_s_tests_and_the_new_ones_pass(scaffolded: Project) -> None:
    assert any(Path(name).name.startswith("test_") for name in scaffolded.created(".py"))
    scaffolded.pytest()


def migrate(project: Project, url: str) -> None:
    env = project.database(url)
    for command in (
        ("upgrade", "head"),
        ("check",),
        ("downgrade", "-1"),
        ("upgrade", "head"),
        ("check",),
    ):
        project.alembic(env, *command)


def serve(project: Project, url: str) -> None:
    env = project.database(url)
    project.make_tables(env)
    app = project.app
    with project.serve(env) as client:
        contract.exercise(client, path=app.collection, item_slash=app.slash[1], id_type=app.id)


def test_migrates_on_sqlite(scaffolded: Project, sqlite: str) -> None:
    if scaffolded.app.migrates:
        migrate(scaffolded, sqlite)
    else:
        assert not scaffolded.created("alembic.ini")


def test_migrates_on_postgresql(scaffolded: Project) -> None:
    if scaffolded.app.migrates:
        with postgres_database() as url:
            migrate(scaffolded, url)


def test_serves_on_sqlite(scaffolded: Project, sqlite: str) -> None:
    serve(scaffolded, sqlite)


def test_serves_on_postgresql(scaffolded: Project) -> None:
    with postgres_database() as url:
        serve(scaffolded, url)


def test_statements(scaffolded: Project, sqlite: str) -> None:
    env = scaffolded.database(sqlite)
    scaffolded.make_tables(env)
    paths = [str(scaffolded.home / scaffolded.app.app_dir), env_path()]
    script = Path(__file__).with_name("count_statements.py")
    done = scaffolded.run(
        PYTHON, str(script), scaffolded.app.target, scaffolded.app.collection,
        "/" if scaffolded.app.slash[1] else "",
        env=env | {"PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts.keys() == MOST_STATEMENTS.keys()
    assert {key: n for key, n in counts.items() if n > MOST_STATEMENTS[key]} == {}, counts


def env_path() -> str:
    """What the tests themselves import from, so that a checkout need not be installed."""
    return os.pathsep.join(path for path in sys.path if path)


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
@pytest.mark.parametrize("command", [("remove", "resource", "products"), ("undo",)], ids=" ".join)
def test_the_tree_comes_back(app: ExampleApp, command: tuple[str, ...], tmp_path: Path) -> None:
    project = Project.copy(app, tmp_path)
    before = project.snapshot()
    project.fastarch("new", "resource", *PRODUCTS)
    assert project.snapshot() != before
    project.fastarch(*command)
    after = {
        name: digest
        for name, digest in project.snapshot().items()
        if not name.startswith(".fastarch/")
    }
    if command == ("undo",):
        assert after == before
        return
    # Removing drops the table by a forward revision, and leaves shared features in place.
    assert [name for name in before if after.get(name) != before[name]] in ([], expected(project))
    if app.migrates:
        env = project.database(f"sqlite:///{tmp_path / 'removed.db'}")
        project.alembic(env, "upgrade", "head")
        project.alembic(env, "check")


def expected(project: Project) -> list[str]:
    """Files that a feature which came along has changed, and which stay so."""
    return ["main.py", "requirements.txt"] if project.app.name == "hello" else []


def test_a_dry_run_s_diff_is_the_change(tmp_path: Path) -> None:
    app = APPS[3]
    project = Project.copy(app, tmp_path)
    before = project.snapshot()
    diff = project.fastarch("new", "resource", *PRODUCTS, "--diff").stdout
    assert project.snapshot() == before
    patch = tmp_path / "products.patch"
    patch.write_text(diff)
    project.git("apply", "--check", str(patch))
    project.git("apply", str(patch))
    patched = set(project.created()) | set(project.changed())
    real = Project.copy(app, tmp_path / "real")
    real.fastarch("new", "resource", *PRODUCTS)
    assert {Path(name).parent for name in patched} == {
        Path(name).parent for name in set(real.created()) | set(real.changed())
    }
