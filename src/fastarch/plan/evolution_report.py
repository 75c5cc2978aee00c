"""What an evolution says to people: what it loses, what rows could stop it at, its message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fastarch.plan.conversions import Conversion
from fastarch.plan.evolution_steps import (
    AddColumn,
    AddConstraint,
    CreateTable,
    DropTable,
    FillRows,
    Operation,
)
from fastarch.plan.migration import listing
from fastarch.plan.renames import column_name, find_renames
from fastarch.plan.table_state import Column, TableState, check_sql, renamed
from fastarch.spec.dump import type_form
from fastarch.spec.resource import Resource

Changes = Mapping[str, tuple[Column, Column, Conversion | None]]

# Changes that a message names.
_SAID = 4


def losses(
    name: str,
    old: TableState,
    changes: Changes,
    steps: Sequence[Operation],
) -> Iterator[str]:
    """What data goes with the change of one resource."""
    kept = {was.name for was, _, _ in changes.values()}
    for column in old.columns.values():
        if column.name not in kept:
            more = ": rows that were deleted come back" if column.name == "deleted_at" else ""
            yield f"column {name}.{column.name} is dropped{more}"
    for was, now, found in changes.values():
        where = f"{name}.{now.name}"
        if found is None and was.refers is not None and now.refers is not None:
            change = f"refers to {now.refers[0]} and no longer to {was.refers[0]}"
            yield f"{where} {change}: its values are dropped"
            continue
        change = f"{where}: {_form(was)} becomes {_form(now)}"
        if found is None:
            yield f"{change}: its values cannot be converted and are dropped"
        elif found.loss is not None:
            yield f"{change}: {found.loss}"
        if found is None or now.field.type != "enum":
            continue
        if was.field.type != "enum":
            yield f"{change}: other texts than {', '.join(now.field.choices)} are replaced"
        else:
            for word in was.field.choices:
                if word not in now.field.choices:
                    yield f"{where}: {word!r} is taken out of the choices"
    copied = {step.rows_of for step in steps if isinstance(step, CreateTable)}
    for step in steps:
        if isinstance(step, DropTable) and step.name not in copied:
            yield f"table {step.name} is dropped"


def notices(
    name: str,
    old: TableState,
    renames: Mapping[str, str],
    changes: Changes,
    steps: Sequence[Operation],
) -> Iterator[str]:
    """What rows that are there may be at odds with."""
    for was, now, found in changes.values():
        if was.field.item != now.field.item and was.type == now.type:
            yield f"{name}.{now.name}: rows that are there keep their items as they are"
        if found is not None and was.refers is None and now.refers is not None:
            yield f"{name}: rows whose {now.name} is no id of {now.refers[0]} stop the upgrade"
    before = [renamed(one, renames) for one in old.constraints]
    held = {(one.kind, one.columns, one.says, one.unique) for one in before}
    added = {step.column.name for step in steps if isinstance(step, AddColumn)}
    alike = {
        step.column.name for step in steps if isinstance(step, FillRows) and not step.value.each
    }
    for step in steps:
        if not isinstance(step, AddConstraint):
            continue
        one = step.constraint
        if (one.kind, one.columns, one.says, one.unique) in held:
            continue
        if one.kind == "check" and not one.words and not added & {*one.columns}:
            yield f"{name}: rows without {check_sql(one)} stop the upgrade"
        elif (one.kind == "unique" or one.unique) and not (added - alike) & {*one.columns}:
            yield f"{name}: rows that share their {', '.join(one.columns)} stop the upgrade"


def message(pairs: Sequence[tuple[Resource, Resource]]) -> str:
    """``change products: add brand, drop note``; names alone where several change."""
    changed = [(old, new) for old, new in pairs if old != new]
    if not changed:
        return ""
    names = listing([new.name.humans for _, new in changed])
    if len(changed) > 1:
        return f"change {names}"
    said = list(_said(*changed[0]))
    if len(said) > _SAID:
        said = [*said[: _SAID - 1], f"and {len(said) - _SAID + 1} more"]
    return f"change {names}: {', '.join(said)}" if said else f"change {names}"


def _said(old: Resource, new: Resource) -> Iterator[str]:
    columns, relations = find_renames(old, new)
    renames = columns | relations
    before = {column_name(item): item for item in old.fields}
    after = {column_name(item): item for item in new.fields}
    spoken = {column_name(item): item.name for item in (*old.fields, *new.fields)}
    for was, now in columns.items():
        yield f"rename {spoken[was]} to {spoken[now]}"
    for was, now in relations.items():
        yield f"rename {was} to {now}"
    gone = {one: item for one, item in before.items() if one not in after}
    for one, item in after.items():
        if one not in before and one not in renames.values() and item.name not in renames.values():
            yield f"add {spoken[one]}"
    for one, item in gone.items():
        if one not in renames and item.name not in renames:
            yield f"drop {spoken[one]}"
    for one, item in after.items():
        if one in before and before[one] != item:
            yield f"change {spoken[one]}"
    for name in ("timestamps", "soft_delete"):
        if getattr(old, name) != getattr(new, name):
            yield f"{'add' if getattr(new, name) else 'drop'} {name.replace('_', ' ')}"
    if (old.indexes, old.plain_indexes) != (new.indexes, new.plain_indexes):
        yield "indexes"


def _form(column: Column) -> str:
    return f"ref={column.refers[0]}" if column.refers else type_form(column.field)
