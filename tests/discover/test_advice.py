"""``fastarch advise``: what is found in small apps, and what is not."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from fastarch.discover.advice import advise
from fastarch.discover.advice_study import Finding
from tests.discover.apps import write

DATABASE = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

    engine = create_engine("sqlite://")
    SessionLocal = sessionmaker(bind=engine)


    class Base(DeclarativeBase):
        pass


    def get_db():
        with SessionLocal() as session:
            yield session
    """
ASYNC_DATABASE = """
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
    from sqlalchemy.orm import DeclarativeBase

    SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite://"))


    class Base(DeclarativeBase):
        pass


    async def get_db():
        async with SessionLocal() as session:
            yield session
    """
MODELS = """
    import enum

    from sqlalchemy import Enum, ForeignKey, Index, String
    from sqlalchemy.orm import Mapped, mapped_column, relationship

    from app.db import Base


    class Level(enum.Enum):
        low = 1
        high = 2


    class Team(Base):
        __tablename__ = "teams"

        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str] = mapped_column(unique=True)
        name: Mapped[str]
        city: Mapped[str] = mapped_column(index=True)
        street: Mapped[str]
        zip: Mapped[str]
        active: Mapped[bool]
        level: Mapped[Level]
        status: Mapped[str]
        team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
        team: Mapped[Team] = relationship()
        posts: Mapped[list["Post"]] = relationship()
        notes: Mapped[list["Note"]] = relationship(lazy="selectin")

        __table_args__ = (Index("ix_users_street_zip", "street", "zip"),)


    class Post(Base):
        __tablename__ = "posts"

        id: Mapped[int] = mapped_column(primary_key=True)
        author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


    class Note(Base):
        __tablename__ = "notes"

        id: Mapped[int] = mapped_column(primary_key=True)
        author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    """
SCHEMAS = """
    from pydantic import BaseModel


    class TeamRead(BaseModel):
        id: int


    class PostRead(BaseModel):
        id: int


    class UserRead(BaseModel):
        id: int
        name: str


    class UserWithTeam(UserRead):
        team: TeamRead


    class UserWithPosts(UserRead):
        posts: list[PostRead]
        notes: list[PostRead] = []


    class UserPage(BaseModel):
        items: list[UserWithTeam]
        total: int


    class Profile(BaseModel):
        users: list[UserRead]
        owner: str
        teams: list[TeamRead]
    """
HEAD = """
    import subprocess
    import time
    import urllib.request
    from typing import Annotated, Any

    import aiofiles
    import httpx
    import requests
    from fastapi import APIRouter, Depends, FastAPI, Query
    from sqlalchemy import func, select
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session, joinedload, selectinload

    from app.db import get_db
    from app.models import Level, Note, Post, Team, User
    from app.schemas import Profile, UserPage, UserRead, UserWithPosts, UserWithTeam

    app = FastAPI()
    Db = Annotated[Session, Depends(get_db)]
    """
LIST = "response_model=list[UserRead]"


def found(root: Path, endpoint: str, **files: str) -> tuple[Finding, ...]:
    """What is found in an app with an endpoint."""
    code = dedent(HEAD) + "\n\n" + dedent(endpoint)
    write(
        root,
        {
            "requirements.txt": "fastapi\nsqlalchemy\n",
            "app/__init__.py": "",
            "app/db.py": ASYNC_DATABASE if "AsyncSession" in endpoint else DATABASE,
            "app/models.py": MODELS,
            "app/schemas.py": SCHEMAS,
            "app/main.py": code.encode(),
            **{f"app/{name}.py": text for name, text in files.items()},
        },
    )
    return advise(root)


def codes(root: Path, endpoint: str, **files: str) -> list[str]:
    """The codes of what is found."""
    return [one.code for one in found(root, endpoint, **files)]


def line_of(root: Path, one: Finding) -> str:
    """The line that a finding names."""
    return (root / one.file).read_text().splitlines()[one.line - 1].strip()


# --- lists without a limit

QUERIES = {
    "scalars": "db.scalars(select(User)).all()",
    "execute": "db.execute(select(User).where(User.city == 'x')).scalars().all()",
    "query": "db.query(User).all()",
    "listed": "list(db.scalars(select(User)))",
}


