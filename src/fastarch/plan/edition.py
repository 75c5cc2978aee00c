"""Which templates a piece of code was made from: a digest that changes when one of them does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastarch.plan.blueprint import OVERRIDES, templates_folder


@lru_cache(maxsize=16)
def edition(feature: str, root: Path) -> str:
    """The digest of a feature's templates, the project's own ones included.

    Args:
        feature: A folder's name below ``templates/``.
        root: The project's root.
    """
    total = sha256()
    for folder in (templates_folder() / feature, root / OVERRIDES / feature):
        for path in _templates(folder):
            content = path.read_bytes()
            total.update(f"{path.relative_to(folder).as_posix()}\\0{len(content)}\\0".encode())
            total.update(content)
    return total.hexdigest()[:16]


def _templates(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*.jinja") if path.is_file())
