"""Every line of the contract of a scaffolded collection, over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx2

STATUSES = {
    ("collection", "post"): {"201", "409", "422"},
    ("collection", "get"): {"200", "422"},
    ("item", "get"): {"200", "404", "422"},
    ("item", "patch"): {"200", "404", "409", "422"},
    ("item", "put"): {"200", "404", "409", "422"},
    ("item", "delete"): {"204", "404", "409"},
}


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection that is served somewhere: its paths are read from the OpenAPI document."""

    client: httpx2.Client
    openapi: dict[str, Any]
    path: str
    item_path: str

    @classmethod
    def find(cls, client: httpx2.Client, name: str) -> Collection:
        """Find the collection's two paths in the app's OpenAPI document."""
        openapi = document(client)
        paths = [path for path in openapi["paths"] if re.search(rf"/{name}/?$", path)]
        items = [path for path in openapi["paths"] if re.search(rf"/{name}/{{\w+}}/?$", path)]
        assert len(paths) == len(items) == 1, sorted(openapi["paths"])
        return cls(client, openapi, paths[0], items[0])

    def item(self, id_: object) -> str:
        """The path of one."""
        return re.sub(r"{\w+}", str(id_), self.item_path)

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Create one that must succeed."""
        answer = self.client.post(self.path, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


def document(client: httpx2.Client) -> dict[str, Any]:
    """The app's OpenAPI document, wherever the app serves it."""
    for path in ("/openapi.json", "/api/v1/openapi.json"):
        answer = client.get(path)
        if answer.status_code == 200:
            return dict(answer.json())
    raise AssertionError("the app serves no OpenAPI document")


def product(**changes: Any) -> dict[str, Any]:
    """A product that nobody else has."""
    return {"name": "Lamp", "sku": uuid4().hex, "price": "12.50"} | changes


def exercise(client: httpx2.Client, *, path: str, item_slash: bool, id_type: str) -> None:
    """Exercise the products of an app whose table is empty."""
    products = Collection.find(client, "products")
    assert products.path == path
    assert products.item_path.endswith("/") == item_slash
    missing = products.item(uuid4() if id_type == "uuid" else 987654321)
    documents(products)
    creates(products, id_type)
    refuses(products)
    lists(products)
    filters(products)
    reads(products, missing)
    patches(products, missing)
    replaces(products, missing)
    deletes(products, missing)


def documents(products: Collection) -> None:
    """Every answer is in the OpenAPI document, with examples."""
    for (where, method), statuses in STATUSES.items():
        path = products.path if where == "collection" else products.item_path
        operation = products.openapi["paths"][path][method]
        assert statuses <= set(operation["responses"]), (method, path, set(operation["responses"]))
    assert products.openapi["paths"][products.path]["post"].get("tags")
    schemas = products.openapi["components"]["schemas"]
    name = products.openapi["paths"][products.path]["post"]["requestBody"]["content"][
        "application/json"
    ]["schema"]["$ref"].rsplit("/", 1)[1]
    assert "example" in repr(schemas[name]), schemas[name]


def creates(products: Collection, id_type: str) -> None:
    """201, Location, the created object with its defaults."""
    client = products.client
    body = product(price="0.10")
    answer = client.post(products.path, json=body)
    assert answer.status_code == 201, answer.text
    created = answer.json()
    assert isinstance(created["id"], int if id_type == "int" else str)
    assert {key: created[key] for key in ("name", "sku")} == {
        key: body[key] for key in ("name", "sku")
    }
    assert Decimal(str(created["price"])) == Decimal("0.10")
    assert (created["status"], created["note"], created["active"]) == ("draft", None, True)
    location = answer.headers["location"]
    assert client.get(location).json() == created
    assert client.post(products.path, json=body).status_code == 409


def refuses(products: Collection) -> None:
    """422 for what is invalid or unknown; nothing is stored."""
    client = products.client
    before = client.get(products.path).json()
    bad = [
        {key: value for key, value in product().items() if key != "name"},
        product(colour="red"),
        product(id=1),
        product(name="x" * 121),
        product(name=None),
        product(active=None),
        product(status=None),
        product(status="gone"),
        product(price="-0.01"),
        product(price="1.234"),
        product(price="12345678901.00"),
        product(price="NaN"),
        product(name=5),
        product(name="nul\0"),
    ]
    for body in bad:
        answer = client.post(products.path, json=body)
        assert answer.status_code == 422, (body, answer.status_code, answer.text)
    broken = client.post(
        products.path, content=b'{"name": ', headers={"content-type": "application/json"}
    )
    assert broken.status_code in {400, 422}
    assert client.get(products.path).json() == before


