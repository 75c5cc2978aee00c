"""What the apps share: a database, models and schemas."""

from __future__ import annotations

from tests.shapes.shape import unpack

SYNC = """
--- requirements.txt
fastapi
sqlalchemy>=2
--- app/__init__.py
--- app/db.py
import os

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker

engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:///./app.db"))
SessionLocal = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    pass


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
"""
ASYNC = """
--- requirements.txt
fastapi
sqlalchemy[asyncio]>=2
--- app/__init__.py
--- app/db.py
import os
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import NullPool

url = os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///./app.db")
engine = create_async_engine(url, poolclass=NullPool)
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_db)]
"""
MODELS = """
--- app/models.py
import uuid
from datetime import datetime
from decimal import Decimal
from enum import Enum

from sqlalchemy import DateTime, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class Kind(Enum):
    guest = "g"
    member = "m"


class Team(Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    users: Mapped[list["User"]] = relationship(back_populates="team")


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    age: Mapped[int | None]
    score: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    rate: Mapped[float]
    active: Mapped[bool]
    kind: Mapped[Kind]
    born: Mapped[datetime | None]
    seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    token: Mapped[uuid.UUID]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    team: Mapped[Team | None] = relationship(back_populates="users")
    posts: Mapped[list["Post"]] = relationship(back_populates="user")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(50))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship(back_populates="posts")


class Membership(Base):
    __tablename__ = "memberships"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
"""
SQLMODEL = """
--- app/models.py
import uuid
from datetime import datetime
from decimal import Decimal
from enum import Enum

from pydantic import NaiveDatetime
from sqlmodel import Field, Relationship, SQLModel


class Kind(Enum):
    guest = "g"
    member = "m"


class Team(SQLModel, table=True):
    __tablename__ = "teams"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    users: list["User"] = Relationship(back_populates="team")


class User(SQLModel, table=True):
    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    age: int | None = None
    score: Decimal = Field(max_digits=8, decimal_places=2)
    rate: float
    active: bool
    kind: Kind
    born: NaiveDatetime | None = None
    seen: datetime
    token: uuid.UUID
    team_id: int | None = Field(default=None, foreign_key="teams.id")
    team: Team | None = Relationship(back_populates="users")
    posts: list["Post"] = Relationship(back_populates="user")


class Post(SQLModel, table=True):
    __tablename__ = "posts"

    id: int | None = Field(default=None, primary_key=True)
    title: str
    user_id: int = Field(foreign_key="users.id")
    user: User = Relationship(back_populates="posts")


class Membership(SQLModel, table=True):
    __tablename__ = "memberships"

    team_id: int = Field(foreign_key="teams.id", primary_key=True)
    user_id: int = Field(foreign_key="users.id", primary_key=True)
    role: str
"""
SCHEMAS = """
--- app/schemas.py
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class TeamOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class PostOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str


class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    age: int | None
    score: Decimal
    active: bool
    born: datetime | None
"""


def files(models: str, mode: str) -> dict[str, bytes]:
    """The files of all apps with these models."""
    base = SYNC if mode == "sync" else ASYNC
    if models == "sqlmodel":
        base = base.replace("sqlalchemy>=2", "sqlmodel").replace(
            "sqlalchemy[asyncio]>=2", "sqlmodel"
        )
        base = base.replace(
            "from sqlalchemy.orm import DeclarativeBase, sessionmaker",
            "from sqlmodel import Session",
        )
        base = base.replace("SessionLocal = sessionmaker(bind=engine)\n\n\n", "\n\n")
        base = base.replace("class Base(DeclarativeBase):\n    pass\n\n\n", "")
        base = base.replace(
            "from sqlalchemy import create_engine\n", "from sqlmodel import create_engine\n"
        )
        base = base.replace(
            "    db = SessionLocal()\n    try:\n        yield db\n    finally:\n        db.close()",
            "    with Session(engine) as db:\n        yield db",
        )
        base = base.replace(
            "from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine\nfrom sqlalchemy.orm import DeclarativeBase\n",
            "from sqlalchemy.ext.asyncio import create_async_engine\n",
        )
        base = base.replace(
            "from sqlalchemy.pool import NullPool\n",
            "from sqlalchemy.pool import NullPool\nfrom sqlmodel.ext.asyncio.session import AsyncSession\n",
        )
        base = base.replace(
            "SessionLocal = async_sessionmaker(engine, expire_on_commit=False)\n\n\n", "\n\n"
        )
        base = base.replace(
            "async with SessionLocal() as session",
            "async with AsyncSession(engine, expire_on_commit=False) as session",
        )
        return unpack(base + SQLMODEL + SCHEMAS)
    return unpack(base + MODELS + SCHEMAS)
