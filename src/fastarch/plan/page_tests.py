"""Tests of pages on a collection endpoint that somebody wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fastarch.discover.asked_names import parameters
from fastarch.discover.driven import Driven
from fastarch.discover.index import ModuleIndex
from fastarch.discover.paging import Collection
from fastarch.discover.profile import AppProfile
from fastarch.plan.endpoint_tests import ROWS, Subject, endpoint_tests, quoted, seeds
from fastarch.plan.page_call import PageOptions, bounds, limit_name, offset_name
from fastarch.plan.steps import Step
from fastarch.records import dataclass

_MOST = 200
"""So many rows are made to show a page that is as large as one nobody says the size of."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What answers have.

    Args:
        enveloped: The page puts an envelope around the rows.
        counted: The page counts all rows.
    """

    enveloped: bool
    counted: bool


def page_tests(
    collection: Collection,
    profile: AppProfile,
    options: PageOptions,
    name: str,
    shown: Shown,
    read: Callable[[str], bytes | None],
) -> Iterator[Step]:
    """The step that writes the tests of a page.

    Args:
        name: Of the feature's record.
        read: The bytes of a file, None where it is not there.
    """
    if not options.tests:
        return
    index = next(iter(collection.trail.functions.values())).frame.index
    operation = collection.operation
    own = frozenset(parameters(index, operation.module, operation.node))
    subject = Subject(index, operation, collection.trail, own, name, profile)

    def words(driven: Driven) -> dict[str, Any]:
        return _words(driven, index, collection, options, shown)

    yield from endpoint_tests(subject, "pagination", words, read)


def _words(
    driven: Driven,
    index: ModuleIndex,
    collection: Collection,
    options: PageOptions,
    shown: Shown,
) -> dict[str, Any]:
    """The words of the template."""
    limit, maximum = bounds(collection, options)
    offsets = collection.positions.offsets
    by_cursor, rows = options.by == "cursor", ROWS
    order = driven.query.order
    names = [one.name for one in order or ()]
    nullable = frozenset(driven.nullable())
    empty = frozenset(name for name in names if name in nullable)
    statements = driven.query.statements
    if driven.rows.lazy or driven.rows.loaded:
        statements = None
    sizes = sorted({1, min(5, maximum), min(rows, maximum)})
    return {
        **seeds(driven, index, dict.fromkeys(names, True), empty),
        "rows": rows,
        "items": '["items"]' if shown.enveloped else _items(driven),
        "enveloped": shown.enveloped,
        "order": _order(driven),
        "by_cursor": by_cursor,
        "limit_name": limit_name(collection, options),
        "offset_name": offset_name(collection) if offsets and not by_cursor else "offset",
        "instead_of": tuple(one.name for one in offsets),
        "limits": sizes if len(sizes) > 1 else [1, 1],
        "default_limit": limit if limit <= _MOST else None,
        "maximum": maximum,
        "counted": shown.counted,
        "statements": statements and statements + shown.counted,
        "constant": not driven.rows.lazy,
    }


def _items(driven: Driven) -> str:
    return "".join(f"[{quoted(key)}]" for key in driven.items)


def _order(driven: Driven) -> str:
    """The order with the primary key at its end; empty where it cannot be told."""
    order = driven.query.order
    if order is None:
        return ""
    parts = [(driven.columns[one.name].column, one.descending) for one in order]
    if driven.key.column not in {name for name, _ in parts}:
        parts.append((driven.key.column, bool(parts) and parts[-1][1]))
    words = [f"table.c[{quoted(name)}]{'.desc()' if down else ''}" for name, down in parts]
    return ", ".join(words)
