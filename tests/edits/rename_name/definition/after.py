"""What is shared."""

from typing import Any


def not_sent() -> Any:
    """Stand in for a value."""
    return None


DEFAULT = not_sent()  # as is


def other(unset: int) -> int:
    return unset
