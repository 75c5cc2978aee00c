"""One process that imports the apps; everything here is end to end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(autouse=True)
def _nothing_to_lose(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for the disk: a crash would lose no more than a test."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="session")
def ask() -> Iterator[Ask]:
    """Import an app in a process of its own, and have its answers."""
    command = [sys.executable, str(Path(__file__).with_name("serving.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdin
        assert server.stdout

        def send(**order: Any) -> dict[str, Any]:
            server.stdin.write(json.dumps(order) + "\n")
            server.stdin.flush()
            told: dict[str, Any] = json.loads(server.stdout.readline())
            return told

        yield send
        server.stdin.close()
