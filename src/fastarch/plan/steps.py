"""What should be done, as data: the steps of a plan."""

from __future__ import annotations

from fastarch.records import dataclass
from fastarch.wire.edit import Edit


@dataclass(frozen=True, slots=True)
class WriteFile:
    """A new file of ours. A different file in its place is a conflict.

    Args:
        role: What it is for its resource, or the template of its feature that it came from; None:
            no later version brings anything new to it.
    """

    path: str
    text: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class EditFile:
    """An edit to a file that somebody wrote."""

    path: str
    edit: Edit
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """A notice for the person: something to know or to do."""

    notice: str


Step = WriteFile | EditFile | Tell


@dataclass(frozen=True, slots=True)
class Home:
    """Where a role's code goes for one resource.

    Args:
        path: From the project's root.
        module: Dotted name for imports, None for tests.
        shared: Definitions are appended to a module that others use too.
    """

    path: str
    module: str
    shared: bool
