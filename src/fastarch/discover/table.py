"""What a table is, as a model class or a database says it: the common ground of both."""

from __future__ import annotations

from dataclasses import field

from fastarch.discover.symbols import Place
from fastarch.records import dataclass
from fastarch.spec.resource import ScalarType


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """A column's type.

    Args:
        kind: What a spec calls it; None where it has no word for it.
        told: As it is written, for a notice.
        note: What the spec's word leaves unsaid, as the rest of a sentence.
    """

    kind: ScalarType | None
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    choices: tuple[str, ...] = ()
    item: TypeFacts | None = None
    told: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a foreign key refers to; ``on_delete`` as SQL says it, in capitals."""

    table: str
    column: str
    on_delete: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column.

    Args:
        name: The attribute of the model.
        column: Its name in the database.
        type: None where nothing says it (a foreign key has its target's).
        default: As text, see `Field.default`.
        unsaid: What is known of it and cannot be said, in sentences without a subject.
        computed: The database makes its value.
        limits: ``ge``, ``min_length`` and their like, by attribute of a spec's field.
    """

    name: str
    column: str
    type: TypeFacts | None = None
    null: bool = False
    primary: bool = False
    unique: bool = False
    index: bool = False
    default: str | None = None
    server_default: str | None = None
    foreign: Foreign | None = None
    doc: str | None = None
    limits: tuple[tuple[str, str | int], ...] = ()
    unsaid: tuple[str, ...] = ()
    computed: bool = False
    at: Place | None = None


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """An index or unique constraint over columns, by their database names."""

    columns: tuple[str, ...]
    unique: bool = False
    name: str | None = None
    at: Place | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship of a model.

    Args:
        table: The other model's table.
        back: The attribute of the other model.
        keys: The own attributes that are its foreign key, where it says them.
        through: The table between the two of a many-to-many; empty where it cannot be told.
        on_delete: What the table between the two does when the other is deleted.
    """

    name: str
    table: str
    back: str | None = None
    keys: tuple[str, ...] = ()
    through: str | None = None
    on_delete: str | None = None
    at: Place | None = None


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table with all that is known of it.

    Args:
        checks: The SQL of its check constraints, with their places.
        unsaid: What is known and cannot be said, in sentences.
    """

    table: str
    columns: tuple[ColumnFacts, ...]
    indexes: tuple[IndexFacts, ...] = ()
    links: tuple[Link, ...] = ()
    checks: tuple[tuple[str, Place | None], ...] = ()
    doc: str | None = None
    at: Place | None = None
    unsaid: tuple[str, ...] = field(default=())
