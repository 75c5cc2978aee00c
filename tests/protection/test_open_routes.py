"""What `--protect all` leaves open, by path and shape."""

from __future__ import annotations

import pytest

from tests.protection.common import plan, shop

PREFIX = {"plain": "", "api": "/api/v1", "shared": "/backend"}
OPEN = [
    "",
    "GET /health",
    "GET /healthz",
    "GET /health-check",
    "GET /health/db",
    "GET /livez",
    "GET /readyz",
    "GET /ping",
    "GET /utils/health-check/",
    "GET /products/health",
    "GET /is-ready",
    "GET /public/health/redis",
    "POST /{tenant}/auth/login",
    "GET /ping/app",
    "POST /login",
    "POST /login/access-token",
    "POST /token",
    "POST /auth/token",
    "POST /auth/jwt/login",
    "POST /auth/logout",
    "POST /auth/refresh",
    "POST /auth/refresh-token",
    "POST /auth/register",
    "POST /users/register",
    "POST /users/signup",
    "POST /signup",
    "POST /register",
    "POST /auth/forgot-password",
    "POST /auth/reset-password",
    "POST /password-recovery/{email}",
    "POST /reset-password/{token}",
    "GET /auth/verify-email/{token}",
    "GET /auth/verify/{token}",
    "POST /auth/verify",
    "GET /auth/google",
    "GET /auth/google/callback",
    "GET /auth/{provider}/callback",
    "GET /.well-known/jwks.json",
    "GET /.well-known/openid-configuration",
    "GET /auth/login/yandex",
    "GET /auth/yandex",
    "GET /login/google",
    "POST /users/login-cookie",
    "POST /users/refresh-cookie",
    "POST /students/login",
    "POST /auth/log_out",
    "POST /auth/signUp",
    "POST /auth/request-password-reset",
    "POST /auth/resend-verification",
    "POST /verify_email",
    "POST /auth/facebook-login",
    "POST /auth/passwordless/otp",
    "PUT /auth/reset-password",
    "PATCH /auth/verify/{user_id}/{token}",
    "DELETE /auth/logout",
    "OPTIONS /products",
    "",
][1:-1]
CLOSED = [
    "",
    "GET /products",
    "GET /patients/{id}/health",
    "GET /health/records",
    "GET /orders/{id}/status",
    "GET /orders/status",
    "GET /users/me",
    "GET /users/{id}",
    "POST /users",
    "POST /auth/password",
    "POST /auth/change-password",
    "GET /auth/me",
    "GET /auth/sessions",
    "DELETE /auth/sessions/{id}",
    "GET /tokens",
    "POST /users/me/token",
    "POST /events/{id}/register",
    "POST /events/register",
    "POST /devices/{id}/token",
    "POST /documents/{id}/verify",
    "POST /documents/verify",
    "POST /accounts/{id}/activate",
    "POST /accounts/activate",
    "POST /reset",
    "POST /refresh",
    "POST /game/reset",
    "POST /users/{id}/reset-password",
    "GET /authors",
    "POST /register-device",
    "GET /{tenant}/users",
    "GET /{slug}",
    "POST /{event}/register-device",
    "POST /devices/register-token",
    "POST /auth/reset-counters",
    "GET /login-attempts",
    "GET /auth/login/history",
    "POST /verify-token-balance",
    "POST /matches/{id}/login",
    "POST /courses/register",
    "POST /auth/register-super-admin",
    "GET /authors/{id}/verify",
    "POST /health",
    "POST /webhooks/stripe",
    "GET /metrics/sales",
    "GET /registration/{id}",
    "DELETE /registration/{registration_id}",
    "PUT /registration",
    "DELETE /auth/2fa",
    "DELETE /auth/google",
    "PUT /auth/github",
    "POST /auth/jwks.json",
    "GET /auth/token/{token_id}",
    "POST /auth/reset/{id}",
    "",
][1:-1]


