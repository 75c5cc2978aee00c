from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from fastarch.errors import UsageError
from fastarch.spec.names import Name
from fastarch.spec.read import find, read_file, read_flags, read_text
from fastarch.spec.resource import Field, Index, Relation

FULL = """\
# yaml-language-server: $schema=.fastarch/schema.json
version: 1
resource: products
id: uuid
timestamps: true
soft_delete: true
prefix: api/v2/
table: shop_products
doc: "Things: sold"
scope: {field: owner}
fields:
  name: str=120:search:sort
  price: {type: decimal, precision: 12, scale: 2, ge: "0", filter: true}
  cost: {type: "decimal=8,3", nullable: true}
  owner: {ref: users, on_delete: restrict, back: products}
  parent: {type: ref=products, null: true, on: set_null}
  tags: {m2m: tags}
  state: {type: enum, choices: [on, off, 0.10, 012, yes, null, 2026-01-01], default: on}
  mode: {enum: "a,b"}
  codes: {type: list, items: str=4, default: [a, 1, on]}
  sizes: {list: int, default: [1, 2]}
  extra: {type: json, default: {a: [1, true, null, x], b: "1"}}
  note: {type: text, null: true, default: null}
  word: {null: true, default: "null"}
  plain:
  tilde: ~
  limit: {type: int, default: 0x10, null: true}
indexes:
  - {fields: [state, price]}
  - fields: [name]
    unique: true
    name: uq_name
"""


def test_every_form():
    with pytest.raises(UsageError, match="0x10"):
        read_text(FULL)
    (resource,) = read_text(FULL.replace("default: 0x10, ", ""))
    assert resource.name == Name("product", "products")
    assert (resource.id, resource.timestamps, resource.soft_delete) == ("uuid", True, True)
    assert (resource.prefix, resource.table) == ("/api/v2", "shop_products")
    assert (resource.doc, resource.scope) == ("Things: sold", "owner")
    state = ("on", "off", "0.10", "012", "yes", "null", "2026-01-01")
    by_name = {field.name: field for field in resource.fields}
    assert by_name == {
        "name": Field("name", max_length=120, search=True, sort=True),
        "price": Field("price", "decimal", precision=12, scale=2, ge="0", filter=True),
        "cost": Field("cost", "decimal", precision=8, scale=3, null=True),
        "owner": Relation("owner", "ref", Name("user", "users"), back="products"),
        "parent": Relation(
            "parent", "ref", Name("product", "products"), null=True, on_delete="set_null"
        ),
        "tags": Relation("tags", "m2m", Name("tag", "tags"), index=False, on_delete="cascade"),
        "state": Field("state", "enum", choices=state, default="on"),
        "mode": Field("mode", "enum", choices=("a", "b")),
        "codes": Field("codes", "list", item=Field("", max_length=4), default='["a", "1", "on"]'),
        "sizes": Field("sizes", "list", item=Field("", "int"), default="[1, 2]"),
        "extra": Field("extra", "json", default='{"a": [1, true, null, "x"], "b": "1"}'),
        "note": Field("note", "text", null=True),
        "word": Field("word", null=True, default="null"),
        "plain": Field("plain"),
        "tilde": Field("tilde"),
        "limit": Field("limit", "int", null=True),
    }
    assert resource.indexes == (
        Index(("state", "price")),
        Index(("name",), unique=True, name="uq_name"),
    )


ARGUMENTS = (
    "name:str=120:search:sort sku:str=32:unique price:decimal=12,2:ge=0:filter "
    "status:enum=draft,live:default=draft:filter note:text:null "
    "owner:ref=users:on=restrict:back=products"
)


def test_flags_and_yaml_make_the_same():
    arguments = ARGUMENTS.split()
    text = "resource: products\nfields:\n" + "".join(
        f"  {name}: {rest}\n" for name, _, rest in (each.partition(":") for each in arguments)
    )
    assert read_text(text) == (read_flags("products", arguments),)


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_several_as_a_list_and_as_a_map(quote):
    as_list = (
        f"resources:\n- resource: {quote}users{quote}\n  fields: {{name: str}}\n"
        "- resource: posts\n  fields:\n    author: ref=users\n"
    )
    as_map = (
        f"version: {quote}1{quote}\nresources:\n  users:\n    fields: {{name: str}}\n"
        "  posts: {fields: {author: ref=users}}\n"
    )
    assert read_text(as_list) == read_text(as_map)
    assert [resource.name.many for resource in read_text(as_list)] == ["users", "posts"]
    assert find(read_text(as_list), "Post").name.many == "posts"
    with pytest.raises(UsageError) as caught:
        find(read_text(as_list), "pots")
    assert caught.value.problems[0].hint == "did you mean `posts`?"


