"""Ways in which apps know who is signed in, written by hand or a library's; and apps that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover import discover
from fastarch.discover.profile import AppProfile
from tests.discover.apps import write

MAIN = """
    from fastapi import FastAPI

    from app import items

    app = FastAPI()
    app.include_router(items.router)
"""
ITEMS = """
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Security

from app import security
from app.security import *

router = APIRouter(prefix="/items")

@router.get("")
def list_items({parameters}): ...

@router.post("")
def add_item({parameters}): ...
"""
HEAD = """
from typing import Annotated, Any

import jwt
from fastapi import Cookie, Depends, Header, HTTPException, Path, Query, Request, Security, status
from fastapi.security import (
    APIKeyCookie, APIKeyHeader, HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials,
    HTTPBearer, OAuth2PasswordBearer, OAuth2PasswordRequestForm, SecurityScopes,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]

def get_db(): ...
SessionDep = Annotated[Session, Depends(get_db)]
"""


def app(
    root: Path, security: str, parameters: str, main: str = MAIN, items: str = ITEMS
) -> AppProfile:
    """The facts of an app whose two endpoints have these parameters."""
    return discover(
        write(
            root,
            {
                "app/__init__.py": "",
                "app/main.py": main,
                "app/items.py": items.format(parameters=parameters),
                "app/security.py": HEAD + security,
            },
        )
    )


# name of what is found, and what Depends takes; then the code, and how endpoints ask for it
OWN: dict[str, tuple[str, str | None, str, str]] = {
    "the tutorial": (
        "get_current_active_user",
        "get_current_active_user",
        """
async def get_current_user(token: Annotated[str, Depends(oauth2_scheme)]):
    raise HTTPException(status_code=status.HTTP_401_UNAUTHORIZED)

async def get_current_active_user(current_user: Annotated[User, Depends(get_current_user)]): ...
""",
        "user: Annotated[User, Depends(get_current_active_user)]",
    ),
    "scopes": (
        "current_user",
        "current_user",
        "async def current_user(scopes: SecurityScopes, token: str = Depends(oauth2_scheme)): ...",
        'user: User = Security(current_user, scopes=["items"])',
    ),
    "a bearer": (
        "verify_token",
        "verify_token",
        """
bearer = HTTPBearer()
def verify_token(credentials: HTTPAuthorizationCredentials = Depends(bearer)):
    return jwt.decode(credentials.credentials)
""",
        "claims: dict = Depends(verify_token)",
    ),
    "a bearer under no telling name": (
        "whoami",
        "whoami",
        """
def whoami(given: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]):
    if not given:
        raise HTTPException(401)
""",
        "me: Annotated[Any, Depends(whoami)]",
    ),
    "a session's cookie": (
        "get_viewer",
        "get_viewer",
        """
def get_viewer(request: Request, db: SessionDep):
    uid = request.session.get("user_id")
    if uid is None:
        raise HTTPException(status_code=401)
    return db.get(User, uid)
""",
        "viewer: User = Depends(get_viewer)",
    ),
    "a session that has a name": (
        "get_viewer",
        "get_viewer",
        """
def get_viewer(request: Request):
    session = request.session
    if not session.get("uid"):
        raise HTTPException(status_code=401)
""",
        "viewer: User = Depends(get_viewer)",
    ),
    "a cookie parameter": (
        "signed_in",
        "signed_in",
        """
def signed_in(sid: Annotated[str | None, Cookie()] = None):
    if sid is None:
        raise NotAuthenticated
""",
        "me = Depends(signed_in)",
    ),
    "a header": (
        "auth_required",
        "auth_required",
        "def auth_required(authorization: str = Header(...)): ...",
        "_ = Depends(auth_required)",
    ),
    "what a middleware has set": (
        "get_user",
        "get_user",
        """
def get_user(request: Request):
    if request.state.user is None:
        raise HTTPException(401)
    return request.state.user
""",
        "user = Depends(get_user)",
    ),
    "a function that reads the request": (
        "get_user",
        "get_user",
        """
def decode(request):
    return jwt.decode(request.headers["Authorization"])

def get_user(request: Request, db: Session = Depends(get_db)):
    return db.get(User, decode(request))
""",
        "user = Depends(get_user)",
    ),
    "an object that is called": (
        "JWTBearer",
        "JWTBearer()",
        """
class JWTBearer(HTTPBearer):
    async def __call__(self, request: Request): ...
""",
        "token: str = Depends(JWTBearer())",
    ),
    "a named object that is called": (
        "authenticated",
        "authenticated",
        """
