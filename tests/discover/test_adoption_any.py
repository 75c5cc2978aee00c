"""Whatever the spec is: the model that is made of it is read as the same resource again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fastarch.discover.adoption import Other, Seen, adopt_table
from fastarch.discover.index import ModuleIndex
from fastarch.discover.model_table import model_table
from fastarch.discover.models import survey
from fastarch.discover.profile import AppProfile
from fastarch.plan.own_indexes import is_indexed, table_indexes
from fastarch.plan.relations import association_name
from fastarch.plan.render import render_resource
from fastarch.plan.vocabulary import class_name, table_name
from fastarch.spec.dump import dump
from fastarch.spec.read import read_text
from fastarch.spec.resource import Field, Index, Relation, Resource
from tests.discover.apps import write
from tests.plan.shapes import SHAPES, homes, targets
from tests.plan.test_render import RICH
from tests.spec.strategies import resources

DATABASE = """
    from sqlalchemy import MetaData
    from sqlalchemy.orm import DeclarativeBase

    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention={"ix": "ix_%(column_0_label)s"})
"""
TYPES = """
    from sqlalchemy import DateTime
    from sqlalchemy.types import TypeDecorator

    class UTCDateTime(TypeDecorator):
        impl = DateTime

    def utc_now():
        return datetime.now(timezone.utc)
"""
OTHER = """
    from sqlmodel import Field, SQLModel
    from app.database import Base

    class {One}({base}):
        __tablename__ = "{many}"
        id: {int} = {key}(primary_key=True)
"""


def read(resource: Resource, app: AppProfile, root: Path) -> Resource:
    """Render the model in an app of that shape, and read it again."""
    model = render_resource(resource, app, homes(resource.name), targets(resource, app))["model"]
    sqlmodel = app.orm.kind == "sqlmodel"
    provided = app.orm.base.provides if app.orm.base else ()
    database = DATABASE
    if "id" in provided:
        key = "str" if app.orm.base and app.orm.base.id_type == "str" else "int"
        database += f"        id: Mapped[{key}] = mapped_column(primary_key=True)\n"
    for name in ("created_at", "updated_at"):
        if name in provided:
            database += f"        {name}: Mapped[datetime]\n"
    files = {
        "app/database.py": "from datetime import datetime\nfrom sqlalchemy.orm import Mapped, mapped_column\n"
        + database.replace("\n    ", "\n").lstrip(),
        "app/column_types.py": TYPES,
        f"app/models/{resource.name.one}.py": model,
    }
    words = (
        {"base": "SQLModel, table=True", "int": "int", "key": "Field"}
        if sqlmodel
        else {"base": "Base", "int": "Mapped[int]", "key": "mapped_column"}
    )
    for relation in resource.relations:
        path = f"app/models/{relation.target.one}.py"
        if path not in files:
            files[path] = OTHER.format(One=relation.target.One, many=relation.target.many, **words)
    write(root, files)
    index = ModuleIndex(root, root)
    found = survey(index, [index.at(path) for path in files])
    entity = next(e for e in found.entities if e.definition.name == class_name(resource, app))
    facts = model_table(index, entity, found.orm.models)
    names = {relation.target.many: relation.target for relation in resource.relations}
    names[table_name(resource, app)] = resource.name

    def other(table: str) -> Other:
        return Other(names[table], "id", "int")

    shown = frozenset(column.name for column in facts.columns)
    return replace(adopt_table(facts, resource.name, other, Seen(shown)).resource, doc=None)


def expected(resource: Resource, app: AppProfile) -> Resource:
    """What is left of a resource in its model."""
    provided = app.orm.base.provides if app.orm.base else ()
    fields = [_expected(field, app, resource) for field in resource.fields]
    fields.sort(key=lambda field: isinstance(field, Relation) and field.kind == "m2m")
    given = (app.orm.base.id_type or "int") if app.orm.base and "id" in provided else None
    return replace(
        resource,
        fields=tuple(fields),
        id=(given or resource.id or "int") if given != "str" else None,
        timestamps=bool(resource.timestamps) or "created_at" in provided,
        indexes=tuple(_by_field(index, resource) for index in table_indexes(resource)),
        prefix=None,
        table=table_name(resource, app),
        scope=None,
        doc=None,
    )


def _by_field(index: Index, resource: Resource) -> Index:
    """An index over columns, as a spec says it: by the names of references."""
    names = {relation.column: relation.name for relation in resource.relations}
    return replace(index, fields=tuple(names.get(one, one) for one in index.fields))


def _expected(field: Field | Relation, app: AppProfile, resource: Resource) -> Field | Relation:
    sqlmodel = app.orm.kind == "sqlmodel"
    if isinstance(field, Relation):
        via = field.via
        if via == association_name(table_name(resource, app), replace(field, via=None)):
            via = None
        indexed = field.kind == "ref" and (field.unique or is_indexed(resource, field))
        return replace(
            field, filter=False, sort=False, readonly=False, was=None, doc=None, via=via,
            index=indexed, on_delete="cascade" if field.kind == "m2m" else field.on_delete,
        )  # fmt: skip
    numeric = field.type in ("int", "bigint", "float", "decimal")
    limits = {} if numeric else {"ge": None, "gt": None, "le": None, "lt": None}
    length, kind, item = field.max_length, field.type, field.item
    if kind in ("str", "email", "url"):
        length = length or {"str": 255, "email": 320, "url": 2048}[kind]
        kind = "str"
    if kind not in ("str", "bytes") or kind == "bytes":
        length = length if kind == "str" else None
    if kind == "str" and length == 255:
        length = None
    if item is not None:  # an annotation is all that says it
        plain = {"str": "text", "email": "text", "url": "text", "bigint": "int"}
        item = replace(item, type=plain.get(item.type, item.type), max_length=None)
        if item.type == "decimal":
            item = replace(item, precision=65, scale=30)
    if kind == "list" and app.orm.columns == "column":
        kind, item = "json", None  # a list has no annotation there
    doc = " ".join(field.doc.split()) if field.doc and not sqlmodel else None
    return replace(
        field, type=kind, max_length=length, item=item, min_length=None, pattern=None,
        search=False, filter=False, sort=False, readonly=False, writeonly=False, hidden=False,
        was=None, doc=doc or None,
        index=is_indexed(resource, field), **limits,
    )  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_type_in_every_shape(shape: str, tmp_path: Path) -> None:
    app = SHAPES[shape]
    found = read(RICH, app, tmp_path)

    assert dump(found) == dump(expected(RICH, app))


@settings(max_examples=60)
@given(resource=resources(), shape=st.sampled_from(sorted(SHAPES)))
def test_any_resource(
    resource: Resource, shape: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # A longer name of an index is shortened, for PostgreSQL.
    assume(all(len(index.name or "") <= 63 for index in resource.indexes))
    longest = max((len(one.name) for one in resource.fields if one.sort), default=0)
    assume(longest + len(resource.table or resource.name.many) + len("ix___id_id") <= 63)
    names = {resource.name, *(relation.target for relation in resource.relations)}
    # No app has two such classes, or tables.
    assume(len({name.one for name in names}) == len({name.many for name in names}) == len(names))
    app = SHAPES[shape]
    found = read(resource, app, tmp_path_factory.mktemp("app"))

    assert dump(found) == dump(expected(resource, app))
    assert read_text(dump(found)) == (found,)
