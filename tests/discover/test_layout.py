"""Where the code of a new resource goes, and how it is named, in apps of every usual shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover import discover
from fastarch.discover.profile import AppProfile
from tests.discover.apps import Files, write

MODELS = """
    from sqlalchemy import Column, Integer, String
    from {database} import Base

    class User(Base):
        __tablename__ = "users"
        id = Column(Integer, primary_key=True)

    class Item(Base):
        __tablename__ = "items"
        id = Column(Integer, primary_key=True)
"""
MODEL = """
    from sqlalchemy.orm import Mapped, mapped_column
    from {database} import Base

    class {name}(Base):
        __tablename__ = "{table}"
        id: Mapped[int] = mapped_column(primary_key=True)
"""
DATABASE = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import DeclarativeBase, sessionmaker

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
SCHEMAS = """
    from pydantic import BaseModel

    class {name}Create(BaseModel): ...
    class {name}Update(BaseModel): ...
    class {name}Out(BaseModel): ...
"""


def router(
    one: str, *, schemas: str, extra: str = "", variable: str = "router", arguments: str = ""
) -> str:
    name = one.title()
    return f"""
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from {schemas} import {name}Create, {name}Update, {name}Out
{extra}

{variable} = APIRouter({arguments or f'prefix="/{one}s", tags=["{one}s"]'})

@{variable}.post("/", response_model={name}Out)
def create(data: {name}Create, db: Session = Depends(get_db)): ...

@{variable}.get("/", response_model=list[{name}Out])
def listing(db: Session = Depends(get_db)): ...

