"""The accent of an app, read from its neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover import discover
from fastarch.discover.profile import Style
from tests.discover.apps import write
from tests.discover.test_layout import DATABASE

MODEL = """
class {name}(Base):
    __tablename__ = "{table}"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def read(
    root: Path,
    router: str,
    schemas: str = "",
    models: tuple[tuple[str, str], ...] = (("User", "users"),),
    include: str = "app.include_router(users.router)",
) -> Style:
    """The style of an app with a router of users."""
    text = "from sqlalchemy.orm import Mapped, mapped_column\nfrom app.database import Base\n"
    text += "".join(MODEL.format(name=name, table=table) for name, table in models)
    files = {
        "app/__init__.py": "",
        "app/main.py": f"from fastapi import FastAPI\nfrom app.routers import users\n\napp = FastAPI()\n{include}\n",
        "app/database.py": DATABASE,
        "app/models.py": text,
        "app/schemas.py": f"from pydantic import BaseModel\n\n{schemas}\n",
        "app/routers/__init__.py": "",
        "app/routers/users.py": f"from fastapi import APIRouter, Depends\nfrom app import models\n{router}\n",
    }
    return discover(write(root, files)).style


def endpoints(create: str, update: str, answer: str) -> str:
    return f"""
from app.schemas import *

router = APIRouter(prefix="/users", tags=["users"])

@router.post("", response_model={answer})
def create(data: {create}): ...

@router.put("/{{id}}", response_model={answer})
def change(id: int, data: {update}): ...
"""


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        (("UserCreate", "UserUpdate", "UserRead"), ("{One}Create", "{One}Update", "{One}Read")),
        (("UserIn", "UserPatch", "UserOut"), ("{One}In", "{One}Patch", "{One}Out")),
        (("CreateUser", "UpdateUser", "UserPublic"), ("Create{One}", "Update{One}", "{One}Public")),
        (
            ("UserCreateSchema", "UserUpdateSchema", "UserResponseSchema"),
            ("{One}CreateSchema", "{One}UpdateSchema", "{One}ResponseSchema"),
        ),
        # One class for both is told apart; one that is called like the model cannot stay.
        (("UserCreate", "UserCreate", "User"), ("{One}Create", "{One}Update", "{One}Read")),
        (
            ("UserSchema", "UserSchema", "UserSchema"),
            ("{One}Schema", "{One}UpdateSchema", "{One}ReadSchema"),
        ),
        # What is about one thing alone is no pattern.
        (
            ("UserCreateWithPassword", "UserUpdateStatus", "UserRead"),
            ("{One}Create", "{One}Update", "{One}Read"),
        ),
    ],
)
def test_schema_names(
    tmp_path: Path, classes: tuple[str, str, str], expected: tuple[str, str, str]
) -> None:
    bodies = "\n".join(f"class {name}(BaseModel): ..." for name in dict.fromkeys(classes))
    style = read(tmp_path, endpoints(*classes), bodies)

    assert (style.create_schema, style.update_schema, style.read_schema) == expected
    assert style.schema_base is None


def test_creating_and_changing_are_named_in_one_order(tmp_path: Path) -> None:
    used = endpoints("CreateUser", "UserUpdate", "UserOut").replace(
        "def create", "def first(data: TeamCreate): ...\n\n@router.post('/second')\ndef create"
    )
    names = ("CreateUser", "UserUpdate", "UserOut", "TeamCreate")
    models = (("User", "users"), ("Team", "teams"))
    style = read(tmp_path, used, "\n".join(f"class {n}(BaseModel): ..." for n in names), models)

    assert (style.create_schema, style.update_schema) == ("{One}Create", "{One}Update")


def test_schema_base(tmp_path: Path) -> None:
    bodies = "class CustomModel(BaseModel): ...\n" + "".join(
        f"class {name}(CustomModel): ...\n" for name in ("UserCreate", "UserUpdate", "UserOut")
    )
    style = read(tmp_path, endpoints("UserCreate", "UserUpdate", "UserOut"), bodies)

    assert style.schema_base is not None
    assert (style.schema_base.module, style.schema_base.name) == ("app.schemas", "CustomModel")


