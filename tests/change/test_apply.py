"""Everything is written, or nothing."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fastarch.change import journal
from fastarch.change.apply import MANY, apply, pending, recover
from fastarch.change.draft import Change, Draft
from fastarch.change.lock import exclusive
from fastarch.errors import ConflictError, NotUnderstoodError
from tests.change.conftest import Died, Machine


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
    with pytest.raises(ConflictError, match="since the plan was made") as caught:
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


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("../a.py", "inside the project"),
        ("x/../../a.py", "inside the project"),
        ("/etc/a.py", "inside the project"),
        ("C:/a.py", "inside the project"),
        ("", "inside the project"),
        (".", "inside the project"),
        ("a\0.py", "inside the project"),
        ("out/a.py", "leads out"),
        ("out.py", "leads out"),
        ("deep/out/a.py", "leads out"),
        (".git/hooks/pre-commit", "git's own"),
        ("loop.py", "cannot be read"),
        ("folder", "this is a folder"),
        ("pipe", "not a regular file"),
    ],
)
def test_paths_that_are_refused(tmp_path: Path, path: str, message: str) -> None:
    root = tmp_path / "project"
    (root / "deep").mkdir(parents=True)
    (root / "folder").mkdir()
    (tmp_path / "outside").mkdir()
    (root / "out").symlink_to("../outside")
    (root / "deep/out").symlink_to(tmp_path / "outside")
    (root / "out.py").symlink_to("../outside/a.py")
    (root / "loop.py").symlink_to("loop.py")
    os.mkfifo(root / "pipe")
    before = tree_names(tmp_path)
    with pytest.raises(ConflictError, match=message):
        Draft(root).write(path, b"x")
    with pytest.raises(ConflictError, match=message):
        Draft(root).read(path)
    with pytest.raises(ConflictError, match=message):
        apply(root, [Change("ok.py", None, b"ok"), Change(path, None, b"x")])
    assert tree_names(tmp_path) == before


def tree_names(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


def test_a_folder_that_comes_to_lead_out_is_noticed(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "outside").mkdir()
    draft = Draft(root)
    draft.write("app/a.py", b"x")
    (root / "app").symlink_to("../outside")
    with pytest.raises(ConflictError, match="leads out"):
        apply(root, draft.changes())
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_file_in_a_folders_place(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_bytes(b"")
    with pytest.raises(ConflictError, match="this is a file"):
        Draft(tmp_path).write("app.py/models.py", b"x")
    with pytest.raises(ConflictError, match="this is a file"):
        apply(tmp_path, [Change("app.py/models.py", None, b"x")])
    draft = Draft(tmp_path)
    draft.write("new", b"x")
    with pytest.raises(ConflictError, match="this is a file"):
        draft.write("new/deep/x.py", b"x")
    assert tree_names(tmp_path) == ["app.py"]


def test_links_inside_the_project_stay_links(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "real").mkdir(parents=True)
    (root / "real/a.py").write_bytes(b"a")
    (root / "link").symlink_to("real")
    (root / "a.py").symlink_to("link/a.py")
    (tmp_path / "way in").symlink_to(root)
    draft = Draft(tmp_path / "way in")
    draft.write("a.py", b"b")
    draft.write("link/new.py", b"n")
    assert draft.read("real/a.py") == b"b"
    assert [change.path for change in draft.changes()] == ["real/a.py", "real/new.py"]
    with pytest.raises(ConflictError, match="symbolic link"):
        draft.write("a.py", None)
    apply(tmp_path / "way in", draft.changes())
    assert (root / "a.py").is_symlink()
    assert (root / "link").is_symlink()
    assert (root / "real/a.py").read_bytes() == b"b"
    assert (root / "real/new.py").read_bytes() == b"n"
    with pytest.raises(ConflictError, match="same file"):
        apply(root, [Change("a.py", b"b", b"c"), Change("real/a.py", b"b", b"d")])


def test_the_draft_is_an_overlay(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/a.py").write_bytes(b"a")
    (tmp_path / "app/b.py").write_bytes(b"b")
    draft = Draft(tmp_path)
    assert draft.read("app/none.py") is None
    draft.write("./app//a.py", b"A")
    draft.write("app/b.py", None)
    draft.write("app/new/c.py", b"")
    draft.write("app/d.py", b"")
    draft.write("app/d.py", None)
    assert draft.read("app/a.py") == b"A"
    assert draft.files("app") == ("app/a.py", "app/new/c.py")
    assert draft.new_folders() == ("app/new",)
    assert [(change.path, change.action) for change in draft.changes()] == [
        ("app/a.py", "edit"), ("app/b.py", "delete"), ("app/new/c.py", "create"),
    ]  # fmt: skip
    draft.write("app/a.py", b"a")
    assert [change.path for change in draft.changes()] == ["app/b.py", "app/new/c.py"]
    assert tree_names(tmp_path) == ["app", "app/a.py", "app/b.py"]


def test_a_file_that_changes_while_applying(tmp_path: Path, machine: Machine) -> None:
    (tmp_path / "a.py").write_bytes(b"a")
    (tmp_path / "b.py").write_bytes(b"b")

    def edit(count: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name in ("rename", "replace") and str(arguments[1]).endswith("a.py"):
            machine.at = lambda count, name, arguments: None
            (tmp_path / "b.py").write_bytes(b"mine")

    machine.at = edit
    with pytest.raises(ConflictError, match="just been changed") as caught:
        apply(tmp_path, [Change("a.py", b"a", b"A"), Change("b.py", b"b", b"B")])
    assert caught.value.problems[0].file == "b.py"
    assert (tmp_path / "a.py").read_bytes() == b"a"
    assert (tmp_path / "b.py").read_bytes() == b"mine"
    assert tree_names(tmp_path) == ["a.py", "b.py"]


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EPERM, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_rename_that_fails_takes_all_back(tmp_path: Path, machine: Machine, code: int) -> None:
    (tmp_path / "a.py").write_bytes(b"a")
    (tmp_path / "b.py").write_bytes(b"b")
    inode = (tmp_path / "a.py").stat().st_ino

    def refuse(count: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name in ("rename", "replace") and str(arguments[1]).endswith("b.py"):
            raise OSError(code, os.strerror(code), str(arguments[0]), None, str(arguments[1]))

    machine.at = refuse
    with pytest.raises(ConflictError) as caught:
        apply(
            tmp_path,
            [Change("a.py", b"a", b"A"), Change("b.py", b"b", b"B"), Change("x/c", None, b"")],
        )
    assert caught.value.problems[0].file == "b.py"
    assert (tmp_path / "a.py").read_bytes() == b"a"
    assert (tmp_path / "a.py").stat().st_ino == inode
    assert tree_names(tmp_path) == ["a.py", "b.py"]


def test_without_hard_links(tmp_path: Path, machine: Machine) -> None:
    (tmp_path / "a.py").write_bytes(b"a")
    (tmp_path / "a.py").chmod(0o750)

    def refuse(count: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "link":
            raise OSError(errno.EPERM, "Operation not permitted")

    machine.at = refuse
    apply(tmp_path, [Change("a.py", b"a", b"A")])

    def fail() -> None:
        raise ConflictError("no")

    with pytest.raises(ConflictError, match="no"):
        apply(tmp_path, [Change("a.py", b"A", b"B")], verify=fail)
    assert (tmp_path / "a.py").read_bytes() == b"A"
    assert (tmp_path / "a.py").stat().st_mode & 0o777 == 0o750
    assert tree_names(tmp_path) == ["a.py"]


def in_child(work: Callable[[], None]) -> int:
    """Start the work in a process that exits with its error's code, 99 for an unforeseen one."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            work()
            code = 0
        except ConflictError as error:
            code = error.exit_code
        finally:
            os._exit(code)
    return child


