from __future__ import annotations

import pytest

from fastarch.errors import UsageError
from fastarch.spec.check import check_against_base, names_of, table_of
from fastarch.spec.read import read_flags


def test_fields_that_the_base_has_already():
    resource = read_flags("products", ["name", "created_at:datetime", "owner:ref=users"])
    check_against_base(resource, ("id", "updated_at"))
    with pytest.raises(UsageError) as caught:
        check_against_base(resource, ("id", "created_at", "owner_id"))
    assert [problem.message.partition(":")[0] for problem in caught.value.problems] == [
        "created_at",
        "owner",
    ]
    assert all(problem.hint for problem in caught.value.problems)


def test_names_and_table():
    resource = read_flags(
        "products", ["owner:ref=users", "tags:m2m=labels"], timestamps=True, soft_delete=True
    )
    assert names_of(resource) == {
        "id", "owner", "owner_id", "tags", "tag_ids", "created_at", "updated_at", "deleted_at",
    }  # fmt: skip
    assert table_of(resource) == "products"
    assert table_of(read_flags("products", [], table="stock")) == "stock"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (["a", "a"], "there twice"),
        (["owner:ref=users", "owner_id:int"], "the column `owner_id`"),
        (["owner_id:int", "owner:ref=users"], "the column `owner_id`"),
        (["tags:m2m=tags", "tag:m2m=tags"], "the column `tag_ids`"),
        (["a:ref=products:back=a_id:null"], "have `a_id` already"),
        (["a:ref=products:back=b:null", "b:ref=products:back=b:null"], "have `b` already"),
        (["friends:m2m=products:back=friends"], "have `friends` already"),
        (["a:ref=users:back=x", "b:m2m=users:back=x"], "taken by `a`"),
        (["a:str:was=b", "b:int"], "still there"),
        (["a:str:was=id"], "has one already"),
    ],
)
def test_clashes(fields, message):
    with pytest.raises(UsageError) as caught:
        read_flags("products", fields)
    assert message in caught.value.problems[0].message


@pytest.mark.parametrize(
    "fields",
    [
        ["parent:ref=products:null:back=children"],
        ["friends:m2m=products"],
        ["friends:m2m=products:back=friend_of:via=friendships"],
        ["tags:m2m=tags", "labels:m2m=tags"],
        ["a:ref=users:back=x", "b:ref=users:back=y"],
        ["a:ref=users:back=x", "b:ref=teams:back=x"],
        [],
    ],
)
def test_what_fits(fields):
    assert len(read_flags("products", fields).fields) == len(fields)


@pytest.mark.parametrize("doc", ["\x00", "\ud800", "\x1b[31m"])
def test_descriptions_that_no_file_takes(doc):
    with pytest.raises(UsageError):
        read_flags("products", [], doc=doc)
