"""What an app serves, before and after a change."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fastarch.discover.profile import Entry
from fastarch.errors import Problem, VerificationError

IMPORT_SECONDS = 60
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})

Document = Mapping[str, Any]


def read_openapi(root: Path, import_root: str, entry: Entry, python: Path) -> Document:
    """Import the app in a subprocess and return its OpenAPI document.

    Args:
        root: The project's root, the working directory of the subprocess.
        import_root: Folder that goes first on ``sys.path``, relative to ``root``.
        entry: The instance or the factory.
        python: The interpreter that has the app's dependencies.

    Raises:
        VerificationError: the app did not import, or not within ``IMPORT_SECONDS``.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "openapi.json"
        command = [
            str(python), "-B", str(Path(__file__).with_name("probe.py")), str((root / import_root).resolve()),
            entry.module, entry.name, entry.kind, str(answer),
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, cwd=root, capture_output=True, text=True, errors="replace",
                timeout=IMPORT_SECONDS, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            message = f"the app did not import within {IMPORT_SECONDS} s"
            raise VerificationError(
                Problem(message, file=entry.at.file, line=entry.at.line)
            ) from error
        if done.returncode or not answer.exists():
            lines = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
            message = f"the app did not import: {lines[-1]}"
            hint = f"with {python}:\n" + "\n".join(lines[-6:])
            raise VerificationError(
                Problem(message, file=entry.at.file, line=entry.at.line, hint=hint)
            )
        document: Document = json.loads(answer.read_text(encoding="utf-8"))
    return document


def operations(document: Document) -> dict[str, str]:
    """Each operation (``GET /users``) with everything that it says, schemas that it refers to included."""
    return {
        f"{method.upper()} {path}": json.dumps(
            [body, *_schemas(body, document, set())], sort_keys=True
        )
        for path, item in document.get("paths", {}).items()
        for method, body in item.items()
        if method in METHODS
    }


def _schemas(node: Any, document: Document, seen: set[str]) -> Iterator[Any]:
    if isinstance(node, list):
        for child in node:
            yield from _schemas(child, document, seen)
    elif isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference not in seen:
            seen.add(reference)
            found: Any = document
            for part in reference.removeprefix("#/").split("/"):
                found = found.get(part, {}) if isinstance(found, dict) else {}
            yield [reference, found]
            yield from _schemas(found, document, seen)
        for child in node.values():
            yield from _schemas(child, document, seen)


def compare(before: Document, after: Document, expected: tuple[str, ...]) -> None:
    """Check that the expected operations are new and that no old one moved.

    Args:
        expected: Operations that the change adds, as ``POST /products``; templates in braces match by place.

    Raises:
        VerificationError: naming each operation that is missing or has changed.
    """
    old, new = operations(before), operations(after)
    problems = [
        Problem(
            f"{operation} is no longer served" if operation not in new else f"{operation} changed"
        )
        for operation in old
        if new.get(operation) != old[operation]
    ]
    served = {_shape(operation) for operation in new}
    problems += [
        Problem(f"{operation} is not served")
        for operation in expected
        if _shape(operation) not in served
    ]
    if problems:
        raise VerificationError(*problems)


def _shape(operation: str) -> str:
    """Without the names of path parameters."""
    return "/".join("{}" if part.startswith("{") else part for part in operation.split("/"))
