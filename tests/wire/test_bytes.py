"""Bytes that are easily lost: encodings, line ends, marks; and hand edits that stay."""

from __future__ import annotations

import codecs
import json
import subprocess
import sys
from dataclasses import replace

import pytest

from fastarch.wire import registry
from fastarch.wire.add_attribute import AddAttribute
from fastarch.wire.add_dependency import AddDependency
from fastarch.wire.add_env_line import AddEnvLine
from fastarch.wire.add_requirement import AddRequirement
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.edit import Already, Cannot, Changed
from fastarch.wire.imports import AddImport
from fastarch.wire.include_router import IncludeRouter
from fastarch.wire.python import apply_all, revert_all

MODULE = """from fastapi import FastAPI

from app.routers import users

app = FastAPI()
app.include_router(users.router)
"""
INCLUDE = IncludeRouter("app", "app.routers.products")
FILES = {
    "mark": codecs.BOM_UTF8 + MODULE.encode(),
    "mark and CRLF": codecs.BOM_UTF8 + MODULE.replace("\n", "\r\n").encode(),
    "mixed line ends": MODULE.replace("\n", "\r\n", 2).encode(),
    "latin-1": ("# -*- coding: latin-1 -*-\n" + MODULE + "name = 'Café'\n").encode("latin-1"),
    "form feed": MODULE.replace("app = ", "\x0c\napp = ").encode(),
    "blanks at line ends": MODULE.replace("\n", "  \n").encode(),
    "comment without a line end": (MODULE + "# the end").encode(),
    "continued lines": MODULE.replace("app = FastAPI()", "app = \\\n  FastAPI()").encode(),
    "odd indentation": (MODULE + "if app:\n   x = 1\n   if x:\n         y = 2\n").encode(),
    "new syntax": (MODULE + "type Names[T] = list[T]\n").encode(),
}


@pytest.mark.parametrize("before", FILES.values(), ids=FILES)
def test_nothing_else_changes(before):
    outcome = INCLUDE.apply(before)
    assert isinstance(outcome, Changed)
    rest = iter(outcome.source)
    assert all(byte in rest for byte in before)
    assert outcome.source.startswith(before[:12])
    assert INCLUDE.apply(outcome.source) == Already()
    assert INCLUDE.revert(outcome.source) == Changed(before)


@pytest.mark.parametrize(
    "source",
    [b"x = (", b"\xff\xfe\x00", b"# coding: nonsense\n", b"print 'two'\n", b"x = 1\n\tif y:\n"],
)
def test_what_cannot_be_read_is_refused_with_the_lines(source):
    outcome = INCLUDE.apply(source)
    assert isinstance(outcome, Cannot)
    assert outcome.paste == (
        "from app.routers import products\napp.include_router(products.router)"
    )
    assert isinstance(INCLUDE.revert(source), Cannot)


def test_text_that_the_encoding_cannot_hold_is_refused():
    edit = AppendDefinitions("NAME = '→'\n")
    outcome = edit.apply(b"# coding: ascii\nx = 1\n")
    assert isinstance(outcome, Cannot)


def test_an_edited_definition_is_kept_and_named():
    edit = AppendDefinitions("import os\n\n\ndef a():\n    return os\n\n\ndef b():\n    return 1\n")
    after = edit.apply(b"x = 1\n")
    assert isinstance(after, Changed)
    outcome = edit.revert(after.source.replace(b"return os", b"return os, 2"))
    assert outcome == Changed(
        b"import os\n\nx = 1\n\n\ndef a():\n    return os, 2\n",
        kept=("a was edited by hand and stays",),
    )


def test_an_edited_attribute_is_kept_and_named():
    edit = AddAttribute("A", "x: int = 1")
    assert edit.revert(b"class A:\n    x: int = 2\n") == Changed(
        b"class A:\n    x: int = 2\n", kept=("A.x was edited by hand and stays",)
    )


def test_an_import_that_was_there_unused_is_not_taken_along():
    before = b"from fastapi import Depends, FastAPI\n\napp = FastAPI()\n"
    edit = IncludeRouter("app", "a.b", imports=(AddImport("fastapi", "Depends"),))
    outcome = edit.apply(before)
    assert isinstance(outcome, Changed)
    (made,) = outcome.made
    assert registry.load(json.loads(json.dumps(registry.dump(made)))) == made
    assert made.revert(outcome.source) == Changed(before)


