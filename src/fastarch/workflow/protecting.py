"""Ask who is signed in: routers written by hand by edits, scaffolded ones by their templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.plan.planner import Part
from fastarch.plan.protection import Asked, Protected, plan_protection
from fastarch.records import dataclass
from fastarch.workflow import carry
from fastarch.workflow.due import in_step
from fastarch.workflow.scaffolded_guard import guarded_due

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import MadeEdit, Record
    from fastarch.discover.profile import AppProfile, Symbol
    from fastarch.spec.resource import Guard
    from fastarch.workflow.due import Due
    from fastarch.workflow.session import Target

FEATURE = "protection"


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


def protect(
    profile: AppProfile,
    target: Target,
    draft: Draft,
    asked: Asked,
    symbol: Symbol,
    guard: Guard,
    *,
    open_files: Collection[str] = (),
    loads: Collection[str] = (),
) -> Protection:
    """Draft what has routes ask for a user.

    Args:
        symbol: The dependency that gives who is signed in.
        guard: The same, for the templates of resources.
        open_files: Files with the routes by which people sign in.
        loads: What the guard's module imports of the app, where it is not there yet.

    Raises:
        UsageError: there is no such resource or operation.
        NotUnderstoodError: something that was asked for has no safe place for it.
        ConflictError: a resource is out of step.
    """
    from fastarch.discover.protection import read_surface

    surface = read_surface(draft.root, target.entry, symbol)
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
        if route.operation.module.file in open_files
        for label in route.labels
    ]
    made = plan_protection(
        surface,
        profile,
        asked,
        ours=ours,
        exempt=exempt,
        loads=loads,
        generated=[record.paths["test"] for record in records.values() if "test" in record.paths],
    )
    return _draft(made, records, profile, draft, guard)


def _draft(
    made: Protected,
    records: dict[str, Record],
    profile: AppProfile,
    draft: Draft,
    guard: Guard,
) -> Protection:
    part = Part("feature", FEATURE, made.steps)
    drafted, notices = carry.draft((part,), draft, profile.formatting)
    done = drafted[part.kind, part.name]
    edits = carry.keep_feature(part, done, draft) if done.edits or done.files else ()
    due = tuple(guarded_due(in_step(records[name], draft), guard) for name in made.scaffolded)
    return Protection(
        edits,
        tuple(one for one in due if one.spec.differs),
        made.protected,
        notices,
    )
