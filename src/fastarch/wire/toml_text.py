"""Small changes to the text of a TOML file that leave every other byte alone.

tomlkit rewrites trailing commas and the white space of arrays; callers here read the result again
with tomllib and refuse what does not say exactly what it should.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{},]',
    re.DOTALL,
)
_KEY = re.compile(r'^[ \t]*("[^"\n]+"|\'[^\'\n]+\'|[A-Za-z0-9_-]+)[ \t]*=', re.MULTILINE)


def newline_of(text: str) -> str:
    """The line end that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def section(text: str, table: tuple[str, ...]) -> Span | None:
    """Where the lines of a table stand, after its head; None where it has no head of its own."""
    names = r"[ \t]*\.[ \t]*".join(rf"[\"']?{re.escape(name)}[\"']?" for name in table)
    head = re.search(rf"^[ \t]*\[[ \t]*{names}[ \t]*\][^\n]*(?:\n|\Z)", text, re.MULTILINE)
    if head is None:
        return None
    depth = 0
    for token in _TOKEN.finditer(text, head.end()):
        word = token[0]
        if word in "[{":
            start = text.rfind("\n", 0, token.start()) + 1
            if depth == 0 and word == "[" and not text[start : token.start()].strip():
                return head.end(), start
            depth += 1
        elif word in "]}":
            depth -= 1
    return head.end(), len(text)


def array_span(text: str, table: tuple[str, ...], key: str) -> Span | None:
    """Where an array stands, its brackets included."""
    place = section(text, table)
    if place is None:
        return None
    for match in _KEY.finditer(text, *place):
        if match[1].strip("\"'") != key:
            continue
        start = match.end() + len(text[match.end() :]) - len(text[match.end() :].lstrip(" \t"))
        depth = 0
        for token in _TOKEN.finditer(text, start):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
            if depth == 0:
                return (start, token.end()) if text[start] == "[" else None
    return None


def items(text: str, span: Span) -> list[Span] | None:
    """Where the elements of an array stand: strings or inline tables."""
    found: list[Span] = []
    depth, opened = 0, 0
    for token in _TOKEN.finditer(text, span[0] + 1, span[1] - 1):
        word = token[0]
        if word in "[{":
            opened = token.start() if depth == 0 else opened
            depth += 1
        elif word in "]}":
            depth -= 1
            if depth == 0:
                found.append((opened, token.end()))
        elif depth == 0 and word[0] in "\"'":
            found.append(token.span())
    return found


def _quoted(text: str, span: Span, value: str) -> str:
    body = text[span[0] : span[1]]
    return f"'{value}'" if ("'" in body and '"' not in body) or '"' in value else f'"{value}"'


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _alone(text: str, place: int) -> bool:
    """Is there nothing but white space before a place on its line?"""
    return not text[_line_start(text, place) : place].strip()


def _comma(text: str, start: int, end: int) -> int | None:
    """Where the first comma is, comments aside."""
    for token in _TOKEN.finditer(text, start, end):
        if token[0] == ",":
            return token.start()
    return None


def _after_comment(text: str, place: int, end: int) -> int:
    """The end of the line if only a comment follows."""
    match = re.compile(r"[ \t]*#[^\r\n]*").match(text, place, end)
    return match.end() if match else place


def insert_item(text: str, span: Span, index: int, value: str) -> str:
    """An array with one more string."""
    found = items(text, span) or []
    new, newline = _quoted(text, span, value), newline_of(text)
    if not found:
        body = text[span[0] + 1 : span[1] - 1]
        if "\n" not in body:
            return text[: span[0] + 1] + new + text[span[1] - 1 :]
        return text[: span[0] + 1] + f"{newline}    {new}," + text[span[0] + 1 :]
    if index < len(found):
        place = found[index][0]
        start = _line_start(text, place)
        if _alone(text, place) and start > span[0]:
            return text[:start] + text[start:place] + new + "," + newline + text[start:]
        return text[:place] + new + ", " + text[place:]
    start, end = found[-1]
    comma = _comma(text, end, span[1] - 1)
    lead = newline + text[_line_start(text, start) : start] if _alone(text, start) else " "
    if comma is not None:
        place = comma + 1 if lead == " " else _after_comment(text, comma + 1, span[1])
        return text[:place] + lead + new + "," + text[place:]
    if lead == " ":
        return text[:end] + ", " + new + text[end:]
    place = _after_comment(text, end, span[1])
    return text[:end] + "," + text[end:place] + lead + new + text[place:]


