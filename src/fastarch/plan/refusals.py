"""Apps that cannot be served: each refusal says what was looked for, and where."""

from __future__ import annotations

import re

from fastarch.discover.profile import AppProfile
from fastarch.errors import NotUnderstoodError, Problem

_FLOORS = {
    "pydantic": (2, "pydantic 2 (schemas use model_config and validators of version 2)"),
    "sqlalchemy": (2, "SQLAlchemy 2 (models use Mapped and mapped_column, queries use select())"),
}
_ORMS = {"tortoise": "Tortoise ORM", "beanie": "Beanie", "sqlalchemy-core": "SQLAlchemy Core"}


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
    for package, (floor, wanted) in _FLOORS.items():
        pinned = profile.versions.get(package)
        major = _major(pinned)
        if major is not None and major < floor:
            file = profile.dependencies.file if profile.dependencies else None
            message = f"The app uses {package} {pinned}; fastarch needs {wanted}."
            raise NotUnderstoodError(Problem(message, file=file, hint=f"upgrade {package} first"))
    if profile.orm.kind not in ("sqlalchemy", "sqlmodel", "none"):
        at = profile.orm.at
        used = _ORMS.get(profile.orm.kind, profile.orm.kind)
        message = f"The app uses {used}; fastarch writes SQLAlchemy and SQLModel."
        raise NotUnderstoodError(
            Problem(message, file=at.file if at else None, line=at.line if at else None)
        )
    if profile.orm.kind != "none" and profile.orm.base is None:
        raise NotUnderstoodError(
            Problem(
                "The app uses SQLAlchemy, but no declarative base class was found.",
                file=profile.orm.at.file if profile.orm.at else None,
                hint=f"followed imports from {profile.entry.at.file};"
                " looked for DeclarativeBase, declarative_base() and SQLModel",
            )
        )
    if profile.orm.kind != "none" and (profile.session is None or profile.session.style == "none"):
        why = f" {profile.session.why}" if profile.session and profile.session.why else ""
        raise NotUnderstoodError(
            Problem(
                f"No dependency was found that gives a route its database session.{why}",
                file=profile.entry.at.file,
                hint="looked for a generator that yields a Session or AsyncSession"
                " and is used with Depends",
            )
        )


def _major(version: str | None) -> int | None:
    """The major version that the app is pinned to, None where its pins leave it open."""
    found = re.match(r"(?:==|~=|\^|~)?\s*(\d+)", version or "")
    return int(found[1]) if found else None
