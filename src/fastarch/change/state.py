"""What is remembered of a resource or feature under ``.fastarch/``, and how it is kept.

Everything is read and written through a draft, so it is part of the same transaction as the code
and never disagrees with it. The same input gives the same bytes: no times, no absolute paths.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, field, replace
from pathlib import PurePosixPath
from typing import Any, Literal

from fastarch.change.draft import BOOKKEEPING, Draft, digest
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

VERSION = 1
BASE = ".base"
"""How a snapshot's name ends: no Python file, so that no tool reads it as code."""
Kind = Literal["resource", "feature"]
SHARED_ROLES = frozenset({"column_types", "integrity", "common"})
"""Roles whose code several resources use: it was generated for the first of them."""

_FIXED = {
    f"{BOOKKEEPING}/.gitattributes": (
        # No end-of-line conversion: snapshots and objects are known by their hash.
        b"* linguist-generated=true -text\ntemplates/** linguist-generated=false\n"
    ),
    f"{BOOKKEEPING}/.gitignore": b"/tmp/\n",
}


@dataclass(frozen=True, slots=True)
class MadeEdit:
    """An edit that was made to somebody's file, as data that ``wire`` can read back."""

    path: str
    edit: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """What was written for one resource or feature.

    Args:
        kind: A resource or a feature.
        name: Its name, a single folder's name.
        options: What it was made with.
        paths: By role, the file that holds it.
        files: By path, the SHA-256 of each created file as it was written.
        folders: The folders that were created.
        edits: The edits to other files, in the order in which they were made.
        revisions: The ids of its migrations, oldest first.
        source: The spec's file as the user gave it, from the root; None: the one kept here.
        bases: By role, the SHA-256 of the snapshot of what was generated.
    """

    kind: Kind
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    edits: tuple[MadeEdit, ...] = ()
    revisions: tuple[str, ...] = ()
    source: str | None = None
    bases: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Where it is kept, from the root."""
        return f"{BOOKKEEPING}/{self.kind}s/{self.name}"

    @property
    def spec_path(self) -> str:
        """The kept spec."""
        return f"{self.folder}/spec.yaml"

    def base_path(self, role: str) -> str:
        """The snapshot of one generated piece, the base of a later merge."""
        return f"{self.folder}/base/{role}{BASE}"


def dump_json(data: Mapping[str, Any]) -> bytes:
    """JSON whose bytes depend on the data alone."""
    text = json.dumps({"version": VERSION, **data}, indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def load_json(content: bytes, path: str) -> dict[str, Any]:
    """Read what ``dump_json`` wrote.

    Raises:
        NotUnderstoodError: It is damaged, or a newer version of fastarch has written it.
    """
    try:
        data = json.loads(content)
    except json.JSONDecodeError as error:
        hint = "Is a merge unresolved? Restore the file from version control."
        problem = Problem("This bookkeeping is damaged.", path, error.lineno, error.colno, hint)
        raise NotUnderstoodError(problem) from error
    except UnicodeDecodeError as error:
        raise NotUnderstoodError(Problem("This bookkeeping is damaged.", path)) from error
    version = data.pop("version", None) if isinstance(data, dict) else None
    if not isinstance(version, int):
        raise NotUnderstoodError(Problem("This bookkeeping is damaged: it has no version.", path))
    if version > VERSION:
        message = "A newer version of fastarch has written this."
        raise NotUnderstoodError(Problem(message, path, hint="Upgrade fastarch to work on it."))
    assert isinstance(data, dict)
    return data


def load(draft: Draft, kind: Kind, name: str) -> Record | None:
    """The record of a resource or feature, None where there is none.

    Raises:
        NotUnderstoodError: It is damaged or of a newer version.
    """
    path = f"{Record(kind, name).folder}/record.json"
    content = draft.read(path)
    if content is None:
        return None
    data = load_json(content, path)
    try:
        edits = tuple(MadeEdit(**edit) for edit in data.pop("edits"))
        folders, revisions = tuple(data.pop("folders")), tuple(data.pop("revisions"))
        return Record(**data, edits=edits, folders=folders, revisions=revisions)
    except (KeyError, TypeError) as error:
        raise NotUnderstoodError(Problem(f"This bookkeeping is damaged: {error}.", path)) from error


def records(draft: Draft) -> Iterator[Record]:
    """Every record, resources first, by name."""
    kinds: tuple[Kind, ...] = ("resource", "feature")
    for kind in kinds:
        for path in draft.files(f"{BOOKKEEPING}/{kind}s"):
            parts = PurePosixPath(path).parts
            if len(parts) == 4 and parts[3] == "record.json":
                record = load(draft, kind, parts[2])
                if record is not None:
                    yield record


def save(
    draft: Draft,
    record: Record,
    *,
    spec: bytes | None = None,
    bases: Mapping[str, bytes] | None = None,
) -> None:
    """Draft a record with its spec and its base snapshots.

    Args:
        draft: Where to.
        record: What to keep; it replaces an earlier one of the same name.
        spec: The spec's text; None leaves the one that is there.
        bases: Every snapshot by role; others go. None leaves those there are.
    """
    save_fixed(draft)
    if bases is not None:
        record = replace(record, bases={role: digest(text) or "" for role, text in bases.items()})
    draft.write(f"{record.folder}/record.json", dump_json(asdict(record)))
    if spec is not None:
        draft.write(record.spec_path, spec)
    if bases is not None:
        wanted = {record.base_path(role): content for role, content in bases.items()}
        for path in draft.files(f"{record.folder}/base"):
            if path not in wanted:
                draft.write(path, None)
        for path, content in wanted.items():
            draft.write(path, content)


def read_bases(draft: Draft, record: Record) -> dict[str, bytes]:
    """The base snapshots of a record, by role.

    Raises:
        NotUnderstoodError: One is missing or is not what was generated.
    """
    damaged = tuple(damaged_bases(draft, record))
    if damaged:
        raise NotUnderstoodError(*damaged)
    if not record.bases:
        # Version 0.1 noted no digests.
        paths = draft.files(f"{record.folder}/base")
        names = ((path, PurePosixPath(path).name.removesuffix(BASE)) for path in paths)
        return {name: draft.read(path) or b"" for path, name in names}
    return {role: draft.read(record.base_path(role)) or b"" for role in record.bases}


def damaged_bases(draft: Draft, record: Record) -> Iterator[Problem]:
    """What is wrong with the base snapshots of a record."""
    for role, written in record.bases.items():
        path = record.base_path(role)
        if digest(draft.read(path)) != written:
            message = f"What was generated last for {record.name} ({role}) is missing or damaged."
            yield Problem(message, file=path, hint="restore it from version control")


def save_fixed(draft: Draft) -> None:
    """Draft the files that tell git what the folder is, where they are missing."""
    for path, content in _FIXED.items():
        if draft.read(path) is None:
            draft.write(path, content)


def forget(draft: Draft, record: Record) -> None:
    """Draft the end of a record, spec and snapshots included."""
    for path in draft.files(record.folder):
        draft.write(path, None)


def settle(draft: Draft) -> None:
    """Let records follow what is drafted: a file that was as we wrote it still is afterwards."""
    drafted = {change.path: change for change in draft.changes()}
    for record in tuple(records(draft)):
        files = dict(record.files)
        for path, written in record.files.items():
            change = drafted.get(path)
            if change is None or digest(change.before) != written:
                continue
            after = digest(change.after)
            if after is None:
                del files[path]
            else:
                files[path] = after
        if files != record.files:
            save(draft, replace(record, files=files))
