"""Filters of a scaffolded list by fields of what its relations refer to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.discover.discovery import read
from fastarch.discover.index import Definition
from fastarch.discover.ordering import OrderColumn, keys_of
from fastarch.discover.related import comparable
from fastarch.discover.row_columns import columns_of, is_secret
from fastarch.discover.tableindexes import missing_index
from fastarch.errors import Problem, UsageError
from fastarch.plan.column_indexes import index_edits
from fastarch.plan.filters import clash, parameter
from fastarch.plan.narrowing_columns import is_long
from fastarch.plan.parts import Part
from fastarch.plan.targets import require_model
from fastarch.records import dataclass
from fastarch.spec.place import one_of
from fastarch.spec.related import plain
from fastarch.spec.resource import Related
from fastarch.spec.vocabulary import FLAGS
from fastarch.workflow import carry, known
from fastarch.workflow.due import in_step
from fastarch.workflow.living import with_features
from fastarch.workflow.session import read_app

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import MadeEdit, Record
    from fastarch.discover.tableindexes import Index
    from fastarch.spec.names import Name
    from fastarch.spec.resource import Field, Relation, Resource
    from fastarch.workflow.due import Due
    from fastarch.workflow.session import Target
    from fastarch.workflow.sync import Request


@dataclass(frozen=True, slots=True)
class Wanted:
    """What filters through relations need.

    Args:
        related: The fields.
        indexed: Resources of fastarch's, each with a field that needs an index.
        missing: The indexes that tables of other models need.
    """

    related: tuple[Related, ...] = ()
    indexed: tuple[tuple[Record, str], ...] = ()
    missing: tuple[Index, ...] = ()


class Reader:
    """Reads what relations refer to: a spec of fastarch's, else the code of a model."""

    def __init__(self, resource: Resource, draft: Draft, target: Target) -> None:
        self.resource = resource
        self.draft = draft
        self.target = target

    def read(self, names: Iterable[str]) -> Wanted:
        """What filters by such fields need.

        Args:
            names: ``customer.name``.

        Raises:
            UsageError: There is no such relation or field, or it can be no filter.
            ConflictError: What a relation refers to is out of step.
        """
        found = [self._read(name) for name in dict.fromkeys(names)]
        related = tuple(one for wanted in found for one in wanted.related)
        two = clash([f"{one.relation}.{one.field.name}" for one in related])
        if two is not None:
            message = f"{two[0]} and {two[1]} would both be asked for by {parameter(two[1])}."
            raise UsageError(Problem(message, hint="leave one of them out"))
        return Wanted(
            related,
            tuple(one for wanted in found for one in wanted.indexed),
            tuple(one for wanted in found for one in wanted.missing),
        )

    def _read(self, name: str) -> Wanted:
        first, _, field = name.partition(".")
        by_name = {one.name: one for one in self.resource.relations}
        relation = by_name.get(first)
        if relation is None:
            message = f"{self.resource.name.many} has no relation {first!r}."
            raise UsageError(Problem(message, hint=one_of(first, by_name)))
        if "." in field:
            raise UsageError(Problem(f"{name} is too far: filters reach into one relation."))
        record = self._record(relation.target)
        if record is None:
            return self._of_code(relation, field)
        is_own = relation.target == self.resource.name
        other = self.resource if is_own else in_step(record, self.draft).spec.living
        return self._of_spec(relation, field, other.columns, record)

    def _record(self, name: Name) -> Record | None:
        record = state.load(self.draft, "resource", name.many)
        return None if record is None or record.options.get("adopted") else record

    def _of_spec(
        self, relation: Relation, name: str, fields: Sequence[Field], record: Record
    ) -> Wanted:
        by_name = {one.name: one for one in fields}
        able = [one.name for one in fields if _why_not(one) is None]
        field = by_name.get(name)
        _require(relation, name, able, _why_not(field) if field else None, known=field is not None)
        assert field is not None
        is_indexed = field.index or field.filter or field.sort or field.unique
        indexed = () if is_indexed else ((record, name),)
        return Wanted((Related(relation.name, plain(field)),), indexed)

    def _of_code(self, relation: Relation, name: str) -> Wanted:
        reading = read(self.draft.root, entry=self.target.entry, layout=self.target.layout)
        index, profile = reading.index, reading.profile
        model = require_model(profile, self.resource, relation)
        definition = index.resolve(index.at(model.symbol.at.file), model.symbol.name)
        assert isinstance(definition, Definition)
        columns = columns_of(index, definition, profile)
        found = {one: comparable(index, definition, facts) for one, facts in columns.items()}
        able = [one for one, said in found.items() if not isinstance(said, str)]
        able = [one for one in able if not is_secret(one)]
        said = found.get(name)
        why = said if isinstance(said, str) else _secret(name)
        _require(relation, name, able, why, known=said is not None)
        assert isinstance(said, tuple)
        order = [OrderColumn(definition, name)]
        missing = missing_index(index, definition, order, keys_of(index, definition), profile)
        if is_long(columns[name]):
            missing = None
        field, enum = said
        return Wanted((Related(relation.name, field, enum),), (), (missing,) if missing else ())


