"""Two endpoints that answer from one function: it is given a page once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discover.apps import write
from tests.workflow.shop import run, tree

DATABASE = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

    engine = create_engine("sqlite://")
    SessionLocal = sessionmaker(engine)


    class Base(DeclarativeBase):
        pass


    class User(Base):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]


    def get_db():
        with SessionLocal() as session:
            yield session
    """
CRUD = """
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from app.db import User


    def list_users(db: Session):
        return db.scalars(select(User).order_by(User.name)).all()
    """
MAIN = """
    from fastapi import Depends, FastAPI
    from pydantic import BaseModel
    from sqlalchemy.orm import Session

    from app import crud
    from app.db import get_db

    app = FastAPI()


    class UserRead(BaseModel):
        id: int
        name: str


    @app.get("/users", response_model=list[UserRead])
    def users(db: Session = Depends(get_db)):
        return crud.list_users(db)


    @app.get("/members", response_model=list[UserRead])
    def members(db: Session = Depends(get_db)):
        return crud.list_users(db)
    """


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The app, as working directory."""
    write(
        tmp_path,
        {
            "requirements.txt": "fastapi\nsqlalchemy>=2\n",
            "app/__init__.py": "",
            "app/db.py": DATABASE,
            "app/crud.py": CRUD,
            "app/main.py": MAIN,
        },
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_second_endpoint_passes_its_page(root: Path) -> None:
    before = tree(root)
    run("add", "pagination", "GET /users", "--verify")
    one = tree(root)
    run("add", "pagination", "GET /members", "--verify")
    both = tree(root)
    assert {path for path in both if both[path] != one.get(path) and ".fastarch" not in path} == {
        "app/main.py"
    }
    assert both["app/main.py"].count(b"crud.list_users(db, page=page)") == 2
    assert "Nothing to do" in run("add", "pagination", "GET /members").stdout
    run("undo")
    run("undo")
    assert tree(root) == before


def test_another_kind_of_page_is_passed_as_well(root: Path) -> None:
    run("add", "pagination", "GET /users")
    run("add", "pagination", "GET /members", "--by", "offset", "--verify")
    main = (root / "app/main.py").read_text()
    assert "page: CursorPage" in main
    assert "page: OffsetPage" in main
    assert "page: Page = ALL_ROWS" in (root / "app/crud.py").read_text()


def test_a_name_that_means_something_else_is_refused(root: Path) -> None:
    main = root / "app/main.py"
    main.write_text(main.read_text().replace("def members(", "def members(page: str = '', "))
    run("add", "pagination", "GET /users")
    before = tree(root)
    assert "names that clash" in run("add", "pagination", "GET /members", code=3).stderr
    assert tree(root) == before
