"""What user models lack is given to them: classes, and databases with rows, up, down and up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url, select, text

from fastarch.discover.discovery import read
from fastarch.discover.users import find_user_model
from fastarch.errors import NotUnderstoodError
from fastarch.plan.steps import EditFile, Tell
from fastarch.plan.user_columns import MissingColumns, missing_columns, verified_column
from fastarch.wire.edit import Cannot, Changed
from fastarch.wire.python import apply_all
from tests.discover.apps import write
from tests.plan.evolving import differences, run, structure
from tests.services import postgres_database

MAIN = "from fastapi import FastAPI\n\nimport models\n\napp = FastAPI()\n"
ENV = (
    "from alembic import context\n\nfrom models import Base\n\n"
    "target_metadata = Base.metadata\ncontext.configure(target_metadata=target_metadata)\n"
    "context.run_migrations()\n"
)

MAPPED = """
    from datetime import datetime

    from sqlalchemy import ForeignKey, String
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


    class Base(DeclarativeBase):
        pass


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str] = mapped_column(String(320), unique=True)

        posts: Mapped[list["Post"]] = relationship(back_populates="author")

        def __str__(self) -> str:
            return self.email


    class Post(Base):
        __tablename__ = "posts"

        id: Mapped[int] = mapped_column(primary_key=True)
        author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
        author: Mapped[User] = relationship(back_populates="posts")
"""
COLUMNS = """
    from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, String
    from sqlalchemy.orm import declarative_base

    Base = declarative_base()


    class Account(Base):
        __tablename__ = "accounts"
        __table_args__ = (CheckConstraint("length(email) > 2", name="ck_accounts_email"),)

        id = Column(Integer, primary_key=True)
        email = Column(String, unique=True, index=True)
        pwd = Column("pw", String(60), nullable=False)
        is_active = Column(Boolean, default=True)


    class Post(Base):
        __tablename__ = "posts"

        id = Column(Integer, primary_key=True)
        author_id = Column(Integer, ForeignKey("accounts.id", ondelete="CASCADE"))
"""
SQLMODEL = """
    from sqlmodel import Field, SQLModel


    class UserBase(SQLModel):
        email: str = Field(unique=True, max_length=255)


    class User(UserBase, table=True):
        id: int | None = Field(default=None, primary_key=True)


    class Post(SQLModel, table=True):
        __tablename__ = "posts"

        id: int | None = Field(default=None, primary_key=True)
        author_id: int = Field(foreign_key="user.id", ondelete="CASCADE")


    Base = SQLModel
"""
DATACLASS = """
    from sqlalchemy import ForeignKey, String
    from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column


    class Base(MappedAsDataclass, DeclarativeBase):
        pass


    class Login:
        password: Mapped[str] = mapped_column(String(60), default="")


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(init=False, primary_key=True)
        email: Mapped[str] = mapped_column(String(320), unique=True)
        disabled: Mapped[bool] = mapped_column(default=False)


    class Post(Base):
        __tablename__ = "posts"

        id: Mapped[int] = mapped_column(init=False, primary_key=True)
        author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
"""
MIXIN = """
    from sqlalchemy import ForeignKey, String
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


    class Base(DeclarativeBase):
        pass


    class Login:
        name: Mapped[str]
        email: Mapped[str] = mapped_column(String(320))
        hashed_password: Mapped[str | None] = mapped_column(String(length=64))


    class User(Login, Base):
        __tablename__ = "user"

        id: Mapped[int] = mapped_column(primary_key=True)
        active: Mapped[bool] = mapped_column(default=True)
        is_admin: Mapped[bool] = mapped_column(default=False)


    class Post(Base):
        __tablename__ = "posts"

        id: Mapped[int] = mapped_column(primary_key=True)
        author_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
"""
SHAPES = {
    "mapped": (MAPPED, {"email": "a@example.com"}),
    "columns": (COLUMNS, {"email": "a@example.com", "pw": "x", "is_active": True}),
    "sqlmodel": (SQLMODEL, {"email": "a@example.com"}),
    "dataclass": (DATACLASS, {"email": "a@example.com", "disabled": False}),
    "mixin": (MIXIN, {"email": "a@example.com", "name": "A", "active": True, "is_admin": False}),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The URL of a PostgreSQL database; None for SQLite."""
    if request.param == "sqlite":
        yield None
        return
    with postgres_database() as url:
        yield url


