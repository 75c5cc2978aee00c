"""Homes, layers, packages; and the edits of wiring that depend on files alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.discover.profile import Dependencies, Layout
from fastarch.errors import NotUnderstoodError, UsageError
from fastarch.plan.places import ROLES, choose_layers, homes, module_name, new_packages
from fastarch.plan.steps import EditFile, Tell
from fastarch.plan.wiring import declare
from fastarch.spec.names import parse_name
from tests.plan.shapes import profile


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("all", {"model", "schema", "repository", "service", "router"}),
        ("fit", {"model", "schema", "router", "service"}),
        ("model, schema,router", {"model", "schema", "router"}),
    ],
)
def test_layers(asked: str, kept: set[str]) -> None:
    app = profile()
    layout = replace(app.layout, found=frozenset({"service", "test"}))
    assert choose_layers(replace(app, layout=layout), asked) == kept


@pytest.mark.parametrize("asked", ["model,nope", "service", ""])
def test_layers_that_are_not(asked: str) -> None:
    with pytest.raises(UsageError):
        choose_layers(profile(), asked)


def test_a_layer_that_is_left_out_shares_the_next_home() -> None:
    paths = {role: f"app/{role}.py" for role in ROLES}
    app = replace(profile(), layout=Layout("flat", paths))
    placed = homes(app, parse_name("products"), ("model", "schema", "router"))
    assert placed["repository"].path == placed["service"].path == placed["router"].path


@pytest.mark.parametrize(
    ("root", "path", "module"),
    [
        (".", "app/models/user.py", "app.models.user"),
        (".", "app/models/__init__.py", "app.models"),
        ("src", "src/app/main.py", "app.main"),
    ],
)
def test_module_names(root: str, path: str, module: str) -> None:
    assert module_name(root, path) == module


def test_new_packages() -> None:
    app = replace(profile(), import_root="src")
    paths = ["src/app/a/b/c.py", "src/app/a/d.py", "elsewhere/x.py"]
    there = {"src", "src/app"}
    assert list(new_packages(app, paths, there.__contains__)) == [
        "src/app/a/__init__.py",
        "src/app/a/b/__init__.py",
    ]
    bare = replace(app, layout=Layout("layered", app.layout.paths, init_files=False))
    assert list(new_packages(bare, paths, there.__contains__)) == []


def test_a_package_does_not_shadow_a_module() -> None:
    there = {"app", "app/a.py"}
    with pytest.raises(NotUnderstoodError, match=r"would shadow the module app/a\.py"):
        list(new_packages(profile(), ["app/a/b.py"], there.__contains__))


@pytest.mark.parametrize(
    ("home", "edited"),
    [
        (Dependencies("requirements.txt", "requirements"), True),
        (Dependencies("pyproject.toml", "poetry"), True),
        (Dependencies("setup.py", "setup"), False),
        (None, False),
    ],
)
def test_a_dependency_is_declared_or_told(home: Dependencies | None, edited: bool) -> None:
    (step,) = declare(replace(profile(), dependencies=home), ("alembic>=1.13",))
    assert isinstance(step, EditFile) if edited else step == Tell("Install alembic>=1.13.")
