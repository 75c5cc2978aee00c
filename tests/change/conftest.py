"""Trees to compare, and a machine that dies at a chosen write."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Tree = dict[str, tuple[int, bytes | str | None]]


def tree(root: Path) -> Tree:
    """Every file (mode and content), link (target) and folder (None) below ``root``."""
    found: Tree = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        mode = path.lstat().st_mode
        if path.is_symlink():
            found[name] = (0, str(path.readlink()))
        elif path.is_dir():
            found[name] = (mode, None)
        else:
            found[name] = (mode, path.read_bytes())
    return found


class Died(BaseException):
    """The machine has stopped: from here on no call has any effect."""


class Machine:
    """Counts every call that writes; calls ``at`` before each and ``done`` after it.

    An fsync is only counted: a process that is killed loses nothing, and ``Disk`` models the rest.
    """

    CALLS = (
        "open", "write", "fsync", "rename", "replace", "unlink", "mkdir", "rmdir", "link", "chmod",
        "chown",
    )  # fmt: skip

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.done: Callable[[str, tuple[Any, ...]], None] = lambda name, arguments: None
        self.at: Callable[[int, str, tuple[Any, ...]], None] = lambda number, name, arguments: None
        monkeypatch.setattr(os, "fsync", lambda descriptor: None)
        for name in self.CALLS:
            monkeypatch.setattr(os, name, self._counting(name, getattr(os, name)))

    def _counting(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            if name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return real(*arguments, **keywords)
            self.at(self.count, name, arguments)
            self.count += 1
            result = real(*arguments, **keywords)
            self.done(name, (*arguments, result))
            return result

        return call


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine on which nothing goes wrong until ``at`` says so."""
    yield Machine(monkeypatch)
