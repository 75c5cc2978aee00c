"""Import small apps, each in a process of its own, and ask them.

Started once: the libraries are loaded, and each app is tried in a fork. Reads one JSON object per
line, answers with one.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

BODY = {"name": "Spanner", "price": "1.50"}


def _metadata(modules: list[Any]) -> tuple[list[Any], list[Any]]:
    from sqlalchemy import Engine, MetaData
    from sqlalchemy.ext.asyncio import AsyncEngine

    found: dict[int, Any] = {}
    engines: dict[int, Any] = {}
    for module in modules:
        for value in list(vars(module).values()):
            for one in (value, *(vars(value).values() if hasattr(value, "__dict__") else ())):
                if isinstance(one, Engine | AsyncEngine):
                    engines[id(one)] = one
                metadata = one if isinstance(one, MetaData) else getattr(one, "metadata", None)
                if isinstance(metadata, MetaData):
                    found[id(metadata)] = metadata
    return list(found.values()), list(engines.values())


async def _create(metadata: Any, engine: Any) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


def _tables() -> None:
    from sqlalchemy.ext.asyncio import AsyncEngine

    here = str(Path.cwd())
    own = [
        m for m in list(sys.modules.values()) if (getattr(m, "__file__", "") or "").startswith(here)
    ]
    metadatas, engines = _metadata(own)
    if not engines:
        from alembic import command
        from alembic.config import Config

        command.upgrade(Config("alembic.ini"), "head")
    for metadata in metadatas:
        for engine in engines:
            if isinstance(engine, AsyncEngine):
                asyncio.run(_create(metadata, engine))
            else:
                metadata.create_all(engine)


def _ask(order: dict[str, Any]) -> dict[str, Any]:
    os.chdir(order["root"])
    folder, target = order["serve"].split(" ")
    module, _, name = target.partition(":")
    sys.path[0] = str(Path(folder).resolve())  # in place of this file's own
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    app = getattr(importlib.import_module(module), name)
    if not hasattr(app, "openapi"):
        app = app()
    told: dict[str, Any] = {"openapi": app.openapi()}
    url = order.get("url")
    if url is None:
        return told
    from fastapi.testclient import TestClient

    _tables()
    with TestClient(app, headers=order["headers"], follow_redirects=False) as client:
        posted = client.post(url, json=BODY)
        told["post"] = [posted.status_code, posted.text[:600], posted.headers.get("location")]
        if posted.status_code == 201:
            listed = client.get(url)
            told["list"] = [listed.status_code, listed.json()]
            one = f"{url.rstrip('/')}/{posted.json()['id']}"
            answers = [client.get(one), client.patch(one, json={"price": "2.25"})]
            if answers[0].status_code == 307:
                answers = [client.get(f"{one}/"), client.patch(f"{one}/", json={"price": "2.25"})]
                one = f"{one}/"
            answers += [client.delete(one), client.get(one)]
            told["one"] = [answer.status_code for answer in answers]
    return told


def _fork(order: dict[str, Any]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(2, 1)
        try:
            told = _ask(order)
        except BaseException:  # noqa: BLE001 - whatever an app does is told
            told = {"error": traceback.format_exc()[-1500:]}
        with os.fdopen(writer, "w") as output:
            json.dump(told, output)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text or json.dumps({"error": "no answer"})


def main() -> None:
    """Answer until the input ends."""
    warnings.simplefilter("ignore")
    for name in (
        "fastapi.testclient", "sqlmodel", "sqlalchemy.ext.asyncio", "aiosqlite",
        "pydantic_settings", "sqlalchemy.dialects.sqlite.aiosqlite",
    ):  # fmt: skip
        importlib.import_module(name)
    gc.disable()  # Forks live too short for it, and share what nobody touches.
    for line in sys.stdin:
        sys.stdout.write(_fork(json.loads(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
