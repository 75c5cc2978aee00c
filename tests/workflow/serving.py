"""Serve an app in a process of its own, ask it as several people, and print the answers as JSON."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any


def main() -> None:
    """Make tables and users, then ask what the order on stdin says."""
    order = json.load(sys.stdin)
    sys.path[0] = order["root"]
    os.chdir(order["root"])
    app = importlib.import_module(order["app"]).app
    database = importlib.import_module(order["database"])
    models = importlib.import_module(order["models"])
    user = getattr(models, order["user"])
    from fastapi.testclient import TestClient
    from sqlalchemy import create_engine, insert

    url = database.engine.url.render_as_string(hide_password=False)
    plain = create_engine(url.replace("+aiosqlite", "").replace("+asyncpg", "+psycopg"))
    user.metadata.drop_all(plain)
    user.metadata.create_all(plain)
    with plain.begin() as connection:
        for name in order["people"]:
            connection.execute(insert(user).values(email=name))
    plain.dispose()
    answers: list[dict[str, Any]] = []
    with TestClient(app, raise_server_exceptions=False) as client:
        for who, method, path, body in order["asks"]:
            headers = {"X-Token": who, "Authorization": f"Bearer {who}"} if who else {}
            url, sent = _filled(path, answers), json.loads(_filled(json.dumps(body), answers, '"'))
            answer = client.request(method, url, json=sent, headers=headers)
            answers.append(
                {
                    "status": answer.status_code,
                    "body": answer.json() if answer.content else None,
                    "headers": dict(answer.headers),
                }
            )
    json.dump({"answers": answers, "openapi": app.openapi()}, sys.stdout)


def _filled(text: str, answers: list[dict[str, Any]], quote: str = "") -> str:
    """A text with the ids of earlier answers for ``<0>`` and so on, quoted as JSON where asked."""
    for number, known in enumerate(answers):
        if isinstance(known["body"], dict) and "id" in known["body"]:
            value = known["body"]["id"]
            said = json.dumps(value) if quote else str(value)
            text = text.replace(f"{quote}<{number}>{quote}", said)
    return text


if __name__ == "__main__":
    main()
