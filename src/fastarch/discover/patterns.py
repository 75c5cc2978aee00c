"""Patterns from examples: ``crud_users.py`` and the model ``User`` give ``crud_{many}.py``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeVar

from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.plurals import pluralise, singularise

_T = TypeVar("_T")
_BORDER = re.compile(r"[_\-.]")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*")
# Endings that say what a class is, not what it is about.
_MODEL_AFFIX = re.compile(
    r"^(?P<prefix>DB|Db|Orm|ORM|Sql)?(?P<core>[A-Z]\w*?)"
    r"(?P<suffix>Model|ModelORM|ORM|Orm|DB|Db|InDB|Table|Entity|Record|Document)?$"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing of the app that files and classes are named after, in all its spellings."""

    name: Name

    @property
    def spellings(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a spelling and its placeholder; ``news`` counts as singular."""
        name = self.name
        pairs = [
            (name.one, "{one}"), (name.many, "{many}"), (name.One, "{One}"), (name.Many, "{Many}"),
        ]  # fmt: skip
        if "_" in name.one:
            pairs += [
                (name.many.replace("_", ""), "{many}"),
                (name.one.replace("_", ""), "{one}"),
                (name.slug, "{slug}"),
            ]
        return tuple(pairs)


def snake(name: str) -> str:
    """``OrderItem`` → ``order_item``, ``FAQ`` → ``faq``"""
    return "_".join(word.lower() for word in _WORDS.findall(name)) or name.lower()


def subject(class_name: str) -> Subject:
    """What a model class is about; a class named in the plural (``Users``) is about one of them."""
    word = snake(class_name)
    singular = singularise(word)
    return Subject(Name(singular, pluralise(singular)))


def affixes(names: Iterable[str]) -> tuple[str, str]:
    """The prefix and suffix of most model classes: ``("", "Model")`` for ``UserModel``."""
    votes: Counter[tuple[str, str]] = Counter()
    for name in names:
        found = _MODEL_AFFIX.match(name)
        if found:
            votes[found["prefix"] or "", found["suffix"] or ""] += 1
    if not votes:
        return "", ""
    best, count = votes.most_common(1)[0]
    return best if count * 2 > votes.total() else ("", "")


def strip(name: str, prefix: str, suffix: str) -> str:
    """A class name without its affixes."""
    bare = name[len(prefix) :] if prefix and name.startswith(prefix) else name
    return bare[: -len(suffix)] if suffix and bare.endswith(suffix) and bare != suffix else bare


class About(tuple[Subject, ...]):
    """What an app is about. Every name in the app is compared with it: words are made once."""

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Every spelling of every subject, with its placeholder."""
        found: dict[str, str] = {}
        for item in self:
            for spelling, placeholder in item.spellings:
                found.setdefault(spelling, placeholder)
        return found

    @cached_property
    def classes(self) -> dict[str, str]:
        """``orderitem`` → ``{One}``: classes are compared without regard to case."""
        found: dict[str, str] = {}
        for item in self:
            found.setdefault(item.name.One.lower(), "{One}")
            found.setdefault(item.name.Many.lower(), "{Many}")
        return found


def _about(subjects: Sequence[Subject]) -> About:
    return subjects if isinstance(subjects, About) else About(subjects)


def pattern(text: str, subjects: Sequence[Subject]) -> str | None:
    """A file's stem or a folder's name with its subject replaced; None where it has none.

    The subject must stand at words' borders: ``users``, ``user_router``, ``crud_users``. The
    longest one counts.
    """
    known = _about(subjects).spellings
    if text in known:
        return known[text]
    borders = [0, *(found.start() for found in _BORDER.finditer(text)), len(text)]
    spans = [
        (start + (start > 0), end) for at, start in enumerate(borders) for end in borders[at + 1 :]
    ]
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        placeholder = known.get(text[start:end])
        if placeholder is not None:
            return text[:start] + placeholder + text[end:]
    return None


def class_pattern(text: str, subjects: Sequence[Subject]) -> str | None:
    """A class's name with its subject replaced: ``UserCreate`` → ``{One}Create``."""
    known = _about(subjects).classes
    words = list(_WORDS.finditer(text))
    best: tuple[int, int, str] | None = None
    for at, first in enumerate(words):
        for last in words[at:]:
            start, end = first.start(), last.end()
            placeholder = known.get(text[start:end].lower())
            if placeholder and (best is None or end - start > best[1] - best[0]):
                best = start, end, placeholder
    if best is None:
        return None
    start, end, placeholder = best
    return text[:start] + placeholder + text[end:]


def guess(text: str) -> str:
    """``{many}`` or ``{one}`` for a word that no model is named after, by its ending."""
    return "{many}" if singularise(text) != text else "{one}"


def majority(values: Iterable[_T], default: _T, share: float = 0.0) -> _T:
    """The most frequent value, where its share is more than ``share``."""
    votes = Counter(values)
    if not votes:
        return default
    best, count = votes.most_common(1)[0]
    return best if count > share * votes.total() else default
