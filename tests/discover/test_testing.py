"""What a new test can use of the app's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover.database_facts import Session
from fastarch.discover.index import ModuleIndex
from fastarch.discover.patterns import Subject, subject
from fastarch.discover.profile import Tests
from fastarch.discover.symbols import Import, Place, Symbol
from fastarch.discover.testing import tests as read_tests
from tests.discover.apps import Files, write

GET_DB = Symbol(Place("app/db.py", 1), "app.db", "get_db")
SESSION = Session(GET_DB, GET_DB, "depends", Import("sqlalchemy.orm", "Session"))
ABOUT: tuple[Subject, ...] = (subject("User"), subject("Item"))

CLIENT = """
    import pytest
    from fastapi.testclient import TestClient
    from app.db import get_db
    from app.main import app

    @pytest.fixture
    def session(): ...

    @pytest.fixture
    def client(session):
        app.dependency_overrides[get_db] = lambda: session
        with TestClient(app) as client:
            yield client
"""
ASYNC_CLIENT = """
    import pytest
    from httpx import ASGITransport, AsyncClient
    from app.main import app

    @pytest.fixture(name="ac")
    async def make_client():
        async with AsyncClient(transport=ASGITransport(app=app)) as client:
            yield client
"""
CASE = "def test_it(client): ...\n"


def read(root: Path, files: Files) -> Tests | None:
    write(root, files)
    index = ModuleIndex(root, root)
    return read_tests(index, list(index.files()), ABOUT, SESSION)


def test_client_of_a_conftest(tmp_path: Path) -> None:
    found = read(tmp_path, {"tests/conftest.py": CLIENT, "tests/test_users.py": CASE})

    assert found == Tests(
        folder="tests",
        conftest="tests/conftest.py",
        client="client",
        isolated=True,
        pattern="tests/test_{many}.py",
    )


@pytest.mark.parametrize(
    ("url", "client"),
    [
        ('"http://test"', "client"),
        ('"http://test/"', "client"),
        ('"http://test/api/v1"', None),
        ('f"http://test{PREFIX}"', None),
        ("BASE_URL", None),
    ],
)
def test_a_client_below_a_prefix_is_no_use(tmp_path: Path, url: str, client: str | None) -> None:
    conftest = CLIENT.replace("TestClient(app)", f"TestClient(app, base_url={url})")
    found = read(tmp_path, {"tests/conftest.py": conftest, "tests/test_users.py": CASE})

    assert found is not None
    assert (found.client, found.conftest) == (client, "tests/conftest.py")


def test_async_client(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "tests/conftest.py": ASYNC_CLIENT,
            "tests/test_user.py": "import pytest\n\n@pytest.mark.asyncio\nasync def test_it(ac): ...\n",
        },
    )
    assert found is not None
    assert (found.client, found.client_is_async, found.isolated) == ("ac", True, False)
    assert found.async_marker == "asyncio"
    assert found.pattern == "tests/test_{one}.py"


def test_no_marker_where_all_are_marked(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "pyproject.toml": "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n",
            "tests/conftest.py": ASYNC_CLIENT,
            "tests/test_user.py": "import pytest\n\n@pytest.mark.asyncio\nasync def test_it(ac): ...\n",
        },
    )
    assert found is not None
    assert found.async_marker is None


@pytest.mark.parametrize(
    ("files", "folder", "pattern"),
    [
        (["tests/test_users.py", "tests/test_items.py"], "tests", "tests/test_{many}.py"),
        (
            ["tests/api/test_users.py", "tests/unit/test_math.py"],
            "tests/api",
            "tests/api/test_{many}.py",
        ),
        (
            ["tests/user/test_user.py", "tests/item/test_item.py"],
            "tests",
            "tests/{one}/test_{one}.py",
        ),
        (["tests/test_user_routes.py"], "tests", "tests/test_{one}_routes.py"),
        (["tests/test_user_decimal.py"], "tests", "tests/test_{one}.py"),
        (["tests/test_main.py"], "tests", "tests/test_{many}.py"),
        (["test_main.py"], ".", "test_{many}.py"),
    ],
)
def test_folder_and_pattern(tmp_path: Path, files: list[str], folder: str, pattern: str) -> None:
    found = read(tmp_path, dict.fromkeys(files, CASE))

    assert found is not None
    assert (found.folder, found.pattern) == (folder, pattern)
    assert found.client is None
    assert found.conftest is None


def test_fixtures_beside_the_conftest(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "tests/__init__.py": "",
            "tests/conftest.py": "from tests.fixtures import client\n",
            "tests/fixtures.py": CLIENT,
            "tests/test_users.py": CASE,
        },
    )
    assert found is not None
    assert (found.client, found.conftest, found.isolated) == ("client", "tests/conftest.py", True)


@pytest.mark.parametrize(
    ("module", "prefix"), [("src.app.main", "src."), ("app.main", ""), ("src.other", "")]
)
def test_the_import_roots_folder_in_names(tmp_path: Path, module: str, prefix: str) -> None:
    files: Files = {
        "src/app/__init__.py": "",
        "src/app/main.py": "app = None\n",
        "tests/conftest.py": f"from fastapi.testclient import TestClient\nfrom {module} import app\n",
        "tests/test_users.py": CASE,
    }
    write(tmp_path, files)
    index = ModuleIndex(tmp_path, tmp_path / "src")
    found = read_tests(index, [tmp_path / name for name in files], ABOUT, SESSION)

    assert found is not None
    assert found.prefix == prefix


def test_none(tmp_path: Path) -> None:
    assert read(tmp_path, {"app/main.py": "", "docs/test_x.py": CASE}) is None


@pytest.mark.parametrize(
    ("setup", "isolated"),
    [
        ("os.environ['DATABASE_URL'] = 'sqlite://'\nBase.metadata.create_all(engine)", True),
        ("app = create_app(url=f'sqlite:///{tmp_path}')\nBase.metadata.create_all(engine)", True),
        # The tables of the app's own database are made: nothing is the tests' own.
        ("Base.metadata.create_all(engine)", False),
        ("app.dependency_overrides[get_settings] = fake", False),
        ("app.dependency_overrides = {get_db: fake}", True),
    ],
)
def test_a_database_of_the_tests_own(tmp_path: Path, setup: str, isolated: bool) -> None:
    client = "@fixture\ndef client():\n    return TestClient(app)\n"
    found = read(
        tmp_path, {"tests/conftest.py": f"{setup}\n\n{client}", "tests/test_users.py": CASE}
    )
    assert found is not None
    assert found.client == "client"
    assert found.isolated is isolated
