"""From what a table is to the resource that a spec would call it; and what no spec can say."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field, replace

from fastarch.discover.admitted import admitted
from fastarch.discover.adopted_constraints import indexes, limits_and_choices
from fastarch.discover.adopted_relations import Other, Relations
from fastarch.discover.table import ColumnFacts, TableFacts, TypeFacts
from fastarch.discover.told import Told
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.records import dataclass
from fastarch.spec.check import check_resource
from fastarch.spec.names import Name
from fastarch.spec.resource import Field, IdType, Relation, Resource, ScalarType

__all__ = ["Adoption", "Other", "Seen", "adopt_table"]

_ID_TYPES: Mapping[ScalarType, IdType] = {
    "int": "int", "bigint": "int", "uuid": "uuid", "str": "str", "text": "str",
}  # fmt: skip
_TIMESTAMPS = ("created_at", "updated_at")
_SECRET = re.compile(r"(?:^|_)(?:password|passwd|pwd|passphrase)(?:_|$)|^(?:\w+_)?(?:secret|salt)$")
# Words of a docstring that says no more than the class's name.
_EMPTY_WORDS = frozenset(
    """
    a an the this model table entity class orm sqlalchemy sqlmodel database db for of in
    representing represents record
    """.split()  # noqa: SIM905
)
# The lengths that a spec's type has by itself.
_OWN_LENGTHS: Mapping[ScalarType, int] = {"str": 255, "email": 320, "url": 2048}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the app's schemas add to a table.

    Args:
        shown: The fields that are answered.
        kinds: Fields that are e-mail or web addresses there.
        taken: Tables between two resources that another's spec has.
    """

    shown: frozenset[str] = frozenset()
    kinds: Mapping[str, ScalarType] = field(default_factory=dict)
    taken: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Adoption:
    """A resource as it was found, the attribute that is its key, its type, and what to tell."""

    resource: Resource
    id_name: str
    id_type: IdType
    notices: tuple[str, ...] = ()


def adopt_table(
    facts: TableFacts, name: Name, other: Callable[[str], Other | None], seen: Seen
) -> Adoption:
    """The resource that a table is.

    Args:
        facts: The table.
        name: What the resource is called.
        other: The resource of a table that is referred to, None where nobody knows the table.
        seen: What schemas and other resources add.

    Raises:
        NotUnderstoodError: the table has no key of one column, or its parts are at odds.
    """
    told = Told()
    reader = _Reader(facts, other, seen, told)
    key, id_type = reader.key()
    fields = tuple(reader.fields())
    beside = {"id"} | (set(_TIMESTAMPS) if reader.timestamps else set())
    beside |= {"deleted_at"} if reader.soft_delete else set()
    resource = Resource(
        name,
        fields,
        tuple(indexes(facts, fields, key, beside, told)),
        id=None if id_type == "str" else id_type,  # a text is nothing that a spec could ask for
        timestamps=reader.timestamps,
        soft_delete=reader.soft_delete,
        table=facts.table,
        doc=_telling(facts.doc, name),
    )
    try:
        check_resource(resource)
    except UsageError as error:
        at = facts.at
        problems = [replace(p, file=at.file, line=at.line) if at else p for p in error.problems]
        raise NotUnderstoodError(*problems) from error
    return Adoption(resource, key.name, id_type, (*told.sentences(), *facts.unsaid))


