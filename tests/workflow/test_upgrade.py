"""Projects that an earlier release has written into, brought to this one: ``tests/golden/releases/``."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

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
    assert code(project) == code(today)


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
