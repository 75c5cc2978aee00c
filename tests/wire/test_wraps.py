"""Import lines and lists that grow too long are wrapped, and are one line again in the end."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fastarch.wire.edit import Changed
from fastarch.wire.extend_list import ExtendList
from fastarch.wire.imports import AddImport
from fastarch.wire.python import apply_all, revert_all

LONG = "from sqlalchemy import Boolean, Double, ForeignKey, Integer, String, create_engine, or_\n"
assert 80 < len(LONG) <= 88 + 1


def test_wrapped_at_the_width():
    edit = AddImport("sqlalchemy", "Numeric")
    outcome = edit.apply(LONG.encode())
    assert isinstance(outcome, Changed)
    assert outcome.source.decode() == (
        "from sqlalchemy import (\n    Boolean,\n    Double,\n    ForeignKey,\n    Integer,\n"
        "    Numeric,\n    String,\n    create_engine,\n    or_,\n)\n"
    )
    (made,) = outcome.made
    assert made.wrapped == (("sqlalchemy", 88),)
    assert made.revert(outcome.source) == Changed(LONG.encode())


def test_the_longest_line_is_the_measure():
    wide = "from app.models import " + ", ".join(f"Model{number}" for number in range(9)) + "\n"
    assert 88 < len(wide) <= 98
    outcome = AddImport("sqlalchemy", "Date").apply((wide + LONG).encode())
    assert isinstance(outcome, Changed)
    assert b"(" not in outcome.source


def test_a_lone_name_that_is_too_long():
    edit = AddImport(f"app.{'a' * 50}", "b" * 40)
    outcome = edit.apply(b"import os\n")
    assert isinstance(outcome, Changed)
    assert outcome.source.endswith(b" import (\n    %s,\n)\n" % (b"b" * 40))
    assert outcome.made[0].revert(outcome.source) == Changed(b"import os\n")


def test_lines_with_a_comment_or_of_an_odd_shape_are_left_long():
    for line in (LONG.replace("or_", "or_  # noqa"), LONG.replace(", ", ",")):
        before = line.encode() + b"x = 1\n"
        outcome = AddImport("sqlalchemy", "Numeric" * 3).apply(before)
        assert isinstance(outcome, Changed)
        assert b"(" not in outcome.source
        assert outcome.made[0].revert(outcome.source) == Changed(before)


def test_the_last_to_leave_makes_it_one_line():
    edits = [AddImport("sqlalchemy", name) for name in ("Numeric", "Uuid", "text")]
    current = LONG.encode()
    made = []
    for edit in edits:
        outcome = edit.apply(current)
        assert isinstance(outcome, Changed)
        current = outcome.source
        made += outcome.made
    for edit in made:
        outcome = edit.revert(current)
        assert isinstance(outcome, Changed)
        current = outcome.source
    assert current == LONG.encode()


MODULES = [
    LONG,
    LONG.replace(", or_", ""),
    "from sqlalchemy import (\n    String,\n    or_,\n)\n",
    "from sqlalchemy import (String,\n                        func)\n",
    LONG.replace("import ", "import (\n    ")
    .replace(", ", ",\n    ")
    .replace("or_\n", "or_,\n)\n"),
    "from app.models import A\n" + LONG,
    "from a.b import " + ", ".join("abcdefghijklmnopqrstuvwxyzABCDEFGH") + "\n" + LONG,
    "if x:\n    " + LONG,
    "from __future__ import annotations\n",
]
NAMES = ["Numeric", "Uuid", "text", "A" * 30, "z" * 60, "String"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(MODULES),
    st.lists(
        st.builds(AddImport, st.sampled_from(["sqlalchemy", "app.models"]), st.sampled_from(NAMES)),
        min_size=1,
        max_size=5,
        unique=True,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_there_and_back(text, edits, end):
    before = text.replace("\n", end).encode()
    outcome = apply_all(edits, before)
    if isinstance(outcome, Changed):
        compile(outcome.source, "after.py", "exec")
        assert revert_all(outcome.made, outcome.source) == Changed(before)


NAMED = '__all__ = ["Author", "Book", "Borrower", "Branch", "Copy", "Loan", "Publisher", "Shelf"]\n'
assert len(NAMED) == 88 + 1
LISTS = [
    NAMED,
    NAMED.replace("[", "(").replace("]", ")"),
    NAMED.replace("= [", "= list([").replace("]", "])"),
    NAMED.replace("]", "]  # sorted"),
    NAMED.replace(", ", ","),
    NAMED.replace("__all__", "__all__: list[str]").replace(', "Publisher"', ""),
    NAMED.replace(', "Shelf"', ""),
    NAMED.replace("[", "[\n    ").replace(", ", ",\n    ").replace("]", ",\n]"),
    "if x:\n    " + NAMED,
    '__all__ = ["Author"]\n',
    "__all__ = []\n",
]


def test_a_list_is_wrapped_at_the_width():
    outcome = ExtendList("__all__", '"Genre"').apply(NAMED.encode())
    assert isinstance(outcome, Changed)
    names = ["Author", "Book", "Borrower", "Branch", "Copy", "Genre", "Loan", "Publisher", "Shelf"]
    assert outcome.source.decode() == (
        "__all__ = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n"
    )
    assert outcome.made[0].revert(outcome.source) == Changed(NAMED.encode())


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(LISTS),
    st.lists(st.sampled_from(["A", "Genre", "Z" * 30, "a" * 90]), min_size=1, unique=True),
    st.sampled_from(["\n", "\r\n"]),
)
def test_lists_there_and_back(text, names, end):
    before = text.replace("\n", end).encode()
    edits = [ExtendList("__all__", f'"{name}"') for name in names]
    outcome = apply_all(edits, before)
    assert isinstance(outcome, Changed)
    compile(outcome.source, "after.py", "exec")
    assert revert_all(outcome.made, outcome.source) == Changed(before)
    current = before
    made = []
    for edit in edits:
        outcome = edit.apply(current)
        assert isinstance(outcome, Changed)
        current, made = outcome.source, [*made, *outcome.made]
    for edit in reversed(made):
        outcome = edit.revert(current)
        assert isinstance(outcome, Changed)
        current = outcome.source
    assert current == before
