"""What is asked of ``fastarch add auth``, and what of it a run cannot do: it is told."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fastarch.errors import ConflictError, NotUnderstoodError, Problem, UsageError
from fastarch.plan.auth_model_words import USERS
from fastarch.records import dataclass
from fastarch.workflow.conflicts import Resolution

if TYPE_CHECKING:
    from fastarch.change.state import Record
    from fastarch.discover.profile import AppProfile
    from fastarch.discover.symbols import Symbol
    from fastarch.plan.auth import AuthPlan, Way

_LONGEST = 64
_COMMANDS = {"api_key": "api-key", "mail": "email"}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, as typed.

    Args:
        way: How people sign in.
        providers: Who else may say who somebody is: ``google``.
        user: ``FILE:CLASS``, the app's own user model.
        protect: Resources and operations that ask for a user from now on; ``all``.
        public: Operations that stay open.
        roles: Names of roles to begin with.
    """

    way: Way = "jwt"
    providers: tuple[str, ...] = ()
    user: str | None = None
    protect: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    tests: bool = True
    migration: bool = True
    resolution: Resolution = Resolution()

    @property
    def command(self) -> str:
        """As it was typed."""
        return " ".join(("add auth", _COMMANDS.get(self.way, self.way), *self.providers))


def require_roles(roles: Sequence[str], record: Record | None) -> None:
    """Refuse roles that this run would not make.

    Args:
        record: What ``add auth`` has made earlier.

    Raises:
        UsageError: one is too long, or the time for them has passed.
    """
    for role in roles:
        if len(role) > _LONGEST:
            message = f"--roles: {role[:20]}… is longer than {_LONGEST} characters."
            raise UsageError(Problem(message))
    known = record.options.get("roles", ()) if record is not None else roles
    new = list(dict.fromkeys(role for role in roles if role not in known))
    if record is not None and new:
        message = f"--roles: the tables for roles are there already, without {', '.join(new)}."
        raise UsageError(Problem(message, hint=_by_hand(record.options["words"], new[0])))


def require_none(profile: AppProfile, request: Request) -> None:
    """Refuse to bring users to an app that has its own, and further ways to one that has none.

    Raises:
        ConflictError: the app knows by itself who is signed in.
        UsageError: nobody could sign in by that way alone, or it knows no users or roles of ours.
    """
    auth = profile.auth
    if auth is not None and not (request.protect and request.way == "jwt"):
        message = f"The app has its own way to know who is signed in: {auth.name}."
        hint = "to ask for it elsewhere: fastarch add auth jwt --protect RESOURCE"
        raise ConflictError(Problem(message, file=auth.at.file, line=auth.at.line, hint=hint))
    if auth is not None and request.roles:
        message = "--roles: the app has its own users, and there are no tables for roles."
        raise UsageError(Problem(message, hint="leave --roles out"))
    if auth is not None and request.user is not None:
        message = "--user: the app has its own users, and --protect asks for them."
        raise UsageError(Problem(message, hint="leave --user out"))
    if auth is None and request.way != "jwt":
        message = "There are no users who could sign in."
        raise UsageError(Problem(message, hint=f"fastarch add auth jwt, then: {request.command}"))


def require_targets(request: Request) -> None:
    """Refuse ``--public`` without ``--protect``, and targets that say nothing.

    Raises:
        UsageError: nothing is closed that something could be left out of, or a target is empty.
    """
    if request.public and not request.protect:
        message = "--public says what stays open, and --protect says of what."
        raise UsageError(Problem(message, hint="--protect all"))
    named = {
        "--user": () if request.user is None else (request.user,),
        "--protect": request.protect,
        "--public": request.public,
    }
    for option, targets in named.items():
        if not all(target.strip() for target in targets):
            raise UsageError(Problem(f"{option} is empty."))


def require_same_user(model: Symbol, record: Record) -> None:
    """Refuse another user model than the one that people sign in with by now.

    Raises:
        UsageError: it is another.
    """
    known = record.options["words"]["models"][USERS]
    if (model.module, model.name) != (known["module"], known["class"]):
        message = f"--user: people sign in with {known['class']} of {known['module']} already."
        hint = "fastarch undo takes that back, as long as it is the last change"
        raise UsageError(Problem(message, model.at.file, model.at.line, hint=hint))


def require_addresses(record: Record) -> None:
    """Refuse another service, which knows people by their addresses, where users have none.

    Raises:
        NotUnderstoodError: they sign in with another name.
    """
    words = record.options["words"]
    if not words["login_is_email"]:
        what = f"{words['user']}.{words['login']}"
        message = f"Users sign in with {what}, which is no e-mail address to find them by."
        raise NotUnderstoodError(Problem(message))


def untold_roles(plan: AuthPlan, roles: Sequence[str]) -> Iterator[str]:
    """Tell of roles that no revision adds."""
    if roles and plan.revision is None:
        listed = ", ".join(dict.fromkeys(roles))
        yield f"No revision adds the roles {listed}: {_by_hand(plan.part.words, roles[0])}."


def _by_hand(words: Any, role: str) -> str:  # noqa: ANN401 - words are data of any kind
    if words["session_context"] is None:
        return f"add {role} to the table {words['models']['roles']['table']}"
    return f"python -m {words['commands_module']} grant USER {shlex.quote(role)} makes it, too"
