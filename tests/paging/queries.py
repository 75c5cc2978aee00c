"""Ways to run a query, all in the endpoint itself."""

from __future__ import annotations

from tests.paging.shape import Shape


def sync(body: str, *, head: str = "", model: str = "list[UserOut]") -> str:
    return f'''
--- app/main.py
from fastapi import Depends, FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.db import get_db
from app.models import Membership, Post, Team, User
from app.schemas import UserOut
{head}
app = FastAPI()


@app.get("/users", response_model={model})
def list_users(db: Session = Depends(get_db)):
    """All users."""
{body}
'''


def asynchronous(body: str, *, model: str = "list[UserOut]") -> str:
    return f"""
--- app/main.py
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.db import SessionDep
from app.models import Post, Team, User
from app.schemas import UserOut

app = FastAPI()


@app.get("/users", response_model={model})
async def list_users(session: SessionDep):
    # Everybody.
{body}
"""


SHAPES = [
    Shape(
        "a legacy query",
        sync("    return db.query(User).all()"),
        has={
            "app/main.py": (
                "    db: Session = Depends(get_db), page: CursorPage = Depends(cursor_page())\n",
                "    return page.all(db.query(User))",
            )
        },
    ),
    Shape(
        "a legacy query in a chain",
        sync(
            """    return (
        db.query(User)
        # those who may sign in
        .filter(User.active)
        .order_by(User.name.desc())
        .all()
    )"""
        ),
        ties=("name",),
        has={
            "app/main.py": (
                """    return page.all(
        db.query(User)
        # those who may sign in
        .filter(User.active)
        .order_by(User.name.desc())
    )""",
            )
        },
    ),
    Shape(
        "a legacy query over several statements",
        sync(
            """    query = db.query(User)
    query = query.filter(User.active)
    if True:
        query = query.order_by(User.score)
    users = query.all()
    return users"""
        ),
        ties=("score",),
    ),
    Shape(
        "a legacy query that is looped over",
        sync("    return [UserOut.model_validate(user) for user in db.query(User)]"),
    ),
    Shape(
        "a legacy query as a list", sync("    return list(db.query(User).order_by(User.id.desc()))")
    ),
    Shape("scalars", sync("    return db.scalars(select(User)).all()")),
    Shape(
        "scalars that are looped over",
        sync("    return [user for user in db.scalars(select(User).order_by(User.id))]"),
    ),
    Shape(
        "execute, then scalars",
        sync(
            """    statement = select(User).where(User.active).order_by(User.name, User.id)
    result = db.execute(statement)
    users = result.scalars().all()
    return users"""
        ),
        has={
            "app/main.py": (
                "result = page.execute(db, statement)\n    users = result.scalars().all()",
            )
        },
    ),
    Shape(
        "a loop that appends",
        sync(
            """    found = []
    for user in db.scalars(select(User)):
        found.append(UserOut.model_validate(user))
    return found"""
        ),
    ),
    Shape(
        "rows of columns",
        sync(
            """    rows = db.execute(select(User.id, User.name).order_by(User.name)).all()
    return [{"id": row.id, "name": row.name} for row in rows]""",
            model="list[dict]",
        ),
        ties=("name",),
    ),
    Shape(
        "mappings",
        sync(
            "    return [dict(row) for row in db.execute(select(User.id, User.name)).mappings().all()]",
            model="list[dict]",
        ),
    ),
    Shape(
        "rows of two models",
        sync(
            """    rows = db.execute(select(User, Post).join(Post, Post.user_id == User.id)).all()
    return [{"post": post.id, "user": user.name} for user, post in rows]""",
            model="list[dict]",
        ),
        ordered=False,
    ),
    Shape(
        "eager collections by another select",
        sync(
            """    users = db.scalars(select(User).options(selectinload(User.posts))).all()
    return [{"id": user.id, "posts": [post.title for post in user.posts]} for user in users]""",
            model="list[dict]",
        ),
        statements=2,
    ),
    Shape(
        "eager collections by a join",
        sync(
            """    result = db.execute(select(User).options(joinedload(User.posts)))
    users = result.unique().scalars().all()
    return [{"id": user.id, "posts": [post.title for post in user.posts]} for user in users]""",
            model="list[dict]",
        ),
        ordered=False,
    ),
    Shape(
        "eager collections of a legacy query",
        sync(
            """    users = db.query(User).options(joinedload(User.posts)).all()
    return [{"id": user.id, "posts": [post.title for post in user.posts]} for user in users]""",
            model="list[dict]",
        ),
        ordered=False,
    ),
    Shape(
        "an eager object",
        sync(
            """    users = db.scalars(select(User).options(joinedload(User.team)).order_by(User.id)).all()
    return [{"id": user.id, "team": user.team.name if user.team else None} for user in users]""",
            model="list[dict]",
        ),
    ),
    Shape(
        "distinct over a join",
        sync(
            """    return db.scalars(
        select(User).join(User.posts).where(Post.id > 3).distinct().order_by(User.name)
    ).all()"""
        ),
        ties=("name",),
    ),
    Shape(
        "grouped by the key",
        sync(
            """    rows = db.execute(
        select(User, func.count(Post.id)).outerjoin(User.posts).group_by(User.id).order_by(User.name)
    ).all()
    return [{"id": user.id, "name": user.name, "posts": posts} for user, posts in rows]""",
            model="list[dict]",
        ),
        ties=("name",),
    ),
    Shape(
        "a join to one",
        sync(
            "    return db.scalars(select(User).join(User.team).where(Team.name != 'Team 0')).all()"
        ),
        ordered=False,
    ),
    Shape(
        "an order by a joined column",
        sync(
            """    users = db.scalars(
        select(User).outerjoin(User.team).options(joinedload(User.team)).order_by(Team.name)
    ).all()
    return [{"id": user.id, "team": user.team.name if user.team else None} for user in users]""",
            model="list[dict]",
        ),
        ties=("team",),
    ),
    Shape(
        "an async select",
        asynchronous("    return (await session.scalars(select(User))).all()"),
        mode="async",
        has={
            "app/main.py": (
                "    session: SessionDep, page: Annotated[CursorPage, Depends(cursor_page())]\n",
                "return (await page.scalars(session, select(User))).all()",
            )
        },
    ),
    Shape(
        "an async execute",
        asynchronous(
            """    result = await session.execute(
        select(User)
        .where(User.active)
        .order_by(User.name)
    )
    return result.scalars().all()"""
        ),
        mode="async",
        ties=("name",),
    ),
    Shape(
        "async eager collections",
        asynchronous(
            """    result = await session.execute(select(User).options(selectinload(User.posts)))
    users = result.scalars().all()
    return [{"id": user.id, "posts": [post.title for post in user.posts]} for user in users]""",
            model="list[dict]",
        ),
        mode="async",
        statements=2,
    ),
    Shape(
        "SQLModel",
        """
--- app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlmodel import Session, select

from app.db import get_db
from app.models import User

app = FastAPI()
SessionDep = Annotated[Session, Depends(get_db)]


@app.get("/users", response_model=list[User])
def list_users(session: SessionDep):
    return session.exec(select(User).order_by(User.name)).all()
""",
        models="sqlmodel",
        ties=("name",),
        has={"app/main.py": ("return page.exec(session, select(User).order_by(User.name)).all()",)},
    ),
    Shape(
        "SQLModel, several columns",
        """
--- app/main.py
from fastapi import Depends, FastAPI
from sqlmodel import Session, col, select

from app.db import get_db
from app.models import Team, User

app = FastAPI()


@app.get("/users")
def list_users(session: Session = Depends(get_db)):
    rows = session.exec(
        select(User, Team).join(Team, isouter=True).order_by(col(User.name).desc())
    )
    return [{"id": user.id, "name": user.name, "team": team and team.name} for user, team in rows]
""",
        models="sqlmodel",
        ties=("name",),
    ),
    Shape(
        "SQLModel, async",
        """
--- app/main.py
from fastapi import FastAPI
from sqlmodel import select

from app.db import SessionDep
from app.models import User

app = FastAPI()


@app.get("/users", response_model=list[User])
async def list_users(session: SessionDep):
    users = await session.exec(select(User))
    return users.all()
""",
        models="sqlmodel",
        mode="async",
    ),
]

