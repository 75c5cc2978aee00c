"""Everything here is end to end: apps are imported and served."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.paging.conftest import _nothing_to_lose

__all__ = ["_nothing_to_lose"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
