"""What has to come before what."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastarch.merge.combine import Slot
from fastarch.merge.prints import Node
from fastarch.merge.wraps import Wrapped
from fastarch.wire import nodes
from fastarch.wire.import_names import bindings
from fastarch.wire.usage import bound_by

_ENDS = cst.Return | cst.Raise | cst.Break | cst.Continue


def commute(ours: Sequence[Node], theirs: Sequence[Node]) -> bool:
    """May statements that were put into one place follow one another in any order?

    What adds to a variable (``query = query.where(…)``) may; what sets one that the other side uses
    may not.
    """
    both = (*ours, *theirs)
    if any(isinstance(one, Wrapped) for one in both):
        return False
    if any(isinstance(part, _ENDS) for one in both for part in nodes.small(one)):
        return False
    for some, others in ((ours, theirs), (theirs, ours)):
        touched = {name for one in others for name in names_in(one)}
        for one in some:
            if any(name in touched for name in bound_by(one) - _added_to(one)):
                return False
    return True


def names_in(node: Node) -> set[str]:
    """Every name in code."""
    return {one.value for one in nodes.walk(node) if isinstance(one, cst.Name)}


def _added_to(statement: Node) -> set[str]:
    """The names that a statement binds and reads."""
    found: set[str] = set()
    for node in nodes.walk(statement):
        if isinstance(node, cst.Assign | cst.AnnAssign) and node.value is not None:
            found |= set(nodes.targets(node)) & names_in(node.value)
        elif isinstance(node, cst.AugAssign):
            found |= set(nodes.targets(node))
    return found


def load_order(slots: list[Slot], today: Sequence[Node]) -> list[Slot]:
    """Move what has come behind what it needs while the module is loaded.

    What a merged statement needs by now comes ahead of it: it may stand below, for others.

    Args:
        slots: The merged statements of a module.
        today: Those of today's module.
    """
    for slot in [one for one in slots if one.node is not None and one.ours is None]:
        index = slots.index(slot)
        needed = at_load(slot.node)
        there = {n for one in slots[:index] if one.node is not None for n in bound_by(one.node)}
        later = [
            k
            for k in range(index + 1, len(slots))
            if slots[k].node is not None and (needed - there) & bindings(slots[k].node)
        ]
        if later:
            slots.insert(later[-1] + 1, slot)
            slots.pop(index)
    for slot in [one for one in slots if one.node is not None and one.theirs is not None]:
        if slot.ours is not None and slot.node is not today[slot.ours]:
            _fetch(slots, slot, at_load(slot.node) - at_load(today[slot.ours]))
    return slots


def _fetch(slots: list[Slot], user: Slot, needed: set[str]) -> None:
    """Move what has come, or what somebody else has put there, ahead of its user."""
    for slot in slots[slots.index(user) + 1 :]:
        node = slot.node
        if node is None or slot.base is not None or nodes.is_import(node):
            continue
        if needed & bindings(node) and slots.index(slot) > slots.index(user):
            slots.remove(slot)
            slots.insert(slots.index(user), slot)
            _fetch(slots, slot, at_load(node))


def at_load(statement: Node) -> set[str]:
    """The names that a statement of a module uses while the module is loaded."""
    found: set[str] = set()
    stack: list[Node] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Name):
            found.add(node.value)
        elif isinstance(node, cst.Attribute):
            stack.append(node.value)
        elif isinstance(node, cst.FunctionDef):
            params = [p for p in nodes.walk(node.params) if isinstance(p, cst.Param)]
            stack += [one.default for one in params if one.default is not None]
            stack += [one.annotation for one in params if one.annotation is not None]
            stack += [node.returns] if node.returns is not None else []
            stack += node.decorators
        elif isinstance(node, cst.Lambda):
            continue
        else:
            stack.extend(nodes.children(node))
    return found - set(bindings(statement))
