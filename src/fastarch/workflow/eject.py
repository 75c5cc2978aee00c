"""``fastarch eject``: one template, or one block of it, becomes the project's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fastarch.change import history, state
from fastarch.change.draft import Draft
from fastarch.errors import ConflictError, Problem
from fastarch.plan.blueprint import OVERRIDES
from fastarch.plan.edition import edition
from fastarch.plan.ejection import FEATURE, Template, blocks, find_template, own_text, read
from fastarch.report import Report
from fastarch.workflow import carry, known
from fastarch.workflow.session import Mode, Target, at_work, find_root, read_app

COMMAND = "eject"
ORIGINS = f"{OVERRIDES}/origins.json"


def eject(target: Target, mode: Mode, name: str, *, force: bool = False) -> Report:
    """Copy a template into the project.

    Args:
        name: ``router``, ``router:create``, ``classes/service``.
        force: Put today's text in the place of one that the project has already.

    Raises:
        UsageError: there is no such template.
        ConflictError: the project has its own already.
    """
    from fastarch.plan.render import styles

    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        template = find_template(name, styles(read_app(root, target)))
        before = edition(FEATURE, draft)
        there = draft.read(template.own_path)
        _require_room(template, there, force=force)
        text = own_text(template, there.decode() if there else None)
        draft.write(template.own_path, text.encode())
        origins = {
            **read_origins(draft),
            f"{template.path}:{template.block or ''}": template.digest,
        }
        draft.write(ORIGINS, state.dump_json({"origins": origins}))
        _keep_in_step(before, draft)
        history.remember(draft, f"{COMMAND} {template.name}")
        report = Report(
            COMMAND,
            "planned",
            notices=told,
            next_steps=(f"$EDITOR {template.own_path}", "fastarch sync"),
            summary=f"{template.name} is the project's own: {template.own_path}",
        )
        return carry.finish(draft, report, mode)


def read_origins(draft: Draft) -> dict[str, Any]:
    """By ejected template (``router.py.jinja:create``), the digest of what it was copied from."""
    content = draft.read(ORIGINS)
    if content is None:
        return {}
    found: dict[str, Any] = state.load_json(content, ORIGINS)["origins"]
    return found


def take_note(draft: Draft) -> Iterator[str]:
    """Tell, once, of ejected templates whose original says something else by now."""
    origins = read_origins(draft)
    for key, digest in origins.items():
        path, _, block = key.partition(":")
        text = read(path)
        if text is not None and block:
            text = blocks(text).get(block)
        today = None if text is None else Template(path, block or None, text).digest
        if today == digest:
            continue
        origins = {**origins, key: today}
        name = Template(path, block or None, "").name
        yield (
            f"{name}: the original has changed since it was ejected; compare it with yours"
            f" ({OVERRIDES}/{FEATURE}/{path})."
            if today
            else f"{name}: there is no such original any more ({OVERRIDES}/{FEATURE}/{path})."
        )
    if origins != read_origins(draft):
        draft.write(ORIGINS, state.dump_json({"origins": origins}))


def _require_room(template: Template, there: bytes | None, *, force: bool) -> None:
    if there is None or force:
        return
    if template.block is not None and template.block not in blocks(there.decode()):
        return
    message = f"The project has its own {template.name} already."
    hint = "edit it; --force puts today's text in its place"
    raise ConflictError(Problem(message, file=template.own_path, hint=hint))


def _keep_in_step(before: str, draft: Draft) -> None:
    """To copy a template changes no code: what was in step still is."""
    after = edition(FEATURE, draft)
    for record in known.resources(draft):
        if record.options.get("templates") == before:
            state.save(draft, replace(record, options={**record.options, "templates": after}))
