"""``remove resource``, ``undo`` and ``check``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.sequences import EDITS, Project
from tests.workflow.shop import enter, enter_example, new, run, tree

SPEC = Path(".fastarch/resources/products/spec.yaml")


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


def without_books(root: Path) -> dict[str, bytes]:
    left_out = (".fastarch/", "blog.db", "notes.db")
    return {path: text for path, text in tree(root).items() if not path.startswith(left_out)}


def test_edited_files_go_where_that_is_wanted(root: Path) -> None:
    before = tree(root)
    new()
    model = root / "app/models/product.py"
    model.write_text(model.read_text() + "\n# mine\n")
    said = run("remove", "resource", "products", "--force").stdout
    assert "Dropped app/models/product.py, edits by hand included." in said
    assert without_books(root) == before
    run("undo")
    assert "# mine" in model.read_text()


@pytest.mark.parametrize("app", ["shop", "blog", "notes"])
@pytest.mark.parametrize("command", [("undo",), ("remove", "resource", "products")], ids=" ".join)
def test_what_was_only_laid_out_anew_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: str, command: tuple[str, ...]
) -> None:
    if app == "shop":
        root = enter(monkeypatch, tmp_path / "shop")
    else:
        root = enter_example(monkeypatch, tmp_path, app)
    before = without_books(root)
    new()
    for path, text in without_books(root).items():
        if path not in before and path.endswith(".py"):
            (root / path).write_text(EDITS["shorter lines"](text.decode()))
    assert "Kept" not in run(*command).stdout
    assert without_books(root) == before


@pytest.mark.parametrize("app", ["shop", "blog", "notes"])
def test_what_a_sync_has_made_goes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: str
) -> None:
    if app == "shop":
        root = enter(monkeypatch, tmp_path / "shop")
    else:
        root = enter_example(monkeypatch, tmp_path, app)
    before = without_books(root)
    new()
    text = SPEC.read_text().replace("fields:", "timestamps: true\nfields:")
    SPEC.write_text(text + "  user: ref=users:null:back=products\n" * (app != "notes"))
    run("sync")
    run("new", "resource", "tags", "label", "product:ref=products:null:back=tags")
    run("remove", "resource", "tags")
    assert "Kept" not in run("remove", "resource", "products").stdout
    assert without_books(root) == before


def test_a_sync_is_taken_back_in_files_that_were_edited_since(root: Path) -> None:
    new()
    SPEC.write_text(SPEC.read_text() + "  size: int:null:filter\n")
    run("sync")
    service = root / "app/services/product.py"
    model = root / "app/models/product.py"
    for path in (service, model):
        path.write_text(EDITS["a function at the end"](path.read_text()))
    run("undo")
    assert "size" not in model.read_text()
    assert "def mine0" in model.read_text()
    assert "def mine0" in service.read_text()
    project = Project(root)
    project.require_sound()
    project.require_serving("tests/test_products.py")


def test_files_that_were_moved_go(root: Path) -> None:
    new()
    (root / "app/models/product.py").rename(root / "app/models/wares.py")
    run("remove", "resource", "products")
    assert not (root / "app/models/wares.py").exists()


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
