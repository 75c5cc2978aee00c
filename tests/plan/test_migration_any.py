"""Whatever the spec is, its revision is one that both databases are given valid SQL for."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData

from fastarch.discover.database_facts import Model
from fastarch.discover.symbols import Place, Symbol
from fastarch.plan.migration import render_drop, render_migration
from fastarch.spec.resource import Resource
from tests.plan.test_migration import profile
from tests.spec.strategies import resources

NOW = datetime(2026, 11, 23)  # noqa: DTZ001 - Alembic's own dates have no zone
CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
}


def sql(text: str, dialect: str, convention: bool, function: str) -> list[str]:
    names: dict[str, object] = {}
    exec(compile(text, "revision", "exec"), names)
    buffer = io.StringIO()
    metadata = MetaData(naming_convention=CONVENTION) if convention else MetaData()
    context = MigrationContext.configure(
        dialect_name=dialect,
        opts={"as_sql": True, "output_buffer": buffer, "target_metadata": metadata},
    )
    with Operations.context(context):
        names[function]()  # type: ignore[operator]
    # Indexes are made in no particular order.
    return sorted(buffer.getvalue().split(";"))


def app_for(resource: Resource, accent: str):
    """An app that has every model that the resource refers to."""
    app = profile(accent)
    models = tuple(
        Model(
            Symbol(Place("app/models.py", 1), "app.models", target.One),
            target.many,
            "id",
            "int",
        )
        for target in {relation.target for relation in resource.relations}
        if target != resource.name
    )
    return replace(app, orm=replace(app.orm, models=models))


@pytest.mark.parametrize("accent", ["plain", "convention"])
@given(resource=resources(), id_=st.sampled_from(["int", "uuid", None]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_resource(accent: str, resource: Resource, id_) -> None:
    wanted = replace(resource, id=id_)
    app = app_for(wanted, accent)
    _, text = render_migration((wanted,), app, NOW)
    _, drop = render_drop((wanted,), app, NOW)
    for dialect in ("sqlite", "postgresql"):
        created = sql(text, dialect, accent == "convention", "upgrade")
        assert created == sql(drop, dialect, accent == "convention", "downgrade")
        tables = 1 + sum(relation.kind == "m2m" for relation in wanted.relations)
        assert sum("CREATE TABLE" in part for part in created) == tables
        dropped = sql(text, dialect, accent == "convention", "downgrade")
        assert sum("DROP TABLE" in part for part in dropped) == tables