def _require(
    relation: Relation, name: str, able: Sequence[str], why: str | None, *, known: bool
) -> None:
    many = relation.target.many
    hint = f"there are {', '.join(f'{relation.name}.{one}' for one in able) or 'none'}"
    if not known:
        raise UsageError(Problem(f"{many} has no field {name!r} that can be read.", hint=hint))
    if why is not None:
        raise UsageError(Problem(f"{many}.{name} can be no filter: {why}.", hint=hint))


def _why_not(field: Field) -> str | None:
    """Why requests must not ask about a field; None where they may."""
    if field.hidden or field.writeonly:
        return "clients never see it, and could find its value out piece by piece"
    if field.type not in FLAGS["filter"].types:
        return "its type cannot be compared with a text"
    return _secret(field.name)


def _secret(name: str) -> str | None:
    return "its value could be found out piece by piece" if is_secret(name) else None


def merged(before: Iterable[Related], more: Iterable[Related]) -> tuple[Related, ...]:
    """Fields that there are, and those that come; one that is there already is as it is now."""
    found = {(one.relation, one.field.name): one for one in (*before, *more)}
    return tuple(found.values())


def index_dues(wanted: Wanted, own: str, draft: Draft) -> tuple[Due, ...]:
    """The other resources of fastarch's with the flag of an index on fields that need one.

    Args:
        own: The resource that is filtered.

    Raises:
        ConflictError: One is out of step.
    """
    by_name: dict[str, list[str]] = {}
    for record, name in wanted.indexed:
        if record.name != own:
            by_name.setdefault(record.name, []).append(name)
    found = []
    for name, fields in by_name.items():
        due = in_step(known.find(draft, name), draft)
        flags = due.record.options.get("flags", {})
        more = {**flags, "index": list(dict.fromkeys((*flags.get("index", ()), *fields)))}
        spec = replace(due.spec, living=with_features(due.spec.living, {"flags": more}))
        found.append(replace(due, spec=spec, features={**due.features, "flags": more}))
    return tuple(found)


def draft_indexes(
    missing: Sequence[Index], draft: Draft, target: Target, request: Request
) -> tuple[tuple[MadeEdit, ...], tuple[str, ...]]:
    """Draft the indexes of other models, but for their revision.

    Returns:
        The edits, and what to tell.
    """
    if not missing:
        return (), ()
    profile = read_app(draft.root, target)
    written = profile.alembic is not None and request.migration
    part = Part("feature", "filtering", tuple(index_edits(missing, profile, written=written)))
    drafted, told = carry.draft((part,), draft, profile.formatting)
    return carry.keep_feature(part, drafted[part.kind, part.name], draft), told
