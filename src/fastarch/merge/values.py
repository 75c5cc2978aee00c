"""Three versions of one expression or statement, taken apart until they fit together."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastarch.merge import blocks, chains, defs, lists
from fastarch.merge.align import Pairs, in_order
from fastarch.merge.combine import combine
from fastarch.merge.lines import merge_text
from fastarch.merge.merger import (
    Merger,
)
from fastarch.merge.prints import Node, fields_in_print, likeness, same_code

_LITERALS = cst.List | cst.Tuple | cst.Set | cst.Dict
# Where one of the two fields is set or missing, so is the other.
_EQUALS = {("AnnAssign", "value"), ("Param", "default"), ("Arg", "keyword")}


def inside(merger: Merger, base: Node, ours: Node, theirs: Node) -> Node:
    """The merge of three nodes part by part; None where they have no parts that match."""
    if base is None or ours is None or theirs is None:
        return None
    if isinstance(ours, cst.BaseSuite | cst.Module):
        return blocks.merge_suite(merger, base, ours, theirs, named=False)
    if type(base) is not type(ours) or type(base) is not type(theirs):
        return None
    if isinstance(ours, cst.FunctionDef | cst.ClassDef):
        return defs.merge_definition(merger, base, ours, theirs)
    if isinstance(ours, cst.Call | cst.Attribute) and chains.is_chain(base, ours, theirs):
        return chains.merge_chain(merger, base, ours, theirs)
    if isinstance(ours, cst.Call):
        func = merger.three(base.func, ours.func, theirs.func)
        return lists.merge_listing(merger, base, ours.with_changes(func=func), theirs)
    if isinstance(ours, cst.Subscript):
        value = merger.three(base.value, ours.value, theirs.value)
        return lists.merge_listing(merger, base, ours.with_changes(value=value), theirs)
    if isinstance(ours, _LITERALS):
        return lists.merge_listing(merger, base, ours, theirs)
    if isinstance(ours, cst.BinaryOperation | cst.BooleanOperation):
        return chains.merge_operands(merger, base, ours, theirs)
    if isinstance(ours, cst.SimpleStatementLine):
        return blocks.merge_line(merger, base, ours, theirs)
    if isinstance(ours, cst.SimpleString):
        return _merge_string(base, ours, theirs)
    return _merge_fields(merger, base, ours, theirs)


def _merge_string(base: Node, ours: Node, theirs: Node) -> Node:
    """A string on several lines, line by line."""
    merged = merge_text(base.value, ours.value, theirs.value)
    if merged is None or "\n" not in ours.value:
        return None
    try:
        return cst.parse_expression(merged.strip())
    except cst.ParserSyntaxError:
        return None


def _merge_fields(merger: Merger, base: Node, ours: Node, theirs: Node) -> Node:
    changes: dict[str, Node] = {}
    names = fields_in_print(type(ours))
    if not any(_is_deep(getattr(ours, name)) for name in names):
        return None
    for name in names:
        b, o, t = (getattr(one, name) for one in (base, ours, theirs))
        if isinstance(o, list | tuple):
            merged = _merge_sequence(merger, b, o, t)
            if merged is None:
                return None
            changes[name] = merged
        elif all(one is None or isinstance(one, cst.CSTNode) for one in (b, o, t)):
            merged = merger.three(b, o, t)
            changes[name] = merged
            if (merged is None) != (o is None):
                changes |= _layout_beside(ours, theirs, name)
        elif t in (o, b):
            continue
        elif b == o:
            changes[name] = t
        else:
            return None
    return ours.with_changes(**changes)


def _merge_sequence(merger: Merger, b: Node, o: Node, t: Node) -> list[Node] | None:
    """Handlers, cases and the like; what has commas, only if it is equally long."""
    if len(b) == len(o) == len(t):
        return [merger.three(*each) for each in zip(b, o, t, strict=True)]
    if any(hasattr(one, "comma") for one in (*b, *o, *t)):
        return None

    def match(one: Sequence[Node], two: Sequence[Node]) -> Pairs:
        return in_order(one, two, _sequence_alike)

    slots = combine(lists.list_rules(merger, match, free=True), b, o, t)
    return [slot.node for slot in slots if slot.node is not None]


def _sequence_alike(one: Node, two: Node) -> float:
    if same_code(one, two):
        return 1
    found = likeness(one, two)
    return found if found >= 0.5 else 0


def _is_deep(value: Node) -> bool:
    return isinstance(value, cst.CSTNode) or bool(isinstance(value, list | tuple) and value)


def _layout_beside(ours: Node, theirs: Node, name: str) -> dict[str, Node]:
    """The punctuation that comes and goes with a field."""
    if (type(ours).__name__, name) in _EQUALS:
        return {"equal": theirs.equal}
    if isinstance(ours, cst.Return):
        return {"whitespace_after_return": cst.SimpleWhitespace(" ")}
    return {}
