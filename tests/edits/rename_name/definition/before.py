"""What is shared."""

from typing import Any


def unset() -> Any:
    """Stand in for a value."""
    return None


DEFAULT = unset()  # as is


def other(unset: int) -> int:
    return unset
