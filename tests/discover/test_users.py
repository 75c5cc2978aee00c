"""The user model of an app: which one it is, and what it says of signing in."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from fastarch.discover.discovery import read
from fastarch.discover.user_model import Bar, UserModel
from fastarch.discover.users import find_user_model
from fastarch.errors import FastarchError, NotUnderstoodError, UsageError
from tests.discover.apps import Files, write

MAIN = """
    from fastapi import FastAPI

    import models

    app = FastAPI()
"""
HEAD = """
import enum
import uuid
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Optional

import sqlalchemy as sa
from sqlalchemy import (
    Boolean, Column, DateTime, Enum, ForeignKey, Index, Integer, LargeBinary, String, Text,
    UniqueConstraint, func, text, true,
)
from sqlalchemy.dialects.postgresql import CITEXT, INET
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column, relationship,
)
from sqlmodel import Field, SQLModel

class Base(DeclarativeBase):
    pass

class Data(MappedAsDataclass, DeclarativeBase):
    pass

class Role(enum.StrEnum):
    ADMIN = "admin"
    USER = "user"
"""
KEY = "id: Mapped[int] = mapped_column(primary_key=True)"
EMAIL = "email: Mapped[str] = mapped_column(String(320), unique=True)"
HASH = "password_hash: Mapped[str] = mapped_column(String(255))"


def user(*lines: str, table: str = "users", name: str = "User", bases: str = "Base") -> str:
    """A model class."""
    body = "\n".join(dedent(line).strip("\n") for line in lines)
    head = f'\nclass {name}({bases}):\n    __tablename__ = "{table}"\n'
    return head + "".join(f"    {line}\n" if line else "\n" for line in body.splitlines())


def find(root: Path, models: str, named: str | None = None, **files: str) -> UserModel | None:
    """The user model of an app with these models."""
    app: Files = {"main.py": MAIN, "models.py": HEAD + models}
    extra = {f"{name}.py": content for name, content in files.items()}
    return find_user_model(read(write(root, {**app, **extra})), named)


def found(root: Path, models: str, named: str | None = None, **files: str) -> UserModel:
    """The same, where there is one."""
    model = find(root, models, named, **files)
    assert model is not None
    return model


def fields(model: UserModel) -> dict[str, str]:
    """What somebody who registers has to say, with types."""
    return {one.name: one.field.type for one in model.required}


def preset(model: UserModel) -> dict[str, str]:
    """What a new account has without being asked."""
    return {name: value.source for name, value in model.preset}


def test_mapped_columns(tmp_path: Path) -> None:
    model = found(
        tmp_path,
        user(
            KEY, EMAIL, HASH,
            "full_name: Mapped[str] = mapped_column(String(80))",
            "nickname: Mapped[str | None]",
            "is_active: Mapped[bool] = mapped_column(default=True)",
            "is_superuser: Mapped[bool] = mapped_column(server_default=text('false'))",
            "created_at: Mapped[datetime] = mapped_column(server_default=func.now())",
        ),
    )  # fmt: skip
    assert (model.symbol.module, model.symbol.name, model.table) == ("models", "User", "users")
    assert (model.id_name, model.id_type, model.id_value) == ("id", "int", None)
    assert (model.login, model.login_is_email, model.login_unique) == ("email", True, True)
    assert (model.login_nullable, model.login_length) == (False, 320)
    assert (model.password, model.password_nullable, model.password_length) == (
        "password_hash",
        False,
        255,
    )
    assert (model.active, model.active_inverted, model.superuser) == (
        "is_active",
        False,
        "is_superuser",
    )
    (name,) = model.required
    assert (name.name, name.field.type, name.field.max_length, name.field.null) == (
        "full_name",
        "str",
        80,
        False,
    )
    assert model.preset == ()
    assert [one.name for one in model.columns] == ["nickname", "created_at"]
    assert model.spelling == "mapped_column"
    assert model.kept_out("user") == "not user.is_active"


def test_columns(tmp_path: Path) -> None:
    model = found(
        tmp_path,
        user(
            "id = Column(Integer, primary_key=True, index=True)",
            "email = Column(String, unique=True, index=True)",
            "hashed_password = Column(String(60), nullable=False)",
            "is_active = Column(Boolean, default=True)",
            "posts = relationship('Post')",
            "age = Column(Integer, nullable=False)",
        ),
    )
    assert (model.login_nullable, model.login_length) == (True, None)
    assert (model.password, model.password_length) == ("hashed_password", 60)
    assert model.active_nullable
    assert fields(model) == {"age": "int"}
    assert model.spelling == "column"


def test_sqlmodel_with_a_base_for_its_schemas(tmp_path: Path) -> None:
    model = found(
        tmp_path,
        """
