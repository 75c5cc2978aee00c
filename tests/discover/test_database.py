"""Which session a new route takes, and who commits."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from fastarch.discover import discover
from fastarch.discover.database_facts import Session
from tests.discover.apps import write

ENGINE = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

    engine = create_engine("sqlite://")
    SessionLocal = sessionmaker(bind=engine)

    class Base(DeclarativeBase): ...

    def get_db():
        db = SessionLocal()
        try:
            yield db
        finally:
            db.close()
"""
ASYNC_ENGINE = """
    from collections.abc import AsyncIterator
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
    from sqlalchemy.orm import DeclarativeBase

    engine = create_async_engine("sqlite+aiosqlite://")
    factory = async_sessionmaker(engine, expire_on_commit=False)

    class Base(DeclarativeBase): ...
"""
MAIN = """
    from fastapi import FastAPI
    from app.routers import users

    app = FastAPI()
    app.include_router(users.router)
"""
MODELS = """
    from sqlalchemy.orm import Mapped, mapped_column
    from app.database import Base

    class User(Base):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)
"""


def read(root: Path, router: str, database: str = ENGINE, **more: str) -> Session | None:
    """The session of an app with one router."""
    files = {
        "app/__init__.py": "",
        "app/main.py": MAIN,
        "app/database.py": database,
        "app/models.py": MODELS,
        "app/routers/__init__.py": "",
        "app/routers/users.py": router,
        **{f"app/{name}.py": text for name, text in more.items()},
    }
    return discover(write(root, files)).session


def router(imports: str, parameter: str, more: str = "", annotation: str = "") -> str:
    return f"""
from fastapi import APIRouter, Depends
from typing import Annotated
from app import models
{imports}

router = APIRouter(prefix="/users")
{more}

@router.post("")
def create({parameter}):{annotation}
    ...

@router.get("")
def listing({parameter}): ...
"""


ORM = "from sqlalchemy.orm import Session"
GET_DB = f"{ORM}\nfrom app.database import get_db"


@pytest.mark.parametrize(
    ("imports", "parameter", "more", "expected"),
    [
        (GET_DB, "db: Session = Depends(get_db)", "", ("get_db", "depends", False, "db")),
        (GET_DB, "s: Annotated[Session, Depends(get_db)]", "", ("get_db", "depends", True, "s")),
        (GET_DB, "db=Depends(get_db)", "", ("get_db", "depends", False, "db")),
        (GET_DB, "*, db: 'Session' = Depends(get_db)", "", ("get_db", "depends", False, "db")),
        (
            f"from app import database\n{ORM}", "db: Session = Depends(database.get_db)", "",
            ("get_db", "depends", False, "db"),
        ),
        # An alias that a router made for itself is not the app's.
        (
            GET_DB, "db: db_dependency", "db_dependency = Annotated[Session, Depends(get_db)]",
            ("get_db", "depends", True, "db"),
        ),
        ("from app.deps import SessionDep", "session: SessionDep", "", ("SessionDep", "alias", True, "session")),
        ("from app.deps import Db", "db: Db", "", ("Db", "alias", True, "db")),
    ],
)  # fmt: skip
def test_spelling_of_neighbours(
    tmp_path: Path,
    imports: str,
    parameter: str,
    more: str,
    expected: tuple[str, str, bool, str],
) -> None:
    deps = """
        from typing import Annotated, TypeAlias
        from fastapi import Depends
        from sqlalchemy.orm import Session
        from app.database import get_db

        SessionDep = Annotated[Session, Depends(get_db)]
        Db: TypeAlias = Annotated[Session, Depends(get_db)]
    """
    found = read(tmp_path, router(imports, parameter, more), deps=deps)

    assert found is not None
    assert (found.symbol.name, found.style, found.annotated, found.parameter) == expected
    assert found.provider.name == "get_db"
    assert found.provider.at.file == "app/database.py"
    assert (found.type.module, found.type.name) == ("sqlalchemy.orm", "Session")


