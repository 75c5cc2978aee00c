"""What is read of a user model suffices to make a row of it: done for real, shape by shape."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import indent
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from fastarch.discover.user_model import UserColumn, UserModel
from tests.plan.test_user_columns import MissingColumns, app, edit, load, missing

HEAD = """
import enum
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Optional

import sqlalchemy as sa
from sqlalchemy import (
    Boolean, Column, DateTime, Enum, ForeignKey, Index, Integer, Numeric, String, Text, Uuid, func, text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, MappedAsDataclass, declarative_base, declared_attr, mapped_column,
    registry, relationship, synonym, validates,
)
from sqlmodel import Field, Relationship, SQLModel
"""
MODERN = "class Base(DeclarativeBase): ...\n"
DATA = "class Base(MappedAsDataclass, DeclarativeBase): ...\n"
OLD = "Base = declarative_base()\n"
SQL = "Base = SQLModel\n"


def mapped(*lines: str, before: str = "", bases: str = "Base", table: str = "users") -> str:
    body = indent("\n".join(lines), "    ")
    return f'{before}\nclass User({bases}):\n    __tablename__ = "{table}"\n{body}\n'


KEY = "id: Mapped[int] = mapped_column(primary_key=True)"
EMAIL = "email: Mapped[str] = mapped_column(String(99), unique=True)"
SHAPES = {
    "bare": MODERN + mapped(KEY, EMAIL),
    "columns": OLD + mapped(
        "id = Column(Integer, primary_key=True)",
        "username = Column(String(20), unique=True, nullable=False)",
        "pwd_hash = Column(String, nullable=False)",
        "first_name = Column(String(20), nullable=False)",
        "balance = Column(Numeric(10, 2), nullable=False)",
        "disabled = Column(Boolean, default=False)",
    ),
    "uuid without default": MODERN + mapped("id: Mapped[uuid.UUID] = mapped_column(primary_key=True)", EMAIL),
    "uuid with default": MODERN + mapped("id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)", EMAIL),
    "text key": MODERN + mapped("id: Mapped[str] = mapped_column(String(32), primary_key=True)", EMAIL),
    "text key of any length": MODERN + mapped("key: Mapped[str] = mapped_column('id', primary_key=True)", EMAIL),
    "the name is the key": MODERN + mapped("username: Mapped[str] = mapped_column(primary_key=True)", "password: Mapped[str]"),
    "other names in the database": MODERN + mapped(
        "pk: Mapped[int] = mapped_column('id', primary_key=True)",
        "mail: Mapped[str] = mapped_column('email', unique=True)",
        "digest: Mapped[str] = mapped_column('password_hash', String(255))",
        "town: Mapped[str] = mapped_column('city')",
        "on: Mapped[bool] = mapped_column('is_active')",
    ),
    "hybrids": MODERN + mapped(
        KEY,
        "_email: Mapped[str] = mapped_column('email', unique=True)",
        "_password: Mapped[str | None] = mapped_column('password', String(200))",
        "@hybrid_property\ndef email(self): return self._email",
        "@property\ndef password(self): raise AttributeError\n@password.setter\ndef password(self, value): ...",
        "@validates('_email')\ndef lower(self, key, value): return value.lower()",
    ),
    "mixins": mapped(
        "is_admin: Mapped[bool]",
        before=MODERN + """
class Common(Base):
    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
class Login:
    email: Mapped[str] = mapped_column(unique=True)
    hashed_password: Mapped[str] = mapped_column(String(60))
