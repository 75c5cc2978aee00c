"""What a resource's own table is in the database: columns and constraints as data to compare."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field as field_
from dataclasses import replace
from typing import Literal

from fastarch.discover.profile import AppProfile
from fastarch.plan.accent import has_timestamps, id_type_of
from fastarch.plan.columns import checks, constraint_name, migration_type, sql_name
from fastarch.plan.constraint_names import ConstraintName, Naming, naming
from fastarch.plan.model_words import index_name
from fastarch.plan.own_indexes import is_indexed, table_indexes
from fastarch.plan.tables import (
    Table,
    has_convention,
    inherited_columns,
    key_type,
    late_key_name,
    migration_default,
    table_name,
    tables_of,
    target_of,
)
from fastarch.plan.vocabulary import Options, Target
from fastarch.records import dataclass
from fastarch.spec.resource import Field, Relation, Resource

ConstraintKind = Literal["index", "unique", "check", "foreignkey"]
MOMENT = "sa.DateTime(timezone=True)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a resource's own table.

    Args:
        name: Its name in the database.
        field: What values it has; a reference is a field of the other key's type.
        type: ``sa.String(120)``
        null: It may be null.
        server_default: As a migration writes it.
        refers: The table and the column that it refers to.
    """

    name: str
    field: Field
    type: str
    null: bool
    server_default: str | None = None
    refers: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """An index or a constraint; equal to one that the database need not change for.

    Args:
        kind: As Alembic's ``type_`` calls it.
        name: Its full name.
        columns: The columns that it is over.
        says: What makes two of the same name differ: an enum's words, a limit (``>= 0``), a target.
        words: An enum's words in their order.
        unique: It is an index over values that are unique.
    """

    kind: ConstraintKind
    name: ConstraintName
    columns: tuple[str, ...]
    says: tuple[str, ...] = ()
    words: tuple[str, ...] = field_(default=(), compare=False)
    unique: bool = False


@dataclass(frozen=True, slots=True)
class TableState:
    """A resource's tables.

    Args:
        name: Its own table.
        key: The type of its primary key, ``sa.Uuid()``.
        columns: By name; without the primary key.
        constraints: Of its own table.
        associations: Of its m2m relations, by the relation's name.
    """

    name: str
    key: str
    columns: Mapping[str, Column]
    constraints: tuple[Constraint, ...]
    associations: Mapping[str, Table]


def table_state(
    resource: Resource,
    siblings: Mapping[str, Resource],
    profile: AppProfile,
    later: Collection[str] = (),
) -> TableState:
    """The tables of a resource.

    Args:
        resource: The resource, settled.
        siblings: Resources of the same plan, by their plural.
        profile: The app.
        later: Plurals of those whose tables were created after this one.

    Raises:
        UsageError: a relation refers to what is not there.
        NotUnderstoodError: the names of constraints are not known.
    """
    table = table_name(resource, profile)
    targets = {
        relation.name: target_of(resource, relation, siblings, profile)
        for relation in resource.relations
    }
    columns = {one.name: one for one in _columns(resource, targets, profile)}
    associations = [one for one in tables_of(resource, siblings, profile) if one.association]
    pairs = [relation.name for relation in resource.relations if relation.kind == "m2m"]
    words = _Words(table, naming(profile), has_convention(profile))
    return TableState(
        table,
        key_type(id_type_of(resource, profile, Options()), profile),
        columns,
        tuple(_constraints(resource, columns, words, later)),
        dict(zip(pairs, associations, strict=True)),
    )


