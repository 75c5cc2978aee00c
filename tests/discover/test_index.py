from __future__ import annotations

import ast
from pathlib import Path

import pytest

from fastarch.discover.index import ModuleIndex
from tests.discover.apps import write


def index_of(root: Path, files, base: str = "") -> ModuleIndex:
    write(root, files)
    return ModuleIndex(root, root / base)


def test_finds_modules_packages_and_namespace_packages(tmp_path):
    index = index_of(tmp_path, {
        "app/__init__.py": "", "app/main.py": "", "app/routers/users.py": "", "one.py": "",
    })  # fmt: skip
    assert index.find("app").file == "app/__init__.py"
    assert index.find("app.main").package == "app"
    assert index.find("app.routers").is_package
    assert index.find("app.routers.users").file == "app/routers/users.py"
    assert index.find("one").name == "one"
    assert index.find("fastapi") is None
    assert index.find("app.missing") is None
    assert index.at("app/main.py") is index.find("app.main")


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("here", "app.main.here"),
        ("renamed", "app.db.get_db"),
        ("reexported", "app.models.user.User"),
        ("starred", "app.constants.starred"),
        ("hidden", ""),
        ("users.router", "app.routers.users.router"),
        ("copied", "app.db.get_db"),
        ("app.db.get_db", "app.db.get_db"),
        ("Depends", "fastapi.Depends"),
        ("fa.FastAPI", "fastapi.FastAPI"),
        ("Holder.inner", "app.main.Holder.inner"),
        ("tried", "app.db.get_db"),
        ("cycle", ""),
        ("loop", ""),
        ("nothing", ""),
    ],
)
def test_follows_names(tmp_path, name, want):
    index = index_of(tmp_path, {
        "app/__init__.py": "",
        "app/main.py": """
            import fastapi as fa
            import app.db
            from fastapi import Depends
            from .db import get_db as renamed
            from app.models import User as reexported
            from app.constants import *
            from app.routers import users
            from app.one import cycle
            try:
                from app.db import get_db as tried
            except ImportError:
                tried = None
            copied = renamed
            loop = loop
            def here(): ...
            class Holder:
                inner = 1
        """,
        "app/db.py": "def get_db(): ...",
        "app/models/__init__.py": "from .user import User",
        "app/models/user.py": "class User: ...",
        "app/constants.py": "__all__ = ['starred']\nstarred = 1\nhidden = 2",
        "app/routers/users.py": "router = 1",
        "app/one.py": "from app.two import cycle",
        "app/two.py": "from app.one import cycle",
    })  # fmt: skip
    found = index.origin(index.find("app.main"), name)
    assert found == (want if want or name != "loop" else "app.main.loop")


def test_local_names_come_first(tmp_path):
    index = index_of(tmp_path, {
        "main.py": "from a import thing\ndef make():\n    from b import thing\n    return thing\n",
        "a.py": "thing = 1", "b.py": "thing = 2",
    })  # fmt: skip
    main = index.find("main")
    function = main.tree.body[1]
    assert isinstance(function, ast.FunctionDef)
    assert index.origin(main, "thing", function) == "b.thing"
    assert index.origin(main, "thing") == "a.thing"


def test_the_last_binding_wins(tmp_path):
    index = index_of(tmp_path, {
        "app/__init__.py": "", "app/x.py": "",
        "app/main.py": "import app.x\nfrom fastapi import FastAPI\napp = FastAPI()\n",
    })  # fmt: skip
    found = index.resolve(index.find("app.main"), "app")
    assert found is not None
    assert isinstance(found.value, ast.Call)


def test_reaches_what_is_imported_in_order(tmp_path):
    index = index_of(tmp_path, {
        "main.py": """
            import one
            from pkg import (
                two,  # a comment (with brackets)
                three as third,
            )
            def make():
                from pkg.four import x
        """,
        "one.py": "import five", "five.py": "import main", "pkg/__init__.py": "",
        "pkg/two.py": "", "pkg/three.py": "", "pkg/four.py": "x = 1", "unrelated.py": "import one",
    })  # fmt: skip
    names = [module.name for module in index.reachable(index.find("main"))]
    assert names == ["main", "one", "five", "pkg", "pkg.two", "pkg.three", "pkg.four"]


@pytest.mark.parametrize(
    "code",
    [
        "import pkgutil, importlib\nfor m in pkgutil.iter_modules(__path__):\n    importlib.import_module(m.name)\n",
        "from importlib import import_module\nfor n in ('a', 'b'):\n    import_module(f'{__package__}.{n}')\n",
    ],
)
def test_reaches_what_is_imported_by_name(tmp_path, code):
    index = index_of(tmp_path, {"pkg/__init__.py": code, "pkg/a.py": "", "pkg/b.py": ""})
    names = {module.name for module in index.reachable(index.find("pkg"))}
    assert {"pkg.a", "pkg.b"} <= names


def test_files_leave_out_what_is_not_the_apps(tmp_path):
    index = index_of(tmp_path, {
        "app/main.py": "", "env/pyvenv.cfg": "", "env/lib/x.py": "", ".venv/y.py": "",
        "node_modules/z.py": "", "build/lib/app/main.py": "", ".git/hook.py": "", "dist/a.py": "",
        "lib/site-packages/b.py": "", "app/__pycache__/c.py": "", "x.egg-info/d.py": "",
    })  # fmt: skip
    assert [index.relative(path) for path in index.files()] == ["app/main.py"]


def test_links_do_not_loop(tmp_path):
    index = index_of(tmp_path, {"app/main.py": "from app.app import main"})
    (tmp_path / "app" / "app").symlink_to(tmp_path / "app")
    (tmp_path / "app" / "gone.py").symlink_to(tmp_path / "missing.py")
    assert len(list(index.files())) == 2
    assert [m.name for m in index.reachable(index.find("app.main"))] == ["app.main", "app"]
    assert index.find("app.gone").tree.body == []


def test_a_folder_named_like_a_module_and_odd_names(tmp_path):
    index = index_of(tmp_path, {"a.py/": "", "b.py": "import a", "c-d.py": "", "é.py": "x = 1"})
    assert index.find("a") is None
    assert index.find("é").name == "é"
    assert list(index.reachable(index.find("b")))


def test_relative_imports_above_the_top_are_no_crash(tmp_path):
    index = index_of(tmp_path, {"main.py": "from ...x import y\nfrom . import z\n", "z.py": ""})
    main = index.find("main")
    assert index.origin(main, "y") in {"", "x.y"}
    assert [m.name for m in index.reachable(main)] == ["main", "z"]
