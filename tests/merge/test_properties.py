"""Any edits by hand and any new code: nothing is lost without a word."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruff import find_ruff_bin

from fastarch.merge import Merged, merge
from tests.merge.modules import BY_HAND, GENERATED, base_module, edited

_WORDS = re.compile(r"\b(?:mine|new)\d[a-z]?\b", re.IGNORECASE)

many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def words(text: str) -> Counter[str]:
    return Counter(one.lower() for one in _WORDS.findall(text))


def told(merged: Merged, side: str) -> str:
    return "\n".join(f"{getattr(one, side)}\n{one.what}" for one in merged.conflicts)


def layouts() -> st.SearchStrategy[tuple[str, ...] | None]:
    narrow = ("--line-length", "40")
    quotes = ("--config", "format.quote-style = 'single'", "--line-length", "160")
    return st.sampled_from([None, None, None, narrow, quotes])


def laid_out(text: str, options: tuple[str, ...] | None) -> str:
    if options is None:
        return text
    command = [find_ruff_bin(), "format", "--isolated", "--no-cache", *options, "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    return done.stdout.decode()


@many
@given(st.data())
def test_nothing_is_lost(data: st.DataObject) -> None:
    base = base_module()
    ours = edited(base, BY_HAND, data, "mine", 4)
    theirs = edited(base, GENERATED, data, "new", 4)
    b, t = base.text(), theirs.text()
    o = laid_out(ours.text(), data.draw(layouts()))
    merged = merge(b.encode(), o.encode(), t.encode())
    out = merged.source.decode()
    ast.parse(out)
    assert not words(o) - words(out) - words(told(merged, "ours"))
    assert not words(t) - words(out) - words(told(merged, "theirs"))


@many
@given(st.data())
def test_the_sides_of_markers_are_what_either_side_would_be(data: st.DataObject) -> None:
    base = base_module()
    b = base.text().encode()
    o = edited(base, BY_HAND, data, "mine", 5).text().encode()
    t = edited(base, GENERATED, data, "new", 5).text().encode()
    marked = merge(b, o, t, prefer="markers")
    ours, theirs = merge(b, o, t, prefer="ours"), merge(b, o, t, prefer="theirs")
    assert not ours.conflicts
    assert not theirs.conflicts
    assert side(marked.source, 0) == ours.source
    assert side(marked.source, 2) == theirs.source
    assert marked.conflicts == merge(b, o, t).conflicts
    if not marked.conflicts:
        assert ours == theirs == marked


def side(source: bytes, wanted: int) -> bytes:
    """One of the three versions between markers: ours, base, theirs."""
    out: list[bytes] = []
    at = None
    for line in source.splitlines(keepends=True):
        mark = line[:7]
        if mark in {b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"}:
            at = {b"<<<<<<<": 0, b"|||||||": 1, b"=======": 2, b">>>>>>>": None}[mark]
        elif at is None or at == wanted:
            out.append(line)
    return b"".join(out)


@many
@given(st.data())
def test_what_one_side_alone_changed_is_what_it_made_of_it(data: st.DataObject) -> None:
    base = base_module()
    b = base.text().encode()
    o = edited(base, BY_HAND, data, "mine", 5).text().encode()
    t = edited(base, GENERATED, data, "new", 5).text().encode()
    assert merge(b, o, b) == Merged(o)
    assert merge(b, b, t) == Merged(t)
    assert merge(b, t, t) == Merged(t)
    once = merge(b, o, t).source
    assert merge(t, once, t).source == once


@many
@given(st.data())
def test_a_piece_in_a_module_of_others(data: st.DataObject) -> None:
    base = base_module()
    b = base.text()
    t = edited(base, GENERATED, data, "new", 3).text()
    before = (
        "import os\n\nfrom tools import other\n\n\ndef theirs_own():\n    return other(os.name)\n"
    )
    lines = b.splitlines(keepends=True)
    head = [one for one in lines if one.startswith("from ")]
    rest = "".join(lines[2 + len(head) :])
    behind = "\n\ndef main():\n    return theirs_own()\n"
    o = "".join(head) + before + rest + behind
    merged = merge(b.encode(), o.encode(), t.encode())
    out = merged.source.decode()
    ast.parse(out)
    assert "def theirs_own():\n    return other(os.name)\n" in out
    assert out.endswith(behind)
    assert not words(t) - words(out) - words(told(merged, "theirs"))
    if not merged.conflicts:
        assert code_of(out) == code_of(t) + code_of(before + behind)


def code_of(text: str) -> Counter[str]:
    """The statements of a module, imports and docstring aside."""
    kinds = ast.Import | ast.ImportFrom | ast.Expr
    return Counter(ast.dump(one) for one in ast.parse(text).body if not isinstance(one, kinds))


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"])
@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_line_ends_and_marks_are_those_of_today(newline: bytes, mark: bytes) -> None:
    base = base_module()
    b = base.text().encode()
    o = mark + b.replace(b"Does it.", b"Does it well.").replace(b"\n", newline)
    t = b.replace(b"A thing.", b"Some thing.\n\n    Of two lines.")
    out = merge(b, o, t).source
    assert out == mark + t.replace(b"Does it.", b"Does it well.").replace(b"\n", newline)


@many
@given(st.data())
def test_what_the_new_code_leaves_alone_stays_byte_for_byte(data: st.DataObject) -> None:
    base = base_module()
    ours = edited(base, BY_HAND, data, "mine", 4)
    theirs = edited(base, GENERATED, data, "new", 2)
    b, t = base.text(), theirs.text()
    o = laid_out(ours.text(), data.draw(layouts()))
    merged = merge(b.encode(), o.encode(), t.encode())
    out = merged.source.decode()
    before, after, today = pieces(b), pieces(t), pieces(o)
    if merged.conflicts:
        return
    for name, text in today.items():
        if before.get(name) == after.get(name):
            assert text in out, name


def pieces(text: str) -> dict[str, str]:
    """The text of each definition of a module, and of each member of its classes, by name."""
    lines = text.splitlines(keepends=True)
    found: dict[str, str] = {}

    def visit(body: list[ast.stmt], lead: str) -> None:
        for one in body:
            names = [getattr(one, "name", None), getattr(getattr(one, "target", None), "id", None)]
            name = next((each for each in names if each), None)
            if name is None:
                continue
            start = min([one.lineno, *(d.lineno for d in getattr(one, "decorator_list", []))])
            found[lead + name] = "".join(lines[start - 1 : one.end_lineno])
            if isinstance(one, ast.ClassDef):
                visit(one.body, f"{name}.")

    visit(ast.parse(text).body, "")
    return found
