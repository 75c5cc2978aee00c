"""What asks for the guard already, in whatever way, is left alone; so is what asks for another."""

from __future__ import annotations

import pytest

from fastarch.discover.symbols import Expression, Import
from fastarch.errors import NotUnderstoodError, UsageError
from fastarch.plan.steps import EditFile
from tests.protection.common import (
    DEPS,
    MAIN,
    PRODUCTS,
    closes,
    plan,
    protect,
    shop,
    statuses,
    tree,
)

ALL = ("GET /api/products/", "POST /api/products/", "GET /api/products/1")
FURTHER = """

    def require_admin(user: CurrentUser) -> str:
        return user


    def require_staff():
        return require_role("staff")


    class Role:
        def __init__(self, name: str) -> None:
            self.name = name

        def __call__(self, user: CurrentUser) -> str:
            return user


    def require_role(name: str):
        def check(user: CurrentUser) -> str:
            return user

        return check


    def get_optional_user(token: str = "") -> str | None:
        return None


    class Context:
        def __init__(self, user: CurrentUser) -> None:
            self.user = user


    admin = Role("admin")
    ADMINS = [Depends(admin)]
    AdminDep = Depends(require_admin)


    class Accounts:
        def signed_in(self, user: CurrentUser) -> str:
            return user


    accounts = Accounts()
    """
ALL_DEPS = DEPS.replace("CurrentUser = Annotated", "CurrentUser = Annotated", 1) + FURTHER
IMPORTS = """
    from typing import Annotated

    from fastapi import APIRouter, Depends, Security

    from app import deps
    from app.deps import ADMINS, AdminDep, Context, CurrentUser, Role, accounts, admin
    from app.deps import get_current_user, require_admin, require_role
    """
ROUTERS = {
    "an_alias": ("", '"/"', "user: CurrentUser"),
    "annotated": ("", '"/"', "user: Annotated[str, Depends(get_current_user)]"),
    "a_string": ("", '"/"', 'user: "CurrentUser"'),
    "a_default": ("", '"/"', "user: str = Depends(get_current_user)"),
    "security": ("", '"/"', "user: str = Security(get_current_user, scopes=[])"),
    "the_module": ("", '"/"', "user: str = Depends(deps.get_current_user)"),
    "something_stronger": ("", '"/"', "user: str = Depends(require_admin)"),
    "a_default_with_a_name": ("", '"/"', "user: str = AdminDep"),
    "an_object": ("", '"/"', "user: str = Depends(admin)"),
    "a_new_object": ("", '"/"', 'user: str = Depends(Role("admin"))'),
    "what_a_function_gives": ("", '"/"', 'user: str = Depends(require_role("admin"))'),
    "what_a_function_of_a_function_gives": ("", '"/"', "user: str = Depends(deps.require_staff())"),
    "a_method": ("", '"/"', "user: str = Depends(accounts.signed_in)"),
    "a_class": ("", '"/"', "context: Context = Depends()"),
    "an_annotated_class": ("", '"/"', "context: Annotated[Context, Depends()]"),
    "its_decorator": ("", '"/", dependencies=[Depends(get_current_user)]', ""),
    "a_list_with_a_name": ("", '"/", dependencies=ADMINS', ""),
    "a_sum_of_lists": ("", '"/", dependencies=[*ADMINS, Depends(deps.oauth2_scheme)]', ""),
    "its_router": ("dependencies=[Depends(require_admin)]", '"/"', ""),
}


def listing(router: str, decorator: str, parameters: str) -> str:
    return (
        f"{IMPORTS}\n"
        f'    router = APIRouter(prefix="/products"{", " if router else ""}{router})\n\n\n'
        f"    @router.get({decorator})\n"
        f"    def list_products({parameters}) -> list[str]:\n"
        "        return []\n"
    )


