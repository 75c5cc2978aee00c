"""What is told of resources whose rows belong to users."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.plan.guard import shared_among_users
from fastarch.spec.read import read_flags
from fastarch.spec.resource import Index

FIELDS = ("name", "owner:ref=users")


@pytest.mark.parametrize(
    ("sku", "indexes", "told"),
    [
        ("sku", (), None),
        ("sku:str:unique", (), "Of sku, products have one among all users"),
        ("sku", (Index(("name", "sku"), unique=True),), "Of name with sku, products"),
        ("sku", (Index(("owner", "sku"), unique=True),), None),
        ("sku", (Index(("name", "sku")),), None),
    ],
)
def test_what_is_one_of_all_users_is_told(sku, indexes, told):
    plain = read_flags("products", (*FIELDS, sku))
    found = shared_among_users(replace(plain, scope="owner", indexes=indexes))
    assert found is None if told is None else (found or "").startswith(told)
    assert shared_among_users(replace(plain, indexes=indexes)) is None