KEPT = """
    TEXTS = {"welcome": "Hello", "bye": "Good bye"}


    def text(key: str) -> str:
        if key in TEXTS:
            return TEXTS[key]
        with open(f"/etc/{key}.txt") as file:
            return file.read()
    """


@pytest.mark.parametrize(("key", "said"), [("welcome", []), ("other", ["blocking-call"])])
def test_a_file_that_is_surely_not_opened(tmp_path: Path, key: str, said: list[str]) -> None:
    code = f"""
        from app.texts import text


        @app.get("/text")
        async def show() -> str:
            return text("{key}")
        """
    assert codes(tmp_path, code, texts=KEPT) == said


def test_rows_that_a_request_names_have_a_bound(tmp_path: Path) -> None:
    code = f"""
        @app.get("/users", {LIST})
        def users(db: Db, emails: Annotated[list[str], Query()]):
            return db.query(User).filter(User.email.in_(emails)).all()


        @app.get("/people", {LIST})
        def people(db: Db, streets: Annotated[list[str], Query()]):
            return db.query(User).filter(User.street.in_(streets)).all()
        """
    assert [(one.code, one.endpoint) for one in found(tmp_path, code)] == [
        ("unbounded-list", "GET /people")
    ]


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_list_without_a_limit(tmp_path: Path, query: str) -> None:
    code = f"@app.get('/users', {LIST})\ndef users(db: Db):\n    return {query}\n"
    (one,) = found(tmp_path, code)
    assert (one.code, one.endpoint) == ("unbounded-list", "GET /users")
    assert one.fix == 'fastarch add pagination "GET /users"'
    assert line_of(tmp_path, one) == "def users(db: Db):"
    assert "app/main.py:" in one.message


def test_a_list_without_a_limit_through_a_service_and_a_repository(tmp_path: Path) -> None:
    repository = """
        from sqlalchemy import select
        from sqlalchemy.ext.asyncio import AsyncSession

        from app.models import User


        class Users:
            def __init__(self, session: AsyncSession):
                self.session = session

            async def every(self):
                result = await self.session.execute(select(User))
                return result.scalars().all()
        """
    service = """
        from app.repository import Users


        class Service:
            def __init__(self, session):
                self.users = Users(session)

            async def every(self):
                return await self.users.every()
        """
    code = f"""
        from app.service import Service


        @app.get("/users", {LIST})
        async def users(db: AsyncSession = Depends(get_db)):
            return await Service(db).every()
        """
    (one,) = found(tmp_path, code, repository=repository, service=service)
    assert one.code == "unbounded-list"
    assert "app/repository.py:12" in one.message


BOUNDED = {
    "limit": "db.scalars(select(User).limit(limit)).all()",
    "key": "db.scalars(select(User).where(User.id == limit)).all()",
    "unique": "db.query(User).filter_by(email='x').all()",
    "one": "db.scalars(select(User)).first()",
    "numbers": "db.execute(select(func.count(User.id))).scalars().all()",
    "others": "requests_of(limit)",
}


@pytest.mark.parametrize("query", BOUNDED.values(), ids=BOUNDED)
def test_a_list_that_ends(tmp_path: Path, query: str) -> None:
    code = f"@app.get('/users', {LIST})\ndef users(db: Db, limit: int = 9):\n    return {query}\n"
    assert codes(tmp_path, code) == []


def test_an_object_that_has_a_list_among_others_is_no_list(tmp_path: Path) -> None:
    code = """
        @app.get("/profile", response_model=Profile)
        def profile(db: Db):
            users = db.scalars(select(User)).all()
            return {"users": users, "owner": "me", "teams": []}
        """
    assert codes(tmp_path, code) == []


def test_what_cannot_get_pages_has_lines_to_change(tmp_path: Path) -> None:
    code = f"""
        @app.get("/users", {LIST})
        def users(db: Db):
            return db.scalars(select(User).join(User.posts)).all()
        """
    (one,) = found(tmp_path, code)
    assert (one.code, one.fix) == ("unbounded-list", None)
    assert ".limit()" in one.hint


# --- relationships


