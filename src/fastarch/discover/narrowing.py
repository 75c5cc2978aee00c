"""A collection endpoint as filters and orders go on it: where its query is, and what is asked."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Literal

from fastarch.discover import columns as _columns
from fastarch.discover.app import Found
from fastarch.discover.asked_names import parameters, spelled
from fastarch.discover.collection import trail_of
from fastarch.discover.frames import Read
from fastarch.discover.generic_model import generic_model
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.operations import Operation
from fastarch.discover.ordering import OrderColumn, keys_of, model_of, require_key
from fastarch.discover.paging import annotates, require_one_definition, with_shared
from fastarch.discover.profile import AppProfile
from fastarch.discover.queries import refusal
from fastarch.discover.query_places import (
    Wrap,
    counts_rows,
    leads_to,
    needed_functions,
    root_places,
    run_places,
)
from fastarch.discover.row_columns import columns_of, shown
from fastarch.discover.table import ColumnFacts
from fastarch.discover.tableindexes import Index, missing_index
from fastarch.discover.trail import Function, Site, Trail
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

KINDS = {"filtering": "RowFilters", "sorting": "RowOrder"}


@dataclass(frozen=True, slots=True, eq=False)
class Narrowing:
    """What there is to know of a collection endpoint.

    Args:
        labels: All operations of the endpoint, as ``GET /users``.
        model: Whose rows it gives.
        spelled: How the endpoint's module names the model; None where it does not.
        columns: The model's columns, by attribute.
        shown: Those that the answer shows; None where that cannot be told.
        own: The names of the endpoint's own query and path parameters.
        wraps: The queries.
        functions: Those that have to be given what is asked for, the endpoint first.
        calls: The calls that give it on.
        counted: Its answer says more than rows, and nothing that counts them was found.
    """

    operation: Operation
    labels: tuple[str, ...]
    index: ModuleIndex
    model: Definition
    spelled: str | None
    columns: dict[str, ColumnFacts]
    shown: tuple[str, ...] | None
    own: frozenset[str]
    wraps: tuple[Wrap, ...]
    functions: tuple[Function, ...]
    calls: tuple[Read, ...]
    trail: Trail
    annotated: bool
    counted: bool

    def missing(
        self, profile: AppProfile, columns: Iterable[tuple[Definition, str]]
    ) -> Iterator[Index]:
        """The indexes of columns, each with its model, that none begins with."""
        for model, name in columns:
            keys = keys_of(self.index, model)
            order = [OrderColumn(model, name)]
            if (one := missing_index(self.index, model, order, keys, profile)) and keys:
                yield one


def read_narrowing(
    found: Found,
    operation: Operation,
    labels: tuple[str, ...],
    profile: AppProfile,
    feature: Literal["filtering", "sorting"],
) -> Narrowing:
    """Read an endpoint to its queries.

    Raises:
        NotUnderstoodError: It cannot be followed, or it cannot be told of which model its rows are.
    """
    index = found.index
    if operation.method != "GET":
        message = f"{operation.label} is no GET: what a URL asks for is its business."
        place = operation.place
        raise NotUnderstoodError(Problem(message, file=place.file, line=place.line))
    trail = with_shared(index, trail_of(index, operation))
    require_one_definition(trail)
    model = _model(trail, profile)
    for site in trail.sites:
        _require_rows(site, feature)
    kind = KINDS[feature]
    roots = root_places(trail, model, kind) if feature == "filtering" else None
    wraps = tuple(dict.fromkeys(roots or run_places(trail, kind)))
    needed = needed_functions(trail, wraps)
    functions = tuple(one for key, one in trail.functions.items() if key in needed)
    calls = tuple(one for one in trail.calls if leads_to(one) in needed)
    columns = columns_of(index, model, profile)
    return Narrowing(
        operation,
        labels,
        index,
        model,
        spelled(index, operation.module, model),
        columns,
        shown(index, operation, trail, model, tuple(columns)),
        frozenset(parameters(index, operation.module, operation.node)),
        wraps,
        functions,
        calls,
        trail,
        annotates(index, operation, profile),
        trail.shaped and not counts_rows(trail),
    )


def _model(trail: Trail, profile: AppProfile) -> Definition:
    """The model whose rows all queries give.

    Raises:
        NotUnderstoodError: It cannot be told, or is not the same one.
    """
    models = [_model_of(trail, one, profile) for one in trail.sites]
    first = models[0]
    site = trail.sites[0].read
    if first is None or not isinstance(first.node, ast.ClassDef):
        raise refusal(site, "It cannot be told of which model the rows are.")
    if any(one is None or one.node is not first.node for one in models):
        raise refusal(trail.sites[-1].read, "The rows are of several models in turn.")
    if not _columns.all_columns(site.frame.index, first):
        raise refusal(site, f"{first.name} has no columns that can be read.")
    return first


def _model_of(trail: Trail, site: Site, profile: AppProfile) -> Definition | None:
    found = model_of(site.facts)
    if found is not None and keys_of(site.read.frame.index, found):
        return found
    return generic_model(trail, site, profile) or found


def _require_rows(site: Site, feature: str) -> None:
    """Refuse a query that a column of the model may be no condition or order of."""
    facts = site.facts
    if facts.groups:
        require_key(facts)
    for read in facts.distinct if feature == "sorting" else ():
        if isinstance(read.node, ast.Call) and read.node.args:
            raise refusal(read, "DISTINCT ON has to be ordered by its own columns first.")
        if any(isinstance(column.node, ast.Attribute) for column in facts.columns):
            raise refusal(
                read,
                "Distinct rows of single columns can be ordered by these alone.",
                "select the model itself",
            )
