"""A collection endpoint as filters and orders go on it: where its query is, and what is asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple

from fastarch.discover import columns as _columns
from fastarch.discover.app import Found
from fastarch.discover.collection import statement_of, trail_of
from fastarch.discover.frames import Frame, Read
from fastarch.discover.generic_model import generic_model
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.modules import FunctionNode
from fastarch.discover.neighbours import arguments
from fastarch.discover.operations import Operation
from fastarch.discover.ordering import OrderColumn, keys_of, model_of, require_key
from fastarch.discover.paging import annotates, require_one_definition, with_shared
from fastarch.discover.profile import AppProfile, Place
from fastarch.discover.queries import called, refusal
from fastarch.discover.row_columns import columns_of, is_secret, shown
from fastarch.discover.table import ColumnFacts
from fastarch.discover.tableindexes import Index, missing_index
from fastarch.discover.trail import Function, Site, Trail
from fastarch.discover.uses import dependency
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

DEPENDENCIES = {"filtering": "filters_of", "sorting": "order_of"}
Key = tuple[str, int]
"""A function: its file and line."""


class Wrap(NamedTuple):
    """An expression in a function that is to be narrowed.

    Args:
        within: The expression that tells the place.
        inner: The part of it that is a query.
    """

    function: Function
    within: str
    inner: str


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

    def missing(self, profile: AppProfile, names: tuple[str, ...]) -> Iterator[Index]:
        """The indexes of columns that none begins with."""
        keys = keys_of(self.index, self.model)
        for name in names:
            order = [OrderColumn(self.model, name)]
            if (one := missing_index(self.index, self.model, order, keys, profile)) and keys:
                yield one


def is_narrowed(operation: Operation, feature: Literal["filtering", "sorting"]) -> bool:
    """Whether an endpoint has filters, or orders, as this feature gives them."""
    return any(
        isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == DEPENDENCIES[feature]
        for argument, default in arguments(operation.node)
        for part in (argument.annotation, default)
        if part is not None
        for node in ast.walk(part)
    )


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
    roots = _roots(trail, model) if feature == "filtering" else None
    wraps = tuple(dict.fromkeys(roots or _sites(trail)))
    needed = _needed(trail, wraps)
    functions = tuple(one for key, one in trail.functions.items() if key in needed)
    calls = tuple(one for one in trail.calls if _target(one) in needed)
    columns = columns_of(index, model, profile)
    return Narrowing(
        operation,
        labels,
        index,
        model,
        _spelled(index, operation.module, model),
        columns,
        shown(index, operation, trail, model, tuple(columns)),
        frozenset(_parameters(index, operation.module, operation.node)),
        wraps,
        functions,
        calls,
        trail,
        annotates(index, operation, profile),
        trail.shaped and not _counts(trail),
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


# --- where the queries are


def _roots(trail: Trail, model: Definition) -> tuple[Wrap, ...] | None:
    """Where all queries begin, so that what counts them is narrowed, too; None where not all can.

    An expression of the same words in another query of the function would be changed with it.
    """
    found = []
    for site in trail.sites:
        roots = site.facts.roots
        if not roots:
            return None
        for root in roots:
            function = _around(trail, root.node)
            if function is None:
                return None
            found.append((function, root.node))
    nodes = {id(node) for _, node in found}
    wraps = []
    for function, node in found:
        text = ast.unparse(node)
        for other in ast.walk(function.frame.node):
            same = isinstance(other, ast.Call) and ast.unparse(other) == text
            if same and id(other) not in nodes and not _is_count(function.frame.node, other):
                return None
            if same:
                assert isinstance(other, ast.Call)
                wraps.append(Wrap(function, _around_chain(function.frame.node, other), text))
    for function in {id(one): one for one, _ in found}.values():
        for node in _counting(function, model):
            around = _around_chain(function.frame.node, node)
            wraps.append(Wrap(function, around, ast.unparse(node)))
    return tuple(wraps)


def _around(trail: Trail, root: ast.expr) -> Function | None:
    """The function of the way that an expression stands in."""
    for function in trail.functions.values():
        if any(node is root for node in ast.walk(function.frame.node)):
            return function
    return None


def _around_chain(function: FunctionNode, root: ast.expr) -> str:
    """The chain that begins with a query; the call around it, where it is an argument."""
    parents = {
        id(child): node for node in ast.walk(function) for child in ast.iter_child_nodes(node)
    }
    current: ast.expr = root
    while True:
        parent = parents.get(id(current))
        chained = (isinstance(parent, ast.Attribute) and parent.value is current) or (
            isinstance(parent, ast.Call) and parent.func is current
        )
        if not chained:
            break
        assert isinstance(parent, ast.expr)
        current = parent
    return ast.unparse(parent if isinstance(parent, ast.Call) else current)


def _is_count(function: FunctionNode, root: ast.AST) -> bool:
    """Whether what begins here is counted: ``session.query(User).filter(…).count()``."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "count"
        and any(part is root for part in ast.walk(node.func.value))
        for node in ast.walk(function)
    )


