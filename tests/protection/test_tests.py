"""Hand-written tests of what is protected: they stay green, or it is told what they lack."""

from __future__ import annotations

import pytest

from fastarch.discover.symbols import Place, Symbol
from tests.discover.apps import write
from tests.protection.common import DEPS, protect, shop, take_back, tree
from tests.proven import prove

CONFTEST = """
    from collections.abc import Iterator

    import pytest
    from fastapi.testclient import TestClient

    from app.main import app


    @pytest.fixture
    def client() -> Iterator[TestClient]:
        with TestClient(app) as client:
            yield client
        app.dependency_overrides.clear()
    """
TEST = '''
    """Products."""


    def test_listing(client):
        assert client.get("/api/products/").status_code == 200


    def test_reading(client):
        number = 3
        assert client.get(f"/api/products/{number}").json() == 3
    '''
ASYNC = """
    import pytest
    from httpx2 import ASGITransport, AsyncClient

    from app.main import app as application

    pytestmark = pytest.mark.anyio
    PRODUCTS = "/products"


    @pytest.fixture
    def anyio_backend():
        return "asyncio"


    async def test_listing():
        transport = ASGITransport(app=application)
        async with AsyncClient(transport=transport, base_url="http://test/api") as client:
            assert (await client.get(f"{PRODUCTS}/")).status_code == 200
    """
WITHOUT_FIXTURES = """
    import unittest

    from fastapi.testclient import TestClient

    from app.main import app

    client = TestClient(app)
    BASE = "http://testserver/api/products"


    class ProductsTest(unittest.TestCase):
        def test_creating(self):
            self.assertEqual(client.request("POST", BASE + "/").status_code, 201)

        def test_reading(self):
            self.assertEqual(client.get("/api/products/%d" % 3).json(), 3)
    """
FACTORY = """
    import pytest
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from app.main import create_app


    @pytest.fixture
    def app() -> FastAPI:
        return create_app()


    @pytest.fixture
    def client(app: FastAPI) -> TestClient:
        return TestClient(app)
    """
MADE_BY = """
    from fastapi import FastAPI

    from app.routers import products


    def create_app() -> FastAPI:
        app = FastAPI()
        app.include_router(products.router, prefix="/api")
        return app
    """
KINDS = {
    "with_a_client": {"tests/conftest.py": CONFTEST, "tests/test_products.py": TEST},
    "asynchronous": {"tests/test_products.py": ASYNC},
    "without_fixtures": {"tests/test_products.py": WITHOUT_FIXTURES},
    "of_a_factory": {
        "app/main.py": MADE_BY,
        "tests/conftest.py": FACTORY,
        "tests/test_products.py": TEST,
    },
}


def run(root):
    done = prove(root, "-W", "ignore", "tests")
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done


@pytest.mark.parametrize("kind", KINDS)
def test_tests_that_know_nothing_of_signing_in_stay_green(tmp_path, kind):
    root = shop(tmp_path, KINDS[kind])
    before = tree(root)
    _, report = protect(root, "products")
    assert not any("Tests that call" in one for one in report.notices)
    done = run(root)
    assert done.returncode == 0, done.stdout
    text = (root / "tests/test_products.py").read_text()
    assert text.count("dependency_overrides[get_current_user] = lambda: None") == 1
    after = tree(root)
    protect(root, "products")
    assert tree(root) == after
    take_back(root)
    assert tree(root) == before


def test_the_fixture_stands_before_the_tests(tmp_path):
    root = shop(tmp_path, KINDS["with_a_client"])
    protect(root, "products")
    assert (
        (root / "tests/test_products.py")
        .read_text()
        .startswith(
            '"""Products."""\n'
            "\n"
            "from collections.abc import Iterator\n"
            "\n"
            "import pytest\n"
            "\n"
            "from app.deps import get_current_user\n"
            "from app.main import app\n"
            "\n"
            "\n"
            "@pytest.fixture(autouse=True)\n"
            "def signed_in() -> Iterator[None]:\n"
            '    """Every test here acts as somebody who is signed in."""\n'
            "    app.dependency_overrides[get_current_user] = lambda: None\n"
            "    yield\n"
            "    app.dependency_overrides.pop(get_current_user, None)\n"
            "\n"
            "\n"
            "def test_listing(client):\n"
        )
    )


