"""Edits that are made ahead come to what they would have come to in their turn."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from fastarch.change.draft import Draft
from fastarch.errors import NotUnderstoodError
from fastarch.plan.drafting import Ahead, Drafted, draft_parts, edit_ahead, formatted, sources
from fastarch.plan.parts import Part
from fastarch.plan.steps import EditFile, Tell, WriteFile
from fastarch.wire.add_dependency import AddDependency
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.include_router import IncludeRouter

MAIN = "from fastapi import FastAPI\n\napp = FastAPI()\n"
SAME = EditFile("main.py", IncludeRouter("app", "routers.again"))


def parts(on: str = "app") -> tuple[Part, ...]:
    return (
        Part(
            "resource",
            "as",
            (
                WriteFile("routers/as_.py", "router = 1\n", "router"),
                EditFile("main.py", IncludeRouter(on, "routers.as_")),
                EditFile("models.py", AppendDefinitions("class A:\n    a = 1\n"), "model"),
                EditFile("requirements.txt", AddDependency("requirements", "httpx2")),
                SAME,
                Tell("one"),
            ),
        ),
        Part(
            "resource",
            "bs",
            (
                WriteFile("routers/bs.py", "router = 2\n", "router"),
                EditFile("main.py", IncludeRouter("app", "routers.bs")),
                EditFile("models.py", AppendDefinitions("class B(A):\n    b = 1\n"), "model"),
                EditFile("routers/bs.py", AppendDefinitions("other = router\n")),
                SAME,
            ),
        ),
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "models.py").write_text("class Base:\n    pass\n")
    (tmp_path / "requirements.txt").write_text("fastapi\n")
    return tmp_path


def carried_out(
    root: Path, steps_ahead: int | None
) -> tuple[dict[tuple[str, str], Drafted], Draft]:
    draft = Draft(root)
    planned = parts()
    ahead = Ahead()
    if steps_ahead is None:
        return draft_parts(planned, draft), draft
    assert len(list(islice(edit_ahead(planned, draft, ahead), steps_ahead))) == steps_ahead
    return draft_parts(formatted(planned, sources(planned)), draft, ahead), draft


@pytest.mark.parametrize("steps_ahead", range(6))
def test_what_is_made_ahead_changes_nothing(root: Path, steps_ahead: int) -> None:
    plain, expected = carried_out(root, None)
    drafted, draft = carried_out(root, steps_ahead)
    assert draft.changes() == expected.changes()
    assert drafted == plain
    assert [path for path, _ in drafted["resource", "as"].edits].count("main.py") == 2
    assert [path for path, _ in drafted["resource", "bs"].edits].count("main.py") == 1


def test_files_that_get_new_code_wait_for_it(root: Path) -> None:
    ahead = Ahead()
    list(edit_ahead(parts(), Draft(root), ahead))
    assert ahead.files.keys() == {"main.py", "requirements.txt"}


def test_what_cannot_be_made_ahead_is_told_in_its_turn(root: Path) -> None:
    draft, planned, ahead = Draft(root), parts(on="api"), Ahead()
    list(edit_ahead(planned, draft, ahead))
    with pytest.raises(NotUnderstoodError) as early:
        draft_parts(planned, draft, ahead)
    with pytest.raises(NotUnderstoodError) as late:
        draft_parts(planned, Draft(root))
    assert early.value.problems == late.value.problems
