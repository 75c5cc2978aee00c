"""Where the queries of a collection stand, and which functions lead to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from fastarch.discover.collection import statement_of
from fastarch.discover.frames import Frame, Read, class_of
from fastarch.discover.index import Definition, dotted
from fastarch.discover.modules import FunctionNode
from fastarch.discover.queries import called
from fastarch.discover.trail import Function, Trail

# What is done with a query besides reading its rows or counting them.
_OTHERS = frozenset({
    "first", "one", "one_or_none", "scalar_one", "scalar_one_or_none", "exists", "delete", "update",
    "get",
})  # fmt: skip
Key = tuple[str, int]
"""A function: its file and line."""


class Wrap(NamedTuple):
    """An expression in a function that is to be narrowed.

    Args:
        within: The expression that tells the place.
        inner: The part of it that is a query.
        by: What narrows it already: the name of a parameter. Empty where nothing does.
    """

    function: Function
    within: str
    inner: str
    by: str = ""


def root_places(trail: Trail, model: Definition, kind: str) -> tuple[Wrap, ...] | None:
    """Where all queries begin, so that what counts them is narrowed, too; None where not all can.

    An expression of the same words in another query of the function would be changed with it, and
    so would a single row that is looked for among these.

    Args:
        kind: The class that narrows queries.
    """
    found = []
    for site in trail.sites:
        roots = site.facts.roots
        if not roots:
            return None
        for root in roots:
            function = _around(trail, root.node)
            if function is None or _finds_one(function, root.node):
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
                wraps.append(_wrap(function, other, kind))
    for function in {id(one): one for one, _ in found}.values():
        wraps += (_wrap(function, node, kind) for node in _counting(function, model))
    return tuple(wraps)


def _around(trail: Trail, root: ast.expr) -> Function | None:
    """The function of the way that an expression stands in."""
    for function in trail.functions.values():
        if any(node is root for node in ast.walk(function.frame.node)):
            return function
    return None


def _finds_one(function: Function, root: ast.expr) -> bool:
    """Whether a single row is looked for, or rows are changed, by a query that begins so."""
    frame = function.frame
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _OTHERS
        and any(
            any(part is root for part in ast.walk(value))
            for name in ast.walk(node.func.value)
            if isinstance(name, ast.Name)
            for value in frame.binding(name.id, node)
        )
        for node in ast.walk(frame.node)
    )


def _wrap(function: Function, root: ast.expr, kind: str) -> Wrap:
    """Where a query begins: in a chain, or in the call whose argument the chain is."""
    around = _around_chain(function.frame.node, root)
    by = _narrowed_by(function, around, root, kind) if around is not root else ""
    return Wrap(function, ast.unparse(around), ast.unparse(root), by)


def _narrowed_by(function: Function, around: ast.expr, query: ast.expr, kind: str) -> str:
    """The parameter that narrows a query already; empty where none does."""
    for node in ast.walk(around):
        inside = isinstance(node, ast.Call) and any(
            part is query for each in node.args for part in ast.walk(each)
        )
        if (
            inside
            and isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "apply"
            and (owner := class_of(function.frame, node.func.value)) is not None
            and owner.name == kind
        ):
            return dotted(node.func.value)
    return ""


def _around_chain(function: FunctionNode, root: ast.expr) -> ast.expr:
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
    return parent if isinstance(parent, ast.Call) else current


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


def counts_rows(trail: Trail) -> bool:
    """Whether something in the functions on the way counts."""
    return bool(trail.counts) or any(
        isinstance(node, ast.Attribute) and node.attr == "count"
        for function in trail.functions.values()
        for node in ast.walk(function.frame.node)
    )


def run_places(trail: Trail, kind: str) -> Iterator[Wrap]:
    """The queries where they are run.

    Args:
        kind: The class that narrows queries.
    """
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
        function = trail.functions[key_of(frame)]
        by = next(
            (
                found
                for part in ast.walk(inner)
                if isinstance(part, ast.Call)
                for argument in part.args
                if (found := _narrowed_by(function, part, argument, kind))
            ),
            "",
        )
        yield Wrap(function, ast.unparse(node), ast.unparse(inner), by)


def key_of(frame: Frame) -> Key:
    """What tells a function from others."""
    return frame.module.file, frame.node.lineno


def needed_functions(trail: Trail, wraps: tuple[Wrap, ...]) -> set[Key]:
    """The functions with a query, and those that lead to them."""
    needed = {key_of(wrap.function.frame) for wrap in wraps}
    while True:
        more = {key_of(call.frame) for call in trail.calls if leads_to(call) in needed} - needed
        if not more:
            return needed
        needed |= more


def leads_to(call: Read) -> Key | None:
    """The function that a call runs."""
    assert isinstance(call.node, ast.Call)
    found = called(call.frame, call.node)
    node = found[0].node if found is not None else None
    return (found[0].module.file, node.lineno) if found and isinstance(node, ast.stmt) else None
