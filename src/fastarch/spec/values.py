"""The text of a value against its type: what ``default``, ``ge`` and their siblings may hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from uuid import UUID

from fastarch.spec.resource import Field, ScalarType
from fastarch.spec.vocabulary import JSON_ITEMS

Value = (
    str
    | int
    | float
    | bool
    | Decimal
    | date
    | time
    | datetime
    | UUID
    | list[object]
    | dict[str, object]
    | None
)

WORDS: dict[tuple[ScalarType, bool], tuple[str, ...]] = {
    ("datetime", False): ("now",),
    ("time", False): ("now",),
    ("date", False): ("today",),
    ("uuid", False): ("uuid4",),
    ("datetime", True): ("now",),
    ("time", True): ("now",),
    ("date", True): ("today",),
}
"""Words for a value made anew for each row, by type and by whether the server makes it."""

_INT = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_EMAIL = re.compile(
    r"[^@\s\"(),:;<>\[\]\\]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]{2,}"
)
_URL = re.compile(r"https?://[^\s/?#]+([/?#]\S*)?")
_LONGEST_NUMBER = 400
_BITS = {"int": 32, "bigint": 64}
_TRUTH = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def is_word(field: Field, text: str, *, server: bool = False) -> bool:
    """Whether a default is one of the words (``now``, ``today``, ``uuid4``) rather than a value."""
    return text in WORDS.get((field.type, server), ())


def value_of(field: Field, text: str) -> Value:
    """The Python value that ``text`` stands for in ``field``.

    Raises:
        ValueError: It is no value of the field's type, or it lies outside the field's limits.
    """
    value = parse(field, text)
    problem = _outside(field, value)
    if problem:
        raise ValueError(problem)
    return value


def parse(field: Field, text: str) -> Value:
    """The value of the type alone, whatever the field's limits.

    Raises:
        ValueError: It is no value of the type.
    """
    reader = _READERS.get(field.type)
    if reader is not None:
        return reader(text)
    if field.type in _BITS:
        return _integer(text, _BITS[field.type])
    if field.type == "enum":
        if text not in field.choices:
            raise ValueError(f"`{text}` is not one of {', '.join(field.choices)}")
        return text
    if field.type == "list":
        return _list(field, text)
    return text


def canonical(field: Field, text: str) -> str:
    """The one spelling of a value that is kept: ``1`` for ``+01``, ``true`` for ``yes``.

    Raises:
        ValueError: As `value_of`.
    """
    value = value_of(field, text)
    if field.type == "bool":
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | dict) or field.type == "json":
        if value is None:
            raise ValueError("the value is null: add `null`, which needs no default")
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
        if any(0xD800 <= ord(character) < 0xE000 for character in written):
            raise ValueError("it has half of a surrogate pair")
        return written
    return str(value)


def _integer(text: str, bits: int) -> int:
    if not _INT.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        raise ValueError(f"`{_short(text)}` is not a whole number")
    number = int(text)
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        more = "; a bigint holds 64 bits" if bits == 32 else ""
        raise ValueError(f"`{_short(text)}` does not fit into {bits} bits{more}")
    return number


def _float(text: str) -> float:
    if not _FLOAT.fullmatch(text):
        raise ValueError(f"`{_short(text)}` is not a number")
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"`{_short(text)}` does not fit into a float")
    return number


def _decimal(text: str) -> Decimal:
    if not _FLOAT.fullmatch(text):
        raise ValueError(f"`{_short(text)}` is not a decimal number")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"`{_short(text)}` is not a decimal number") from None
    # `1e999999999` is a short text of a number with a billion digits.
    if abs(number.adjusted()) > _LONGEST_NUMBER:
        raise ValueError(f"`{_short(text)}` does not fit into a decimal")
    return Decimal(format(number, "f"))


def _bool(text: str) -> bool:
    if text.lower() not in _TRUTH:
        raise ValueError(f"`{_short(text)}` is neither true nor false")
    return _TRUTH[text.lower()]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{_short(text)}` is not a date like 2026-01-31 or `today`") from None


def _time(text: str) -> time:
    try:
        value = time.fromisoformat(text)
    except ValueError:
        raise ValueError(f'`{_short(text)}` is not a time like "13:30:00" or `now`') from None
    if value.tzinfo is not None:
        raise ValueError(f"`{_short(text)}` has a time zone, which a time of day cannot have")
    return value


def _datetime(text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f'`{_short(text)}` is not a datetime like "2026-01-31T13:30:00Z" or `now`'
        ) from None
    if value.tzinfo is None:
        raise ValueError(f"`{_short(text)}` has no time zone: write `Z` behind it for UTC")
    return value


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(f"`{_short(text)}` is neither a UUID nor the word `uuid4`") from None


def _json(text: str) -> Value:
    try:
        value: Value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ValueError(f"`{_short(text)}` is not JSON") from None
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError(f"`{_short(text)}` is not an address like me@example.com")
    return text


def _url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise ValueError(f"`{_short(text)}` is not a URL like https://example.com")
    return text


def _list(field: Field, text: str) -> list[object]:
    value = _json(text)
    if not isinstance(value, list):
        raise ValueError(f"`{_short(text)}` is not a JSON array like [] or [1,2]")  # noqa: TRY004
    item = field.item or Field("")
    for element in value:
        if isinstance(element, list | dict) or element is None:
            raise ValueError(f"`{_short(json.dumps(element))}` cannot be in the list")
        is_text = isinstance(element, str)
        if is_text == (item.type in JSON_ITEMS):
            raise ValueError(f"`{_short(json.dumps(element))}` is not of type {item.type}")
        value_of(item, element if isinstance(element, str) else json.dumps(element))
    return value


def _outside(field: Field, value: Value) -> str | None:
    if isinstance(value, Decimal):
        problem = _too_precise(field, value)
        if problem:
            return problem
    if isinstance(value, str | list) and field.type != "json":
        noun = "items" if isinstance(value, list) else "characters"
        if field.max_length is not None and len(value) > field.max_length:
            return f"it has {len(value)} {noun}, more than the {field.max_length} allowed"
        if field.min_length is not None and len(value) < field.min_length:
            return f"it has {len(value)} {noun}, fewer than the {field.min_length} needed"
    if isinstance(value, str) and field.pattern is not None and not re.search(field.pattern, value):
        return f"`{_short(value)}` does not match `{field.pattern}`"
    tests: tuple[tuple[str, str | None, Callable[[Value, Value], bool]], ...] = (
        ("ge", field.ge, lambda one, other: one >= other),  # type: ignore[operator]
        ("gt", field.gt, lambda one, other: one > other),  # type: ignore[operator]
        ("le", field.le, lambda one, other: one <= other),  # type: ignore[operator]
        ("lt", field.lt, lambda one, other: one < other),  # type: ignore[operator]
    )
    for name, limit, holds in tests:
        if limit is not None and not holds(value, parse(field, limit)):
            return f"`{_short(str(value))}` is outside of {name}={limit}"
    return None


def _too_precise(field: Field, value: Decimal) -> str | None:
    if field.precision is None or field.scale is None:
        return None
    places = max(0, -int(value.as_tuple().exponent))
    if places > field.scale:
        return f"`{value}` has {places} decimals, more than the scale of {field.scale}"
    if value and value.adjusted() + 1 > field.precision - field.scale:
        digits = field.precision - field.scale
        return f"`{value}` has more than the {digits} digits before the point that fit"
    return None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


_READERS: dict[ScalarType, Callable[[str], Value]] = {
    "float": _float,
    "decimal": _decimal,
    "bool": _bool,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "uuid": _uuid,
    "json": _json,
    "email": _email,
    "url": _url,
}
