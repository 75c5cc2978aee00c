"""Apps of further shapes, from the plan to the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discover.apps import write
from tests.workflow.shop import API, DATABASE, MODELS, USERS, enter, new, run, tree

AUTOMATIC = """
    from importlib import import_module
    from pkgutil import iter_modules

    from fastapi import FastAPI

    from app import routers

    app = FastAPI()
    for found in iter_modules(routers.__path__):
        app.include_router(import_module(f"app.routers.{found.name}").router)
    """
UNREACHED = """
    from fastapi import FastAPI

    def create_app():
        return FastAPI(title="Shop")
    """
IN_MAIN = """
    from collections.abc import Iterator

    from fastapi import Depends, FastAPI
    from sqlalchemy import create_engine, select
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

    engine = create_engine("sqlite://")


    class Base(DeclarativeBase):
        pass


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)


    def get_db() -> Iterator[Session]:
        with Session(engine) as session:
            yield session


    app = FastAPI()


    @app.get("/users")
    def users(db: Session = Depends(get_db)) -> list[int]:
        return list(db.scalars(select(User.id)))
    """
DB_IN_MAIN = """
    from collections.abc import Iterator

    from fastapi import Depends, FastAPI
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from models import SessionLocal, User

    app = FastAPI()


    def get_db() -> Iterator[Session]:
        with SessionLocal() as session:
            yield session


    @app.get("/users")
    def users(db: Session = Depends(get_db)) -> list[int]:
        return list(db.scalars(select(User.id)))
    """


def test_an_app_that_finds_its_routers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(monkeypatch, tmp_path / "shop", {"app/main.py": AUTOMATIC})
    before = tree(root)
    new("--verify")
    assert (root / "app/main.py").read_bytes() == before["app/main.py"]


def test_no_place_for_a_router(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(monkeypatch, tmp_path / "shop", {"app/main.py": UNREACHED})
    before = tree(root)
    said = new(code=3).stderr
    assert "paste this" in said
    assert "include_router(" in said
    assert tree(root) == before


@pytest.mark.parametrize("text", [IN_MAIN, DB_IN_MAIN])
def test_what_lies_in_main_makes_no_circle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    database = DATABASE.replace("\n\n    def get_db", "\n\n    def unused")
    (tmp_path / "requirements.txt").write_text("fastapi\nsqlalchemy\n")
    files = {"main.py": text}
    if text is DB_IN_MAIN:
        model = MODELS.replace("from app.database import Base", "")
        files["models.py"] = database + model
    write(tmp_path, files)
    before = tree(tmp_path)
    new("--verify")
    run("undo")
    assert tree(tmp_path) == before


def test_another_side_is_given_its_attribute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    run("new", "resource", "products", "owner:ref=users:on=restrict:back=products", "--verify")
    user = (root / "app/models/user.py").read_text()
    assert 'products: Mapped[list["Product"]] = relationship(' in user
    assert "from sqlalchemy.orm import Mapped, mapped_column, relationship" in user


def test_packages_that_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exports = 'from app.models.user import User\n\n__all__ = ["User"]\n'
    root = enter(monkeypatch, tmp_path / "shop", {"app/models/__init__.py": exports})
    new()
    models = (root / "app/models/__init__.py").read_text()
    assert "from app.models.product import Product" in models
    assert models.count('"Product"') == 1


def test_an_app_without_a_database_gets_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.txt").write_text("fastapi\n")
    (tmp_path / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
    before = tree(tmp_path)
    run("new", "resource", "products", "name", "--verify")
    run("new", "resource", "tags", "name")
    assert "Kept" not in run("undo").stdout
    assert "Kept" not in run("undo").stdout
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("library", "text", "words"),
    [
        ("tortoise-orm", "from tortoise.models import Model\n", "Tortoise ORM"),
        ("beanie", "from beanie import Document\n", "Beanie"),
    ],
)
def test_other_mappers_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, text: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.txt").write_text(f"fastapi\n{library}\n")
    base = text.rsplit(maxsplit=1)[-1]
    (tmp_path / "main.py").write_text(
        f"from fastapi import FastAPI\n{text}\n\nclass User({base}):\n    pass\n\n\napp = FastAPI()\n"
    )
    before = tree(tmp_path)
    assert words in new(code=3).stderr
    assert tree(tmp_path) == before


def test_an_id_that_the_base_has_in_another_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = DATABASE.replace(
        "class Base(DeclarativeBase):\n        pass",
        "class Base(DeclarativeBase):\n        id: Mapped[int] = mapped_column(primary_key=True)",
    ).replace("import DeclarativeBase,", "import DeclarativeBase, Mapped, mapped_column,")
    enter(monkeypatch, tmp_path / "shop", {"app/database.py": base})
    assert "leave --id out" in new("--id", "uuid", code=2).stderr


def test_a_model_without_a_key_to_refer_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = MODELS.replace(
        "email: Mapped[str]", "email: Mapped[str] = mapped_column(primary_key=True)"
    )
    enter(monkeypatch, tmp_path / "shop", {"app/models/user.py": text})
    said = run("new", "resource", "products", "owner:ref=users", code=3).stderr
    assert "no single int, uuid or str primary key" in said


@pytest.mark.parametrize(
    "changed",
    [
        {
            "app/routers/users.py": USERS.replace(
                'tags=["users"]', 'tags=["users"], include_in_schema=False'
            )
        },
        {"app/api.py": API.replace("users.router)", "users.router, include_in_schema=False)")},
    ],
    ids=["router", "include"],
)
def test_routes_that_openapi_leaves_out(
    changed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = enter(monkeypatch, tmp_path / "shop", changed)
    before = tree(root)
    new("--verify")
    made = "".join(text.decode() for path, text in tree(root).items() if path.startswith("app/"))
    assert made.count("include_in_schema=False") == 2
    assert "openapi" not in (root / "tests/test_products.py").read_text()
    run("remove", "resource", "products", "--verify")
    left = {path: text for path, text in tree(root).items() if not path.startswith(".fastarch")}
    assert left == before
