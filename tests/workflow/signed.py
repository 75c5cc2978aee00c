"""Small apps that know who is signed in, by a token that is the user's name."""

from __future__ import annotations

from pathlib import Path

from tests.discover.apps import Files, write
from tests.workflow.shop import shop

# --- synchronous SQLAlchemy: a function without alias, in the style of old tutorials

SYNC_DEPS = """
    from fastapi import Depends, HTTPException, Request
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from app.database import get_db
    from app.models.user import User


    def signed_in() -> None:
        pass


    def from_inside() -> None:
        pass


    def get_current_user(request: Request, db: Session = Depends(get_db)):
        token = request.headers.get("X-Token", "")
        user = db.scalars(select(User).where(User.email == token)).one_or_none()
        if user is None:
            raise HTTPException(403, "who are you?")
        return user
    """
SYNC_USERS = """
    from fastapi import APIRouter, Depends
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from app.database import get_db
    from app.deps import get_current_user
    from app.models.user import User

    router = APIRouter(prefix="/users", tags=["users"])


    @router.get("")
    def list_users(db: Session = Depends(get_db)) -> list[str]:
        return [user.email for user in db.scalars(select(User))]


    @router.get("/me")
    def read_me(me: User = Depends(get_current_user)) -> str:
        return me.email


    @router.post("")
    def create_user(email: str, db: Session = Depends(get_db)) -> str:
        db.add(User(email=email))
        db.commit()
        return email
    """
SYNC_DATABASE = """
    import os
    from collections.abc import Iterator

    from sqlalchemy import create_engine
    from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

    engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:///shop.db"))
    SessionLocal = sessionmaker(engine)


    class Base(DeclarativeBase):
        pass


    def get_db() -> Iterator[Session]:
        with SessionLocal() as session:
            yield session
    """
SYNC: Files = {
    "app/database.py": SYNC_DATABASE,
    "app/deps.py": SYNC_DEPS,
    "app/routers/users.py": SYNC_USERS,
}

# --- asynchronous SQLAlchemy: an alias, an OAuth2 scheme, keys that are UUIDs of another name

ASYNC_DATABASE = """
    import os
    from collections.abc import AsyncIterator
    from typing import Annotated

    from fastapi import Depends
    from sqlalchemy import MetaData
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
    from sqlalchemy.orm import DeclarativeBase

    engine = create_async_engine(os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///shop.db"))
    sessions = async_sessionmaker(engine, expire_on_commit=False)


    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention={"ix": "ix_%(column_0_label)s"})


    async def get_session() -> AsyncIterator[AsyncSession]:
        async with sessions() as session:
            yield session


    SessionDep = Annotated[AsyncSession, Depends(get_session)]
    """
ASYNC_MODELS = """
    from uuid import UUID, uuid4

    from sqlalchemy.orm import Mapped, mapped_column, relationship

    from app.database import Base


    class Account(Base):
        __tablename__ = "accounts"

        uid: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
        email: Mapped[str] = mapped_column(unique=True)
    """
ASYNC_AUTH = """
    from typing import Annotated

    from fastapi import Depends, HTTPException
    from fastapi.security import OAuth2PasswordBearer
    from sqlalchemy import select

    from app.database import SessionDep
    from app.models.account import Account

    scheme = OAuth2PasswordBearer("token")


    async def get_current_user(
        session: SessionDep, token: Annotated[str, Depends(scheme)]
    ) -> Account:
        found = await session.scalars(select(Account).where(Account.email == token))
        if (account := found.one_or_none()) is None:
            raise HTTPException(401, "no such token", {"WWW-Authenticate": "Bearer"})
        return account


    CurrentUser = Annotated[Account, Depends(get_current_user)]
    """
