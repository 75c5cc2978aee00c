"""Three-way merge of a generated piece of a module, definition by definition.

What only one side changed is taken from that side; what both changed is taken apart further, down
to the arguments of a call. Today's file stays byte for byte where theirs has nothing new.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from fastarch.merge.conflicts import Conflict, Merged, Prefer, Side
from fastarch.merge.lines import merge_lines, with_markers

if TYPE_CHECKING:
    from fastarch.merge.python import Result

_BOM = b"\xef\xbb\xbf"


def merge(
    base: bytes,
    ours: bytes,
    theirs: bytes,
    *,
    prefer: Prefer | None = None,
    path: str = "module.py",
    module: str = "",
    shared: Collection[str] = (),
) -> Merged:
    """Merge newly generated code into a file that may have been edited.

    Args:
        base: The piece as it was generated last time; all of the file or a part of it, wherever its
            definitions and imports now stand. Pieces that share one module are joined and merged
            at once.
        ours: The file today.
        theirs: The piece as it is generated now.
        prefer: Whose version of conflicting pieces is taken: ``ours`` and ``theirs`` without a
            word, ``markers`` writes both between git's markers; None takes ours and names them.
        path: The file's name; what does not end in ``.py`` is merged by lines.
        module: Dotted name of the module itself: what is imported from there is there.
        shared: Names of definitions that other generated code needs: they stay.

    Returns:
        The merged file, and what conflicts. It is merged by lines where it is not Python that can
        be read.
    """
    if ours in {base, theirs} or base == theirs:
        return Merged(ours if base == theirs else theirs)
    same = _as_today(base, ours)
    if same == ours:
        return Merged(_as_today(theirs, ours))
    if not path.endswith((".py", ".pyi")):
        return merge_lines(base, ours, theirs, prefer)
    from fastarch.merge.python import NotPython, merge_python

    def run(side: Side) -> Result:
        return merge_python(base, ours, theirs, side, module=module, shared=frozenset(shared))

    try:
        if prefer in {"ours", "theirs"}:
            return Merged(run("theirs" if prefer == "theirs" else "ours").source)
        result = run("ours")
        if not result.conflicts or prefer is None:
            return Merged(result.source, result.conflicts)
        others: tuple[Side, Side] = ("base", "theirs")
        versions: dict[Side, bytes] = {side: run(side).source for side in others}
    except NotPython:
        return merge_lines(base, ours, theirs, prefer)
    return Merged(with_markers({**versions, "ours": result.source}), result.conflicts)


def _as_today(generated: bytes, ours: bytes) -> bytes:
    """Generated code with the line ends and the byte order mark of today's file."""
    text = generated.removeprefix(_BOM).replace(b"\r\n", b"\n")
    if b"\r\n" in ours:
        text = text.replace(b"\n", b"\r\n")
    return _BOM + text if ours.startswith(_BOM) else text


__all__ = ["Conflict", "Merged", "merge"]
