"""The index that a page's order needs: on the model, and in a revision where there is Alembic."""

from __future__ import annotations

from datetime import datetime

from fastarch.discover.paging import Collection
from fastarch.discover.profile import AppProfile
from fastarch.discover.tableindexes import Index
from fastarch.plan.steps import EditFile, Step, Tell, WriteFile
from fastarch.wire.append_definitions import AppendDefinitions


def order_index(
    collection: Collection, profile: AppProfile, migration: bool, now: datetime
) -> tuple[tuple[Step, ...], tuple[WriteFile, ...]]:
    """The steps that make the index, and its revision; none where an index serves the order."""
    index = collection.index
    if index is None:
        return (), ()
    edit = AppendDefinitions(
        definition(index, profile), index.model.module, ahead_of=("create_all",)
    )
    revision: tuple[WriteFile, ...] = ()
    if profile.alembic is not None and migration:
        from fastarch.plan.migration import render_bodies

        upgrade = f'op.create_index("{index.name}", "{index.table}", [{columns_text(index)}])'
        downgrade = f'op.drop_index("{index.name}", table_name="{index.table}")'
        message = f"index {index.table} for pages"
        revision = (WriteFile(*render_bodies(profile, message, upgrade, downgrade, now)),)
    told = _told(index, written=bool(revision))
    return (EditFile(index.model.at.file, edit), Tell(told)), revision


def definition(index: Index, profile: AppProfile) -> str:
    """The statement that makes an index, with its imports."""
    model = index.model.name
    sqlmodel = profile.orm.kind == "sqlmodel"
    columns = [
        (f"col({model}.{name})" if sqlmodel else f"{model}.{name}") + (".desc()" if down else "")
        for name, _, down in index.columns
    ]
    imports = "from sqlalchemy import Index\n" + ("from sqlmodel import col\n" if sqlmodel else "")
    own = f"from {index.model.module} import {model}\n"
    return f'{imports}\n{own}\nIndex("{index.name}", {", ".join(columns)})\n'


def columns_text(index: Index) -> str:
    """Its columns as a revision has them."""
    return ", ".join(
        f'sa.text("{column} DESC")' if down else f'"{column}"' for _, column, down in index.columns
    )


def _told(index: Index, *, written: bool) -> str:
    columns = ", ".join(f"{column} DESC" if down else column for _, column, down in index.columns)
    told = f"No index served the order: {index.name} on {index.table} ({columns}) does."
    if written:
        return told
    return (
        f"{told} A table that is there already needs it by hand:"
        f" CREATE INDEX {index.name} ON {index.table} ({columns});"
    )
