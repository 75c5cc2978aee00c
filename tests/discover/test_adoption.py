"""Hand-written models as resources: what a spec can say of them, and what is told instead."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from fastarch.discover.adoption import Adoption, Other, Seen, adopt_table
from fastarch.discover.checks import Check, read_check
from fastarch.discover.default_values import Value, sql_default
from fastarch.discover.index import ModuleIndex
from fastarch.discover.model_table import model_table
from fastarch.discover.models import survey
from fastarch.errors import NotUnderstoodError
from fastarch.spec.dump import dump, short_form
from fastarch.spec.names import Name, target_name
from fastarch.spec.read import read_text
from tests.discover.apps import write

SQLALCHEMY = """
import enum
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, NewType, Optional, Union

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY, BigInteger, CheckConstraint, Column, Computed, DateTime, Enum, ForeignKey,
    ForeignKeyConstraint, Index, Integer, JSON, LargeBinary, Numeric, SmallInteger, String, Table,
    Text, UniqueConstraint, func, text,
)
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql import JSONB, UUID as PGUUID
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import DeclarativeBase, Mapped, backref, deferred, mapped_column, relationship
from sqlalchemy.types import TypeDecorator
from sqlalchemy_utils import EmailType

LENGTH = 77
LATER = timedelta(days=7)
str50 = Annotated[str, mapped_column(String(50))]
Words = ("x", "y")

class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), bytes: LargeBinary(64)}

class Lower(TypeDecorator):
    impl = String

class GUID(TypeDecorator):
    impl = sa.CHAR

class Role(str, enum.Enum):
    ADMIN = "admin"
    USER = "user"

class Plain(enum.StrEnum):
    red = enum.auto()

class Level(enum.IntEnum):
    A = 1

Kept = NewType("Kept", int)
Name = Annotated[str, "what it is called"]

class Between(Base):
    __tablename__ = "betweens"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("others.id", ondelete="RESTRICT"), primary_key=True)

def utcnow():
    return datetime.now(UTC).replace(microsecond=0)

def token():
    return "x" * 3

class Other(Base):
    __tablename__ = "others"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    mail: Mapped[str] = mapped_column(unique=True)

