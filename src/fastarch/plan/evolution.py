"""What changed specs ask of the database: steps, what is lost by them, what rows still need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from fastarch.discover.profile import AppProfile
from fastarch.errors import Problem, UsageError
from fastarch.plan.accent import id_type_of, table_name
from fastarch.plan.evolution_losses import losses, notices
from fastarch.plan.evolution_steps import CreateTable, DropTable, Operation
from fastarch.plan.evolution_words import body, imports
from fastarch.plan.migration import listing, render_bodies
from fastarch.plan.row_values import Source, checked, filler, value_source
from fastarch.plan.table_evolution import Filler, column_pairs, table_steps
from fastarch.plan.table_state import Column, TableState, table_state
from fastarch.plan.targets import dependency_order
from fastarch.plan.vocabulary import Options
from fastarch.records import dataclass
from fastarch.spec.place import nearest
from fastarch.spec.resource import Field, Relation, Resource

Pair = tuple[Resource, Resource]
_SAID = 4


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
    pairs: Sequence[Pair], profile: AppProfile, *, backfill: Mapping[str, str] | None = None
) -> Evolution:
    """Compare specs, old and new, each settled.

    Resources that stay as they are may be among them; those that refer to each other in a circle
    should be, in the order of their spec.

    Args:
        pairs: The old and the new spec of each resource.
        profile: The app.
        backfill: Values for rows that are there, by ``FIELD`` or ``resource.FIELD``.

    Raises:
        UsageError: a table or a key would have to become another, or a backfill fits nothing.
        NotUnderstoodError: the names of the app's constraints are not known.
    """
    for old, new in pairs:
        _require_same_table(old, new, profile)
    given = _Backfill(dict(backfill or {}), [new for _, new in pairs])
    before = _states([old for old, _ in pairs], profile)
    after = _states([new for _, new in pairs], profile)
    up: list[Operation] = []
    down: list[Operation] = []
    lost: list[str] = []
    unfilled: list[str] = []
    told: list[str] = []
    for old, new in pairs:
        name = new.name.many
        was, now = before[name], after[name]
        columns, tables = _renames(old, new)
        fill = _upgrade_fill(new, given, unfilled)
        steps = _evolve(was, now, columns, tables, fill)
        up += steps
        down[:0] = _evolve(now, was, _turned(columns), _turned(tables), _downgrade_fill(was.name))
        changes = column_pairs(was, now, columns)
        lost += losses(name, was, changes, steps)
        told += notices(name, changes, steps)
    given.require_used()
    return Evolution(
        tuple(up),
        tuple(lost),
        tuple(dict.fromkeys(unfilled)),
        tuple(told),
        tuple(down),
        _message(pairs),
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


def _states(resources: Sequence[Resource], profile: AppProfile) -> dict[str, TableState]:
    siblings = {resource.name.many: resource for resource in resources}
    order = [resource.name.many for resource in dependency_order(resources)]
    return {
        name: table_state(siblings[name], siblings, profile, order[position + 1 :])
        for position, name in enumerate(order)
    }


def _renames(old: Resource, new: Resource) -> tuple[dict[str, str], dict[str, str]]:
    """Columns, and m2m relations, that get another name: old to new."""
    columns: dict[str, str] = {}
    relations: dict[str, str] = {}
    there = {name for item in old.fields for name in (item.name, _column(item))}
    for item in new.fields:
        was = next((one for one in old.fields if item.was in (one.name, _column(one))), None)
        # It stays in the spec after it was carried out.
        if item.was is None or was is None or item.name in there or _column(item) in there:
            continue
        if _is_m2m(item) and _is_m2m(was):
            relations[was.name] = item.name
        elif not _is_m2m(item) and not _is_m2m(was):
            columns[_column(was)] = _column(item)
    return columns, relations


def _column(item: Field | Relation) -> str:
    return item.column if isinstance(item, Relation) else item.name


def _is_m2m(item: Field | Relation) -> bool:
    return isinstance(item, Relation) and item.kind == "m2m"


def _turned(renames: Mapping[str, str]) -> dict[str, str]:
    return {now: was for was, now in renames.items()}


def _evolve(
    old: TableState,
    new: TableState,
    columns: Mapping[str, str],
    relations: Mapping[str, str],
    fill: Filler,
) -> tuple[Operation, ...]:
    """The steps of a resource's own table, between those of its association tables."""
    former = _turned(relations)
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


class _Backfill:
    """Values that somebody typed, each of which must be of use."""

    def __init__(self, values: Mapping[str, str], resources: Sequence[Resource]) -> None:
        self._values = values
        self._used: set[str] = set()
        self._resources = resources
        for key in values:
            self._require_known(key)

    def _require_known(self, key: str) -> None:
        owner, _, name = key.rpartition(".")
        known = {one.name.many: one for one in self._resources}
        known |= {one.name.one: one for one in self._resources}
        if owner and owner not in known:
            hint = nearest(owner, known) or f"there are {', '.join(sorted(known))}"
            raise UsageError(Problem(f"--backfill {key}: {owner} does not change.", hint=hint))
        looked = [known[owner]] if owner else self._resources
        names = [n for one in looked for item in one.fields for n in (item.name, _column(item))]
        if name not in names:
            where = owner or " or ".join(one.name.many for one in looked)
            message = f"--backfill {key}: {where} has no field {name}."
            raise UsageError(Problem(message, hint=nearest(name, names)))

    def value(self, resource: Resource, column: Column) -> str | None:
        """The value for a column, None where there is none.

        Raises:
            UsageError: it is no value of the column.
        """
        item = next((one for one in resource.fields if _column(one) == column.name), None)
        if item is None:
            return None
        for owner in (f"{resource.name.many}.", f"{resource.name.one}.", ""):
            for name in (item.name, column.name):
                key = f"{owner}{name}"
                if key in self._values:
                    self._used.add(key)
                    return checked(column, key, self._values[key])
        return None

    def require_used(self) -> None:
        """Refuse values that no row needs."""
        problems = [
            Problem(f"--backfill {key}: no row that is there needs a value.", hint="leave it out")
            for key in self._values
            if key not in self._used
        ]
        if problems:
            raise UsageError(*problems)


def _upgrade_fill(resource: Resource, given: _Backfill, unfilled: list[str]) -> Filler:
    def fill(column: Column, was: Column | None, needed: bool) -> Source | None:
        text = given.value(resource, column)
        if text is not None:
            return value_source(column.field, text)
        plain = column.field
        if was is None and column.server_default is not None:
            return None
        default = plain.default if plain.default is not None else plain.server_default
        if default is not None:
            return value_source(plain, default)
        if needed and column.null:
            return Source("None")
        if needed:
            spoken = {_column(item): item.name for item in resource.fields}
            unfilled.append(f"{resource.name.many}.{spoken.get(column.name, column.name)}")
        return None

    return fill


def _downgrade_fill(table: str) -> Filler:
    def fill(column: Column, was: Column | None, needed: bool) -> Source | None:
        if was is None and column.server_default is not None:
            return None
        if column.null:
            return Source("None") if was is not None else None
        return filler(column, table) if needed else None

    return fill


def _message(pairs: Sequence[Pair]) -> str:
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
    columns, relations = _renames(old, new)
    renames = columns | relations
    before = {_column(item): item for item in old.fields}
    after = {_column(item): item for item in new.fields}
    spoken = {_column(item): item.name for item in (*old.fields, *new.fields)}
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
    if old.indexes != new.indexes:
        yield "indexes"
