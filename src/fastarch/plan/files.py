"""The files that a plan may look at, and those that it has begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from fastarch.plan import assemble
from fastarch.records import dataclass


class Project(Protocol):
    """The files that a plan may look at."""

    def read(self, path: str) -> bytes | None:
        """A file, None where there is none."""

    def exists(self, path: str) -> bool:
        """Whether there is a file or a folder."""


@dataclass(frozen=True, slots=True)
class Files:
    """The project's files, and those that the plan has begun.

    Args:
        added: The texts that the plan adds, by path; most are never asked for their names.
        own: Names by path that are not the project's: those of what is planned anew.
        defined: The names in those that were asked for.
    """

    project: Project
    begun: set[str] = field(default_factory=set)
    added: dict[str, list[str]] = field(default_factory=dict)
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    defined: dict[str, set[str]] = field(default_factory=dict)

    def exists(self, path: str) -> bool:
        """Whether there is, or will be, such a file or folder."""
        return path in self.begun or self.project.exists(path)

    def names(self, path: str) -> frozenset[str]:
        """The names that a module has, or will have, at its top level."""
        content = self.project.read(path)
        there = assemble.bound(content.decode()) if content else frozenset()
        there -= self.own.get(path, frozenset())
        defined = self.defined.setdefault(path, set())
        defined.update(*map(assemble.names, self.added.pop(path, ())))
        return there | defined

    def add(self, path: str, text: str) -> None:
        """Note what the plan adds to a module."""
        self.begun.add(path)
        self.added.setdefault(path, []).append(text)
