"""The code of a resource brought to what would be generated today, hand edits kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from fastarch.change.draft import digest
from fastarch.change.state import MadeEdit
from fastarch.merge import Conflict, merge
from fastarch.plan import assemble
from fastarch.plan.drafting import draft_parts
from fastarch.plan.standing import code, edits, tells
from fastarch.plan.steps import EditFile, WriteFile
from fastarch.records import dataclass
from fastarch.wire import registry
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.edit import Cannot, Changed
from fastarch.workflow.clashes import broken_place, imported, uses_of_deleted

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import Record
    from fastarch.plan.drafting import Drafted
    from fastarch.plan.parts import Part
    from fastarch.plan.steps import Step
    from fastarch.workflow.conflicts import Side

# What an edit remembers of the file that it was made in.
_NOTES = frozenset({"foreign", "wrapped", "aliases"})
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Task:
    """One resource to regenerate.

    Args:
        record: With the paths by which its files go today.
        bases: By role, the text that was generated last.
        before: The part that today's templates make of the spec that was carried out.
        after: The part that they make of the living one.
        same_templates: The bases come from today's templates: what differs between them and
            ``before`` is the app's, and none of the spec's business.
        modules: Dotted names of the files, where they have one.
    """

    record: Record
    bases: Mapping[str, bytes]
    before: Part
    after: Part
    same_templates: bool
    modules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a resource.

    Args:
        record: With the edits as they are now.
        bases: By role, what later merges start from.
        conflicts: By path, where a hand edit and new code disagree.
        made: Edits that were made to other files.
        reverted: Edits that were taken back.
        notices: Things to know, in sentences.
    """

    record: Record
    bases: Mapping[str, bytes]
    conflicts: tuple[tuple[str, Conflict], ...] = ()
    made: tuple[MadeEdit, ...] = ()
    reverted: tuple[MadeEdit, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    """What comes together on the way."""

    record: Record
    bases: dict[str, bytes]
    conflicts: list[tuple[str, Conflict]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def regenerate(task: Task, draft: Draft, prefer: Mapping[str, Side]) -> Outcome:
    """Draft a resource's code and edits as they would be made today.

    Args:
        prefer: By path, which side wins where both disagree.

    Raises:
        ConflictError: a file is in the way of a new one.
        NotUnderstoodError: an edit has no safe place.
    """
    work = _Work(task.record, dict(task.bases))
    old, new = code(task.before), code(task.after)
    # What is new comes first: the code that is merged may use it.
    missing = [
        _ahead_of_users(piece.step, task)
        for role, piece in new.items()
        if role not in task.bases and (role not in old or old[role].text != piece.text)
    ]
    come = _draft(task.after, missing, draft)
    wanted: dict[str, dict[str, bytes]] = {}
    for role, piece in new.items():
        if role in task.bases:
            before = old[role].text if role in old else None
            same = task.same_templates
            text = _wanted(task.bases[role], before, piece.text, same_templates=same)
            wanted.setdefault(task.record.paths[role], {})[role] = text
    for path, pieces in wanted.items():
        if any(text != task.bases[role] for role, text in pieces.items()):
            _merge(path, pieces, task.modules.get(path, ""), draft, prefer, work)
    work.conflicts += uses_of_deleted(task.record.paths, task.bases, work.bases, draft, prefer)
    reverted = _take_back(task, draft, work)
    added = [step for step in edits(task.after) if step not in edits(task.before)]
    wired = _draft(task.after, added, draft)
    work.notices += [each for each in tells(task.after) if each not in tells(task.before)]
    ahead, behind = (
        tuple(MadeEdit(path, registry.dump(edit)) for path, edit in drafted.edits)
        for drafted in (come, wired)
    )
    record = replace(
        work.record,
        paths=task.after.paths,
        # As they are by now: what was merged since may have added to them.
        files={
            **work.record.files,
            **{path: digest(draft.read(path)) or "" for path in come.files},
        },
        # What is taken back last is what the rest uses.
        edits=(*ahead, *work.record.edits, *behind),
    )
    bases = {**work.bases, **come.bases}
    notices = (*work.notices, *come.notices, *wired.notices)
    made = (*ahead, *behind)
    return Outcome(record, bases, tuple(work.conflicts), made, reverted, notices)


def _draft(part: Part, steps: Iterable[Step], draft: Draft) -> Drafted:
    drafted: Drafted = draft_parts((replace(part, steps=tuple(steps)),), draft)[
        part.kind, part.name
    ]
    return drafted


def _ahead_of_users(step: WriteFile | EditFile, task: Task) -> WriteFile | EditFile:
    """New definitions for a module go ahead of what the resource has there already."""
    if not isinstance(step, EditFile) or not isinstance(step.edit, AppendDefinitions):
        return step
    users = {
        name
        for role, base in task.bases.items()
        if task.record.paths[role] == step.path
        for name in assemble.names(base.decode())
    }
    return replace(step, edit=replace(step.edit, users=tuple(sorted(users))))


def _wanted(base: bytes, before: str | None, after: str, *, same_templates: bool) -> bytes:
    """What is to become of a base: what differs between two renderings, else the later one."""
    text = after.encode()
    if not same_templates or before is None or before.encode() == base:
        return text
    if before == after:
        return base
    # The app has another accent by now; the code that is there keeps the one that it has.
    carried = merge(before.encode(), base, text)
    return text if carried.conflicts else carried.source


def _merge(
    path: str,
    wanted: Mapping[str, bytes],
    module: str,
    draft: Draft,
    prefer: Mapping[str, Side],
    work: _Work,
) -> None:
    """Merge the pieces of one file, all at once: each may use what another defines.

    Args:
        wanted: By role, what is to become of the base.
        module: The file's dotted name.
    """
    ours = draft.read(path)
    if ours is None:
        work.notices.append(f"{path} was deleted by hand, and stays so.")
    elif (broken := broken_place(ours, path)) and path not in prefer:
        work.conflicts.append((path, broken))
    else:
        base = b"\n\n".join(work.bases[role] for role in wanted)
        theirs = b"\n\n".join(wanted.values())
        merged = merge(base, ours, theirs, prefer=prefer.get(path), path=path, module=module)
        work.conflicts += [(path, conflict) for conflict in merged.conflicts]
        if merged.source != ours:
            draft.write(path, merged.source)
    made = work.record.edits
    for role, text in wanted.items():
        made = tuple(_following(one, path, work.bases[role], text, ours) for one in made)
    work.record = replace(work.record, edits=made)
    work.bases.update(wanted)


def _following(
    made: MadeEdit, path: str, base: bytes, wanted: bytes, ours: bytes | None
) -> MadeEdit:
    """An edit that appended a piece, with the piece as it is now."""
    source = base.decode()
    if made.path != path or made.edit.get("source") != source:
        return made
    there = frozenset(_WORD.findall((ours or b"").decode(errors="replace")))
    # An import that the module had already is the app's, whatever happens later.
    foreign = [name for name in sorted(imported(wanted) - imported(base)) if name in there]
    edit: dict[str, Any] = {**made.edit, "source": wanted.decode()}
    if foreign:
        edit["foreign"] = [*made.edit.get("foreign", ()), *foreign]
    return MadeEdit(path, edit)


def _take_back(task: Task, draft: Draft, work: _Work) -> tuple[MadeEdit, ...]:
    """Take the edits back that are wanted no more."""
    gone = [step for step in edits(task.before) if step not in edits(task.after)]
    reverted = []
    for step in gone:
        plain = registry.dump(step.edit)
        made = next(
            (
                each
                for each in work.record.edits
                if each.path == step.path
                and {key: value for key, value in each.edit.items() if key not in _NOTES} == plain
            ),
            None,
        )
        content = draft.read(step.path)
        if made is None or content is None:
            continue
        outcome = registry.load(dict(made.edit)).revert(content)
        if isinstance(outcome, Changed):
            draft.write(step.path, outcome.source)
            work.notices += [f"{step.path}: {kept}." for kept in outcome.kept]
        elif isinstance(outcome, Cannot):
            work.notices.append(f"{step.path}: {outcome.reason}.")
            continue
        reverted.append(made)
    work.record = replace(
        work.record, edits=tuple(each for each in work.record.edits if each not in reverted)
    )
    return tuple(reverted)