def answering(schema: str, query: str) -> str:
    """An endpoint with a limit that answers with a schema."""
    return (
        f"@app.get('/users', response_model=list[{schema}])\n"
        f"def users(db: Db, limit: int = 9):\n    return db.scalars({query}.limit(limit)).all()\n"
    )


def test_a_lazy_relationship_in_the_answer(tmp_path: Path) -> None:
    (one,) = found(tmp_path, answering("UserWithTeam", "select(User)"))
    assert one.code == "n-plus-one"
    assert one.hint == "add .options(joinedload(User.team)) to the query"
    assert "db.scalars" in line_of(tmp_path, one)


def test_lazy_rows_in_the_answer(tmp_path: Path) -> None:
    (one,) = found(tmp_path, answering("UserWithPosts", "select(User)"))
    assert one.hint == "add .options(selectinload(User.posts)) to the query"


def test_a_lazy_relationship_in_an_envelope(tmp_path: Path) -> None:
    code = """
        @app.get("/users", response_model=UserPage)
        def users(db: Db, limit: int = 9):
            rows = db.scalars(select(User).limit(limit)).all()
            return {"items": rows, "total": 3}
        """
    assert codes(tmp_path, code) == ["n-plus-one"]


def test_a_lazy_relationship_that_code_touches(tmp_path: Path) -> None:
    code = """
        @app.get("/users", response_model=list[dict[str, str]])
        def users(db: Db, limit: int = 9):
            rows = db.scalars(select(User).limit(limit)).all()
            return [{"name": row.name, "team": row.team.name} for row in rows]
        """
    (one,) = found(tmp_path, code)
    assert one.code == "n-plus-one"
    assert "row.team.name" in line_of(tmp_path, one)


@pytest.mark.parametrize(
    ("schema", "query"),
    [
        ("UserWithTeam", "select(User).options(joinedload(User.team))"),
        ("UserWithPosts", "select(User).options(selectinload(User.posts))"),
        ("UserWithPosts", "select(User).options(selectinload('*'))"),
        ("UserWithTeam", "select(User).where(User.team_id == 3)"),
        ("UserRead", "select(User)"),
    ],
)
def test_relationships_that_are_loaded_or_not_shown(
    tmp_path: Path, schema: str, query: str
) -> None:
    assert codes(tmp_path, answering(schema, query)) == []


# --- indexes

FILTERS = {
    "where": ("db.scalars(select(User).where(User.name == x)).first()", "User.name"),
    "filter": ("db.query(User).filter(User.name >= x).first()", "User.name"),
    "filter_by": ("db.query(User).filter_by(name=x).first()", "User.name"),
    "in": ("db.scalars(select(User).where(User.name.in_([x]))).first()", "User.name"),
    "second of an index": ("db.scalars(select(User).where(User.zip == x)).first()", "User.zip"),
    "key": ("db.scalars(select(Post).where(Post.author_id == x)).first()", "Post.author_id"),
}


@pytest.mark.parametrize(("query", "column"), FILTERS.values(), ids=FILTERS)
def test_a_filter_without_an_index(tmp_path: Path, query: str, column: str) -> None:
    code = f"@app.post('/users', {LIST})\ndef users(db: Db, x: str):\n    return {query}\n"
    (one,) = found(tmp_path, code)
    assert one.code == "missing-index"
    assert column in one.message
    assert line_of(tmp_path, one).startswith(f"{column.partition('.')[2]}: Mapped")


SERVED = {
    "index": "db.scalars(select(User).where(User.city == x)).first()",
    "unique": "db.scalars(select(User).where(User.email == x)).first()",
    "first of an index": "db.scalars(select(User).where(User.street == x)).first()",
    "another one": "db.scalars(select(User).where(User.city == x, User.name == x)).first()",
    "few values": "db.scalars(select(User).where(User.active == True)).first()",
    "enum": "db.scalars(select(User).where(User.level == Level.low)).first()",
    "groups": "db.scalars(select(User).where(User.status == x)).first()",
    "join": "db.scalars(select(User).join(Post, Post.author_id == User.id)).first()",
    "aggregate": "db.scalar(select(func.count(User.id).filter(User.name == x)))",
    "unknown": "narrowed(select(User)).where(User.name == x)",
}


