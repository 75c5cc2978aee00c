"""Each defence of scoped and guarded resources is seen by the generated tests when it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proven import prove
from tests.workflow.shop import run
from tests.workflow.test_guarded import protect
from tests.workflow.test_scoped import enter

DEFENCES = {
    "get": ("repositories/note", "select(Note)\n            .where(Note.id == note_id)\n            .where(Note.owner_id == owner_id)", "select(Note)\n            .where(Note.id == note_id)", "notes"),
    "list": ("repositories/note", "select(Note)\n            .where(Note.owner_id == owner_id)", "select(Note)", "notes"),
    "many to many": ("repositories/note", ".where(Tag.owner_id == owner_id)", "", "notes"),
    "reference": ("repositories/note", ".where(Shelf.owner_id == owner_id)", "", "notes"),
    "self-reference": ("repositories/note", "Note.id == parent_id).where(Note.owner_id == owner_id)", "Note.id == parent_id)", "notes"),
    "replaced reference": ("services/note", "self._require_shelf(data.shelf_id, owner_id)", "pass", "notes"),
    "owner": ("services/note", ", owner_id=owner_id)", ", owner_id=1 + owner_id)", "notes"),
    "owner in the body": ("schemas/common", 'extra="forbid"', 'extra="ignore"', "notes"),
    "guard of an endpoint": ("routers/notes", "        NoteService(db).delete(note_id, me.id)", "        NoteService(db).delete(note_id, 1)", "notes"),
    "guard of a router": ("routers/labels", "dependencies=[Depends(get_current_user)],", "", "labels"),
    "documented answer": ("routers/labels", "responses=UNAUTHORIZED", "responses={}", "labels"),
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The synchronous app with all kinds of resources."""
    with pytest.MonkeyPatch.context() as patch:
        found = enter("sync", tmp_path_factory.mktemp("defences") / "app", patch)
        run("new", "resource", "--spec", "spec.yaml")
        run("add", "pagination", "notes")
        run("new", "resource", "labels", "text")
        protect(found, "labels")
        yield found


@pytest.mark.parametrize("defence", DEFENCES)
def test_without(defence: str, root: Path) -> None:
    module, there, instead, name = DEFENCES[defence]
    path = root / "app" / f"{module}.py"
    before = path.read_text()
    assert there in before
    path.write_text(before.replace(there, instead))
    done = prove(root, "-x", "-k", "else or signed_in or documented", f"tests/test_{name}.py")
    path.write_text(before)
    assert done.returncode == 1, done.stdout
