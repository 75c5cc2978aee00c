"""Resources whose rows belong to users, in apps that know by themselves who is signed in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.proven import prove
from tests.services import postgres_database
from tests.workflow import serving, signed
from tests.workflow.shop import ROOT, environment, run, run_json, tree


@dataclass(frozen=True)
class App:
    """An app, and what it is asked with."""

    make: Callable[[Path], Path]
    users: str
    prefix: str
    order: dict[str, Any]
    refused: int
    drivers: tuple[str, str]


PEOPLE = {"people": ["ada", "alan"]}
APPS = {
    "sync": App(
        signed.sync_app,
        "users",
        "/api/v1",
        {
            "app": "app.main",
            "database": "app.database",
            "models": "app.models.user",
            "user": "User",
        },
        403,
        ("sqlite", "postgresql+psycopg"),
    ),
    "async": App(
        signed.async_app,
        "accounts",
        "/api",
        {
            "app": "app.main",
            "database": "app.database",
            "models": "app.models.account",
            "user": "Account",
        },
        401,
        ("sqlite+aiosqlite", "postgresql+asyncpg"),
    ),
    "sqlmodel": App(
        signed.sqlmodel_app,
        "users",
        "",
        {"app": "main", "database": "db", "models": "models", "user": "User"},
        422,
        ("sqlite", "postgresql+psycopg"),
    ),
}


def enter(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with the spec beside it, as working directory."""
    folder.mkdir(exist_ok=True)
    root = APPS[name].make(folder)
    (root / "spec.yaml").write_text(signed.spec(APPS[name].users))
    monkeypatch.chdir(root)
    return root