@{variable}.patch("/{{id}}", response_model={name}Out)
def change(id: int, data: {name}Update, db: Session = Depends(get_db)): ...
"""


def flat(package: str) -> Files:
    """The tutorial: one module for each kind, at the root or in a package."""
    dot, folder = (f"{package}.", f"{package}/") if package else ("", "")
    both = SCHEMAS.format(name="User") + SCHEMAS.format(name="Item").replace(
        "    from pydantic import BaseModel\n", ""
    )
    routes = {
        f"{folder}routers/{name}s.py": router(
            name,
            schemas=f"{dot}schemas",
            extra=f"from {dot}database import get_db\nfrom {dot}crud import get",
        )
        for name in ("user", "item")
    }
    main = (
        f"from fastapi import FastAPI\nfrom {dot}routers import items, users\n\n"
        "app = FastAPI()\napp.include_router(users.router)\napp.include_router(items.router)\n"
    )
    return {
        **({f"{folder}__init__.py": ""} if package else {}),
        f"{folder}main.py": main,
        f"{folder}database.py": DATABASE,
        f"{folder}models.py": MODELS.format(database=f"{dot}database"),
        f"{folder}schemas.py": both,
        f"{folder}crud.py": f"from {dot}models import User\n\ndef get(db): ...\n",
        f"{folder}routers/__init__.py": "",
        **routes,
    }


@pytest.mark.parametrize("package", ["", "app"])
def test_flat(tmp_path: Path, package: str) -> None:
    profile = discover(write(tmp_path, flat(package)))
    folder = f"{package}/" if package else ""

    assert profile.layout.kind == "flat"
    assert dict(profile.layout.paths) == {
        "model": f"{folder}models.py",
        "schema": f"{folder}schemas.py",
        "repository": f"{folder}crud.py",
        "service": f"{folder}services.py",
        "router": f"{folder}routers/{{many}}.py",
        "test": "tests/test_{many}.py",
    }
    assert profile.layout.found == {"model", "schema", "repository", "router"}
    assert profile.package == (package or None)
    assert profile.style.read_schema == "{One}Out"
    assert profile.style.repository == "functions"
    assert profile.style.trailing_slash
    assert profile.style.tag == "{many}"


def test_everything_in_main(tmp_path: Path) -> None:
    files = {name: text for name, text in flat("app").items() if "routers" not in name}
    files["app/main.py"] = """
        from fastapi import Depends, FastAPI
        from . import crud, models, schemas
        from .database import get_db

        app = FastAPI()

        @app.get("/users", response_model=list[schemas.UserOut])
        def users(db=Depends(get_db)): ...

        @app.post("/users", response_model=schemas.UserOut)
        def create(user: schemas.UserCreate, db=Depends(get_db)): ...
    """
    profile = discover(write(tmp_path, files))

    assert profile.layout.kind == "flat"
    assert profile.layout.paths["model"] == "app/models.py"
    assert profile.layout.paths["schema"] == "app/schemas.py"
    assert profile.layout.paths["router"] == "app/routers/{many}.py"
    assert "router" not in profile.layout.found
    assert profile.style.imports == "relative"
    assert not profile.style.trailing_slash
    assert profile.style.read_schema == "{One}Out"


def test_schemas_inside_routers(tmp_path: Path) -> None:
    files = {name: text for name, text in flat("").items() if "schemas" not in name}
    for one in ("user", "item"):
        text = router(one, schemas="pydantic", extra="from database import get_db")
        name = one.title()
        files[f"routers/{one}s.py"] = text.replace(
            f"from pydantic import {name}Create, {name}Update, {name}Out",
            "from pydantic import BaseModel",
        ).replace(
            "router = APIRouter",
            f"class {name}Create(BaseModel): ...\nclass {name}Update(BaseModel): ...\n"
            f"class {name}Out(BaseModel): ...\n\nrouter = APIRouter",
        )
    profile = discover(write(tmp_path, files))

    assert profile.layout.kind == "flat"
    assert profile.layout.paths["schema"] == profile.layout.paths["router"] == "routers/{many}.py"


def layered(
    model: str, schema: str, repository: str, service: str, api: str, package: str = "app"
) -> Files:
    """A folder for each kind; the patterns are filled for users and items."""
    files: dict[str, str | bytes] = {
        f"{package}/__init__.py": "",
        f"{package}/db.py": DATABASE,
        f"{package}/main.py": f"""
            from fastapi import FastAPI
            from {package}.api import api_router

            app = FastAPI()
            app.include_router(api_router, prefix="/api")
        """,
    }
    includes = "from fastapi import APIRouter\n"
    for one in ("user", "item"):
        words = {"one": one, "many": f"{one}s"}
        paths = [pattern.format(**words) for pattern in (model, schema, repository, service, api)]
        modules = [f"{package}.{path.replace('/', '.')}" for path in paths]
        name = one.title()
        texts = [
            MODEL.format(database=f"{package}.db", name=name, table=f"{one}s"),
            SCHEMAS.format(name=name),
            f"from {modules[0]} import {name}\n\nclass {name}Repository:\n    def get(self): ...\n",
            f"from {modules[2]} import {name}Repository\n\nclass {name}Service:\n    def get(self): ...\n",
            router(
                one,
                schemas=modules[1],
                extra=f"from {package}.db import get_db\nfrom {modules[3]} import {name}Service",
            ),
        ]
        for path, text in zip(paths, texts, strict=True):
            files[f"{package}/{path}.py"] = text
            files.setdefault(f"{package}/{path.split('/')[0]}/__init__.py", "")
        includes += f"from {modules[4]} import router as {one}_router\n"
    includes += "\napi_router = APIRouter()\napi_router.include_router(user_router)\napi_router.include_router(item_router)\n"
    files[f"{package}/api/__init__.py"] = includes
    return files


@pytest.mark.parametrize(
    "patterns",
    [
        ("models/{one}", "schemas/{one}", "repositories/{one}", "services/{one}", "api/{many}"),
        ("models/{many}", "schemas/{many}", "dao/{many}", "usecases/{many}", "api/{many}"),
        (
            "models/{one}", "schemas/{one}_schema", "repositories/{one}_repository",
            "services/{one}_service", "api/{one}_routes",
        ),
        ("entities/{one}", "dto/{one}", "crud/crud_{many}", "managers/{one}_manager", "api/{many}"),
    ],
)  # fmt: skip
def test_layered(tmp_path: Path, patterns: tuple[str, str, str, str, str]) -> None:
    profile = discover(write(tmp_path, layered(*patterns)))

    assert profile.layout.kind == "layered"
    roles = ("model", "schema", "repository", "service", "router")
    assert {role: profile.layout.paths[role] for role in roles} == {  # type: ignore[index]
        role: f"app/{pattern}.py" for role, pattern in zip(roles, patterns, strict=True)
    }
    assert profile.style.repository == profile.style.service == "class"
    assert profile.style.repository_class == "{One}Repository"
    assert profile.style.service_class == "{One}Service"


def _both_numbers(folder: str) -> Files:
    """An app whose routers are `user.py` and `items.py`, with a sign-in beside them."""
    own = layered("models/{one}", f"{folder}/{{one}}", "crud/{one}", "services/{one}", "api/{many}")
    own = {name: text for name, text in own.items() if name != "app/api/__init__.py"}
    return {
        **own,
        "app/api/auth.py": 'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/auth")\n\n\n@router.post("/login")\ndef login(): ...\n',
        "app/api/ping.py": 'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/ping")\n\n\n@router.post("")\ndef ping(): ...\n',
        "app/api/__init__.py": "from fastapi import APIRouter\n"
        + "".join(
            f"from app.api.{name} import router as {name}_router\n"
            for name in ("auth", "ping", "users", "items")
        )
        + "\napi_router = APIRouter()\n"
        + "".join(
            f"api_router.include_router({name}_router)\n"
            for name in ("auth", "ping", "users", "items")
        ),
    }


def test_sign_in_is_neither_one_nor_many(tmp_path: Path) -> None:
    profile = discover(write(tmp_path, _both_numbers("schemas")))

    assert profile.layout.paths["router"] == "app/api/{many}.py"


def test_a_whole_folder_tells_more_than_what_was_read(tmp_path: Path) -> None:
    unread = {f"app/crud/{name}.py": "x = 1\n" for name in ("users", "items")}
    files = {**_both_numbers("schemas"), **unread, "app/crud/auths.py": ""}
    files |= {"app/crud/crud_user.py": "", "app/crud/user.py": files["app/crud/user.py"]}
    del files["app/crud/item.py"]
    files["app/services/item.py"] = files["app/services/item.py"].replace("crud.item", "crud.user").replace("ItemRepository", "UserRepository")  # fmt: skip
    profile = discover(write(tmp_path, files))

    assert profile.layout.paths["repository"] == "app/crud/{many}.py"


def test_layered_exports(tmp_path: Path) -> None:
    files = dict(
        layered("models/{one}", "schemas/{one}", "repos/{one}", "services/{one}", "api/{many}")
    )
    files["app/models/__init__.py"] = "from .item import Item\nfrom .user import User\n"
    profile = discover(write(tmp_path, files))

    assert profile.layout.exports == {"model": "app/models/__init__.py"}
    assert profile.layout.init_files


@pytest.mark.parametrize("number", ["one", "many"])
def test_as_many_singulars_as_plurals(tmp_path: Path, number: str) -> None:
    """``models/users.py`` beside ``models/item.py``: the other folders tell."""
    folders = ("schemas", "repos", "services", "api")
    files = dict(layered("models/{one}", *(f"{each}/{{{number}}}" for each in folders)))
    files["app/models/users.py"] = files.pop("app/models/user.py")
    text = {
        name: str(body).replace("models.user ", "models.users ") for name, body in files.items()
    }
    profile = discover(write(tmp_path, text))

    assert profile.layout.paths["model"] == f"app/models/{{{number}}}.py"


@pytest.mark.parametrize(
    ("line", "exported"),
    [("from .tables import Item, User\n", True), ("from . import tables\n", False), ("", False)],
)
def test_a_package_exports_the_models_of_one_module(
    tmp_path: Path, line: str, exported: bool
) -> None:
    files = dict(flat("app"))
    files["app/models/__init__.py"] = line
    files["app/models/tables.py"] = files.pop("app/models.py")
    text = {
        name: str(body).replace("app.models", "app.models.tables") for name, body in files.items()
    }
    profile = discover(write(tmp_path, text))

    assert profile.layout.paths["model"] == "app/models/tables.py"
    assert profile.layout.exports == ({"model": "app/models/__init__.py"} if exported else {})


def feature(files: Files, parent: str) -> Files:
    """A package for each feature, in ``parent``."""
    dot = parent.replace("/", ".")
    made = dict(files)
    imports = ""
    for one in ("user", "item"):
        name, folder, package = one.title(), f"{parent}/{one}s", f"{dot}.{one}s"
        made |= {
            f"{folder}/__init__.py": "",
            f"{folder}/models.py": MODEL.format(database="app.db", name=name, table=f"{one}s"),
            f"{folder}/schemas.py": SCHEMAS.format(name=name),
            f"{folder}/service.py": f"from {package}.models import {name}\n\nasync def get(db): ...\n",
            f"{folder}/routs.py": router(
                one, schemas=f"{package}.schemas",
                extra=f"from app.db import get_db\nfrom {package} import service",
                variable=f"{one}s_router",
            ).replace("def ", "async def "),
        }  # fmt: skip
        imports += f"    from {package}.routs import {one}s_router\n    app.include_router({one}s_router)\n"
    made["app/main.py"] = (
        "from fastapi import FastAPI\n\ndef create_app() -> FastAPI:\n    app = FastAPI()\n"
        f"{imports}    return app\n"
    )
    made["app/db.py"] = DATABASE
    made["app/__init__.py"] = ""
    return made


@pytest.mark.parametrize("parent", ["app", "app/modules"])
def test_feature(tmp_path: Path, parent: str) -> None:
    profile = discover(write(tmp_path, feature({}, parent)))

    assert profile.layout.kind == "feature"
    assert dict(profile.layout.paths) == {
        "model": f"{parent}/{{many}}/models.py",
        "schema": f"{parent}/{{many}}/schemas.py",
        "repository": f"{parent}/{{many}}/repository.py",
        "service": f"{parent}/{{many}}/service.py",
        "router": f"{parent}/{{many}}/routs.py",
        "test": "tests/test_{many}.py",
    }
    assert "repository" not in profile.layout.found
    assert profile.style.service == "functions"
    assert profile.style.router_variable == "{many}_router"
    assert profile.style.async_endpoints


def split_feature(name: str) -> Files:
    """A feature whose package makes the router, and whose ``views.py`` has the endpoints."""
    return {
        f"shop/{name}/__init__.py": f"""
            from fastapi import APIRouter

            {name}_router = APIRouter(prefix="/{name}")

            from . import views
        """,
        f"shop/{name}/views.py": f"""
            from fastapi import Depends
            from sqlalchemy.orm import Session

            from shop.database import get_db
            from . import {name}_router

            @{name}_router.get("/latest/")
            def latest(session: Session = Depends(get_db)): ...
        """,
        f"shop/{name}/models.py": MODEL.format(
            database="shop.database", name=name.capitalize()[:-1], table=name
        ),
    }


def test_router_in_the_package_and_endpoints_beside(tmp_path: Path) -> None:
    """A new router goes where the endpoints are, and is written after them."""
    main = """
        from fastapi import FastAPI

        def create_app() -> FastAPI:
            app = FastAPI()

            from shop.orders import orders_router
            app.include_router(orders_router)

            from shop.users import users_router
            app.include_router(users_router)
            return app
    """
    files: Files = {"shop/__init__.py": main, "shop/database.py": DATABASE}
    profile = discover(write(tmp_path, files | split_feature("orders") | split_feature("users")))

    assert profile.layout.paths["router"] == "shop/{many}/views.py"
    assert profile.style.router_variable == "{many}_router"
    assert profile.style.trailing_slash
    assert profile.session is not None
    assert profile.session.parameter == "session"


def test_package_of_the_models_name_is_no_feature(tmp_path: Path) -> None:
    """``user/models.py`` beside ``user/main.py``: the app is called like its model."""
    files = {
        name.replace("app/", "user/"): text.replace("app.", "user.")
        if isinstance(text, str)
        else text
        for name, text in flat("app").items()
    }
    profile = discover(write(tmp_path, files))

    assert profile.layout.paths["model"] == "user/models.py"
    assert profile.layout.kind == "flat"


def test_sqlmodel_monorepo(tmp_path: Path) -> None:
    profile = discover(write(tmp_path, SQLMODEL))

    assert profile.import_root == "backend"
    assert profile.layout.kind == "flat"
    assert profile.layout.paths["model"] == "backend/app/models.py"
    assert profile.layout.paths["schema"] == "backend/app/models.py"
    assert profile.layout.paths["router"] == "backend/app/api/routes/{many}.py"
    assert profile.layout.paths["repository"] == "backend/app/crud.py"
    assert profile.layout.paths["test"] == "backend/tests/test_{many}.py"
    assert profile.style.read_schema == "{One}Public"
    assert profile.session is not None
    assert profile.session.symbol.name == "SessionDep"


SQLMODEL: Files = {
    "backend/pyproject.toml": "[project]\nname = 'shop'\ndependencies = ['fastapi', 'sqlmodel']\n",
    "backend/app/__init__.py": "",
    "backend/app/main.py": """
        from fastapi import FastAPI
        from app.api.main import api_router

        app = FastAPI()
        app.include_router(api_router, prefix="/api/v1")
    """,
    "backend/app/models.py": """
        from sqlmodel import Field, SQLModel

        class ItemBase(SQLModel):
            title: str

        class ItemCreate(ItemBase): ...
        class ItemUpdate(ItemBase): ...

        class Item(ItemBase, table=True):
            id: int | None = Field(default=None, primary_key=True)

        class ItemPublic(ItemBase):
            id: int
    """,
    "backend/app/crud.py": "from app.models import Item\n\ndef create_item(session): ...\n",
    "backend/app/api/__init__.py": "",
    "backend/app/api/deps.py": """
        from collections.abc import Generator
        from typing import Annotated
        from fastapi import Depends
        from sqlmodel import Session, create_engine

        engine = create_engine("sqlite://")

        def get_db() -> Generator[Session, None, None]:
            with Session(engine) as session:
                yield session

        SessionDep = Annotated[Session, Depends(get_db)]
    """,
    "backend/app/api/main.py": """
        from fastapi import APIRouter
        from app.api.routes import items

        api_router = APIRouter()
        api_router.include_router(items.router)
    """,
    "backend/app/api/routes/__init__.py": "",
    "backend/app/api/routes/items.py": """
        from fastapi import APIRouter
        from app import crud
        from app.api.deps import SessionDep
        from app.models import Item, ItemCreate, ItemPublic, ItemUpdate

        router = APIRouter(prefix="/items", tags=["items"])

        @router.get("/{id}", response_model=ItemPublic)
        def one(session: SessionDep, id: int): ...

        @router.post("/", response_model=ItemPublic)
        def create(session: SessionDep, item: ItemCreate): ...

        @router.patch("/{id}", response_model=ItemPublic)
        def change(session: SessionDep, item: ItemUpdate): ...
    """,
    "backend/tests/conftest.py": "",
    "backend/tests/test_items.py": "def test_items(client): ...\n",
}


@pytest.mark.parametrize(
    ("files", "kind", "model", "route"),
    [
        ({"main.py": "APP"}, "flat", "models.py", "routers/{many}.py"),
        ({"app/__init__.py": "", "app/main.py": "APP"}, "flat", "app/models.py", "app/routers/{many}.py"),
        (
            {"app/__init__.py": "", "app/main.py": "APP", "app/core/__init__.py": "", "app/core/x.py": ""},
            "layered", "app/models/{one}.py", "app/routers/{many}.py",
        ),
        (
            {
                "app/__init__.py": "", "app/core/__init__.py": "",
                "app/main.py": "APP\nfrom app.routes import views\napp.include_router(views.router)",
                "app/routes/__init__.py": "",
                "app/routes/views.py": "from fastapi import APIRouter\nrouter = APIRouter()\n"
                "@router.get('/health')\ndef health(): ...",
            },
            "layered", "app/models/{many}.py", "app/routes/{many}.py",
        ),
    ],
)  # fmt: skip
def test_without_database(
    tmp_path: Path, files: dict[str, str], kind: str, model: str, route: str
) -> None:
    app = "from fastapi import FastAPI\napp = FastAPI()"
    profile = discover(
        write(tmp_path, {name: text.replace("APP", app) for name, text in files.items()})
    )

    assert profile.layout.kind == kind
    assert profile.layout.paths["model"] == model
    assert profile.layout.paths["router"] == route
    assert "model" not in profile.layout.found


LONELY = """
    from fastapi import APIRouter, Depends
    from sqlalchemy.orm import Session
    from app.database import get_db
    from app.{role}s.shop import {name}

    router = APIRouter(prefix="/users", tags=["users"])

    @router.get("/")
    def listing(db: Session = Depends(get_db)) -> list[{name}]: ...

    @router.post("/")
    def create(data: {name}, db: Session = Depends(get_db)): ...
