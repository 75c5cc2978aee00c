"""What the app's version pins allow."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"\s*(===?|~=|\^|~|<=?|>=?|!=)?\s*v?(\d+(?:\.\d+)*)(\.\*)?")


def always_before(pin: str | None, version: tuple[int, ...]) -> bool:
    """Whether every release that a pin allows comes before a version.

    Args:
        pin: As requirements and Poetry write it: ``==0.108.0``, ``^0.109``, ``>=0.100,<0.112``.
        version: The version, at most as long as releases are.
    """
    return any(_ends_before(clause, version) for clause in (pin or "").split(","))


def may_be_before(pin: str | None, version: tuple[int, ...]) -> bool:
    """Whether a pin is there and allows releases before a version.

    Args:
        pin: As for ``always_before``; what is no version (``*``, a URL) allows none in particular.
        version: The version, at most as long as releases are.
    """
    clauses = [found for clause in (pin or "").split(",") if (found := _CLAUSE.match(clause))]
    return bool(clauses) and not any(_starts_at(clause, version) for clause in clauses)


def _starts_at(clause: re.Match[str], version: tuple[int, ...]) -> bool:
    operator, text, _ = clause.groups()
    if operator in {"<", "<=", "!="}:
        return False
    return _padded(tuple(int(part) for part in text.split("."))) >= _padded(version)


def _ends_before(clause: str, version: tuple[int, ...]) -> bool:
    found = _CLAUSE.match(clause)
    if found is None:
        return False
    operator, text, star = found.groups()
    parts = tuple(int(part) for part in text.split("."))
    match operator:
        case "<":
            return _padded(parts) <= _padded(version)
        case "<=" | "==" | "===" | None:
            if star or (operator is None and len(parts) < 3):
                return _padded(_next(parts, len(parts))) <= _padded(version)
            return _padded(parts) < _padded(version)
        case "^":
            # The first part that is not 0 stays as it is.
            fixed = next((n for n, part in enumerate(parts, 1) if part), len(parts))
            return _padded(_next(parts, fixed)) <= _padded(version)
        case "~=":
            return _padded(_next(parts, max(len(parts) - 1, 1))) <= _padded(version)
        case "~":
            return _padded(_next(parts, min(len(parts), 2))) <= _padded(version)
    return False


def _next(parts: tuple[int, ...], fixed: int) -> tuple[int, ...]:
    """The first version in which the fixed parts are others."""
    return (*parts[: fixed - 1], parts[fixed - 1] + 1)


def _padded(parts: tuple[int, ...]) -> tuple[int, ...]:
    return (*parts, 0, 0, 0, 0)[:4]