def test_new_alias_statement(tmp_path: Path) -> None:
    deps = """
        from typing import Annotated
        from fastapi import Depends
        from sqlalchemy.orm import Session
        from app.database import get_db

        type SessionDep = Annotated[Session, Depends(get_db)]
    """
    found = read(tmp_path, router("from app.deps import SessionDep", "s: SessionDep"), deps=deps)

    assert found is not None
    assert (found.symbol.name, found.symbol.module, found.style) == (
        "SessionDep",
        "app.deps",
        "alias",
    )


@pytest.mark.parametrize(
    ("provider", "commits"),
    [
        (
            "async def get_db():\n    async with factory() as session:\n        yield session",
            "caller",
        ),
        (
            (
                "async def get_db():\n    async with factory() as session:\n        yield session\n"
                "        await session.commit()"
            ),
            "dependency",
        ),
        (
            (
                "async def get_db():\n    async with factory() as session:\n        try:\n"
                "            yield session\n        except Exception:\n"
                "            await session.commit()\n            raise"
            ),
            "caller",
        ),
        (
            (
                "async def get_db():\n    async with factory() as session, session.begin():\n"
                "        yield session"
            ),
            "dependency",
        ),
        (
            "async def get_db():\n    async with factory.begin() as session:\n        yield session",
            "dependency",
        ),
        (
            (
                "from contextlib import asynccontextmanager\n\n@asynccontextmanager\n"
                "async def scope():\n    async with factory() as session:\n        yield session\n"
                "        await session.commit()\n\n"
                "async def get_db():\n    async with scope() as session:\n        yield session"
            ),
            "dependency",
        ),
        (
            (
                "async def inner():\n    async with factory() as session:\n        yield session\n"
                "        await session.commit()\n\n"
                "async def get_db():\n    async for session in inner():\n        yield session"
            ),
            "dependency",
        ),
        (
            (
                "class Manager:\n    async def session(self):\n        async with factory() as session:\n"
                "            yield session\n            await session.commit()\n\nmanager = Manager()\n\n"
                "async def get_db():\n    async for session in manager.session():\n        yield session"
            ),
            "dependency",
        ),
    ],
)
def test_who_commits(tmp_path: Path, provider: str, commits: str) -> None:
    database = f"{dedent(ASYNC_ENGINE)}\n{provider}\n"
    text = router(
        "from sqlalchemy.ext.asyncio import AsyncSession\nfrom app.database import get_db",
        "db: AsyncSession = Depends(get_db)",
    )
    found = read(tmp_path, text, database)

    assert found is not None
    assert found.symbol.name == "get_db"
    assert found.commits == commits
    assert ("commits at" in found.why) == (commits == "dependency")


def test_method_of_an_object(tmp_path: Path) -> None:
    database = dedent(ASYNC_ENGINE) + dedent("""
        class Helper:
            async def session(self) -> AsyncIterator[AsyncSession]:
                async with factory() as session:
                    yield session

        helper = Helper()
    """)
    text = router(
        "from sqlalchemy.ext.asyncio import AsyncSession\nfrom app.database import helper",
        "db: Annotated[AsyncSession, Depends(helper.session)]",
    )
    found = read(tmp_path, text, database)

    assert found is not None
    assert (found.provider.module, found.provider.name) == ("app.database", "helper.session")


def test_session_behind_provider_functions(tmp_path: Path) -> None:
    """The endpoints take a service; its provider takes the session."""
    providers = """
        from fastapi import Depends
        from sqlalchemy.orm import Session
        from app.database import get_db

        class UserService:
            def __init__(self, db): ...

        def get_repository(db_session: Session = Depends(get_db)): ...

        def get_service(repository=Depends(get_repository)):
            return UserService(repository)
    """
    text = router("from app.providers import get_service", "service=Depends(get_service)")
    found = read(tmp_path, text, providers=providers)

    assert found is not None
    assert (found.symbol.name, found.parameter) == ("get_db", "db_session")
    assert "providers" in found.why


