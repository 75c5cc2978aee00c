"""Rendered modules compile, bind every name that they use and define each name once."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastarch.discover.profile import Entry, Tests
from fastarch.discover.symbols import Place, Symbol
from fastarch.plan import assemble
from fastarch.plan.blueprint import templates_folder
from fastarch.plan.render import render_resource
from fastarch.plan.steps import Home
from fastarch.plan.support import NAMES
from fastarch.plan.vocabulary import with_article
from fastarch.spec.read import read_flags
from fastarch.spec.resource import Guard, Index, Resource
from tests.plan.shapes import GUARDS, MERGES, SHAPES, homes, profile, targets
from tests.spec.strategies import resources

RICH = read_flags(
    "products",
    [
        "name:str=120:search:sort", "sku:str=32:unique", "price:decimal=12,2:ge=0:filter:sort",
        "status:enum=draft,live:default=draft:filter", "note:text:null", "active:bool:default=true:filter",
        "stock:int:ge=0", "big:bigint:null", "weight:float:null", "day:date:null:filter", "date:date:null:filter", "at:time:null",
        "seen:datetime:default=now", "token:uuid:default=uuid4", "data:json:null", "blob:bytes:null",
        "mail:email:null", "web:url:null", "words:list=str:null", "code:str=6:re=^[A-Z]{3}$",
        "secret:str:writeonly", "rank:int:readonly:default=0", "owner:ref=users:back=products",
        "tags:m2m=tags", "parent:ref=products:null:back=children",
    ],
    soft_delete=True,
)  # fmt: skip


def ruff(texts: dict[str, str], folder: Path, python: str) -> str:
    """What ruff finds: syntax errors, unused and unbound names."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--output-format=concise",
               "--select=F,E9,B006,PLE,B018", f"--target-version={python}", str(folder)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def duplicates(text: str) -> list[str]:
    """Names that a module binds more than once at its top level."""
    bound: Counter[str] = Counter()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            bound[node.name] += 1
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update({alias.asname or alias.name for alias in node.names})
        elif isinstance(node, ast.Assign):
            bound.update({target.id for target in node.targets if isinstance(target, ast.Name)})
    return [name for name, count in bound.items() if count > 1]


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape: str, tmp_path: Path) -> None:
    app = SHAPES[shape]
    texts = {
        f"{role}_{number}": text
        for number, merged in enumerate(MERGES)
        for role, text in render_resource(
            RICH, app, homes(RICH.name, merged), targets(RICH, app)
        ).items()
    }

    assert ruff(texts, tmp_path, "py39" if "3.9" in shape else "py311") == ""
    for text in texts.values():
        assert duplicates(text) == []


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("guard", GUARDS, ids=["alias", "function", "no user"])
def test_shapes_with_a_guard(shape: str, guard: Guard, tmp_path: Path) -> None:
    app, scope = SHAPES[shape], "owner" if guard.user else None
    resource = replace(RICH, guard=guard, scope=scope, soft_delete=guard.plain_id)
    texts = render_resource(
        resource, app, homes(RICH.name), targets(resource, app, "owner_id" if scope else None)
    )

    assert ruff(texts, tmp_path, "py39" if "3.9" in shape else "py311") == ""
    for text in texts.values():
        assert duplicates(text) == []
    assert "UNAUTHORIZED" in texts["router"]
    assert ("Product.owner_id" in texts["repository"]) == bool(scope)
    if scope:
        queries = re.findall(r"= select\(|\(delete\(", texts["repository"])
        assert len(re.findall(r"owner_id\)? == owner_id", texts["repository"])) >= len(queries)


