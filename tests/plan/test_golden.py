"""A small resource as it is written into apps of different shapes, formatted. ``GOLDEN=write`` renews the files."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fastarch.plan.render import render_resource
from fastarch.spec.read import read_flags
from tests.plan.shapes import GUARDS, SHAPES, homes, targets

FOLDER = Path(__file__).parents[1] / "golden" / "resource"
SMALL = read_flags(
    "products",
    [
        "name:str=120:search:sort",
        "price:decimal=12,2:ge=0",
        "status:enum=draft,live:default=draft:filter",
    ],
)
SHOWN = {
    "sqlalchemy-async-classes": ("sqlalchemy async classes", ()),
    "sqlmodel-sync-functions": ("sqlmodel sync functions", ("repository",)),
    "dependency-commits": ("dependency commits", ("repository", "service")),
}


OWNED = replace(
    read_flags("notes", ["title:str=120", "shelf:ref=shelves", "owner:ref=users"]),
    scope="owner",
    guard=GUARDS[0],
)


@pytest.mark.parametrize("name", [*SHOWN, "scoped"])
def test_golden(name: str, tmp_path: Path) -> None:
    shape, merged = SHOWN.get(name, ("sqlalchemy async functions", ()))
    resource, app = OWNED if name == "scoped" else SMALL, SHAPES[shape]
    said = targets(resource, app, "owner_id")
    for role, text in render_resource(resource, app, homes(resource.name, merged), said).items():
        (tmp_path / f"{role}.py").write_text(text, encoding="utf-8")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "format",
            "-q",
            "--isolated",
            "--line-length=100",
            str(tmp_path),
        ],
        check=True,
    )
    golden = FOLDER / name
    if os.environ.get("GOLDEN") == "write":
        golden.mkdir(parents=True, exist_ok=True)
        for path in tmp_path.glob("*.py"):
            (golden / path.name).write_bytes(path.read_bytes())
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.py")}
    expected = {path.name: path.read_text(encoding="utf-8") for path in golden.glob("*.py")}
    assert written == expected
