"""A temporary folder, outside of the project."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from fastarch.errors import ConflictError, Problem


@contextmanager
def temporary_folder() -> Iterator[str]:
    """Make a folder that goes with what is in it.

    Raises:
        ConflictError: It cannot be written, because the disk is full for instance.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="fastarch-") as name:
            yield name
    except OSError as error:
        message = f"The temporary folder cannot be used: {error.strerror or error}."
        place = str(error.filename or tempfile.gettempdir())
        hint = "make room there, or name another folder with TMPDIR"
        raise ConflictError(Problem(message, file=place, hint=hint)) from error
