"""What tests of ``sync`` share: its spec, edits of it, what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.shop import enter, enter_example, new, tree

SPEC = ".fastarch/resources/products/spec.yaml"
ROLES = ("models/product", "schemas/product", "repositories/product", "services/product",
         "routers/products")  # fmt: skip


def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app with products, as working directory."""
    enter(monkeypatch, tmp_path / "shop")
    new()
    return tmp_path / "shop"


def migrating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with Alembic, with products, as working directory."""
    enter_example(monkeypatch, tmp_path, "library")
    new()
    return tmp_path / "library"


def edit(path: str, old: str, new_text: str) -> None:
    """Put one text in the place of another, which must be there."""
    text = Path(path).read_bytes().decode()
    assert old in text, text
    Path(path).write_bytes(text.replace(old, new_text).encode())


def add(field: str, to: str = SPEC) -> None:
    """A field at the end of a spec."""
    with Path(to).open("a") as file:
        file.write(f"  {field}\n")


def code() -> dict[str, bytes]:
    """Every file, bookkeeping apart."""
    return {path: text for path, text in tree(Path()).items() if not path.startswith(".fastarch/")}


def revisions() -> set[str]:
    return {path.name for path in Path("alembic/versions").glob("*.py")}
