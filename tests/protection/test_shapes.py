"""The shapes in which apps hold their routes: each is closed, proven over HTTP, and taken back."""

from __future__ import annotations

import pytest

from tests.protection.common import DEPS, MAIN, PRODUCTS, closes, protect, shop, tree

ALL = ("GET /api/products/", "POST /api/products/", "GET /api/products/1")
CREATES = "POST /api/products/"


def read(root, path="app/routers/products.py"):
    return (root / path).read_text()


def routes(made: str, imports: str = "from fastapi import APIRouter") -> str:
    """The module of products with its router made in another way."""
    head = 'router = APIRouter(prefix="/products", tags=["products"])'
    assert head in PRODUCTS
    return PRODUCTS.replace(head, made).replace("from fastapi import APIRouter", imports)


LIMITED = """
    def limited() -> None:
        pass
    """

MADE = {
    "with_a_list": (
        routes(
            'router = APIRouter(prefix="/products", dependencies=[Depends(limited)])',
            "from fastapi import APIRouter, Depends\n\n    from app.limits import limited",
        ),
        "dependencies=[Depends(limited), Depends(get_current_user)]",
    ),
    "with_a_constant": (
        routes(
            'LIMITS = [Depends(limited)]\n    router = APIRouter(prefix="/products", dependencies=LIMITS)',
            "from fastapi import APIRouter, Depends\n\n    from app.limits import limited",
        ),
        "dependencies=[*LIMITS, Depends(get_current_user)]",
    ),
    "with_none": (
        routes('router = APIRouter(prefix="/products", dependencies=None)'),
        "dependencies=[Depends(get_current_user)]",
    ),
    "of_the_whole_library": (
        routes('router = fastapi.APIRouter(prefix="/products")', "import fastapi"),
        "dependencies=[fastapi.Depends(get_current_user)]",
    ),
    "with_another_word_for_it": (
        routes(
            'router = APIRouter(prefix="/products")\n    unused = Needs',
            "from fastapi import APIRouter\n    from fastapi import Depends as Needs",
        ),
        "dependencies=[Needs(get_current_user)]",
    ),
    "beside_the_module_of_the_guard": (
        routes(
            'router = APIRouter(prefix="/products")\n    scheme = deps.oauth2_scheme',
            "from fastapi import APIRouter\n\n    from app import deps",
        ),
        "dependencies=[Depends(deps.get_current_user)]",
    ),
    "with_relative_imports": (
        routes(
            'router = APIRouter(prefix="/products")\n    limited()',
            "from fastapi import APIRouter\n\n    from ..limits import limited",
        ),
        "from ..deps import get_current_user\n",
    ),
    "beside_another_thing_of_that_name": (
        routes(
            'router = APIRouter(prefix="/products")\n    get_current_user = None',
        ),
        "from app.deps import get_current_user as signed_in_user\n",
    ),
    "with_its_type": (
        routes('router: APIRouter = APIRouter(prefix="/products")'),
        'APIRouter(\n    prefix="/products", dependencies=[Depends(get_current_user)]\n)',
    ),
    "of_a_class_of_its_own": (
        routes(
            'class Router(APIRouter):\n        pass\n\n\n    router = Router(prefix="/products")',
        ),
        'router = Router(prefix="/products", dependencies=[Depends(get_current_user)])',
    ),
    "of_a_class_that_takes_no_dependencies": (
        routes(
            """class Router(APIRouter):
        def __init__(self, prefix: str) -> None:
            super().__init__(prefix=prefix)


    router = Router("/products")""",
        ),
        '@router.post("/", status_code=201, dependencies=[Depends(get_current_user)])',
    ),
    "with_arguments_that_are_not_written": (
        routes('OPTIONS = {"prefix": "/products"}\n    router = APIRouter(**OPTIONS)'),
        '@router.post("/", status_code=201, dependencies=[Depends(get_current_user)])',
    ),
}  # fmt: skip


@pytest.mark.parametrize("made", MADE)
def test_a_router(tmp_path, made):
    products, expected = MADE[made]
    prefix = (
        ', prefix="/products"' if "OPTIONS" not in products and "/products" not in products else ""
    )
    assert not prefix
    root = shop(tmp_path, {"app/routers/products.py": products, "app/limits.py": LIMITED})
    closes(root, lambda: protect(root, "products")[0], *ALL, open_=("GET /health",))
    protect(root, "products")
    assert expected in read(root)


