"""Append definitions to a module that others use too, and merge their imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from fastarch.wire import nodes, tree
from fastarch.wire.import_names import bindings, is_type_checking, members
from fastarch.wire.imports import AddImport, take_imports, unused
from fastarch.wire.nodes import BLANK, Statement
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable

_TAIL = frozenset({"configure_mappers", "model_rebuild", "update_forward_refs"})


@dataclass(frozen=True, slots=True)
class AppendDefinitions(PythonEdit):
    """The definitions of a piece of a module, at the end of an existing module.

    Args:
        source: A whole small module: imports, then definitions. Its docstring and ``__future__``
            imports are left out.
        module: Dotted name of the module that it is appended to: what the piece would import from
            there is there already.
        foreign: Names that were there before: imports that nothing used, equal definitions.
    """

    source: str
    module: str = ""
    foreign: tuple[str, ...] = ()

    def paste(self) -> str:
        """The piece itself."""
        return self.source

    def put(self, source: Source) -> tuple[str, ...]:
        """Append what is not there.

        Raises:
            Unable: A definition of the same name is there and differs, or a name is taken.
        """
        piece = self._piece(source)
        missing: list[Statement] = []
        foreign = list(unused(source, piece.imports))
        for statement in piece.definitions:
            there = _find(source, statement)
            if there is None:
                missing.append(statement)
            elif nodes.code(source.module.body[there]) != nodes.code(statement):
                raise Unable(f"{_label(statement)} is defined there already, and differs")
            else:
                foreign += sorted(bindings(statement))
        for wanted in piece.imports:
            if not self._own(source, wanted):
                AddImport.put(wanted, source)
        if missing:
            _append(source, missing)
        return tuple(foreign)

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the definitions that are still as they were appended."""
        piece = self._piece(source)
        kept: list[str] = []
        for number, statement in enumerate(reversed(piece.definitions), 1):
            there = _find(source, statement)
            if there is None or bindings(statement) & set(self.foreign):
                continue
            if nodes.code(source.module.body[there]) != nodes.code(statement):
                kept.append(f"{_label(statement)} was edited by hand and stays")
                continue
            first = number == len(piece.definitions)
            _remove(source, there, 2 if first else len(nodes.leading(statement)))
        take_imports(source, piece.imports, self.foreign)
        return tuple(reversed(kept))

    def _own(self, source: Source, wanted: AddImport) -> bool:
        """Is what the piece imports defined in the very module?"""
        if wanted.level or not self.module or wanted.module != self.module:
            return False
        return any(wanted.bound in bindings(one) for one in source.module.body)

    def _piece(self, source: Source) -> _Piece:
        parsed = tree.parse_statements(self.source, source.module)
        imports: list[AddImport] = []
        definitions: list[Statement] = []
        for index, statement in enumerate(parsed.body):
            if nodes.is_import(statement):
                found = [m for part in nodes.small(statement) for m in members(part)]
                imports += [
                    AddImport(m.module, m.name, m.alias, m.level)
                    for m in found
                    if m.module != "__future__"
                ]
            elif is_type_checking(statement):
                imports += [
                    AddImport(m.module, m.name, m.alias, m.level, type_checking=True)
                    for node in nodes.walk(statement)
                    for m in members(node)
                ]
            elif not (index == 0 and nodes.is_docstring(statement)):
                definitions.append(statement)
        return _Piece(tuple(imports), tuple(definitions))


@dataclass(frozen=True, slots=True)
class _Piece:
    imports: tuple[AddImport, ...]
    definitions: tuple[Statement, ...]


def _label(statement: Statement) -> str:
    names = sorted(bindings(statement))
    return ", ".join(names) if names else nodes.code(statement).splitlines()[0]


def _find(source: Source, statement: Statement) -> int | None:
    """The definition of the same name, or the same statement where it defines nothing."""
    names = bindings(statement)
    text = None if names else nodes.code(statement)
    for index in range(len(source.module.body) - 1, -1, -1):
        other = source.module.body[index]
        if names and names & bindings(other):
            return index
        if text is not None and not bindings(other) and nodes.code(other) == text:
            return index
    return None


def _is_tail(statement: Statement) -> bool:
    """Does the statement have to stay behind every definition?"""
    if nodes.is_main_guard(statement):
        return True
    parts = nodes.small(statement)
    return bool(parts) and all(
        isinstance(part, cst.Expr)
        and isinstance(part.value, cst.Call)
        and (nodes.dotted(part.value.func) or "").rpartition(".")[2] in _TAIL
        for part in parts
    )


def _append(source: Source, definitions: Sequence[Statement]) -> None:
    body = source.body()
    place = len(body)
    while place and _is_tail(body[place - 1]):
        place -= 1
    first, *rest = definitions
    lead: list[cst.EmptyLine] = []
    if place == len(body):
        lead, source.module = tree.split_footer(source.module)
    if body or lead:
        lead += [BLANK, BLANK]
    added = [nodes.with_leading(first, lead), *rest]
    source.set_body((), [*body[:place], *added, *body[place:]])


def _remove(source: Source, index: int, ours: int) -> None:
    """Take a statement out with its own blank lines; what stood before them stays."""
    body = source.body()
    lead = list(nodes.leading(body.pop(index)))
    while ours and lead and lead[-1].comment is None:
        lead.pop()
        ours -= 1
    if index < len(body):
        lead += nodes.leading(body[index])
        body[index] = nodes.with_leading(
            body[index], lead if any(one.comment is not None for one in lead) or index else ()
        )
        source.set_body((), body)
    else:
        source.module = source.module.with_changes(body=body, footer=[*lead, *source.module.footer])