SHAPES += [
    Shape(
        "a statement of many parts, with filters and a count",
        """
--- app/main.py
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query
from pydantic import BaseModel
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.db import get_db
from app.models import Team, User
from app.schemas import UserOut

router = APIRouter(prefix="/users", dependencies=[Depends(get_db)])


class UserList(BaseModel):
    items: list[UserOut]
    total: int


@router.get("", response_model=UserList, summary="Users")
async def list_users(
    *,
    db: Annotated[AsyncSession, Depends(get_db)],
    q: str | None = None,
    active: bool | None = None,
    newest: bool = False,
    skip: int = Query(0, ge=0),
    limit: int = Query(20, ge=1, le=60),
):
    stmt = select(User).options(joinedload(User.team))
    if q:
        stmt = stmt.where(or_(User.name.ilike(f"%{q}%"), User.name == q))
    if active is not None:
        stmt = stmt.where(User.active == active)
    total = await db.scalar(select(func.count()).select_from(stmt.subquery()))
    if newest:
        stmt = stmt.order_by(User.seen.desc())
    else:
        stmt = stmt.order_by(User.name.asc())
    result = await db.execute(stmt.offset(skip).limit(limit))
    users = result.unique().scalars().all()
    return UserList(items=[UserOut.model_validate(u) for u in users], total=total)


app = FastAPI()
app.include_router(router)
""",
        mode="async",
        items="items",
        limit=20,
        whole="limit=60",
        ties=("name",),
        same=("total",),
        statements=2,
        old=("skip=3&limit=5", "active=true", "q=2"),
        wrong=("cursor={cursor}&q=2", "cursor={cursor}&newest=true", "limit=61"),
    ),
    Shape(
        "a model and a column of another",
        sync(
            """    rows = db.execute(
        select(User, Team.name.label("team")).join(Team, User.team_id == Team.id).order_by(Team.name)
    ).all()
    return [{"id": user.id, "team": team} for user, team in rows]""",
            model="list[dict]",
        ),
        ties=("team",),
    ),
    Shape(
        "all in one expression",
        sync(
            "    return [{'id': u.id} for u in (db.execute(select(User).filter_by(active=True))).scalars()]",
            model="list[dict]",
        ),
    ),
    Shape(
        "a starred list",
        sync("    return [*db.scalars(select(User).order_by(User.score, User.name))]"),
        ties=("score", "name"),
    ),
    Shape(
        "a view of a class",
        """
--- app/main.py
from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import get_db
from app.models import User
from app.schemas import UserOut

router = APIRouter()


class Users:
    @staticmethod
    @router.get("/users", response_model=list[UserOut])
    def all(db: Session = Depends(get_db)):
        return Users.found(db).all()

    @staticmethod
    def found(db: Session):
        return db.query(User).filter(User.age.is_not(None)).order_by(User.age, User.id)


app = FastAPI()
app.include_router(router)
""",
        ties=("age", "id"),
    ),
]
