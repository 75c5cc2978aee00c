"""Tests of filters and orders on a collection endpoint that somebody wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fastarch.discover.driven import Driven
from fastarch.discover.index import ModuleIndex
from fastarch.discover.narrowing import Narrowing
from fastarch.discover.profile import AppProfile
from fastarch.discover.table import ColumnFacts
from fastarch.plan.endpoint_tests import Subject, endpoint_tests, quoted, seeds, too_few, varied
from fastarch.plan.narrowing_columns import NarrowingOptions
from fastarch.plan.steps import Step

_ORDERED = frozenset({"int", "bigint", "float", "decimal", "date", "time", "datetime"})
_WRONG = {
    "int": "x", "bigint": "x", "float": "x", "decimal": "x", "date": "x", "datetime": "x",
    "bool": "perhaps", "uuid": "x", "enum": "no-such-choice",
}  # fmt: skip


def narrowing_tests(
    narrowing: Narrowing,
    profile: AppProfile,
    options: NarrowingOptions,
    name: str,
    fields: tuple[str, ...],
    search: tuple[str, ...],
    read: Callable[[str], bytes | None],
) -> Iterator[Step]:
    """The step that writes the tests of filters or orders.

    Args:
        name: Of the feature's record.
        read: The bytes of a file, None where it is not there.
    """
    if not options.tests:
        return
    index = narrowing.index
    subject = Subject(index, narrowing.operation, narrowing.trail, narrowing.own, name, profile)

    def words(driven: Driven) -> dict[str, Any] | str:
        if options.feature == "sorting":
            return _sort_words(driven, index, fields)
        return _filter_words(driven, index, fields, search)

    yield from endpoint_tests(subject, options.feature, words, read)


def _filter_words(
    driven: Driven, index: ModuleIndex, fields: tuple[str, ...], search: tuple[str, ...]
) -> dict[str, Any] | str:
    """The words of the tests of filters; or why there is nothing to show."""
    if (reason := too_few(driven)) is not None:
        return reason
    own = tuple(name for name in fields if name not in driven.parameters)
    each = list(varied(driven, own))
    nullable = frozenset(driven.nullable())
    empty = frozenset(name for name, _ in each if name in nullable)
    refused = [f"{name}__like=1" for name in fields[:1]]
    refused += [f"{name}={_WRONG[kind]}" for name, one in each if (kind := _kind(one)) in _WRONG]
    plain = [(name, one.column) for name, one in each if _kind(one) != "bool" or name not in empty]
    searched = [name for name, _ in varied(driven, search) if name not in driven.rows.values]
    if not (plain or searched):
        return "No column of its filters differs from row to row."
    several = [pair for pair in plain if pair[0] != driven.key.name]
    return {
        **seeds(driven, index, dict.fromkeys((name for name, _ in each), False), empty),
        **_asked(driven, "query"),
        "equal": _each(plain),
        "ordered": _each([(name, one.column) for name, one in each if _kind(one) in _ORDERED]),
        "nullable": _each([(name, driven.columns[name].column) for name in sorted(empty)]),
        "combined": several[:2] if len(several) > 1 else [],
        "searched": quoted(driven.columns[searched[0]].column) if searched else None,
        "refused": refused or ["q="],
    }


def _sort_words(
    driven: Driven, index: ModuleIndex, fields: tuple[str, ...]
) -> dict[str, Any] | str:
    """The words of the tests of orders; or why there is nothing to show."""
    if (reason := too_few(driven)) is not None:
        return reason
    if driven.query.distinct_on:
        return "Its distinct rows have an order of their own."
    each = list(varied(driven, fields))
    if not each:
        return "No column of its orders differs from row to row."
    nullable = frozenset(driven.nullable())
    names = [name for name, _ in each]
    pairs = [(name, one.column) for name, one in each]
    several = [pair for pair in pairs if pair[0] != driven.key.name]
    return {
        **seeds(
            driven,
            index,
            {name: name != driven.key.name for name in names},
            frozenset(name for name in names if name in nullable),
        ),
        **_asked(driven, "query"),
        "sorted": _each(pairs),
        "together": several[:2] if len(several) > 1 else [],
        "refused": ["no_such_column", f"--{names[0]}", f"{names[0]},,{names[0]}", ""],
    }


def _asked(driven: Driven, name: str) -> dict[str, Any]:
    """How a request is sent: a page at a time, should there be pages."""
    is_free = driven.positions.limit is None and "limit" not in driven.parameters
    return {
        "asked": f'{{**{name}, "limit": "2"}}' if is_free else name,
        "enveloped_later": not driven.shaped and not driven.items,
    }


def _each(pairs: list[tuple[str, str]]) -> dict[str, object] | None:
    """How a test is run for each of some fields; None for none.

    Args:
        pairs: The attribute, and the column's name in the database, which may be another one.
    """
    if not pairs:
        return None
    if all(name == column for name, column in pairs):
        names = [name for name, _ in pairs]
        return {
            "argument": '"field"',
            "values": names,
            "parameters": "field: str",
            "column": "field",
        }
    return {
        "argument": '("field", "column")',
        "values": pairs,
        "parameters": "field: str, column: str",
        "column": "column",
    }


def _kind(column: ColumnFacts) -> str:
    return column.type.kind or "" if column.type is not None else ""