@pytest.fixture
def connection(server: str | None) -> Iterator[Connection]:
    """A database that enforces foreign keys."""
    made: Engine
    if server is None:
        made = create_engine("sqlite://")
        event.listen(made, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=ON"))
    else:
        made = create_engine(make_url(server).set(drivername="postgresql+psycopg"))
    with made.connect() as opened:
        yield opened
        opened.rollback()
    made.dispose()


def app(root: Path, models: str, *, alembic: bool = True) -> Path:
    files = {"main.py": MAIN, "models.py": models, "pyproject.toml": PYPROJECT}
    if alembic:
        files |= {
            "alembic.ini": "[alembic]\nscript_location = migrations\n",
            "migrations/env.py": ENV,
            "migrations/versions/": "",
        }
    return write(root, files)


PYPROJECT = '[project]\nname = "app"\nrequires-python = ">=3.11"\n'


def missing(root: Path) -> MissingColumns:
    reading = read(root)
    user = find_user_model(reading)
    assert user is not None
    return missing_columns(user, reading.profile)


def edit(root: Path, found: MissingColumns) -> None:
    """Make the edits; the second time they change nothing."""
    edits = [step for step in found.steps if isinstance(step, EditFile)]
    for path in dict.fromkeys(step.path for step in edits):
        ours = [step.edit for step in edits if step.path == path]
        outcome = apply_all(ours, (root / path).read_bytes())
        assert isinstance(outcome, Changed), outcome
        (root / path).write_bytes(outcome.source)


def load(root: Path, name: str) -> ModuleType:
    """The models as Python reads them, under a name of their own."""
    module = ModuleType(name)
    sys.modules[name] = module
    code = (root / "models.py").read_text("utf-8")
    exec(compile(code, str(root / "models.py"), "exec"), module.__dict__)
    return module


def own_metadata(module: ModuleType) -> MetaData:
    """SQLModel has one for all: of it, what the module's classes say."""
    found = MetaData()
    for table in ("User", "Account", "Post"):
        if hasattr(module, table):
            getattr(module, table).__table__.to_metadata(found)
    return found


def migrate(connection: Connection, revision_: str, function: str) -> None:
    """Run a function of a revision, as Alembic does in a transaction of its own."""
    if connection.dialect.name == "sqlite":
        connection.commit()  # within one, foreign keys are enforced whatever is said
    run(connection, "plain", revision_, function)


def revision(found: MissingColumns) -> str:
    bodies = (
        f"def {name}():\n{indent(body or 'pass', '    ')}\n"
        for name, body in (("upgrade", found.upgrade), ("downgrade", found.downgrade))
    )
    return "import sqlalchemy as sa\nfrom alembic import op\n\n" + "\n\n".join(bodies)


@pytest.fixture
def clean() -> Iterator[None]:
    """SQLModel's tables are the process's own."""
    from sqlmodel import SQLModel

    yield
    SQLModel.metadata.clear()
    SQLModel._sa_registry.dispose()


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("shape", SHAPES)
def test_databases_with_rows(tmp_path: Path, connection: Connection, shape: str) -> None:
    models, row = SHAPES[shape]
    app(tmp_path, models)
    before = own_metadata(load(tmp_path, f"before_{shape}"))
    users = next(table for name, table in before.tables.items() if name != "posts")
    before.create_all(connection)
    connection.execute(users.insert(), {"id": 7, **row})
    connection.execute(before.tables["posts"].insert(), {"id": 1, "author_id": 7})
    was = structure(connection)
    found = missing(tmp_path)
    made = revision(found)

    from sqlmodel import SQLModel

    SQLModel.metadata.clear()
    SQLModel._sa_registry.dispose()
    edit(tmp_path, found)
    after = own_metadata(load(tmp_path, f"after_{shape}"))
    migrate(connection, made, "upgrade")
    assert differences(connection, after) == []
    (kept,) = connection.execute(select(after.tables[users.name])).mappings()
    user = found.user
    assert {key: kept[key] for key in row} == row
    if "password" not in user.database_name(user.password or "") and "pw" not in row:
        assert kept[user.password or ""] is None
    assert kept[user.active or ""] is (not user.active_inverted)
    assert kept[user.superuser or ""] is False
    assert connection.scalar(text("SELECT count(*) FROM posts")) == 1
    name = user.database_name(user.password or "")
    table = after.tables[users.name]
    connection.execute(table.update().values({name: "$argon2id$" + "x" * 87}))

    migrate(connection, made, "downgrade")
    assert connection.scalar(text("SELECT count(*) FROM posts")) == 1
    if name in users.c:  # a longer hash stays
        assert differences(connection, before) != [] or connection.dialect.name == "sqlite"
    else:
        assert structure(connection) == was
    migrate(connection, made, "upgrade")
    assert differences(connection, after) == []
    connection.execute(table.insert(), {"id": 8, **row, "email": "b@example.com"})
    assert connection.scalar(select(table.c[user.superuser or ""]).where(table.c.id == 8)) is False


def written(root: Path, models: str) -> str:
    app(root, models)
    edit(root, missing(root))
    return (root / "models.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("shape", "lines"),
    [
        ("mapped", [
            "password_hash: Mapped[str | None] = mapped_column(String(255))",
            "is_active: Mapped[bool] = mapped_column(default=True, server_default=true())",
            "is_superuser: Mapped[bool] = mapped_column(default=False, server_default=false())",
            "from sqlalchemy import ForeignKey, String, false, true",
        ]),
        ("columns", [
            'pwd = Column("pw", String(255), nullable=False)',
            "is_superuser = Column(Boolean, default=False, server_default=false(), nullable=False)",
        ]),
        ("sqlmodel", [
            "password_hash: str | None = Field(default=None, max_length=255, exclude=True)",
            "is_active: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default=true()))",
            "from sqlalchemy import Boolean, Column, false, true",
        ]),
        ("dataclass", [
            "password_hash: Mapped[str | None] = mapped_column(String(255), default=None)",
            "is_superuser: Mapped[bool] = mapped_column(default=False, server_default=false())",
        ]),
        ("mixin", ["hashed_password: Mapped[str | None] = mapped_column(String(length=255))"]),
    ],
)  # fmt: skip
def test_classes_in_their_own_spelling(tmp_path: Path, shape: str, lines: list[str]) -> None:
    models = SHAPES[shape][0]
    text_ = written(tmp_path, models)
    for line in lines:
        assert line in text_
    kept = [line for line in dedent(models).splitlines() if "import" not in line]
    if shape not in ("columns", "mixin"):
        rest = iter(text_.splitlines())
        assert all(line in rest for line in kept[1:])


@pytest.mark.usefixtures("clean")
def test_the_hash_is_in_no_answer_of_a_sqlmodel(tmp_path: Path) -> None:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    written(tmp_path, SQLMODEL)
    user = load(tmp_path, "shown").User
    api = FastAPI()

    @api.get("/me", response_model=user)
    def me() -> Any:
        return user(id=1, email="a@example.com", password_hash="x")

    answer = TestClient(api).get("/me").json()
    assert answer == {"id": 1, "email": "a@example.com", "is_active": True, "is_superuser": False}


def test_the_model_afterwards(tmp_path: Path) -> None:
    found = missing(app(tmp_path, MAPPED))
    (told,) = [step.notice for step in found.steps if isinstance(step, Tell)]
    assert told == "The rows of users have no password yet: nobody signs in before setting one."
    user = found.user
    assert (user.password, user.password_nullable, user.password_length) == (
        "password_hash",
        True,
        255,
    )
    assert (user.active, user.active_inverted, user.superuser) == (
        "is_active",
        False,
        "is_superuser",
    )
    # Reading what was written says the same.
    edit(tmp_path, found)
    again = missing(tmp_path)
    assert (again.upgrade, again.downgrade, again.steps) == ("", "", ())
    assert (again.user.password, again.user.active) == ("password_hash", "is_active")
    assert (again.user.required, again.user.preset) == ((), ())


COMPLETE = """
    from sqlalchemy import String
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


    class Base(DeclarativeBase):
        pass


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str] = mapped_column(String(320){unique})
        hashed_password: Mapped[str]
        disabled: Mapped[bool]
        {admin}: Mapped[bool]
"""


def test_what_has_all_gets_nothing(tmp_path: Path) -> None:
    found = missing(app(tmp_path, COMPLETE.format(unique=", unique=True", admin="is_admin")))
    assert (found.steps, found.upgrade, found.downgrade) == ((), "", "")
    assert found.user.active_inverted


def test_a_login_that_is_not_unique_is_told(tmp_path: Path) -> None:
    (told,) = missing(app(tmp_path, COMPLETE.format(unique="", admin="is_admin"))).steps
    assert isinstance(told, Tell)
    assert told.notice.startswith("User.email is not unique: of two accounts")


BODIES = """
from typing import Annotated

from fastapi import Body, Depends, FastAPI

import models
from models import User, UserBase

app = FastAPI()

def get_user() -> User: ...

@app.post("/users")
def add(user: User): ...

@app.post("/others")
def others(users: Annotated[list[models.User], Body()]): ...

@app.post("/fine")
def fine(user: UserBase, me: Annotated[User, Depends(get_user)], you: User = Depends(get_user)): ...

@app.get("/users/{id}")
def show(id: int) -> User: ...
"""


def test_endpoints_that_take_a_whole_user_are_told(tmp_path: Path) -> None:
    app(tmp_path, SQLMODEL)
    write(tmp_path, {"main.py": BODIES})
    told = [step.notice for step in missing(tmp_path).steps if isinstance(step, Tell)]
    assert [text for text in told if "main.py" in text] == [
        f"main.py:{line} takes a User from the client, is_superuser and password_hash included:"
        " give it a schema of its own."
        for line in (13, 16)
    ]


def test_without_alembic_the_statements_are_told(tmp_path: Path) -> None:
    models = COMPLETE.format(unique=", unique=True", admin="vip").replace("[str]\n        dis", "[str] = mapped_column(String(60))\n        dis")  # fmt: skip
    steps = missing(app(tmp_path, models, alembic=False)).steps
    (told,) = [step.notice for step in steps if isinstance(step, Tell)]
    assert "ALTER TABLE users ADD COLUMN is_superuser BOOLEAN NOT NULL DEFAULT false;" in told
    assert "ALTER TABLE users ALTER COLUMN hashed_password TYPE VARCHAR(255);" in told


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        ("def is_superuser(self) -> bool: ...", "superuser"),
        ("is_superuser: Mapped[str]", "superuser"),
        ("root: Mapped[str] = mapped_column('is_superuser')", "superuser"),
    ],
)
def test_a_name_that_is_taken_is_not_used(tmp_path: Path, extra: str, name: str) -> None:
    models = COMPLETE.format(unique=", unique=True", admin="vip") + f"        {extra}\n"
    assert missing(app(tmp_path, models)).user.superuser == name