def exit_codes(children: list[int]) -> list[int]:
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("locked", ["project", "folder", "file", "unreadable"])
def test_as_somebody_who_may_not_write(open_folder: Path, locked: str) -> None:
    root = open_folder / "project"
    (root / "app").mkdir(parents=True)
    (root / "app/a.py").write_bytes(b"a")
    (root / "b.py").write_bytes(b"b")
    everything = (root, root / "app", root / "app/a.py", root / "b.py")
    for path in everything:
        path.chmod(0o777)
    target, mode = {
        "project": (root, 0o555),
        "folder": (root / "app", 0o555),
        "file": (root / "app/a.py", 0o444),
        "unreadable": (root / "app/a.py", 0o000),
    }[locked]
    target.chmod(mode)

    def work() -> None:
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        apply(root, [Change("b.py", b"b", b"B"), Change("app/a.py", b"a", b"A")])

    assert exit_codes([in_child(work)]) == [4]
    assert (root / "b.py").read_bytes() == b"b"
    target.chmod(0o777)
    assert tree_names(root) == ["app", "app/a.py", "b.py"]


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no second file system here")
def test_on_another_file_system_than_the_temporary_folder() -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        root = Path(folder)
        (root / "a.py").write_bytes(b"a")
        apply(root, [Change("a.py", b"a", b"A"), Change("x/b.py", None, b"b")])
        assert (root / "a.py").read_bytes() == b"A"
        assert tree_names(root) == ["a.py", "x", "x/b.py"]


