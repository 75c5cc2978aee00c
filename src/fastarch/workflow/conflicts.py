"""Where a hand edit and new code disagree: which side wins, or what to tell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from fastarch.change import state
from fastarch.errors import ConflictError, Problem, UsageError
from fastarch.records import dataclass
from fastarch.spec.place import nearest

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.merge import Conflict

Side = Literal["ours", "theirs", "markers"]
RESOLVE = "decide with --ours PATH or --theirs PATH, or write both with --conflicts markers"


@dataclass(frozen=True, slots=True)
class Resolution:
    """How conflicts are resolved, as typed.

    Args:
        conflicts: Stop at a conflict, or write markers around both sides.
        ours: Files in which the hand edit wins.
        theirs: Files in which the new code wins.
    """

    conflicts: Literal["stop", "markers"] = "stop"
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


def preferences(resolution: Resolution, draft: Draft, moved: Iterable[str] = ()) -> dict[str, Side]:
    """Which side wins in which file, by path.

    Args:
        moved: Files with generated code that no record knows by this path yet.

    Raises:
        UsageError: nothing is generated into a file.
    """
    paths = (path for record in state.records(draft) for path in record.paths.values())
    known = sorted({*paths, *moved})
    prefer: dict[str, Side] = {}
    if resolution.conflicts == "markers":
        prefer = dict.fromkeys(known, "markers")
    chosen: list[tuple[Side, str]] = [("ours", path) for path in resolution.ours]
    chosen += [("theirs", path) for path in resolution.theirs]
    for side, given in chosen:
        path = _from_root(given, draft.root)
        if path not in known:
            hint = nearest(given, known) or "see .fastarch/resources for the files that there are"
            message = f"--{side}: nothing is generated into this file."
            raise UsageError(Problem(message, file=given, hint=hint))
        prefer[path] = side
    return prefer


def require_agreement(found: Iterable[tuple[str, Conflict]], resolution: Resolution) -> None:
    """Refuse to write where both sides disagree.

    Args:
        found: Conflicts with the path of their file.

    Raises:
        ConflictError: naming each place, with both sides.
    """
    problems = [_problem(path, conflict) for path, conflict in found]
    if problems and resolution.conflicts == "stop":
        raise ConflictError(*problems)


def marked(found: Iterable[tuple[str, Conflict]]) -> tuple[str, ...]:
    """Where markers were written, in sentences."""
    return tuple(
        f"{path}:{conflict.line}: {conflict.what} has conflict markers." for path, conflict in found
    )


def _problem(path: str, conflict: Conflict) -> Problem:
    sides = "\n".join(
        f"{title}\n{_indented(text)}"
        for title, text in (("yours:", conflict.ours), ("generated:", conflict.theirs))
    )
    return Problem(
        f"{conflict.what}: {conflict.why.rstrip('.')}.",
        file=path,
        line=conflict.line,
        hint=f"{sides}\n{RESOLVE}",
    )


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in (text.strip("\n") or "(nothing)").splitlines())


def _from_root(given: str, root: Path) -> str:
    """A path from the root, given so or from the working directory."""
    path = Path(given).resolve()
    if path.exists() and path.is_relative_to(root.resolve()):
        return path.relative_to(root.resolve()).as_posix()
    return PurePosixPath(given).as_posix()
