from __future__ import annotations

import pytest

from fastarch.errors import UsageError
from fastarch.spec import values
from fastarch.spec.fields import parse_field
from fastarch.spec.names import Name
from fastarch.spec.resource import Field, Relation

GOOD = [
    ("name", Field("name")),
    ("name:str", Field("name")),
    ("note:null", Field("note", null=True)),
    ("name:str=120:search:sort", Field("name", max_length=120, search=True, sort=True)),
    ("sku:string=32:unique", Field("sku", max_length=32, unique=True)),
    (
        "price:decimal=12,2:ge=0:filter",
        Field("price", "decimal", precision=12, scale=2, ge="0", filter=True),
    ),
    ("price:decimal", Field("price", "decimal", precision=12, scale=2)),
    ("price:numeric=10", Field("price", "decimal", precision=10, scale=0)),
    (
        "price:decimal=4,4:default=0.1",
        Field("price", "decimal", precision=4, scale=4, default="0.1"),
    ),
    ("price:decimal:default=1e3", Field("price", "decimal", precision=12, scale=2, default="1000")),
    (
        "price:decimal:default=0.10",
        Field("price", "decimal", precision=12, scale=2, default="0.10"),
    ),
    ("n:int:ge=-5:default=-0", Field("n", "int", ge="-5", default="0")),
    ("n:integer:default=+007", Field("n", "int", default="7")),
    ("n:bigint:le=9223372036854775807", Field("n", "bigint", le="9223372036854775807")),
    ("n:float:default=-1.5e3", Field("n", "float", default="-1500.0")),
    ("ok:boolean:default=YES", Field("ok", "bool", default="true")),
    ("s:enum=on,off:default=off", Field("s", "enum", choices=("on", "off"), default="off")),
    ('s:enum="a,b","c:d"', Field("s", "enum", choices=("a,b", "c:d"))),
    ("s:enum=🔥,❄", Field("s", "enum", choices=("🔥", "❄"))),
    ("s:enum=1,2,3:default=2", Field("s", "enum", choices=("1", "2", "3"), default="2")),
    ('s:enum=null,x:default="null"', Field("s", "enum", choices=("null", "x"), default="null")),
    (
        "tags:list=enum=a,b:default=[]",
        Field("tags", "list", item=Field("", "enum", choices=("a", "b")), default="[]"),
    ),
    ("tags:list", Field("tags", "list", item=Field("", "str"))),
    (
        "tags:array=string=20:max=5",
        Field("tags", "list", item=Field("", "str", max_length=20), max_length=5),
    ),
    ("n:list=int:default=[1,2]", Field("n", "list", item=Field("", "int"), default="[1, 2]")),
    ("at:timestamp:default=now()", Field("at", "datetime", default="now")),
    ("at:datetime:server_default=CURRENT_TIMESTAMP", Field("at", "datetime", server_default="now")),
    ("date:date:default=today", Field("date", "date", default="today")),
    ('time:time:default="08:30"', Field("time", "time", default="08:30:00")),
    ("key:uuid:default=uuid4", Field("key", "uuid", default="uuid4")),
    ("word:str:default=now", Field("word", default="now")),
    ("note:str:default=", Field("note", default="")),
    ("note:str:null:default=null", Field("note", null=True)),
    ('note:str:null:default="null"', Field("note", null=True, default="null")),
    ("data:json:default={}", Field("data", "json", default="{}")),
    ('x:str:re="^[a-z]{1,3}:""$"', Field("x", pattern='^[a-z]{1,3}:"$')),
    ("x:str:re=^[*+]+$", Field("x", pattern="^[*+]+$")),
    ('x:str:doc="A, b: c"', Field("x", doc="A, b: c")),
    ("x:str:readonly:null", Field("x", readonly=True, null=True)),
    ("x:str:unique=false:index=true", Field("x", index=True)),
    ("password:str:writeonly:min=8", Field("password", writeonly=True, min_length=8)),
    ("new:str:was=old", Field("new", was="old")),
    ("limit:int", Field("limit", "int")),
    (
        "owner:ref=users:on=restrict:back=products",
        Relation("owner", "ref", Name("user", "users"), back="products"),
    ),
    (
        "owner:references=User:null:on=set_null",
        Relation("owner", "ref", Name("user", "users"), null=True, on_delete="set_null"),
    ),
    (
        "parent:ref=categories:null",
        Relation("parent", "ref", Name("category", "categories"), null=True),
    ),
    ("owner:ref=users:index=false", Relation("owner", "ref", Name("user", "users"), index=False)),
    (
        "tags:m2m=tags:via=product_tags",
        Relation(
            "tags", "m2m", Name("tag", "tags"), index=False, on_delete="cascade", via="product_tags"
        ),
    ),
]


