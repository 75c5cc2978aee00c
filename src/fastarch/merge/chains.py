"""Chains of methods (``select(A).where(…).limit(…)``) and of operands (``A | B | C``)."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastarch.merge import lists
from fastarch.merge.align import Pairs, in_order
from fastarch.merge.combine import combine
from fastarch.merge.merger import Merger
from fastarch.merge.prints import Node, likeness, same_code

_HOLE = cst.Name("_")
_COMMUTING = cst.BitOr | cst.BitAnd | cst.And | cst.Or


def is_chain(*versions: cst.CSTNode) -> bool:
    """Do all versions call methods on one root, or on what one returned, and more than one?"""
    taken = [_links(one) for one in versions]
    first = taken[0][0]
    calls = any(isinstance(link, cst.Call) for _, links in taken for link in links)
    counts = {len(links) for _, links in taken}
    return calls and counts != {1} and all(same_code(root, first) for root, _ in taken)


def _links(node: Node) -> tuple[Node, list[Node]]:
    """The root of a chain, and its links with a hole where the rest of the chain is."""
    found: list[Node] = []
    while True:
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            inner = node.func.value
            found.append(node.with_changes(func=node.func.with_changes(value=_HOLE)))
        elif isinstance(node, cst.Attribute):
            inner = node.value
            found.append(node.with_changes(value=_HOLE))
        else:
            return node, found[::-1]
        if getattr(inner, "lpar", ()):
            return inner, found[::-1]
        node = inner


def merge_chain(merger: Merger, base: Node, ours: Node, theirs: Node) -> Node:
    """Merge the root, then the links one by one."""
    (b, b_links), (o, o_links), (t, t_links) = (_links(one) for one in (base, ours, theirs))
    root = merger.three(b, o, t)
    with merger.showing(*(merger.units[-1] if merger.units else (base, ours, theirs))):
        slots = combine(
            lists.list_rules(merger, _match_links, free=True), b_links, o_links, t_links
        )
    broken = next((_dot(one).whitespace_before for one in o_links if _is_broken(one)), None)
    for slot in slots:
        if slot.node is None:
            continue
        link = slot.node
        if slot.ours is None and not (broken is None and not _is_broken(link)):
            link = _with_dot(link, broken or cst.SimpleWhitespace(""))
        root = _onto(link, root)
    return root.with_changes(lpar=ours.lpar, rpar=ours.rpar) if o_links else root


def _match_links(base: Sequence[Node], other: Sequence[Node]) -> Pairs:
    return in_order(base, other, _links_alike)


def _links_alike(one: Node, two: Node) -> float:
    if same_code(one, two):
        return 1
    if type(one) is not type(two) or _attribute(one).attr.value != _attribute(two).attr.value:
        return 0
    return 0.4 + 0.5 * likeness(one, two)


def _attribute(link: Node) -> cst.Attribute:
    found = link.func if isinstance(link, cst.Call) else link
    assert isinstance(found, cst.Attribute)
    return found


def _dot(link: Node) -> cst.Dot:
    return _attribute(link).dot


def _is_broken(link: Node) -> bool:
    return isinstance(_dot(link).whitespace_before, cst.ParenthesizedWhitespace)


def _with_dot(link: Node, space: cst.BaseParenthesizableWhitespace) -> Node:
    attribute = _attribute(link)
    attribute = attribute.with_changes(dot=attribute.dot.with_changes(whitespace_before=space))
    return link.with_changes(func=attribute) if isinstance(link, cst.Call) else attribute


def _onto(link: Node, inner: Node) -> Node:
    attribute = _attribute(link).with_changes(value=inner)
    return link.with_changes(func=attribute) if isinstance(link, cst.Call) else attribute


def merge_operands(merger: Merger, base: Node, ours: Node, theirs: Node) -> Node:
    """Merge what one operator joins, operand by operand."""
    kind = type(ours.operator)
    if type(base.operator) is not kind or type(theirs.operator) is not kind:
        return None
    parts = [_operands(one, kind) for one in (base, ours, theirs)]
    free = isinstance(ours.operator, _COMMUTING)

    def match(one: Sequence[Node], two: Sequence[Node]) -> Pairs:
        return lists.match_elements(one, two, positional=False)

    slots = combine(lists.list_rules(merger, match, free=free), *parts)
    found = [slot.node for slot in slots if slot.node is not None]
    if not found:
        return None
    merged = found[0]
    for one in found[1:]:
        merged = ours.with_changes(left=merged, right=one, lpar=(), rpar=())
    return merged.with_changes(lpar=ours.lpar, rpar=ours.rpar) if len(found) > 1 else merged


def _operands(node: Node, kind: type) -> list[Node]:
    if (
        isinstance(node, cst.BinaryOperation | cst.BooleanOperation)
        and type(node.operator) is kind
        and not node.lpar
    ):
        return [*_operands(node.left, kind), *_operands(node.right, kind)]
    return [node]
