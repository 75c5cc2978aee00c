"""From what a table is to the resource that a spec would call it; and what no spec can say."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field, replace

from fastarch.discover.admitted import admitted
from fastarch.discover.checks import read_check
from fastarch.discover.profile import Place
from fastarch.discover.table import ColumnFacts, Foreign, IndexFacts, Link, TableFacts, TypeFacts
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.records import dataclass
from fastarch.spec.check import check_resource
from fastarch.spec.names import Name
from fastarch.spec.resource import Field, IdType, Index, OnDelete, Relation, Resource, ScalarType

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
_RULES: Mapping[str | None, OnDelete] = {
    None: "restrict", "NO ACTION": "restrict", "RESTRICT": "restrict", "CASCADE": "cascade",
    "SET NULL": "set_null",
}  # fmt: skip
_UNINDEXED = frozenset({"m2m", "json", "bytes", "list"})
# The lengths that a spec's type has by itself.
_OWN_LENGTHS: Mapping[ScalarType, int] = {"str": 255, "email": 320, "url": 2048}


@dataclass(frozen=True, slots=True)
class Other:
    """What a foreign key refers to: the resource's name, its key's column and its type."""

    name: Name
    id_name: str | None = None
    id_type: IdType | None = None


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
    reader = _Reader(facts, name, other, seen)
    key, id_type = reader.key()
    fields = tuple(reader.fields())
    resource = Resource(
        name,
        fields,
        tuple(reader.indexes(fields, key)),
        id=id_type,
        timestamps=reader.timestamps,
        soft_delete=reader.soft_delete,
        table=facts.table,
        doc=_telling(facts.doc, name),
    )
    if resource.id == "str":
        resource = replace(resource, id=None)  # nothing that a spec could ask for
    try:
        check_resource(resource)
    except UsageError as error:
        where = facts.at
        problems = [
            replace(one, file=where.file, line=where.line) if where else one
            for one in error.problems
        ]
        raise NotUnderstoodError(*problems) from error
    return Adoption(resource, key.name, id_type, (*reader.told(), *facts.unsaid))


class _Reader:
    """Reads columns into fields and remembers what it could not say."""

    def __init__(
        self, facts: TableFacts, name: Name, other: Callable[[str], Other | None], seen: Seen
    ) -> None:
        self.facts = facts
        self.name = name
        self.other = other
        self.seen = seen
        self.sentences: list[str] = []
        self.notes: dict[str, list[ColumnFacts]] = {}
        by_name = {column.name: column for column in facts.columns}
        self.timestamps = all(_is_moment(by_name.get(word)) for word in _TIMESTAMPS)
        deleted = by_name.get("deleted_at")
        self.soft_delete = deleted is not None and _is_moment(deleted) and deleted.null
        self.single = {
            index.columns[0]: index for index in facts.indexes if len(index.columns) == 1
        }
        self.limits, self.choices = self._checks()

    def key(self) -> tuple[ColumnFacts, IdType]:
        """The primary key and its type."""
        keys = [column for column in self.facts.columns if column.primary]
        table = self.facts.table
        if len(keys) != 1:
            told = (
                f"has a key of several columns ({', '.join(key.name for key in keys)})"
                if keys
                else "has no primary key"
            )
            raise self._refused(f"The table {table} {told}: a resource is known by a single id.")
        (key,) = keys
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
            self._say(f"The key is called `{key.name}`; a spec knows it as `id`", key.at)
        if key.foreign is not None:
            self._say(
                f"The key `{key.name}` refers to {key.foreign.table}, which a spec cannot say",
                key.at,
            )
        return key, id_type

    def fields(self) -> Iterator[Field | Relation]:
        """The fields, then the many-to-many relations."""
        names = {column.name for column in self.facts.columns}
        for column in self.facts.columns:
            if column.primary:
                continue
            if column.column != column.name:
                self._say(
                    f"The column of `{column.name}` is called `{column.column}`;"
                    " a spec has one name for both",
                    column.at,
                )
            for said in column.unsaid:
                self._say(f"Column `{column.name}` {said}", column.at)
            if (self.timestamps and column.name in _TIMESTAMPS) or (
                self.soft_delete and column.name == "deleted_at"
            ):
                self._note(column)
                continue
            relation = self._relation(column, names) if column.foreign else None
            found = relation or self._field(column)
            if found is not None:
                admitted_one, told = admitted(found)
                for sentence in told:
                    self._say(sentence, column.at)
                if admitted_one is not None:
                    yield admitted_one
        yield from self._links(names)

    def indexes(self, fields: tuple[Field | Relation, ...], key: ColumnFacts) -> Iterator[Index]:
        """The indexes over several fields."""
        known = {field.name: field for field in fields}
        words = {column.column: column.name for column in self.facts.columns}
        of_relation = {one.column: one.name for one in fields if isinstance(one, Relation)}
        words = {column: of_relation.get(name, name) for column, name in words.items()}
        words[key.column] = "id"
        beside = {"id"} | (set(_TIMESTAMPS) if self.timestamps else set())
        beside |= {"deleted_at"} if self.soft_delete else set()
        made: dict[tuple[str, ...], Index] = {}
        for index in self.facts.indexes:
            if len(index.columns) == 1 and words.get(index.columns[0]) in known:
                continue
            names = tuple(words.get(one, one) for one in index.columns)
            kinds = {
                one.kind if isinstance(one, Relation) else one.type
                for name in names
                if (one := known.get(name))
            }
            if not set(names) <= known.keys() | beside or kinds & _UNINDEXED:
                self._say(f"An index over {', '.join(index.columns)} cannot be said", index.at)
                continue
            before = made.get(names)
            made[names] = Index(
                names,
                unique=index.unique or (before is not None and before.unique),
                name=self._index_name(index) or (before.name if before else None),
            )
        yield from made.values()

    def told(self) -> Iterator[str]:
        """What could not be said, in sentences."""
        for note, columns in self.notes.items():
            if len(columns) == 1:
                yield _sentence(f"Column `{columns[0].name}` {note}", columns[0].at)
            else:
                names = ", ".join(f"`{column.name}`" for column in columns)
                yield _sentence(f"Of the columns {names}, each {note}", columns[0].at)
        yield from self.sentences

    # --- columns

    def _field(self, column: ColumnFacts) -> Field | None:
        found = column.type
        if found is None or found.kind is None:
            told = found.told if found else "a type that is not said"
            self._say(
                f"Column `{column.name}` has the type {told}, which a spec cannot say;"
                " it is left out",
                column.at,
            )
            return None
        self._note(column)
        kind, choices = found.kind, found.choices
        if kind in ("str", "text"):
            if words := self.choices.pop(column.column, ()):
                kind, choices = "enum", words
            kind = self.seen.kinds.get(column.name, kind)
        length = found.max_length if kind != "enum" else None
        index = self.single.get(column.column)
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
            server_default=column.server_default,
            doc=_one_line(column.doc),
        )
        limits = {**dict(column.limits), **self.limits.pop(column.column, {})}
        plain = replace(plain, **limits)  # type: ignore[arg-type]
        if _SECRET.search(column.name) and column.name not in self.seen.shown:
            filled = plain.null or plain.default is not None or plain.server_default is not None
            if filled:
                return replace(plain, hidden=True)
            self._say(
                f"Column `{column.name}` is required and no answer shows it;"
                " a spec says `hidden` only of what may be missing, so it is `writeonly`",
                column.at,
            )
            return replace(plain, writeonly=True)
        return plain

    def _relation(self, column: ColumnFacts, names: set[str]) -> Relation | None:
        """A foreign key as a ref; None, and a plain field, where a spec cannot say it so."""
        foreign = column.foreign
        assert foreign is not None
        shown = f"Column `{column.name}` refers to {foreign.table or 'another table'}"
        target = self.other(foreign.table) if foreign.table else None
        short = column.name.removesuffix("_id")
        why = ""
        if target is None:
            why = ", which is no name that a spec takes"
        elif short == column.name or not short:
            why = ", but a ref's column ends in `_id`"
        elif target.id_name is not None and foreign.column != target.id_name:
            why = f" by its `{foreign.column}`, which is not its key"
        elif short in names:
            why = f", but `{short}` is a column too"
        if why or target is None:
            self._say(f"{shown}{why}; it is kept as a plain field", column.at)
            return None
        if column.default is not None or column.server_default is not None:
            self._say(f"{shown} and has a default, which a ref has not", column.at)
        index = self.single.get(column.column)
        unique = column.unique or (index is not None and index.unique)
        return Relation(
            short,
            "ref",
            target.name,
            null=column.null,
            unique=unique,
            index=column.index or unique or index is not None,
            on_delete=self._rule(column, foreign),
            back=self._back(column, short, foreign.table),
            doc=_one_line(column.doc),
        )

    def _rule(self, column: ColumnFacts, foreign: Foreign) -> OnDelete:
        rule = _RULES.get(foreign.on_delete)
        if rule is None or (rule == "set_null" and not column.null):
            self._say(
                f"Column `{column.name}` has ON DELETE {foreign.on_delete}, which a spec cannot say"
                f"{' of a column that is required' if rule else ''}",
                column.at,
            )
            return "restrict"
        return rule

    def _back(self, column: ColumnFacts, short: str, table: str) -> str | None:
        """The attribute of the other side, where a relationship over the key says it."""
        own = [link for link in self.facts.links if link.table == table and link.through is None]
        keys = [one for one in self.facts.columns if one.foreign and one.foreign.table == table]
        link = next((link for link in own if link.keys == (column.name,)), None)
        link = link or next((link for link in own if link.name == short and not link.keys), None)
        if link is None and len(keys) == 1 and table != self.facts.table:
            link = next((link for link in own if not link.keys), None)
        if link is None:
            return None
        if link.name != short:
            self._say(
                f"The relationship over `{column.name}` is called `{link.name}`;"
                f" a spec calls it `{short}`",
                link.at,
            )
        return link.back

    def _links(self, names: set[str]) -> Iterator[Relation]:
        """The many-to-many relations; of two that share a table, the first."""
        seen = set(self.seen.taken)
        for link in self.facts.links:
            if link.through is None or (link.through and link.through in seen):
                continue
            target = self.other(link.table) if link.table else None
            if not link.through or target is None or link.name in names:
                self._say(
                    f"The relationship `{link.name}` goes through a table that was not found;"
                    " it is left out",
                    link.at,
                )
                continue
            seen.add(link.through)
            relation, told = admitted(self._many(link, target))
            for sentence in told:
                self._say(sentence, link.at)
            if isinstance(relation, Relation):
                yield relation

    def _many(self, link: Link, target: Other) -> Relation:
        usual = f"{self.facts.table}_{link.name}"
        return Relation(
            link.name,
            "m2m",
            target.name,
            index=False,
            on_delete="cascade" if link.on_delete == "CASCADE" else "restrict",
            back=link.back,
            via=None if link.through == usual else link.through,
        )

    # --- checks, indexes, notices

    def _checks(self) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, ...]]]:
        limits: dict[str, dict[str, str]] = {}
        choices: dict[str, tuple[str, ...]] = {}
        columns = {column.column: column for column in self.facts.columns}
        for sql, at in self.facts.checks:
            check = read_check(sql)
            column = columns.get(check.column) if check else None
            kind = column.type.kind if column and column.type else None
            if check and check.limits and kind in ("int", "bigint", "float", "decimal"):
                limits.setdefault(check.column, {}).update(check.limits)
            elif check and check.choices and kind in ("str", "text"):
                choices[check.column] = check.choices
            elif not (check and check.choices and kind == "enum"):
                self.sentences.append(_sentence(f"A spec cannot say the check `{sql}`", at))
        return limits, choices

    def _index_name(self, index: IndexFacts) -> str | None:
        """The index's name, where it is not one that is made of the table and its columns."""
        columns = "_".join(index.columns)
        table = self.facts.table
        usual = {f"ix_{table}_{columns}", f"uq_{table}_{columns}", f"{table}_{columns}_key"}
        return None if index.name in usual else index.name

    def _note(self, column: ColumnFacts) -> None:
        if column.type is not None and column.type.note:
            self.notes.setdefault(column.type.note, []).append(column)

    def _say(self, sentence: str, at: Place | None) -> None:
        self.sentences.append(_sentence(sentence, at))

    def _refused(self, message: str) -> NotUnderstoodError:
        at = self.facts.at
        return NotUnderstoodError(
            Problem(message, at.file if at else None, at.line if at else None)
        )


def _sentence(text: str, at: Place | None) -> str:
    return f"{text} ({at.file}:{at.line})." if at else f"{text}."


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
