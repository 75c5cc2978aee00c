"""Ask open and guarded endpoints by turns, inside an example with users: protected.py."""

from __future__ import annotations

import asyncio
import gc
import importlib
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
from ask import fill
from fastapi import Depends
from measure import verdict

ROUNDS = 30
REQUESTS = 60
SIGN_INS = 50
CREDENTIALS = {"username": "ada@example.com", "password": "correct horse battery staple"}


async def times(client: httpx2.AsyncClient, path: str, count: int) -> list[float]:
    """Seconds of requests, one after the other."""
    found = []
    for _ in range(count):
        started = time.perf_counter()
        answer = await client.get(path)
        found.append(time.perf_counter() - started)
        assert answer.status_code == 200, answer.text
    return found


async def compare(client: httpx2.AsyncClient, name: str, guarded: str, free: str) -> bool:
    """Ask both by turns, in an order that turns too; the median of the rounds' ratios counts."""
    assert (await client.get(guarded)).json() == (await client.get(free)).json()
    await times(client, guarded, REQUESTS), await times(client, free, REQUESTS)
    gc.collect()
    gc.disable()
    ratios = []
    for turn in range(ROUNDS):
        paths = (guarded, free) if turn % 2 else (free, guarded)
        took = {path: sum(await times(client, path, REQUESTS)) for path in paths}
        ratios.append(took[guarded] / took[free])
        gc.collect()
    gc.enable()
    return verdict(f"{name}, guarded : open", statistics.median(ratios), 1.15)


async def beside_sign_ins(client: httpx2.AsyncClient, path: str) -> bool:
    """The slowest requests of others while many sign in, against those without."""

    async def sign_in() -> None:
        answer = await client.post("/api/auth/token", data=CREDENTIALS)
        assert answer.status_code == 200, answer.text

    alone = await times(client, path, 1000)
    started = time.perf_counter()
    sign_ins = asyncio.gather(*(sign_in() for _ in range(SIGN_INS)))
    meanwhile: list[float] = []
    while not sign_ins.done():
        meanwhile += await times(client, path, 1)
    await sign_ins
    took = time.perf_counter() - started
    print(f"{SIGN_INS} sign-ins took {took:.1f} s; {len(meanwhile)} requests meanwhile")
    for name, found in (("alone", alone), ("meanwhile", meanwhile)):
        median, slow = (statistics.quantiles(found, n=100)[n] * 1000 for n in (49, 98))
        print(f"  {name}: median {median:.1f} ms, 99 of 100 within {slow:.1f} ms")
    hash_time = took / SIGN_INS
    slowest = statistics.quantiles(meanwhile, n=100)[98]
    return verdict("99 of 100 meanwhile : one hash on the event loop", slowest / hash_time, 1)


async def main() -> int:
    """Fill the table, then measure."""
    sys.path.insert(0, str(Path.cwd()))
    app: Any = importlib.import_module("app.main").app
    router: Any = importlib.import_module("app.api.routes.products").router
    guard = importlib.import_module("app.api.current_user").get_current_user
    app.include_router(router, prefix="/guarded", dependencies=[Depends(guard)])
    async with app.router.lifespan_context(app):
        ids = await fill(app, "/api/products")
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://bench") as client:
            body = {"email": CREDENTIALS["username"], "password": CREDENTIALS["password"]}
            (await client.post("/api/auth/register", json=body)).raise_for_status()
            tokens = (await client.post("/api/auth/token", data=CREDENTIALS)).json()
            client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
            holds = await compare(client, "list of 50", "/guarded", "/api/products")
            holds &= await compare(client, "item", f"/guarded/{ids[0]}", f"/api/products/{ids[0]}")
            holds &= await beside_sign_ins(client, f"/api/products/{ids[0]}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
