"""What the user asked for: a resource with its fields, relations and indexes."""

from __future__ import annotations

from typing import Literal

from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.plurals import singularise

ScalarType = Literal[
    "str", "text", "int", "bigint", "float", "decimal", "bool", "date", "time", "datetime",
    "uuid", "json", "bytes", "email", "url", "enum", "list",
]  # fmt: skip
OnDelete = Literal["cascade", "restrict", "set_null"]
# A text key is never asked for: the app's base gives it.
IdType = Literal["int", "uuid", "str"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a resource.

    Text stays text: ``default``, ``ge`` and their siblings hold what the user wrote, checked to be
    a value of the type; templates turn it into a literal.

    Args:
        name: snake_case attribute and column name.
        max_length: Largest number of characters (str, email, url, bytes) or items (list).
        min_length: Smallest number of characters or items.
        precision: Digits in all (decimal).
        scale: Digits after the point (decimal).
        choices: The words of an enum, in order.
        item: The type of a list's items; a nameless field.
        was: The column's former name, for a rename.
    """

    name: str
    type: ScalarType = "str"
    max_length: int | None = None
    min_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    choices: tuple[str, ...] = ()
    item: Field | None = None
    null: bool = False
    unique: bool = False
    index: bool = False
    search: bool = False
    filter: bool = False
    sort: bool = False
    readonly: bool = False
    writeonly: bool = False
    hidden: bool = False
    default: str | None = None
    server_default: str | None = None
    ge: str | None = None
    gt: str | None = None
    le: str | None = None
    lt: str | None = None
    pattern: str | None = None
    was: str | None = None
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A reference to another resource: many-to-one (``ref``) or many-to-many (``m2m``).

    Args:
        name: The attribute (``owner``); its column is ``column`` (``owner_id``).
        target: The resource as the user wrote it (``users``); the planner resolves it.
        back: Attribute to add on the other side.
        via: Name of the association table of an m2m.
    """

    name: str
    kind: Literal["ref", "m2m"]
    target: Name
    null: bool = False
    unique: bool = False
    index: bool = True
    filter: bool = False
    sort: bool = False
    readonly: bool = False
    on_delete: OnDelete = "restrict"
    back: str | None = None
    via: str | None = None
    was: str | None = None
    doc: str | None = None

    @property
    def column(self) -> str:
        """The foreign key's column (ref) or the list of ids in the API (m2m)."""
        return f"{self.name}_id" if self.kind == "ref" else f"{singularise(self.name)}_ids"


@dataclass(frozen=True, slots=True)
class Index:
    """An index over several columns, named by the naming convention unless ``name`` is given."""

    fields: tuple[str, ...]
    unique: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """How a collection is read page by page, where it is more than ``limit`` and ``offset``.

    Args:
        by: What says where a page begins.
        body: The rows alone, or with what leads to the other pages.
        limit: Rows of a page where a client does not say how many.
        maximum: Rows of a page at most.
        total: All rows are counted, too.
        file: The module that pages come from, from the project's root.
    """

    by: Literal["cursor", "offset"]
    body: Literal["list", "envelope"]
    limit: int
    maximum: int
    total: bool
    file: str


@dataclass(frozen=True, slots=True)
class Guard:
    """What endpoints depend on to know who is signed in.

    Args:
        module: Where the dependency is; tests put another one in its place.
        name: Its name there.
        alias: ``CurrentUser = Annotated[User, Depends(…)]``, where there is one.
        alias_module: Where that is.
        user: The model of who is signed in; None where it is no model of the app.
        user_module: Where that is.
        user_id: Its primary key.
        plain_id: Type checkers know the key as a plain value.
        id_type: Type of the key.
        parameter: What endpoints call whoever is signed in.
        challenges: Whoever is not signed in gets a 401 with ``WWW-Authenticate``.
    """

    module: str
    name: str
    alias: str | None = None
    alias_module: str | None = None
    user: str | None = None
    user_module: str | None = None
    user_id: str = "id"
    plain_id: bool = True
    id_type: IdType = "int"
    parameter: str = "current_user"
    challenges: bool = True


@dataclass(frozen=True, slots=True)
class Related:
    """A field of what a relation refers to, by which a list can be filtered.

    Args:
        relation: The relation's name.
        field: The other's field.
        enum: Where the class of its words is that somebody wrote, ``app.models.user:Role``; empty
            where there is none. None: it is one that fastarch made.
    """

    relation: str
    field: Field
    enum: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource. ``None`` for id, timestamps and prefix means: as the app does it.

    Args:
        scope: The ref to the user who owns a row, and alone sees it.
        pages: No spec says it: ``fastarch add pagination`` does.
        guard: No spec says it: what asks who is signed in, where the endpoints are not open.
        related: No spec says it: ``fastarch add filtering`` does.
        plain_indexes: No spec says it: its indexes are those that versions before 0.2 made.
    """

    name: Name
    fields: tuple[Field | Relation, ...] = ()
    indexes: tuple[Index, ...] = ()
    id: IdType | None = None
    timestamps: bool | None = None
    soft_delete: bool = False
    prefix: str | None = None
    table: str | None = None
    doc: str | None = None
    scope: str | None = None
    pages: Pages | None = None
    guard: Guard | None = None
    related: tuple[Related, ...] = ()
    plain_indexes: bool = False

    @property
    def owner(self) -> Relation | None:
        """The ref that ``scope`` names."""
        return next((one for one in self.relations if one.name == self.scope), None)

    @property
    def columns(self) -> tuple[Field, ...]:
        """The plain fields, without relations."""
        return tuple(field for field in self.fields if isinstance(field, Field))

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The references to other resources."""
        return tuple(field for field in self.fields if isinstance(field, Relation))
