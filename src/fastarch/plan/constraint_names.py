"""What constraints and indexes are called: by the app's naming convention, else by the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from fastarch.discover.profile import AppProfile
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
        text: The name itself; where it is not known, what tells it from others.
        by: Who gives it: a naming convention, the model's own words, or the database.
        why: Why it is not known.
    """

    text: str
    by: Literal["convention", "model", "database", "unknown"] = "model"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Naming:
    """How an app's metadata names constraints.

    Args:
        patterns: By kind (``ix``, ``uq``, ``ck``, ``fk``); None: they could not be read.
    """

    patterns: Mapping[str, str] | None

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
        """
        apart = " ".join((kind, *columns, given or ""))
        if self.patterns is None:
            why = "the naming convention of the app's metadata could not be read"
            return ConstraintName(apart, "unknown", why)
        pattern = self.patterns.get(kind)
        if pattern is not None and (given is None or "constraint_name" in pattern):
            words = {
                "table_name": table, "constraint_name": given or "",
                "referred_table_name": referred[0], "referred_column_0_name": referred[1],
                "referred_column_0_N_name": referred[1],
            }  # fmt: skip
            try:
                return ConstraintName(pattern % _Words(words, columns), "convention")
            except KeyError as error:
                why = f"the app's naming convention says %({error.args[0]})s"
                return ConstraintName(apart, "unknown", why)
        if given is not None:
            return ConstraintName(given)
        text = f"{table}_{'_'.join(columns)}_{_ENDINGS.get(kind, kind)}"
        if len(text) > _LONGEST:
            return ConstraintName(apart, "unknown", "the database has shortened it")
        return ConstraintName(text, "database")


def naming(profile: AppProfile) -> Naming:
    """How the app names constraints."""
    base = profile.orm.base
    if base is None or not base.naming_convention:
        return Naming(_STANDARD)
    return Naming(dict(base.convention) or None)


class _Words(dict[str, str]):
    """What the words of a pattern mean for one constraint."""

    def __init__(self, words: Mapping[str, str], columns: Sequence[str]) -> None:
        super().__init__(words)
        self._columns = columns

    def __missing__(self, key: str) -> str:
        match = _COLUMNS.fullmatch(key)
        if match is None:
            raise KeyError(key)
        names = list(self._columns)
        if match["what"] == "label":
            names = [f"{self['table_name']}_{name}" for name in names]
        if match["all"] is None:
            return names[0]
        return ("_" if match["all"] == "_N" else "").join(names)
