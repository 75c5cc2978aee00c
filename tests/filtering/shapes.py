"""Small apps with collections that somebody wrote, and what requests may ask of them then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.paging import common
from tests.paging.layers import MAIN, SYNC_HEAD
from tests.paging.queries import asynchronous, sync
from tests.shapes.shape import unpack

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """An app and its collection of users, all of whose columns the answer has.

    Args:
        files: The app's own files, as ``unpack`` reads them; what they share is beside them.
        filters: Queries, and which rows they leave; none: those that every shape is asked.
        rows: Where the rows are in the body.
        has: By file, what it has with filters.
        ordered: By file, what it has with an order.
    """

    name: str
    files: str
    target: str = "users"
    url: str = "/users"
    rows: str = ""
    models: str = "sqlalchemy"
    mode: str = "sync"
    filters: Mapping[str, Callable[[Row], bool]] = field(default_factory=dict)
    has: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ordered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def write(self, root: Path) -> None:
        """Write the app into a folder."""
        for name, content in (common.files(self.models, self.mode) | unpack(self.files)).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


SHAPES = [
    Shape(
        "a legacy query",
        sync("    return db.query(User).all()"),
        has={
            "app/main.py": (
                "    filters: RowFilters = Depends(\n",
                '            User, "id", "name", "age", "score", "active", "born", search=["name"]\n',
                "    return filters.apply(db.query(User)).all()",
            )
        },
        ordered={"app/main.py": ("    return order.apply(db.query(User)).all()",)},
    ),
    Shape(
        "a legacy query in a chain with a limit",
        sync(
            """    return (
        db.query(User)
        # those with a score
        .filter(User.score >= 0)
        .order_by(User.name.desc())
        .limit(100)
        .all()
    )"""
        ),
    ),
    Shape(
        "a legacy query over several statements",
        sync(
            """    query = db.query(User)
    if True:
        query = query.order_by(User.score)
    users = query.all()
    return users"""
        ),
        has={"app/main.py": ("    query = filters.apply(db.query(User))\n",)},
        ordered={"app/main.py": ("    users = order.apply(query).all()\n",)},
    ),
    Shape(
        "the same words in another query",
        sync(
            """    first = db.query(User).filter(User.id == 1).first()
    assert first is not None and first.id == 1
    return db.query(User).all()"""
        ),
        has={
            "app/main.py": ("return filters.apply(db.query(User)).all()", "first = db.query(User)")
        },
    ),
    Shape(
        "scalars",
        sync("    return db.scalars(select(User).order_by(User.name)).all()"),
        has={"app/main.py": ("db.scalars(filters.apply(select(User)).order_by(User.name)).all()",)},
        ordered={
            "app/main.py": ("db.scalars(order.apply(select(User).order_by(User.name))).all()",)
        },
    ),
    Shape(
        "a statement in lines",
        sync(
            """    rows = db.scalars(
        select(User)
        .where(User.id > 0)
        # the oldest last
        .order_by(User.born, User.id)
    )
    return rows.all()"""
        ),
        ordered={
            "app/main.py": (
                """    rows = db.scalars(
        order.apply(
            select(User)
            .where(User.id > 0)
            # the oldest last
            .order_by(User.born, User.id)
        )
    )
""",
            )
        },
    ),
    Shape(
        "an async select",
        asynchronous(
            """    result = await session.execute(select(User).options(joinedload(User.team)))
    return result.scalars().all()"""
        ),
        mode="async",
        has={"app/main.py": ("    filters: Annotated[\n",)},
    ),
    Shape(
        "a function of a module",
        MAIN
        + SYNC_HEAD
        + '''    return crud.get_users(db)
--- app/crud.py
from sqlalchemy.orm import Session

from app.models import User


def get_users(db: Session):
    """All users."""
    return db.query(User).order_by(User.name).all()
''',
        url="/api/users",
        has={
            "app/routers/users.py": (
                "from app.models import User\n",
                "return crud.get_users(db, filters=filters)",
            ),
            "app/crud.py": (
                "def get_users(db: Session, filters: RowFilters):",
                "return filters.apply(db.query(User)).order_by(User.name).all()",
            ),
        },
    ),
    Shape(
        "a function that others call, and a schema of the model's name",
        MAIN
        + SYNC_HEAD.replace("schemas import UserOut", "schemas import UserOut as User").replace(
            "List[UserOut]", "List[User]"
        )
        + """    return crud.get_users(db)


@router.get("/names")
def read_names(db: Session = Depends(get_db)) -> list[str]:
    return [user.name for user in crud.get_users(db)]
--- app/crud.py
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import User


def get_users(db: Session, *, only_active: bool = False) -> list[User]:
    query = select(User)
    if only_active:
        query = query.where(User.active)
    return list(db.scalars(query).all())
