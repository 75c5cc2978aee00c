"""How a field is spelled in the API's schemas: its type with limits, its default, what is read."""

from __future__ import annotations

import ast
from decimal import Decimal

from fastarch.plan.columns import enum_class, item_of, length, precision, python_type
from fastarch.plan.literals import factory, literal, quoted, regex
from fastarch.plan.samples import bounds, samples
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.resource import Field

_ROUND = ("ge", "gt", "le", "lt")


@dataclass(frozen=True, slots=True)
class SchemaField:
    """One field of the schemas.

    Args:
        create: Annotation and default in the schema for creating.
        update: Annotation in the schema for changing.
        read: Annotation in the schema that is served.
    """

    name: str
    create: str
    update: str
    read: str


def limited_type(resource: Name, field: Field) -> str:  # noqa: PLR0915 - one branch per kind of word
    """The type of valid values: ``Annotated[str, Field(max_length=120)]``."""
    base = python_type(resource, field)
    before: list[str] = []
    after: list[str] = []
    words: list[str] = []
    extra: list[str] = []
    match field.type:
        case "str" | "text":
            words += _sizes(field, length(field))
            if field.pattern is None:
                words.append("pattern=NO_NUL")
            else:
                words.append(f"pattern={regex(field.pattern)}")
                after.append("AfterValidator(without_nul)")
        case "email" | "url":
            words += [
                *_sizes(field, length(field)),
                f"pattern={'EMAIL' if field.type == 'email' else 'WEB_ADDRESS'}",
            ]
            if field.pattern is not None:
                after.append(f"Field(pattern={regex(field.pattern)})")
        case "int" | "bigint":
            before.append("BeforeValidator(json_number)")
            words += _whole(field)
        case "float":
            words += ["strict=True", "allow_inf_nan=False", *_limits(field)]
        case "decimal":
            before.append(fixed_point(field, _limits(field)))
        case "bool":
            words.append("strict=True")
        case "date" | "time":
            before.append(f"BeforeValidator(iso_{field.type})")
            if field.type == "time":
                extra.append("TIME_SCHEMA")
        case "datetime":
            base = "AwareDatetime"
            before.append("BeforeValidator(iso_datetime)")
            after.append("AfterValidator(in_utc)")
        case "json":
            base = "Json"
        case "bytes":
            base = "Base64"
            words += _sizes(field, length(field))
            extra.append(_base64_schema(field))
        case "list":
            base = f"list[{limited_type(resource, item_of(field))}]"
            words += _sizes(field, field.max_length)
        case _:
            pass
    docs = []
    if field.doc:
        docs.append(f"description={quoted(field.doc)}")
    if field.name and (some := samples(field)):
        docs.append(f"examples={[some[0]]!r}")
    if not (after or extra):
        words, docs = words + docs, []
    fields = [f"Field({', '.join(each)})" if each else "" for each in (words, docs)]
    parts = [part for part in (fields[0], *before, *after, *extra, fields[1]) if part]
    return f"Annotated[{base}, {', '.join(parts)}]" if parts else base


def read_type(resource: Name, field: Field) -> str:
    """The type as it is served."""
    if field.type == "bytes":
        return "Base64"
    if field.type == "json":
        return "Json"
    if field.type == "time":
        return "Annotated[time, TIME_SCHEMA]"
    return python_type(resource, field)


def filter_type(resource: Name, field: Field) -> str:
    """The type of a query parameter that is compared with the field."""
    match field.type:
        case "int" | "bigint":
            low, high = bounds(field)
            return f"Annotated[int, Field(ge={low}, le={high})]"
        case "float":
            return "Annotated[float, Field(allow_inf_nan=False)]"
        case "decimal":
            return f"Annotated[Decimal, {fixed_point(field, [])}]"
        case "date":
            return "Annotated[date, BeforeValidator(iso_date)]"
        case "time":
            return "Annotated[time, BeforeValidator(iso_time), TIME_SCHEMA]"
        case "datetime":
            return "Annotated[AwareDatetime, BeforeValidator(iso_datetime), AfterValidator(in_utc)]"
        case "str" | "text" | "email" | "url":
            return "Annotated[str, Field(pattern=NO_NUL)]"
        case _:
            return python_type(resource, field)


def default(resource: Name, field: Field) -> str | None:
    """What stands behind the annotation: ``Status.DRAFT``, ``Field(default_factory=list)``."""
    made = factory(field)
    if made is not None:
        return f"Field(default_factory={made})"
    text = field.default if field.default is not None else field.server_default
    if text is None:
        return "None" if field.null else None
    if field.default is None and text in {"now", "today"}:
        moment = {
            "datetime": "utc_now",
            "time": "lambda: utc_now().time()",
            "date": "lambda: utc_now().date()",
        }
        return f"Field(default_factory={moment[field.type]})"
    # Said plainly, pydantic before 2.11 would write it into the alias that other schemas use too.
    return f"Field(default={literal(field, text, enum_class(resource, field))})"


def _sizes(field: Field, most: int | None) -> list[str]:
    words = [] if field.min_length is None else [f"min_length={field.min_length}"]
    return words if most is None else [*words, f"max_length={most}"]


def _limits(field: Field) -> list[str]:
    number = 'Decimal("{}")' if field.type == "decimal" else "{}"
    return [
        f"{flag}={text if _is_whole(text) else number.format(text)}"
        for flag in _ROUND
        if (text := getattr(field, flag)) is not None
    ]


def _whole(field: Field) -> list[str]:
    """Limits of a whole number: those of the spec, else those of the column."""
    low, high = bounds(field)
    words = _limits(field)
    if field.ge is None and field.gt is None:
        words.insert(0, f"ge={low}")
    if field.le is None and field.lt is None:
        words.append(f"le={high}")
    return words


def _is_whole(text: str) -> bool:
    return Decimal(text) == Decimal(text).to_integral_value() and text.lstrip("+-").isdigit()


def fixed_point(field: Field, limits: list[str]) -> str:
    """``FixedPoint(12, 2, ge=0)``"""
    digits, scale = precision(field)
    return f"FixedPoint({', '.join([str(digits), str(scale), *limits])})"


def in_sqlmodel(text: str) -> str:
    """A type with SQLModel's ``Field``: what that does not know stands beside it."""
    start = "x: "
    source = start + text
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Field"
    ]
    for call in sorted(calls, key=lambda node: node.col_offset, reverse=True):
        plain, beside = [], []
        for word in call.keywords:
            value = ast.get_source_segment(source, word.value)
            match word.arg:
                case "pattern":
                    beside.append(f"StringConstraints(pattern={value})")
                case "strict":
                    beside.append("Strict()")
                case "allow_inf_nan":
                    beside.append(f"AllowInfNan({value})")
                case "examples":
                    plain.append(f'schema_extra={{"examples": {value}}}')
                case name:
                    plain.append(f"{name}={value}")
        said = ", ".join(([f"Field({', '.join(plain)})"] if plain else []) + beside)
        data = source.encode()
        data = data[: call.col_offset] + said.encode() + data[call.end_col_offset :]
        source = data.decode()
    return source.removeprefix(start)


def _base64_schema(field: Field) -> str:
    most = "" if field.max_length is None else f', "maxLength": {4 * -(-field.max_length // 3)}'
    least = "" if not field.min_length else f', "minLength": {4 * -(-field.min_length // 3)}'
    return f'WithJsonSchema({{"type": "string", "pattern": BASE64{least}{most}}})'
