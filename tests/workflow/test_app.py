"""``new app`` through the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.shop import run


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["my-shop", "./x/y", "x/../z"])
def test_a_new_app_takes_a_resource(tmp_path: Path, name: str) -> None:
    said = run("new", "app", name).stdout
    assert f"cd {name}" in said
    assert "Done: new resource" in run("new", "resource", "tags", "name", "--app", name).stdout


def test_the_app_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("new", "app", "shop", "--db", "postgres")
    monkeypatch.chdir(tmp_path / "shop")
    run("new", "resource", "products", "name:str=120", "--verify")
    assert run("check").exit_code == 0


@pytest.mark.parametrize("name", ["a b", "1st", "ünï", "a;b", "", " "])
def test_bad_names(tmp_path: Path, name: str) -> None:
    assert run("new", "app", name, code=2).stdout == ""
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run("new", "app", "empty")
    for name in ("empty", "file"):
        (tmp_path / "file").touch()
        assert "is there already" in run("new", "app", name, code=4).stderr


def test_a_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.mkdir

    def mkdir(path: Path, *arguments: Any, **keywords: Any) -> None:
        if path.name == "shop":
            raise PermissionError(13, os.strerror(13))
        real(path, *arguments, **keywords)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    assert "cannot be made" in run("new", "app", "shop", code=4).stderr


def test_a_plan_makes_no_folder(tmp_path: Path) -> None:
    assert "Plan: new app" in run("new", "app", "shop", "--dry-run").stdout
    assert run("new", "app", "shop", "--diff").stdout.startswith("diff --git")
    assert not list(tmp_path.iterdir())
