from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import SchemaError, SchemaValidator, core_schema

from fastarch.spec.patterns import pattern_problem

PIECES = r"a \d \w \b \A \Z \0 \1 \N \\ \[ \{ \+ [ ] ^ $ ( ) (?: (?= (?! (?<! (?> (?P<n> (?P=n) (?i) (?a) (?# {"
MORE = r"{2} {2,} {,3} {1,4} {1001} } * + ? *? ++ | . [^a] [\b] [[] [a-z] [\w-] && -- ü \u0041 \x41 \_ \p{L} \ "


def engine_takes(pattern: str) -> bool:
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return False
    return True


@given(st.lists(st.sampled_from([*PIECES.split(" "), *MORE.split(" ")]), max_size=6).map("".join))
@settings(max_examples=500, deadline=None)
def test_what_is_taken_the_engine_takes_too(pattern):
    assert pattern_problem(pattern) or engine_takes(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{2,4}$",
        r"^\d{4}-\d{2}$",
        r"^[a-z0-9]+(?:-[a-z0-9]+)*$",
        r"^\+?[0-9 ]{6,20}$",
        r"[*+]+",
        "a|b",
        r"^#[0-9a-fA-F]{6}$",
        "ü",
        r"^\w{1,100}$",
        r"^[^@]+@[^@]+\.[a-z]{2,}$",
        "(?i)abc",
        r"^.{0,200}$",
    ],
)
def test_ordinary_patterns_are_taken(pattern):
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize("pattern", ["a{1000000}", r"\w{5000}", r"(\w{100}){100}"])
def test_what_would_grow_too_large_is_refused(pattern):
    assert "too large" in (pattern_problem(pattern) or ("",))[0]
