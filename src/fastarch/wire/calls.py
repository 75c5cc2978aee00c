"""Calls on an object (``app.include_router(…)``): where one more belongs, how one goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst

from fastarch.wire import nodes, tree
from fastarch.wire.import_lines import without_part
from fastarch.wire.import_names import members
from fastarch.wire.nodes import BLANK, Statement
from fastarch.wire.tree import Path, Source, Unable

_CATCH_ALL = re.compile(r"^/?\{[^{}]*:path\}$")
_LAST = re.compile(r"catch_?all|fallback|(^|[._])spa([._]|$)")
_CONFIGURES = re.compile(r"^_?(add|attach|configure|init|install|register|set_?up|setup)")
_RUNS = frozenset({"run", "serve", "main"})


@dataclass(frozen=True, slots=True)
class Found:
    """A call on the object, as a statement: where it stands and the call itself."""

    path: Path
    part: int
    call: cst.Call


def method_call(part: cst.CSTNode, on: str, names: Sequence[str]) -> cst.Call | None:
    """The call ``on.name(…)`` of a small statement; the innermost of a chain."""
    value: cst.CSTNode | None = part.value if isinstance(part, cst.Expr | cst.Assign) else None
    while isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute):
        if value.func.attr.value in names and nodes.dotted(value.func.value) == on:
            return value
        value = value.func.value
    return None


def calls(source: Source, scope: Path, on: str, names: Sequence[str]) -> list[Found]:
    """Every statement of a scope that calls one of the methods, in branches and loops too."""
    found = []
    for path, statement in tree.statements(source, scope):
        parts: Sequence[cst.CSTNode] = nodes.small(statement)
        for index, part in enumerate(parts):
            call = method_call(part, on, names)
            if call is not None:
                found.append(Found(path, index, call))
        suite = getattr(statement, "body", None)
        if isinstance(suite, cst.SimpleStatementSuite):
            for index, part in enumerate(suite.body):
                call = method_call(part, on, names)
                if call is not None and not isinstance(statement, cst.FunctionDef | cst.ClassDef):
                    found.append(Found((*path, "body"), index, call))
    return found


def literal(node: cst.CSTNode | None) -> str | None:
    """The text of a plain string."""
    if isinstance(node, cst.SimpleString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def argument(call: cst.Call, position: int, keyword: str) -> cst.BaseExpression | None:
    """An argument of a call, given by position or by keyword."""
    plain = [arg for arg in call.args if arg.keyword is None and not arg.star]
    if position < len(plain):
        return plain[position].value
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == keyword:
            return arg.value
    return None


@nodes.by_node
def catches_all(statement: cst.CSTNode, on: str) -> bool:
    """Does the statement, or a branch of it, mount or route everything on the object?"""
    if isinstance(statement, cst.FunctionDef):
        return any(
            isinstance(decorator.decorator, cst.Call) and _takes_all(decorator.decorator, on)
            for decorator in statement.decorators
        )
    if isinstance(statement, cst.ClassDef):
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


def spaced(source: Source, siblings: Sequence[Found]) -> bool:
    """Do blank lines stand between the siblings?"""
    lines = list(dict.fromkeys(one.path for one in siblings if isinstance(one.path[-1], int)))
    gaps = [nodes.leading(source.get(path)) for path in lines[1:]]
    return bool(gaps) and all(any(line.comment is None for line in gap) for gap in gaps)


def gap(block: Path, body: Sequence[Statement], index: int) -> tuple[cst.EmptyLine, ...]:
    """The blank line before the first call of its kind, where the code around it has room."""
    if index == 0:
        return ()
    if isinstance(body[index - 1], cst.FunctionDef | cst.ClassDef):
        return (BLANK, BLANK)
    if block and index < len(body) and nodes.blanks(nodes.leading(body[index])):
        return (BLANK,) if nodes.leading(body[index]) else ()
    return (BLANK,)


def insert(
    source: Source, block: Path, index: int, line: Statement, siblings: Sequence[Found]
) -> int:
    """Put a call behind the last of its siblings in the block; answers its index.

    Where the sibling is the last line of a file without a line end, the call goes before it, so
    that the line stays as it is.
    """
    body = source.body(block)
    wide = spaced(source, siblings)
    if index == len(body) and source.touches_end(block):
        index -= 1
        theirs = nodes.leading(body[index])
        if not wide and nodes.blanks(theirs):
            body[index] = nodes.with_leading(body[index], ())
        lead = theirs[: next((i for i, one in enumerate(theirs) if one.comment), len(theirs))]
    else:
        lead = (BLANK,) if wide else ()
    body.insert(index, nodes.with_leading(line, lead))
    source.set_body(block, body)
    return index


def remove(source: Source, found: Found) -> None:
    """Take a call's statement out; the next of its kind inherits its blank line."""
    node = source.get(found.path)
    if isinstance(node, cst.SimpleStatementSuite | cst.SimpleStatementLine) and (
        len(node.body) > 1 or isinstance(node, cst.SimpleStatementSuite)
    ):
        if len(node.body) == 1:
            raise Unable("the statement is the only one of its block")
        source.set(found.path, without_part(node, found.part))
        return
    func = found.call.func
    assert isinstance(func, cst.Attribute)
    on, name = nodes.dotted(func.value) or "", func.attr.value

    def alike(other: cst.CSTNode) -> bool:
        return any(method_call(part, on, [name]) is not None for part in nodes.small(other))

    remove_statement(source, found.path, alike)


def remove_statement(source: Source, path: Path, alike: Callable[[cst.CSTNode], bool]) -> None:
    """Take a statement out of its block; the next one inherits its blank line if it is alike."""
    block, index = path[:-2], int(path[-1])
    body = source.body(block)
    lead = nodes.leading(body.pop(index))
    if index < len(body):
        theirs = nodes.leading(body[index])
        if not nodes.blanks(lead) or (not theirs and alike(body[index])):
            body[index] = nodes.with_leading(body[index], (*lead, *theirs))
    elif not nodes.blanks(lead) and not block:
        footer = (*lead, *source.module.footer)
        source.module = source.module.with_changes(footer=footer)
    if not body and block:
        body = [cst.SimpleStatementLine([cst.Pass()])]
    source.set_body(block, body)