links = Table("links", Base.metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", ForeignKey("others.id", ondelete="CASCADE"), primary_key=True))
"""
SQLMODEL = """
import enum
import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Optional

from pydantic import EmailStr
from sqlalchemy import JSON, Column, DateTime, ForeignKey, String
from sqlmodel import AutoString, Field, Relationship, SQLModel

class Role(str, enum.Enum):
    admin = "admin"

class Link(SQLModel, table=True):
    __tablename__ = "links"
    user_id: int = Field(foreign_key="users.id", primary_key=True)
    other_id: int = Field(foreign_key="others.id", primary_key=True, ondelete="CASCADE")

class Other(SQLModel, table=True):
    __tablename__ = "others"
    id: int | None = Field(default=None, primary_key=True)
"""
KEY = "id: Mapped[int] = mapped_column(primary_key=True)"


def adopt(
    root: Path,
    body: str,
    *,
    head: str = SQLALCHEMY,
    bases: str = "Base",
    rest: str = "",
    key: str = KEY,
    seen: Seen | None = None,
) -> Adoption:
    """The resource of a class ``User`` with that body."""
    table = '__tablename__ = "users"'
    lines = indent(dedent("\n".join([table, key, dedent(body)])), "    ")
    write(root, {"models.py": f"{head}\n{rest}\nclass User({bases}):\n{lines}\n"})
    index = ModuleIndex(root, root)
    found = survey(index, [index.at("models.py")])
    entity = next(one for one in found.entities if one.definition.name == "User")
    facts = model_table(index, entity, found.orm.models)
    models = {model.table: model for model in found.orm.models}

    def other(name: str) -> Other | None:
        model = models.get(name)
        if model is None:
            return Other(target_name(name), known=False)
        return Other(target_name(name), model.id_name, model.id_type)

    adoption = adopt_table(facts, Name("user", "users"), other, seen or Seen())
    assert read_text(dump(adoption.resource)) == (adoption.resource,)
    return adoption


def forms(adoption: Adoption) -> dict[str, str]:
    """The fields in their short form."""
    return {field.name: short_form(field) for field in adoption.resource.fields}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # types
        ("f: Mapped[str] = mapped_column(String(120))", "str=120"),
        ("f: Mapped[str] = mapped_column(String(length=LENGTH))", "str=77"),
        ("f: Mapped[str] = mapped_column(String(255))", "str"),
        ("f: Mapped[str]", "text"),
        ("f: Mapped[str] = mapped_column(sa.String)", "text"),
        ("f: Mapped[str50]", "str=50"),
        ("f: Mapped[str] = mapped_column(Text())", "text"),
        ("f: Mapped[str] = mapped_column(Lower(30))", "str=30"),
        ("f: Mapped[str] = mapped_column('other', String(30), nullable=True)", "str=30:null"),
        ("f = Column(String(9), nullable=False)", "str=9"),
        ("f = Column(String(9))", "str=9:null"),
        ("f: Mapped[str] = mapped_column(EmailType)", "email"),
        ("f: Mapped[int]", "int"),
        ("f: Mapped['int']", "int"),
        ("f: Mapped[int] = mapped_column(BigInteger)", "bigint"),
        ("f: Mapped[float]", "float"),
        ("f: Mapped[Decimal] = mapped_column(Numeric(10, 2))", "decimal=10,2"),
        ("f: Mapped[Decimal] = mapped_column(Numeric(precision=10, scale=3))", "decimal=10,3"),
        ("f: Mapped[Decimal] = mapped_column(Numeric(10))", "decimal=10,0"),
        ("f: Mapped[bool]", "bool"),
        ("f: Mapped[date]", "date"),
        ("f: Mapped[time]", "time"),
        ("f: Mapped[datetime]", "datetime"),
        ("f: Mapped[bytes]", "bytes:max=64"),
        ("f: Mapped[uuid.UUID]", "uuid"),
        ("f = Column(PGUUID(as_uuid=True), nullable=False)", "uuid"),
        ("f: Mapped[GUID] = mapped_column(GUID)", "uuid"),
        ("f: Mapped[uuid.UUID] = mapped_column(String(36))", "uuid"),
        ("f: Mapped[dict[str, Any]] = mapped_column(JSONB)", "json"),
        ("f: Mapped[dict] = mapped_column(MutableDict.as_mutable(JSON))", "json"),
        ("f: Mapped[Any] = mapped_column(JSON().with_variant(JSONB, 'x'), nullable=False)", "json"),
        ("f: Mapped[list[int]] = mapped_column(JSON)", "list=int"),
        ("f: Mapped[list[str]] = mapped_column(ARRAY(String(20)))", "list=str=20"),
        ("f: Mapped[Role]", "enum=admin,user"),
        ("f: Mapped[Plain]", "enum=red"),
        ("f: Mapped[Role] = mapped_column(String(10))", "enum=admin,user"),
        ("f: Mapped[Literal['p', 'q']]", "enum=p,q"),
        ("f = Column(Enum('x', 'y', name='f'), nullable=False)", "enum=x,y"),
        ("f = Column(Enum(*Words), nullable=False)", "enum=x,y"),
        ("f = Column(pg.ENUM(Role, name='f'), nullable=False)", "enum=admin,user"),
        ("f: Mapped[str] = deferred(mapped_column(String(9)))", "str=9"),
        ("f = Column(ARRAY(Enum(Role, name='r')), nullable=False)", "list=enum=admin,user"),
        # null
        ("f: Mapped[int | None]", "int:null"),
        ("f: Mapped[Optional[int]]", "int:null"),
        ("f: Mapped[Union[int, None]]", "int:null"),
        ("f: Mapped['int | None']", "int:null"),
        ("f: Mapped[int | None] = mapped_column(nullable=False)", "int"),
        ("f: Mapped[int] = mapped_column(nullable=True)", "int:null"),
        # keys
        ("f: Mapped[int] = mapped_column(unique=True)", "int:unique"),
        ("f: Mapped[int] = mapped_column(index=True)", "int:index"),
        ("f: Mapped[int] = mapped_column(unique=True, index=True)", "int:unique"),
        ("f: Mapped[int]\n__table_args__ = (UniqueConstraint('f'),)", "int:unique"),
        ("f: Mapped[int]\n__table_args__ = (Index('ix', 'f'),)", "int:index"),
        # defaults
        ("f: Mapped[int] = mapped_column(default=-3)", "int:default=-3"),
        ("f: Mapped[int] = mapped_column(default=LENGTH)", "int:default=77"),
        ("f: Mapped[bool] = mapped_column(default=True)", "bool:default=true"),
        ("f: Mapped[bool] = mapped_column(server_default='t')", "bool:server_default=true"),
        ("f: Mapped[bool] = mapped_column(server_default=sa.false())", "bool:server_default=false"),
        ("f: Mapped[bool] = mapped_column(server_default=text('1'))", "bool:server_default=true"),
        ("f: Mapped[str] = mapped_column(server_default=text(\"'a b'\"))", "text:server_default=a b"),
        ("f: Mapped[str] = mapped_column(default='now')", "text:default=now"),
        ("f: Mapped[Role] = mapped_column(default=Role.USER)", "enum=admin,user:default=user"),
        ("f: Mapped[Role] = mapped_column(default=Role.USER.value)", "enum=admin,user:default=user"),
        ("f: Mapped[datetime] = mapped_column(default=datetime.utcnow)", "datetime:default=now"),
        ("f: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))", "datetime:default=now"),
        ("f: Mapped[datetime] = mapped_column(default=utcnow)", "datetime:default=now"),
        ("f: Mapped[datetime] = mapped_column(server_default=func.now())", "datetime:server_default=now"),
        ("f: Mapped[datetime] = mapped_column(server_default=text('CURRENT_TIMESTAMP'))", "datetime:server_default=now"),
        ("f: Mapped[date] = mapped_column(default=date.today)", "date:default=today"),
        ("f: Mapped[date] = mapped_column(default=lambda: utcnow().date())", "date:default=today"),
        ("f: Mapped[date] = mapped_column(default=date(2026, 1, 31))", "date:default=2026-01-31"),
        ("f: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)", "uuid:default=uuid4"),
        ("f: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal('0.5'))", "decimal=5,2:default=0.5"),
        ("f: Mapped[dict] = mapped_column(JSON, default=dict)", "json:default={}"),
        ("f: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default='{}')", "list=text:server_default=[]"),
        ("f: Mapped[int | None] = mapped_column(default=None)", "int:null"),
        # what is said beside it
        ("f: Mapped[int] = mapped_column(comment='how  many')", "int:doc=how many"),
        ("f: Mapped[int]\n__table_args__ = (CheckConstraint('f >= 0 AND f < 9'),)", "int:ge=0:lt=9"),
        ("f: Mapped[int] = mapped_column(CheckConstraint('f > 0'))", "int:gt=0"),
        ("f: Mapped[str]\n__table_args__ = (CheckConstraint(\"f IN ('a', 'b')\"),)", "enum=a,b"),
        # references
        ("f_id: Mapped[int] = mapped_column(ForeignKey('others.id'))", "ref=others:index=false"),
        ("f_id = Column(ForeignKey('others.id', ondelete='CASCADE'), index=True)", "ref=others:null:on=cascade"),
        ("f_id: Mapped[int | None] = mapped_column(ForeignKey(Other.id, ondelete='SET NULL'))", "ref=others:null:index=false:on=set_null"),
        ("f_id: Mapped[int] = mapped_column(ForeignKey('auth.others.id'), unique=True)", "ref=others:unique"),
        ("f_id: Mapped[int]\n__table_args__ = (ForeignKeyConstraint(['f_id'], ['others.id'], ondelete='cascade'),)", "ref=others:index=false:on=cascade"),
        ("f_id: Mapped[int] = mapped_column(ForeignKey('others.id'))\nf: Mapped['Other'] = relationship(back_populates='us')", "ref=others:index=false:back=us"),
        ("f_id: Mapped[int] = mapped_column(ForeignKey('others.id'))\nf = relationship(Other, backref=backref('us'))", "ref=others:index=false:back=us"),
        ("f: Mapped[list['Other']] = relationship(secondary=links, back_populates='us')", "m2m=others:back=us:via=links"),
        ("f = relationship('Other', secondary='links')", "m2m=others:via=links"),
        ("f = relationship('Other', secondary=lambda: links)", "m2m=others:via=links"),
        ("f = relationship('Other', links)", "m2m=others:via=links"),
        ("f = relationship(lambda: Other, secondary='Between')", "m2m=others:on=restrict:via=betweens"),
        ("f = relationship(argument='Other', secondary=Between.__table__)", "m2m=others:on=restrict:via=betweens"),
        ("f: Mapped[list[Other]] = relationship(secondary='betweens', backref='us')", "m2m=others:on=restrict:back=us:via=betweens"),
        ("f: Mapped[list[Other]] = relationship(secondary='somewhere')", "m2m=others:on=restrict:via=somewhere"),
        # constraints of other forms
        ("f: Mapped[int]\n__table_args__ = (UniqueConstraint('f'),) + ({'mysql_engine': 'InnoDB'},)", "int:unique"),
        ("f: Mapped[int]\n@declared_attr.directive\ndef __table_args__(cls):\n    return (Index('i', 'f'),)", "int:index"),
        ("f: Mapped[int]\n__table_args__: tuple = (sa.PrimaryKeyConstraint('id'), Index('i', 'f'), *())", "int:index"),
        ("f: Mapped[int]\n__table_args__ = (CheckConstraint(text('f > 1')),)", "int:gt=1"),
        ("f: Mapped[int] = mapped_column(CheckConstraint(1 <= f))", "int:ge=1"),
        ("f: Mapped[Kept]", "int"),
        ("f: Mapped[Name]", "text"),
        ("f: Mapped[int] = mapped_column(default=Decimal(3))", "int:default=3"),
        ("f: Mapped[dict] = mapped_column(JSON, default=lambda: {'a': 1})", "json:default={a: 1}"),
        ("f: Mapped[datetime] = mapped_column(default=datetime(2026, 1, 31, tzinfo=UTC))", "datetime:default=2026-01-31T00:00:00+00:00"),
        ("f: Mapped[date] = mapped_column(server_default=func.current_date())", "date:server_default=today"),
        ("f: Mapped[datetime] = mapped_column(server_default='now()')", "datetime:server_default=now"),
    ],
)  # fmt: skip
def test_a_column_of_sqlalchemy(tmp_path: Path, line: str, expected: str) -> None:
    found = forms(adopt(tmp_path, line))

    assert found["f"].replace('"', "") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("f: str = Field(max_length=120)", "str=120"),
        ("f: str", "text"),
        ("f: str = 'x'", "text:default=x"),
        ("f: str | None = None", "text:null"),
        ("f: Optional[int] = Field(default=None, index=True)", "int:null:index"),
        ("f: int = Field(default=3, ge=0, le=9)", "int:default=3:ge=0:le=9"),
        ("f: int = Field(3)", "int:default=3"),
        ("f: str = Field(max_length=9, min_length=2, regex='^a')", "str=9:min=2:re=^a"),
        ("f: EmailStr = Field(unique=True, max_length=255)", "email:unique:max=255"),
        ("f: EmailStr = Field(sa_type=AutoString)", "email"),
        ("f: Decimal = Field(max_digits=9, decimal_places=2)", "decimal=9,2"),
        ("f: Role = Role.admin", "enum=admin:default=admin"),
        ("f: uuid.UUID = Field(default_factory=uuid.uuid4)", "uuid:default=uuid4"),
        ("f: datetime = Field(sa_type=DateTime(timezone=True))", "datetime"),
        ("f: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))", "list=text:default=[]"),
        ("f: str = Field(sa_column=Column('g', String(9)))", "str=9:null"),
        ("f: str = Field(sa_column_kwargs={'server_default': 'x', 'comment': 'why'})", "text:server_default=x:doc=why"),
        ("f: str = Field(description='what')", "text:doc=what"),
        ("f_id: int = Field(foreign_key='others.id', ondelete='CASCADE', index=True)", "ref=others:on=cascade"),
        ("f_id: int | None = Field(default=None, sa_column_args=(ForeignKey('others.id'),))", "ref=others:null:index=false"),
        ("f_id: int = Field(foreign_key='others.id')\nf: 'Other' = Relationship(back_populates='us')", "ref=others:index=false:back=us"),
        ("f: list['Other'] = Relationship(link_model=Link, back_populates='us')", "m2m=others:back=us:via=links"),
    ],
)  # fmt: skip
def test_a_column_of_sqlmodel(tmp_path: Path, line: str, expected: str) -> None:
    key = "id: int | None = Field(default=None, primary_key=True)"
    found = forms(adopt(tmp_path, line, head=SQLMODEL, bases="SQLModel, table=True", key=key))

    assert found["f"].replace('"', "") == expected


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("f = Column(Geometry('POINT'))", "has the type Geometry('POINT'), which a spec cannot say; it is left out (models.py:"),
        ("f: Mapped[timedelta]", "has the type timedelta"),
        ("f: Mapped[Level]", "has the type Level"),
        ("f = Column(ARRAY(Integer, dimensions=2))", "has the type ARRAY"),
        ("f: Mapped[Decimal]", "any number of digits"),
        ("f: Mapped[int] = mapped_column(SmallInteger)", "is smaller than"),
        ("f: Mapped[datetime] = mapped_column(DateTime)", "has no time zone"),
        ("f: Mapped[Role]", "by its members' names (ADMIN, USER)"),
        ("f: Mapped[str] = mapped_column(default=token)", "has the default token, which a spec cannot say"),
        ("f: Mapped[datetime] = mapped_column(default=lambda: utcnow() + LATER)", "has the default"),
        ("f: Mapped[str] = mapped_column(default=lambda: str(uuid.uuid4()))", "has the default"),
        ("f: Mapped[str] = mapped_column(default=uuid.uuid4)", "has the default uuid.uuid4"),
        ("f: Mapped[datetime] = mapped_column(default=datetime.now())", "has the default"),
        ("f: Mapped[uuid.UUID] = mapped_column(server_default=text('gen_random_uuid()'))", "has the server default"),
        ("f: Mapped[int] = mapped_column(onupdate=token)", "by every update"),
        ("f: Mapped[str] = mapped_column(Computed('1'))", "is computed by the database"),
        ("f: Mapped[str] = mapped_column('g')", "is called `g`"),
        ("fooBar: Mapped[str]", "not in snake_case"),
        ("schema: Mapped[str]", "hide an attribute"),
        ("f = deferred(Column(Text))", "is written as deferred(…)"),
        ("parent: Mapped[int] = mapped_column(ForeignKey('others.id'))", "ends in `_id`; it is kept as a plain field"),
        ("class_id: Mapped[int] = mapped_column(ForeignKey('others.id'))", "keyword of Python; it is kept"),
        ("f_id: Mapped[str] = mapped_column(ForeignKey('others.mail'))", "by its `mail`, which is not its key"),
        ("f: Mapped[int]\nf_id: Mapped[int] = mapped_column(ForeignKey('others.id'))", "`f` is a column too"),
        ("f_id: Mapped[int] = mapped_column(ForeignKey('elsewhere.id'))", "of which the app has no model"),
        ("f_id: Mapped[int] = mapped_column(ForeignKey('others.id', ondelete='SET NULL'))", "of a column that is required"),
        ("f_id: Mapped[int] = mapped_column(ForeignKey('others.id', ondelete='SET DEFAULT'))", "has ON DELETE SET DEFAULT"),
        ("f_id: Mapped[int] = mapped_column(ForeignKey('others.id'), default=1)", "has the default 1"),
        ("f_id: Mapped[int] = mapped_column(ForeignKey('others.id'))\ng: Mapped['Other'] = relationship()", "is called `g`; a spec calls it `f`"),
        ("f = relationship('Other', secondary=nowhere)", "goes through a table that was not found"),
        ("__table_args__ = {'schema': 'auth'}", "cannot say the schema 'auth'"),
        ("__table_args__ = (Index('i', func.lower('f')),)", "cannot say Index("),
        ("f: Mapped[int]\n__table_args__ = (Index('i', 'f', postgresql_where=text('f > 3')),)", "cannot say Index("),
        ("__table_args__ = (CheckConstraint('length(f) > 3'),)", "cannot say the check `length(f) > 3`"),
        ("f: Mapped[dict] = mapped_column(JSON)\ng: Mapped[int]\n__table_args__ = (Index('i', 'f', 'g'),)", "cannot say an index over f, g"),
        ("__table_args__ = (pg.ExcludeConstraint(('f', '=')),)", "cannot say pg.ExcludeConstraint"),
        ("__table_args__ = (UniqueConstraint(func.lower('f')),)", "cannot say UniqueConstraint"),
        ("__table_args__ = (CheckConstraint(func.length('f') > 3, 'x'),)", "cannot say the check"),
        ("f: Mapped[int] = mapped_column(CheckConstraint(sa.and_(1, 2)))", "cannot say CheckConstraint"),
        ("f: Mapped[dict | list]  = mapped_column()", "which a spec cannot say"),
        ("f: Mapped[datetime] = mapped_column(default=datetime(2026, 1, 31, tzinfo=elsewhere))", "has the default"),
        ("f: Mapped[list[str]] = mapped_column(default=[utcnow()])", "has the type list[str]"),
        ("f_id: Mapped[int] = mapped_column(ForeignKey(somewhere))", "refers to another table"),
        ("__table_args__ = (ForeignKeyConstraint(['a', 'b'], ['x.a', 'x.b']),)", "cannot say ForeignKeyConstraint"),
    ],
)  # fmt: skip
def test_what_a_spec_cannot_say_is_told_with_its_place(
    tmp_path: Path, line: str, told: str
) -> None:
    notices = adopt(tmp_path, line).notices

    assert any(told in notice and "models.py:" in notice for notice in notices), notices


def test_what_several_columns_have_in_common_is_told_once(tmp_path: Path) -> None:
    body = "a: Mapped[datetime] = mapped_column(DateTime)\nb: Mapped[datetime] = mapped_column(DateTime)"

    (notice,) = adopt(tmp_path, body).notices
    assert notice.startswith("Of the columns `a`, `b`, each has no time zone")


def test_several_references_to_one_table(tmp_path: Path) -> None:
    body = """
        author_id: Mapped[int] = mapped_column(ForeignKey("others.id"))
        editor_id: Mapped[int] = mapped_column(ForeignKey("others.id"))
        author: Mapped["Other"] = relationship(foreign_keys=[author_id], back_populates="written")
        editor: Mapped["Other"] = relationship(foreign_keys="User.editor_id", back_populates="edited")
    """
    assert forms(adopt(tmp_path, body)) == {
        "author": "ref=others:index=false:back=written",
        "editor": "ref=others:index=false:back=edited",
    }


def test_a_reference_to_itself_keeps_its_sides_apart(tmp_path: Path) -> None:
    body = """
        parent_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
        parent: Mapped["User"] = relationship(remote_side="User.id", back_populates="children")
        children: Mapped[list["User"]] = relationship(back_populates="parent")
    """
    assert forms(adopt(tmp_path, body)) == {"parent": "ref=users:null:back=children"}


def test_a_many_to_many_of_another_spec_is_left_to_it(tmp_path: Path) -> None:
    body = "f: Mapped[list['Other']] = relationship(secondary=links)"

    assert forms(adopt(tmp_path, body, seen=Seen(taken={"links"}))) == {}


def test_indexes_over_several_columns(tmp_path: Path) -> None:
    body = """
        a: Mapped[int]
        b: Mapped[int] = mapped_column("bee")
        f_id: Mapped[int] = mapped_column(ForeignKey("others.id"))
        __table_args__ = (
            UniqueConstraint("a", "f_id", name="uq_mine"),
            Index("ix_users_a_bee", "a", "bee"),
            {"comment": "Who may sign in"},
        )
    """
    rest = 'Index("late", "no")'
    found = adopt(tmp_path, body, rest=rest).resource
    assert dump(found).partition("indexes:")[2] == (
        "\n  - {fields: [a, f], unique: true, name: uq_mine}\n  - {fields: [a, b]}\n"
    )
    assert found.doc == "Who may sign in"


def test_an_index_after_the_class(tmp_path: Path) -> None:
    write(tmp_path, {})
    adopt(tmp_path, "a: Mapped[int]\nb: Mapped[int]")
    path = tmp_path / "models.py"
    path.write_text(path.read_text() + "Index('late', User.a, User.b, unique=True)\n")
    index = ModuleIndex(tmp_path, tmp_path)
    found = survey(index, [index.at("models.py")])
    entity = next(one for one in found.entities if one.definition.name == "User")
    (late,) = model_table(index, entity, found.orm.models).indexes
    assert (late.columns, late.unique, late.name) == (("a", "b"), True, "late")


@pytest.mark.parametrize(
    ("mixin", "timestamps", "soft_delete", "fields"),
    [
        ("created_at: Mapped[datetime]\n    updated_at: Mapped[datetime]", True, False, []),
        ("created_at: Mapped[datetime]", False, False, ["created_at"]),
        ("created_at: Mapped[int]\n    updated_at: Mapped[int]", False, False, ["created_at", "updated_at"]),
        ("deleted_at: Mapped[datetime | None]", False, True, []),
        ("deleted_at: Mapped[datetime]", False, False, ["deleted_at"]),
        ("is_deleted: Mapped[bool]", False, False, ["is_deleted"]),
    ],
)  # fmt: skip
def test_timestamps_and_soft_delete_of_a_mixin(
    tmp_path: Path, mixin: str, timestamps: bool, soft_delete: bool, fields: list[str]
) -> None:
    rest = f"class Mixin:\n    {mixin}\n"
    found = adopt(tmp_path, "", bases="Mixin, Base", rest=rest).resource

    assert (found.timestamps, found.soft_delete) == (timestamps, soft_delete)
    assert [field.name for field in found.fields] == fields


@pytest.mark.parametrize(
    ("key", "id_name", "id_type"),
    [
        (KEY, "id", "int"),
        ("id: Mapped[int] = mapped_column(BigInteger, primary_key=True)", "id", "int"),
        ("id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)", "id", "uuid"),
        ("id = Column(String(36), primary_key=True)", "id", None),
        ("user_id: Mapped[int] = mapped_column(primary_key=True)", "user_id", "int"),
        ("id: Mapped[int] = mapped_column(ForeignKey('others.id'), primary_key=True)", "id", "int"),
        ("id: Mapped[int] = mapped_column(primary_key=True, unique=True)\nuid: Mapped[uuid.UUID] = mapped_column(primary_key=True)", "id", "int"),
    ],
)  # fmt: skip
def test_keys(tmp_path: Path, key: str, id_name: str, id_type: str | None) -> None:
    found = adopt(tmp_path, "", key=key)

    assert (found.id_name, found.resource.id) == (id_name, id_type)
    told = "\n".join(found.notices)
    assert (id_name != "id") == ("a spec knows it as `id`" in told)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("a: Mapped[int] = mapped_column(primary_key=True)\nb: Mapped[int] = mapped_column(primary_key=True)", "several columns (a, b)"),
        ("a: Mapped[int]", "has no primary key"),
        ("id: Mapped[date] = mapped_column(primary_key=True)", "has date: an id is an int"),
    ],
)  # fmt: skip
def test_keys_that_no_resource_has(tmp_path: Path, key: str, told: str) -> None:
    with pytest.raises(NotUnderstoodError) as error:
        adopt(tmp_path, "", key=key)

    (problem,) = error.value.problems
    assert told in problem.message
    assert problem.file == "models.py"


def test_a_table_that_is_written_apart(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstoodError, match="stand in a Table"):
        adopt(tmp_path, "", key="__table__ = Table('users', Base.metadata, Column('id', Integer))")


def test_a_model_that_shares_its_parents_table(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstoodError, match="inherits from the model Other"):
        adopt(tmp_path, "", bases="Other")


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ('"""A user."""', None),
        ('"""User model."""', None),
        ('"""Users of the shop.\n\nMore."""', "Users of the shop."),
        ("", None),
    ],
)
def test_docstrings_that_tell_something(tmp_path: Path, doc: str, expected: str | None) -> None:
    write(tmp_path, {"models.py": ""})
    text = f"{SQLALCHEMY}\nclass User(Base):\n" + indent(
        f'{doc}\n__tablename__ = "users"\n{KEY}\n', "    "
    )
    (tmp_path / "models.py").write_text(text)
    index = ModuleIndex(tmp_path, tmp_path)
    found = survey(index, [index.at("models.py")])
    entity = next(one for one in found.entities if one.definition.name == "User")
    facts = model_table(index, entity, found.orm.models)
    adoption = adopt_table(facts, Name("user", "users"), lambda _table: None, Seen())
    assert adoption.resource.doc == expected


@pytest.mark.parametrize(
    ("line", "shown", "expected"),
    [
        ("password_hash: Mapped[str | None]", False, "text:null:hidden"),
        ("hashed_password: Mapped[str]", False, "text:writeonly"),
        ("hashed_password: Mapped[str]", True, "text"),
        ("password_changed: Mapped[bool] = mapped_column(default=False)", False, "bool:hidden:default=false"),
        ("passport: Mapped[str]", False, "text"),
    ],
)  # fmt: skip
def test_what_no_answer_shows_is_hidden(
    tmp_path: Path, line: str, shown: bool, expected: str
) -> None:
    name = line.partition(":")[0]
    seen = Seen(frozenset({name} if shown else ()))

    assert forms(adopt(tmp_path, line, seen=seen)) == {name: expected}


def test_addresses_of_a_schema(tmp_path: Path) -> None:
    seen = Seen(kinds={"mail": "email"})

    found = forms(adopt(tmp_path, "mail: Mapped[str] = mapped_column(String(320))", seen=seen))
    assert found == {"mail": "email"}


def test_dataclass_mapping_and_what_is_no_column(tmp_path: Path) -> None:
    body = """
        name: Mapped[str] = mapped_column(String(9), default="x", init=False)
        counted: ClassVar[int] = 3
        plain = 7

        class Meta:
            ordering = ["id"]

        @property
        def shown(self): ...
    """
    head = SQLALCHEMY.replace("DeclarativeBase,", "DeclarativeBase, MappedAsDataclass,").replace(
        "class Base(DeclarativeBase)", "class Base(MappedAsDataclass, DeclarativeBase)"
    )
    found = adopt(tmp_path, body, head=head)
    assert forms(found) == {"name": "str=9:default=x"}
    assert found.notices == ()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("price >= 0", Check("price", (("ge", "0"),))),
        ("(price >= (0)::numeric)", Check("price", (("ge", "0"),))),
        ("0 < price", Check("price", (("gt", "0"),))),
        ("((a >= 0) AND (a <= 10))", Check("a", (("ge", "0"), ("le", "10")))),
        ("a BETWEEN 1 AND 5", Check("a", (("ge", "1"), ("le", "5")))),
        ('"a" > -1.5e3', Check("a", (("gt", "-1.5e3"),))),
        ("status IN ('a', 'it''s')", Check("status", choices=("a", "it's"))),
        (
            "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            Check("status", choices=("a", "b")),
        ),
        ("a > b", None),
        ("a >= 0 OR a < 5", None),
        ("a >= 0 AND b >= 0", None),
        ("a >= 0 AND a >= 1", None),
        ("length(a) > 3", None),
        ("status IN ('a') OR x", None),
        ("status IN (1, 2)", None),
    ],
)
def test_checks(sql: str, expected: Check | None) -> None:
    assert read_check(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("'draft'::character varying", Value("draft")),
        ("'it''s'", Value("it's")),
        ("((0))", Value("0")),
        ("(0)::numeric", Value("0")),
        ("'{}'::jsonb", Value("{}")),
        ("now()", Value("now", made=True)),
        ("CURRENT_TIMESTAMP", Value("now", made=True)),
        ("timezone('utc'::text, now())", None),
        ("CURRENT_DATE", Value("today", made=True)),
        ("now() + '7 days'::interval", None),
        ("nextval('x_seq'::regclass)", None),
        ("gen_random_uuid()", None),
        ("TRUE", Value("true")),
    ],
)
def test_defaults_of_a_database(sql: str, expected: Value | None) -> None:
    assert sql_default(sql) == expected