"""


@pytest.mark.parametrize(
    ("role", "texts", "path"),
    [
        ("model", [("Ware", "wares")], "app/models/{one}.py"),
        ("model", [("Ware", "wares"), ("Box", "boxes")], "app/models/shop.py"),
        ("schema", [("Ware", "")], "app/schemas/{one}.py"),
    ],
)
def test_a_file_alone_in_a_folder(
    tmp_path: Path, role: str, texts: list[tuple[str, str]], path: str
) -> None:
    made = {
        "model": "".join(
            MODEL.format(database="app.database", name=name, table=table) for name, table in texts
        ),
        "schema": "from pydantic import BaseModel\n\nclass Ware(BaseModel): ...\n",
    }
    files = {
        "app/__init__.py": "",
        "app/database.py": DATABASE,
        "app/main.py": "from fastapi import FastAPI\nfrom app.routers import users\n"
        "app = FastAPI()\napp.include_router(users.router)\n",
        "app/routers/users.py": LONELY.format(role=role, name="Ware"),
        f"app/{role}s/shop.py": made[role],
    }
    assert dict(discover(write(tmp_path, files)).layout.paths)[role] == path  # type: ignore[index]


def test_never_a_package_beside_a_module_of_its_name(tmp_path: Path) -> None:
    files = dict(
        layered("models/{one}", "schemas/{one}", "repos/{one}", "services/{one}", "api/{many}")
    )
    for name in [name for name in files if "/services/" in name]:
        files.pop(name)
    files["app/services.py"] = "def get(): ...\n"
    for one in ("users", "items"):
        text = files[f"app/api/{one}.py"]
        assert isinstance(text, str)
        files[f"app/api/{one}.py"] = "\n".join(
            line for line in text.split("\n") if "app.services" not in line
        )
    profile = discover(write(tmp_path, files))

    assert profile.layout.paths["service"] == "app/services.py"


def test_guard_of_all_siblings(tmp_path: Path) -> None:
    guarded = {
        name: text.replace(
            "APIRouter(prefix", "APIRouter(dependencies=[Depends(require_user)], prefix"
        ).replace("import get_db", "import get_db, require_user")
        if isinstance(text, str) and "/api/" in name
        else text
        for name, text in layered(
            "models/{one}", "schemas/{one}", "repos/{one}", "services/{one}", "api/{many}"
        ).items()
    }
    guarded["app/db.py"] = f"{DATABASE}\n    def require_user(): ...\n"
    profile = discover(write(tmp_path, guarded))

    ((name, value),) = profile.style.router_arguments
    assert name == "dependencies"
    assert value.source == "[Depends(require_user)]"
    assert {(item.module, item.name) for item in value.imports} == {
        ("fastapi", "Depends"), ("app.db", "require_user"),
    }  # fmt: skip


@pytest.fixture
def course(tmp_path: Path) -> AppProfile:
    return discover(write(tmp_path, flat("app")))


def test_formatting_follows_neighbours(course: AppProfile) -> None:
    assert course.formatting.config is None
    assert course.formatting.quotes == "double"
    assert course.style.optional == "pipe"
    assert not course.style.future_annotations
    assert not course.style.async_endpoints
