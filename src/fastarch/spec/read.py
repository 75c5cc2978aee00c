"""Specs to resources: from the command line's arguments or from a YAML file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastarch.errors import Problem, UsageError
from fastarch.spec.check import check_resource
from fastarch.spec.fields import parse_field
from fastarch.spec.names import parse_name
from fastarch.spec.resource import Field, IdType, Relation, Resource


def read_flags(
    name: str,
    fields: Sequence[str],
    *,
    plural: str | None = None,
    id: IdType | None = None,  # noqa: A002 - the option is called so
    timestamps: bool | None = None,
    soft_delete: bool = False,
    prefix: str | None = None,
    table: str | None = None,
    doc: str | None = None,
    scope: str | None = None,
) -> Resource:
    """The resource that the command line's arguments describe.

    Args:
        name: In any usual spelling, see `parse_name`.
        fields: Each in the grammar, see `parse_field`.

    Raises:
        UsageError: With a problem for each field that is wrong; its column counts inside of the argument.
    """
    problems: list[Problem] = []
    built: list[Field | Relation] = []
    for text in fields:
        try:
            built.append(parse_field(text))
        except UsageError as error:
            problems += error.problems
    if problems:
        raise UsageError(*problems)
    options: dict[str, Any] = {"prefix": prefix, "table": table, "doc": doc, "scope": scope}
    resource = Resource(
        parse_name(name, plural),
        tuple(built),
        (),
        id=id,
        timestamps=timestamps,
        soft_delete=soft_delete,
        **options,
    )
    check_resource(resource)
    return resource
