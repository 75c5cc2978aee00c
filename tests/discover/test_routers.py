from __future__ import annotations

import pytest

from fastarch.discover.symbols import Import
from tests.discover.apps import crud, read

HEAD = "from fastapi import APIRouter, Depends, FastAPI\n"
ROUTERS = {
    "app/__init__.py": "",
    "app/routers/__init__.py": "",
    "app/routers/users.py": crud("prefix='/users', tags=['users']"),
    "app/routers/items.py": crud("prefix='/items', tags=['items']"),
}


def site_of(tmp_path, files, **more):
    return read(tmp_path, {**ROUTERS, **files}, **more)[1]


def told(site):
    function = f" in {site.function}" if site.function else ""
    return f"{site.at.file}:{site.at.line} {site.kind} {site.on}{function} {site.prefix}".rstrip()


MODULE = HEAD + "from app.routers import users, items\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("files", "want"),
    [
        # statements on the instance
        ({"app/main.py": MODULE + "app.include_router(users.router)\napp.include_router(items.router)\n"},
         "app/main.py:5 include app"),
        ({"app/main.py": MODULE + "app.include_router(router=users.router, prefix='/api')\napp.include_router(items.router, prefix='/api')\n"},
         "app/main.py:5 include app /api"),
        # a factory, with local imports
        ({"app/main.py": HEAD + "def make():\n    app = FastAPI()\n    from app.routers import users, items\n    app.include_router(users.router)\n    app.include_router(items.router)\n    return app\n"},
         "app/main.py:6 factory app in make"),
        # a helper in another module
        ({"app/main.py": HEAD + "from app.setup import register_routes\napp = FastAPI()\nregister_routes(app)\n",
          "app/setup.py": "from app.routers import users, items\ndef register_routes(application):\n    application.include_router(users.router)\n    application.include_router(items.router)\n"},
         "app/setup.py:4 factory application in register_routes"),
        # a helper that nobody is seen to call
        ({"app/main.py": HEAD + "from app.routers import users, items\ndef make() -> FastAPI:\n    app = FastAPI()\n    return app\ndef register(app: FastAPI):\n    app.include_router(users.router)\n    app.include_router(items.router)\n"},
         "app/main.py:8 factory app in register"),
        # a method
        ({"app/main.py": HEAD + "from app.routers import users, items\nclass Server:\n    def __init__(self):\n        self.app = FastAPI()\n        self.routes()\n    def routes(self):\n        self.app.include_router(users.router)\n        self.app.include_router(items.router)\n"},
         "app/main.py:9 factory self.app in Server.routes"),
        # an aggregator elsewhere, with a prefix on both sides
        ({"app/main.py": HEAD + "from app.api import api_router\napp = FastAPI()\napp.include_router(api_router, prefix='/api')\n",
          "app/api.py": HEAD + "from app.routers import users, items\napi_router = APIRouter(prefix='/v1')\napi_router.include_router(users.router)\napi_router.include_router(items.router)\n"},
         "app/api.py:5 aggregator api_router /api/v1"),
        # nested and versioned, in a package's __init__
        ({"app/main.py": HEAD + "from app.api import router\napp = FastAPI()\napp.include_router(router)\n@app.get('/health')\ndef health(): ...\n",
          "app/api/__init__.py": HEAD + "from .v1 import router as v1\nrouter = APIRouter(prefix='/api')\nrouter.include_router(v1)\n",
          "app/api/v1/__init__.py": HEAD + "from ...routers.users import router as users_router\nfrom ...routers.items import router as items_router\nrouter = APIRouter(prefix='/v1')\nrouter.include_router(users_router)\nrouter.include_router(items_router)\n"},
         "app/api/v1/__init__.py:6 aggregator router /api/v1"),
        # an aggregator handed to the factory
        ({"app/setup.py": HEAD + "def make(router: APIRouter) -> FastAPI:\n    app = FastAPI()\n    app.include_router(router, prefix='/api')\n    return app\n",
          "app/main.py": "from app.setup import make\nfrom app.api import router\napp = make(router)\n",
          "app/api.py": HEAD + "from app.routers import users, items\nrouter = APIRouter()\nrouter.include_router(users.router)\nrouter.include_router(items.router)\n"},
         "app/api.py:5 aggregator router /api"),
        # an aggregator that a function makes
        ({"app/main.py": HEAD + "from app.api import get_router\napp = FastAPI()\napp.include_router(get_router(), prefix='/api')\n",
          "app/api.py": HEAD + "from app.routers import users, items\ndef get_router():\n    root = APIRouter(prefix='/v2')\n    root.include_router(users.router)\n    root.include_router(items.router)\n    return root\n"},
         "app/api.py:6 aggregator root in get_router /api/v2"),
        # lists
        ({"app/main.py": MODULE + "for router in [users.router, items.router]:\n    app.include_router(router)\n"},
         "app/main.py:4 list for router"),
        ({"app/main.py": HEAD + "from app.routers import users, items\nROUTERS = (\n    users.router,\n    items.router,\n)\napp = FastAPI()\nfor r in ROUTERS:\n    app.include_router(r, prefix='/api')\n"},
         "app/main.py:3 list ROUTERS /api"),
        ({"app/main.py": HEAD + "from app.all import EVERY as ours\ndef make():\n    app = FastAPI()\n    [app.include_router(r) for r in ours]\n    return app\n",
          "app/all.py": "from app.routers import users, items\nEVERY = [users.router, items.router]\n"},
         "app/all.py:2 list EVERY"),
        ({"app/main.py": MODULE + "routes = {'users': users.router, 'items': items.router}\nfor name, r in routes.items():\n    app.include_router(r, prefix=f'/{name}')\n"},
         "app/main.py:4 list routes"),
        # included twice under two prefixes: the first counts
        ({"app/main.py": MODULE + "L = [users.router, items.router]\nfor r in L:\n    app.include_router(r, prefix='/v1')\n    app.include_router(r, prefix='/latest')\n"},
         "app/main.py:4 list L /v1"),
        # conditional includes come after: the last that always runs
        ({"app/main.py": MODULE + "app.include_router(users.router)\nif DEBUG:\n    app.include_router(items.router)\n"},
         "app/main.py:4 include app"),
        # a catch-all stays last
        ({"app/main.py": MODULE + "from app.routers import spa\napp.include_router(users.router)\napp.include_router(spa.router)\n",
          "app/routers/spa.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/{path:path}')\ndef page(): ...\n"},
         "app/main.py:5 include app"),
        # resources win over health checks and over a feature's own aggregator
        ({"app/main.py": MODULE + "from app.feature import feature\nfrom app import health\napp.include_router(users.router)\napp.include_router(items.router)\napp.include_router(feature)\napp.include_router(health.router)\n",
          "app/health.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/health')\ndef health(): ...\n",
          "app/feature.py": HEAD + "from app.routers.users import router\nfeature = APIRouter()\nfeature.include_router(router)\n"},
         "app/main.py:9 include app"),
        # dead code does not count
        ({"app/main.py": MODULE + "app.include_router(users.router)\n",
          "app/old.py": HEAD + "from app.routers import users, items\ndead = APIRouter()\ndead.include_router(users.router)\ndead.include_router(items.router)\n"},
         "app/main.py:4 include app"),
        # through two helpers
        ({"app/main.py": HEAD + "from app.setup import init\ndef make():\n    app = FastAPI()\n    init(app)\n    return app\n",
          "app/setup.py": "from app.routers import users, items\ndef init(a):\n    routes(a)\ndef routes(server):\n    server.include_router(users.router)\n    server.include_router(items.router)\n"},
         "app/setup.py:6 factory server in routes"),
        # a list that grows by append, and one of modules
        ({"app/main.py": MODULE + "L = []\nL.append(users.router)\nL.append(items.router)\nfor r in L:\n    app.include_router(r)\n"},
         "app/main.py:4 list L"),
        ({"app/main.py": MODULE + "L = [users, items]\nfor m in L:\n    app.include_router(getattr(m, 'router'))\n"},
         "app/main.py:4 list L"),
        # of two versions with as much in them, the later
        ({"app/main.py": HEAD + "from app.v1 import r as v1\nfrom app.v2 import r as v2\napp = FastAPI()\napp.include_router(v1, prefix='/v1')\napp.include_router(v2, prefix='/v2')\n",
          "app/v1.py": HEAD + "from app.routers import users, items\nr = APIRouter()\nr.include_router(users.router)\nr.include_router(items.router)\n",
          "app/v2.py": HEAD + "from app.two import users, items\nr = APIRouter()\nr.include_router(users.router)\nr.include_router(items.router)\n",
          "app/two/users.py": crud("prefix='/users'"), "app/two/items.py": crud("prefix='/items'")},
         "app/v2.py:5 aggregator r /v2"),
        # modules that attach themselves
        ({"app/main.py": HEAD + "from app import one, two\napp = FastAPI()\napi = APIRouter(prefix='/api')\none.attach(api)\ntwo.attach(api)\napp.include_router(api)\n",
          "app/one.py": crud() + "def attach(api):\n    api.include_router(router)\n",
          "app/two.py": crud() + "def attach(api):\n    api.include_router(router)\n"},
         "app/main.py:7 include app"),
        ({"app/main.py": HEAD + "from app import one, two\napp = FastAPI()\none.attach(app)\ntwo.attach(app)\n@app.get('/')\ndef root(): ...\n",
          "app/one.py": crud() + "def attach(app):\n    app.include_router(router)\n",
          "app/two.py": crud() + "def attach(app):\n    app.include_router(router)\n"},
         "app/main.py:5 include app"),
        # lists in the loop itself
        ({"app/main.py": MODULE + "for r in (users.router, items.router):\n    app.include_router(r)\n"},
         "app/main.py:4 list for r"),
        # the app's inner router, a star import, a wrapped app, newer syntax
        ({"app/main.py": MODULE + "app.router.include_router(users.router)\napp.router.include_router(items.router)\n"},
         "app/main.py:5 include app.router"),
        ({"app/main.py": HEAD + "from app.routers import *\napp = FastAPI()\napp.include_router(users.router)\napp.include_router(items.router)\n"},
         "app/main.py:5 include app"),
        ({"app/main.py": MODULE + "app.include_router(users.router)\napp.include_router(items.router)\napp = Middleware(app)\n"},
         "app/main.py:5 include app"),
        ({"app/main.py": MODULE + "type X = int\napp.include_router(users.router)\napp.include_router(items.router)\n"},
         "app/main.py:6 include app"),
        # no router yet
        ({"app/main.py": HEAD + "app = FastAPI()\napp.add_middleware(M)\napp.state.x = 1\n@app.get('/')\ndef root(): ...\n"},
         "app/main.py:4 include app"),
        ({"app/main.py": HEAD + "def make():\n    app = FastAPI()\n    return app\n"}, "app/main.py:3 factory app in make"),
    ],
)  # fmt: skip
def test_finds_the_place(tmp_path, files, want):
    assert told(site_of(tmp_path, files)) == want


