"""Undo and removal: what nobody touched comes back byte for byte, what somebody edited stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fastarch.change.apply import apply
from fastarch.change.draft import Draft, digest
from fastarch.change.history import Undone, history, last, remember, undo
from fastarch.change.removal import take_out
from fastarch.change.state import MadeEdit, Record, load, records, save
from fastarch.errors import NotUnderstoodError
from tests.change.conftest import tree


@dataclass(frozen=True)
class Changed:
    source: bytes
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Already:
    pass


@dataclass(frozen=True)
class Cannot:
    reason: str
    paste: str = ""


def add_line(edit: Mapping[str, Any], source: bytes) -> Changed | Already | Cannot:
    line = edit["line"].encode() + b"\n"
    return Already() if line in source else Changed(source + line)


def revert(edit: Mapping[str, Any], source: bytes) -> Changed | Already | Cannot:
    line = edit["line"].encode() + b"\n"
    if b"# frozen" in source:
        return Cannot("It is frozen.")
    return Changed(source.replace(line, b"", 1)) if line in source else Already()


def new_resource(root: Path, name: str) -> None:
    draft = Draft(root)
    path, text = f"app/{name}/models.py", f"class {name}: ...\n".encode()
    draft.write(path, text)
    edit = {"line": f"include({name})"}
    outcome = add_line(edit, draft.read("main.py") or b"")
    assert isinstance(outcome, Changed)
    draft.write("main.py", outcome.source)
    made = (MadeEdit("main.py", edit),)
    record = Record(
        "resource",
        name,
        options={"id": "int"},
        paths={"model": path},
        files={path: digest(text) or ""},
        folders=tuple(f for f in draft.new_folders() if not f.startswith(".")),
        edits=made,
    )
    save(draft, record, spec=b"fields: {}\n", bases={"model": text})
    remember(draft, f"new resource {name}", edits=made)
    apply(root, draft.changes(), folders=draft.discarded_folders)


def take_back(root: Path) -> Undone:
    draft = Draft(root)
    entry = last(draft)
    assert entry is not None
    undone = undo(draft, entry, revert, reapply=add_line)
    apply(root, draft.changes(), folders=draft.discarded_folders)
    return undone


def remove(root: Path, name: str) -> Undone:
    draft = Draft(root)
    record = load(draft, "resource", name)
    assert record is not None
    undone = take_out(draft, record, revert)
    remember(draft, f"remove resource {name}", reverted=undone.reverted)
    apply(root, draft.changes(), folders=draft.discarded_folders)
    return undone


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "app").mkdir(parents=True)
    (root / "main.py").write_bytes(b"app\r\n")
    return root


def test_undo_gives_the_whole_tree_back(root: Path) -> None:
    trees = [tree(root)]
    for name in ("products", "users", "orders"):
        new_resource(root, name)
        trees.append(tree(root))
    remove(root, "users")
    assert [record.name for record in records(Draft(root))] == ["orders", "products"]
    for expected in reversed(trees):
        assert take_back(root) == Undone()
        assert tree(root) == expected
    assert not (root / ".fastarch").exists()


def test_the_same_commands_give_the_same_bytes(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere/deep"
    (other / "app").mkdir(parents=True)
    (other / "main.py").write_bytes(b"app\r\n")
    for place in (root, other):
        new_resource(place, "products")
        new_resource(place, "users")
    assert tree(root) == tree(other)
    text = b"".join(file.read_bytes() for file in root.rglob("*.json"))
    assert str(tmp_path).encode() not in text


def test_undo_keeps_and_names_what_was_edited(root: Path) -> None:
    new_resource(root, "products")
    (root / "app/products/models.py").write_bytes(b"mine")
    (root / "main.py").write_bytes(b"mine\n" + (root / "main.py").read_bytes())
    (root / ".fastarch/resources/products/spec.yaml").write_bytes(b"mine")
    undone = take_back(root)
    assert [kept.path for kept in undone.kept] == [
        ".fastarch/resources/products/spec.yaml",
        "app/products/models.py",
    ]
    assert undone.merged == ("main.py",)
    assert (root / "main.py").read_bytes() == b"mine\napp\r\n"
    assert (root / "app/products/models.py").read_bytes() == b"mine"
    assert list(records(Draft(root))) == []


def test_an_edit_that_cannot_be_taken_back_leaves_the_file(root: Path) -> None:
    new_resource(root, "products")
    edited = (root / "main.py").read_bytes() + b"# frozen\n"
    (root / "main.py").write_bytes(edited)
    (kept,) = take_back(root).kept
    assert (kept.path, kept.reason) == ("main.py", "It is frozen.")
    assert (root / "main.py").read_bytes() == edited


def test_what_was_deleted_by_hand_stays_away(root: Path) -> None:
    new_resource(root, "products")
    (root / "app/products/models.py").unlink()
    (root / "main.py").unlink()
    assert take_back(root) == Undone()
    assert list(tree(root)) == ["app"]


def test_removal_keeps_edited_files_and_can_be_undone(root: Path) -> None:
    new_resource(root, "products")
    new_resource(root, "users")
    (root / "app/products/models.py").write_bytes(b"mine")
    (root / "app/users/models.py").chmod(0o755)
    before = tree(root)
    assert [kept.path for kept in remove(root, "products").kept] == ["app/products/models.py"]
    assert (root / "main.py").read_bytes() == b"app\r\ninclude(users)\n"
    remove(root, "users")
    assert not (root / "app/users").exists()
    assert (root / "main.py").read_bytes() == b"app\r\n"
    take_back(root)
    take_back(root)
    assert tree(root) == before


def test_undoing_a_removal_puts_edits_back_into_an_edited_file(root: Path) -> None:
    new_resource(root, "products")
    remove(root, "products")
    (root / "main.py").write_bytes(b"mine\n")
    assert take_back(root).merged == ("main.py",)
    assert (root / "main.py").read_bytes() == b"mine\ninclude(products)\n"


def test_files_to_keep_in_any_case(root: Path) -> None:
    new_resource(root, "products")
    draft = Draft(root)
    entry = last(draft)
    assert entry is not None
    keep = {"app/products/models.py": "Another migration builds on it."}
    (kept,) = undo(draft, entry, revert, keep=keep).kept
    assert kept.reason == "Another migration builds on it."
    assert draft.read("app/products/models.py") is not None


def test_a_record_follows_a_later_change_of_ours_but_not_a_hand_edit(root: Path) -> None:
    new_resource(root, "products")
    new_resource(root, "users")
    (root / "app/users/models.py").write_bytes(b"mine")
    draft = Draft(root)
    draft.write("app/products/models.py", b"with pagination")
    draft.write("app/users/models.py", b"mine, with pagination")
    remember(draft, "add pagination")
    apply(root, draft.changes())
    assert remove(root, "products").kept == ()
    assert [kept.path for kept in remove(root, "users").kept] == ["app/users/models.py"]


def test_a_record_survives_the_disk(root: Path) -> None:
    record = Record(
        "feature",
        "auth-jwt",
        options={"roles": ["a", "b"], "user": None},
        paths={"service": "app/é.py"},
        files={"app/é.py": "0" * 64},
        folders=("app",),
        edits=(MadeEdit("main.py", {"edit": "call", "arguments": [1, {"a": None}]}),),
        revisions=("abc",),
        source="specs/shop.yaml",
    )
    draft = Draft(root)
    save(draft, record)
    apply(root, draft.changes())
    assert load(Draft(root), "feature", "auth-jwt") == record
    assert load(Draft(root), "resource", "auth-jwt") is None


def test_bases_that_are_no_more_go(root: Path) -> None:
    draft = Draft(root)
    record = Record("resource", "products")
    save(draft, record, bases={"model": b"1", "schema": b"2"})
    save(draft, record, bases={"model": b"3"})
    assert draft.files(f"{record.folder}/base") == (record.base_path("model"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"version": 99}', "newer version"),
        ("{\n<<<<<<< HEAD\n", "damaged"),
        ("[]", "no version"),
        ('{"version": 1}', "damaged"),
        ("\udcff", "damaged"),
    ],
)
def test_bookkeeping_that_cannot_be_read(root: Path, text: str, message: str) -> None:
    new_resource(root, "products")
    for path in (".fastarch/resources/products/record.json", ".fastarch/history/0001.json"):
        (root / path).write_bytes(text.encode(errors="surrogateescape"))
    for work in (records, history):
        with pytest.raises(NotUnderstoodError, match=message) as caught:
            list(work(Draft(root)))
        assert caught.value.problems[0].file is not None


def test_nothing_drafted_is_nothing_to_remember(root: Path) -> None:
    draft = Draft(root)
    draft.write("main.py", draft.read("main.py"))
    assert remember(draft, "nothing") is None
    assert draft.changes() == ()


def test_a_missing_object_is_named(root: Path) -> None:
    new_resource(root, "products")
    (path,) = (root / ".fastarch/objects").iterdir()
    path.unlink()
    with pytest.raises(NotUnderstoodError, match="missing or damaged"):
        take_back(root)


def test_what_was_made_passes_to_what_was_made_before_what_was_there(root: Path) -> None:
    """A resource whose code somebody wrote by hand takes nothing over while another can."""
    draft = Draft(root)
    draft.write("app/crud.py", b"ours\n")
    digests = {"app/crud.py": digest(b"ours\n") or ""}
    paths = {"repository": "app/crud.py"}
    save(draft, Record("resource", "authors", options={"adopted": True}, paths=paths))
    save(draft, Record("resource", "products", paths=paths, files=digests))
    save(draft, Record("resource", "users", paths=paths))
    remember(draft, "new resource products")
    apply(root, draft.changes(), folders=draft.discarded_folders)
    remove(root, "products")
    heirs = {record.name: record.files for record in records(Draft(root))}
    assert heirs == {"authors": {}, "users": digests}
