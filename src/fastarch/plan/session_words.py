"""How new code takes its session, and what the app needs for it."""

from __future__ import annotations

from collections.abc import Iterator

from fastarch.discover.database_facts import Session
from fastarch.discover.profile import AppProfile
from fastarch.discover.symbols import Import
from fastarch.plan.pins import always_before, may_be_before
from fastarch.plan.steps import Tell

# What tests call things of their own.
_TAKEN = frozenset({
    "app", "before", "client", "database", "engine", "own", "prepare", "provide", "served",
    "session", "sessions",
})  # fmt: skip


def session_parameter(profile: AppProfile) -> str:
    """How endpoints take their session."""
    session = profile.session
    assert session is not None
    type_ = session.type.alias or session.type.name
    if _commits_late(profile):
        # Left to itself, the commit comes after the answer: a client could ask before it is there.
        depends = f'Depends({session.provider.name}, scope="function")'
        return f"{session.parameter}: Annotated[{type_}, {depends}]"
    if session.style == "alias":
        return f"{session.parameter}: {session.symbol.name}"
    if session.annotated:
        return f"{session.parameter}: Annotated[{type_}, Depends({session.provider.name})]"
    return f"{session.parameter}: {type_} = Depends({session.provider.name})"


def provider_in_tests(session: Session) -> tuple[Import, str]:
    """What tests override to have sessions of their own: its import, and what they call it."""
    head, dot, rest = session.provider.name.partition(".")
    alias = f"app_{head}" if head in _TAKEN else None
    return Import(session.provider.module, head, alias), f"{alias or head}{dot}{rest}"


def _commits_late(profile: AppProfile) -> bool:
    """Whether the dependency commits, and FastAPI lets that come before the answer: since 0.121."""
    session = profile.session
    late = session is not None and session.commits == "dependency"
    return late and not always_before(profile.versions.get("fastapi"), (0, 121))


def late_commit(profile: AppProfile) -> Iterator[Tell]:
    """What to know where the parameter of endpoints needs a newer FastAPI than the app asks for."""
    if _commits_late(profile) and may_be_before(profile.versions.get("fastapi"), (0, 121)):
        yield Tell(
            "The new code needs FastAPI 0.121 or later, and the project allows older releases: "
            'the session commits in its dependency, which scope="function" lets come before '
            "the answer."
        )
