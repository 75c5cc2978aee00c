"""Tests of filters and orders on a collection endpoint that somebody wrote."""

from __future__ import annotations

from typing import Any

from fastarch.discover.driven import Driven
from fastarch.discover.index import ModuleIndex
from fastarch.discover.table import ColumnFacts
from fastarch.plan.endpoint_tests import quoted, seeds, too_few, varied

_ORDERED = frozenset({"int", "bigint", "float", "decimal", "date", "time", "datetime"})
_WRONG = {
    "int": "x", "bigint": "x", "float": "x", "decimal": "x", "date": "x", "datetime": "x",
    "bool": "perhaps", "uuid": "x", "enum": "no-such-choice",
}  # fmt: skip


def filter_words(
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
        "equal": _pairs(plain),
        "ordered": _pairs([(name, one.column) for name, one in each if _kind(one) in _ORDERED]),
        "nullable": _pairs([(name, driven.columns[name].column) for name in sorted(empty)]),
        "combined": _pairs(several[:2]) if len(several) > 1 else [],
        "searched": quoted(driven.columns[searched[0]].column) if searched else None,
        "refused": refused or ["q="],
    }


def sort_words(driven: Driven, index: ModuleIndex, fields: tuple[str, ...]) -> dict[str, Any] | str:
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
        "sorted": _pairs(pairs),
        "together": _pairs(several[:2]) if len(several) > 1 else [],
        "refused": ["no_such_column", f"--{names[0]}", f"{names[0]},,{names[0]}", ""],
    }


def _asked(driven: Driven, name: str) -> dict[str, Any]:
    """How a request is sent: a page at a time, should there be pages."""
    is_free = driven.positions.limit is None and "limit" not in driven.parameters
    return {
        "asked": f'{{**{name}, "limit": "2"}}' if is_free else name,
        "enveloped_later": not driven.shaped and not driven.items,
    }


def _pairs(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return pairs


def _kind(column: ColumnFacts) -> str:
    return column.type.kind or "" if column.type is not None else ""
