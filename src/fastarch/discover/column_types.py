"""What a spec calls a column's type, by the type's name in SQLAlchemy or in a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastarch.discover.table import TypeFacts
from fastarch.spec.resource import ScalarType
from fastarch.spec.vocabulary import ITEM_TYPES

NAIVE = "has no time zone, which a spec's `datetime` has"
WIDEST = (65, 30)
"""Digits in all and after the point where the database sets no limit."""
_LONGEST = 10_485_760

_TEXTS = frozenset(
    "string varchar unicode nvarchar char nchar autostring character charactervarying".split()  # noqa: SIM905
)
_KINDS: Mapping[str, ScalarType] = {
    "text": "text", "unicodetext": "text", "clob": "text", "nclob": "text", "tinytext": "text",
    "mediumtext": "text", "longtext": "text",
    "integer": "int", "int": "int", "serial": "int", "smallinteger": "int", "smallint": "int",
    "tinyint": "int", "mediumint": "int", "biginteger": "bigint", "bigint": "bigint",
    "bigserial": "bigint", "float": "float", "real": "float", "double": "float",
    "doubleprecision": "float", "numeric": "decimal", "decimal": "decimal",
    "boolean": "bool", "bool": "bool", "date": "date", "time": "time",
    "datetime": "datetime", "timestamp": "datetime", "timestamptz": "datetime",
    "uuid": "uuid", "guid": "uuid", "uniqueidentifier": "uuid", "uuidtype": "uuid",
    "json": "json", "jsonb": "json", "jsontype": "json",
    "largebinary": "bytes", "binary": "bytes", "varbinary": "bytes", "bytea": "bytes",
    "blob": "bytes", "citext": "text", "emailtype": "email", "urltype": "url",
}  # fmt: skip
_SMALL = frozenset({"smallinteger", "smallint", "tinyint", "mediumint"})
# What stands among a column's arguments and is no type.
NO_TYPES = frozenset({
    "ForeignKey", "Identity", "Computed", "Sequence", "CheckConstraint", "FetchedValue", "text",
    "DefaultClause", "DDL", "Index", "UniqueConstraint",
})  # fmt: skip


def named(
    name: str,
    numbers: Sequence[int] = (),
    *,
    timezone: bool = False,
    told: str = "",
) -> TypeFacts:
    """The type of a name as SQLAlchemy (``String``) or a database (``VARCHAR``) writes it.

    Args:
        name: Its name, in any case.
        numbers: A length, or the digits in all and after the point.
        timezone: It has a time zone.
        told: As it is written, for a notice.
    """
    word = name.lower().replace("_", "").replace(" ", "")
    told = told or name
    if word in _TEXTS:
        if numbers and 0 < numbers[0] <= _LONGEST:
            return TypeFacts("str", max_length=numbers[0], told=told)
        return TypeFacts("text", told=told)
    kind = _KINDS.get(word)
    if kind is None:
        return TypeFacts(None, told=told)
    if kind == "decimal":
        return decimal(numbers, told)
    note = ""
    if word in _SMALL:
        note = "is smaller than a spec's `int`, which has 32 bits"
    elif word == "citext":
        note = "is compared without regard to case, which a spec's `text` is not"
    elif kind == "datetime" and not timezone and word != "timestamptz":
        note = NAIVE
    elif kind == "time" and timezone:
        note = "has a time zone, which a spec's `time` has not"
    length = numbers[0] if kind in ("bytes", "text", "email", "url") and numbers else None
    return TypeFacts(kind, max_length=length, told=told, note=note)


def decimal(numbers: Sequence[int], told: str) -> TypeFacts:
    """An exact number of so many digits in all and after the point, as far as that is said."""
    if numbers and 0 < numbers[0] <= WIDEST[0]:
        scale = numbers[1] if len(numbers) > 1 else 0
        return TypeFacts("decimal", precision=numbers[0], scale=scale, told=told)
    note = f"has any number of digits; the spec says the most that it can, {WIDEST[0]},{WIDEST[1]}"
    return TypeFacts("decimal", precision=WIDEST[0], scale=WIDEST[1], told=told, note=note)


def array(item: TypeFacts | None, told: str) -> TypeFacts:
    """Several values of a type."""
    if item is None or item.kind not in ITEM_TYPES:
        return TypeFacts(None, told=told)
    note = "is an array of the database; what is made from a spec keeps a list as JSON"
    return TypeFacts("list", item=replace(item, note=""), told=told, note=note)