@pytest.mark.parametrize("way", ROUTERS)
def test_nothing_is_done_where_it_is_asked_for(tmp_path, way):
    root = shop(
        tmp_path, {"app/deps.py": ALL_DEPS, "app/routers/products.py": listing(*ROUTERS[way])}
    )
    assert statuses(root, "GET /api/products/") == [401]
    before = tree(root)
    for targets in (("products",), ("GET /api/products/",), ("all",)):
        protected, _ = protect(root, *targets)
        assert protected.already == ("GET /api/products/",)
        assert protected.protected == ()
    assert tree(root) == before


INCLUDES = {
    "at_the_include": 'app.include_router(products.router, prefix="/api", dependencies=GUARDS)',
    "above": (
        "api = APIRouter(dependencies=GUARDS)\n"
        "    api.include_router(products.router)\n"
        '    app.include_router(api, prefix="/api")'
    ),
    "at_the_include_above": (
        "api = APIRouter()\n"
        "    api.include_router(products.router)\n"
        '    app.include_router(api, prefix="/api", dependencies=[Depends(get_current_user)])'
    ),
    "for_a_list": (
        "for one in [products.router]:\n"
        '        app.include_router(one, prefix="/api", dependencies=GUARDS)'
    ),
}


@pytest.mark.parametrize("way", INCLUDES)
def test_nothing_is_done_where_the_include_asks(tmp_path, way):
    main = f"""
    from fastapi import APIRouter, Depends, FastAPI

    from app.deps import get_current_user
    from app.routers import products

    GUARDS = [Depends(get_current_user)]
    app = FastAPI()
    {INCLUDES[way]}
    """
    root = shop(tmp_path, {"app/main.py": main})
    assert statuses(root, "GET /api/products/") == [401]
    assert plan(root, "products").protected == ()
    assert len(plan(root, "all").already) == 3


def test_nothing_is_done_where_the_app_asks(tmp_path):
    main = MAIN.replace("import FastAPI", "import Depends, FastAPI").replace(
        "from app.routers", "from app.deps import get_current_user\n    from app.routers"
    )
    main = main.replace("FastAPI()", "FastAPI(dependencies=[Depends(get_current_user)])")
    root = shop(tmp_path, {"app/main.py": main})
    assert statuses(root, "GET /api/products/") == [401]
    protected = plan(root, "all")
    assert protected.protected == ()
    assert protected.left_open == ()


def test_what_does_not_turn_anybody_away_is_not_enough(tmp_path):
    products = listing("", '"/"', "user: str | None = Depends(deps.get_optional_user)")
    root = shop(tmp_path, {"app/deps.py": ALL_DEPS, "app/routers/products.py": products})
    closes(root, lambda: protect(root, "products")[0], "GET /api/products/")


LENIENT = """

    def get_session_user(token: Annotated[str | None, Depends(oauth2_scheme)]) -> str | None:
        if token is None:
            return None
        if token != "good":
            raise HTTPException(401, "no", {"WWW-Authenticate": "Bearer"})
        return "ann"


    def get_current_user(user: Annotated[str | None, Depends(get_session_user)]) -> str:
        if user is None:
            raise HTTPException(401, "no", {"WWW-Authenticate": "Bearer"})
        return user


    def unless_read(request: Request, user=Depends(get_session_user)):
        if request.method != "GET" and user is None:
            raise HTTPException(401)


    def forgiving(user=Depends(get_session_user)):
        try:
            if user is None:
                raise HTTPException(401)
        except HTTPException:
            pass


    def guest_or_user(user=Depends(get_session_user)):
        if user is None:
            return
        if user != "ann":
            raise HTTPException(401)
        return user


    def current_user(optional: bool = False):
        def get_user(user: Annotated[str, Depends(get_current_user)]) -> str:
            return user

        return get_session_user if optional else get_user


    def needed(user: Annotated[str, Depends(get_current_user)]) -> str:
        return user


    def either(is_needed: bool):
        return needed if is_needed else get_session_user


    class Needs:
        def __init__(self, required: bool = True) -> None:
            self.required = required

        def __call__(self, user=Depends(get_session_user)):
            if user is None and self.required:
                raise HTTPException(401)
            return user


    ASKED = False
    """
