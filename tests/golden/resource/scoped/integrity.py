"""What the database says of a row that it refuses."""

from typing import Any

from sqlalchemy.exc import IntegrityError

# A violated check or a missing value: SQLSTATE, SQLite, MySQL.
INVALID_ROW = frozenset(
    {"23502", "23514", "SQLITE_CONSTRAINT_CHECK", "SQLITE_CONSTRAINT_NOTNULL", 1048, 4025}
)


def violates_row(error: IntegrityError) -> bool:
    """Whether the row itself is at fault; all else is a clash with other rows."""
    orig: Any = error.orig
    for attribute in ("sqlstate", "pgcode", "sqlite_errorname"):
        code = getattr(orig, attribute, None)
        if code is not None:
            return code in INVALID_ROW
    return bool(orig is not None and orig.args and orig.args[0] in INVALID_ROW)
