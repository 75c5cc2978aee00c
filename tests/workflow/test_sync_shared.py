"""``sync`` where resources share modules, refer to each other, or were made one after another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.workflow.sequences import Project
from tests.workflow.shop import enter, enter_example, run, tree

EXAMPLES = ("blog", "hello", "notes")
PRODUCTS = ("products", "name:str=40:search", "price:decimal=10,2:ge=0")
TAGS = ("tags", "label:str=20:unique")


def spec(name: str) -> Path:
    return Path(f".fastarch/resources/{name}/spec.yaml")


def edit(path: Path, old: str, new_text: str) -> None:
    """Put one text in the place of another, which must be there."""
    text = path.read_text()
    assert old in text, text
    path.write_text(text.replace(old, new_text))


def add(name: str, field: str) -> None:
    spec(name).write_text(spec(name).read_text() + f"  {field}\n")


def record(name: str) -> dict[str, str]:
    """The paths by role."""
    import json

    found: dict[str, str] = json.loads(spec(name).with_name("record.json").read_text())["paths"]
    return found


def require_serving(*names: str) -> None:
    """The app works, and everything is in step."""
    require_sound()
    Project(Path.cwd()).require_serving(*(record(name)["test"] for name in names))


def require_sound() -> None:
    """Every module says what it should, and everything is in step."""
    Project(Path.cwd()).require_sound()
    assert run("check").exit_code == 0
    before = tree(Path())
    assert "Nothing to do" in run("sync").stdout
    assert tree(Path()) == before


def code() -> dict[str, bytes]:
    found = tree(Path())
    # Some examples make their database when they are imported.
    left_out = (".fastarch/", "blog.db", "notes.db", "hello.db")
    return {path: text for path, text in found.items() if not path.startswith(left_out)}


@pytest.fixture(params=EXAMPLES)
def flat(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app of a few modules with two resources in them."""
    root = enter_example(monkeypatch, tmp_path, request.param)
    run("new", "resource", *PRODUCTS)
    run("new", "resource", *TAGS)
    return root


def test_definitions_in_shared_modules(flat: Path) -> None:
    paths = record("products")
    model, service = flat / paths["model"], flat / paths["service"]
    edit(model, "class Tag(", "class Mine:\n    kept = True\n\n\nclass Tag(")
    edit(service, '"""A page of products."""', '"""Products, page by page."""')
    before = code()
    add("products", "brand: str=40:null:filter:sort")
    edit(spec("products"), "fields:", "timestamps: true\nfields:")
    run("sync", "--allow-data-loss")
    assert "class Mine:\n    kept = True\n" in model.read_text()
    assert '"""Products, page by page."""' in service.read_text()
    for name in ("Tag", "TagCreate"):
        for path, text in code().items():
            found = re.search(
                rf"^class {name}\(.*?(?=^\S)", text.decode(), re.DOTALL | re.MULTILINE
            )
            if found and path in before:
                assert found[0] in before[path].decode(), f"{name} has changed in {path}"
    require_serving("products", "tags")
    run("undo")
    assert code() == before


def test_both_at_once(flat: Path) -> None:
    add("products", "tag: ref=tags:null:on=set_null:back=products")
    add("tags", "weight: decimal=6,2:null")
    run("sync")
    require_serving("products", "tags")
    edit(spec("products"), "back=products", "back=wares")
    run("sync")
    assert "wares" in (flat / record("tags")["model"]).read_text()
    assert 'back_populates="products"' not in (flat / record("tags")["model"]).read_text()
    require_sound()
    edit(spec("products"), "  tag: ref=tags:null:on=set_null:back=wares\n", "")
    run("sync", "--allow-data-loss")
    assert "wares" not in (flat / record("tags")["model"]).read_text()
    require_sound()
    run("remove", "resource", "tags")
    require_serving("products")


def test_who_brought_the_helpers_is_gone(flat: Path) -> None:
    add("tags", "weight: decimal=6,2:null")
    run("sync")
    run("remove", "resource", "products")
    require_sound()
    add("tags", "price: decimal=8,2:null:filter")
    add("tags", "at: datetime:null:sort")
    run("sync")
    require_serving("tags")
    run("remove", "resource", "tags")
    Project(flat).require_sound()
    Project(flat).require_sound()


def test_helpers_that_a_later_resource_has_brought(flat: Path) -> None:
    run("new", "resource", "shelves", "row:int", "at:datetime:null", "tag:ref=tags:null")
    add("products", "count: int:null:filter")
    add("products", "at: datetime:null")
    run("sync")
    require_serving("products", "shelves")
    run("remove", "resource", "shelves")
    require_serving("products", "tags")


def test_relations_to_a_hand_written_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    run("new", "resource", *PRODUCTS)
    user = root / "app/models/user.py"
    before = user.read_bytes()
    add("products", "owner: ref=users:null:back=products")
    run("sync", "--verify")
    assert "products" in user.read_text()
    require_sound()
    edit(spec("products"), "back=products", "back=wares")
    run("sync")
    assert "wares" in user.read_text()
    assert "products:" not in user.read_text()
    require_serving("products")
    edit(spec("products"), "ref=users:null:back=wares", "ref=users:null")
    run("sync")
    assert user.read_bytes() == before
    edit(spec("products"), "  owner: ref=users:null\n", "")
    add("products", "watchers: m2m=users:back=watched")
    run("sync")
    assert "watched" in user.read_text()
    require_sound()
    run("remove", "resource", "products")
    assert user.read_bytes() == before


def test_relations_between_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter_example(monkeypatch, tmp_path, "library")
    run("new", "resource", *TAGS)
    run("new", "resource", *PRODUCTS)
    add("tags", "products: m2m=products:back=tags")
    run("sync", "--verify")
    require_sound()
    assert "tags.products" in run("remove", "resource", "products", code=4).stderr
    edit(
        spec("tags"),
        "  products: m2m=products:back=tags\n",
        "  owner: ref=authors:null:back=tags\n",
    )
    run("sync", "--allow-data-loss")
    require_serving("products", "tags")
    run("remove", "resource", "products")
    require_sound()
    assert "products" not in (root / "app/models/tag.py").read_text()


def test_a_field_like_a_helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of fields that templates use for something else."""
    enter(monkeypatch, tmp_path / "shop")
    run("new", "resource", *PRODUCTS)
    for field in ("value: int:null:filter", "query: str=20:null:search", "data: json:null", "statement: str=9:null:sort"):  # fmt: skip
        add("products", field)
    run("sync")
    require_serving("products")


def test_a_module_with_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    run("new", "resource", *PRODUCTS)
    (root / "app/schemas").rename(root / "app/dto")
    for path in root.rglob("*.py"):
        path.write_text(path.read_text().replace("app.schemas", "app.dto"))
    assert run("check").exit_code == 0
    add("products", "at: datetime:null:filter")
    run("sync")
    assert not (root / "app/schemas").exists()
    require_sound()
    run("new", "resource", *TAGS)
    assert not (root / "app/schemas/common.py").exists()
    require_serving("products", "tags")
