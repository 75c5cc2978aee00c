"""Check constraints and indexes of a table, as far as a spec can say them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from fastarch.discover.checks import read_check
from fastarch.discover.table import ColumnFacts, IndexFacts, TableFacts
from fastarch.discover.told import Told
from fastarch.spec.resource import Field, Index, Relation

_UNINDEXED = frozenset({"m2m", "json", "bytes", "list"})
_NUMBERS = frozenset({"int", "bigint", "float", "decimal"})


def limits_and_choices(
    facts: TableFacts, told: Told
) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, ...]]]:
    """What checks say of single columns, by the column: limits by flag, and words."""
    limits: dict[str, dict[str, str]] = {}
    choices: dict[str, tuple[str, ...]] = {}
    columns = {column.column: column for column in facts.columns}
    for sql, at in facts.checks:
        check = read_check(sql)
        column = columns.get(check.column) if check else None
        kind = column.type.kind if column and column.type else None
        if check and check.limits and kind in _NUMBERS:
            limits.setdefault(check.column, {}).update(check.limits)
        elif check and check.choices and kind in ("str", "text"):
            choices[check.column] = check.choices
        elif not (check and check.choices and kind == "enum"):
            told.say(f"A spec cannot say the check `{sql}`", at)
    return limits, choices


def indexes(
    facts: TableFacts,
    fields: Sequence[Field | Relation],
    key: ColumnFacts,
    beside: Collection[str],
    told: Told,
) -> Iterator[Index]:
    """The indexes over several fields; those over one are flags of it.

    Args:
        facts: The table.
        fields: The resource's fields.
        key: The primary key.
        beside: Columns that a resource has besides its fields.
        told: Where to tell what cannot be said.
    """
    known = {field.name: field for field in fields}
    relations = {one.column: one.name for one in fields if isinstance(one, Relation)}
    words = {one.column: relations.get(one.name, one.name) for one in facts.columns}
    words[key.column] = "id"
    made: dict[tuple[str, ...], Index] = {}
    for index in facts.indexes:
        names = tuple(words.get(one, one) for one in index.columns)
        if len(names) == 1 and names[0] in known:
            continue
        kinds = {
            one.kind if isinstance(one, Relation) else one.type
            for name in names
            if (one := known.get(name))
        }
        if not set(names) <= {*known, *beside} or kinds & _UNINDEXED:
            told.say(f"A spec cannot say an index over {', '.join(index.columns)}", index.at)
            continue
        before = made.get(names)
        made[names] = Index(
            names,
            unique=index.unique or (before is not None and before.unique),
            name=_own_name(index, facts.table) or (before.name if before else None),
        )
    yield from made.values()


def _own_name(index: IndexFacts, table: str) -> str | None:
    """The index's name, where it is not one that is made of the table and its columns."""
    columns = "_".join(index.columns)
    usual = {f"ix_{table}_{columns}", f"uq_{table}_{columns}", f"{table}_{columns}_key"}
    return None if index.name in usual else index.name
