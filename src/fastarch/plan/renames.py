"""Which columns and relations of a spec are former ones under another name."""

from __future__ import annotations

from collections.abc import Mapping

from fastarch.spec.resource import Field, Relation, Resource


def column_name(item: Field | Relation) -> str:
    """The column, or the list of ids, of a field."""
    return item.column if isinstance(item, Relation) else item.name


def find_renames(old: Resource, new: Resource) -> tuple[dict[str, str], dict[str, str]]:
    """Columns, and m2m relations, that get another name by ``was=``: old to new.

    One that was carried out stays in the spec, and is none any more.
    """
    columns: dict[str, str] = {}
    relations: dict[str, str] = {}
    there = {name for item in old.fields for name in (item.name, column_name(item))}
    for item in new.fields:
        was = next((one for one in old.fields if item.was in (one.name, column_name(one))), None)
        if was is None or item.was is None or {item.name, column_name(item)} & there:
            continue
        if _is_m2m(item) and _is_m2m(was):
            relations[was.name] = item.name
        elif not _is_m2m(item) and not _is_m2m(was):
            columns[column_name(was)] = column_name(item)
    return columns, relations


def turned(renames: Mapping[str, str]) -> dict[str, str]:
    """From new to old."""
    return {now: was for was, now in renames.items()}


def _is_m2m(item: Field | Relation) -> bool:
    return isinstance(item, Relation) and item.kind == "m2m"
