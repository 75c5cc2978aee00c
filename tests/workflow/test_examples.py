"""Every example: made, in step, made again, taken back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.workflow.shop import new, run, tree

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir() if (path.is_dir() and path.name != "specs"))


@pytest.mark.parametrize("name", NAMES)
def test_there_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    root = tmp_path / name
    shutil.copytree(EXAMPLES / name, root, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    monkeypatch.chdir(root)
    before = tree(root)
    new()
    made = tree(root)
    assert run("check").exit_code == 0
    assert "Nothing to do" in new().stdout
    assert tree(root) == made
    run("undo")
    assert tree(root) == before