def test_a_router_that_is_made_by_a_function(tmp_path):
    products = """
    from fastapi import APIRouter


    def make_router(prefix: str) -> APIRouter:
        router = APIRouter(prefix=prefix)

        @router.get("/")
        def list_products() -> list[str]:
            return ["a"]

        @router.post("/", status_code=201)
        def create_product() -> str:
            return "a"

        return router
    """
    main = MAIN.replace(
        'products.router, prefix="/api"', 'products.make_router("/products"), prefix="/api"'
    )
    root = shop(tmp_path, {"app/routers/products.py": products, "app/main.py": main})
    closes(root, lambda: protect(root, "products")[0], *ALL[:2], open_=("GET /health",))
    protect(root, "products")
    assert "router = APIRouter(prefix=prefix, dependencies=[Depends(get_current_user)])" in read(
        root
    )


def test_a_route_in_a_factory_of_the_app(tmp_path):
    main = """
    from fastapi import FastAPI

    from app.routers import products


    def create_app() -> FastAPI:
        app = FastAPI()
        app.include_router(products.router, prefix="/api")

        @app.get("/reports")
        def reports() -> list[str]:
            return []

        @app.get("/health")
        def health() -> str:
            return "ok"

        return app


    app = create_app()
    """
    root = shop(tmp_path, {"app/main.py": main})
    closes(root, lambda: protect(root, "all")[0], "GET /reports", *ALL, open_=("GET /health",))


def test_routes_that_are_added(tmp_path):
    products = """
    from fastapi import APIRouter

    router = APIRouter(prefix="/products")


    def list_products() -> list[str]:
        return ["a"]


    def create_product() -> str:
        return "a"


    router.add_api_route("/", list_products)
    router.add_api_route("/", endpoint=create_product, methods=["POST"], status_code=201)
    """
    root = shop(tmp_path, {"app/routers/products.py": products})
    closes(root, lambda: protect(root, CREATES)[0], CREATES, open_=ALL[:1])
    closes(root, lambda: protect(root, "products")[0], *ALL[:2])


def test_a_view_that_is_an_object(tmp_path):
    products = """
    from fastapi import APIRouter


    class ProductRoutes:
        def __init__(self) -> None:
            self.router = APIRouter(prefix="/products")
            self.router.add_api_route("/", self.listing)
            self.router.add_api_route("/", self.create, methods=["POST"], status_code=201)

        def listing(self) -> list[str]:
            return ["a"]

        def create(self) -> str:
            return "a"


    router = ProductRoutes().router
    """
    root = shop(tmp_path, {"app/routers/products.py": products})
    closes(root, lambda: protect(root, "products")[0], *ALL[:2], open_=("GET /health",))


def test_a_class_whose_methods_are_routes(tmp_path):
    products = """
    from fastapi import APIRouter

    router = APIRouter(prefix="/products")


    class Products:
        @router.get("/")
        @staticmethod
        def listing() -> list[str]:
            return ["a"]

        @router.post("/", status_code=201)
        @staticmethod
        def create() -> str:
            return "a"
    """
    root = shop(tmp_path, {"app/routers/products.py": products})
    closes(root, lambda: protect(root, CREATES)[0], CREATES, open_=ALL[:1])


def test_one_endpoint_for_several_methods(tmp_path):
    products = (
        PRODUCTS
        + """

    @router.api_route("/in/stock", methods=["GET", "PUT"])
    def stock() -> int:
        return 1
    """
    )
    root = shop(tmp_path, {"app/routers/products.py": products})
    stock = ("GET /api/products/in/stock", "PUT /api/products/in/stock")
    protected = closes(
        root, lambda: protect(root, "PUT /api/products/in/stock")[0], *stock, open_=ALL[:2]
    )
    assert protected.protected == stock


def test_an_endpoint_with_several_paths(tmp_path):
    products = (
        PRODUCTS
        + """

    @router.get("/by/top")
    @router.get("/by/best", include_in_schema=False)
    def best() -> int:
        return 1
    """
    )
    root = shop(tmp_path, {"app/routers/products.py": products})
    closes(
        root,
        lambda: protect(root, "app/routers/products.py:best")[0],
        "GET /api/products/by/top",
        "GET /api/products/by/best",
        open_=ALL[:2],
    )


def test_a_router_that_is_included_twice(tmp_path):
    main = MAIN.replace(
        'prefix="/api")', 'prefix="/api")\n    app.include_router(products.router, prefix="/old")'
    )
    root = shop(tmp_path, {"app/main.py": main})
    protected = closes(
        root, lambda: protect(root, "all")[0], *ALL, "GET /old/products/", open_=("GET /health",)
    )
    assert {"GET /old/products/", "GET /api/products/"} <= set(protected.protected)


