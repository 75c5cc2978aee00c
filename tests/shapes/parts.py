"""Pieces that many shapes are made of; ``@`` stands for the package and a dot."""

from __future__ import annotations

DATABASE = """
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker

engine = create_engine("sqlite:///./app.db")
SessionLocal = sessionmaker(bind=engine, autoflush=False)


class Base(DeclarativeBase):
    pass


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
"""
ASYNC_DATABASE = """
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

engine = create_async_engine("sqlite+aiosqlite:///./app.db")
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session
"""
USER = """
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from @database import Base


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200))
"""
USER_SCHEMA = """
from pydantic import BaseModel, ConfigDict


class UserCreate(BaseModel):
    email: str


class UserRead(UserCreate):
    model_config = ConfigDict(from_attributes=True)

    id: int
"""
USER_ROUTER = """
from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from @database import get_db
from @models.user import User
from @schemas.user import UserCreate, UserRead

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", response_model=list[UserRead])
def list_users(db: Session = Depends(get_db)):
    return db.scalars(select(User)).all()


@router.post("", response_model=UserRead, status_code=201)
def create_user(user: UserCreate, db: Session = Depends(get_db)):
    row = User(**user.model_dump())
    db.add(row)
    db.commit()
    return row
"""
ASYNC_USER_ROUTER = """
from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from @database import get_db
from @models.user import User
from @schemas.user import UserCreate, UserRead

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", response_model=list[UserRead])
async def list_users(db: AsyncSession = Depends(get_db)):
    return (await db.scalars(select(User))).all()


@router.post("", response_model=UserRead, status_code=201)
async def create_user(user: UserCreate, db: AsyncSession = Depends(get_db)):
    row = User(**user.model_dump())
    db.add(row)
    await db.commit()
    return row
"""
MAIN = """
from fastapi import FastAPI

from @routers import users

app = FastAPI()
app.include_router(users.router)
"""


def piece(text: str, package: str = "app.") -> str:
    """A piece with the package filled in."""
    return text.replace("from @", f"from {package}")


def layered(
    package: str = "app.",
    folder: str = "app/",
    *,
    main: str | None = None,
    database: str = DATABASE,
    router: str = USER_ROUTER,
    init: bool = True,
    skip: tuple[str, ...] = (),
) -> str:
    """A small app with a folder for each layer; without a ``main`` where that is the point."""
    files = {
        "main.py": MAIN if main is None else main,
        "database.py": database,
        "models/user.py": USER,
        "schemas/user.py": USER_SCHEMA,
        "routers/users.py": router,
    }
    if init:
        files |= {f"{name}__init__.py": "" for name in ("models/", "schemas/", "routers/")}
        if folder:
            files["__init__.py"] = ""
    return (
        "\n".join(
            f"--- {folder}{name}\n{piece(text, package)}"
            for name, text in files.items()
            if name not in skip and not (name == "main.py" and not text)
        )
        + "\n--- requirements.txt\nfastapi>=0.110\nsqlalchemy>=2\n"
    )
