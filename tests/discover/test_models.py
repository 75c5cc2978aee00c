"""The ORM, its base and the models, however they are written."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from fastarch.discover import discover
from fastarch.discover.index import ModuleIndex
from fastarch.discover.models import Survey, id_convention, survey
from fastarch.plan.places import spell
from fastarch.spec.names import Name
from tests.discover.apps import Files, write


def read(root: Path, files: Files) -> Survey:
    write(root, files)
    index = ModuleIndex(root, root)
    return survey(index, [index.at(path) for path in index.files()])


USER = """
    from sqlalchemy import Column, Integer, String
    from base import Base

    class User(Base):
        __tablename__ = "users"
        id = Column(Integer, primary_key=True)
        name = Column(String)
"""


@pytest.mark.parametrize(
    "base",
    [
        "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...",
        "import sqlalchemy.orm as so\nclass Base(so.DeclarativeBase): ...",
        "from sqlalchemy.orm import DeclarativeBaseNoMeta\nclass Base(DeclarativeBaseNoMeta): ...",
        "from sqlalchemy.orm import declarative_base\nBase = declarative_base()",
        "from sqlalchemy.ext.declarative import declarative_base\nBase = declarative_base()",
        "from sqlalchemy.orm import as_declarative\n@as_declarative()\nclass Base: ...",
        "from sqlalchemy.orm import registry\nmapper = registry()\nBase = mapper.generate_base()",
        "from sqlalchemy.orm import registry\nBase = registry().generate_base()",
        "from sqlalchemy.orm import registry\nr = registry()\n@r.as_declarative_base()\nclass Base: ...",
        (
            "from sqlalchemy.ext.asyncio import AsyncAttrs\nfrom sqlalchemy.orm import DeclarativeBase\n"
            "class Base(AsyncAttrs, DeclarativeBase): ..."
        ),
    ],
)
def test_every_way_to_a_base(tmp_path: Path, base: str) -> None:
    found = read(tmp_path, {"base.py": base, "models.py": USER})

    assert found.orm.kind == "sqlalchemy"
    assert found.orm.columns == "column"
    assert found.orm.base is not None
    assert (found.orm.base.symbol.module, found.orm.base.symbol.name) == ("base", "Base")
    (user,) = found.orm.models
    assert (user.symbol.name, user.table, user.id_name, user.id_type) == (
        "User",
        "users",
        "id",
        "int",
    )
    assert user.columns == ("id", "name")


def test_base_through_a_package(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "db/__init__.py": "from .core import Base\nfrom .models.user import User",
            "db/core.py": "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...",
            "db/models/user.py": USER.replace("from base import", "from db import"),
        },
    )
    assert found.orm.base is not None
    assert found.orm.base.symbol.at.file == "db/core.py"


def test_most_models_decide_the_base(tmp_path: Path) -> None:
    """An abstract class with the key, which most models inherit from, is what a new one inherits from."""
    found = read(
        tmp_path,
        {
            "base.py": """
                import uuid
                from datetime import datetime
                from sqlalchemy import MetaData
                from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

                class Base(DeclarativeBase):
                    metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s"})

                class TableBase(Base):
                    __abstract__ = True
                    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
                    created_at: Mapped[datetime] = mapped_column(default=datetime.now)
                    updated_at: Mapped[datetime] = mapped_column(default=datetime.now)
            """,
            "models.py": """
                from sqlalchemy.orm import Mapped, mapped_column
                from base import Base, TableBase

                class User(TableBase):
                    __tablename__ = "users"
                    name: Mapped[str]

                class Team(TableBase):
                    __tablename__ = "teams"
                    name: Mapped[str]

                class Link(Base):
                    __tablename__ = "links"
                    a: Mapped[int] = mapped_column(primary_key=True)
            """,
        },
    )
    base = found.orm.base
    assert base is not None
    assert base.symbol.name == "TableBase"
    assert base.provides == ("id", "created_at", "updated_at")
    assert base.id_type == "uuid"
    assert base.naming_convention
    assert base.convention == (("pk", "pk_%(table_name)s"),)
    assert "2 of 3" in found.orm.why
    assert "Base (base.py)" in found.orm.why
    assert id_convention(found.orm.models) == "uuid"
    assert found.orm.models[0].timestamps


@pytest.mark.parametrize(
    ("where", "convention"),
    [
        ("metadata = MetaData(naming_convention=NAMES)", (("ix", "ix_%(column_0_label)s"),)),
        ("metadata = shared", (("ix", "ix_%(column_0_label)s"),)),
        ("metadata = MetaData(naming_convention={**NAMES})", ()),
        ("metadata = MetaData(naming_convention=make_names())", ()),
        ('metadata = MetaData(naming_convention={"ix": "i", "uq": UNIQUE})', ()),
        ("", None),
    ],
)
def test_a_naming_convention(
    tmp_path: Path, where: str, convention: tuple[tuple[str, str], ...] | None
) -> None:
    found = read(
        tmp_path,
        {
            "names.py": 'NAMES = {"ix": "ix_%(column_0_label)s", "team": lambda _one, _table: "t"}',
            "base.py": f"""
                from names import NAMES
                from sqlalchemy import MetaData
                from sqlalchemy.orm import DeclarativeBase

                shared = MetaData(naming_convention=NAMES)

                class Base(DeclarativeBase):
                    {where or "pass"}
            """,
            "models.py": """
                from base import Base

                class User(Base):
                    __tablename__ = "users"
                    id: Mapped[int] = mapped_column(primary_key=True)
            """,
        },
    )
    base = found.orm.base
    assert base is not None
    assert base.naming_convention == (convention is not None)
    assert base.convention == (convention or ())


def test_a_naming_convention_that_is_set_afterwards(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "models.py": """
                from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

                class Base(DeclarativeBase):
                    pass

                Base.metadata.naming_convention = {"uq": "uq_%(table_name)s"}

                class User(Base):
                    __tablename__ = "users"
                    id: Mapped[int] = mapped_column(primary_key=True)
            """,
        },
    )
    assert found.orm.base is not None
    assert found.orm.base.convention == (("uq", "uq_%(table_name)s"),)


@pytest.mark.parametrize(
    "line",
    [
        'SQLModel.metadata.naming_convention = {"uq": "uq_%(table_name)s"}',
        'SQLModel.metadata = MetaData(naming_convention={"uq": "uq_%(table_name)s"})',
    ],
)
def test_a_naming_convention_of_all_sqlmodels(tmp_path: Path, line: str) -> None:
    found = read(
        tmp_path,
        {
            "names.py": f"""
                from sqlalchemy import MetaData
                from sqlmodel import SQLModel

                {line}
            """,
            "models.py": """
                from sqlmodel import Field, SQLModel

                class User(SQLModel, table=True):
                    id: int | None = Field(default=None, primary_key=True)
            """,
        },
    )
    assert found.orm.base is not None
    assert found.orm.base.naming_convention
    assert found.orm.base.convention == (("uq", "uq_%(table_name)s"),)


def test_mixins_that_most_models_add(tmp_path: Path) -> None:
    """Timestamps are a custom; a tenant that somebody must fill is not."""
    found = read(
        tmp_path,
        {
            "base.py": """
                from datetime import datetime
                from sqlalchemy import ForeignKey, func
                from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

                class Base(DeclarativeBase): ...

                class Stamped:
                    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
                    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

                class Owned:
                    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
            """,
            "models.py": """
                from sqlalchemy.orm import Mapped, mapped_column
                from base import Base, Owned, Stamped

                class A(Stamped, Owned, Base):
                    __tablename__ = "as"
                    id: Mapped[int] = mapped_column(primary_key=True)

                class B(Stamped, Owned, Base):
                    __tablename__ = "bs"
                    id: Mapped[int] = mapped_column(primary_key=True)
            """,
        },
    )
    base = found.orm.base
    assert base is not None
    assert [mixin.name for mixin in base.mixins] == ["Stamped"]
    assert base.provides == ("created_at", "updated_at")


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("id: Mapped[int] = mapped_column(primary_key=True)", "int"),
        ("id: Mapped[intpk]", "int"),
        ("id = Column(Integer, primary_key=True)", "int"),
        ("id = Column(BigInteger, primary_key=True)", "int"),
        ("id = Column(BigInteger().with_variant(Integer, 'sqlite'), primary_key=True)", "int"),
        ("id: Mapped[uuid.UUID] = mapped_column(primary_key=True)", "uuid"),
        ("id: Mapped[UserId] = mapped_column(primary_key=True)", "uuid"),
        ("id = Column(UUID(as_uuid=True), primary_key=True)", "uuid"),
        ("id = Column(GUID(), primary_key=True)", "uuid"),
        ("id: Mapped[str] = mapped_column(UUID(as_uuid=False), primary_key=True)", "str"),
        ("id = Column(String(36), primary_key=True)", "str"),
        ("id = Column('id', Integer, primary_key=True)", "int"),
    ],
)
def test_id_types(tmp_path: Path, column: str, expected: str) -> None:
    models = f"""
