"""Run the tests of small apps, each in a process of its own, as the apps' teams would.

Started once: the libraries are loaded, and each app is tried in a fork. Reads one JSON object per
line, answers with one.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import sys
import warnings
from typing import Any

import pytest


def _run(order: dict[str, Any]) -> dict[str, Any]:
    os.chdir(order["root"])
    sys.path[0] = order["root"]
    sys.dont_write_bytecode = True
    said = io.StringIO()
    options = ["-q", "-p", "no:cacheprovider"]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main([*options, "--rootdir", order["root"], *order["files"]])
    return {"code": int(code), "said": said.getvalue()}


def _fork(order: dict[str, Any]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            told = _run(order)
        except BaseException as error:  # noqa: BLE001 - whatever happens is told
            told = {"code": -1, "said": repr(error)}
        with os.fdopen(writer, "w") as output:
            json.dump(told, output)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text or json.dumps({"code": -1, "said": "no answer"})


def main() -> None:
    """Answer until the input ends."""
    warnings.simplefilter("ignore")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # The apps' tests need none.
    for name in (
        "fastapi.testclient", "sqlmodel", "sqlalchemy.ext.asyncio", "aiosqlite", "_pytest.assertion",
        "sqlalchemy.dialects.sqlite.aiosqlite", "sqlmodel.ext.asyncio.session",
    ):  # fmt: skip
        importlib.import_module(name)
    gc.disable()  # Forks live too short for it, and share what nobody touches.
    for line in sys.stdin:
        sys.stdout.write(_fork(json.loads(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
