"""``fastarch add pagination`` for a resource that fastarch has made: its templates with pages."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.change.format import format_sources
from fastarch.discover.signing import find_secret
from fastarch.plan.drafting import draft_parts, formatted, sources
from fastarch.plan.page_words import PLAIN_LIMIT, PLAIN_MAXIMUM, module_names, require_other_names
from fastarch.plan.pages_module import Paged, pages_home, pages_steps
from fastarch.plan.parts import Part
from fastarch.plan.places import spell
from fastarch.report import Report
from fastarch.spec.resource import Pages
from fastarch.workflow import carry
from fastarch.workflow.due import in_step
from fastarch.workflow.living import with_features
from fastarch.workflow.session import Mode, Target
from fastarch.workflow.sync import Request, bring_in_step

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import MadeEdit, Record
    from fastarch.discover.discovery import Reading
    from fastarch.discover.profile import AppProfile
    from fastarch.spec.resource import Resource
    from fastarch.workflow.pagination import Request as Asked

COMMAND = "add pagination"


def add_pages(
    target: Target,
    mode: Mode,
    asked: Asked,
    record: Record,
    reading: Reading,
    draft: Draft,
    told: tuple[str, ...],
) -> Report:
    """Generate a resource anew, with pages; hand edits stay.

    Raises:
        UsageError: its classes are called like those of pages.
        ConflictError: the resource is out of step, or a hand edit and new code disagree.
    """
    due = in_step(record, draft)
    resource, profile = due.spec.living, reading.profile
    _require_names(resource, profile)
    paged = Paged(record.paths["router"], profile.orm.is_async, find_secret(reading.index, profile))
    role = "pages_async" if paged.is_async else "pages"
    earlier = next((one.paths[role] for one in state.records(draft) if role in one.paths), None)
    home = pages_home(profile, paged, draft.exists, earlier)
    pages = Pages(
        by=asked.by,
        body=asked.body or "envelope",
        limit=asked.limit or min(PLAIN_LIMIT, asked.maximum or PLAIN_LIMIT),
        maximum=asked.maximum or PLAIN_MAXIMUM,
        total=asked.total,
        file=home.path,
    )
    if resource.pages == pages:
        summary = f"Nothing to do: {due.name} has such pages."
        return Report(COMMAND, "unchanged", notices=told, summary=summary, root=draft.root)
    steps = tuple(pages_steps(paged, profile, home, module_names(pages), draft.read))
    part = Part("feature", "pagination", steps, paths={role: home.path})
    made = _add_module(part, profile, draft) if steps else ()
    features = {**record.options, "pages": asdict(pages)}
    spec = replace(due.spec, living=with_features(resource, features))
    due = replace(due, spec=spec, features={**due.features, "pages": features["pages"]})
    request = Request(migration=asked.migration)
    return bring_in_step((due,), draft, target, mode, request, COMMAND, told, made)


def _require_names(resource: Resource, profile: AppProfile) -> None:
    style = profile.style
    patterns = (style.model_class, style.create_schema, style.read_schema, style.update_schema)
    require_other_names({spell(pattern, resource.name) for pattern in patterns})


def _add_module(part: Part, profile: AppProfile, draft: Draft) -> tuple[MadeEdit, ...]:
    """Draft the module that pages come from, or what it lacks, and the record of it."""
    sort = profile.formatting.config is not None
    result = format_sources(sources((part,)), draft.root, profile.formatting, sort_imports=sort)
    drafted = draft_parts(formatted((part,), result.sources), draft)
    return carry.keep_feature(part, drafted[part.kind, part.name], draft)
