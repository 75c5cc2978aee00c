"""Which names code uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from fastarch.wire.import_names import members
from fastarch.wire.nodes import NewDefinition, by_node, children, small, targets, walk
from fastarch.wire.syntax import cst


# All other kinds of nodes are what stands in them; to ask abstract classes for each is slow.
@cache
def _is_counted(kind: type) -> bool:
    return issubclass(kind, (
        cst.Name, cst.Import, cst.ImportFrom, cst.Attribute, cst.Arg, cst.SimpleString,
        cst.FunctionDef, NewDefinition, cst.Param, cst.ClassDef, cst.Annotation, cst.Subscript,
        cst.Assign, cst.AnnAssign, cst.AugAssign,
    ))  # fmt: skip


@cache
def _is_binding(kind: type) -> bool:
    return issubclass(kind, (
        cst.FunctionDef, cst.ClassDef, NewDefinition, cst.Lambda, cst.BaseComp, cst.Import,
        cst.ImportFrom, cst.TypeAlias, cst.AsName, cst.MatchAs, cst.MatchStar,
    ))  # fmt: skip


def count_names(node: cst.CSTNode) -> Counter[str]:
    """How often names are used, in quoted annotations and ``__all__`` too.

    Imports do not count, nor do names that are no more than an attribute, a parameter or a variable
    of a function.
    """
    counts: Counter[str] = Counter()
    stack: list[tuple[cst.CSTNode, bool]] = [(node, False)]
    while stack:
        current, quoted = stack.pop()
        if not _is_counted(type(current)):
            stack += [(child, quoted) for child in children(current)]
        elif isinstance(current, cst.Name):
            counts[current.value] += 1
        elif isinstance(current, cst.Import | cst.ImportFrom):
            continue
        elif isinstance(current, cst.Attribute | cst.Arg):
            stack.append((current.value, quoted))
        elif isinstance(current, cst.SimpleString):
            if quoted:
                counts.update(words(current.value))
        elif isinstance(current, cst.FunctionDef):
            inside = count_names(current.body)
            for name in _variables(current):
                del inside[name]
            counts.update(inside)
            outside = (current.params, current.returns, *current.decorators)
            stack.extend((child, False) for child in outside if child is not None)
        elif isinstance(current, NewDefinition):
            counts.update(current.uses)
        elif isinstance(current, cst.Param):
            parts = (current.annotation, current.default)
            stack.extend((child, False) for child in parts if child is not None)
        elif isinstance(current, cst.ClassDef):
            body = list(current.body.body)
            for part in [part for one in body for part in (one, *small(one))]:
                counts.subtract(targets(part))
            stack.extend((child, False) for child in (*current.bases, *current.keywords))
            stack.extend((child, False) for child in (*current.decorators, current.body))
        else:
            inner = quoted or isinstance(current, cst.Annotation | cst.Subscript)
            if isinstance(current, cst.Assign | cst.AnnAssign | cst.AugAssign):
                inner = inner or "__all__" in targets(current)
            stack.extend((child, inner) for child in children(current))
    return counts


def _variables(function: cst.FunctionDef) -> frozenset[str]:
    """The parameters and the variables of a function; what it imports counts as the module's."""
    lines = (node for node in walk(function.body) if isinstance(node, cst.Import | cst.ImportFrom))
    imported = {member.bound for line in lines for member in members(line)}
    return (parameters(function) | bound_in(function.body)) - imported


def parameters(function: cst.FunctionDef | cst.Lambda) -> frozenset[str]:
    """The names of a function's parameters."""
    return frozenset(
        node.name.value for node in walk(function.params) if isinstance(node, cst.Param)
    )


def bound_in(block: cst.CSTNode) -> frozenset[str]:
    """The names that a block of code binds, those aside that it takes from outside."""
    outer = {
        item.name.value
        for node in walk(block)
        if isinstance(node, cst.Global | cst.Nonlocal)
        for item in node.names
    }
    found: set[str] = set()
    for node in children(block):
        found |= bound_by(node)
    return frozenset(found - outer)


@by_node
def bound_by(statement: cst.CSTNode) -> frozenset[str]:
    """The names that a statement binds in its own scope, in its branches and loops too."""
    found: set[str] = set()
    stack = [statement]
    while stack:
        current = stack.pop()
        if _is_binding(type(current)):
            if isinstance(current, cst.FunctionDef | cst.ClassDef):
                found.add(current.name.value)
                continue
            if isinstance(current, NewDefinition):
                found.add(current.name)
                continue
            if isinstance(current, cst.Lambda | cst.BaseComp):
                continue
            found.update(member.bound for member in members(current))
            if isinstance(current, cst.TypeAlias):
                found.add(current.name.value)
            if isinstance(current, cst.AsName):
                found.update(_plain(current.name))
            if isinstance(current, cst.MatchAs | cst.MatchStar) and current.name is not None:
                found.add(current.name.value)
        target = getattr(current, "target", None)
        if target is not None:
            found.update(_plain(target))
        stack.extend(children(current))
    return frozenset(found)


def _plain(target: cst.CSTNode) -> Iterator[str]:
    """The names in the target of an assignment, a loop or a ``with``."""
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _plain(element.value)


def words(text: str) -> list[str]:
    """The words in a string, whatever stands between them."""
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
