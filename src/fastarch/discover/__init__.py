"""What is there: reads an app's files, and never imports them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile


def discover(
    root: Path | None = None, *, entry: str | None = None, layout: str | None = None
) -> AppProfile:
    """Read the app in a project, see :func:`fastarch.discover.discovery.discover`."""
    from fastarch.discover import discovery

    return discovery.discover(root, entry=entry, layout=layout)
