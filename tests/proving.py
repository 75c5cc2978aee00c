"""Run the tests of apps, each time in a process of its own, as the apps' teams would.

Started once: the libraries are loaded, and each run is a fork. Reads one JSON object per line,
answers with one.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import sys
import tempfile
import warnings
from typing import Any

import pytest

LIBRARIES = (
    "_pytest.assertion", "aiosqlite", "alembic.command", "argon2", "authlib.integrations.httpx_client",
    "bcrypt", "email_validator", "fastapi.testclient", "jwt", "limits.aio.strategies", "pwdlib",
    "pydantic_settings", "sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.ext.asyncio", "sqlmodel",
    "sqlmodel.ext.asyncio.session",
)  # fmt: skip


def _run(order: dict[str, Any]) -> int:
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.path[:0] = [order["folder"], *order["search"]]
    sys.dont_write_bytecode = True
    random.seed()
    return int(pytest.main(["-q", "-p", "no:cacheprovider", *order["words"]]))


def _fork(order: dict[str, Any]) -> str:
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                for stream in (1, 2):
                    os.dup2(said.fileno(), stream)
                code = _run(order)
                sys.stdout.flush()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        said.seek(0)
        text = said.read().decode(errors="replace")
    return json.dumps({"code": os.waitstatus_to_exitcode(status), "said": text})


def main() -> None:
    """Answer until the input ends."""
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.disable()  # Forks live too short for it, and share what nobody touches.
    for line in sys.stdin:
        answers.write(_fork(json.loads(line)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
