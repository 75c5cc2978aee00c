"""Edits that people make, against changes of the spec, in code that the planner makes."""

from __future__ import annotations

import pytest

from fastarch.merge.names import unbound
from tests.merge.pairs import Pair, all_pairs, compiles, meaning, some_pairs

# Its share of compatible edits that has to merge without a word.
BAR = 0.98


@pytest.mark.parametrize("pair", some_pairs(), ids=str)
def test_pair(pair: Pair) -> None:
    merged = pair.merged()
    assert compiles(merged.source)
    assert bool(merged.conflicts) == pair.clashes, merged.conflicts
    if pair.clashes:
        return
    assert not (unbound(merged.source) or set()) - (unbound(pair.ours) or set())
    wanted = pair.wanted
    if wanted is not None and not pair.by_hand.renames:
        assert meaning(merged.source) == meaning(wanted)


def test_the_bar() -> None:
    pairs = some_pairs()
    compatible = [pair for pair in pairs if not pair.clashes]
    clashing = [pair for pair in pairs if pair.clashes]
    assert len({(pair.role, pair.edit, pair.change) for pair in pairs}) >= 60
    assert len(clashing) >= 10
    assert all(pair.merged().conflicts for pair in clashing)
    quiet = [pair for pair in compatible if not pair.merged().conflicts]
    assert len(quiet) >= BAR * len(compatible)
    assert len(all_pairs()) > 1000
