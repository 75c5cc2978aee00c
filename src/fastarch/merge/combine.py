"""One list of three: what stays, what goes, what comes, and where."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import field

from fastarch.merge.align import Pairs, by_key, inverse
from fastarch.merge.prints import Node, code_print, likeness
from fastarch.records import dataclass


@dataclass(slots=True)
class Slot:
    """A place in the merged list.

    Args:
        node: What stands there; None where it is gone.
        base: Index in the base.
        ours: Index in today's list; None for what comes.
        theirs: Index in the new list.
    """

    node: Node
    base: int | None = None
    ours: int | None = None
    theirs: int | None = None


def _anywhere(_piece: Node) -> bool:
    return False


def _at_the_end(slots: Sequence[Slot], _: Node) -> int:
    return len(slots)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a kind of list is merged.

    Args:
        match: Pairs of the pieces of two versions.
        match_ours: The same for today's version, in which things may have got other names.
        name: What tells whether both sides have added the same thing.
        both: What becomes of a piece that all three have.
        lost: What becomes of a piece that theirs deleted: the node, or None.
        gone: What becomes of a piece that ours deleted: None, or the node that comes back; it is
            told the neighbour that is still there.
        twice: What becomes of different pieces of one name that both added.
        clash: Called with what ours and theirs put into one place, where that cannot be both; says
            which of the two stay.
        commute: May what ours and theirs put into one place, instead of something or of nothing,
            follow one another?
        place: Index in the merged list of what has no neighbour there.
        first: Does a piece of ours stay ahead of what comes, wherever it stands (an import)?
    """

    match: Callable[[Sequence[Node], Sequence[Node]], Pairs]
    match_ours: Callable[[Sequence[Node], Sequence[Node]], Pairs]
    name: Callable[[Node], Hashable]
    both: Callable[[Node, Node, Node], Node]
    lost: Callable[[Node, Node], Node]
    gone: Callable[[Node, Node, Node], Node]
    twice: Callable[[Node, Node], Node]
    clash: Callable[[Sequence[Node], Sequence[Node], Sequence[Node]], tuple[bool, bool]]
    commute: Callable[[Sequence[Node], Sequence[Node], Sequence[Node]], bool]
    place: Callable[[Sequence[Slot], Node], int] = _at_the_end
    first: Callable[[Node], bool] = _anywhere


@dataclass(slots=True)
class _Work:
    rules: Rules
    base: Sequence[Node]
    ours: Sequence[Node]
    theirs: Sequence[Node]
    slots: list[Slot] = field(default_factory=list)


def combine(
    rules: Rules, base: Sequence[Node], ours: Sequence[Node], theirs: Sequence[Node]
) -> list[Slot]:
    """Merge three lists; slots of what is gone stay in the answer without a node.

    Args:
        rules: How.
        base: As generated last time.
        ours: Today.
        theirs: As generated now.
    """
    work = _Work(rules, base, ours, theirs)
    to_ours, to_theirs = rules.match_ours(base, ours), rules.match(base, theirs)
    from_ours, from_theirs = inverse(to_ours), inverse(to_theirs)
    news = [j for j in range(len(theirs)) if j not in from_theirs]
    own = [i for i in range(len(ours)) if i not in from_ours]
    added = by_key([theirs[j] for j in news], [ours[i] for i in own], rules.name, likeness)
    both = {own[i]: news[j] for j, i in added.items()}
    for i, node in enumerate(ours):
        b = from_ours.get(i)
        if b is not None and b in to_theirs:
            j = to_theirs[b]
            work.slots.append(Slot(rules.both(base[b], node, theirs[j]), b, i, j))
        elif b is not None:
            work.slots.append(Slot(rules.lost(base[b], node), b, i))
        elif i in both:
            j = both[i]
            equal = code_print(node) == code_print(theirs[j])
            kept = node if equal else rules.twice(node, theirs[j])
            work.slots.append(Slot(kept, None, i, j))
        else:
            work.slots.append(Slot(node, None, i))
    _reorder(work)
    coming: dict[int, Slot] = {j: Slot(theirs[j], None, None, j) for j in news}
    for b, j in to_theirs.items():
        if b not in to_ours:
            node = rules.gone(base[b], theirs[j], _neighbour(work, to_ours, b))
            if node is not None:
                coming[j] = Slot(node, b, None, j)
    for j in set(both.values()):
        coming.pop(j, None)
    for j in sorted(coming):
        work.slots.insert(_place(work, coming[j]), coming[j])
    _settle(work, to_ours, to_theirs)
    return work.slots


