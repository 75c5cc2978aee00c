"""What ``sync`` refuses, and what decides: nothing is written by half."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.shop import run, run_json, tree
from tests.workflow.syncing import SPEC, add, edit, migrating, revisions, small

root = pytest.fixture(small)
library = pytest.fixture(migrating)


def test_conflicts_are_shown_and_nothing_is_written(root: Path) -> None:
    edit("app/models/product.py", "String(120)", "String(121)")
    edit(SPEC, "str=120", "str=200")
    before = tree(root)
    said = run("sync", code=4).stderr
    assert "app/models/product.py:" in said
    assert "String(121)" in said
    assert "String(200)" in said
    assert "--ours" in said
    error = run_json("sync", code=4)
    assert error["status"] == "conflict"
    assert error["errors"][0]["file"] == "app/models/product.py"
    line = error["errors"][0]["line"]
    assert "String(121)" in (root / "app/models/product.py").read_text().splitlines()[line - 1]
    run("sync", "--dry-run", code=4)
    assert tree(root) == before


def test_conflict_markers(root: Path) -> None:
    edit("app/models/product.py", "String(120)", "String(121)")
    edit(SPEC, "str=120", "str=200")
    said = run("sync", "--conflicts", "markers").stdout
    assert "has conflict markers" in said
    text = (root / "app/models/product.py").read_text()
    assert text.count("<<<<<<< ") == text.count(">>>>>>> ") == 1
    assert "String(121)" in text
    assert "String(200)" in text
    assert "A conflict is not resolved." in run("check", code=5).stderr
    before = tree(root)
    assert "Nothing to do" in run("sync").stdout
    assert tree(root) == before


@pytest.mark.parametrize(("side", "width"), [("--ours", 121), ("--theirs", 200)])
def test_a_side_that_wins(root: Path, side: str, width: int) -> None:
    edit("app/models/product.py", "String(120)", "String(121)")
    edit(SPEC, "str=120", "str=200")
    run("sync", side, "app/models/product.py")
    assert f"String({width})" in (root / "app/models/product.py").read_text()
    assert "max_length=200" in (root / "app/schemas/product.py").read_text()
    assert run("check").exit_code == 0
    assert "Nothing to do" in run("sync").stdout


def test_a_side_of_a_file_that_is_none_of_ours(root: Path) -> None:
    add("brand: str=40:null")
    before = tree(root)
    assert (
        "nothing is generated into this file" in run("sync", "--ours", "app/main.py", code=2).stderr
    )
    assert tree(root) == before


def test_what_would_lose_data(library: Path) -> None:
    edit(SPEC, "  price: decimal=10,2:ge=0\n", "")
    before = tree(library)
    said = run("sync", code=4).stderr
    assert "--allow-data-loss" in said
    assert "price" in said
    assert tree(library) == before
    run("sync", "--allow-data-loss")
    assert "price" not in (library / "app/models/product.py").read_text()


def test_rows_that_lack_a_value(library: Path) -> None:
    add("brand: str=40")
    before = tree(library)
    assert "--backfill brand=VALUE" in run("sync", code=4).stderr
    assert "there is no value" in run("sync", "--backfill", "brand", code=2).stderr
    assert run("sync", "--backfill", "colour=red", code=2).stderr
    assert tree(library) == before
    old = revisions()
    run("sync", "--backfill", "brand=none at all")
    (made,) = revisions() - old
    assert "none at all" in (library / "alembic/versions" / made).read_text()


@pytest.mark.parametrize("value", ["abc", "", "-1", "1e400", "NaN"])
def test_a_backfill_that_its_field_refuses(library: Path, value: str) -> None:
    add("stock: int:ge=0")
    before = tree(library)
    assert run("sync", "--backfill", f"stock={value}", code=2).stderr
    assert tree(library) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("resource: products\nfields:\n  name: [\n", "spec.yaml:"),
        ("resource: products\nfields:\n  name: strr\n", "did you mean `str`"),
        ("resource: tags\nfields:\n  name: str\n", "describes something else"),
        ("resource: products\nfields:\n  tag: ref=nowhere\n", "nowhere"),
        ("resource: products\nid: uuid\nfields:\n  name: str=120\n", "are int, and stay so"),
        ("", "spec.yaml"),
        ("\xff\x00", "spec.yaml"),
    ],
)  # fmt: skip
def test_specs_that_are_wrong(root: Path, text: str, message: str) -> None:
    Path(SPEC).write_bytes(text.encode("latin-1"))
    before = tree(root)
    said = run("sync", code=2).stderr
    assert message in said
    assert tree(root) == before
    Path(SPEC).unlink()
    assert "is missing" in run("sync", code=2).stderr


@pytest.mark.parametrize("way", ["edited", "gone"])
def test_a_snapshot_that_is_damaged(root: Path, way: str) -> None:
    base = root / ".fastarch/resources/products/base/model.base"
    text = base.read_bytes()
    base.write_bytes(text + b"\n")
    if way == "gone":
        base.unlink()
    add("brand: str=40:null")
    before = tree(root)
    said = run("sync", code=3).stderr
    assert "missing or damaged" in said
    assert "base/model.base" in said
    assert run("check", code=5).stderr
    assert tree(root) == before
    base.write_bytes(text)
    run("sync")


def test_a_file_that_is_no_python_any_more(root: Path) -> None:
    file = root / "app/services/product.py"
    file.write_text(file.read_text() + "\ndef broken(:\n")
    add("brand: str=40:null:search")
    run("sync")  # nothing is to be changed in there
    schema = root / "app/schemas/product.py"
    schema.write_text(schema.read_text() + "\ndef broken(:\n")
    add("size: int:null")
    before = tree(root)
    said = run("sync", code=4).stderr
    assert "cannot be read as Python" in said
    assert "app/schemas/product.py:" in said
    assert tree(root) == before


def test_verify(root: Path) -> None:
    add("brand: str=40:null")
    run("sync", "--verify")
    edit("app/main.py", "app = FastAPI", "assert 1 // 0\napp = FastAPI")
    add("colour: str=40:null")
    before = tree(root)
    assert "Nothing was written" in run("sync", "--verify", code=6).stderr
    assert tree(root) == before


def test_a_resource_that_is_not_there(root: Path) -> None:
    assert "fastarch made: products" in run("sync", "tags", code=2).stderr
