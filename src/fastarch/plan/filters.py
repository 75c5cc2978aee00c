"""Query parameters that narrow, search and order a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.plan.columns import enum_class
from fastarch.plan.literals import quoted
from fastarch.plan.schema_words import filter_type
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.resource import Field, Related, Relation

if TYPE_CHECKING:
    from fastarch.plan.vocabulary import Target

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


def related_filters(
    related: Related, relation: Relation, target: Name, attribute: str, column: str
) -> list[Filter]:
    """The parameters that a field of what a relation refers to gives.

    Args:
        target: What the relation refers to.
        attribute: The relationship, as an expression of the repository's module.
        column: The other's column, likewise.
    """
    field = related.field
    exists = f"{attribute}.{'any' if relation.kind == 'm2m' else 'has'}"
    may_lack = field.null or relation.null or relation.kind == "m2m"
    found = comparisons(
        f"{relation.name}__{field.name}",
        related_type(related, target),
        column,
        ordered=field.type in _ORDERED,
        null=False,
        many=field.type != "bool",
    )
    about = f"{field.name.replace('_', ' ').capitalize()} of "
    about += "any of the " if relation.kind == "m2m" else "the "
    about += relation.name.replace("_", " ")
    filters = [
        replace(
            one,
            condition=f"{exists}({one.condition})",
            doc=f"{about}: {one.doc[0].lower()}{one.doc[1:]}" if one.doc else f"{about}.",
        )
        for one in found
    ]
    if may_lack:
        has_value = f"{exists}({column}.is_not(None))"
        filters.append(
            Filter(
                f"{relation.name}__{field.name}__null",
                "bool",
                f"~{has_value} if value else {has_value}",
                f"{about}: whether there is no value.",
            )
        )
    return filters


def related_type(related: Related, target: Name) -> str:
    """The type of a query parameter that is compared with a field of another resource."""
    field = related.field
    if field.type == "enum" and related.enum is not None:
        words = ", ".join(map(quoted, field.choices))
        return related.enum.rpartition(":")[2] or f"Literal[{words}]"
    return filter_type(target, field)


def enum_import(related: Related, target: Target) -> str | None:
    """The import of the class of a related enum's words."""
    if related.field.type != "enum" or related.enum == "":
        return None
    if related.enum is not None:
        module, _, name = related.enum.partition(":")
        return f"from {module} import {name}"
    return f"from {target.module} import {enum_class(target.name, related.field)}"


def search_condition(fields: list[str], column: Callable[[str], str]) -> str:
    """The condition of ``q``: any of the columns holds the text, whatever its case."""
    parts = [f"{column(name)}.icontains(q, autoescape=True)" for name in fields]
    return parts[0] if len(parts) == 1 else f"or_({', '.join(parts)})"
