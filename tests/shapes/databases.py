"""How an endpoint gets its session, and how tables come to be."""

from __future__ import annotations

from tests.shapes.parts import (
    ASYNC_DATABASE,
    ASYNC_USER_ROUTER,
    DATABASE,
    MAIN,
    USER_ROUTER,
    layered,
)
from tests.shapes.shape import Shape

_ALIASED = (
    USER_ROUTER.replace("db: Session = Depends(get_db)", "session: SessionDep")
    .replace("db.", "session.")
    .replace("from sqlalchemy.orm import Session\n", "")
    .replace("import APIRouter, Depends", "import APIRouter")
)
_DEPS = """
--- app/deps.py
from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session
from typing_extensions import TypeAlias

from app.database import get_db

SessionDep: TypeAlias = Annotated[Session, Depends(get_db)]
"""
_ALEMBIC = """
--- alembic.ini
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = sqlite:///./app.db
--- migrations/versions/0001_users.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("users")
--- migrations/script.py.mako
\"\"\"${message}\"\"\"
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
"""


def environment(imports: str, metadata: str = "Base.metadata") -> str:
    """Alembic, with an env.py that has these imports."""
    return (
        _ALEMBIC
        + f"""
--- migrations/env.py
from alembic import context
from sqlalchemy import create_engine

{imports}

target_metadata = {metadata}


def run_migrations_online():
    with create_engine("sqlite:///./app.db").connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
"""
    )


