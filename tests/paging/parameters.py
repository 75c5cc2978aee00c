"""Positions that clients say by now: skip, limit, page, size."""

from __future__ import annotations

from tests.paging.shape import Shape


def head(parameters: str, body: str, *, imports: str = "") -> str:
    return f"""
--- app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import get_db
from app.models import User
from app.schemas import UserOut
{imports}
app = FastAPI()


@app.get("/users", response_model=list[UserOut])
def list_users({parameters}, db: Session = Depends(get_db)):
{body}
"""


SHAPES = [
    Shape(
        "skip and limit",
        head(
            "skip: int = 0, limit: int = 100",
            "    return db.query(User).offset(skip).limit(limit).all()",
        ),
        limit=100,
        old=("skip=5", "skip=5&limit=3", "limit=7", "skip=50"),
        wrong=("cursor={cursor}&skip=5", "limit=101"),
        has={
            "app/main.py": (
                'Depends(cursor_page(limit=100, instead_of=("skip",)))',
                "return page.all(db.query(User).offset(skip).limit(limit))",
            )
        },
    ),
    Shape(
        "an offset with bounds",
        head(
            "offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=30)] = 20",
            "    return db.scalars(select(User).order_by(User.name).offset(offset).limit(limit)).all()",
        ),
        limit=20,
        ties=("name",),
        whole="limit=30",
        old=("offset=5", "offset=5&limit=3"),
        wrong=("cursor={cursor}&offset=0", "limit=31"),
        has={"app/main.py": ("limit=20, maximum=30",)},
    ),
    Shape(
        "a page and its size",
        head(
            "page: int = 1, page_size: int = Query(10, le=50)",
            """    first = (page - 1) * page_size
    statement = select(User).order_by(User.id).offset(first).limit(page_size)
    return db.scalars(statement).all()""",
        ),
        limit=10,
        limit_name="page_size",
        whole="page_size=50",
        old=("page=2", "page=2&page_size=5", "page=3"),
        wrong=("cursor={cursor}&page=2", "page_size=51"),
        has={
            "app/main.py": ("paging: CursorPage", 'limit_name="page_size"', 'instead_of=("page",)')
        },
    ),
    Shape(
        "a limit in the function below",
        """
--- app/main.py
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

from app import crud
from app.db import get_db
from app.schemas import UserOut

app = FastAPI()


@app.get("/users", response_model=list[UserOut])
def list_users(db: Session = Depends(get_db)):
    return crud.get_users(db)
--- app/crud.py
from sqlalchemy.orm import Session

from app.models import User


def get_users(db: Session, skip: int = 0, limit: int = 15):
    return db.query(User).offset(skip).limit(limit).all()
""",
        limit=15,
        whole=None,
        has={"app/main.py": ("cursor_page(limit=15)",)},
    ),
    Shape(
        "parameters of a dependency",
        head(
            "window: Window = Depends()",
            "    return db.query(User).offset(window.skip).limit(window.limit).all()",
            imports="""

class Window:
    def __init__(self, skip: int = 0, limit: int = 25):
        self.skip = skip
        self.limit = limit

""",
        ),
        limit=25,
        old=("skip=5", "skip=5&limit=3"),
        wrong=("cursor={cursor}&skip=5",),
    ),
    Shape(
        "skip and limit by offset",
        head(
            "skip: int = 0, limit: int = 100",
            "    return db.query(User).offset(skip).limit(limit).all()",
        ),
        options={"by": "offset"},
        by="offset",
        limit=100,
        statements=2,
        total=True,
        old=("skip=5", "skip=5&limit=3"),
        has={"app/main.py": ('offset_page(limit=100, offset_name="skip")',)},
    ),
    Shape(
        "a limit that means something else",
        head(
            "limit: int = 1000",
            "    return db.query(User).filter(User.score < limit).order_by(User.name).all()",
        ),
        limit_name="page_size",
        ties=("name",),
        old=("limit=1",),
        wrong=("cursor={cursor}&limit=1",),
        has={"app/main.py": ('cursor_page(limit_name="page_size")',)},
    ),
]