def ask(name: str, root: Path, url: str | None, asks: list[Any]) -> dict[str, Any]:
    """What the app answers to different people, one after the other."""
    app = APPS[name]
    url = f"{app.drivers[0]}:///{root / 'asked.db'}" if url is None else url
    order = app.order | PEOPLE | {"root": str(root), "asks": asks}
    done = subprocess.run(
        [sys.executable, serving.__file__],
        input=json.dumps(order),
        env=environment(DATABASE_URL=url, PYTHONWARNINGS="ignore"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def pytest_in(root: Path, *files: str) -> None:
    """The generated tests pass."""
    done = prove(root, *files)
    assert done.returncode == 0, done.stdout


def conversation(prefix: str) -> list[tuple[list[Any], int, str]]:
    """What two people ask, and what each is to be answered: status, and rows for a list."""
    notes, shelves, tags = (f"{prefix}/{word}" for word in ("notes", "shelves", "tags"))

    def note(slug: str, **more: Any) -> dict[str, Any]:
        return {"title": f"A {slug}", "rank": 1, "slug": slug, "shelf_id": "<0>"} | more

    return [
        (["ada", "POST", shelves, {"label": "hers"}], 201, ""),
        (["ada", "POST", tags, {"word": "red"}], 201, ""),
        (["ada", "POST", notes, note("one", tag_ids=["<1>"])], 201, ""),
        (["alan", "POST", shelves, {"label": "his"}], 201, ""),
        (["alan", "POST", notes, note("two")], 409, ""),
        (["alan", "POST", notes, note("two", shelf_id="<3>", tag_ids=["<1>"])], 409, ""),
        (["alan", "POST", notes, note("two", shelf_id="<3>", parent_id="<2>")], 409, ""),
        (["alan", "POST", notes, note("two", shelf_id="<3>")], 201, ""),
        (["alan", "POST", notes, note("one", shelf_id="<3>")], 409, ""),
        (["alan", "PATCH", f"{notes}/<7>", {"shelf_id": "<0>"}], 409, ""),
        (["alan", "PATCH", f"{notes}/<7>", {"tag_ids": ["<1>"]}], 409, ""),
        (["alan", "PATCH", f"{notes}/<7>", {"parent_id": "<2>"}], 409, ""),
        (["alan", "PUT", f"{notes}/<7>", note("two")], 409, ""),
        (["alan", "PATCH", f"{notes}/<7>", {"owner_id": 1}], 422, ""),
        (["alan", "GET", f"{notes}/<2>", None], 404, ""),
        (["alan", "PATCH", f"{notes}/<2>", {"rank": 2}], 404, ""),
        (["alan", "PUT", f"{notes}/<2>", note("one")], 404, ""),
        (["alan", "DELETE", f"{notes}/<2>", None], 404, ""),
        (["alan", "DELETE", f"{shelves}/<0>", None], 404, ""),
        (["alan", "GET", notes, None], 200, "two"),
        (["alan", "GET", f"{notes}?sort=-title", None], 200, "two"),
        (["alan", "GET", f"{notes}?rank=1", None], 200, "two"),
        (["alan", "GET", f"{notes}?q=A one", None], 200, ""),
        (["alan", "GET", f"{notes}?shelf_id=<0>", None], 200, ""),
        (["ada", "GET", notes, None], 200, "one"),
        (["ada", "PATCH", f"{notes}/<2>", {"parent_id": "<2>", "rank": 3}], 200, ""),
        (["ada", "DELETE", f"{notes}/<2>", None], 204, ""),
        (["ada", "GET", f"{notes}/<2>", None], 404, ""),
    ]


@pytest.mark.parametrize("name", APPS)
def test_two_people(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(name, tmp_path / "app", monkeypatch)
    made = run_json("new", "resource", "--spec", "spec.yaml")
    assert any("each sees only their own" in notice for notice in made["notices"])
    run("check")
    assert "Nothing to do" in run("new", "resource", "--spec", "spec.yaml").stdout
    prefix = APPS[name].prefix
    expected = conversation(prefix)
    nobody: list[list[Any]] = [
        ["", "GET", f"{prefix}/notes", None],
        ["", "DELETE", f"{prefix}/notes/<2>", None],
    ]
    asks = [one for one, _, _ in expected]
    told = ask(name, root, None, asks + nobody)
    for (one, status, rows), answer in zip(expected, told["answers"], strict=False):
        assert answer["status"] == status, (one, answer)
        if isinstance(answer["body"], list):
            assert [each["slug"] for each in answer["body"]] == rows.split(), one
    assert {each["status"] for each in told["answers"][-2:]} == {APPS[name].refused}
    ids = [answer["body"]["owner_id"] for answer in told["answers"][:4]]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    for path, operations in told["openapi"]["paths"].items():
        for method, operation in operations.items():
            if "notes" in path:
                assert "example" in operation["responses"]["401"]["content"]["application/json"], (
                    method
                )
    schemas = told["openapi"]["components"]["schemas"]
    assert "owner_id" in schemas["NoteRead"]["properties"]
    assert "owner_id" not in schemas["NoteCreate"]["properties"]
    assert "owner_id" not in schemas["NoteUpdate"]["properties"]


@pytest.mark.parametrize("name", APPS)
def test_the_generated_tests_pass(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = enter(name, tmp_path / "app", monkeypatch)
    run("new", "resource", "--spec", "spec.yaml")
    pytest_in(root, "tests/test_notes.py", "tests/test_tags.py")


def test_two_people_on_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter("async", tmp_path / "app", monkeypatch)
    run("new", "resource", "--spec", "spec.yaml")
    run("add", "pagination", "notes", "--total")
    with postgres_database() as plain_url:
        url = plain_url.replace("postgresql://", "postgresql+asyncpg://")
        expected = conversation("/api")
        told = ask("async", root, url, [one for one, _, _ in expected])
    for (one, status, rows), answer in zip(expected, told["answers"], strict=True):
        assert answer["status"] == status, (one, answer)
        if isinstance(answer["body"], dict) and "items" in answer["body"]:
            assert [each["slug"] for each in answer["body"]["items"]] == rows.split(), one
            assert answer["body"]["total"] == len(rows.split())


def test_what_is_made_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter("sqlmodel", tmp_path / "app", monkeypatch)
    spec = root / "spec.yaml"
    spec.write_text(spec.read_text().replace("      tags: m2m=tags\n", ""))
    run("new", "resource", "--spec", "spec.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache"), "."],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


STEPS: dict[str, Callable[[], Any]] = {
    "pages": lambda: run("add", "pagination", "tags", "--total"),
    "filters": lambda: run("add", "filtering", "tags", "--fields", "word", "--search", "word"),
    "scope": lambda: rescope("  - resource: tags\n", "  - resource: tags\n    scope: owner\n"),
}


def rescope(old: str, new: str) -> None:
    """Edit the spec, and sync."""
    spec = Path("spec.yaml")
    text = spec.read_text()
    assert old in text
    spec.write_text(text.replace(old, new))
    run("sync")


def plain(root: Path) -> dict[str, bytes]:
    """What there is, bookkeeping and databases aside."""
    return {
        path: content
        for path, content in tree(root).items()
        if not path.startswith(".fastarch/") and not path.endswith(".db")
    }


@pytest.mark.parametrize("name", APPS)
def test_features_commute(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = (
        ("pages", "filters", "scope"),
        ("scope", "pages", "filters"),
        ("filters", "scope", "pages"),
    )
    made = []
    for number, order in enumerate(orders):
        root = enter(name, tmp_path / str(number), monkeypatch)
        spec = root / "spec.yaml"
        spec.write_text(
            spec.read_text().replace("    scope: owner\n", "").partition("  - resource: notes")[0]
        )
        run("new", "resource", "--spec", "spec.yaml")
        for step in order:
            STEPS[step]()
        run("check")
        made.append(plain(root))
    assert made[0] == made[1] == made[2]
    pytest_in(root, "tests/test_tags.py")
