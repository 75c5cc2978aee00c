"""The commands to type next, from the project's root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from shlex import quote

from fastarch.discover.profile import AppProfile

MANY_TESTS = 4


def next_steps(profile: AppProfile, tests: Iterable[str], *, migrated: bool) -> Iterator[str]:
    """How to bring the database up to date, run the new tests and start the app.

    Args:
        tests: Paths of the new tests.
        migrated: A revision was written.
    """
    if migrated and profile.alembic is not None:
        yield upgrade(profile)
    paths = sorted(set(tests))
    if len(paths) > MANY_TESTS:
        paths = sorted({str(PurePosixPath(path).parent) for path in paths})
    if paths:
        yield _test(profile.import_root, paths)
    yield from _start(profile)


def upgrade(profile: AppProfile) -> str:
    """``alembic upgrade head``, where its configuration lies: its paths start there."""
    ini = PurePosixPath((profile.alembic and profile.alembic.ini) or "alembic.ini")
    known = ini.name in ("alembic.ini", "pyproject.toml")
    option = "" if known else f"-c {quote(ini.name)} "
    return _inside(str(ini.parent), f"alembic {option}upgrade head")


def _test(root: str, paths: list[str]) -> str:
    """``python -m pytest`` has the working directory on its path, ``pytest`` has not."""
    if root != "." and all(path.startswith(f"{root}/") for path in paths):
        below = [path.removeprefix(f"{root}/") for path in paths]
        return _inside(root, f"python -m pytest {' '.join(map(quote, below))}")
    return f"python -m pytest {' '.join(map(quote, paths))}"


def _start(profile: AppProfile) -> Iterator[str]:
    entry, root = profile.entry, profile.import_root
    if entry is None:
        return
    module, name, option = entry.module, entry.name, ""
    if entry.instance is not None:
        module, name = entry.instance.module, entry.instance.name
    elif entry.kind == "factory":
        option = " --factory"
    if PurePosixPath(root).name == "src":
        yield f"uvicorn --app-dir {quote(root)} {module}:{name}{option} --reload"
    else:
        yield _inside(root, f"uvicorn {module}:{name}{option} --reload")


def _inside(folder: str, command: str) -> str:
    """A command run in a folder, without staying there."""
    return command if folder == "." else f"(cd {quote(folder)} && {command})"
