"""A model class that people may sign in with: its columns, and its place for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from fastarch.discover import columns as _columns
from fastarch.discover import user_rows
from fastarch.discover.bases import Entity, is_dataclass
from fastarch.discover.columns import Column
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.model_table import model_table
from fastarch.discover.profile import AppProfile
from fastarch.discover.table import ColumnFacts, TableFacts, TypeFacts
from fastarch.discover.user_library import library_columns
from fastarch.discover.user_model import UserColumn
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass
from fastarch.spec.resource import Field


@dataclass(frozen=True, slots=True, eq=False)
class UserTable:
    """A model class with what is known of it.

    Args:
        line: The class and the app's classes that it inherits from.
        facts: Its columns by attribute, those of a library's class included.
        dataclass: It is one.
    """

    index: ModuleIndex
    profile: AppProfile
    entity: Entity
    line: tuple[Definition, ...]
    table: TableFacts
    facts: Mapping[str, ColumnFacts]
    dataclass: bool

    @property
    def name(self) -> str:
        """The class."""
        return self.entity.definition.name

    def written(self, name: str) -> Column | None:
        """The code of a column; None where a library has it."""
        return self.entity.columns.get(name)

    def refused(
        self, message: str, column: ColumnFacts | None = None, hint: str | None = None
    ) -> NotUnderstoodError:
        """The reason why it will not do, with its place."""
        place = (column.at if column else None) or self.entity.definition.place
        return NotUnderstoodError(Problem(message, place.file, place.line, hint=hint))

    def is_unique(self, one: ColumnFacts) -> bool:
        """Whether no two rows have the same value."""
        alone = one.unique or (one.primary and one.name == self.entity.model.id_name)
        return (
            alone
            or any(ix.unique and ix.columns == (one.column,) for ix in self.table.indexes)
            or one.name in user_rows.unique_in_lower_case(self.line)
        )

    def as_column(self, one: ColumnFacts) -> UserColumn:
        """A column as a field.

        Raises:
            NotUnderstoodError: its type is none that is known.
        """
        found = one.type or self._type_of_target(one)
        column = self.written(one.name)
        definition = user_rows.enum_class(self.index, column) if column is not None else None
        if definition is not None and (found is None or found.kind is None):
            found = TypeFacts("enum")
        if found is None or found.kind is None:
            told = f"of the type {found.told}" if found else "of a type that is not said"
            message = f"{self.name}.{one.name} is required, has no default, and is {told}."
            raise self.refused(message, one, "give it a default, or let it be null")
        plain = Field(
            one.name,
            found.kind,
            max_length=found.max_length,
            precision=found.precision,
            scale=found.scale,
            choices=found.choices,
            item=_item(found.item) if found.item else None,
            null=one.null,
            unique=self.is_unique(one),
        )
        enum = user_rows.symbol(definition) if definition is not None else None
        refers = (one.foreign.table, one.foreign.column) if one.foreign is not None else None
        apart = plain.unique or any(
            ix.unique and one.column in ix.columns for ix in self.table.indexes
        )
        return UserColumn(one.name, one.column, plain, enum, refers, apart)

    def _type_of_target(self, one: ColumnFacts) -> TypeFacts | None:
        """A foreign key that names no type has that of the key that it refers to."""
        tables = {model.table: model for model in self.profile.orm.models}
        target = tables.get(one.foreign.table) if one.foreign else None
        return TypeFacts(target.id_type) if target and target.id_type else None


def user_table(index: ModuleIndex, profile: AppProfile, entity: Entity) -> UserTable:
    """Read the columns of a model class.

    Raises:
        NotUnderstoodError: it shares its table or its key with another, or has a ``Table(…)``.
    """
    line = tuple(_columns.lineage(index, entity.definition))
    table = model_table(index, entity, profile.orm.models)
    facts = {one.name: one for one in table.columns}
    for one in library_columns(index, line):
        facts.setdefault(one.name, one)
    data = any(is_dataclass(index, one) for one in line)
    return UserTable(index, profile, entity, line, table, facts, data)


def _item(found: TypeFacts) -> Field:
    return Field("", found.kind or "str", max_length=found.max_length, choices=found.choices)
