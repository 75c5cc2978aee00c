"""The indexes that filters and orders need: on the model, and in a revision where Alembic is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from fastarch.discover.profile import AppProfile
from fastarch.discover.tableindexes import Index
from fastarch.plan.constraint_names import ConstraintName
from fastarch.plan.evolution import Evolution
from fastarch.plan.evolution_steps import AddConstraint, DropConstraint
from fastarch.plan.order_index import columns_text, definition
from fastarch.plan.steps import EditFile, Step, Tell, WriteFile
from fastarch.plan.table_state import Constraint
from fastarch.wire.append_definitions import AppendDefinitions


def column_indexes(
    indexes: Sequence[Index], profile: AppProfile, feature: str, migration: bool, now: datetime
) -> tuple[tuple[Step, ...], tuple[WriteFile, ...]]:
    """The steps that make indexes, and their revision.

    Args:
        feature: What they are for.
        migration: Write the revision, where the app has Alembic.
    """
    if not indexes:
        return (), ()
    revision: tuple[WriteFile, ...] = ()
    if profile.alembic is not None and migration:
        from fastarch.plan.migration import render_bodies

        upgrade = "\n".join(
            f'op.create_index("{one.name}", "{one.table}", [{columns_text(one)}])'
            for one in indexes
        )
        downgrade = "\n".join(
            f'op.drop_index("{one.name}", table_name="{one.table}")' for one in reversed(indexes)
        )
        tables = " and ".join(dict.fromkeys(one.table for one in indexes))
        message = f"indexes {tables} for {feature}"
        revision = (WriteFile(*render_bodies(profile, message, upgrade, downgrade, now)),)
    return tuple(index_edits(indexes, profile, written=bool(revision))), revision


def index_edits(indexes: Sequence[Index], profile: AppProfile, *, written: bool) -> Iterator[Step]:
    """The steps that make indexes on their models.

    Args:
        written: A revision makes them in the database.
    """
    by_table: dict[str, list[Index]] = {}
    for one in indexes:
        by_table.setdefault(one.table, []).append(one)
    for some in by_table.values():
        model = some[0].model
        text = together([definition(one, profile) for one in some])
        edit = AppendDefinitions(text, model.module, ahead_of=("create_all",))
        yield EditFile(model.at.file, edit)
        yield Tell(_told(some, written=written))


def with_indexes(evolution: Evolution, indexes: Sequence[Index], feature: str) -> Evolution:
    """An evolution that makes indexes of other tables, too."""
    if not indexes:
        return evolution
    found = [
        (
            one.table,
            Constraint(
                "index", ConstraintName(one.name), tuple(column for _, column, _ in one.columns)
            ),
        )
        for one in indexes
    ]
    tables = " and ".join(dict.fromkeys(one.table for one in indexes))
    return replace(
        evolution,
        operations=(*evolution.operations, *(AddConstraint(*one) for one in found)),
        reverse=(*(DropConstraint(*one) for one in reversed(found)), *evolution.reverse),
        message=evolution.message if evolution.operations else f"indexes {tables} for {feature}",
    )


def together(texts: Sequence[str]) -> str:
    """Several definitions with the imports that they share."""
    heads = [text.rpartition("\n\n")[0] for text in texts]
    lines = "".join(text.rpartition("\n\n")[2] for text in texts)
    return f"{heads[0]}\n\n{lines}"


def _told(indexes: Sequence[Index], *, written: bool) -> str:
    listed = ", ".join(one.name for one in indexes)
    table = indexes[0].table
    told = f"No index began with these columns of {table}: {listed} are new."
    if len(indexes) == 1:
        told = f"No index of {table} began with this column: {listed} is new."
    if written:
        return told
    made = " ".join(
        f"CREATE INDEX {one.name} ON {table} ({', '.join(column for _, column, _ in one.columns)});"
        for one in indexes
    )
    return f"{told} A table that is there already needs them by hand: {made}"
