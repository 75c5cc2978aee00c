"""What the rules of ``fastarch advise`` ask of queries and models."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.advice_study import Study, own_nodes, verb
from fastarch.discover.bases import Entity
from fastarch.discover.collection import rows_of
from fastarch.discover.columns import is_unique, lineage
from fastarch.discover.frames import Frame, Read
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.ordering import model_of
from fastarch.discover.queries import Facts
from fastarch.discover.trail import Trail
from fastarch.records import dataclass

_RELATIONSHIPS = frozenset({"relationship", "Relationship"})
_COMPARED = (ast.Eq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """A column that a query compares.

    Args:
        equal: With a single value.
    """

    entity: Entity
    column: str
    equal: bool
    read: Read


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A loop, or a comprehension, over the rows of a query.

    Args:
        name: What a row is called in it.
        trail: The way to the query.
        parts: What is run for each row.
    """

    frame: Frame
    node: ast.expr | ast.stmt
    iterated: ast.expr
    name: str
    trail: Trail
    parts: tuple[ast.AST, ...]


def entity_of_rows(study: Study, facts: Facts) -> Entity | None:
    """The model whose whole rows a query gives; None where it gives others, or is grouped."""
    if len(facts.columns) != 1 or facts.groups:
        return None
    read = facts.columns[0]
    return study.entity_of(read.frame, read.node)


def filters(study: Study, facts: Facts) -> Iterator[Filter]:
    """The columns that a query compares with values, whatever joins the comparisons."""
    for read in facts.filters:
        yield from _compared(study, read, facts)


def _compared(study: Study, read: Read, facts: Facts) -> Iterator[Filter]:
    """The columns that a condition compares."""
    frame, node = read
    if verb(node) == "filter_by" and isinstance(node, ast.Call):
        entity = study.entity(model_of(facts))
        for word in node.keywords:
            if entity is not None and word.arg in entity.columns:
                yield Filter(entity, word.arg, True, Read(frame, word.value))
        return
    for part in ast.walk(node):
        match part:
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                if not isinstance(operator, _COMPARED):
                    continue
                equal = isinstance(operator, ast.Eq)
                one, other = _column(study, frame, left), _column(study, frame, right)
                # Two columns are how tables are joined.
                if (one is None) != (other is None) and not _is_none(left, right):
                    entity, column = one or other or (None, "")
                    assert entity is not None
                    yield Filter(entity, column, equal, Read(frame, part))
            case ast.Call(func=ast.Attribute(value=value, attr="in_")):
                if found := _column(study, frame, value):
                    yield Filter(*found, False, Read(frame, part))
            case _:
                pass


def is_one_row(study: Study, facts: Facts, entity: Entity) -> bool:
    """Whether a query asks for a single row, by a key."""
    return any(
        one.equal
        and one.entity is entity
        and (column := entity.columns.get(one.column)) is not None
        and (column.primary or is_unique(column))
        for one in filters(study, facts)
    )


def is_named_rows(study: Study, facts: Facts, entity: Entity) -> bool:
    """Whether a query asks for rows that the request names one by one, by a key."""
    for one in filters(study, facts):
        match one.read.node:
            case ast.Call(func=ast.Attribute(attr="in_"), args=[given]):
                column = entity.columns.get(one.column) if one.entity is entity else None
                is_key = column is not None and (column.primary or is_unique(column))
                if is_key and isinstance(given, ast.Name | ast.List | ast.Tuple):
                    made = one.read.frame.binding(getattr(given, "id", ""), given)
                    if not any(isinstance(part, ast.Call) for part in made):
                        return True
            case _:
                pass
    return False


def _column(study: Study, frame: Frame, node: ast.expr) -> tuple[Entity, str] | None:
    if isinstance(node, ast.Call) and verb(node) == "col" and len(node.args) == 1:
        node = node.args[0]
    if not isinstance(node, ast.Attribute):
        return None
    entity = study.entity_of(frame, node.value)
    # An attribute of a row is a value; a name of the class itself is a column.
    if entity is None or not _is_class(study, frame, node.value, entity):
        return None
    return (entity, node.attr) if node.attr in entity.columns else None


def _is_class(study: Study, frame: Frame, node: ast.expr, entity: Entity) -> bool:
    if isinstance(node, ast.Name) and (
        frame.binding(node.id, node) or frame.parameter(node.id) is not None
    ):
        return False
    origin = study.found.index.origin(frame.module, node, frame.node)
    return origin == entity.definition.dotted


def _is_none(*nodes: ast.expr) -> bool:
    return any(isinstance(node, ast.Constant) and node.value is None for node in nodes)


def loops(frame: Frame) -> Iterator[Loop]:
    """The loops of a function over the rows of a query."""
    for node in own_nodes(frame.node):
        match node:
            case (
                ast.ListComp(elt=part, generators=[one])
                | ast.SetComp(elt=part, generators=[one])
                | ast.GeneratorExp(elt=part, generators=[one])
            ):
                parts: tuple[ast.AST, ...] = (part, *one.ifs)
            case ast.DictComp(key=key, value=value, generators=[one]):
                parts = (key, value, *one.ifs)
            case ast.For(body=body):
                target, iterated, parts = node.target, node.iter, tuple(body)
                if isinstance(target, ast.Name) and (trail := rows_of(Read(frame, iterated))):
                    yield Loop(frame, node, iterated, target.id, trail, parts)
                continue
            case _:
                continue
        if isinstance(one.target, ast.Name) and (trail := rows_of(Read(frame, one.iter))):
            yield Loop(frame, node, one.iter, one.target.id, trail, parts)


def relationships(
    index: ModuleIndex, model: Definition
) -> dict[str, tuple[ast.Call, ast.expr | None]]:
    """A model's relationships by name: the call and the annotation."""
    found: dict[str, tuple[ast.Call, ast.expr | None]] = {}
    for current in lineage(index, model):
        for statement in getattr(current.node, "body", ()):
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call):
                    annotation: ast.expr | None = statement.annotation
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                    annotation = None
                case _:
                    continue
            if verb(call) in _RELATIONSHIPS:
                found.setdefault(name, (call, annotation))
    return found
