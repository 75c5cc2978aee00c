"""Which indexes a resource's table has, in its model and in its revision alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.plan.migration import render_migration
from fastarch.plan.own_indexes import differs_plainly, is_indexed, table_indexes
from fastarch.spec.resource import Index
from tests.plan.evolving import app_of, spec
from tests.plan.test_migration import NOW


@pytest.mark.parametrize(
    ("field", "indexed", "over"),
    [
        ("name", False, []),
        ("name:index", True, []),
        ("name:filter", True, []),
        ("name:sort", False, [("name", "id")]),
        ("name:sort:filter:index", False, [("name", "id")]),
        ("name:sort:unique", False, []),
        ("name:filter:unique", False, []),
        ("owner:ref=owners", True, []),
        ("owner:ref=owners:unique", False, []),
        ("owner:ref=owners:sort", False, [("owner_id", "id")]),
        ("owner:ref=owners:index=false", False, []),
        ("owner:ref=owners:index=false:filter", True, []),
        ("owners:m2m=owners", False, []),
    ],
)
def test_indexes(field: str, indexed: bool, over: list[tuple[str, ...]]) -> None:
    resource = spec("product", field)
    assert is_indexed(resource, resource.fields[0]) is indexed
    assert [one.fields for one in table_indexes(resource)] == over
    old = replace(resource, plain_indexes=True)
    same = is_indexed(old, resource.fields[0]) is indexed and not over
    assert differs_plainly(resource) is not same


def test_an_index_of_the_spec_serves_an_order() -> None:
    resource = spec("product", "name:sort", indexes=(Index(("name", "id", "price")),))
    assert [one.fields for one in table_indexes(resource)] == [("name", "id", "price")]
    other = spec("product", "name:sort", "price:int", indexes=(Index(("name", "price")),))
    assert [one.fields for one in table_indexes(other)] == [("name", "price"), ("name", "id")]


@pytest.mark.parametrize("accent", ["plain", "convention"])
def test_the_revision_has_them(accent: str) -> None:
    fields = ("name:sort", "stock:int:filter", "owner:ref=owners:index=false")
    owners = spec("owner", "name")
    text = render_migration((owners, spec("product", *fields)), app_of(accent), NOW)[1]
    lines = [line.strip() for line in text.splitlines()]
    (owner,) = [line for line in lines if "owner_id" in line and "index" in line] or [""]
    assert owner == ""
    assert any('"ix_products_name_id", "name", "id"' in line for line in lines)
