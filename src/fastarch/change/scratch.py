"""A temporary folder, outside of the project."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from fastarch.errors import ConflictError, Problem

_MEMORY = "/dev/shm"
_NAMED_BY = ("TMPDIR", "TEMP", "TMP")


@contextmanager
def temporary_folder() -> Iterator[str]:
    """Make a folder that goes with what is in it.

    Raises:
        ConflictError: It cannot be written, because the disk is full for instance.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="fastarch-", dir=_memory()) as name:
            yield name
    except OSError as error:
        message = f"The temporary folder cannot be used: {error.strerror or error}."
        place = str(error.filename or tempfile.gettempdir())
        hint = "make room there, or name another folder with TMPDIR"
        raise ConflictError(Problem(message, file=place, hint=hint)) from error


def _memory() -> str | None:
    """A file system in memory: a disk takes its time with each new file.

    None where there is no such thing, or where a place for temporary files is named.
    """
    if any(os.environ.get(name) for name in _NAMED_BY):
        return None
    return _MEMORY if os.access(_MEMORY, os.W_OK | os.X_OK) else None
