"""How routers are put together."""

from __future__ import annotations

from tests.shapes.parts import USER_ROUTER, layered, piece
from tests.shapes.shape import Shape

_BARE = USER_ROUTER.replace('APIRouter(prefix="/users", tags=["users"])', "APIRouter()")
ORDERS = """
--- app/routers/orders.py
from fastapi import APIRouter

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("")
def list_orders() -> list[int]:
    return []


@router.post("", status_code=201)
def create_order() -> int:
    return 1
"""
_BARE_ORDERS = ORDERS.replace('APIRouter(prefix="/orders", tags=["orders"])', "APIRouter()")


def with_app(text: str) -> str:
    """A main module."""
    return f"from fastapi import FastAPI\n{text}"


SHAPES = [
    Shape(
        "list_and_loop",
        layered(
            main=with_app("""
from app.routers import orders, users

app = FastAPI()
routers = [
    users.router,
    orders.router,
]
for router in routers:
    app.include_router(router)
""")
        )
        + ORDERS,
        has={"app/main.py": ("    widgets.router,\n",)},
    ),
    Shape(
        "list_inside_the_for",
        layered(
            main=with_app("""
from app.routers import orders, users

app = FastAPI()
for router in (users.router, orders.router):
    app.include_router(router, prefix="/api")
""")
        )
        + ORDERS,
        url="/api/widgets",
        has={"app/main.py": ("(users.router, orders.router, widgets.router)",)},
    ),
    Shape(
        "list_of_modules_inside_the_for",
        layered(
            main=with_app("""
from app.routers import orders, users

app = FastAPI()
for module in [users, orders]:
    app.include_router(module.router)
""")
        )
        + ORDERS,
        has={"app/main.py": ("[users, orders, widgets]",)},
    ),
    Shape(
        "tuples_with_prefix_and_tag",
        layered(
            router=_BARE,
            main=with_app("""
from app.routers import orders, users

ROUTES = (
    (users.router, "/users", "Users"),
    (orders.router, "/orders", "Orders"),
)

app = FastAPI()
for router, prefix, tag in ROUTES:
    app.include_router(router, prefix=prefix, tags=[tag])
"""),
        )
        + _BARE_ORDERS,
        has={"app/main.py": ('(widgets.router, "/widgets", "Widgets"),',)},
    ),
    Shape(
        "prefix_before_those_of_the_tuples",
        layered(
            router=_BARE,
            main=with_app("""
from app.routers import orders, users

ROUTES = [
    (users.router, "/users"),
    (orders.router, "/orders"),
]

app = FastAPI()
for router, prefix in ROUTES:
    app.include_router(router, prefix=f"/api{prefix}")
"""),
        )
        + _BARE_ORDERS,
        url="/api/widgets",
        has={"app/main.py": ('    (widgets.router, "/widgets"),',)},
    ),
    Shape(
        "names_that_make_prefixes",
        layered(
            router=_BARE,
            main=with_app("""
from app.routers import orders, users

app = FastAPI()
ROUTES = {
    "users": users.router,
    "orders": orders.router,
}
for name, router in ROUTES.items():
    app.include_router(router, prefix="/api/" + name, tags=[name])
"""),
        )
        + _BARE_ORDERS,
        url="/api/widgets",
        has={"app/main.py": ('    "widgets": widgets.router,',)},
    ),
    Shape(
        "names_that_fill_patterns",
        layered(
            router=_BARE,
            main=with_app("""
from app.routers import orders, users

app = FastAPI()
for name, router in [("users", users.router), ("orders", orders.router)]:
    app.include_router(router, prefix="/api/{}".format(name))
"""),
        )
        + _BARE_ORDERS,
        url="/api/widgets",
        has={"app/main.py": ('("widgets", widgets.router)',)},
    ),
    Shape(
        "lists_by_number",
        layered(
            main=with_app("""
from app.routers import orders, users

VERSIONS = {1: [users.router, orders.router], 2: []}
app = FastAPI()
for version, routers in VERSIONS.items():
    for router in routers:
        app.include_router(router, prefix=f"/v{version}")
""")
        )
        + ORDERS,
        url="/v1/widgets",
        has={"app/main.py": ("1: [users.router, orders.router, widgets.router]",)},
    ),
    Shape(
        "lists_by_version",
        layered(
            main=with_app("""
from app.routers import orders, users

VERSIONS = {
    "/v1": [users.router, orders.router],
    "/v2": [],
}

app = FastAPI()
for prefix, routers in VERSIONS.items():
    for router in routers:
        app.include_router(router, prefix=prefix)
""")
        )
        + ORDERS,
        url="/v1/widgets",
        has={"app/main.py": ('"/v1": [users.router, orders.router, widgets.router],',)},
    ),
    Shape(
        "dictionary_of_routers",
        layered(
            router=_BARE,
            main=with_app("""
from app.routers import orders, users

ROUTES = {
    "/users": users.router,
    "/orders": orders.router,
}

app = FastAPI()
for path, router in ROUTES.items():
    app.include_router(router, prefix=path, tags=[path.strip("/")])
"""),
        )
        + _BARE_ORDERS,
        has={"app/main.py": ('"/widgets": widgets.router,',)},
    ),
    Shape(
        "list_in_another_module",
        layered(
            main=with_app("""
from app.routers import all_routers

app = FastAPI()
[app.include_router(r) for r in all_routers]
"""),
            skip=("routers/__init__.py",),
        )
        + ORDERS
        + """
--- app/routers/__init__.py
from .orders import router as orders_router
from .users import router as users_router

all_routers = [orders_router, users_router]
""",
        site="app/routers/__init__.py",
        has={
            "app/routers/__init__.py": (
                "from .widgets import router as widgets_router",
                "users_router, widgets_router]",
            )
        },
    ),
    Shape(
        "nested_aggregators",
        layered(
            main=with_app("""
from app.api import api_router

app = FastAPI()
app.include_router(api_router, prefix="/api")
""")
        )
        + ORDERS
        + """
--- app/api/__init__.py
from fastapi import APIRouter

from app.api.v1 import router as v1

api_router = APIRouter()
api_router.include_router(v1, prefix="/v1")
--- app/api/v1.py
from fastapi import APIRouter

from app.routers.orders import router as orders
from app.routers.users import router as users

router = APIRouter()
router.include_router(orders)
router.include_router(users)
""",
        site="app/api/v1.py",
        url="/api/v1/widgets",
    ),
    Shape(
        "versioned_package_init",
        layered(
            skip=("routers/__init__.py", "routers/users.py"),
            main=with_app("""
from app.api import v1, v2

app = FastAPI()
app.include_router(v1.router, prefix="/v1")
app.include_router(v2.router, prefix="/v2")
"""),
        )
        + "--- app/api/__init__.py\n--- app/api/v2/users.py\n"
        + piece(USER_ROUTER)
        + """
--- app/api/v2/__init__.py
from fastapi import APIRouter

from . import orders, users

router = APIRouter()
router.include_router(users.router)
router.include_router(orders.router)
--- app/api/v1/__init__.py
from fastapi import APIRouter

router = APIRouter()


@router.get("/ping")
def ping():
    return "pong"
"""
        + ORDERS.replace("app/routers/", "app/api/v2/"),
        site="app/api/v2/__init__.py",
        url="/v2/widgets",
        has={"app/api/v2/__init__.py": ("from . import orders, users, widgets",)},
    ),
    Shape(
        "found_by_pkgutil",
        layered(
            main=with_app("""
import importlib
import pkgutil

from app import routers

app = FastAPI()
for info in pkgutil.iter_modules(routers.__path__):
    module = importlib.import_module(f"app.routers.{info.name}")
    app.include_router(module.router)
""")
        )
        + ORDERS,
        site=None,
    ),
    Shape(
        "included_twice",
        layered(
            main=with_app("""
from app.routers import orders, users

app = FastAPI()
app.include_router(users.router, prefix="/v1")
app.include_router(orders.router, prefix="/v1")
app.include_router(users.router, prefix="/v2", include_in_schema=False)
""")
        )
        + ORDERS,
        url="/v1/widgets",
    ),
    Shape(
        "prefix_of_settings",
        layered(
            main=with_app("""
from app.config import settings
from app.routers import orders, users

app = FastAPI()
app.include_router(users.router, prefix=settings.API_PREFIX)
app.include_router(orders.router, prefix=settings.API_PREFIX)
""")
        )
        + ORDERS
        + """
--- app/config.py
class Settings:
    API_PREFIX: str = "/api/v3"


settings = Settings()
""",
        url="/api/v3/widgets",
        has={"app/main.py": ("app.include_router(widgets.router, prefix=settings.API_PREFIX)",)},
    ),
    Shape(
        "prefix_as_fstring_of_settings",
        layered(
            router=_BARE,
            main=with_app("""
from app.config import get_settings
from app.routers import orders, users

settings = get_settings()
app = FastAPI()
app.include_router(users.router, prefix=f"{settings.api}/users", tags=["Users"])
app.include_router(orders.router, prefix=f"{settings.api}/orders", tags=["Orders"])
"""),
        )
        + _BARE_ORDERS
        + """
--- app/config.py
from functools import lru_cache

from pydantic import BaseModel


class Settings(BaseModel):
    api: str = "/api"


@lru_cache
def get_settings() -> Settings:
    return Settings()
""",
        url="/api/widgets",
        has={"app/main.py": ('prefix=f"{settings.api}/widgets", tags=["Widgets"]',)},
    ),
    Shape(
        "guard_at_every_include",
        layered(
            main=with_app("""
from fastapi import Depends

from app.auth import require_token
from app.routers import orders, users

app = FastAPI()
app.include_router(users.router, dependencies=[Depends(require_token)])
app.include_router(orders.router, dependencies=[Depends(require_token)])
""")
        )
        + ORDERS
        + """
--- app/auth.py
from typing import Annotated

from fastapi import Header, HTTPException


def require_token(x_token: Annotated[str | None, Header()] = None) -> None:
    if x_token != "secret":
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
""",
        headers={"X-Token": "secret"},
        has={
            "app/main.py": (
                "app.include_router(widgets.router, dependencies=[Depends(require_token)])",
            )
        },
    ),
    Shape(
        "custom_router_class",
        layered(
            router=USER_ROUTER.replace(
                "from fastapi import APIRouter, Depends", "from fastapi import Depends"
            )
            .replace(
                "from @database import get_db",
                "from @database import get_db\nfrom @routing import Router",
            )
            .replace("APIRouter(", "Router(")
        )
        + """
--- app/routing.py
from fastapi import APIRouter
from fastapi.routing import APIRoute


class TimedRoute(APIRoute):
    pass


class Router(APIRouter):
    def __init__(self, *args, **more):
        more.setdefault("route_class", TimedRoute)
        super().__init__(*args, **more)
""",
        has={"app/routers/widgets.py": ("from app.routing import Router", "= Router(")},
    ),
    Shape(
        "route_class_argument",
        layered(
            router=USER_ROUTER.replace(
                "from @database import get_db",
                "from @database import get_db\nfrom @routing import TimedRoute",
            ).replace('tags=["users"])', 'tags=["users"], route_class=TimedRoute)')
        )
        + """
--- app/routing.py
from fastapi.routing import APIRoute


class TimedRoute(APIRoute):
    pass
""",
        has={"app/routers/widgets.py": ("route_class=TimedRoute",)},
    ),
    Shape(
        "setup_of_the_app_in_a_class",
        layered(
            main=with_app("""
from app.routers import orders, users


class Application:
    def __init__(self):
        self.app = FastAPI()
        self._add_routers()

    def _add_routers(self):
        self.app.include_router(users.router)
        self.app.include_router(orders.router)


app = Application().app
""")
        )
        + ORDERS,
        entry=None,
        has={"app/main.py": ("        self.app.include_router(widgets.router)",)},
    ),
    Shape(
        "router_variables_with_names",
        layered(
            router=USER_ROUTER.replace("router = ", "users_router = ").replace(
                "@router", "@users_router"
            ),
            main=with_app("""
from app.routers.orders import orders_router
from app.routers.users import users_router

app = FastAPI()

app.include_router(users_router)
app.include_router(orders_router)
"""),
        )
        + ORDERS.replace("router = ", "orders_router = ").replace("@router", "@orders_router"),
        has={
            "app/main.py": (
                "from app.routers.widgets import widgets_router",
                "app.include_router(widgets_router)",
            ),
            "app/routers/widgets.py": ("widgets_router = APIRouter(",),
        },
    ),
    Shape(
        "dotted_imports",
        layered(
            main=with_app("""
import app.routers.orders
import app.routers.users

api = FastAPI()
api.include_router(app.routers.users.router)
api.include_router(app.routers.orders.router)
""")
        )
        + ORDERS,
        entry="app/main.py:api",
        serve=". app.main:api",
    ),
    Shape(
        "trailing_slashes",
        layered(router=USER_ROUTER.replace('get(""', 'get("/"').replace('post(""', 'post("/"'))
        + ORDERS.replace('get(""', 'get("/"').replace('post(""', 'post("/"'),
        url="/widgets/",
        has={"app/routers/widgets.py": ('@router.get("/"',)},
    ),
    Shape(
        "everything_in_main",
        """
--- main.py
from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

engine = create_engine("sqlite:///./app.db")
SessionLocal = sessionmaker(engine)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class ItemCreate(BaseModel):
    title: str


class ItemRead(ItemCreate):
    model_config = ConfigDict(from_attributes=True)
    id: int


Base.metadata.create_all(engine)


def get_db():
    with SessionLocal() as db:
        yield db


@app.get("/items", response_model=list[ItemRead])
def items(db: Session = Depends(get_db)):
    return db.scalars(select(Item)).all()


@app.post("/items", response_model=ItemRead)
def create_item(item: ItemCreate, db: Session = Depends(get_db)):
    row = Item(**item.model_dump())
    db.add(row)
    db.commit()
    return row
--- requirements.txt
fastapi
sqlalchemy
""",
        entry="main.py:app",
        site="main.py",
        layout="flat",
        serve=". main:app",
    ),
    Shape(
        "routers_attached_by_functions",
        layered(
            main=with_app("""
from app.routers import orders, users

app = FastAPI()
users.attach(app)
orders.attach(app)
"""),
            router=USER_ROUTER + "\n\ndef attach(app):\n    app.include_router(router)\n",
        )
        + ORDERS
        + "\n\ndef attach(app):\n    app.include_router(router)\n",
    ),
]