LETS_IN = {
    "gives_none": "user=Depends(get_session_user)",
    "looks_at_the_method": "user=Depends(unless_read)",
    "takes_it_back": "user=Depends(forgiving)",
    "gives_nothing": "user=Depends(guest_or_user)",
    "a_function_told_so": "user=Depends(current_user(optional=True))",
    "one_of_two_functions": "user=Depends(either(False))",
    "an_object_told_so": "user=Depends(Needs(required=False))",
    "a_condition": "user=Depends(needed) if ASKED else None",
}


@pytest.mark.parametrize("way", LETS_IN)
def test_what_lets_some_in_is_not_enough(tmp_path, way):
    deps = DEPS.partition("    def get_current_user")
    deps = deps[0].replace('"auth/token")', '"auth/token", auto_error=False)') + LENIENT
    deps = deps.replace("import Depends", "import Depends, Request")
    products = f"""
    from fastapi import APIRouter, Depends

    from app.deps import *

    router = APIRouter(prefix="/products")


    @router.get("/")
    def list_products({LETS_IN[way]}) -> list[str]:
        return []
    """
    root = shop(tmp_path, {"app/deps.py": deps, "app/routers/products.py": products})
    guard = Expression("get_current_user", (Import("app.deps", "get_current_user"),))
    for target in ("products", "all"):
        closes(root, lambda one=target: protect(root, one, guard=guard)[0], "GET /api/products/")


def test_the_others_say_it_themselves_so_does_the_new_one(tmp_path):
    products = PRODUCTS.replace(
        "from fastapi import APIRouter",
        "from fastapi import APIRouter\n\n    from app.deps import CurrentUser",
    )
    products = products.replace("list_products()", "list_products(user: CurrentUser)")
    products = products.replace("(product_id: int)", "(product_id: int, user: CurrentUser)")
    root = shop(tmp_path, {"app/routers/products.py": products})
    protected = closes(root, lambda: protect(root, "products")[0], "POST /api/products/")
    assert len(protected.already) == 2
    protect(root, "products")
    assert (
        '@router.post("/", status_code=201, dependencies=['
        in (root / "app/routers/products.py").read_text()
    )


# --- weaker and other guards

ACTIVE = """

    def get_current_active_user(user: CurrentUser) -> str:
        return user


    CurrentActiveUser = Annotated[str, Depends(get_current_active_user)]
    """


def test_an_alias_is_followed_to_its_function(tmp_path):
    root = shop(tmp_path, {"app/deps.py": DEPS + ACTIVE})
    from fastarch.discover.symbols import Place, Symbol

    guard = Symbol(Place("app/deps.py", 1), "app.deps", "CurrentActiveUser")
    closes(root, lambda: protect(root, "products", guard=guard)[0], "GET /api/products/")
    protect(root, "products", guard=guard)
    text = (root / "app/routers/products.py").read_text()
    assert "Depends(get_current_active_user)" in text


def test_what_the_guard_itself_stands_on_counts(tmp_path):
    from fastarch.discover.symbols import Place, Symbol

    products = listing("", '"/"', "user: CurrentUser")
    root = shop(tmp_path, {"app/deps.py": ALL_DEPS + ACTIVE, "app/routers/products.py": products})
    guard = Symbol(Place("app/deps.py", 1), "app.deps", "get_current_active_user")
    protected = plan(root, "products", guard=guard)
    assert protected.already == ("GET /api/products/",)
    assert protected.protected == ()


def test_what_makes_the_error_is_followed(tmp_path):
    from fastarch.discover.symbols import Place, Symbol

    deps = DEPS.replace(
        """raise HTTPException(401, "no", {"WWW-Authenticate": "Bearer"})""", "raise nobody()"
    ).replace(
        "    def get_current_user",
        """    def nobody() -> HTTPException:
        return HTTPException(401)


    def get_current_user""",
    )
    products = PRODUCTS.replace(
        "from fastapi import APIRouter",
        "from fastapi import APIRouter\n\n    from app.deps import CurrentUser",
    ).replace("list_products()", "list_products(user: CurrentUser)")
    root = shop(tmp_path, {"app/deps.py": deps + ACTIVE, "app/routers/products.py": products})
    guard = Symbol(Place("app/deps.py", 1), "app.deps", "get_current_active_user")
    assert plan(root, "products", guard=guard).already == ("GET /api/products/",)


