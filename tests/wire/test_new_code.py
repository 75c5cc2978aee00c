"""New definitions that stay text are to every edit what the same definitions as nodes are."""

from __future__ import annotations

import ast
from pathlib import Path

import libcst as cst
import pytest

from fastarch.wire import append_definitions
from fastarch.wire.add_attribute import AddAttribute
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.edit import Changed
from fastarch.wire.include_router import IncludeRouter
from fastarch.wire.new_code import read_new_code
from fastarch.wire.new_names import Definition, Unknown, count_new_names
from fastarch.wire.nodes import NewDefinition
from fastarch.wire.python import Editing, apply_all, revert_all
from fastarch.wire.tree import Source
from fastarch.wire.usage import bound_by, count_names

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for folder in ("src/fastarch", "tests/golden", "tests/wire", "examples")
    for path in (ROOT / folder).rglob("*.py")
)

ODD = '''
@on(f"{key}" "x", dict(a=1))
async def f(a, /, b: "Quoted" = g, *args: int, c: list["Item"] = None, **kw) -> dict["A", 'B']:
    """Words that do not count."""
    global total, other
    import os.path as path, sys
    from m import (one as first, two)
    total = a + one_more
    (x, [y, *z]) = b
    with open(c) as h, lock as (i, j):
        del h
    try:
        v: Mapped["Later"] = r"\\n"
    except (A, B) as error:
        raise X from error
    finally:
        pass
    for k, w in pairs:
        total += [q for q in w if q][0:n]
    else:
        def inner(p=x): nonlocal x; return p, None, True, ...
    while not done: break
    return lambda s, t=u: (s, t, {**kw, "k": d["word"], f"{a!r:>{width}}": -1})


class K(Base, metaclass=Meta, name="x"):
    a = b, c = 1, 2
    d: int
    e: Literal["f", b"g"] = d
    __all__ = ["Shown"]

    @property
    def a(self): return (yield self.x.y) and (await z) if a else (yield from b)

    class Inner: e += 1
'''


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_are_counted_as_in_nodes(path):
    compare(path.read_text(encoding="utf-8"))


def test_odd_names_are_counted_as_in_nodes():
    assert compare(ODD) == 2


def compare(text: str) -> int:
    """Count the names in every definition of a text both ways; how many could be read."""
    lines = text.split("\n")
    read = 0
    body = cst.parse_module(text).body
    nodes = [one for one in body if isinstance(one, cst.FunctionDef | cst.ClassDef)]
    found = [one for one in ast.parse(text).body if isinstance(one, Definition)]
    for node, new in zip(nodes, found, strict=True):
        try:
            counted = count_new_names(new, lines)
        except Unknown:
            continue
        read += 1
        expected = count_names(node)
        assert {k: v for k, v in counted.items() if v} == {k: v for k, v in expected.items() if v}
        assert counted.keys() == expected.keys()
    return read


APP = b'''"""An app."""

import logging
from fastapi import FastAPI

app = FastAPI()


def read_a(): return 1


class Model:
    """A base."""

    def as_dict(self):
        return {}


if __name__ == "__main__":
    app.run()
'''
GOLDEN = [path for path in FILES if path.is_relative_to(ROOT / "tests" / "golden" / "resource")]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: str(path.relative_to(ROOT)))
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_text_and_nodes_come_to_the_same_bytes(path, newline, monkeypatch):
    before = APP.replace(b"\n", newline.encode())
    edit = AppendDefinitions(path.read_text(encoding="utf-8"), "app.main")
    as_text = edit.apply(before)
    monkeypatch.setattr(append_definitions, "read_new_code", lambda _source, _like: None)
    assert as_text == edit.apply(before)


FIRST = "class A:\n    pass\n"
PIECES = [
    "import os\n\n\ndef b():\n    return os.name\n",
    """from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from a import C


def b(c: 'C'):
    pass
""",
    "b = 1\n# about c\nc = [\n    b,\n]\n\n\n# about d\ndef d():\n    pass\n",
    FIRST,
    "import os.path\n\n\ndef c():\n    return os.path.sep\n",
    "import os.path\nimport os.abc\n\n\ndef c():\n    return os.path.sep\n",
    "import A\n\n\ndef b():\n    return A\n",
]


@pytest.mark.parametrize("before", [APP, b"", b"# only\n", b"x = 1", b"class A: pass\n"])
@pytest.mark.parametrize("piece", PIECES)
def test_text_that_is_there_already_is_what_nodes_are(before, piece, monkeypatch):
    last = "import os\nimport os.path\n\n\ndef z():\n    return os.path.name(os.name)\n"
    edits = tuple(map(AppendDefinitions, (FIRST, piece, PIECES[0], last)))
    as_text = apply_all(edits, before)
    monkeypatch.setattr(append_definitions, "read_new_code", lambda _source, _like: None)
    assert as_text == apply_all(edits, before)


def test_generated_code_is_read_as_text():
    like = Source.parse(APP).module
    # Tests are files of their own.
    pieces = [path.read_text(encoding="utf-8") for path in GOLDEN if path.name != "test.py"]
    codes = [read_new_code(piece, like) for piece in pieces]
    assert codes
    assert all(codes)
    assert any(isinstance(one, NewDefinition) for code in codes if code for one in code.definitions)


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n  return 1\n",
        "a = 1; b = 2\n",
        "def f():\n    return 1\n    # the end\n",
        "def f():\n    return 1\n  \n\ndef g():\n    pass\n",
        "# first\ndef f():\n    pass\n",
        "if a:\n    b = 1\n",
        "def f():\n    return (a := 1)\n",
        "def f(x: Annotated[int, f'{a}']):\n    return x\n",
        "if TYPE_CHECKING:\n    import a\nelse:\n    a = None\n",
        "def f(:\n",
    ],
)
def test_what_is_left_to_nodes(text):
    assert read_new_code(text, Source.parse(APP).module) is None


def test_a_piece_in_another_indentation_takes_that_of_the_module():
    piece = "class A:\n  x: int = 1\n\n  def f(self):\n    if self:\n      return 1\n"
    outcome = AppendDefinitions(piece).apply(APP)
    assert isinstance(outcome, Changed)
    assert b"class A:\n    x: int = 1\n\n    def f(self):\n        if self:\n" in outcome.source


def test_another_edit_finds_nodes():
    piece = "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\nclass Item(Model):\n    id: int\n"
    edits = (
        AppendDefinitions(piece, "app.main"),
        AddAttribute("Item", "name: str"),
        IncludeRouter("app", "", "router"),
        AppendDefinitions("class Other(Item):\n    id: int\n", "app.main"),
        AppendDefinitions("class Other(Item):\n    id: int\n", "app.main"),
    )
    editing = Editing(APP)
    made = [one for edit in edits for one in editing.make(edit)]
    outcome = editing.finish()
    assert isinstance(outcome, Changed)
    assert b"class Item(Model):\n    id: int\n    name: str\n" in outcome.source
    assert b"app.include_router(router)\n" in outcome.source
    assert len(made) == 4
    assert outcome == apply_all(edits, APP)
    assert revert_all(made, outcome.source) == Changed(APP)


def test_a_definition_as_text_binds_its_name():
    (one,) = read_new_code("class A:\n    b = 1\n", Source.parse(APP).module).definitions
    assert isinstance(one, NewDefinition)
    assert bound_by(one) == {"A"}
