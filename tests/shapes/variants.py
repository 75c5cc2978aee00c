"""Entries, routers, sessions and bases that are written in less usual ways."""

from __future__ import annotations

from tests.shapes.databases import environment
from tests.shapes.orms import FEATURES
from tests.shapes.parts import (
    ASYNC_DATABASE,
    ASYNC_USER_ROUTER,
    DATABASE,
    MAIN,
    USER_ROUTER,
    layered,
    piece,
)
from tests.shapes.routers import ORDERS, with_app
from tests.shapes.shape import Shape

SHAPES = [
    Shape(
        "gunicorn_conf",
        layered(skip=("main.py",))
        + "--- app/asgi.py\n"
        + piece(MAIN)
        + """
--- app/other.py
from fastapi import FastAPI
from app.routers import users
app = FastAPI()
app.include_router(users.router)
--- gunicorn.conf.py
wsgi_app = "app.asgi:app"
""",
        entry="app/asgi.py:app",
        site="app/asgi.py",
        serve=". app.asgi:app",
    ),
    Shape(
        "app_made_in_another_module",
        layered(
            main="""
from app.core import app
from app.routers import users

app.include_router(users.router)
"""
        )
        + "--- app/core.py\nfrom fastapi import FastAPI\n\napp = FastAPI()\n",
        entry=None,
    ),
    Shape(
        "wrapped_in_middleware",
        layered(
            main=MAIN
            + """
from starlette.middleware.cors import CORSMiddleware

app = CORSMiddleware(app, allow_origins=["https://a.example"])
"""
        ),
        serve=None,
    ),
    Shape(
        "entry_under_main_guard",
        layered(
            main="""
import uvicorn
from fastapi import FastAPI

from app.routers import users


def main():
    app = FastAPI()
    app.include_router(users.router)
    uvicorn.run(app)


if __name__ == "__main__":
    main()
"""
        ),
        entry=None,
        serve=None,
    ),
    Shape(
        "conditional_app",
        layered(
            main="""
import os

from fastapi import FastAPI

from app.routers import users

if os.getenv("DEBUG"):
    app = FastAPI(debug=True)
else:
    app = FastAPI(docs_url=None)

app.include_router(users.router)
"""
        ),
    ),
    Shape(
        "lifespan_creates_tables",
        layered(
            main="""
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.database import Base, engine
from app.routers import users


@asynccontextmanager
async def lifespan(app: FastAPI):
    Base.metadata.create_all(engine)
    yield


app = FastAPI(lifespan=lifespan)
app.include_router(users.router)
"""
        ),
    ),
    Shape(
        "routers_with_args_unpacked",
        layered(
            main=with_app("""
from app.routers import orders, users

app = FastAPI()


def include(app, *routers):
    for router in routers:
        app.include_router(router)


include(app, users.router, orders.router)
""")
        )
        + ORDERS,
    ),
    Shape(
        "routers_in_dataclass_config",
        layered(
            main=with_app("""
from dataclasses import dataclass

from fastapi import APIRouter

from app.routers import orders, users


@dataclass
class Route:
    router: APIRouter
    prefix: str = ""


ROUTES = [
    Route(router=users.router),
    Route(router=orders.router),
]

app = FastAPI()
for route in ROUTES:
    app.include_router(route.router, prefix=route.prefix)
""")
        )
        + ORDERS,
    ),
    Shape(
        "aggregator_with_get_router_functions",
        layered(
            main=with_app("""
from app.routers.orders import get_router as orders
from app.routers.users import get_router as users

app = FastAPI()
app.include_router(users())
app.include_router(orders())
"""),
            router=USER_ROUTER.replace(
                "router = ", "def get_router():\n    return router\n\n\nrouter = "
            ),
        )
        + ORDERS.replace("router = ", "def get_router():\n    return router\n\n\nrouter = "),
    ),
    Shape(
        "mounted_v1",
        layered(
            main=with_app("""
from app.routers import orders, users

app = FastAPI()
v1 = FastAPI()
v1.include_router(users.router)
v1.include_router(orders.router)
app.mount("/v1", v1)
""")
        )
        + ORDERS,
        entry=None,
        serve=". app.main:v1",
    ),
    Shape(
        "session_of_a_context_manager",
        layered(
            database=DATABASE.partition("def get_db")[0]
            + """
from contextlib import contextmanager


@contextmanager
def session_scope():
    session = SessionLocal()
    try:
        yield session
        session.commit()
    finally:
        session.close()


def get_db():
    with session_scope() as session:
        yield session
""",
            router=USER_ROUTER.replace("    db.commit()\n", "    db.flush()\n"),
        ),
    ),
    Shape(
        "callable_object_as_dependency",
        layered(
            database=DATABASE.partition("def get_db")[0]
            + """

class GetDB:
    def __call__(self):
        with SessionLocal() as db:
            yield db


get_db = GetDB()
"""
        ),
    ),
    Shape(
        "async_gen_with_begin",
        layered(
            database=ASYNC_DATABASE.replace(
                "        yield session",
                "        async with session.begin():\n            yield session",
            ),
            router=ASYNC_USER_ROUTER.replace("    await db.commit()\n", "    await db.flush()\n"),
        ),
    ),
    Shape(
        "unit_of_work",
        layered(
            database=DATABASE.partition("def get_db")[0]
            + """

class UnitOfWork:
    def __enter__(self):
        self.session = SessionLocal()
        return self

    def __exit__(self, *args):
        self.session.close()


def get_uow():
    return UnitOfWork()
""",
            router=USER_ROUTER.replace("from sqlalchemy.orm import Session\n", "")
            .replace("import get_db", "import UnitOfWork, get_uow")
            .replace("db: Session = Depends(get_db)", "uow: UnitOfWork = Depends(get_uow)")
            .replace(
                "    return db.scalars(select(User)).all()",
                "    with uow:\n        return uow.session.scalars(select(User)).all()",
            )
            .replace(
                "    db.add(row)\n    db.commit()",
                "    with uow:\n        uow.session.add(row)\n        uow.session.commit()",
            ),
        ),
        exit=3,
        says=("session",),
    ),
    Shape(
        "app_state_session",
        layered(
            database=DATABASE.partition("def get_db")[0]
            + """
from fastapi import Request


def get_db(request: Request):
    with request.app.state.sessions() as db:
        yield db
""",
            main="""
from fastapi import FastAPI

from app.database import SessionLocal
from app.routers import users

app = FastAPI()
app.state.sessions = SessionLocal
app.include_router(users.router)
""",
        ),
    ),
    Shape(
        "base_first_mixins_after",
        layered(
            database=DATABASE.replace(
                "class Base(DeclarativeBase):\n    pass\n",
                """class Base(DeclarativeBase):
    pass


class TimestampMixin:
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
""",
            )
            .replace(
                "from sqlalchemy import create_engine",
                "from datetime import datetime\n\nfrom sqlalchemy import create_engine, func",
            )
            .replace(
                "import DeclarativeBase, sessionmaker",
                "import DeclarativeBase, Mapped, mapped_column, sessionmaker",
            )
        )
        .replace("class User(Base)", "class User(Base, TimestampMixin)")
        .replace("database import Base\n", "database import Base, TimestampMixin\n")
        .replace(
            "--- app/schemas/user.py",
            """

class Team(Base, TimestampMixin):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
--- app/schemas/user.py""",
        ),
    ),
    Shape(
        "sqlmodel_split_async",
        """
--- app/main.py
from fastapi import FastAPI
from app.api.heroes import router
app = FastAPI()
app.include_router(router, prefix="/heroes", tags=["heroes"])
--- app/db.py
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession
engine = create_async_engine("sqlite+aiosqlite:///./app.db")
async def get_session():
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
--- app/models/hero.py
import uuid
from sqlmodel import Field, SQLModel
class Hero(SQLModel, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    name: str
--- app/schemas/hero.py
from sqlmodel import SQLModel
import uuid
class HeroIn(SQLModel):
    name: str
class HeroOut(SQLModel):
    id: uuid.UUID
    name: str
--- app/api/heroes.py
from fastapi import APIRouter, Depends
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from app.db import get_session
from app.models.hero import Hero
from app.schemas.hero import HeroIn, HeroOut
router = APIRouter()
@router.get("/", response_model=list[HeroOut])
async def all_heroes(session: AsyncSession = Depends(get_session)):
    return (await session.exec(select(Hero))).all()
@router.post("/", response_model=HeroOut)
async def create_hero(hero: HeroIn, session: AsyncSession = Depends(get_session)):
    row = Hero.model_validate(hero)
    session.add(row)
    await session.commit()
    return row
--- requirements.txt
fastapi
sqlmodel
""",
        session="get_session",
        url="/widgets/",
    ),
    Shape(
        "models_inherit_abstract_with_id",
        layered(
            database=DATABASE.replace(
                "class Base(DeclarativeBase):\n    pass\n",
                """class Base(DeclarativeBase):
    pass


class BaseModel(Base):
    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower() + "s"
""",
            ).replace(
                "import DeclarativeBase, sessionmaker",
                "import DeclarativeBase, Mapped, declared_attr, mapped_column, sessionmaker",
            )
        )
        .replace("class User(Base)", "class User(BaseModel)")
        .replace("database import Base\n", "database import BaseModel\n")
        .replace(
            '    __tablename__ = "users"\n\n    id: Mapped[int] = mapped_column(primary_key=True)\n',
            "",
        ),
        lacks={"app/models/widget.py": ("primary_key", "__tablename__")},
    ),
    Shape(
        "features_relative",
        FEATURES.replace("from src.posts.models", "from .models")
        .replace("from src.posts.schemas", "from .schemas")
        .replace("from src.users.models", "from .models")
        .replace("from src.users.schemas", "from .schemas")
        .replace("from src.posts import service", "from . import service")
        .replace("from src.users import service", "from . import service"),
        entry="src/main.py:app",
        site="src/main.py",
        layout="feature",
        url="/widgets/",
        serve=". src.main:app",
    ),
    Shape(
        "features_with_alembic_imports",
        FEATURES
        + environment(
            "from src.database import Base\nfrom src.posts.models import Post\nfrom src.users.models import User\n\nimport os"
        ),
        entry="src/main.py:app",
        site="src/main.py",
        layout="feature",
        url="/widgets/",
        serve=". src.main:app",
    ),
    Shape(
        "name_in_the_way",
        layered(
            main="""
from fastapi import FastAPI

from app.routers import users

widgets = {"a": 1}
app = FastAPI(title=str(widgets))
app.include_router(users.router)
"""
        ),
    ),
    Shape(
        "latin1_module",
        layered(),
        bytes=lambda f: {
            **f,
            "app/main.py": "# -*- coding: latin-1 -*-\n# é\n".encode("latin-1") + f["app/main.py"],
        },
    ),
    Shape(
        "requires_python_39",
        layered().replace(
            "--- requirements.txt\nfastapi>=0.110\nsqlalchemy>=2\n",
            '--- pyproject.toml\n[project]\nname = "x"\nversion = "0"\nrequires-python = ">=3.9"\ndependencies = ["fastapi", "sqlalchemy"]\n',
        ),
        lacks={"app/schemas/widget.py": (" | None",)},
    ),
    Shape(
        "two_apps_no_hint",
        layered() + "--- other/__init__.py\n--- other/main.py\n" + piece(MAIN),
        exit=2,
        says=("--entry",),
    ),
    Shape(
        "entry_by_tool_fastarch",
        layered()
        + "--- other/__init__.py\n--- other/main.py\n"
        + piece(MAIN)
        + '--- pyproject.toml\n[tool.fastarch]\nentry = "app/main.py:app"\n',
    ),
]
