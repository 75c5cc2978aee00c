"""Orders: by which columns, in which directions, with nulls or without."""

from __future__ import annotations

from tests.paging.queries import sync
from tests.paging.shape import Shape


def by(order: str) -> str:
    return sync(
        f"""    users = db.scalars(select(User).order_by({order})).all()
    return [
        {{
            "id": user.id, "name": user.name, "age": user.age, "score": str(user.score),
            "active": user.active, "kind": user.kind.value, "born": str(user.born),
            "seen": str(user.seen), "rate": user.rate, "token": str(user.token),
            "low": user.name.lower(),
        }}
        for user in users
    ]""",
        head="from sqlalchemy import asc, desc\n",
        model="list[dict]",
    )


SHAPES = [
    Shape("ascending", by("User.name"), ties=("name",)),
    Shape("descending", by("desc(User.name)"), ties=("name",)),
    Shape("nullable ascending", by("User.age"), ties=("age",)),
    Shape("nullable descending", by("User.age.desc()"), ties=("age",)),
    Shape(
        "nulls first, said so", by("User.age.desc().nulls_first(), User.name"), ties=("age", "name")
    ),
    Shape("nulls last, said so", by("User.age.asc().nulls_last(), User.id"), ties=("age", "id")),
    Shape(
        "directions mixed",
        by("User.name.asc(), User.age.desc(), User.score"),
        ties=("name", "age", "score"),
    ),
    Shape(
        "a decimal, a bool and an enum",
        by("User.active, User.score.desc(), User.kind"),
        ties=("active", "score", "kind"),
    ),
    Shape("a time without zone", by("User.born.desc()"), ties=("born",)),
    Shape("a time with zone", by("User.seen.desc(), User.name"), ties=("seen",)),
    Shape("a float", by("User.rate"), ties=("rate",)),
    Shape("a uuid", by("User.token"), ties=("token",)),
    Shape("an expression", by("func.lower(User.name), User.id.desc()"), ties=("low", "id")),
    Shape("by the key itself", by("User.id.desc()"), ties=("id",)),
    Shape(
        "an order that depends on the request",
        sync(
            """    return db.scalars(select(User).order_by(User.name if by_name else User.score)).all()"""
        ).replace("def list_users(", "def list_users(by_name: bool = False, "),
        ties=("score",),
        old=(),
        wrong=("cursor={cursor}&by_name=true",),
    ),
    Shape(
        "a composite key",
        sync(
            """    rows = db.scalars(select(Membership).order_by(Membership.role.desc())).all()
    return [{"user": row.user_id, "team": row.team_id, "role": row.role} for row in rows]""",
            model="list[dict]",
        ),
        ties=("role",),
    ),
    Shape(
        "a label",
        sync(
            """    long = func.length(User.name).label("long")
    rows = db.execute(select(User.id, User.name, long).order_by(long.desc(), User.name)).all()
    return [{"id": row.id, "name": row.name, "long": row.long} for row in rows]""",
            model="list[dict]",
        ),
        ties=("long", "name"),
    ),
    Shape(
        "an alias",
        sync(
            """    person = aliased(User)
    return db.scalars(select(person).order_by(person.name)).all()""",
            head="from sqlalchemy.orm import aliased\n",
        ),
        ties=("name",),
    ),
]
