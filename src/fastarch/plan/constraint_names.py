"""What constraints and indexes are called: by the app's naming convention, else by the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from fastarch.discover.profile import AppProfile
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

# SQLAlchemy's own, where the metadata has none.
_STANDARD = {"ix": "ix_%(column_0_label)s"}
_COLUMNS = re.compile(r"column_0(?P<all>N|_N)?_(?P<what>name|key|label)")
# PostgreSQL calls by these endings what has no name.
_ENDINGS = {"uq": "key", "fk": "fkey"}
_LONGEST = 63


@dataclass(frozen=True, slots=True)
class ConstraintName:
    """A name, and where it comes from.

    Args:
        text: The name itself.
        by: Who gives it: a naming convention, the model's own words, or the database.
    """

    text: str
    by: str = "model"


@dataclass(frozen=True, slots=True)
class Naming:
    """How an app's metadata names constraints.

    Args:
        patterns: By kind (``ix``, ``uq``, ``ck``, ``fk``).
        refuse: Called where a name is needed and the convention could not be read.
    """

    patterns: Mapping[str, str]
    refuse: Callable[[], None] = field(default=lambda: None, compare=False)

    def name(
        self,
        kind: str,
        table: str,
        columns: Sequence[str],
        given: str | None = None,
        referred: tuple[str, str] = ("", ""),
    ) -> ConstraintName:
        """The name of a constraint or an index.

        Args:
            kind: As the convention calls it: ``ix``, ``uq``, ``ck``, ``fk``.
            table: The table that it belongs to.
            columns: The columns that it is over, in order.
            given: What the model calls it.
            referred: The table and the column that a foreign key refers to.

        Raises:
            NotUnderstoodError: the app has a convention that could not be read, or the name is too
                long to know what a database makes of it.
        """
        self.refuse()
        pattern = self.patterns.get(kind)
        if pattern is not None and (given is None or "constraint_name" in pattern):
            words = _Words(table, columns, given or "", referred)
            return ConstraintName(pattern % words, "convention")
        if given is not None:
            return ConstraintName(given)
        text = f"{table}_{'_'.join(columns)}_{_ENDINGS[kind]}"
        if len(text) > _LONGEST:
            message = f"{table}.{columns[0]}: what the database calls its constraint is not known."
            raise NotUnderstoodError(Problem(message, hint=_HINT))
        return ConstraintName(text, "database")


_HINT = "leave the revision out with --no-migration, and let Alembic autogenerate it"


def naming(profile: AppProfile) -> Naming:
    """How the app names constraints."""
    base = profile.orm.base
    if base is None or not base.naming_convention:
        return Naming(_STANDARD)
    if base.convention:
        return Naming(dict(base.convention))

    def refuse() -> None:
        at = base.symbol.at
        message = "The naming convention of the app's metadata could not be read."
        raise NotUnderstoodError(Problem(message, file=at.file, line=at.line, hint=_HINT))

    return Naming({}, refuse)


class _Words(dict[str, str]):
    """What the words of a pattern mean for one constraint."""

    def __init__(
        self, table: str, columns: Sequence[str], given: str, referred: tuple[str, str]
    ) -> None:
        super().__init__(table_name=table, constraint_name=given, referred_table_name=referred[0])
        self["referred_column_0_name"] = self["referred_column_0_N_name"] = referred[1]
        self._columns = columns

    def __missing__(self, key: str) -> str:
        match = _COLUMNS.fullmatch(key)
        if match is None:
            message = f"The naming convention of the app says %({key})s, which is not known here."
            raise NotUnderstoodError(Problem(message, hint=_HINT))
        names = list(self._columns)
        if match["what"] == "label":
            names = [f"{self['table_name']}_{name}" for name in names]
        if match["all"] is None:
            return names[0]
        return ("_" if match["all"] == "_N" else "").join(names)
