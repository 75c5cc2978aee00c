"""How code of the app is told of: places, names that can be imported, pieces to repeat."""

from __future__ import annotations

from fastarch.records import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact was read: a path relative to the project's root and a 1-based line."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that can be imported: ``from module import name``, defined at ``at``."""

    at: Place
    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Import:
    """``from module import name as alias``; ``import module as alias`` where name is None."""

    module: str
    name: str | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    """A piece of the app's own code to repeat, with the imports that it needs, all absolute."""

    source: str
    imports: tuple[Import, ...] = ()