def test_ten_at_once_that_plan_under_the_lock(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_bytes(b"")

    def work(number: int) -> None:
        with exclusive(tmp_path):
            draft = Draft(tmp_path)
            draft.write("main.py", (draft.read("main.py") or b"") + b"%d\n" % number)
            draft.write(f"app/{number}.py", b"")
            apply(tmp_path, draft.changes())

    children = [in_child(partial(work, number)) for number in range(10)]
    assert exit_codes(children) == [0] * 10
    assert sorted((tmp_path / "main.py").read_bytes().split()) == [b"%d" % n for n in range(10)]
    assert len(tree_names(tmp_path)) == 12


def test_many_that_come_and_go(tmp_path: Path) -> None:
    """The last one to leave takes the lock's folder along while another one makes it."""

    def work() -> None:
        for _ in range(60):
            with exclusive(tmp_path):
                pass

    assert exit_codes([in_child(work) for _ in range(12)]) == [0] * 12
    assert tree_names(tmp_path) == []


@pytest.mark.parametrize("links", [False, True])
def test_something_in_the_place_of_the_locks_folder(tmp_path: Path, links: bool) -> None:
    (tmp_path / ".fastarch").mkdir()
    place = tmp_path / ".fastarch/tmp"
    place.symlink_to(tmp_path / "nowhere") if links else place.touch()
    with pytest.raises(ConflictError, match="cannot be written"), exclusive(tmp_path):
        pass
    assert os.path.lexists(place)


def test_ten_at_once_that_planned_before(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_bytes(b"")
    drafts = []
    for number in range(10):
        draft = Draft(tmp_path)
        draft.write("main.py", (draft.read("main.py") or b"") + b"%d\n" % number)
        draft.write(f"app/{number}.py", b"")
        drafts.append(draft)
    children = [in_child(lambda d=draft: apply(tmp_path, d.changes())) for draft in drafts]
    codes = exit_codes(children)
    assert sorted(codes) == [0] + [4] * 9
    winner = codes.index(0)
    assert (tmp_path / "main.py").read_bytes() == b"%d\n" % winner
    assert tree_names(tmp_path) == ["app", f"app/{winner}.py", "main.py"]


def test_another_run_that_does_not_end(tmp_path: Path) -> None:
    ready, done = os.pipe(), os.pipe()

    def hold() -> None:
        with exclusive(tmp_path):
            (tmp_path / ".fastarch/tmp/0.new").touch()
            os.write(ready[1], b"x")
            os.read(done[0], 1)
            (tmp_path / ".fastarch/tmp/0.new").unlink()

    child = in_child(hold)
    os.read(ready[0], 1)
    assert not pending(tmp_path), "it lives, so it has left nothing"
    with pytest.raises(ConflictError, match="Another run"), exclusive(tmp_path, wait=0.1):
        pass
    os.write(done[1], b"x")
    assert exit_codes([child]) == [0]
    assert tree_names(tmp_path) == []
    for end in (*ready, *done):
        os.close(end)


@pytest.fixture
def interrupted(tmp_path: Path, machine: Machine) -> Path:
    """A project in which a run died when the first of its two files had been replaced."""
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_bytes(b"old")

    def die(count: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name in ("rename", "replace") and str(arguments[1]).endswith("b.py"):
            machine.at = dead
            raise Died

    def dead(count: int, name: str, arguments: tuple[Any, ...]) -> None:
        raise Died

    machine.at = die
    with pytest.raises(Died):
        apply(tmp_path, [Change(name, b"old", b"new") for name in ("a.py", "b.py")])
    machine.at = lambda count, name, arguments: None
    assert pending(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("edited", "sentence", "expected"),
    [
        ([], "completed", (b"new", b"new")),
        (["a.py"], "completed", (b"mine", b"new")),
        (["b.py"], "taken back", (b"old", b"mine")),
    ],
)
def test_edited_after_a_kill(
    interrupted: Path, edited: list[str], sentence: str, expected: tuple[bytes, bytes]
) -> None:
    for name in edited:
        (interrupted / name).write_bytes(b"mine")
    notice = recover(interrupted)
    assert notice is not None
    assert sentence in notice
    assert ((interrupted / "a.py").read_bytes(), (interrupted / "b.py").read_bytes()) == expected
    assert tree_names(interrupted) == ["a.py", "b.py"]


def test_edited_on_both_sides_after_a_kill(interrupted: Path) -> None:
    for name in ("a.py", "b.py"):
        (interrupted / name).write_bytes(b"mine")
    for work in (lambda: recover(interrupted), lambda: apply(interrupted, [])):
        with pytest.raises(ConflictError) as caught:
            work()
        assert [problem.file for problem in caught.value.problems] == ["a.py", "b.py"]
    assert (interrupted / "a.py").read_bytes() == b"mine"


def test_apply_recovers_first(interrupted: Path) -> None:
    notice = apply(interrupted, [Change("a.py", b"new", b"newer")])
    assert notice == "An earlier run was interrupted; its change of 2 files was completed."
    assert (interrupted / "a.py").read_bytes() == b"newer"
    assert (interrupted / "b.py").read_bytes() == b"new"


def test_a_journal_of_a_newer_version(interrupted: Path) -> None:
    (interrupted / ".fastarch/tmp/complete.json").write_text('{"version": 99}')
    with pytest.raises(NotUnderstoodError, match="newer version"):
        recover(interrupted)


def test_folders_go_when_they_were_ours_and_are_empty(tmp_path: Path) -> None:
    for name in ("ours", "used", "theirs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_bytes(b"")
        (tmp_path / name / "__pycache__").mkdir()
        (tmp_path / name / "__pycache__/a.pyc").write_bytes(b"")
    (tmp_path / "used/b.py").write_bytes(b"")
    changes = [Change(f"{name}/a.py", b"", None) for name in ("ours", "used", "theirs")]
    apply(tmp_path, changes, folders=["ours", "used", "never"])
    assert tree_names(tmp_path) == [
        "theirs", "theirs/__pycache__", "theirs/__pycache__/a.pyc",
        "used", "used/__pycache__", "used/__pycache__/a.pyc", "used/b.py",
    ]  # fmt: skip


def test_nothing_to_do_writes_nothing(tmp_path: Path, machine: Machine) -> None:
    assert apply(tmp_path, ()) is None
    assert recover(tmp_path) is None
    assert not pending(tmp_path)
    assert machine.count == 0


@pytest.mark.parametrize("known", [True, False], ids=["one call", "file by file"])
def test_many_files_reach_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    calls = []
    monkeypatch.setattr(
        journal, "sync_file_system", lambda folder: (calls.append(folder), known)[1]
    )
    apply(tmp_path, [Change(f"app/{n}.py", None, b"%d" % n) for n in range(MANY)])
    assert len(calls) == 1
    files = {(tmp_path / f"app/{n}.py").stat().st_ino for n in range(MANY)}
    assert files & set(synced) == (set() if known else files)
    assert len(tree_names(tmp_path)) == MANY + 1


def test_the_whole_file_system_is_synced_for_real(tmp_path: Path) -> None:
    assert journal.sync_file_system(tmp_path) == (sys.platform == "linux")
