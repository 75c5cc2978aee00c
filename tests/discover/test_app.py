from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover import discover
from fastarch.discover.app import find_app
from fastarch.discover.hints import read_project
from fastarch.discover.index import ModuleIndex
from fastarch.discover.scan import scan
from fastarch.errors import UsageError
from tests.discover.apps import crud, read, write

APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"
SERVED = APP + "\n@app.get('/')\ndef root(): ...\n"


@pytest.mark.parametrize(
    ("files", "want"),
    [
        ({"main.py": APP}, "main.py:3 app instance ."),
        ({"main.py": "import fastapi\napp: fastapi.FastAPI = fastapi.FastAPI()\n"}, "main.py:2 app instance ."),
        ({"main.py": "import fastapi as f\nserver = f.FastAPI()\n"}, "main.py:2 server instance ."),
        ({"main.py": "from fastapi import FastAPI as F\nif True:\n    app = F()\n"}, "main.py:3 app instance ."),
        ({"main.py": "from fastapi.applications import FastAPI\napp = FastAPI()\n"}, "main.py:2 app instance ."),
        (
            {"main.py": "from fastapi import FastAPI\nclass Mine(FastAPI): ...\napp = Mine()\n"},
            "main.py:3 app instance .",
        ),
        (
            {
                "app/core.py": "from fastapi import FastAPI\nclass Mine(FastAPI): ...\n",
                "app/main.py": "from app.core import Mine\napp = Mine(title='x')\n",
            },
            "app/main.py:2 app instance .",
        ),
        (
            {"app/main.py": "from fastapi import FastAPI\ndef make() -> FastAPI:\n    app = FastAPI()\n    return app\n"},
            "app/main.py:2 make factory .",
        ),
        (
            {"app/main.py": "from fastapi import FastAPI\ndef make() -> 'FastAPI':\n    return FastAPI()\n"},
            "app/main.py:2 make factory .",
        ),
        (
            {"app/main.py": "from fastapi import FastAPI\ndef make(debug=False):\n    api = FastAPI()\n    return api\napp = make()\n"},
            "app/main.py:2 make factory .",
        ),
        (
            {"app/main.py": APP + "def get_app():\n    return app\ndef typed() -> FastAPI:\n    return app\n"},
            "app/main.py:3 app instance .",
        ),
        (
            {
                "app/main.py": """
                from fastapi import FastAPI
                def base() -> FastAPI:
                    return FastAPI()
                def make() -> FastAPI:
                    app = base()
                    return app
                """
            },
            "app/main.py:4 make factory .",
        ),
        (
            {
                "app/__init__.py": "",
                "app/models.py": "",
                "app/main.py": "import app.models\nfrom fastapi import FastAPI\napp = FastAPI()\n",
            },
            "app/main.py:3 app instance .",
        ),
        ({"cli.py": "import typer\napp = typer.Typer()\n", "server.py": APP}, "server.py:3 app instance ."),
        ({"main.py": SERVED, "tests/test_a.py": APP, "docs/one.py": SERVED}, "main.py:3 app instance ."),
        (
            {
                "main.py": SERVED,
                "helpers.py": "import pytest\nfrom fastapi import FastAPI\n@pytest.fixture\ndef app():\n    app = FastAPI()\n    return app\n",
            },
            "main.py:3 app instance .",
        ),
        (
            {
                "main.py": "from fastapi import FastAPI\nfrom admin import admin\napp = FastAPI()\napp.mount('/admin', admin)\n@app.get('/')\ndef root(): ...\n",
                "admin.py": "from fastapi import FastAPI\nadmin = FastAPI()\n@admin.get('/')\ndef root(): ...\n",
            },
            "main.py:3 app instance .",
        ),
        (
            {
                "main.py": """
                from fastapi import FastAPI
                outer = FastAPI()
                site = FastAPI()
                api = FastAPI()
                @api.get("/")
                def root(): ...
                outer.mount("/api", app=api)
                outer.mount("/", app=site)
                """
            },
            "main.py:4 api instance .",
        ),
        (
            {
                "main.py": """
                from fastapi import FastAPI
                app = FastAPI()
                api = FastAPI()
                api.include_router(one)
                api.include_router(two)
                app.mount("/api", api)
                @app.get("/health")
                def health(): ...
                """
            },
            "main.py:3 api instance .",
        ),
        ({"main.py": "# app = FastAPI()\n'''\napp = FastAPI()\n'''\nfrom fastapi import FastAPI\nreal = FastAPI()\n"},
         "main.py:6 real instance ."),
        ({"main.py": "from fastapi import FastAPI\napp = FastAPI()\napp = FastAPI(title='x')\n"}, "main.py:3 app instance ."),
        ({"examples/shop/main.py": APP}, "examples/shop/main.py:3 app instance examples/shop"),
    ],
)  # fmt: skip
def test_finds_the_app(tmp_path, files, want):
    found, _ = read(tmp_path, files)
    entry = found.entry
    root = found.index.relative(found.index.import_root)
    assert f"{entry.at.file}:{entry.at.line} {entry.name} {entry.kind} {root}" == want


