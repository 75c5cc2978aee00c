"""Which statement of one version is which of another."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import libcst as cst

from fastarch.merge.align import Pairs, as_it_is, by_key, in_order
from fastarch.merge.prints import Node, code_print, likeness, same_code
from fastarch.merge.wraps import Wrapped
from fastarch.wire import nodes


def label(statement: Node) -> str | None:
    """What a person calls a statement: the name that it defines."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return statement.name.value
    parts = nodes.small(statement) if isinstance(statement, cst.CSTNode) else ()
    if len(parts) == 1:
        names = nodes.targets(parts[0])
        if names:
            return ", ".join(names)
        if nodes.is_docstring(statement):
            return "docstring"
        if isinstance(parts[0], cst.TypeAlias):
            return parts[0].name.value
    return None


def key(statement: Node) -> Node:
    """What names a statement in its block; None where nothing does."""
    name = label(statement)
    if isinstance(statement, cst.FunctionDef):
        for one in statement.decorators:
            # ``@name.setter``: one property is several functions of one name.
            words = (nodes.dotted(one.decorator) or "").rpartition(".")
            if words[0] == name:
                return name, words[2]
    return (name, "") if name is not None else None


def name_of(statement: Node) -> Hashable:
    """What names a statement; its code, where nothing does."""
    return key(statement) or ("code", code_print(statement))


def match_named(base: Sequence[Node], other: Sequence[Node]) -> Pairs:
    """Pairs of statements by name; those without a name as they are, then in order."""
    pairs = by_key(base, other, key, likeness)
    plain = [i for i in range(len(base)) if i not in pairs and key(base[i]) is None]
    others = [j for j in range(len(other)) if key(other[j]) is None and j not in pairs.values()]
    found = by_key([base[i] for i in plain], [other[j] for j in others], code_print, as_it_is)
    pairs |= {plain[i]: others[j] for i, j in found.items()}
    plain = [i for i in plain if i not in pairs]
    others = [j for j in others if j not in set(pairs.values())]
    found = in_order([base[i] for i in plain], [other[j] for j in others], alike)
    return pairs | {plain[i]: others[j] for i, j in found.items()}


def match_renamed(base: Sequence[Node], other: Sequence[Node]) -> Pairs:
    """Pairs of statements by name, and of what has got another name in the same place."""
    pairs = match_named(base, other)
    return pairs | renames(base, other, pairs)


def renames(base: Sequence[Node], other: Sequence[Node], pairs: Pairs) -> Pairs:
    """What has another name between the same neighbours, and is much the same otherwise."""
    found: Pairs = {}
    taken = set(pairs.values())
    for i, one in enumerate(base):
        if i in pairs or key(one) is None:
            continue
        before = next((pairs[k] for k in range(i - 1, -1, -1) if k in pairs), -1)
        after = next((pairs[k] for k in range(i + 1, len(base)) if k in pairs), len(other))
        fitting = [
            j
            for j in range(before + 1, after)
            if j not in taken and type(other[j]) is type(one) and _renamed(one, other[j])
        ]
        if len(fitting) == 1:
            found[i] = fitting[0]
            taken.add(fitting[0])
    return found


def _renamed(one: Node, two: Node) -> bool:
    if label(two) is None or nodes.is_docstring(two) or nodes.is_docstring(one):
        return False
    if isinstance(one, cst.FunctionDef | cst.ClassDef):
        return likeness(one.with_changes(name=two.name), two) >= 0.75
    first, second = nodes.small(one)[0], nodes.small(two)[0]
    if type(first) is not type(second):
        return False
    same_annotation = same_code(
        getattr(first, "annotation", None), getattr(second, "annotation", None)
    )
    return same_annotation and same_code(
        getattr(first, "value", None), getattr(second, "value", None)
    )


def match_body(base: Sequence[Node], other: Sequence[Node]) -> Pairs:
    """Pairs of the statements of a function, in order."""
    return in_order(base, other, alike)


def alike(one: Node, two: Node) -> float:
    """How alike two statements are; 0 where one cannot have become the other."""
    if isinstance(one, Wrapped) or isinstance(two, Wrapped):
        return 2 if isinstance(one, Wrapped) and isinstance(two, Wrapped) else 0
    if same_code(one, two):
        return 1
    first, second = (nodes.small(each)[0] if nodes.small(each) else each for each in (one, two))
    if type(first) is not type(second):
        return 0
    found = likeness(one, two)
    if isinstance(first, cst.FunctionDef | cst.ClassDef):
        return 0.6 + 0.3 * found if label(one) == label(two) else 0
    if isinstance(first, cst.Return | cst.Raise):
        return 0.3 + 0.5 * found
    if isinstance(first, cst.Expr):
        return _calls_alike(one, two, found)
    if isinstance(first, cst.Assign | cst.AnnAssign | cst.AugAssign):
        if nodes.targets(first) == nodes.targets(second):
            return 0.4 + 0.5 * found
        return 0.5 * found if found >= 0.75 else 0
    if same_code(head(first), head(second)):
        return 0.4 + 0.5 * found
    return 0.5 * found if found >= 0.5 else 0


def _calls_alike(one: Node, two: Node, found: float) -> float:
    if nodes.is_docstring(one) and nodes.is_docstring(two):
        return 0.5
    first, second = (_called(nodes.small(each)[0]) for each in (one, two))
    if first is not None and same_code(first, second):
        # ``logger.info("a")`` does not become ``logger.info("b")``.
        return 0.5 * found if found >= 0.5 else 0
    return 0.5 * found if found >= 0.7 else 0


def _called(part: Node) -> Node:
    value = part.value
    if isinstance(value, cst.Await):
        value = value.expression
    return value.func if isinstance(value, cst.Call) else None


def head(statement: Node) -> Node:
    """What a compound statement says before its block."""
    if isinstance(statement, cst.If | cst.While):
        return statement.test
    if isinstance(statement, cst.For):
        return statement.iter
    if isinstance(statement, cst.With):
        return statement.items[0].item
    return statement
