"""Resources whose rows belong to users: their guard, and those that they refer to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.plan.guard import guard_of, guarded, require_importable
from fastarch.workflow import known
from fastarch.workflow.due import as_due
from fastarch.workflow.living import carried_out

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.discover.profile import AppProfile
    from fastarch.spec.resource import Guard, Resource
    from fastarch.workflow.due import Due


def owners(resources: Iterable[Resource], draft: Draft) -> dict[str, str]:
    """The column with the user to whom a row belongs, of what resources refer to.

    Args:
        resources: Those of one plan, of which nothing needs to be looked up.
        draft: Has the records of the others.
    """
    planned = {resource.name.many: resource for resource in resources}
    found: dict[str, str] = {}
    for resource in planned.values():
        for relation in resource.relations:
            name = relation.target.many
            if name in planned or name in found:
                continue
            record = state.load(draft, "resource", name)
            if record is None or record.options.get("adopted"):
                continue
            owner = owner_of(carried_out(record))
            if owner is not None:
                found[name] = owner
    return found


def owner_of(resource: Resource) -> str | None:
    """The column with the user to whom a row belongs."""
    return resource.owner.column if resource.owner is not None else None


def with_referring(due: Sequence[Due], draft: Draft) -> tuple[Due, ...]:
    """What is due, and the scoped resources that refer to others whose rows change hands."""
    changed = {
        one.name for one in due if owner_of(one.spec.carried_out) != owner_of(one.spec.living)
    }
    names = {one.name for one in due}
    others = (
        record
        for record in (known.resources(draft) if changed else ())
        if record.name not in names and not record.options.get("adopted")
    )
    return (*due, *(as_due(one, draft) for one in others if _refers(carried_out(one), changed)))


def _refers(resource: Resource, names: Collection[str]) -> bool:
    return resource.scope is not None and any(
        relation.target.many in names for relation in resource.relations
    )


def _as_endpoints_ask(guard: Guard | None, profile: AppProfile) -> Guard | None:
    """A guard in the spelling of the endpoints that are there by now, whoever came first."""
    found = guard_of(profile)
    if guard is None or found is None:
        return guard
    same = (found.module, found.name) == (guard.module, guard.name) and found.user == guard.user
    return replace(found, challenges=guard.challenges) if same else guard


def with_guard(due: Due, profile: AppProfile) -> Due:
    """A resource with what it needs to know who is signed in.

    Raises:
        NotUnderstoodError: nothing in the app says it, or its router cannot import that.
    """
    living = due.spec.living
    if living.scope is not None and due.spec.carried_out.scope is None:
        living = replace(living, guard=_as_endpoints_ask(living.guard, profile))
    living = guarded(living, profile)
    guard = living.guard
    if guard is None or guard == due.spec.carried_out.guard:
        return due
    require_importable(guard, profile, due.record.paths["router"])
    features = {**due.features, "guard": asdict(guard)}
    return replace(due, spec=replace(due.spec, living=living), features=features)
