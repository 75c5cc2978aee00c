"""The real ``git apply`` makes of the diff what ``apply`` makes of the changes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fastarch.change.diff import count, git_prefix, unified
from fastarch.change.draft import Change

CONTENTS: dict[str, tuple[bytes | None, bytes | None]] = {
    "new": (None, b"a\nb\n"),
    "new, empty": (None, b""),
    "new, no newline at end": (None, b"a\nb"),
    "deleted": (b"a\nb\n", None),
    "deleted, empty": (b"", None),
    "deleted, no newline at end": (b"a", None),
    "emptied": (b"a\n", b""),
    "filled": (b"", b"a\n"),
    "newline added at end": (b"a\nb", b"a\nb\n"),
    "newline taken from end": (b"a\nb\n", b"a\nb"),
    "neither has a newline at end": (b"a\nb", b"A\nb"),
    "crlf": (b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
    "crlf to lf": (b"a\r\nb\r\n", b"a\nb\n"),
    "mixed": (b"a\r\nb\nc\rd\n", b"a\nb\r\nc\rD\n"),
    "lone carriage returns": (b"a\rb\rc", b"a\rB\rc"),
    "form feed and separators": (
        b"a\x0cb\x1c\xc2\x85\xe2\x80\xa8c\n",
        b"a\x0cb\x1c\xc2\x85\xe2\x80\xa8C\n"),
    "bom": (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
    "latin-1": (b"caf\xe9\nx\n", b"caf\xe9\ny\n"),
    "utf-16": ("a\nb\n".encode("utf-16"), "a\nc\n".encode("utf-16")),
    "nul": (b"a\0b\n", b"a\0c\n"),
    "two hunks": (
        b"".join(b"%d\n" % n for n in range(40)),
        b"".join(b"%d\n" % n for n in range(1, 39))),
    "looks like a diff": (b"--- a/x\n+++ b/x\n", b"--- a/x\n@@ -1 +1 @@\n+++ b/y\n"),
    "trailing blanks": (b"a  \n\n\n", b"a  \n\n\t\n\n"),
}  # fmt: skip


def git_apply(folder: Path, changes: list[Change]) -> dict[str, bytes]:
    for change in changes:
        if change.before is not None:
            file = folder / change.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(change.before)
    diff = unified(changes).encode("utf-8", "surrogateescape")
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=folder, input=diff, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode() + diff.decode(errors="replace")
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.mark.parametrize("case", CONTENTS)
def test_git_makes_the_same_bytes(tmp_path: Path, case: str) -> None:
    before, after = CONTENTS[case]
    change = Change("app/x.py", before, after)
    expected = {} if after is None else {"app/x.py": after}
    assert git_apply(tmp_path, [change]) == expected


@pytest.mark.parametrize(
    "name", ["a b.py", "é.py", 'quo"te.py', "back\\slash.py", "tab\tname.py", "-x.py", "[id].py"]
)
def test_names(tmp_path: Path, name: str) -> None:
    for folder, before, after in (
        ("1", None, b"x\n"),
        ("2", b"x\n", b"y\n"),
        ("3", b"x\n", None),
        ("4", None, b""),
    ):
        (tmp_path / folder).mkdir()
        expected = {} if after is None else {name: after}
        assert git_apply(tmp_path / folder, [Change(name, before, after)]) == expected


def test_many_at_once(tmp_path: Path) -> None:
    changes = [
        Change(f"{number}.py", before, after)
        for number, (before, after) in enumerate(CONTENTS.values())
    ]
    expected = {change.path: change.after for change in changes if change.after is not None}
    assert git_apply(tmp_path, changes) == expected


@pytest.mark.parametrize("folder", ["", "backend"])
def test_inside_a_repository(tmp_path: Path, folder: str) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    root = tmp_path / "backend"
    root.mkdir()
    (root / "app.py").write_bytes(b"a\r\n")
    changes = [Change("app.py", b"a\r\n", b"b\r\n"), Change("new.py", None, b"")]
    diff = unified(changes, git_prefix(root)).encode()
    subprocess.run(["git", "apply"], cwd=tmp_path / folder, input=diff, check=True)
    assert (root / "app.py").read_bytes() == b"b\r\n"
    assert (root / "new.py").read_bytes() == b""
    assert git_prefix(tmp_path) == ""


text = st.lists(st.sampled_from([b"a\n", b"b\n", b"\n", b"c\r\n", b"\xff\n", b"a", b"\r"])).map(
    b"".join
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.none() | text, st.none() | text), min_size=8, max_size=30))
@example([(b"a", b"a\n"), (b"", None)])
def test_any_content(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[bytes | None, bytes | None]]
) -> None:
    changes = [
        Change(f"{number}.py", before, after)
        for number, (before, after) in enumerate(pairs)
        if before != after
    ]
    if not changes:
        return
    found = git_apply(tmp_path_factory.mktemp("diff"), changes)
    assert found == {change.path: change.after for change in changes if change.after is not None}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, b"a\nb\n", (2, 0)),
        (b"a\nb\n", None, (0, 2)),
        (None, b"", (0, 0)),
        (b"a\nb", b"a\nb\n", (1, 1)),
        (b"a\nb\n", b"a\nc\nb\n", (1, 0)),
    ],
)
def test_counts_lines(before: bytes | None, after: bytes | None, expected: tuple[int, int]) -> None:
    assert count(Change("x", before, after)) == expected