KEY = """
    from fastapi import APIRouter, Depends, Header, HTTPException

    from app.deps import get_current_user

    router = APIRouter(prefix="/products")


    def verify_key(x_api_key: str = Header("")) -> None:
        if x_api_key != "good":
            raise HTTPException(status_code=401)


    @router.get("/", dependencies=[Depends(verify_key)])
    def list_products() -> list[str]:
        return []


    @router.get("/{number}")
    def read_product(number: int) -> int:
        return number
    """


def test_all_leaves_what_asks_for_another_thing(tmp_path):
    root = shop(tmp_path, {"app/routers/products.py": KEY})
    protected, report = protect(root, "all")
    assert protected.protected == ("GET /api/products/{number}",)
    assert any(
        one.startswith(
            "Left as they are, since they ask for verify_key (app/routers/products.py): "
            "GET /api/products/."
        )
        and '--protect "GET /api/products/"' in one
        for one in report.notices
    )
    assert statuses(root, "GET /api/products/", headers={"X-Api-Key": "good"}) == [200]


@pytest.mark.parametrize("target", ["products", "GET /api/products/"])
def test_what_is_named_asks_for_both(tmp_path, target):
    root = shop(tmp_path, {"app/routers/products.py": KEY})
    protected, _ = protect(root, target)
    assert "GET /api/products/" in protected.protected
    assert plan(root, target).protected == ()
    good = {"X-Api-Key": "good"}
    assert statuses(root, "GET /api/products/", headers=good) == [401]
    both = {**good, "Authorization": "Bearer good"}
    assert statuses(root, "GET /api/products/", headers=both) == [200]


# --- refusals


def test_a_target_that_is_not_there(tmp_path):
    root = shop(tmp_path)
    with pytest.raises(UsageError) as caught:
        plan(root, "product_s")
    assert "products" in caught.value.problems[0].hint
    with pytest.raises(UsageError) as caught:
        plan(root, "POST /api/product")
    assert "POST /api/products/" in caught.value.problems[0].hint
    with pytest.raises(UsageError) as caught:
        plan(root, "all", public=("GET /helth",))
    assert "GET /health" in caught.value.problems[0].hint


def test_what_fastapi_serves_itself_is_public_anyway(tmp_path):
    root = shop(tmp_path)
    assert len(plan(root, "products", public=("GET /docs",)).protected) == 3


def test_protected_and_public_at_once(tmp_path):
    root = shop(tmp_path)
    with pytest.raises(UsageError, match="at once"):
        plan(root, "POST /api/products/", public=("POST /api/products/",))


def test_one_method_of_an_endpoint_cannot_stay_open(tmp_path):
    products = (
        PRODUCTS
        + """

    @router.api_route("/stock", methods=["GET", "PUT"])
    def stock() -> int:
        return 1
    """
    )
    root = shop(tmp_path, {"app/routers/products.py": products})
    with pytest.raises(NotUnderstoodError, match="are one endpoint"):
        plan(root, "products", public=("GET /api/products/stock",))


def test_one_path_of_an_endpoint_cannot_stay_open(tmp_path):
    twice = 'prefix="/api")\n    app.include_router(products.router, prefix="/old")'
    root = shop(tmp_path, {"app/main.py": MAIN.replace('prefix="/api")', twice)})
    for public in ("GET /old/products/", "GET /old/products"):
        with pytest.raises(NotUnderstoodError, match="are one endpoint") as caught:
            plan(root, "all", public=(public,))
    assert '--public "GET /api/products/"' in caught.value.problems[0].hint
    both = ("GET /old/products/", "GET /api/products/")
    assert set(both) <= set(plan(root, "all", public=both).left_open)


