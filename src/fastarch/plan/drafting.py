"""Carry the steps of a plan out in a draft: every edit is made, or the reasons why not are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from textwrap import dedent, indent
from typing import TYPE_CHECKING

from fastarch.errors import ConflictError, NotUnderstoodError, Problem
from fastarch.plan.steps import EditFile, Step, Tell, WriteFile
from fastarch.records import dataclass
from fastarch.wire.add_attribute import AddAttribute
from fastarch.wire.add_setting import AddSetting
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.edit import Cannot, Changed, Edit
from fastarch.wire.python import Editing, parse_ahead

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.plan.parts import Part


@dataclass(frozen=True, slots=True)
class Drafted:
    """What the steps of one part came to.

    Args:
        files: New files with their content.
        edits: Edits that changed something, by path, in order.
        bases: The generated pieces by role, as they were written.
    """

    files: Mapping[str, bytes]
    edits: tuple[tuple[str, Edit], ...]
    bases: Mapping[str, bytes]
    notices: tuple[str, ...]


def sources(parts: Iterable[Part]) -> dict[str, str]:
    """Every piece of new Python code for the formatter, by its path.

    Further pieces for one module get a number, since settings may go by the path.
    """
    return {key: _source(step) for key, step in _keyed(parts)}


def formatted(parts: Iterable[Part], texts: Mapping[str, str]) -> tuple[Part, ...]:
    """The parts with their code replaced by what the formatter made of it."""
    keys = {id(step): key for key, step in _keyed(parts)}
    return tuple(
        replace(
            part,
            steps=tuple(
                _with_source(step, texts[keys[id(step)]]) if id(step) in keys else step
                for step in part.steps
            ),
        )
        for part in parts
    )


def _keyed(parts: Iterable[Part]) -> Iterator[tuple[str, Step]]:
    seen: Counter[str] = Counter()
    for part in parts:
        for step in part.steps:
            if not isinstance(step, Tell) and _source(step).strip():
                number = seen[step.path]
                seen[step.path] += 1
                stem = step.path.removesuffix(".py")
                yield (f"{stem}__{number}.py" if number else step.path), step


@dataclass(frozen=True, slots=True)
class Ahead:
    """Edits that were made ahead of others: while the formatter was at work.

    Args:
        files: The files under edit.
        made: What each step came to, by its identity.
    """

    files: dict[str, Editing] = field(default_factory=dict)
    made: dict[int, tuple[Edit, ...] | Cannot] = field(default_factory=dict)


def edit_ahead(parts: Iterable[Part], draft: Draft, ahead: Ahead) -> Iterator[None]:
    """Make the edits of files that get no new code, one by one; then read the other files."""
    steps = [step for part in parts for step in part.steps if not isinstance(step, Tell)]
    edits = [step for step in steps if isinstance(step, EditFile)]
    later = {step.path: None for step in steps if isinstance(step, WriteFile) or _source(step)}
    for step in edits:
        if step.path not in later and id(step) not in ahead.made:
            if step.path not in ahead.files:
                ahead.files[step.path] = Editing(draft.read(step.path) or b"")
            ahead.made[id(step)] = ahead.files[step.path].make(step.edit)
            yield
    for path in dict.fromkeys(step.path for step in edits if step.path in later):
        content = draft.read(path)
        if content is not None:
            parse_ahead(content)
            yield


def draft_parts(
    parts: Iterable[Part], draft: Draft, ahead: Ahead | None = None
) -> dict[tuple[str, str], Drafted]:
    """Carry parts out, by kind and name.

    Args:
        ahead: The edits of these very steps that were made already.

    Raises:
        ConflictError: another file is in the way of a new one.
        NotUnderstoodError: an edit has no safe place; the hints have the lines to paste.
    """
    drafting = _Drafting(draft, ahead or Ahead())
    drafted: dict[tuple[str, str], Drafted] = {
        (part.kind, part.name): drafting.carry_out(part.steps) for part in parts
    }
    for path in tuple(drafting.edited):
        drafting.finish(path)
    if drafting.conflicts:
        raise ConflictError(*drafting.conflicts)
    if drafting.problems:
        raise NotUnderstoodError(*drafting.problems)
    return drafted


@dataclass(frozen=True, slots=True)
class _Drafting:
    """Parts on their way into a draft; files that are edited are drafted in the end."""

    draft: Draft
    ahead: Ahead
    edited: dict[str, Editing] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)

    def carry_out(self, steps: Iterable[Step]) -> Drafted:
        """Carry the steps of one part out."""
        files: dict[str, bytes] = {}
        edits: list[tuple[str, Edit]] = []
        bases: dict[str, bytes] = {}
        notices: list[str] = []
        for step in steps:
            match step:
                case WriteFile(path, text, role):
                    content = text.encode()
                    if self._is_new(path, content):
                        self.draft.write(path, content)
                        files[path] = content
                    if role is not None:
                        bases[role] = content
                case EditFile(path, edit, role):
                    if isinstance(edit, AppendDefinitions) and role is not None:
                        bases[role] = edit.source.encode()
                    edits += [(path, made) for made in self._make(step)]
                case Tell(notice):
                    notices.append(notice)
        return Drafted(files, tuple(edits), bases, tuple(notices))

    def finish(self, path: str) -> None:
        """Draft an edited file."""
        match self.edited.pop(path).finish():
            case Changed(source):
                self.draft.write(path, source)
            case Cannot() as cannot:
                self._refuse(path, cannot)

    def _is_new(self, path: str, content: bytes) -> bool:
        if path in self.edited:
            self.finish(path)
        found = self.draft.read(path)
        if found is not None and found != content:
            message = "This file is in the way; it holds something else."
            hint = "move it, or choose another name"
            self.conflicts.append(Problem(message, file=path, hint=hint))
        return found is None

    def _make(self, step: EditFile) -> tuple[Edit, ...]:
        """Make an edit; what to remember for taking it back."""
        path = step.path
        if path not in self.edited:
            begun = self.ahead.files.get(path)
            self.edited[path] = begun or Editing(self.draft.read(path) or b"")
        made = self.ahead.made.pop(id(step), None)
        if made is None:
            made = self.edited[path].make(step.edit)
        if isinstance(made, Cannot):
            self._refuse(path, made)
            return ()
        return made

    def _refuse(self, path: str, cannot: Cannot) -> None:
        message = f"There is no safe place to edit: {cannot.reason}."
        self.problems.append(Problem(message, file=path, hint=f"paste this:\n{cannot.paste}"))


def _source(step: Step) -> str:
    match step:
        case WriteFile(path, text) if path.endswith(".py"):
            return text
        case EditFile(edit=AppendDefinitions(source=source)):
            return source
        case EditFile(
            edit=AddAttribute(class_name=name, source=source)
            | AddSetting(class_name=name, source=source)
        ):
            return f"class {name}:\n{indent(source, '    ')}\n"
        case _:
            return ""


def _with_source(step: Step, text: str) -> Step:
    match step:
        case WriteFile():
            return replace(step, text=text)
        case EditFile(edit=AppendDefinitions() as edit):
            return replace(step, edit=replace(edit, source=text))
        case EditFile(edit=AddAttribute() | AddSetting() as edit):
            return replace(step, edit=replace(edit, source=dedent(text.partition("\n")[2])))
        case _:
            return step
