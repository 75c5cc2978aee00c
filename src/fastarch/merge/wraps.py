"""Statements that one side has put into a ``try``, a ``with`` or an ``if``."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastarch.merge.merger import Merger
from fastarch.merge.prints import Node, same_code
from fastarch.records import dataclass

_COMPOUND = cst.Try | cst.With | cst.If | cst.For | cst.While

Sides = tuple[list[Node], list[Node], list[Node]]


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A run of statements; where one side has wrapped them, its compound statement.

    Args:
        inner: The statements themselves.
        outer: The statement that holds them now.
    """

    inner: tuple[Node, ...]
    outer: Node = None

    def restored(self) -> Node:
        """The compound statement."""
        return self.outer


def find(base: Sequence[Node], ours: Sequence[Node], theirs: Sequence[Node]) -> Sides | None:
    """The three lists with a run of statements as one, if one side has wrapped it."""
    return _find(base, ours, theirs, swap=False) or _find(base, theirs, ours, swap=True)


def _find(
    base: Sequence[Node], wrapping: Sequence[Node], other: Sequence[Node], *, swap: bool
) -> Sides | None:
    from fastarch.merge.matching import alike, head, match_body

    for k, outer in enumerate(wrapping):
        if not isinstance(outer, _COMPOUND) or not isinstance(outer.body, cst.IndentedBlock):
            continue
        if any(
            type(one) is type(outer)
            and (same_code(one, outer) or same_code(head(one), head(outer)))
            for one in (*base, *other)
            if not isinstance(one, cst.Try)
        ):
            continue
        inner = list(outer.body.body)
        rest = [one for index, one in enumerate(wrapping) if index != k]
        exact = [
            i
            for i, one in enumerate(base)
            if any(same_code(one, each) for each in inner)
            and not any(same_code(one, each) for each in rest)
        ]
        if not exact or any(alike(one, outer) >= 0.5 for one in base):
            continue
        pairs = {i for i, _ in match_body(base, inner).items()}
        missing = {i for i, one in enumerate(base) if not any(same_code(one, e) for e in rest)}
        run = _around(exact, pairs & missing)
        there = [j for i, j in match_body(base, other).items() if i in run]
        if not there:
            continue
        start, end = min(there), max(there) + 1
        b = [*base[: run[0]], Wrapped(tuple(base[run[0] : run[-1] + 1])), *base[run[-1] + 1 :]]
        one = [*wrapping[:k], Wrapped(tuple(inner), outer), *wrapping[k + 1 :]]
        two = [*other[:start], Wrapped(tuple(other[start:end])), *other[end:]]
        return (b, two, one) if swap else (b, one, two)
    return None


def _around(exact: Sequence[int], fitting: set[int]) -> list[int]:
    """A run without gaps: what is there as it was, and what fits beside it."""
    start, end = min(exact), max(exact)
    while start - 1 in fitting:
        start -= 1
    while end + 1 in fitting:
        end += 1
    return list(range(start, end + 1))


def merge(merger: Merger, base: Wrapped, ours: Wrapped, theirs: Wrapped) -> Wrapped:
    """Merge the statements, inside of what holds them now."""
    from fastarch.merge.blocks import merge_body

    outer = ours.outer if ours.outer is not None else theirs.outer
    body = merge_body(merger, base.inner, ours.inner, theirs.inner, named=False)
    return Wrapped((), outer.with_changes(body=outer.body.with_changes(body=body)))
