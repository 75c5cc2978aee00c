"""Killed at any write, the tree is the old or the new one, whatever the disk has kept of it."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastarch.change.apply import NOTHING_CHANGED, apply, pending, recover
from fastarch.change.draft import Draft
from fastarch.errors import ConflictError
from tests.change.conftest import Died, Machine, Tree, tree

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")


def old_tree(root: Path) -> None:
    root.mkdir()
    (root / "app").mkdir()
    (root / "app/main.py").write_bytes(b"old main\r\n")
    (root / "app/run.sh").write_bytes(b"#!/bin/sh\n")
    (root / "app/run.sh").chmod(0o755)
    (root / "app/link.py").symlink_to("../real.py")
    (root / "real.py").write_bytes(b"real\n")
    (root / "ours/deep").mkdir(parents=True)
    (root / "ours/deep/gone.py").write_bytes(b"gone\n")
    (root / "theirs").mkdir()
    (root / "theirs/gone.py").write_bytes(b"")


def change(root: Path) -> None:
    draft = Draft(root)
    draft.write("app/main.py", b"new main, and longer\r\n")
    draft.write("app/run.sh", b"#!/bin/sh\nexit\n")
    draft.write("app/link.py", b"new real\n")
    draft.write("app/products/__init__.py", b"")
    draft.write("app/products/models.py", b"class Product: ...\n" * 50)
    draft.write(".fastarch/resources/products/record.json", b"{}\n")
    draft.write("ours/deep/gone.py", None)
    draft.write("theirs/gone.py", None)
    draft.discard_folders(["ours", "ours/deep"])
    apply(root, draft.changes(), folders=draft.discarded_folders)


def small_change(root: Path) -> None:
    draft = Draft(root)
    draft.write("app/main.py", b"new main\n")
    draft.write("app/products/models.py", b"class Product: ...\n")
    draft.write("theirs/gone.py", None)
    apply(root, draft.changes())


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Tree, Tree]:
    old_tree(tmp_path / "before")
    old_tree(tmp_path / "after")
    change(tmp_path / "after")
    assert not (tmp_path / "after/ours").exists()
    assert (tmp_path / "after/theirs").is_dir()
    assert (tmp_path / "after/app/link.py").is_symlink()
    assert (tmp_path / "after/real.py").read_bytes() == b"new real\n"
    return tree(tmp_path / "before"), tree(tmp_path / "after")


def killed_at(number: int, machine: Machine, work: Callable[[Path], Any], root: Path) -> bool:
    """Work in a process that is killed before its ``number``-th write; whether it came to that."""
    child = os.fork()
    if child == 0:
        try:
            machine.count = 0

            def kill(count: int, name: str, arguments: tuple[Any, ...]) -> None:
                if count == number:
                    os.kill(os.getpid(), signal.SIGKILL)

            machine.at = kill
            work(root)
        except BaseException:  # noqa: BLE001 - whatever it is, the child must not return
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def test_killed_at_every_write(tmp_path: Path, machine: Machine, trees: tuple[Tree, Tree]) -> None:
    old, new = trees
    root, seen, number = tmp_path / "app", set(), 0
    while True:
        old_tree(root)
        killed = killed_at(number, machine, change, root)
        waiting = pending(root)
        sentence = recover(root)
        found = tree(root)
        assert found in (old, new), f"mixed after a kill at write {number}"
        assert waiting == (sentence is not None)
        if sentence == NOTHING_CHANGED:
            assert found == old, "a change was made, and the sentence denies it"
        assert recover(root) is None
        assert not pending(root)
        seen.add((found == new, (sentence or "")[-16:]))
        shutil.rmtree(root)
        if not killed:
            break
        number += 1
    assert number > 50
    assert {was_new for was_new, _ in seen} == {False, True}


def test_killed_while_recovering(tmp_path: Path, machine: Machine) -> None:
    root = tmp_path / "app"
    old_tree(root)
    old = tree(root)
    small_change(root)
    new = tree(root)
    shutil.rmtree(root)
    number = 0
    while True:
        old_tree(root)
        killed = killed_at(number, machine, small_change, root)
        left = tmp_path / "left"
        shutil.copytree(root, left, symlinks=True)
        again = 0
        while killed_at(again, machine, recover, root):
            recover(root)
            assert tree(root) in (old, new), f"mixed after kills at writes {number}, {again}"
            shutil.rmtree(root)
            shutil.copytree(left, root, symlinks=True)
            again += 1
        shutil.rmtree(left)
        shutil.rmtree(root)
        if not killed:
            return
        number += 3


def test_an_unverified_change_is_taken_back(tmp_path: Path, machine: Machine) -> None:
    root = tmp_path / "app"
    old_tree(root)
    old = tree(root)

    def work(root: Path) -> None:
        draft = Draft(root)
        draft.write("app/main.py", b"new")
        draft.write("app/products/models.py", b"new")
        draft.write("theirs/gone.py", None)

        def verify() -> None:
            (root / "app/products/__pycache__").mkdir()
            (root / "app/products/__pycache__/models.pyc").write_bytes(b"")
            os.kill(os.getpid(), signal.SIGKILL)

        apply(root, draft.changes(), verify=verify)

    assert killed_at(-1, machine, work, root)
    assert recover(root) == "An earlier run was interrupted; its change of 3 files was taken back."
    assert tree(root) == old


class Disk:
    """What a disk may hold after a power cut: only what was synced, and of the rest any part.

    Each folder keeps its entries by itself, in the order of the calls; a file's content is kept
    from its last fsync on. That is less than any common file system promises.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.content: dict[int, bytes] = {}
        self.synced: dict[int, bytes] = {}
        self.modes: dict[int, int] = {}
        self.entries: dict[int, dict[str, int]] = {}
        self.pending: dict[int, list[tuple[str, int | None]]] = {}
        self.links: dict[int, str] = {}
        self.names: dict[Path, int] = {}
        for path in [root, *root.rglob("*")]:
            self._add(path)
            number = self.names[path]
            if path != root:
                self.entries[self.names[path.parent]][path.name] = number

    def _add(self, path: Path) -> None:
        found = path.lstat()
        number = self.names[path] = found.st_ino
        self.modes[number] = found.st_mode & 0o7777
        if path.is_symlink():
            self.links[number] = str(path.readlink())
        elif path.is_dir():
            self.entries[number], self.pending[number] = {}, []
        else:
            self.content[number] = self.synced[number] = path.read_bytes()

    def _enter(self, path: Path, number: int | None) -> None:
        self.pending[self.names[path.parent]].append((path.name, number))
        if number is None:
            del self.names[path]
        else:
            self.names[path] = number

    def note(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "open":
            path, number = Path(arguments[0]), os.fstat(arguments[-1]).st_ino
            if path not in self.names:
                self.content[number] = self.synced[number] = b""
                self.modes[number] = os.fstat(arguments[-1]).st_mode & 0o7777
                self._enter(path, number)
        elif name == "write":
            self.content[os.fstat(arguments[0]).st_ino] += bytes(arguments[1])[: arguments[-1]]
        elif name == "fsync":
            number = os.fstat(arguments[0]).st_ino
            if number in self.entries:
                self._settle(number, len(self.pending[number]))
            else:
                self.synced[number] = self.content[number]
        elif name in ("rename", "replace"):
            source, target = Path(arguments[0]), Path(arguments[1])
            number = self.names[source]
            if source.parent == target.parent:
                entries = self.pending[self.names[source.parent]]
                # One call, one step: both entries or none.
                entries.append((f"{source.name}\0{target.name}", number))
                del self.names[source]
                self.names[target] = number
            else:
                self._enter(source, None)
                self._enter(target, number)
        elif name == "link":
            self._enter(Path(arguments[1]), self.names[Path(arguments[0])])
        elif name in ("unlink", "rmdir"):
            self._enter(Path(arguments[0]), None)
        elif name == "mkdir":
            path = Path(arguments[0])
            self._add(path)
            self._enter(path, self.names[path])
        elif name == "chmod":
            path = Path(arguments[0])
            self.modes[self.names[path]] = path.stat().st_mode & 0o7777

    def _settle(self, folder: int, count: int) -> None:
        for name, number in self.pending[folder][:count]:
            gone, _, come = name.rpartition("\0")
            self.entries[folder].pop(gone, None)
            if number is None:
                self.entries[folder].pop(come, None)
            else:
                self.entries[folder][come] = number
        del self.pending[folder][:count]

    def after_power_cut(self, target: Path, keep: Callable[[int], int]) -> None:
        """Write out what is left; ``keep`` says how many of so many unsynced steps survived."""
        for folder, steps in self.pending.items():
            self._settle(folder, keep(len(steps)))
        self._write(self.names[self.root], target, keep)

    def _write(self, number: int, target: Path, keep: Callable[[int], int]) -> None:
        if number in self.links:
            target.symlink_to(self.links[number])
            return
        if number in self.entries:
            target.mkdir()
            for name, entry in self.entries[number].items():
                self._write(entry, target / name, keep)
        else:
            synced, content = self.synced[number], self.content[number]
            target.write_bytes(synced if synced == content or not keep(1) else content)
        target.chmod(self.modes[number])


def test_the_power_goes_at_every_write(
    tmp_path: Path, machine: Machine, trees: tuple[Tree, Tree]
) -> None:
    old, new = trees
    chance = random.Random(7)
    keepers: list[Callable[[int], int]] = [
        lambda count: 0,
        lambda count: count,
        lambda count: chance.randint(0, count),
        lambda count: chance.randint(0, count),
    ]
    number, results = 0, []
    while True:
        root = tmp_path / "app"
        old_tree(root)
        disks = [Disk(root) for _ in keepers]
        machine.count = 0

        def die(count: int, name: str, arguments: tuple[Any, ...], number: int = number) -> None:
            if count >= number:
                raise Died

        def note(name: str, arguments: tuple[Any, ...], disks: list[Disk] = disks) -> None:
            for disk in disks:
                disk.note(name, arguments)

        machine.at, machine.done = die, note
        died = True
        try:
            change(root)
            died = False
        except Died:
            pass
        machine.at = lambda count, name, arguments: None
        machine.done = lambda name, arguments: None
        for disk, keep in zip(disks, keepers, strict=True):
            left = tmp_path / "left"
            disk.after_power_cut(left, keep)
            recover(left)
            found = tree(left)
            assert found in (old, new), f"mixed after a power cut at write {number}"
            assert died or found == new, "said to be done, but not kept"
            results.append(found == new)
            shutil.rmtree(left)
        shutil.rmtree(root)
        if not died:
            break
        number += 1
    assert number > 50
    assert set(results) == {False, True}


@pytest.mark.parametrize("sticky", [False, True], ids=["once", "from then on"])
def test_the_disk_is_full_at_every_write(
    tmp_path: Path, machine: Machine, trees: tuple[Tree, Tree], sticky: bool
) -> None:
    old, new = trees
    number = refused = 0
    while True:
        root = tmp_path / "app"
        old_tree(root)
        machine.count = 0

        def fill(count: int, name: str, arguments: tuple[Any, ...], number: int = number) -> None:
            # A rename, an unlink and a folder's removal need no room.
            needs_room = name in ("open", "write", "fsync", "mkdir", "link")
            if needs_room and (count == number or (sticky and count > number)):
                raise OSError(errno.ENOSPC, "No space left on device", str(arguments[0]))

        machine.at = fill
        try:
            change(root)
        except ConflictError as error:
            refused += 1
            machine.at = lambda count, name, arguments: None
            assert tree(root) == old, f"something is left of write {number}: {error}"
            assert not pending(root)
        else:
            machine.at = lambda count, name, arguments: None
            assert tree(root) == new
        shutil.rmtree(root)
        if machine.count <= number:
            break
        number += 1
    assert refused > 20