TWO = {"a/main.py": SERVED, "b/main.py": SERVED}


@pytest.mark.parametrize(
    ("files", "want"),
    [
        ({"pyproject.toml": "[tool.fastapi]\nentrypoint = 'b.main:app'\n"}, "b/main.py"),
        ({"pyproject.toml": "[tool.fastarch]\nentry = 'b/main.py:app'\n[tool.fastapi]\nentrypoint='a.main:app'\n"}, "b/main.py"),
        ({"Dockerfile": 'FROM python\nCMD ["uvicorn", "b.main:app", "--host", "0.0.0.0", "--port", "80"]\n'}, "b/main.py"),
        ({"Dockerfile": 'FROM python\nCMD ["fastapi", "run", "b/main.py", "--port", "80"]\n'}, "b/main.py"),
        ({"Procfile": "web: gunicorn -w 4 -k uvicorn.workers.UvicornWorker b.main:app\n"}, "b/main.py"),
        ({"gunicorn.conf.py": 'workers = 2\nwsgi_app = "b.main:app"\n'}, "b/main.py"),
        ({"compose.yml": "services:\n  x:\n    command: uvicorn --reload --host 0.0.0.0:8000 b.main:app\n"}, "b/main.py"),
        ({"Makefile": "run:\n\tcd b && uvicorn main:app --reload\n"}, "b/main.py"),
        ({"Makefile": "run:\n\tuvicorn main:app --app-dir b\n"}, "b/main.py"),
        ({"Makefile": "run:\n\tuvicorn main:app\n"}, None),
        ({"b/Dockerfile": "CMD uvicorn main:app\n"}, "b/main.py"),
        ({"scripts/run.sh": "exec hypercorn b.main:app\n"}, "b/main.py"),
        ({"run.py": "import uvicorn\nuvicorn.run('b.main:app', reload=True)\n"}, "b/main.py"),
        ({"README.md": "Start with `uvicorn b.main:app --reload`.\n"}, "b/main.py"),
        ({"pyproject.toml": "[tool.taskipy.tasks]\nserve = 'uvicorn b.main:app'\n"}, "b/main.py"),
        ({"serve.py": "from b.main import app as served\n", "Procfile": "web: uvicorn serve:served\n"}, "b/main.py"),
        ({"Procfile": "web: uvicorn wrapped:app\n", "wrapped.py": "from b.main import app as inner\napp = Middleware(inner)\n"}, "b/main.py"),
    ],
)  # fmt: skip
def test_what_is_served_settles_it(tmp_path, files, want):
    if want is None:
        with pytest.raises(UsageError):
            read(tmp_path, {**TWO, **files})
        return
    found, _ = read(tmp_path, {**TWO, **files})
    assert found.entry.at.file == want
    assert found.entry.why
    assert [place.file for place in found.entry.others] == ["a/main.py"]


def test_a_factory_is_named_by_what_holds_its_app(tmp_path):
    found, _ = read(tmp_path, {
        "src/shop/__init__.py": "", "src/shop/core/__init__.py": "",
        "src/shop/core/setup.py": "from fastapi import FastAPI\ndef make(router) -> FastAPI:\n    app = FastAPI()\n    app.include_router(router)\n    return app\n",
        "src/shop/main.py": "from .core.setup import make\nfrom .api import router\napp = make(router=router)\n",
        "src/shop/api.py": crud("prefix='/items'"),
        "Dockerfile": "CMD uvicorn shop.main:app\n",
    })  # fmt: skip
    assert (found.entry.name, found.entry.kind) == ("make", "factory")
    assert found.entry.module == "shop.core.setup"
    assert found.entry.instance is not None
    assert (found.entry.instance.module, found.entry.instance.name) == ("shop.main", "app")


@pytest.mark.parametrize(
    "held", ["app = Application().app", "made = Application()\napp = made.app"]
)
def test_what_a_method_makes_is_named_by_what_holds_it(tmp_path, held):
    made = "class Application:\n    def __init__(self):\n        self.app = FastAPI()\n        self.routes()\n    def routes(self):\n        self.app.include_router(router)\n"
    found, site = read(tmp_path, {
        "app/main.py": f"from fastapi import FastAPI\nfrom app.api import router\n{made}{held}\n",
        "app/api.py": crud("prefix='/items'"),
    })  # fmt: skip
    assert (found.entry.module, found.entry.name, found.entry.kind) == (
        "app.main",
        "app",
        "instance",
    )
    assert (site.on, site.function) == ("self.app", "Application.routes")


