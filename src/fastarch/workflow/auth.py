"""``fastarch add auth``: discover, plan, draft, apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.discover.profile import Formatting
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan import assemble
from fastarch.plan.auth import (
    FEATURE,
    SECRET,
    SET_SECRET,
    AuthOptions,
    AuthPlan,
    Made,
    plan_auth,
)
from fastarch.plan.auth_guard import auth_guard, auth_loads
from fastarch.plan.auth_model_words import USERS
from fastarch.plan.closing import next_steps
from fastarch.plan.drafting import sources
from fastarch.plan.edition import edition
from fastarch.plan.files import Files
from fastarch.plan.parts import Part, declared
from fastarch.plan.protection import Asked
from fastarch.plan.support import SUPPORT
from fastarch.plan.user_columns import missing_columns, verified_column
from fastarch.records import dataclass
from fastarch.report import Report
from fastarch.workflow import carry
from fastarch.workflow.auth_asked import (
    Request,
    require_addresses,
    require_none,
    require_roles,
    require_same_user,
    require_targets,
    untold_roles,
)
from fastarch.workflow.conflicts import Resolution, marked, preferences, require_agreement
from fastarch.workflow.features import merge_pieces
from fastarch.workflow.protecting import Protection, protect, protect_with_own
from fastarch.workflow.session import Mode, Target, at_work, find_root
from fastarch.workflow.sync import Request as Sync
from fastarch.workflow.sync import bring_in_step

if TYPE_CHECKING:
    from fastarch.change.state import MadeEdit, Record
    from fastarch.discover.discovery import Reading
    from fastarch.discover.profile import AppProfile
    from fastarch.discover.user_model import UserModel
    from fastarch.plan.drafting import Drafted

# Long enough, and good for nothing but an import.
_KEY = "for-verification-only-" + "0" * 32


def add_auth(target: Target, mode: Mode, request: Request) -> Report:
    """Let users sign in, and ask for them where the request says so.

    Raises:
        UsageError: there is no such user model, resource or operation.
        NotUnderstoodError: the app's user model cannot be used, or there is no safe place to edit.
        ConflictError: the app has its own way to sign in, or a hand edit and new code disagree.
    """
    from fastarch.discover.discovery import read
    from fastarch.discover.named_models import named_model

    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        record = state.load(draft, "feature", FEATURE)
        is_there = record is not None and _is_there(record, request)
        require_targets(request)
        require_roles(request.roles, record)
        nothing = "Nothing to do: users can sign in so already."
        nothing_to_do = Report(
            request.command, "unchanged", notices=told, summary=nothing, root=root
        )
        if is_there and not (request.protect or request.user or target.entry):
            return nothing_to_do
        reading = read(root, entry=target.entry, layout=target.layout)
        if record is None:
            require_none(reading.profile, request)
        elif request.way == "oauth2":
            require_addresses(record)
        elif request.user is not None:
            require_same_user(named_model(reading, request.user, Path.cwd()).model.symbol, record)
        if is_there and not request.protect:
            return nothing_to_do
        own = record is None and reading.profile.auth is not None
        added = _Added() if is_there or own else _add(reading, record, draft, request)
        protection = _protect(reading.profile, target, draft, request)
        mode = replace(mode, environment={SECRET: _KEY})
        report = bring_in_step(
            protection.due,
            draft,
            target,
            mode,
            Sync(resolution=request.resolution, migration=request.migration),
            request.command,
            (*told, *added.notices, *protection.notices),
            (*added.edits, *protection.edits),
            protection.protected,
        )
        *first, last = added.next_steps or ("",)
        # The server is started last.
        steps = tuple(filter(None, dict.fromkeys((*first, *report.next_steps, last))))
        summary = f"auth: {carry.count(draft)}." if draft.changes() else report.summary
        return replace(report, dependencies=added.dependencies, next_steps=steps, summary=summary)


def _is_there(record: Record, request: Request) -> bool:
    known = record.options
    return request.way in known["ways"] and set(request.providers) <= set(known["providers"])


@dataclass(frozen=True, slots=True)
class _Added:
    """What is drafted of a way to sign in: nothing where it was there."""

    edits: tuple[MadeEdit, ...] = ()
    dependencies: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


def _add(reading: Reading, record: Record | None, draft: Draft, request: Request) -> _Added:
    profile = _formatted(reading.profile, record)
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
    if record is None:
        edits = carry.keep_records(
            tuple(parts), drafted, draft, options={}, specs={}, source=None, revisions=()
        )
    else:
        done = drafted[plan.part.kind, plan.part.name]
        edits, told = _merge(plan, record, done, draft, profile, request.resolution)
        notices += told
    return _Added(
        edits,
        declared(parts),
        (*profile.notices, *notices, *untold_roles(plan, request.roles)),
        (
            *([SET_SECRET] if record is None else []),
            *next_steps(profile, _tests(plan, record), migrated=bool(plan.revision)),
        ),
    )


def _merge(
    plan: AuthPlan,
    record: Record,
    done: Drafted,
    draft: Draft,
    profile: AppProfile,
    resolution: Resolution,
) -> tuple[tuple[MadeEdit, ...], tuple[str, ...]]:
    """Draft what a further way changes in the code that is there; edits made, and what to tell."""
    prefer = preferences(resolution, draft)
    new = sources((plan.part,))
    bases, conflicts = merge_pieces(record, plan.again, new, draft, profile.formatting, prefer)
    require_agreement(conflicts, resolution)
    edits = carry.keep_feature(plan.part, done, draft)
    kept = state.load(draft, "feature", FEATURE)
    assert kept is not None
    options: dict[str, Any] = {
        **plan.part.options,
        "templates": edition(FEATURE, draft),
        "words": dict(plan.part.words),
    }
    state.save(draft, replace(kept, options=options), bases={**bases, **done.bases})
    return edits, marked(conflicts)


def _protect(profile: AppProfile, target: Target, draft: Draft, request: Request) -> Protection:
    if not request.protect:
        return Protection()
    asked = Asked(request.protect, request.public)
    record = state.load(draft, "feature", FEATURE)
    if record is None:
        return protect_with_own(profile, target, draft, asked)
    words = record.options["words"]
    symbol, guard = auth_guard(words)
    return protect(
        profile,
        target,
        draft,
        asked,
        symbol,
        guard,
        signing_in=_signing_in(record, draft),
        loads=auth_loads(words),
    )


def _signing_in(record: Record, draft: Draft) -> Callable[[str, str], bool]:
    """Whether a function in a file is a route by which people sign in."""
    bases = state.read_bases(draft, record)
    shared = {
        (record.paths[role], name)
        for role, text in bases.items()
        for name in assemble.names(text.decode())
    }
    return lambda file, name: file in record.files or (file, name) in shared


def _formatted(profile: AppProfile, record: Record | None) -> AppProfile:
    """What the app's files look like is read off before there is code of ours among them."""
    if record is None or profile.formatting.config is not None:
        return profile
    return replace(profile, formatting=Formatting(**record.options["words"]["formatting"]))


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
    from fastarch.plan.database import new_session

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
        roles=tuple(dict.fromkeys((*known.get("roles", ()), *request.roles))),
        tests=request.tests,
        migration=request.migration,
        shared=shared,
        session=new_session(profile)
        if reading.profile.orm.kind == "none"
        else session_outside(reading.index, profile),
        serving=_serving(reading),
    )
    now = datetime.now(UTC)
    if record is not None:
        made = Made(record.options["words"], record.paths)
        changed = None
        if request.way == "mail":
            own = _user(reading, made)
            changed, name = verified_column(own, profile, migration=request.migration)
            options = replace(options, verified_at=name)
        return plan_auth(profile, changed, options, files, now, made)
    user = find_user_model(reading, request.user, Path.cwd())
    missing = missing_columns(user, profile, migration=request.migration) if user else None
    return plan_auth(profile, missing, options, files, now)


