"""Queries elsewhere: in functions, services and repositories, and who else calls them."""

from __future__ import annotations

from tests.paging.shape import Shape

MAIN = """
--- app/main.py
from fastapi import FastAPI

from app.routers import users

app = FastAPI()
app.include_router(users.router, prefix="/api")
"""
SYNC_HEAD = """
--- app/routers/__init__.py
--- app/routers/users.py
from typing import List

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from app import crud
from app.db import get_db
from app.schemas import UserOut

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", response_model=List[UserOut])
def read_users(db: Session = Depends(get_db)):
"""

SHAPES = [
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
        ties=("name",),
        has={
            "app/routers/users.py": ("return crud.get_users(db, page=page)",),
            "app/crud.py": (
                "def get_users(db: Session, page: Page):",
                "return page.all(db.query(User).order_by(User.name))",
            ),
        },
        lacks={"app/crud.py": ("ALL_ROWS",)},
    ),
    Shape(
        "a function that others call",
        MAIN
        + SYNC_HEAD
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
            "app/crud.py": (
                "*, only_active: bool = False, page: Page = ALL_ROWS",
                "return list(page.scalars(db, query).all())",
            )
        },
    ),
    Shape(
        "a function without annotations",
        MAIN
        + SYNC_HEAD
        + """    return crud.get_users(db, True)
--- app/crud.py
from app.models import User


def get_users(db, active=False):
    query = db.query(User)
    if active:
        query = query.filter_by(active=True)
    return query.all()
""",
        url="/api/users",
        has={"app/crud.py": ("def get_users(db, active=False, page=ALL_ROWS):",)},
        lacks={"app/crud.py": ("Page",)},
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
        ties=("name",),
        has={
            "app/routers/users.py": ("return await service.list_users(page=page)",),
            "app/services.py": ("users = await self.repository.list(page=page)",),
            "app/repositories.py": (
                "            self.session, select(User).order_by(User.name.desc())\n",
            ),
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
        has={"app/crud/base.py": ("page: Page = ALL_ROWS",)},
    ),
    Shape(
        "a static method and relative imports",
        """
--- app/main.py
from fastapi import Depends, FastAPI

from .db import get_db
from .schemas import UserOut
from .services.users import UserService

app = FastAPI()


@app.get("/users", response_model=list[UserOut])
def list_users(db=Depends(get_db)):
    return UserService.all(db=db)
--- app/services/__init__.py
--- app/services/users.py
from sqlalchemy.orm import Session

from ..models import User


class UserService:
    @staticmethod
    def all(db: Session):
        statement = UserService._base()
        return db.execute(statement).scalars().all()

    @staticmethod
    def _base():
        from sqlalchemy import select

        return select(User).where(User.active.is_(True)).order_by(User.score.desc(), User.name)
""",
        ties=("score", "name"),
        has={
            "app/main.py": ("from .pagination import CursorPage, cursor_page",),
            "app/services/users.py": ("from ..pagination import ALL_ROWS, Page",),
        },
    ),
    Shape(
        "a class of dependencies",
        """
--- app/main.py
from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import get_db
from app.models import User
from app.schemas import UserOut

app = FastAPI()


class Users:
    def __init__(self, db: Session = Depends(get_db)):
        self.db = db

    def found(self):
        return self.db.scalars(select(User).where(User.age > 20)).all()


@app.get("/users")
def list_users(users: Users = Depends()) -> list[UserOut]:
    return users.found()
""",
        has={"app/main.py": ("return users.found(page=page)",)},
    ),
    Shape(
        "a helper that runs any statement",
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
        has={"app/queries.py": ("return (await page.scalars(session, statement)).all()",)},
    ),
    Shape(
        "sessions of a database's method",
        """
--- app/database.py
from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.db import SessionLocal


class Database:
    def session(self) -> Iterator[Session]:
        with SessionLocal() as session:
            yield session


database = Database()
--- app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import database
from app.models import User
from app.schemas import UserOut

app = FastAPI()


@app.get("/users", response_model=list[UserOut])
def list_users(db: Annotated[Session, Depends(database.session)]) -> list[User]:
    return list(db.scalars(select(User)))
""",
        has={"app/main.py": ("return list(page.scalars(db, select(User)))",)},
    ),
    Shape(
        "a session of its own",
        """
--- app/main.py
from fastapi import FastAPI
from sqlalchemy import select

from app.db import SessionLocal
from app.models import User
from app.schemas import UserOut

app = FastAPI()


@app.get("/users", response_model=list[UserOut])
def list_users():
    with SessionLocal() as session:
        users = session.scalars(select(User)).all()
        return [UserOut.model_validate(user) for user in users]
""",
        has={
            "app/main.py": ("def list_users(page: Annotated[CursorPage, Depends(cursor_page())]):",)
        },
    ),
    Shape(
        "a factory and a nested endpoint",
        """
--- app/main.py
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

from app.db import get_db
from app.models import User
from app.schemas import UserOut


def create_app() -> FastAPI:
    app = FastAPI()

    @app.get("/users", response_model=list[UserOut])
    def list_users(db: Session = Depends(get_db)):
        return db.query(User).order_by(User.id.desc()).all()

    return app


app = create_app()
""",
    ),
    Shape(
        "rows below another object",
        """
--- app/main.py
from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import get_db
from app.models import User
from app.schemas import UserOut

app = FastAPI()


@app.get("/teams/{team_id}/users", response_model=list[UserOut])
def list_users(team_id: int, active: bool | None = None, db: Session = Depends(get_db)):
    query = select(User).where(User.team_id == team_id)
    if active is not None:
        query = query.where(User.active == active)
    return db.scalars(query.order_by(User.name)).all()
""",
        target="app/main.py:list_users",
        url="/teams/2/users",
        ties=("name",),
        old=("active=true", "active=false"),
        wrong=("cursor={cursor}&active=true",),
    ),
]

