"""From one state of a table to another: the steps, in an order that both databases take."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field, replace

from fastarch.plan.conversions import Conversion, conversion, longest
from fastarch.plan.evolution_steps import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    DropColumn,
    DropConstraint,
    FillRows,
    RenameColumn,
    StructureStep,
)
from fastarch.plan.literals import quoted
from fastarch.plan.row_values import Source, braced, column_of
from fastarch.plan.table_state import Column, Constraint, TableState, renamed
from fastarch.records import dataclass

Filler = Callable[[Column, Column | None, bool], Source | None]
"""What rows get in a new column (no old one), or in one that was null or had other words; the last
word says whether they need it. None: nothing."""

TableStep = StructureStep | RenameColumn | FillRows


@dataclass(frozen=True, slots=True)
class _Steps:
    """Steps by the time when they are due."""

    renames: list[RenameColumn] = field(default_factory=list)
    prepare: list[FillRows] = field(default_factory=list)
    replaced: list[DropColumn] = field(default_factory=list)
    early: list[StructureStep] = field(default_factory=list)
    fills: list[FillRows] = field(default_factory=list)
    drops: list[DropColumn] = field(default_factory=list)
    alters: list[AlterColumn] = field(default_factory=list)


def column_pairs(
    old: TableState, new: TableState, renames: Mapping[str, str]
) -> dict[str, tuple[Column, Column, Conversion | None]]:
    """Columns that were there before, by their new name; no conversion: it begins anew."""
    former = {now: was for was, now in renames.items()}
    found = {}
    for name, column in new.columns.items():
        was = old.columns.get(former.get(name, name))
        if was is None or (was.name in renames and former.get(name) != was.name):
            continue
        same = was.refers == column.refers or column.refers is None or was.refers is None
        found[name] = (was, column, conversion(was, column) if same else None)
    return found


def table_steps(
    old: TableState, new: TableState, renames: Mapping[str, str], fill: Filler
) -> Iterator[TableStep]:
    """What makes the table of ``old`` the one of ``new``.

    Args:
        old: The table as it is.
        new: The table as it is to be.
        renames: Columns that get another name: old to new.
        fill: What rows get that are there.
    """
    steps, table = _Steps(), new.name
    pairs = column_pairs(old, new, renames)
    for was, now, found in pairs.values():
        if found is None:
            steps.replaced.append(DropColumn(table, was.name))
        elif was.name != now.name:
            steps.renames.append(RenameColumn(table, was, now.name))
    known = {was.name for was, _, _ in pairs.values()}
    steps.drops.extend(DropColumn(table, name) for name in old.columns if name not in known)
    for name, column in new.columns.items():
        pair = pairs.get(name)
        if pair is not None and pair[2] is not None:
            _change(steps, new, pair[0], column, pair[2], fill)
        else:
            _add(steps, new, column, fill)
    # Updates of all rows are one, where nothing else comes between them.
    steps.fills.sort(key=lambda step: step.value.each or bool(step.where))
    return _in_order(steps, old, new)


def _in_order(steps: _Steps, old: TableState, new: TableState) -> Iterator[TableStep]:
    """All steps: what updates of rows need comes before them, and the rest behind."""
    table = new.name
    moved = {step.column.name: step.new for step in steps.renames}
    back = {now: was for was, now in moved.items()}
    again = {step.name for step in steps.replaced}
    dropped = again | {step.name for step in steps.drops}
    gone, made = _constraints(old, new, moved, dropped)
    # What has no name is found in SQLite by the name that its column has at that time.
    unnamed = [one for one in gone if one.name.by == "database" and back.keys() & {*one.columns}]
    touched = {step.column.name for step in (*steps.prepare, *steps.fills)} | again
    early = [one for one in gone if one not in unnamed and touched & {*one.columns}]
    late = [one for one in gone if one not in unnamed and one not in early]
    yield from (DropConstraint(table, renamed(one, back)) for one in unnamed)
    yield from steps.renames
    yield from (DropConstraint(table, one) for one in early)
    yield from steps.prepare
    yield from steps.replaced
    if steps.fills:
        yield from steps.early
        yield from steps.fills
    yield from (DropConstraint(table, one) for one in late)
    yield from steps.drops
    if not steps.fills:
        yield from steps.early
    yield from steps.alters
    yield from (AddConstraint(table, one) for one in made)


def _add(steps: _Steps, new: TableState, column: Column, fill: Filler) -> None:
    """The steps of a new column: one that rows need a value in may be null until they have it."""
    value = fill(column, None, not column.null)
    if value is None:
        steps.early.append(AddColumn(new.name, column, null=column.null))
        return
    steps.early.append(AddColumn(new.name, column, null=True))
    steps.fills.append(FillRows(new.name, new.key, column, value))
    if not column.null:
        bare = replace(column, null=True)
        steps.alters.append(AlterColumn(new.name, column.name, bare, null=False))


def _change(
    steps: _Steps, new: TableState, was: Column, now: Column, found: Conversion, fill: Filler
) -> None:
    """The steps of a column that stays."""
    column = column_of(now.name)
    if found.cut is not None:
        text = f"sa.func.substr({column}, 1, {found.cut})"
        where = f"sa.func.length({column}) > {found.cut}"
        named = replace(was, name=now.name)
        steps.prepare.append(FillRows(new.name, new.key, named, Source(text), where))
    wanting = [_words_gone(was, now)] if now.field.type == "enum" else []
    if was.null and not now.null:
        wanting.append(f"{column}.is_(None)")
    filled = False
    for where in filter(None, wanting):
        value = fill(now, was, True)
        if value is not None:
            steps.fills.append(FillRows(new.name, new.key, now, value, where))
            filled = True
    _alter(steps, new.name, was, now, found.using, first=filled and not _shorter(was, now))


def _alter(
    steps: _Steps, table: str, was: Column, now: Column, using: str | None, *, first: bool
) -> None:
    """What of a column is another: with the type ``first``, where rows need room for values."""
    plain = AlterColumn(table, now.name, was)
    another_kind = was.field.type != now.field.type
    if was.type != now.type and another_kind and was.server_default is not None:
        # A database cannot always convert the default too.
        steps.early.append(replace(plain, server_default=""))
        was = replace(was, server_default=None)
        plain = replace(plain, old=was)
    alter = plain
    if was.type != now.type:
        alter = replace(plain, type=now.type, using=using)
        if first:
            steps.early.append(alter)
            was = replace(was, type=now.type)
            alter = plain = replace(plain, old=was)
    if was.null != now.null:
        alter = replace(alter, null=now.null)
    if was.server_default != now.server_default:
        if alter.type is not None and another_kind:
            steps.alters.append(alter)
            alter = plain = replace(plain, old=replace(was, type=now.type, null=now.null))
        alter = replace(alter, server_default=now.server_default or "")
    if alter != plain:
        steps.alters.append(alter)


def _words_gone(was: Column, now: Column) -> str:
    """Which rows have a word that the enum does not have; empty where there can be none."""
    column = column_of(now.name)
    if was.field.type != "enum":
        return f"{column}.not_in({_listed(now.field.choices)})"
    gone = tuple(word for word in was.field.choices if word not in now.field.choices)
    return f"{column}.in_({_listed(gone)})" if gone else ""


def _listed(words: tuple[str, ...]) -> str:
    return braced(f"[{', '.join(map(quoted, words))}]")


def _shorter(was: Column, now: Column) -> bool:
    """Whether an enum's words have less room than its texts had."""
    before, after = longest(was.field), longest(now.field)
    return now.field.type == "enum" and (before is None or (after or 0) < before)


def _constraints(
    old: TableState, new: TableState, renames: Mapping[str, str], dropped: Collection[str]
) -> tuple[list[Constraint], list[Constraint]]:
    """Constraints to drop, keys before the indexes that serve them, and constraints to make."""
    before = [renamed(one, renames) for one in old.constraints]
    gone = [
        one
        for one in before
        if (one not in new.constraints or {*dropped} & {*one.columns})
        and not (_goes_by_itself(one) and {*dropped} & {*one.columns})
    ]
    made = [one for one in new.constraints if one not in before or {*dropped} & {*one.columns}]
    return sorted(gone, key=lambda one: one.kind != "foreignkey"), made


def _goes_by_itself(one: Constraint) -> bool:
    """Whether a column takes a constraint along whose name may be another one."""
    return one.kind == "foreignkey" and one.name.by != "convention"
