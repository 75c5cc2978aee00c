"""How the app's files are formatted: its own ruff configuration, else what its files show."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from fastarch.discover.profile import Formatting

_STRING = re.compile(rb"""(?<![\w'"\\])[rbfuRBFU]{0,2}(?:'([^'"\\\n]*)'|"([^"'\\\n]*)")(?!['"])""")
_INDENT = re.compile(
    rb"^(?:class|(?:async )?def|if|for|with|try)\b[^\n]*:[ \t]*(?:#[^\n]*)?\n"
    rb"(?:[ \t]*\n)*([ \t]+)\S",
    re.MULTILINE,
)
# The widths that people configure; what the longest lines of an app fit into is taken for its own.
_WIDTHS = (79, 88, 100, 120)


def formatting(root: Path, folder: str, samples: Iterable[bytes]) -> Formatting:
    """How new code under ``folder`` is to be formatted.

    Args:
        root: The project's root.
        folder: Where the new code goes, relative to the root.
        samples: Contents of neighbouring files; they decide what no configuration says.
    """
    texts = [text for text in samples if text.strip()]
    width, quotes, indent = _width(texts), _quotes(texts), _indent(texts)
    found = _ruff(root, folder)
    if found is not None:
        path, table = found
        style = table.get("format", {})
        spaces = table.get("indent-width", 4)
        if style.get("indent-style") == "tab":
            indent = "\t"
        elif "indent-style" in style or "indent-width" in table:
            indent = " " * spaces if isinstance(spaces, int) else indent
        return Formatting(
            config=path,
            line_length=_number(table.get("line-length"), 88),
            quotes=_quote_style(style.get("quote-style"), quotes),
            indent=indent,
        )
    for table in _tables(root, folder, "black"):
        return Formatting(
            line_length=_number(table.get("line-length") or table.get("line_length"), 88),
            quotes=quotes if table.get("skip-string-normalization") else "double",
        )
    return Formatting(line_length=width, quotes=quotes, indent=indent)


def _ruff(root: Path, folder: str) -> tuple[str, Mapping[str, Any]] | None:
    """The configuration that ruff itself would take for the folder, with what it extends."""
    for parent in _parents(folder):
        for name in (".ruff.toml", "ruff.toml", "pyproject.toml"):
            path = root / parent / name
            data = _toml(path)
            table = data if name != "pyproject.toml" else _tool(data, "ruff")
            if table is not None and (table or name != "pyproject.toml"):
                return path.relative_to(root).as_posix(), _extended(path, table)
    return None


def _extended(path: Path, table: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
    base = table.get("extend")
    if not isinstance(base, str) or depth > 3:
        return table
    other = path.parent / base
    data = _toml(other)
    under = _tool(data, "ruff") if other.name == "pyproject.toml" else data
    if not under:
        return table
    under = _extended(other, under, depth + 1)
    style = {**under.get("format", {}), **table.get("format", {})}
    return {**under, **table, "format": style}


def _tables(root: Path, folder: str, tool: str) -> Iterator[Mapping[str, Any]]:
    for parent in _parents(folder):
        table = _tool(_toml(root / parent / "pyproject.toml"), tool)
        if table is not None:
            yield table


def _parents(folder: str) -> list[PurePosixPath]:
    path = PurePosixPath(folder)
    return [path, *path.parents] if folder not in ("", ".") else [PurePosixPath()]


def _toml(path: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return None


def _tool(data: Mapping[str, Any] | None, name: str) -> Mapping[str, Any] | None:
    table = (data or {}).get("tool", {})
    found = table.get(name) if isinstance(table, dict) else None
    return found if isinstance(found, dict) else None


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) and 40 <= value <= 400 else default


def _quote_style(style: object, seen: Literal["double", "single"]) -> Literal["double", "single"]:
    if style == "preserve":
        return seen
    return "single" if style == "single" else "double"


def _quotes(texts: Iterable[bytes]) -> Literal["double", "single"]:
    """The quotes of most strings that could be written either way."""
    single = double = 0
    for text in texts:
        for found in _STRING.finditer(text):
            if found.group(1) is not None:
                single += 1
            else:
                double += 1
    return "single" if single > double else "double"


def _indent(texts: Iterable[bytes]) -> str:
    votes = Counter(
        found.group(1) for text in texts for found in _INDENT.finditer(text.replace(b"\r\n", b"\n"))
    )
    if not votes:
        return "    "
    first = votes.most_common(1)[0][0]
    return "\t" if first.startswith(b"\t") else " " * len(first)


def _width(texts: Iterable[bytes]) -> int:
    """The usual width that all but the odd line fits into; 88 where short lines tell nothing."""
    lengths = sorted(
        len(line.decode("utf-8", "replace"))
        for text in texts
        for line in text.splitlines()
        if len(line) > 72 and b"http" not in line
    )
    if len(lengths) < 8:
        return 88
    longest = lengths[int(len(lengths) * 0.95) - 1]
    width = next((width for width in _WIDTHS if longest <= width), _WIDTHS[-1])
    return 88 if width < 88 and len(lengths) < 30 else width
