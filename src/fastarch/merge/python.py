"""One merge of Python modules, with one side's version of what conflicts."""

from __future__ import annotations

import libcst as cst

from fastarch.merge.blocks import merge_module
from fastarch.merge.conflicts import Conflict, Side
from fastarch.merge.imports import Imports, merge_imports
from fastarch.merge.matching import label, name_of
from fastarch.merge.members import first_use, member_uses
from fastarch.merge.merger import Merger, located
from fastarch.merge.names import parses, unbound
from fastarch.merge.prints import Node
from fastarch.merge.vocabulary import aliases_for, in_words, is_importing, names_of_today
from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.tree import Source, Unable


class NotPython(Exception):  # noqa: N818 - it is an answer on its way up, not an error
    """One of the versions cannot be read."""


@dataclass(frozen=True, slots=True)
class Result:
    """A merged module."""

    source: bytes
    conflicts: tuple[Conflict, ...]


def merge_python(
    base: bytes,
    ours: bytes,
    theirs: bytes,
    side: Side,
    *,
    module: str,
    shared: frozenset[str],
) -> Result:
    """Merge three modules.

    Args:
        base: As generated last time.
        ours: Today.
        theirs: As generated now.
        side: Whose version of what conflicts is taken.
        module: Dotted name of the module itself.
        shared: Names of definitions that stay.

    Raises:
        NotPython: One of them cannot be read, or the merged one could not.
    """
    try:
        today = Source.parse(ours)
        before, after = (_parse(one, today.module) for one in (base, theirs))
    except Unable as unable:
        raise NotPython from unable
    work = _Work(today, before, after, module)
    open_before = unbound(ours)
    restored: frozenset[str] = frozenset()
    kept = shared
    while True:
        merger = Merger(side, restored, kept, today.module.default_indent)
        try:
            source = work.merged(merger)
        except Unable as unable:
            raise NotPython from unable
        if parses(ours) and not parses(source):
            raise NotPython
        open_now = unbound(source)
        if open_before is None or open_now is None:
            break
        missing = (open_now - open_before) | work.members_used(merger, source)
        needed = frozenset(missing & merger.dropped.keys()) - kept
        lost = frozenset(missing & merger.gone.keys()) - restored
        if needed and side != "theirs":
            kept |= needed
        elif lost and side != "ours":
            restored |= lost
        else:
            break
    _note_missing(merger, work, source, open_before, kept - shared, restored)
    return Result(source, located(today.module, merger.found))


def _parse(source: bytes, like: cst.Module) -> cst.Module:
    text = source.decode("utf-8-sig").replace("\r\n", "\n").replace("\n", like.default_newline)
    return Source.parse(text.encode()).module


@dataclass(frozen=True, slots=True)
class _Work:
    today: Source
    before: cst.Module
    after: cst.Module
    own: str

    def merged(self, merger: Merger) -> bytes:
        """The merged file."""
        base, theirs = self.before.body, self.after.body
        names = names_of_today(base, self.today)
        imports = Imports(base, theirs, names)
        moved = {one.bound for one in imports.dropped()}
        new = [one for one in imports.new() if one.bound not in moved]
        names |= aliases_for(
            [one for one in new if one.bound not in names], theirs, self.today, self.own
        )
        imports = Imports(base, theirs, names)
        parts = [
            [one for one in in_words(body, names) if not is_importing(one)]
            for body in (base, theirs)
        ]
        merged = Source(self.today.module, self.today.original)
        with merger.at(None, None):
            body = merge_module(merger, parts[0], self.today, parts[1])
        merged.module = self.today.module.with_changes(body=body)
        merge_imports(merger, merged, imports, self.own)
        return merged.render()

    def members_used(self, merger: Merger, source: bytes) -> frozenset[str]:
        """Members of classes that code uses, although one side has deleted them."""
        names = [name for name in (*merger.dropped, *merger.gone) if "." in name]
        if not names:
            return frozenset()
        merged = cst.parse_module(source).body
        found = set()
        for name in names:
            other = self.after.body if name in merger.dropped else self.today.module.body
            if member_uses(merged, name) > member_uses(other, name):
                found.add(name)
        return frozenset(found)


def _note_missing(
    merger: Merger,
    work: _Work,
    source: bytes,
    before: frozenset[str] | None,
    kept: frozenset[str],
    restored: frozenset[str],
) -> None:
    """Note conflicts over names that one side uses and the other has deleted."""
    now = unbound(source)
    missing = (now or frozenset()) - before if before is not None and now is not None else set()
    missing |= work.members_used(merger, source)
    for name in sorted(missing | kept | restored):
        if name in merger.dropped or name in kept:
            base, ours = merger.dropped[name]
            with merger.at(name, None):
                merger.note(
                    (base, ours, None),
                    "It is no longer generated, and other code in the file uses it.",
                    _use(work.today.module, cst.parse_module(source), name),
                )
        elif name in merger.gone or name in restored:
            base, theirs = merger.gone[name]
            with merger.at(name, None):
                merger.note(
                    (base, None, theirs),
                    f"Generated code now uses {name}, which was deleted by hand.",
                    _place_of_use(work, source, name),
                )
        else:
            with merger.at(name, None):
                merger.note(
                    ("", "", _text_of_use(source, name)),
                    f"The merged code uses {name}, which nothing binds here any more.",
                    _place_of_use(work, source, name),
                )


def _users(module: cst.Module, name: str) -> list[Node]:
    """The statements of a module that use a name, or a member of a class."""
    if "." in name:
        return [one for one in module.body if member_uses([one], name)]
    return [
        one
        for one in module.body
        if any(isinstance(n, cst.Name) and n.value == name for n in nodes.walk(one))
    ]


def _use(module: cst.Module, merged: cst.Module, name: str) -> Node:
    """The first place outside of its own definition that has the name, and is to stay."""
    owner, _, last = name.rpartition(".")
    staying = {name_of(one) for one in _users(merged, name)}
    for statement in _users(module, name):
        if name_of(statement) not in staying:
            continue
        if owner:
            found = first_use([statement], name)
            if found is not None:
                return found
        elif label(statement) != name:
            return next(
                n for n in nodes.walk(statement) if isinstance(n, cst.Name) and n.value == last
            )
    return None


def _place_of_use(work: _Work, source: bytes, name: str) -> Node:
    """The definition of today's file whose merged version uses the name."""
    labels = {label(one) for one in _users(cst.parse_module(source), name)}
    return next((one for one in work.today.module.body if label(one) in labels - {None}), None)


def _text_of_use(source: bytes, name: str) -> str:
    users = _users(cst.parse_module(source), name)
    for one in users:
        for statement in nodes.walk(one):
            if isinstance(statement, cst.SimpleStatementLine) and _users_in(statement, name):
                return nodes.code(statement)
    return nodes.code(users[0]) if users else name


def _users_in(statement: Node, name: str) -> bool:
    return any(isinstance(n, cst.Name) and n.value == name for n in nodes.walk(statement))
