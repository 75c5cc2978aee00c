"""From one column type to another: what a database is told, and what does not survive."""

from __future__ import annotations

from fastarch.plan.columns import length, precision, sql_name
from fastarch.plan.table_state import Column
from fastarch.records import dataclass
from fastarch.spec.resource import Field

_TEXTS = frozenset({"str", "text", "email", "url", "enum"})
_NUMBERS = frozenset({"int", "bigint", "float", "decimal"})
# The longest text of a value.
_WRITTEN = {
    "int": 11,
    "bigint": 20,
    "float": 24,
    "uuid": 36,
    "date": 10,
    "time": 15,
    "datetime": 32,
}
_DIGITS = {"int": 9, "bigint": 18}
_FLOAT_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Conversion:
    """How the values of a column become those of another type.

    Args:
        using: PostgreSQL's expression, where it does not find one by itself.
        cut: Texts are cut to this many characters before.
        loss: What does not survive, as the end of a sentence about the column.
    """

    using: str | None = None
    cut: int | None = None
    loss: str | None = None


def conversion(old: Column, new: Column) -> Conversion | None:
    """How the values get their new type; None where they cannot, and the column begins anew.

    What SQLite would make of a value counts as well: it casts a date to the number of its year.
    """
    was, now = old.field, new.field
    if old.type == new.type:
        loss = (
            "what is no list cannot be read any more"
            if (was.type, now.type) == ("json", "list")
            else None
        )
        return Conversion(loss=loss)
    if was.type in _TEXTS and now.type in _TEXTS:
        return _text_to_text(was, now)
    if was.type in _NUMBERS and now.type in _NUMBERS:
        return Conversion(loss=_digits_lost(was, now))
    if was.type == "bool" and now.type == "int":
        return Conversion(using=f"{sql_name(new.name)}::integer")
    if was.type == "int" and now.type == "bool":
        return Conversion(using=f"{sql_name(new.name)} <> 0", loss="all numbers but 0 become true")
    if now.type in {"str", "text"}:
        return _to_text(was, now)
    if was.type in _TEXTS - {"enum"} and now.type in _NUMBERS:
        return _text_to_number(new)
    return None


def _text_to_text(was: Field, now: Field) -> Conversion:
    if now.type == "enum":
        # Rows with other words get one of the enum's before.
        return Conversion()
    room, had = length(now) if now.type != "text" else None, longest(was)
    if room is None or (had is not None and had <= room):
        return Conversion()
    if was.type == "enum":
        words = ", ".join(repr(word) for word in was.choices if len(word) > room)
        return Conversion(cut=room, loss=f"{words} would be cut to {room} characters")
    return Conversion(cut=room, loss=f"longer values are cut to {room} characters")


def longest(field: Field) -> int | None:
    """The largest number of characters of a text, None where there is no bound."""
    if field.type == "enum":
        return max(map(len, field.choices))
    return None if field.type == "text" else length(field)


def _to_text(was: Field, now: Field) -> Conversion | None:
    room = None if now.type == "text" else length(now)
    if was.type in {"json", "list"}:
        return Conversion() if room is None else None
    needed = sum(precision(was)[:1], 2) if was.type == "decimal" else _WRITTEN.get(was.type)
    return Conversion() if needed is not None and (room is None or needed <= room) else None


def _text_to_number(new: Column) -> Conversion:
    """As SQLite casts: what is no number becomes 0."""
    kind = new.field.type
    if kind in _DIGITS:
        pattern = f"^[+-]?[0-9]{{1,{_DIGITS[kind]}}}$"
        noun = "whole number"
    else:
        whole = 15 if kind == "float" else max(precision(new.field)[0] - precision(new.field)[1], 0)
        pattern = (
            f"^[+-]?[0-9]{{0,{whole}}}\\.?[0-9]+$"
            if whole == 0
            else rf"^[+-]?[0-9]{{1,{whole}}}(\.[0-9]+)?$"
        )
        noun = "number"
    cast = {
        "int": "integer",
        "bigint": "bigint",
        "float": "double precision",
        "decimal": "numeric",
    }[kind]
    name = sql_name(new.name)
    using = f"CASE WHEN {name} ~ '{pattern}' THEN {name}::{cast} ELSE 0 END"
    return Conversion(using=using, loss=f"what is not written as a {noun} becomes 0")


def _digits_lost(was: Field, now: Field) -> str | None:
    """What numbers lose that have more digits than there is room for."""
    before, after = _room(was)
    room_before, room_after = _room(now)
    if now.type == "float" and was.type in {"bigint", "decimal"}:
        digits = 19 if was.type == "bigint" else precision(was)[0]
        return (
            f"digits after the first {_FLOAT_DIGITS} are lost" if digits > _FLOAT_DIGITS else None
        )
    parts = []
    if room_before < before:
        parts.append("a number that is too large stops the upgrade")
    if room_after < after:
        parts.append(
            f"numbers are rounded to {room_after} decimal{'s' if room_after > 1 else ''}"
            if room_after
            else "decimals are lost"
        )
    return ", and ".join(parts) or None


def _room(field: Field) -> tuple[float, float]:
    """Digits before and after the point."""
    if field.type == "decimal":
        digits, scale = precision(field)
        return digits - scale, scale
    if field.type == "float":
        return float("inf"), float("inf")
    return {"int": 10, "bigint": 19}[field.type], 0
