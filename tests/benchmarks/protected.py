"""What asking for a user costs a request, and what fifty sign-ins at once cost the others.

One server has the same endpoints twice, open and guarded; they are asked over HTTP, by turns.
An argument names another database than SQLite: postgresql://postgres@127.0.0.1/empty
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import httpx2
from measure import ENVIRONMENT, PYTHON, run, verdict

from tests.e2e.apps import BY_NAME, PRODUCTS
from tests.e2e.project import Project

ROWS = 50
ROUNDS = 40
REQUESTS = 40
SIGN_INS = 50
CREDENTIALS = {"username": "ada@example.com", "password": "correct horse battery staple"}


def main(database: str | None = None) -> int:
    """Let users sign in to an example, serve it and measure; 0 if the bars hold."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project.copy(BY_NAME["library"], Path(folder))
        run([PYTHON, "-m", "fastarch", "new", "resource", *PRODUCTS], project.root)
        run([PYTHON, "-m", "fastarch", "add", "auth", "jwt"], project.root)
        here = {
            "AUTH_SECRET_KEY": "for measuring alone, and long enough",
            "PYTHONPATH": str(Path(__file__).parent),
        }
        env = ENVIRONMENT | here | project.database(database or f"sqlite:///{folder}/bench.db")
        project.make_tables(env)
        twice = replace(project, app=replace(project.app, target="serve_guarded:app"))
        with twice.serve(env) as client:
            item = fill(client)
            sign_in(client)
            holds = True
            for name, path in (("list of 50", ""), ("item", f"/{item}")):
                free = f"/api/products{path}"
                alone = ratio(client, f"/asked{path}", free)
                print(f"{name}, SELECT 1 and no more : open {alone:.2f}")
                guarded = ratio(client, f"/guarded{path}", free)
                holds &= verdict(f"{name}, guarded : open", guarded, 1.15)
            holds &= asyncio.run(beside_sign_ins(str(client.base_url), f"/api/products/{item}"))
    return 0 if holds else 1


def fill(client: httpx2.Client) -> str:
    """Create rows; the id of one."""
    for number in range(ROWS):
        body = {"name": f"Lamp {number}", "sku": f"L-{number}", "price": "12.50", "note": "x"}
        answer = client.post("/api/products", json=body)
        answer.raise_for_status()
    return str(answer.json()["id"])


def sign_in(client: httpx2.Client) -> None:
    """Become a user, and say so with each request from now on."""
    body = {"email": CREDENTIALS["username"], "password": CREDENTIALS["password"]}
    client.post("/api/auth/register", json=body).raise_for_status()
    tokens = client.post("/api/auth/token", data=CREDENTIALS).json()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"


def times(client: httpx2.Client, path: str) -> list[float]:
    """Seconds of requests, one after the other."""
    found = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        answer = client.get(path)
        found.append(time.perf_counter() - started)
        assert answer.status_code == 200, answer.text
    return found


def ratio(client: httpx2.Client, path: str, free: str) -> float:
    """Ask both by turns, in an order that turns too; the median of the rounds' ratios."""
    assert client.get(path).json() == client.get(free).json()
    times(client, path), times(client, free)
    ratios = []
    for turn in range(ROUNDS):
        paths = (path, free) if turn % 2 else (free, path)
        took = {each: statistics.median(times(client, each)) for each in paths}
        ratios.append(took[path] / took[free])
    return statistics.median(ratios)


async def beside_sign_ins(url: str, path: str) -> bool:
    """The slowest requests of others while many sign in, against one hash on the event loop."""
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:

        async def get() -> float:
            started = time.perf_counter()
            (await client.get(path)).raise_for_status()
            return time.perf_counter() - started

        async def post() -> None:
            (await client.post("/api/auth/token", data=CREDENTIALS)).raise_for_status()

        alone = [await get() for _ in range(500)]
        started = time.perf_counter()
        sign_ins = asyncio.gather(*(post() for _ in range(SIGN_INS)))
        meanwhile: list[float] = []
        while not sign_ins.done():
            meanwhile.append(await get())
        await sign_ins
        took = time.perf_counter() - started
    print(f"{SIGN_INS} sign-ins took {took:.1f} s; {len(meanwhile)} requests meanwhile")
    for name, found in (("alone", alone), ("meanwhile", meanwhile)):
        median, slow = (statistics.quantiles(found, n=100)[n] * 1000 for n in (49, 98))
        print(f"  {name}: median {median:.1f} ms, 99 of 100 within {slow:.1f} ms")
    slowest = statistics.quantiles(meanwhile, n=100)[98]
    hash_time = took / SIGN_INS
    return verdict("99 of 100 meanwhile : one hash on the event loop", slowest / hash_time, 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
