"""Revisions are run for real: up, compared with the models, down, up again."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, create_engine, inspect, make_url

from fastarch.discover.database_facts import Alembic, Base, Model, Orm, Session
from fastarch.discover.profile import AppProfile, Entry, Formatting, Layout, Style
from fastarch.discover.symbols import Import, Place, Symbol
from fastarch.plan.migration import render_drop, render_migration
from fastarch.plan.render import ROLES, render_resource
from fastarch.plan.steps import Home
from fastarch.plan.support import SUPPORT
from fastarch.plan.targets import resolve
from fastarch.plan.vocabulary import Options, Target, class_name
from fastarch.spec.names import Name
from fastarch.spec.resource import Field, Index, Relation, Resource
from tests.services import postgres_database

NOW = datetime(2026, 11, 23, 17, 5, 9)  # noqa: DTZ001 - Alembic's own dates have no zone
CONVENTION = """{
    "ix": "ix_%(column_0_N_label)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}"""
BASES = {
    "plain": "class Base(DeclarativeBase):\n    pass\n",
    "convention": f"class Base(DeclarativeBase):\n    metadata = MetaData(naming_convention={CONVENTION})\n",
    "columns": "class Base(DeclarativeBase):\n    pass\n",
    "inherits": (
        "class Base(DeclarativeBase):\n"
        "    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)\n"
        "    created_at: Mapped[datetime] = mapped_column(server_default=func.now())\n"
    ),
    "sqlmodel": "",
    "sqlmodel convention": f"SQLModel.metadata = MetaData(naming_convention={CONVENTION})\n",
}
HEAD = """from datetime import datetime
from uuid import UUID, uuid4
from sqlalchemy import MetaData, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import SQLModel
"""
ENV = """from alembic import context

options = context.config.attributes
connection = options["engine"].connect()
with connection:
    context.configure(
        connection=connection,
        target_metadata=options["metadata"],
        compare_type=True,
        compare_server_default=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
"""
INHERITED = (
    ("id", 'sa.Column("id", sa.Uuid(), primary_key=True)'),
    (
        "created_at",
        'sa.Column("created_at", sa.DateTime(), nullable=False, server_default=sa.func.now())',
    ),
)

EVERYTHING = Resource(
    Name("product", "products"),
    (
        Field("name", max_length=120, search=True, sort=True),
        Field("sku", max_length=32, unique=True),
        Field("price", "decimal", precision=12, scale=2, ge="0", filter=True, default="0.10"),
        Field("status", "enum", choices=("draft", "live"), default="draft", filter=True),
        Field("note", "text", null=True),
        Field("active", "bool", server_default="true"),
        Field("stock", "int", ge="0", lt="1000000", server_default="5"),
        Field("views", "bigint", index=True),
        Field("weight", "float", null=True),
        Field("day", "date"),
        Field("hour", "time", null=True),
        Field("at", "datetime", index=True),
        Field("token", "uuid", unique=True),
        Field("data", "json"),
        Field("blob", "bytes", null=True),
        Field("mail", "email", unique=True, null=True),
        Field("home", "url"),
        Field("tags", "list", item=Field("")),
        Field("label", server_default="none"),
        Relation("owner", "ref", Name("owner", "owners"), on_delete="restrict"),
        Relation("parent", "ref", Name("product", "products"), null=True, on_delete="set_null"),
        Relation("badge", "ref", Name("badge", "badges"), unique=True, on_delete="cascade"),
        Relation("labels", "m2m", Name("badge", "badges")),
        Relation("friends", "m2m", Name("product", "products")),
    ),
    indexes=(Index(("status", "price")), Index(("name", "owner"), unique=True)),
    id="int",
    timestamps=True,
    soft_delete=True,
)
OWNER = Resource(Name("owner", "owners"), (Field("name"),), id="uuid", timestamps=False)
BADGE = Resource(Name("badge", "badges"), (Field("text"),), id="int", timestamps=False)


def profile(accent: str = "convention", **alembic: object) -> AppProfile:
    sqlmodel = accent.startswith("sqlmodel")
    at = Place("app/base.py", 1)
    base = Base(
        Symbol(at, "sqlmodel" if sqlmodel else "app_base", "SQLModel" if sqlmodel else "Base"),
        naming_convention="convention" in accent,
        tablename=False,
    )
    if accent == "inherits":
        base = replace(base, provides=("id", "created_at"), id_type="uuid", columns=INHERITED)
    symbol = Symbol(at, "app_base", "get_session")
    return AppProfile(
        root=".",
        import_root=".",
        package="app",
        python=">=3.11",
        versions={},
        entries=(),
        entry=Entry(at, "app.main", "app", "instance"),
        router_site=None,
        orm=Orm(
            "sqlmodel" if sqlmodel else "sqlalchemy",
            base=base,
            columns="column" if accent == "columns" else "mapped_column",
        ),
        session=Session(symbol, symbol, "depends", Import("sqlalchemy.orm", "Session")),
        layout=Layout("layered", {}),
        style=Style(),
        formatting=Formatting(),
        id="int",
        settings=None,
        alembic=Alembic(
            Place("migrations/env.py", 1), "migrations/env.py", "migrations/versions", **alembic
        ),
        tests=None,
        auth=None,
        dependencies=None,
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/test.db"
        return
    with postgres_database() as url:
        yield (
            make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        )


def load(name: str, path: Path, text: str) -> object:
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def load_models(
    accent: str, resources: tuple[Resource, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> MetaData:
    """Import the models that the templates make."""
    from sqlmodel import SQLModel

    app = profile(accent)
    if accent.startswith("sqlmodel"):
        monkeypatch.setattr(SQLModel, "metadata", MetaData())
        monkeypatch.setattr(SQLModel._sa_registry, "metadata", SQLModel.metadata)
        SQLModel._sa_registry.dispose()
    base = load("app_base", folder / "app_base.py", HEAD + BASES[accent])
    if accent == "sqlmodel convention":
        monkeypatch.setattr(SQLModel._sa_registry, "metadata", SQLModel.metadata)
    names = {resource.name.many: f"m_{uuid4().hex}" for resource in resources}
    for resource in resources:
        targets = {
            relation.name: Target(
                other.name,
                class_name(other, app),
                names[other.name.many],
                other.name.many,
                id_type=other.id or "int",
                self_reference=other is resource,
                scaffolded=True,
            )
            for relation in resource.relations
            for other in resources
            if other.name == relation.target
        }
        module = names[resource.name.many]
        homes = {role: Home(f"{module}.py", module, shared=False) for role in ROLES}
        shared = f"shared_{module}"
        homes |= {role: Home(f"{shared}.py", shared, shared=True) for role in SUPPORT}
        text = render_resource(resource, app, homes, targets, Options(), ("model",))
        if "column_types" in text:
            load(shared, folder / f"{shared}.py", text["column_types"])
        load(module, folder / f"{module}.py", text["model"])
    return SQLModel.metadata if accent.startswith("sqlmodel") else base.Base.metadata  # type: ignore[attr-defined]


@pytest.mark.parametrize("accent", BASES)
def test_up_check_down_up(
    accent: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = (BADGE, OWNER, EVERYTHING)
    if accent == "inherits":
        resources = tuple(replace(one, id="uuid") for one in resources)
    metadata = load_models(accent, resources, tmp_path, monkeypatch)
    path, text = render_migration(reversed(resources), profile(accent), NOW)
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text)
    (tmp_path / "migrations/env.py").write_text(ENV)
    engine = create_engine(database)
    config = Config()
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    config.attributes.update(engine=engine, metadata=metadata)
    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "-1")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    command.upgrade(config, "head")
    command.check(config)
    migrated = snapshot(engine)
    drop_path, drop = render_drop(resources, profile(accent, heads=(_id(text),)), NOW)
    (tmp_path / drop_path).write_text(drop)
    command.upgrade(config, "head")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    metadata.create_all(engine)
    assert migrated == snapshot(engine)
    metadata.drop_all(engine)
    command.downgrade(config, "-1")
    assert migrated == snapshot(engine)
    engine.dispose()


def test_a_circle(database: str, tmp_path: Path) -> None:
    hen, egg = Name("hen", "hens"), Name("egg", "eggs")
    resources = (
        Resource(hen, (Relation("born", "ref", egg, null=True, on_delete="set_null"),), id="int"),
        Resource(egg, (Relation("layer", "ref", hen, on_delete="cascade"),), id="int"),
    )
    path, text = render_migration(resources, profile(), NOW)
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text)
    (tmp_path / "migrations/env.py").write_text(ENV)
    engine = create_engine(database)
    config = Config()
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    config.attributes.update(engine=engine, metadata=MetaData())
    for _ in range(2):
        command.upgrade(config, "head")
        for table, target in (("hens", "eggs"), ("eggs", "hens")):
            (key,) = inspect(engine).get_foreign_keys(table)
            assert key["referred_table"] == target
        command.downgrade(config, "-1")
        assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def snapshot(engine: Engine) -> dict[str, object]:
    """All that Alembic's own check leaves out as well: names of keys and checks."""
    found = inspect(engine)
    return {
        table: (
            sorted(
                (one["name"], str(one["type"]), one["nullable"], one["default"] or "")
                for one in found.get_columns(table)
            ),
            found.get_pk_constraint(table),
            *(
                sorted(ask(table), key=str)
                for ask in (
                    found.get_foreign_keys,
                    found.get_check_constraints,
                    found.get_unique_constraints,
                    found.get_indexes,
                )
            ),
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def _id(text: str) -> str:
    line = next(line for line in text.splitlines() if line.startswith("revision"))
    return line.split('"')[1]


def test_references_to_a_key_that_the_database_calls_otherwise() -> None:
    app = profile("plain")
    people = Model(Symbol(Place("people.py", 1), "people", "Person"), "people", "pk", "int")
    app = replace(app, orm=replace(app.orm, models=(replace(people, id_column="person_id"),)))
    resource = Resource(
        Name("note", "notes"),
        (
            Relation("owner", "ref", Name("person", "people")),
            Relation("readers", "m2m", Name("person", "people")),
        ),
    )
    homes = {role: Home(f"{role}.py", role, shared=False) for role in ROLES}
    homes |= {role: Home(f"{role}.py", role, shared=True) for role in SUPPORT}
    targets = resolve([resource], app, {"notes": homes})["notes"]
    text = render_resource(resource, app, homes, targets, Options(), ("model", "repository"))
    for code in (text["model"], render_migration([resource], app, NOW)[1]):
        assert code.count('"people.person_id"') == 2
        assert "people.pk" not in code
    # In Python it goes by its own name.
    assert "Person.pk" in text["repository"]


@pytest.mark.parametrize("own", [True, False])
def test_references_to_large_keys(*, own: bool) -> None:
    """A column that refers to a key is as large, also where the base class has the key."""
    app = profile("plain")
    key = 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    people = Model(Symbol(Place("people.py", 1), "people", "Person"), "people", "id", "int")
    assert app.orm.base is not None
    given = () if own else (("id", f'sa.Column("id", {key}, primary_key=True)'),)
    base = replace(app.orm.base, columns=given)
    models = (replace(people, id_sql=key if own else None),)
    app = replace(app, orm=replace(app.orm, models=models, base=base))
    resource = Resource(
        Name("note", "notes"),
        (
            Relation("owner", "ref", Name("person", "people")),
            Relation("readers", "m2m", Name("person", "people")),
        ),
    )
    text = render_migration([resource], app, NOW)[1]
    assert f'"owner_id", {key}, ' in text
    assert f'"person_id", {key}, ' in text
