"""The example apps, and what the tests need to know to run each of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


@dataclass(frozen=True, slots=True)
class ExampleApp:
    """One example.

    Args:
        target: What uvicorn serves.
        home: The folder, from the example's root, in which its own commands are typed.
        app_dir: The import root, from home.
        factory: ``target`` makes the app.
        prefix: What comes before ``/products``.
        slash: The collection's and the item's path end in a slash.
        id: Type of the ids.
        database: The variable that names its database.
        drivers: Of SQLite and of PostgreSQL.
        migrates: Its tables come from Alembic, from the app itself otherwise.
        mypy: What to call mypy with, where the app is typed.
    """

    name: str
    target: str
    database: str = "DATABASE_URL"
    drivers: tuple[str, str] = ("sqlite", "postgresql+psycopg")
    home: str = "."
    app_dir: str = "."
    factory: bool = False
    prefix: str = ""
    slash: tuple[bool, bool] = (False, False)
    id: str = "int"
    migrates: bool = False
    mypy: tuple[str, ...] | None = None

    @property
    def source(self) -> Path:
        """The folder of the example."""
        return EXAMPLES / self.name

    @property
    def collection(self) -> str:
        """The path of the products."""
        return f"{self.prefix}/products" + ("/" if self.slash[0] else "")


ASYNC = ("sqlite+aiosqlite", "postgresql+asyncpg")
APPS = (
    ExampleApp("blog", "main:app", slash=(True, False)),
    ExampleApp(
        "clinic",
        "clinic.main:app",
        database="CLINIC_DB",
        slash=(True, True),
    ),
    ExampleApp("hello", "main:app", migrates=True),
    ExampleApp(
        "helpdesk",
        "helpdesk.main:create_app",
        database="HELPDESK_DATABASE_URL",
        drivers=ASYNC,
        app_dir="src",
        factory=True,
        prefix="/api/v1",
        migrates=True,
        mypy=(),
    ),
    ExampleApp(
        "inventory",
        "app.main:app",
        home="backend",
        prefix="/api/v1",
        slash=(True, False),
        id="uuid",
        migrates=True,
        mypy=("app",),
    ),
    ExampleApp(
        "library",
        "app.main:app",
        drivers=ASYNC,
        prefix="/api",
        id="uuid",
        migrates=True,
        mypy=(),
    ),
    ExampleApp("notes", "main:app"),
)
BY_NAME = {app.name: app for app in APPS}

PRODUCTS = (
    "products",
    "name:str=120:search:sort",
    "sku:str=32:unique",
    "price:decimal=12,2:ge=0:filter",
    "status:enum=draft,live:default=draft:filter",
    "note:text:null",
    "active:bool:default=true",
)
