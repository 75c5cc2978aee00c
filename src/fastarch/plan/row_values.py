"""Values that a revision gives to rows which are there: Python source, with what it imports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from fastarch.errors import Problem, UsageError
from fastarch.plan.columns import precision
from fastarch.plan.literals import expression, quoted
from fastarch.plan.table_state import Column
from fastarch.records import dataclass
from fastarch.spec.resource import Field
from fastarch.spec.values import canonical, is_word, parse

_WORDS = {
    "datetime": "sa.func.now()", "date": "sa.func.current_date()",
    "time": "sa.func.current_time()", "uuid": "uuid4()",
}  # fmt: skip
# What a collection of columns has as methods.
_METHODS = frozenset(
    """
    add as_readonly clear compare contains_column corresponding_column extend get items keys
    remove update values
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Source:
    """A value in a revision.

    Args:
        text: Python; ``{rows}`` is the table, ``{number}`` the row's number in a loop.
        needs: Module and name of what it imports.
        each: Every row gets one of its own.
    """

    text: str
    needs: tuple[tuple[str, str], ...] = ()
    each: bool = False


def braced(text: str) -> str:
    """A text that stays as it is when ``{rows}`` is filled in."""
    return text.replace("{", "{{").replace("}", "}}")


def column_of(name: str) -> str:
    """A column of the table that is filled."""
    return f'{{rows}}.c["{name}"]' if name in _METHODS else f"{{rows}}.c.{name}"


def value_source(field: Field, text: str) -> Source:
    """A value of a field, as a default says it."""
    if is_word(field, text):
        each = field.type == "uuid"
        return Source(_WORDS[field.type], (("uuid", "uuid4"),) if each else (), each=each)
    if field.type == "bytes":
        return Source(braced(repr(text.encode())))
    value = parse(field, text)
    match value:
        case Decimal():
            return Source(f'sa.text("{value}")')
        case UUID():
            return Source(expression(value), (("uuid", "UUID"),))
        case datetime():
            return Source(expression(value.astimezone(UTC)), (("datetime", "datetime"),))
        case date() | time():
            return Source(expression(value), (("datetime", type(value).__name__),))
        case str() if field.type != "json":
            return Source(braced(quoted(value)))
        case _:
            return Source(braced(repr(value)))


def checked(column: Column, name: str, text: str) -> str:
    """The canonical spelling of a value that somebody typed for the rows that are there.

    Raises:
        UsageError: it is no value of the column.
    """
    plain = column.field
    if column.refers is not None and plain.type == "int":
        plain = replace(plain, ge="0")
    if is_word(plain, text):
        return text
    try:
        return canonical(plain, text)
    except ValueError as error:
        kind = f"the id of one of {column.refers[0]}" if column.refers else plain.type
        hint = f"the value is of type {plain.type}" if column.refers is None else f"take {kind}"
        raise UsageError(Problem(f"--backfill {name}={text}: {error}.", hint=hint)) from None


def filler(column: Column, table: str) -> Source:
    """A value for rows of which nothing is known any more: a downgrade's.

    It is the default where there is one; where values are unique, each row has its own.
    """
    field = column.field
    if column.refers is not None:
        if column.refers[0] == table:
            return Source("{rows}.c.id")
        table_, key = column.refers
        target = column_of(key).format(rows=f'sa.table("{table_}", sa.column("{key}"))')
        nth = ".offset(number)" if field.unique else ""
        return Source(f"sa.select({target}){nth}.limit(1).scalar_subquery()", each=field.unique)
    default = field.default if field.default is not None else field.server_default
    if default is not None and (not field.unique or is_word(field, default)):
        return value_source(field, default)
    return _numbered(field) if field.unique else _plain(field)


def _plain(field: Field) -> Source:
    match field.type:
        case "int" | "bigint" | "float" | "decimal":
            return value_source(field, _number(field))
        case "bool":
            return Source("False")
        case "date" | "datetime" | "time" | "uuid":
            return value_source(field, {"date": "today", "uuid": "uuid4"}.get(field.type, "now"))
        case "json":
            return Source("{{}}")
        case "list":
            return Source("[]")
        case "bytes":
            return Source('b""')
        case "enum":
            return Source(braced(quoted(field.choices[0])))
        case _:
            return Source('""')


def _numbered(field: Field) -> Source:
    needs: tuple[tuple[str, str], ...]
    match field.type:
        case "int" | "bigint" | "float":
            return Source(f"{_number(field)} + number", each=True)
        case "decimal":
            needs = (("decimal", "Decimal"),)
            step = "" if precision(field)[1] == 0 else f' * Decimal("{_unit(field)}")'
            return Source(f'Decimal("{_number(field)}") + number{step}', needs, each=True)
        case "date":
            start = "date(2000, 1, 1) + timedelta(days=number)"
            return Source(start, (("datetime", "date"), ("datetime", "timedelta")), each=True)
        case "datetime":
            start = "datetime(2000, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=number)"
            needs = tuple(("datetime", name) for name in ("datetime", "timedelta", "timezone"))
            return Source(start, needs, each=True)
        case "time":
            start = "(datetime(2000, 1, 1) + timedelta(seconds=number)).time()"
            return Source(start, (("datetime", "datetime"), ("datetime", "timedelta")), each=True)
        case "uuid":
            return value_source(field, "uuid4")
        case "enum":
            words = ", ".join(map(quoted, field.choices))
            return Source(f"{braced(f'[{words}]')}[number]", each=True)
        case "email":
            return Source('f"{{number}}@example.com"', each=True)
        case "url":
            return Source('f"https://example.com/{{number}}"', each=True)
        case _:
            return Source("str(number)", each=True)


def _unit(field: Field) -> Decimal:
    return Decimal(1).scaleb(-precision(field)[1])


def _number(field: Field) -> str:
    """A number that the field's checks let through."""
    for candidate in _candidates(field):
        try:
            return canonical(field, format(candidate, "f"))
        except ValueError:
            continue
    return "0"


def _candidates(field: Field) -> Iterator[Decimal]:
    unit = _unit(field) if field.type == "decimal" else Decimal(1)
    yield Decimal(0)
    for limit in (field.ge, field.gt, field.le, field.lt):
        if limit is not None:
            number = Decimal(str(parse(field, limit)))
            near = (number / unit).to_integral_value() * unit if field.type != "float" else number
            yield from (near, near + unit, near - unit)
    low, high = field.ge or field.gt, field.le or field.lt
    if low is not None and high is not None:
        yield (Decimal(str(parse(field, low))) + Decimal(str(parse(field, high)))) / 2
