"""Lists without a limit, and counts that read more than they need."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.advice_answers import answers_list
from fastarch.discover.advice_queries import entity_of_rows, is_named_rows, is_one_row
from fastarch.discover.advice_study import Finding, Study, own_nodes, verb
from fastarch.discover.collection import rows_of
from fastarch.discover.frames import Frame, Read
from fastarch.discover.modules import dotted
from fastarch.discover.paging import is_paged, read_collection
from fastarch.discover.queries import Facts, facts_of
from fastarch.errors import NotUnderstoodError

_RUNS = frozenset({"execute", "scalar", "scalars", "exec"})


def unbounded(study: Study) -> Iterator[Finding]:
    """A collection whose query has no limit."""
    trail = study.trail
    if trail is None or is_paged(study.operation) or not answers_list(study, trail):
        return
    for site in trail.sites:
        entity = entity_of_rows(study, site.facts)
        if site.facts.limits or entity is None or is_one_row(study, site.facts, entity):
            return
        if is_named_rows(study, site.facts, entity):
            return
    entity = entity_of_rows(study, trail.sites[0].facts)
    assert entity is not None
    place = study.operation.place
    read = trail.sites[0].read
    command, why = _command(study)
    name = entity.model.symbol.name
    yield Finding(
        "unbounded-list",
        study.operation.label,
        place.file,
        place.line,
        f"It answers with every {name} that its query finds; the query"
        f" ({read.frame.module.file}:{read.node.lineno}) has no limit.",
        why or "give it pages",
        command,
    )


def _command(study: Study) -> tuple[str | None, str]:
    """The command that makes pages; None with what to do where it would be refused."""
    reason = ""
    for option in ("", " --by offset"):
        try:
            read_collection(
                study.found,
                study.operation,
                study.labels,
                study.profile,
                by_offset=bool(option),
            )
        except NotUnderstoodError as error:
            reason = reason or error.problems[0].message
        else:
            return f'fastarch add pagination "{study.operation.label}"{option}', ""
    return None, f"put .limit() on the query; fastarch cannot: {reason}"


def counts(study: Study) -> Iterator[Finding]:
    """Rows that are loaded to be counted, and whole tables that a list counts with each page."""
    for reached in study.reached:
        frame = reached.frame
        for node in own_nodes(frame.node):
            match node:
                case ast.Call(func=ast.Name(id="len"), args=[rows]):
                    yield from _loaded(study, frame, node, rows)
                case ast.Call(func=ast.Attribute(value=query, attr="count"), args=[]):
                    yield from _counted(study, frame, node, query)
                case ast.Call(func=ast.Attribute(attr=word), args=[statement, *_]) if word in _RUNS:
                    yield from _counted(study, frame, node, statement)
                case _:
                    pass


def _loaded(study: Study, frame: Frame, node: ast.Call, rows: ast.expr) -> Iterator[Finding]:
    trail = rows_of(Read(frame, rows))
    if trail is None or not trail.sites or is_used_besides(frame, rows):
        return
    if any(site.facts.limits for site in trail.sites):
        return
    yield Finding(
        "count-by-loading",
        study.operation.label,
        frame.module.file,
        node.lineno,
        "It loads rows only to count them.",
        "let the database count: select(func.count()) with the same conditions",
    )


def is_used_besides(frame: Frame, rows: ast.expr) -> bool:
    """Whether a function uses rows more than at one place; rows made there are not."""
    if not isinstance(rows, ast.Name):
        # What another function gives may be kept or used by it.
        return isinstance(rows, ast.Attribute)
    read = [
        node
        for node in ast.walk(frame.node)
        if isinstance(node, ast.Name) and node.id == rows.id and isinstance(node.ctx, ast.Load)
    ]
    return len(read) != 1


def _counted(study: Study, frame: Frame, node: ast.Call, query: ast.expr) -> Iterator[Finding]:
    trail = study.trail
    if trail is None or not any(entity_of_rows(study, site.facts) for site in trail.sites):
        return
    try:
        facts = facts_of(Read(frame, query))
    except NotUnderstoodError:
        return
    if facts.filters or facts.joins or facts.groups or facts.distinct or facts.limits:
        return
    name = _whole_table(study, frame, query, facts, is_query=verb(node) == "count")
    if name is None:
        return
    yield Finding(
        "whole-table-count",
        study.operation.label,
        frame.module.file,
        node.lineno,
        f"Each request for the list counts all rows of {name}.",
        "count only where a client asks for the total, or keep the number",
    )


def _whole_table(
    study: Study, frame: Frame, query: ast.expr, facts: Facts, *, is_query: bool
) -> str | None:
    """The model whose rows are all counted."""
    if is_query:
        entity = entity_of_rows(study, facts) if facts.legacy else None
        return entity.model.symbol.name if entity else None
    if len(facts.columns) != 1 or verb(facts.columns[0].node) != "count":
        return None
    counted = facts.columns[0]
    assert isinstance(counted.node, ast.Call)
    sources = [Read(counted.frame, each) for each in counted.node.args]
    statements = [query]
    if isinstance(query, ast.Name):
        statements = frame.binding(query.id, query)
    for statement in statements:
        for part in ast.walk(statement):
            if isinstance(part, ast.Call) and verb(part) == "select_from":
                sources = [Read(frame, each) for each in part.args]
    for read in sources:
        owner = read.node.value if isinstance(read.node, ast.Attribute) else read.node
        for one in (owner, read.node):
            entity = study.entity_of(read.frame, one) if dotted(one) else None
            if entity is not None:
                return entity.model.symbol.name
    return None