def remove_item(text: str, span: Span, index: int) -> str:
    """An array with one string less: the inverse of ``insert_item``."""
    found = items(text, span) or []
    start, end = found[index]
    if len(found) == 1:
        return text[: span[0] + 1] + text[span[1] - 1 :]
    if index < len(found) - 1:
        follower = found[index + 1][0]
        if _alone(text, start) and _alone(text, follower):
            after = text.find("\n", end) + 1
            return text[: _line_start(text, start)] + text[after:]
        return text[:start] + text[follower:]
    before = found[index - 1][1]
    comma = _comma(text, before, start)
    assert comma is not None
    trailing = _comma(text, end, span[1] - 1)
    if trailing is not None:
        end = trailing + 1
    if _alone(text, start):
        end = _after_comment(text, end, span[1])
        line = _line_start(text, start)
        line -= 2 if text[line - 2 : line] == "\r\n" else 1
        head = text[:line] if trailing is not None else text[:comma] + text[comma + 1 : line]
        return head + text[end:]
    return (text[: comma + 1] if trailing is not None else text[:comma]) + text[end:]


def _last_line(text: str, place: Span) -> int:
    """Behind the last line of a table that says something."""
    body = text[place[0] : place[1]]
    return place[0] + len(body.rstrip()) if body.strip() else place[0]


def add_array(text: str, table: tuple[str, ...], key: str, value: str) -> str | None:
    """A table with one more key, an array of one string; None where the table has no head."""
    place = section(text, table)
    if place is None:
        return None
    newline = newline_of(text)
    lines = f'{key} = [{newline}    "{value}",{newline}]'
    return _with_lines(text, _last_line(text, place), place[0], lines, newline)


def _with_lines(text: str, end: int, start: int, lines: str, newline: str) -> str:
    if end == start:
        if not text[:end].endswith("\n"):
            return text[:end] + newline + lines + text[end:]
        return text[:end] + lines + newline + text[end:]
    return text[:end] + newline + lines + text[end:]


def remove_lines(text: str, span: Span) -> str:
    """Without the lines on which a key and its array stand."""
    start = _line_start(text, span[0])
    end = span[1]
    if start:
        start -= 2 if text[start - 2 : start] == "\r\n" else 1
    return text[:start] + text[end:]


def add_key(text: str, table: tuple[str, ...], key: str, value: str) -> str | None:
    """A table with one more line, at its sorted place; None where the table has no head."""
    place = section(text, table)
    if place is None:
        return None
    newline, line = newline_of(text), f"{key} = {value}"
    found = [m for m in _KEY.finditer(text, *place) if m[1] != "python"]
    names = [m[1].strip("\"'").lower() for m in found]
    if len(names) > 1 and names == sorted(names):
        for match, name in zip(found, names, strict=True):
            if name > key.lower():
                return text[: match.start()] + line + newline + text[match.start() :]
    return _with_lines(text, _last_line(text, place), place[0], line, newline)


def remove_key(text: str, table: tuple[str, ...], key: str) -> str | None:
    """A table without one of its lines; None where it is not there."""
    place = section(text, table)
    if place is None:
        return None
    for match in _KEY.finditer(text, *place):
        if match[1].strip("\"'") == key:
            end = text.find("\n", match.end())
            if end < 0:
                start = match.start()
                start -= 2 if text[start - 2 : start] == "\r\n" else 1
                return text[:start]
            return text[: match.start()] + text[end + 1 :]
    return None
