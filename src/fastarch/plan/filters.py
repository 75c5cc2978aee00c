"""Query parameters that narrow, search and order a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastarch.plan.schema_words import filter_type
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.resource import Field

_ORDERED = frozenset({"int", "bigint", "float", "decimal", "date", "time", "datetime"})
_RANGES = (
    ("ge", ">=", "at least"),
    ("gt", ">", "more than"),
    ("le", "<=", "at most"),
    ("lt", "<", "less than"),
)


_OPERATORS = ("in", *(flag for flag, _, _ in _RANGES), "null")


def parameter(field: str) -> str:
    """What asks for a field in a query: ``customer__name`` for ``customer.name``."""
    return field.replace(".", "__")


def clash(fields: Sequence[str]) -> tuple[str, str] | None:
    """Two fields of which one's parameter may be an operator on the other, or the very same."""
    names = {parameter(field): field for field in fields}
    for field in fields:
        name = parameter(field)
        if names[name] != field:
            return field, names[name]
        for operator in _OPERATORS:
            other = names.get(f"{name}__{operator}")
            if other is not None:
                return field, other
    return None


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter: its name, type, the condition on ``value``, and what it means."""

    name: str
    type: str
    condition: str
    doc: str


def filters(resource: Name, field: Field, column: str) -> list[Filter]:
    """The parameters that a filterable field gives.

    Args:
        column: The column as an expression of the repository's module.
    """
    type_ = filter_type(resource, field)
    return comparisons(
        field.name,
        type_,
        column,
        ordered=field.type in _ORDERED,
        null=field.null,
        many=field.type != "bool",
    )


def comparisons(
    name: str, type_: str, column: str, *, ordered: bool, null: bool, many: bool = True
) -> list[Filter]:
    """Equality, membership, ranges and null as parameters."""
    found = [Filter(name, type_, f"{column} == value", "")]
    if many:
        listed = f"Annotated[list[{type_}], BeforeValidator(split_commas)]"
        found.append(
            Filter(
                f"{name}__in",
                listed,
                f"{column}.in_(value)",
                "One of several, separated by commas.",
            )
        )
    if ordered:
        found += [
            Filter(f"{name}__{flag}", type_, f"{column} {sign} value", "")
            for flag, sign, _ in _RANGES
        ]
    if null:
        found.append(
            Filter(
                f"{name}__null",
                "bool",
                f"{column}.is_(None) if value else {column}.is_not(None)",
                "Whether there is no value.",
            )
        )
    return found


def search_condition(fields: list[str], column: Callable[[str], str]) -> str:
    """The condition of ``q``: any of the columns holds the text, whatever its case."""
    parts = [f"{column(name)}.icontains(q, autoescape=True)" for name in fields]
    return parts[0] if len(parts) == 1 else f"or_({', '.join(parts)})"
