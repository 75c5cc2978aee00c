"""Example values of a field, as JSON: for OpenAPI documents and for the bodies of tests."""

from __future__ import annotations

import base64
import re
from decimal import Context, Decimal
from typing import Any

from fastarch.plan.columns import BIGINT_RANGE, INT_RANGE, length, precision
from fastarch.plan.patterns import matching
from fastarch.spec.resource import Field

_WORDS = ("alpha", "beta", "gamma", "delta")
# What fields of such names hold, by the last word of the name.
_KNOWN = {
    "first_name": ("Ada", "Grace", "Alan", "Edsger"),
    "last_name": ("Lovelace", "Hopper", "Turing", "Dijkstra"),
    "full_name": ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra"),
    "name": ("Blue lamp", "Oak table", "Wool blanket", "Tin kettle"),
    "title": ("A quiet morning", "The long road", "Winter garden", "Notes on rain"),
    "sku": ("LAMP-01", "TABLE-02", "WOOL-03", "TIN-04"),
    "code": ("A-100", "B-200", "C-300", "D-400"),
    "description": (
        "Made by hand.",
        "Lasts for years.",
        "Comes in two sizes.",
        "The last of its kind.",
    ),
    "note": ("Handle with care.", "Call before noon.", "Second floor.", "Paid in advance."),
    "phone": ("+4930123456", "+33140205050", "+442079460000", "+12025550123"),
    "city": ("Berlin", "Paris", "London", "Oslo"),
    "country": ("Germany", "France", "Ireland", "Norway"),
    "color": ("blue", "green", "red", "white"),
    "slug": ("blue-lamp", "oak-table", "wool-blanket", "tin-kettle"),
    "username": ("ada", "grace", "alan", "edsger"),
    "isbn": ("9780131103627", "9780201633610", "9780262033848", "9780596007126"),
}
_SUMS = frozenset({"price", "cost", "amount", "total", "fee", "balance", "salary"})
_MONEY = ("19.90", "34.50", "120.00", "7.25")
_PEOPLE = ("ada", "grace", "alan", "edsger")
_FIXED: dict[str, tuple[Any, ...]] = {
    "bool": (True, False),
    "date": ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"),
    "time": ("08:30:00", "12:45:00", "17:15:00", "21:00:00"),
    "datetime": (
        "2026-01-31T08:30:00Z",
        "2026-02-28T12:45:00Z",
        "2026-03-31T17:15:00Z",
        "2026-04-30T21:00:00Z",
    ),
    "uuid": tuple(f"{n}2345678-1234-4678-9234-567812345678" for n in range(1, 5)),
    "json": ({"key": "alpha"}, {"key": "beta"}, {"key": "gamma"}, {"key": "delta"}),
}


def samples(field: Field) -> tuple[Any, ...]:
    """Valid values, up to four, all different; empty where none could be found."""
    match field.type:
        case "enum":
            return field.choices[:4]
        case "int" | "bigint" | "float" | "decimal":
            return _numbers(field)
        case "bytes":
            return tuple(base64.b64encode(text.encode()).decode() for text in _fitted(field))
        case "email":
            return _addresses(field, "{}@example.com", _PEOPLE)
        case "url":
            return _addresses(field, "https://example.com/{}", _WORDS)
        case "str" | "text":
            return _texts(field)
        case "list":
            return _lists(field)
        case _:
            return _FIXED[field.type]


def rejected(field: Field) -> tuple[tuple[str, Any], ...]:
    """Values that must be refused, each with the reason."""
    found: list[tuple[str, Any]] = []
    low, high = bounds(field)
    match field.type:
        case "int" | "bigint":
            found += [
                ("not a number", "many"),
                ("a fraction", 1.5),
                ("text", "1"),
                ("a truth value", True),
                ("above the range", high + 1),
                ("below the range", low - 1),
            ]
        case "float":
            found += [("not a number", "many")]
        case "decimal":
            digits, scale = precision(field)
            found += [
                ("not a number", "many"),
                ("too many decimals", _too_fine(field, scale)),
                ("too many digits", "1" + "0" * (digits - scale)),
            ]
        case "bool":
            found += [("not a truth value", "perhaps")]
        case "enum":
            found += [("not a choice", "-".join(field.choices) + "-not")]
        case "date" | "time" | "uuid" | "email" | "url":
            found += [(f"not a {field.type}", "nonsense")]
        case "datetime":
            found += [
                ("not a datetime", "nonsense"),
                ("without a time zone", "2026-01-31T08:30:00"),
            ]
        case "list":
            found += [("not a list", "nonsense")]
        case "bytes":
            found += [("not base64", "%%%")]
        case "str" | "text":
            found += [("not text", 7), ("a NUL character", "a\x00b")]
        case "json":
            found += [("a NUL character", {"key": "a\x00b"})]
    if field.type in {"int", "bigint", "float", "decimal"}:
        found += _beyond(field)
    most = length(field)
    if field.type in {"str", "text"} and most is not None:
        found.append(("too long", "a" * (most + 1)))
    if field.type == "list" and most is not None and (some := samples(field.item or Field(""))):
        found.append(("too many items", [some[0]] * (most + 1)))
    if field.type in {"str", "text"} and field.min_length:
        found.append(("too short", "a" * (field.min_length - 1)))
    return tuple(found)


def at_limits(field: Field) -> tuple[Any, ...]:
    """The least and the most that the spec allows: valid values."""
    if field.type not in {"int", "bigint", "float", "decimal"}:
        return ()
    low, high, step = _limits(field)
    given = (Decimal(text) for text in (field.ge, field.le) if text is not None)
    exact = Context(prec=1000)
    fits = (value for value in given if low <= value <= high and not exact.remainder(value, step))
    return tuple(dict.fromkeys(_number(field, value) for value in fits))


