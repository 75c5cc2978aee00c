"""Bases, ids, mixins, words for layers, and apps that have another ORM or none."""

from __future__ import annotations

from tests.shapes.parts import DATABASE, layered
from tests.shapes.shape import Shape

_SQLMODEL = """
--- app/__init__.py
--- app/main.py
from fastapi import FastAPI

from app.api import items, users

app = FastAPI()
app.include_router(users.router)
app.include_router(items.router)
--- app/db.py
from typing import Annotated

from fastapi import Depends
from sqlmodel import Session, create_engine

engine = create_engine("sqlite:///./app.db")


def get_session():
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
--- app/models.py
from sqlmodel import Field, SQLModel


class UserBase(SQLModel):
    email: str = Field(max_length=255)


class UserCreate(UserBase):
    pass


class User(UserBase, table=True):
    id: int | None = Field(default=None, primary_key=True)


class UserPublic(UserBase):
    id: int


class ItemBase(SQLModel):
    title: str


class ItemCreate(ItemBase):
    pass


class Item(ItemBase, table=True):
    id: int | None = Field(default=None, primary_key=True)


class ItemPublic(ItemBase):
    id: int
--- app/api/__init__.py
--- app/api/users.py
from fastapi import APIRouter
from sqlmodel import select

from app.db import SessionDep
from app.models import User, UserCreate, UserPublic

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/", response_model=list[UserPublic])
def read_users(session: SessionDep):
    return session.exec(select(User)).all()


@router.post("/", response_model=UserPublic)
def create_user(session: SessionDep, user_in: UserCreate):
    user = User.model_validate(user_in)
    session.add(user)
    session.commit()
    session.refresh(user)
    return user
--- app/api/items.py
from fastapi import APIRouter
from sqlmodel import select

from app.db import SessionDep
from app.models import Item, ItemCreate, ItemPublic

router = APIRouter(prefix="/items", tags=["items"])


@router.get("/", response_model=list[ItemPublic])
def read_items(session: SessionDep):
    return session.exec(select(Item)).all()


@router.post("/", response_model=ItemPublic)
def create_item(session: SessionDep, item_in: ItemCreate):
    item = Item.model_validate(item_in)
    session.add(item)
    session.commit()
    session.refresh(item)
    return item
--- requirements.txt
fastapi
sqlmodel
"""
_BASE = "class Base(DeclarativeBase):\n    pass\n"


def _based(base: str, imports: str = "") -> str:
    text = DATABASE.replace(_BASE, base)
    if imports:
        text = text.replace("from sqlalchemy.orm import DeclarativeBase, sessionmaker", imports)
    return text


FEATURES = (
    """
--- src/__init__.py
--- src/main.py
from fastapi import FastAPI

from src.posts.router import router as posts_router
from src.users.router import router as users_router

app = FastAPI()
app.include_router(posts_router, prefix="/posts", tags=["Posts"])
app.include_router(users_router, prefix="/users", tags=["Users"])
--- src/database.py
"""
    + DATABASE
    + "".join(
        f"""
--- src/{many}/__init__.py
--- src/{many}/models.py
from sqlalchemy.orm import Mapped, mapped_column

from src.database import Base


class {One}(Base):
    __tablename__ = "{one}"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
--- src/{many}/schemas.py
from pydantic import BaseModel, ConfigDict


class {One}Create(BaseModel):
    title: str


class {One}Response({One}Create):
    model_config = ConfigDict(from_attributes=True)
    id: int
--- src/{many}/service.py
from sqlalchemy import select
from sqlalchemy.orm import Session

from src.{many}.models import {One}
from src.{many}.schemas import {One}Create


def get_{many}(db: Session) -> list[{One}]:
    return list(db.scalars(select({One})))


def create_{one}(db: Session, data: {One}Create) -> {One}:
    row = {One}(**data.model_dump())
    db.add(row)
    db.commit()
    return row
--- src/{many}/router.py
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from src.database import get_db
from src.{many} import service
from src.{many}.schemas import {One}Create, {One}Response

router = APIRouter()


@router.get("/", response_model=list[{One}Response])
def list_{many}(db: Session = Depends(get_db)):
    return service.get_{many}(db)


@router.post("/", response_model={One}Response)
def create_{one}(data: {One}Create, db: Session = Depends(get_db)):
    return service.create_{one}(db, data)
"""
        for one, many, One in (("post", "posts", "Post"), ("user", "users", "User"))
    )
    + "--- requirements.txt\nfastapi\nsqlalchemy\n"
)