@pytest.mark.parametrize(
    ("prefix", "settings", "want"),
    [
        ("settings.API_V1_STR", "class Settings(BaseSettings):\n    API_V1_STR: str = '/api/v1'\nsettings = Settings()\n", "/api/v1"),
        ("settings.prefix", "class Settings(BaseSettings):\n    prefix: str = Field('/api', alias='P')\nsettings = Settings()\n", "/api"),
        ("settings.prefix", "class Settings(BaseSettings):\n    prefix: str = Field(default='/api')\ndef get_settings() -> Settings:\n    return Settings()\nsettings = get_settings()\n", "/api"),
        ("settings.api.prefix", "class Api(BaseModel):\n    prefix: str = '/deep'\nclass Settings(BaseSettings):\n    api: Api = Api()\nsettings = Settings()\n", "/deep"),
        ("settings.prefix", "class Common(BaseSettings):\n    prefix: str = '/base'\nclass Settings(Common): ...\nsettings = Settings()\n", "/base"),
        ("settings.prefix", "class Settings:\n    prefix = os.getenv('P', '/env')\nsettings = Settings()\n", "/env"),
        ("f'{settings.root}/v1'", "class Settings(BaseSettings):\n    root: str = '/api'\nsettings = Settings()\n", "/api/v1"),
        ("settings.full", "class Settings(BaseSettings):\n    root: str = '/api'\n    @property\n    def full(self):\n        return '/x'\nsettings = Settings()\n", "/x"),
        ("settings", "settings = '/' + 'api'\n", "/api"),
        ("settings.missing", "class Settings(BaseSettings): ...\nsettings = Settings()\n", ""),
    ],
)  # fmt: skip
def test_prefixes_that_are_settings(tmp_path, prefix, settings, want):
    site = site_of(tmp_path, {
        "app/main.py": HEAD + f"from app.api import api\nfrom app.config import settings\napp = FastAPI()\napp.include_router(api, prefix={prefix})\n",
        "app/api.py": HEAD + "from app.routers import users, items\napi = APIRouter()\napi.include_router(users.router)\napi.include_router(items.router)\n",
        "app/config.py": settings,
    })  # fmt: skip
    assert site.prefix == want
    assert ("not read" in site.why) is (want == "")


