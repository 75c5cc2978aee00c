"""What no page can be put on, each with the true reason."""

from __future__ import annotations

from tests.paging.queries import sync
from tests.paging.shape import Shape


def refused(name: str, body: str, *says: str, head: str = "", **more: object) -> Shape:
    return Shape(
        name,
        sync(body, head=head, model="list[dict]"),
        exit=3,
        says=("app/main.py:", *says),
        **more,
    )  # type: ignore[arg-type]


SHAPES = [
    refused(
        "raw SQL",
        "    return db.execute(text('select * from users')).all()",
        "raw SQL",
        head="from sqlalchemy import text\n",
    ),
    refused(
        "rows of Python",
        "    return [{'id': n} for n in range(100)]",
        "No database query was found",
    ),
    refused(
        "two queries at once",
        "    return {'a': db.query(User).all(), 'b': db.query(Team).all()}",
        "2 queries",
    ),
    refused(
        "two queries in one list",
        "    return db.query(User).all() + db.query(User).all()",
        "2 queries",
    ),
    refused(
        "rows chosen in Python",
        "    return [u for u in db.query(User).all() if u.active]",
        "chosen in Python",
        "condition",
    ),
    refused(
        "rows chosen in a loop",
        """    found = []
    for user in db.query(User).all():
        if user.active:
            found.append(user)
    return found""",
        "chosen in Python",
    ),
    refused(
        "rows sorted in Python",
        "    return sorted(db.query(User).all(), key=lambda u: u.name)",
        "sorted()",
    ),
    refused(
        "rows sorted in place",
        """    users = db.query(User).all()
    users.sort(key=lambda user: user.name)
    return users""",
        "sort()",
    ),
    refused("rows cut in Python", "    return db.query(User).all()[5:10]", "cut in Python"),
    refused(
        "a join that repeats rows",
        "    return db.scalars(select(User).join(User.posts)).all()",
        "several times",
        "distinct()",
    ),
    refused(
        "a collection from a join's rows",
        "    return db.scalars(select(User).join(User.posts).options(contains_eager(User.posts))).unique().all()",
        "several times",
        head="from sqlalchemy.orm import contains_eager\n",
    ),
    refused(
        "groups without a key",
        "    return db.execute(select(User.name, func.count()).group_by(User.name)).all()",
        "grouped",
    ),
    refused(
        "distinct values", "    return db.scalars(select(User.name).distinct()).all()", "no key"
    ),
    refused(
        "an order by chance",
        "    return db.scalars(select(User).order_by(func.random())).all()",
        "each request",
    ),
    refused(
        "an order as text", "    return db.scalars(select(User).order_by('name')).all()", "text"
    ),
    refused(
        "an order by a count",
        """    statement = select(User, func.count(Post.id)).outerjoin(User.posts).group_by(User.id)
    return db.execute(statement.order_by(func.count(Post.id).desc())).all()""",
        "computed",
        "--by offset",
    ),
    refused(
        "a union",
        "    return db.execute(select(User).union(select(User))).all()",
        "several queries",
    ),
    refused(
        "answers that are kept",
        "    return everybody(db)",
        "kept by @lru_cache",
        head="""from functools import lru_cache


@lru_cache
def everybody(db):
    return db.query(User).all()


""",
    ),
    Shape(
        "page numbers beside an offset",
        sync("    return db.query(User).offset((number - 1) * 10).limit(10).all()").replace(
            "list_users(", "list_users(number: int = 1, "
        ),
        options={"by": "offset"},
        exit=3,
        says=("computed from number",),
    ),
    Shape(
        "nobody knows it",
        sync("    return db.query(User).all()"),
        target="orders",
        exit=2,
        says=("no collection orders", "GET /users"),
    ),
    Shape(
        "two of them",
        sync("    return db.query(User).all()")
        + """

@app.get("/v2/users")
def list_more(db: Session = Depends(get_db)):
    return db.query(User).all()
""",
        exit=2,
        says=("2 operations", '"GET /v2/users"', "app/main.py:list_users"),
    ),
    Shape(
        "too small a limit",
        sync("    return db.query(User).all()"),
        options={"limit": 0},
        exit=2,
        says=("--limit is 0",),
    ),
    Shape(
        "more than the most",
        sync("    return db.query(User).all()"),
        options={"limit": 20, "maximum": 10},
        exit=2,
        says=("more than --max",),
    ),
    Shape(
        "a post",
        sync("    return db.query(User).all()").replace("@app.get(", "@app.post("),
        target="POST /users",
        exit=3,
        says=("no GET",),
    ),
    refused(
        "a sum of all rows",
        "    users = db.query(User).all()\n    return {'users': users, 'sum': sum(u.score for u in users)}",
        "sum()",
    ),
    refused(
        "rows that are added up",
        """    users = db.query(User).all()
    total = 0
    for user in users:
        total += user.score
    return {"users": users, "total": total}""",
        "added up",
    ),
    refused(
        "the first of all rows",
        "    users = db.query(User).all()\n    return {'users': users, 'first': users[0]}",
        "Single rows",
    ),
    refused(
        "a table without a model",
        "    return db.execute(select(things)).all()",
        "table without a model",
        head="from sqlalchemy import Column, Integer, MetaData, Table\n\nthings = Table('things', MetaData(), Column('id', Integer))\n",
    ),
    refused(
        "computed columns", "    return db.execute(select(func.now())).all()", "computed columns"
    ),
    refused(
        "rows of a cache",
        """    if kept := cached():
        return kept
    return db.query(User).all()""",
        "also returns `kept`",
        head="def cached():\n    return None\n\n\n",
    ),
    Shape(
        "a list that FastCRUD or another library gives",
        sync("    return everything(db)", head="from somewhere import everything\n"),
        exit=3,
        says=("No database query was found",),
    ),
    Shape(
        "a cursor of its own",
        sync("    return db.query(User).filter(User.id > cursor).limit(20).all()").replace(
            "list_users(", "list_users(cursor: int = 0, "
        ),
        exit=3,
        says=("a parameter cursor of its own",),
    ),
]
