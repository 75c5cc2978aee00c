"""Routes of hand-written apps ask for who is signed in: proven over HTTP, once, and taken back."""

from __future__ import annotations

from tests.protection.common import (
    MAIN,
    closes,
    plan,
    protect,
    shop,
)

ALL = ("GET /api/products/", "POST /api/products/", "GET /api/products/1")


def read(root, path):
    return (root / path).read_text()


def test_all_of_a_router_is_closed_by_the_router(tmp_path):
    root = shop(tmp_path)
    protected = closes(root, lambda: protect(root, "products")[0], *ALL, open_=("GET /health",))
    assert protected.protected == (
        "GET /api/products/",
        "POST /api/products/",
        "GET /api/products/{product_id}",
    )
    protect(root, "products")
    assert read(root, "app/routers/products.py").startswith(
        "from fastapi import APIRouter, Depends\n"
        "\n"
        "from app.deps import get_current_user\n"
        "\n"
        "router = APIRouter(\n"
        '    prefix="/products", tags=["products"], dependencies=[Depends(get_current_user)]\n'
        ")\n"
    )


def test_one_operation_is_closed_by_its_decorator(tmp_path):
    root = shop(tmp_path)
    closes(
        root,
        lambda: protect(root, "POST /api/products")[0],
        "POST /api/products/",
        open_=("GET /api/products/", "GET /api/products/1"),
    )
    protect(root, "POST /api/products/")
    assert (
        '@router.post("/", status_code=201, dependencies=[Depends(get_current_user)])\n'
        "def create_product"
    ) in read(root, "app/routers/products.py")


def test_a_function_is_named_by_its_file(tmp_path):
    root = shop(tmp_path)
    protected = plan(root, "app/routers/products.py:create_product")
    assert protected.protected == ("POST /api/products/",)


def test_what_is_public_stays_open(tmp_path):
    root = shop(tmp_path)
    protected = closes(
        root,
        lambda: protect(root, "products", public=("GET /api/products/",))[0],
        "POST /api/products/",
        "GET /api/products/1",
        open_=("GET /api/products/", "GET /health"),
    )
    assert len(protected.protected) == 2


def test_operations_of_the_app_itself(tmp_path):
    main = (
        MAIN
        + """

    @app.get("/reports/{number}")
    def report(number: int) -> int:
        return number
    """
    )
    root = shop(tmp_path, {"app/main.py": main})
    closes(root, lambda: protect(root, "reports")[0], "GET /reports/1", open_=(*ALL, "GET /health"))


def test_all_leaves_open_what_signing_in_and_watching_need(tmp_path):
    auth = """
    from typing import Annotated

    from fastapi import APIRouter, Depends
    from fastapi.security import OAuth2PasswordRequestForm

    from app.deps import CurrentUser

    router = APIRouter(prefix="/auth")


    @router.post("/token")
    def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> str:
        return "good"


    @router.post("/register")
    def register() -> str:
        return "ann"


    @router.post("/refresh")
    def refresh() -> str:
        return "good"


    @router.post("/reset-password/{code}")
    def reset(code: str) -> str:
        return code


    @router.get("/me")
    def me(user: CurrentUser) -> str:
        return user


    @router.get("/sessions")
    def sessions() -> list[str]:
        return []
    """
    main = MAIN.replace("import products", "import auth, products").replace(
        'prefix="/api")', 'prefix="/api")\n    app.include_router(auth.router, prefix="/api")'
    )
    main += """

    @app.get("/")
    def root() -> str:
        return "hello"


    @app.get("/events")
    def events() -> list[str]:
        return []
    """
    root = shop(tmp_path, {"app/main.py": main, "app/routers/auth.py": auth})
    protected = closes(
        root,
        lambda: protect(root, "all")[0],
        *ALL,
        "GET /api/auth/sessions",
        "GET /events",
        "GET /",
        open_=(
            "GET /health",
            "GET /docs",
            "GET /openapi.json",
            "POST /api/auth/token",
            "POST /api/auth/register",
            "POST /api/auth/refresh",
            "POST /api/auth/reset-password/1",
        ),
    )
    assert protected.already == ("GET /api/auth/me",)
    assert set(protected.left_open) == {
        "GET /health",
        "POST /api/auth/token",
        "POST /api/auth/register",
        "POST /api/auth/refresh",
        "POST /api/auth/reset-password/{code}",
    }
