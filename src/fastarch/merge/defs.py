"""Functions and classes: decorators, bases or parameters, body."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastarch.merge import blocks, lists
from fastarch.merge.align import Pairs, as_it_is, by_key, in_order
from fastarch.merge.combine import combine
from fastarch.merge.lines import merge_text
from fastarch.merge.matching import label, match_named, renames
from fastarch.merge.members import members_in_words
from fastarch.merge.merger import Merger
from fastarch.merge.prints import Node, code_print, likeness, same_code
from fastarch.wire import nodes

Definition = cst.FunctionDef | cst.ClassDef


def merge_definition(merger: Merger, base: Node, ours: Node, theirs: Node) -> Node:
    """Merge a function or a class."""
    if isinstance(ours, cst.ClassDef):
        names = _members_of_today(base, ours)
        base, theirs = (members_in_words(one, names) for one in (base, theirs))
    return _merged(merger, base, ours, theirs)


def _members_of_today(base: cst.ClassDef, ours: cst.ClassDef) -> dict[str, str]:
    """The names that members of the class have in today's module."""
    before, today = blocks.statements(base.body), blocks.statements(ours.body)
    found = renames(before, today, match_named(before, today))
    names = {label(before[i]) or "": label(today[j]) or "" for i, j in found.items()}
    return {old: new for old, new in names.items() if old and new}


def _merged(merger: Merger, base: Node, ours: Node, theirs: Node) -> Node:
    changes: dict[str, Node] = {"name": merger.three(base.name, ours.name, theirs.name)}
    changes["decorators"] = _decorators(merger, base, ours, theirs)
    heads = [_head(one) for one in (base, ours, theirs)]
    with merger.showing(*(_shown(one) for one in heads)):
        if isinstance(ours, cst.FunctionDef):
            changes["returns"] = merger.three(base.returns, ours.returns, theirs.returns)
            if same_code(base.asynchronous, ours.asynchronous):
                changes["asynchronous"] = theirs.asynchronous
        parts = [one.type_parameters for one in (base, ours, theirs)]
        changes["type_parameters"] = merger.three(*parts)
        ours = ours.with_changes(**changes)
        if not same_code(heads[0], heads[2]):
            ours = lists.merge_listing(merger, base, ours, theirs)
    mark = len(merger.found)
    named = isinstance(ours, cst.ClassDef)
    body = ours.body
    if not same_code(base.body, theirs.body):
        body = blocks.merge_suite(merger, base.body, ours.body, theirs.body, named=named)
    if len(merger.found) > mark and not named:
        by_lines = _by_lines(base, ours, theirs)
        if by_lines is not None:
            del merger.found[mark:]
            body = by_lines
    return ours.with_changes(body=body)


def _head(node: Node) -> Node:
    """The definition without its body."""
    empty = cst.IndentedBlock([cst.SimpleStatementLine([cst.Expr(cst.Ellipsis())])])
    return nodes.with_leading(node.with_changes(body=empty, decorators=()), ())


def _shown(head: Node) -> str:
    return nodes.code(head).rsplit(":", 1)[0]


def _by_lines(base: Node, ours: Node, theirs: Node) -> Node:
    """The merged body, if lines merge where statements do not."""
    texts = [
        cst.Module([one]).code for one in (_head_with(ours, each) for each in (base, ours, theirs))
    ]
    merged = merge_text(*texts)
    if merged is None:
        return None
    try:
        found = cst.parse_module(merged).body
    except cst.ParserSyntaxError:
        return None
    if len(found) != 1 or not isinstance(found[0], cst.FunctionDef):
        return None
    return found[0].body


def _head_with(head: Node, body: Node) -> Node:
    return nodes.with_leading(head.with_changes(body=body.body, decorators=()), ())


def _decorators(merger: Merger, base: Node, ours: Node, theirs: Node) -> list[Node]:
    rules = lists.list_rules(merger, match_decorators, free=True)
    versions = [one.decorators for one in (base, ours, theirs)]
    return [slot.node for slot in combine(rules, *versions) if slot.node is not None]


def match_decorators(base: Sequence[Node], other: Sequence[Node]) -> Pairs:
    """Pairs of decorators: as they are, then of one name."""
    pairs = by_key(base, other, code_print, as_it_is)
    taken = set(pairs.values())
    rest = [i for i in range(len(base)) if i not in pairs]
    others = [j for j in range(len(other)) if j not in taken]
    found = in_order([base[i] for i in rest], [other[j] for j in others], _alike)
    return pairs | {rest[i]: others[j] for i, j in found.items()}


def _alike(one: cst.Decorator, two: cst.Decorator) -> float:
    if same_code(one, two):
        return 1
    first, second = (getattr(each.decorator, "func", each.decorator) for each in (one, two))
    return 0.5 + 0.4 * likeness(one, two) if same_code(first, second) else 0
