"""Run the tests that come with a feature, as the app's team would."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

OWN = """from app.main import app


def test_app():
    assert app
"""


class Prove(Protocol):
    """Runs tests of an app; the exit code and what pytest says."""

    def __call__(self, root: Path, *files: str) -> tuple[int, str]: ...


def with_tests(root: Path) -> None:
    """Give an app a folder of tests."""
    (root / "tests").mkdir()
    (root / "tests/test_app.py").write_text(OWN)


@contextmanager
def prover() -> Iterator[Prove]:
    """One process that runs tests of apps in forks."""
    command = [sys.executable, str(Path(__file__).with_name("proving.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdin
        assert server.stdout

        def prove(root: Path, *files: str) -> tuple[int, str]:
            assert server.stdin
            assert server.stdout
            server.stdin.write(json.dumps({"root": str(root), "files": files}) + "\n")
            server.stdin.flush()
            told: dict[str, Any] = json.loads(server.stdout.readline())
            return told["code"], told["said"]

        yield prove
        server.stdin.close()
