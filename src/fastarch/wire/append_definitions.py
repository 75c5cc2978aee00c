"""Append definitions to a module that others use too, and merge their imports."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.definition_places import place_for
from fastarch.wire.import_aliases import free_aliases
from fastarch.wire.import_names import bindings, is_type_checking, members
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_import, take_imports, unused
from fastarch.wire.new_code import Importing, read_new_code
from fastarch.wire.nodes import Statement, blank
from fastarch.wire.python import PythonEdit
from fastarch.wire.sameness import same_code
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Source, Unable
from fastarch.wire.usage import bound_by, count_names


@dataclass(frozen=True, slots=True)
class AppendDefinitions(PythonEdit):
    """The definitions of a piece of a module, at the end of an existing module or near it.

    Args:
        source: A whole small module: imports, then definitions. Its docstring and ``__future__``
            imports are left out.
        module: Dotted name of the module that it is appended to: what the piece would import from
            there is there already.
        ahead_of: Names of attributes whose calls, while the module is loaded, need the definitions
            (``create_all``): they go before the first one, if all that they use is bound by then.
        helpers: Names whose definition is used as it is, where one is there already.
        foreign: Names that were there before without being used: imports, equal definitions.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
        aliases: Other names for imports whose own name meant something else in the module.
        users: Names of definitions in the module that shall use these: they go ahead of them.
    """

    reads_text = True

    source: str
    module: str = ""
    ahead_of: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()
    aliases: tuple[tuple[str, str], ...] = ()
    users: tuple[str, ...] = ()

    def paste(self) -> str:
        """The piece itself."""
        return self.source

    def put(self, source: Source) -> tuple[str, ...]:
        """Append what is not there.

        Raises:
            Unable: A definition of the same name is there and differs.
        """
        piece = self._new_piece(source)
        others = [one for one in piece.imports if not self._own(source, one)]
        own = frozenset(name for one in piece.definitions for name in bound_by(one))
        aliases = free_aliases(source, others, own)
        source.aliases.update(aliases)
        if aliases:
            piece = self._piece(source).renamed(aliases)
        missing: list[Statement] = []
        there: list[Statement] = []
        foreign: list[str] = []
        for statement in piece.definitions:
            index = _find(source, statement)
            if index is None:
                _require_free(source, statement)
                missing.append(statement)
            elif _same(source, index, statement):
                there.append(statement)
                foreign += () if _used_elsewhere(source, [index]) else _names(statement)
            elif not bindings(statement) & set(self.helpers):
                name = _label(statement)
                line = tree.line_of(source, name)
                raise Unable(f"{name} is defined there already (line {line}), and differs")
            else:
                foreign += _names(statement)
        needed = {name for one in (*missing, *there) for name in count_names(one)}
        imports = [one for one in piece.imports if one.bound in needed or one.name == "*"]
        foreign += unused(source, imports)
        behind = len(source.module.body) - place_for(source, missing, self.ahead_of, self.users)
        for wanted in imports:
            if not self._own(source, wanted):
                if behind and not wanted.type_checking:
                    put_import(source, (), wanted, before=len(source.module.body) - behind)
                else:
                    wanted.put(source)
        if missing:
            _insert(source, missing, len(source.module.body) - behind)
        return tuple(foreign)

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the definitions that are as they were appended and that nothing else uses."""
        piece = self._piece(source).renamed(dict(self.aliases))
        kept: list[str] = []
        ours: dict[int, Statement] = {}
        for statement in piece.definitions:
            index = _find(source, statement)
            if index is None or set(_names(statement)) & set(self.foreign):
                continue
            if same_code(source.module.body[index], statement):
                ours[index] = statement
            elif not bindings(statement) & set(self.helpers):
                kept.append(f"{_label(statement)} was edited by hand and stays")
        used: list[str] = []
        while found := _used_elsewhere(source, list(ours)):
            used += [_label(ours.pop(index)) for index in found]
        if used:
            kept.append(f"{', '.join(sorted(used))}: other code there uses it, and it stays")
        for index in sorted(ours, reverse=True):
            _remove(source, index, ours[index])
        take_imports(source, piece.imports, self.foreign)
        return tuple(kept)

    def _own(self, source: Source, wanted: AddImport) -> bool:
        """Is what the piece imports defined in the very module?"""
        if wanted.level or not self.module or wanted.module != self.module:
            return False
        return any(wanted.bound in bindings(one) for one in source.module.body)

    def _new_piece(self, source: Source) -> _Piece:
        """The piece for a module that it is added to: its definitions are text, if they can be."""
        code = read_new_code(self.source, source.module)
        if code is None:
            return self._piece(source)
        return _Piece(tuple(_imports(code.imports)), code.definitions)

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

    def renamed(self, aliases: Mapping[str, str]) -> _Piece:
        """The piece with other names for imports."""
        if not aliases:
            return self
        from fastarch.wire.rename import renamed

        return _Piece(
            tuple(replace(one, alias=aliases.get(one.bound, one.alias)) for one in self.imports),
            tuple(renamed(one, aliases) for one in self.definitions),
        )


