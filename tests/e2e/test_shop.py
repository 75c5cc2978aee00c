"""A shop of related resources from one file, on a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.e2e.apps import BY_NAME, EXAMPLES
from tests.e2e.contract import Collection
from tests.e2e.project import PYTHON, Project
from tests.services import postgres_database

SHOP = str(EXAMPLES / "specs" / "shop.yaml")


@pytest.fixture(scope="module", params=["helpdesk", "inventory", "library"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project.copy(BY_NAME[request.param], tmp_path_factory.mktemp("shop"))
    project.fastarch("new", "resource", "--spec", SHOP)
    return project


def test_again_there_is_nothing_to_do(shop: Project) -> None:
    before = shop.snapshot()
    again = shop.fastarch("new", "resource", "--spec", SHOP)
    assert "nothing to do" in (again.stdout + again.stderr).lower()
    assert shop.snapshot() == before


def test_is_typed_and_passes_its_tests(shop: Project) -> None:
    assert shop.app.mypy is not None
    shop.run(PYTHON, "-m", "mypy", "--strict", *shop.app.mypy)
    shop.pytest()


def test_migrates_and_serves(shop: Project) -> None:
    with postgres_database() as url:
        env = shop.database(url)
        shop.alembic(env, "upgrade", "head")
        shop.alembic(env, "check")
        shop.alembic(env, "downgrade", "-1")
        shop.alembic(env, "upgrade", "head")
        with shop.serve(env) as client:
            exercise(client)


def exercise(client: httpx2.Client) -> None:
    names = ("categories", "tags", "products", "customers", "orders", "order_items")
    found = {name: _find(client, name) for name in names}
    categories, tags, products = (found[name] for name in names[:3])
    customers, orders, items = (found[name] for name in names[3:])

    root = categories.create({"name": "Light", "slug": "light"})
    child = categories.create({"name": "Lamps", "slug": "lamps", "parent_id": root["id"]})
    assert child["parent_id"] == root["id"]
    red, blue = (tags.create({"label": label}) for label in ("red", "blue"))

    lamp = _product(category_id=child["id"], tag_ids=[red["id"], blue["id"]])
    created = products.create(lamp)
    assert sorted(map(str, created["tag_ids"])) == sorted(map(str, lamp["tag_ids"]))
    path = products.item(created["id"])
    assert client.get(path).json() == created
    changed = client.patch(path, json={"tag_ids": [red["id"]]})
    assert changed.json()["tag_ids"] == [red["id"]]
    listed = client.get(products.path, params={"category_id": child["id"]}).json()
    assert [entry["id"] for entry in listed] == [created["id"]]

    # Who is referred to stays; who refers to nobody is refused.
    assert client.delete(categories.item(child["id"])).status_code == 409
    nobody = 987654 if isinstance(root["id"], int) else str(uuid4())
    assert client.post(products.path, json=_product(category_id=nobody)).status_code == 409
    assert client.patch(path, json={"category_id": None}).status_code == 422

    # The parent goes, the child stays.
    assert client.delete(categories.item(root["id"])).status_code == 204
    assert client.get(categories.item(child["id"])).json()["parent_id"] is None

    ada = customers.create({"email": "ada@example.com", "name": "Ada"})
    order = orders.create(
        {"number": "A-1", "customer_id": ada["id"], "placed_at": "2026-11-23T12:00:00+01:00"}
    )
    assert order["placed_at"].replace("+00:00", "Z") == "2026-11-23T11:00:00Z"
    line = {"order_id": order["id"], "product_id": created["id"], "unit_price": "12.50"}
    item = items.create(line)
    assert item["quantity"] == 1
    assert client.post(items.path, json=line).status_code == 409
    assert client.delete(path).status_code == 409
    assert client.delete(customers.item(ada["id"])).status_code == 409
    assert client.delete(orders.item(order["id"])).status_code == 204
    assert client.get(items.item(item["id"])).status_code == 404
    assert client.delete(path).status_code == 204


def _find(client: httpx2.Client, name: str) -> Collection:
    for spelling in (name, name.replace("_", "-")):
        try:
            return Collection.find(client, spelling)
        except AssertionError:
            continue
    raise AssertionError(f"{name} is not served")


def _product(**changes: Any) -> dict[str, Any]:
    return {"name": "Lamp", "sku": uuid4().hex, "price": "12.50", "tag_ids": []} | changes


def test_a_file_of_several_makes_the_one_that_is_named(tmp_path: Path) -> None:
    project = Project.copy(BY_NAME["library"], tmp_path)
    project.fastarch("new", "resource", "tags", "--spec", SHOP)
    written = " ".join(project.created(".py"))
    assert "tag" in written
    assert "customer" not in written