def test_a_guard_that_imports_the_router_is_refused(tmp_path):
    main = (
        DEPS.replace("import Depends", "import Depends, FastAPI")
        + """
    from app.routers import products

    app = FastAPI()
    app.include_router(products.router, prefix="/api")
    """
    )
    root = shop(tmp_path, {"app/main.py": main})
    (root / "app/deps.py").unlink()
    before = tree(root)
    with pytest.raises(NotUnderstoodError) as caught:
        protect(root, "GET /api/products/")
    (problem,) = caught.value.problems
    assert problem.file == "app/routers/products.py"
    assert "app.main imports app.routers.products" in problem.message
    assert "@router.get('/', dependencies=[Depends(get_current_user)])" in problem.hint
    assert tree(root) == before


def test_a_guard_that_imports_the_router_is_asked_where_it_is_included(tmp_path):
    main = (
        DEPS.replace("import Depends", "import Depends, FastAPI")
        + """
    from app.routers import products

    app = FastAPI()
    app.include_router(products.router, prefix="/api")


    @app.get("/me")
    def me(user: CurrentUser) -> str:
        return user
    """
    )
    root = shop(tmp_path, {"app/main.py": main})
    (root / "app/deps.py").unlink()
    closes(root, lambda: protect(root, "products")[0], "GET /api/products/", "GET /api/products/1")
    protect(root, "products")
    assert (
        "app.include_router(\n"
        '    products.router, prefix="/api", dependencies=[Depends(get_current_user)]\n'
        ")\n"
    ) in (root / "app/main.py").read_text()


def test_a_package_that_imports_its_routers_is_no_circle(tmp_path):
    root = shop(
        tmp_path,
        {
            "app/deps.py": "",
            "app/routers/deps.py": DEPS,
            "app/routers/__init__.py": "from app.routers import products\n\n__all__ = ['products']\n",
        },
    )
    closes(root, lambda: protect(root, "products")[0], "GET /api/products/")


def test_a_guard_that_comes_after_the_route_is_refused(tmp_path):
    head, _, tail = DEPS.partition("    oauth2_scheme")
    main = (
        head.replace("import Depends", "import Depends, FastAPI")
        + '    app = FastAPI()\n\n\n    @app.get("/products")\n    def listing() -> None: ...\n\n\n    oauth2_scheme'
        + tail
    )
    root = shop(tmp_path, {"app/main.py": main})
    (root / "app/deps.py").unlink()
    with pytest.raises(NotUnderstoodError, match="is defined after GET /products"):
        plan(root, "products")


def test_an_alias_of_something_without_a_name(tmp_path):
    made = "    def make(kind: str):\n        return get_current_user\n\n\n    CurrentUser"
    deps = DEPS.replace("    CurrentUser", made)
    root = shop(tmp_path, {"app/deps.py": deps.replace("(get_current_user)]", '(make("user"))]')})
    from fastarch.discover.symbols import Place, Symbol

    guard = Symbol(Place("app/deps.py", 1), "app.deps", "CurrentUser")
    closes(root, lambda: protect(root, "products", guard=guard)[0], *ALL)
    protect(root, "products", guard=guard)
    assert (
        """dependencies=[Depends(make("user"))]""" in (root / "app/routers/products.py").read_text()
    )
    (root / "app/deps.py").write_text(
        (root / "app/deps.py").read_text().replace('make("user")', "make(KIND)")
    )
    with pytest.raises(NotUnderstoodError, match="no name"):
        plan(root, "products", guard=guard)


def test_arguments_that_are_not_written_are_refused_with_the_lines(tmp_path):
    products = PRODUCTS.replace(
        '@router.get("/")', 'OPTIONS = {}\n\n\n    @router.get("/", **OPTIONS)'
    )
    root = shop(tmp_path, {"app/routers/products.py": products})
    with pytest.raises(NotUnderstoodError) as caught:
        protect(root, "GET /api/products/")
    assert (
        "@router.get('/', dependencies=[Depends(get_current_user)])"
        in caught.value.problems[0].hint
    )


