"""Projects that an earlier release has written into, brought to this one: ``tests/golden/releases/``."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from fastarch.plan.codemods import Codemod
from tests.workflow.shop import run, tree

ROOT = Path(__file__).parents[2]
RELEASES = ROOT / "tests" / "golden" / "releases"
PROJECTS = sorted(path for release in RELEASES.iterdir() for path in release.iterdir())
PRODUCTS = (
    "products",
    "name:str=120:search:sort",
    "sku:str=32:unique",
    "price:decimal=12,2:ge=0:filter",
    "status:enum=draft,live:default=draft:filter",
    "note:text:null",
    "active:bool:default=true",
)
REVIEWS = ("reviews", "stars:int:ge=1:le=5", "product:ref=products:on=cascade:back=reviews")
_DATE = re.compile(rb"Create Date: .*")
_BETWEEN_IMPORTS = re.compile(rb"^((?:from|import) .*)\n+(?=from |import )", re.MULTILINE)


@pytest.fixture(params=PROJECTS, ids=lambda path: f"{path.parent.name}-{path.name}")
def project(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A project as the release has left it, as working directory."""
    root = tmp_path / request.param.name
    shutil.copytree(request.param, root)
    monkeypatch.chdir(root)
    return root


def code(root: Path) -> dict[str, bytes]:
    """The project without bookkeeping and dates."""
    return {
        path: _DATE.sub(b"", content)
        for path, content in tree(root).items()
        if not path.startswith(".fastarch/")
    }


def without_import_groups(root: Path) -> dict[str, bytes]:
    """The project's code without blank lines between imports: a line that is there stays there."""
    return {path: _BETWEEN_IMPORTS.sub(rb"\1\n", text) for path, text in code(root).items()}


def test_the_code_becomes_what_is_made_today(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("check", code=5)
    run("upgrade")
    run("check")
    upgraded = tree(project)
    assert "Nothing to do" in run("upgrade").stdout
    assert tree(project) == upgraded
    today = tmp_path / "today"
    shutil.copytree(ROOT / "examples" / project.name, today)
    monkeypatch.chdir(today)
    run("new", "resource", *PRODUCTS)
    run("new", "resource", *REVIEWS)
    made, wanted = without_import_groups(project), without_import_groups(today)
    revisions = {path for path in made if "/versions/" in path}
    assert {path for path in wanted if "/versions/" in path} <= revisions
    for path in revisions - wanted.keys():
        assert b'op.drop_index(op.f("ix_products_name"), table_name="products")' in made[path]
        assert b'op.create_index("ix_products_name_id", "products", ["name", "id"])' in made[path]
    assert len(revisions - wanted.keys()) == (1 if revisions else 0)
    assert {path: made[path] for path in made.keys() - revisions} == {
        path: wanted[path] for path in wanted.keys() - revisions
    }


def test_hand_edits_stay(project: Path) -> None:
    edited = {
        path: content.replace(b"Create a product.", b"Put a product on the shelf.")
        for path, content in code(project).items()
        if path.endswith(".py")
    }
    changed = {path: text for path, text in edited.items() if b"on the shelf" in text}
    assert changed
    for path, content in changed.items():
        (project / path).write_bytes(content)
    run("upgrade")
    for path, content in changed.items():
        assert (project / path).read_bytes().count(b"on the shelf") == content.count(
            b"on the shelf"
        )
    run("check")


def test_the_upgrade_can_be_taken_back(project: Path) -> None:
    before = tree(project)
    run("upgrade")
    run("undo")
    assert tree(project) == before


def test_a_feature_is_upgraded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "hello"
    shutil.copytree(ROOT / "examples" / "hello", root)
    monkeypatch.chdir(root)
    run("new", "resource", "notes", "text:text")
    today = tree(root)
    made_before(
        root, "database", "database.py", b"The database: its engine", b"The data: an engine"
    )
    edited = root / "database.py"
    edited.write_bytes(edited.read_bytes() + b"\n\nLIMIT = 5\n")
    assert "templates that the database was made from" in run("check", code=5).stderr
    run("upgrade")
    assert edited.read_bytes() == today["database.py"] + b"\n\nLIMIT = 5\n"
    run("check")
    assert "Nothing to do" in run("upgrade").stdout


def made_before(root: Path, feature: str, role: str, today: bytes, earlier: bytes) -> None:
    """Let a file of a feature be as other templates would have made it."""
    folder = root / ".fastarch" / "features" / feature
    record = json.loads((folder / "record.json").read_text())
    base, file = folder / "base" / f"{role}.base", root / record["paths"][role]
    for path in (base, file):
        assert today in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(today, earlier))
    record["bases"][role] = hashlib.sha256(base.read_bytes()).hexdigest()
    record["options"]["templates"] = "earlier"
    (folder / "record.json").write_text(json.dumps(record))


def test_a_codemod_reaches_every_module(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is renamed in shared code is renamed where somebody uses it, too."""
    renaming = Codemod("0.1.1", "common", {"edit": "RenameName", "old": "unset", "new": "not_sent"})
    monkeypatch.setattr("fastarch.workflow.due.codemods", lambda *_: (renaming,))
    common = json.loads((project / ".fastarch/resources/products/record.json").read_text())
    path = common["paths"]["common"]
    module = path.removesuffix(".py").replace("/", ".")
    mine = project / "mine.py"
    mine.write_text(f"from {module} import unset\n\nNOTHING = unset()\n")
    run("upgrade", "--theirs", path)
    assert mine.read_text() == f"from {module} import not_sent\n\nNOTHING = not_sent()\n"
    for file in project.rglob("*.py"):
        compile(file.read_bytes(), str(file), "exec")