def test_several_apps_are_a_question(tmp_path):
    with pytest.raises(UsageError) as raised:
        read(tmp_path, TWO)
    problem = raised.value.problems[0]
    assert "--entry a/main.py:app" in (problem.hint or "")
    assert "--entry b/main.py:app" in (problem.hint or "")
    found, _ = read(tmp_path, TWO, "b/main.py:app")
    assert found.entry.at.file == "b/main.py"


def test_the_one_with_the_routers_is_meant(tmp_path):
    many = "".join(f"app.include_router(r{n})\n" for n in range(4))
    found, _ = read(tmp_path, {"worker.py": SERVED, "main.py": APP + many})
    assert found.entry.at.file == "main.py"


def test_an_entry_that_is_none(tmp_path):
    with pytest.raises(UsageError) as raised:
        read(tmp_path, {"main.py": APP}, "main.py:missing")
    assert "main.py:app" in (raised.value.problems[0].hint or "")


def test_no_app(tmp_path):
    write(tmp_path, {"main.py": "x = 1\n"})
    plain = ModuleIndex(tmp_path, tmp_path)
    assert find_app(plain, read_project(tmp_path), scan(plain)) is None


@pytest.mark.parametrize(
    ("files", "root", "module"),
    [
        ({"backend/app/__init__.py": "", "backend/app/main.py": APP + "from app import db\n", "backend/app/db.py": ""},
         "backend", "app.main"),
        ({"backend/app/main.py": APP + "from app.db import x\n", "backend/app/db.py": ""}, "backend", "app.main"),
        ({"src/main.py": APP + "from src.db import x\n", "src/db.py": ""}, ".", "src.main"),
        ({"src/main.py": APP + "from db import x\n", "src/db.py": ""}, "src", "main"),
        ({"src/shop/__init__.py": "", "src/shop/main.py": APP + "from . import db\n", "src/shop/db.py": ""},
         "src", "shop.main"),
        ({"main.py": APP + "from app.api import x\n", "app/api.py": ""}, ".", "main"),
        ({"core/main.py": APP + "from core.db import x\nfrom users.models import y\n", "core/core/db.py": "",
          "core/users/models.py": ""}, "core", "main"),
        ({"server/app/main.py": APP, "Dockerfile": "CMD uvicorn app.main:app\n"}, "server", "app.main"),
        ({"a/b/c/main.py": APP + "from ..x import y\n", "a/b/x.py": ""}, "a", "b.c.main"),
    ],
)  # fmt: skip
def test_import_roots(tmp_path, files, root, module):
    found, _ = read(tmp_path, files)
    assert found.index.relative(found.index.import_root) == root
    assert found.entry.module == module


def test_broken_and_odd_files_beside_the_app_are_no_trouble(tmp_path):
    found, _ = read(tmp_path, {
        "main.py": APP, "docs/a.py": "x = '\\u12'\nFastAPI(", "broken.py": "from fastapi import FastAPI\ndef f(:\n  FastAPI()\n",
        "nul.py": b"FastAPI(\0)", "binary.py": bytes(range(256)) + b"FastAPI(",
    })  # fmt: skip
    assert found.entry.at.file == "main.py"


def test_an_example_may_be_named(tmp_path):
    files = {"main.py": APP, "examples/shop.py": APP}
    assert read(tmp_path, files)[0].entry.at.file == "main.py"
    assert read(tmp_path, files, "examples/shop.py:app")[0].entry.at.file == "examples/shop.py"


def test_a_wrong_entry_in_pyproject_is_told_with_its_line(tmp_path):
    with pytest.raises(UsageError) as raised:
        read(tmp_path, {"main.py": APP, "pyproject.toml": "[tool.fastarch]\nentry = 'nope:app'\n"})
    problem = raised.value.problems[0]
    assert (problem.file, problem.line) == ("pyproject.toml", 2)


def test_a_wrong_entry_of_somebody_else_is_passed_over(tmp_path):
    files = {"main.py": APP, "pyproject.toml": "[tool.fastapi]\nentrypoint = 'nope:app'\n"}
    assert read(tmp_path, files)[0].entry.at.file == "main.py"


@pytest.mark.parametrize(
    ("parameters", "asks"),
    [("", False), ("settings=None", False), ("settings", True), ("*, settings", True)],
)
def test_a_factory_that_asks_for_arguments(tmp_path: Path, parameters: str, asks: bool) -> None:
    main = (
        "from fastapi import FastAPI\n\n"
        f"def create({parameters}):\n    app = FastAPI()\n    return app\n"
    )
    write(tmp_path, {"main.py": main, "requirements.txt": "fastapi\n"})
    entry = discover(tmp_path).entry

    assert entry is not None
    assert (entry.kind, entry.asks) == ("factory", asks)
