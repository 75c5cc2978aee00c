"""Names of tables that a base class derives from the names of its models."""

from __future__ import annotations

import ast
import re

from fastarch.spec.plurals import pluralise

# Two words, of which the second has a plural of its own.
_PROBE = "ZzBox"
_PATTERNS = {
    "zz_boxes": "{many}", "zzboxes": "{flats}", "zz_boxs": "{one}s", "zzboxs": "{flat}s",
    "zz_box": "{one}", "zzbox": "{flat}",
}  # fmt: skip


def deriving(node: ast.stmt | None) -> ast.FunctionDef | None:
    """The function by which a class derives ``__tablename__`` for its subclasses."""
    for item in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(item, ast.FunctionDef) and item.name == "__tablename__":
            return item
    return None


def derived_table(name: str, function: ast.FunctionDef) -> str:
    """What a ``__tablename__`` function makes of a class name, as it is usually written."""
    code = ast.unparse(function)
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    plain = re.search(r"__name__\.lower\(\)", code) is not None
    result = name.lower() if plain else snake
    if "plural" in code:
        return pluralise(snake)
    return result + "s" if re.search(r"\+ 's'|\}s['\"]", code) else result


def derived_pattern(function: ast.FunctionDef) -> str:
    """How tables are called after models, as a pattern for names."""
    return _PATTERNS[derived_table(_PROBE, function)]
