"""Where an import line goes: beside its kin, in a group of its own; and how it leaves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.import_lines import by_type, items_of, with_items, without_part
from fastarch.wire.import_names import Importing, bindings, kinship, members, section
from fastarch.wire.nodes import Statement, blank
from fastarch.wire.syntax import cst

_THE_APP = 3


@dataclass(frozen=True, slots=True)
class Site:
    """What limits the place of an import line.

    Args:
        before: Index of the statement that needs it; it goes no later.
        local: It goes into a function.
        beside: Names whose imports are its kin where no import is from the same package.
    """

    before: int | None = None
    local: bool = False
    beside: Collection[str] = ()


def placed(
    body: list[Statement], wanted: Importing, line: Statement, site: Site
) -> list[Statement]:
    """The block with the import on a line of its own."""
    end = len(body) if site.before is None else site.before
    lines = [index for index in range(end) if nodes.is_import(body[index])]
    kin = _kin(body, lines, wanted)
    if not kin:
        kin = [i for i in lines if any(name in site.beside for name in bindings(body[i]))]
    if kin:
        return _beside(body, kin, line, wanted, end)
    if site.local:
        place = max(lines) + 1 if lines else (1 if body and nodes.is_docstring(body[0]) else 0)
        return [*body[:place], line, *body[place:]]
    return _own_group(body, lines, line, wanted)


def _kin(body: Sequence[Statement], lines: Sequence[int], wanted: Importing) -> list[int]:
    """The import lines whose modules share most with the wanted one."""
    best = 1
    kin: list[int] = []
    for index in lines:
        near = max(kinship(m, wanted) for part in nodes.small(body[index]) for m in members(part))
        if near > best:
            best, kin = near, []
        if near == best:
            kin.append(index)
    return kin


def _starts_group(body: Sequence[Statement], index: int) -> bool:
    if index == 0 or not nodes.is_import(body[index - 1]) or _has_section(body[index - 1], 0):
        return True
    return any(line.comment is None for line in nodes.leading(body[index]))


def _group(body: Sequence[Statement], index: int, end: int) -> tuple[int, int]:
    start = index
    while not _starts_group(body, start):
        start -= 1
    stop = index + 1
    while stop < end and nodes.is_import(body[stop]) and not _starts_group(body, stop):
        stop += 1
    return start, stop


def _beside(
    body: list[Statement], kin: list[int], line: Statement, wanted: Importing, end: int
) -> list[Statement]:
    start, stop = _group(body, kin[-1], end)
    place = _place_in_group(body, start, stop, wanted)
    if place is None:
        place = kin[-1] + 1
    if place == start:
        head = nodes.leading(body[start])
        if start > 0 and not nodes.blanks(head):
            place = start + 1
        else:
            line = nodes.with_leading(line, head)
            body[start] = nodes.with_leading(body[start], ())
    body.insert(place, line)
    return body


def _place_in_group(
    body: Sequence[Statement], start: int, stop: int, wanted: Importing
) -> int | None:
    """Where the import belongs in a sorted group; None where the group is not sorted."""
    firsts = [members(nodes.small(body[index])[0])[0] for index in range(start, stop)]

    def by_isort(one: Importing) -> tuple[Any, ...]:
        return section(one), one.name is not None, *by_module(one)

    def by_module(one: Importing) -> tuple[Any, ...]:
        return section(one), *by_name(one)

    def by_name(one: Importing) -> tuple[Any, ...]:
        return -one.level, one.module.casefold(), one.module

    def by_kind(one: Importing) -> tuple[Any, ...]:
        return one.name is not None, *by_name(one)

    def by_first_name(one: Importing) -> tuple[Any, ...]:
        return *by_isort(one), by_type(one.name or "")

    for key in (by_first_name, by_isort, by_module, by_kind):
        ordered = [key(one) for one in firsts]
        if ordered == sorted(ordered):
            place = key(wanted)
            return start + sum(1 for one in ordered if one <= place)
    return None


def _own_group(
    body: list[Statement], lines: list[int], line: Statement, wanted: Importing
) -> list[Statement]:
    """A new group among the imports at the module's head, in the order of the sections."""
    first = 1 if body and nodes.is_docstring(body[0]) else 0
    head = [index for index in lines if all(is_head(one) for one in body[first:index])]
    ours = section(wanted)
    for index in head:
        theirs = [section(m) for part in nodes.small(body[index]) for m in members(part)]
        if ours in {1, 2} and theirs and min(theirs) == ours:
            alike = [i for i in head if _has_section(body[i], ours)]
            return _beside(body, alike, line, wanted, len(body))
    if ours == _THE_APP and head and _is_the_apps(body, *_group(body, head[-1], len(body))):
        return _beside(body, head[-1:], line, wanted, len(body))
    after = [index for index in head if not _has_later(body[index], ours)]
    if after:
        return _with_group(body, after[-1] + 1, line)
    if first:
        return _with_group(body, first, line)
    follower = body[0]
    body[0] = nodes.with_leading(follower, _gap_before(follower))
    return [nodes.with_leading(line, nodes.leading(follower)), *body]