def _counting(function: Function, model: Definition) -> Iterator[ast.expr]:
    """``select(func.count(…))`` and ``session.query(func.count(…))`` over the model's table."""
    frame = function.frame
    for chain in ast.walk(frame.node):
        if not isinstance(chain, ast.Call):
            continue
        root = chain
        while isinstance(root.func, ast.Attribute) and isinstance(root.func.value, ast.Call):
            root = root.func.value
        word = dotted(root.func).rpartition(".")[2]
        counts = word in {"select", "query"} and any(
            isinstance(part, ast.Call) and dotted(part.func) == "func.count" for part in root.args
        )
        queries = [
            node
            for node in ast.walk(chain)
            if isinstance(node, ast.Call)
            and dotted(node.func).rpartition(".")[2] in {"select", "query"}
        ]
        # What counts the rows of another query is narrowed with that.
        counts = counts and len(queries) == 1
        if counts and any(
            isinstance(node, ast.Name | ast.Attribute)
            and (named := frame.index.resolve(frame.module, dotted(node) or "-")) is not None
            and named.node is model.node
            for node in ast.walk(chain)
        ):
            yield root


def _counts(trail: Trail) -> bool:
    """Whether something in the functions on the way counts."""
    return bool(trail.counts) or any(
        isinstance(node, ast.Attribute) and node.attr == "count"
        for function in trail.functions.values()
        for node in ast.walk(function.frame.node)
    )


def _sites(trail: Trail) -> Iterator[Wrap]:
    """The queries where they are run."""
    for site in trail.sites:
        frame, node = site.read
        if site.kind == "run":
            inner = statement_of(site.read)
        elif site.kind == "all":
            assert isinstance(node, ast.Call)
            assert isinstance(node.func, ast.Attribute)
            inner = node.func.value
        else:
            inner = node
        yield Wrap(trail.functions[_key(frame)], ast.unparse(node), ast.unparse(inner))


def _key(frame: Frame) -> Key:
    return frame.module.file, frame.node.lineno


def _needed(trail: Trail, wraps: tuple[Wrap, ...]) -> set[Key]:
    """The functions with a query, and those that lead to them."""
    needed = {_key(wrap.function.frame) for wrap in wraps}
    while True:
        more = {_key(call.frame) for call in trail.calls if _target(call) in needed} - needed
        if not more:
            return needed
        needed |= more


def _target(call: Read) -> Key | None:
    """The function that a call runs."""
    assert isinstance(call.node, ast.Call)
    found = called(call.frame, call.node)
    node = found[0].node if found is not None else None
    return (found[0].module.file, node.lineno) if found and isinstance(node, ast.stmt) else None


# --- names


def _spelled(index: ModuleIndex, module: Module, model: Definition) -> str | None:
    """How a module names a model: ``User``, ``models.User``."""
    homes = [name for name, said in _modules(index, module) if _is_home(said, model)]
    for name in (*_bound(module), *(f"{name}.{model.name}" for name in homes)):
        found = index.resolve(module, name)
        if found is not None and found.node is model.node:
            return name
    return None


def _modules(index: ModuleIndex, module: Module) -> Iterator[tuple[str, str]]:
    """The names that a module imports, each with what it may be as a module."""
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom):
            parent = index.absolute(module, node)
            for alias in node.names:
                yield alias.asname or alias.name, f"{parent}.{alias.name}".lstrip(".")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name


def _is_home(name: str, model: Definition) -> bool:
    """Whether a module is the model's own, or a package around it."""
    return f"{model.module.name}.".startswith(f"{name}.")


def _bound(module: Module) -> Iterator[str]:
    for node in module.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.ClassDef):
            yield node.name


def is_bound(module: Module, name: str) -> bool:
    """Whether a module has something of a name at its top level."""
    return any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(module.tree)
    ) or name in _bound(module)


def _parameters(
    index: ModuleIndex, module: Module, node: FunctionNode, depth: int = 4
) -> Iterator[str]:
    """The names of parameters that requests give, through dependencies, too."""
    for argument, default in arguments(node):
        filled = dependency(index, module, argument.annotation, default)
        if filled is None:
            yield argument.arg
            yield from _aliases(argument.annotation, default)
            continue
        if filled.target is None or depth <= 0:
            continue
        target = filled.target.func if isinstance(filled.target, ast.Call) else filled.target
        found = index.resolve(filled.module, dotted(target) or "-")
        inner = found.node if found is not None else None
        if found is None:
            continue
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _parameters(index, found.module, inner, depth - 1)
            for nested in ast.walk(inner):
                if nested is not inner and isinstance(nested, ast.FunctionDef):
                    yield from _parameters(index, found.module, nested, depth - 1)
        elif isinstance(inner, ast.ClassDef):
            for part in inner.body:
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    yield part.target.id
                    yield from _aliases(part.annotation, part.value)
                elif isinstance(part, ast.FunctionDef) and part.name in {"__init__", "__call__"}:
                    yield from _parameters(index, found.module, part, depth - 1)


def _aliases(*parts: ast.expr | None) -> Iterator[str]:
    for part in parts:
        for node in ast.walk(part) if part is not None else ():
            match node:
                case ast.keyword(
                    arg="alias" | "validation_alias", value=ast.Constant(value=str(name))
                ):
                    yield name
                case _:
                    pass


def place_of(narrowing: Narrowing) -> Place:
    """Where the endpoint begins."""
    return narrowing.operation.place


__all__ = [
    "DEPENDENCIES", "Narrowing", "Wrap", "is_bound", "is_narrowed", "is_secret", "place_of",
    "read_narrowing",
]  # fmt: skip