def _imports(lines: Iterable[tuple[Importing, bool]]) -> Iterator[AddImport]:
    for line, typing in lines:
        for one in line.names:
            if isinstance(line, ast.Import):
                yield AddImport(one.name, None, one.asname, type_checking=typing)
            elif typing or line.module != "__future__":
                module, level = line.module or "", line.level
                yield AddImport(module, one.name, one.asname, level, type_checking=typing)


def _require_free(source: Source, statement: Statement) -> None:
    """Refuse a name that a branch or a loop binds.

    Raises:
        Unable: One does.
    """
    names = bindings(statement)
    for other in source.module.body:
        for name in sorted(names & bound_by(other)):
            if not is_type_checking(other):
                line = tree.line_of(source, name)
                raise Unable(f"the name {name} is already taken in the module (line {line})")


def _same(source: Source, index: int, statement: Statement) -> bool:
    """Is a statement of the module the same code as one of the piece?"""
    there = source.module.body[index]
    return same_code(*(tree.unfolded(one, source.module) for one in (there, statement)))


def _names(statement: Statement) -> list[str]:
    """By what a definition is remembered: its names, or its text where it has none."""
    return sorted(bindings(statement)) or [nodes.code(statement)]


def _label(statement: Statement) -> str:
    return ", ".join(_names(statement)).splitlines()[0]


def _used_elsewhere(source: Source, indexes: Sequence[int]) -> list[int]:
    """Those of the module's statements that define what is used outside of these statements."""
    body = source.module.body
    inside = Counter[str]()
    for index in indexes:
        inside.update(count_names(body[index]))
    return [
        index
        for index in indexes
        if any(source.uses(name) > inside[name] for name in bindings(body[index]))
    ]


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


def _insert(source: Source, definitions: Sequence[Statement], place: int) -> None:
    body = source.body()
    first, *rest = definitions
    lead: list[cst.EmptyLine] = []
    if place == len(body) and source.ends_with_newline:
        lead, source.module = tree.split_footer(source.module)
    if place or lead:
        # As isort has it: one line after the imports, but two before a function or class.
        close = place and nodes.is_import(body[place - 1]) and not nodes.is_definition(first)
        lead += [blank()] if close else [blank(), blank()]
    first = nodes.with_leading(first, [*lead, *_comments(first)])
    source.set_body((), [*body[:place], first, *rest, *body[place:]])


def _comments(statement: Statement) -> list[cst.EmptyLine]:
    """The comments above a statement, without the blank lines above them."""
    lines = list(nodes.leading(statement))
    while lines and lines[0].comment is None:
        lines.pop(0)
    return lines


def _remove(source: Source, index: int, added: Statement) -> None:
    """Take a statement out with its own comments and blank lines; what stood above them stays."""
    body = source.body()
    lead = list(nodes.leading(body.pop(index)))
    for line in reversed(_comments(added)):
        if not lead or _text(lead[-1]) != _text(line):
            break
        lead.pop()
    while lead and lead[-1].comment is None:
        lead.pop()
    if index < len(body):
        lead += nodes.leading(body[index])
        body[index] = nodes.with_leading(
            body[index], lead if any(one.comment is not None for one in lead) or index else ()
        )
        source.set_body((), body)
    else:
        source.module = source.module.with_changes(body=body, footer=[*lead, *source.module.footer])


def _text(line: cst.EmptyLine) -> str | None:
    return None if line.comment is None else line.comment.value