@pytest.mark.parametrize(
    ("code", "want"),
    [
        ("from app.routers import users, items\n+users.router +items.router", "module {many} absolute"),
        ("from .routers import users, items\n+users.router +items.router", "module {many} relative"),
        ("from app.routers.users import router as users_router\nfrom app.routers.items import router as items_router\n+users_router +items_router",
         "alias {many}_router absolute"),
        ("from app.routers.users import router as UserRouter\nfrom app.routers.items import router as ItemRouter\n+UserRouter +ItemRouter",
         "alias {One}Router absolute"),
        ("import app.routers.users\nimport app.routers.items\n+app.routers.users.router +app.routers.items.router",
         "dotted {many}_router absolute"),
        ("from app.named.users import users_api\nfrom app.named.items import items_api\n+users_api +items_api",
         "name {many}_api absolute"),
        ("from app.routers.users import router\n+router", "alias {many}_router absolute"),
        ("from app.features.users.router import router as r_users\nfrom app.features.items.router import router as r_items\n+r_users +r_items",
         "alias r_{many} absolute"),
    ],
)  # fmt: skip
def test_spelling_of_imports(tmp_path, code, want):
    head, _, routers = code.partition("\n+")
    includes = "".join(f"server.include_router({r})\n" for r in routers.split(" +"))
    site = site_of(tmp_path, {
        "app/main.py": HEAD + head + "\nserver = FastAPI()\n" + includes,
        "app/named/users.py": crud(variable="users_api"), "app/named/items.py": crud(variable="items_api"),
        "app/features/users/router.py": crud("prefix='/users'"), "app/features/items/router.py": crud("prefix='/items'"),
    })  # fmt: skip
    assert f"{site.form} {site.alias} {'relative' if site.relative else 'absolute'}" == want


