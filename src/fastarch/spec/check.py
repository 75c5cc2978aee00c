"""Checks of resources as wholes: what no field shows by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from fastarch.errors import Problem, UsageError
from fastarch.spec.names import MAX_BYTES
from fastarch.spec.place import Spot, one_of
from fastarch.spec.resource import Field, Index, Relation, Resource

Places = Mapping[str, Spot]
"""Where things stand: fields by name, options as ``.table``, indexes as ``.indexes[0]``."""

_NOWHERE = Spot(None, None, None)
_TIMESTAMPS = ("created_at", "updated_at")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_TABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def check_resource(resource: Resource, places: Places | None = None) -> None:
    """Refuse a resource whose parts are at odds.

    Raises:
        UsageError: Duplicate names, a relation's column or ``back`` that is taken, indexes and
            scopes over what is not there, and the like.
    """
    places = places or {}
    _check_names(resource, places)
    _check_options(resource, places)
    _check_backs(resource, places)
    _check_renames(resource, places)
    for number, index in enumerate(resource.indexes):
        _check_index(resource, index, number, places.get(f".indexes[{number}]", _NOWHERE))
    if resource.scope is not None:
        at = places.get(".scope", _NOWHERE)
        owners = [relation.name for relation in resource.relations if relation.kind == "ref"]
        if resource.scope not in owners:
            hint = one_of(resource.scope, owners) if owners else "add one, as `owner: ref=users`"
            raise at.error(
                f"the scope `{resource.scope}` is not a ref of {resource.name.many}", hint
            )


def check_resources(resources: Sequence[Resource], places: Sequence[Places] | None = None) -> None:
    """Refuse resources of one file that are at odds with each other.

    Raises:
        UsageError: Two of the same name or table, or a ``back`` that the other one has as a field.
    """
    owners: dict[str, int] = {}
    for number, resource in enumerate(resources):
        at = (places[number] if places else {}).get(".resource", _NOWHERE)
        for word in {resource.name.one, resource.name.many, table_of(resource)}:
            if owners.setdefault(word, number) != number:
                other = resources[owners[word]].name.many
                hint = (
                    None
                    if word == resource.name.many == other
                    else f"{other} is called `{word}` too"
                )
                raise at.error(f"the resource `{resource.name.many}` is there twice", hint)
    by_name = {resource.name.many: resource for resource in resources}
    taken: dict[tuple[str, str], str] = {}
    for number, resource in enumerate(resources):
        for relation in resource.relations:
            target = by_name.get(relation.target.many)
            if relation.back is None or target is None or target is resource:
                continue
            at = (places[number] if places else {}).get(relation.name, _NOWHERE)
            if relation.back in names_of(target):
                raise at.error(
                    f"{relation.name}: {target.name.many} have `{relation.back}` already",
                    "take another one for the other side",
                )
            other = taken.setdefault((target.name.many, relation.back), resource.name.many)
            if other != resource.name.many:
                raise at.error(
                    f"{relation.name}: `back={relation.back}` is taken by {other}",
                    "take another one for this side",
                )


def check_against_base(resource: Resource, provided_names: Collection[str]) -> None:
    """Refuse fields that every model of the app has from its base class or mixins already.

    Args:
        resource: What the user asked for.
        provided_names: Columns and attributes that models inherit (``id``, ``created_at`` …).

    Raises:
        UsageError: With a problem for each of them.
    """
    problems = [
        Problem(
            f"{field.name}: every model of this app has `{name}` from its base class or mixins",
            hint="leave the field out, or give it another name",
        )
        for field in resource.fields
        for name in sorted(_names(field))
        if name in provided_names
    ]
    if problems:
        raise UsageError(*problems)


def normal_prefix(text: str) -> str:
    """A prefix with one slash before it and none behind; empty for none at all."""
    stripped = text.strip("/")
    return f"/{stripped}" if stripped else ""


def table_of(resource: Resource) -> str:
    """The table that a resource asks for: its own word, else its plural."""
    return resource.table or resource.name.many


def names_of(resource: Resource) -> frozenset[str]:
    """All attributes and columns that a resource's model has by itself."""
    own = {name for field in resource.fields for name in _names(field)} | {"id"}
    if resource.timestamps:
        own |= set(_TIMESTAMPS)
    if resource.soft_delete:
        own.add("deleted_at")
    return frozenset(own)


def _names(field: Field | Relation) -> set[str]:
    return {field.name, field.column} if isinstance(field, Relation) else {field.name}


