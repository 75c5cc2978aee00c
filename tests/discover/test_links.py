"""The code around a model: linked where it is certain, left out where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover.discovery import read
from fastarch.discover.links import Links, find_links
from fastarch.spec.names import Name
from tests.discover.apps import Files, write

BASE: Files = {
    "requirements.txt": "fastapi\nsqlalchemy>=2\n",
    "app/__init__.py": "",
    "app/db.py": """
        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, sessionmaker

        engine = create_engine("sqlite://")
        SessionLocal = sessionmaker(engine)

        class Base(DeclarativeBase): ...

        def get_db():
            with SessionLocal() as session:
                yield session
    """,
    "app/models.py": """
        from sqlalchemy.orm import Mapped, mapped_column
        from app.db import Base

        class User(Base):
            __tablename__ = "users"
            id: Mapped[int] = mapped_column(primary_key=True)
            email: Mapped[str]

        class UserItem(Base):
            __tablename__ = "user_items"
            id: Mapped[int] = mapped_column(primary_key=True)
    """,
    "app/schemas.py": """
        from typing import Annotated
        from pydantic import BaseModel, EmailStr, HttpUrl

        class UserBase(BaseModel):
            email: EmailStr
            site: HttpUrl | None = None

        class UserIn(UserBase):
            password: str

        class UserPatch(UserBase): ...

        class UserOut(UserBase):
            id: int

        class UserItemIn(BaseModel): ...

        class UserItemOut(BaseModel): ...

        class UserCreate: ...  # no schema at all
    """,
    "app/main.py": """
        from fastapi import FastAPI
        from app.routers import router_modules  # noqa
        app = FastAPI()
    """,
}
USERS = """
    from fastapi import APIRouter, Depends
    from app.db import get_db
    from app.models import User
    from app.schemas import UserIn, UserItemIn, UserItemOut, UserOut, UserPatch

    {variable} = APIRouter({arguments})

    @{variable}.get("", response_model=list[UserOut])
    def listed(db=Depends(get_db)): ...

    @{variable}.post("", response_model=UserOut)
    def made(user: UserIn, db=Depends(get_db)): ...

    @{variable}.patch("/{{id}}")
    def changed(user: UserPatch, db=Depends(get_db)) -> UserOut: ...

    @{variable}.post("/items")
    def item(one: UserItemIn, db=Depends(get_db)) -> UserItemOut: ...
"""


def users(variable: str = "router", arguments: str = "") -> str:
    return USERS.format(variable=variable, arguments=arguments)


def links(root: Path, routers: Files, *, model: str = "User") -> Links:
    """The links of a model in an app with these routers, by path and variable."""
    names = [path.removesuffix(".py").replace("/", ".") for path in routers if path.endswith(".py")]
    main = "from fastapi import FastAPI\napp = FastAPI()\n"
    for number, (path, text) in enumerate(routers.items()):
        variable = str(text).partition(" = APIRouter")[0].rpartition("\n")[2].strip()
        if " = APIRouter" in str(text):
            main += f"from {names[number]} import {variable} as r{number}\n"
            main += f"app.include_router(r{number})\n"
        else:
            main += f"import {names[number]}\n"
        assert path
    write(root, {**BASE, **routers, "app/main.py": main})
    reading = read(root)
    entity = next(one for one in reading.models.entities if one.definition.name == model)
    name = Name("user", "users") if model == "User" else Name("user_item", "user_items")
    spelled = {"create": "UserCreate", "update": "UserUpdate", "read": "UserRead"}
    homes = {"service": f"app/services/{name.one}.py", "repository": "app/crud.py", "test": "t.py"}
    return find_links(reading, entity, name, spelled, homes)  # type: ignore[arg-type]


def test_schemas_that_endpoints_use(tmp_path: Path) -> None:
    found = links(tmp_path, {"app/users.py": users()})

    assert found.schemas == {
        "create": "app/schemas.py:UserIn",
        "update": "app/schemas.py:UserPatch",
        "read": "app/schemas.py:UserOut",
    }
    assert found.router == "app/users.py:router"
    assert found.paths == {"schema": "app/schemas.py", "router": "app/users.py"}
    assert found.shown == {"id", "email", "site"}
    assert found.kinds == {"email": "email", "site": "url"}


def test_a_longer_name_is_another_resource(tmp_path: Path) -> None:
    found = links(tmp_path, {"app/users.py": users()}, model="UserItem")

    assert found.schemas == {
        "create": "app/schemas.py:UserItemIn",
        "read": "app/schemas.py:UserItemOut",
    }


@pytest.mark.parametrize(
    ("routers", "expected"),
    [
        # by its file, folder, variable or prefix
        ({"app/users.py": users()}, "app/users.py:router"),
        ({"app/user/api.py": users()}, "app/user/api.py:router"),
        ({"app/api.py": users("users_router")}, "app/api.py:users_router"),
        ({"app/api.py": users("r", 'prefix="/v1/users"')}, "app/api.py:r"),
        # by what it answers with alone
        ({"app/people.py": users()}, "app/people.py:router"),
        ({"app/auth.py": users()}, None),
        # of several
        ({"app/users.py": users(), "app/people.py": users()}, "app/users.py:router"),
        ({"app/users.py": users(), "app/admin_users.py": users()}, "app/users.py:router"),
        ({"app/v1/users.py": users(), "app/v2/users.py": users()}, None),
        ({"app/people.py": users(), "app/folk.py": users()}, None),
    ],
)
def test_the_router(tmp_path: Path, routers: Files, expected: str | None) -> None:
    assert links(tmp_path, routers).router == expected


def test_layers_that_speak_of_the_model(tmp_path: Path) -> None:
    found = links(
        tmp_path,
        {
            "app/users.py": users(),
            "app/crud.py": "from app.models import User\ndef get_user(): ...\n",
            "app/services/user.py": "def nothing(): ...\n",
        },
    )
    assert found.paths["repository"] == "app/crud.py"
    assert "service" not in found.paths
    assert "test" not in found.paths