class Authenticated:
    def __init__(self, realm: str) -> None: ...
    def __call__(self, request: Request) -> User:
        raise HTTPException(401) if "token" not in request.cookies else None
authenticated = Authenticated("items")
""",
        "user: User = Depends(authenticated)",
    ),
    "a method of an object": (
        "auth.required",
        "auth.required",
        """
class Auth:
    scheme = HTTPBearer()
    def required(self, given: HTTPAuthorizationCredentials = Security(scheme)): ...
auth = Auth()
""",
        "user=Depends(auth.required)",
    ),
    "a module's function": (
        "get_current_user",
        "get_current_user",
        "def get_current_user(token: str = Depends(oauth2_scheme)): ...",
        "user = Depends(security.get_current_user)",
    ),
    "an alias": (
        "CurrentUser",
        "get_current_user",
        """
def get_current_user(token: str = Depends(oauth2_scheme)): ...
CurrentUser = Annotated[User, Depends(get_current_user)]
""",
        "user: CurrentUser",
    ),
    "fastapi-users": (
        "current_active_user",
        "current_active_user",
        """
from fastapi_users import FastAPIUsers
fastapi_users = FastAPIUsers[User, int](get_user_manager, [backend])
current_active_user = fastapi_users.current_user(active=True)
""",
        "user: User = Depends(current_active_user)",
    ),
    "fastapi-users on the spot": (
        "fastapi_users.current_user",
        "fastapi_users.current_user(active=True)",
        """
from fastapi_users import FastAPIUsers
fastapi_users = FastAPIUsers[User, int](get_user_manager, [backend])
""",
        "user: User = Depends(fastapi_users.current_user(active=True))",
    ),
    "fastapi-users in an alias": (
        "ActiveUser",
        "fastapi_users.current_user()",
        """
from fastapi_users import FastAPIUsers
fastapi_users = FastAPIUsers[User, int](get_user_manager, [backend])
ActiveUser = Annotated[User, Depends(fastapi_users.current_user())]
""",
        "user: ActiveUser",
    ),
    "roles that stand on a user": (
        "get_current_user",
        "get_current_user",
        """
def get_current_user(token: str = Depends(oauth2_scheme)): ...
def require_role(name: str):
    def check(user: Annotated[User, Depends(get_current_user)]): ...
    return check
""",
        'user = Depends(require_role("editor"))',
    ),
    "an admin that stands on a user": (
        "get_user",
        "get_user",
        """
def get_user(token: str = Depends(oauth2_scheme)): ...
def get_admin_user(user: User = Depends(get_user)): ...
""",
        "user = Depends(get_admin_user)",
    ),
    "an admin alone": (
        "admin_only",
        None,
        """
def admin_only(token: str = Depends(oauth2_scheme)):
    raise HTTPException(403)
""",
        "user = Depends(admin_only)",
    ),
    "roles alone": (
        "Allowed",
        None,
        """
class Allowed:
    def __init__(self, *roles: str) -> None: ...
    def __call__(self, token: str = Depends(oauth2_scheme)):
        raise HTTPException(status.HTTP_403_FORBIDDEN)
""",
        'user = Depends(Allowed("admin"))',
    ),
    "permissions that ask the request elsewhere": (
        "PermissionDependency",
        None,
        """
class PermissionDependency:
    def __init__(self, permissions: list[Any]) -> None:
        self.permissions = permissions
    async def __call__(self, request: Request) -> None:
        for permission in self.permissions:
            if not await permission().has_permission(request=request):
                raise permission.exception
""",
        "_=Depends(PermissionDependency([User]))",
    ),
    "a class that is made for each request": (
        "Authenticated",
        "Authenticated",
        """
class Authenticated:
    def __init__(self, request: Request) -> None:
        if request.headers.get("authorization") is None:
            raise HTTPException(401, "Not authenticated")
""",
        "user: Annotated[Any, Depends(Authenticated)]",
    ),
    "a password with each request": (
        "check",
        "check",
        """
def check(given: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]):
    raise HTTPException(401, headers={"WWW-Authenticate": "Basic"})
""",
        "_: Annotated[str, Depends(check)]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", OWN)
def test_an_app_that_knows(tmp_path: Path, shape: str) -> None:
    name, guard, security, parameters = OWN[shape]
    facts = app(tmp_path, security, parameters)
    assert facts.auth is not None
    assert (facts.auth.module, facts.auth.name) == ("app.security", name)
    assert facts.auth.at.file == "app/security.py"
    assert (facts.guard.source if facts.guard else None) == guard
    # Depends(Bearer) would let everybody in: only a name, or a method's, is for others to ask for.
    assert (facts.signed_in is not None) == (guard is not None and "(" not in guard)
    if facts.guard is not None:
        (needed,) = facts.guard.imports
        root = facts.guard.source.partition("(")[0].partition(".")[0]
        assert (needed.module, needed.name) == ("app.security", root)


OPEN: dict[str, tuple[str, str]] = {
    "nothing": ("", "db: SessionDep"),
    "a user by the id in the path": (
        "def get_user(user_id: int, db: SessionDep): ...",
        "user_id: int, user: User = Depends(get_user)",
    ),
    "a user that has to be there": (
        """
