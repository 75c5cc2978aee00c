"""What edits of Python modules share: bytes in, bytes out, and many edits for one parse."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from fastarch.wire.edit import Already, Cannot, Changed, Edit, Outcome
from fastarch.wire.import_wraps import unwrap
from fastarch.wire.tree import Source, Unable

_REMEMBERED = 8


class PythonEdit:
    """An edit of a parsed module: a frozen dataclass with ``put``, ``take`` and ``paste``."""

    __slots__ = ()

    reads_text: ClassVar[bool] = False
    """Whether ``put`` can do with definitions that are there as text (``NewDefinition``)."""

    def put(self, source: Source) -> tuple[str, ...] | None:
        """Make the edit; leave ``source.module`` as it is where the edit is there already.

        Returns:
            Names that were there without being used: the app's own, whatever happens later.

        Raises:
            Unable: There is no safe place.
        """
        raise NotImplementedError

    def take(self, source: Source) -> tuple[str, ...]:
        """Take the edit back; answers a sentence for each piece that stays."""
        raise NotImplementedError

    def paste(self) -> str:
        """The exact lines to paste by hand."""
        raise NotImplementedError

    def apply(self, source: bytes) -> Outcome:
        """Make the edit."""
        return apply_all((self,), source)

    def revert(self, source: bytes) -> Outcome:
        """Take the edit back."""
        return revert_all((self,), source)


def apply_all(edits: Sequence[Edit], source: bytes) -> Outcome:
    """Make several edits of one file, all of them or none; Python is parsed and printed once.

    Args:
        edits: In the order in which they are to be made.
        source: The whole file.
    """
    return _run(edits, source, back=False)


def revert_all(edits: Sequence[Edit], source: bytes) -> Outcome:
    """Take several edits of one file back, the last one first.

    Args:
        edits: In the order in which they were made.
        source: The whole file.
    """
    return _run(tuple(reversed(edits)), source, back=True)


def _run(edits: Sequence[Edit], source: bytes, *, back: bool) -> Outcome:
    current = source
    parsed: Source | None = None
    kept: list[str] = []
    made: list[Edit] = []
    for edit in edits:
        if isinstance(edit, PythonEdit):
            try:
                parsed = parsed or _read(current)
                if back or not edit.reads_text:
                    parsed.unfold()
                before = parsed.module
                if back:
                    kept += edit.take(parsed)
                    _unwrap(parsed, edit)
                else:
                    parsed.wrapped.clear()
                    parsed.aliases.clear()
                    foreign = edit.put(parsed)
                    if parsed.module is not before:
                        made.append(_remembering(edit, foreign, parsed))
            except Unable as unable:
                return Cannot(str(unable), edit.paste())
            continue
        if parsed is not None:
            current, parsed = _print(parsed), None
        outcome = edit.revert(current) if back else edit.apply(current)
        if isinstance(outcome, Cannot):
            return outcome
        if isinstance(outcome, Changed):
            current = outcome.source
            made += outcome.made
            kept += outcome.kept
    if parsed is not None:
        try:
            current = _print(parsed)
        except Unable as unable:
            return Cannot(
                str(unable),
                "\n".join(edit.paste() for edit in edits if isinstance(edit, PythonEdit)),
            )
    if current == source and not kept:
        return Already()
    return Changed(current, () if back else tuple(made), tuple(kept))


class Editing:
    """One file under edits that stand for themselves: Python is parsed once and printed once."""

    def __init__(self, source: bytes) -> None:
        """Begin with the whole file."""
        self._source = source
        self._parsed: Source | None = None
        self._made: list[Edit] = []

    def make(self, edit: Edit) -> tuple[Edit, ...] | Cannot:
        """Make an edit; what to remember of it: nothing where it was there already."""
        made = self._put(edit) if isinstance(edit, PythonEdit) else self._apply(edit)
        if not isinstance(made, Cannot):
            self._made += made
        return made

    def finish(self) -> Outcome:
        """The file with all edits that could be made."""
        if not self._made:
            return Already()
        try:
            return Changed(self._print(), tuple(self._made))
        except Unable as unable:
            # Only the file as a whole tells that its encoding lacks a letter.
            edits = (edit for edit in self._made if isinstance(edit, PythonEdit))
            return Cannot(str(unable), "\n".join(edit.paste() for edit in edits))

    def _put(self, edit: PythonEdit) -> tuple[Edit, ...] | Cannot:
        try:
            parsed = self._parsed = self._parsed or _read(self._source)
        except Unable as unable:
            return Cannot(str(unable), edit.paste())
        if not edit.reads_text:
            parsed.unfold()
        before = parsed.module
        parsed.wrapped.clear()
        parsed.aliases.clear()
        try:
            foreign = edit.put(parsed)
        except Unable as unable:
            parsed.module = before
            return Cannot(str(unable), edit.paste())
        return () if parsed.module is before else (_remembering(edit, foreign, parsed),)

    def _apply(self, edit: Edit) -> tuple[Edit, ...] | Cannot:
        outcome = edit.apply(self._print())
        if isinstance(outcome, Changed):
            self._source = outcome.source
            return outcome.made
        return outcome if isinstance(outcome, Cannot) else ()

    def _print(self) -> bytes:
        if self._parsed is not None:
            self._source, self._parsed = _print(self._parsed), None
        return self._source


def _remembering(edit: PythonEdit, foreign: tuple[str, ...] | None, parsed: Source) -> Edit:
    """The edit with what it found and what it had to do, for taking it back."""
    notes: dict[str, object] = {}
    if foreign:
        notes["foreign"] = foreign
    if parsed.wrapped:
        notes["wrapped"] = tuple(parsed.wrapped.items())
    if parsed.aliases:
        notes["aliases"] = tuple(parsed.aliases.items())
    return replace(edit, **notes)  # type: ignore[type-var]


def _unwrap(parsed: Source, edit: PythonEdit) -> None:
    wrapped = getattr(edit, "wrapped", ())
    if wrapped:
        unwrap(parsed, wrapped, getattr(edit, "function", None))


_recent: dict[bytes, Source] = {}


def parse_ahead(source: bytes) -> None:
    """Parse a file that is soon to be edited."""
    with suppress(Unable):
        _remember(source, Source.parse(source))


def _read(source: bytes) -> Source:
    """A parsed file; what was just printed is not parsed again."""
    return _recent.pop(source, None) or Source.parse(source)


def _print(parsed: Source) -> bytes:
    """The file's bytes, remembered for the next edit of the file."""
    text = parsed.render()
    _remember(text, parsed)
    return text


def _remember(text: bytes, parsed: Source) -> None:
    while len(_recent) >= _REMEMBERED:
        del _recent[next(iter(_recent))]
    _recent[text] = parsed