def _check_names(resource: Resource, places: Places) -> None:
    seen: dict[str, str] = {}
    for field in resource.fields:
        at = places.get(field.name, _NOWHERE)
        for name in sorted(_names(field)):
            if name not in seen:
                continue
            if seen[name] == field.name:
                raise at.error(f"the field `{field.name}` is there twice")
            message = f"`{field.name}` and `{seen[name]}` would both have the column `{name}`"
            raise at.error(message, "rename one of them")
        seen.update(dict.fromkeys(_names(field), field.name))
        if resource.timestamps and field.name in _TIMESTAMPS:
            raise at.error(
                f"{field.name}: `timestamps` makes this column already", "leave one of them out"
            )
        if resource.soft_delete and field.name == "deleted_at":
            raise at.error(
                f"{field.name}: `soft_delete` makes this column already", "leave one of them out"
            )


def _check_options(resource: Resource, places: Places) -> None:
    if resource.doc is not None:
        places.get(".doc", _NOWHERE).check_characters("doc", resource.doc)
    if resource.prefix is not None and not _PATH.fullmatch(resource.prefix):
        raise places.get(".prefix", _NOWHERE).error(
            f"the prefix `{resource.prefix}` is not a path like `/api/v1`",
            "letters, digits and `-._~` between slashes",
        )
    if resource.table is not None:
        at = places.get(".table", _NOWHERE)
        if not _TABLE.fullmatch(resource.table):
            raise at.error(
                f"`{resource.table}` cannot be the name of a table", "use letters, digits and `_`"
            )
        if len(resource.table) > MAX_BYTES:
            raise at.error(
                f"the table's name is longer than the {MAX_BYTES} bytes of a name in PostgreSQL"
            )


def _check_backs(resource: Resource, places: Places) -> None:
    backs: dict[tuple[str, str], str] = {}
    tables = {table_of(resource)} | {relation.target.many for relation in resource.relations}
    links: dict[str, str] = {}
    for relation in resource.relations:
        at = places.get(relation.name, _NOWHERE)
        if relation.via is not None:
            if relation.via in tables:
                raise at.error(
                    f"{relation.name}: `via={relation.via}` is the table of a resource",
                    "it is a table between the two",
                )
            if links.setdefault(relation.via, relation.name) != relation.name:
                raise at.error(
                    f"{relation.name}: `via={relation.via}` is taken by `{links[relation.via]}`"
                )
        if relation.back is None:
            continue
        if relation.target == resource.name and relation.back in names_of(resource):
            raise at.error(
                f"{relation.name}: {resource.name.many} have `{relation.back}` already",
                "take another one for the other side",
            )
        other = backs.setdefault((relation.target.many, relation.back), relation.name)
        if other != relation.name:
            raise at.error(
                f"{relation.name}: `back={relation.back}` is taken by `{other}`",
                "take another one for this side",
            )


def _check_renames(resource: Resource, places: Places) -> None:
    former: set[str] = set()
    for field in resource.fields:
        if field.was is None:
            continue
        at = places.get(field.name, _NOWHERE)
        if field.was in names_of(resource):
            raise at.error(f"{field.name}: it cannot have been `{field.was}`, which is still there")
        if field.was in former:
            raise at.error(f"{field.name}: only one field can have been `{field.was}`")
        former.add(field.was)


def _check_index(resource: Resource, index: Index, number: int, at: Spot) -> None:
    known = {field.name: field for field in resource.fields}
    if not index.fields:
        raise at.error("an index needs its fields", "for example `fields: [status, price]`")
    for name in index.fields:
        if index.fields.count(name) > 1:
            raise at.error(f"the index has `{name}` twice")
        field = known.get(name)
        if field is None:
            if name in ("id", *_TIMESTAMPS, "deleted_at"):
                continue
            raise at.error(f"an index is over `{name}`, which is not a field", one_of(name, known))
        kind = field.kind if isinstance(field, Relation) else field.type
        if kind in ("m2m", "json", "bytes", "list"):
            raise at.error(f"an index cannot be over `{name}`, which is of type {kind}")
    for other in resource.indexes[:number]:
        if other.fields == index.fields:
            raise at.error(f"there are two indexes over {', '.join(index.fields)}")
        if index.name is not None and other.name == index.name:
            raise at.error(f"there are two indexes of the name `{index.name}`")
    if index.name is not None and (not _TABLE.fullmatch(index.name) or len(index.name) > MAX_BYTES):
        raise at.error(
            f"`{index.name[:80]}` cannot be the name of an index", "use letters, digits and `_`"
        )
