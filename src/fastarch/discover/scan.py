"""One pass over the bytes of the project's Python files: which may hold what. Parses nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from fastarch.discover.index import ModuleIndex
from fastarch.records import dataclass

# Of a tree larger than this, only files near the root and those with a telling name are read.
LARGE = 3_000

_TELLING = re.compile(
    r"(?:main|app|apps|api|asgi|wsgi|server|service|application|factory|setup|run|web|core|"
    r"__init__|__main__|urls|config|settings|.*rout\w*|.*endpoints?|.*app)\.py$"
)
_ASIDE = re.compile(
    r"tests?|testing|docs?|docs_src|documentation|examples?|samples?|demos?|tutorials?|benchmarks?|"
    r"fixtures?|mocks?|notebooks?|playground|sandbox|legacy|archived?|old|backups?|scripts|tools|"
    r"snippets?|cookiecutter.*|.*\{\{.*|migrations|alembic"
)
_ASIDE_FILE = re.compile(r"test_.*|.*_tests?\.py|tests?\.py|conftest\.py|example.*\.py|mock_.*")
_APP = re.compile(rb"FastAPI")
_MADE_AFTER = re.compile(rb"\s*\(|\s+as\b|[\"']?\s*[,):]")
_MADE_BEFORE = re.compile(rb"(->\s*[\"']?|\(\s*|,[ \t]*)(?:\w+\.)*$")


@dataclass(frozen=True, slots=True)
class Scan:
    """What was seen.

    Args:
        files: Every Python file, those near the root first.
        apps: Files that may make a FastAPI instance.
        includes: Files that include routers.
        settings: Files that may define a settings class.
        runs: Files that start a server by name.
        users: Files that define a dependency for the current user.
    """

    files: tuple[Path, ...]
    apps: tuple[Path, ...]
    includes: tuple[Path, ...]
    settings: tuple[Path, ...]
    runs: tuple[Path, ...]
    users: tuple[Path, ...]


def scan(index: ModuleIndex) -> Scan:
    """Look through the project once."""
    files = tuple(index.files())
    read: Iterable[Path] = files
    if len(files) > LARGE:
        near = files[: LARGE // 2]
        read = (*near, *(path for path in files[LARGE // 2 :] if _TELLING.match(path.name)))
    apps, includes, settings, runs, users = [], [], [], [], []
    for path in read:
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if _makes_app(data):
            apps.append(path)
        if b"include_router" in data:
            includes.append(path)
        if b"BaseSettings" in data:
            settings.append(path)
        if b"uvicorn.run" in data:
            runs.append(path)
        if b"current_user(" in data or b"current_active_user(" in data:
            users.append(path)
    return Scan(files, tuple(apps), tuple(includes), tuple(settings), tuple(runs), tuple(users))


def _makes_app(data: bytes) -> bool:
    """Whether the class is called, derived from, returned or renamed, and not just mentioned."""
    for word in _APP.finditer(data):
        after = _MADE_AFTER.match(data, word.end())
        if after is None:
            continue
        if after.group().strip()[-1:] == b"(" or b"as" in after.group():
            return True
        before = _MADE_BEFORE.search(data[max(word.start() - 60, 0) : word.start()])
        if before and (before.group(1)[:1] != b"," or after.group() == b")"):
            return True
    return False


def aside(file: str) -> bool:
    """Whether a path (from the root) is one of tests, documentation, examples and the like."""
    *folders, name = file.lower().split("/")
    return any(_ASIDE.fullmatch(folder) for folder in folders) or bool(_ASIDE_FILE.fullmatch(name))
