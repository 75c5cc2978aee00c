"""What fastarch can change about a finding by itself."""

from __future__ import annotations

import ast

from fastarch.discover.asked_names import spelled
from fastarch.discover.bases import Entity
from fastarch.discover.columns import Column
from fastarch.discover.frames import Frame, class_of
from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import dotted
from fastarch.discover.profile import AppProfile
from fastarch.discover.symbols import Symbol
from fastarch.discover.tableindexes import Index, column_name
from fastarch.discover.trail import Site
from fastarch.records import dataclass


@dataclass(frozen=True, slots=True)
class Loading:
    """A query that is to load a relation with its rows.

    Args:
        file: Where the query begins.
        function: The qualified name of its function.
        root: How it begins: ``select(User)``.
        model: The model as the function's module names it.
        relation: The relationship's attribute.
        loader: ``joinedload`` or ``selectinload``.
    """

    file: str
    function: str
    root: str
    model: str
    relation: str
    loader: str


Mend = Index | Loading


def loading(index: ModuleIndex, site: Site, relation: str, *, many: bool) -> Loading | None:
    """How a query can load a relation; None where another query would be changed with it."""
    roots = site.facts.roots
    if len(roots) != 1 or len(site.facts.columns) != 1:
        return None
    frame, root = roots[0]
    column = site.facts.columns[0]
    model = class_of(column.frame, column.node)
    name = spelled(index, frame.module, model) if model is not None else None
    if name is None or dotted(column.node) != name or not _is_lone(frame, root):
        return None
    loader = "selectinload" if many else "joinedload"
    return Loading(frame.module.file, frame.qualname, ast.unparse(root), name, relation, loader)


def _is_lone(frame: Frame, root: ast.expr) -> bool:
    """Whether no other query of the function begins with the same words."""
    text = ast.unparse(root)
    same = [
        node
        for node in ast.walk(frame.node)
        if isinstance(node, ast.Call) and ast.unparse(node) == text
    ]
    return same == [root]


def column_index(profile: AppProfile, entity: Entity, column: Column) -> Index | None:
    """The index of a column; None where the model cannot be named at its module's top level."""
    definition = entity.definition
    if definition.scope is not None or "." in definition.name:
        return None
    table = entity.model.table
    if not table or profile.orm.kind not in {"sqlalchemy", "sqlmodel"}:
        return None
    stored = column_name(column)
    symbol = Symbol(definition.place, definition.module.name, definition.name)
    name = f"ix_{table.rpartition('.')[2]}_{stored}"[:63]
    return Index(symbol, table, name, ((column.name, stored, False),))
