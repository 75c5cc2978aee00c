"""Apps of which all is protected: what comes later is, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.plan.auth_guard import auth_guard
from fastarch.plan.guard import guard_of
from fastarch.spec.resource import Guard

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.discover.profile import AppProfile

FEATURE = "protection"
# The option in its record that says so.
WHOLE_APP = "all"


def guard_of_all(profile: AppProfile, draft: Draft) -> Guard | None:
    """What a new resource asks for where all of the app was protected; None where it was not."""
    record = state.load(draft, "feature", FEATURE)
    if record is None or not record.options.get(WHOLE_APP):
        return None
    auth = state.load(draft, "feature", "auth")
    if auth is not None:
        return auth_guard(auth.options["words"])[1]
    known = record.options.get("guard")
    return Guard(**known) if known else guard_of(profile)
