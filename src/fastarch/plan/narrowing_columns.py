"""Which columns of a collection requests may filter, order or search by."""

from __future__ import annotations

from typing import Literal

from fastarch.discover.narrowing import Narrowing
from fastarch.discover.row_columns import is_secret
from fastarch.discover.table import ColumnFacts
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.records import dataclass
from fastarch.spec.vocabulary import FLAGS

Feature = Literal["filtering", "sorting"]
# What pages, searches and orders are asked with; a filter of such a name would be another thing.
_RESERVED = frozenset({"q", "sort", "limit", "offset", "cursor"})


@dataclass(frozen=True, slots=True)
class NarrowingOptions:
    """What was asked for.

    Args:
        fields: The columns; None for those that make sense.
        search: The columns that ``q`` looks into.
        migration: Write a revision for indexes.
        tests: Write tests of the endpoint.
    """

    feature: Feature
    fields: tuple[str, ...] | None = None
    search: tuple[str, ...] = ()
    migration: bool = True
    tests: bool = True


def fields_of(
    narrowing: Narrowing, options: NarrowingOptions
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns to filter or order by, and those to search."""
    flag = "filter" if options.feature == "filtering" else "sort"
    search = tuple(_require(narrowing, name, "search") for name in options.search)
    if options.feature == "sorting" and "sort" in narrowing.own:
        raise _in_the_way(narrowing, "sort")
    if search and "q" in narrowing.own:
        raise _in_the_way(narrowing, "q")
    if options.fields is not None:
        return tuple(_require(narrowing, name, flag) for name in options.fields), search
    if narrowing.shown is None:
        place = narrowing.operation.place
        message = f"It cannot be told which columns {narrowing.operation.label} shows."
        raise NotUnderstoodError(
            Problem(message, file=place.file, line=place.line, hint="name them with --fields")
        )
    found = tuple(one for one in narrowing.shown if _is_able(narrowing.columns[one], flag))
    if not found:
        message = f"No column that {narrowing.operation.label} shows can be compared."
        place = narrowing.operation.place
        raise NotUnderstoodError(Problem(message, file=place.file, line=place.line))
    return found, search


def _require(narrowing: Narrowing, name: str, flag: str) -> str:
    column = narrowing.columns.get(name)
    able = [one for one, facts in narrowing.columns.items() if _is_able(facts, flag)]
    if column is None:
        message = f"{narrowing.model.name} has no column {name!r} that can be read."
        raise UsageError(Problem(message, hint=f"there are {', '.join(able)}"))
    if name not in able:
        reason = "its value could be found out piece by piece" if is_secret(name) else (
            f"requests have another parameter {name}" if name in _RESERVED
            else "its type cannot be compared with a text"
        )  # fmt: skip
        message = f"{narrowing.model.name}.{name} can be no {_WORDS[flag]}: {reason}."
        raise UsageError(Problem(message, hint=f"there are {', '.join(able) or 'none'}"))
    return name


_WORDS = {"filter": "filter", "sort": "order", "search": "text to search"}


def _is_able(column: ColumnFacts, flag: str) -> bool:
    kind = column.type.kind if column.type is not None else None
    return (
        kind is not None
        and kind in FLAGS[flag].types
        and not is_secret(column.name)
        and not (flag == "filter" and column.name in _RESERVED)
    )


def is_long(column: ColumnFacts) -> bool:
    """Whether a column may hold long texts, which no index takes."""
    found = column.type
    return found is not None and found.kind in FLAGS["search"].types and found.max_length is None


def _in_the_way(narrowing: Narrowing, name: str) -> NotUnderstoodError:
    place = narrowing.operation.place
    message = f"{narrowing.operation.label} has a parameter {name} of its own."
    hint = "take it out first, or leave it as it is"
    return NotUnderstoodError(Problem(message, file=place.file, line=place.line, hint=hint))