def app(root, labels, prefix):
    lines = []
    for number, label in enumerate(labels):
        method, path = label.split()
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        lines.append(
            f'\n\n    @router.{method.lower()}("{path}")\n'
            f"    def route_{number}({', '.join(f'{name}: str' for name in names)}) -> None: ..."
        )
    module = "from fastapi import APIRouter\n\n    router = APIRouter()" + "".join(lines)
    main = f'''
    from fastapi import FastAPI

    from app.routers import others, products

    app = FastAPI()
    app.include_router(products.router, prefix="{prefix}")
    app.include_router(others.router, prefix="{prefix}")
    '''
    others = "from fastapi import APIRouter\n\n    router = APIRouter(prefix='/others')\n\n\n    @router.get('/')\n    def others() -> None: ..."
    return shop(
        root,
        {
            "app/main.py": main,
            "app/routers/products.py": f"\n    {module}\n",
            "app/routers/others.py": f"\n    {others}\n",
        },
    )


@pytest.mark.parametrize("prefix", PREFIX)
def test_what_stays_open(tmp_path, prefix):
    root = app(tmp_path, [*OPEN, *CLOSED], PREFIX[prefix])
    protected = plan(root, "all")
    expected = {f"{one.split()[0]} {PREFIX[prefix]}{one.split()[1]}" for one in OPEN}
    assert set(protected.left_open) == expected
    assert not set(protected.protected) & expected


def test_what_is_open_only_where_nothing_is_asked(tmp_path):
    main = """
    from fastapi import Depends, FastAPI
    from fastapi.responses import FileResponse

    app = FastAPI()


    def get_db() -> int:
        return 1


    @app.get("/")
    def listing(db: int = Depends(get_db)) -> list[str]:
        return []


    @app.get("/version")
    def version() -> str:
        return "1"


    @app.get("/live")
    def live(day: str) -> list[str]:
        return []


    @app.get("/metrics")
    def metrics() -> str:
        return ""


    @app.get("/docs", include_in_schema=False)
    def docs() -> str:
        return ""


    @app.get("/{path:path}")
    def page(path: str) -> FileResponse:
        return FileResponse("index.html")
    """
    root = shop(tmp_path, {"app/main.py": main})
    protected = plan(root, "all")
    assert set(protected.left_open) == {"GET /docs", "GET /{path:path}"}
    assert set(protected.protected) == {"GET /", "GET /live", "GET /version", "GET /metrics"}


def test_a_router_that_an_object_makes_is_protected(tmp_path):
    products = """
    from fastapi import APIRouter


    class Products:
        def __init__(self) -> None:
            self.router = APIRouter(prefix="/products")
            self.router.add_api_route("/", self.listing, methods=["GET"])

        def listing(self) -> list[str]:
            return []


    views = Products()
    router = Products().router
    """
    for named in ("router", "views.router"):
        main = f"""
        from fastapi import FastAPI

        from app.routers import products

        app = FastAPI()
        app.include_router(products.{named})
        """
        files = {"app/main.py": main, "app/routers/products.py": products}
        assert plan(shop(tmp_path, files), "all").protected == ("GET /products/",)


def test_where_tokens_are_given_out_is_read_from_the_scheme(tmp_path):
    from tests.protection.common import DEPS

    main = """
    from fastapi import FastAPI

    app = FastAPI()


    @app.post("/enter")
    def enter() -> str:
        return "good"


    @app.post("/leave")
    def leave() -> str:
        return "good"


    @app.delete("/enter")
    def close() -> str:
        return "good"


    @app.post("/contests/{contest_id}/enter")
    def take_part(contest_id: int) -> str:
        return "good"
    """
    root = shop(tmp_path, {"app/main.py": main, "app/deps.py": DEPS.replace("auth/token", "enter")})
    # The scheme counts where it is used.
    (root / "app/main.py").write_text(
        (root / "app/main.py")
        .read_text()
        .replace("import FastAPI\n", "import FastAPI\n\nfrom app import deps\n")
    )
    assert plan(root, "all").left_open == ("POST /enter",)