# --- what is told


def test_what_is_no_operation_is_told(tmp_path):
    main = (
        MAIN.replace("import FastAPI", "import FastAPI, Request, WebSocket")
        + """

    sub = FastAPI()
    app.mount("/files", sub)


    async def plain(request: Request) -> None: ...


    app.add_route("/plain", plain)


    @app.websocket("/feed")
    async def feed(socket: WebSocket) -> None: ...


    for path in ("/a", "/b"):
        app.add_api_route(path, lambda: 1)
    """
    )
    main = main.replace(
        "app = FastAPI()",
        "from fastapi import APIRouter\n\n    app = FastAPI()\n    app.include_router(sorted([APIRouter()], key=id)[0])",
    )
    root = shop(tmp_path, {"app/main.py": main})
    _, report = protect(root, "all")
    told = "\n".join(report.notices)
    assert "Anybody may still call GET /health." in told
    assert "What is mounted at /files (app/main.py:" in told
    assert "/plain (app/main.py:" in told
    assert "The WebSocket /feed (app/main.py:" in told
    assert "The route path (app/main.py:" in told
    assert "sorted([APIRouter()], key=id)[0] (app/main.py:" in told


def test_what_cannot_be_followed_is_told(tmp_path):
    main = """
    from classy import Routable, get
    from crud import CRUDRouter
    from fastapi import APIRouter, FastAPI

    app = FastAPI()
    routers = {"orders": APIRouter()}


    @routers["orders"].get("/orders")
    def orders() -> None: ...


    class ReportRoutes(Routable):
        @get("/reports")
        def reports(self) -> None: ...


    items_router = CRUDRouter(schema=int)
    app.include_router(items_router)
    app.include_router(routers["orders"])
    app.include_router(ReportRoutes().router)
    """
    root = shop(tmp_path, {"app/main.py": main})
    told = "\n".join(protect(root, "all")[1].notices)
    for said in (
        "The route routers['orders'].get('/orders') (app/main.py:9)",
        "The route get('/reports') (app/main.py:14)",
        "items_router (app/main.py:19)",
        "routers['orders'] (app/main.py:20)",
        "ReportRoutes().router (app/main.py:21)",
    ):
        assert f"{said} is not protected" in told
    for target in ("items", "reports", "order"):
        with pytest.raises(NotUnderstoodError, match="cannot be read") as caught:
            plan(root, target)
        assert "class-based views" in caught.value.problems[0].hint
    with pytest.raises(UsageError):
        plan(root, "invoices")


DETOURS = {
    "app.get": 'get = app.get\n\n\n    @get("/a")\n    def a() -> None: ...',
    "getattr(app, 'put')": "getattr(app, 'put')('/a')(health)",
    "app.post": 'app.post("/a")(lambda: 1)',
    "app.router.routes.append(APIRoute('/a', health))": (
        "from fastapi.routing import APIRoute\n\n"
        "    app.router.routes.append(APIRoute('/a', health))"
    ),
}


@pytest.mark.parametrize("said", DETOURS)
def test_detours_are_told(tmp_path, said):
    root = shop(tmp_path, {"app/main.py": f"{MAIN}\n\n    {DETOURS[said]}\n"})
    told = "\n".join(protect(root, "all")[1].notices)
    assert f"The route {said} (app/main.py:" in told


def test_a_router_that_is_made_in_branches_leaves_it_to_its_routes(tmp_path):
    products = PRODUCTS.replace(
        'router = APIRouter(prefix="/products", tags=["products"])',
        """if APIRouter:
        router = APIRouter(prefix="/products")
    else:
        router = APIRouter(prefix="/others")""",
    )
    root = shop(tmp_path, {"app/routers/products.py": products})
    closes(root, lambda: protect(root, "products")[0], *ALL)
    assert "@router.get(" in (root / "app/routers/products.py").read_text()


