"""What somebody who signs in asks of an app, and the answers: run in a process of the app's own."""

from __future__ import annotations

import importlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi.testclient import TestClient

LOGIN = "ada@example.com"
OLD, NEW = "correct horse", "another horse"


def main(target: str, prefix: str, more: dict[str, Any]) -> list[Any]:
    """Register, sign in, refresh (once, then four at once), change the password, sign out, guess."""
    module, attribute = target.split(":")
    app: Any = getattr(importlib.import_module(module), attribute)
    if attribute.startswith("create"):
        app = app()
    with TestClient(app) as client:
        url = f"{prefix}/auth"

        def post(path: str, body: dict[str, Any], token: str = "") -> Any:
            return client.post(f"{url}{path}", json=body, headers=bearer(token))

        def me(token: str = "") -> int:
            return client.get(f"{url}/me", headers=bearer(token)).status_code

        def sign_in(password: str) -> Any:
            return client.post(f"{url}/token", data={"username": LOGIN, "password": password})

        def refresh(token: str) -> Any:
            return post("/refresh", {"refresh_token": token})

        body = {"email": LOGIN, "password": OLD, **more}
        registered = [post("/register", body).status_code for _ in range(2)]
        first = sign_in(OLD).json()
        known = [me(first["access_token"]), me()]
        second = refresh(first["refresh_token"]).json()
        with ThreadPoolExecutor(4) as pool:
            at_once = sorted(
                answer.status_code for answer in pool.map(refresh, [second["refresh_token"]] * 4)
            )
        reused = me(second["access_token"])
        third = sign_in(OLD).json()["access_token"]
        changed = post("/password", {"current": OLD, "new": NEW}, third).status_code
        signed_in = [sign_in(OLD).status_code, (last := sign_in(NEW)).status_code]
        out = post("/logout", {"refresh_token": last.json()["refresh_token"]}).status_code
        over = me(last.json()["access_token"])
        guesses = {sign_in("a guess").status_code for _ in range(12)}
        return [
            registered, known, at_once, reused, changed, signed_in, out, over, sorted(guesses),
        ]  # fmt: skip


def bearer(token: str) -> dict[str, str]:
    """The header that shows an access token."""
    return {"Authorization": f"Bearer {token}"} if token else {}


if __name__ == "__main__":
    json.dump(main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])), sys.stdout)
