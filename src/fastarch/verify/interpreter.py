"""Find the interpreter that runs the user's app."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fastarch.errors import Problem, UsageError

ASK_SECONDS = 20
# A file that tells who keeps the environment, and how to ask where it is.
_TOOLS = (
    ("poetry.lock", "poetry", "env", "info", "--path"),
    ("Pipfile", "pipenv", "--venv"),
)


def find_interpreter(root: Path, import_root: str, asked: str | None = None) -> Path:
    """The project's own Python: as asked, ``.venv``, VIRTUAL_ENV, poetry, conda, else ours.

    Args:
        root: The project's root.
        import_root: Folder that modules are imported from, relative to ``root``.
        asked: What ``--python`` said: a path, a command, or the folder of an environment.

    Raises:
        UsageError: ``asked`` is not an interpreter that can be run.
    """
    if asked is not None:
        inside = next(_python_in(Path(asked).absolute()), None)
        found = inside or shutil.which(asked)
        if found is None:
            raise UsageError(Problem(f"--python: there is no interpreter {asked!r}."))
        return Path(found).absolute()  # not resolved: a link is what makes it the environment's
    return next(_candidates(root, root / import_root), Path(sys.executable))


def _candidates(root: Path, code: Path) -> Iterator[Path]:
    for folder in dict.fromkeys((code, *code.parents, root)):
        if folder != root and root not in folder.parents:
            continue
        for name in (".venv", "venv", "env", ".pixi/envs/default"):
            yield from _python_in(folder / name)
    for variable in ("UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV"):
        if value := os.environ.get(variable):
            yield from _python_in(root / value)
    for marker, *words in _TOOLS:
        tool = shutil.which(words[0]) if (root / marker).exists() else None
        if tool is not None and (told := _told([tool, *words[1:]], root)):
            yield from _python_in(Path(told))
    if value := os.environ.get("CONDA_PREFIX"):
        yield from _python_in(Path(value))


def _told(command: list[str], root: Path) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ASK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _python_in(environment: Path) -> Iterator[Path]:
    for relative in ("bin/python", "Scripts/python.exe", "python.exe"):
        if (environment / relative).is_file():
            yield environment / relative
