"""Where new definitions go in a module: at its end, or as near to it as is safe."""

from __future__ import annotations

from collections.abc import Sequence

from fastarch.wire import nodes
from fastarch.wire.import_names import members
from fastarch.wire.nodes import Statement
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Source
from fastarch.wire.usage import bound_by, count_names

_TAIL = frozenset({"configure_mappers", "model_rebuild", "update_forward_refs"})


def place_for(
    source: Source,
    definitions: Sequence[Statement],
    ahead_of: Sequence[str],
    users: Sequence[str] = (),
) -> int:
    """The index at which new definitions are inserted.

    Behind everything but what has to stay last; or ahead of the first statement that calls one of
    the attributes or defines one of the users, if all that the definitions use is bound by then. A
    last line without a line end would change if something followed it: there they go before it, if
    they can.

    Args:
        source: The module.
        definitions: What is inserted.
        ahead_of: Names of attributes whose calls need the definitions: ``create_all``.
        users: Names of what is there already and shall use the definitions.
    """
    body = source.module.body
    end = len(body)
    while end and _is_tail(body[end - 1]):
        end -= 1
    needing = frozenset(users)
    calling = next(
        (i for i in range(end) if _calls(body[i], ahead_of) or needing & bound_by(body[i])), None
    )
    if calling is not None:
        place = _boundary(body, definitions, calling)
        if place is not None:
            return place
    if end == len(body) and not source.ends_with_newline and not _has_comments(source.module):
        return _boundary(body, definitions, end - 1, blanks=1) or end
    return end


def _boundary(
    body: Sequence[Statement], definitions: Sequence[Statement], last: int, blanks: int = 0
) -> int | None:
    """The nearest place, no later than ``last``, that blank lines set apart on both sides.

    Args:
        blanks: How many blank lines there have to be at least.
    """
    found = {name for one in definitions for name, count in count_names(one).items() if count > 0}
    found -= {name for one in definitions for name in bound_by(one)}
    imports = [index for index in range(last + 1) if _imports(body[index])]
    first = imports[-1] + 1 if imports else 1
    fitting: list[int] = []
    later = {name for one in body[last + 1 :] for name in bound_by(one)}
    for place in range(last, first - 1, -1):
        later |= bound_by(body[place])
        if found & later:
            break
        fitting.append(place)
    for enough in (2, 1, 0):
        for place in fitting:
            if enough >= blanks and _blanks(body[place]) >= enough:
                return place
    return None


def _blanks(statement: Statement) -> int:
    """The blank lines above a statement and the comments before it."""
    count = 0
    for line in nodes.leading(statement):
        if line.comment is not None:
            break
        count += 1
    return count


def _imports(statement: Statement) -> bool:
    """Does the statement, or a branch of it, import something?"""
    if nodes.is_definition(statement):
        return False
    return any(members(node) for node in nodes.walk(statement))


def _calls(statement: Statement, attributes: Sequence[str]) -> bool:
    """Does the statement use one of the attributes while the module is loaded?"""
    if not attributes or nodes.is_main_guard(statement):
        return False
    stack: list[cst.CSTNode] = [statement]
    while stack:
        current = stack.pop()
        if isinstance(current, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            continue
        if isinstance(current, cst.Attribute) and current.attr.value in attributes:
            return True
        stack.extend(nodes.children(current))
    return False


def _has_comments(module: cst.Module) -> bool:
    return not nodes.blanks(module.footer)


def _is_tail(statement: Statement) -> bool:
    """Does the statement have to stay behind every definition?"""
    if nodes.is_main_guard(statement):
        return True
    parts = nodes.small(statement)
    return bool(parts) and all(
        isinstance(part, cst.Expr)
        and isinstance(part.value, cst.Call)
        and (nodes.dotted(part.value.func) or "").rpartition(".")[2] in _TAIL
        for part in parts
    )
