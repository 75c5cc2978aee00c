"""Code that would close a circle of imports goes elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discover.apps import Files, write
from tests.workflow.shop import DATABASE, run, tree

SCHEMAS = """
    import enum
    from datetime import datetime

    from pydantic import BaseModel


    class Role(enum.Enum):
        USER = "user"
        ADMIN = "admin"


    class UserRead(BaseModel):
        id: int
        role: Role
        seen: datetime
    """
MODELS = """
    from sqlalchemy.orm import Mapped, mapped_column

    {imports}
    from {package}database import Base


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)
        role: Mapped[{role}]
    """
MAIN = """
    from fastapi import Depends, FastAPI
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from {package}database import get_db
    from {package}models import User
    from {package}schemas import UserRead

    app = FastAPI()


    @app.get("/users", response_model=list[UserRead])
    def users(db: Session = Depends(get_db)) -> list[User]:
        return list(db.scalars(select(User)))
    """


def files(imports: str, role: str = "Role", package: str = "") -> Files:
    folder = package.replace(".", "/")
    own = {
        "database.py": DATABASE,
        "schemas.py": SCHEMAS,
        "models.py": MODELS.format(imports=imports, role=role, package=package),
        "main.py": MAIN.format(package=package),
        "kinds.py": f"from {package}schemas import Role as Kind\n",
    }
    own |= {"__init__.py": ""} if package else {}
    return {"requirements.txt": "fastapi\nsqlalchemy>=2\n"} | {
        f"{folder}{name}": text for name, text in own.items()
    }


@pytest.mark.parametrize(
    "app",
    [
        files("from schemas import Role"),
        files("import schemas", "schemas.Role"),
        files("from kinds import Kind", "Kind"),
        files("from app.schemas import Role", package="app."),
        files("from .schemas import Role", package="app."),
        files("try:\n        from schemas import Role\n    except ImportError:\n        raise"),
    ],
    ids=["from", "module", "further", "package", "relative", "try"],
)
def test_models_that_import_schemas(app: Files, tmp_path: Path) -> None:
    root = write(tmp_path / "app", app)
    before = tree(root)
    fields = ["state:enum=open,shut:default=open", "seen:datetime:default=now", "day:date"]
    words = ["--app", str(root), "--yes"]
    run("new", "resource", "doors", *fields, *words)
    run("new", "resource", "gates", *fields, *words, "--verify")
    run("remove", "resource", "doors", *words)
    run("remove", "resource", "gates", *words, "--verify")
    left = {path: text for path, text in tree(root).items() if not path.startswith(".fastarch")}
    assert left == before


def test_imports_for_types_alone_close_no_circle(tmp_path: Path) -> None:
    imports = "from typing import TYPE_CHECKING\n\n    if TYPE_CHECKING:\n        import schemas"
    root = write(tmp_path / "app", files(imports, "str"))
    words = ["--app", str(root), "--yes", "--verify"]
    run("new", "resource", "doors", "state:enum=open,shut", *words)
    assert "class DoorState" in (root / "models.py").read_text()
