"""``fastarch add auth``: discover, plan, draft, apply."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastarch.change import history, state
from fastarch.change.draft import Draft
from fastarch.errors import ConflictError, Problem, UsageError
from fastarch.plan.auth import FEATURE, SECRET, AuthOptions, AuthPlan, Made, Way, plan_auth
from fastarch.plan.closing import next_steps
from fastarch.plan.edition import edition
from fastarch.plan.planner import Files, Part, declared
from fastarch.plan.support import SUPPORT
from fastarch.plan.user_columns import missing_columns
from fastarch.records import dataclass
from fastarch.report import Report
from fastarch.workflow import carry
from fastarch.workflow.conflicts import Resolution, marked, preferences, require_agreement
from fastarch.workflow.features import merge_pieces
from fastarch.workflow.session import Mode, Target, at_work, find_root

if TYPE_CHECKING:
    from fastarch.change.state import Record
    from fastarch.discover.discovery import Reading
    from fastarch.discover.profile import AppProfile, Symbol

# Long enough, and good for nothing but an import.
_KEY = "for-verification-only-" + "0" * 32


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
        return " ".join(("add auth", self.way.replace("_", "-"), *self.providers))


def add_auth(target: Target, mode: Mode, request: Request) -> Report:
    """Let users sign in, and ask for them where the request says so.

    Raises:
        UsageError: there is no such user model, resource or operation.
        NotUnderstoodError: the app's user model cannot be used, or there is no safe place to edit.
        ConflictError: the app has its own way to sign in, or a hand edit and new code disagree.
    """
    from fastarch.discover.discovery import read

    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        record = state.load(draft, "feature", FEATURE)
        if record is not None and _is_there(record, request):
            summary = "Nothing to do: users can sign in so already."
            return Report(request.command, "unchanged", notices=told, summary=summary, root=root)
        reading = read(root, entry=target.entry, layout=target.layout)
        if record is None:
            _require_none(reading.profile, request)
        return _add(reading, record, draft, mode, request, told)


def _is_there(record: Record, request: Request) -> bool:
    known = record.options
    return request.way in known["ways"] and set(request.providers) <= set(known["providers"])


def _require_none(profile: AppProfile, request: Request) -> None:
    if profile.auth is not None:
        raise _own(profile.auth)
    if request.way != "jwt":
        message = "There are no users who could sign in."
        raise UsageError(Problem(message, hint=f"fastarch add auth jwt, then: {request.command}"))


def _own(auth: Symbol) -> ConflictError:
    message = f"The app has its own way to know who is signed in: {auth.name}."
    hint = "to ask for it elsewhere: fastarch add auth jwt --protect RESOURCE"
    return ConflictError(Problem(message, file=auth.at.file, line=auth.at.line, hint=hint))


def _add(
    reading: Reading,
    record: Record | None,
    draft: Draft,
    mode: Mode,
    request: Request,
    told: tuple[str, ...],
) -> Report:
    profile = reading.profile
    parts: list[Part] = []
    if profile.orm.kind == "none":
        from fastarch.plan.database import with_database

        made, profile = with_database(profile, draft.exists)
        parts.append(Part("feature", "database", made.steps, paths=made.paths, words=made.words))
    files = Files(draft)
    files.begun.update(path for part in parts for path in carry.written(part))
    plan = _plan(reading, profile, record, request, draft, files)
    parts += [plan.part, *([plan.revision] if plan.revision else [])]
    drafted, notices = carry.draft(tuple(parts), draft, profile.formatting)
    report = Report(
        request.command,
        "planned",
        dependencies=declared(parts),
        notices=(*told, *profile.notices, *notices),
        next_steps=tuple(next_steps(profile, _tests(plan, record), migrated=bool(plan.revision))),
    )
    if record is None:
        carry.keep_books(
            tuple(parts),
            drafted,
            draft,
            request.command,
            options={},
            specs={},
            source=None,
            revisions=(),
        )
    else:
        prefer = preferences(request.resolution, draft)
        bases, conflicts = merge_pieces(record, plan.again, draft, profile.formatting, prefer)
        require_agreement(conflicts, request.resolution)
        report = replace(report, notices=(*report.notices, *marked(conflicts)))
        done = drafted[plan.part.kind, plan.part.name]
        edits = carry.keep_feature(plan.part, done, draft)
        kept = state.load(draft, "feature", FEATURE)
        assert kept is not None
        options: dict[str, Any] = {
            **plan.part.options,
            "templates": edition(FEATURE, draft),
            "words": dict(plan.part.words),
        }
        state.save(draft, replace(kept, options=options), bases={**bases, **done.bases})
        history.remember(draft, request.command, edits=edits, merged=True)
    report = replace(report, summary=f"auth: {carry.count(draft)}.")
    prove = carry.proof(profile, draft, mode, environment={SECRET: _KEY})
    return carry.finish(draft, report, mode, prove)


def _plan(
    reading: Reading,
    profile: AppProfile,
    record: Record | None,
    request: Request,
    draft: Draft,
    files: Files,
) -> AuthPlan:
    from fastarch.discover.session_use import session_outside
    from fastarch.discover.users import find_user_model

    shared = {
        role: path
        for one in state.records(draft)
        for role, path in one.paths.items()
        if role in SUPPORT
    }
    known = record.options if record else {"ways": (), "providers": ()}
    options = AuthOptions(
        ways=tuple(dict.fromkeys((*known["ways"], request.way))),
        providers=tuple(dict.fromkeys((*known["providers"], *request.providers))),
        roles=request.roles,
        tests=request.tests,
        migration=request.migration,
        shared=shared,
        session_context=session_outside(reading.index, reading.profile),
    )
    now = datetime.now(UTC)
    if record is not None:
        made = Made(record.options["words"], record.paths)
        return plan_auth(profile, None, options, files, now, made)
    user = find_user_model(reading, request.user, Path.cwd())
    missing = missing_columns(user, profile, migration=request.migration) if user else None
    return plan_auth(profile, missing, options, files, now)


def _tests(plan: AuthPlan, record: Record | None) -> list[str]:
    known = record.paths if record else {}
    return [
        path
        for role, path in plan.part.paths.items()
        if role.startswith("test") and role not in known
    ]
