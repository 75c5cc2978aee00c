"""Edits that make an app know a resource, as data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.discover.database_facts import Alembic
from fastarch.discover.profile import RouterSite
from fastarch.discover.symbols import Expression, Place
from fastarch.errors import NotUnderstoodError
from fastarch.plan.steps import EditFile, Home
from fastarch.plan.wiring import include_router, register_model
from fastarch.spec.read import read_flags
from fastarch.wire.extend_list import ExtendList
from fastarch.wire.include_router import IncludeRouter
from tests.plan.shapes import profile

AT = Place("app/api/main.py", 3)
HOME = Home("app/api/routes/products.py", "app.api.routes.products", shared=False)
PRODUCTS = read_flags("products", ("name",))


def made(site: RouterSite | None, home: Home = HOME) -> EditFile | None:
    return include_router(PRODUCTS, replace(profile(), router_site=site), home, "router")


@pytest.mark.parametrize(
    "site", [None, RouterSite(AT, "app.api.main", "unknown", "api", why="It is made at run time.")]
)
def test_no_safe_place(site: RouterSite | None) -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        made(site)
    (problem,) = caught.value.problems
    assert problem.hint is not None
    assert "from app.api.routes.products import router" in problem.hint
    assert ("run time" in problem.message) is (site is not None)


def test_routers_that_are_found_at_run_time() -> None:
    assert made(RouterSite(AT, "app.api.main", "include", "app", automatic=True)) is None


@pytest.mark.parametrize(
    ("module", "file", "level", "target"),
    [
        ("app.api.main", "app/api/main.py", 1, "routes.products"),
        ("app.api", "app/api/__init__.py", 1, "routes.products"),
        ("app.main", "app/main.py", 1, "api.routes.products"),
        ("app.core.main", "app/core/main.py", 2, "api.routes.products"),
        ("main", "main.py", 0, "app.api.routes.products"),
    ],
)
def test_relative_imports(module: str, file: str, level: int, target: str) -> None:
    step = made(RouterSite(Place(file, 1), module, "include", "app", relative=True))
    assert step is not None
    assert isinstance(step.edit, IncludeRouter)
    assert (step.edit.level, step.edit.module) == (level, target)


def test_a_router_of_the_same_module() -> None:
    step = made(RouterSite(AT, "app.api.main", "include", "app"), Home(AT.file, "x", shared=True))
    assert step is not None
    assert isinstance(step.edit, IncludeRouter)
    assert (step.edit.level, step.edit.module) == (0, "")


def test_what_siblings_say_at_the_include() -> None:
    guard = ("dependencies", Expression("[Depends(x)]"))
    site = RouterSite(
        AT, "app.api.main", "aggregator", "api", prefix="/v1", prefix_at="include",
        tags_at="include", arguments=(guard,), include_prefix=Expression('f"{{V1}}/{slug}"'),
    )  # fmt: skip
    step = made(site)
    assert step is not None
    assert isinstance(step.edit, IncludeRouter)
    assert step.edit.arguments == (
        ("prefix", 'f"{V1}/products"'),
        ("tags", '["products"]'),
        ("dependencies", "[Depends(x)]"),
    )


def test_an_element_of_a_list() -> None:
    site = RouterSite(
        AT, "app.api.main", "list", "ROUTERS", prefix="/v1", router_prefix="/v1",
        element='({router}, "{prefix}", "{tag}")', prefix_at="include",
    )  # fmt: skip
    step = made(site)
    assert step is not None
    assert isinstance(step.edit, ExtendList)
    assert step.edit.element == '(products.router, "/v1/products", "products")'


@pytest.mark.parametrize(
    ("registration", "file", "edits"),
    [
        ("imports", "alembic/env.py", ["alembic/env.py"]),
        ("package", "app/models/__init__.py", ["app/models/__init__.py"]),
        ("walk", "alembic/env.py", []),
        ("imports", None, []),
    ],
)
def test_a_model_is_registered(registration: str, file: str | None, edits: list[str]) -> None:
    alembic = Alembic(
        AT, "alembic/env.py", "alembic/versions", registration=registration, file=file
    )  # type: ignore[arg-type]
    app = replace(profile(), alembic=alembic)
    app = replace(app, layout=replace(app.layout, exports={}))
    home = Home("app/models/product.py", "app.models.product", shared=False)
    assert [step.path for step in register_model(PRODUCTS, app, home)] == edits
