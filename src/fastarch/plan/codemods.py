"""What a merge cannot say of a new version's templates: edits to make before it, by version.

They stand in ``templates/<feature>/codemods.toml``: a version, the role of the module that the
edit is about, and a typed edit with its fields.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastarch.plan.blueprint import templates_folder
from fastarch.records import dataclass
from fastarch.wire import registry
from fastarch.wire.edit import Edit

FILE = "codemods.toml"
FIRST = "0.1.0"
"""The version that did not yet say which one it was."""


@dataclass(frozen=True, slots=True)
class Codemod:
    """An edit of the code that earlier versions have generated.

    Args:
        version: The first one whose templates expect it.
        role: Which module of a resource it is about; the edit learns its dotted name.
        edit: Its name and fields, as data.
    """

    version: str
    role: str
    edit: Mapping[str, Any]

    def about(self, module: str) -> Edit:
        """The edit, for a module of a project."""
        return registry.load({**self.edit, "module": module})


def codemods(feature: str, made_with: str | None) -> tuple[Codemod, ...]:
    """The edits that came after the version that code was made with, oldest first.

    Args:
        feature: A folder's name below ``templates/``.
        made_with: None for the first version.

    Raises:
        ValueError: the file says a word that is not known here.
    """
    since = _ordered(made_with or FIRST)
    return tuple(one for one in load(templates_folder() / feature / FILE) if since < _key(one))


@cache
def load(file: Path) -> tuple[Codemod, ...]:
    """Every codemod of a file, oldest first; none where there is no file."""
    if not file.is_file():
        return ()
    rows = tomllib.loads(file.read_text("utf-8")).get("codemods", [])
    try:
        found = [Codemod(row.pop("version"), row.pop("role"), row) for row in rows]
        for one in found:
            one.about("app")
    except KeyError as error:
        message = f"{file.name}: {error} is missing"
        raise ValueError(message) from error
    return tuple(sorted(found, key=_key))


def _key(one: Codemod) -> tuple[int, ...]:
    return _ordered(one.version)


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
