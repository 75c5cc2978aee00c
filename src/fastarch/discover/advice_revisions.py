"""The indexes that Alembic's revisions make, whatever the models say."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from fastarch.discover.advice_study import verb
from fastarch.discover.index import ModuleIndex

_SQL = re.compile(
    r"CREATE\s+(?:UNIQUE\s+)?INDEX\b.{0,200}?\bON\s+[\"`]?(?:\w+\.)?(\w+)[\"`]?[^()]{0,60}"
    r"\(([^)]*)\)",
    re.IGNORECASE | re.DOTALL,
)
ANY = ""
"""The table of an index whose own is not written beside it: ``batch_op.create_index(…)``."""


@lru_cache(maxsize=1)
def indexed(index: ModuleIndex, versions: str) -> frozenset[tuple[str, str]]:
    """Table and column of all that revisions make indexes for.

    An index that a later revision drops counts, too: what is not sure is not reported.

    Args:
        versions: The folder of the revisions, from the project's root.
    """
    found: set[tuple[str, str]] = set()
    for path in sorted((index.root / versions).rglob("*.py")):
        module = index.at(path)
        if not re.search("create_index|create_unique|CREATE", module.text):
            continue
        for match in _SQL.finditer(module.text):
            found |= {(match[1], word) for word in re.findall(r"\w+", match[2])}
        for node in ast.walk(module.tree):
            if verb(node) not in {"create_index", "create_unique_constraint"}:
                continue
            assert isinstance(node, ast.Call)
            strings = [
                each.value
                for part in [*node.args[1:], *(word.value for word in node.keywords)]
                for each in ast.walk(part)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            in_batch = not any(isinstance(part, ast.Constant) for part in node.args[1:2])
            tables = [ANY] if in_batch else strings[:1]
            found |= {(table, column) for table in tables for column in strings}
    return frozenset(found)