def test_imports_that_have_to_come_late(tmp_path):
    test = """
    import os

    os.environ["MODE"] = "test"

    from fastapi.testclient import TestClient  # noqa: E402

    from app.main import app  # noqa: E402

    client = TestClient(app)


    def test_listing():
        assert client.get("/api/products/").status_code == 200
    """
    root = shop(tmp_path, {"tests/test_products.py": test})
    before = tree(root)
    protect(root, "products")
    text = (root / "tests/test_products.py").read_text()
    assert "import pytest  # noqa: E402\n" in text
    assert "from app.deps import get_current_user  # noqa: E402\n" in text
    assert run(root).returncode == 0
    take_back(root)
    assert tree(root) == before


def test_tests_of_an_app_without_a_package(tmp_path):
    main = """
    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/products")
    def products() -> list[str]:
        return []
    """
    test = """
    from fastapi.testclient import TestClient

    from main import app

    client = TestClient(app)


    def test_listing():
        assert client.get("/products").status_code == 200
    """
    files = {"main.py": main, "deps.py": DEPS, "test_main.py": test}
    root = write(tmp_path, files)
    before = tree(root)
    guard = Symbol(Place("deps.py", 9), "deps", "get_current_user")
    protect(root, "all", guard=guard)
    assert (
        (root / "test_main.py")
        .read_text()
        .startswith(
            "from collections.abc import Iterator\n"
            "\n"
            "import pytest\n"
            "from fastapi.testclient import TestClient\n"
            "\n"
            "from deps import get_current_user\n"
            "from main import app\n"
        )
    )
    take_back(root)
    assert tree(root) == before


def test_tests_that_sign_in_themselves_are_left_to_their_author(tmp_path):
    test = (
        TEST
        + """

    def test_a_stranger(client):
        assert client.post("/api/products/").status_code == 401
    """
    )
    root = shop(tmp_path, {**KINDS["with_a_client"], "tests/test_products.py": test})
    before = (root / "tests/test_products.py").read_text()
    _, report = protect(root, "products")
    assert (root / "tests/test_products.py").read_text() == before
    (told,) = (one for one in report.notices if "Tests that call" in one)
    assert "tests/test_products.py" in told
    assert "app.dependency_overrides[get_current_user] = lambda: None" in told


def test_a_client_that_is_signed_in_needs_nothing(tmp_path):
    conftest = CONFTEST.replace(
        "        with TestClient",
        "        app.dependency_overrides[get_current_user] = lambda: None\n        with TestClient",
    ).replace("from app.main", "from app.deps import get_current_user\n    from app.main")
    root = shop(tmp_path, {"tests/conftest.py": conftest, "tests/test_products.py": TEST})
    before = (root / "tests/test_products.py").read_text()
    _, report = protect(root, "products")
    assert (root / "tests/test_products.py").read_text() == before
    assert not any("Tests that call" in one for one in report.notices)
    assert run(root).returncode == 0


def test_other_tests_are_left_alone(tmp_path):
    other = """
    def test_health(client):
        assert client.get("/health").status_code == 200
    """
    root = shop(tmp_path, {**KINDS["with_a_client"], "tests/test_health.py": other})
    before = (root / "tests/test_health.py").read_text()
    protect(root, "POST /api/products/")
    assert (root / "tests/test_health.py").read_text() == before
    assert "overrides" not in (root / "tests/test_products.py").read_text()


def test_generated_tests_are_left_alone(tmp_path):
    """They are rendered anew; of a resource one of whose operations stays open, they are not."""
    root = shop(tmp_path, KINDS["with_a_client"])
    ours = {"app/routers/products.py": ("products",)}
    tests = {"products": "tests/test_products.py"}
    protect(root, "products", ours=ours, generated=tests)
    assert "overrides" not in (root / "tests/test_products.py").read_text()
    protect(root, "all", public=("GET /api/products/",), ours=ours, generated=tests)
    assert "overrides" in (root / "tests/test_products.py").read_text()