def _is_the_apps(body: Sequence[Statement], start: int, stop: int) -> bool:
    """Whether a group, the last one, has only what is no known package: the app's modules."""
    found = (m for line in body[start:stop] for part in nodes.small(line) for m in members(part))
    return all(section(one) == _THE_APP for one in found)


def _with_group(body: list[Statement], place: int, line: Statement) -> list[Statement]:
    """The block with a group of one line, set apart where the line after it is."""
    tight = place < len(body) and nodes.is_import(body[place]) and not nodes.leading(body[place])
    return [*body[:place], nodes.with_leading(line, [] if tight else [blank()]), *body[place:]]


def _gap_before(statement: cst.CSTNode) -> list[cst.EmptyLine]:
    return [blank()] * (2 if nodes.is_definition(statement) else 1)


def is_head(statement: cst.CSTNode) -> bool:
    """May the statement stand among the imports at the head of a module?"""
    return not nodes.is_definition(statement)


def _has_section(statement: cst.CSTNode, ours: int) -> bool:
    return any(section(m) == ours for part in nodes.small(statement) for m in members(part))


def _has_later(statement: cst.CSTNode, ours: int) -> bool:
    return any(section(m) > ours for part in nodes.small(statement) for m in members(part))


def without(
    body: list[Statement], index: int, part_index: int, member_index: int
) -> list[Statement]:
    """A block without one imported name."""
    statement = body[index]
    assert isinstance(statement, cst.SimpleStatementLine)
    part: Any = statement.body[part_index]
    if len(members(part)) > 1:
        parts = list(statement.body)
        parts[part_index] = with_items(part, items_of(part).remove(member_index))
        body[index] = statement.with_changes(body=parts)
        return body
    if len(statement.body) > 1:
        body[index] = without_part(statement, part_index)
        return body
    return without_statement(body, index)


def without_statement(body: list[Statement], index: int) -> list[Statement]:
    """A block without one of its import lines; the blank lines that it brought go too."""
    removed, rest = body[index], [*body[:index], *body[index + 1 :]]
    lead = nodes.leading(removed)
    if index == len(rest):
        return rest
    follower = rest[index]
    theirs = nodes.leading(follower)
    alone = _starts_group(body, index) and (
        not nodes.is_import(follower) or _starts_group(body, index + 1)
    )
    if alone:
        if index == 0 and nodes.blanks(theirs):
            theirs = ()
        elif index and nodes.blanks(lead):
            lead = ()
        rest[index] = nodes.with_leading(follower, (*lead, *theirs))
    elif _starts_group(body, index) or not nodes.blanks(lead):
        rest[index] = nodes.with_leading(follower, (*lead, *theirs))
    return rest