def test_decoys_are_no_sessions(tmp_path: Path) -> None:
    """HTTP sessions, factories and tenants are not the database's session."""
    others = """
        from requests import Session
        from sqlalchemy.orm import Session as Other
        from app.database import SessionLocal

        def get_http():
            with Session() as session:
                yield session

        def get_factory() -> Other:
            return SessionLocal

        def get_tenant(request):
            return request.state.tenant_id
    """
    text = router(
        f"{GET_DB}\nfrom app.others import get_http, get_factory, get_tenant",
        "http=Depends(get_http), make=Depends(get_factory), t=Depends(get_tenant), "
        "db: Session = Depends(get_db)",
    )
    found = read(tmp_path, text, others=others)

    assert found is not None
    assert found.symbol.name == "get_db"
    assert found.others == ()


def test_unused_duplicate_loses(tmp_path: Path) -> None:
    text = router(GET_DB, "db: Session = Depends(get_db)").replace(
        "router = APIRouter",
        "def get_session():\n    with Session() as s:\n        yield s\n\nrouter = APIRouter",
    )
    found = read(tmp_path, text)

    assert found is not None
    assert found.provider.at.file == "app/database.py"


def test_reading_and_writing_sessions(tmp_path: Path) -> None:
    """A resource writes: it needs the session that the writing endpoints take."""
    database = (
        ENGINE
        + """
    def get_read_db():
        with SessionLocal() as db:
            yield db
    """
    )
    text = """
        from fastapi import APIRouter, Depends
        from sqlalchemy.orm import Session
        from app import models
        from app.database import get_db, get_read_db

        router = APIRouter(prefix="/users")

        @router.get("")
        def listing(db: Session = Depends(get_read_db)): ...

        @router.get("/{id}")
        def one(db: Session = Depends(get_read_db)): ...

        @router.post("")
        def create(db: Session = Depends(get_db)): ...
    """
    found = read(tmp_path, text, database)

    assert found is not None
    assert found.symbol.name == "get_db"
    assert [place.file for place in found.others] == ["app/database.py"]
    assert "get_read_db" in found.why


def test_sync_beside_async(tmp_path: Path) -> None:
    database = (
        dedent(ENGINE)
        + dedent(ASYNC_ENGINE).replace("class Base(DeclarativeBase): ...", "")
        + dedent("""
        async def get_async_db() -> AsyncIterator[AsyncSession]:
            async with factory() as session:
                yield session
    """)
    )
    text = router(
        "from sqlalchemy.ext.asyncio import AsyncSession\nfrom app.database import get_async_db",
        "db: AsyncSession = Depends(get_async_db)",
    )
    profile = discover(
        write(
            tmp_path,
            {
                "app/__init__.py": "",
                "app/main.py": MAIN,
                "app/database.py": database,
                "app/models.py": MODELS,
                "app/routers/__init__.py": "",
                "app/routers/users.py": text,
            },
        )
    )
    assert profile.session is not None
    assert profile.session.symbol.name == "get_async_db"
    assert profile.orm.is_async


def test_request_state(tmp_path: Path) -> None:
    deps = """
        from fastapi import Request
        from sqlalchemy.orm import Session

        def get_db(request: Request) -> Session:
            return request.state.db
    """
    text = router(f"{ORM}\nfrom app.deps import get_db", "db: Session = Depends(get_db)")
    found = read(tmp_path, text, deps=deps)

    assert found is not None
    assert (found.symbol.name, found.symbol.module) == ("get_db", "app.deps")


def test_no_neighbour_takes_it_yet(tmp_path: Path) -> None:
    found = read(tmp_path, router("from app import database", "q: str = ''"))

    assert found is not None
    assert found.symbol.name == "get_db"
    assert "no neighbouring endpoint" in found.why