def test_local_imports(tmp_path):
    site = site_of(tmp_path, {
        "app/main.py": HEAD + "def make():\n    app = FastAPI()\n    from .routers.users import router as users_router\n    app.include_router(users_router)\n    return app\n",
    })  # fmt: skip
    assert site.local_imports
    assert site.relative


INCLUDE = (
    HEAD + "from app.auth import current_user\nfrom app.bare import users, items\napp = FastAPI()\n"
)
BARE = {
    "app/bare/users.py": crud(),
    "app/bare/items.py": crud(),
    "app/auth.py": "def current_user(): ...",
}


def test_prefix_tags_and_dependencies_at_the_include(tmp_path):
    lines = "".join(
        f"app.include_router({name}.router, prefix='/api/{name}', tags=['{name}'],"
        " dependencies=[Depends(current_user)])\n"
        for name in ("users", "items")
    )
    site = site_of(tmp_path, {**BARE, "app/main.py": INCLUDE + lines})
    assert (site.prefix_at, site.tags_at, site.prefix, site.path) == (
        "include",
        "include",
        "/api",
        "/{slug}",
    )
    assert site.include_prefix is not None
    assert site.include_prefix.source == "'/api/{slug}'"
    [(name, value)] = site.arguments
    assert (name, value.source) == ("dependencies", "[Depends(current_user)]")
    assert set(value.imports) == {Import("fastapi", "Depends"), Import("app.auth", "current_user")}
    assert site.guards == "[Depends(current_user)]"


def test_a_guard_that_only_some_have_is_not_repeated(tmp_path):
    lines = "app.include_router(users.router, prefix='/users', dependencies=[Depends(current_user)])\napp.include_router(items.router, prefix='/items')\n"
    site = site_of(tmp_path, {**BARE, "app/main.py": INCLUDE + lines})
    assert site.arguments == ()
    assert site.guards is None


def test_a_guard_that_all_but_the_sign_in_have(tmp_path):
    lines = "from app.routers import auth\napp.include_router(auth.router)\n" + "".join(
        f"app.include_router({name}.router, dependencies=[Depends(current_user)])\n"
        for name in ("users", "items")
    )
    site = site_of(
        tmp_path,
        {**BARE, "app/routers/auth.py": crud("prefix='/auth'"), "app/main.py": INCLUDE + lines},
    )
    assert [name for name, _ in site.arguments] == ["dependencies"]


def test_prefix_patterns_with_settings(tmp_path):
    lines = "from app.config import API\n" + "".join(
        f"app.include_router({name}.router, prefix=f'{{API}}/{name}')\n"
        for name in ("users", "items")
    )
    site = site_of(
        tmp_path, {**BARE, "app/main.py": INCLUDE + lines, "app/config.py": "API = '/api'\n"}
    )
    assert site.prefix == "/api"
    assert site.include_prefix is not None
    assert site.include_prefix.source == "f'{{API}}/{slug}'"
    assert site.include_prefix.imports == (Import("app.config", "API"),)