def _neighbour(work: _Work, to_ours: Pairs, index: int) -> Node:
    """What stands today where a deleted piece would be."""
    near = [*range(index - 1, -1, -1), *range(index + 1, len(work.base))]
    return next((work.ours[to_ours[k]] for k in near if k in to_ours), None)


def _reorder(work: _Work) -> None:
    """Follow a new order of theirs, if ours has kept the old one."""
    places = [
        k for k, one in enumerate(work.slots) if one.base is not None and one.theirs is not None
    ]
    found = [work.slots[k] for k in places]
    bases = [one.base or 0 for one in found]
    if bases != sorted(bases):
        return
    ordered = sorted(found, key=lambda one: one.theirs or 0)
    for k, slot in zip(places, ordered, strict=True):
        work.slots[k] = slot


def _place(work: _Work, new: Slot) -> int:
    """After the nearest one before it that is there, else before the next one."""
    assert new.theirs is not None
    known = _in_order(
        [(k, one.theirs) for k, one in enumerate(work.slots) if one.theirs is not None]
    )
    for j in range(new.theirs - 1, -1, -1):
        if j in known:
            return _behind_first(work, known[j] + 1)
    for j in range(new.theirs + 1, len(work.theirs)):
        if j in known:
            return known[j]
    return work.rules.place(work.slots, new.node)


def _in_order(places: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Places by index in theirs, without those that somebody has moved: the longest order."""
    best: list[tuple[int, int]] = []
    for n, (_, j) in enumerate(places):
        before = [k for k in range(n) if places[k][1] < j]
        last = max(before, key=lambda k: best[k][0], default=-1)
        best.append((best[last][0] + 1 if before else 1, last))
    at = max(range(len(places)), key=lambda n: best[n][0], default=-1)
    found: dict[int, int] = {}
    while at >= 0:
        k, j = places[at]
        found[j] = k
        at = best[at][1]
    return found


def _behind_first(work: _Work, place: int) -> int:
    """The place, or that behind the last of those pieces of ours which have to stay ahead."""
    found = place
    for k in range(place, len(work.slots)):
        slot = work.slots[k]
        if slot.base is not None or slot.theirs is not None:
            break
        if slot.node is not None and work.rules.first(slot.node):
            found = k + 1
    return found


def _settle(work: _Work, to_ours: Pairs, to_theirs: Pairs) -> None:
    """Look at each place into which both sides put something."""
    slots = work.slots
    start = 0
    while start < len(slots):
        end = start
        while end < len(slots) and _is_new(slots[end]):
            end += 1
        run = slots[start:end]
        ours = [one for one in run if one.ours is not None]
        theirs = [one for one in run if one.ours is None]
        if ours and theirs:
            before = next((s.base for s in reversed(slots[:start]) if s.base is not None), -1)
            after = next((s.base for s in slots[end:] if s.base is not None), len(work.base))
            replaced = [
                work.base[b]
                for b in range(before + 1, after)
                if b not in to_ours and b not in to_theirs
            ]
            rules = work.rules
            mine, yours = [s.node for s in ours], [s.node for s in theirs]
            if not rules.commute(replaced, mine, yours):
                keep_ours, keep_theirs = rules.clash(replaced, mine, yours)
                for slot in run:
                    if not (keep_ours if slot.ours is not None else keep_theirs):
                        slot.node = None
        start = max(end, start + 1)


def _is_new(slot: Slot) -> bool:
    return (
        slot.base is None and slot.node is not None and (slot.ours is None) != (slot.theirs is None)
    )
