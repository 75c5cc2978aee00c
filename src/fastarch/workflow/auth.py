"""``fastarch add auth jwt``: discover, plan, draft, apply."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.errors import ConflictError, Problem
from fastarch.plan.auth import FEATURE, AuthOptions, plan_auth
from fastarch.plan.closing import next_steps
from fastarch.plan.planner import Files, Part, declared
from fastarch.plan.support import SUPPORT
from fastarch.records import dataclass
from fastarch.report import Report
from fastarch.workflow import carry
from fastarch.workflow.session import Mode, Target, at_work, find_root

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, Symbol

COMMAND = "add auth jwt"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, as typed.

    Args:
        user: ``FILE:CLASS``, the app's own user model.
        protect: Resources and operations that ask for a user from now on; ``all``.
        public: Operations that stay open.
        roles: Names of roles to begin with.
    """

    user: str | None = None
    protect: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    tests: bool = True
    migration: bool = True


def add_auth(target: Target, mode: Mode, request: Request) -> Report:
    """Let users sign in, and ask for them where the request says so.

    Raises:
        UsageError: there is no such user model, resource or operation.
        NotUnderstoodError: the app's user model cannot be used, or there is no safe place to edit.
        ConflictError: the app has its own way to sign in.
    """
    from fastarch.discover.discovery import read
    from fastarch.discover.users import find_user_model

    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        reading = read(root, entry=target.entry, layout=target.layout)
        profile = reading.profile
        if state.load(draft, "feature", FEATURE) is not None:
            summary = "Nothing to do: users can sign in already."
            return Report(COMMAND, "unchanged", notices=told, summary=summary, root=root)
        if profile.auth is not None:
            raise _own(profile.auth)
        user = find_user_model(reading, request.user, Path.cwd())
        parts: list[Part] = []
        if profile.orm.kind == "none":
            from fastarch.plan.database import with_database

            made, profile = with_database(profile, draft.exists)
            words = made.words
            parts.append(Part("feature", "database", made.steps, paths=made.paths, words=words))
        shared = {
            role: path
            for record in state.records(draft)
            for role, path in record.paths.items()
            if role in SUPPORT
        }
        files = Files(draft)
        files.begun.update(path for part in parts for path in carry.written(part))
        options = AuthOptions(request.roles, request.tests, request.migration, shared)
        parts += plan_auth(profile, user, options, files, datetime.now(UTC))
        return _carry_out(tuple(parts), profile, draft, mode, told)


def _carry_out(
    parts: tuple[Part, ...],
    profile: AppProfile,
    draft: Draft,
    mode: Mode,
    told: tuple[str, ...],
) -> Report:
    drafted, notices = carry.draft(parts, draft, profile.formatting)
    revisions = tuple(
        path for part in parts if part.kind == "migration" for path in carry.written(part)
    )
    tests = [path for part in parts for role, path in part.paths.items() if role.startswith("test")]
    report = Report(
        COMMAND,
        "planned",
        dependencies=declared(parts),
        notices=(*told, *profile.notices, *notices),
        next_steps=tuple(next_steps(profile, tests, migrated=bool(revisions))),
        summary=f"auth: {carry.count(draft)}.",
    )
    carry.keep_books(
        parts, drafted, draft, COMMAND, options={}, specs={}, source=None, revisions=revisions
    )
    return carry.finish(draft, report, mode, carry.proof(profile, draft, mode))


def _own(auth: Symbol) -> ConflictError:
    message = f"The app has its own way to know who is signed in: {auth.name}."
    hint = "to ask for it elsewhere: fastarch add auth jwt --protect RESOURCE"
    return ConflictError(Problem(message, file=auth.at.file, line=auth.at.line, hint=hint))
