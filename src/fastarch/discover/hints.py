"""Hints at the entry: what the project's configuration and run files say is served."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from fastarch.discover.index import SKIPPED
from fastarch.discover.project import LARGEST, line_of, load_toml, small_text, table
from fastarch.discover.symbols import Place
from fastarch.records import dataclass

_SERVER = re.compile(r"\b(?:uvicorn|gunicorn|hypercorn|granian|daphne)\b")
_TARGET = re.compile(r"(?<![\w./:-])([A-Za-z_]\w*(?:\.\w+)*):([A-Za-z_]\w*)(?![\w:/.])")
_CLI = re.compile(r"""\bfastapi["',\s-]+(?:run|dev)["',\s-]+(?:--\S+[\s"',]+)*([\w./-]+\.py)""")
_RUN_FILES = (
    (1, re.compile(r"(?i)(?:.*\.)?(?:docker|container)file(?:[.\-_].*)?$")),
    (2, re.compile(r"(?i)(?:docker-)?compose[\w.\-]*\.ya?ml$")),
    (2, re.compile(r"(?i)(?:procfile.*|render\.ya?ml|fly\.toml|railway\.(?:json|toml)|app\.ya?ml|"
                   r"vercel\.json|supervisord?.*\.conf|.*\.service)$")),
    (3, re.compile(r"(?i)(?:makefile.*|justfile|taskfile\.ya?ml|.*\.(?:sh|bat|ps1)|package\.json|"
                   r"pyproject\.toml|launch\.json|tasks\.py|noxfile\.py|tox\.ini|gunicorn.*\.py)$")),
    (6, re.compile(r"(?i)readme.*$")),
)  # fmt: skip
_GUNICORN = re.compile(r"""^wsgi_app\s*=\s*["']([A-Za-z_][\w.]*:[A-Za-z_]\w*)""", re.MULTILINE)
_WORKER = re.compile(r"uvicorn[._]workers?")
_MOVED = re.compile(r"\bcd\s+([\w./-]+)\s*(?:&&|;)")
_AT = re.compile(r"--(?:app-dir|chdir)[=\s\"',]+([\w./-]+)")
_HIDDEN = {".vscode", ".docker", ".deploy", ".devcontainer"}


@dataclass(frozen=True, slots=True)
class Hint:
    """Something in the project that says what is served.

    Args:
        at: Where it says so.
        target: ``app.main:app``, ``app/main.py`` or ``app/main.py:app``.
        rank: How much it weighs: 0 is the project's own word, larger is weaker.
        folder: Where the command runs, from the root: the file's, or what ``cd`` says.
    """

    at: Place
    target: str
    rank: int
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """What the project's own files say, apart from its code."""

    root: Path
    settings: Mapping[str, object]
    hints: tuple[Hint, ...]


def read_project(root: Path) -> Project:
    """Read ``[tool.fastarch]`` and the entry hints of a project."""
    own = table(load_toml(root / "pyproject.toml"), "tool", "fastarch")
    hints = sorted(_hints(root, own), key=lambda hint: (hint.rank, hint.at.file.count("/")))
    return Project(root, own, tuple(hints))


def _hints(root: Path, own: Mapping[str, object]) -> Iterator[Hint]:
    entry = own.get("entry")
    if isinstance(entry, str):
        yield Hint(Place("pyproject.toml", line_of(root / "pyproject.toml", entry)), entry, 0)
    for path, rank in _run_files(root):
        file = path.relative_to(root).as_posix()
        if path.name == "pyproject.toml":
            told = table(load_toml(path), "tool", "fastapi").get("entrypoint")
            if isinstance(told, str):
                yield Hint(Place(file, line_of(path, told)), told, 0)
        yield from served(file, small_text(path, LARGEST), rank)


def served(file: str, text: str, rank: int) -> Iterator[Hint]:
    """What the server commands in a file serve: ``app.main:app``, or a file's path.

    Args:
        file: The file, from the root.
        text: What it says.
        rank: The hints' weight.
    """
    folder = file.rpartition("/")[0]
    for server in _SERVER.finditer(text):
        start = server.end()
        following = text[start : start + 400].partition("\n\n")[0]
        found = _TARGET.search(following)
        if found is None or _SERVER.search(_WORKER.sub("", following[: found.start()])):
            continue
        line = text.count("\n", 0, start + found.start()) + 1
        before = text[text.rfind("\n", 0, server.start()) + 1 : server.start()]
        moved = _MOVED.search(before) or _AT.search(following)
        where = posixpath.normpath(posixpath.join(folder, moved.group(1))) if moved else folder
        target = f"{found.group(1)}:{found.group(2)}"
        yield Hint(Place(file, line), target, rank, "" if where == "." else where)
    for found in _GUNICORN.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Hint(Place(file, line), found.group(1), rank, folder)
    for found in _CLI.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Hint(Place(file, line), found.group(1), rank, folder)


def _run_files(root: Path) -> Iterator[tuple[Path, int]]:
    """Files that may start the app, no deeper than three folders below the root."""
    folders = [(root, 0)]
    while folders:
        folder, depth = folders.pop(0)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_symlink():
                continue
            if entry.is_dir():
                hidden = entry.name.startswith(".") and entry.name not in _HIDDEN
                if depth < 3 and not hidden and entry.name not in SKIPPED:
                    folders.append((Path(entry.path), depth + 1))
                continue
            for rank, pattern in _RUN_FILES:
                if pattern.match(entry.name):
                    yield Path(entry.path), rank
                    break
