"""What the app itself has to know who is signed in may let others through, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.protection.common import PRODUCTS, SIGNED_IN, shop, statuses, tree
from tests.workflow.shop import run

DEPS = """
    from typing import Annotated

    from fastapi import Depends, HTTPException
    from fastapi.security import OAuth2PasswordBearer

    oauth2_scheme = OAuth2PasswordBearer(tokenUrl="auth/token", auto_error=False)


    def get_current_user(token: Annotated[str | None, Depends(oauth2_scheme)]) -> str | None:
        if token is None:
            return None
        if token != "good":
            raise HTTPException(401, "no", {"WWW-Authenticate": "Bearer"})
        return "ann"
    """
STRICT = """

    def signed_in(user: Annotated[str | None, Depends(get_current_user)]) -> str:
        if user is None:
            raise HTTPException(401, "no", {"WWW-Authenticate": "Bearer"})
        return user
    """
USED = PRODUCTS.replace(
    "from fastapi import APIRouter\n",
    "from fastapi import APIRouter, Depends\n\n    from app.deps import get_current_user\n",
).replace("list_products()", "list_products(user=Depends(get_current_user))")
ALL = ("GET /api/products/", "POST /api/products/", "GET /api/products/1")


def app(monkeypatch: pytest.MonkeyPatch, folder: Path, deps: str) -> Path:
    root = shop(folder, {"app/deps.py": deps, "app/routers/products.py": USED})
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize("target", ["products", "all", "POST /api/products/"])
def test_one_that_may_give_none_is_refused(tmp_path, monkeypatch, target):
    root = app(monkeypatch, tmp_path, DEPS)
    before = tree(root)
    said = run("add", "auth", "jwt", "--protect", target, code=3).output
    assert "get_current_user lets through who has not signed in" in said
    assert "def require_user(user=Depends(get_current_user)):" in said
    assert tree(root) == before


def test_what_stands_on_it_is_asked_instead(tmp_path, monkeypatch):
    root = app(monkeypatch, tmp_path, DEPS + STRICT)
    said = run("add", "auth", "jwt", "--protect", "products").output
    assert "signed_in is asked instead" in said
    assert statuses(root, *ALL) == [401, 401, 401]
    assert statuses(root, *ALL, headers=SIGNED_IN) == [200, 201, 200]
    after = tree(root)
    run("add", "auth", "jwt", "--protect", "products")
    assert tree(root) == after


def test_of_several_none_is_chosen(tmp_path, monkeypatch):
    app(monkeypatch, tmp_path, DEPS + STRICT + STRICT.replace("signed_in", "known_user"))
    said = run("add", "auth", "jwt", "--protect", "products", code=3).output
    assert "signed_in, known_user" in said


def test_one_that_is_not_seen_to_refuse_is_told(tmp_path, monkeypatch):
    head = DEPS.partition(" -> str | None:\n        if token is None")[0] + ":\n"
    app(monkeypatch, tmp_path, f"{head}        return USERS.get(token)\n\n\n    USERS = {{}}\n")
    said = run("add", "auth", "jwt", "--protect", "products").output
    assert "get_current_user is not seen to turn anybody away" in said
