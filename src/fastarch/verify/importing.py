"""Import an app in a subprocess, with its own interpreter and a time limit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Any

from fastarch.change.scratch import temporary_folder
from fastarch.discover.profile import Entry
from fastarch.errors import Problem, VerificationError
from fastarch.records import dataclass
from fastarch.verify.openapi import Document

IMPORT_SECONDS = 60
_TAIL = 6


@dataclass(frozen=True, slots=True)
class Importer:
    """How an app is imported.

    Args:
        root: The project's root.
        import_root: Folder that goes first on ``sys.path``, relative to ``root``.
        entry: The instance or the factory.
        python: The interpreter that has the app's dependencies.
        environment: Variables to set where they are not set.
    """

    root: Path
    import_root: str
    entry: Entry
    python: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def read_openapi(self) -> Document:
        """Import the app and return its OpenAPI document.

        The working directory is the import root, where servers are mostly started, then the
        project's root: some apps open files by relative paths.

        Raises:
            VerificationError: the app did not import, or not within ``IMPORT_SECONDS``.
        """
        code = (self.root / self.import_root).resolve()
        failed: VerificationError | None = None
        for folder in dict.fromkeys((code, self.root.resolve())):
            try:
                return self._read(code, folder)
            except _TooLongError:
                raise
            except VerificationError as error:
                failed = failed or error
        assert failed is not None
        raise failed

    def _read(self, code: Path, folder: Path) -> Document:
        entry = self.entry
        module, name, kind = entry.module, entry.name, entry.kind
        if entry.instance is not None:
            module, name, kind = entry.instance.module, entry.instance.name, "instance"
        with temporary_folder() as scratch:
            answer, said = Path(scratch) / "answer.json", Path(scratch) / "stderr"
            probe = Path(__file__).with_name("probe.py")
            command = [self.python, "-B", probe, code, module, name, kind, answer]
            environment = {**self.environment, **os.environ}
            status = _run([str(word) for word in command], folder, said, environment)
            if status is None:
                raise _TooLongError(
                    self._problem(f"the app did not import within {IMPORT_SECONDS} s.", "")
                )
            if not answer.exists():
                tail = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                why = tail[-1] if tail else f"its process ended with exit code {status}"
                raise VerificationError(
                    self._problem(f"the app did not import: {why}", "\n".join(tail[-_TAIL:-1]))
                )
            told: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        if "document" in told:
            document: Document = told["document"]
            return document
        raise VerificationError(self._explained(told))

    def _explained(self, told: dict[str, Any]) -> Problem:
        if told.get("needs"):
            given = ", ".join(told["needs"])
            hint = "name a module-level instance, or a factory without arguments, with --entry"
            message = f"the factory {self.entry.name} needs arguments ({given}): it was not called."
            return Problem(message, self.entry.at.file, self.entry.at.line, hint=hint)
        hint = ""
        if told["type"] in ("ModuleNotFoundError", "ImportError"):
            hint = "--python names the interpreter that has the app's dependencies"
        problem = self._problem(f"the app did not import: {told['error']}", hint)
        real = self.root.resolve()
        for file, line in reversed(told.get("frames", [])):
            path = Path(file)
            inside = path.is_absolute() and path.is_relative_to(real)
            if inside and "site-packages" not in path.parts:
                where = path.relative_to(real).as_posix()
                return Problem(problem.message, where, line, hint=problem.hint)
        return problem

    def _problem(self, message: str, more: str) -> Problem:
        hint = f"imported with {self.python}" + (f"\n{more}" if more else "")
        return Problem(message, self.entry.at.file, self.entry.at.line, hint=hint)


class _TooLongError(VerificationError):
    pass


def _run(
    command: list[str], folder: Path, said: Path, environment: Mapping[str, str]
) -> int | None:
    """Run to the end or to the time limit; then whatever the app has started is ended too."""
    with said.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
        try:
            return process.wait(IMPORT_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
