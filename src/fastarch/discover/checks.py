"""Simple check constraints: limits of a number, and the words that a column may hold."""

from __future__ import annotations

import re

from fastarch.records import dataclass

_CAST = re.compile(
    r"::\"?[a-z_]+\"?(?: (?:varying|precision|without time zone))?"
    r"(?:\(\d+(?:,\s*\d+)?\))?(?:\[\])?",
    re.IGNORECASE,
)
_NAME = r"[\"`\[]?(?P<name>[A-Za-z_]\w*)[\"`\]]?"
_DIGITS = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBER = rf"'?(?P<number>{_DIGITS})'?"
_OPERATOR = r"(?P<operator>>=|<=|>|<)"
_LEFT = re.compile(rf"{_NAME}\s*{_OPERATOR}\s*{_NUMBER}")
_RIGHT = re.compile(rf"{_NUMBER}\s*{_OPERATOR}\s*{_NAME}")
_BETWEEN = re.compile(
    rf"{_NAME}\s+BETWEEN\s+'?(?P<low>{_DIGITS})'?\s+AND\s+'?(?P<high>{_DIGITS})'?",
    re.IGNORECASE,
)
_WORDS = re.compile(
    rf"{_NAME}\s*(?:IN\s*\((?P<some>.*)\)|=\s*ANY\s*\(*\s*ARRAY\s*\[(?P<any>.*)\]\s*\)*)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"\s*'((?:[^']|'')*)'\s*(?:,|$)")
_FLAGS = {">=": "ge", ">": "gt", "<=": "le", "<": "lt"}
_MIRRORED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}


@dataclass(frozen=True, slots=True)
class Check:
    """What a check says of one column: its limits by flag, or the words that it may hold."""

    column: str
    limits: tuple[tuple[str, str], ...] = ()
    choices: tuple[str, ...] = ()


def read_check(sql: str) -> Check | None:
    """What a check constraint's SQL says, None where a spec cannot say it."""
    text = " ".join(_CAST.sub("", sql).split())
    found = _WORDS.fullmatch(_bare(_without_parentheses_of_names(text)))
    if found:
        words = _words(found["some"] if found["some"] is not None else found["any"])
        return Check(found["name"], choices=words) if words else None
    plain = text.replace("(", " ").replace(")", " ").strip()
    found = _BETWEEN.fullmatch(plain)
    if found:
        return Check(found["name"], limits=(("ge", found["low"]), ("le", found["high"])))
    limits: dict[str, str] = {}
    names: set[str] = set()
    for part in re.split(r"\s+AND\s+", plain, flags=re.IGNORECASE):
        term = part.strip()
        if found := _LEFT.fullmatch(term):
            operator = found["operator"]
        elif found := _RIGHT.fullmatch(term):
            operator = _MIRRORED[found["operator"]]
        else:
            return None
        names.add(found["name"])
        if limits.setdefault(_FLAGS[operator], found["number"]) != found["number"]:
            return None
    return Check(names.pop(), limits=tuple(limits.items())) if len(names) == 1 else None


def _without_parentheses_of_names(text: str) -> str:
    """``(status) = …`` is ``status = …``."""
    return re.sub(r"(?<![\w])\(\s*([A-Za-z_]\w*|\"[^\"]+\")\s*\)", r"\1", text)


def _bare(text: str) -> str:
    """Without parentheses around the whole."""
    while text.startswith("(") and text.endswith(")"):
        depth = 0
        for at, character in enumerate(text):
            depth += (character == "(") - (character == ")")
            if depth == 0 and at < len(text) - 1:
                return text
        text = text[1:-1].strip()
    return text


def _words(text: str) -> tuple[str, ...]:
    words = []
    at = 0
    while at < len(text):
        found = _QUOTED.match(text, at)
        if not found:
            return ()
        words.append(found[1].replace("''", "'"))
        at = found.end()
    return tuple(words)
