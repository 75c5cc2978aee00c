"""Calls on an object (``app.include_router(…)``): one more, one less."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.import_lines import without_part
from fastarch.wire.nodes import Statement, blank
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source, Unable


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


@nodes.by_node
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
        return (blank(), blank())
    if block and index < len(body) and nodes.blanks(nodes.leading(body[index])):
        return (blank(),) if nodes.leading(body[index]) else ()
    return (blank(),)


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
        lead = (blank(),) if wide else ()
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