def test_routes_of_a_loop_are_closed_by_their_router(tmp_path):
    products = (
        PRODUCTS
        + """

    for path in ("/a/b", "/b/b"):
        router.add_api_route(path, lambda: "c")
    """
    )
    root = shop(tmp_path, {"app/routers/products.py": products})
    closes(root, lambda: protect(root, "products")[0], *ALL, "GET /api/products/a/b")
    _, report = protect(root, "products")
    assert not any("could not be followed" in one for one in report.notices)


def test_what_the_app_is_not_seen_to_serve_is_told(tmp_path):
    root = shop(tmp_path, {"app/routers/legacy.py": PRODUCTS})
    _, report = protect(root, "all")
    assert any("3 endpoints are not seen" in one and "legacy.py" in one for one in report.notices)
    assert "get_current_user" not in (root / "app/routers/legacy.py").read_text()


def test_who_is_locked_out_is_told(tmp_path):
    users = """
    from fastapi import APIRouter
    from pydantic import BaseModel

    router = APIRouter()


    class Account(BaseModel):
        email: str
        password: str


    class NewAccount(Account):
        pass


    @router.post("/users")
    def create_user(account: NewAccount) -> None: ...


    @router.post("/stripe/webhook")
    def paid() -> None: ...
    """
    main = MAIN.replace("import products", "import products, users").replace(
        'prefix="/api")', 'prefix="/api")\n    app.include_router(users.router)'
    )
    root = shop(tmp_path, {"app/main.py": main, "app/routers/users.py": users})
    told = "\n".join(protect(root, "all")[1].notices)
    assert '--public "POST /users" leaves it open' in told
    assert '--public "POST /stripe/webhook" leaves it open' in told
    registers = users.replace('"/users"', '"/users/register"')
    root = shop(tmp_path, {"app/main.py": main, "app/routers/users.py": registers})
    assert "makes accounts" not in "\n".join(protect(root, "all")[1].notices)


def test_a_guard_that_is_a_method_of_a_class(tmp_path):
    from fastarch.discover.symbols import Place, Symbol

    deps = DEPS.replace(
        "    CurrentUser",
        """    class Auth:
        @staticmethod
        def get_current_user(token: Annotated[str, Depends(oauth2_scheme)]) -> str:
            return get_current_user(token)


    CurrentUser""",
    ).replace("Depends(get_current_user)]", "Depends(Auth.get_current_user)]")
    root = shop(tmp_path, {"app/deps.py": deps})
    for name in ("Auth.get_current_user", "CurrentUser"):
        guard = Symbol(Place("app/deps.py", 1), "app.deps", name)
        closes(root, lambda guard=guard: protect(root, "products", guard=guard)[0], *ALL)


def test_a_guard_that_is_a_method_of_an_object(tmp_path):
    from fastarch.discover.symbols import Place, Symbol

    deps = DEPS.replace(
        "    CurrentUser",
        """    class Auth:
        def get_current_user(self, token: Annotated[str, Depends(oauth2_scheme)]) -> str:
            return get_current_user(token)


    auth = Auth()
    CurrentUser""",
    ).replace("Depends(get_current_user)]", "Depends(auth.get_current_user)]")
    products = PRODUCTS.replace(
        "from fastapi import APIRouter",
        "from fastapi import APIRouter, Depends\n\n    from app.deps import auth",
    ).replace("list_products()", "list_products(user: str = Depends(auth.get_current_user))")
    root = shop(tmp_path, {"app/deps.py": deps, "app/routers/products.py": products})
    guard = Symbol(Place("app/deps.py", 1), "app.deps", "CurrentUser")
    protected = closes(root, lambda: protect(root, "products", guard=guard)[0], *ALL[1:])
    assert protected.already == ("GET /api/products/",)


