"""Import small apps, each in a process of its own, fill them, and walk through their pages.

Started once: the libraries are loaded, and each app is tried in a fork. Reads one JSON object per
line, answers with one.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import traceback
import uuid
import warnings
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

ROWS = 23


def _user(models: Any, number: int) -> Any:
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number % 6, microseconds=7 * number)
    return models.User(
        id=number,
        name=f"Name {number * 7 % 5}",
        age=None if number % 4 == 0 else 20 + number % 3,
        score=Decimal(number * 11 % 7) / 4,
        rate=(number * 13 % 8) / 3,
        active=number % 3 != 0,
        kind=list(models.Kind)[number % 2],
        born=None if number % 5 == 0 else datetime(1990, 1, 1 + number % 4),  # noqa: DTZ001 - that is the point
        seen=moment,
        token=uuid.UUID(int=number * 2**90 % (2**128 - 1)),
        team_id=None if number % 6 == 0 else 1 + number % 4,
    )


def _fill(models: Any, session: Any) -> None:
    session.add_all(models.Team(id=n, name=f"Team {n % 3}") for n in range(1, 5))
    session.flush()
    session.add_all(_user(models, n) for n in range(1, ROWS + 1))
    session.flush()
    session.add_all(models.Post(id=n, title=f"Post {n}", user_id=1 + n % 9) for n in range(1, 20))
    session.add_all(
        models.Membership(team_id=1 + n % 4, user_id=1 + n, role=f"role {n % 2}")
        for n in range(ROWS - 1)
    )
    session.commit()


def _sync_url(url: str) -> str:
    return url.replace("+aiosqlite", "").replace("+asyncpg", "+psycopg")


class _Counter:
    def __init__(self, engine: Any) -> None:
        from sqlalchemy import event

        self.said: list[str] = []
        real = getattr(engine, "sync_engine", engine)
        event.listen(real, "before_cursor_execute", self._note)

    def _note(self, _conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.said.append(statement)

    def take(self) -> list[str]:
        said, self.said = self.said, []
        return said


def _rows(body: Any, path: str) -> list[Any]:
    for key in path.split(".") if path else ():
        body = body[key]
    return body


def _ask(order: dict[str, Any]) -> dict[str, Any]:
    os.chdir(order["root"])
    sys.path[0] = order["root"]
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    if order.get("database"):
        os.environ["DATABASE_URL"] = order["database"]
    app = importlib.import_module("app.main").app
    models = importlib.import_module("app.models")
    db = importlib.import_module("app.db")
    told: dict[str, Any] = {"openapi": app.openapi()}
    from fastapi.testclient import TestClient
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    engine = create_engine(_sync_url(db.engine.url.render_as_string(hide_password=False)))
    if order.get("fill", True):
        models.User.metadata.drop_all(engine)
        models.User.metadata.create_all(engine)
        with Session(engine) as session:
            _fill(models, session)
    counter = _Counter(db.engine)
    with TestClient(app, raise_server_exceptions=False) as client:
        told["answers"] = {url: _answer(client, url) for url in order["urls"]}
        counter.take()
        if order.get("walk"):
            told["walk"] = _walk(client, order, counter, lambda _: None)
            told["moved"] = _walk(client, order, counter, _mover(models, engine))
    engine.dispose()
    return told


def _answer(client: Any, url: str) -> dict[str, Any]:
    answer = client.get(url)
    try:
        body = answer.json()
    except ValueError:
        body = answer.text
    return {
        "status": answer.status_code,
        "body": body,
        "link": answer.links.get("next", {}).get("url"),
        "links": {rel: link["url"] for rel, link in answer.links.items()},
        "total": answer.headers.get("x-total-count"),
    }


def _walk(client: Any, order: dict[str, Any], counter: Any, move: Any) -> dict[str, Any]:
    url = order["walk"]
    pages, statements, bodies, links = [], [], [], []
    while url and len(pages) < 40:
        told = _answer(client, url)
        if told["status"] != 200:
            return {"error": told, "pages": pages}
        bodies.append(told)
        links.append(url)
        pages.append(_rows(told["body"], order["items"]))
        statements.append(counter.take())
        move(len(pages))
        counter.take()
        url = told["link"]
    return {"pages": pages, "statements": statements, "bodies": bodies, "urls": links}


def _mover(models: Any, engine: Any) -> Any:
    """Take users out and put others in, between the pages."""
    from sqlalchemy.orm import Session

    def move(number: int) -> None:
        if number > 3:
            return
        with Session(engine) as session:
            fresh = _user(models, 100 + number)
            fresh.team_id = number
            session.add(fresh)
            gone = session.get(models.User, (3, 12, 21)[number - 1])
            for table in (models.Post, models.Membership):
                session.query(table).filter(table.user_id == gone.id).delete()
            session.delete(gone)
            session.commit()

    return move


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
        "fastapi.testclient", "sqlmodel", "sqlalchemy.ext.asyncio", "aiosqlite", "psycopg",
        "pydantic_settings", "sqlalchemy.dialects.sqlite.aiosqlite", "sqlmodel.ext.asyncio.session",
        "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.postgresql.asyncpg",
    ):  # fmt: skip
        importlib.import_module(name)
    gc.disable()  # Forks live too short for it, and share what nobody touches.
    for line in sys.stdin:
        sys.stdout.write(_fork(json.loads(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