def _words(repository: str, service: str, router: str) -> str:
    """Layers under the app's own words."""
    return (
        layered(
            skip=("routers/users.py", "routers/__init__.py"),
            main=f"""
from fastapi import FastAPI

from app.{router} import users

app = FastAPI()
app.include_router(users.router)
""",
        )
        + f"""
--- app/{router}/__init__.py
--- app/{router}/users.py
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from app.database import get_db
from app.schemas.user import UserCreate, UserRead
from app.{service} import user as {service}

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", response_model=list[UserRead])
def list_users(db: Session = Depends(get_db)):
    return {service}.list_users(db)


@router.post("", response_model=UserRead, status_code=201)
def create_user(user: UserCreate, db: Session = Depends(get_db)):
    return {service}.create_user(db, user)
--- app/{service}/__init__.py
--- app/{service}/user.py
from sqlalchemy.orm import Session

from app.{repository} import user as {repository}
from app.schemas.user import UserCreate


def list_users(db: Session):
    return {repository}.list_users(db)


def create_user(db: Session, data: UserCreate):
    row = {repository}.create_user(db, data)
    db.commit()
    return row
--- app/{repository}/__init__.py
--- app/{repository}/user.py
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.user import User
from app.schemas.user import UserCreate


def list_users(db: Session):
    return db.scalars(select(User)).all()


def create_user(db: Session, data: UserCreate):
    row = User(**data.model_dump())
    db.add(row)
    return row
"""
    )


