"""The indexes that filters and orders need: on the model, and in a revision where Alembic is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fastarch.discover.profile import AppProfile
from fastarch.discover.tableindexes import Index
from fastarch.plan.order_index import columns_text, definition
from fastarch.plan.steps import EditFile, Step, Tell, WriteFile
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
    first = indexes[0]
    text = together([definition(one, profile) for one in indexes])
    edit = AppendDefinitions(text, first.model.module, ahead_of=("create_all",))
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
        message = f"indexes {first.table} for {feature}"
        revision = (WriteFile(*render_bodies(profile, message, upgrade, downgrade, now)),)
    told = _told(indexes, written=bool(revision))
    return (EditFile(first.model.at.file, edit), Tell(told)), revision


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
