"""Endpoints that say nothing about what they answer with."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.advice_queries import entity_of_rows
from fastarch.discover.advice_study import Finding, Study
from fastarch.discover.frames import Frame, Read
from fastarch.discover.modules import called as word_of
from fastarch.discover.modules import dotted
from fastarch.discover.queries import MOST_CALLS, called, facts_of, given_by
from fastarch.errors import NotUnderstoodError

_EMPTY = frozenset({"dict", "Dict", "Any", "list", "List", "object"})
_ONE = frozenset({"first", "one", "one_or_none", "scalar_one", "scalar_one_or_none"})
_RUNS = frozenset({"execute", "scalars", "exec", "scalar", "query"})


def missing(study: Study) -> Iterator[Finding]:
    """A list, or a single row, that goes out without a response model."""
    operation = study.operation
    if operation.method != "GET" or operation.decorator.func is None:
        return
    said = {word.arg for word in operation.decorator.keywords}
    if said & {"response_model", "response_class", None} or _says(operation.node.returns):
        return
    hidden = study.keyword("include_in_schema")
    if isinstance(hidden, ast.Constant) and hidden.value is False:
        return
    name = _list_of(study) or _row_of(study)
    if name is None:
        return
    yield Finding(
        "missing-response-model",
        operation.label,
        operation.place.file,
        operation.place.line,
        f"It answers with {name}, and says no response model: clients get whatever the code"
        " happens to give, and OpenAPI no schema.",
        f"name a schema: response_model=… in @{dotted(operation.decorator.func)}(…)",
    )


def _says(returns: ast.expr | None) -> bool:
    """Whether a return annotation says more than that there is something."""
    match returns:
        case None:
            return False
        case ast.Constant(value=None):
            return False
        case ast.Constant(value=str(text)):
            return text.partition("[")[0] not in _EMPTY
        case ast.Subscript(value=outer, slice=inner):
            if dotted(outer).rpartition(".")[2] not in _EMPTY:
                return True
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _says(parts[-1])
        case _:
            return dotted(returns).rpartition(".")[2] not in _EMPTY


def _list_of(study: Study) -> str | None:
    trail = study.trail
    if trail is None or trail.responses:
        return None
    entity = entity_of_rows(study, trail.sites[0].facts)
    return f"rows of {entity.model.symbol.name}" if entity else None


def _row_of(study: Study) -> str | None:
    """The model whose single row an endpoint returns as it is."""
    frame = study.frame
    returned = [
        node.value
        for node in frame.statements()
        if isinstance(node, ast.Return) and node.value is not None
    ]
    names = {_row(study, Read(frame, value), MOST_CALLS) for value in returned}
    name = names.pop() if len(names) == 1 else None
    return f"a row of {name}" if name else None


def _row(study: Study, read: Read, depth: int) -> str | None:
    frame, node = read
    if depth <= 0:
        return None
    match node:
        case ast.Await(value=value):
            return _row(study, Read(frame, value), depth)
        case ast.Name(id=name):
            values = frame.binding(name, node)
            return _row(study, Read(frame, values[0]), depth) if len(values) == 1 else None
        case ast.Call(func=ast.Attribute(attr="get"), args=[model, _, *_]):
            entity = study.entity_of(frame, model)
            return entity.model.symbol.name if entity else _called(study, frame, node, depth)
        case ast.Call(func=ast.Attribute(value=value, attr=word), args=[]) if word in _ONE:
            return _selected(study, Read(frame, value))
        case ast.Call():
            return _called(study, frame, node, depth)
        case _:
            return None


def _selected(study: Study, read: Read) -> str | None:
    """The model that ``….scalars()`` or ``session.query(…)`` gives rows of."""
    frame, node = read
    match node:
        case ast.Await(value=value):
            return _selected(study, Read(frame, value))
        case ast.Name(id=name):
            values = frame.binding(name, node)
            return _selected(study, Read(frame, values[0])) if len(values) == 1 else None
        case ast.Call(func=ast.Attribute(value=value, attr="scalars" | "unique"), args=[]):
            return _selected(study, Read(frame, value))
        case ast.Call(func=ast.Attribute(attr=word), args=[statement, *_]) if (
            word in _RUNS and word_of(node) != "query"
        ):
            node = statement
        case _:
            pass
    try:
        entity = entity_of_rows(study, facts_of(Read(frame, node)))
    except NotUnderstoodError:
        return None
    return entity.model.symbol.name if entity else None


def _called(study: Study, frame: Frame, node: ast.Call, depth: int) -> str | None:
    target = called(frame, node)
    if target is None:
        return None
    found, owner = target
    function = found.node
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    given = given_by(frame, node, found)
    inner = Frame(frame.index, found.module, function, found.name, owner, given, frame.depth + 1)
    values = [
        statement.value
        for statement in inner.statements()
        if isinstance(statement, ast.Return) and statement.value is not None
    ]
    names = {_row(study, Read(inner, value), depth - 1) for value in values}
    return names.pop() if len(names) == 1 else None
