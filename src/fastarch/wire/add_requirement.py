"""Add a line to a requirements file."""

from __future__ import annotations

import codecs

from fastarch.records import dataclass
from fastarch.wire.edit import Already, Cannot, Changed, Outcome
from fastarch.wire.requirement import name_of, satisfied, sorted_place

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class AddRequirement:
    """A requirement on a line of its own, at its sorted place where the file is sorted.

    Args:
        requirement: As in the file: ``PyJWT>=2.15``.
    """

    requirement: str

    def apply(self, source: bytes) -> Outcome:
        """Add the line."""
        read = decode(source)
        if read is None:
            return Cannot("the file's encoding is not known", self.requirement)
        mark, encoding, text = read
        if "--hash=" in text:
            return Cannot("the file pins hashes; it is written by another tool", self.requirement)
        lines, newline = text.splitlines(keepends=True), newline_of(text)
        wanted = [i for i, line in enumerate(lines) if _is_requirement(line)]
        declared = [_bare(lines[i]) for i in wanted]
        if satisfied(self.requirement, declared):
            return Already()
        place = sorted_place(self.requirement, declared)
        if place < len(wanted):
            lines.insert(wanted[place - 1] + 1 if place else wanted[0], self.requirement + newline)
        else:
            lines = appended(
                lines, wanted[-1] + 1 if wanted else len(lines), self.requirement, newline
            )
        return Changed(mark + "".join(lines).encode(encoding), (self,))

    def revert(self, source: bytes) -> Outcome:
        """Remove the line; one that asks for another version stays."""
        read = decode(source)
        if read is None:
            return Cannot("the file's encoding is not known", self.requirement)
        mark, encoding, text = read
        lines = text.splitlines(keepends=True)
        kept: tuple[str, ...] = ()
        for index, line in enumerate(lines):
            if not _is_requirement(line) or name_of(_bare(line)) != name_of(self.requirement):
                continue
            if line.strip() == self.requirement:
                lines = removed(lines, index)
                return Changed(mark + "".join(lines).encode(encoding))
            kept = (f"{line.strip()} was edited by hand and stays",)
        return Changed(source, kept=kept) if kept else Already()


def decode(source: bytes) -> tuple[bytes, str, str] | None:
    """The byte order mark, the encoding and the text of a file; None where it cannot be read."""
    marked = (pair for pair in _MARKS if source.startswith(pair[0]))
    mark, encoding = next(marked, (b"", "utf-8"))
    try:
        text = source[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else (mark, encoding, text)


def newline_of(text: str) -> str:
    """The line end that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def appended(lines: list[str], place: int, line: str, newline: str) -> list[str]:
    """Lines with one more; a file without a last line end stays one."""
    if place == len(lines) and lines and not lines[-1].endswith(("\n", "\r")):
        return [*lines[:-1], lines[-1] + newline, line]
    return [*lines[:place], line + newline, *lines[place:]]


def removed(lines: list[str], index: int) -> list[str]:
    """Lines with one less: the inverse of ``appended``."""
    rest = [*lines[:index], *lines[index + 1 :]]
    if index == len(rest) and rest and not lines[index].endswith(("\n", "\r")):
        rest[-1] = rest[-1].rstrip("\r\n")
    return rest


def _is_requirement(line: str) -> bool:
    return name_of(line) is not None


def _bare(line: str) -> str:
    return line.partition("#")[0].strip()
