"""Which indexes a model's table has, and the one that an order needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from fastarch.discover import columns as _columns
from fastarch.discover.bases import assigned
from fastarch.discover.columns import Column
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import dotted
from fastarch.discover.ordering import OrderColumn
from fastarch.discover.profile import AppProfile
from fastarch.discover.symbols import Symbol
from fastarch.records import dataclass


@dataclass(frozen=True, slots=True)
class Index:
    """An index to make.

    Args:
        model: The class whose table it is on.
        columns: Attribute, column and whether it is descending where others are not.
    """

    model: Symbol
    table: str
    name: str
    columns: tuple[tuple[str, str, bool], ...]


def missing_index(
    index: ModuleIndex,
    model: Definition,
    order: Sequence[OrderColumn],
    keys: Sequence[Column],
    profile: AppProfile,
) -> Index | None:
    """The index that an order needs, None where one serves it or it spans several tables."""
    if any(one.model.node is not model.node for one in order):
        return None
    found = _columns.all_columns(index, model)
    names = [one.name for one in order]
    if any(name not in found for name in names):
        return None
    if all(name in names for name in (key.name for key in keys[:1])) and names[0] == keys[0].name:
        return None  # the primary key's own
    table = next(
        (
            one.table
            for one in profile.orm.models
            if (one.symbol.at.file, one.symbol.name) == (model.module.file, model.name)
        ),
        "",
    )
    if not table:
        return None
    descending = order[-1].descending
    directed = [(one.name, one.descending) for one in order]
    directed += [(key.name, descending) for key in keys if key.name not in names]
    there = list(_indexes(index, model, found))
    wanted = [found[name].name for name in names]
    if any(list(columns[: len(wanted)]) == wanted for columns in there):
        return None
    mixed = len({down for _, down in directed}) > 1
    columns = tuple((name, column_name(found[name]), down and mixed) for name, down in directed)
    symbol = Symbol(model.place, model.module.name, model.name)
    name = f"ix_{table}_{'_'.join(column for _, column, _ in columns)}"
    return Index(symbol, table, name[:63], columns)


def indexed_columns(index: ModuleIndex, model: Definition) -> list[tuple[str, ...]]:
    """The columns of each index and unique constraint of a model's table."""
    return list(_indexes(index, model, _columns.all_columns(index, model)))


def column_name(column: Column) -> str:
    """The column's name in the database."""
    for part in ast.walk(column.node):
        if isinstance(part, ast.Call) and dotted(part.func).rpartition(".")[2] in {
            "Column", "mapped_column",
        }:  # fmt: skip
            first = part.args[0] if part.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                return first.value
    return column.name


def _indexes(
    index: ModuleIndex, model: Definition, columns: dict[str, Column]
) -> Iterator[tuple[str, ...]]:
    """The columns of each index of the table, as far as they are written out."""
    for name, column in columns.items():
        if column.call is not None and any(
            word.arg in {"index", "unique"}
            and isinstance(word.value, ast.Constant)
            and word.value.value is True
            for part in ast.walk(column.call)
            if isinstance(part, ast.Call)
            for word in part.keywords
        ):
            yield (name,)
    for current in _columns.lineage(index, model):
        said = (
            assigned(current.node, "__table_args__")
            if isinstance(current.node, ast.ClassDef)
            else None
        )
        for part in ast.walk(said) if said is not None else ():
            if isinstance(part, ast.Call):
                word = dotted(part.func).rpartition(".")[2]
                if word in {"Index", "UniqueConstraint", "PrimaryKeyConstraint"}:
                    yield tuple(_said(part.args[1:] if word == "Index" else part.args))
    for node in model.module.tree.body:
        value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
        if isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] == "Index":
            owners = {dotted(one).rpartition(".")[0] for one in value.args[1:]}
            if model.name in owners:
                yield tuple(_said(value.args[1:]))


def _said(arguments: Sequence[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        node = argument
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value  # column.desc()
        if isinstance(node, ast.Constant):
            yield str(node.value)
        elif dotted(node):
            yield dotted(node).rpartition(".")[2]
