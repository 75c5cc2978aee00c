"""Bodies: lists, the app's own envelopes, responses, and those that --body asks for."""

from __future__ import annotations

from tests.paging.queries import asynchronous, sync
from tests.paging.shape import Shape

OWN = """
from pydantic import BaseModel


class Users(BaseModel):
    data: list[UserOut]
    count: int


"""
SHAPES = [
    Shape(
        "a list becomes an envelope",
        sync("    return db.scalars(select(User)).all()"),
        options={"body": "envelope"},
        has={
            "app/main.py": (
                "response_model=CursorItems[UserOut]",
                'return {"items": page.scalars(db, select(User)).all(), "next": page.next}',
            )
        },
    ),
    Shape(
        "a list becomes an envelope with a total",
        asynchronous(
            """    users = await session.scalars(select(User))
    return users.all()"""
        ),
        mode="async",
        options={"body": "envelope", "total": True},
        statements=2,
        total=True,
        has={"app/main.py": ("response_model=CountedItems[UserOut]", '"total": page.total')},
    ),
    Shape(
        "an annotated list becomes an envelope",
        sync("    return db.query(User).all()").replace(
            ", response_model=list[UserOut])\ndef list_users(db: Session = Depends(get_db)):",
            ")\ndef list_users(db: Session = Depends(get_db)) -> list[UserOut]:",
        ),
        options={"body": "envelope"},
        has={
            "app/main.py": (
                "-> CursorItems[UserOut]:",
                "return CursorItems(items=page.all(db.query(User)), next=page.next)",
            )
        },
    ),
    Shape(
        "an envelope that counts with a query",
        sync(
            """    count = db.scalar(select(func.count()).select_from(User))
    users = db.scalars(select(User)).all()
    return Users(data=users, count=count)""",
            head=OWN,
            model="Users",
        ),
        items="data",
        statements=2,
        same=("count",),
    ),
    Shape(
        "an envelope that counts what it has",
        sync(
            """    users = db.scalars(select(User).order_by(User.name)).all()
    return {"data": users, "count": len(users)}""",
            head=OWN,
            model="Users",
        ),
        items="data",
        ties=("name",),
        statements=2,
        same=("count",),
        total=True,
        has={"app/main.py": ('return {"data": users, "count": page.count(users)}', "total=True")},
    ),
    Shape(
        "an envelope in an envelope",
        sync(
            """    users = db.query(User).all()
    return {"ok": True, "data": {"users": [{"id": user.id} for user in users]}}""",
            model="dict",
        ),
        items="data.users",
        same=("ok",),
    ),
    Shape(
        "a response of its own",
        sync(
            """    users = db.query(User).all()
    return JSONResponse(jsonable_encoder([UserOut.model_validate(user) for user in users]))""",
            head="from fastapi.encoders import jsonable_encoder\nfrom fastapi.responses import JSONResponse\n",
        ),
        has={"app/main.py": ("return page.with_headers(\n        JSONResponse(",)},
    ),
    Shape(
        "a response of a helper's",
        """
--- app/main.py
from fastapi import Depends, FastAPI
from fastapi.encoders import jsonable_encoder
from sqlalchemy.orm import Session

from app.answers import success
from app.db import get_db
from app.models import User

app = FastAPI()


@app.get("/users")
def list_users(db: Session = Depends(get_db)):
    users = db.query(User).order_by(User.id).all()
    return success(200, "Found", data=jsonable_encoder(users))
--- app/answers.py
from fastapi.responses import JSONResponse


def success(status_code: int, message: str, data: dict | list | None = None):
    body = {"message": message}
    if data is not None:
        body["data"] = data
    return JSONResponse(status_code=status_code, content=body)
""",
        items="data",
        same=("message",),
        has={"app/main.py": ("return page.with_headers(",)},
    ),
    Shape(
        "a 404 where nothing is",
        sync(
            """    users = db.query(User).all()
    if not users:
        raise HTTPException(404, "Nobody")
    return users""",
            head="from fastapi import HTTPException\n",
        ),
    ),
    Shape(
        "a try around it",
        sync(
            """    try:
        users = db.query(User).filter(User.active).all()
        return users
    except HTTPException:
        raise
    except Exception as error:
        raise HTTPException(500, str(error)) from error""",
            head="from fastapi import HTTPException\n",
        ),
    ),
    Shape(
        "a total beside a list",
        sync("    return db.query(User).filter(User.active).order_by(User.name).all()"),
        options={"total": True},
        statements=2,
        total=True,
        ties=("name",),
    ),
    Shape(
        "other limits",
        sync("    return db.query(User).all()"),
        options={"limit": 5, "maximum": 1000},
        limit=5,
        has={"app/main.py": ("cursor_page(limit=5, maximum=1000)",)},
    ),
    Shape(
        "offsets",
        sync("    return db.query(User).order_by(User.age.desc()).all()"),
        options={"by": "offset"},
        by="offset",
        ties=("age",),
        statements=2,
        total=True,
        has={"app/main.py": ("page: OffsetPage = Depends(offset_page())",)},
    ),
    Shape(
        "offsets in an envelope",
        asynchronous(
            """    users = await session.execute(select(User))
    return users.scalars().all()"""
        ),
        mode="async",
        options={"by": "offset", "body": "envelope"},
        by="offset",
        statements=2,
        total=True,
    ),
]