def test_a_guard_that_is_made_where_it_is_asked_for(tmp_path):
    deps = """
    from fastapi import HTTPException, Request
    from fastapi.security import HTTPBearer


    class Bearer(HTTPBearer):
        async def __call__(self, request: Request) -> str:
            given = await super().__call__(request)
            if given is None or given.credentials != "good":
                raise HTTPException(401)
            return given.credentials
    """
    products = PRODUCTS.replace(
        "from fastapi import APIRouter",
        "from fastapi import APIRouter, Depends\n\n    from app.deps import Bearer",
    ).replace("list_products()", "list_products(user: str = Depends(Bearer()))")
    test = """
    from fastapi.testclient import TestClient

    from app.main import app


    def test_creating():
        TestClient(app).post("/api/products/")
    """
    root = shop(
        tmp_path,
        {"app/deps.py": deps, "app/routers/products.py": products, "tests/test_products.py": test},
    )
    guard = Expression("Bearer()", (Import("app.deps", "Bearer"),))
    protected = closes(root, lambda: protect(root, "products", guard=guard)[0], *ALL[1:])
    assert protected.already == ("GET /api/products/",)
    _, report = protect(root, "products", guard=guard)
    assert "dependencies=[Depends(Bearer())]" in (root / "app/routers/products.py").read_text()
    assert (
        "Tests that call what is protected now: tests/test_products.py."
        " Those that do not sign in fail."
    ) in report.notices


def test_the_guard_that_a_profile_has(tmp_path):
    from fastarch.discover import discover

    products = PRODUCTS.replace(
        "from fastapi import APIRouter",
        "from fastapi import APIRouter\n\n    from app.deps import CurrentUser",
    ).replace("list_products()", "list_products(user: CurrentUser)")
    root = shop(tmp_path, {"app/routers/products.py": products})
    guard = discover(root).guard
    assert guard is not None
    assert plan(root, "products", guard=guard).already == ("GET /api/products/",)


# --- what fastarch has made


def test_a_scaffolded_resource_is_rendered_anew(tmp_path):
    root = shop(tmp_path)
    ours = {"app/routers/products.py": ("products",)}
    protected = plan(root, "products", ours=ours)
    assert protected.scaffolded == ("products",)
    assert protected.steps == ()
    assert len(protected.protected) == 3
    assert plan(root, "all", ours=ours).scaffolded == ("products",)


def test_one_operation_of_a_scaffolded_resource_is_edited(tmp_path):
    root = shop(tmp_path)
    ours = {"app/routers/products.py": ("products",)}
    protected = plan(root, "POST /api/products/", ours=ours)
    assert protected.scaffolded == ()
    assert len(protected.steps) == 1
    some = plan(root, "products", public=("GET /api/products/",), ours=ours)
    assert some.scaffolded == ()
    assert len(some.protected) == 2


def test_scaffolded_and_hand_written_in_one_file(tmp_path):
    main = """
    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/products")
    def products() -> None: ...


    @app.get("/orders")
    def orders() -> None: ...


    @app.get("/reports")
    def reports() -> None: ...
    """
    root = shop(tmp_path, {"app/main.py": main})
    protected = plan(root, "all", ours={"app/main.py": ("products", "orders")})
    assert protected.scaffolded == ("orders", "products")
    edits = [step.edit for step in protected.steps if isinstance(step, EditFile)]
    assert [edit.function for edit in edits] == ["reports"]


def test_routes_that_are_exempt_stay_open(tmp_path):
    root = shop(tmp_path)
    protected = plan(root, "all", exempt=("GET /api/products/",))
    assert set(protected.left_open) == {"GET /health", "GET /api/products/"}


def test_a_guard_that_is_not_there_yet(tmp_path):
    from fastarch.discover.symbols import Place, Symbol

    root = shop(tmp_path)
    guard = Symbol(Place("app/auth/users.py", 1), "app.auth.users", "get_current_user")
    protected = plan(root, "products", guard=guard)
    (step,) = protected.steps
    assert step.edit.imports[1].module == "app.auth.users"
    with pytest.raises(NotUnderstoodError, match="cannot import"):
        plan(root, "products", guard=guard, loads=("app.main",))