@pytest.mark.parametrize(
    "opened",
    [
        "session_context = ContextVar('session')\nSession = async_scoped_session(factory, scopefunc=session_context.get)",
        "def transactional(f): ...\n",
    ],
)
def test_sessions_that_a_route_cannot_take(tmp_path: Path, opened: str) -> None:
    database = dedent(ASYNC_ENGINE) + f"from contextvars import ContextVar\n{opened}\n"
    found = read(tmp_path, router("from app import database", "q: str = ''"), database)

    assert found is not None
    assert found.style == "none"
    assert "app/database.py:" in found.why


def test_no_database(tmp_path: Path) -> None:
    main = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get("/")\ndef hello(): ...\n'
    profile = discover(write(tmp_path, {"main.py": main}))

    assert profile.session is None
    assert profile.orm.kind == "none"
    assert profile.orm.why
    assert profile.alembic is None
    assert profile.tests is None


MAKER = dedent(ASYNC_ENGINE) + dedent("""
    from fastapi import Depends

    async def get_session():
        async with factory() as s:
            yield s
""")


@pytest.mark.parametrize(
    ("more", "imports", "parameter", "provider"),
    [
        (
            ("class Database:\n    @staticmethod\n    async def take():\n"
            "        async with factory() as s:\n            yield s\n"),
            "Database", "db: AsyncSession = Depends(Database.take)", "Database.take",
        ),
        (
            ("class Provider:\n    async def __call__(self):\n        async with factory() as s:\n"
            "            yield s\n\nget_db = Provider()\n"),
            "get_db", "db: AsyncSession = Depends(get_db)", "get_db",
        ),
        (
            "class Service:\n    def __init__(self, db: AsyncSession = Depends(get_session)): ...\n",
            "Service", "service: Service = Depends()", "get_session",
        ),
        (
            ("def repository(kind):\n    def make(db: AsyncSession = Depends(get_session)): ...\n"
            "    return make\n"),
            "repository", "repo=Depends(repository(int))", "get_session",
        ),
    ],
)  # fmt: skip
def test_other_kinds_of_providers(
    tmp_path: Path, more: str, imports: str, parameter: str, provider: str
) -> None:
    text = router(
        f"from sqlalchemy.ext.asyncio import AsyncSession\nfrom app.database import {imports}",
        parameter,
    )
    found = read(tmp_path, text, f"{MAKER}\n{more}")

    assert found is not None
    assert (found.provider.name, found.provider.module) == (provider, "app.database")


def test_provider_of_a_library(tmp_path: Path) -> None:
    deps = """
        from typing import Annotated
        from fastapi import Depends
        from sqlalchemy.ext.asyncio import AsyncSession
        from company.database import get_session

        Db = Annotated[AsyncSession, Depends(get_session)]
    """
    found = read(tmp_path, router("from app.deps import Db", "db: Db"), deps=deps)

    assert found is not None
    assert (found.symbol.module, found.symbol.name) == ("app.deps", "Db")
    assert (found.provider.module, found.provider.name) == ("company.database", "get_session")


def test_unit_of_work_hands_out_no_session(tmp_path: Path) -> None:
    more = "class Work:\n    async def __aenter__(self):\n        self.session = factory()\n"
    text = router("from app.database import Work", "work: Annotated[Work, Depends(Work)]")
    found = read(tmp_path, text, f"{dedent(ASYNC_ENGINE)}\n{more}")

    assert found is not None
    assert found.style == "none"
    assert found.why


def test_class_based_views(tmp_path: Path) -> None:
    text = """
        from fastapi import APIRouter, Depends
        from sqlalchemy.orm import Session
        from app import models
        from app.database import get_db

        router = APIRouter(prefix="/users")

        @cbv(router)
        class Users:
            session: Session = Depends(get_db)

            @router.get("")
            def listing(self): ...
    """
    found = read(tmp_path, text)

    assert found is not None
    assert (found.symbol.name, found.parameter) == ("get_db", "session")
