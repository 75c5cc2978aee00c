from __future__ import annotations

import pytest

from fastarch.discover import discover
from fastarch.discover.app import find_app
from fastarch.discover.auth import find_auth
from fastarch.discover.hints import read_project
from fastarch.discover.index import ModuleIndex
from fastarch.discover.routers import find_site
from fastarch.discover.scan import scan
from fastarch.discover.settings import find_settings
from tests.discover.apps import write

MAIN = "from fastapi import FastAPI\nfrom app.routers import users, items\nfrom app.config import *\napp = FastAPI()\napp.include_router(users.router)\napp.include_router(items.router)\n"
HEAD = (
    "from fastapi import APIRouter, Depends\nfrom typing import Annotated\nrouter = APIRouter()\n"
)


def read(root, files):
    write(
        root, {"app/__init__.py": "", "app/routers/__init__.py": "", "app/main.py": MAIN, **files}
    )
    plain = ModuleIndex(root, root)
    seen = scan(plain)
    found = find_app(plain, read_project(root), seen)
    assert found is not None
    return found, find_site(found, seen), seen


@pytest.mark.parametrize(
    ("config", "name", "accessor"),
    [
        ("from pydantic_settings import BaseSettings\nclass Settings(BaseSettings): ...\nsettings = Settings()\n", "Settings", "settings"),
        ("from pydantic_settings import BaseSettings\nclass Config(BaseSettings): ...\n", "Config", None),
        ("from pydantic import BaseSettings\nfrom functools import lru_cache\nclass Settings(BaseSettings): ...\n@lru_cache\ndef get_settings() -> Settings:\n    return Settings()\n", "Settings", "get_settings()"),
        ("import pydantic_settings as p\nclass Common(p.BaseSettings): ...\nclass Database(Common): ...\nclass Settings(Database): ...\nsettings = Settings()\n", "Settings", "settings"),
        ("from pydantic_settings import BaseSettings\nclass Mail(BaseSettings): ...\nclass AppSettings(BaseSettings):\n    mail: Mail = Mail()\nconf = AppSettings()\n", "AppSettings", "conf"),
    ],
)  # fmt: skip
def test_settings(tmp_path, config, name, accessor):
    found, _, seen = read(tmp_path, {"app/config.py": config})
    settings = find_settings(found, seen)
    assert settings is not None
    assert settings.symbol.name == name
    assert (settings.accessor.source if settings.accessor else None) == accessor


ASKS = "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    database_host: str\n"


@pytest.mark.parametrize(
    ("file", "text", "accessor"),
    [
        ("app/deps.py", "from functools import lru_cache\nfrom app.config import Settings\n@lru_cache\ndef get_settings():\n    return Settings()\n", "get_settings()"),
        ("app/core.py", "from app import config\nconf = config.Settings()\n", "conf"),
        # Code that the entry imports cannot import it from there.
        ("app/main.py", MAIN + "settings = Settings()\n", None),
        ("app/deps.py", "from fastapi import Depends\nfrom app.config import Settings\ndef get_db(settings=Depends(Settings)): ...\n", None),
    ],
)  # fmt: skip
def test_settings_that_are_made_elsewhere(tmp_path, file, text, accessor):
    found, _, seen = read(tmp_path, {"app/config.py": ASKS, file: text})
    settings = find_settings(found, seen)
    assert settings is not None
    assert settings.symbol.name == "Settings"
    assert (settings.accessor.source if settings.accessor else None) == accessor


def test_settings_that_nobody_makes(tmp_path):
    """The environment may lack what they ask for: the app has never needed it."""
    found, _, seen = read(tmp_path, {"app/config.py": ASKS + "#settings = Settings()\n"})
    assert find_settings(found, seen) is None


def test_no_settings(tmp_path):
    found, _, seen = read(
        tmp_path,
        {
            "tests/config.py": "from pydantic_settings import BaseSettings\nclass S(BaseSettings): ...\n"
        },
    )
    assert find_settings(found, seen) is None


DEPS = """
from typing import Annotated
from fastapi import Depends
def get_db(): ...
def get_current_user(): ...
def get_current_active_superuser(): ...
def require_role(name): ...
CurrentUser = Annotated[User, Depends(get_current_user)]
class User: ...
"""


@pytest.mark.parametrize(
    ("endpoint", "want"),
    [
        ("from app.deps import get_current_user, get_db\n@router.post('/')\ndef make(db=Depends(get_db), user=Depends(get_current_user)): ...\n", "get_current_user"),
        ("from app import deps\n@router.post('/')\ndef make(user: deps.User = Depends(deps.get_current_user)): ...\n", "get_current_user"),
        ("from app.deps import CurrentUser\n@router.post('/')\ndef make(user: CurrentUser): ...\n", "CurrentUser"),
        ("from app.deps import User, get_db\n@router.post('/')\ndef make(user: User, db=Depends(get_db)): ...\n", "get_current_user"),
        ("from app.deps import require_role, get_current_active_superuser\n@router.post('/')\ndef make(a=Depends(require_role('x')), b=Depends(get_current_active_superuser)): ...\n", "get_current_user"),
    ],
)  # fmt: skip
def test_auth(tmp_path, endpoint, want):
    found, site, seen = read(tmp_path, {
        "app/deps.py": DEPS, "app/config.py": "", "app/routers/users.py": HEAD + endpoint,
        "app/routers/items.py": HEAD + endpoint,
    })  # fmt: skip
    auth = find_auth(found, site.siblings, seen)
    assert auth is not None
    assert (auth.symbol.module, auth.symbol.name) == ("app.deps", want)
    assert auth.guard is not None
    assert auth.guard.source == "get_current_user"
    assert [(one.module, one.name) for one in auth.guard.imports] == [
        ("app.deps", "get_current_user")
    ]


def test_no_auth(tmp_path):
    found, site, seen = read(tmp_path, {
        "app/deps.py": "def get_db(): ...", "app/config.py": "",
        "app/routers/users.py": HEAD + "from app.deps import get_db\n@router.get('/')\ndef a(db=Depends(get_db)): ...\n",
        "app/routers/items.py": HEAD,
    })  # fmt: skip
    assert find_auth(found, site.siblings, seen) is None


ENDPOINT = """
@router.{method}("/{n}")
def {method}_{n}({parameters}): ...
"""


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("user=Depends(get_current_user)", "4 of 4 endpoints beside the new ones ask for get_current_user"),
        ("context: Context = Depends(Auth.require_role(['admin']))", "ask for Auth.require_role"),
        ("user: CurrentUser", "ask for CurrentUser"),
        ("service: UserService = Depends(get_user_service)", ""),
        ("form: OAuth2PasswordRequestForm = Depends()", ""),
        ("author: Author = Depends(get_author)", ""),
    ],
)  # fmt: skip
def test_endpoints_that_ask_for_a_user_themselves_are_told_of(tmp_path, parameters, said):
    endpoints = "".join(
        ENDPOINT.format(method=method, n=n, parameters=parameters)
        for method in ("get", "post")
        for n in range(2)
    )
    files = {
        "app/__init__.py": "",
        "app/main.py": "from fastapi import FastAPI\nfrom app.items import router\n\napp = FastAPI()\napp.include_router(router)\n",
        "app/items.py": f"from fastapi import APIRouter, Depends\n\nrouter = APIRouter(prefix='/items')\n{endpoints}",
    }
    notices = discover(write(tmp_path, files)).notices
    assert any(said in notice for notice in notices) if said else notices == ()
