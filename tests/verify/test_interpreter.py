"""Which interpreter runs the user's app."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fastarch.errors import UsageError
from fastarch.verify import interpreter
from fastarch.verify.interpreter import find_interpreter


def python(folder: Path) -> Path:
    """An environment with an interpreter of its own."""
    path = folder / "bin" / "python"
    path.parent.mkdir(parents=True)
    path.symlink_to(sys.executable)
    return path


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT"):
        monkeypatch.delenv(variable, raising=False)


def tool(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command of that name, first on the path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_without_an_environment_it_is_the_running_one(tmp_path: Path) -> None:
    assert find_interpreter(tmp_path, ".") == Path(sys.executable)


@pytest.mark.parametrize("name", [".venv", "venv", "env", ".pixi/envs/default"])
def test_an_environment_in_the_project(tmp_path: Path, name: str) -> None:
    expected = python(tmp_path / name)
    assert find_interpreter(tmp_path, ".") == expected
    assert find_interpreter(tmp_path, "backend") == expected


def test_the_one_beside_the_code_comes_first(tmp_path: Path) -> None:
    python(tmp_path / ".venv")
    assert find_interpreter(tmp_path, "backend") == tmp_path / ".venv/bin/python"
    inner = python(tmp_path / "backend/.venv")
    assert find_interpreter(tmp_path, "backend") == inner


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "CONDA_PREFIX"])
def test_an_active_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    expected = python(tmp_path / "elsewhere")
    (tmp_path / "app").mkdir()
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))
    assert find_interpreter(tmp_path / "app", ".") == expected


@pytest.mark.parametrize(("lock", "name"), [("poetry.lock", "poetry"), ("Pipfile", "pipenv")])
def test_a_tool_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock: str, name: str
) -> None:
    expected = python(tmp_path / "cache")
    tool(tmp_path / "tools", name, f"echo {tmp_path / 'cache'}", monkeypatch)
    assert find_interpreter(tmp_path, ".") == Path(sys.executable)
    (tmp_path / lock).touch()
    assert find_interpreter(tmp_path, ".") == expected


@pytest.mark.parametrize("script", ["exit 1", "sleep 30", "echo", "echo /nowhere"])
def test_a_tool_that_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(interpreter, "ASK_SECONDS", 0.2)
    tool(
        tmp_path / "tools", "poetry", f"exec {script}" if "sleep" in script else script, monkeypatch
    )
    (tmp_path / "poetry.lock").touch()
    assert find_interpreter(tmp_path, ".") == Path(sys.executable)


def test_one_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = python(tmp_path / "mine")
    python(tmp_path / ".venv")
    assert find_interpreter(tmp_path, ".", str(path)) == path
    assert find_interpreter(tmp_path, ".", str(tmp_path / "mine")) == path
    monkeypatch.chdir(tmp_path)
    assert find_interpreter(tmp_path, ".", "mine/bin/python") == path
    with pytest.raises(UsageError, match="no interpreter 'nope'"):
        find_interpreter(tmp_path, ".", "nope")
