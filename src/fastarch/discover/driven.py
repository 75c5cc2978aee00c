"""How a test can drive a collection endpoint: its rows, its answers, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fastarch.discover.driven_answer import read_answer
from fastarch.discover.driven_app import Reach, read_reach
from fastarch.discover.driven_query import Asked, read_query
from fastarch.discover.driven_rows import Made, read_rows
from fastarch.discover.generic_model import generic_model
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.operations import Operation
from fastarch.discover.ordering import keys_of, model_of
from fastarch.discover.positions import Positions, positions
from fastarch.discover.profile import AppProfile
from fastarch.discover.queries import refusal
from fastarch.discover.row_columns import columns_of
from fastarch.discover.table import ColumnFacts
from fastarch.discover.trail import Trail
from fastarch.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Driven:
    """What a test of a collection has to know.

    Args:
        model: Whose rows it gives.
        columns: The model's columns, by attribute.
        key: The primary key, which tells rows apart.
        items: The keys that lead to the rows in the body.
        shaped: The endpoint makes an envelope of its own.
        rows: What rows have to be.
        query: What the endpoint's query says of them.
        reach: How the endpoint is reached.
        positions: What says where its rows begin and end.
    """

    operation: Operation
    model: Definition
    columns: Mapping[str, ColumnFacts]
    key: ColumnFacts
    items: tuple[str, ...]
    shaped: bool
    rows: Made
    query: Asked
    reach: Reach
    positions: Positions
    parameters: frozenset[str]

    def nullable(self) -> Iterator[str]:
        """The columns that may be empty in a row that the endpoint shows."""
        for name, column in self.columns.items():
            pinned = name in self.query.pinned or name in self.query.present
            if column.null and not pinned and name not in self.rows.present:
                yield name


def read_driven(
    index: ModuleIndex,
    operation: Operation,
    trail: Trail,
    profile: AppProfile,
    parameters: frozenset[str],
) -> Driven:
    """Read what a test has to know.

    Args:
        trail: The endpoint's way to its query.
        parameters: What requests may ask already.

    Raises:
        NotUnderstoodError: The endpoint cannot be shown to work by rows that a test makes up; with
            the reason.
    """
    reach = read_reach(index, operation, trail, profile)
    site = trail.sites[0]
    if len(trail.sites) > 1:
        raise refusal(trail.sites[1].read, "Its rows come from one of several queries.")
    model = model_of(site.facts)
    if model is None or not keys_of(index, model):
        model = generic_model(trail, site, profile) or model
    if model is None:
        raise refusal(site.read, "It cannot be told of which model the rows are.")
    keys = keys_of(index, model)
    columns = columns_of(index, model, profile)
    if len(keys) != 1 or keys[0].name not in columns:
        raise refusal(site.read, f"{model.name} has no primary key of a single column.")
    key = columns[keys[0].name]
    answer = read_answer(index, operation, trail, model, key.name)
    query = read_query(trail, model, columns)
    rows = read_rows(index, profile, model, columns, site, answer, query)
    return Driven(
        operation,
        model,
        columns,
        key,
        answer.items,
        trail.shaped,
        rows,
        query,
        reach,
        positions(trail),
        parameters,
    )
