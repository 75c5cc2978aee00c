"""Ask who is signed in: routers written by hand by edits, scaffolded ones by their templates."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.discover.loading import while_loading
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.guard import guard_of
from fastarch.plan.parts import Part
from fastarch.plan.protection import Asked, Protected, plan_protection
from fastarch.plan.protection_targets import ALL
from fastarch.records import dataclass
from fastarch.spec.resource import Guard
from fastarch.workflow import carry
from fastarch.workflow.due import in_step
from fastarch.workflow.living import with_features
from fastarch.workflow.whole_app import FEATURE, WHOLE_APP

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import MadeEdit, Record
    from fastarch.discover.profile import AppProfile
    from fastarch.discover.protection import Surface
    from fastarch.discover.symbols import Expression, Symbol
    from fastarch.workflow.due import Due
    from fastarch.workflow.session import Target

# Those that let some in who have signed in, and not others.
_SOME = re.compile(r"(?i)admin|super|staff|role|permission|scope|moderator|owner")


@dataclass(frozen=True, slots=True)
class Protection:
    """What is drafted of it, and what is still due.

    Args:
        edits: The edits that were made.
        due: Resources to generate anew.
        protected: Labels of the operations that ask for a user from now on.
        notices: What to tell.
    """

    edits: tuple[MadeEdit, ...] = ()
    due: tuple[Due, ...] = ()
    protected: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def protect_with_own(profile: AppProfile, target: Target, draft: Draft, asked: Asked) -> Protection:
    """Draft it with what the app itself has to know who is signed in.

    Raises:
        UsageError: there is no such resource or operation.
        NotUnderstoodError: no router could depend on that, or something has no safe place for it.
        ConflictError: a resource is out of step.
    """
    own = profile.signed_in.function if profile.signed_in else profile.guard
    if own is None:
        auth = profile.auth
        raise NotUnderstoodError(
            Problem(
                f"{auth.name if auth else 'It'} is nothing that a router could depend on.",
                file=auth.at.file if auth else None,
                line=auth.at.line if auth else None,
                hint="a function that FastAPI calls: get_current_user",
            )
        )
    return protect(profile, target, draft, asked, own, guard_of(profile), is_own=True)


def protect(
    profile: AppProfile,
    target: Target,
    draft: Draft,
    asked: Asked,
    symbol: Symbol | Expression,
    guard: Guard | None,
    *,
    signing_in: Callable[[str, str], bool] = lambda _file, _name: False,
    loads: Collection[str] = (),
    is_own: bool = False,
) -> Protection:
    """Draft what has routes ask for a user.

    Args:
        symbol: The dependency that gives who is signed in.
        guard: The same, for the templates of resources; None where those could not ask for it.
        signing_in: Whether a function in a file is a route by which people sign in.
        loads: What the guard's module imports of the app, where it is not there yet.
        is_own: The dependency is the app's, and may let through who has not signed in.

    Raises:
        UsageError: there is no such resource or operation.
        NotUnderstoodError: something that was asked for has no safe place for it.
        ConflictError: a resource is out of step.
    """
    from fastarch.discover.protection import read_surface

    surface = read_surface(draft.root, target.entry, symbol)
    told: tuple[str, ...] = ()
    if is_own:
        strict, told = _strict(surface)
        if strict != surface.guard:
            surface = read_surface(draft.root, target.entry, strict)
            if guard is not None:
                guard = replace(
                    guard, module=strict.module, name=strict.name, alias=None, alias_module=None
                )
    records = {
        record.name: record
        for record in state.records(draft)
        if record.kind == "resource" and not record.options.get("adopted")
    }
    ours: dict[str, list[str]] = defaultdict(list)
    for name, record in records.items():
        if record.paths["router"] in record.files:
            ours[record.paths["router"]].append(name)
    exempt = [
        label
        for route in surface.routes
        if signing_in(route.operation.module.file, route.operation.node.name)
        for label in route.labels
    ]
    made = plan_protection(
        surface,
        profile,
        asked,
        ours=ours,
        exempt=exempt,
        loads=loads,
        generated={
            name: records[name].paths["test"]
            for names in ours.values()
            for name in names
            if "test" in records[name].paths
        },
    )
    protection = _draft(made, records, profile, draft, guard, whole_app=ALL in asked.protect)
    _require_bound(surface.guard, draft)
    return replace(protection, notices=(*told, *protection.notices))


def _strict(surface: Surface) -> tuple[Symbol, tuple[str, ...]]:
    """The guard, or what stands on it where it lets everybody through; and what to tell.

    Raises:
        NotUnderstoodError: nothing turns away who has not signed in.
    """
    guard = surface.guard
    turns_away = surface.guards.turns_away(guard)
    if turns_away is None:
        told = (
            f"{guard.name} is not seen to turn anybody away ({guard.at.file}:{guard.at.line}):"
            " try whether what is protected answers 401."
        )
        return guard, (told,)
    if turns_away:
        return guard, ()
    found = [
        one
        for one in surface.guards.standing_on(guard, surface.routing.modules)
        if not _SOME.search(one.name)
    ]
    if len(found) == 1:
        told = f"{guard.name} lets through who has not signed in: {found[0].name} is asked instead."
        return found[0], (told,)
    message = f"{guard.name} lets through who has not signed in: it may give None."
    lines = [
        f"def require_user(user=Depends({guard.name})):",
        "    if user is None:",
        '        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})',
        "    return user",
    ]
    hint = "\n".join([f"paste this beside it ({guard.module}), then run this again:", *lines])
    if found:
        hint = (
            f"let endpoints ask for the one that is meant: {', '.join(one.name for one in found)}"
        )
    raise NotUnderstoodError(Problem(message, file=guard.at.file, line=guard.at.line, hint=hint))


def _require_bound(guard: Symbol, draft: Draft) -> None:
    """Refuse what would ask, in the guard's own module, before the guard is there.

    Raises:
        NotUnderstoodError: something would.
    """
    try:
        body = ast.parse(draft.read(guard.at.file) or b"").body
    except SyntaxError:
        return  # of a newer Python: nothing is known of it
    own = next((node for node in body if getattr(node, "name", None) == guard.name), None)
    early = (
        node.lineno
        for statement in body[: body.index(own) if own else 0]
        for node in while_loading(statement)
        if isinstance(node, ast.Name) and node.id == guard.name
    )
    if (line := next(early, None)) is not None:
        message = f"{guard.name} is defined after line {line}, which is to ask for it."
        hint = f"move what is asked there below {guard.name}, or {guard.name} to another module"
        raise NotUnderstoodError(Problem(message, file=guard.at.file, line=line, hint=hint))


def _draft(
    made: Protected,
    records: dict[str, Record],
    profile: AppProfile,
    draft: Draft,
    guard: Guard | None,
    *,
    whole_app: bool,
) -> Protection:
    options: dict[str, object] = {}
    if whole_app:
        options = {WHOLE_APP: True, **({"guard": asdict(guard)} if guard else {})}
    part = Part("feature", FEATURE, made.steps, options=options)
    drafted, notices = carry.draft((part,), draft, profile.formatting)
    done = drafted[part.kind, part.name]
    is_kept = done.edits or done.files or (whole_app and made.scaffolded)
    edits = carry.keep_feature(part, done, draft) if is_kept else ()
    if guard is None and made.scaffolded:
        names = ", ".join(made.scaffolded)
        message = f"Tests of {names} could not do without what says who is signed in."
        hint = "let the app's endpoints depend on a function: get_current_user"
        raise NotUnderstoodError(Problem(message, hint=hint))
    due = tuple(_guarded(in_step(records[name], draft), guard) for name in made.scaffolded if guard)
    return Protection(
        edits,
        tuple(one for one in due if one.spec.differs),
        made.protected,
        notices,
    )


def _guarded(due: Due, guard: Guard) -> Due:
    """A resource to be generated with its guard, where it has none yet."""
    if due.spec.living.guard is not None:
        return due
    features = {"guard": asdict(guard)}
    spec = replace(due.spec, living=with_features(due.spec.living, features))
    return replace(due, spec=spec, features=features)
