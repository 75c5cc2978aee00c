"""The spec that a resource was made from, and what it says by now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fastarch.change import state
from fastarch.change.draft import digest
from fastarch.errors import Problem, UsageError
from fastarch.plan.own_indexes import differs_plainly
from fastarch.records import dataclass
from fastarch.spec.flagging import followed_flags, with_flags
from fastarch.spec.related import followed, with_related
from fastarch.spec.resource import Guard, Pages

if TYPE_CHECKING:
    from pathlib import Path

    from fastarch.change.draft import Draft
    from fastarch.change.state import Record
    from fastarch.spec.names import Name
    from fastarch.spec.resource import Field, Resource


@dataclass(frozen=True, slots=True)
class Spec:
    """What a resource was made from, and what its living source says.

    Args:
        place: The living source's file, for a person.
        said: What the living source says.
        carried_out: What was carried out, settled: id and timestamps are said.
        living: What the living source says, settled likewise.
    """

    place: str
    said: Resource
    carried_out: Resource
    living: Resource

    @property
    def differs(self) -> bool:
        """Whether there is something to carry out."""
        return self.carried_out != self.living


def carried_out(record: Record) -> Resource:
    """What a resource was made from, settled, with the features that were added to it."""
    from fastarch.spec.read import read_text

    (resource,) = read_text(record.options["spec"], record.spec_path)
    resource = with_features(replace(resource, **_settled(record)), record.options)
    plain = _is_of_first_version(record) and differs_plainly(resource)
    return replace(resource, plain_indexes=plain)


def with_features(resource: Resource, options: Mapping[str, Any]) -> Resource:
    """What a spec says, and what ``fastarch add`` has added to the resource since.

    Args:
        options: A record's.
    """
    if pages := options.get("pages"):
        resource = replace(resource, pages=Pages(**pages))
    if guard := options.get("guard"):
        resource = replace(resource, guard=Guard(**guard))
    if flags := options.get("flags"):
        resource = with_flags(resource, flags)
    if related := options.get("related"):
        resource = with_related(resource, related)
    return resource


def read_spec(record: Record, draft: Draft) -> Spec:
    """Read both specs of a resource.

    Raises:
        UsageError: the living one is missing or wrong, or says another type of id.
    """
    said = _living(record, draft)
    given = {key: value for key, value in _settled(record).items() if getattr(said, key) is None}
    place = record.source or record.spec_path
    settled = replace(said, **given)
    living = with_features(settled, {**record.options, **features_now(record, settled, draft)})
    if living.id != record.options["id"]:
        message = f"The ids of {record.name} are {record.options['id']}, and stay so."
        hint = "rows, and those that refer to them, have them; leave id as it was"
        raise UsageError(Problem(message, file=place, hint=hint))
    return Spec(place, said, carried_out(record), living)


def is_behind(record: Record, others: Collection[str], draft: Draft) -> bool:
    """Whether a field of one of the others has changed that a resource is filtered by.

    Args:
        others: Names of resources.

    Raises:
        UsageError: a spec is missing or wrong.
    """
    kept = record.options.get("related")
    if not kept:
        return False
    resource = carried_out(record)
    if not any(one.target.many in others for one in resource.relations):
        return False
    return bool(features_now(record, resource, draft)["related"] != kept)


def is_carried_out(record: Record, draft: Draft) -> bool:
    """Whether the living spec says what was carried out.

    Raises:
        UsageError: the living one is missing or wrong.
    """
    found = source_digest(record, draft)
    is_same = found is not None and found == record.options.get("source_digest")
    if is_same and not record.options.get("related") and not _is_of_first_version(record):
        return True  # nothing to parse, a hundred times
    return not read_spec(record, draft).differs


def places(source: str, draft: Draft) -> dict[str, int]:
    """Where each resource stands in a spec's file, from 0.

    Raises:
        UsageError: the file is wrong.
    """
    file = draft.root / source
    found = _read_once(file, source, file.read_bytes())
    return {resource.name.many: number for number, resource in enumerate(found)}


def source_digest(record: Record, draft: Draft) -> str | None:
    """The SHA-256 of the living source's file, None where it is missing."""
    if record.source is None:
        return digest(draft.read(record.spec_path))
    file = draft.root / record.source
    return digest(file.read_bytes()) if file.is_file() else None


def features_now(record: Record, said: Resource, draft: Draft) -> dict[str, Any]:
    """What was added to a resource, by the names and types that fields have by now.

    Args:
        said: What the living source says.
    """
    found: dict[str, Any] = {}
    if flags := record.options.get("flags"):
        found["flags"] = followed_flags(said, flags)
    if kept := record.options.get("related"):
        found["related"] = followed(said, kept, _fields(record, said, draft))
    return found


def _fields(
    record: Record, said: Resource, draft: Draft
) -> Callable[[Name], tuple[Field, ...] | None]:
    """Finds the fields of a resource that fastarch has made."""

    def fields_of(name: Name) -> tuple[Field, ...] | None:
        if name.many == record.name:
            return said.columns
        other = state.load(draft, "resource", name.many)
        if other is None or other.options.get("adopted"):
            return None
        return _living(other, draft).columns

    return fields_of


def _is_of_first_version(record: Record) -> bool:
    """Whether code was made by a version that did not yet say which one it was."""
    return not (record.options.get("version") or record.options.get("adopted"))


def _settled(record: Record) -> Mapping[str, Any]:
    return {"id": record.options["id"], "timestamps": record.options["timestamps"]}


def _living(record: Record, draft: Draft) -> Resource:
    from fastarch.spec.read import find

    if record.source is None:
        text = draft.read(record.spec_path)
        if text is None:
            hint = "restore it from version control"
            message = f"The spec of {record.name} is missing."
            raise UsageError(Problem(message, file=record.spec_path, hint=hint))
        found = _read_once(draft.root / record.spec_path, record.spec_path, text)
        if [one.name.many for one in found] != [record.name]:
            message = f"The spec of {record.name} describes something else."
            hint = "a resource keeps its name; make another one with fastarch new resource"
            raise UsageError(Problem(message, file=record.spec_path, hint=hint))
        return found[0]
    file = draft.root / record.source
    if not file.is_file():
        message = f"The spec of {record.name} is missing."
        raise UsageError(Problem(message, file=record.source, hint="restore it, or move it back"))
    try:
        living = find(_read_once(file, record.source, file.read_bytes()), record.name)
    except UsageError as error:
        if error.problems[0].file is not None:
            raise
        message = f"{record.name} is no longer in its spec."
        hint = f"put it back, or take it out: fastarch remove resource {record.name}"
        raise UsageError(Problem(message, file=record.source, hint=hint)) from error
    return replace(living, **record.options.get("overrides", {}))


@lru_cache(maxsize=8)
def _read_once(file: Path, shown: str, _content: bytes) -> tuple[Resource, ...]:
    """Many resources may come from one file."""
    from fastarch.spec.document import load
    from fastarch.spec.mapping import resources_of

    return resources_of(load(file, shown))