class UserBase(SQLModel):
    email: str = Field(unique=True, index=True, max_length=255)
    is_active: bool = True
    is_superuser: bool = False
    full_name: str | None = Field(default=None, max_length=255)
    country: str

class UserCreate(UserBase):
    password: str

class User(UserBase, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    hashed_password: str
    items: list["Item"] = Relationship(back_populates="owner")
""",
    )
    assert (model.table, model.id_type, model.id_value) == ("user", "uuid", None)
    assert (model.password, model.password_of and model.password_of.name) == (
        "hashed_password",
        "User",
    )
    assert (model.login, model.login_length) == ("email", 255)
    assert (model.active, model.superuser) == ("is_active", "is_superuser")
    assert fields(model) == {"country": "text"}
    assert model.spelling == "sqlmodel"


def test_a_dataclass_asks_for_more(tmp_path: Path) -> None:
    model = found(
        tmp_path,
        user(
            "id: Mapped[int] = mapped_column(init=False, primary_key=True)",
            EMAIL,
            "password_hash: Mapped[str | None]",
            "city: Mapped[str | None]",
            "bio: Mapped[str | None] = mapped_column(default=None)",
            "role: Mapped[Role] = mapped_column(server_default='user')",
            "joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())",
            "is_active: Mapped[bool] = mapped_column(init=False, default=True)",
            bases="Data",
        ),
    )  # fmt: skip
    assert model.dataclass
    assert fields(model) == {"city": "text"}
    assert model.required[0].field.null
    assert preset(model) == {"role": "Role.USER", "joined_at": "datetime.now(timezone.utc)"}
    assert model.set_later == ("id", "is_active")


def test_a_relationship_that_a_dataclass_asks_for_is_refused(tmp_path: Path) -> None:
    models = user(
        "id: Mapped[int] = mapped_column(init=False, primary_key=True)",
        EMAIL,
        "posts: Mapped[list['Post']] = relationship()",
        bases="Data",
    )
    with pytest.raises(NotUnderstoodError, match="asks for the relationship `posts`"):
        find(tmp_path, models)


def test_base_and_mixins(tmp_path: Path) -> None:
    model = found(
        tmp_path,
        """
uuidpk = Annotated[uuid.UUID, mapped_column(primary_key=True, default=uuid.uuid4)]

class Common(Base):
    __abstract__ = True
    id: Mapped[uuidpk]

class Login:
    email: Mapped[str] = mapped_column(String(100))
    password: Mapped[str] = mapped_column(String(60))

    @declared_attr
    def tenant_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("tenants.id"))

class User(Login, Common):
    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email"), {"comment": "who signs in"})
    active: Mapped[bool] = mapped_column(default=True)

class Tenant(Base):
    __tablename__ = "tenants"
    id: Mapped[int] = mapped_column(primary_key=True)
