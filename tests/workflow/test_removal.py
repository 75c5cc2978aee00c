"""``remove resource``, ``undo`` and ``check``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.shop import enter, new, run, tree


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app, as working directory."""
    return enter(monkeypatch, tmp_path / "shop")


def test_the_tree_comes_back(root: Path) -> None:
    before = tree(root)
    new()
    made = tree(root)
    assert "Plan: remove resource" in run("remove", "resource", "product", "--dry-run").stdout
    assert tree(root) == made
    run("remove", "resource", "products", "--verify")
    left = {path: text for path, text in tree(root).items() if not path.startswith(".fastarch")}
    assert left == before
    run("undo")
    assert (root / "app/models/product.py").read_bytes() == made["app/models/product.py"]
    run("undo", "--yes")
    assert tree(root) == before
    assert "Nothing to do" in run("undo").stdout


def test_an_edited_file_is_kept_and_named(root: Path) -> None:
    new()
    model = root / "app/models/product.py"
    model.write_text(model.read_text() + "\n# mine\n")
    assert "Kept app/models/product.py" in run("remove", "resource", "products").stdout
    assert "# mine" in model.read_text()


def test_what_others_refer_to_stays(root: Path) -> None:
    new()
    run("new", "resource", "reviews", "product:ref=products:on=cascade")
    before = tree(root)
    assert "reviews.product" in run("remove", "resource", "products", code=4).stderr
    assert tree(root) == before
    run("remove", "resource", "reviews")
    run("remove", "resource", "products")


def test_a_resource_that_is_not_there(root: Path) -> None:
    assert "has made no resource" in run("remove", "resource", "products", code=2).stderr
    new()
    assert "fastarch made: products" in run("remove", "resource", "tags", code=2).stderr
    assert run("remove", "resource", "class", code=2).stderr


def test_check_finds_a_spec_that_was_edited_or_lost(root: Path) -> None:
    new()
    spec = root / ".fastarch/resources/products/spec.yaml"
    text = spec.read_text()
    spec.write_text(text.replace("120", "130"))
    assert "was not carried out" in run("check", code=5).stderr
    spec.unlink()
    assert "is missing" in run("check", code=5).stderr
    spec.write_text(text)
    assert "in step" in run("check").stdout


def test_a_hand_edit_is_in_step(root: Path) -> None:
    new()
    model = root / "app/models/product.py"
    model.write_text(model.read_text() + "\n# mine\n")
    assert run("check").exit_code == 0
