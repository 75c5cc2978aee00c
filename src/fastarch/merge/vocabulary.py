"""Today's names for what the generated code calls otherwise: renamed definitions, aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import libcst as cst

from fastarch.merge.matching import label, match_named, renames
from fastarch.merge.prints import Node
from fastarch.wire import nodes
from fastarch.wire.import_aliases import free_aliases
from fastarch.wire.import_names import bindings, find, is_type_checking, members, same
from fastarch.wire.imports import AddImport
from fastarch.wire.rename import renamed
from fastarch.wire.tree import Source
from fastarch.wire.usage import bound_by


def is_importing(statement: Node) -> bool:
    """Does the statement do nothing but import, ``if TYPE_CHECKING:`` included?"""
    if nodes.is_import(statement):
        return True
    return is_type_checking(statement) and all(
        nodes.is_import(one) for one in getattr(statement.body, "body", ())
    )


def imports_in(body: Sequence[Node]) -> list[AddImport]:
    """What the statements of a module import."""
    return list(_imports_in(body))


def _imports_in(body: Sequence[Node]) -> Iterator[AddImport]:
    for statement in body:
        if not is_importing(statement):
            continue
        checking = is_type_checking(statement)
        for node in nodes.walk(statement):
            for one in members(node):
                yield AddImport(one.module, one.name, one.alias, one.level, type_checking=checking)


def is_in(wanted: AddImport, imports: Sequence[AddImport]) -> bool:
    """Is the import among others?"""
    return any(same(wanted, one) for one in imports)


def names_of_today(base: Sequence[Node], ours: Source) -> dict[str, str]:
    """The names that definitions and imports of the base have in today's module."""
    body = ours.module.body
    bound = {name for one in body for name in bound_by(one)}
    found: dict[str, str] = {}
    theirs = imports_in(body)
    for one in imports_in(base):
        if one.name is None or is_in(one, theirs) or one.name == "*":
            continue
        aliased = [
            two.bound
            for two in theirs
            if same(replace(two, alias=None), replace(one, alias=None)) and two.bound != one.bound
        ]
        if len(set(aliased)) == 1:
            found[one.bound] = aliased[0]
    rest = [one for one in base if not is_importing(one)]
    for i, j in renames(rest, body, match_named(rest, body)).items():
        old, new = label(rest[i]), label(body[j])
        if old and new and old not in bound and "," not in old + new:
            found[old] = new
    return found


def aliases_for(
    new: Sequence[AddImport], theirs: Sequence[Node], ours: Source, own: str
) -> dict[str, str]:
    """Other names for new imports whose own name is taken in today's module."""
    defined = frozenset(name for one in theirs if not is_importing(one) for name in bound_by(one))
    wanted = [
        one
        for one in new
        if one.bound not in defined and not (own and one.module == own and not one.level)
    ]
    return free_aliases(ours, wanted, defined)


def in_words(body: Sequence[Node], names: Mapping[str, str]) -> list[Node]:
    """Statements of a module under other names, what they define included."""
    return [_in_words(one, names) for one in body] if names else list(body)


def _in_words(statement: Node, names: Mapping[str, str]) -> Node:
    if not names or is_importing(statement):
        return statement
    changed: Node = renamed(statement, names)
    if isinstance(changed, cst.FunctionDef | cst.ClassDef):
        name = names.get(changed.name.value, changed.name.value)
        return changed.with_changes(name=changed.name.with_changes(value=name))
    if bindings(changed) & names.keys():
        parts = [_retargeted(part, names) for part in nodes.small(changed)]
        return changed.with_changes(body=parts)
    return changed


def _retargeted(part: Node, names: Mapping[str, str]) -> Node:
    if isinstance(part, cst.AnnAssign) and isinstance(part.target, cst.Name):
        return part.with_changes(target=renamed(part.target, names))
    if isinstance(part, cst.Assign):
        targets = [
            one.with_changes(target=renamed(one.target, names))
            if isinstance(one.target, cst.Name)
            else one
            for one in part.targets
        ]
        return part.with_changes(targets=targets)
    return part


def present(wanted: AddImport, body: Sequence[Node]) -> bool:
    """Does the module import it?"""
    return find(body, wanted) is not None or is_in(wanted, imports_in(body))
