"""What a spec alone knows outlives what is read anew."""

from __future__ import annotations

import pytest

from fastarch.spec.dump import short_form
from fastarch.spec.read import read_flags, read_text
from fastarch.spec.refresh import refreshed


@pytest.mark.parametrize(
    ("found", "kept", "expected"),
    [
        # flags that code cannot say
        ("f:str=9", "f:str=9:search:filter:sort", "str=9:search:filter:sort"),
        ("f:int:default=1", "f:int:default=1:readonly", "int:readonly:default=1"),
        ("f:text:null:hidden", "f:text:null", "text:null"),
        ("f:text", "f:text:writeonly", "text:writeonly"),
        ("f:str=9", "f:str=9:min=2:re=^a", "str=9:min=2:re=^a"),
        ("f:date", "f:date:ge=2026-01-01", "date:ge=2026-01-01"),
        ("f:int", "f:int:doc=many", "int:doc=many"),
        ("f:int:doc=few", "f:int:doc=many", "int:doc=few"),
        # facts
        ("f:str=9", "f:str=8:null:unique:index", "str=9"),
        ("f:int:ge=1", "f:int:ge=0", "int:ge=1"),
        ("f:int", "f:bigint:filter", "int"),
        ("f:int:default=2", "f:int:default=3", "int:default=2"),
        ("f:int", "f:int:was=g", "int"),
        # a finer word for the same
        ("f:str=320", "f:email:unique", "email"),
        ("f:str=90", "f:email", "email:max=90"),
        ("f:str", "f:email", "email:max=255"),
        ("f:str=90", "f:text", "text:max=90"),
        ("f:text", "f:str=90", "str=90"),
        ("f:text", "f:email", "email"),
        ("f:text:null", "f:enum=a,b", "enum=a,b:null"),
        ("f:str=9", "f:enum=a,b:filter", "enum=a,b:filter"),
        ("f:json", "f:list=int", "list=int"),
        ("f:enum=a,b", "f:str=9", "enum=a,b"),
        # relations
        ("f:ref=users", "f:ref=users:filter:sort:doc=who", "ref=users:filter:sort:doc=who"),
        ("f:ref=users:null", "f:ref=teams:on=cascade", "ref=users:null"),
        ("f:ref=users", "f:int:filter", "ref=users"),
        ("f:int", "f:ref=users:filter", "int"),
        ("f:m2m=tags", "f:m2m=tags:readonly", "m2m=tags:readonly"),
    ],
)
def test_a_field(found: str, kept: str, expected: str) -> None:
    fresh, before = read_flags("products", [found]), read_flags("products", [kept])
    (field,) = refreshed(fresh, before).fields

    assert short_form(field) == expected
    assert refreshed(fresh, refreshed(fresh, before)) == refreshed(fresh, before)


def test_order_options_and_what_is_gone() -> None:
    fresh = read_flags("things", ["a:int", "b:int", "c:int", "owner:ref=users"])
    (kept,) = read_text(
        "resource: products\nprefix: /shop\ndoc: What we sell\nscope: {field: owner}\n"
        "fields: {owner: ref=users, gone: int, b: int, a: int:filter}\n"
        "indexes: [{fields: [a, b]}]\n"
    )
    found = refreshed(fresh, kept)
    assert found.name.many == "things"
    assert [field.name for field in found.fields] == ["owner", "b", "a", "c"]
    assert (found.prefix, found.doc, found.scope, found.indexes) == (
        "/shop",
        "What we sell",
        "owner",
        (),
    )


def test_a_scope_goes_with_its_reference() -> None:
    (kept,) = read_text("resource: products\nscope: owner\nfields: {owner: ref=users}\n")
    assert refreshed(read_flags("products", ["a:int"]), kept).scope is None