import uuid
from typing import Annotated
from sqlalchemy import BigInteger, Column, Integer, String, UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from types_of_ours import GUID

intpk = Annotated[int, mapped_column(primary_key=True)]
UserId = Annotated[uuid.UUID, "the key"]

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "users"
    {column}
    note: Mapped[str]
"""
    found = read(tmp_path, {"models.py": models, "types_of_ours.py": "class GUID: ..."})
    assert [model.id_type for model in found.orm.models] == [expected]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("BigInteger", "sa.BigInteger()"),
        ("String(26)", "sa.String(26)"),
        (
            "BigInteger().with_variant(sqlite.INTEGER(), 'sqlite', 'duckdb')",
            'sa.BigInteger().with_variant(sa.INTEGER(), "sqlite", "duckdb")',
        ),
        ("Key", 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'),
    ],
)
def test_what_a_key_is_in_the_database(tmp_path: Path, kind: str, expected: str) -> None:
    models = f"""
from sqlalchemy import BigInteger, Column, Integer, String
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import DeclarativeBase

Key = BigInteger().with_variant(Integer, "sqlite")

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "users"
    id = Column({kind}, primary_key=True)
"""
    found = read(tmp_path, {"models.py": models})
    assert [model.id_sql for model in found.orm.models] == [expected]


def test_disagreeing_ids_are_no_convention(tmp_path: Path) -> None:
    text = dedent("""
        from sqlalchemy import Column, Integer, String
        from sqlalchemy.orm import declarative_base

        Base = declarative_base()
    """)
    for name, kind in (("A", "Integer"), ("B", "String")):
        text += f"class {name}(Base):\n    __tablename__ = '{name}'\n    id = Column({kind}, primary_key=True)\n"
    found = read(tmp_path, {"models.py": text})

    assert id_convention(found.orm.models) is None


@pytest.mark.parametrize(
    ("body", "table", "pattern"),
    [
        ("return cls.__name__.lower()", "orderitem", "{flat}"),
        ("return cls.__name__.lower() + 's'", "orderitems", "{flat}s"),
        ("return f'{cls.__name__.lower()}s'", "orderitems", "{flat}s"),
        ("return to_snake(cls.__name__)", "order_item", "{one}"),
        ("return pluralize(to_snake(cls.__name__))", "order_items", "{many}"),
    ],
)
def test_derived_table_names(tmp_path: Path, body: str, table: str, pattern: str) -> None:
    found = read(
        tmp_path,
        {
            "models.py": f"""
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

