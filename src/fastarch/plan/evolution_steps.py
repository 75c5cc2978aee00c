"""What an evolution does to the database, as data: each becomes one call in a revision."""

from __future__ import annotations

from fastarch.plan.row_values import Source
from fastarch.plan.table_state import Column, Constraint
from fastarch.plan.tables import Table
from fastarch.records import dataclass


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """A column gets another name.

    Args:
        column: The column as it is.
    """

    table: str
    column: Column
    new: str


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A column is added.

    Args:
        null: It may be null for now, whatever the column says.
    """

    table: str
    column: Column
    null: bool


@dataclass(frozen=True, slots=True)
class DropColumn:
    """A column is dropped."""

    table: str
    name: str


@dataclass(frozen=True, slots=True)
class AlterColumn:
    """A column changes; what is None stays as it is.

    Args:
        name: The column, by its new name.
        old: The column as it was.
        type: Its new type.
        using: How PostgreSQL finds the new value.
        null: Whether it may be null from now on.
        server_default: Its new default, an empty text for none.
    """

    table: str
    name: str
    old: Column
    type: str | None = None
    using: str | None = None
    null: bool | None = None
    server_default: str | None = None


@dataclass(frozen=True, slots=True)
class AddConstraint:
    """An index or a constraint is made."""

    table: str
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class DropConstraint:
    """An index or a constraint is dropped."""

    table: str
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class FillRows:
    """Rows that are there get values.

    Args:
        key: The type of the primary key.
        column: The column that they get it in.
        value: The value.
        where: Which rows, as Python over ``{rows}``; empty for all.
    """

    table: str
    key: str
    column: Column
    value: Source
    where: str = ""


@dataclass(frozen=True, slots=True)
class CreateTable:
    """An association table is made, with the rows of its former self where there is one."""

    table: Table
    rows_of: str | None = None


@dataclass(frozen=True, slots=True)
class DropTable:
    """An association table is dropped."""

    name: str


StructureStep = AddColumn | DropColumn | AlterColumn | AddConstraint | DropConstraint
Operation = StructureStep | RenameColumn | FillRows | CreateTable | DropTable