def test_a_router_that_is_guarded_on_one_of_its_ways(tmp_path):
    main = MAIN.replace("import FastAPI", "import Depends, FastAPI").replace(
        "from app.routers", "from app.deps import get_current_user\n    from app.routers"
    )
    main = main.replace(
        'prefix="/api")',
        'prefix="/api")\n    app.include_router(\n'
        '        products.router, prefix="/safe", dependencies=[Depends(get_current_user)]\n    )',
    )
    root = shop(tmp_path, {"app/main.py": main})
    closes(root, lambda: protect(root, "products")[0], *ALL)


NESTED = """
    from fastapi import APIRouter

    router = APIRouter(prefix="/images")


    @router.get("/")
    def list_images() -> list[str]:
        return []


    @router.get("/sizes")
    def sizes() -> list[int]:
        return []
    """


def test_a_router_with_routers_below_it(tmp_path):
    products = (
        PRODUCTS.replace(
            "from fastapi import APIRouter",
            "from fastapi import APIRouter\n\n    from app.routers import images",
        )
        + "\n\n    router.include_router(images.router)\n"
    )
    root = shop(tmp_path, {"app/routers/products.py": products, "app/routers/images.py": NESTED})
    images = ("GET /api/products/images/", "GET /api/products/images/sizes")
    # What is named stays the limit: the router above would close what lies below it.
    closes(root, lambda: protect(root, "products")[0], *ALL, open_=images)
    protected = closes(root, lambda: protect(root, "all")[0], *ALL, *images)
    assert len(protected.protected) == 5
    protect(root, "all")
    assert "get_current_user" not in read(root, "app/routers/images.py")


def test_a_router_one_of_whose_routes_stays_open(tmp_path):
    products = (
        PRODUCTS.replace("/{product_id}", "/by/{product_id}")
        + """

    @router.get("/health")
    def health() -> str:
        return "ok"
    """
    )
    root = shop(tmp_path, {"app/routers/products.py": products})
    protected = closes(
        root,
        lambda: protect(root, "all")[0],
        *ALL[:2],
        "GET /api/products/by/1",
        open_=("GET /api/products/health", "GET /health"),
    )
    assert "GET /api/products/health" in protected.left_open


def test_a_router_with_a_websocket(tmp_path):
    products = (
        PRODUCTS.replace("import APIRouter", "import APIRouter, WebSocket")
        + """

    @router.websocket("/feed")
    async def feed(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("hello")
        await socket.close()
    """
    )
    from tests.protection.common import serving

    root = shop(tmp_path, {"app/routers/products.py": products})
    closes(root, lambda: protect(root, "products")[0], *ALL)
    _, report = protect(root, "products")
    assert any("The WebSocket /api/products/feed" in one for one in report.notices)
    with serving(root) as client, client.websocket_connect("/api/products/feed") as socket:
        assert socket.receive_text() == "hello"


def test_routers_of_a_list(tmp_path):
    main = """
    from fastapi import FastAPI

    from app.routers import products

    app = FastAPI()
    for router in (products.router,):
        app.include_router(router, prefix="/api")
    """
    root = shop(tmp_path, {"app/main.py": main})
    closes(root, lambda: protect(root, "all")[0], *ALL)


def test_everything_in_one_file(tmp_path):
    deps = DEPS.replace(
        "from fastapi import Depends", "from fastapi import APIRouter, Depends, FastAPI"
    )
    main = (
        deps
        + """

    app = FastAPI()
    router = APIRouter(prefix="/products")


    @router.get("/")
    def list_products() -> list[str]:
        return []


    app.include_router(router)


    @app.post("/products/")
    def create_product() -> str:
        return "a"
    """
    )
    root = shop(tmp_path, {"app/main.py": main})
    (root / "app/deps.py").unlink()
    closes(root, lambda: protect(root, "products")[0], "GET /products/", "POST /products/")
    protect(root, "products")
    assert read(root, "app/main.py").count("import Depends\n") == 0


def test_a_guard_that_comes_after_its_router_is_asked_by_the_routes(tmp_path):
    head, _, tail = DEPS.partition("    oauth2_scheme")
    deps = head.replace("import Depends", "import APIRouter, Depends, FastAPI")
    main = (
        deps
        + '    app = FastAPI()\n    router = APIRouter(prefix="/products")\n\n    oauth2_scheme'
        + tail
        + """

    @router.get("/")
    def list_products() -> list[str]:
        return []


    app.include_router(router)
    """
    )
    root = shop(tmp_path, {"app/main.py": main})
    (root / "app/deps.py").unlink()
    closes(root, lambda: protect(root, "products")[0], "GET /products/")
    protect(root, "products")
    assert '@router.get("/", dependencies=[Depends(get_current_user)])' in read(root, "app/main.py")


def test_a_file_with_other_line_ends_and_a_byte_order_mark(tmp_path):
    root = shop(tmp_path)
    file = root / "app/routers/products.py"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    closes(root, lambda: protect(root, "products")[0], *ALL)


