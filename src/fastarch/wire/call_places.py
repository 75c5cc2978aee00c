"""Where one more call on an object (``app.include_router(…)``) belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from fastarch.wire import nodes
from fastarch.wire.calls import Found, argument, literal
from fastarch.wire.import_names import members
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source, Unable

_CATCH_ALL = re.compile(r"^/?\{[^{}]*:path\}$")
_LAST = re.compile(r"catch_?all|fallback|(^|[._])spa([._]|$)")
_CONFIGURES = re.compile(r"^_?(add|attach|configure|init|install|register|set_?up|setup)")
_RUNS = frozenset({"run", "serve", "main"})


@nodes.by_node
def catches_all(statement: cst.CSTNode, on: str) -> bool:
    """Does the statement, or a branch of it, mount or route everything on the object?"""
    if isinstance(statement, cst.FunctionDef):
        return any(
            isinstance(decorator.decorator, cst.Call) and _takes_all(decorator.decorator, on)
            for decorator in statement.decorators
        )
    if isinstance(statement, cst.ClassDef) or nodes.is_import(statement):
        return False
    return any(
        isinstance(node, cst.Call) and _takes_all(node, on)
        for node in _outside_definitions(statement)
    ) or any(catches_all(inner, on) for inner in _definitions(statement))


def _takes_all(call: cst.Call, on: str) -> bool:
    if not isinstance(call.func, cst.Attribute) or nodes.dotted(call.func.value) != on:
        return False
    if call.func.attr.value == "include_router":
        router = nodes.dotted(argument(call, 0, "router"))
        return router is not None and _LAST.search(router) is not None
    path = literal(argument(call, 0, "path"))
    if call.func.attr.value == "mount":
        return path in {"", "/"}
    return path is not None and _CATCH_ALL.match(path) is not None


def _outside_definitions(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            continue
        yield current
        stack.extend(nodes.children(current))


def _definitions(node: cst.CSTNode) -> Iterator[cst.FunctionDef]:
    stack = list(nodes.children(node))
    while stack:
        current = stack.pop()
        if isinstance(current, cst.FunctionDef):
            yield current
        elif isinstance(current, cst.BaseCompoundStatement | cst.BaseSuite | cst.Else):
            stack.extend(nodes.children(current))


def binds(statement: cst.CSTNode, on: str) -> bool:
    """Does the statement, or a branch of it, assign the object?"""
    for node in _outside_definitions(statement):
        if isinstance(node, cst.Assign) and any(
            nodes.dotted(target.target) == on for target in node.targets
        ):
            return True
        if isinstance(node, cst.AnnAssign) and nodes.dotted(node.target) == on:
            return node.value is not None
        if isinstance(node, cst.NamedExpr) and nodes.dotted(node.target) == on:
            return True
        if any(one.bound == on and (one.name or one.alias) for one in members(node)):
            return True
    return False


def configures(statement: cst.CSTNode, on: str) -> bool:
    """Does the statement create the object or set it up (middleware, mounts, handlers)?"""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return False
    if binds(statement, on):
        return True
    if isinstance(statement, cst.If) and nodes.is_main_guard(statement):
        return False
    for node in _outside_definitions(statement):
        if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call):
            call = node.value
            name = nodes.dotted(call.func) or ""
            if name.startswith(on + "."):
                if name.rpartition(".")[2] not in _RUNS:
                    return True
            elif _CONFIGURES.match(name.rpartition(".")[2]) and any(
                nodes.dotted(arg.value) == on for arg in call.args
            ):
                return True
        if isinstance(node, cst.Assign) and any(
            (nodes.dotted(target.target) or "").startswith(on + ".") for target in node.targets
        ):
            return True
    return False


def _ends(statement: cst.CSTNode) -> bool:
    """Does nothing of the scope run after the statement?"""
    return nodes.is_main_guard(statement) or any(
        isinstance(part, cst.Return | cst.Raise) for part in nodes.small(statement)
    )


def leaves(statement: cst.CSTNode) -> bool:
    """Does nothing that follows the statement ever run?"""
    if isinstance(statement, cst.SimpleStatementLine | cst.SimpleStatementSuite):
        return any(isinstance(part, cst.Return | cst.Raise) for part in statement.body)
    if isinstance(statement, cst.IndentedBlock):
        return any(leaves(one) for one in statement.body)
    if isinstance(statement, cst.If):
        return statement.orelse is not None and leaves(statement.body) and leaves(statement.orelse)
    if isinstance(statement, cst.With | cst.Else | cst.Finally):
        return leaves(statement.body)
    if isinstance(statement, cst.Try):
        if statement.finalbody is not None and leaves(statement.finalbody):
            return True
        tried = leaves(statement.body) or (
            statement.orelse is not None and leaves(statement.orelse)
        )
        return tried and all(leaves(one.body) for one in statement.handlers)
    if isinstance(statement, cst.Match):
        return bool(statement.cases) and all(leaves(one.body) for one in statement.cases)
    return False


def _belongs_inside(source: Source, outer: cst.CSTNode, inner: Found, levels: int) -> bool:
    """Does one more call go beside a sibling that is not directly in the scope?

    Args:
        outer: The statement of the scope that holds the sibling.
        inner: The sibling.
        levels: How many steps of its path are below ``outer``.
    """
    if levels == 0 or not isinstance(inner.path[-1], int):
        return False
    if leaves(outer) or nodes.is_main_guard(outer) or leaves(source.get(inner.path[:-2])):
        return True
    if isinstance(outer, cst.Try) and any(nodes.is_import(one) for one in outer.body.body):
        # What is optional there, one router with its import, is not so for the new one.
        return False
    return (
        isinstance(outer, cst.With | cst.Try)
        and levels == 3
        and inner.path[-3:-1] == ("body", "body")
    )


def position(
    source: Source, scope: Path, on: str, siblings: Sequence[Found]
) -> tuple[Path, int, Found | None]:
    """Where one more call on the object belongs: the block, the index in it, the sibling before it.

    After the last unconditional sibling, before anything that catches every path; without siblings,
    after the last statement that sets the object up.

    Raises:
        Unable: The object is not known in this scope.
    """
    body = source.body(scope)
    last = next((i for i, one in enumerate(body) if catches_all(one, on)), len(body))
    depth = len(scope) + 2
    direct = [one for one in siblings if len(one.path) == depth and int(one.path[-1]) < last]
    if direct:
        return scope, int(direct[-1].path[-1]) + 1, direct[-1]
    nested = [one for one in siblings if int(one.path[len(scope) + 1]) < last]
    if nested:
        inner = nested[-1]
        index = int(inner.path[len(scope) + 1])
        if _belongs_inside(source, body[index], inner, len(inner.path) - depth):
            block = inner.path[:-2]
            same = [one for one in nested if one.path[:depth] == inner.path[:depth]]
            if inner.path[-2] != "body" or any(one.path[:-2] != block for one in same):
                raise Unable(f"{on} gets its routers in branches that leave")
            return block, int(inner.path[-1]) + 1, inner
        return scope, index + 1, None
    start = next((i for i, one in enumerate(body) if binds(one, on)), None)
    if start is None and not _is_known(source, scope, on):
        raise Unable(f"{on} is not defined there")
    stop = next((i for i in range((start or 0), len(body)) if _ends(body[i])), len(body))
    stop = min(stop, last) if start is None or last > start else stop
    setting = [i for i in range(stop) if configures(body[i], on) or (i == start)]
    if setting:
        index = setting[-1]
        if leaves(body[index]) or (nodes.is_main_guard(body[index]) and binds(body[index], on)):
            if not isinstance(body[index], cst.With | cst.Try) and leaves(body[index]):
                raise Unable(f"{on} is set up in branches that leave")
            return position(source, (*scope, "body", index, "body"), on, ())
        return scope, index + 1, None
    if last < stop:
        return scope, last, None
    return scope, stop, None


def _is_known(source: Source, scope: Path, on: str) -> bool:
    """Is the object a parameter of the scope, or bound outside it?"""
    root = on.partition(".")[0]
    if not scope:
        return False
    node: Any = source.module
    for step in scope:
        node = node[step] if isinstance(step, int) else getattr(node, step)
        if isinstance(node, cst.FunctionDef):
            parameters = (
                *node.params.params, *node.params.kwonly_params, *node.params.posonly_params,
            )  # fmt: skip
            if any(one.name.value == root for one in parameters):
                return True
    return any(binds(one, root) for one in source.module.body)
