"""Count the SQL statements that each request to the products sends: APP COLLECTION SLASH."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.engine import Engine


def main(target: str, collection: str, slash: str) -> None:
    """Send one request of each kind and print what each sent."""
    module, name = target.split(":")
    app: Any = getattr(importlib.import_module(module), name)
    if not isinstance(app, FastAPI) and inspect.isfunction(app):
        app = app()
    sent: list[str] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("PRAGMA"):
            sent.append(statement)

    counts = {}
    body = {"name": "Lamp", "sku": "L-1", "price": "1.00"}
    with TestClient(app) as client:
        for number in range(3):
            client.post(collection, json=body | {"sku": f"L-1{number}"}).raise_for_status()
        item = ""
        for key, method, change in (
            ("post", "POST", body),
            ("list", "GET", None),
            ("get", "GET", None),
            ("patch", "PATCH", {"price": "2.00"}),
            ("put", "PUT", body | {"price": "3.00"}),
            ("delete", "DELETE", None),
        ):
            sent.clear()
            path = collection if key in {"post", "list"} else item
            answer = client.request(method, path, json=change)
            answer.raise_for_status()
            counts[key] = len(sent)
            if key == "post":
                item = f"{collection.rstrip('/')}/{answer.json()['id']}{slash}"
            sys.stderr.write("\n  ".join([key, *sent]) + "\n")
    sys.stdout.write(json.dumps(counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
