"""What was asked of ``fastarch add auth`` that a run cannot do: it is told, never passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fastarch.errors import Problem, UsageError

if TYPE_CHECKING:
    from fastarch.change.state import Record
    from fastarch.plan.auth import AuthPlan

_LONGEST = 64


def require_roles(roles: Sequence[str], record: Record | None, *, own: bool) -> None:
    """Refuse roles that this run would not make.

    Args:
        record: What ``add auth`` has made earlier.
        own: The app has its own way to know who is signed in.

    Raises:
        UsageError: one is too long, or the time for them has passed.
    """
    for role in roles:
        if len(role) > _LONGEST:
            message = f"--roles: {role[:20]}… is longer than {_LONGEST} characters."
            raise UsageError(Problem(message))
    if own and roles:
        message = "--roles: the app has its own users, and there are no tables for roles."
        raise UsageError(Problem(message, hint="leave --roles out"))
    known = record.options.get("roles", ()) if record is not None else roles
    new = [role for role in roles if role not in known]
    if record is not None and new:
        message = f"--roles: the tables for roles are there already, without {', '.join(new)}."
        raise UsageError(Problem(message, hint=_by_hand(record.options["words"], new[0])))


def untold_roles(plan: AuthPlan, roles: Sequence[str]) -> Iterator[str]:
    """Tell of roles that no revision adds."""
    if roles and plan.revision is None:
        listed = ", ".join(roles)
        yield f"No revision adds the roles {listed}: {_by_hand(plan.part.words, roles[0])}."


def _by_hand(words: Any, role: str) -> str:  # noqa: ANN401 - words are data of any kind
    if words["session_context"] is None:
        return f"add {role} to the table {words['models']['roles']['table']}"
    return f"python -m {words['commands_module']} grant USER {role} makes it, too"
