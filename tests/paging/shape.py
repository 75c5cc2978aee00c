"""Small apps in memory, each with a collection, and what pages of it have to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.shapes.shape import unpack


@dataclass(frozen=True, slots=True)
class Shape:
    """An app and its collection.

    Args:
        files: The app's own files, as ``unpack`` reads them; what they share is beside them.
        target: What is typed.
        options: Further options of the command, by the request's fields.
        url: Where it is served, with a query where clients send one.
        items: Where the rows are in the body, as keys with dots between.
        ties: The rows' order leaves some of them equal: what it orders by, in each item.
        ordered: The rows had an order, if only that of the database.
        statements: Of a page; each eagerly loaded collection is one more.
        models: The shared models: sqlalchemy, sqlmodel.
        mode: sync or async.
        old: Queries of old clients that have to answer as they did.
        whole: The query by which old clients get all rows; None where they cannot.
        wrong: Queries that have to be 422, with ``{cursor}`` for a good cursor.
        same: The other keys of an envelope that have to be as they were.
        exit: 0, or the code of a refusal.
        says: Words of the refusal.
        has: By file, what it has afterwards.
        lacks: By file, what it does not have afterwards.
        limit: Rows of a page that nobody says the size of.
        limit_name: The parameter that says it.
        total: Answers say how many rows there are.
        by: cursor or offset.
    """

    name: str
    files: str
    target: str = "users"
    options: Mapping[str, object] = field(default_factory=dict)
    url: str = "/users"
    items: str = ""
    ties: tuple[str, ...] = ()
    ordered: bool = True
    statements: int = 1
    models: str = "sqlalchemy"
    mode: str = "sync"
    old: tuple[str, ...] = ()
    whole: str | None = ""
    wrong: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    exit: int = 0
    says: tuple[str, ...] = ()
    has: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int = 50
    limit_name: str = "limit"
    total: bool = False
    by: str = "cursor"

    def write(self, root: Path) -> dict[str, bytes]:
        """Write the app into a folder."""
        from tests.paging import common

        files = common.files(self.models, self.mode) | unpack(self.files)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return files
