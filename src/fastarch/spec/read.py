"""Specs to resources: from the command line's arguments or from a YAML file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastarch.errors import Problem, UsageError
from fastarch.spec.check import check_resource, normal_prefix
from fastarch.spec.fields import parse_field
from fastarch.spec.names import parse_name, target_name
from fastarch.spec.place import nearest
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
    """The resource that the command line's arguments describe. Loads no YAML and no pydantic.

    Args:
        name: In any usual spelling, see `parse_name`.
        fields: Each in the grammar, see `parse_field`.
        plural: Overrules the plural rules.
        id: Type of the primary key; None: as the app does it, and so for timestamps.
        timestamps: Has ``created_at`` and ``updated_at``.
        soft_delete: Has ``deleted_at``.
        prefix: Replaces the app's own prefix.
        table: The table's name.
        doc: Description.
        scope: The ref to the user who owns a row.

    Raises:
        UsageError: With a problem for each wrong field; its column counts inside of the argument.
    """
    problems: list[Problem] = []
    built: list[Field | Relation] = []
    parsed = None
    try:
        parsed = parse_name(name, plural)
    except UsageError as error:
        problems += error.problems
    for text in fields:
        try:
            built.append(parse_field(text))
        except UsageError as error:
            problems += error.problems
    if problems or parsed is None:
        raise UsageError(*problems)
    resource = Resource(
        parsed,
        tuple(built),
        id=id,
        timestamps=timestamps,
        soft_delete=soft_delete,
        prefix=None if prefix is None else normal_prefix(prefix),
        table=table,
        doc=doc,
        scope=scope,
    )
    check_resource(resource)
    return resource


def read_file(path: Path | str) -> tuple[Resource, ...]:
    """The resources of a spec file, in its order. References to others stay names.

    Raises:
        UsageError: With file, line and column of each problem, and the nearest valid word.
    """
    # Only here: pydantic and ruamel.yaml cost more than everything that flags need.
    from fastarch.spec.document import load
    from fastarch.spec.mapping import resources_of

    return resources_of(load(Path(path), str(path)))


def read_text(text: str, shown: str = "spec.yaml") -> tuple[Resource, ...]:
    """As `read_file`, from a text that errors call ``shown``.

    Raises:
        UsageError: As `read_file`.
    """
    from fastarch.spec.document import parse
    from fastarch.spec.mapping import resources_of

    return resources_of(parse(text, shown))


def find(resources: Sequence[Resource], name: str) -> Resource:
    """The one of ``resources`` that ``name`` means, in any usual spelling.

    Raises:
        UsageError: There is none; the hint has the nearest name.
    """
    wanted = target_name(name)
    for resource in resources:
        if {resource.name.one, resource.name.many} & {wanted.one, wanted.many}:
            return resource
    names = [resource.name.many for resource in resources]
    hint = nearest(name, names) or f"there are {', '.join(names)}"
    raise UsageError(Problem(f"there is no resource `{name}` in the spec", hint=hint))
