"""The statements of a module, a class or a function."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastarch.merge import wraps
from fastarch.merge.brackets import Listing, longest_line, on_lines
from fastarch.merge.combine import Rules, Slot, combine
from fastarch.merge.matching import label, match_body, match_named, match_renamed, name_of
from fastarch.merge.merger import (
    BOTH,
    BOTH_ADDED,
    DELETED_BY_HAND,
    NO_LONGER_GENERATED,
    SAME_PLACE,
    Merger,
)
from fastarch.merge.order import commute, load_order
from fastarch.merge.prints import Node, code_print, plain_comment, prints_as_meant, same, same_code
from fastarch.wire import nodes
from fastarch.wire.definition_places import place_for
from fastarch.wire.import_names import bindings, is_type_checking
from fastarch.wire.tree import Source


def merge_suite(merger: Merger, base: Node, ours: Node, theirs: Node, *, named: bool) -> Node:
    """Merge the blocks of three statements."""
    ours = as_block(ours)
    sides = [statements(one) for one in (base, ours, theirs)]
    body = merge_body(merger, *sides, named=named)
    return ours.with_changes(body=body or [_line(cst.Pass())])


def merge_module(
    merger: Merger, base: Sequence[Node], source: Source, theirs: Sequence[Node]
) -> list[Node]:
    """Merge the statements of a module.

    Args:
        merger: The merge.
        base: The statements of the base, imports aside.
        source: Today's module.
        theirs: The new statements, imports aside.
    """
    rules = _rules(merger, named=True, module=source)
    told = _has_docstring(base, source)
    base, theirs = (_without_strings(one, told=told) for one in (base, theirs))
    slots = load_order(combine(rules, base, source.module.body, theirs), source.module.body)
    return _statements_of(slots, theirs)


def _has_docstring(base: Sequence[Node], source: Source) -> bool:
    """Is the module's docstring that of the generated piece, be it edited?"""
    body = source.module.body
    if not body or not base or not all(nodes.is_docstring(one) for one in (body[0], base[0])):
        return False
    defined = {name for one in base for name in bindings(one)}
    own = {name for one in body if not nodes.is_import(one) for name in bindings(one)}
    return same_code(body[0], base[0]) or own <= defined


def _without_strings(body: Sequence[Node], *, told: bool) -> list[Node]:
    """Statements without the docstrings of pieces that are a part of a module."""
    return [
        one for index, one in enumerate(body) if not nodes.is_docstring(one) or (told and not index)
    ]


def merge_body(
    merger: Merger,
    base: Sequence[Node],
    ours: Sequence[Node],
    theirs: Sequence[Node],
    *,
    named: bool,
) -> list[Node]:
    """Merge the statements of a block."""
    if not named:
        found = wraps.find(base, ours, theirs)
        if found is not None:
            base, ours, theirs = found
    return _statements_of(combine(_rules(merger, named=named), base, ours, theirs), theirs)


def statements(suite: Node) -> list[Node]:
    """The statements of a block, also if it is written on one line."""
    if isinstance(suite, cst.SimpleStatementSuite):
        return [_line(one.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)) for one in suite.body]
    return list(suite.body)


def as_block(suite: Node) -> Node:
    """A suite as an indented block."""
    if isinstance(suite, cst.SimpleStatementSuite):
        return cst.IndentedBlock(statements(suite))
    return suite


def _line(part: cst.BaseSmallStatement) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([part])


def _rules(merger: Merger, *, named: bool, module: Source | None = None) -> Rules:
    def both(base: Node, ours: Node, theirs: Node) -> Node:
        return merge_statement(merger, base, ours, theirs, named=named)

    def at(base: Node, ours: Node, theirs: Node, why: str) -> Node:
        shown = next(one for one in (ours, base, theirs) if one is not None)
        with merger.at(_named(merger, shown) if named else None, ours):
            return merger.conflict(base, ours, theirs, why)

    def names_of(statement: Node) -> frozenset[str]:
        """Names of a module's definitions; a class's members with the class before them."""
        if not named or nodes.is_docstring(statement):
            return frozenset()
        return frozenset(".".join((*merger.labels, name)) for name in bindings(statement))

    def lost(base: Node, ours: Node) -> Node:
        names = names_of(ours)
        if same(base, ours) and not _comment_texts(ours) - _comment_texts(base):
            for name in names:
                merger.dropped[name] = (base, ours)
            return ours if names & merger.kept else None
        return _emptied(merger, base, ours) or at(base, ours, None, NO_LONGER_GENERATED)

    def gone(base: Node, theirs: Node, near: Node) -> Node:
        names = names_of(theirs)
        for name in names:
            merger.gone[name] = (base, theirs)
        if same_code(base, theirs):
            return theirs if names & merger.restored else None
        with merger.at(None, near):
            return at(base, None, theirs, DELETED_BY_HAND)

    def twice(ours: Node, theirs: Node) -> Node:
        if (label(ours) or "") in _UNIONS:
            merged = _union(merger, ours, theirs)
            if merged is not None:
                return merged
        return at(None, ours, theirs, BOTH_ADDED)

    def clash(
        base: Sequence[Node], ours: Sequence[Node], theirs: Sequence[Node]
    ) -> tuple[bool, bool]:
        merger.note((base, ours, theirs), SAME_PLACE, ours[0])
        return merger.side == "ours", merger.side == "theirs"

    def fitting(base: Sequence[Node], ours: Sequence[Node], theirs: Sequence[Node]) -> bool:
        if named:
            return not all(any(nodes.small(one) for one in some) for some in (base, ours, theirs))
        return not base and commute(ours, theirs)

    def place(slots: Sequence[Slot], new: Node) -> int:
        if module is None:
            return len(slots)
        index = place_for(module, [new], ())
        return next(
            (k for k, one in enumerate(slots) if one.ours is not None and one.ours >= index),
            len(slots),
        )

    match = match_named if named else match_body
    ours = match_renamed if named and module is None else match
    name = name_of if named else code_print

    def first(piece: Node) -> bool:
        return module is not None and (nodes.is_import(piece) or is_type_checking(piece))

    return Rules(match, ours, name, both, lost, gone, twice, clash, fitting, place, first)


