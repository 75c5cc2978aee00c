"""Scaffold products into a copy of an example app, start it on SQLite and talk to it.

The library is copied, or the example that is named: ``python examples/try.py helpdesk``. In a
terminal the app goes on running, for a look at its documentation, until Enter is pressed.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parent
# How each app is served, the prefix of its routes, and the variable that names its database.
APPS = {
    "library": (["app.main:app"], "/api", "DATABASE_URL"),
    "helpdesk": (
        ["helpdesk.main:create_app", "--factory", "--app-dir", "src"],
        "/api/v1",
        "HELPDESK_DATABASE_URL",
    ),
}
Body = dict[str, str | None]
FIELDS = [
    "name:str=120:search:sort",
    "sku:str=32:unique",
    "price:decimal=12,2:ge=0:filter",
    "status:enum=draft,live:default=draft:filter",
    "note:text:null",
    "active:bool:default=true",
]


def main(name: str = "library") -> int:
    """Show the whole way, from the command to the answers.

    Args:
        name: The example to copy.

    Returns:
        0 if every answer was as expected, 1 if one was not.
    """
    serve, prefix, variable = APPS[name]
    with tempfile.TemporaryDirectory(prefix="fastarch-") as folder:
        project = Path(folder) / name
        shutil.copytree(EXAMPLES / name, project, ignore=shutil.ignore_patterns("__pycache__"))
        os.environ[variable] = f"sqlite+aiosqlite:///{(project / 'try.db').as_posix()}"
        title(f"A copy of examples/{name}")
        step(project, "fastarch", "new", "resource", "products", *FIELDS)
        step(project, "alembic", "upgrade", "head")
        with served(project, serve) as base:
            wrong = converse(base, f"{prefix}/products")
            title(f"{wrong} wrong answers" if wrong else "Every answer is as it should be")
            if sys.stdin.isatty() and sys.stdout.isatty():
                input(f"The app is running, see {base}/docs. Enter stops it. ")
    return 1 if wrong else 0


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n── {text} {'─' * max(0, 76 - len(text))}", flush=True)


def step(project: Path, module: str, *arguments: str) -> None:
    """Run a command in the project, as a person would type it; its failure is ours."""
    print("\n$", shlex.join([module, *arguments]), flush=True)
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=project, check=True)


@contextmanager
def served(project: Path, serve: list[str]) -> Iterator[str]:
    """Serve the app on a free port; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    print("\n$", shlex.join(["uvicorn", *serve, "--port", port]), flush=True)
    command = [sys.executable, "-m", "uvicorn", *serve, "--port", port, "--log-level", "warning"]
    with subprocess.Popen(command, cwd=project) as server:
        try:
            wait(server, int(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the app answers.

    Raises:
        SystemExit: It ended, or did not answer in half a minute.
    """
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit("the app did not start")


def converse(base: str, path: str) -> int:
    """Send requests and show the answers; returns how many were not as expected."""
    lamp: Body = {"name": "Desk lamp", "sku": "LAMP-1", "price": "39.90", "status": "live"}
    sofa: Body = {"name": "Sofa", "sku": "SOFA-1", "price": "899.00"}
    title("Requests and answers")
    wrong, created = ask(base, "POST", path, lamp, 201)
    item = f"{path}/{created['id']}" if created else path
    requests: list[tuple[str, str, Body | None, int]] = [
        ("POST", path, sofa, 201),
        ("POST", path, sofa, 409),
        ("POST", path, {"name": "Chair", "sku": "CHAIR-1", "price": "-1"}, 422),
        ("GET", f"{path}?sort=-name&limit=10", None, 200),
        ("GET", f"{path}?status=live&price__le=50", None, 200),
        ("GET", item, None, 200),
        ("PATCH", item, {"price": "34.90"}, 200),
        ("PATCH", item, {"name": None}, 422),
        ("PUT", item, lamp | {"note": "Now dimmable"}, 200),
        ("DELETE", item, None, 204),
        ("GET", item, None, 404),
    ]
    for method, target, body, expected in requests:
        failed, answer = ask(base, method, target, body, expected)
        wrong += failed
        if (method, target, expected) == ("GET", item, 200) and answer != created:
            print("  ← not what was created")
            wrong += 1
    return wrong


def ask(base: str, method: str, path: str, body: Body | None, expected: int) -> tuple[int, Any]:
    """Send one request and print it with its answer; returns (1 if it is wrong else 0, answer)."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data else {}
    request = urllib.request.Request(base + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            status, text, location = response.status, response.read(), response.headers["Location"]
    except urllib.error.HTTPError as error:
        status, text, location = error.code, error.read(), None
    answer = json.loads(text) if text else None
    print(f"\n{method} {path}" + (f"  {json.dumps(body)}" if body is not None else ""))
    mark = "" if status == expected else f"   ← {expected} was expected"
    print(f"  {status}{mark}" + (f"  Location: {location}" if location else ""))
    if answer is not None:
        shown = json.dumps(answer, ensure_ascii=False)
        print(f"  {shown if len(shown) < 400 else shown[:400] + ' …'}")
    return int(status != expected), answer


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
