"""Python literals for values that a spec holds as text."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from fastarch.spec.resource import Field
from fastarch.spec.values import Value, is_word, parse

_FACTORIES = {
    "datetime": "utc_now",
    "time": "lambda: utc_now().time()",
    "date": "lambda: utc_now().date()",
    "uuid": "uuid4",
}


def factory(field: Field) -> str | None:
    """The callable for a default that is made anew for each row, None for a plain value."""
    if field.default is None:
        return None
    if is_word(field, field.default):
        return _FACTORIES[field.type]
    if field.type in {"json", "list"}:
        value = parse(field, field.default)
        if value in ([], {}):
            return "list" if isinstance(value, list) else "dict"
        if isinstance(value, list | dict):
            return f"lambda: {literal(field, field.default)}"
    return None


def literal(field: Field, text: str, enum: str = "") -> str:
    """The Python expression for a field's value: ``Decimal("9.99")``, ``ProductStatus.DRAFT``.

    Args:
        enum: Name of the enum's class.
    """
    if field.type == "enum":
        names = {value: name for name, value in members(field.choices)}
        return f"{enum}.{names[text]}"
    if field.type == "bytes":
        return repr(text.encode())
    value = parse(field, text)
    if isinstance(value, Decimal) and field.scale is not None:
        return f'Decimal("{value:.{field.scale}f}")'
    if field.type == "list" and isinstance(value, list) and field.item is not None:
        item = field.item
        texts = [part if isinstance(part, str) else json.dumps(part) for part in value]
        return "[" + ", ".join(literal(item, part, enum) for part in texts) + "]"
    return expression(value)


def expression(value: Value) -> str:
    """The source of a value."""
    match value:
        case Decimal():
            return f'Decimal("{value}")'
        case UUID():
            return f'UUID("{value}")'
        case datetime() | date() | time():
            return f'{type(value).__name__}.fromisoformat("{value.isoformat()}")'
        case str():
            return quoted(value)
        case _:
            return repr(value)


def quoted(text: str) -> str:
    """A string literal in double quotes."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)


def sql_text(sql: str) -> str:
    """A string literal of SQL, whose names may be in double quotes."""
    return f"'{sql}'" if '"' in sql and "'" not in sql else quoted(sql)


def regex(pattern: str) -> str:
    """A raw string literal where that can hold the pattern."""
    if '"' in pattern or pattern.endswith("\\") or not pattern.isprintable():
        return repr(pattern)
    return f'r"{pattern}"'


def members(choices: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Names and values of an enum's members; names that would clash get a number."""
    seen: set[str] = set()
    pairs = []
    for choice in choices:
        # Python reads identifiers in this normal form.
        plain = unicodedata.normalize("NFKC", choice).upper()
        plain = "".join(char if f"a{char}".isidentifier() else " " for char in plain)
        word = "_".join(plain.split()).strip("_") or "EMPTY"
        name = word = f"N{word}" if word[0].isdigit() or not word.isidentifier() else word
        number = 2
        while name in seen:
            name, number = f"{word}_{number}", number + 1
        seen.add(name)
        pairs.append((name, choice))
    return tuple(pairs)
