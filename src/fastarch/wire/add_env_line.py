"""Add a variable to an example of an environment file."""

from __future__ import annotations

from fastarch.records import dataclass
from fastarch.wire.add_requirement import appended, decode, newline_of, removed
from fastarch.wire.edit import Already, Cannot, Changed, Outcome


@dataclass(frozen=True, slots=True)
class AddEnvLine:
    """``NAME=value`` at the end of ``.env.example``.

    Args:
        name: The variable.
        value: Its value as it stands in the file.
        comment: A line above it, without its ``#``.
    """

    name: str
    value: str = ""
    comment: str | None = None

    def apply(self, source: bytes) -> Outcome:
        """Add the line."""
        read = decode(source)
        if read is None:
            return Cannot("the file's encoding is not known", "\n".join(self._lines()))
        mark, encoding, text = read
        lines = text.splitlines(keepends=True)
        if any(_name(line) == self.name for line in lines):
            return Already()
        for line in self._lines():
            lines = appended(lines, len(lines), line, newline_of(text))
        return Changed(mark + "".join(lines).encode(encoding), (self,))

    def revert(self, source: bytes) -> Outcome:
        """Remove the line, unless it was edited."""
        read = decode(source)
        if read is None:
            return Cannot("the file's encoding is not known", "\n".join(self._lines()))
        mark, encoding, text = read
        lines = text.splitlines(keepends=True)
        for index, line in enumerate(lines):
            if _name(line) != self.name:
                continue
            if line.rstrip("\r\n") != self._lines()[-1]:
                return Changed(source, kept=(f"{self.name} was edited by hand and stays",))
            lines = removed(lines, index)
            if self.comment and index and lines[index - 1].rstrip("\r\n") == self._lines()[0]:
                lines = removed(lines, index - 1)
            return Changed(mark + "".join(lines).encode(encoding))
        return Already()

    def _lines(self) -> list[str]:
        return [*([f"# {self.comment}"] if self.comment else []), f"{self.name}={self.value}"]


def _name(line: str) -> str:
    name = line.partition("=")[0].strip()
    return name.removeprefix("export ").strip() if "=" in line else ""
