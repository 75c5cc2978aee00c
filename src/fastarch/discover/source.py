"""Tolerant reading: from the bytes of a file to text and an ``ast`` tree, come what may."""

from __future__ import annotations

import ast
import codecs
import re
import warnings
from typing import NamedTuple

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What the parser raises: null bytes are a ValueError, deep nesting the last two.
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
# So many following top-level pieces may belong to a statement that does not parse by itself.
_LOOKAHEAD = 40
# Python's own parser stops at 200 brackets.
_DEEPEST = 100
_BRACKET = re.compile(r"[()\[\]{}]")
_RUN = re.compile(
    r"(?:(?:lambda\b[^:\n]{0,40}:|not\b|await\b|[-+~*])\s*){200}|^[ \t]{1000}", re.MULTILINE
)
_CONTINUES = re.compile(r"(?:else|elif|except|finally)\b|[)\]}]")
_BLOCK = re.compile(r"(?:async\s+)?(def|class|if|for|while|with|try|match)\b")


class Parsed(NamedTuple):
    r"""A file as read.

    Args:
        text: Decoded, without BOM, with ``\\n`` line ends.
        tree: The statements that could be read, with their line numbers in the file.
        complete: Nothing had to be left out.
    """

    text: str
    tree: ast.Module
    complete: bool


def decode(data: bytes) -> str:
    r"""Text of a file, with ``\\n`` line ends: by its BOM, its declared encoding, else UTF-8.

    Never fails: what is no valid text in its encoding is read as Latin-1.
    """
    encoding, skip = _encoding(data)
    try:
        text = data[skip:].decode(encoding)
    except (UnicodeDecodeError, LookupError):
        text = data[skip:].decode("latin-1")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def parse(data: bytes) -> Parsed:
    """Read Python source. Never fails: what cannot be read is left out and ``complete`` is False.

    Newer syntax than the running Python's is read through libcst; a broken file statement by
    statement.
    """
    text = decode(data)
    tree = _parse(text)
    if tree is not None:
        return Parsed(text, tree, complete=True)
    if _too_deep(text):
        return Parsed(text, _module(_recover(text.split("\n"), 0)), complete=False)
    from fastarch.discover import modern

    older = modern.downgrade(text)
    tree = None if older is None else _parse(older)
    if tree is not None:
        return Parsed(text, tree, complete=True)
    return Parsed(text, _module(_recover(text.split("\n"), 0)), complete=False)


def _encoding(data: bytes) -> tuple[str, int]:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name, len(bom)
    head = data[:200]
    if head and b"\0" in head:
        # PowerShell's `pip freeze > requirements.txt`, sometimes without its BOM.
        odd, even = head[1::2].count(0), head[::2].count(0)
        if max(odd, even) * 4 >= len(head):
            return ("utf-16-le" if odd >= even else "utf-16-be"), 0
    for line in data.split(b"\n", 2)[:2]:
        if found := _COOKIE.match(line):
            return found.group(1).decode("ascii"), 0
    return "utf-8", 0


def _parse(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except _UNREADABLE:
            return None
    tree.body = [_plain(node) for node in tree.body]
    return tree


def _plain(node: ast.stmt) -> ast.stmt:
    """``type X = …`` as the assignment that it is read as on a Python without that statement."""
    if type(node).__name__ != "TypeAlias":
        return node
    name, value = node.name, node.value  # type: ignore[attr-defined]
    name.ctx = ast.Store()
    return ast.copy_location(ast.Assign([name], value), node)


def _module(body: list[ast.stmt]) -> ast.Module:
    return ast.Module(body=body, type_ignores=[])


def _too_deep(text: str) -> bool:
    """Whether libcst would die of it: its parser has no limit of its own, and overflows."""
    if _RUN.search(text):
        return True
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "([{" else max(depth - 1, 0)
        if depth > _DEEPEST:
            return True
    return False


def _recover(lines: list[str], offset: int) -> list[ast.stmt]:
    """The statements of a block (at column 0) that can be read by themselves."""
    starts = _starts(lines)
    found: list[ast.stmt] = []
    at = 0
    while at < len(starts):
        begin = starts[at]
        for ahead in range(at + 1, min(at + 1 + _LOOKAHEAD, len(starts) + 1)):
            end = starts[ahead] if ahead < len(starts) else len(lines)
            tree = _parse("\n".join(lines[begin:end]))
            if tree is not None:
                found += (ast.increment_lineno(node, offset + begin) for node in tree.body)
                at = ahead
                break
        else:
            end = starts[at + 1] if at + 1 < len(starts) else len(lines)
            found += _recover_block(lines[begin:end], offset + begin)
            at += 1
    return found


def _starts(lines: list[str]) -> list[int]:
    starts: list[int] = []
    decorated = False
    for number, line in enumerate(lines):
        if not line or line[0] in " \t#\f" or _CONTINUES.match(line):
            continue
        if not decorated:
            starts.append(number)
        decorated = line.startswith("@")
    return starts


def _recover_block(lines: list[str], offset: int) -> list[ast.stmt]:
    """A compound statement with a broken body: its header and what can be read of the body."""
    first = next((n for n, line in enumerate(lines) if _BLOCK.match(line)), None)
    if first is None:
        return []
    body_at = next(
        (n + 1 for n in range(first, len(lines)) if re.search(r":\s*(#.*)?$", lines[n])), None
    )
    if body_at is None:
        return []
    widths = [len(line) - len(line.lstrip()) for line in lines[body_at:] if line.strip()]
    inner = [line for line in widths if line > 0]
    if not inner:
        return []
    width = inner[0]
    body = _recover(
        [line[width:] if not line[:width].strip() else line for line in lines[body_at:]],
        offset + body_at,
    )
    if not re.match(r"(?:async\s+def|def|class)\b", lines[first]):
        return body
    header = _parse("\n".join(lines[:body_at]) + " pass")
    if header is None:
        return []
    node = header.body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ast.increment_lineno(node, offset)
    node.body = body or node.body
    return [node]