@pytest.mark.parametrize(("word", "value"), [("yes", True), ("on", True), ("False", False)])
def test_booleans_of_older_yaml(word, value):
    assert read_text(f"resource: products\nsoft_delete: {word}")[0].soft_delete is value


def test_simple_anchors_are_taken():
    text = "resource: products\nfields:\n  a: &money {type: decimal, ge: 0}\n  b: *money\n"
    (resource,) = read_text(text)
    assert [field.ge for field in resource.columns] == ["0", "0"]


def test_windows_and_marks(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbfresource: products\r\nfields:\r\n  a: str\r\n  b: itn\r\n")
    with pytest.raises(UsageError) as caught:
        read_file(path)
    assert caught.value.problems[0].where == f"{path}:4:6"
    path.write_bytes(path.read_bytes().replace(b"itn", b"int"))
    assert len(read_file(str(path))[0].fields) == 2


P = "resource: products\nfields:\n"
# text, place, a part of the message, a part of the hint
BAD = [
    ("", "1:1", "is empty", "resource:"),
    ("# only a comment\n", "1:1", "is empty", None),
    ("--- \n", "2:1", "is a map", "resource: NAME"),
    ("products", "1:1", "is a map", None),
    ("- resource: a", "1:1", "is a map", None),
    ("version: 2\nresource: products", "1:10", "unknown version `2`", None),
    ("version: 1.0\nresource: products", "1:10", "unknown version `1.0`", None),
    ("version:\nresource: products", "1:1", "unknown version", None),
    ("fields: {}", "1:1", "`resource` is missing", "resource: …"),
    ("resources: []", "1:12", "no resource", None),
    ("resources: {}", "1:12", "no resource", None),
    ("resources: products", "1:12", "a list or a map", None),
    ("resources: [{fields: {}}]", "1:13", "`resource` is missing", None),
    ("resources: [products]", "1:13", "a map is needed", None),
    ("resource: a\nresources: []", "1:1", "unknown key `resource`", None),
    ("resources: {users: {resource: people}}", "1:31", "`people` is called `users`", None),
    ("resource: class", "1:11", "keyword", "another"),
    ("resource: [products]", "1:11", "a text is needed", None),
    ("resource: products\nplural: 1x", "2:9", "digit", None),
    ("resource: products\nfeilds: {}", "2:1", "unknown key `feilds`", "`fields`"),
    ("resource: products\nid: intt", "2:5", "not int or uuid", "`int`"),
    ("resource: products\nid:", "2:1", "not int or uuid", None),
    ("resource: products\ntimestamps: maybe", "2:13", "neither true nor false", None),
    ("resource: products\nsoft_delete: [1]", "2:14", "true or false is needed", None),
    ("resource: products\nprefix: a b", "2:9", "not a path", None),
    ("resource: products\nprefix: /{x}", "2:9", "not a path", None),
    ('resource: products\ntable: "a;b"', "2:9", "name of a table", None),
    (f"resource: products\ntable: {'t' * 64}", "2:8", "63 bytes", None),
    ("resource: products\nscope: owner", "2:8", "not a ref", "owner: ref=users"),
    ("resource: products\nscope: {feild: owner}", "2:9", "unknown key", "`field`"),
    (P + "  name: str\nscope: {field: name}", "4:8", "not a ref", None),
    (P + "  owner: ref=users\nscope: onwer", "4:8", "not a ref", "`owner`"),
    ("resource: products\nfields: [name]", "2:9", "a map is needed", None),
    (P + "  name: strng", "3:9", "unknown type", "`str`"),
    (P + "  name: str=120:serach", "3:17", "unknown flag", "`search`"),
    (P + "  name: 'str=120:serach'", "3:18", "unknown flag", None),
    (P + '  name: "str=120:serach"', "3:18", "unknown flag", None),
    (P + '  name: "str=1\\x320:serach"', "3:9", "unknown flag", None),
    (P + "  name: >-\n    str=120:serach", "3:9", "unknown flag", None),
    (P + "  name: int:default=abc", "3:21", "whole number", None),
    (P + "  class: str", "3:3", "keyword", None),
    (P + "  1: str", "3:3", "snake_case", None),
    (P + "  on: str\n  id: int", "4:3", "has one already", None),
    (P + "  größe: str", "3:3", "ASCII", None),
    (P + "  name: [str]", "3:9", "a text or a map", None),
    (P + "  name: {typ: str}", "3:10", "unknown key `typ`", "`type`"),
    (P + "  name: {type: decmal}", "3:16", "unknown type", "`decimal`"),
    (P + "  name: {type: [a]}", "3:16", "a text is needed", None),
    (P + "  name: {enum: a,b}", "3:18", "unknown key `b`", "quotes"),
    (P + "  name: {type: str:null}", "3:20", "keys of their own", "null: true"),
    (P + "  name: {type: str, null: maybe}", "3:27", "neither true nor false", None),
    (P + "  name: {null: true, nullable: true}", "3:22", "given twice", None),
    (P + "  name: {required: true}", "3:10", "unknown key", "unless it has `null`"),
    (P + "  name: {type: decimal, precision: x}", "3:36", "whole number", None),
    (P + "  name: {type: decimal, precision: 2, scale: 4}", "3:46", "more than the 2", None),
    (P + "  name: {type: decimal, scale: 4}", "3:25", "needs `precision`", None),
    (P + '  name: {type: "decimal=3,1", precision: 3}', "3:31", "given twice", None),
    (P + "  name: {type: int, precision: 3}", "3:21", "makes no sense for int", "decimal"),
    (P + "  name: {type: int, choices: [a]}", "3:21", "makes no sense", "enum"),
    (P + "  name: {type: enum}", "3:16", "needs its words", None),
    (P + "  name: {enum: [a, a]}", "3:20", "twice", None),
    (P + "  name: {enum: []}", "3:10", "needs its words", None),
    (P + "  name: {enum: [a], choices: [b]}", "3:21", "given twice", None),
    (P + "  name: {type: int, enum: [a]}", "3:21", "of type int", None),
    (P + "  name: {ref: users, m2m: users}", "3:22", "either `ref` or `m2m`", None),
    (P + "  name: {ref: users, on_delete: destroy}", "3:33", "unknown `on=destroy`", None),
    (P + "  name: {ref: ''}", "3:10", "needs the one resource", None),
    (P + "  name: {type: list, items: list}", "3:29", "list of list", None),
    (P + "  name: {type: int, default: [1]}", "3:30", "not a whole number", None),
    (P + "  name: {type: str, default: null}", "3:30", "may not be null", None),
    (P + "  name: {type: str, default: }", "3:21", "may not be null", None),
    (P + "  a: str\n  b: int\n  a: text", "5:3", "`a` is there twice", "line 3"),
    ("resource: a\nresource: b", "2:1", "`resource` is there twice", "line 1"),
    (P + "  owner: ref=users\n  owner_id: int", "4:3", "the column `owner_id`", "rename"),
    (P + "  tags: m2m=tags\n  tag_ids: json", "4:3", "the column `tag_ids`", None),
    ("timestamps: true\n" + P + "  created_at: datetime", "4:3", "`timestamps` makes", None),
    ("soft_delete: on\n" + P + "  deleted_at: datetime", "4:3", "`soft_delete` makes", None),
    (P + "  a: str\nindexes: [{fields: [b]}]", "4:11", "not a field", None),
    (P + "  a: str\nindexes: [{fields: []}]", "4:11", "needs its fields", None),
    (P + "  a: str\nindexes: [{fields: [a, a]}]", "4:11", "twice", None),
    (P + "  a: json\nindexes: [{fields: [a]}]", "4:11", "of type json", None),
    (P + "  a: str\nindexes: [{fields: [a], uniqe: on}]", "4:25", "unknown key", "`unique`"),
    (P + "  a: str\nindexes: [{fields: a}]", "4:20", "a list is needed", None),
    (P + "  a: str\nindexes: {fields: [a]}", "4:10", "a list is needed", None),
    (P + "  a: str\nindexes: [{fields: [a]}, {fields: [a]}]", "4:26", "two indexes", None),
    (P + "  a: str\nindexes: [{fields: [a], name: a b}]", "4:11", "name of an index", None),
    (P + "  a: str:was=b\n  b: str", "3:3", "still there", None),
    (P + "  a: str:was=c\n  b: str:was=c", "4:3", "only one field", None),
    (P + "  a: ref=products:null:back=b\n  b: str", "3:3", "have `b` already", None),
    (P + "  a: ref=users:back=x\n  b: ref=users:back=x", "4:3", "taken by `a`", None),
    (P + "  a: m2m=products:back=a", "3:3", "have `a` already", None),
    (P + "  a: m2m=tags:via=products", "3:3", "table of a resource", None),
    (P + "  a: m2m=tags:via=tags", "3:3", "table of a resource", None),
    (P + "  a: m2m=tags:via=x\n  b: m2m=tags:via=x", "4:3", "taken by `a`", None),
    ("resources: {users: {}, user: {}}", "1:24", "there twice", None),
    ("resources: {users: {}, people: {table: users}}", "1:24", "there twice", None),
    (
        "resources:\n  users: {fields: {posts: int}}\n  posts: {fields: {a: 'ref=users:back=posts'}}",
        "3:20",
        "have `posts` already",
        None,
    ),
    (
        "resources:\n  users: {}\n  b: {fields: {a: 'ref=users:back=x'}}\n  c: {fields: {a: 'ref=users:back=x'}}",
        "4:16",
        "taken by bs",
        None,
    ),
    ("a: 1\n---\nb: 2", "2:1", "one document", "resources:"),
    ("a: [1", "1:6", "not YAML", None),
    ("a: b: c", "1:5", "not YAML", "single quotes"),
    ("resource: products\nfields:\n\tname: str", "3:1", "not YAML", "no tabs"),
    ("a: 'x", "1:6", "not YAML", None),
    ("a: *b", "1:4", "no anchor", None),
    ("a: &a [*a]", "1:8", "no anchor", None),
    ("<<: {a: b}", "1:1", "merge keys", None),
    ("? [a]\n: b", "1:3", "a key is a word", None),
    ("a: !!python/object:os.system x", "1:4", "the tag", None),
    ("a: !!int 3", "1:4", "the tag", None),
    ("%YAML 9.9\n---\na: 1", "1:1", "not YAML", None),
    ("a: \x00", "1:4", "control character (U+0000)", None),
    ("[" * 500 + "]" * 500, "1:17", "nested too deeply", None),
    ("a: " + "{a: " * 500 + "}" * 500, "1:61", "nested too deeply", None),
]


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"), BAD, ids=[repr(b[0])[:60] for b in BAD]
)
def test_bad(text, place, message, hint):
    with pytest.raises(UsageError) as caught:
        read_text(text, "f.yaml")
    problem = next((p for p in caught.value.problems if message in p.message), None)
    assert problem, caught.value.problems
    assert problem.where == f"f.yaml:{place}"
    assert hint is None or hint in (problem.hint or "")


