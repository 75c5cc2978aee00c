"""``fastarch new app``: a small app to start from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fastarch.change.draft import Draft
from fastarch.discover.profile import Formatting
from fastarch.errors import ConflictError, Problem
from fastarch.plan.app import plan_app
from fastarch.plan.planner import Part
from fastarch.report import Report
from fastarch.workflow import carry
from fastarch.workflow.session import Mode

NEXT_STEPS = (
    "python -m venv .venv && . .venv/bin/activate",
    'pip install -e ".[dev]"',
    "fastarch new resource products name:str=120 price:decimal=10,2:ge=0",
    "alembic upgrade head",
    "pytest",
)


def new_app(name: str, db: str, mode: Mode) -> Report:
    """Make a folder with a small app in it."""
    root = Path(name)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ConflictError(Problem(f"{name} is there already.", hint="choose another name"))
    draft = Draft(root)
    part = Part("feature", "app", plan_app(root.name, db))
    _, notices = carry.draft((part,), draft, Formatting(line_length=100))
    report = Report(
        "new app",
        "planned",
        notices=notices,
        next_steps=(f"cd {name}", *NEXT_STEPS),
        summary=f"{name}: {len(draft.changes())} files.",
    )
    if mode.write:
        root.mkdir(parents=True, exist_ok=True)
    return replace(carry.finish(draft, report, mode), command="new app")