_WIDTH = 88
_UNIONS = frozenset({"__table_args__", "__all__", "__mapper_args__", "model_config"})


def _named(merger: Merger, statement: Node) -> str | None:
    """What a person calls a statement here; a function of the module is called one."""
    name = label(statement)
    if isinstance(statement, cst.FunctionDef) and not merger.labels:
        return f"function {name}"
    return name


def merge_statement(
    merger: Merger, base: Node, ours: Node, theirs: Node, *, named: bool = True
) -> Node:
    """Merge three statements with the comments and blank lines above them."""
    if isinstance(ours, wraps.Wrapped):
        return wraps.merge(merger, base, ours, theirs)
    with merger.at(_named(merger, ours) if named else None, ours):
        mark = len(merger.found)
        merged = merger.three(base, ours, theirs)
        if not any(merged is one for one in (ours, theirs)) and not prints_as_meant(merged):
            del merger.found[mark:]
            merged = merger.conflict(base, ours, theirs, BOTH)
    lead = _merge_leading(base, ours, theirs)
    return merged if lead == nodes.leading(merged) else nodes.with_leading(merged, lead)


def merge_line(merger: Merger, base: Node, ours: Node, theirs: Node) -> Node:
    """Merge lines of one simple statement each, and the comment at the end."""
    if not len(base.body) == len(ours.body) == len(theirs.body) == 1:
        return None
    with merger.showing(base, ours, theirs):
        part = merger.three(base.body[0], ours.body[0], theirs.body[0])
    part = part.with_changes(semicolon=ours.body[0].semicolon)
    depth = sum(isinstance(one, cst.BaseCompoundStatement) for one in merger.anchors)
    width = max(_WIDTH - 4 * depth, *(longest_line(one) for one in (ours, theirs)))
    value = getattr(part, "value", None)
    if longest_line(part) > width and isinstance(value, Listing):
        part = part.with_changes(value=on_lines(value, merger.indent))
    texts = [_end_comment(one) for one in (base, ours, theirs)]
    end = ours.trailing_whitespace
    if texts[0] == texts[1] != texts[2]:
        end = theirs.trailing_whitespace
    return ours.with_changes(body=[part], trailing_whitespace=end)


def _end_comment(line: cst.SimpleStatementLine) -> str | None:
    comment = line.trailing_whitespace.comment
    return None if comment is None else plain_comment(comment)


def _merge_leading(base: Node, ours: Node, theirs: Node) -> tuple[cst.EmptyLine, ...]:
    b, o, t = (nodes.leading(one) for one in (base, ours, theirs))
    before, mine, yours = (_comment_texts(one) for one in (base, ours, theirs))
    if before == yours:
        tight = not t and isinstance(ours, cst.FunctionDef | cst.ClassDef)
        return t if _texts(b) == _texts(o) and not tight else o
    if before == mine:
        return t
    new = [one for one in t if one.comment and plain_comment(one.comment) in yours - before - mine]
    return (*o, *new)


def _texts(lines: Sequence[cst.EmptyLine]) -> list[str | None]:
    return [None if one.comment is None else one.comment.value for one in lines]


def _comment_texts(statement: Node) -> set[str]:
    return {plain_comment(one.comment) for one in nodes.leading(statement) if one.comment}


def _statements_of(slots: Sequence[Slot], theirs: Sequence[Node]) -> list[Node]:
    """What stays; what becomes the first one stands as closely as the first one did."""
    body: list[Node] = []
    first: tuple[cst.EmptyLine, ...] | None = None
    for slot in slots:
        if slot.node is not None:
            node = slot.node
            if not body and first is not None and nodes.blanks(nodes.leading(node)):
                node = nodes.with_leading(node, first)
            elif body and slot.ours == 0 and slot.theirs is not None and not nodes.leading(node):
                node = nodes.with_leading(node, nodes.leading(theirs[slot.theirs]))
            body.append(node.restored() if isinstance(node, wraps.Wrapped) else node)
        elif slot.ours == 0 and not body:
            first = ()
    return body


def _union(merger: Merger, ours: Node, theirs: Node) -> Node:
    """Two lists or calls of one name that both sides added: the entries of both."""
    empty = _without_entries(theirs)
    return None if empty is None else merge_statement(merger, empty, ours, theirs)


def _emptied(merger: Merger, base: Node, ours: Node) -> Node:
    """A list of ours without the entries that are no longer generated."""
    if (label(ours) or "") not in _UNIONS:
        return None
    empty = _without_entries(base)
    return None if empty is None else merge_statement(merger, base, ours, empty)


def _without_entries(statement: Node) -> Node:
    parts = nodes.small(statement)
    value = getattr(parts[0], "value", None) if len(parts) == 1 else None
    if isinstance(value, cst.Call):
        value = value.with_changes(args=())
    elif isinstance(value, cst.List | cst.Tuple | cst.Dict):
        value = value.with_changes(elements=())
        if isinstance(value, cst.Tuple) and not value.lpar:
            return None
    else:
        return None
    return statement.with_changes(body=[parts[0].with_changes(value=value)])
