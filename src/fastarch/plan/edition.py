"""Which templates a piece of code was made from: a digest that changes when one of them does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Protocol

from fastarch.plan.blueprint import OVERRIDES, templates_folder


class Files(Protocol):
    """The files of a project."""

    def read(self, path: str) -> bytes | None:
        """A file, None where there is none."""

    def files(self, folder: str) -> tuple[str, ...]:
        """Every file below a folder."""


def edition(feature: str, project: Files) -> str:
    """The digest of a feature's templates, the project's own ones included.

    Args:
        feature: A folder's name below ``templates/``.
        project: The files as they are.
    """
    total = sha256(_packaged(feature))
    for path in project.files(f"{OVERRIDES}/{feature}"):
        total.update(_entry(path, project.read(path) or b""))
    return total.hexdigest()[:16]


@cache
def _packaged(feature: str) -> bytes:
    return b"".join(_templates(feature))


def _templates(feature: str) -> Iterator[bytes]:
    folder = templates_folder() / feature
    for path in sorted(folder.rglob("*.jinja")):
        yield _entry(path.relative_to(folder).as_posix(), path.read_bytes())


def _entry(path: str, content: bytes) -> bytes:
    return f"{path}\0{len(content)}\0".encode() + content
