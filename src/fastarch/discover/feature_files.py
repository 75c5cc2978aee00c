"""Code that came with a feature: it follows the app's manner, and shows nothing of it."""

from __future__ import annotations

from pathlib import Path

from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.errors import NotUnderstoodError


def feature_files(root: Path) -> frozenset[str]:
    """The files that features have made, from the root.

    A resource is made in the same way before and after them. Damaged records say nothing here:
    commands that need them tell of it.
    """
    try:
        records = tuple(state.records(Draft(root)))
    except NotUnderstoodError:
        return frozenset()
    made = (record.files for record in records if record.kind == "feature")
    return frozenset(path for files in made for path in files)
