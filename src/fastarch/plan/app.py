"""``new app``: a small app to start from, made by the same features as everything else."""

from __future__ import annotations

import re
import sys
import tomllib
from itertools import chain
from typing import Literal, get_args

from fastarch.discover.database_facts import Orm
from fastarch.discover.profile import AppProfile, Entry, Formatting, Layout, Role, Style
from fastarch.discover.symbols import Place
from fastarch.errors import Problem, UsageError
from fastarch.plan.blueprint import Blueprint, Setting, load_blueprint
from fastarch.plan.database import SQLITE_URL, with_database
from fastarch.plan.render import render
from fastarch.plan.steps import Step, WriteFile

Database = Literal["sqlite", "postgres"]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*")
_DISTRIBUTION = re.compile(r"[\w.-]+")
_FOLDERS = frozenset({"app", "tests"})
_PATHS: dict[Role, str] = {
    "model": "app/models/{one}.py",
    "schema": "app/schemas/{one}.py",
    "repository": "app/repositories/{one}.py",
    "service": "app/services/{one}.py",
    "router": "app/routers/{many}.py",
    "test": "tests/test_{many}.py",
}


def plan_app(name: str, db: str = "sqlite") -> tuple[Step, ...]:
    """The files of a new app; paths are relative to its own folder, ``NAME/``.

    Raises:
        UsageError: the name cannot be a project's, is that of a module that the app needs, or there
            is no such database.
    """
    if not _NAME.fullmatch(name):
        message = f"{name!r} cannot be an app's name."
        raise UsageError(Problem(message, hint="letters, digits, - and _, as in my-shop"))
    if db not in get_args(Database):
        message = f"There is no database {db!r}."
        raise UsageError(Problem(message, hint="sqlite or postgres"))
    database = name.lower().replace("-", "_")
    url = SQLITE_URL if db == "sqlite" else f"postgresql://localhost/{database}"
    blueprint = load_blueprint("app")
    needed = load_blueprint("database").select({"default_url": url, **_NOWHERE}, {"async"})
    words: dict[str, object] = {
        "slug": name.lower().replace("_", "-"),
        "title": re.sub(r"[-_]", " ", name).title(),
        "db": db,
        "database": database,
        "requirements": _requirements(blueprint, needed),
        "env_lines": [
            f"{field.name.upper()}={_plain(field)}"
            for field in (*blueprint.settings, *needed.settings)
        ],
    }
    files = [
        WriteFile(file.path, render(f"app/{file.template}", words)) for file in blueprint.files
    ]
    _require_free(name, next(file.text for file in files if file.path == "pyproject.toml"))
    made, _ = with_database(
        _bare_profile(), lambda _: False, default_url=url, settings=blueprint.settings
    )
    # What the feature asks of an app's own code, main.py and pyproject.toml say from the start.
    return (*files, *(step for step in made.steps if isinstance(step, WriteFile)))


def _require_free(name: str, pyproject: str) -> None:
    """Refuse the name of what the app itself imports or installs.

    Raises:
        UsageError: It is one.
    """
    project = tomllib.loads(pyproject)["project"]
    needed = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    packages = {_folded(match[0]) for each in needed if (match := _DISTRIBUTION.match(each))}
    if _folded(name) in packages:
        reason = "the app needs a package of that name"
    elif name.lower().replace("-", "_") in {each.lower() for each in sys.stdlib_module_names}:
        reason = "a module of Python's is called so"
    elif name.lower() in _FOLDERS:
        reason = "a folder of the app is called so"
    else:
        return
    message = f"{name!r} cannot be an app's name: {reason}."
    raise UsageError(Problem(message, hint="another one, as in my-shop"))


def _folded(name: str) -> str:
    """As installers compare names."""
    return re.sub(r"[-_.]+", "-", name).lower()


_NOWHERE = dict.fromkeys(("database_file", "database_module", "settings_file"), "")


def _requirements(*blueprints: Blueprint) -> list[str]:
    return sorted(item.requirement for one in blueprints for item in one.dependencies)


def _plain(field: Setting) -> str:
    """A setting's default as the environment says it."""
    match = re.search(r'"(.*)"', field.default or "")
    return match[1] if match else (field.default or "").lower()


def _bare_profile() -> AppProfile:
    """The new app as it is before it has a database."""
    return AppProfile(
        root=".",
        import_root=".",
        package="app",
        python=">=3.11",
        versions={},
        entries=(),
        entry=Entry(Place("app/main.py", 1), "app.main", "app", "instance"),
        router_site=None,
        orm=Orm("none"),
        session=None,
        layout=Layout("layered", _PATHS, exports={"model": "app/models/__init__.py"}),
        style=Style(async_endpoints=True),
        formatting=Formatting(line_length=100),
        id=None,
        settings=None,
        alembic=None,
        tests=None,
        auth=None,
        dependencies=None,
    )
