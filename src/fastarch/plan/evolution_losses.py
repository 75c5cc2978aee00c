"""What an evolution loses, and what rows could stop it at: a sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fastarch.plan.conversions import Conversion
from fastarch.plan.evolution_steps import AddConstraint, CreateTable, DropTable, Operation
from fastarch.plan.table_state import Column, TableState
from fastarch.spec.dump import type_form

Changes = Mapping[str, tuple[Column, Column, Conversion | None]]


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


def notices(name: str, changes: Changes, steps: Sequence[Operation]) -> Iterator[str]:
    """What rows that are there may be at odds with."""
    for was, now, found in changes.values():
        if was.field.item != now.field.item and was.type == now.type:
            yield f"{name}.{now.name}: rows that are there keep their items as they are"
        if found is not None and was.refers is None and now.refers is not None:
            yield f"{name}: rows whose {now.name} is no id of {now.refers[0]} stop the upgrade"
    for step in steps:
        if not isinstance(step, AddConstraint):
            continue
        constraint = step.constraint
        columns = ", ".join(constraint.columns)
        if constraint.kind == "unique" or constraint.unique:
            yield f"{name}: rows that share their {columns} stop the upgrade"
        elif constraint.kind == "check" and not constraint.words:
            yield f"{name}: rows without {constraint.says[0]} stop the upgrade"


def _form(column: Column) -> str:
    return f"ref={column.refers[0]}" if column.refers else type_form(column.field)