SHAPES = [
    Shape(
        "alias_with_typealias",
        layered(
            router=_ALIASED.replace("from @database import get_db", "from @deps import SessionDep")
        )
        + _DEPS,
        session="SessionDep",
        has={"app/routers/widgets.py": ("from app.deps import SessionDep", ": SessionDep")},
    ),
    Shape(
        "alias_by_type_statement",
        layered(
            router=_ALIASED.replace("from @database import get_db", "from @deps import SessionDep")
        )
        + _DEPS.replace("SessionDep: TypeAlias =", "type SessionDep =").replace(
            "from typing_extensions import TypeAlias\n", ""
        ),
        session="SessionDep",
        serve=None,
        has={"app/routers/widgets.py": ("from app.deps import SessionDep",)},
    ),
    Shape(
        "alias_in_each_router",
        layered(
            router=_ALIASED.replace("import APIRouter", "import APIRouter, Depends")
            .replace("from fastapi", "from typing import Annotated\n\nfrom fastapi", 1)
            .replace("from @database", "from sqlalchemy.orm import Session\n\nfrom @database")
            .replace("router =", "SessionDep = Annotated[Session, Depends(get_db)]\n\nrouter =")
        ),
        session=None,
        has={"app/routers/widgets.py": ("Annotated[Session, Depends(get_db)]",)},
        lacks={"app/routers/widgets.py": ("from app.routers.users import",)},
    ),
    Shape(
        "dependency_defined_in_a_router",
        layered(
            router=USER_ROUTER.replace(
                "from @database import get_db", "from @database import SessionLocal"
            )
            .replace(
                "router = ",
                """def open_session():
    with SessionLocal() as session:
        yield session


router = """,
            )
            .replace("get_db", "open_session"),
            database=DATABASE.partition("def get_db")[0],
        ),
        session="open_session",
        has={"app/routers/widgets.py": ("from app.routers.users import open_session",)},
    ),
    Shape(
        "dependency_defined_in_main",
        layered(
            database=DATABASE.partition("def get_db")[0],
            router=USER_ROUTER.replace("@database import", "@main import"),
            main="""
from fastapi import FastAPI

from app.database import SessionLocal


def get_db():
    with SessionLocal() as db:
        yield db


app = FastAPI()

from app.routers import users

app.include_router(users.router)
""",
        ),
        entry="app/main.py:app",
    ),
    Shape(
        "endpoints_in_main_with_its_session",
        layered(
            database=DATABASE.partition("def get_db")[0],
            skip=("routers/users.py", "routers/__init__.py"),
            main="""
from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import SessionLocal
from app.models.user import User
from app.schemas.user import UserRead

app = FastAPI()


def get_session():
    with SessionLocal() as db:
        yield db


@app.get("/users", response_model=list[UserRead])
def users(db: Session = Depends(get_session)):
    return db.scalars(select(User)).all()
""",
        ),
        session="get_session",
    ),
    Shape(
        "decoys_that_are_no_dependency",
        layered(
            database=DATABASE
            + '''

def get_session():
    """For scripts."""
    return SessionLocal()


def get_test_db():
    with SessionLocal() as db:
        yield db
'''
        ),
    ),
    Shape(
        "read_and_write_sessions",
        layered(
            database=DATABASE
            + """

def get_read_db():
    with SessionLocal() as db:
        yield db
""",
            router=USER_ROUTER.replace(
                "def list_users(db: Session = Depends(get_db))",
                "def list_users(db: Session = Depends(get_read_db))",
            ).replace("import get_db", "import get_db, get_read_db"),
        ),
    ),
    Shape(
        "async_everything",
        layered(database=ASYNC_DATABASE, router=ASYNC_USER_ROUTER),
        has={"app/routers/widgets.py": ("AsyncSession", "async def")},
    ),
    Shape(
        "sync_beside_async",
        layered(
            database=ASYNC_DATABASE
            + """

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

sync_engine = create_engine("sqlite:///./app.db")
SyncSession = sessionmaker(sync_engine)


def get_sync_db():
    with SyncSession() as db:
        yield db
""",
            router=ASYNC_USER_ROUTER,
        ),
        has={"app/routers/widgets.py": ("AsyncSession",)},
    ),
    Shape(
        "session_of_request_state",
        layered(
            database=DATABASE.partition("def get_db")[0]
            + """
from fastapi import Request


def get_db(request: Request):
    return request.state.db
""",
            main="""
from fastapi import FastAPI, Request

from app.database import SessionLocal
from app.routers import users

app = FastAPI()


@app.middleware("http")
async def session(request: Request, call_next):
    request.state.db = SessionLocal()
    try:
        return await call_next(request)
    finally:
        request.state.db.close()


app.include_router(users.router)
""",
        ).replace(
            'create_engine("sqlite:///./app.db")',
            'create_engine("sqlite:///./app.db", connect_args={"check_same_thread": False})',
        ),
    ),
    Shape(
        "dependency_commits",
        layered(
            database=ASYNC_DATABASE.replace(
                "        yield session", "        yield session\n        await session.commit()"
            ),
            router=ASYNC_USER_ROUTER.replace("    await db.commit()\n", "    await db.flush()\n"),
        ),
    ),
    Shape(
        "session_manager_method",
        layered(
            database=DATABASE.partition("def get_db")[0]
            + """

class Database:
    def session(self):
        with SessionLocal() as db:
            yield db


database = Database()
""",
            router=USER_ROUTER.replace("import get_db", "import database").replace(
                "get_db", "database.session"
            ),
        ),
        session="database.session",
    ),
    Shape(
        "service_class_as_dependency",
        layered(
            router="""
from fastapi import APIRouter, Depends

from @schemas.user import UserCreate, UserRead
from @services.user import UserService

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", response_model=list[UserRead])
def list_users(service: UserService = Depends(UserService)):
    return service.list()


@router.post("", response_model=UserRead, status_code=201)
def create_user(user: UserCreate, service: UserService = Depends(UserService)):
    return service.create(user)
"""
        )
        + """
--- app/services/__init__.py
--- app/services/user.py
from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import get_db
from app.models.user import User
from app.schemas.user import UserCreate


class UserService:
    def __init__(self, db: Session = Depends(get_db)) -> None:
        self.db = db

    def list(self) -> list[User]:
        return list(self.db.scalars(select(User)))

    def create(self, data: UserCreate) -> User:
        row = User(**data.model_dump())
        self.db.add(row)
        self.db.commit()
        return row
""",
        places={"service": "app/services/widget.py"},
        has={"app/services/widget.py": ("class WidgetService",)},
    ),
    Shape(
        "providers_module",
        layered(
            router="""
from typing import Annotated

from fastapi import APIRouter, Depends

from @providers import get_user_service
from @schemas.user import UserCreate, UserRead
from @services.user import UserService

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", response_model=list[UserRead])
def list_users(service: Annotated[UserService, Depends(get_user_service)]):
    return service.list()


@router.post("", response_model=UserRead, status_code=201)
def create_user(user: UserCreate, service: Annotated[UserService, Depends(get_user_service)]):
    return service.create(user)
"""
        )
        + """
--- app/providers.py
from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session

from app.database import get_db
from app.services.user import UserService


def get_user_service(db: Annotated[Session, Depends(get_db)]) -> UserService:
    return UserService(db)
--- app/services/__init__.py
--- app/services/user.py
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.user import User
from app.schemas.user import UserCreate


class UserService:
    def __init__(self, db: Session) -> None:
        self.db = db

    def list(self) -> list[User]:
        return list(self.db.scalars(select(User)))

    def create(self, data: UserCreate) -> User:
        row = User(**data.model_dump())
        self.db.add(row)
        self.db.commit()
        return row
""",
        places={"service": "app/services/widget.py"},
    ),
    Shape(
        "contextvar_session",
        layered(
            database=DATABASE.partition("def get_db")[0]
            + """
from contextvars import ContextVar

current = ContextVar("current", default=None)


def session():
    return current.get()
""",
            router=USER_ROUTER.replace(
                "from @database import get_db", "from @database import session"
            )
            .replace("db: Session = Depends(get_db)", "")
            .replace("(user: UserCreate, )", "(user: UserCreate)")
            .replace("db.", "session()."),
            main=MAIN,
        ),
        exit=3,
        says=("app/database.py", "essions are opened", "with SessionLocal() as session:"),
    ),
    Shape(
        "decorator_session",
        layered(
            database=DATABASE.partition("def get_db")[0]
            + """
from functools import wraps


def transactional(function):
    @wraps(function)
    def wrapper(*args, **more):
        with SessionLocal() as session:
            return function(*args, session=session, **more)

    return wrapper
""",
            router=USER_ROUTER.replace("import get_db", "import transactional")
            .replace("\n\n\n@router", "\n\n\n@router")
            .replace("(db: Session = Depends(get_db))", "()")
            .replace("(user: UserCreate, db: Session = Depends(get_db))", "(user: UserCreate)")
            .replace("    return db.scalars(select(User)).all()", "    return find()")
            + """

@transactional
def find(session=None):
    return session.scalars(select(User)).all()
""".replace("db", "session"),
        ),
        serve=None,
        exit=3,
        says=("@transactional", "def get_session():"),
    ),
    Shape(
        "alembic_with_an_import_for_each",
        layered()
        + environment(
            "from app.database import Base\nfrom app.models.user import User  # noqa: F401"
        ),
        has={"migrations/env.py": ("from app.models.widget import Widget",)},
    ),
    Shape(
        "alembic_by_star_import",
        layered(skip=("models/__init__.py",))
        + environment("from app.models import *\nfrom app.database import Base")
        + """
--- app/models/__init__.py
from .user import User

__all__ = ["User"]
""",
        has={
            "app/models/__init__.py": ("from .widget import Widget", '__all__ = ["User", "Widget"]')
        },
    ),
    Shape(
        "alembic_by_package_walk",
        layered()
        + environment("""import importlib
import pkgutil

from app import models
from app.database import Base

for info in pkgutil.iter_modules(models.__path__):
    importlib.import_module(f"app.models.{info.name}")"""),
        lacks={"migrations/env.py": ("widget",)},
    ),
    Shape(
        "alembic_in_pyproject",
        layered()
        + environment("from app.database import Base\nimport app.models.user").replace(
            "--- alembic.ini\n[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = sqlite:///./app.db\n",
            '--- pyproject.toml\n[project]\nname = "x"\nversion = "0"\n\n[tool.alembic]\nscript_location = "%(here)s/migrations"\n',
        ),
        has={"migrations/env.py": ("import app.models.widget",)},
    ),
    Shape(
        "alembic_without_ini",
        layered()
        + environment("from app.database import Base\nfrom app.models import user").replace(
            "--- alembic.ini\n[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = sqlite:///./app.db\n",
            "",
        ),
        has={"migrations/env.py": ("from app.models import user, widget",)},
    ),
    Shape(
        "alembic_with_several_heads",
        layered()
        + environment("from app.database import Base\nfrom app.models import user")
        + """
--- migrations/versions/0002_a.py
revision = "0002a"
down_revision = "0001"
def upgrade(): pass
def downgrade(): pass
--- migrations/versions/0002_b.py
revision = "0002b"
down_revision = "0001"
def upgrade(): pass
def downgrade(): pass
""",
        exit=3,
        says=("0002a", "0002b"),
    ),
    Shape(
        "base_with_a_registry_of_models",
        layered(
            database=DATABASE.partition("class Base")[0]
            + "from @db.base_class import Base\n"
            + "\n\ndef get_db"
            + DATABASE.partition("def get_db")[2]
        ).replace("from app.database import Base", "from app.db.base_class import Base")
        + """
--- app/db/__init__.py
--- app/db/base_class.py
import re

from sqlalchemy.orm import DeclarativeBase, declared_attr


class Base(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
--- app/db/base.py
from app.db.base_class import Base
from app.models.user import User
"""
        + environment("from app.db.base import Base"),
        has={"app/db/base.py": ("from app.models.widget import Widget",)},
        lacks={"app/models/widget.py": ("__tablename__",)},
    ),
]
