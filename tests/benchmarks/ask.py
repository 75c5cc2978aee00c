"""Ask generated and hand-written endpoints by turns, inside a scaffolded example: endpoints.py."""

import asyncio
import gc
import importlib
import statistics
import sys
import time
import uuid
from pathlib import Path
from typing import Annotated, Any

import httpx2
from fastapi import HTTPException, Query
from fastapi import Path as PathParameter
from measure import verdict
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

ROWS = 60
ROUNDS = 30
REQUESTS = 60

# Where each example keeps its app, model, schemas and session dependency; prefix, type of an id.
APPS: dict[str, tuple[str, str, str, str, str, type]] = {
    "library": (
        "app.main:app", "app.models.product", "app.schemas.product", "app.api.deps",
        "/api", uuid.UUID,
    ),
    "helpdesk": (
        "helpdesk.main:create_app", "helpdesk.products.models", "helpdesk.products.schemas",
        "helpdesk.core.database", "/api/v1", int,
    ),
}  # fmt: skip


def lean(app: Any, model: Any, schemas: Any, session_dep: Any, id_type: type) -> None:
    """Add the leanest endpoints that validate and answer the same."""
    limits = {"le": 2**31 - 1} if id_type is int else {}
    id_path = Annotated[id_type, PathParameter(**limits)]
    query_schema = next(
        (value for name, value in vars(schemas).items() if name.startswith("ProductQuery")
         or name in {"ProductFilter", "ProductFilters", "ProductsQuery", "ProductListQuery"}),
        None,
    )  # fmt: skip
    if query_schema is None:

        class Page(BaseModel):
            model_config = ConfigDict(extra="forbid")
            limit: int = Field(50, ge=1, le=100)
            offset: int = Field(0, ge=0)

        query_schema = Page

    @app.get("/lean/{product_id}", response_model=schemas.ProductRead)
    async def get(product_id: id_path, session: session_dep) -> Any:  # type: ignore[valid-type]
        product = await session.get(model, product_id)
        if product is None:
            raise HTTPException(404, "Product not found")
        return product

    @app.get("/lean", response_model=list[schemas.ProductRead])
    async def find(query: Annotated[query_schema, Query()], session: session_dep) -> Any:  # type: ignore[valid-type]
        statement = select(model).order_by(model.id).limit(query.limit).offset(query.offset)
        return (await session.scalars(statement)).all()


async def request(app: Any, path: str) -> tuple[int, bytes]:
    """One GET, straight into the ASGI app."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": [(b"host", b"bench")], "client": ("127.0.0.1", 1),
        "server": ("bench", 80),
    }  # fmt: skip
    status, body = 0, b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, body
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            body += message.get("body", b"")

    await app(scope, receive, send)
    return status, body


async def rate(app: Any, path: str) -> float:
    """Requests per second, one after the other."""
    started = time.perf_counter()
    for _ in range(REQUESTS):
        await request(app, path)
    return REQUESTS / (time.perf_counter() - started)


async def measure(app: Any, name: str, ours: str, theirs: str) -> bool:
    """Ask both by turns, in an order that turns too; the median of the rounds' ratios counts."""
    first, second = await request(app, ours), await request(app, theirs)
    assert first == second, (first, second)
    assert first[0] == 200, first
    await rate(app, ours), await rate(app, theirs)
    gc.collect()
    gc.disable()
    ratios, rates = [], []
    for turn in range(ROUNDS):
        if turn % 2:
            mine = await rate(app, ours)
            lean_rate = await rate(app, theirs)
        else:
            lean_rate = await rate(app, theirs)
            mine = await rate(app, ours)
        ratios.append(mine / lean_rate)
        rates.append(mine)
        gc.collect()
    gc.enable()
    print(f"{name} {statistics.median(rates):.0f} requests per second")
    return verdict(f"{name} : hand-written", statistics.median(ratios), 0.95, least=True)


async def main(name: str) -> int:
    """Fill the table, then measure one and many."""
    sys.path[:0] = [str(Path.cwd()), str(Path.cwd() / "src")]
    target, model, schemas, deps, prefix, id_type = APPS[name]
    module, attribute = target.split(":")
    app: Any = getattr(importlib.import_module(module), attribute)
    if attribute == "create_app":
        app = app()
    product = importlib.import_module(model).Product
    session_dep = importlib.import_module(deps).SessionDep
    lean(app, product, importlib.import_module(schemas), session_dep, id_type)
    async with app.router.lifespan_context(app):
        ids = await fill(app, f"{prefix}/products")
        holds = await measure(
            app, f"{name}: item", f"{prefix}/products/{ids[0]}", f"/lean/{ids[0]}"
        )
        holds &= await measure(app, f"{name}: list of 50", f"{prefix}/products", "/lean")
    return 0 if holds else 1


async def fill(app: Any, path: str) -> list[str]:
    """Create rows over HTTP, as a client would."""
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://bench") as client:
        ids = []
        for number in range(ROWS):
            body = {"name": f"Lamp {number}", "sku": f"L-{number}", "price": "12.50", "note": "x"}
            answer = await client.post(path, json=body)
            answer.raise_for_status()
            ids.append(answer.json()["id"])
        return ids


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
