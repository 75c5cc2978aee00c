"""The model of a query in code that is for several models: ``select(self.model)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.columns import lineage
from fastarch.discover.frames import Read
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.profile import AppProfile
from fastarch.discover.trail import Site, Trail
from fastarch.discover.values import member_of


def generic_model(trail: Trail, site: Site, profile: AppProfile) -> Definition | None:
    """The one model that the way to a query names; None where there is none, or several."""
    columns = site.facts.columns
    if not columns or not dotted(columns[0].node).startswith(("self.", "cls.")):
        return None
    found = {
        (one.module.file, one.name): one for one in _named(trail, columns[0]) if _is(one, profile)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _named(trail: Trail, read: Read) -> Iterator[Definition]:
    frame = read.frame
    index = frame.index
    for owner in lineage(index, frame.owner) if frame.owner is not None else ():
        member = member_of(index, owner, dotted(read.node).partition(".")[2])
        if member is not None and member.value is not None:
            yield from _classes(index, member.module, member.value)
        for base in owner.node.bases if isinstance(owner.node, ast.ClassDef) else ():
            if isinstance(base, ast.Subscript):
                yield from _classes(index, owner.module, base.slice)
    for call in trail.calls:
        # user_crud = CRUDBase[User](User)
        function = call.node.func if isinstance(call.node, ast.Call) else None
        if isinstance(function, ast.Attribute):
            made = index.resolve(call.frame.module, dotted(function.value) or "-")
            if made is not None and made.value is not None:
                yield from _classes(index, made.module, made.value)


def _classes(index: ModuleIndex, module: Module, node: ast.expr) -> Iterator[Definition]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute) and dotted(part):
            found = index.resolve(module, dotted(part))
            if found is not None and isinstance(found.node, ast.ClassDef):
                yield found


def _is(definition: Definition, profile: AppProfile) -> bool:
    return any(
        (one.symbol.at.file, one.symbol.name) == (definition.module.file, definition.name)
        for one in profile.orm.models
    )
