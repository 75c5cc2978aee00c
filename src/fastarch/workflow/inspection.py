"""``fastarch inspect`` and ``fastarch schema``: what is there, and what may be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastarch.workflow.session import Target, find_root, read_app

if TYPE_CHECKING:
    from collections.abc import Iterable


def facts_json(target: Target) -> dict[str, Any]:
    """What was found in the app, as documented for ``--json``."""
    from fastarch.discover import facts

    return facts.to_json(read_app(find_root(target), target))


def facts_rows(target: Target) -> Iterable[tuple[str, str, str, str]]:
    """What was found in the app: fact, value, place and reason."""
    from fastarch.discover import facts

    return facts.to_rows(read_app(find_root(target), target))


def schema() -> dict[str, Any]:
    """The JSON Schema of a spec."""
    from fastarch.spec.schema import json_schema

    return json_schema()
