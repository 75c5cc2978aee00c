"""What a query says of the rows that it gives: conditions, order, and how it loads the rest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from fastarch.discover.advice_queries import relationships
from fastarch.discover.branches import Branch, branch_of, value_of
from fastarch.discover.driven_conditions import Conditions
from fastarch.discover.frames import Read, class_of
from fastarch.discover.index import Definition
from fastarch.discover.modules import dotted
from fastarch.discover.ordering import OrderColumn, order_of
from fastarch.discover.queries import Facts, refusal
from fastarch.discover.symbols import Expression
from fastarch.discover.table import ColumnFacts
from fastarch.discover.trail import Trail
from fastarch.records import dataclass

__all__ = ["Asked", "read_query"]

_RUNS = frozenset({
    "execute", "scalar", "scalars", "exec", "stream", "stream_scalars", "get", "get_one", "query",
    "refresh", "commit", "flush", "count", "first", "one", "scalar_one",
})  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a query says.

    Args:
        pinned: By attribute, the value that rows must have to be found.
        present: Attributes that must have some value.
        order: The order; None where it cannot be told.
        statements: How many statements the rows cost, with what is loaded; None where that depends.
        distinct_on: Rows are told apart by columns that its order has to begin with.
    """

    pinned: Mapping[str, Expression]
    present: frozenset[str]
    order: tuple[OrderColumn, ...] | None
    statements: int | None
    distinct_on: bool


def read_query(trail: Trail, model: Definition, columns: Mapping[str, ColumnFacts]) -> Asked:
    """Read a query.

    Raises:
        NotUnderstoodError: It cannot be told which rows it gives.
    """
    facts = trail.sites[0].facts
    _require_one_model(facts, model)
    for read in facts.joins:
        if not _is_outer(read):
            raise refusal(read, "It gives rows alone that others refer to, by a join.")
    for read in facts.options:
        if "innerjoin" in ast.unparse(read.node):
            raise refusal(read, "It gives rows alone that refer to others, by a join.")
    for read in facts.offsets:
        if not _begins_at_once(read):
            raise refusal(read, "It cannot be told that it begins with the first row.")
    conditions = Conditions(model, columns)
    for read in facts.filters:
        match branch_of(read):
            case Branch.TAKEN:
                conditions.require(read)
            case Branch.MAYBE:
                raise refusal(read, "It cannot be told whether a condition applies.")
            case Branch.LEFT:
                pass
    return Asked(
        conditions.pinned,
        frozenset(conditions.present),
        _order(facts, model, columns),
        None if _runs_more(trail) else _statements(trail, model),
        any(isinstance(read.node, ast.Call) and read.node.args for read in facts.distinct),
    )


def _statements(trail: Trail, model: Definition) -> int | None:
    """The statements of one page: one, and one for each collection that is loaded beside it."""
    count = 1
    for read in trail.sites[0].facts.options:
        match read.node:
            case ast.Call(func=function, args=[ast.Attribute(attr=name) as path], keywords=[]):
                word = dotted(function).rpartition(".")[2]
                links = relationships(read.frame.index, model)
                found = class_of(read.frame, path.value)
                if found is None or found.node is not model.node or name not in links:
                    return None
                if word in {"selectinload", "subqueryload"} and _is_many(links[name][1]):
                    count += 1
                elif word != "joinedload":
                    return None
            case _:
                return None
    return count


def _is_many(annotation: ast.expr | None) -> bool:
    text = ast.unparse(annotation) if annotation is not None else ""
    return re.search(r"\b(?:list|List|set|Set)\[", text) is not None


def _runs_more(trail: Trail) -> bool:
    """Whether something besides the one query is said to the database."""
    site = trail.sites[0].read
    known = {id(read.node) for read in trail.sites[0].facts.roots}
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _RUNS
        and node is not site.node
        and id(node) not in known
        and not any(part is site.node for part in ast.walk(node))
        and not any(part is node for part in ast.walk(site.node))
        for function in trail.functions.values()
        for node in ast.walk(function.frame.node)
    )


def _require_one_model(facts: Facts, model: Definition) -> None:
    """Refuse rows of several models: a row of one may come several times."""
    for read in facts.columns:
        node = read.node
        inner = node.value if isinstance(node, ast.Attribute) else node
        # What a class for several models selects is told by who uses it.
        if isinstance(node, ast.Call) or dotted(node).startswith(("self.", "cls.")):
            continue
        if _made(read).startswith("func."):
            continue
        found = class_of(read.frame, node) or class_of(read.frame, inner)
        if found is None or found.node is not model.node or "aliased" in _made(read):
            raise refusal(read, "Its rows are of several models, or of columns of others.")


def _made(read: Read) -> str:
    """How a local name came about."""
    if not isinstance(read.node, ast.Name):
        return ""
    return " ".join(ast.unparse(one) for one in read.frame.binding(read.node.id, read.node))


def _is_outer(read: Read) -> bool:
    node = read.node
    assert isinstance(node, ast.Call)
    if isinstance(node.func, ast.Attribute) and node.func.attr.startswith("outer"):
        return True
    return any(
        word.arg in {"isouter", "full"}
        and isinstance(word.value, ast.Constant)
        and word.value.value is True
        for word in node.keywords
    )


def _begins_at_once(read: Read) -> bool:
    """Whether an offset is none where nobody asks for one: 0, or computed from a first page."""
    found, value = value_of(read)
    return found and value == 0


def _order(
    facts: Facts, model: Definition, columns: Mapping[str, ColumnFacts]
) -> tuple[OrderColumn, ...] | None:
    """The order, where it is one of the model's columns, whatever is asked."""
    if any(branch_of(read) is not Branch.TAKEN for read in facts.order):
        return None
    if any(_says_nulls(node) for read in facts.order for node in _spelled(read)):
        return None
    order = order_of(facts)
    if order is None or any(one.model.node is not model.node for one in order):
        return None
    return order if all(one.name in columns for one in order) else None


def _spelled(read: Read) -> Iterator[ast.expr]:
    yield read.node
    if isinstance(read.node, ast.Name):
        yield from read.frame.binding(read.node.id, read.node)


def _says_nulls(node: ast.expr) -> bool:
    return any(
        "nulls" in dotted(part.func).rpartition(".")[2]
        or (isinstance(part.func, ast.Attribute) and "nulls" in part.func.attr)
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
    )
