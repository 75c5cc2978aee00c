"""Any module and any edits: nothing is lost, twice is once, and taking back is exact."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fastarch.wire import registry
from fastarch.wire.add_attribute import AddAttribute
from fastarch.wire.add_call import AddCall
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.edit import Already, Cannot, Changed
from fastarch.wire.extend_list import ExtendList
from fastarch.wire.imports import AddImport
from fastarch.wire.include_router import IncludeRouter
from fastarch.wire.python import apply_all, revert_all
from fastarch.wire.register_model import RegisterModel
from fastarch.wire.tree import Source

HEADS = [
    "",
    "# -*- coding: utf-8 -*-\n",
    "#!/usr/bin/env python\n# About this file.\n\n",
    '"""Doc."""\n',
    '"""Doc."""\n\nfrom __future__ import annotations\n',
    "# only\n\n\n",
]
IMPORTS = [
    "import os\n",
    "import sys, os.path\n",
    "import logging; import json\n",
    "\nfrom fastapi import FastAPI\n",
    "from fastapi import (\n    APIRouter,  # one\n    FastAPI\n)\n",
    "from fastapi import FastAPI, Depends  # both\n",
    "\nfrom app.routers import users, items\n",
    "from app.routers import items\n",
    "\n# ours\nfrom app.routers.users import router as users_router\n",
    "from .models import User\nfrom . import users\n",
    "try:\n    import orjson\nexcept ImportError:\n    orjson = None\n",
    "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.x import Y\n",
    "from app.models.user import User  # noqa: F401\n",
    "import app.routers.users\n",
    "from sqlalchemy import String\n",
]
MIDDLES = [
    "app = FastAPI()\n",
    "\napp = FastAPI(\n    title='x',\n)  # made\n",
    "\n\ndef create_app():\n    app = FastAPI()\n    app.include_router(users.router)\n    return app\n",
    "\n\nasync def create_app():\n    '''Doc.'''\n    from app.routers import users\n\n    app = FastAPI()\n    # first\n    app.include_router(users.router)\n    # last\n    return app\n",
    "\n\nclass User(Model):\n    id: Mapped[int] = mapped_column()\n\n    def f(self):\n        return 1\n        # end\n",
    "\n\nclass User: pass\n",
    "\n\nclass Empty:\n    '''Doc.'''\n",
    "app.include_router(users.router)\n",
    "app.include_router(users.router, prefix='/users', tags=['users'])\n",
    "app.include_router(\n    items.router,\n    prefix='/items',\n)\n",
    "\napp.include_router(items.router)  # here\n\napp.include_router(users.router)\n",
    "app.include_router(users.router); app.include_router(items.router)\n",
    "if True: app.include_router(items.router)\n",
    "if app.debug:\n    app.include_router(items.router)\nelse:\n    pass\n",
    "for r in routers:\n    app.include_router(r)\n",
    "\nrouters = [users, items]\n",
    "routers = (\n    users,  # u\n    # i\n    items,\n)\n",
    "routers = [\n    users\n]\n",
    "routers = []\n",
    "routers = users,\n",
    '__all__ = ["app", "users"]\n',
    "# fmt: off\nx  =  {1 :2}\n# fmt: on\n",
    "\x0c\ny = '''\n  text\n'''\n",
    "@app.get('/{path:path}')\ndef page(path):\n    return path\n",
    "app.mount('/', files)\n",
    "app.add_middleware(CORS)\n",
    "z = 'Ünïcödé'\n",
    "\nmetadata.create_all(engine)\n",
    "\n\nif app.debug:\n    # now\n    metadata.create_all(engine)\n",
]
TAILS = [
    "",
    "# the end",
    "# the end\n\n\n",
    "\n\n\n",
    "\nif __name__ == '__main__':\n    run(app)\n",
    "User.model_rebuild()\n",
    "def last():\n    return 1\n    # deep end\n",
]

EDITS = [
    AddImport("os"),
    AddImport("uuid", "UUID"),
    AddImport("fastapi", "Query"),
    AddImport("app.models", "Widget"),
    AddImport("deep.models", "Product2", level=1),
    AddImport("app.x", "Z", type_checking=True),
    AddImport("app.late", "late", function="create_app"),
    IncludeRouter("app", "app.routers.products"),
    IncludeRouter(
        "app",
        "app.routers.orders",
        arguments=(("tags", '["orders"]'), ("dependencies", "[Depends(current)]")),
        imports=(AddImport("fastapi", "Depends"), AddImport("app.auth", "current")),
    ),
    IncludeRouter("app", "routers.zones", form="alias", bound="zones_router", level=1),
    IncludeRouter("app", "app.routers.things", function="create_app", local=True),
    IncludeRouter("app", "app.routers.zones", function="create_app", form="dotted"),
    IncludeRouter("app", "app.basket", "basket_router", function="create_app", form="name"),
    ExtendList("routers", "products", imports=(AddImport("app.routers", "products"),)),
    ExtendList("routers", "(other, 1)"),
    ExtendList("__all__", '"products"', imports=(AddImport("app.routers", "products"),)),
    ExtendList("__all__", '"aaa"'),
    AppendDefinitions(
        "from sqlalchemy import String, Integer\nfrom app.db import Base\n\n\n"
        'class Product(Base):\n    """P.\n\n    More.\n    """\n\n    if True:\n        a = String, Integer\n'
    ),
    AppendDefinitions(
        "from sqlalchemy import Integer\n\nLIMIT = 1\n\n\n@decorated\ndef order(\n    a,\n    b,\n):\n"
        "    # why\n    return Integer\n"
    ),
    AppendDefinitions(
        "from app.db import Base\n\n\nclass Zone(Base):\n    users: list[User]\n",
        ahead_of=("create_all",),
    ),
    AddAttribute(
        "User",
        'products: Mapped[list["Product"]] = relationship()',
        (
            AddImport("sqlalchemy.orm", "relationship"),
            AddImport("app.models.product", "Product", type_checking=True),
        ),
    ),
    AddAttribute("User", "orders = relationship(\n    'Order',\n)"),
    AddAttribute("Empty", "name: str"),
    AddCall("app", "app.add_exception_handler(A, b)", imports=(AddImport("app.errors", "A"),)),
    AddCall("app", "register(app)", function="create_app"),
    RegisterModel("app.models.product", ("Product",)),
    RegisterModel("app.models.order", ("Order", "OrderLine")),
]


@st.composite
def modules(draw):
    parts = [
        draw(st.sampled_from(HEADS)),
        *draw(st.lists(st.sampled_from(IMPORTS), max_size=4)),
        *draw(st.lists(st.sampled_from(MIDDLES), max_size=5)),
        draw(st.sampled_from(TAILS)),
    ]
    text = "".join(parts)
    indent = draw(st.sampled_from(["    ", "  ", "\t"]))
    text = text.replace("    ", indent)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) if text else b""
    return mark + text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()


def stored(edit):
    """As it comes back from the state folder."""
    return registry.load(json.loads(json.dumps(registry.dump(edit))))


@settings(max_examples=80, deadline=None)
@given(modules(), st.sampled_from(EDITS))
def test_one_edit(before, edit):
    compile(before, "before.py", "exec")
    outcome = edit.apply(before)
    if isinstance(outcome, Changed):
        after = outcome.source
        compile(after, "after.py", "exec")
        rest = iter(after.decode())
        assert all(character in rest for character in before.decode())
        if b"\r\n" in before:
            assert b"\n" not in after.replace(b"\r\n", b"")
        assert edit.apply(after) == Already()
        (made,) = outcome.made
        assert stored(made) == made
        back = made.revert(after)
        assert isinstance(back, Changed), back
        assert back.source == before
    else:
        assert isinstance(outcome, Already | Cannot)


@settings(max_examples=80, deadline=None)
@given(modules(), st.lists(st.sampled_from(EDITS), min_size=2, max_size=5, unique=True))
def test_several_edits(before, edits):
    working = [edit for edit in edits if not isinstance(edit.apply(before), Cannot)]
    at_once = apply_all(working, before)
    current = before
    made = []
    for edit in working:
        outcome = edit.apply(current)
        if isinstance(outcome, Cannot):
            assert isinstance(at_once, Cannot)
            return
        if isinstance(outcome, Changed):
            made += outcome.made
            current = outcome.source
    if not made:
        assert at_once == Already()
        return
    assert at_once == Changed(current, tuple(made))
    compile(current, "after.py", "exec")
    assert revert_all(made, current) == Changed(before)


FUTURE = b'"""Doc."""\n\nfrom __future__ import annotations\nfrom app.routers import items\n'
OWN_FIRST = (
    b'"""Doc."""\nfrom app.routers import items\nfrom fastapi import FastAPI\napp = FastAPI()\n'
)
CODING = b"# -*- coding: utf-8 -*-\nfrom fastapi import FastAPI, Depends  # both\n"
CHECKED = AddImport("app.x", "Z", type_checking=True)


@settings(max_examples=80, deadline=None)
@example(FUTURE, [AddImport("os"), CHECKED])
@example(OWN_FIRST, [CHECKED, AddImport("app.models", "Widget")])
@example(CODING, [CHECKED, AppendDefinitions("from sqlalchemy import Integer\n\nLIMIT = 1\n")])
@given(modules(), st.lists(st.sampled_from(EDITS), min_size=2, max_size=2, unique=True))
def test_the_first_of_two_is_taken_back(before, edits):
    first, second = edits
    one, alone = first.apply(before), second.apply(before)
    if not (isinstance(one, Changed) and isinstance(alone, Changed)):
        return
    both = second.apply(one.source)
    if not isinstance(both, Changed):
        return
    back = one.made[0].revert(both.source)
    assert isinstance(back, Changed), back
    compile(back.source, "back.py", "exec")
    if back.kept:
        # What the second uses stays, and that is told.
        return
    if before.endswith(b"\n"):
        assert _lines(back.source) == _lines(alone.source)
    else:
        # What would change the last line goes before it: the order of two lines may differ.
        assert sorted(back.source.split()) == sorted(alone.source.split())


def _lines(source):
    """The code's lines in order, and its import lines in any.

    Where a line goes, and with how many blank lines, depends on those that are there: a group of
    imports that is in order takes a new one elsewhere than one that is not.
    """
    lines = [line for line in source.decode().splitlines() if line.strip()]
    imports = {line for line in lines if line.strip().startswith(("import ", "from "))}
    return sorted(line for line in lines if line in imports), [
        line for line in lines if line not in imports
    ]


@settings(max_examples=40, deadline=None)
@given(modules())
def test_what_is_not_edited_is_printed_as_it_was(before):
    assert Source.parse(before).render() == before
