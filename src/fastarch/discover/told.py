"""What a spec cannot say of a table, as sentences with file and line."""

from __future__ import annotations

from collections.abc import Iterator

from fastarch.discover.symbols import Place
from fastarch.discover.table import ColumnFacts


class Told:
    """Collects sentences; what is true of several columns is told once."""

    def __init__(self) -> None:
        self._sentences: list[str] = []
        self._notes: dict[str, list[ColumnFacts]] = {}

    def say(self, sentence: str, at: Place | None) -> None:
        """A sentence without its full stop, and the place that it is about."""
        self._sentences.append(_sentence(sentence, at))

    def note(self, column: ColumnFacts) -> None:
        """What a column's type leaves unsaid, where it does."""
        if column.type is not None and column.type.note:
            self._notes.setdefault(column.type.note, []).append(column)

    def sentences(self) -> Iterator[str]:
        """All of it."""
        for note, columns in self._notes.items():
            if len(columns) == 1:
                yield _sentence(f"Column `{columns[0].name}` {note}", columns[0].at)
            else:
                names = ", ".join(f"`{column.name}`" for column in columns)
                yield _sentence(f"Of the columns {names}, each {note}", columns[0].at)
        yield from self._sentences


def _sentence(text: str, at: Place | None) -> str:
    return f"{text} ({at.file}:{at.line})." if at else f"{text}."