@settings(max_examples=15)
@given(
    resource=resources(),
    guard=st.sampled_from([None, *GUARDS[:2]]),
    shape=st.sampled_from(sorted(SHAPES)),
    merged=st.sampled_from(MERGES),
)
def test_any_resource(
    resource: Resource,
    guard: Guard | None,
    shape: str,
    merged: tuple[str, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    app = SHAPES[shape]
    resource = replace(resource, guard=guard)
    owned = targets(resource, app, None if guard is None else "owner_id")
    texts = render_resource(resource, app, homes(resource.name, merged), owned)

    assert ruff(texts, tmp_path_factory.mktemp("any"), "py311") == ""
    for text in texts.values():
        assert duplicates(text) == []


def test_imports_are_sorted(tmp_path: Path) -> None:
    texts = render_resource(RICH, profile(), homes(RICH.name), targets(RICH, profile()))
    package = tmp_path / "app"
    package.mkdir()
    for name, text in texts.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "ruff", "format", "-q", "--isolated", str(package)], check=True
    )
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select=I001",
               "--config=lint.isort.known-first-party=['app']", str(package)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_dependency_that_commits() -> None:
    resource = read_flags("products", ["name"])
    app = profile(commits="dependency")
    service = render_resource(resource, app, homes(resource.name), {})["service"]

    assert "commit(" not in service
    assert "session.flush()" in service


def test_names_that_the_app_has() -> None:
    small = read_flags("products", ["status:enum=draft,live", "price:decimal=9,2:sort"])
    here = homes(small.name)
    flat = {role: Home("app/main.py", "app.main", shared=True) for role in here}
    there = frozenset({"ProductStatus", "ProductPrice", "PRODUCT_SORTS", "product_errors", "App"})
    texts = render_resource(
        small,
        profile(),
        flat,
        {},
        defined=lambda path: there if path == "app/main.py" else frozenset(),
    )

    defined = {name for text in texts.values() for name in assemble.names(text)}
    assert not defined & there
    assert {"ProductStatusValue", "ProductPriceValue", "PRODUCT_SORTS_VALUE"} <= defined
    assert "Product" in defined


def test_an_enum_called_as_a_related_model(tmp_path: Path) -> None:
    resource = read_flags("orders", ["item:enum=a,b:default=a:filter", "best:ref=order_items:null"])
    app = profile()
    texts = render_resource(resource, app, homes(resource.name), targets(resource, app))

    assert ruff(texts, tmp_path, "py311") == ""
    assert "class OrderItemValue(" in texts["model"]
    assert "from app.models.order_item import OrderItem\n" in texts["model"]
    assert 'Mapped["OrderItem | None"]' in texts["model"]
    assert "OrderItemValue" in texts["schema"]


def test_a_list_of_choices() -> None:
    resource = read_flags("products", ["tags:list=enum=new,old:default=[]"])
    texts = render_resource(resource, profile(), homes(resource.name), {})

    assert "class ProductTags(" in texts["model"]
    assert "tags: Mapped[list[ProductTags]]" in texts["model"]
    assert "tags: list[ProductTags]" in texts["schema"]


@pytest.mark.parametrize(
    ("fields", "varied"),
    [
        (["note", "best:ref=orders", "kind:ref=kinds"], ["best_id"]),
        (["best:ref=orders", "number:int"], []),
        (["best:ref=orders", "paid:bool"], ["best_id"]),
        (["paid:bool", "best:ref=orders:unique"], ["best_id"]),
    ],
)
def test_rows_under_a_unique_index(fields: list[str], varied: list[str]) -> None:
    resource = read_flags("invoices", fields)
    over = tuple(field.name for field in resource.fields if field.name != "note")
    resource = replace(resource, indexes=(Index(over, unique=True),))
    app = profile()
    test = render_resource(resource, app, homes(resource.name), targets(resource, app))["test"]

    made = test.partition("def bodies(")[2].partition("def create(")[0]
    assert re.findall(r'"(\w+)": served_id', made) == varied * 2
    assert "def test_unique_together(" in test


def test_rows_that_cannot_differ() -> None:
    resource = read_flags("rooms", ["wet:bool", "size:enum=s,m"])
    resource = replace(resource, indexes=(Index(("wet", "size"), unique=True),))
    test = render_resource(resource, profile(), homes(resource.name), {})["test"]

    assert test.count('"wet": ') == 2


@pytest.mark.parametrize(
    "noun", ["an order", "a user", "an hour", "a union", "an unknown", "a product", "an item"]
)
def test_article(noun: str) -> None:
    assert with_article(noun.partition(" ")[2]) == noun


def test_text_keys() -> None:
    app = SHAPES["base with text keys"]
    texts = render_resource(read_flags("products", ["name"]), app, homes(RICH.name), {})

    assert "product_id: str" in texts["service"]
    assert "    id: str\n" in texts["schema"]
    assert "int" not in texts["repository"].partition("def find")[0]