@pytest.mark.parametrize("query", SERVED.values(), ids=SERVED)
def test_a_filter_that_needs_no_index(tmp_path: Path, query: str) -> None:
    code = f"@app.post('/users', {LIST})\ndef users(db: Db, x: str):\n    return {query}\n"
    assert codes(tmp_path, code) == []


def test_a_query_needs_one_index(tmp_path: Path) -> None:
    code = """
        @app.post("/users")
        def users(db: Db, x: str) -> None:
            query = select(Post).where(Post.author_id == 1)
            db.scalars(select(User).where(User.name >= x, User.zip == x)).first()
        """
    first, second = found(tmp_path, code)
    assert "User.zip" in first.message
    assert "Post.author_id" in second.message


@pytest.mark.parametrize(
    "revision",
    [
        'op.create_index("ix_users_name", "users", ["name"])',
        'op.execute("CREATE INDEX ix ON users (name)")',
        'with op.batch_alter_table("users") as batch:\n        batch.create_index("ix", ["name"])',
    ],
)
def test_an_index_that_only_a_revision_makes(tmp_path: Path, revision: str) -> None:
    write(
        tmp_path,
        {
            "alembic.ini": "[alembic]\nscript_location = alembic\n",
            "alembic/env.py": "from alembic import context\nfrom app.models import Base\n"
            "target_metadata = Base.metadata\ncontext.run_migrations()\n",
            "alembic/versions/1_a.py": (
                "from alembic import op\n\nrevision = '1'\ndown_revision = None\n\n\n"
                f"def upgrade():\n    {revision}\n"
            ).encode(),
        },
    )
    query = "db.scalars(select(User).where(User.name == x)).first()"
    code = f"@app.post('/users', {LIST})\ndef users(db: Db, x: str):\n    return {query}\n"
    assert codes(tmp_path, code) == []


def test_an_order_without_an_index(tmp_path: Path) -> None:
    (one,) = found(tmp_path, answering("UserRead", "select(User).order_by(User.name.desc())"))
    assert one.code == "missing-index"
    assert "orders by User.name" in one.message


@pytest.mark.parametrize("order", ["User.id", "User.city", "User.street, User.zip"])
def test_an_order_with_an_index(tmp_path: Path, order: str) -> None:
    assert codes(tmp_path, answering("UserRead", f"select(User).order_by({order})")) == []


def test_foreign_keys_of_listed_rows(tmp_path: Path) -> None:
    (one,) = found(tmp_path, answering("UserRead", "select(Post)"))
    assert "Post.author_id refers to another table" in one.message


def test_mysql_makes_the_indexes_of_foreign_keys(tmp_path: Path) -> None:
    found(tmp_path, "")
    write(tmp_path, {"requirements.txt": "fastapi\nsqlalchemy\npymysql\n"})
    code = dedent(HEAD) + answering("UserRead", "select(Post)")
    write(tmp_path, {"app/main.py": code.encode()})
    assert advise(tmp_path) == ()


# --- calls that block

BLOCKS = {
    "sleep": ("time.sleep(1)", "time.sleep()"),
    "requests": ("requests.get('x')", "requests.get()"),
    "httpx": ("httpx.post('x')", "httpx.post()"),
    "urllib": ("urllib.request.urlopen('x')", "urllib.request.urlopen()"),
    "subprocess": ("subprocess.run(['x'])", "subprocess.run()"),
    "open": ("open('x').read()", "open()"),
    "session": ("db.commit()", "the database, db.commit()"),
    "query": ("db.query(User).first()", "the database, db.query()"),
}


@pytest.mark.parametrize(("call", "said"), BLOCKS.values(), ids=BLOCKS)
def test_a_call_that_blocks(tmp_path: Path, call: str, said: str) -> None:
    code = f"@app.post('/users')\nasync def users(db: Db) -> None:\n    {call}\n"
    (one,) = found(tmp_path, code)
    assert one.code == "blocking-call"
    assert said in one.message
    assert call in line_of(tmp_path, one)
    assert "def in place of async def" in one.hint


def test_a_call_that_blocks_in_what_an_endpoint_calls(tmp_path: Path) -> None:
    code = """
        from app.work import work


        @app.post("/users")
        async def users(db: Db) -> None:
            await work()
        """
    work = "import time\n\n\nasync def work():\n    time.sleep(1)\n"
    (one,) = found(tmp_path, code, work=work)
    assert "(app/work.py:5)" in one.message
    assert line_of(tmp_path, one) == "await work()"
    assert "def in place" not in one.hint


