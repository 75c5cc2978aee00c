"""Whatever changes in a spec: both databases take the revision, and end up as if made anew."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from fastarch.discover.profile import AppProfile
from fastarch.errors import UsageError
from fastarch.plan.evolution import Evolution, evolve, render_evolution
from fastarch.plan.migration import render_migration
from fastarch.plan.row_values import filler
from fastarch.plan.table_state import table_state
from fastarch.spec.check import check_resource
from fastarch.spec.fields import parse_field
from fastarch.spec.resource import Field, Relation, Resource
from tests.plan.evolving import app_of, empty, run, structure
from tests.plan.test_migration import NOW
from tests.plan.test_migration_any import app_for
from tests.services import postgres_database
from tests.spec.strategies import field_names, field_texts, resources


@pytest.fixture(scope="module")
def postgres() -> Iterator[Engine]:
    with postgres_database() as url:
        made = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        yield made
        made.dispose()


@st.composite
def evolutions(draw: st.DrawFn) -> tuple[Resource, Resource]:
    """A resource, and what becomes of it."""
    old = replace(
        draw(resources()), id=draw(st.sampled_from(["int", "uuid"])), timestamps=draw(st.booleans())
    )
    new = replace(
        old,
        fields=(),
        indexes=(),
        scope=None,
        timestamps=draw(st.booleans()),
        soft_delete=draw(st.booleans()),
    )
    for field in old.fields:
        match draw(st.sampled_from(["keep", "keep", "drop", "retype", "rename", "loosen"])):
            case "keep":
                new = _with(new, field)
            case "retype":
                new = _with(new, _again(draw, field.name))
            case "rename":
                new = _with(new, replace(_again(draw, draw(field_names)), was=field.name))
                if draw(st.booleans()):
                    new = _with(new, replace(field, name=draw(field_names), was=field.name))
            case "loosen" if isinstance(field, Field):
                new = _with(
                    new, replace(field, null=not field.null, unique=False, ge=None, le=None)
                )
            case "loosen":
                new = _with(new, replace(field, null=True, on_delete="cascade"))
    for text_ in draw(st.lists(field_texts(), max_size=3)):
        new = _with(new, parse_field(text_))
    indexes = draw(st.sampled_from([(), old.indexes]))
    try:
        check_resource(replace(new, indexes=indexes))
    except UsageError:
        indexes = ()
    return old, replace(new, indexes=indexes)


def _again(draw: st.DrawFn, name: str) -> Field | Relation:
    """Another field of the name."""
    rest = draw(field_texts()).partition(":")[2]
    try:
        return parse_field(f"{name}:{rest}" if rest else name)
    except UsageError:
        return Field(name)


def _with(resource: Resource, field: Field | Relation) -> Resource:
    changed = replace(resource, fields=(*resource.fields, field))
    try:
        check_resource(changed)
    except UsageError:
        return resource
    return changed


def make(connection: Connection, accent: str, resource: Resource, app: AppProfile) -> None:
    """The tables of a resource, and of all that it may refer to."""
    for model in app.orm.models:
        connection.execute(text(f'CREATE TABLE "{model.table}" (id INTEGER PRIMARY KEY)'))
        connection.execute(text(f'INSERT INTO "{model.table}" (id) VALUES (1)'))
    run(connection, accent, render_migration((resource,), app, NOW)[1], "upgrade")


def put_row(connection: Connection, resource: Resource, app: AppProfile) -> None:
    """One row, with all that may be null."""
    state = table_state(resource, {}, app)
    key = 1 if resource.id == "int" else uuid.uuid4()
    known = {"sa": sa, "number": 0, "uuid4": uuid.uuid4, "UUID": uuid.UUID, "Decimal": Decimal}
    known |= {name: getattr(datetime, name) for name in ("datetime", "date", "time")}
    known |= {"timedelta": datetime.timedelta, "timezone": datetime.timezone}
    columns = [sa.column("id", eval(state.key, known))]
    values: dict[str, Any] = {"id": key}
    for column in state.columns.values():
        columns.append(sa.column(column.name, eval(column.type, known)))
        own = column.refers is not None and column.refers[0] == state.name
        values[column.name] = (
            key if own else eval(filler(column, state.name).text.format(rows=""), known)
        )
    connection.execute(sa.table(state.name, *columns).insert().values(values))


def can_have_rows(evolution: Evolution) -> bool:
    return not evolution.unfilled and not any(
        "stop" in one for one in (*evolution.notices, *evolution.losses)
    )


@pytest.mark.parametrize("accent", ["plain", "convention"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@given(pair=evolutions())
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_change(
    database: str, accent: str, request: pytest.FixtureRequest, pair: tuple[Resource, Resource]
) -> None:
    old, new = pair
    both = replace(old, fields=(*old.fields, *new.fields))
    app = app_for(both, accent)
    app = replace(app, orm=replace(app.orm, base=app_of(accent).orm.base))
    tables = {one.table for one in app.orm.models} | {old.table or old.name.many}
    assume(len(tables) == len(app.orm.models) + 1)
    engine = None if database == "sqlite" else request.getfixturevalue("postgres")
    names = accent == "convention" or engine is not None
    try:
        evolution = evolve([pair], app)
    except UsageError as error:
        assert "still there" in str(error)
        return
    made = []
    for one in pair:
        with empty(engine) as connection:
            make(connection, accent, one, app)
            made.append(structure(connection, names=names))
    had, wanted = made
    if not evolution.operations:
        assert had == wanted
        return
    revision = render_evolution(evolution, app, NOW)[1]
    with empty(engine) as connection:
        make(connection, accent, old, app)
        if can_have_rows(evolution):
            put_row(connection, old, app)
        run(connection, accent, revision, "upgrade")
        assert structure(connection, names=names) == wanted, revision
        run(connection, accent, revision, "downgrade")
        assert structure(connection, names=names) == had, revision
        run(connection, accent, revision, "upgrade")
        assert structure(connection, names=names) == wanted, revision
