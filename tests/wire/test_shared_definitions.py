"""Pieces that share definitions: what one brought stays for as long as another uses it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.edit import Already, Cannot, Changed
from fastarch.wire.imports import AddImport
from fastarch.wire.python import apply_all

CLOCK = "\n\n# What databases keep.\nclass UTCDateTime(TypeDecorator):\n    impl = DateTime\n"
LIMIT = "\n\nLIMIT = 50\nMOST = LIMIT * 2\n"
HELPER = "\n\ndef unset():\n    return LIMIT\n"


def model(name: str, *uses: str) -> str:
    return f"\n\nclass {name}(Base):\n    at = Column({', '.join(uses)})\n"


PIECES = [
    AppendDefinitions(
        "from sqlalchemy import Column, DateTime, TypeDecorator\nfrom app.db import Base"
        + CLOCK
        + model("Product", "UTCDateTime"),
        ahead_of=("create_all",),
    ),
    AppendDefinitions(
        "from sqlalchemy import Column, DateTime, TypeDecorator\nfrom app.db import Base"
        + LIMIT
        + CLOCK
        + model("Order", "UTCDateTime", "MOST"),
        ahead_of=("create_all",),
    ),
    AppendDefinitions(
        "from sqlalchemy import Column\nfrom app.db import Base"
        + LIMIT
        + HELPER
        + model("Zone", "unset", "LIMIT", "MOST")
    ),
]
MODULES = [
    "",
    "x = 1\n",
    "# only\n",
    "from app.db import Base\n\n\nclass User(Base):\n    pass\n",
    "import os\n\n\ndef last():\n    return os\n    # deep\n\n\n# the end\n",
    "from sqlalchemy import Column, String\n\nx = Column(String)\n\n\nif __name__ == '__main__':\n    run()\n",
    "from app.db import Base as B\n\n\nclass U(B):\n    pass\n\n\nB.metadata.create_all()\n\n\ndef f():\n    pass\n",
    "from sqlalchemy import Column, DateTime, TypeDecorator\n"
    + CLOCK
    + "\n\nclass Own:\n    at = Column(UTCDateTime)\n",
]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(MODULES),
    st.permutations(PIECES),
    st.permutations(range(3)),
    st.integers(1, 3),
    st.booleans(),
)
def test_any_order_there_and_back(text, pieces, back, count, bare):
    before = (text.rstrip("\n") if bare else text).encode()
    current = before
    made = []
    for piece in pieces[:count]:
        outcome = piece.apply(current)
        assert isinstance(outcome, Changed), outcome
        assert piece.apply(outcome.source) == Already()
        compile(outcome.source, "after.py", "exec")
        made += outcome.made
        current = outcome.source
    for index in back:
        if index < count:
            outcome = made[index].revert(current)
            assert isinstance(outcome, Changed), outcome
            current = outcome.source
            compile(current, "back.py", "exec")
    assert current.decode() == before.decode()


@pytest.mark.parametrize("back", [(0, 1), (1, 0)])
def test_an_alias_is_shared(back):
    before = b"from sqlmodel import Field\n\nx = Field()\n"
    current = before
    made = []
    for name in ("A", "B"):
        text = f"from pydantic import Field\n\n\nclass {name}:\n    x = Field()\n"
        outcome = AppendDefinitions(text).apply(current)
        assert isinstance(outcome, Changed)
        current = outcome.source
        made += outcome.made
    assert current.count(b"import Field as PydanticField") == 1
    assert current.count(b"PydanticField()") == 2
    for index in back:
        outcome = made[index].revert(current)
        assert isinstance(outcome, Changed)
        current = outcome.source
    assert current == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_is_still_used_stays_and_is_named(order):
    current = b"x = 1\n"
    made = []
    for piece in PIECES[:2]:
        outcome = piece.apply(current)
        current = outcome.source
        made += outcome.made
    first, second = order
    outcome = made[first].revert(current)
    assert outcome.kept == ("UTCDateTime: other code there uses it, and it stays",)
    assert b"class UTCDateTime" in outcome.source
    assert made[second].revert(outcome.source) == Changed(b"x = 1\n")


def test_an_equal_definition_that_was_there_unused_is_not_taken_along():
    before = b"from sqlalchemy import DateTime, TypeDecorator\n" + CLOCK.encode()
    outcome = PIECES[0].apply(before)
    assert isinstance(outcome, Changed)
    assert outcome.source.count(b"class UTCDateTime") == 1
    (made,) = outcome.made
    assert made.foreign == ("UTCDateTime",)
    assert made.revert(outcome.source) == Changed(before)


def test_a_helper_that_is_there_is_used_as_it_is():
    before = b"def unset():\n    return 2\n"
    piece = AppendDefinitions(
        "import sys\n\n\ndef unset():\n    return sys\n\n\ndef f():\n    return unset()\n",
        helpers=("unset",),
    )
    outcome = piece.apply(before)
    assert isinstance(outcome, Changed)
    assert outcome.source == before + b"\n\ndef f():\n    return unset()\n"
    (made,) = outcome.made
    assert piece.apply(outcome.source) == Already()
    assert made.revert(outcome.source) == Changed(before)


def test_a_clash_is_told_by_the_line_that_somebody_sees():
    there = b"x = 1\n\n\ndef unset():\n    return 2\n"
    outcome = apply_all((AddImport("os"), AppendDefinitions("def unset():\n    return 3\n")), there)
    assert isinstance(outcome, Cannot)
    assert "(line 4)" in outcome.reason
