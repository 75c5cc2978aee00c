"""``add pagination`` on a resource that fastarch has made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proven import prove
from tests.workflow.shop import ROOT, enter, new, run, tree

FIELDS = ("name:str=120:search:sort", "price:decimal=10,2:ge=0:filter", "note:text:null:sort")
KINDS = (
    (),
    ("--total",),
    ("--body", "list", "--total", "--limit", "2", "--max", "3"),
    ("--by", "offset"),
    ("--by", "offset", "--body", "list", "--limit", "1"),
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app with products, as working directory."""
    found = enter(monkeypatch, tmp_path / "shop")
    new(fields=FIELDS)
    return found


@pytest.mark.parametrize("options", KINDS, ids=" ".join)
def test_the_generated_tests_pass(root: Path, options: tuple[str, ...]) -> None:
    made = tree(root)
    run("add", "pagination", "products", *options)
    run("check")
    paged = tree(root)
    assert "Nothing to do" in run("add", "pagination", "products", *options).stdout
    assert tree(root) == paged
    done = prove(root, "tests/test_products.py")
    assert done.returncode == 0, done.stdout
    run("undo")
    left = {path: text for path, text in tree(root).items() if "test_products" not in path}
    assert left == {path: text for path, text in made.items() if "test_products" not in path}


def test_an_operation_means_the_resource_too(root: Path) -> None:
    run("add", "pagination", "GET /api/v1/products", "--dry-run")


def test_hand_edits_and_further_changes_of_the_spec_stay(root: Path) -> None:
    service = root / "app/services/product.py"
    service.write_text(service.read_text().replace("A page of products.", "Products by page."))
    run("add", "pagination", "products")
    spec = root / ".fastarch/resources/products/spec.yaml"
    spec.write_text(spec.read_text().replace("str=120", "str=130"))
    run("sync")
    run("check")
    assert "Products by page." in service.read_text()
    assert "CursorItems[ProductRead]" in (root / "app/routers/products.py").read_text()
    assert "String(130)" in (root / "app/models/product.py").read_text()


def test_two_resources_share_one_module(root: Path) -> None:
    run("new", "resource", "reviews", "stars:int")
    run("add", "pagination", "products")
    run("add", "pagination", "reviews", "--by", "offset")
    modules = [path for path in tree(root) if path.endswith("pagination.py")]
    assert len(modules) == 1
    text = (root / modules[0]).read_text()
    assert "class CursorPage" in text
    assert "class OffsetPage" in text
    compile(text, modules[0], "exec")
    run("check")


def test_a_class_of_the_same_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    run("new", "resource", "pages", "title:str")
    before = tree(root)
    assert "a class Page of their own" in run("add", "pagination", "pages", code=2).stderr
    assert tree(root) == before


def test_what_is_made_is_typed_and_clean(root: Path) -> None:
    run("add", "pagination", "products", "--total")
    for command in (
        [
            "ruff",
            "check",
            "--isolated",
            "--ignore=B008",
            "--select",
            "E4,E7,E9,F,B,UP,ARG",
            "app/routers",
            "app/services",
        ],
        [
            "mypy",
            "--strict",
            "--cache-dir",
            str(ROOT / ".mypy_cache"),
            "app/database.py",
            "app/services",
            "app/repositories",
            "app/schemas",
        ],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
