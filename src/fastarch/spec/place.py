"""Where in the user's text something stands, so that an error can point at it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace

from fastarch.errors import Problem, UsageError
from fastarch.records import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A position in a file, or in one argument of the command line (then only the column is known).

    Args:
        file: As the user typed it.
        line: 1-based.
        column: 1-based.
        exact: Columns can be counted on from here; not so in a folded or escaped YAML scalar.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = 1
    exact: bool = True

    def shift(self, characters: int) -> Spot:
        """The position so many characters further on the same line."""
        if not self.exact or self.column is None:
            return self
        return replace(self, column=self.column + characters)

    def error(self, message: str, hint: str | None = None) -> UsageError:
        """An error at this place."""
        return UsageError(Problem(message, self.file, self.line, self.column, hint))

    def check_characters(self, name: str, text: str) -> None:
        """Refuse what no file or database takes.

        Raises:
            UsageError: A control character, or half of a surrogate pair.
        """
        for character in text:
            code = ord(character)
            if (code < 32 and character not in "\n\t") or 0x7F <= code < 0xA0 or code == 0xFEFF:
                raise self.error(f"{name}: a control character (U+{code:04X}) cannot be in a value")
            if 0xD800 <= code < 0xE000:
                raise self.error(f"{name}: the value is not valid UTF-8")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text and where it stands. ``quoted`` text means itself, never a null."""

    text: str
    at: Spot
    quoted: bool = False


def nearest(word: str, words: Iterable[str]) -> str | None:
    """A hint with the valid word that looks most like ``word``, None where none does."""
    close = difflib.get_close_matches(word.lower(), sorted(words), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else None


def one_of(word: str, words: Iterable[str], others: Iterable[str] = ()) -> str:
    """As `nearest`, and all the ``words`` where none is near, nor one of ``others`` (aliases)."""
    words = tuple(words)
    return nearest(word, words) or nearest(word, others) or f"it is one of {', '.join(words)}"