""",
    )
    assert (model.id_name, model.id_type, model.id_value) == ("id", "uuid", None)
    assert model.login_unique
    assert (model.password, model.password_length) == ("password", 60)
    assert model.password_of is not None and model.password_of.name == "Login"
    assert model.active == "active"
    (tenant,) = model.required
    assert (tenant.name, tenant.field.type, tenant.refers) == (
        "tenant_id",
        "int",
        ("tenants", "id"),
    )


@pytest.mark.parametrize(
    ("key", "kind", "value"),
    [
        ("id: Mapped[uuid.UUID] = mapped_column(primary_key=True)", "uuid", "uuid4()"),
        ("id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())", "uuid", None),
        ("id: Mapped[str] = mapped_column(String(36), primary_key=True)", "str", "str(uuid4())"),
        ("id: Mapped[str] = mapped_column(String(32), primary_key=True)", "str", "uuid4().hex"),
        ("id: Mapped[str] = mapped_column(String(8), primary_key=True, default=make)", "str", None),
        ("id = Column(sa.BigInteger, primary_key=True)", "int", None),
        ("user_id = Column('id', Integer, primary_key=True)", "int", None),
    ],
)  # fmt: skip
def test_keys(tmp_path: Path, key: str, kind: str, value: str | None) -> None:
    model = found(tmp_path, user(key, EMAIL))
    assert model.id_type == kind
    assert (model.id_value.source if model.id_value else None) == value


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["tenant_id: Mapped[int] = mapped_column(primary_key=True)", KEY], "a key of several columns (tenant_id, id)"),
        (["number: Mapped[int]"], "no primary key"),
        (["id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)"], "no value of its own"),
        (["id: Mapped[int] = mapped_column(ForeignKey('people.id'), primary_key=True)"], "no value of its own"),
        (["id: Mapped[str] = mapped_column(String(8), primary_key=True)"], "no room for a uuid"),
        (["id: Mapped[datetime] = mapped_column(primary_key=True)"], "an id is an int, a uuid or a text"),
        ([KEY, "__table_args__ = {'schema': 'auth'}"], "schema auth"),
        ([KEY, "state: Mapped[str | None]", "@property\ndef is_active(self): ..."], "User.is_active is no column"),
        ([KEY, "_city: Mapped[str] = mapped_column('city')"], "no name for who registers"),
        ([KEY, "pin: Mapped[str] = mapped_column(String(4))"], "no room for a uuid"),
        ([KEY, "password: Mapped[bytes]"], "a hash is kept as text"),
        ([KEY, "is_active = Column(Integer, default=1)"], "User.is_active is Integer, no bool"),
        ([KEY, "location: Mapped[str] = mapped_column(INET)"], "of the type INET"),
        ([KEY, "role_id: Mapped[int] = mapped_column(ForeignKey('roles.id'))"], "User.role_id is required"),
        ([KEY, "role: Mapped[Rank]"], "User.role is required"),
        ([KEY, "def __init__(self, email, password): ..."], "asks for `password`, which is no column"),
    ],
)  # fmt: skip
def test_refused(tmp_path: Path, lines: list[str], said: str) -> None:
    rank = "\nclass Rank(enum.Enum):\n    LOW = 'low'\n    HIGH = 'high'\n"
    with pytest.raises(NotUnderstoodError) as caught:
        find(tmp_path, rank + user(*lines, EMAIL))
    (problem,) = caught.value.problems
    assert said in f"{problem.message} {problem.hint}"
    assert problem.file == "models.py" and problem.line


@pytest.mark.parametrize(
    ("lines", "login", "unique"),
    [
        (["email: Mapped[str]"], "email", False),
        (["email = Column(CITEXT, unique=True)"], "email", True),
        (["email_address: Mapped[str] = mapped_column(unique=True)", "username: Mapped[str] = mapped_column(unique=True)"], "email_address", True),
        (["mail: Mapped[str] = mapped_column('email', unique=True)"], "mail", True),
        (["login_hint: Mapped[str] = mapped_column('email')"], "login_hint", False),
        (["_email: Mapped[str] = mapped_column('email', unique=True)", "@hybrid_property\ndef email(self):\n    return self._email"], "_email", True),
        (["email: Mapped[str]", "__table_args__ = (Index('uq', 'email', unique=True),)"], "email", True),
        (["email: Mapped[str]", "__table_args__ = (Index('uq', func.lower(email), unique=True),)"], "email", True),
        (["email: Mapped[str]", "__table_args__ = (Index('uq', 'email', unique=True, postgresql_where=text('x')),)"], "email", False),
        (["email: Mapped[str]", "tenant: Mapped[str]", "__table_args__ = (UniqueConstraint('tenant', 'email'),)"], "email", False),
        (["username: Mapped[str]", "recovery_email: Mapped[str | None]"], "username", False),
        (["name: Mapped[str] = mapped_column(unique=True)", "email_verified: Mapped[bool] = mapped_column(default=False)"], "name", True),
        (["userName: Mapped[str] = mapped_column(unique=True)"], "userName", True),
        (["phone: Mapped[str] = mapped_column(String(20), unique=True)", "name: Mapped[str]"], "phone", True),
    ],
)  # fmt: skip
def test_logins(tmp_path: Path, lines: list[str], login: str, unique: bool) -> None:
    model = found(tmp_path, user(KEY, *lines))
    assert (model.login, model.login_unique) == (login, unique)
    assert model.login_is_email == ("mail" in login or login == "login_hint")
    assert model.login_field == ("email" if model.login_is_email else login)


def test_the_login_may_be_the_key(tmp_path: Path) -> None:
    model = found(tmp_path, user("username: Mapped[str] = mapped_column(primary_key=True)"))
    assert (model.id_name, model.login, model.id_type) == ("username", "username", "str")
    assert model.login_unique
    assert model.id_value is None


@pytest.mark.parametrize(
    "lines", [["name: Mapped[str]"], ["email: Mapped[int]"], ["phone: Mapped[str]"]]
)
def test_nothing_to_sign_in_with(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(NotUnderstoodError, match="User has nothing to sign in with") as caught:
        find(tmp_path, user(KEY, *lines))
    assert caught.value.problems[0].line == 28


@pytest.mark.parametrize(
    ("line", "password"),
    [
        ("hashed_password: Mapped[str]", "hashed_password"),
        ("hashedPassword: Mapped[str]", "hashedPassword"),
        ("pwd_hash: Mapped[str]", "pwd_hash"),
        ("passwd: Mapped[str]", "passwd"),
        ("password: Mapped[str]\npassword_digest: Mapped[str]", "password_digest"),
        ("_password: Mapped[str] = mapped_column('password', String(128))\n@property\ndef password(self): ...", "_password"),
        ("secret: Mapped[str] = mapped_column('password_hash')", "secret"),
        ("password_reset_token: Mapped[str | None]", None),
        ("password_changed_at: Mapped[datetime | None]", None),
    ],
)  # fmt: skip
def test_hashes(tmp_path: Path, line: str, password: str | None) -> None:
    assert found(tmp_path, user(KEY, EMAIL, line)).password == password


@pytest.mark.parametrize(
    ("lines", "active", "inverted", "bars", "kept_out", "let_in"),
    [
        (["enabled: Mapped[bool]"], "enabled", False, (), "not u.enabled", ("User.enabled.is_(True)",)),
        (["disabled: Mapped[bool | None]"], "disabled", True, (), "u.disabled", ("User.disabled.is_not(True)",)),
        (["is_blocked: Mapped[bool] = mapped_column(default=False)", "is_active: Mapped[bool] = mapped_column(default=True)"], "is_active", False, (Bar("is_blocked", "true"),), "not u.is_active or u.is_blocked", ("User.is_active.is_(True)", "User.is_blocked.is_not(True)")),
        (["deleted_at: Mapped[datetime | None]", "is_deleted: Mapped[bool] = mapped_column(default=False)"], None, False, (Bar("deleted_at", "set"), Bar("is_deleted", "true")), "u.deleted_at is not None or u.is_deleted", ("User.deleted_at.is_(None)", "User.is_deleted.is_not(True)")),
        (["activated: Mapped[datetime | None]"], None, False, (), "False", ()),
    ],
)  # fmt: skip
def test_who_may_sign_in(
    tmp_path: Path,
    lines: list[str],
    active: str | None,
    inverted: bool,
    bars: tuple[Bar, ...],
    kept_out: str,
    let_in: tuple[str, ...],
) -> None:
    model = found(tmp_path, user(KEY, EMAIL, *lines))
    assert (model.active, model.active_inverted, model.bars) == (active, inverted, bars)
    assert model.kept_out("u") == kept_out
    assert model.let_in(lambda name: f"User.{name}") == let_in
    assert model.required == () == model.preset


@pytest.mark.parametrize(
    ("lines", "superuser"),
    [
        (["is_admin: Mapped[bool]"], "is_admin"),
        (["is_staff: Mapped[bool]", "is_superuser: Mapped[bool]"], "is_superuser"),
        (["admin: Mapped[str] = mapped_column(default='no')"], None),
    ],
)
def test_superusers(tmp_path: Path, lines: list[str], superuser: str | None) -> None:
    assert found(tmp_path, user(KEY, EMAIL, *lines)).superuser == superuser


def test_what_no_client_may_choose_is_set(tmp_path: Path) -> None:
    model = found(
        tmp_path,
        user(
            KEY, EMAIL, HASH,
            "role: Mapped[Role]",
            "user_type: Mapped[str] = mapped_column(Enum('admin', 'member', name='types'))",
            "permissions: Mapped[str] = mapped_column(String(20))",
            "status: Mapped[Literal['pending', 'active']]",
            "is_superuser: Mapped[bool]",
            "is_staff: Mapped[bool]",
            "is_verified: Mapped[bool]",
            "created: Mapped[datetime]",
            "updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), onupdate=func.now())",
            "salt: Mapped[str]",
            "newsletter: Mapped[bool]",
            "born: Mapped[date]",
            "plan: Mapped[str] = mapped_column(Enum('free', 'paid', name='plans'))",
        ),
    )  # fmt: skip
    assert preset(model) == {
        "role": "Role.USER",
        "user_type": '"member"',
        "permissions": '"user"',
        "status": '"active"',
        "is_staff": "False",
        "is_verified": "False",
        "created": "datetime.now(timezone.utc).replace(tzinfo=None)",
        "updated_at": "datetime.now(timezone.utc)",
        "salt": "str(uuid4())",
    }
    assert fields(model) == {"newsletter": "bool", "born": "date", "plan": "enum"}
    assert [one.enum for one in model.required] == [None, None, None]
    (role,) = [value for name, value in model.preset if name == "role"]
    assert [(one.module, one.name) for one in role.imports] == [("models", "Role")]


def test_moments_in_the_words_of_the_python(tmp_path: Path) -> None:
    models = user(KEY, EMAIL, "created_at: Mapped[datetime]")
    write(tmp_path, {"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.12"\n'})
    assert preset(found(tmp_path, models)) == {
        "created_at": "datetime.now(UTC).replace(tzinfo=None)"
    }


def test_an_enum_of_the_app_is_a_field(tmp_path: Path) -> None:
    models = user(
        KEY,
        EMAIL,
        "language: Mapped[Language]",
        "level: Mapped[Level] = mapped_column(Enum(Level))",
    )
    enums = "\nfrom words import Language\nclass Level(enum.IntEnum):\n    A = 1\n"
    model = found(
        tmp_path, enums + models,
        words="import enum\nclass Language(enum.StrEnum):\n    EN = 'en'\n    DE = 'de'\n",
    )  # fmt: skip
    language, level = model.required
    assert language.field.choices == ("en", "de")
    assert language.enum is not None
    assert (language.enum.module, language.enum.name) == ("words", "Language")
    assert level.enum is not None and level.enum.name == "Level"


def test_columns_that_tell_accounts_apart(tmp_path: Path) -> None:
    """Alone, or with others."""
    model = found(
        tmp_path,
        user(
            "__table_args__ = (UniqueConstraint('company', 'number'),)",
            KEY,
            EMAIL,
            "company: Mapped[str]",
            "number: Mapped[int]",
            "badge: Mapped[int] = mapped_column(unique=True)",
            "name: Mapped[str]",
        ),
    )
    assert {one.name for one in model.required if one.told_apart} == {"company", "number", "badge"}


def test_what_is_loaded_with_users(tmp_path: Path) -> None:
    posts = "posts: Mapped[list['Post']] = relationship(lazy='selectin', back_populates='a')"
    team = "team: Mapped['Team'] = relationship(lazy='joined')"
    notes = "notes: Mapped[list['Note']] = relationship(lazy='select')"
    assert found(tmp_path, user(KEY, EMAIL, posts, team, notes)).eager == ("selectin", "joined")


def test_names_that_the_database_has(tmp_path: Path) -> None:
    model = found(
        tmp_path,
        user(
            KEY,
            "mail: Mapped[str] = mapped_column('email_addr', String(99), unique=True)",
            "hash_: Mapped[str] = mapped_column('pw', String(60))",
            "on: Mapped[bool] = mapped_column('is_enabled', default=True)",
            "city: Mapped[str] = mapped_column('town')",
        ),
    )
    assert (model.login, model.password, model.active) == ("mail", "hash_", "on")
    assert model.database_name("mail") == "email_addr"
    assert model.database_name("id") == "id"
    assert [(one.name, one.column) for one in model.required] == [("city", "town")]
    assert {"pw", "town", "city"} <= model.taken


def test_what_foreign_keys_refer_to(tmp_path: Path) -> None:
    files: Files = {
        "main.py": MAIN,
        "models.py": HEAD + user("pk: Mapped[int] = mapped_column('id', primary_key=True)", EMAIL),
    }
    (model,) = read(write(tmp_path, files)).profile.orm.models
    assert (model.id_name, model.id_column) == ("pk", "id")


def test_what_the_mapper_fills_is_not_asked_for(tmp_path: Path) -> None:
    models = user(
        KEY, EMAIL,
        "kind: Mapped[str]",
        "version: Mapped[int]",
        "__mapper_args__ = {'polymorphic_on': 'kind', 'version_id_col': version, 'polymorphic_identity': 'user'}",
    )  # fmt: skip
    model = found(tmp_path, models + "\nclass Admin(User):\n    __mapper_args__ = {}\n")
    assert (model.symbol.name, model.required, model.preset) == ("User", (), ())


def test_a_constructor_of_its_own(tmp_path: Path) -> None:
    model = found(
        tmp_path,
        user(
            KEY, EMAIL, HASH, "name: Mapped[str]", "is_active: Mapped[bool]",
            "def __init__(self, email: str, password_hash: str, *, name: str, wait: int = 0): ...",
        ),
    )  # fmt: skip
    assert model.set_later == ("id", "is_active")
    free = user(KEY, EMAIL, "def __init__(self, **values: Any): super().__init__(**values)")
    assert found(tmp_path, free).set_later == ()
    deaf = user(KEY, EMAIL, "def __init__(self, email: str, **values: Any): self.email = email")
    assert not found(tmp_path, deaf).takes_new


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    model = found(
        tmp_path,
        user(
            KEY, EMAIL, HASH, "totp_secret: Mapped[str | None]", "api_key: Mapped[str | None]",
            "reset_token: Mapped[str | None]", "photo: Mapped[bytes | None]", "old_password: Mapped[str | None]",
            "city: Mapped[str | None]", "last_login: Mapped[datetime | None]",
        ),
    )  # fmt: skip
    assert [one.name for one in model.columns] == ["city", "last_login"]


# --- which model it is


def test_no_user_model(tmp_path: Path) -> None:
    models = user(
        KEY, "title: Mapped[str] = mapped_column(unique=True)", name="Book", table="books"
    )
    profile = user(KEY, EMAIL, name="UserProfile", table="user_profiles")
    bank = user(KEY, "name: Mapped[str]", name="Account", table="accounts")
    letter = user(KEY, EMAIL, name="Subscription", table="subscriptions")
    assert find(tmp_path, models + profile + bank + letter) is None


@pytest.mark.parametrize(
    ("name", "table", "lines"),
    [
        ("User", "user", [EMAIL]),
        ("UserModel", "users", [EMAIL]),
        ("DBUser", "tbl_users", [EMAIL]),
        ("AppUser", "app_users", [EMAIL]),
        ("CompanyUser", "company_users", [EMAIL]),
        ("Account", "accounts", [EMAIL]),
        ("Member", "members", [EMAIL]),
        ("Customer", "customers", [EMAIL, HASH]),
        ("Doctor", "doctors", ["username: Mapped[str] = mapped_column(unique=True)", HASH]),
    ],
)
def test_names_of_user_models(tmp_path: Path, name: str, table: str, lines: list[str]) -> None:
    other = user(KEY, "title: Mapped[str]", name="Book", table="books")
    model = found(tmp_path, other + user(KEY, *lines, name=name, table=table))
    assert (model.symbol.name, model.table) == (name, table)
    assert model.place == "models.py:" + name


def test_the_surest_of_several(tmp_path: Path) -> None:
    people = user(KEY, EMAIL, HASH, name="Customer", table="customers")
    account = user(KEY, EMAIL, HASH)
    session = user(
        KEY,
        "user_id: Mapped[int]",
        "token_hash: Mapped[str]",
        name="UserSession",
        table="user_sessions",
    )
    assert found(tmp_path, people + account + session).symbol.name == "User"
    # A person's data here, what they sign in with there.
    person = user(KEY, "name: Mapped[str]")
    login = user(KEY, EMAIL, HASH, name="Account", table="accounts")
    assert found(tmp_path, person + login).symbol.name == "Account"


def test_several_that_could_be_meant(tmp_path: Path) -> None:
    models = "".join(
        user(KEY, EMAIL, HASH, name=name, table=table)
        for name, table in (("StaffUser", "staff_users"), ("ClientUser", "client_users"))
    )
    with pytest.raises(UsageError) as caught:
        find(tmp_path, models)
    (problem,) = caught.value.problems
    assert problem.hint == (
        "choose one of:\n--user models.py:StaffUser\n--user models.py:ClientUser"
    )
    assert found(tmp_path, models, "models.py:ClientUser").table == "client_users"
    assert found(tmp_path, models, "StaffUser").table == "staff_users"


@pytest.mark.parametrize(
    ("named", "error", "said"),
    [
        ("models.py:Usr", UsageError, "did you mean User?"),
        ("model.py:User", UsageError, "did you mean models.py?"),
        ("models.py:Role", UsageError, "is no model with a table"),
        ("users2", UsageError, "There is no model users2"),
        ("models.py:Book", NotUnderstoodError, "Book has nothing to sign in with"),
    ],
)
def test_named_wrongly(tmp_path: Path, named: str, error: type[FastarchError], said: str) -> None:
    book = user(KEY, "title: Mapped[str]", name="Book", table="books")
    with pytest.raises(error) as caught:
        find(tmp_path, user(KEY, EMAIL) + book, named)
    (problem,) = caught.value.problems
    assert said in f"{problem.message} {problem.hint}"


def test_a_file_that_the_app_does_not_load(tmp_path: Path) -> None:
    model = found(
        tmp_path, user(KEY, EMAIL), "people.py:Person",
        people="from models import *\n" + user(KEY, HASH, "login: Mapped[str]", name="Person", table="people"),
    )  # fmt: skip
    assert (model.symbol.module, model.login) == ("people", "login")


LIBRARY = """
from fastapi_users.db import SQLAlchemyBaseUserTableUUID

class User(SQLAlchemyBaseUserTableUUID, Base):
    {line}
    city: Mapped[str]
"""


def test_a_table_of_fastapi_users(tmp_path: Path) -> None:
    model = found(tmp_path, LIBRARY.format(line='__tablename__ = "users"'))
    assert (model.id_name, model.id_type, model.login, model.password) == (
        "id",
        "uuid",
        "email",
        "hashed_password",
    )
    assert (model.active, model.superuser) == ("is_active", "is_superuser")
    assert fields(model) == {"city": "text"}
    with pytest.raises(NotUnderstoodError, match="SQLAlchemyBaseUserTableUUID's"):
        find(tmp_path, LIBRARY.format(line=""))


def test_a_model_that_a_library_completes_is_refused_with_its_name(tmp_path: Path) -> None:
    models = "\nfrom some.where import LoginMixin\n" + user(KEY, bases="LoginMixin, Base")
    with pytest.raises(NotUnderstoodError) as caught:
        find(tmp_path, models)
    assert "what LoginMixin adds is not read" in str(caught.value.problems[0].hint)