SHAPES += [
    Shape(
        "a repository behind an abstract one, and a unit of work",
        '''
--- app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI

from app.schemas import UserOut
from app.units import UnitOfWork

app = FastAPI()
UnitDep = Annotated[UnitOfWork, Depends()]


@app.get("/users", response_model=list[UserOut])
async def list_users(unit: UnitDep):
    async with unit as work:
        return await work.users.all()
--- app/units.py
from app.db import SessionLocal
from app.ports import Users
from app.stored import StoredUsers


class UnitOfWork:
    users: Users

    async def __aenter__(self):
        self.session = SessionLocal()
        self.users = StoredUsers(self.session)
        return self

    async def __aexit__(self, *_):
        await self.session.close()
--- app/ports.py
from abc import ABC, abstractmethod

from app.models import User


class Users(ABC):
    @abstractmethod
    async def all(self) -> list[User]:
        """Everybody."""
--- app/stored.py
from sqlalchemy import select

from app.models import User
from app.ports import Users


class StoredUsers(Users):
    def __init__(self, session):
        self.session = session

    async def all(self) -> list[User]:
        return list(await self.session.scalars(select(User).order_by(User.name)))
''',
        mode="async",
        ties=("name",),
        has={
            "app/ports.py": ("async def all(self, page: Page = ALL_ROWS) -> list[User]:",),
            "app/stored.py": ("await page.scalars(",),
        },
    ),
    Shape(
        "a thread for a blocking query",
        """
--- app/main.py
from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from app import crud
from app.db import get_db
from app.schemas import UserOut

app = FastAPI()


@app.get("/users", response_model=list[UserOut])
async def list_users(db: Session = Depends(get_db)):
    return await run_in_threadpool(crud.get_users, db)
--- app/crud.py
from sqlalchemy.orm import Session

from app.models import User


def get_users(db: Session):
    return [user for user in db.query(User)]
""",
        has={"app/main.py": ("run_in_threadpool(crud.get_users, db, page=page)",)},
    ),
    Shape(
        "a route that is added by a call, and a Page of the app's own",
        """
--- app/main.py
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.db import get_db
from app.models import User
from app.schemas import UserOut

app = FastAPI()


class Page(BaseModel):
    title: str


def all_users(db: Session) -> list[User]:
    return db.query(User).order_by(User.id).all()


def list_users(db: Session = Depends(get_db)) -> list[UserOut]:
    return all_users(db)


app.add_api_route("/users", list_users)
""",
        has={
            "app/main.py": (
                "from app.pagination import CursorPage, cursor_page",
                "Page as RowsPage",
                "def all_users(db: Session, page: RowsPage) -> list[User]:",
            )
        },
    ),
]