class _Reader:
    """Reads columns into fields."""

    def __init__(
        self, facts: TableFacts, other: Callable[[str], Other | None], seen: Seen, told: Told
    ) -> None:
        self.facts = facts
        self.other = other
        self.seen = seen
        self.told = told
        self.relations = Relations(facts, other, seen.taken, told)
        by_name = {column.name: column for column in facts.columns}
        self.timestamps = all(_is_moment(by_name.get(word)) for word in _TIMESTAMPS)
        deleted = by_name.get("deleted_at")
        self.soft_delete = deleted is not None and _is_moment(deleted) and deleted.null
        self.single = {
            index.columns[0]: index for index in facts.indexes if len(index.columns) == 1
        }
        self.id_name = ""
        self.limits, self.choices = limits_and_choices(facts, told)

    def key(self) -> tuple[ColumnFacts, IdType]:
        """The primary key and its type."""
        keys = [column for column in self.facts.columns if column.primary]
        table = self.facts.table
        alone = [column for column in keys if column.unique]
        if len(keys) > 1 and alone:
            told = ", ".join(key.name for key in keys)
            sentence = f"The key is of several columns ({told}); `{alone[0].name}` is unique alone"
            self.told.say(f"{sentence}, and a spec has no more", alone[0].at)
            keys = alone[:1]
        if len(keys) != 1:
            told = (
                f"has a key of several columns ({', '.join(key.name for key in keys)})"
                if keys
                else "has no primary key"
            )
            hint = None
            if keys and all(key.foreign for key in keys):
                hint = f"a table between two resources is an `m2m` of one of them, `via={table}`"
            raise self._refused(
                f"The table {table} {told}: a resource is known by a single id.", hint
            )
        (key,) = keys
        self.id_name = key.name
        id_type = _ID_TYPES.get(key.type.kind) if key.type and key.type.kind else None
        if id_type is None and key.foreign is not None:
            target = self.other(key.foreign.table)
            id_type = target.id_type if target else None
        if id_type is None:
            told = key.type.told if key.type else "a type that is not said"
            raise self._refused(
                f"The key of {table}, `{key.name}`, has {told}: an id is an int, a uuid or a text."
            )
        if key.name != "id":
            self.told.say(f"The key is called `{key.name}`; a spec knows it as `id`", key.at)
        if key.foreign is not None:
            self.told.say(
                f"The key `{key.name}` refers to {key.foreign.table}, which a spec cannot say",
                key.at,
            )
        return key, id_type

    def fields(self) -> Iterator[Field | Relation]:
        """The fields, then the many-to-many relations."""
        for column in self.facts.columns:
            if column.name == self.id_name:
                continue
            if column.column != column.name:
                self.told.say(
                    f"The column of `{column.name}` is called `{column.column}`;"
                    " a spec has one name for both",
                    column.at,
                )
            for said in column.unsaid:
                self.told.say(f"Column `{column.name}` {said}", column.at)
            if self._is_option(column):
                self.told.note(column)
                continue
            if column.computed:
                sentence = f"Column `{column.name}` is computed by the database"
                self.told.say(f"{sentence}, which a spec cannot say; it is left out", column.at)
                continue
            relation = None
            if column.foreign is not None:
                relation = self.relations.ref(column, self.single.get(column.column))
            if relation is not None:
                yield relation
                continue
            plain = self._field(column)
            if plain is not None:
                found, told = admitted(plain)
                for sentence in told:
                    self.told.say(sentence, column.at)
                if found is not None:
                    yield found
        yield from self.relations.many()

    def _is_option(self, column: ColumnFacts) -> bool:
        """Whether an option of the resource makes the column."""
        if column.name == "deleted_at":
            return self.soft_delete
        return self.timestamps and column.name in _TIMESTAMPS

    def _field(self, column: ColumnFacts) -> Field | None:
        found = column.type or self._type_of_target(column)
        if found is None or found.kind is None:
            told = found.told if found else "a type that is not said"
            self.told.say(
                f"Column `{column.name}` has the type {told}, which a spec cannot say;"
                " it is left out",
                column.at,
            )
            return None
        self.told.note(column)
        kind, choices = found.kind, found.choices
        if kind in ("str", "text"):
            if words := self.choices.pop(column.column, ()):
                kind, choices = "enum", words
            kind = self.seen.kinds.get(column.name, kind)
        length = found.max_length if kind != "enum" else None
        index = self.single.get(column.column)
        server = column.server_default
        if kind == "list" and server == "{}":
            server = "[]"  # an empty array, as JSON has it
        elif kind == "bool" and server in ("t", "f"):
            server = "true" if server == "t" else "false"  # as PostgreSQL writes them
        unique = column.unique or (index is not None and index.unique)
        plain = Field(
            column.name,
            kind,
            max_length=None if length == _OWN_LENGTHS.get(kind) else length,
            precision=found.precision,
            scale=found.scale,
            choices=choices,
            item=_item(found.item) if found.item else None,
            null=column.null,
            unique=unique,
            index=(column.index or index is not None) and not unique,
            default=column.default,
            server_default=server,
            doc=_one_line(column.doc),
        )
        limits = {**dict(column.limits), **self.limits.pop(column.column, {})}
        plain = replace(plain, **limits)  # type: ignore[arg-type]
        if _SECRET.search(column.name) and column.name not in self.seen.shown:
            filled = plain.null or plain.default is not None or plain.server_default is not None
            if filled:
                return replace(plain, hidden=True)
            self.told.say(
                f"Column `{column.name}` is required and no answer shows it;"
                " a spec says `hidden` only of what may be missing, so it is `writeonly`",
                column.at,
            )
            return replace(plain, writeonly=True)
        return plain

    def _type_of_target(self, column: ColumnFacts) -> TypeFacts | None:
        """A foreign key that names no type has that of the key that it refers to."""
        target = self.other(column.foreign.table) if column.foreign else None
        return TypeFacts(target.id_type) if target and target.id_type else None

    def _refused(self, message: str, hint: str | None = None) -> NotUnderstoodError:
        at = self.facts.at
        file, line = (at.file, at.line) if at else (None, None)
        return NotUnderstoodError(Problem(message, file, line, hint=hint))


def _is_moment(column: ColumnFacts | None) -> bool:
    return column is not None and column.type is not None and column.type.kind == "datetime"


def _item(found: TypeFacts) -> Field:
    """What a list holds, as a nameless field."""
    return Field(
        "",
        found.kind or "str",
        max_length=found.max_length if found.kind == "str" else None,
        precision=found.precision,
        scale=found.scale,
        choices=found.choices,
    )


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None


def _telling(doc: str | None, name: Name) -> str | None:
    """The first paragraph of a docstring, where it says more than the name does."""
    first = _one_line((doc or "").partition("\n\n")[0])
    if first is None:
        return None
    own = {*name.one.split("_"), *name.many.split("_"), name.One.lower(), name.Many.lower()}
    words = re.findall(r"\w+", first.lower())
    return first if set(words) - own - _EMPTY_WORDS else None
