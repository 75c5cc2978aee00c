"""``cst``: libcst, loaded when the first file is read.

To load it takes longer than to plan, which does without it; and the formatter is at work meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["cst"]

if TYPE_CHECKING:
    import libcst as cst
else:

    class _Libcst:
        def __getattr__(self, name):  # noqa: ANN001, ANN204 - type checkers see libcst
            import libcst

            value = getattr(libcst, name)
            setattr(self, name, value)
            return value

    cst = _Libcst()
