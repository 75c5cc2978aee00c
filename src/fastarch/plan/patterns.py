"""Texts that match a regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_CATEGORIES = {
    constants.CATEGORY_DIGIT: "1234567890",
    constants.CATEGORY_WORD: "abcdefgh",
    constants.CATEGORY_SPACE: " ",
    constants.CATEGORY_NOT_DIGIT: "abcdefgh",
    constants.CATEGORY_NOT_WORD: "-. ",
    constants.CATEGORY_NOT_SPACE: "abcdefgh",
}
_LOTS = 3


def matching(pattern: str) -> tuple[str, ...]:
    """Up to four different texts that the pattern matches; fewer, or none, for intricate ones."""
    try:
        tree = parser.parse(pattern)
    except re.error:
        return ()
    texts: list[str] = []
    for turn in range(8):
        text = _walk(tree, turn)
        if text is not None and text not in texts and re.search(pattern, text):
            texts.append(text)
    return tuple(texts[:4])


def _walk(tree: Iterable[tuple[object, Any]], turn: int) -> str | None:
    parts = []
    for operator, argument in tree:
        part = _one(operator, argument, turn)
        if part is None:
            return None
        parts.append(part)
    return "".join(parts)


def _one(operator: object, argument: Any, turn: int) -> str | None:  # noqa: ANN401 - untyped parser
    if operator is constants.LITERAL:
        return chr(argument)
    if operator is constants.ANY:
        return "abcdefgh"[turn % 8]
    if operator is constants.NOT_LITERAL:
        return next(c for c in "abcdefgh"[turn % 4 :] if ord(c) != argument)
    if operator is constants.IN:
        return _member(argument, turn)
    if operator is constants.BRANCH:
        return _walk(argument[1][turn % len(argument[1])], turn)
    if operator is constants.SUBPATTERN:
        return _walk(argument[-1], turn)
    if operator in {constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT}:
        low, high, inner = argument
        count = min(max(low, 1), int(high)) if low or turn % 2 == 0 else 0
        if low == 0 and high != constants.MAXREPEAT and count:
            count = min(int(high), _LOTS)
        parts = [_walk(inner, turn) for _ in range(count)]
        return None if None in parts else "".join(part or "" for part in parts)
    if operator is constants.AT:
        return ""
    return None


def _member(choices: Sequence[tuple[object, Any]], turn: int) -> str | None:
    if choices and choices[0][0] is constants.NEGATE:
        pattern = [(operator, argument) for operator, argument in choices[1:]]
        options = [c for c in "abcdefghABC123-_ " if not any(_holds(o, a, c) for o, a in pattern)]
        return options[turn % len(options)] if options else None
    options = []
    for operator, argument in choices:
        if operator is constants.LITERAL:
            options.append(chr(argument))
        elif operator is constants.RANGE:
            low, high = argument
            options += [chr(n) for n in range(low, min(high, low + 7) + 1)]
        elif operator is constants.CATEGORY:
            options += list(_CATEGORIES.get(argument, ""))
    return options[turn % len(options)] if options else None


def _holds(operator: object, argument: Any, character: str) -> bool:  # noqa: ANN401 - untyped parser
    if operator is constants.LITERAL:
        return ord(character) == int(argument)
    if operator is constants.RANGE:
        return bool(argument[0] <= ord(character) <= argument[1])
    return character in _CATEGORIES.get(argument, "")