@pytest.mark.parametrize(
    ("models", "model_class", "table"),
    [
        ((("User", "users"), ("Item", "items")), "{One}", "{many}"),
        ((("User", "user"), ("Item", "item")), "{One}", "{one}"),
        ((("UserModel", "users"), ("ItemModel", "items")), "{One}Model", "{many}"),
        ((("Users", "Users"), ("Items", "Items")), "{Many}", "{Many}"),
        ((("DBUser", "users"), ("DBItem", "items")), "DB{One}", "{many}"),
        ((("User", "shop_users"), ("Item", "shop_items")), "{One}", "shop_{many}"),
    ],
)
def test_models(
    tmp_path: Path, models: tuple[tuple[str, str], ...], model_class: str, table: str
) -> None:
    style = read(tmp_path, endpoints("dict", "dict", "dict"), models=models)

    assert (style.model_class, style.table) == (model_class, table)


def router(arguments: str, path: str, variable: str = "router", more: str = "") -> str:
    return (
        f"{more}\n{variable} = APIRouter({arguments})\n\n"
        f"@{variable}.get({path!r})\nasync def listing(): ...\n"
    )


@pytest.mark.parametrize(
    ("arguments", "path", "slash", "tag"),
    [
        ("prefix='/users', tags=['users']", "/", True, "{many}"),
        ("prefix='/users', tags=['Users']", "", False, "{Many}"),
        ("prefix='/users', tags=['user']", "", False, "{one}"),
        ("tags=['User']", "/users/", True, "{One}"),
        ("", "/users", False, None),
        # At the root, the slash is the path itself.
        ("", "/", False, None),
        ("prefix='/users', tags=[Tags.USERS]", "", False, "{many}"),
    ],
)
def test_paths_and_tags(
    tmp_path: Path, arguments: str, path: str, slash: bool, tag: str | None
) -> None:
    style = read(tmp_path, router(arguments, path))

    assert (style.trailing_slash, style.tag) == (slash, tag)
    assert style.async_endpoints


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("router", "router"),
        ("users_router", "{many}_router"),
        ("user_router", "{one}_router"),
        ("user", "{one}"),
    ],
)
def test_router_variable(tmp_path: Path, variable: str, expected: str) -> None:
    style = read(
        tmp_path,
        router("prefix='/users'", "", variable),
        include=f"app.include_router(users.{variable})",
    )
    assert style.router_variable == expected


def test_router_class_and_arguments(tmp_path: Path) -> None:
    more = "class AppRouter(APIRouter): ...\n\ndef guard(): ...\n\ndef local(x): return x\n"
    text = router("prefix='/users', dependencies=[Depends(guard)], deprecated=False", "", more=more)
    style = read(tmp_path, text.replace("= APIRouter(", "= AppRouter("))

    assert style.router_class is not None
    assert (style.router_class.module, style.router_class.name) == (
        "app.routers.users",
        "AppRouter",
    )
    assert [(name, value.source) for name, value in style.router_arguments] == [
        ("dependencies", "[Depends(guard)]"),
        ("deprecated", "False"),
    ]
    assert ("app.routers.users", "guard") in {
        (item.module, item.name) for item in style.router_arguments[0][1].imports
    }


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        (
            "from .. import schemas\nfrom ..database import get_db\nfrom . import x\nfrom .. import y",
            "imports",
            "relative",
        ),
        ("from app import schemas", "imports", "absolute"),
        ("x: Optional[int] = None", "optional", "optional"),
        ("x: int | None = None", "optional", "pipe"),
    ],
)
def test_spelling(tmp_path: Path, more: str, field: str, value: str) -> None:
    assert getattr(read(tmp_path, router("prefix='/users'", "", more=more)), field) == value