def _serving(reading: Reading) -> dict[str, tuple[str, ...]]:
    """By file, the names of the app's routers and endpoints."""
    from fastarch.discover.neighbours import served_by

    site = reading.profile.router_site
    places = [one.at.file for one in site.siblings] if site else []
    places += [one.at.file for one in reading.profile.entries]
    modules = {path: reading.index.at(path) for path in places}
    return {path: tuple(served_by(reading.index, one)) for path, one in modules.items()}


def _user(reading: Reading, made: Made) -> UserModel:
    """The user model that people sign in with by now."""
    from fastarch.discover.users import find_user_model

    model = made.words["models"][USERS]
    known = (model["module"], model["class"])
    every = (one.model.symbol for one in reading.models.entities)
    symbol = next((one for one in every if (one.module, one.name) == known), None)
    own = find_user_model(reading, f"{symbol.at.file}:{symbol.name}" if symbol else known[1])
    assert own is not None
    if not made.words["login_is_email"]:
        at = own.symbol.at
        message = f"People sign in by {own.symbol.name}.{own.login}, which is no e-mail address."
        hint = "mails need an address that is one user's alone: let people sign in with it"
        raise NotUnderstoodError(Problem(message, at.file, at.line, hint=hint))
    return own


def _tests(plan: AuthPlan, record: Record | None) -> list[str]:
    known = record.paths if record else {}
    return [
        path
        for role, path in plan.part.paths.items()
        if role.startswith("test") and role not in known
    ]
