"""Lists in code, element by element: arguments, entries, parameters, bases, decorators."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastarch.merge import brackets
from fastarch.merge.align import Pairs, by_key, in_order
from fastarch.merge.combine import Rules, Slot, combine
from fastarch.merge.merger import (
    BOTH_ADDED,
    DELETED_BY_HAND,
    NO_LONGER_GENERATED,
    SAME_PLACE,
    Merger,
)
from fastarch.merge.prints import Node, code_print, likeness, same, same_code
from fastarch.wire.items import Items
from fastarch.wire.nodes import dotted

_PLAIN = cst.Integer | cst.Float | cst.SimpleString | cst.Name | cst.Attribute
# Calls that take any number of things of one kind.
_VARIADIC = frozenset({
    "where", "filter", "select", "order_by", "options", "or_", "and_", "Index", "UniqueConstraint",
    "load_only", "group_by", "having", "add_columns", "with_only_columns", "Annotated", "Literal",
    "Union", "field_validator", "PrimaryKeyConstraint", "chain", "Table",
})  # fmt: skip


def merge_listing(merger: Merger, base: Node, ours: Node, theirs: Node) -> Node:
    """Lists in brackets of any kind, element by element, in the layout of ours."""
    free = _is_free(ours)
    kind = isinstance(ours, cst.Call | cst.Subscript) and not free

    def match(one: Sequence[Node], two: Sequence[Node]) -> Pairs:
        return match_elements(one, two, positional=kind)

    rules = list_rules(merger, match, free=free, last=cst.Dict if _is_tuple(ours) else None)
    parts = [brackets.elements(one) for one in (base, ours, theirs)]
    slots = combine(rules, *parts)
    if isinstance(ours, cst.Call):
        slots = _keywords_last(slots)
    items = put_together(ours, slots)
    like = brackets.items_of(theirs)
    flat = not any(brackets.is_tall(one) for one in (items, brackets.items_of(base)))
    if flat and brackets.is_tall(like):
        items = brackets.in_layout(items, like)
    return brackets.with_items(ours, items)


def _keywords_last(slots: list[Slot]) -> list[Slot]:
    """New arguments without a keyword before those that have one."""

    def is_plain(slot: Slot) -> bool:
        return slot.node is not None and slot.node.keyword is None and not slot.node.star

    first = next((k for k, one in enumerate(slots) if one.node and one.node.keyword), len(slots))
    late = [one for one in slots[first:] if one.ours is None and is_plain(one)]
    return [*slots[:first], *late, *(one for one in slots[first:] if one not in late)]


def _is_tuple(node: Node) -> bool:
    return isinstance(node, cst.Tuple)


def list_rules(
    merger: Merger, match: Node, *, free: bool, last: type[cst.CSTNode] | None = None
) -> Rules:
    """How the elements of a list are merged.

    Args:
        merger: The merge.
        match: Pairs elements.
        free: The order of what both add does not matter.
        last: A kind of element that stays behind what has no neighbour: in ``__table_args__`` a
            dict ends the tuple.
    """

    def clash(
        base: Sequence[Node], ours: Sequence[Node], theirs: Sequence[Node]
    ) -> tuple[bool, bool]:
        shown = (base, ours, theirs)
        merger.note(merger.units[-1] if merger.units else shown, SAME_PLACE, ours[0])
        return merger.side == "ours", merger.side == "theirs"

    def lost(base: Node, ours: Node) -> Node:
        if same(base, ours):
            return None
        return merger.conflict(base, ours, None, NO_LONGER_GENERATED)

    def gone(base: Node, theirs: Node, near: Node) -> Node:
        if same_code(base, theirs):
            return None
        with merger.at(None, near):
            return merger.conflict(base, None, theirs, DELETED_BY_HAND)

    def twice(ours: Node, theirs: Node) -> Node:
        return merger.conflict(None, ours, theirs, BOTH_ADDED)

    def commute(base: Sequence[Node], ours: Sequence[Node], theirs: Sequence[Node]) -> bool:
        named = any(all(_is_named(one) for one in some) for some in (ours, theirs))
        return not base and (free or named)

    def place(slots: Sequence[Slot], _: Node) -> int:
        end = len(slots)
        ends = last is not None and end and isinstance(_value(slots[-1].node), last)
        return end - 1 if ends else end

    return Rules(match, match, _key, merger.three, lost, gone, twice, clash, commute, place)


def _is_named(element: Node) -> bool:
    return getattr(element, "keyword", None) is not None or isinstance(element, cst.Param)


def _is_free(node: Node) -> bool:
    """May the elements that both sides add follow one another in any order?"""
    if isinstance(node, cst.Call):
        return (dotted(node.func) or _attr(node.func)).rpartition(".")[2] in _VARIADIC
    if isinstance(node, cst.Subscript):
        return (dotted(node.value) or "").rpartition(".")[2] in _VARIADIC
    return True


def _attr(func: Node) -> str:
    return func.attr.value if isinstance(func, cst.Attribute) else ""


def match_elements(base: Sequence[Node], other: Sequence[Node], *, positional: bool) -> Pairs:
    """Pairs of elements: by name, as they are, then in order by likeness."""

    def alike(one: Node, two: Node) -> float:
        return element_alike(one, two, positional=positional)

    pairs = by_key(base, other, _key, alike)
    taken = set(pairs.values())
    rest = [i for i in range(len(base)) if i not in pairs]
    others = [j for j in range(len(other)) if j not in taken]
    found = in_order([base[i] for i in rest], [other[j] for j in others], alike)
    return pairs | {rest[i]: others[j] for i, j in found.items()}


def _key(element: Node) -> Node:
    if isinstance(element, cst.Arg) and element.keyword is not None:
        return ("keyword", element.keyword.value)
    if isinstance(element, cst.Param):
        return ("param", element.name.value)
    if isinstance(element, cst.ParamStar | cst.ParamSlash):
        return type(element).__name__
    if isinstance(element, cst.DictElement):
        return ("key", code_print(element.key))
    return ("code", code_print(element))


def element_alike(one: Node, two: Node, *, positional: bool) -> float:
    """How alike two elements without a name are."""
    if same_code(one, two):
        return 1
    if type(one) is not type(two) or isinstance(one, cst.DictElement | cst.Param):
        return 0
    if getattr(one, "keyword", None) is not None or getattr(two, "keyword", None) is not None:
        return 0
    first = _value(one)
    second = _value(two)
    if isinstance(first, cst.Call) and isinstance(second, cst.Call):
        return 0.6 + 0.3 * likeness(first, second) if same_code(first.func, second.func) else 0
    if isinstance(first, _PLAIN) or isinstance(second, _PLAIN):
        alike = type(first) is type(second) or not positional
        return 0.3 if positional and alike else 0
    found = likeness(first, second) if type(first) is type(second) else 0
    return found if found >= 0.5 else 0


def _value(element: Node) -> Node:
    if isinstance(element, cst.SubscriptElement):
        return getattr(element.slice, "value", element.slice)
    return element.value if isinstance(element, cst.Arg | cst.BaseElement) else element


def put_together(ours: Node, slots: Sequence[Slot]) -> Items:
    """The merged elements in the layout of ours."""
    items = brackets.items_of(ours)
    old = list(items.elements)
    places = [slot for slot in slots if slot.ours is not None]
    # What keeps its place keeps its comma; an order of theirs moves elements between the commas.
    for place, slot in enumerate(places):
        node = slot.node if slot.node is not None else items.elements[slot.ours or 0]
        old[place] = _with_space_of(node, items.elements[place])
    items = Items(tuple(old), items.after_open, items.before_close, items.trailing)
    for place in range(len(places) - 1, -1, -1):
        if places[place].node is None:
            items = items.remove(place)
    index = 0
    for slot in slots:
        if slot.node is None:
            continue
        if slot.ours is None:
            items = items.insert(index, _bare(slot.node))
        index += 1
    return items


def _with_space_of(node: Node, old: Node) -> Node:
    if node is old:
        return node
    changes = {"comma": old.comma}
    for name in ("whitespace_after_arg", "whitespace_after_param"):
        if hasattr(old, name) and hasattr(node, name):
            changes[name] = getattr(old, name)
    return node.with_changes(**changes)


def _bare(node: Node) -> Node:
    """An element without the space that belonged to its old place."""
    empty = cst.SimpleWhitespace("")
    names = ("whitespace_after_arg", "whitespace_after_param")
    return node.with_changes(**{name: empty for name in names if hasattr(node, name)})