ASYNC_ACCOUNTS = """
    from fastapi import APIRouter

    from app.auth import CurrentUser
    from app.database import SessionDep
    from app.models.account import Account

    router = APIRouter(prefix="/accounts", tags=["accounts"])


    @router.get("/me")
    async def read_me(current_user: CurrentUser) -> str:
        return current_user.email


    @router.post("")
    async def create_account(email: str, session: SessionDep) -> str:
        session.add(Account(email=email))
        await session.commit()
        return email
    """
ASYNC_MAIN = """
    from fastapi import FastAPI

    from app.routers import accounts

    app = FastAPI(title="Shop")
    app.include_router(accounts.router, prefix="/api")
    """
ASYNC: Files = {
    "requirements.txt": "fastapi\nsqlalchemy>=2\npydantic>=2\naiosqlite\n",
    "app/__init__.py": "",
    "app/database.py": ASYNC_DATABASE,
    "app/auth.py": ASYNC_AUTH,
    "app/models/__init__.py": "",
    "app/models/account.py": ASYNC_MODELS,
    "app/routers/__init__.py": "",
    "app/routers/accounts.py": ASYNC_ACCOUNTS,
    "app/main.py": ASYNC_MAIN,
}

# --- SQLModel, all in a few modules, with keys that may be None before they are stored

SQLMODEL_DB = """
    import os
    from collections.abc import Generator
    from typing import Annotated

    from fastapi import Depends
    from sqlmodel import Session, create_engine

    engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:///shop.db"))


    def get_session() -> Generator[Session, None, None]:
        with Session(engine) as session:
            yield session


    SessionDep = Annotated[Session, Depends(get_session)]
    """
SQLMODEL_MODELS = """
    from sqlmodel import Field, SQLModel


    class User(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        email: str = Field(unique=True)
    """
SQLMODEL_DEPS = """
    from typing import Annotated

    from fastapi import Depends, Header, HTTPException
    from sqlmodel import select

    from db import SessionDep
    from models import User


    def get_current_user(session: SessionDep, x_token: Annotated[str, Header()]) -> User:
        user = session.exec(select(User).where(User.email == x_token)).first()
        if user is None:
            raise HTTPException(status_code=401, detail="who are you?")
        return user
    """
SQLMODEL_MAIN = """
    from typing import Annotated

    from fastapi import Depends, FastAPI
    from sqlmodel import select

    from db import SessionDep
    from deps import get_current_user
    from models import User

    app = FastAPI()


    @app.get("/me")
    def read_me(user: Annotated[User, Depends(get_current_user)]) -> str:
        return user.email


    @app.get("/users")
    def read_users(session: SessionDep) -> list[User]:
        return list(session.exec(select(User)))
    """
SQLMODEL: Files = {
    "requirements.txt": "fastapi\nsqlmodel\n",
    "db.py": SQLMODEL_DB,
    "models.py": SQLMODEL_MODELS,
    "deps.py": SQLMODEL_DEPS,
    "main.py": SQLMODEL_MAIN,
}


def sync_app(root: Path) -> Path:
    """Layered, synchronous, with a guard that answers 403."""
    return shop(root, SYNC)


def async_app(root: Path) -> Path:
    """Layered, asynchronous, with an alias."""
    return write(root, ASYNC)


def sqlmodel_app(root: Path) -> Path:
    """Flat, with SQLModel, and a header that FastAPI requires."""
    return write(root, SQLMODEL)


def spec(users: str = "users") -> str:
    """Shelves, tags and notes that belong to users, and refer to each other."""
    return f"""
version: 1
resources:
  - resource: shelves
    scope: {{field: owner}}
    fields:
      label: str=40
      owner: ref={users}:on=cascade
  - resource: tags
    scope: owner
    fields:
      word: str=20:unique
      owner: ref={users}
  - resource: notes
    scope: {{field: owner}}
    soft_delete: true
    fields:
      title: str=120:search:sort
      rank: int:filter:sort
      slug: str=20:unique
      shelf: ref=shelves:filter
      parent: ref=notes:null
      tags: m2m=tags
      owner: {{ref: {users}, on_delete: cascade, filter: true, back: notes}}
"""
