"""What is not Python, what cannot be read, and who is preferred."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fastarch.merge import Conflict, Merged, merge

BASE = b"one = 1\ntwo = 2\nthree = 3\n"
OURS = b"one = 1\ntwo = 20\nthree = 3\n"
THEIRS = b"one = 1\ntwo = 22\nthree = 3\nfour = 4\n"


def test_what_is_not_python_is_merged_by_lines() -> None:
    merged = merge(b"a\nb\nc\n", b"a\nB\nc\n", b"a\nb\nc\nd\n", path="README.md")
    assert merged == Merged(b"a\nB\nc\nd\n")
    merged = merge(b"a\nb\nc\n", b"a\nB\nc\n", b"a\nX\nc\nd\n", path="README.md")
    why = "Both changed these lines."
    assert merged.conflicts == (Conflict("line 2", 2, "B\n", "b\n", "X\n", why),)
    assert merged.source == b"a\nB\nc\nd\n"


def test_line_ends_of_today_where_lines_are_merged() -> None:
    merged = merge(b"a\nb\nc\n", b"a\r\nB\r\nc\r\n", b"a\nb\nc\nd\n", path="notes.txt")
    assert merged == Merged(b"a\r\nB\r\nc\r\nd\r\n")


def test_a_file_that_does_not_parse_is_merged_by_lines() -> None:
    ours = b"one = 1\ntwo = 2\nthree = = 3\n"
    merged = merge(BASE, ours, BASE.replace(b"one = 1", b"one = 10"))
    assert merged == Merged(b"one = 10\ntwo = 2\nthree = = 3\n")
    assert merge(BASE, ours, BASE.replace(b"= 3", b"= 4")).conflicts


def test_syntax_that_is_newer_than_the_running_python() -> None:
    base = b"class A[T]:\n    x: T\n\n\ntype B = A[int]\n"
    ours = base.replace(b"    x: T\n", b"    x: T\n    mine: int\n")
    theirs = base.replace(b"x: T", b"x: T | None") + b"C = B\n"
    wanted = b"class A[T]:\n    x: T | None\n    mine: int\n\n\ntype B = A[int]\nC = B\n"
    assert merge(base, ours, theirs) == Merged(wanted)


@pytest.mark.parametrize(
    ("prefer", "two"),
    [
        ("ours", b"two = 20\n"),
        ("theirs", b"two = 22\n"),
        (None, b"two = 20\n"),
        (
            "markers",
            b"<<<<<<< yours\ntwo = 20\n||||||| base\ntwo = 2\n=======\ntwo = 22\n>>>>>>> generated\n",
        ),
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a.txt"])
def test_whose_version_is_taken(prefer: str, two: bytes, path: str) -> None:
    theirs = THEIRS if path == "a.py" else THEIRS.replace(b"four = 4\n", b"three = 3\n")
    end = b"three = 3\n" + (b"four = 4\n" if path == "a.py" else b"three = 3\n")
    merged = merge(BASE, OURS, theirs, prefer=prefer, path=path)
    assert merged.source == b"one = 1\n" + two + end
    assert bool(merged.conflicts) == (prefer in {None, "markers"})


def test_a_deleted_helper_comes_back_where_theirs_is_preferred() -> None:
    base = b"def helper():\n    return 1\n\n\ndef f():\n    return helper()\n"
    ours = b"def f():\n    return 1\n"
    theirs = base + b"\n\ndef g():\n    return helper()\n"
    assert merge(base, ours, theirs).conflicts[0].what == "helper"
    merged = merge(base, ours, theirs, prefer="theirs")
    assert merged.source == (
        b"def helper():\n    return 1\n\n\ndef f():\n    return 1\n\n\ndef g():\n    return helper()\n"
    )


def test_a_definition_that_others_share_stays_without_a_word() -> None:
    base = b"LIMIT = 1\n\n\ndef f():\n    return LIMIT\n"
    ours = base + b"\n\ndef other():\n    return LIMIT\n"
    theirs = b"def f():\n    return 1\n"
    assert merge(base, ours, theirs).conflicts[0].what == "LIMIT"
    merged = merge(base, ours, theirs, shared={"LIMIT"})
    assert not merged.conflicts
    assert b"LIMIT = 1\n" in merged.source


def test_what_a_module_imports_from_itself_is_there() -> None:
    base = b"from app.models import Status\n\nx: Status\n"
    ours = b"class Status:\n    pass\n\n\nx: Status\ny = 1\n"
    theirs = b"from app.models import Other, Status\n\nx: Status\nz: Other\n"
    today = ours + b"\n\nclass Other:\n    pass\n"
    merged = merge(base, today, theirs, module="app.models")
    assert b"import" not in merged.source
    assert not merged.conflicts


def test_an_unedited_file_needs_no_parser() -> None:
    code = (
        "import sys; from fastarch.merge import merge; "
        "assert merge(b'x = 1', b'x = 1', b'x = 2').source == b'x = 2'; "
        "assert merge(b'x = 1', b'x = 3', b'x = 1').source == b'x = 3'; "
        "assert merge(b'x = 1\\n', b'x = 1\\r\\n', b'x = 2\\n').source == b'x = 2\\r\\n'; "
        "sys.exit('libcst' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("source", [b"", b"\n", b"# only\n", b'"""Doc."""\n'])
def test_modules_with_next_to_nothing(source: bytes) -> None:
    theirs = b"import os\n\n\ndef f():\n    return os.name\n"
    merged = merge(source, source + b"x = 1\n", source + theirs)
    assert not merged.conflicts
    assert b"x = 1\n" in merged.source
    assert b"return os.name" in merged.source
