"""Which columns of a collection requests may filter, order or search by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from fastarch.discover.index import Definition
from fastarch.discover.narrowing import Narrowing
from fastarch.discover.profile import AppProfile
from fastarch.discover.related import Related, read_related
from fastarch.discover.row_columns import is_secret
from fastarch.discover.table import ColumnFacts
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.plan.filters import clash, parameter
from fastarch.records import dataclass
from fastarch.spec.vocabulary import FLAGS

Feature = Literal["filtering", "sorting"]
# What pages, searches and orders are asked with; a filter of such a name would be another thing.
_RESERVED = frozenset({"q", "sort", "limit", "offset", "cursor"})
_WORDS = {"filter": "filter", "sort": "order", "search": "text to search"}


@dataclass(frozen=True, slots=True)
class NarrowingOptions:
    """What was asked for.

    Args:
        fields: The columns, those of relations as ``customer.name``; None for those that make
            sense.
        search: The columns that ``q`` looks into.
        migration: Write a revision for indexes.
        tests: Write tests of the endpoint.
    """

    feature: Feature
    fields: tuple[str, ...] | None = None
    search: tuple[str, ...] = ()
    migration: bool = True
    tests: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """What requests may ask about.

    Args:
        fields: The columns to filter or order by, those of relations as ``customer.name``.
        search: The columns that ``q`` looks into.
        related: By relationship, what it leads to.
    """

    fields: tuple[str, ...]
    search: tuple[str, ...]
    related: Mapping[str, Related]

    def columns(self, narrowing: Narrowing) -> Iterator[tuple[Definition, ColumnFacts]]:
        """The fields' columns, each with its model."""
        for field in self.fields:
            relation, _, name = field.rpartition(".")
            if relation:
                one = self.related[relation]
                yield one.model, one.columns[name]
            else:
                yield narrowing.model, narrowing.columns[name]


def allowed(narrowing: Narrowing, options: NarrowingOptions, profile: AppProfile) -> Allowed:
    """What requests may ask about.

    Raises:
        UsageError: There is no such column, or it can be no filter or order.
        NotUnderstoodError: It cannot be told which columns, or a parameter is in the way.
    """
    flag = "filter" if options.feature == "filtering" else "sort"
    search = tuple(_require(narrowing, name, "search") for name in options.search)
    if options.feature == "sorting" and "sort" in narrowing.own:
        raise _in_the_way(narrowing, "sort")
    if search and "q" in narrowing.own:
        raise _in_the_way(narrowing, "q")
    if options.fields is not None:
        dotted = any("." in name for name in (*options.fields, *options.search))
        related = read_related(narrowing.index, narrowing.model, profile) if dotted else {}
        fields = tuple(
            _require_related(narrowing, name, flag, related)
            if "." in name
            else _require(narrowing, name, flag)
            for name in dict.fromkeys(options.fields)
        )
        if flag == "filter":
            require_apart(fields)
        return Allowed(fields, search, related)
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
    return Allowed(found, search, {})


def require_apart(fields: Iterable[str]) -> None:
    """Refuse fields of which a request could not say which one it means.

    Raises:
        UsageError: Two would have a parameter of the same name.
    """
    two = clash(tuple(fields))
    if two is not None:
        message = f"{two[0]} and {two[1]} would both be asked for by {parameter(two[1])}."
        raise UsageError(Problem(message, hint="leave one of them out"))


def _require(narrowing: Narrowing, name: str, flag: str) -> str:
    able = [one for one, facts in narrowing.columns.items() if _is_able(facts, flag)]
    if "." in name:
        message = f"{name} is a column of a relation, which can be no {_WORDS[flag]}."
        raise UsageError(Problem(message, hint=f"there are {', '.join(able) or 'none'}"))
    if name not in narrowing.columns:
        message = f"{narrowing.model.name} has no column {name!r} that can be read."
        raise UsageError(Problem(message, hint=f"there are {', '.join(able)}"))
    if name not in able:
        reason = (
            f"requests have another parameter {name}"
            if name in _RESERVED and not is_secret(name)
            else why_not(name)
        )
        message = f"{narrowing.model.name}.{name} can be no {_WORDS[flag]}: {reason}."
        raise UsageError(Problem(message, hint=f"there are {', '.join(able) or 'none'}"))
    return name


def _require_related(
    narrowing: Narrowing, field: str, flag: str, related: Mapping[str, Related]
) -> str:
    """A column of what a relationship leads to, as a filter."""
    relation, _, name = field.partition(".")
    if flag != "filter":
        return _require(narrowing, field, flag)
    found = related.get(relation)
    if found is None:
        message = f"{narrowing.model.name} has no relationship {relation!r} that can be read."
        raise UsageError(Problem(message, hint=f"there are {', '.join(related) or 'none'}"))
    if "." in name:
        raise UsageError(Problem(f"{field} is too far: filters reach into one relation."))
    able = [one for one, facts in found.columns.items() if _is_able(facts, flag, ())]
    hint = f"there are {', '.join(f'{relation}.{one}' for one in able) or 'none'}"
    if name not in found.columns:
        message = f"{found.model.name} has no column {name!r} that can be read."
        raise UsageError(Problem(message, hint=hint))
    if name not in able:
        message = f"{found.model.name}.{name} can be no filter: {why_not(name)}."
        raise UsageError(Problem(message, hint=hint))
    return field


def why_not(name: str) -> str:
    """Why a column can be no filter."""
    if is_secret(name):
        return "its value could be found out piece by piece"
    return "its type cannot be compared with a text"


def _is_able(column: ColumnFacts, flag: str, reserved: Iterable[str] = _RESERVED) -> bool:
    kind = column.type.kind if column.type is not None else None
    return (
        kind is not None
        and kind in FLAGS[flag].types
        and not is_secret(column.name)
        and not (flag == "filter" and column.name in reserved)
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
