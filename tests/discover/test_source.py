from __future__ import annotations

import ast
import codecs
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastarch.discover.source import decode, parse


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a = 1\r\nb = 2\r\n", "a = 1\nb = 2\n"),
        (b"a = 1\rb = 2\r", "a = 1\nb = 2\n"),
        (codecs.BOM_UTF8 + "x = 'é'".encode(), "x = 'é'"),
        (codecs.BOM_UTF16_LE + "fastapi==0.1\r\n".encode("utf-16-le"), "fastapi==0.1\n"),
        (codecs.BOM_UTF16_BE + "fastapi".encode("utf-16-be"), "fastapi"),
        ("fastapi\nuvicorn".encode("utf-16-le"), "fastapi\nuvicorn"),
        (
            "# -*- coding: latin-1 -*-\nx = 'é'".encode("latin-1"),
            "# -*- coding: latin-1 -*-\nx = 'é'",
        ),
        ("# coding: cp1251\nx = 'Ж'".encode("cp1251"), "# coding: cp1251\nx = 'Ж'"),
        (b"# coding: nonsense\nx = 1", "# coding: nonsense\nx = 1"),
        (b"x = '\xff'", "x = 'ÿ'"),
        (b"", ""),
    ],
)
def test_decodes(data, text):
    assert decode(data) == text


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    x()\nexcept A, B:\n    y = 1\nz = 2\n",
        "type Ids = list[int]\nz = 2\n",
        "def first[T](items: list[T]) -> T:\n    return items[0]\nz = 2\n",
        "class Box[T](Base):\n    item = 1\nz = 2\n",
        "class Box[T = int]:\n    item = 1\nz = 2\n",
        'name = t"hello {who}"\nz = 2\n',
        'name = f"{d["key"]}"\nz = 2\n',
        'name = f"""\n{d["a"]}\n{"\\n".join(x)}\n"""\nz = 2\n',
    ],
)
def test_newer_syntax_is_read_whole(text):
    found = parse(text.encode())
    assert found.complete
    last = found.tree.body[-1]
    assert isinstance(last, ast.Assign)
    assert last.lineno == text.rstrip().count("\n") + 1


def test_older_strings_survive_beside_newer_syntax():
    found = parse(b'type A = int\nprefix = f"{base}/v1"\n')
    assert "{base}/v1" in ast.unparse(found.tree)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a = 1\nb = = 2\nc = 3\n", ["a", "c"]),
        ("a = 1\ndef f(:\n    x = 1\nc = 3\n", ["a", "c"]),
        ("a = 1\nx = '''open\nc = 3\n", ["a", "c"]),
        (
            "a = 1\n<<<<<<< HEAD\nb = 2\n=======\nc = 3\n>>>>>>> other\nd = 4\n",
            ["a", "b", "c", "d"],
        ),
        ("a = 1\nprint 'two'\nc = (\n  1,\n)\n", ["a", "c"]),
        ("a = 1\n\0\nc = 3\n", ["a", "c"]),
        ("if x:\n    a = 1\n    b = = 2\nc = 3\n", ["a", "c"]),
    ],
)
def test_the_rest_of_a_broken_file_is_read(text, names):
    found = parse(text.encode())
    assert not found.complete
    assert [
        ast.unparse(node.targets[0]) for node in found.tree.body if isinstance(node, ast.Assign)
    ] == names


def test_a_broken_function_keeps_its_name_and_what_can_be_read_of_it():
    text = "def make():\n    app = FastAPI()\n    x = = 1\n    return app\n\napp = make()\n"
    body = parse(text.encode()).tree.body
    assert isinstance(body[0], ast.FunctionDef)
    assert [ast.unparse(node) for node in body[0].body] == ["app = FastAPI()", "return app"]
    assert [node.lineno for node in body[0].body] == [2, 4]
    assert body[1].lineno == 6


def test_no_warnings_are_told(recwarn):
    parse(b"x = '\\d'\nassert (x, 'y')\n")
    assert not recwarn.list


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_nothing_crashes(data):
    parse(data)


def test_deep_nesting_is_no_crash():
    parse(b"x = " + b"(" * 5000 + b")" * 5000)
    parse(b"x = " + b"-" * 20000 + b"1")


def test_libcst_is_loaded_for_newer_syntax_only():
    code = (
        "import sys; from fastarch.discover.source import parse; parse(b'x = 1');"
        "print('libcst' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
