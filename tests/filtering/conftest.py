"""As the tests of pages: one process that imports the apps; everything here is end to end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.paging.conftest import _nothing_to_lose, ask

__all__ = ["_nothing_to_lose", "ask"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
