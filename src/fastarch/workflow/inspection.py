"""``fastarch inspect`` and ``fastarch schema``: what is there, and what may be asked."""

from __future__ import annotations

from fastarch import console
from fastarch.workflow.session import Target, find_root, read_app


def inspect(target: Target, *, as_json: bool) -> None:
    """Show what was found in the app, with evidence."""
    from fastarch.discover import facts

    profile = read_app(find_root(target), target)
    if as_json:
        console.show_json(facts.to_json(profile))
    else:
        console.show_facts(facts.to_rows(profile), title=f"What fastarch found in {profile.root}")


def print_schema() -> None:
    """Print the JSON Schema of a spec."""
    from fastarch.spec.schema import json_schema

    console.show_json(json_schema())
