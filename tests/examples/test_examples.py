"""The examples themselves: each passes its own tests before fastarch touches it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.apps import APPS, ROOT, ExampleApp
from tests.e2e.project import TOOLS, Project


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_an_example_passes_its_own_tests(app: ExampleApp, tmp_path: Path) -> None:
    project = Project.copy(app, tmp_path)
    done = project.pytest()
    assert " passed" in done.stdout


@pytest.mark.parametrize("app", [app for app in APPS if app.mypy is not None], ids=lambda a: a.name)
def test_a_configured_example_is_well_formed(app: ExampleApp, tmp_path: Path) -> None:
    project = Project.copy(app, tmp_path)
    project.run(str(TOOLS / "ruff"), "check", "--no-cache", ".")
    project.run(str(TOOLS / "ruff"), "format", "--no-cache", "--check", ".")


def test_every_example_is_tested() -> None:
    folders = {path.name for path in (ROOT / "examples").iterdir() if path.is_dir()}
    assert folders - {"specs", "__pycache__"} == {app.name for app in APPS}