def _columns(
    resource: Resource, targets: Mapping[str, Target], profile: AppProfile
) -> Iterator[Column]:
    given = inherited_columns(profile)
    for item in resource.fields:
        if isinstance(item, Field):
            type_ = column_type(item)
            yield Column(item.name, item, type_, item.null, migration_default(item))
        elif item.kind == "ref":
            target = targets[item.name]
            kind = {"int": "int", "uuid": "uuid", "str": "str"}[target.id_type]
            plain = Field(item.column, kind, null=item.null, unique=item.unique)  # type: ignore[arg-type]
            type_ = key_type(target.id_type, profile, target.id_sql)
            yield Column(item.column, plain, type_, item.null, refers=(target.table, target.key))
    if has_timestamps(resource, profile, Options()):
        for name in ("created_at", "updated_at"):
            if name not in given:
                yield Column(name, Field(name, "datetime", default="now"), MOMENT, null=False)
    if resource.soft_delete and "deleted_at" not in given:
        yield Column("deleted_at", Field("deleted_at", "datetime", null=True), MOMENT, null=True)


def column_type(field: Field) -> str:
    """The type of a column by itself: the check of an enum is a constraint of its own."""
    if field.type == "enum":
        return f"sa.String({max(map(len, field.choices))})"
    if field.type == "json":
        return "sa.JSON()"
    return migration_type(field, constraint="")


@dataclass(frozen=True, slots=True)
class _Words:
    table: str
    naming: Naming
    convention: bool

    def name(
        self,
        kind: str,
        columns: tuple[str, ...],
        given: str | None = None,
        referred: tuple[str, str] = ("", ""),
    ) -> ConstraintName:
        return self.naming.name(kind, self.table, columns, given, referred)

    def short(self, short: str) -> str:
        return constraint_name(self.table, short, convention=self.convention)


def _constraints(
    resource: Resource, columns: Mapping[str, Column], words: _Words, later: Collection[str]
) -> Iterator[Constraint]:
    names = {"id": "id"} | {name: name for name in columns}
    for item in resource.fields:
        if isinstance(item, Relation):
            if item.kind == "ref":
                names[item.name] = item.column
                indexed = is_indexed(resource, item)
                yield from _keys(item.column, words, unique=item.unique, indexed=indexed)
                yield _reference(item, columns[item.column], words, later)
            continue
        yield from _keys(item.name, words, unique=item.unique, indexed=is_indexed(resource, item))
        over: tuple[str, ...] = (item.name,)
        if item.type == "enum":
            name = words.name("ck", over, words.short(item.name))
            yield Constraint("check", name, over, tuple(sorted(item.choices)), item.choices)
        for check in checks(item):
            name = words.name("ck", over, words.short(check.name))
            limit = check.sql.removeprefix(f"{sql_name(item.name)} ")
            yield Constraint("check", name, over, (limit,))
    for index in table_indexes(resource):
        over = tuple(names[name] for name in index.fields)
        name = words.name("ix", over, index_name(index, over, words.table))
        yield Constraint("index", name, over, unique=index.unique)


def _reference(
    relation: Relation, column: Column, words: _Words, later: Collection[str]
) -> Constraint:
    over = (relation.column,)
    assert column.refers is not None
    # A circle of tables is closed by a key that has a name of its own.
    late = late_key_name(words.table, relation) if relation.target.many in later else None
    name = words.name("fk", over, late, column.refers)
    on_delete = relation.on_delete.replace("_", " ").upper()
    return Constraint("foreignkey", name, over, (*column.refers, on_delete))


def _keys(column: str, words: _Words, *, unique: bool, indexed: bool) -> Iterator[Constraint]:
    """As the model says it: without a naming convention, what is unique is so by its index."""
    over = (column,)
    if unique and words.convention:
        yield Constraint("unique", words.name("uq", over), over)
    elif unique or indexed:
        yield Constraint("index", words.name("ix", over), over, unique=unique)


def renamed(constraint: Constraint, columns: Mapping[str, str]) -> Constraint:
    """A constraint as it is after its columns were renamed: its own name stays."""
    return replace(constraint, columns=tuple(columns.get(one, one) for one in constraint.columns))


def check_sql(constraint: Constraint) -> str:
    """``price >= 0``"""
    return f"{sql_name(constraint.columns[0])} {constraint.says[0]}"
