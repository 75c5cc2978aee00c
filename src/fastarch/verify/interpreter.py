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


def find_interpreter(root: Path, import_root: str, asked: str | None = None) -> Path:
    """The project's own Python: as asked, ``.venv``, VIRTUAL_ENV, poetry, conda, else ours.

    Args:
        root: The project's root.
        import_root: Folder that modules are imported from, relative to ``root``.
        asked: What ``--python`` said: a path or a command.

    Raises:
        UsageError: ``asked`` is not an interpreter that can be run.
    """
    if asked is not None:
        found = shutil.which(asked)
        if found is None:
            raise UsageError(Problem(f"--python: there is no interpreter {asked!r}."))
        return Path(found)
    return next(_candidates(root, root / import_root), Path(sys.executable))


def _candidates(root: Path, code: Path) -> Iterator[Path]:
    for folder in dict.fromkeys((code, *code.parents, root)):
        if folder != root and root not in folder.parents:
            continue
        for name in (".venv", "venv", "env"):
            yield from _python_in(folder / name)
    for variable in ("UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV"):
        if value := os.environ.get(variable):
            yield from _python_in(root / value)
    if (root / "poetry.lock").exists() and (poetry := shutil.which("poetry")):
        asked = subprocess.run(
            [poetry, "env", "info", "--path"],
            cwd=root, capture_output=True, text=True, timeout=ASK_SECONDS, check=False,
        )  # fmt: skip
        if asked.returncode == 0 and asked.stdout.strip():
            yield from _python_in(Path(asked.stdout.strip()))
    if value := os.environ.get("CONDA_PREFIX"):
        yield from _python_in(Path(value))


def _python_in(environment: Path) -> Iterator[Path]:
    for relative in ("bin/python", "Scripts/python.exe", "python.exe"):
        if (environment / relative).is_file():
            yield environment / relative