def test_no_name_that_is_free(tmp_path: Path) -> None:
    taken = "".join(
        f"        {name}: Mapped[str | None]\n"
        for name in ("is_superuser", "superuser", "is_super_user")
    )
    models = COMPLETE.format(unique=", unique=True", admin="vip") + taken
    with pytest.raises(NotUnderstoodError, match="none of them is the column"):
        missing(app(tmp_path, models))


def test_a_length_that_stands_elsewhere_has_no_safe_place(tmp_path: Path) -> None:
    models = COMPLETE.format(unique=", unique=True", admin="is_admin")
    models = models.replace("    class Base", "    SHORT = 60\n\n\n    class Base", 1)
    models = models.replace("hashed_password: Mapped[str]", "hashed_password: Mapped[str] = mapped_column(String(SHORT))")  # fmt: skip
    (step,) = missing(app(tmp_path, models)).steps
    assert isinstance(step, EditFile)
    outcome = step.edit.apply((tmp_path / "models.py").read_bytes())
    assert isinstance(outcome, Cannot)
    assert "does not say its length of 60" in outcome.reason


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("shape", SHAPES)
def test_since_when_an_address_is_known(tmp_path: Path, shape: str) -> None:
    app(tmp_path, SHAPES[shape][0])
    found, name = verified(tmp_path)
    edit(tmp_path, found)
    again, same = verified(tmp_path)

    assert name == same == "email_verified_at"
    assert "op.add_column(" in revision(found)
    assert "op.drop_column(" in revision(found)
    assert (again.steps, again.upgrade, again.downgrade) == ((), "", "")
    tables = own_metadata(load(tmp_path, f"verified_{shape}")).tables
    users = next(table for key, table in tables.items() if key != "posts")
    assert users.c[name].nullable
    assert getattr(users.c[name].type, "timezone", False)


def test_a_taken_name_is_left_alone(tmp_path: Path) -> None:
    taken = "email_verified_at: Mapped[bool] = mapped_column(default=False)"
    app(tmp_path, MAPPED.replace("    posts:", f"    {taken}\n        posts:", 1))

    assert verified(tmp_path)[1] == "email_confirmed_at"


def verified(root: Path) -> tuple[MissingColumns, str]:
    reading = read(root)
    user = find_user_model(reading)
    assert user is not None
    return verified_column(user, reading.profile)