""",
        bases="Login, Common",
    ),
    "roles and states": MODERN + "class Role(enum.Enum):\n    ADMIN = 'a'\n    MEMBER = 'm'\n" + mapped(
        KEY, EMAIL, "role: Mapped[Role]",
        "status: Mapped[str] = mapped_column(Enum('blocked', 'active', name='states'))",
        "permissions: Mapped[str]", "is_superuser: Mapped[bool]", "is_staff: Mapped[bool]",
        "email_verified: Mapped[bool]", "is_banned: Mapped[bool]", "is_active: Mapped[bool]",
        "is_deleted: Mapped[bool]", "deleted_at: Mapped[datetime | None]",
    ),
    "secrets": MODERN + mapped(KEY, EMAIL, "api_key: Mapped[str] = mapped_column(String(32), unique=True)", "salt: Mapped[str]"),
    "a tenant": MODERN + "class Tenant(Base):\n    __tablename__ = 'tenants'\n    id: Mapped[int] = mapped_column(primary_key=True)\n" + mapped(
        KEY, EMAIL, "tenant_id: Mapped[int] = mapped_column(ForeignKey('tenants.id'))", "tenant: Mapped[Tenant] = relationship()",
    ),
    "kinds of people": MODERN + mapped(
        KEY, EMAIL, "kind: Mapped[str]", "version: Mapped[int] = mapped_column()",
        "__mapper_args__ = {'polymorphic_on': 'kind', 'polymorphic_identity': 'user', 'version_id_col': version}",
    ) + "class Admin(User):\n    __mapper_args__ = {'polymorphic_identity': 'admin'}\n",
    "all sorts of columns": MODERN + mapped(
        KEY, EMAIL, "born: Mapped[date]", "joined: Mapped[datetime]", "height: Mapped[float]",
        "limit: Mapped[Decimal]", "plan: Mapped[Literal['free', 'paid']]", "note: Mapped[Optional[str]]",
        "external: Mapped[uuid.UUID]", "newsletter: Mapped[bool]", "tags: Mapped[list[str]] = mapped_column(sa.JSON)",
        "given: Mapped[int] = mapped_column(default=lambda: 3)", "made: Mapped[int] = mapped_column(server_default='3')",
        "total: Mapped[int] = mapped_column(sa.Computed('given + made'))",
    ),
    "a constructor": MODERN + mapped(
        KEY, EMAIL, "name: Mapped[str]", "password: Mapped[str]", "is_active: Mapped[bool] = mapped_column(default=True)",
        "def __init__(self, email: str, name: str, password: str = '') -> None:\n    self.email, self.name, self.password = email, name, password",
    ),
    "a table called user": MODERN + mapped(KEY, EMAIL, table="user"),
    "a dataclass": DATA + mapped(
        "id: Mapped[int] = mapped_column(init=False, primary_key=True)", EMAIL,
        "name: Mapped[str]", "nickname: Mapped[str | None]", "role: Mapped[str] = mapped_column(server_default='user')",
        "created_at: Mapped[datetime] = mapped_column(server_default=func.now())",
        "is_active: Mapped[bool] = mapped_column(default=True, init=False)",
        "posts: Mapped[list['Post']] = relationship(default_factory=list, viewonly=True)",
    ) + "class Post(Base):\n    __tablename__ = 'posts'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    user_id: Mapped[int] = mapped_column(ForeignKey('users.id'))\n",
    "a dataclass with a key of its own": DATA + mapped(
        "id: Mapped[uuid.UUID] = mapped_column(primary_key=True, insert_default=uuid.uuid4)", EMAIL, "password: Mapped[str | None]",
    ),
    "sqlmodel": SQL + """
class Role(str, enum.Enum):
    admin = "admin"
    user = "user"
class UserBase(SQLModel):
    email: str = Field(unique=True, max_length=255)
    full_name: str
    role: Role
    is_active: bool = True
class User(UserBase, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    hashed_password: str = Field(max_length=60)
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    age: int = Field(ge=0)
""",
    "a bare sqlmodel": SQL + """
class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(index=True, unique=True)
""",
}  # fmt: skip
SAMPLES: dict[str, Any] = {
    "str": "x", "text": "x", "int": 1, "bigint": 1, "float": 1.5, "decimal": Decimal("1.50"),
    "bool": True, "date": date(2026, 1, 31), "datetime": datetime(2026, 1, 31, tzinfo=UTC),
    "uuid": uuid4(), "json": {}, "list": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def clean() -> Any:
    """SQLModel's tables are the process's own."""
    from sqlmodel import SQLModel

    yield
    SQLModel.metadata.clear()
    SQLModel._sa_registry.dispose()


def value_of(one: UserColumn) -> Any:
    if one.field.type == "enum":
        return one.field.choices[0]
    return SAMPLES[one.field.type]


def made(module: ModuleType, user: UserModel, login: str) -> Any:
    """A row as somebody's registration makes it."""
    import uuid

    names = {**vars(module), "UTC": UTC, "datetime": datetime, "uuid4": uuid.uuid4}
    values: dict[str, Any] = {
        user.login: login,
        user.password or "": "$argon2id$" + "x" * 87,
        user.active or "": not user.active_inverted,
        user.superuser or "": False,
        **{one.name: value_of(one) for one in user.required},
        **{name: eval(value.source, names) for name, value in user.preset},
    }
    if user.id_value is not None:
        values[user.id_name] = eval(user.id_value.source, names)
    later = {name: values.pop(name) for name in user.set_later if name in values}
    row = getattr(module, user.symbol.name)(**values)
    for name, value in later.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize("shape", SHAPES)
def test_rows(tmp_path: Path, shape: str) -> None:
    found: MissingColumns = missing(app(tmp_path, HEAD + SHAPES[shape]))
    if any(True for step in found.steps if hasattr(step, "edit")):
        edit(tmp_path, found)
    module = load(tmp_path, f"rows_{list(SHAPES).index(shape)}")
    user = found.user
    engine = create_engine("sqlite://")
    module.Base.metadata.create_all(engine)
    kind = getattr(module, user.symbol.name)
    with Session(engine) as session:
        for login in ("a@example.com", "b@example.com"):
            session.add(made(module, user, login))
        session.commit()
        rows = session.scalars(select(kind).order_by(getattr(kind, user.login))).all()
        assert [getattr(row, user.login) for row in rows] == ["a@example.com", "b@example.com"]
        row = rows[0]
        condition = compile(f"not ({user.kept_out('user')})", "condition", "eval")
        assert eval(condition, {"user": row})
        assert getattr(row, user.superuser or "") is False
        assert str(getattr(row, user.password or "")).startswith("$argon2id$")
        for flag in [user.active, *(bar.name for bar in user.bars)]:
            before = getattr(row, flag or "")
            changed = datetime.now(UTC) if before is None else not before
            setattr(row, flag or "", changed)
            assert not eval(condition, {"user": row}), flag
            setattr(row, flag or "", before)
        # What may be shown is no secret, and there.
        for one in user.columns:
            getattr(row, one.name)
