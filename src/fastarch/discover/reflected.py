"""A table of a database, as it was reflected, in the words that models are told in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastarch.discover import column_types
from fastarch.discover.checks import read_check
from fastarch.discover.default_values import sql_default
from fastarch.discover.table import ColumnFacts, Foreign, IndexFacts, TableFacts, TypeFacts

_NULL = re.compile(r"\(?NULL\)?(?:::.*)?", re.IGNORECASE)


def reflected(told: Mapping[str, Any]) -> TableFacts:
    """What the script that reflects a table has told, see `fastarch.verify.reflect`."""
    keys = {one["columns"][0]: one for one in told["foreign"] if len(one["columns"]) == 1}
    primary = set(told["primary"])
    columns = tuple(_column(one, keys, primary) for one in told["columns"])
    enums = {column.column for column in columns if column.type and column.type.kind == "enum"}
    checks = [
        (sql, None)
        for sql in told["checks"]
        # An enum that is kept as text has its words in a check too.
        if not ((check := read_check(sql)) and check.choices and check.column in enums)
    ]
    unsaid = [
        f"A spec cannot say the foreign key over {', '.join(one['columns'])} to {one['table']}."
        for one in told["foreign"]
        if len(one["columns"]) > 1
    ]
    unsaid += [
        f"A spec cannot say the index {one['name']}." for one in told["indexes"] if one["special"]
    ]
    if told.get("schema"):
        unsaid.append(f"A spec cannot say the schema {told['schema']}.")
    return TableFacts(
        told["name"],
        tuple(sorted(columns, key=lambda column: not column.primary)),
        tuple(_indexes(told, primary)),
        checks=tuple(checks),
        doc=told.get("comment"),
        unsaid=tuple(unsaid),
    )


def _column(told: Mapping[str, Any], keys: Mapping[str, Any], primary: set[str]) -> ColumnFacts:
    name, is_key = told["name"], told["name"] in primary
    found = _type(told["type"])
    unsaid: tuple[str, ...] = ()
    default = None
    if told["default"] is not None and not is_key and not told["computed"]:
        value = sql_default(str(told["default"]))
        default = value.said(found.kind, server=True) if value is not None else None
        if default is None and not _NULL.fullmatch(str(told["default"]).strip()):
            unsaid = (f"has the default {told['default']}, which a spec cannot say",)
    key = keys.get(name)
    return ColumnFacts(
        name,
        name,
        found,
        null=told["nullable"] and not is_key,
        primary=is_key,
        server_default=default,
        foreign=Foreign(key["table"], key["others"][0], _rule(key["ondelete"])) if key else None,
        doc=told["comment"],
        unsaid=unsaid,
        computed=told["computed"],
    )


def _rule(text: str | None) -> str | None:
    return text.upper() if text else None


def _type(told: Mapping[str, Any]) -> TypeFacts:
    shown = told["text"] or told["name"]
    if told["enums"]:
        note = "is an enum of the database; what is made from a spec keeps its words as text"
        native = note if told["native"] else ""
        return TypeFacts("enum", choices=tuple(told["enums"]), told=shown, note=native)
    if "item" in told:
        item = None if told["nested"] else _type(told["item"])
        return column_types.array(item, shown)
    if told["name"] == "NullType":
        return TypeFacts(None, told="unknown to SQLAlchemy")
    numbers = [told[key] for key in ("length", "precision", "scale") if key in told]
    if told["name"] in ("INTEGER", "BIGINT", "SMALLINT", "FLOAT", "REAL", "DOUBLE_PRECISION"):
        numbers = []
    return column_types.named(told["name"], numbers, timezone=told["timezone"], told=shown)


def _indexes(told: Mapping[str, Any], primary: set[str]) -> Iterator[IndexFacts]:
    for one in told["uniques"]:
        if set(one["columns"]) != primary:
            yield IndexFacts(tuple(one["columns"]), unique=True, name=one["name"])
    for one in told["indexes"]:
        if one["special"] or None in one["columns"] or set(one["columns"]) == primary:
            continue
        name = one["name"]
        yield IndexFacts(tuple(one["columns"]), unique=one["unique"], name=name)


def disagreements(model: TableFacts, database: TableFacts) -> Iterator[str]:
    """Where a model and its table in a database differ, in sentences."""
    own = {column.column: column for column in model.columns}
    there = {column.column: column for column in database.columns}
    for name in [name for name in there if name not in own]:
        yield f"The database has a column `{name}`, which the model has not."
    for name, column in own.items():
        other = there.get(name)
        if other is None:
            yield f"The model has a column `{name}`, which the database has not."
            continue
        if column.null != other.null and not column.primary:
            told = f"{_null(other)} in the database; by the model, it {_null(column)}"
            yield f"Column `{name}` {told}."
        length, size = _length(column), _length(other)
        if length is not None and size is not None and length != size:
            yield f"Column `{name}` holds {size} characters in the database, {length} by the model."


def _null(column: ColumnFacts) -> str:
    return "may be null" if column.null else "is required"


def _length(column: ColumnFacts) -> int | None:
    found = column.type
    return found.max_length if found is not None and found.kind == "str" else None
