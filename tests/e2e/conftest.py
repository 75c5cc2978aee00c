"""Example apps with products scaffolded into them, made once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.apps import BY_NAME, PRODUCTS
from tests.e2e.project import Project


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is end to end."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session", params=sorted(BY_NAME))
def scaffolded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """An example into which the README's command has been run. Tests leave its files alone."""
    project = Project.copy(BY_NAME[request.param], tmp_path_factory.mktemp("e2e"))
    project.fastarch("new", "resource", *PRODUCTS)
    return project


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The URL of an empty SQLite database."""
    return f"sqlite:///{tmp_path / 'e2e.db'}"