def test_all_problems_of_a_file_are_told_at_once():
    with pytest.raises(UsageError) as caught:
        read_text(P + "  a: strng\n  b: int:default=x\n  c: str\n  class: str\n")
    assert [problem.line for problem in caught.value.problems] == [3, 4, 6]


def test_bombs_are_refused_at_once():
    billion = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 400))
    begun = time.perf_counter()
    for text, message in ((billion, "too large"), (chain, "too deeply")):
        with pytest.raises(UsageError, match=message):
            read_text(text)
    assert time.perf_counter() - begun < 2


def test_odd_files(tmp_path: Path):
    spec = tmp_path / "spec.yaml"
    for content, message in (
        (b"a: " + b"x" * 5_000_000, "larger than the 1 MB"),
        ("resource: prodücts".encode("latin-1"), "not in UTF-8"),
        ("resource: products".encode("utf-16"), "not in UTF-8"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
    ):
        spec.write_bytes(content)
        with pytest.raises(UsageError, match=message) as caught:
            read_file(spec)
        assert caught.value.problems[0].file == str(spec)
    with pytest.raises(UsageError, match="is a folder"):
        read_file(tmp_path)
    with pytest.raises(UsageError, match="there is no file"):
        read_file(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="there is no file"):
        read_file("a\x00b")
    with pytest.raises(UsageError, match="not a regular file"):
        read_file("/dev/null")
    with pytest.raises(UsageError, match="cannot be read"):
        read_file("x" * 5000)


def test_flags_tell_all_problems_at_once():
    with pytest.raises(UsageError) as caught:
        read_flags("class", ["a:strng", "b", "id"])
    assert len(caught.value.problems) == 3
    with pytest.raises(UsageError, match="there twice"):
        read_flags("products", ["a", "b", "a:int"])
    with pytest.raises(UsageError, match="not a path"):
        read_flags("products", [], prefix="/a//b")


def test_flags_load_neither_yaml_nor_pydantic():
    code = (
        "import sys; from fastarch.spec.read import read_flags; from fastarch.spec.dump import dump;"
        "dump(read_flags('products', ['name:str=120:search', 'price:decimal=12,2:ge=0']));"
        "print([m for m in sys.modules if m.split('.')[0] in ('pydantic', 'ruamel', 'libcst')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "src"},
    )
    assert done.stdout.strip() == "[]"


def test_a_hundred_resources_take_little_time():
    text = "resources:\n" + "".join(
        f"  thing{n}s:\n    fields:\n"
        + "".join(
            f"      f{m}: {{type: str, max: 120, search: true, sort: true}}\n" for m in range(10)
        )
        for n in range(100)
    )
    begun = time.perf_counter()
    assert len(read_text(text)) == 100
    assert time.perf_counter() - begun < 10
