"""Apps that cannot be served: each refusal says what was looked for, and where."""

from __future__ import annotations

from fastarch.discover.profile import AppProfile
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.pins import always_before

_FLOORS = {
    "fastapi": ((0, 100), "FastAPI 0.100 (the first for pydantic 2)"),
    "pydantic": ((2, 4), "pydantic 2.4 (decimals with limits are checked by its core)"),
    "sqlalchemy": (
        (2,),
        "SQLAlchemy 2 (models use Mapped and mapped_column, queries use select())",
    ),
}
_ORMS = {"tortoise": "Tortoise ORM", "beanie": "Beanie", "sqlalchemy-core": "SQLAlchemy Core"}

_BASE = """\
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass"""
_ENGINE = """\
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker

engine = create_engine("sqlite:///./app.db")
SessionLocal = sessionmaker(engine)


class Base(DeclarativeBase):
    pass
"""
_SESSION = """\
def get_session():
    with SessionLocal() as session:
        yield session"""


def require_servable(profile: AppProfile) -> None:
    """Refuse what a resource cannot be written for.

    Raises:
        NotUnderstoodError: exit 3, with the reason.
    """
    if profile.entry is None:
        raise NotUnderstoodError(
            Problem(
                "No FastAPI instance or factory was found.",
                file=profile.import_root,
                hint="name it: --entry app/main.py:app",
            )
        )
    require_versions(profile)
    if profile.orm.kind not in ("sqlalchemy", "sqlmodel", "none"):
        at = profile.orm.at
        used = _ORMS.get(profile.orm.kind, profile.orm.kind)
        message = f"The app uses {used}; fastarch writes SQLAlchemy and SQLModel."
        hint = (
            f"looked for SQLAlchemy and SQLModel in what {profile.entry.at.file} imports. For"
            f" SQLAlchemy beside it, paste this into a module of its own:\n{_ENGINE}\n\n{_SESSION}"
        )
        raise NotUnderstoodError(
            Problem(message, file=at.file if at else None, line=at.line if at else None, hint=hint)
        )
    if profile.orm.kind != "none" and profile.orm.base is None:
        raise NotUnderstoodError(
            Problem(
                "The app uses SQLAlchemy, but no declarative base class was found.",
                file=profile.orm.at.file if profile.orm.at else None,
                hint=f"followed imports from {profile.entry.at.file};"
                " looked for DeclarativeBase, declarative_base() and SQLModel. Where models are"
                f" to be, paste this beside the engine:\n{_BASE}",
            )
        )
    session = profile.session
    if profile.orm.kind != "none" and (session is None or session.style == "none"):
        why = f" {session.why[0].upper()}{session.why[1:]}." if session and session.why else ""
        raise NotUnderstoodError(
            Problem(
                f"No dependency was found that gives a route its database session.{why}",
                file=session.symbol.at.file if session else profile.entry.at.file,
                line=session.symbol.at.line if session else None,
                hint="looked for a generator that yields a Session or AsyncSession"
                " and is used with Depends. If this is how sessions are opened, paste it there"
                f" and ask again:\n{_provider(profile)}",
            )
        )


def require_versions(profile: AppProfile) -> None:
    """Refuse libraries that are older than what is written for them.

    Raises:
        NotUnderstoodError: exit 3, with the reason.
    """
    for package, (floor, wanted) in _FLOORS.items():
        pinned = profile.versions.get(package)
        if always_before(pinned, floor):
            file = profile.dependencies.file if profile.dependencies else None
            message = f"The app uses {package} {pinned}; fastarch needs {wanted}."
            raise NotUnderstoodError(Problem(message, file=file, hint=f"upgrade {package} first"))


def _provider(profile: AppProfile) -> str:
    """A dependency that the app could have, after its own sessionmaker."""
    opened = profile.session.symbol.name if profile.session else ""
    text = _SESSION.replace("SessionLocal", opened if opened.isidentifier() else "SessionLocal")
    if profile.orm.is_async:
        return text.replace("def ", "async def ").replace("with ", "async with ")
    return text
