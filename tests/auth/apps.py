"""Apps that people can sign in to, and what their own tests say."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.proven import prove
from tests.workflow.shop import enter_example, run, tree

SECRETS = ("AUTH_SECRET_KEY",)


def app_with(
    monkeypatch: pytest.MonkeyPatch, folder: Path, example: str, ways: Sequence[str]
) -> Path:
    """A copy of an example with ways to sign in, as working directory."""
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    root = enter_example(monkeypatch, folder, example)
    for way in ways:
        run("add", "auth", *way.split())
    return root


def code_of(root: Path) -> dict[str, bytes]:
    """Every file but our own records."""
    return {path: text for path, text in tree(root).items() if not path.startswith(".fastarch/")}


def without_revisions(root: Path) -> dict[str, bytes]:
    """Every file but our own records and revisions, whose ids and order differ."""
    return {path: text for path, text in code_of(root).items() if "/versions/" not in path}


def find(root: Path, name: str) -> Path:
    """The one file of a name."""
    (path,) = (path for path in root.rglob(name) if ".fastarch" not in path.parts)
    return path


def outcome(root: Path, test: str, *words: str) -> subprocess.CompletedProcess[str]:
    """What the app's own tests in a file say, in a process of their own."""
    path = find(root, test)
    folder = next((one for one in path.parents if (one / "pyproject.toml").is_file()), path.parent)
    folder = folder if folder.is_relative_to(root) else root
    roots = (root / "backend", root / "src", root, folder)
    search = tuple(one for one in roots if one.is_dir())
    return prove(folder, "-x", str(path), *words, search=search)


def library_with(factory: pytest.TempPathFactory, ways: Sequence[str]) -> Path:
    """The library with ways to sign in, for several tests that give back what they change."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        return app_with(monkeypatch, factory.mktemp("library"), "library", ways)


@contextmanager
def without(
    root: Path, file: str, defence: str, instead: str, *, once: bool = True
) -> Iterator[Path]:
    """The app without one of its defences; yields the file, which is given back.

    Args:
        once: It stands there one time.
    """
    (path,) = (root / one for one in code_of(root) if one.endswith(file))
    before = path.read_text()
    assert before.count(defence) == 1 if once else defence in before
    path.write_text(before.replace(defence, instead))
    try:
        yield path
    finally:
        path.write_text(before)