_TEAM = """

class Team(IdMixin, TimestampMixin, Base):
    __tablename__ = "teams"

    name: Mapped[str]
--- app/schemas/user.py"""
SHAPES = [
    Shape(
        "sqlmodel_one_models_module",
        _SQLMODEL,
        session="SessionDep",
        url="/widgets/",
        places={"model": "app/models.py", "router": "app/api/widgets.py"},
        has={"app/models.py": ("class WidgetPublic(",), "app/api/widgets.py": ("SessionDep",)},
    ),
    Shape(
        "as_declarative",
        layered(
            database=_based(
                """@as_declarative()
class Base:
    id: Any
    __name__: str

    @declared_attr
    def __tablename__(cls) -> str:
        return cls.__name__.lower()
""",
                "from typing import Any\n\nfrom sqlalchemy.orm import as_declarative, declared_attr, sessionmaker",
            )
        ).replace('    __tablename__ = "users"\n\n', ""),
        lacks={"app/models/widget.py": ("__tablename__",)},
    ),
    Shape(
        "declarative_base_and_columns",
        layered(
            database=_based(
                "Base = declarative_base()\n",
                "from sqlalchemy.orm import declarative_base, sessionmaker",
            )
        )
        .replace(
            "id: Mapped[int] = mapped_column(primary_key=True)",
            "id = Column(Integer, primary_key=True, index=True)",
        )
        .replace("email: Mapped[str] = mapped_column(String(200))", "email = Column(String(200))")
        .replace(
            "from sqlalchemy import String\nfrom sqlalchemy.orm import Mapped, mapped_column",
            "from sqlalchemy import Column, Integer, String",
        ),
        has={"app/models/widget.py": ("Column(",)},
        lacks={"app/models/widget.py": ("mapped_column", "Mapped[")},
    ),
    Shape(
        "dataclass_mapping",
        layered(
            database=_based(
                "class Base(MappedAsDataclass, DeclarativeBase):\n    pass\n",
                "from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, sessionmaker",
            )
        ).replace("mapped_column(primary_key=True)", "mapped_column(primary_key=True, init=False)"),
    ),
    Shape(
        "uuid_ids_of_a_base",
        layered(
            database=_based(
                """class Base(DeclarativeBase):
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
""",
                "import uuid\n\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker",
            )
        )
        .replace("    id: Mapped[int] = mapped_column(primary_key=True)\n", "")
        .replace("    id: int\n", "    id: UUID\n")
        .replace(
            "from pydantic import BaseModel, ConfigDict\n",
            "from uuid import UUID\n\nfrom pydantic import BaseModel, ConfigDict\n",
        ),
        lacks={"app/models/widget.py": ("primary_key",)},
    ),
    Shape(
        "text_ids_of_a_mixin",
        layered(
            database=_based(
                _BASE
                + """

class IdMixin:
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))


class TimestampMixin:
    created_at: Mapped[datetime] = mapped_column(DateTime, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime, server_default=func.now(), onupdate=func.now())
""",
                "import uuid\nfrom datetime import datetime\n\nfrom sqlalchemy import DateTime, String, func\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker",
            )
        )
        .replace("    id: Mapped[int] = mapped_column(primary_key=True)\n", "")
        .replace("class User(Base)", "class User(IdMixin, TimestampMixin, Base)")
        .replace("database import Base\n", "database import Base, IdMixin, TimestampMixin\n")
        .replace("    id: int\n", "    id: str\n")
        .replace("--- app/schemas/user.py", _TEAM),
        has={"app/models/widget.py": ("TimestampMixin",)},
    ),
    Shape(
        "bigint_ids",
        layered()
        .replace(
            "id: Mapped[int] = mapped_column(primary_key=True)",
            'id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)',
        )
        .replace(
            "from sqlalchemy import String\n",
            "from sqlalchemy import BigInteger, Integer, String\n",
        ),
    ),
    Shape(
        "base_in_the_models_package",
        layered(skip=("models/__init__.py",), database=_based(""))
        .replace("from app.database import Base", "from app.models import Base")
        .replace(
            "from sqlalchemy.orm import , sessionmaker", "from sqlalchemy.orm import sessionmaker"
        )
        .replace(
            "from sqlalchemy.orm import DeclarativeBase, sessionmaker",
            "from sqlalchemy.orm import sessionmaker",
        )
        + """
--- app/models/__init__.py
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


from app.models.user import User
""",
        has={"app/models/widget.py": ("from app.models import Base",)},
    ),
    Shape(
        "features",
        FEATURES,
        entry="src/main.py:app",
        site="src/main.py",
        layout="feature",
        url="/widgets/",
        serve=". src.main:app",
        places={
            "model": "src/widgets/models.py",
            "schema": "src/widgets/schemas.py",
            "service": "src/widgets/service.py",
            "router": "src/widgets/router.py",
        },
        has={
            "src/main.py": (
                "from src.widgets.router import router as widgets_router",
                'app.include_router(widgets_router, prefix="/widgets", tags=["Widgets"])',
            ),
            "src/widgets/schemas.py": ("class WidgetResponse",),
            "src/widgets/models.py": ('__tablename__ = "widget"',),
        },
    ),
    Shape(
        "features_with_odd_names",
        FEATURES.replace("router.py", "routs.py")
        .replace(".router import", ".routs import")
        .replace("schemas.py", "dto.py")
        .replace(".schemas import", ".dto import"),
        entry="src/main.py:app",
        site="src/main.py",
        layout="feature",
        url="/widgets/",
        serve=". src.main:app",
        places={"schema": "src/widgets/dto.py", "router": "src/widgets/routs.py"},
    ),
    Shape(
        "words_crud_usecases_views",
        _words("crud", "usecases", "views"),
        places={
            "repository": "app/crud/widget.py",
            "service": "app/usecases/widget.py",
            "router": "app/views/widgets.py",
        },
    ),
    Shape(
        "words_dao_services_endpoints",
        _words("dao", "services", "endpoints"),
        places={
            "repository": "app/dao/widget.py",
            "service": "app/services/widget.py",
            "router": "app/endpoints/widgets.py",
        },
    ),
    Shape(
        "words_repo_logic_controllers",
        _words("repo", "logic", "controllers"),
        places={"repository": "app/repo/widget.py", "router": "app/controllers/widgets.py"},
    ),
    Shape(
        "suffixes_in_file_names",
        _words("crud", "services", "routes")
        .replace("crud/user.py", "crud/crud_user.py")
        .replace("app.crud import user as crud", "app.crud import crud_user as crud")
        .replace("schemas/user.py", "schemas/user_schema.py")
        .replace("app.schemas.user ", "app.schemas.user_schema ")
        .replace("services/user.py", "services/user_service.py")
        .replace(
            "from app.services import user as services",
            "from app.services import user_service as services",
        )
        .replace("routes/users.py", "routes/user_routes.py")
        .replace("from app.routes import users", "from app.routes import user_routes")
        .replace("include_router(users.", "include_router(user_routes."),
        places={
            "repository": "app/crud/crud_widget.py",
            "schema": "app/schemas/widget_schema.py",
            "service": "app/services/widget_service.py",
            "router": "app/routes/widget_routes.py",
        },
        has={"app/main.py": ("app.include_router(widget_routes.router)",)},
    ),
    Shape(
        "exports_kept_in_step",
        layered(skip=("models/__init__.py", "schemas/__init__.py"))
        + """
--- app/models/__init__.py
from app.models.user import User

__all__ = ["User"]
--- app/schemas/__init__.py
from .user import UserCreate, UserRead
""",
        has={
            "app/models/__init__.py": ("from app.models.widget import Widget", '"Widget"'),
            "app/schemas/__init__.py": ("from .widget import",),
        },
    ),
    Shape(
        "schemas_inside_routers",
        layered(
            router="""
from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from @database import get_db
from @models.user import User

router = APIRouter(prefix="/users", tags=["users"])


class UserIn(BaseModel):
    email: str


class UserOut(UserIn):
    id: int

    model_config = {"from_attributes": True}


@router.get("", response_model=list[UserOut])
def list_users(db: Session = Depends(get_db)):
    return db.scalars(select(User)).all()


@router.post("", response_model=UserOut, status_code=201)
def create_user(user: UserIn, db: Session = Depends(get_db)):
    row = User(**user.model_dump())
    db.add(row)
    db.commit()
    return row
""",
            skip=("schemas/user.py", "schemas/__init__.py"),
        ),
    ),
    Shape(
        "flat_modules",
        layered(
            "",
            "",
            main="""
import crud
import models
import schemas
from database import engine, get_db
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

models.Base.metadata.create_all(bind=engine)

app = FastAPI()


@app.get("/users/", response_model=list[schemas.User])
def read_users(db: Session = Depends(get_db)):
    return crud.get_users(db)


@app.post("/users/", response_model=schemas.User)
def create_user(user: schemas.UserCreate, db: Session = Depends(get_db)):
    return crud.create_user(db, user)
""",
            skip=(
                "models/user.py",
                "schemas/user.py",
                "routers/users.py",
                "models/__init__.py",
                "schemas/__init__.py",
                "routers/__init__.py",
            ),
        )
        + """
--- models.py
from database import Base
from sqlalchemy import Column, Integer, String


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    email = Column(String)
--- schemas.py
from pydantic import BaseModel, ConfigDict


class UserBase(BaseModel):
    email: str


class UserCreate(UserBase):
    pass


class User(UserBase):
    model_config = ConfigDict(from_attributes=True)

    id: int
--- crud.py
import models
import schemas
from sqlalchemy import select
from sqlalchemy.orm import Session


def get_users(db: Session):
    return db.scalars(select(models.User)).all()


def create_user(db: Session, user: schemas.UserCreate):
    row = models.User(**user.model_dump())
    db.add(row)
    db.commit()
    return row
""",
        entry="main.py:app",
        site="main.py",
        layout="flat",
        url="/widgets/",
        serve=". main:app",
        places={"model": "models.py", "schema": "schemas.py", "repository": "crud.py"},
    ),
    Shape(
        "tortoise",
        layered()
        .replace(
            "from sqlalchemy.orm import Mapped, mapped_column\n",
            "from tortoise import fields, models\n",
        )
        .replace("class User(Base)", "class User(models.Model)")
        .replace(
            "    id: Mapped[int] = mapped_column(primary_key=True)\n    email: Mapped[str] = mapped_column(String(200))",
            "    id = fields.IntField(pk=True)\n    email = fields.CharField(200)",
        )
        .replace("from app.database import Base\n", "")
        .replace("from sqlalchemy import String\n", "")
        .replace(DATABASE.strip(), "")
        .replace("sqlalchemy>=2", "tortoise-orm")
        .replace("from app.database import get_db\n", "")
        .replace("from sqlalchemy import select\nfrom sqlalchemy.orm import Session\n", "")
        .replace("db: Session = Depends(get_db)", "")
        .replace("db.scalars(select(User)).all()", "User.all()"),
        exit=3,
        says=("Tortoise", "app/models/user.py", "class Base(DeclarativeBase):"),
    ),
    Shape(
        "beanie",
        """
--- app/main.py
from beanie import Document, init_beanie
from fastapi import FastAPI

app = FastAPI()


class User(Document):
    email: str


@app.get("/users")
async def users():
    return await User.find_all().to_list()
--- requirements.txt
fastapi
beanie
""",
        exit=3,
        says=("Beanie",),
    ),
    Shape(
        "pydantic_1",
        layered().replace("sqlalchemy>=2", "sqlalchemy>=2\npydantic==1.10.13"),
        exit=3,
        says=("pydantic", "1.10.13"),
    ),
    Shape(
        "sqlalchemy_1",
        layered().replace("sqlalchemy>=2", "SQLAlchemy==1.4.49"),
        exit=3,
        says=("1.4.49",),
    ),
    Shape(
        "sqlalchemy_core",
        layered(
            router="""
from fastapi import APIRouter
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from @database import engine

metadata = MetaData()
users = Table("users", metadata, Column("id", Integer, primary_key=True), Column("email", String))
router = APIRouter(prefix="/users")


@router.get("")
def list_users():
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(select(users))]
""",
            database='from sqlalchemy import create_engine\n\nengine = create_engine("sqlite:///./app.db")\n',
            skip=("models/user.py", "models/__init__.py"),
        ),
        exit=3,
        says=("no declarative base class", "app/database.py", "class Base(DeclarativeBase):"),
    ),
    Shape(
        "no_database",
        """
--- app/__init__.py
--- app/main.py
from fastapi import FastAPI

from app.routers import things

app = FastAPI()
app.include_router(things.router)
--- app/routers/__init__.py
--- app/routers/things.py
from fastapi import APIRouter

router = APIRouter(prefix="/things", tags=["things"])


@router.get("")
def things() -> list[str]:
    return []
--- requirements.txt
fastapi
""",
        keeps=(
            "alembic.ini",
            "app/database.py",
            "app/main.py",
            "app/settings.py",
            "migrations/env.py",
            "migrations/script.py.mako",
            "requirements.txt",
        ),
        session=None,
        serve=". app.main:app",
    ),
    Shape(
        "class_based_views",
        layered(
            router="""
from fastapi import APIRouter, Depends
from fastapi_utils.cbv import cbv
from sqlalchemy import select
from sqlalchemy.orm import Session

from @database import get_db
from @models.user import User
from @schemas.user import UserCreate, UserRead

router = APIRouter(prefix="/users", tags=["users"])


@cbv(router)
class UserViews:
    db: Session = Depends(get_db)

    @router.get("", response_model=list[UserRead])
    def list_users(self):
        return self.db.scalars(select(User)).all()

    @router.post("", response_model=UserRead)
    def create_user(self, user: UserCreate):
        row = User(**user.model_dump())
        self.db.add(row)
        self.db.commit()
        return row
"""
        ),
        serve=None,
    ),
]
