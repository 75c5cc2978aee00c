"""What an app serves, before and after a change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastarch.errors import Problem, VerificationError

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})

Document = Mapping[str, Any]


def operations(document: Document) -> dict[str, str]:
    """Each operation (``GET /users``) with everything that it says, its schemas included."""
    return {
        f"{method.upper()} {path}": json.dumps(
            [body, *_schemas(body, document, set())], sort_keys=True
        )
        for path, item in document.get("paths", {}).items()
        for method, body in item.items()
        if method in METHODS
    }


def _schemas(node: object, document: Document, seen: set[str]) -> Iterator[object]:
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


def compare(
    before: Document,
    read: Callable[[], Document],
    expected: tuple[str, ...] = (),
    gone: tuple[str, ...] = (),
    changed: tuple[str, ...] = (),
) -> None:
    """Check that the expected operations are new and that no old one moved.

    Args:
        read: Reads the document as it is now. Where operations differ it is read once more: some
            say something else at each import (a default that is the time of day).
        expected: Operations that the change adds, as ``POST /products``; templates in braces match
            by place.
        gone: Operations that the change takes out.
        changed: Operations that may be described in another way.

    Raises:
        VerificationError: naming each operation that is missing or has changed.
    """
    old, new = operations(before), operations(read())
    left_out = {_shape(operation) for operation in gone}
    free = {_shape(operation) for operation in changed}
    moved = [
        operation
        for operation in old
        if new.get(operation) != old[operation]
        and not (operation not in new and _shape(operation) in left_out)
        and not (operation in new and _shape(operation) in free)
    ]
    if moved:
        again = operations(read())
        moved = [one for one in moved if one not in new or new[one] == again.get(one)]
    problems = [
        Problem(
            f"{operation} was served before and no longer is."
            if operation not in new
            else f"{operation} is described in another way than before."
        )
        for operation in moved
    ]
    served = {_shape(operation) for operation in new}
    problems += [
        Problem(f"{operation} is new and not served.")
        for operation in expected
        if _shape(operation) not in served
    ]
    problems += [
        Problem(f"{operation} is still served.")
        for operation in new
        if _shape(operation) in left_out
    ]
    if problems:
        raise VerificationError(*problems)


def _shape(operation: str) -> str:
    """Without the names of path parameters."""
    return "/".join("{}" if part.startswith("{") else part for part in operation.split("/"))
