"""Small apps that are protected, served, and put back."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from fastarch.change.draft import Draft
from fastarch.discover import discover
from fastarch.discover.protection import read_surface
from fastarch.discover.symbols import Expression, Symbol
from fastarch.plan.parts import Part
from fastarch.plan.protection import Asked, Protected, plan_protection
from fastarch.report import Report
from fastarch.workflow import carry
from fastarch.workflow.removal import undo
from fastarch.workflow.session import Mode, Target
from tests.discover.apps import Files, write

DEPS = """
    from typing import Annotated

    from fastapi import Depends, HTTPException
    from fastapi.security import OAuth2PasswordBearer

    oauth2_scheme = OAuth2PasswordBearer(tokenUrl="auth/token")


    def get_current_user(token: Annotated[str, Depends(oauth2_scheme)]) -> str:
        if token != "good":
            raise HTTPException(401, "no", {"WWW-Authenticate": "Bearer"})
        return "ann"


    CurrentUser = Annotated[str, Depends(get_current_user)]
    """
PRODUCTS = """
    from fastapi import APIRouter

    router = APIRouter(prefix="/products", tags=["products"])


    @router.get("/")
    def list_products() -> list[str]:
        return ["a"]


    @router.post("/", status_code=201)
    def create_product() -> str:
        return "a"


    @router.get("/{product_id}")
    def read_product(product_id: int) -> int:
        return product_id
    """
MAIN = """
    from fastapi import FastAPI

    from app.routers import products

    app = FastAPI()
    app.include_router(products.router, prefix="/api")


    @app.get("/health")
    def health() -> str:
        return "ok"
    """
SHOP: Files = {
    "requirements.txt": "fastapi\n",
    "app/__init__.py": "",
    "app/deps.py": DEPS,
    "app/routers/__init__.py": "",
    "app/routers/products.py": PRODUCTS,
    "app/main.py": MAIN,
}
SIGNED_IN = {"Authorization": "Bearer good"}


def shop(root: Path, changed: Files | None = None) -> Path:
    """The app, with some files in other words."""
    return write(root, {**SHOP, **(changed or {})})


def plan(
    root: Path,
    *targets: str,
    public: tuple[str, ...] = (),
    guard: Symbol | Expression | None = None,
    **more: Any,
) -> Protected:
    """The plan alone."""
    profile = discover(root)
    guard = guard or profile.auth
    assert guard is not None
    surface = read_surface(root, None, guard)
    return plan_protection(surface, profile, Asked(targets, public), **more)


def protect(
    root: Path, *targets: str, public: tuple[str, ...] = (), **more: Any
) -> tuple[Protected, Report]:
    """Plan, and carry it out."""
    profile = discover(root)
    protected = plan(root, *targets, public=public, **more)
    draft = Draft(root)
    parts = (Part("feature", "protection", protected.steps),)
    drafted, notices = carry.draft(parts, draft, profile.formatting)
    report = Report("add auth jwt", "planned", notices=notices)
    if any(done.edits for done in drafted.values()):
        carry.keep_books(
            parts, drafted, draft, "protect", options={}, specs={}, source=None, revisions=()
        )
    return protected, carry.finish(draft, report, Mode())


def take_back(root: Path) -> None:
    """Undo the last change."""
    undo(Target(root), Mode())


def tree(root: Path) -> Mapping[str, bytes]:
    """Every file of the app."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {".fastarch", "__pycache__"} & set(path.parts)
    }


@contextmanager
def serving(root: Path, module: str = "app.main", name: str = "app") -> Iterator[TestClient]:
    """The app, imported and served in this process."""
    before = set(sys.modules)
    sys.path.insert(0, str(root))
    was = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        app = getattr(importlib.import_module(module), name)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client
    finally:
        sys.dont_write_bytecode = was
        sys.path.remove(str(root))
        for known in set(sys.modules) - before:
            if getattr(sys.modules[known], "__file__", None) and str(root) in str(
                sys.modules[known].__file__
            ):
                del sys.modules[known]


def statuses(
    root: Path, *requests: str, headers: Mapping[str, str] | None = None, **where: str
) -> list[int]:
    """What the app answers to each of ``GET /products``."""
    with serving(root, **where) as client:
        return [client.request(*one.split(" ", 1), headers=headers).status_code for one in requests]


def closes(
    root: Path,
    run: Callable[[], Protected],
    *requests: str,
    open_: tuple[str, ...] = (),
    **where: str,
) -> Protected:
    """Protect an app and prove it: closed without a token, as before with one; once; undone."""
    before = tree(root)
    was = statuses(root, *requests, **where)
    assert 401 not in was, was
    was_open = statuses(root, *open_, **where)
    protected = run()
    after = tree(root)
    assert after != before
    assert statuses(root, *requests, **where) == [401] * len(requests)
    assert statuses(root, *requests, headers=SIGNED_IN, **where) == was
    assert statuses(root, *open_, **where) == was_open
    again = run()
    assert again.protected == ()
    assert tree(root) == after
    take_back(root)
    assert tree(root) == before
    return protected