""",
        target="GET /api/users",
        url="/api/users",
        has={
            "app/routers/users.py": ("from app.models import User as UserModel\n",),
            "app/crud.py": (
                "filters: RowFilters = EVERY_ROW",
                "query = filters.apply(select(User))",
            ),
        },
        ordered={"app/crud.py": ("order: RowOrder = OWN_ORDER", "db.scalars(order.apply(query))")},
    ),
    Shape(
        "a service with a repository",
        MAIN
        + '''
--- app/repositories.py
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import User


class UserRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def list(self) -> Sequence[User]:
        """Everybody."""
        result = await self.session.execute(select(User).order_by(User.name.desc()))
        return result.scalars().all()
--- app/services.py
from app.repositories import UserRepository
from app.schemas import UserOut


class UserService:
    def __init__(self, repository: UserRepository) -> None:
        self.repository = repository

    async def list_users(self) -> list[UserOut]:
        users = await self.repository.list()
        return [UserOut.model_validate(user) for user in users]
--- app/routers/__init__.py
--- app/routers/users.py
from typing import Annotated

from fastapi import APIRouter, Depends

from app.db import SessionDep
from app.repositories import UserRepository
from app.schemas import UserOut
from app.services import UserService

router = APIRouter(prefix="/users")


def get_service(session: SessionDep) -> UserService:
    return UserService(UserRepository(session))


ServiceDep = Annotated[UserService, Depends(get_service)]


@router.get("/", response_model=list[UserOut])
async def list_users(service: ServiceDep):
    return await service.list_users()
''',
        url="/api/users/",
        mode="async",
        has={
            "app/routers/users.py": ("return await service.list_users(filters=filters)",),
            "app/services.py": ("users = await self.repository.list(filters=filters)",),
        },
    ),
    Shape(
        "a generic repository",
        MAIN
        + """
--- app/crud/__init__.py
from app.crud.user import user_crud
--- app/crud/base.py
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

ModelT = TypeVar("ModelT")


class CRUDBase(Generic[ModelT]):
    def __init__(self, model: type[ModelT]):
        self.model = model

    def get_multi(self, db: Session) -> list[ModelT]:
        return list(db.scalars(select(self.model)))
--- app/crud/user.py
from app.crud.base import CRUDBase
from app.models import Team, User


class CRUDUser(CRUDBase[User]):
    pass


user_crud = CRUDUser(User)
team_crud = CRUDBase[Team](Team)
--- app/routers/__init__.py
--- app/routers/users.py
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from app import crud
from app.crud.user import team_crud
from app.db import get_db
from app.schemas import TeamOut, UserOut

router = APIRouter()


@router.get("/users", response_model=list[UserOut])
def list_users(db: Session = Depends(get_db)):
    return crud.user_crud.get_multi(db)


@router.get("/teams", response_model=list[TeamOut])
def list_teams(db: Session = Depends(get_db)):
    return team_crud.get_multi(db)
""",
        url="/api/users",
        has={
            "app/crud/base.py": (
                "filters: RowFilters = EVERY_ROW",
                "return list(db.scalars(filters.apply(select(self.model))))",
            ),
            "app/routers/users.py": ("return team_crud.get_multi(db)\n",),
        },
    ),
    Shape(
        "a statement that another function runs",
        """
--- app/main.py
from fastapi import FastAPI
from sqlalchemy import select

from app.db import SessionDep
from app.models import User
from app.queries import fetch_all
from app.schemas import UserOut

app = FastAPI()


@app.get("/users", response_model=list[UserOut])
async def list_users(session: SessionDep):
    return await fetch_all(session, select(User).order_by(User.token))
--- app/queries.py
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession


async def fetch_all(session: AsyncSession, statement: Select):
    return (await session.scalars(statement)).all()
""",
        mode="async",
        has={
            "app/main.py": ("filters.apply(select(User)).order_by(User.token)",),
            "app/queries.py": ("async def fetch_all(session: AsyncSession, statement: Select):",),
        },
    ),
    Shape(
        "SQLModel",
        """
--- app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlmodel import Session, select

from app.db import get_db
from app.models import User
from app.schemas import UserOut

app = FastAPI()
SessionDep = Annotated[Session, Depends(get_db)]


@app.get("/users", response_model=list[UserOut])
def list_users(session: SessionDep):
    return session.exec(select(User).order_by(User.name)).all()
""",
        models="sqlmodel",
        has={"app/main.py": ("session.exec(filters.apply(select(User)).order_by(User.name))",)},
    ),
    Shape(
        "SQLModel, async, a model of its own as the answer",
        """
--- app/main.py
from fastapi import FastAPI
from sqlmodel import select

from app.db import SessionDep
from app.models import User

app = FastAPI()


@app.get("/users", response_model=list[User])
async def list_users(session: SessionDep):
    users = await session.exec(select(User))
    return users.all()
""",
        models="sqlmodel",
        mode="async",
    ),
    Shape(
        "an envelope with a count",
        sync(
            """    query = db.query(User)
    return {"data": query.order_by(User.id).all(), "count": query.count()}""",
            model="dict[str, list[UserOut] | int]",
        ),
        rows="data",
    ),
    Shape(
        "an envelope with a count of its own",
        sync(
            """    count = db.scalar(select(func.count()).select_from(User))
    users = db.scalars(select(User)).all()
    return {"data": users, "count": count}""",
            model="dict[str, list[UserOut] | int]",
        ),
        rows="data",
        has={"app/main.py": ("db.scalar(filters.apply(select(func.count())).select_from(User))",)},
    ),
    Shape(
        "parameters that are there",
        """
--- app/main.py
from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import get_db
from app.models import User
from app.schemas import UserOut

app = FastAPI()


@app.get("/users", response_model=list[UserOut])
def list_users(name: str | None = None, db: Session = Depends(get_db)):
    query = select(User)
    if name is not None:
        query = query.where(User.name.startswith(name))
    return db.scalars(query.order_by(User.name)).all()
""",
        filters={
            "name=Name": lambda _: True,
            "name=Name+1&active=true": lambda row: row["name"] == "Name 1" and row["active"],
            "name__in=Name+1,Name+2": lambda row: row["name"] in {"Name 1", "Name 2"},
        },
        has={"app/main.py": ('own=["name"]',)},
    ),
]
