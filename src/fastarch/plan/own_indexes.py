"""The indexes of a resource's table: of single columns, and of several."""

from __future__ import annotations

from fastarch.spec.resource import Field, Index, Relation, Resource


def is_indexed(resource: Resource, item: Field | Relation) -> bool:
    """Whether a column that is not unique has an index of its own.

    One to sort by has an index with the id behind it instead, which serves its pages in either
    direction, however few different values there are.
    """
    if item.unique or (isinstance(item, Relation) and item.kind == "m2m"):
        return False
    if resource.plain_indexes:
        return isinstance(item, Relation) or item.index or item.filter or item.sort
    return (item.index or item.filter) and not item.sort


def table_indexes(resource: Resource) -> tuple[Index, ...]:
    """The indexes over several columns: those of the spec, and those that serve an order."""
    if resource.plain_indexes:
        return resource.indexes
    said = {index.fields[:2] for index in resource.indexes}
    found = []
    for item in resource.fields:
        column = item.column if isinstance(item, Relation) else item.name
        if item.sort and not item.unique and not said & {(item.name, "id"), (column, "id")}:
            found.append(Index((column, "id")))
    return (*resource.indexes, *found)


def differs_plainly(resource: Resource) -> bool:
    """Whether versions before 0.2 made other indexes of a resource than are made today."""
    refs = [one for one in resource.relations if one.kind == "ref"]
    return any(one.sort and not one.unique for one in resource.fields) or any(
        not (one.index or one.filter or one.unique) for one in refs
    )
