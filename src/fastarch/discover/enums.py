"""The members of an app's enums."""

from __future__ import annotations

import ast

from fastarch.discover.index import Definition, ModuleIndex, dotted
from fastarch.discover.modules import called

_ENUMS = frozenset({"Enum", "StrEnum", "IntEnum", "Flag", "IntFlag", "TextChoices"})


def is_enum(index: ModuleIndex, definition: Definition | None, depth: int = 0) -> bool:
    """Whether a definition is a class of words."""
    if definition is None or not isinstance(definition.node, ast.ClassDef) or depth > 5:
        return False
    for base in definition.node.bases:
        if index.origin(definition.module, base).rpartition(".")[2] in _ENUMS:
            return True
        if is_enum(index, index.resolve(definition.module, dotted(base)), depth + 1):
            return True
    return False


def members(index: ModuleIndex, definition: Definition) -> tuple[tuple[str, str], ...] | None:
    """Name and value of each member; None where a value is no text or cannot be told."""
    node = definition.node
    if not isinstance(node, ast.ClassDef):
        return None
    found: list[tuple[str, str]] = []
    for statement in node.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name = statement.targets[0].id
        if name.startswith("_"):
            continue
        value = statement.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found.append((name, value.value))
        elif _is_auto(value) and _is_text_enum(index, definition):
            found.append((name, name.lower()))
        else:
            return None
    return tuple(found) or None


def _is_auto(value: ast.expr) -> bool:
    return called(value) == "auto"


def _is_text_enum(index: ModuleIndex, definition: Definition) -> bool:
    node = definition.node
    return isinstance(node, ast.ClassDef) and any(
        index.origin(definition.module, base).rpartition(".")[2] == "StrEnum" for base in node.bases
    )
