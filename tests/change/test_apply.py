"""Everything is written, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.change.apply import apply, pending, recover
from fastarch.change.draft import Change, Draft
from fastarch.errors import ConflictError


def test_creates_edits_and_deletes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a\r\n")
    (tmp_path / "b.py").write_bytes(b"b")
    (tmp_path / "a.py").chmod(0o755)
    draft = Draft(tmp_path)
    draft.write("a.py", b"A\r\n")
    draft.write("b.py", None)
    draft.write("new/deep/c.py", b"")
    assert apply(tmp_path, draft.changes()) is None
    assert (tmp_path / "a.py").read_bytes() == b"A\r\n"
    assert (tmp_path / "a.py").stat().st_mode & 0o777 == 0o755
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == [
        "a.py", "new", "new/deep", "new/deep/c.py",
    ]  # fmt: skip
    assert not pending(tmp_path)
    assert recover(tmp_path) is None


def test_a_file_that_changed_since_is_a_conflict(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"mine")
    changes = (Change("a.py", b"seen", b"new"), Change("b.py", None, b"b"))
    with pytest.raises(ConflictError) as caught:
        apply(tmp_path, changes)
    assert [problem.file for problem in caught.value.problems] == ["a.py"]
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]


def test_what_verify_raises_takes_the_change_back(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a")

    def fail() -> None:
        assert (tmp_path / "x/new.py").read_bytes() == b"n"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(tmp_path, [Change("a.py", b"a", b"A"), Change("x/new.py", None, b"n")], verify=fail)
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]
    assert (tmp_path / "a.py").read_bytes() == b"a"
