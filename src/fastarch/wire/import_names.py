"""What import lines say: members, names that they bind, sections."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Protocol

from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.nodes import Statement
from fastarch.wire.syntax import cst

_PACKAGES = frozenset({
    "aiosqlite", "alembic", "argon2", "asgi_correlation_id", "asyncpg", "authlib", "celery",
    "dotenv", "fastapi", "fastapi_pagination", "httpx", "httpx2", "jwt", "limits", "loguru",
    "obstore", "prometheus_client", "psycopg", "pwdlib", "pydantic", "pydantic_core",
    "pydantic_settings", "pytest", "pytest_asyncio", "redis", "rq", "sentry_sdk", "sqlalchemy",
    "sqlmodel", "starlette", "structlog", "taskiq", "typing_extensions", "uvicorn",
})  # fmt: skip
# Modules that have the same things by the same names.
_TWINS = (
    {"typing", "collections.abc", "typing_extensions"},
    {"fastapi", "fastapi.param_functions", "fastapi.routing", "fastapi.exceptions"},
    {
        "sqlalchemy", "sqlalchemy.future", "sqlalchemy.sql", "sqlalchemy.sql.expression",
        "sqlalchemy.schema", "sqlalchemy.types",
    },
)  # fmt: skip


class Importing(Protocol):
    """Something that says what to import."""

    @property
    def module(self) -> str:
        """Dotted, without leading dots."""

    @property
    def name(self) -> str | None:
        """The name after ``import``; None for ``import module``."""

    @property
    def alias(self) -> str | None:
        """The name after ``as``."""

    @property
    def level(self) -> int:
        """Leading dots."""

    @property
    def bound(self) -> str:
        """The name that is bound."""

    @property
    def comment(self) -> str | None:
        """The comment at the line's end."""


@dataclass(frozen=True, slots=True)
class Member:
    """One name that an import line imports."""

    module: str
    name: str | None = None
    alias: str | None = None
    level: int = 0
    comment: str | None = None

    @property
    def bound(self) -> str:
        """The name that is bound."""
        return self.alias or self.name or self.module.partition(".")[0]


def statement_text(wanted: Importing) -> str:
    """The import as one line of code."""
    tail = f" as {wanted.alias}" if wanted.alias else ""
    end = f"  {wanted.comment}" if wanted.comment else ""
    if wanted.name is None:
        return f"import {wanted.module}{tail}{end}"
    return f"from {'.' * wanted.level}{wanted.module} import {wanted.name}{tail}{end}"


@nodes.by_node
def members(part: cst.CSTNode) -> Sequence[Member]:
    """What a small statement imports; a star import is a member named ``*``."""
    if isinstance(part, cst.Import):
        return [Member(nodes.dotted(alias.name) or "", None, _alias(alias)) for alias in part.names]
    if isinstance(part, cst.ImportFrom):
        module, level = nodes.dotted(part.module) or "", len(part.relative)
        if isinstance(part.names, cst.ImportStar):
            return [Member(module, "*", None, level)]
        return [
            Member(module, nodes.dotted(alias.name), _alias(alias), level) for alias in part.names
        ]
    return []


def _alias(alias: cst.ImportAlias) -> str | None:
    if alias.asname is None:
        return None
    return alias.asname.name.value if isinstance(alias.asname.name, cst.Name) else None


def same(one: Importing, two: Importing) -> bool:
    """Do two imports bind the same name to the same thing?"""
    if (one.name, one.level, one.bound) != (two.name, two.level, two.bound):
        return False
    if one.module == two.module:
        return True
    return any(one.module in twins and two.module in twins for twins in _TWINS)


def find(body: Sequence[Statement], wanted: Importing) -> tuple[int, int, int] | None:
    """Indexes of the statement, of its part and of the member that is the import."""
    bound = wanted.bound
    for index, statement in enumerate(body):
        for part_index, part in enumerate(nodes.small(statement)):
            for member_index, member in enumerate(members(part)):
                if member.bound == bound and same(member, wanted):
                    return index, part_index, member_index
    return None


def present(body: Sequence[Statement], wanted: Importing) -> bool:
    """Is the import there, at this level or in both branches of a ``try``?"""
    if find(body, wanted) is not None:
        return True
    return any(
        isinstance(statement, cst.Try)
        and any(same(m, wanted) for node in nodes.walk(statement) for m in members(node))
        for statement in body
    )


@nodes.by_node
def bindings(statement: cst.CSTNode) -> frozenset[str]:
    """The names that a statement itself binds, what stands inside its blocks aside."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return frozenset({statement.name.value})
    if isinstance(statement, nodes.NewDefinition):
        return frozenset({statement.name})
    found: set[str] = set()
    for part in nodes.small(statement):
        found.update(nodes.targets(part))
        found.update(member.bound for member in members(part))
        if isinstance(part, cst.TypeAlias):
            found.add(part.name.value)
    return frozenset(found)


def _root(wanted: Importing) -> str:
    return "." if wanted.level else wanted.module.partition(".")[0]


def section(wanted: Importing) -> int:
    """The section of an import: future, standard library, packages, the app, relative."""
    root = _root(wanted)
    if root == ".":
        return 4
    if root == "__future__":
        return 0
    if root in sys.stdlib_module_names:
        return 1
    return 2 if root in _PACKAGES else 3


def kinship(one: Importing, two: Importing) -> int:
    """How many leading segments two imports share; 0 for strangers."""
    if bool(one.level) != bool(two.level):
        return 0
    first = ["."] * one.level + one.module.split(".")
    second = ["."] * two.level + two.module.split(".")
    if one.level != two.level:
        return 1
    shared = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        shared += 1
    return shared


def is_type_checking(statement: cst.CSTNode) -> bool:
    """Is the statement ``if TYPE_CHECKING:``?"""
    return isinstance(statement, cst.If) and nodes.dotted(statement.test) in {
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
        "t.TYPE_CHECKING",
    }
