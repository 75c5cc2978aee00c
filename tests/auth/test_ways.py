"""Every way to sign in, in every shape of app: one beside the others, there and back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruff import find_ruff_bin

from tests.auth.apps import app_with, code_of, find, outcome
from tests.workflow.shop import run, tree

ROOT = Path(__file__).parents[2]
RUFF = find_ruff_bin()
FURTHER = ("session", "api-key", "email")
PROVIDERS = {
    "library": ("google", "github"),
    "clinic": ("github",),
    "helpdesk": ("oidc",),
    "blog": ("google", "github"),
    "inventory": ("google", "github"),
    "hello": ("google",),
    "notes": ("google", "github"),
}
TESTS = ("session", "api_key", "mail", "oauth2")


@pytest.mark.parametrize("example", PROVIDERS)
def test_their_own_tests_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    """All in one app, each of which has been taken back once."""
    root = app_with(monkeypatch, tmp_path, example, ("jwt",))
    for way in (*FURTHER, *(f"oauth2 {provider}" for provider in PROVIDERS[example])):
        command = ("add", "auth", *way.split())
        before = tree(root)
        run(*command)
        made = tree(root)
        assert "Nothing to do" in run(*command).stdout
        assert tree(root) == made
        run("undo")
        assert tree(root) == before
        run(*command)
    run("check")
    require_secure(root)
    shutil.copytree(ROOT / "examples" / example, tmp_path / "before")
    require_tidy(root, tmp_path / "before")

    result = outcome(
        root, "test_auth.py", *(str(find(root, f"test_auth_{one}.py")) for one in TESTS)
    )
    assert result.returncode == 0, result.stdout


def require_tidy(root: Path, before: Path) -> None:
    """What the app's own formatter has nothing to say to is so still; imports are in order."""
    # That an app indents by tabs does not show in a file where nothing is indented.
    untidy = {*_unformatted(before), "clinic/models/__init__.py"}
    assert set(_unformatted(root)) <= untidy
    command = [RUFF, "check", "--no-cache", "--select=E4,E7,F,I", "."]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def _unformatted(root: Path) -> list[str]:
    command = [RUFF, "format", "--check", "--no-cache", "--output-format=json", "."]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return [str(Path(one["filename"]).relative_to(root)) for one in json.loads(done.stdout)]


def require_secure(root: Path) -> None:
    """What serves has nothing for bandit and its rules in ruff to find, and no line is left out."""
    served = [
        path
        for path in code_of(root)
        if path.endswith(".py") and "test" not in path and "/versions/" not in path
    ]
    for tool in (["bandit", "-q", "--ignore-nosec"], ["ruff", "check", "--isolated", "--select=S"]):
        command = [sys.executable, "-m", *tool, *served]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
