"""What changed specs ask of the database: steps, what is lost by them, what rows still need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastarch.discover.profile import AppProfile
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.plan.accent import id_type_of, table_name
from fastarch.plan.backfill import Backfill, downgrade_filler
from fastarch.plan.evolution_report import losses, message, notices
from fastarch.plan.evolution_steps import (
    AddConstraint,
    CreateTable,
    DropConstraint,
    DropTable,
    Operation,
)
from fastarch.plan.evolution_words import body, imports
from fastarch.plan.migration import render_bodies
from fastarch.plan.renames import find_renames, turned
from fastarch.plan.table_evolution import Filler, column_pairs, table_steps
from fastarch.plan.table_state import TableState, table_state
from fastarch.plan.targets import dependency_order
from fastarch.plan.vocabulary import Options
from fastarch.records import dataclass
from fastarch.spec.resource import Resource

Pair = tuple[Resource, Resource]


@dataclass(frozen=True, slots=True)
class Evolution:
    """What the difference between old and new specs asks of the database.

    Args:
        operations: The steps in order; empty: the database stays as it is.
        losses: What data would be lost, a sentence each.
        unfilled: Columns (``products.brand``) that need a value for the rows that are there.
        notices: What rows could stop the upgrade at, a sentence each.
        reverse: The steps of the downgrade.
        message: What the revision says about itself.
    """

    operations: tuple[Operation, ...]
    losses: tuple[str, ...] = ()
    unfilled: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    reverse: tuple[Operation, ...] = ()
    message: str = ""


def evolve(
    pairs: Sequence[Pair],
    profile: AppProfile,
    *,
    backfill: Mapping[str, str] | None = None,
    others: Sequence[Resource] = (),
) -> Evolution:
    """Compare specs, old and new, each settled.

    Resources that stay as they are may be among them; those that refer to each other in a circle
    should be, in the order of their spec.

    Args:
        pairs: The old and the new spec of each resource.
        profile: The app.
        others: Resources that the app's models do not have yet, and that the new ones refer to.
        backfill: Values for rows that are there, by ``FIELD`` or ``resource.FIELD``.

    Raises:
        UsageError: a table or a key would have to become another, or a backfill fits nothing.
        NotUnderstoodError: the names of the app's constraints are not known.
    """
    for old, new in pairs:
        _require_same_table(old, new, profile)
    given = Backfill(dict(backfill or {}), [new for _, new in pairs])
    before = _states([*(old for old, _ in pairs), *others], profile)
    after = _states([*(new for _, new in pairs), *others], profile)
    up: list[Operation] = []
    down: list[Operation] = []
    lost: list[str] = []
    unfilled: list[str] = []
    told: list[str] = []
    for old, new in pairs:
        name = new.name.many
        was, now = before[name], after[name]
        columns, tables = find_renames(old, new)
        fill = given.filler(new, unfilled)
        steps = _evolve(was, now, columns, tables, fill)
        up += steps
        down[:0] = _evolve(now, was, turned(columns), turned(tables), downgrade_filler(was.name))
        changes = column_pairs(was, now, columns)
        lost += losses(name, was, changes, steps)
        told += notices(name, was, columns, changes, steps)
    given.require_used()
    _require_names((*up, *down))
    return Evolution(
        tuple(up),
        tuple(lost),
        tuple(dict.fromkeys(unfilled)),
        tuple(told),
        tuple(down),
        message(pairs),
    )


def render_evolution(evolution: Evolution, profile: AppProfile, now: datetime) -> tuple[str, str]:
    """The path and the text of the revision of an evolution that has operations.

    Raises:
        NotUnderstoodError: the app has no Alembic, or several heads.
    """
    steps = (*evolution.operations, *evolution.reverse)
    upgrade, downgrade = body(evolution.operations), body(evolution.reverse)
    return render_bodies(profile, evolution.message, upgrade, downgrade, now, imports(steps))


def _require_same_table(old: Resource, new: Resource, profile: AppProfile) -> None:
    name = new.name.many
    problems: list[Problem] = []
    if table_name(old, profile) != table_name(new, profile):
        message = (
            f"{name}: the table {table_name(old, profile)} cannot become {table_name(new, profile)}"
            " by a change of the spec."
        )
        problems.append(Problem(message, hint=f"add `table: {table_name(old, profile)}`"))
    elif old.name != new.name:
        message = f"{old.name.many} cannot become {name} by a change of the spec."
        problems.append(Problem(message, hint="make the new one, and remove the old one"))
    if id_type_of(old, profile, Options()) != id_type_of(new, profile, Options()):
        message = f"{name}: the id is of type {old.id} and cannot become {new.id}."
        hint = f"others may refer to it; leave it at `id: {old.id}`"
        problems.append(Problem(message, hint=hint))
    if problems:
        raise UsageError(*problems)


def _require_names(steps: Sequence[Operation]) -> None:
    """Refuse steps over constraints whose names are not known."""
    problems = {
        step.constraint.name.why: Problem(
            f"{step.table}.{step.constraint.columns[0]} has a constraint whose name is not known: "
            f"{step.constraint.name.why}.",
            hint="leave the revision out with --no-migration, and let Alembic autogenerate it",
        )
        for step in steps
        if isinstance(step, AddConstraint | DropConstraint) and step.constraint.name.by == "unknown"
    }
    if problems:
        raise NotUnderstoodError(*problems.values())


def _states(resources: Sequence[Resource], profile: AppProfile) -> dict[str, TableState]:
    siblings = {resource.name.many: resource for resource in resources}
    order = [resource.name.many for resource in dependency_order(resources)]
    return {
        name: table_state(siblings[name], siblings, profile, order[position + 1 :])
        for position, name in enumerate(order)
    }


def _evolve(
    old: TableState,
    new: TableState,
    columns: Mapping[str, str],
    relations: Mapping[str, str],
    fill: Filler,
) -> tuple[Operation, ...]:
    """The steps of a resource's own table, between those of its association tables."""
    former = turned(relations)
    drops: list[DropTable] = []
    copies: list[CreateTable] = []
    made: list[CreateTable] = []
    taken: set[str] = set()
    for name, table in new.associations.items():
        was_name = former.get(name, name)
        was = old.associations.get(was_name)
        if was is None:
            made.append(CreateTable(table))
            continue
        taken.add(was_name)
        if was == table:
            continue
        if was.items == table.items and was.name != table.name:
            copies.append(CreateTable(table, was.name))
        else:
            drops.append(DropTable(was.name))
            made.append(CreateTable(table))
    drops += [DropTable(one.name) for name, one in old.associations.items() if name not in taken]
    _require_free(copies, drops, old)
    return (
        *drops,
        *table_steps(old, new, columns, fill),
        *(step for copy in copies for step in (copy, DropTable(copy.rows_of or ""))),
        *made,
    )


def _require_free(
    copies: Sequence[CreateTable], drops: Sequence[DropTable], old: TableState
) -> None:
    there = {one.name for one in old.associations.values()} - {step.name for step in drops}
    for step in copies:
        if step.table.name in there:
            message = (
                f"The table {step.rows_of} cannot become {step.table.name}, which is still there."
            )
            raise UsageError(
                Problem(message, hint="do it in two steps, with a `via=` between them")
            )
