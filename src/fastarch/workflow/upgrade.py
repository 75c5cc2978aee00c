"""``fastarch upgrade``: all generated code brought to the templates of this version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.plan.edition import edition
from fastarch.workflow import known
from fastarch.workflow.conflicts import Resolution, marked, preferences, require_agreement
from fastarch.workflow.due import find_due
from fastarch.workflow.eject import take_note
from fastarch.workflow.features import merge_pieces
from fastarch.workflow.session import Mode, Target, at_work, find_root, read_app
from fastarch.workflow.sync import Request, bring_in_step

if TYPE_CHECKING:
    from pathlib import Path

    from fastarch.change.state import Record
    from fastarch.discover.profile import Formatting
    from fastarch.merge import Conflict
    from fastarch.report import Report

COMMAND = "upgrade"


def upgrade(target: Target, mode: Mode, resolution: Resolution) -> Report:
    """Bring resources and features to today's templates, and tell which ejected ones are behind.

    Raises:
        UsageError: a spec is wrong.
        ConflictError: a hand edit and new code disagree.
    """
    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        notices = (*told, *take_note(draft))
        features = tuple(known.outdated_features(draft))
        if features:
            formatting = read_app(root, target).formatting
            notices += _upgrade_features(features, draft, formatting, resolution)
        request = Request(resolution=resolution)
        due = tuple(find_due(draft, ()))
        return bring_in_step(due, draft, target, mode, request, COMMAND, notices)


def _upgrade_features(
    features: tuple[Record, ...], draft: Draft, formatting: Formatting, resolution: Resolution
) -> tuple[str, ...]:
    """Merge what today's templates make of the words that a feature was made with."""
    prefer = preferences(resolution, draft)
    conflicts: list[tuple[str, Conflict]] = []
    for record in features:
        bases, found = merge_pieces(
            record, _render(record, draft.root), {}, draft, formatting, prefer
        )
        conflicts += found
        options = {**record.options, "templates": edition(record.name, draft)}
        state.save(draft, replace(record, options=options), bases=bases)
    require_agreement(conflicts, resolution)
    return marked(conflicts)


def _render(record: Record, root: Path) -> dict[str, str]:
    """By role, what today's templates make of a feature; those that are no more are left out."""
    from fastarch.plan.render import render_feature

    words = record.options["words"]
    return {
        role: text
        for role in record.bases
        if (text := render_feature(record.name, role, words, root)) is not None
    }
