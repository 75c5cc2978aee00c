"""Code that came with a feature: it follows the app's manner, and shows nothing of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.errors import NotUnderstoodError
from fastarch.records import dataclass


@dataclass(frozen=True, slots=True)
class FeatureCode:
    """What features have made.

    Args:
        files: Their own files, from the root.
        definitions: What they have put into files of the app: path and name.
    """

    files: frozenset[str] = frozenset()
    definitions: frozenset[tuple[str, str]] = frozenset()


def feature_code(root: Path) -> FeatureCode:
    """What features have made in an app.

    A resource is made in the same way before and after them. Damaged records say nothing here:
    commands that need them tell of it.
    """
    try:
        records = [one for one in state.records(Draft(root)) if one.kind == "feature"]
    except NotUnderstoodError:
        return FeatureCode()
    appended = (
        (made.path, name)
        for record in records
        for made in record.edits
        if made.edit["edit"] == "AppendDefinitions"
        for name in _names(made.edit["source"])
    )
    files = frozenset(path for record in records for path in record.files)
    return FeatureCode(files, frozenset(appended))


def _names(text: str) -> Iterator[str]:
    for node in ast.parse(text).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
            case ast.AsyncFunctionDef(name=name) | ast.Assign(targets=[ast.Name(name)]):
                yield name
            case ast.AnnAssign(target=ast.Name(name)):
                yield name
