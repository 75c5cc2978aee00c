"""What cannot be merged, whatever both sides say: broken files, and uses of what was deleted."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from fastarch.merge import Conflict
from fastarch.plan import assemble

if TYPE_CHECKING:
    from fastarch.change.draft import Draft

_WORD = re.compile(r"\w+")
_DEFINED = re.compile(r"^[ \t]*(?:class|def|async[ \t]+def)[ \t]+(\w+)", re.MULTILINE)


def broken_place(source: bytes, path: str) -> Conflict | None:
    """What is wrong with a file that is no Python: nothing can be told apart in it."""
    from fastarch.wire.tree import Source, Unable

    if not path.endswith(".py"):
        return None
    try:
        ast.parse(source)
    except (SyntaxError, ValueError) as error:
        try:
            Source.parse(source)
        except Unable:
            line = getattr(error, "lineno", None) or 1
            lines = source.decode(errors="replace").splitlines()
            shown = lines[line - 1].strip() if line <= len(lines) else ""
            why = "the file cannot be read as Python; mend it first"
            return Conflict(f"Line {line}", line, shown, "", "", why)
    return None


def uses_of_deleted(
    paths: Mapping[str, str],
    bases: Mapping[str, bytes],
    wanted: Mapping[str, bytes],
    draft: Draft,
    decided: Collection[str],
) -> Iterator[tuple[str, Conflict]]:
    """What was deleted by hand stays deleted: new code elsewhere that uses it is a conflict.

    Args:
        paths: By role, the file that holds it.
        bases: By role, the text that was generated last.
        wanted: By role, the text that is generated now.
        draft: The merged files.
        decided: Files in which one side wins.
    """
    there = {
        name
        for path in {*paths.values()}
        for name in _DEFINED.findall((draft.read(path) or b"").decode(errors="replace"))
    }
    deleted = {
        name: paths[role]
        for role, base in bases.items()
        for name in _DEFINED.findall(base.decode())
        if name not in there and name in _DEFINED.findall(wanted[role].decode())
    }
    for role, base in bases.items():
        said = Counter(_WORD.findall(wanted[role].decode()))
        said.subtract(_WORD.findall(base.decode()))
        content = draft.read(paths[role])
        for name, home in deleted.items():
            if said[name] <= 0 or home == paths[role] or content is None or paths[role] in decided:
                continue
            if not _is_from_elsewhere(name, wanted[role]):
                continue
            lines = content.decode(errors="replace").splitlines()
            line = next((n for n, text in enumerate(lines, 1) if name in _WORD.findall(text)), 1)
            why = f"generated code now uses {name}, which was deleted by hand in {home}"
            shown = lines[line - 1].strip() if lines else ""
            yield paths[role], Conflict(name, line, "", "", shown, why)


def imported(text: bytes) -> frozenset[str]:
    """The names that a module imports."""
    return frozenset(one.local for one in assemble.parse(text.decode()).imports)


def _is_from_elsewhere(name: str, text: bytes) -> bool:
    """Whether code takes a name from another module, and does not just call something alike."""
    return name in imported(text) or re.search(rf"\.{name}\b", text.decode()) is not None