def lists(products: Collection) -> None:
    """An array, 50 if not asked otherwise, at most 100."""
    client = products.client
    for number in range(104):
        products.create(product(name=f"Bulk {number:03}"))
    assert len(client.get(products.path).json()) == 50
    first = client.get(products.path, params={"limit": 100}).json()
    assert len(first) == 100
    second = client.get(products.path, params={"limit": 100, "offset": 100}).json()
    everything = first + second
    assert len(everything) == 105
    assert len({entry["id"] for entry in everything}) == 105
    for query in (
        {"limit": 101}, {"limit": 0}, {"limit": -1}, {"offset": -1}, {"limit": "x"},
        {"page": 1}, {"colour": "red"}, {"status": "gone"}, {"sort": "sku"}, {"price__like": 1},
    ):  # fmt: skip
        answer = client.get(products.path, params=query)
        assert answer.status_code == 422, (query, answer.status_code, answer.text)


def filters(products: Collection) -> None:
    """What the spec's flags promise from the start: filter, sort and search."""
    client = products.client
    for name, price, status in (("Zebra 100%", "1000.00", "live"), ("Zoo", "2000.00", "draft")):
        products.create(product(name=name, price=price, status=status))

    def names(**query: Any) -> list[str]:
        answer = client.get(products.path, params={"limit": 100} | query)
        assert answer.status_code == 200, answer.text
        return [entry["name"] for entry in answer.json()]

    assert names(status="live") == ["Zebra 100%"]
    assert names(price__ge="1000", price__lt="2000") == ["Zebra 100%"]
    assert sorted(names(price__gt="999")) == ["Zebra 100%", "Zoo"]
    assert names(status__in="live,draft", price="2000") == ["Zoo"]
    assert names(sort="-name")[:2] == ["Zoo", "Zebra 100%"]
    assert names(q="zebra") == ["Zebra 100%"]
    assert names(q="100%") == ["Zebra 100%"], "a wildcard of LIKE must be taken as text"
    assert names(q="_____") == []


def reads(products: Collection, missing: str) -> None:
    """200 or 404; an id that is none is 422."""
    client = products.client
    created = products.create(product())
    assert client.get(products.item(created["id"])).json() == created
    assert client.get(missing).status_code == 404
    assert client.get(products.item("not-an-id")).status_code == 422


def patches(products: Collection, missing: str) -> None:
    """Only the sent fields change."""
    client = products.client
    other = products.create(product())
    created = products.create(product(note="old", status="live"))
    path = products.item(created["id"])
    answer = client.patch(path, json={"price": "3.00"})
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert Decimal(str(changed["price"])) == 3
    same = set(created) - {"price", "updated_at"}
    assert {key: changed[key] for key in same} == {key: created[key] for key in same}
    assert client.get(path).json() == changed
    assert client.patch(path, json={}).json()["price"] == changed["price"]
    assert client.patch(path, json={"note": None}).json()["note"] is None
    assert client.patch(missing, json={"price": "3.00"}).status_code == 404
    assert client.patch(path, json={"sku": other["sku"]}).status_code == 409
    for body in ({"name": None}, {"active": None}, {"colour": 1}, {"price": "-1"}, {"id": 7}, []):
        answer = client.patch(path, json=body)
        assert answer.status_code == 422, (body, answer.text)


def replaces(products: Collection, missing: str) -> None:
    """All writable fields are replaced: what is not sent is its default again."""
    client = products.client
    other = products.create(product())
    created = products.create(product(note="old", status="live", active=False))
    path = products.item(created["id"])
    body = product(name="New")
    answer = client.put(path, json=body)
    assert answer.status_code == 200, answer.text
    replaced = answer.json()
    assert replaced["id"] == created["id"]
    assert (replaced["name"], replaced["note"]) == ("New", None)
    assert (replaced["status"], replaced["active"]) == ("draft", True)
    assert client.get(path).json() == replaced
    assert client.put(missing, json=body).status_code == 404
    assert client.put(path, json=body | {"sku": other["sku"]}).status_code == 409
    assert client.put(path, json={"name": "half"}).status_code == 422
    assert client.put(path, json=body | {"colour": 1}).status_code == 422


def deletes(products: Collection, missing: str) -> None:
    """204 without a body, then 404."""
    client = products.client
    created = products.create(product())
    path = products.item(created["id"])
    answer = client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    assert client.delete(missing).status_code == 404