class Base(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls):
        {body}

class OrderItem(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
"""
        },
    )
    assert found.orm.base is not None
    assert found.orm.base.tablename == pattern
    assert spell(pattern, Name("order_item", "order_items")) == table
    assert [model.table for model in found.orm.models] == [table]


def test_dataclass_mapping(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "models.py": """
                from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

                class Base(MappedAsDataclass, DeclarativeBase): ...

                class User(Base):
                    __tablename__ = "users"
                    id: Mapped[int] = mapped_column(primary_key=True, init=False)
            """
        },
    )
    assert found.orm.base is not None
    assert found.orm.base.dataclass


@pytest.mark.parametrize(
    ("moment", "kind"),
    [
        ("Mapped[datetime]", "anew"),
        ("Mapped[datetime | None]", "anew"),
        ("Mapped[datetime] = mapped_column(DateTime(timezone=True))", "anew"),
        ("Mapped[datetime] = mapped_column(onupdate=func.now())", "anew"),
        ("Mapped[datetime | None] = mapped_column(default=None)", "anew"),
        ("Mapped[datetime | None] = mapped_column(onupdate=func.now())", "late"),
        ("Mapped[datetime] = mapped_column(server_default=func.now())", "provides"),
        ("Mapped[Stamp]", "provides"),
    ],
)
def test_moments_that_nobody_gives(tmp_path: Path, moment: str, kind: str) -> None:
    """A model writes anew what would never have a value; what has one later may be null."""
    text = f"""
        from datetime import datetime
        from typing import Annotated
        from sqlalchemy import DateTime, func
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

        Stamp = Annotated[datetime, mapped_column(default=datetime.now)]

        class Base(DeclarativeBase):
            id: Mapped[int] = mapped_column(primary_key=True)
            updated_at: {moment}

        class User(Base):
            __tablename__ = "users"
    """
    base = read(tmp_path, {"models.py": text}).orm.base

    assert base is not None
    assert ("updated_at" in base.provides) is (kind != "anew")
    assert (base.anew, base.late) == (
        ("updated_at",) if kind == "anew" else (),
        ("updated_at",) if kind == "late" else (),
    )


@pytest.mark.parametrize("init", ["", ", init=False", ", default=None"])
def test_moments_that_a_dataclass_asks_for(tmp_path: Path, init: str) -> None:
    """What the constructor would ask for is written anew by each model."""
    write(
        tmp_path,
        {
            "main.py": f"""
                from datetime import datetime
                from fastapi import FastAPI
                from sqlalchemy import func
                from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

                class Base(MappedAsDataclass, DeclarativeBase):
                    id: Mapped[int] = mapped_column(primary_key=True, init=False)
                    created_at: Mapped[datetime] = mapped_column(server_default=func.now(){init})

                class User(Base):
                    __tablename__ = "users"
                    name: Mapped[str]

                app = FastAPI()
                """,
            "requirements.txt": "fastapi\n",
        },
    )
    base = discover(tmp_path).orm.base

    assert base is not None
    assert base.provides == (("id", "created_at") if init else ("id",))


def test_sqlmodel(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "models.py": """
                import uuid
                from sqlmodel import Field, Relationship, SQLModel

                class UserBase(SQLModel):
                    email: str = Field(max_length=255)

                class UserCreate(UserBase):
                    password: str

                class User(UserBase, table=True):
                    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
                    items: list["Item"] = Relationship(back_populates="owner")

                class Item(SQLModel, table=True):
                    id: uuid.UUID | None = Field(default=None, primary_key=True)
            """
        },
    )
    assert found.orm.kind == "sqlmodel"
    assert [model.symbol.name for model in found.orm.models] == ["User", "Item"]
    assert found.orm.models[0].columns == ("id", "email")
    assert found.orm.models[0].table == "user"
    assert found.orm.base is not None
    assert (found.orm.base.symbol.module, found.orm.base.symbol.name) == ("sqlmodel", "SQLModel")
    assert found.orm.base.symbol.at.line == 2
    assert id_convention(found.orm.models) == "uuid"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "from tortoise import fields, models\nclass User(models.Model):\n    id = fields.IntField(pk=True)",
            "tortoise",
        ),
        ("from tortoise.models import Model\nclass User(Model): ...", "tortoise"),
        ("from beanie import Document\nclass User(Document):\n    name: str", "beanie"),
    ],
)
def test_other_orms(tmp_path: Path, text: str, kind: str) -> None:
    assert read(tmp_path, {"models.py": text}).orm.kind == kind


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (
            "from sqlalchemy import MetaData, Table, create_engine\nengine = create_engine('sqlite://')",
            "sqlalchemy",
            "Core",
        ),
        ("import sqlite3\nconnection = sqlite3.connect('x')", "none", "sqlite3"),
        ("from peewee import Model\nclass User(Model): ...", "none", "peewee"),
        ("x = 1", "none", "no model"),
    ],
)
def test_no_orm(tmp_path: Path, text: str, kind: str, said: str) -> None:
    orm = read(tmp_path, {"database.py": text}).orm

    assert orm.kind == kind
    assert orm.base is None
    assert said in orm.why
    assert (orm.at is None) == (said == "no model")


def test_base_without_models(tmp_path: Path) -> None:
    orm = read(
        tmp_path,
        {"db.py": "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ..."},
    ).orm

    assert orm.kind == "sqlalchemy"
    assert orm.base is not None
    assert orm.base.symbol.at.line == 2
    assert orm.models == ()


@pytest.mark.parametrize(
    ("unique", "key"), [("", (None, None)), (", unique=True", ("number", "int"))]
)
def test_a_key_of_several_columns_is_no_id(
    tmp_path: Path, unique: str, key: tuple[str | None, str | None]
) -> None:
    """Nothing can refer to a part of it, unless that part is unique by itself."""
    write(
        tmp_path,
        {
            "main.py": f"""
                from fastapi import FastAPI
                from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

                class Base(DeclarativeBase): ...

                class Seat(Base):
                    __tablename__ = "seats"
                    row: Mapped[int] = mapped_column(primary_key=True)
                    number: Mapped[int] = mapped_column(primary_key=True{unique})

                app = FastAPI()
                """,
            "requirements.txt": "fastapi\n",
        },
    )
    (model,) = discover(tmp_path).orm.models
    assert (model.id_name, model.id_type) == key
