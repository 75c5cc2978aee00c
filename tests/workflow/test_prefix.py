"""A prefix of one's own replaces the app's, wherever that comes from; guards stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.shop import enter, new, run, tree

PLAIN = """
    from fastapi import FastAPI

    from app.routers import users

    app = FastAPI()
    app.include_router(users.router)
    """
AT_INCLUDE = """
    from fastapi import Depends, FastAPI

    from app.deps import signed_in
    from app.routers import users

    app = FastAPI()
    app.include_router(users.router, prefix="/api", dependencies=[Depends(signed_in)])
    """
FACTORY = """
    from fastapi import FastAPI

    from app.api import api_router


    def create_app() -> FastAPI:
        app = FastAPI()
        app.include_router(api_router, prefix="/api")
        return app
    """
LOCAL_GUARD = """
    from fastapi import Depends, FastAPI

    from app.api import api_router


    def create_app() -> FastAPI:
        def inner() -> None: ...
        app = FastAPI()
        app.include_router(api_router, prefix="/api", dependencies=[Depends(inner)])
        return app
    """
LISTED = """
    from fastapi import FastAPI

    from app.routers import users

    ROUTERS = [users.router]
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router, prefix="/api")
    """
CASES = {
    "aggregator": {},
    "plain": {"app/main.py": PLAIN},
    "include": {"app/main.py": AT_INCLUDE},
    "factory": {"app/main.py": FACTORY},
    "list": {"app/main.py": LISTED},
}


@pytest.mark.parametrize("shape", CASES)
def test_the_collection_is_served_exactly_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    root = enter(monkeypatch, tmp_path / "shop", CASES[shape])
    before = tree(root)
    new("--prefix", "/shop", "--verify")
    after = tree(root)
    changed = [name for name in before if before[name] != after[name]]
    assert changed == ["app/main.py"]
    new("--prefix", "/shop")
    assert tree(root) == after
    run("undo")
    assert tree(root) == before


def test_every_guard_on_the_way_comes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    new("--prefix", "/shop/products")
    main = (root / "app/main.py").read_text()
    assert "dependencies=[Depends(from_inside), Depends(signed_in)]" in " ".join(main.split())
    assert "from app.deps import from_inside, signed_in" in main
    assert (root / "app/api.py").read_text().count("include_router") == 1


def test_the_usual_place_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    new("--verify")
    assert "products" in (root / "app/api.py").read_text()
    assert "products" not in (root / "app/main.py").read_text()


def test_a_guard_that_only_a_function_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = enter(monkeypatch, tmp_path / "shop", {"app/main.py": LOCAL_GUARD})
    before = tree(root)
    result = new("--prefix", "/shop", code=3)
    assert "leave --prefix out" in result.stderr
    assert tree(root) == before