def test_an_import_that_is_used_since_stays():
    edit = AddImport("os")
    assert edit.revert(b"import os\n\nprint(os.name)\n") == Already()


def test_many_edits_of_one_file():
    edits = [IncludeRouter("app", f"app.routers.r{number}") for number in range(40)]
    outcome = apply_all(edits, MODULE.encode())
    assert isinstance(outcome, Changed)
    assert outcome.source.count(b"include_router") == 41
    assert [replace(edit, wrapped=()) for edit in outcome.made] == edits
    assert revert_all(outcome.made, outcome.source) == Changed(MODULE.encode())


@pytest.mark.parametrize("mark", ["utf-16", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_requirements_in_any_encoding(mark, end):
    before = f"fastapi==0.1{end}uvicorn{end}".encode(mark)
    edit = AddRequirement("alembic>=1")
    outcome = edit.apply(before)
    assert isinstance(outcome, Changed)
    assert outcome.source == f"alembic>=1{end}fastapi==0.1{end}uvicorn{end}".encode(mark)
    assert edit.apply(outcome.source) == Already()
    assert edit.revert(outcome.source) == Changed(before)


@pytest.mark.parametrize(
    ("line", "wanted", "there"),
    [
        ("PyJWT>=2", "pyjwt>=2.15", True),
        ("python_multipart", "python-multipart>=0.0.30", True),
        ("sqlalchemy>=2", "sqlalchemy[asyncio]>=2", False),
        ("sqlalchemy[asyncio, mypy]>=2  # db", "sqlalchemy[asyncio]>=2", True),
        ("# pyjwt", "pyjwt>=2.15", False),
    ],
)
def test_what_counts_as_declared(line, wanted, there):
    assert (AddRequirement(wanted).apply(f"{line}\n".encode()) == Already()) is there
    assert (AddDependency("requirements", wanted).apply(f"{line}\n".encode()) == Already()) is there


def test_a_pin_that_was_changed_by_hand_stays():
    outcome = AddRequirement("pyjwt>=2.15").revert(b"pyjwt==2.16\n")
    assert outcome == Changed(b"pyjwt==2.16\n", kept=("pyjwt==2.16 was edited by hand and stays",))


def test_environment_without_a_last_line_end():
    edit = AddEnvLine("KEY", "x")
    outcome = edit.apply(b"A=1")
    assert outcome == Changed(b"A=1\nKEY=x", (edit,))
    assert edit.revert(b"A=1\nKEY=x") == Changed(b"A=1")
    assert edit.apply(b"export KEY=other\n") == Already()


def test_libcst_is_loaded_when_a_python_file_is_edited():
    code = """
import sys
import fastarch.workflow.resource
from fastarch.wire import add_attribute, add_call, add_lifespan, add_setting, registry
from fastarch.wire.add_env_line import AddEnvLine
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.include_router import IncludeRouter
from fastarch.wire.register_model import RegisterModel
edit = AppendDefinitions("a = 1\\n")
IncludeRouter("app", "m"), RegisterModel("m", ("M",))
AddEnvLine("KEY", "x").apply(b"A=1")
print("libcst" in sys.modules)
edit.apply(b"b = 2\\n")
print("libcst" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]


def test_unknown_edits_are_errors():
    with pytest.raises(ValueError, match="no edit"):
        registry.load({"edit": "Nothing"})
    with pytest.raises(ValueError, match="AddImport"):
        registry.load({"edit": "AddImport", "modul": "x"})


@pytest.mark.parametrize(
    ("module", "wanted", "name"),
    [
        ("fastapi.param_functions", "fastapi", "Depends"),
        ("sqlalchemy.future", "sqlalchemy", "select"),
        ("typing", "collections.abc", "Iterator"),
    ],
)
def test_what_another_module_has_too_is_there(module: str, wanted: str, name: str) -> None:
    source = f"from {module} import {name}\n\nprint({name})\n".encode()
    assert AddImport(wanted, name).apply(source) == Already()