def beyond_checks(field: Field) -> tuple[Any, ...]:
    """Values just outside the limits, as far as SQLite can tell them from those inside."""
    if field.type not in {"int", "bigint", "float", "decimal"}:
        return ()
    return tuple(value for _, value in _beyond(field) if abs(Decimal(value)) < 10**9)


def bounds(field: Field) -> tuple[int, int]:
    """The range of a whole number's column."""
    return BIGINT_RANGE if field.type == "bigint" else INT_RANGE


def _texts(field: Field) -> tuple[str, ...]:
    if field.pattern is not None:
        found = matching(field.pattern)
        low, most = field.min_length or 0, length(field) or 10_000
        return tuple(text for text in found if low <= len(text) <= most and "\x00" not in text)
    words: tuple[str, ...] = _WORDS
    high = length(field)
    low = field.min_length or 0
    for ending, known in _KNOWN.items():
        if f"_{field.name}".endswith(f"_{ending}") and all(
            low <= len(word) <= (high or 10_000) for word in known
        ):
            return known
    if high is None or high >= 24:
        name = field.name.replace("_", " ").strip()
        words = tuple(f"{name} {word}".strip().capitalize() if name else word for word in _WORDS)
        if high is not None:
            words = tuple(word[-high:] for word in words)
    return tuple(_fit(word, field.min_length or 0, high) for word in words)


def _fitted(field: Field) -> tuple[str, ...]:
    return tuple(_fit(word, field.min_length or 0, length(field)) for word in _WORDS)


def _fit(word: str, low: int, high: int | None) -> str:
    if len(word) < low:
        word = (word + "." * low)[:low]
    return word if high is None else word[:high]


def _addresses(field: Field, form: str, words: tuple[str, ...]) -> tuple[str, ...]:
    high = length(field) or 320
    found = tuple(form.format(word) for word in words)
    if any(len(text) > high for text in found):
        short = "{}@b.io" if "@" in form else "http://{}.io"
        found = tuple(short.format(word[0]) for word in _WORDS)
    low = field.min_length or 0
    padded = tuple(
        text if len(text) >= low else form.format(word + "x" * (low - len(text)))
        for text, word in zip(found, words, strict=True)
    )
    fits = (text for text in padded if low <= len(text) <= high)
    return tuple(text for text in fits if field.pattern is None or re.search(field.pattern, text))


def _lists(field: Field) -> tuple[Any, ...]:
    items = samples(field.item or Field("", "str"))
    low = field.min_length or 0
    high = field.max_length
    if not items:
        return ([],) if low == 0 else ()
    found = [[items[n % len(items)]] * max(low, 1) for n in range(len(items))]
    return tuple(found) if high is None or high >= max(low, 1) else ([],)


def _limits(field: Field) -> tuple[Decimal, Decimal, Decimal]:
    """The smallest and the largest value allowed, and the step between values."""
    if field.type == "decimal":
        digits, scale = precision(field)
        step = Decimal(1).scaleb(-scale)
        high = Decimal(10) ** (digits - scale) - step
        low = -high
    else:
        step = Decimal(1) if field.type != "float" else Decimal("0.25")
        low, high = (Decimal(n) for n in bounds(field))
    if field.ge is not None:
        low = max(low, Decimal(field.ge))
    if field.gt is not None:
        low = max(low, Decimal(field.gt) + step)
    if field.le is not None:
        high = min(high, Decimal(field.le))
    if field.lt is not None:
        high = min(high, Decimal(field.lt) - step)
    return low, high, step


def _numbers(field: Field) -> tuple[Any, ...]:
    low, high, step = _limits(field)
    if low > high:
        return ()
    if (
        field.type == "decimal"
        and field.name.rpartition("_")[2] in _SUMS
        and all(low <= Decimal(text) <= high and Decimal(text) % step == 0 for text in _MONEY)
    ):
        return tuple(_number(field, Decimal(text)) for text in _MONEY)
    start = max(low, min(Decimal(10), high - 30 * step))
    if field.type in {"int", "bigint"}:
        start = start.to_integral_value(rounding="ROUND_CEILING")
    found = []
    for n in range(4):
        value = start + n * (Decimal(10) if start + 30 <= high and start >= 0 else step)
        if value <= high:
            found.append(_number(field, value))
    return tuple(dict.fromkeys(found))


def _number(field: Field, value: Decimal) -> str | float:
    if field.type == "decimal":
        step = Decimal(1).scaleb(-precision(field)[1])
        return format(value.quantize(step, context=Context(prec=1000)), "f")
    return float(value) if field.type == "float" else int(value)


def _beyond(field: Field) -> list[tuple[str, Any]]:
    """Values just outside the limits that the spec gives."""
    _, _, step = _limits(field)
    found = []
    for flag, shift in (("ge", -step), ("gt", Decimal(0)), ("le", step), ("lt", Decimal(0))):
        text = getattr(field, flag)
        if text is None:
            continue
        value = Decimal(text) + shift
        if field.type in {"int", "bigint"} and value != value.to_integral_value():
            continue
        label = "below the least" if flag in {"ge", "gt"} else "above the most"
        found.append((label, _number(field, value)))
    return found


def _too_fine(field: Field, scale: int) -> str:
    some = _numbers(field)
    base = Decimal(some[0]) if some else Decimal(0)
    return format(base + Decimal(1).scaleb(-scale - 1), "f")
