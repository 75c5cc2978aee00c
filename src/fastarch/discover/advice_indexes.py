"""Columns that endpoints look rows up by, and that have no index."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from fastarch.discover.advice_mends import column_index
from fastarch.discover.advice_queries import Filter, entity_of_rows, filters
from fastarch.discover.advice_revisions import ANY, indexed
from fastarch.discover.advice_study import Finding, Study, by_advise, own_parts, verb
from fastarch.discover.bases import Entity
from fastarch.discover.columns import Column, is_unique
from fastarch.discover.frames import Frame, Read
from fastarch.discover.ordering import order_of
from fastarch.discover.queries import facts_of
from fastarch.discover.tableindexes import indexed_columns
from fastarch.errors import NotUnderstoodError

_FILTERS = frozenset({"where", "filter", "filter_by"})
_MYSQL = frozenset({
    "pymysql", "mysqlclient", "aiomysql", "asyncmy", "mysql-connector-python", "mariadb",
})  # fmt: skip
# What sorts rows into a few groups, by its name.
_SORTS = frozenset({
    "type", "kind", "status", "state", "role", "scope", "level", "gender", "mode", "priority",
    "severity", "currency", "language", "locale",
})  # fmt: skip
_FEW_VALUES = frozenset({"bool", "Boolean", "Enum", "Literal"})


def unindexed(study: Study) -> Iterator[Finding]:
    """Columns that are filtered or ordered by without an index that begins with them."""
    for reached in study.fresh:
        yield from _filtered(study, reached.frame)
    yield from _ordered(study)
    yield from _foreign(study)


def _foreign(study: Study) -> Iterator[Finding]:
    """Foreign keys of the rows that an endpoint gives."""
    for site in study.trail.sites if study.trail is not None else ():
        entity = entity_of_rows(study, site.facts)
        if entity is None:
            continue
        for column in entity.columns.values():
            if is_foreign(column) and not is_indexed(study, entity, column.name):
                yield _finding(
                    study,
                    entity,
                    column,
                    f"{_name(entity, column)} refers to another table and has no index: to join"
                    " the two, or to delete a row there, reads the whole table.",
                )


def _filtered(study: Study, frame: Frame) -> Iterator[Finding]:
    together: dict[str, list[Filter]] = defaultdict(list)
    queries = []
    for statement in frame.statements():
        for node in own_parts(statement):
            if verb(node) in _FILTERS and isinstance(node, ast.Call):
                found = _filters(study, frame, node)
                queries.append(found)
                together[_query(statement)] += found
                for one in found:
                    together[one.entity.definition.dotted].append(one)
    # The rows that one index leaves are few: what else is compared needs none.
    served = {
        (one.entity.definition.dotted, one.column)
        for found in together.values()
        if any(is_indexed(study, each.entity, each.column) for each in found)
        for one in found
    }
    for found in queries:
        if any((one.entity.definition.dotted, one.column) in served for one in found):
            continue
        wanting = [
            one for one in found if not _has_few_values(study, one.entity.columns[one.column])
        ]
        if not wanting:
            continue
        best = min(wanting, key=_rank)
        column = best.entity.columns[best.column]
        read = best.read
        yield _finding(
            study,
            best.entity,
            column,
            f"It filters by {_name(best.entity, column)}"
            f" ({read.frame.module.file}:{read.node.lineno}), which has no index: the whole"
            " table is read.",
        )


def _rank(one: Filter) -> tuple[bool, bool]:
    """Which column of a query is best served by an index: a key, then what must be equal."""
    return not is_foreign(one.entity.columns[one.column]), not one.equal


def _query(statement: ast.stmt) -> str:
    """What the statements have in common that build one query: the name it goes by."""
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return str(statement.lineno)


def _filters(study: Study, frame: Frame, node: ast.Call) -> list[Filter]:
    """The filters of a query up to a call; none where it cannot be told what else it filters by."""
    try:
        facts = facts_of(Read(frame, node))
    except NotUnderstoodError:
        return []
    return list(filters(study, facts))


def _ordered(study: Study) -> Iterator[Finding]:
    """The order of a list that ends somewhere: without a limit all rows are read anyway."""
    trail = study.trail
    for site in trail.sites if trail is not None else ():
        if not site.facts.limits or site.facts.filters or site.facts.joins:
            continue
        order = order_of(site.facts)
        entity = study.entity(order[0].model) if order else None
        if not order or entity is None or order[0].name not in entity.columns:
            continue
        if is_indexed(study, entity, order[0].name):
            continue
        read = site.facts.order[0]
        column = entity.columns[order[0].name]
        yield _finding(
            study,
            entity,
            column,
            f"It orders by {_name(entity, column)} ({read.frame.module.file}:{read.node.lineno}),"
            " which has no index: each page sorts the whole table.",
        )


def _finding(study: Study, entity: Entity, column: Column, message: str) -> Finding:
    mend = column_index(study.profile, entity, column)
    return Finding(
        "missing-index",
        study.operation.label,
        column.module.file,
        column.node.lineno,
        message,
        f"write index=True on {column.name}, and a revision that makes the index",
        by_advise(study.operation.label) if mend is not None else None,
        mend,
    )


def _name(entity: Entity, column: Column) -> str:
    return f"{entity.model.symbol.name}.{column.name}"


def is_indexed(study: Study, entity: Entity, name: str) -> bool:
    """Whether a column is a key, unique, or the first one of an index."""
    column = entity.columns[name]
    if column.primary or is_unique(column):
        return True
    if is_foreign(column) and _indexes_keys(study):
        return True
    first = {
        columns[0] for columns in indexed_columns(study.found.index, entity.definition) if columns
    }
    alembic = study.profile.alembic
    revised = indexed(study.found.index, alembic.versions) if alembic is not None else ()
    return name in first or bool({(entity.model.table, name), (ANY, name)} & {*revised})


def _indexes_keys(study: Study) -> bool:
    """Whether the database may be MySQL or MariaDB: they make an index for each foreign key."""
    declared = study.profile.dependencies
    return declared is not None and bool(declared.known & _MYSQL)


def is_foreign(column: Column) -> bool:
    """Whether a column refers to another table."""
    return column.call is not None and any(
        (isinstance(node, ast.Call) and verb(node) == "ForeignKey")
        or (isinstance(node, ast.keyword) and node.arg == "foreign_key")
        for node in ast.walk(column.call)
    )


def _has_few_values(study: Study, column: Column) -> bool:
    """Whether so many rows have the same value that an index helps little."""
    if is_foreign(column):
        return False
    index = study.found.index
    if _SORTS & set(column.name.lower().split("_")):
        return True
    for part in (column.annotation, column.call):
        for node in ast.walk(part) if part is not None else ():
            if not isinstance(node, ast.Name | ast.Attribute):
                continue
            word = node.id if isinstance(node, ast.Name) else node.attr
            if word in _FEW_VALUES:
                return True
            found = index.resolve(column.module, word)
            bases = getattr(found.node, "bases", ()) if found is not None else ()
            if any(ast.unparse(base).endswith("Enum") for base in bases):
                return True
    return False
