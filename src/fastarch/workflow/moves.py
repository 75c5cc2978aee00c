"""Files of a resource that were moved or renamed since: found again by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fastarch.change.draft import digest
from fastarch.discover.index import ModuleIndex

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import Record

_DEFINED = re.compile(rb"^[ \t]*(?:class|def|async[ \t]+def)[ \t]+(\w+)", re.MULTILINE)


def follow(record: Record, bases: Mapping[str, bytes], draft: Draft) -> Record:
    """The record with the paths by which its files go today.

    A file is known again by its bytes, else by most of its definitions. One that is nowhere keeps
    its path.

    Args:
        record: A resource's.
        bases: By role, the text that was generated last.
    """
    gone = {path for path in record.paths.values() if draft.read(path) is None}
    wanted = {path: tuple(_texts(path, record, bases)) for path in gone}
    wanted = {path: texts for path, texts in wanted.items() if texts}
    if not wanted:
        return record
    taken = set(record.paths.values()) - gone
    moved: dict[str, str] = {}
    for path, texts in sorted(wanted.items()):
        found = _find(record.files.get(path), texts, _others(draft, taken))
        if found is not None:
            moved[path] = found
            taken.add(found)

    def now(path: str) -> str:
        return moved.get(path, path)

    return replace(
        record,
        paths={role: now(path) for role, path in record.paths.items()},
        files={now(path): written for path, written in record.files.items()},
        edits=tuple(replace(made, path=now(made.path)) for made in record.edits),
    )


def _texts(path: str, record: Record, bases: Mapping[str, bytes]) -> Iterator[bytes]:
    return (text for role, text in bases.items() if record.paths[role] == path)


def _others(draft: Draft, taken: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for file in ModuleIndex(draft.root, draft.root).files():
        path = Path(file).relative_to(draft.root).as_posix()
        if path not in taken:
            content = draft.read(path)
            if content:
                yield path, content


def _find(
    written: str | None, texts: Iterable[bytes], files: Iterable[tuple[str, bytes]]
) -> str | None:
    """The file with the same bytes, else the one with most definitions, and more than half."""
    names = {name for text in texts for name in _DEFINED.findall(text)}
    best, most = None, len(names) / 2
    for path, content in files:
        if written is not None and digest(content) == written:
            return path
        common = len(names.intersection(_DEFINED.findall(content)))
        if common > most:
            best, most = path, common
    return best