QUIET = {
    "sync": "def users(db: Db) -> None:\n    time.sleep(1)\n    db.commit()",
    "async session": (
        "async def users(db: AsyncSession = Depends(get_db)) -> None:\n    await db.commit()"
    ),
    "thread": (
        "async def users() -> None:\n    await asyncio.to_thread(time.sleep, 1)\n"
        "    await asyncio.to_thread(lambda: requests.get('x'))"
    ),
    "function in a thread": (
        "async def users() -> None:\n    def work() -> None:\n        time.sleep(1)\n\n"
        "    await asyncio.to_thread(work)\n    await run_in_threadpool(slow)"
    ),
    "async client": (
        "async def users() -> None:\n    async with httpx.AsyncClient() as client:\n"
        "        await client.get('x')"
    ),
    "another open": (
        "async def users() -> None:\n    async with aiofiles.open('x') as file:\n"
        "        await file.read()"
    ),
    "run_sync": (
        "async def users(db: AsyncSession = Depends(get_db)) -> None:\n"
        "    def work(session: Session):\n        session.commit()\n    await db.run_sync(work)"
    ),
}


@pytest.mark.parametrize("function", QUIET.values(), ids=QUIET)
def test_a_call_that_blocks_nobody(tmp_path: Path, function: str) -> None:
    head = "import asyncio\nfrom fastapi.concurrency import run_in_threadpool\n\n\n"
    slow = "def slow() -> None:\n    inner()\n\n\ndef inner() -> None:\n    time.sleep(1)\n\n\n"
    assert codes(tmp_path, f"{head}{slow}@app.post('/users')\n{function}\n") == []


def test_a_function_that_blocks_besides_running_in_a_thread(tmp_path: Path) -> None:
    code = """
        from fastapi.concurrency import run_in_threadpool


        def slow() -> None:
            time.sleep(1)


        @app.post("/users")
        async def users() -> None:
            await run_in_threadpool(slow)
            slow()
        """
    (one,) = found(tmp_path, code)
    assert line_of(tmp_path, one) == "slow()"


# --- response models


@pytest.mark.parametrize("returns", ["", " -> dict", " -> list[Any]", " -> Any"])
def test_a_list_without_a_response_model(tmp_path: Path, returns: str) -> None:
    query = "db.scalars(select(User).limit(9)).all()"
    code = f"@app.get('/users')\ndef users(db: Db){returns}:\n    return {query}\n"
    assert codes(tmp_path, code) == ["missing-response-model"]


@pytest.mark.parametrize(
    "query",
    [
        "db.get(User, 1)",
        "db.query(User).filter(User.id == 1).first()",
        "db.execute(select(User).where(User.id == 1)).scalar_one_or_none()",
    ],
)
def test_a_row_without_a_response_model(tmp_path: Path, query: str) -> None:
    code = f"@app.get('/users/{{id}}')\ndef user(db: Db, id: int):\n    row = {query}\n    return row\n"
    (one,) = found(tmp_path, code)
    assert (one.code, one.endpoint) == ("missing-response-model", "GET /users/{id}")


@pytest.mark.parametrize(
    ("decorator", "returns"),
    [
        (LIST, ""),
        ("", " -> list[UserRead]"),
        ("", " -> UserRead | None"),
        ("response_model=None", ""),
        ("include_in_schema=False", ""),
    ],
)
def test_a_response_model_or_none_on_purpose(tmp_path: Path, decorator: str, returns: str) -> None:
    query = "db.scalars(select(User).limit(9)).all()"
    code = f"@app.get('/users', {decorator})\ndef users(db: Db){returns}:\n    return {query}\n"
    assert codes(tmp_path, code) == []


# --- rows and counts


def test_whole_rows_of_which_a_column_is_used(tmp_path: Path) -> None:
    code = """
        @app.post("/mails")
        def mails(db: Db) -> list[str]:
            users = db.scalars(select(User)).all()
            return [user.email for user in users]
        """
    (one,) = found(tmp_path, code)
    assert one.code == "whole-rows"
    assert one.hint == "select what is used: select(User.email)"