def valid_user(user_id: Annotated[int, Path()], db: Session = Depends(get_db)):
    raise HTTPException(404)
""",
        "user = Depends(valid_user)",
    ),
    "a service of users": (
        "class UserService: ...\ndef get_user_service(db: SessionDep): ...",
        "service: UserService = Depends(get_user_service)",
    ),
    "a store of accounts": (
        "class Accounts: ...\ndef get_accounts(db: SessionDep): ...",
        "accounts: Accounts = Depends(get_accounts)",
    ),
    "a class of filters": (
        "class UserFilter:\n    def __init__(self, name: str = ''): ...",
        "found: UserFilter = Depends()",
    ),
    "a class of users": (
        "class Users:\n    def __init__(self, db: SessionDep): ...",
        "users: Annotated[Users, Depends(Users)]",
    ),
    "a language": (
        "def locale(request: Request):\n    return request.session.get('locale')",
        "language = Depends(locale)",
    ),
    "a forged request": (
        "def no_csrf(request: Request):\n    if request.cookies.get('csrf_token') is None:\n        raise HTTPException(403)",
        "_ = Depends(no_csrf)",
    ),
    "a limit": (
        "def limit(request: Request):\n    if seen(request.headers.get('X-Token')):\n        raise HTTPException(403)",
        "_ = Depends(limit)",
    ),
    "a form": (
        "",
        "form: OAuth2PasswordRequestForm = Depends()",
    ),
    "a schema": ("class UserCreate: ...", "user: UserCreate"),
    "a client": (
        "def agent(request: Request):\n    return request.headers.get('User-Agent')",
        "agent: str = Depends(agent)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", OPEN)
def test_an_app_that_does_not(tmp_path: Path, shape: str) -> None:
    security, parameters = OPEN[shape]
    facts = app(tmp_path, security, parameters)
    assert (facts.auth, facts.guard) == (None, None)


def test_everything_in_one_file(tmp_path: Path) -> None:
    code = (
        HEAD
        + """
from fastapi import FastAPI

app = FastAPI()

async def get_current_user(token: Annotated[str, Depends(oauth2_scheme)]):
    raise HTTPException(401)

@app.get("/me")
async def me(user: Annotated[User, Depends(get_current_user)]): ...
"""
    )
    facts = discover(write(tmp_path, {"main.py": code}))
    assert facts.auth is not None
    assert (facts.auth.module, facts.auth.name) == ("main", "get_current_user")


def test_a_guard_at_the_include(tmp_path: Path) -> None:
    main = """
        from fastapi import Depends, FastAPI

        from app.api import api

        app = FastAPI()
        app.include_router(api)
    """
    guarded = """
        from fastapi import APIRouter, Depends

        from app import items
        from app.security import signed_in

        api = APIRouter()
        api.include_router(items.router, dependencies=[Depends(signed_in)])
    """
    write(tmp_path, {"app/api.py": guarded})
    security = """
def signed_in(request: Request):
    if "user" not in request.session:
        raise HTTPException(401)
"""
    facts = app(tmp_path, security, "", main)
    assert facts.auth is not None and facts.auth.name == "signed_in"


def test_one_that_nobody_asks_yet(tmp_path: Path) -> None:
    facts = app(tmp_path, "def get_current_user(token: str = Depends(oauth2_scheme)): ...", "")
    assert facts.auth is not None and facts.auth.name == "get_current_user"
    assert facts.guard is not None and facts.guard.source == "get_current_user"


def test_the_one_that_most_ask_for(tmp_path: Path) -> None:
    security = """
def get_current_user(token: str = Depends(oauth2_scheme)): ...
def get_current_admin(user: User = Depends(get_current_user)): ...
def get_user(user_id: int): ...
"""
    items = (
        ITEMS
        + """
@router.get("/{{id}}")
def get_item(user=Depends(get_current_user)): ...
"""
    )
    facts = app(
        tmp_path, security, "a=Depends(get_current_admin), b=Depends(get_user)", items=items
    )
    assert facts.auth is not None and facts.auth.name == "get_current_user"
