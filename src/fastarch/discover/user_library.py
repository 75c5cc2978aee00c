"""Columns that libraries' own user tables have, which no code of the app says."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.table import ColumnFacts, TypeFacts

_FLAG = TypeFacts("bool")
_TABLE = (
    ColumnFacts("email", "email", TypeFacts("email", max_length=320), unique=True, index=True),
    ColumnFacts("hashed_password", "hashed_password", TypeFacts("str", max_length=1024)),
    ColumnFacts("is_active", "is_active", _FLAG, default="true"),
    ColumnFacts("is_superuser", "is_superuser", _FLAG, default="false"),
    ColumnFacts("is_verified", "is_verified", _FLAG, default="false"),
)
_KEY = ColumnFacts("id", "id", TypeFacts("uuid", told="GUID"), primary=True, default="uuid4")
_LIBRARY = {
    "SQLAlchemyBaseUserTable": _TABLE,
    "SQLAlchemyBaseUserTableUUID": (_KEY, *_TABLE),
    "SQLModelBaseUserDB": (_KEY, *_TABLE),
}


def library_base(index: ModuleIndex, line: Sequence[Definition]) -> str | None:
    """The class of a library that a user model inherits from."""
    for definition in line:
        if not isinstance(definition.node, ast.ClassDef):
            continue
        for base in definition.node.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            origin = index.origin(definition.module, plain)
            if origin.startswith("fastapi_users") and origin.rpartition(".")[2] in _LIBRARY:
                return origin.rpartition(".")[2]
    return None


def library_columns(index: ModuleIndex, line: Sequence[Definition]) -> Iterator[ColumnFacts]:
    """The columns that a user model has from there."""
    yield from _LIBRARY.get(library_base(index, line) or "", ())
