"""Who is signed in: the guard of a resource, and the user to whom its rows belong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.spec.resource import Guard

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile
    from fastarch.plan.vocabulary import Target
    from fastarch.spec.resource import Resource


def guard_of(profile: AppProfile) -> Guard | None:
    """The app's own guard; None where it has none that tests could override."""
    found = profile.signed_in
    if found is None:
        return None
    user = found.user
    return Guard(
        module=found.function.module,
        name=found.function.name,
        alias=found.alias.name if found.alias else None,
        alias_module=found.alias.module if found.alias else None,
        user=user.symbol.name if user else None,
        user_module=user.symbol.module if user else None,
        user_id=(user.id_name if user else None) or "id",
        plain_id=found.plain_id,
        id_type=(user.id_type if user else None) or "int",
        parameter=found.parameter,
        challenges=found.challenges,
    )


def guarded(resource: Resource, profile: AppProfile) -> Resource:
    """A resource whose rows belong to users, with the app's guard.

    Raises:
        NotUnderstoodError: nothing in the app says who is signed in, or which user that is.
    """
    if resource.scope is None or (resource.guard is not None and resource.guard.user is not None):
        return resource
    guard = resource.guard or guard_of(profile)
    who = f"{resource.name.many}.{resource.scope} is to be whoever is signed in"
    if guard is not None and guard.user is not None:
        return replace(resource, guard=guard)
    if guard is not None:
        why = f"{guard.name} does not say which model of the app that is"
        hint = f"annotate what it returns: def {guard.name}(…) -> User"
    elif profile.auth is not None:
        why = f"{profile.auth.name} is nothing that tests could override"
        hint = "a function that FastAPI calls: get_current_user"
    else:
        why, hint = "nothing in the app says who that is", "fastarch add auth jwt, then once more"
    at = profile.auth.at if profile.auth else None
    raise NotUnderstoodError(
        Problem(
            f"{who}, and {why}.",
            file=at.file if at else None,
            line=at.line if at else None,
            hint=hint,
        )
    )


def require_owner(resource: Resource, targets: Mapping[str, Target]) -> None:
    """Refuse an owner of another kind than those who sign in.

    Raises:
        UsageError: with both models.
    """
    owner, guard = resource.owner, resource.guard
    if owner is None or guard is None:
        return
    target = targets[owner.name]
    if (target.module, target.model) != (guard.user_module, guard.user):
        message = (
            f"{resource.name.many}: the scope `{owner.name}` refers to {target.model},"
            f" but {guard.name} gives a {guard.user}."
        )
        hint = f"let `{owner.name}` refer to {guard.user}, or leave the scope out"
        raise UsageError(Problem(message, hint=hint))


def for_whom(resource: Resource, guard: Guard) -> str:
    """Who may do what, in a sentence."""
    many, asked = resource.name.many, guard.alias or guard.name
    if resource.scope is None:
        return f"{many} are for those who are signed in: {asked} says who is."
    return f"{many} belong to whoever is signed in, as {asked} says: each sees only their own."


def shared_among_users(resource: Resource) -> str | None:
    """What a 409 tells of other users' rows, in a sentence; None where it tells nothing."""
    if resource.scope is None:
        return None
    known: list[tuple[str, ...]] = [
        (one.name,) for one in (*resource.fields, *resource.relations) if one.unique
    ]
    known += [one.fields for one in resource.indexes if one.unique]
    found = [fields for fields in known if resource.scope not in fields]
    if not found:
        return None
    names = " and of ".join(" with ".join(fields) for fields in found)
    own = ", ".join([resource.scope, *found[0]])
    return (
        f"Of {names}, {resource.name.many} have one among all users: a 409 tells that somebody has"
        f" it. For one of each user's own: indexes: [{{fields: [{own}], unique: true}}]"
    )


def asked_in(guard: Guard) -> str:
    """The module from which endpoints take it."""
    return guard.alias_module or guard.module


def require_importable(guard: Guard, profile: AppProfile, router: str) -> None:
    """Refuse a guard from the module that imports a router which is there: a circle.

    Args:
        guard: What the router is to import.
        profile: The app.
        router: The router's file.

    Raises:
        NotUnderstoodError: it is one.
    """
    site = profile.router_site
    if site is None or site.local_imports:
        return
    including = {site.module: site.at.file}
    if profile.entry is not None:
        including[profile.entry.module] = profile.entry.at.file
    for module in {guard.module, asked_in(guard)}:
        file = including.get(module)
        if file is not None and file != router:
            message = f"{guard.name} lies in the module that includes {router}."
            hint = f"move it out of {file}, to a module that both can import"
            raise NotUnderstoodError(Problem(message, file=file, hint=hint))
