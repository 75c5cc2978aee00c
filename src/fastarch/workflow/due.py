"""The resources that are out of step, with what earlier versions made brought to today's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from fastarch.change import state
from fastarch.discover.index import ModuleIndex
from fastarch.errors import ConflictError, NotUnderstoodError, Problem
from fastarch.plan.codemods import codemods
from fastarch.plan.edition import edition
from fastarch.plan.places import module_name
from fastarch.records import dataclass
from fastarch.wire.edit import Cannot, Changed
from fastarch.workflow import known
from fastarch.workflow.living import Spec, features_now, is_behind, is_carried_out, read_spec
from fastarch.workflow.moves import follow

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import Record
    from fastarch.discover.profile import AppProfile
    from fastarch.wire.edit import Edit

FEATURE = "resource"


@dataclass(frozen=True, slots=True)
class Due:
    """A resource that is out of step.

    Args:
        record: With the paths by which its files go today.
        bases: By role, the text that was generated last.
        features: What is to be remembered of features that come with it.
    """

    record: Record
    spec: Spec
    bases: Mapping[str, bytes]
    same_templates: bool
    features: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.record.name


def find_due(draft: Draft, names: Sequence[str]) -> Iterator[Due]:
    """The resources whose spec or templates say something that was not carried out.

    Args:
        names: Those to look at, with others that are filtered by fields of theirs which have
            changed; all of them where there is none.

    Raises:
        UsageError: there is no such resource, or a spec is wrong.
        NotUnderstoodError: a resource that is named is adopted, or a snapshot is damaged.
    """
    chosen = known.choose(draft, names)
    beside = {record.name for record in chosen}
    behind = [
        record
        for record in (known.resources(draft) if names else ())
        if record.name not in beside and is_behind(record, beside, draft)
    ]
    for record in (*chosen, *behind):
        if record.options.get("adopted"):
            if names:
                raise _adopted(record)
            continue
        same = record.options.get("templates") == edition(FEATURE, draft)
        if not (same and is_carried_out(record, draft)):
            yield as_due(record, draft)


def as_due(record: Record, draft: Draft) -> Due:
    """A resource with what is needed to generate it anew."""
    same = record.options.get("templates") == edition(FEATURE, draft)
    bases = state.read_bases(draft, record)
    spec = read_spec(record, draft)
    features = features_now(record, spec.living, draft)
    return Due(follow(record, bases, draft), spec, bases, same, features)


def in_step(record: Record, draft: Draft) -> Due:
    """A resource that was made as its spec says.

    Raises:
        NotUnderstoodError: it is written by hand.
        ConflictError: something else is to be carried out first.
    """
    if record.options.get("adopted"):
        message = f"{record.name} was written by hand, which this command cannot change yet."
        raise NotUnderstoodError(Problem(message, file=record.options.get("router")))
    due = as_due(record, draft)
    if due.spec.differs or not due.same_templates:
        message = f"{record.name} is out of step with its spec or templates."
        hint = f"fastarch sync {record.name}, then once more"
        raise ConflictError(Problem(message, file=due.spec.place, hint=hint))
    return due


def with_codemods(due: Due, profile: AppProfile, draft: Draft) -> Due:
    """Make the edits that today's templates expect of earlier code, in the whole project.

    Raises:
        ConflictError: what somebody has written stands in the way of one.
    """
    bases = dict(due.bases)
    for codemod in codemods(FEATURE, due.record.options.get("version")):
        if codemod.role not in due.record.paths:
            continue
        home = due.record.paths[codemod.role]
        edit = codemod.about(module_name(profile.import_root, home))
        for role, base in bases.items():
            bases[role] = _edited(edit, base, home)
        for file in ModuleIndex(draft.root, draft.root).files():
            path = file.relative_to(draft.root).as_posix()
            content = draft.read(path)
            if content:
                draft.write(path, _edited(edit, content, path))
    return replace(due, bases=bases)


def _edited(edit: Edit, source: bytes, path: str) -> bytes:
    outcome = edit.apply(source)
    if isinstance(outcome, Cannot):
        message = f"What this version expects cannot be done: {outcome.reason}."
        raise ConflictError(Problem(message, file=path, hint=outcome.paste))
    return outcome.source if isinstance(outcome, Changed) else source


def _adopted(record: Record) -> NotUnderstoodError:
    message = f"{record.name} was written by hand; fastarch has no code of its own there to change."
    hint = "edit the code, then: fastarch adopt it again"
    return NotUnderstoodError(Problem(message, file=record.spec_path, hint=hint))
