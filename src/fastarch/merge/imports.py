"""The imports of a merged module: by what they bind, in the style of today's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import libcst as cst

from fastarch.merge.merger import BOTH, Merger
from fastarch.merge.prints import Node, same
from fastarch.merge.vocabulary import imports_in, is_importing, is_in, present
from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.import_names import find, members, statement_text
from fastarch.wire.imports import AddImport, take_import
from fastarch.wire.tree import Source, Unable
from fastarch.wire.usage import bound_by, count_names


@dataclass(frozen=True, slots=True)
class Imports:
    """The import lines of the base and of theirs.

    Args:
        base: Statements of the base.
        theirs: Statements of theirs.
        names: Names in today's module by names in the generated code.
    """

    base: Sequence[Node]
    theirs: Sequence[Node]
    names: Mapping[str, str]

    def new(self) -> list[AddImport]:
        """What theirs imports and the base does not."""
        before = imports_in(self.base)
        return [one for one in imports_in(self.theirs) if not is_in(one, before)]

    def dropped(self) -> list[AddImport]:
        """What the base imports and theirs does not."""
        after = imports_in(self.theirs)
        return [one for one in imports_in(self.base) if not is_in(one, after)]

    def named(self, one: AddImport) -> AddImport:
        """An import under today's name."""
        name = self.names.get(one.bound)
        return one if name is None else replace(one, alias=None if name == one.name else name)


def merge_imports(merger: Merger, source: Source, imports: Imports, own: str) -> None:
    """Add, change and remove imports of a module whose definitions are merged.

    Args:
        merger: The merge.
        source: The module.
        imports: The import lines of the two generated versions.
        own: Dotted name of the module itself: what is imported from there is there.
    """
    moved = _moved(imports)
    used = _used(source)
    _follow_lines(source, imports, used)
    for one in imports_in(imports.theirs):
        wanted = imports.named(one)
        if present(wanted, source.module.body) or _is_own(source, wanted, own):
            continue
        if one.bound in moved and _bound(source, wanted.bound):
            _move(merger, source, moved[one.bound], wanted)
        elif is_in(one, imports_in(imports.base)) or _wanted(imports, one):
            # What was there and is not now has been taken out by hand, for it was not used.
            if used(wanted.bound) and not _bound(source, wanted.bound):
                _put(merger, source, wanted)
        elif not _bound(source, wanted.bound) or wanted.name is None:
            _put(merger, source, wanted)
    for one in reversed(imports.dropped()):
        if one.bound not in moved:
            imports.named(one).take(source)


def _wanted(imports: Imports, one: AddImport) -> bool:
    """Does the generated code use the import itself? If not, it is there for others."""
    rest = [statement for statement in imports.theirs if not is_importing(statement)]
    return any(count_names(each)[one.bound] > 0 for each in rest)


def _used(source: Source) -> Node:
    return lambda name: source.uses(name) > 0


def _bound(source: Source, name: str) -> bool:
    return any(name in bound_by(one) for one in source.module.body)


def _is_own(source: Source, wanted: AddImport, own: str) -> bool:
    rest = [one for one in source.module.body if not is_importing(one)]
    defined = any(wanted.bound in bound_by(one) for one in rest)
    return defined and ((not wanted.level and wanted.module == own) or not own)


def _moved(imports: Imports) -> dict[str, AddImport]:
    """Imports of the base whose name theirs imports from elsewhere."""
    new = {one.bound for one in imports.new() if one.name is not None}
    return {one.bound: one for one in imports.dropped() if one.bound in new}


def _move(merger: Merger, source: Source, old: AddImport, wanted: AddImport) -> None:
    """Import a name from another module, unless somebody did so by hand."""
    before = replace(old, alias=wanted.alias or old.alias)
    if present(before, source.module.body):
        if not _renamed_in_place(source, before, wanted):
            take_import(source, (), before, unless_used=False)
            wanted.put(source)
        return
    ours = next((one for one in imports_in(source.module.body) if one.bound == wanted.bound), None)
    if ours is not None:
        texts = (statement_text(old), statement_text(ours), statement_text(wanted))
        with merger.at("imports", None):
            merger.note(texts, BOTH, _line_of(source, ours))
        if merger.side != "ours":
            take_import(source, (), ours, unless_used=False)
            (wanted if merger.side == "theirs" else old).put(source)


def _renamed_in_place(source: Source, before: AddImport, wanted: AddImport) -> bool:
    """Change a line that imports this one name alone, where it stands."""
    found = find(source.module.body, before)
    body = list(source.module.body)
    if found is None or (wanted.level, wanted.name, before.level) != (0, before.name, 0):
        return False
    index, place, _ = found
    line = body[index]
    part = nodes.small(line)[place]
    if not isinstance(part, cst.ImportFrom) or len(members(part)) > 1:
        return False
    parts = list(nodes.small(line))
    name = cst.parse_expression(wanted.module)
    if any(
        (one.module, one.level) == (wanted.module, wanted.level)
        for one in imports_in(source.module.body)
    ):
        return False
    parts[place] = part.with_changes(module=name)
    body[index] = line.with_changes(body=parts)
    source.module = source.module.with_changes(body=body)
    return True


def _line_of(source: Source, wanted: AddImport) -> Node:
    for statement in source.module.body:
        for part in nodes.small(statement):
            if any(one.bound == wanted.bound for one in members(part)):
                return statement
    return None


def _put(merger: Merger, source: Source, wanted: AddImport) -> None:
    try:
        wanted.put(source)
    except Unable as unable:
        with merger.at("imports", None):
            merger.note(("", "", statement_text(wanted)), f"It cannot be imported: {unable}.")


def _follow_lines(source: Source, imports: Imports, used: Node) -> None:
    """Replace lines that nobody touched by the new ones, so that they look as generated."""
    body = list(source.module.body)
    after: dict[Node, list[Node]] = {}
    for one in imports.theirs:
        after.setdefault(_module_of(one), []).append(one)
    for index, statement in enumerate(body):
        place = _module_of(statement)
        lines = after.get(place, []) if place is not None else []
        if len(lines) != 1 or not any(same(statement, one) for one in imports.base):
            continue
        kept = [one for one in imports_in(lines) if imports.named(one) == one]
        gone = [one for one in imports_in([statement]) if not is_in(one, kept)]
        old = imports_in([statement])
        news = [one for one in kept if not is_in(one, old)]
        if any(used(one.bound) for one in gone) or len(kept) != len(imports_in(lines)):
            continue
        if all(used(one.bound) and not _bound(source, one.bound) for one in news):
            body[index] = nodes.with_leading(lines[0], nodes.leading(statement))
    source.module = source.module.with_changes(body=body)


def _module_of(statement: Node) -> Node:
    parts = nodes.small(statement)
    if len(parts) != 1 or not isinstance(parts[0], cst.ImportFrom):
        return None
    return len(parts[0].relative), nodes.dotted(parts[0].module)
