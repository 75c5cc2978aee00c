"""Changes as a unified diff that ``git apply`` takes, byte for byte."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path

from fastarch.change.draft import Change

CONTEXT = 3
_NO_NEWLINE = b"\\ No newline at end of file\n"


def unified(changes: Iterable[Change], prefix: str = "") -> str:
    """The changes as one diff.

    Bytes that are not UTF-8 come as lone surrogates: write it out with ``errors="surrogateescape"``
    and without newline translation, and ``git apply`` makes the very same bytes. Content that git
    takes for binary is no exception: ``git apply`` reads a text diff of it all the same.

    Args:
        changes: What a draft says; bookkeeping is for the caller to leave out.
        prefix: The project's folder in its repository (``git_prefix``): ``backend/``.
    """
    diff = b"".join(_file(change, f"{prefix}{change.path}") for change in changes)
    return diff.decode("utf-8", "surrogateescape")


def git_prefix(root: Path) -> str:
    """The project's folder as seen from the top of its git repository, ``""`` where it is the top.

    Inside a repository ``git apply`` takes names from the top, wherever it is run, and passes over
    all others without a word.
    """
    root = Path(os.path.realpath(root))
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            relative = root.relative_to(folder).as_posix()
            return "" if relative == "." else f"{relative}/"
    return ""


def count(change: Change) -> tuple[int, int]:
    """How many lines a change adds and how many it removes."""
    added = removed = 0
    for tag, i1, i2, j1, j2 in _matcher(change).get_opcodes():
        if tag != "equal":
            removed += i2 - i1
            added += j2 - j1
    return added, removed


def _lines(content: bytes | None) -> list[bytes]:
    """Lines as git sees them: only a line feed ends one."""
    lines = (content or b"").split(b"\n")
    last = lines.pop()
    ended = [line + b"\n" for line in lines]
    return [*ended, last] if last else ended


def _matcher(change: Change) -> SequenceMatcher[bytes]:
    return SequenceMatcher(None, _lines(change.before), _lines(change.after), autojunk=False)


def _file(change: Change, path: str) -> bytes:
    old, new = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    head = b"diff --git %s %s\n" % (old, new)
    if change.before is None:
        executable = change.mode is not None and change.mode & 0o100
        head += b"new file mode %s\n" % (b"100755" if executable else b"100644")
        old = b"/dev/null"
    elif change.after is None:
        head += b"deleted file mode 100644\n"
        new = b"/dev/null"
    before, after = _lines(change.before), _lines(change.after)
    hunks = [_hunk(group, before, after) for group in _matcher(change).get_grouped_opcodes(CONTEXT)]
    if not hunks:
        # Without an index line git ignores a file that is empty before and after.
        return head + b"index 0000000..0000000\n"
    # A name with a blank ends with a tab, or the rest would count as a time.
    tab = b"\t" if " " in path else b""
    names = b"--- %s\n+++ %s\n" % tuple(
        name if name == b"/dev/null" else name + tab for name in (old, new)
    )
    return head + names + b"".join(hunks)


def _hunk(
    group: list[tuple[str, int, int, int, int]], before: list[bytes], after: list[bytes]
) -> bytes:
    first, last = group[0], group[-1]
    lines = [b"@@ -%s +%s @@\n" % (_range(first[1], last[2]), _range(first[3], last[4]))]
    for tag, i1, i2, j1, j2 in group:
        if tag == "equal":
            lines += [_marked(b" ", line) for line in before[i1:i2]]
        else:
            lines += [_marked(b"-", line) for line in before[i1:i2]]
            lines += [_marked(b"+", line) for line in after[j1:j2]]
    return b"".join(lines)


def _range(start: int, stop: int) -> bytes:
    length = stop - start
    if length == 1:
        return b"%d" % (start + 1)
    return b"%d,%d" % (start + 1 if length else start, length)


def _marked(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + b"\n" + _NO_NEWLINE


def _quoted(name: str) -> bytes:
    """A name as git writes it: in quotes where it has a special character."""
    raw = name.encode("utf-8", "surrogateescape")
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in raw):
        return raw
    escapes = {ord(b'"'): b'\\"', ord(b"\\"): b"\\\\", 9: b"\\t", 10: b"\\n", 13: b"\\r"}
    return b'"%s"' % b"".join(
        escapes.get(byte, b"%c" % byte if 32 <= byte < 127 else b"\\%03o" % byte) for byte in raw
    )
