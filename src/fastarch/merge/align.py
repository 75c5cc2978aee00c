"""Which piece of one version is which piece of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from fastarch.merge.prints import Node

Pairs = dict[int, int]
Alike = Callable[[Node, Node], float]


def as_it_is(_one: Node, _two: Node) -> float:
    """The likeness of what has the same key, if that says all."""
    return 1


def by_key(
    base: Sequence[Node],
    other: Sequence[Node],
    key: Callable[[Node], Hashable | None],
    alike: Alike,
) -> Pairs:
    """Pairs of the same key; among several of one key, the most alike.

    Args:
        base: Pieces.
        other: Pieces of another version.
        key: What names a piece; None where nothing does.
        alike: How alike two pieces are, from 0 to 1.
    """
    places: dict[Hashable, list[int]] = defaultdict(list)
    for index, one in enumerate(other):
        places[key(one)].append(index)
    wanted: dict[Hashable, list[int]] = defaultdict(list)
    for index, one in enumerate(base):
        wanted[key(one)].append(index)
    pairs: Pairs = {}
    for name, indexes in wanted.items():
        there = places.get(name, [])
        if name is None or not there:
            continue
        if len(indexes) == len(there):
            pairs |= dict(zip(indexes, there, strict=True))
            continue
        scored = sorted(
            (-alike(base[i], other[j]), abs(i - j), i, j) for i in indexes for j in there
        )
        taken: set[int] = set()
        for _, _, i, j in scored:
            if i not in pairs and j not in taken:
                pairs[i] = j
                taken.add(j)
    return pairs


def in_order(base: Sequence[Node], other: Sequence[Node], alike: Alike) -> Pairs:
    """The pairs, in one order, that are most alike together."""
    start = 0
    while start < min(len(base), len(other)) and alike(base[start], other[start]) >= 1:
        start += 1
    end = 0
    while end < min(len(base), len(other)) - start and alike(base[-1 - end], other[-1 - end]) >= 1:
        end += 1
    pairs = {index: index for index in range(start)}
    pairs |= {len(base) - 1 - k: len(other) - 1 - k for k in range(end)}
    first, second = base[start : len(base) - end], other[start : len(other) - end]
    best = [[0.0] * (len(second) + 1) for _ in range(len(first) + 1)]
    score = [[alike(one, two) for two in second] for one in first]
    for i in range(len(first) - 1, -1, -1):
        for j in range(len(second) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if score[i][j]:
                best[i][j] = max(best[i][j], score[i][j] + best[i + 1][j + 1])
    i = j = 0
    while i < len(first) and j < len(second):
        if score[i][j] and best[i][j] == score[i][j] + best[i + 1][j + 1]:
            pairs[start + i] = start + j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def inverse(pairs: Pairs) -> Pairs:
    """The pairs the other way round."""
    return {j: i for i, j in pairs.items()}