@pytest.mark.parametrize(("text", "expected"), GOOD, ids=[text for text, _ in GOOD])
def test_good(text, expected):
    assert parse_field(text) == expected


# text, column, a part of the message, a part of the hint
BAD = [
    ("", 1, "no name", "name:type"),
    (":str", 1, "no name", "name:type"),
    ("price:decmal", 7, "unknown type `decmal`", "`decimal`"),
    ("price:Decimal=x", 15, "whole number", None),
    ("x:strin", 3, "unknown type", "`str`"),
    ("x:xyzzy", 3, "unknown type", "it is one of"),
    ("x:searhc", 3, "unknown type", "`search`"),
    ("x:str:uniqe", 7, "unknown flag", "`unique`"),
    ("x:str:Unqiue", 7, "unknown flag", "`unique`"),
    ("x:str:int", 7, "unknown flag", "type comes first"),
    ("x:str:required", 7, "unknown flag", "unless it has `null`"),
    ("x:int:primary_key", 7, "unknown flag", "id of its own"),
    ("x:str:null:null", 12, "twice", None),
    ("x:str:null:nullable", 12, "twice", None),
    ("x::null", 3, "missing here", "without empty parts"),
    ("x:str:", 7, "missing here", None),
    ("x:str:=1", 7, "missing here", None),
    ('x:str:doc="abc', 11, "not closed", '""'),
    ('x:str:doc=a"b', 12, "not closed", '""'),
    ("x:str:default", 7, "needs a value", "default="),
    ("x:str:null=maybe", 12, "on or off", None),
    ("x:str=0", 7, "whole number from 1", None),
    ("x:str=-1", 7, "whole number", None),
    ("x:str=1,2", 9, "one argument", None),
    ("x:str=99999999999999999999", 7, "whole number", None),
    ("x:text=5", 3, "no arguments", "max="),
    ("x:int=5", 3, "no arguments", None),
    ("x:decimal=2,12", 13, "more than the 2", "counts all digits"),
    ("x:decimal=0", 11, "from 1 to 65", None),
    ("x:decimal=99", 11, "from 1 to 65", None),
    ("x:decimal=1,2,3", 15, "two arguments", None),
    ("x:decimal=a", 11, "whole number", None),
    ("x:str:precision=3", 7, "unknown flag", None),
    ("x:int:search", 7, "makes no sense for int", "str, text, email, url"),
    ("x:int:re=a", 10, "makes no sense for int", None),
    ("x:int:min=1", 11, "makes no sense", "`ge=`"),
    ("x:str:ge=1", 10, "makes no sense", "`min=`"),
    ("x:json:filter", 8, "makes no sense", None),
    ("x:bytes:default=a", 17, "makes no sense", None),
    ("x:bool:unique", 8, "makes no sense", None),
    ("x:str:on=cascade", 10, "makes no sense", "ref, m2m"),
    ("x:str:via=a", 11, "makes no sense", "m2m"),
    ("x:email:re=a", 12, "makes no sense", "pattern of its own"),
    ("x:m2m=tags:null", 12, "makes no sense", "always be empty"),
    ("x:m2m=tags:unique", 12, "makes no sense", None),
    ("x:ref=users:default=1", 21, "makes no sense", None),
    ("x:int:default=abc", 15, "not a whole number", None),
    ("x:int:default=1.5", 15, "not a whole number", None),
    ("x:int:default=1_000", 15, "not a whole number", None),
    ("x:int:default=\u0663", 15, "not a whole number", None),
    ("x:int:default=", 15, "not a whole number", None),
    ("x:int:default=" + "9" * 5000, 15, "not a whole number", None),
    ("x:int:default=2147483648", 15, "32 bits", None),
    ("x:int:ge=2147483648", 10, "bigint", None),
    ("x:bigint:ge=9223372036854775808", 13, "64 bits", None),
    ("x:float:default=nan", 17, "not a number", None),
    ("x:float:default=1e999", 17, "does not fit", None),
    ("x:decimal:default=NaN", 19, "not a decimal", None),
    ("x:decimal:default=1e999999999", 19, "does not fit", None),
    ("x:decimal:default=0.125", 19, "more than the scale of 2", None),
    ("x:decimal=4,2:default=100", 23, "before the point", None),
    ("x:int:ge=1:default=0", 20, "outside of ge=1", None),
    ("x:int:lt=1:default=1", 20, "outside of lt=1", None),
    ("x:int:ge=2:le=1", 10, "no value", None),
    ("x:int:gt=1:le=1", 10, "no value", None),
    ("x:int:gt=1:lt=2", 10, "no value", None),
    ("x:int:ge=1:gt=1", 15, "contradict", None),
    ("x:str:min=3:max=2", 11, "above the largest", None),
    ("x:str=5:max=6", 13, "given twice", None),
    ("x:str=3:default=abcd", 17, "more than the 3", None),
    ("x:str:min=1:default=", 21, "fewer than the 1", None),
    ("x:enum", 3, "needs its words", "enum=draft,live"),
    ("x:enum=", 8, "empty", None),
    ("x:enum=a,,b", 10, "empty", None),
    ("x:enum=a,b,", 12, "empty", None),
    ("x:enum=a, b", 10, "blanks", None),
    ("x:enum=a,a", 10, "twice", None),
    ("x:enum=a-b,a_b", 12, "`A_B`", "rename"),
    ("x:enum=on,ON", 11, "`ON`", "rename"),
    ("x:enum=a,b:default=c", 20, "not one of a, b", None),
    ("x:enum=draft,live:default=drft", 27, "not one of", "`draft`"),
    ("x:bool:default=maybe", 16, "neither true nor false", None),
    ("x:date:default=2026-02-30", 16, "not a date", None),
    ("x:date:default=now", 16, "not a date", None),
    ('x:datetime:default="2026-01-01T00:00:00"', 20, "no time zone", None),
    ("x:datetime:default=today", 20, "not a datetime", None),
    ("x:time:default=25", 16, "not a time", None),
    ("x:uuid:default=abc", 16, "neither a UUID", None),
    ("x:uuid:server_default=uuid4", 23, "not every database", "default=uuid4"),
    ("x:email:default=me", 17, "not an address", None),
    ('x:url:default="ftp://x"', 15, "not a URL", None),
    ("x:url:default=http://x", 20, "unknown flag `//x`", "double quotes"),
    ("x:time:default=08:30", 19, "unknown flag `30`", "double quotes"),
    ("x:json:default={", 16, "not JSON", None),
    ("x:json:default=NaN", 16, "not JSON", None),
    ("x:list=int:default=5", 20, "JSON array", None),
    ('x:list=int:default="[""a""]"', 20, "not of type int", None),
    ("x:list=int:max=1:default=[1,2]", 26, "more than the 1", None),
    ("x:str:default=null", 15, "may not be null", "add `null`"),
    ("x:decimal=4,2:ge=100", 18, "no value of the column", None),
    ("x:decimal=4,2:le=-100", 18, "no value of the column", None),
    ("x:json:default=null", 16, "may not be null", "add `null`"),
    ('x:json:default="null"', 16, "is null", None),
    ("x:json:default=[1e999]", 16, "JSON", None),
    ("x:list=list=int", 8, "list of list", "json"),
    ("x:list=ref=users", 8, "list of ref", "m2m="),
    ("x:list=json", 8, "list of json", None),
    ("x:list=itn", 8, "unknown type `itn`", "`int`"),
    ("x:list=int=5", 8, "no arguments", None),
    ("x:list=enum", 8, "needs its words", None),
    ("x:list=", 8, "unknown type", None),
    ("x:str:re=(", 10, "not a regular expression", None),
    ("x:str:re=", 10, "matches everything", None),
    ('x:str:re="(?=a)b"', 10, "`(?=`", "look-around"),
    (r"x:str:re=(a)\1", 10, r"`\1`", "back references"),
    ("x:str:re=^a$:default=b", 22, "does not match", None),
    ("x:str:readonly", 7, "no client", "default"),
    ("x:str:hidden", 7, "no client", "default"),
    ("x:ref=users:readonly", 13, "no client", "null"),
    ("x:str:null:readonly:writeonly", 21, "contradict", None),
    ("x:str:null:hidden:readonly", 12, "contradict", None),
    ("x:str:writeonly:filter", 17, "contradict", None),
    ("x:str:null:hidden:search", 19, "contradict", None),
    ("limit:int:filter", 11, "something else", "rename"),
    ("x:ref", 3, "needs the one resource", "ref=users"),
    ("x:ref=", 3, "needs the one resource", None),
    ("x:ref=a,b", 3, "needs the one resource", None),
    ("x:ref=1a", 7, "begins with a digit", None),
    ("x:ref=users:on=delete", 16, "unknown `on=delete`", "it is one of"),
    ("x:ref=users:on=casade", 16, "unknown", "`cascade`"),
    ("x:ref=users:on=SET NULL", 16, "unknown", "`set_null`"),
    ("x:ref=users:on=set_null", 16, "needs `null`", ":null"),
    ("x:m2m=users:on=set_null", 16, "makes no sense", "cascade"),
    ("x:ref=users:back=1", 18, "not in snake_case", None),
    ("x:ref=users:back=metadata", 18, "SQLAlchemy", None),
    ("x:m2m=users:via=class", 17, "keyword", None),
    ("owner_id:ref=users", 1, "`_id` by itself", "call it `owner`"),
    ("x:str:was=x", 11, "the name that it has", None),
    ("x:str:doc=\x00", 11, "control character", None),
    ("x:str:doc=\udcff", 11, "UTF-8", None),
    ("x:str:default=\x1b", 15, "control character", None),
    ("class:str", 1, "keyword", "class_"),
    ("id:int", 1, "has one already", None),
    ("metadata:json", 1, "SQLAlchemy", None),
    ("registry", 1, "SQLAlchemy", None),
    ("model_config", 1, "pydantic", None),
    ("model_dump", 1, "pydantic", None),
    ("copy:bool", 1, "pydantic", None),
    ("json:json", 1, "pydantic", None),
    ("schema", 1, "pydantic", None),
    ("dict:json", 1, "pydantic", None),
    ("validate:bool", 1, "pydantic", None),
    ("str:str", 1, "builtin", None),
    ("list:list", 1, "builtin", None),
    ("__init__", 1, "leading underscores", None),
    ("_x", 1, "private", None),
    ("1x", 1, "snake_case", None),
    ("a__b", 1, "snake_case", "`a_b`"),
    ("firstName", 1, "snake_case", "`first_name`"),
    ("first-name", 1, "snake_case", "`first_name`"),
    ("first name", 1, "snake_case", "`first_name`"),
    ("größe", 1, "ASCII", "a to z"),
    ("ｎame", 1, "ASCII", None),
    ("nаme", 1, "ASCII", None),
    ("🔥", 1, "ASCII", None),
    ("x" * 64, 1, "63 bytes", None),
    ("x" * 61 + ":ref=users", 1, "name of a column", None),
    ("x:ref=" + "u" * 64, 7, "63 bytes", None),
]


@pytest.mark.parametrize(
    ("text", "column", "message", "hint"), BAD, ids=[row[0][:40] for row in BAD]
)
def test_bad(text, column, message, hint):
    with pytest.raises(UsageError) as caught:
        parse_field(text)
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.column == column
    assert hint is None or hint in (problem.hint or "")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "name", ["type", "name", "date", "time", "match", "text", "class_", "model_year", "limit"]
)
def test_names_that_only_look_dangerous(name):
    assert parse_field(name).name == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x:int:default=-3", -3),
        ("x:bool:default=off", False),
        ('x:list=date:default=[""2026-01-01""]', ["2026-01-01"]),
        ("x:json:default={}", {}),
    ],
)
def test_values(text, expected):
    field = parse_field(text.replace('[""', '"[""').replace('""]', '""]"'))
    assert isinstance(field, Field)
    assert values.value_of(field, field.default or "") == expected
