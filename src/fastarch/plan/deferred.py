"""Names that a module needs for its annotations alone: imported for type checkers, in quotes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from fastarch.discover.profile import Role
from fastarch.plan.steps import Home


def schemas_import_services(homes: Mapping[Role, Home]) -> bool:
    """Whether the schemas stand in the router's module, which imports that of the services."""
    schema, service = homes["schema"].path, homes["service"].path
    return schema == homes["router"].path != service


def deferred(text: str, names: Collection[str]) -> str:
    """Take the imports of names for type checkers alone, and quote the annotations that use them.

    Args:
        text: Rendered text, whose imports are one name each.
        names: Names that it uses in annotations of parameters and nowhere else.
    """
    tree = ast.parse(text)
    lines = text.splitlines()
    places = [
        node.annotation
        for node in ast.walk(tree)
        if isinstance(node, ast.arg)
        and isinstance(node.annotation, ast.Name)
        and node.annotation.id in names
    ]
    for name in sorted(places, key=lambda each: (each.lineno, each.col_offset), reverse=True):
        # Offsets count bytes.
        line = lines[name.lineno - 1].encode()
        start, end = name.col_offset, name.end_col_offset or name.col_offset
        quoted = line[:start] + b'"' + line[start:end] + b'"' + line[end:]
        lines[name.lineno - 1] = quoted.decode()
    moved = [
        node.lineno - 1
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and {alias.name for alias in node.names} <= set(names)
    ]
    if not moved:
        return text
    block = ["from typing import TYPE_CHECKING", "if TYPE_CHECKING:"]
    block += [f"    {lines[number]}" for number in moved]
    first, *others = moved
    lines[first] = "\n".join(block)
    for number in reversed(others):
        del lines[number]
    return "\n".join(lines) + "\n"
