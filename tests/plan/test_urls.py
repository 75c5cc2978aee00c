"""Who says which part of a resource's URL."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.discover.profile import AppProfile, RouterSite
from fastarch.discover.symbols import Expression, Place
from fastarch.errors import NotUnderstoodError
from fastarch.plan.urls import collection_url, resource_path, router_prefix, with_own_prefix
from fastarch.spec.read import read_flags
from fastarch.spec.resource import Resource
from tests.plan.shapes import profile

AT = Place("app/main.py", 3)
SITE = RouterSite(AT, "app.main", "include", "app")


def items(prefix: str | None = None) -> Resource:
    return read_flags("order_items", ("name",), prefix=prefix)


def app(site: RouterSite | None, *, slash: bool = False) -> AppProfile:
    plain = profile()
    return replace(plain, router_site=site, style=replace(plain.style, trailing_slash=slash))


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        (None, "/order-items"),
        ("/shop", "/shop/order-items"),
        ("shop", "/shop/order-items"),
        ("/", "/order-items"),
        ("/shop/order-items", "/shop/order-items"),
        ("/order-items", "/order-items"),
        ("/my-order-items", "/my-order-items/order-items"),
    ],
)
def test_a_path_with_a_prefix_of_its_own(prefix: str | None, path: str) -> None:
    for site in (None, SITE, replace(SITE, prefix="/api", router_prefix="/api")):
        resource, placed = items(prefix), with_own_prefix(items(prefix), app(site))
        if prefix is None:
            assert resource_path(resource, placed) == path
        else:
            assert router_prefix(resource, placed) == path
            assert collection_url(resource, placed) == path


def test_siblings_spell_the_path() -> None:
    site = replace(SITE, prefix="/api/v1", router_prefix="/v1", path="/{one}")
    placed = with_own_prefix(items(), app(site, slash=True))
    assert router_prefix(items(), placed) == "/v1/order_item"
    assert collection_url(items(), placed) == "/api/v1/order_item/"


def test_an_argument_with_the_prefix_is_left_out_on_the_instance() -> None:
    guard = ("dependencies", Expression("[Depends(x)]"))
    shared = (("prefix", Expression('"/api"')), guard)
    placed = with_own_prefix(items("/shop"), app(replace(SITE, prefix="/api", arguments=shared)))
    assert placed.router_site is not None
    assert placed.router_site.arguments == (guard,)
    assert collection_url(items("/shop"), placed) == "/shop/order-items"


def test_an_aggregator_is_left_for_the_instance() -> None:
    instance = replace(SITE, why="on the instance")
    site = replace(SITE, kind="aggregator", on="api", prefix="/api", instance=instance)
    assert with_own_prefix(items("/shop"), app(site)).router_site is instance
    assert with_own_prefix(items(), app(site)).router_site is site


@pytest.mark.parametrize(
    "site",
    [
        replace(SITE, kind="aggregator", prefix="/api"),
        replace(SITE, prefix="/api", router_prefix="/api", automatic=True),
    ],
)
def test_no_place_without_the_prefix(site: RouterSite) -> None:
    with pytest.raises(NotUnderstoodError, match="cannot leave the app's prefix"):
        with_own_prefix(items("/shop"), app(site))
