"""A scope that comes into a spec, or goes; and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow import signed
from tests.workflow.shop import run, run_json, shop, tree
from tests.workflow.test_guarded import protect
from tests.workflow.test_scoped import enter, plain, pytest_in, rescope

TAGS = "  - resource: tags\n"
SCOPED = f"{TAGS}    scope: owner\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The synchronous app, with the spec carried out."""
    found = enter("sync", tmp_path / "app", monkeypatch)
    run("new", "resource", "--spec", "spec.yaml")
    return found


def test_a_scope_that_goes_leaves_the_guard(root: Path) -> None:
    service, router = root / "app/services/tag.py", root / "app/routers/tags.py"
    service.write_text(service.read_text().replace("A page of tags.", "Tags by page."))
    notes = root / "app/repositories/note.py"
    assert "Tag.owner_id == owner_id" in notes.read_text()
    before = plain(root)
    rescope(SCOPED, TAGS)
    run("check")
    assert "Tags by page." in service.read_text()
    assert "owner_id" not in service.read_text()
    assert "dependencies=[Depends(get_current_user)]" in router.read_text()
    assert "owner_id" in (root / "app/schemas/tag.py").read_text().partition("class TagRead")[0]
    assert "Tag.owner_id" not in notes.read_text()
    rescope(TAGS, SCOPED)
    run("check")
    assert plain(root) == before


def test_what_refers_to_it_is_told_of_its_scope(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = enter("async", tmp_path / "app", monkeypatch)
    spec = root / "spec.yaml"
    spec.write_text(spec.read_text().replace(SCOPED, TAGS))
    run("new", "resource", "--spec", "spec.yaml", "tags")
    run("new", "resource", "--spec", "spec.yaml", "shelves")
    run("new", "resource", "--spec", "spec.yaml", "notes")
    notes = root / "app/repositories/note.py"
    assert "Shelf.owner_id == owner_id" in notes.read_text()
    assert "Tag.owner_id" not in notes.read_text()
    rescope(TAGS, SCOPED)
    run("check")
    assert "Tag.owner_id == owner_id" in notes.read_text()
    assert "CurrentUser" in (root / "app/routers/tags.py").read_text()
    pytest_in(root, "tests/test_notes.py", "-k", "else or signed_in or tag_ids")


def test_a_guard_that_was_there_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for number, first in enumerate((True, False)):
        root = enter("async", tmp_path / str(number), monkeypatch)
        spec = root / "spec.yaml"
        spec.write_text(spec.read_text().replace(SCOPED, TAGS).partition("  - resource: notes")[0])
        run("new", "resource", "--spec", "spec.yaml")
        if first:
            assert protect(root, "tags").status == "applied"
            assert "Depends(get_current_user)" in (root / "app/routers/tags.py").read_text()
        rescope(TAGS, SCOPED)
        assert protect(root, "tags", "shelves").status == "unchanged"
        made.append(plain(root))
    assert made[0] == made[1]
    assert b"Depends" not in made[0]["app/routers/tags.py"]


def test_removing_one_leaves_nothing(root: Path) -> None:
    refused = run("remove", "resource", "tags", code=4)
    assert "notes" in refused.stderr
    for name in ("notes", "tags", "shelves"):
        run("remove", "resource", name)
    text = b"".join(content for path, content in plain(root).items() if path != "spec.yaml")
    assert b"NoteService" not in text
    assert b"owner_id" not in text


def test_without_anybody_who_signs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = shop(tmp_path)
    (root / "spec.yaml").write_text(signed.spec())
    monkeypatch.chdir(root)
    before = tree(root)
    told = run_json("new", "resource", "--spec", "spec.yaml", code=3)
    assert told["errors"][0]["hint"] == "fastarch add auth jwt, then once more"
    assert "nothing in the app says who that is" in told["errors"][0]["message"]
    assert tree(root) == before
    spec = root / "spec.yaml"
    spec.write_text(spec.read_text().replace(SCOPED, TAGS))
    run("new", "resource", "--spec", "spec.yaml", "tags")
    spec.write_text(spec.read_text().replace(TAGS, SCOPED))
    before = tree(root)
    assert "who is signed in" not in run("sync", code=3).stdout
    assert tree(root) == before


OTHERS = """
    from sqlalchemy.orm import Mapped, mapped_column

    from app.database import Base


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str]


    class Member(Base):
        __tablename__ = "members"

        id: Mapped[int] = mapped_column(primary_key=True)
    """


def test_an_owner_who_cannot_sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = shop(tmp_path, signed.SYNC | {"app/models/user.py": OTHERS})
    (root / "spec.yaml").write_text(signed.spec().replace("ref=users", "ref=members"))
    monkeypatch.chdir(root)
    before = tree(root)
    told = run_json("new", "resource", "--spec", "spec.yaml", "shelves", code=2)
    (error,) = told["errors"]
    assert "refers to Member, but get_current_user gives a User" in error["message"]
    assert tree(root) == before


NAMED = """
    from fastapi import HTTPException, Request


    class Claims(dict[str, str]):
        pass


    def signed_in() -> None:
        pass


    def from_inside() -> None:
        pass


    def get_current_user(request: Request) -> Claims:
        if "X-Token" not in request.headers:
            raise HTTPException(401)
        return Claims(name=request.headers["X-Token"])
    """


def test_a_guard_that_gives_no_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = signed.SYNC_USERS.replace("me: User = Depends", "me: dict = Depends")
    root = shop(tmp_path, signed.SYNC | {"app/deps.py": NAMED, "app/routers/users.py": users})
    (root / "spec.yaml").write_text(signed.spec())
    monkeypatch.chdir(root)
    before = tree(root)
    (error,) = run_json("new", "resource", "--spec", "spec.yaml", code=3)["errors"]
    assert "get_current_user does not say which model of the app that is" in error["message"]
    assert error["file"] == "app/deps.py"
    assert tree(root) == before
