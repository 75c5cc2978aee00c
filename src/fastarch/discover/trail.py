"""The way from an endpoint to its queries."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from fastarch.discover.frames import Frame, Read
from fastarch.discover.queries import Facts
from fastarch.discover.symbols import Place
from fastarch.records import dataclass

Kind = Literal["run", "all", "wrap"]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function between the endpoint and the query, both included.

    Args:
        frame: The function as it is called.
        shared: Other code mentions it, too.
    """

    frame: Frame
    shared: bool = False

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self.frame.module.file, self.frame.node.lineno)


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A place where a query is run.

    Args:
        read: The call that runs it; for ``wrap``, the query that is looped over.
        kind: run: ``session.execute(statement)``; all: ``query.all()``; wrap: ``list(query)``.
        facts: The query.
        unique: Rows that repeat are left out in Python.
        awaited: The session is asynchronous.
    """

    read: Read
    kind: Kind
    facts: Facts
    unique: bool = False
    awaited: bool = False


@dataclass(slots=True, eq=False)
class Trail:
    """The way from an endpoint to its queries.

    Args:
        functions: By file and line, the endpoint first.
        calls: The calls that lead on.
        sites: Where queries are run.
        counts: ``len(rows)``.
        responses: What the endpoint returns, where that is a response of its own.
        shaped: The endpoint returns an envelope of its own.
        returns: What the endpoint returns, where those are the rows.
        warnings: What is worth a notice.
    """

    functions: dict[tuple[str, int], Function] = field(default_factory=dict)
    calls: list[Read] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    counts: list[Read] = field(default_factory=list)
    responses: list[Read] = field(default_factory=list)
    returns: list[Read] = field(default_factory=list)
    shaped: bool = False
    warnings: list[str] = field(default_factory=list)
