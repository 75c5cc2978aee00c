"""What a field is in the database and in Python: the words for types, checks and defaults."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

from fastarch.plan.literals import literal, quoted
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.resource import Field
from fastarch.spec.values import is_word, parse

INT_RANGE = (-(2**31), 2**31 - 1)
BIGINT_RANGE = (-(2**63), 2**63 - 1)
DECIMAL = (18, 2)

_PYTHON = {
    "str": "str", "text": "str", "email": "str", "url": "str", "int": "int", "bigint": "int",
    "float": "float", "decimal": "Decimal", "bool": "bool", "date": "date", "time": "time",
    "datetime": "datetime", "uuid": "UUID", "json": "Any", "bytes": "bytes",
}  # fmt: skip
_SQL = {
    "text": "Text()", "int": "Integer()", "bigint": "BigInteger()", "float": "Double()",
    "bool": "Boolean()", "date": "Date()", "time": "Time()", "datetime": "UTCDateTime()",
    "uuid": "Uuid()", "json": "JSON(none_as_null=True)", "bytes": "LargeBinary()", "list": "JSON()",
}  # fmt: skip
_SERVER_WORDS = {
    "datetime": "func.now()",
    "time": "func.current_time()",
    "date": "func.current_date()",
}
# Words that are no name in SQL unless they stand in quotes; of PostgreSQL and SQLite.
_RESERVED = frozenset(
    """
    add all alter analyse analyze and any array as asc asymmetric authorization autoincrement
    between binary both case cast check collate collation column commit concurrently constraint
    create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable delete desc distinct do drop else end escape
    except exists false fetch for foreign freeze from full grant group having if ilike in index
    initially inner insert intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not nothing notnull null offset on only or order outer overlaps placing
    primary raise references returning right select session_user set similar some symmetric
    system_user table tablesample then to trailing transaction true union unique update user using
    values variadic verbose when where window with
    """.split()  # noqa: SIM905
)
_LONGEST_NAME = 63
_OPERATORS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint: its short name (``price_ge``) and its SQL."""

    name: str
    sql: str


def precision(field: Field) -> tuple[int, int]:
    """Digits in all and after the point of a decimal."""
    if field.precision is None:
        return DECIMAL
    return field.precision, field.scale or 0


def enum_class(resource: Name, field: Field) -> str:
    """``ProductStatus``"""
    return resource.One + Name(field.name, field.name).One


def item_of(field: Field) -> Field:
    """What a list holds, under the list's name: its enum is called after that."""
    return replace(field.item, name=field.name) if field.item else Field(field.name)


def python_type(resource: Name, field: Field) -> str:
    """The Python type of a column's value, without None."""
    if field.type == "enum":
        return enum_class(resource, field)
    if field.type == "list":
        return f"list[{python_type(resource, item_of(field))}]"
    return _PYTHON[field.type]


def length(field: Field) -> int | None:
    """The largest number of characters that the column holds, None where it has no bound."""
    match field.type:
        case "str":
            return field.max_length or 255
        case "email":
            return field.max_length or 320
        case "url":
            return field.max_length or 2048
        case _:
            return field.max_length if field.type in {"text", "bytes", "list"} else None


def sql_type(resource: Name, field: Field, *, constraint: str) -> str:
    """The SQLAlchemy type as models write it; ``UTCDateTime`` is the model module's own.

    Args:
        constraint: Name of an enum's check constraint.
    """
    if field.type == "decimal":
        digits, scale = precision(field)
        return f"Numeric({digits}, {scale})"
    if field.type == "enum":
        return (
            f"Enum({enum_class(resource, field)}, native_enum=False, create_constraint=True, "
            f'name="{constraint}", values_callable=lambda words: [word.value for word in words])'
        )
    if field.type in {"str", "email", "url"}:
        return f"String({length(field)})"
    return _SQL[field.type]


def migration_type(field: Field, *, constraint: str) -> str:
    """The SQLAlchemy type as a migration writes it: ``sa.`` words alone, nothing of the app's."""
    if field.type == "datetime":
        return "sa.DateTime(timezone=True)"
    if field.type == "enum":
        words = ", ".join(quoted(choice) for choice in field.choices)
        return f'sa.Enum({words}, native_enum=False, create_constraint=True, name="{constraint}")'
    return "sa." + sql_type(Name("x", "x"), field, constraint=constraint)


def constraint_name(table: str, short: str, *, convention: bool, kind: str = "ck") -> str:
    """The name to write: the short one where a naming convention completes it."""
    return short if convention else fitting(f"{kind}_{table}_{short}")


def fitting(name: str) -> str:
    """A name as it is, or so short that PostgreSQL takes it, and still one of its own."""
    if len(name) <= _LONGEST_NAME:
        return name
    end = sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_NAME - 9]}_{end}"


def checks(field: Field) -> tuple[Check, ...]:
    """The limits that the database enforces too."""
    if field.type not in {"int", "bigint", "float", "decimal"}:
        return ()
    return tuple(
        Check(f"{field.name}_{flag}", f"{sql_name(field.name)} {_OPERATORS[flag]} {bound}")
        for flag in ("ge", "gt", "le", "lt")
        if (bound := getattr(field, flag)) is not None
    )


def sql_name(name: str) -> str:
    """A column's name in SQL."""
    return f'"{name}"' if name in _RESERVED else name


def default(resource: Name, field: Field) -> str | None:
    """The Python expression for a field's default."""
    if field.default is None:
        return None
    return literal(field, field.default, enum_class(resource, field))


def server_default(field: Field) -> str | None:
    """A server-side default as SQLAlchemy takes it: ``func.now()``, ``true()`` or quoted text."""
    text = field.server_default
    if text is None:
        return None
    if is_word(field, text, server=True):
        return _SERVER_WORDS[field.type]
    value = parse(field, text)
    if isinstance(value, bool):
        return "true()" if value else "false()"
    if isinstance(value, int | float | Decimal):
        return f'text("{value}")'
    if isinstance(value, list | dict):
        return quoted(json.dumps(value))
    return quoted(text)
