"""Pairs of an edit by hand and a change of the spec, in the code of an example app."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fastarch.merge import Merged, merge
from tests.merge.generated import OTHERS, before, changes, make
from tests.merge.hand_edits import ROLES, Edit


@dataclass(frozen=True, slots=True)
class Pair:
    """One edit and one change.

    Args:
        app: The example.
        role: Whose file is edited.
        edit: Name of the edit.
        change: Name of the change.
    """

    app: str
    role: str
    edit: str
    change: str

    @property
    def by_hand(self) -> Edit:
        """The edit."""
        return ROLES[self.role][self.app][self.edit]

    @property
    def path(self) -> str:
        """The file."""
        return before(self.app).paths[self.role]

    @property
    def clashes(self) -> bool:
        """It cannot be merged: both change one thing."""
        return self.change in self.by_hand.clashes

    @property
    def base(self) -> bytes:
        """What was generated."""
        return before(self.app).piece(self.path)

    @property
    def old(self) -> bytes:
        """The file before the edit."""
        return before(self.app).files[self.path]

    @property
    def ours(self) -> bytes:
        """The file after the edit."""
        return self.by_hand.apply(self.old.decode()).encode()

    @property
    def theirs(self) -> bytes:
        """What is generated now."""
        return make(self.app, changes(self.app)[self.change]).piece(self.path)

    @property
    def new(self) -> bytes:
        """The file as it would be made now, without an edit."""
        return make(self.app, changes(self.app)[self.change]).files[self.path]

    @property
    def wanted(self) -> bytes | None:
        """The same edit in new code; None where it cannot be made there so simply."""
        try:
            return self.by_hand.apply(self.new.decode()).encode()
        except (AssertionError, ValueError, StopIteration):
            return None

    def merged(self) -> Merged:
        """What the merge makes of it."""
        return _merged(self)

    def __str__(self) -> str:
        return f"{self.app}, {self.role}: {self.edit}; {self.change}"


@cache
def _merged(pair: Pair) -> Merged:
    return merge(pair.base, pair.ours, pair.theirs, path=pair.path)


@cache
def all_pairs() -> tuple[Pair, ...]:
    """Every edit with every change that concerns its file."""
    return tuple(_pairs())


def _pairs() -> Iterator[Pair]:
    for app in OTHERS:
        for role, edits in ROLES.items():
            for edit in edits[app]:
                for change in changes(app):
                    pair = Pair(app, role, edit, change)
                    if pair.theirs != pair.base:
                        yield pair


def some_pairs() -> tuple[Pair, ...]:
    """Each edit with one change after another, and all that clash."""
    edits: dict[tuple[str, str, str], list[Pair]] = {}
    for pair in all_pairs():
        edits.setdefault((pair.app, pair.role, pair.edit), []).append(pair)
    return tuple(
        pair
        for number, pairs in enumerate(edits.values())
        for index, pair in enumerate(pairs)
        if pair.clashes or index == number % len(pairs)
    )


def compiles(source: bytes) -> bool:
    """Is it Python?"""
    try:
        compile(source, "module.py", "exec")
    except SyntaxError:
        return False
    return True


def meaning(source: bytes) -> object:
    """Code without its layout, and without the order of definitions, fields and imports."""
    return _meaning(ast.parse(source))


def _meaning(node: ast.Module | ast.ClassDef) -> object:
    imported = set()
    found = []
    for one in node.body:
        if isinstance(one, ast.Import | ast.ImportFrom):
            module = (getattr(one, "module", None), getattr(one, "level", 0))
            imported |= {(*module, name.name, name.asname) for name in one.names}
        elif isinstance(one, ast.ClassDef):
            head = [ast.dump(part) for part in (*one.bases, *one.keywords, *one.decorator_list)]
            found.append(repr((one.name, head, _meaning(one))))
        else:
            found.append(ast.dump(one))
    return sorted(imported, key=repr), sorted(found)
