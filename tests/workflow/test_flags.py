"""``add filtering`` and ``add sorting`` on a resource that fastarch has made."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tests.workflow.shop import enter, new, run, run_json, tree

FIELDS = (
    "name:str=120",
    "price:decimal=10,2:ge=0",
    "status:enum=draft,live:default=draft",
    "secret:str:null:hidden",
)
ADDED = (
    ("add", "filtering", "products", "--fields", "price", "--search", "name"),
    ("add", "filtering", "products", "--fields", "status"),
    ("add", "sorting", "products", "--fields", "name,price"),
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app with products, as working directory."""
    found = enter(monkeypatch, tmp_path / "shop")
    new(fields=FIELDS)
    return found


def code(root: Path) -> dict[str, bytes]:
    return {path: text for path, text in tree(root).items() if not path.startswith(".fastarch")}


def test_it_is_as_if_the_spec_had_said_so(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = (root / ".fastarch/resources/products/spec.yaml").read_bytes()
    for words in ADDED:
        run(*words)
    run("check")
    assert (root / ".fastarch/resources/products/spec.yaml").read_bytes() == spec
    enter(monkeypatch, tmp_path / "other")
    new(
        fields=(
            "name:str=120:search:sort",
            "price:decimal=10,2:ge=0:filter:sort",
            "status:enum=draft,live:default=draft:filter",
            "secret:str:null:hidden",
        )
    )
    assert code(root) == code(tmp_path / "other")


def test_the_order_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trees = []
    pages = ("add", "pagination", "products", "--total")
    for number, order in enumerate(permutations((*ADDED[::2], pages))):
        root = enter(monkeypatch, tmp_path / f"shop{number}")
        new(fields=FIELDS)
        for words in order:
            run(*words)
        trees.append(code(root))
    assert all(one == trees[0] for one in trees)


def test_again_there_is_nothing_to_do(root: Path) -> None:
    run(*ADDED[0])
    before = tree(root)
    assert "Nothing to do" in run(*ADDED[0]).stdout
    assert tree(root) == before


def test_they_stay_when_the_spec_changes(root: Path) -> None:
    run(*ADDED[2])
    spec = root / ".fastarch/resources/products/spec.yaml"
    spec.write_text(spec.read_text().replace("str=120", "str=130"))
    assert "out of step" in run("add", "sorting", "products", code=4).stderr
    run("sync")
    run("check")
    assert '"-price"' in (root / "app/repositories/product.py").read_text()


def test_without_names_every_field_that_can(root: Path) -> None:
    run("add", "filtering", "products")
    schema = (root / "app/schemas/product.py").read_text()
    assert all(f"{name}__in" in schema for name in ("name", "price", "status"))
    assert "secret__in" not in schema


def test_undo_gives_the_tree_back(root: Path) -> None:
    before = tree(root)
    run(*ADDED[0])
    run("undo")
    assert tree(root) == before


def test_what_is_wrong_is_told(root: Path) -> None:
    before = tree(root)
    assert (
        "did you mean `price`"
        in run("add", "sorting", "products", "--fields", "prize", code=2).stderr
    )
    assert "cannot have" in run("add", "filtering", "products", "--search", "price", code=2).stderr
    assert run("add", "sorting", "nothing", code=2).stderr
    assert run_json("add", "filtering", "products", "--dry-run")["status"] == "planned"
    assert tree(root) == before
