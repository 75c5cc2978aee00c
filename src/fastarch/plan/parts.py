"""The steps of a plan by owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from fastarch.plan.steps import EditFile, Step
from fastarch.records import dataclass
from fastarch.wire.add_dependency import AddDependency

if TYPE_CHECKING:
    from fastarch.spec.resource import Resource


@dataclass(frozen=True, slots=True)
class Part:
    """The steps of one owner, by which they can be taken back: a resource or a feature.

    Args:
        paths: By role, the file that holds it.
        words: What the templates of a feature were filled with, as plain data.
        options: What a feature was made with.
    """

    kind: Literal["resource", "feature", "migration"]
    name: str
    steps: tuple[Step, ...]
    resource: Resource | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)


def declared(parts: Iterable[Part]) -> tuple[str, ...]:
    """The runtime dependencies that parts declare."""
    steps = (step for part in parts for step in part.steps if isinstance(step, EditFile))
    found = (step.edit.requirement for step in steps if isinstance(step.edit, AddDependency))
    return tuple(dict.fromkeys(found))