@pytest.mark.parametrize(
    "body",
    [
        "return [team.name for team in db.scalars(select(Team))]",
        "return [user.email for user in db.scalars(select(User).limit(9))]",
        "return [user.email + str(user) for user in db.scalars(select(User))]",
        "return [(u.email, u.name, u.city) for u in db.scalars(select(User))]",
        "users = db.scalars(select(User)).all()\n    keep(users)\n    return [u.id for u in users]",
        "return [email for email in db.scalars(select(User.email))]",
    ],
)
def test_rows_that_are_rightly_whole(tmp_path: Path, body: str) -> None:
    assert codes(tmp_path, f"@app.post('/x')\ndef x(db: Db) -> list[str]:\n    {body}\n") == []


@pytest.mark.parametrize(
    "body",
    [
        "return len(db.query(User).all())",
        "rows = db.scalars(select(User)).all()\n    return len(rows)",
    ],
)
def test_rows_that_are_loaded_to_be_counted(tmp_path: Path, body: str) -> None:
    code = f"@app.get('/users/count')\ndef count(db: Db) -> int:\n    {body}\n"
    assert codes(tmp_path, code) == ["count-by-loading"]


@pytest.mark.parametrize(
    "count",
    [
        "db.query(User).count()",
        "db.scalar(select(func.count()).select_from(User))",
        "db.execute(select(func.count(User.id))).scalar()",
    ],
)
def test_a_count_of_a_whole_table_beside_a_list(tmp_path: Path, count: str) -> None:
    code = f"""
        @app.get("/users")
        def users(db: Db, limit: int = 9) -> UserPage:
            total = {count}
            rows = db.scalars(select(User).options(joinedload(User.team)).limit(limit)).all()
            return {{"items": rows, "total": total}}
        """
    (one,) = found(tmp_path, code)
    assert one.code == "whole-table-count"
    assert "all rows of User" in one.message


def test_counts_that_are_asked_for(tmp_path: Path) -> None:
    code = """
        @app.get("/users/count")
        def count(db: Db) -> int:
            return db.query(User).count()


        @app.get("/users")
        def users(db: Db, city: str, limit: int = 9) -> UserPage:
            statement = select(func.count()).select_from(User)
            statement = statement.where(User.city == city)
            total = db.scalar(statement)
            rows = db.scalars(select(User).options(joinedload(User.team)).limit(limit)).all()
            return {"items": rows, "total": total}
        """
    assert codes(tmp_path, code) == []


# --- which endpoints

TWO = f"""
    @app.get("/users", {LIST})
    def users(db: Db):
        return db.scalars(select(User)).all()


    @app.get("/teams", {LIST})
    def teams(db: Db):
        return db.scalars(select(Team)).all()
    """


@pytest.mark.parametrize(
    "target", ["users", "user", "GET /users", "app/main.py:users", "main.py:users"]
)
def test_a_target(tmp_path: Path, target: str) -> None:
    assert len(found(tmp_path, TWO)) == 2
    assert [one.endpoint for one in advise(tmp_path, target)] == ["GET /users"]


def test_sqlmodel(tmp_path: Path) -> None:
    code = """
        from fastapi import Depends, FastAPI
        from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, func, select

        app = FastAPI()
        engine = create_engine("sqlite://")


        class Team(SQLModel, table=True):
            id: int | None = Field(default=None, primary_key=True)
            name: str


        class HeroBase(SQLModel):
            name: str
            team_id: int = Field(foreign_key="team.id")


        class Hero(HeroBase, table=True):
            id: int | None = Field(default=None, primary_key=True)
            team: Team = Relationship()


        class HeroRead(HeroBase):
            id: int
            team: Team


        def get_db():
            with Session(engine) as session:
                yield session


        @app.get("/heroes", response_model=list[HeroRead])
        async def heroes(session: Session = Depends(get_db)):
            return session.exec(select(Hero)).all()
        """
    write(tmp_path, {"requirements.txt": "fastapi\nsqlmodel\n", "main.py": code})
    assert sorted(one.code for one in advise(tmp_path)) == [
        "blocking-call",
        "missing-index",
        "n-plus-one",
        "unbounded-list",
    ]
