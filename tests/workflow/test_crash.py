"""Commands that are killed, run at once, or find no room: the tree is the old or the new one."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from fastarch.change.apply import pending, recover
from fastarch.errors import ConflictError
from fastarch.workflow.session import Mode, Target
from fastarch.workflow.sync import Request, sync
from tests.change.conftest import Machine, Tree, tree
from tests.change.test_crash import Disk
from tests.workflow.shop import COMMAND, enter, environment, new, run

SPEC = Path(".fastarch/resources/products/spec.yaml")
Commands = dict[str, tuple[str, ...]]
COMMANDS: Commands = {
    "new": ("new", "resource", "tags", "label", "product:ref=products:null:back=tags"),
    "sync": ("sync",),
    "remove": ("remove", "resource", "products"),
    "undo": ("undo",),
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app with products, whose spec was edited."""
    root = enter(monkeypatch, tmp_path / "shop")
    new(fields=["name", "--layers", "model,schema,router"])
    SPEC.write_text(SPEC.read_text() + "  size: int:null\n")
    return root


def quiet(machine: Machine) -> None:
    machine.at = lambda number, name, arguments: None
    machine.done = lambda name, arguments: None


def settled(left: Path, old: Tree, new_tree: Tree, number: int) -> bool:
    """Settle what a kill has left; whether the tree is the new one."""
    waiting = pending(left)
    sentence = recover(left)
    found = tree(left)
    assert found in (old, new_tree), f"mixed after a kill at write {number}"
    assert waiting == (sentence is not None)
    assert not pending(left)
    return found == new_tree


@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_every_write(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """What a process had written before a call is what it leaves if it is killed there."""
    shots = tmp_path / "shots"
    shots.mkdir()
    old = tree(root)
    machine = Machine(monkeypatch)

    def shoot(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        quiet(machine)
        count, machine.count = machine.count, 0
        shutil.copytree(root, shots / str(number), symlinks=True)
        machine.count, machine.at = count, shoot

    machine.at = shoot
    run(*COMMANDS[command])
    quiet(machine)
    made = tree(root)
    assert machine.count > 50
    results = set()
    for number in range(machine.count):
        left = shots / str(number)
        if number % 40 == 20 and pending(left):
            says_so(left)
        results.add(settled(left, old, made, number))
    assert results == {False, True}


def says_so(left: Path) -> None:
    """Every next command tells of the kill."""
    before = tree(left)
    assert "interrupted" in run("check", "--app", str(left), code=5).stderr
    assert "interrupted" in run("sync", "--app", str(left), "--dry-run", code=None).output
    assert tree(left) == before


def note(disk: Disk, root: Path, name: str, arguments: tuple[Any, ...]) -> None:
    """Let the disk know of what happens in the project; the formatter works elsewhere."""
    if isinstance(arguments[0], int):
        ours = os.fstat(arguments[0]).st_ino in disk.modes
    else:
        ours = Path(arguments[0]).is_relative_to(root)
    if ours:
        disk.note(name, arguments)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_power_goes(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Of what was not synced nothing is left, or each folder's entries and no contents."""
    old = tree(root)
    disk = Disk(root)
    machine = Machine(monkeypatch)
    keepers: list[Callable[[int], int]] = [lambda count: 0, lambda count: count]
    cuts: list[tuple[int, Disk]] = []
    machine.at = lambda number, name, arguments: cuts.append((number, deepcopy(disk)))
    machine.done = lambda name, arguments: note(disk, root, name, arguments)
    run(*COMMANDS[command])
    quiet(machine)
    made = tree(root)
    results = set()
    for number, cut in cuts[::3]:
        for keep in keepers:
            left = tmp_path / "left"
            deepcopy(cut).after_power_cut(left, keep)
            results.add(settled(left, old, made, number))
            shutil.rmtree(left)
    assert results == {False, True}
    for keep in keepers:
        left = tmp_path / "left"
        deepcopy(disk).after_power_cut(left, keep)
        assert settled(left, old, made, machine.count), "said to be done, but not kept"
        shutil.rmtree(left)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("number", [0, 2, 9, 30, 44])
def test_the_disk_is_full(
    root: Path, monkeypatch: pytest.MonkeyPatch, command: str, number: int
) -> None:
    old = tree(root)
    machine = Machine(monkeypatch)

    def fill(count: int, name: str, arguments: tuple[Any, ...]) -> None:
        if count >= number and name in ("open", "write", "fsync", "mkdir", "link"):
            raise OSError(errno.ENOSPC, "No space left on device", str(arguments[0]))

    machine.at = fill
    said = run(*COMMANDS[command], code=4).stderr
    quiet(machine)
    assert "No space left on device" in said
    assert tree(root) == old


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_read_only(
    root: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    real = os.access

    def access(path: str | Path, mode: int, **more: bool) -> bool:
        return Path(path).name not in ("product.py", "api.py") and real(path, mode, **more)

    old = tree(root)
    monkeypatch.setattr(os, "access", access)
    assert "This file is read-only." in run(*COMMANDS[command], code=4).stderr
    assert tree(root) == old


def test_a_file_that_changes_meanwhile(root: Path) -> None:
    model = root / "app/models/product.py"

    def meanwhile(_report: object) -> bool:
        model.write_text(model.read_text() + "\n# Mine.\n")
        return True

    old = tree(root)
    with pytest.raises(ConflictError, match="has changed since the plan was made"):
        sync(Target(None), Mode(agree=meanwhile), Request())
    left = tree(root)
    assert {path for path in left if left[path] != old.get(path)} == {"app/models/product.py"}
    run("sync")
    assert "# Mine." in model.read_text()


def test_two_at_once(root: Path) -> None:
    run("new", "resource", "tags", "label")
    running = [
        subprocess.Popen(
            [*COMMAND, *words],
            cwd=root,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for words in (["sync"], ["remove", "resource", "tags"])
    ]
    assert [process.communicate()[1] for process in running] == [b"", b""]
    assert "size" in (root / "app/models/product.py").read_text()
    assert "tags" not in (root / "app/api.py").read_text()
    assert run("check").exit_code == 0


def test_links_that_lead_outside(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (root / "app/models").rename(outside)
    (root / "app/models").symlink_to(outside)
    before, theirs = tree(root), tree(outside)
    for command in (["sync"], ["new", "resource", "labels", "text"], ["undo"]):
        said = run(*command, code=4).stderr
        assert "outside" in said
        assert (tree(root), tree(outside)) == (before, theirs)


def test_links_within(root: Path) -> None:
    (root / "app/models").rename(root / "tables")
    (root / "app/models").symlink_to("../tables")
    before = tree(root)
    run("sync")
    assert "size" in (root / "tables/product.py").read_text()
    assert (root / "app/models").is_symlink()
    run("undo")
    assert tree(root) == before


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no second file system")
def test_another_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        if Path(name).stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("it is the same file system")
        root = enter(monkeypatch, Path(name) / "shop")
        old = tree(root)
        new()
        run("remove", "resource", "products")
        run("undo")
        run("undo")
        monkeypatch.chdir(tmp_path)
        found = {path: what for path, what in tree(root).items() if "__pycache__" not in path}
        assert found == old