def test_two_runs_for_two_resources_are_taken_back_one_by_one(tmp_path):
    from tests.protection.common import take_back

    main = (
        MAIN
        + """

    @app.get("/reports")
    def reports() -> list[str]:
        return []
    """
    )
    root = shop(tmp_path, {"app/main.py": main})
    before = tree(root)
    protect(root, "products")
    between = tree(root)
    protect(root, "reports")
    take_back(root)
    assert tree(root) == between
    take_back(root)
    assert tree(root) == before


# Each adds routes to the module of products, or to the app, in a way of its own.
ADDED = {
    "other_methods": (
        '@router.trace("/a/b")\n    def a() -> int:\n        return 1',
        "TRACE /api/products/a/b",
    ),
    "called": ('router.put("/a/b")(list_products)', "PUT /api/products/a/b"),
    "methods_with_a_name": (
        'WRITES = ["PUT", "PATCH"]\n\n\n    @router.api_route("/a/b", methods=WRITES)\n    def a() -> int:\n        return 1',
        "PATCH /api/products/a/b",
    ),
    "a_pair_of_a_loop": (
        'for path, one in [("/a/b", list_products)]:\n        router.add_api_route(path, one)',
        "GET /api/products/a/b",
    ),
    "a_method_with_a_name": (
        'put = router.put\n\n\n    @put("/a/b")\n    def a() -> int:\n        return 1',
        "PUT /api/products/a/b",
    ),
    "a_method_by_its_name": (
        'getattr(router, "put".lower())("/a/b")(list_products)',
        "PUT /api/products/a/b",
    ),
}


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("way", ADDED)
def test_routes_that_are_made_by_a_detour(tmp_path, way, alone):
    added, request = ADDED[way]
    products = PRODUCTS
    if alone:
        head = PRODUCTS.partition("    @router")[0]
        products = f"{head}    def list_products() -> list[str]:\n        return []\n"
    root = shop(tmp_path, {"app/routers/products.py": f"{products}\n\n    {added}\n"})
    closes(root, lambda: _closed(root), request, open_=("GET /health",))


def _closed(root):
    """All of the app; where no route could be read, nothing says what was protected."""
    protected, report = protect(root, "all")
    assert not any("could not be followed" in one for one in report.notices), report.notices
    return protected


INCLUDED = {
    "by_map": "list(map(app.include_router, [products.router]))",
    "by_a_name": "include = app.include_router\n    include(products.router)",
    "with_arguments_of_a_dict": (
        'ROUTERS = {"products": {"router": products.router}}\n'
        "    for one in ROUTERS.values():\n        app.include_router(**one)"
    ),
    "by_its_routes": "app.router.routes.extend(products.router.routes)",
}


@pytest.mark.parametrize("way", INCLUDED)
def test_routers_that_are_included_by_a_detour(tmp_path, way):
    main = MAIN.replace('app.include_router(products.router, prefix="/api")', INCLUDED[way])
    root = shop(tmp_path, {"app/main.py": main})
    closes(root, lambda: protect(root, "all")[0], "GET /products/", open_=("GET /health",))


def test_routers_that_the_routes_of_an_app_hold(tmp_path):
    main = """
    from fastapi import FastAPI

    from app.routers import products

    app = FastAPI(routes=[*products.router.routes])
    """
    root = shop(tmp_path, {"app/main.py": main})
    closes(root, lambda: protect(root, "all")[0], "GET /products/")


def test_an_app_of_a_class_of_its_own(tmp_path):
    main = """
    from fastapi import FastAPI

    from app.routers import products


    class Shop(FastAPI):
        def __init__(self) -> None:
            super().__init__()
            self.include_router(products.router, prefix="/api")
            self.add_api_route("/prices", self.prices)

        def prices(self) -> list[int]:
            return []


    app = Shop()


    @app.router.get("/sizes")
    def sizes() -> list[int]:
        return []
    """
    root = shop(tmp_path, {"app/main.py": main})
    closes(root, lambda: protect(root, "all")[0], *ALL, "GET /prices", "GET /sizes")


def test_a_view_that_keeps_what_it_is_given(tmp_path):
    products = """
    from fastapi import APIRouter


    class Products:
        def __init__(self, router) -> None:
            self.router = router
            self.add()

        def add(self) -> None:
            @self.router.get("/")
            def listing() -> list[str]:
                return []


    router = APIRouter(prefix="/products")
    Products(router)
    """
    root = shop(tmp_path, {"app/routers/products.py": products})
    closes(root, lambda: protect(root, "all")[0], "GET /api/products/", open_=("GET /health",))
