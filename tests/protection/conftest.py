"""No waiting for the disk."""

from __future__ import annotations

from tests.paging.conftest import _nothing_to_lose

__all__ = ["_nothing_to_lose"]