def test_a_variable_of_a_routers_name() -> None:
    app = profile()
    app = replace(app, style=replace(app.style, router_variable="{one}"))
    texts = render_resource(read_flags("products", ["name"]), app, homes(RICH.name), {})

    assert "import product" not in texts["repository"] + texts["service"] + texts["test"]


def test_moments_of_the_apps_own_base() -> None:
    app = SHAPES["base with id and timestamps"]
    texts = render_resource(read_flags("products", ["name"]), app, homes(RICH.name), {})

    assert "created_at: UTCMoment" in texts["schema"]


@pytest.mark.parametrize(
    ("pin", "key"),
    [
        ("^0.0.16", 'sa_column_args=(ForeignKey("shops.id", ondelete="CASCADE"),)'),
        (">=0.0.24", 'foreign_key="shops.id", ondelete="CASCADE"'),
    ],
)
def test_foreign_keys_of_an_old_sqlmodel(pin: str, key: str) -> None:
    app = replace(SHAPES["sqlmodel async classes"], versions={"sqlmodel": pin})
    resource = read_flags("products", ["name", "shop:ref=shops:on=cascade"])
    model = render_resource(resource, app, homes(resource.name), targets(resource, app))["model"]

    assert key in model
    assert ("import ForeignKey" in model) == ("sa_column_args" in model)


def test_tests_import_the_app_as_its_own_tests_do() -> None:
    app = replace(profile(), tests=Tests("tests", prefix="src."))
    texts = render_resource(read_flags("products", ["name"]), app, homes(RICH.name), {})

    assert "from src.app.main import app" in texts["test"]
    assert "from src.app.models.product import Product" in texts["test"]
    assert "from src.fastapi" not in texts["test"]
    assert "src." not in texts["router"]


def test_a_factory_that_asks_for_arguments() -> None:
    served = Symbol(Place("app/main.py", 9), "app.main", "app")
    entry = Entry(Place("app/setup.py", 1), "app.setup", "make", "factory", instance=served)
    for asks, importing in (
        (True, "from app.main import app"),
        (False, "from app.setup import make"),
    ):
        app = replace(profile(), entry=replace(entry, asks=asks))
        texts = render_resource(read_flags("products", ["name"]), app, homes(RICH.name), {})

        assert importing in texts["test"]
        assert ("app = make()" in texts["test"]) != asks


def test_relative_imports() -> None:
    resource = read_flags("products", ["name"])
    texts = render_resource(resource, profile(relative=True), homes(resource.name), {})

    assert "from ..database import Base" in texts["model"]
    assert "from app" not in texts["router"]
    assert "from app.main import app" in texts["test"]


def test_relative_imports_of_a_package() -> None:
    resource = read_flags("products", ["name"])
    places = homes(resource.name)
    places["router"] = Home("app/api/products/__init__.py", "app.api.products", shared=False)
    text = render_resource(resource, profile(relative=True), places, {})["router"]

    assert "from ...database import" in text
    assert "from ...schemas.product import" in text


def test_overridden_template(tmp_path: Path) -> None:
    own = tmp_path / ".fastarch/templates/resource/schema.py.jinja"
    own.parent.mkdir(parents=True)
    own.write_text('"""Ours."""\n\nNAME = "{{ name.one }}"\n')
    resource = read_flags("products", ["name"])
    texts = render_resource(
        resource, replace(profile(), root=str(tmp_path)), homes(resource.name), {}
    )

    assert texts["schema"] == '"""Ours."""\n\nNAME = "product"\n'
    assert "class ProductService" in texts["service"]


def test_helpers_are_those_of_the_templates() -> None:
    folder = templates_folder() / "resource"
    for role, names in NAMES.items():
        text = (folder / f"{role}.py.jinja").read_text(encoding="utf-8")
        defined = re.findall(r"^(?:def |class )?(\w+)(?: = |\(|:)", text, re.MULTILINE)
        assert set(defined) == names, role

    texts = render_resource(
        read_flags("products", ["name"], timestamps=False), profile(), homes(RICH.name), {}
    )
    assert "UTCDateTime" not in texts["model"]
    assert "UTCMoment" not in texts["common"]
    assert "column_types" not in texts
