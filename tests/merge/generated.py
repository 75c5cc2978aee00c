"""What the real planner makes of a spec in the example apps: pieces of code before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastarch.workflow.resource import Request, new_resource
from fastarch.workflow.session import Mode, Target

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
BASES = ".fastarch/resources/products/base/"

NAME = "name:str=120:search:sort"
SKU = "sku:str=32:unique"
PRICE = "price:decimal=12,2:ge=0:filter"
STATUS = "status:enum=draft,live:default=draft:filter"
NOTE = "note:text:null"
ACTIVE = "active:bool:default=true"
FIELDS = (NAME, SKU, PRICE, STATUS, NOTE, ACTIVE)

# A table of the app that a relation can refer to.
OTHERS = {"library": "books", "blog": "posts", "inventory/backend": "parts"}


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec of products."""

    fields: tuple[str, ...]
    timestamps: bool | None = None


def _with(old: str, new: str) -> Spec:
    return Spec(tuple(new if one == old else one for one in FIELDS))


def changes(app: str) -> dict[str, Spec]:
    """New specs by what was changed."""
    other = OTHERS[app]
    return {
        "add a field": Spec((*FIELDS, "color:str=30")),
        "add a field between": Spec((NAME, "color:str=30:null", *FIELDS[1:])),
        "add a field to filter and sort": Spec((*FIELDS, "rank:int:filter:sort:default=1")),
        "remove a field": Spec(tuple(one for one in FIELDS if one != NOTE)),
        "rename a field": _with(NOTE, "remark:text:null:was=note"),
        "make it nullable": _with(SKU, "sku:str=32:unique:null"),
        "change a length": _with(NAME, "name:str=200:search:sort"),
        "add a word to an enum": _with(STATUS, "status:enum=draft,live,gone:default=draft:filter"),
        "make it unique": _with(NAME, "name:str=120:search:sort:unique"),
        "add an index": _with(NOTE, "note:str=500:null:index"),
        "add a relation": Spec((*FIELDS, f"origin:ref={other}:null:on=set_null:filter")),
        "add many to many": Spec((*FIELDS, f"{other}:m2m={other}")),
        "change timestamps": Spec(FIELDS, timestamps=app != "library"),
        "search one more": _with(SKU, "sku:str=32:unique:search"),
        "sort by one more": _with(PRICE, "price:decimal=12,2:ge=0:filter:sort"),
        "filter by one less": _with(PRICE, "price:decimal=12,2:ge=0"),
        "another default": _with(ACTIVE, "active:bool:default=false"),
        "another bound": _with(PRICE, "price:decimal=12,2:ge=1:filter"),
    }


@dataclass(frozen=True, slots=True)
class Made:
    """Generated code.

    Args:
        pieces: By role.
        paths: By role, the file that holds the piece.
        files: By path.
    """

    pieces: dict[str, bytes]
    paths: dict[str, str]
    files: dict[str, bytes]

    def piece(self, path: str) -> bytes:
        """All that was generated into a file."""
        return b"\n\n".join(
            self.pieces[role] for role, where in self.paths.items() if where == path
        )


@cache
def make(app: str, spec: Spec) -> Made:
    """Plan products for an example app; nothing is written."""
    target = Target(app=EXAMPLES / app)
    request = Request("products", spec.fields, timestamps=spec.timestamps)
    changed = new_resource(target, Mode(write=False), request).changes
    after = {one.path: one.after or b"" for one in changed}
    pieces = {
        path.removeprefix(BASES).removesuffix(".base"): content
        for path, content in after.items()
        if path.startswith(BASES)
    }
    record = json.loads(after[".fastarch/resources/products/record.json"])
    paths = {role: path for role, path in record["paths"].items() if role in pieces}
    return Made(pieces, paths, {path: after[path] for path in paths.values()})


def before(app: str) -> Made:
    """The code of the spec that all changes start from."""
    return make(app, Spec(FIELDS))
