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
            for number, known in enumerate(answers):
                value = known["body"]
                if isinstance(value, dict) and "id" in value:
                    path = path.replace(f"<{number}>", str(value["id"]))
                    if body is not None:
                        body = json.loads(
                            json.dumps(body).replace(f'"<{number}>"', json.dumps(value["id"]))
                        )
            answer = client.request(method, path, json=body, headers=headers)
            answers.append(
                {
                    "status": answer.status_code,
                    "body": answer.json() if answer.content else None,
                    "headers": dict(answer.headers),
                }
            )
    json.dump({"answers": answers, "openapi": app.openapi()}, sys.stdout)


if __name__ == "__main__":
    main()
