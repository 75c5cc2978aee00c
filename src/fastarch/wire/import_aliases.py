"""Other names for imports whose own name means something else in the module."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import count

from fastarch.wire import nodes, tree
from fastarch.wire.import_names import Importing, Member, is_type_checking, members, same
from fastarch.wire.imports import AddImport
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Source, Unable
from fastarch.wire.usage import bound_by


def free_aliases(
    source: Source, imports: Sequence[AddImport], reserved: Collection[str]
) -> dict[str, str]:
    """A free name for each import whose name the module binds to something else, by that name.

    Args:
        source: The module.
        imports: What is to be imported.
        reserved: Names that the new code binds itself.

    Raises:
        Unable: ``import a.b`` cannot be given another name.
    """
    bound = dict[str, list[Member | None]]()
    for name, member in _bindings(source):
        bound.setdefault(name, []).append(member)
    aliases: dict[str, str] = {}
    for wanted in imports:
        if wanted.type_checking or _free(bound, wanted) or wanted.name == "*":
            continue
        if wanted.name is None and "." in wanted.module:
            line = tree.line_of(source, wanted.bound)
            raise Unable(f"the name {wanted.bound} is already taken in the module (line {line})")
        aliases[wanted.bound] = next(
            alias
            for alias in _spellings(wanted)
            if alias not in reserved and _free(bound, replace(wanted, alias=alias))
        )
    return aliases


def _bindings(source: Source) -> Iterator[tuple[str, Member | None]]:
    """Each name that the module binds, with the import that binds it."""
    for path, statement in tree.statements(source, ()):
        if len(path) > 2 and is_type_checking(source.get(path[:2])):
            continue
        if nodes.is_definition(statement) or nodes.small(statement):
            for part in nodes.small(statement) or (statement,):
                found = members(part)
                yield from ((one.bound, one) for one in found)
                if not found:
                    yield from ((name, None) for name in bound_by(part))
        elif not is_type_checking(statement):
            # What the head of a loop or a ``with`` binds: its branches are statements themselves.
            inner = {name for _, name in _below(statement)}
            yield from ((name, None) for name in bound_by(statement) if name not in inner)


def _below(statement: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, str]]:
    for node in nodes.walk(statement):
        if node is not statement and isinstance(node, cst.BaseStatement):
            yield from ((node, name) for name in bound_by(node))


def _free(bound: dict[str, list[Member | None]], wanted: Importing) -> bool:
    """Does nothing, or the very import, bind the name?"""
    for member in bound.get(wanted.bound, ()):
        if member is None:
            return False
        plain = wanted.name is None and member.name is None and wanted.alias == member.alias is None
        if not plain and not same(member, wanted):
            return False
    return True


def _spellings(wanted: AddImport) -> Iterator[str]:
    """``PydanticField`` and ``pydantic_field``; longer ones where those are taken too."""
    name = wanted.alias or wanted.name
    parts = [part for part in wanted.module.split(".") if part] or ["local"]
    if name is None:
        yield from (f"{wanted.module}_module{number}" for number in ("", *range(2, 100)))
        return
    for some in (parts[:1], parts[-1:], parts):
        yield _joined(some, name)
    yield from (f"{_joined(parts, name)}{number}" for number in count(2))


def _joined(parts: Sequence[str], name: str) -> str:
    if name.isupper() and len(name) > 1:
        return "_".join([*(part.upper() for part in parts), name])
    if name[:1].isupper():
        words = [word for part in parts for word in part.split("_")]
        return "".join(word[:1].upper() + word[1:] for word in words) + name
    return "_".join([*parts, name])
