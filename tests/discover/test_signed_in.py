"""What is known of the app's guard: function, alias, user, key, and how it answers strangers."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover import discover
from fastarch.discover.profile import SignedIn
from tests.discover.apps import write

MODELS = """
from uuid import UUID
from sqlalchemy import Column, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)


class Account(Base):
    __tablename__ = "accounts"
    uid = Column(Integer, primary_key=True)
"""
HEAD = """
from typing import Annotated, Optional
from fastapi import Depends, Header, HTTPException, Security
from fastapi.security import HTTPBearer, OAuth2PasswordBearer
from app.models import Account, User
from app import models
scheme = OAuth2PasswordBearer("token")
lenient = OAuth2PasswordBearer("token", auto_error=False)
bearer = HTTPBearer()
"""
MAIN = "from fastapi import FastAPI\nfrom app import items\napp = FastAPI()\napp.include_router(items.router)\n"
ROUTER = """
from typing import Annotated
from fastapi import APIRouter, Depends
from app.deps import *
from app.models import User
router = APIRouter(prefix="/items")


@router.get("/me")
def me({parameters}): ...
"""
ALIAS = "\nCurrentUser = Annotated[User, Depends(get_current_user)]"


def found(
    root: Path,
    deps: str,
    parameters: str = "user: User = Depends(get_current_user)",
    main: str = MAIN,
) -> SignedIn | None:
    files = {
        "app/__init__.py": "",
        "app/models.py": MODELS,
        "app/main.py": main,
        "app/deps.py": HEAD + deps,
        "app/items.py": ROUTER.format(parameters=parameters),
    }
    return discover(write(root, files)).signed_in


FUNCTION = "def get_current_user(token: str = Depends(scheme)){returns}: {body}"


@pytest.mark.parametrize(
    ("deps", "parameters", "user", "alias", "parameter"),
    [
        (FUNCTION.format(returns=" -> User", body="..."), "me=Depends(get_current_user)", "User", None, "me"),
        (FUNCTION.format(returns=" -> 'models.User'", body="..."), "me=Depends(get_current_user)", "User", None, "me"),
        (FUNCTION.format(returns="", body="..."), "user: User = Depends(get_current_user)", "User", None, "user"),
        (FUNCTION.format(returns="", body="..."), "user: Annotated[User, Depends(get_current_user)]", "User", None, "user"),
        (FUNCTION.format(returns="", body="return db.query(Account).first()"), "user=Depends(get_current_user)", "Account", None, "user"),
        (FUNCTION.format(returns="", body="return Account or User"), "user=Depends(get_current_user)", None, None, "user"),
        (FUNCTION.format(returns=" -> dict", body="..."), "user: dict = Depends(get_current_user)", None, None, "user"),
        (FUNCTION.format(returns=" -> User | None", body="..."), "user=Depends(get_current_user)", None, None, "user"),
        (FUNCTION.format(returns=" -> Optional[User]", body="..."), "user=Depends(get_current_user)", None, None, "user"),
        (FUNCTION.format(returns=" -> User", body="...") + ALIAS, "current: CurrentUser", "User", "CurrentUser", "current"),
        (FUNCTION.format(returns=" -> User", body="...") + ALIAS, "user: User = Depends(get_current_user)", "User", "CurrentUser", "user"),
        ("class Users:\n    def current_user(self): ...\nfastapi_users = Users()\ncurrent_user = fastapi_users.current_user()", "user: User = Depends(current_user)", "User", None, "user"),
    ],
)  # fmt: skip
def test_who_is_signed_in(
    tmp_path: Path, deps: str, parameters: str, user: str | None, alias: str | None, parameter: str
) -> None:
    signed = found(tmp_path, deps, parameters)
    assert signed is not None
    assert signed.function.name in {"get_current_user", "current_user"}
    assert signed.function.module == "app.deps"
    assert (signed.user.symbol.name if signed.user else None) == user
    assert (signed.alias.name if signed.alias else None) == alias
    assert signed.asked.name == (alias or signed.function.name)
    assert signed.parameter == parameter


def test_nobody(tmp_path: Path) -> None:
    assert found(tmp_path, "def get_db(): ...", "db=Depends(get_db)") is None


def test_a_guard_that_is_made_anew_each_time(tmp_path: Path) -> None:
    deps = "def current(kind): ...\nCurrentUser = Annotated[User, Depends(current('x'))]"
    assert found(tmp_path, deps, "user: CurrentUser") is None


def test_a_key_that_is_no_plain_value(tmp_path: Path) -> None:
    plain = found(tmp_path / "a", FUNCTION.format(returns=" -> User", body="..."))
    column = found(tmp_path / "b", FUNCTION.format(returns=" -> Account", body="..."))
    assert plain is not None
    assert column is not None
    assert (plain.plain_id, column.plain_id) == (True, False)
    assert column.user is not None
    assert column.user.id_name == "uid"


RAISES = "raise HTTPException(401, 'no'{headers})"
HEADERS = ", headers={'WWW-Authenticate': 'Bearer'}"


@pytest.mark.parametrize(
    ("deps", "challenges"),
    [
        ("def get_current_user(token: str = Depends(scheme)) -> User: ...", True),
        ("def get_token(token: Annotated[str, Security(scheme)]): ...\ndef get_current_user(token: str = Depends(get_token)) -> User: ...", True),
        ("Token = Annotated[str, Depends(scheme)]\ndef get_current_user(token: Token) -> User: ...", True),
        ("def get_current_user(token: str = Depends(lenient)) -> User: ...", False),
        ("def get_current_user(token: str = Depends(bearer)) -> User: ...", False),
        ("def get_current_user(token: str = Header()) -> User: ...", False),
        (f"def get_current_user(token: str = Depends(lenient)) -> User:\n    {RAISES.format(headers=HEADERS)}", True),
        (f"def get_current_user(token: str = Depends(lenient)) -> User:\n    {RAISES.format(headers='')}", False),
        (f"def get_current_user(token: str = Depends(lenient)) -> User:\n    if not token:\n        {RAISES.format(headers='')}\n    {RAISES.format(headers=HEADERS)}", False),
    ],
)  # fmt: skip
def test_how_strangers_are_answered(tmp_path: Path, deps: str, challenges: bool) -> None:
    signed = found(tmp_path, deps)
    assert signed is not None
    assert signed.challenges is challenges


def test_a_handler_of_errors_may_leave_the_header_out(tmp_path: Path) -> None:
    deps = FUNCTION.format(returns=" -> User", body="...")
    handler = "@app.exception_handler(HTTPException)\nasync def answer(request, error):\n    return JSONResponse({'error': error.detail}, error.status_code%s)\n"
    left = found(tmp_path / "a", deps, main=MAIN + handler % "")
    kept = found(tmp_path / "b", deps, main=MAIN + handler % ", error.headers")
    assert left is not None
    assert kept is not None
    assert (left.challenges, kept.challenges) == (False, True)
