"""What resources share is there once, and goes with the last one that uses it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fastarch.cli import app
from fastarch.plan.support import HELPERS

EXAMPLES = Path(__file__).parents[2] / "examples"
PRODUCTS = ["price:decimal=9,2", "seen:datetime:null", "size:int:filter"]
ORDERS = ["code:str=9:unique", "photo:bytes", "total:decimal=9,2"]
BOTH = """version: 1
resources:
  products: {fields: {price: "decimal=9,2", seen: "datetime:null", size: "int:filter"}}
  orders: {fields: {code: "str=9:unique", photo: bytes, total: "decimal=9,2"}}
"""
APPS = ("blog", "notes", "clinic", "library", "helpdesk", "inventory")


def run(root: Path, *words: str) -> None:
    done = CliRunner().invoke(app, [*words, "--app", str(root), "--yes"])
    assert done.exit_code == 0, done.output


def tree(root: Path) -> dict[str, str]:
    """The code of an app, revisions aside."""
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in root.rglob("*.py")
        if "versions" not in path.parts and ".fastarch" not in path.parts
    }


def parsed(code: dict[str, str]) -> dict[str, str]:
    """What code says, however its lines are broken."""
    return {path: ast.dump(ast.parse(text)) for path, text in code.items()}


def well_formed(root: Path) -> None:
    """Nothing is undefined or twice there, and what is imported exists."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--select=F",
        "--ignore=F401",
    ]
    done = subprocess.run([*command, str(root)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    defined = re.compile(rf"^(?:class |def )?({'|'.join(HELPERS)})(?: =|\(|:)", re.MULTILINE)
    code = {path: text for path, text in tree(root).items() if "tests" not in path}
    found = [name for text in code.values() for name in defined.findall(text)]
    assert len(found) == len(set(found)), found
    imported = {
        name.strip()
        for text in code.values()
        for names in re.findall(r"^from \S+ import \(?([\w, \n]+)", text, re.MULTILINE)
        for name in names.split(",")
    }
    assert imported & HELPERS <= set(found)


@pytest.mark.parametrize(
    ("name", "plans", "first"),
    [
        *product(APPS, ("two",), ("products", "orders")),
        ("blog", "one", "products"),
        ("library", "one", "products"),
    ],
)
def test_any_order(tmp_path: Path, name: str, plans: str, first: str) -> None:
    root = tmp_path / name
    shutil.copytree(EXAMPLES / name, root, ignore=shutil.ignore_patterns("__pycache__"))
    before = tree(root)
    if plans == "one":
        (tmp_path / "both.yaml").write_text(BOTH)
        run(root, "new", "resource", "--spec", str(tmp_path / "both.yaml"))
    else:
        run(root, "new", "resource", "products", *PRODUCTS)
        alone = tree(root)
        run(root, "new", "resource", "orders", *ORDERS)
    well_formed(root)

    run(root, "remove", "resource", first)
    well_formed(root)
    if plans == "two" and first == "orders":
        assert parsed(tree(root)) == parsed(alone)
    run(root, "remove", "resource", "orders" if first == "products" else "products")
    assert tree(root) == before


@pytest.mark.parametrize("name", ["blog", "notes", "inventory"])
def test_a_helper_that_another_file_uses(tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    shutil.copytree(EXAMPLES / name, root, ignore=shutil.ignore_patterns("__pycache__"))
    before = tree(root)
    run(root, "new", "resource", "products", "seen:datetime:default=now")
    run(root, "new", "resource", "orders", "day:date:server_default=today")
    run(root, "remove", "resource", "products")
    well_formed(root)
    assert any("def utc_now" in text for text in tree(root).values())
    run(root, "remove", "resource", "orders")
    assert tree(root) == before


def test_models_that_have_schemas_too_keep_to_themselves(tmp_path: Path) -> None:
    root = tmp_path / "inventory"
    shutil.copytree(EXAMPLES / "inventory", root, ignore=shutil.ignore_patterns("__pycache__"))
    run(root, "new", "resource", "products", *PRODUCTS)
    run(root, "new", "resource", "orders", *ORDERS)
    code = tree(root)
    assert "class ProductCreate" in code["backend/app/models.py"]
    assert "NO_NUL =" not in code["backend/app/models.py"]
    assert "NO_NUL =" in code["backend/app/common.py"]
    well_formed(root)
