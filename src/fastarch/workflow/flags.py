"""``fastarch add filtering`` and ``add sorting``, for a resource that fastarch has made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastarch.change.draft import Draft
from fastarch.report import Report
from fastarch.spec.flagging import Flag, candidates, flagged, require_fields
from fastarch.spec.related import keep
from fastarch.workflow import known
from fastarch.workflow.due import in_step
from fastarch.workflow.living import with_features
from fastarch.workflow.related import Reader, draft_indexes, index_dues, merged
from fastarch.workflow.session import Mode, Target, at_work, find_root
from fastarch.workflow.sync import Request, bring_in_step

if TYPE_CHECKING:
    from fastarch.spec.resource import Resource
    from fastarch.workflow.due import Due


def add_flags(
    target: Target,
    mode: Mode,
    command: str,
    name: str,
    asked: Mapping[Flag, Sequence[str]],
    request: Request,
) -> Report:
    """Let clients filter, search or sort by fields, as if the spec had said so from the start.

    Args:
        command: ``add filtering``.
        name: The resource.
        asked: By flag, fields as typed; none: every field that it makes sense for, where none has
            the flag yet.

    Raises:
        UsageError: there is no such resource or field.
        ConflictError: the resource is out of step, or a hand edit and new code disagree.
    """
    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        due = in_step(known.find(draft, name), draft)
        resource = due.spec.living
        reader = Reader(resource, draft, target)
        wanted = reader.read(name for name in asked.get("filter", ()) if "." in name)
        flags = _flags(due, asked)
        own = [name for record, name in wanted.indexed if record.name == due.name]
        if own:
            flags["index"] = tuple(dict.fromkeys((*flags.get("index", ()), *own)))
        related = keep(merged(resource.related, wanted.related))
        before = due.record.options
        if flags == _kept(before) and related == before.get("related", {}):
            summary = f"Nothing to do: {due.name} has that already."
            return Report(command, "unchanged", notices=told, summary=summary, root=root)
        features: dict[str, Any] = {}
        if flags:
            features["flags"] = {flag: list(names) for flag, names in flags.items()}
        if related:
            features["related"] = related
        spec = replace(due.spec, living=with_features(resource, features))
        due = replace(due, spec=spec, features=features)
        dues = (due, *index_dues(wanted, due.name, draft))
        edits, notices = draft_indexes(wanted.missing, draft, target, request)
        return bring_in_step(
            dues,
            draft,
            target,
            mode,
            request,
            command,
            (*told, *notices),
            edits,
            indexes=wanted.missing,
        )


def _kept(options: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {flag: tuple(names) for flag, names in options.get("flags", {}).items()}


def _flags(due: Due, asked: Mapping[Flag, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The flags of fields that a record keeps, and those that are asked for.

    Raises:
        UsageError: there is no such field, or the flag makes no sense for it.
    """
    resource = due.spec.living
    before = _kept(due.record.options)
    found = dict(before)
    for flag, typed in asked.items():
        plain = [one for one in typed if flag != "filter" or "." not in one]
        names = require_fields(resource, flag, plain if typed else _by_default(resource, flag))
        fresh = [one for one in names if one not in flagged(resource, flag)]
        if fresh or flag in before:
            found[flag] = tuple(dict.fromkeys((*before.get(flag, ()), *fresh)))
    return found


def _by_default(resource: Resource, flag: Flag) -> tuple[str, ...]:
    return () if flagged(resource, flag) else tuple(candidates(resource, flag))
