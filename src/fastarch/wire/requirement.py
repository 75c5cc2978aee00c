"""Requirement strings: what is asked for, and whether a list asks for it already."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HEAD = re.compile(r"^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?")


def name_of(requirement: str) -> str | None:
    """The normalised name of the distribution; None for what is no requirement."""
    match = _HEAD.match(requirement)
    return re.sub(r"[-_.]+", "-", match[1]).lower() if match else None


def extras_of(requirement: str) -> frozenset[str]:
    """The extras that are asked for."""
    match = _HEAD.match(requirement)
    return (
        frozenset(one.strip().lower() for one in (match[2] or "").split(",") if one.strip())
        if match
        else frozenset()
    )


def satisfied(requirement: str, declared: Iterable[str]) -> bool:
    """Does one of the declared requirements name the same distribution with the same extras?"""
    name, extras = name_of(requirement), extras_of(requirement)
    return any(name_of(one) == name and extras <= extras_of(one) for one in declared)


def sorted_place(requirement: str, declared: list[str]) -> int:
    """Where a requirement belongs: its place in a sorted list, the end of another."""
    names = [name_of(one) or "" for one in declared]
    if len(names) < 2 or names != sorted(names):
        return len(names)
    return sum(1 for name in names if name <= (name_of(requirement) or ""))
