"""Changes that mend what ``advise`` finds: indexes, and relations that come with their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from fastarch.discover.advice_mends import Loading
from fastarch.discover.profile import AppProfile
from fastarch.discover.tableindexes import Index
from fastarch.plan.column_indexes import together
from fastarch.plan.order_index import columns_text, definition
from fastarch.plan.parts import Part
from fastarch.plan.steps import EditFile, Step, Tell, WriteFile
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.imports import AddImport
from fastarch.wire.replace_expression import IT, ReplaceExpression


def plan_indexes(
    indexes: Sequence[Index], profile: AppProfile, name: str, now: datetime, *, migration: bool
) -> tuple[Part, ...]:
    """Plan indexes, with one revision for all of them.

    Args:
        name: Of the feature's record.
        migration: Write the revision, where the app has Alembic.
    """
    steps: list[Step] = []
    for file, own in _by_file(indexes):
        text = together([definition(one, profile) for one in own])
        edit = AppendDefinitions(text, own[0].model.module, ahead_of=("create_all",))
        steps.append(EditFile(file, edit))
    part = Part("feature", name, tuple(steps))
    if profile.alembic is None or not migration:
        return (Part("feature", name, (*steps, Tell(_by_hand(indexes)))),)
    from fastarch.plan.migration import render_bodies

    upgrade = "\n".join(
        f'op.create_index("{one.name}", "{one.table}", [{columns_text(one)}])' for one in indexes
    )
    downgrade = "\n".join(
        f'op.drop_index("{one.name}", table_name="{one.table}")' for one in reversed(indexes)
    )
    tables = list(dict.fromkeys(one.table for one in indexes))
    message = f"indexes {' '.join(tables[:3])}"
    revision = WriteFile(*render_bodies(profile, message, upgrade, downgrade, now))
    return part, Part("migration", "", (revision,))


def plan_loading(loads: Sequence[Loading], profile: AppProfile, name: str) -> tuple[Part, ...]:
    """Plan the options of one query.

    Args:
        loads: What the query has to load, all with the same beginning.
        name: Of the feature's record.
    """
    first = loads[0]
    sqlmodel = profile.orm.kind == "sqlmodel"
    options, imports = [], []
    for one in loads:
        said = f"{one.model}.{one.relation}"
        options.append(f"{one.loader}({f'col({said})' if sqlmodel else said})")
        imports.append(AddImport("sqlalchemy.orm", one.loader))
    if sqlmodel:
        imports.append(AddImport("sqlmodel", "col"))
    edit = ReplaceExpression(
        first.function,
        first.root,
        f"{IT}.options({', '.join(options)})",
        imports=tuple(dict.fromkeys(imports)),
        width=profile.formatting.line_length,
    )
    return (Part("feature", name, (EditFile(first.file, edit),)),)


def _by_file(indexes: Iterable[Index]) -> Iterator[tuple[str, list[Index]]]:
    found: dict[str, list[Index]] = {}
    for one in indexes:
        found.setdefault(one.model.at.file, []).append(one)
    yield from found.items()


def _by_hand(indexes: Sequence[Index]) -> str:
    made = " ".join(
        f"CREATE INDEX {one.name} ON {one.table} ({', '.join(name for _, name, _ in one.columns)});"
        for one in indexes
    )
    return f"Tables that are there already need the indexes by hand: {made}"
