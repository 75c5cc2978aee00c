"""``fastarch new app``: a small app to start from."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from fastarch.change.draft import Draft
from fastarch.discover.profile import Formatting
from fastarch.errors import ConflictError, Problem, UsageError
from fastarch.plan.app import plan_app
from fastarch.plan.parts import Part
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
    if not name.strip():
        raise UsageError(Problem("The name is empty.", hint="fastarch new app my-shop"))
    try:
        root = Path(name).absolute()
    except FileNotFoundError as error:
        raise UsageError(Problem("The working directory is gone.")) from error
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ConflictError(Problem(f"{name} is there already.", hint="choose another name"))
    draft = Draft(root)
    part = Part("feature", "app", plan_app(root.name, db))
    _, notices = carry.draft((part,), draft, Formatting(line_length=100))
    report = Report(
        "new app",
        "planned",
        notices=notices,
        next_steps=(f"cd {quote(name)}", *NEXT_STEPS),
        summary=f"{name}: {len(draft.changes())} files.",
    )
    if not mode.write:
        return carry.finish(draft, report, mode)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder cannot be made: {error.strerror}."
        raise ConflictError(Problem(message, file=name)) from error
    return carry.finish(draft, report, mode)