def test_prefixes_in_routers_with_a_common_base(tmp_path):
    site = site_of(tmp_path, {
        "app/routers/users.py": crud("prefix='/api/v1/user'"), "app/routers/items.py": crud("prefix='/api/v1/item'"),
        "app/main.py": MODULE + "app.include_router(users.router)\napp.include_router(items.router)\n",
    })  # fmt: skip
    assert (site.prefix, site.router_prefix, site.path) == ("/api/v1", "/api/v1", "/{one}")


def test_paths_written_out_in_endpoints(tmp_path):
    code = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.post('/api/{0}/')\ndef a(): ...\n@router.get('/api/{0}/{{id}}')\ndef b(): ...\n"
    site = site_of(tmp_path, {
        "app/routers/users.py": code.format("users"), "app/routers/items.py": code.format("items"),
        "app/main.py": MODULE + "app.include_router(users.router)\napp.include_router(items.router)\n",
    })  # fmt: skip
    assert (site.prefix, site.router_prefix, site.prefix_at) == ("/api", "/api", "router")


@pytest.mark.parametrize(
    ("code", "element"),
    [
        ("L = [users.router, items.router]\nfor r in L:\n    app.include_router(r)\n", "{router}"),
        ("L = [(users.router, '/users', 'Users'), (items.router, '/items', 'Items')]\nfor r, p, t in L:\n    app.include_router(r, prefix=p, tags=[t])\n",
         "({router}, '{prefix}', '{Many}')"),
        ("L = [('/users', users.router, ['users']), ('/items', items.router, ['items'])]\nfor p, r, t in L:\n    app.include_router(r, prefix=p, tags=t)\n",
         "('{prefix}', {router}, ['{many}'])"),
        ("L = {'users': users.router, 'items': items.router}\nfor n, r in L.items():\n    app.include_router(r, prefix=f'/{n}')\n",
         "'{many}': {router}"),
        ("L = [{'router': users.router, 'prefix': '/users'}, {'router': items.router, 'prefix': '/items'}]\nfor x in L:\n    app.include_router(x['router'], prefix=x['prefix'])\n",
         "{{'router': {router}, 'prefix': '{prefix}'}}"),
        ("L = [users, items]\nfor m in L:\n    app.include_router(m.router)\n", "{module}"),
        ("L = (users, items)\nfor n, m in enumerate(L):\n    app.include_router(m.router)\n", "{module}"),
    ],
)  # fmt: skip
def test_elements_of_lists(tmp_path, code, element):
    site = site_of(tmp_path, {"app/main.py": MODULE + code})
    assert site.kind == "list"
    assert site.on == "L"
    assert site.element == element
    assert site.arguments == ()
    assert [symbol.module for symbol in site.siblings] == ["app.routers.users", "app.routers.items"]


@pytest.mark.parametrize(
    "code",
    [
        "import importlib, pkgutil\nimport app.routers\nfor m in pkgutil.iter_modules(app.routers.__path__):\n    module = importlib.import_module(f'app.routers.{m.name}')\n    server.include_router(module.router)\n",
        "import importlib, pkgutil\nfrom app import routers\ndef register(server):\n    for _, name, _ in pkgutil.iter_modules(routers.__path__):\n        module = importlib.import_module('app.routers.' + name)\n        if hasattr(module, 'router'):\n            server.include_router(getattr(module, 'router'))\nregister(server)\n",
    ],
)  # fmt: skip
def test_routers_that_are_found_at_run_time(tmp_path, code):
    site = site_of(tmp_path, {"app/main.py": HEAD + "server = FastAPI()\n" + code})
    assert site.automatic
    assert {symbol.module for symbol in site.siblings} == {"app.routers.users", "app.routers.items"}


def test_siblings_and_runners_up(tmp_path):
    site = site_of(tmp_path, {
        "app/main.py": MODULE + "from app.admin import admin\napp.include_router(users.router)\napp.include_router(items.router)\napp.include_router(admin, prefix='/admin')\n",
        "app/admin.py": HEAD + "from app.staff import router as staff\nadmin = APIRouter()\nadmin.include_router(staff)\n",
        "app/staff.py": crud("prefix='/staff'"),
    })  # fmt: skip
    assert [(s.module, s.name) for s in site.siblings] == [
        ("app.routers.users", "router"),
        ("app.routers.items", "router"),
    ]
    assert [place.file for place in site.others] == ["app/admin.py"]
