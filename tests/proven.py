"""What the tests of an app say, run as its own team would."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

# Each plugin that is installed would be loaded, for seconds; the apps' tests need this one alone.
PLAIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "anyio.pytest_plugin"}


def prove(
    folder: Path, *words: str, search: tuple[Path, ...] = (), more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder, in a fork of a process that has loaded the libraries.

    Args:
        folder: The working directory.
        words: Arguments of pytest.
        search: Where imports are looked for besides, as in ``PYTHONPATH``.
        more: What the environment has besides.
    """
    server = _server()
    assert server.stdin
    assert server.stdout
    order = {
        "folder": str(folder),
        "words": words,
        "search": [str(one) for one in search],
        "environment": {**os.environ, **PLAIN, **(more or {})},
    }
    server.stdin.write(json.dumps(order) + "\n")
    server.stdin.flush()
    told = json.loads(server.stdout.readline())
    return subprocess.CompletedProcess(words, told["code"], told["said"])


@cache
def _server() -> subprocess.Popen[str]:
    command = [sys.executable, "-P", str(Path(__file__).with_name("proving.py"))]
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    )
    atexit.register(_end, server)
    return server


def _end(server: subprocess.Popen[str]) -> None:
    assert server.stdin
    server.stdin.close()
    server.wait()
