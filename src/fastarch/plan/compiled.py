"""Compiled templates, kept from one run to the next: to compile them is half of rendering them.

They lie in a folder of the user's alone below the temporary one, as Jinja has it. Whatever speaks
against that folder, templates are compiled anew and nothing is lost.
"""

from __future__ import annotations

import pickle
from contextlib import suppress

from jinja2 import Environment, FileSystemBytecodeCache, __version__
from jinja2.bccache import Bucket


class CompiledTemplates(FileSystemBytecodeCache):
    """What was compiled is used again for the same text, options and version of Jinja."""

    def __init__(self, environment: Environment) -> None:
        """Raises RuntimeError or OSError where there is no safe folder."""
        super().__init__(pattern="fastarch-%s")
        options = (environment.trim_blocks, environment.lstrip_blocks, environment.autoescape)
        self._made_for = f"{__version__} {options} {environment.keep_trailing_newline}"

    def get_source_checksum(self, source: str) -> str:
        """A checksum that changes with all that decides on the code."""
        return super().get_source_checksum(f"{self._made_for}\0{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load what was kept, if it is whole."""
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, if that can be."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def kept(environment: Environment) -> CompiledTemplates | None:
    """What was compiled with the environment's options; None where nothing can be kept."""
    try:
        return CompiledTemplates(environment)
    except (OSError, RuntimeError):
        return None
