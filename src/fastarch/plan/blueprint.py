"""A feature's manifest, ``templates/<feature>/blueprint.toml``: what it writes and asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TypeVar

from fastarch.discover.symbols import Import
from fastarch.plan.steps import Step
from fastarch.records import dataclass

OVERRIDES = ".fastarch/templates"
"""Where a project's own templates lie."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the feature; ``path`` says words in braces, ``when`` the flags that bring it."""

    template: str
    path: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of the app's settings class.

    Args:
        needs: What its annotation and default import: ``module:name``, several with spaces between.
    """

    name: str
    type: str
    default: str | None = None
    needs: str | None = None
    when: str | None = None

    @property
    def imports(self) -> tuple[Import, ...]:
        """What the annotation and the default need, as data."""
        pairs = (each.partition(":") for each in (self.needs or "").split())
        return tuple(Import(module, name or None) for module, _, name in pairs)


@dataclass(frozen=True, slots=True)
class Lifespan:
    """An async context manager, called with the app, that is entered while the app runs."""

    module: str
    name: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A runtime dependency, as pip spells it."""

    requirement: str
    when: str | None = None


Entry = TypeVar("Entry", File, Setting, Lifespan, Requirement)


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A feature: what it writes, and what it asks of the app's own code."""

    name: str
    about: str
    files: tuple[File, ...] = ()
    settings: tuple[Setting, ...] = ()
    lifespans: tuple[Lifespan, ...] = ()
    dependencies: tuple[Requirement, ...] = ()

    def select(self, words: Mapping[str, str], flags: Collection[str]) -> Blueprint:
        """The entries of whose flags one is set, with the words filled in."""
        flags = frozenset(flags)
        return Blueprint(
            self.name,
            self.about,
            tuple(_fill(entry, words) for entry in self.files if _holds(entry, flags)),
            tuple(_fill(entry, words) for entry in self.settings if _holds(entry, flags)),
            tuple(_fill(entry, words) for entry in self.lifespans if _holds(entry, flags)),
            tuple(_fill(entry, words) for entry in self.dependencies if _holds(entry, flags)),
        )


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature as it is planned for an app.

    Args:
        paths: By role, the file that it goes to.
        words: What its templates were filled with, as plain data: an upgrade fills later ones.
    """

    steps: tuple[Step, ...]
    paths: Mapping[str, str]
    words: Mapping[str, object]


def role_of(file: File) -> str:
    """What a file is to its feature: its template's name."""
    return file.template.removesuffix(".jinja")


@cache
def templates_folder() -> Path:
    """The folder of the features: packaged in the wheel, else at the top of a checkout.

    Raises:
        FileNotFoundError: the installation is damaged.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "templates", package.parents[1] / "templates"):
        if folder.is_dir():
            return folder
    message = f"fastarch's templates are missing beside {package}"
    raise FileNotFoundError(message)


@cache
def load_blueprint(feature: str) -> Blueprint:
    """Read a feature's manifest.

    Raises:
        FileNotFoundError: there is no such feature.
        ValueError: the manifest says a word that is not known here.
    """
    data = tomllib.loads((templates_folder() / feature / "blueprint.toml").read_text("utf-8"))
    unknown = data.keys() - {part.name for part in fields(Blueprint)}
    if unknown:
        message = f"{feature}/blueprint.toml: unknown {sorted(unknown)}"
        raise ValueError(message)
    try:
        return Blueprint(
            data["name"],
            data["about"],
            tuple(File(**row) for row in data.get("files", ())),
            tuple(Setting(**row) for row in data.get("settings", ())),
            tuple(Lifespan(**row) for row in data.get("lifespans", ())),
            tuple(Requirement(**row) for row in data.get("dependencies", ())),
        )
    except (KeyError, TypeError) as error:
        message = f"{feature}/blueprint.toml: {error}"
        raise ValueError(message) from error


def _holds(entry: File | Setting | Lifespan | Requirement, flags: frozenset[str]) -> bool:
    return entry.when is None or not flags.isdisjoint(entry.when.split())


def _fill(entry: Entry, words: Mapping[str, str]) -> Entry:
    values = {
        part.name: value.format_map(words) if isinstance(value, str) else value
        for part in fields(entry)
        for value in (getattr(entry, part.name),)
    }
    return type(entry)(**values)
