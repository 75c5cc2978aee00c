"""The state of one merge: which side is preferred, and what conflicts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field

import libcst as cst

from fastarch.merge.conflicts import Conflict, Side
from fastarch.merge.prints import Node, comments, keeps_comments, same, same_code
from fastarch.records import dataclass
from fastarch.wire import nodes

BOTH = "Both changed it."
BOTH_ADDED = "Both added it, each in another way."
DELETED_BY_HAND = "It was deleted by hand, and the generated code changed it."
NO_LONGER_GENERATED = "It is no longer generated, and it was changed by hand."
SAME_PLACE = "Both put something in the same place, and the order matters."


@dataclass(frozen=True, slots=True)
class Found:
    """A conflict whose line is not looked up yet: ``anchor`` is a node of ours."""

    what: str
    anchor: cst.CSTNode | None
    texts: tuple[str, str, str]
    why: str


@dataclass(slots=True)
class Merger:
    """Walks down three versions at once.

    Args:
        side: What is taken where both sides changed a thing.
        restored: Names deleted by hand whose definitions come back.
        kept: Names no longer generated whose definitions stay.
        indent: One level of indentation in today's file.
    """

    side: Side = "ours"
    restored: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    indent: str = "    "
    found: list[Found] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    anchors: list[cst.CSTNode] = field(default_factory=list)
    units: list[tuple[Node, Node, Node]] = field(default_factory=list)
    gone: dict[str, tuple[cst.CSTNode, cst.CSTNode]] = field(default_factory=dict)
    dropped: dict[str, tuple[cst.CSTNode, cst.CSTNode]] = field(default_factory=dict)

    def three(self, base: Node, ours: Node, theirs: Node) -> Node:
        """The merge of three nodes, any of which may be missing."""
        if same_code(ours, theirs) or same_code(base, theirs):
            if same(base, ours) and comments(theirs) != comments(base):
                return theirs
            return ours
        unchanged = same_code(base, ours) and keeps_comments(ours, base, theirs)
        if unchanged and not _is_laid_out_anew(base, ours):
            return theirs
        from fastarch.merge.values import inside

        mark = len(self.found)
        merged = inside(self, base, ours, theirs)
        if merged is not None and (len(self.found) > mark or keeps_comments(ours, base, merged)):
            return merged
        return self.conflict(base, ours, theirs, BOTH)

    def conflict(self, base: Node, ours: Node, theirs: Node, why: str) -> Node:
        """Note a conflict; answers the preferred side's node."""
        anchor = ours if isinstance(ours, cst.CSTNode) else None
        shown = (base, ours, theirs)
        if self.units and all(isinstance(one, cst.CSTNode) for one in shown):
            shown = self.units[-1]
        self.note(shown, why, anchor)
        return {"ours": ours, "base": base, "theirs": theirs}[self.side]

    def note(
        self, shown: tuple[Node, Node, Node], why: str, anchor: cst.CSTNode | None = None
    ) -> None:
        """Note a conflict between three texts, nodes or lists of nodes."""
        base, ours, theirs = (text_of(one) for one in shown)
        if anchor is None:
            anchor = self.anchors[-1] if self.anchors else None
        one = Found(self.what, anchor, (ours, base, theirs), why)
        if not any((one.what, one.texts) == (f.what, f.texts) for f in self.found):
            self.found.append(one)

    @property
    def what(self) -> str:
        """Where the walk is, for a person."""
        return ".".join(self.labels) or "the module"

    @contextmanager
    def at(self, label: str | None, anchor: cst.CSTNode | None) -> Iterator[None]:
        """Go down into a named thing."""
        if label is not None:
            self.labels.append(label)
        if anchor is not None:
            self.anchors.append(anchor)
        yield
        if label is not None:
            self.labels.pop()
        if anchor is not None:
            self.anchors.pop()

    @contextmanager
    def showing(self, base: Node, ours: Node, theirs: Node) -> Iterator[None]:
        """Show these three where something below them conflicts."""
        self.units.append((base, ours, theirs))
        yield
        self.units.pop()


def _is_laid_out_anew(base: Node, ours: Node) -> bool:
    """Has somebody formatted a whole block? What theirs leaves alone in it keeps that layout."""
    compound = isinstance(ours, cst.BaseCompoundStatement | cst.BaseSuite)
    return compound and nodes.code(base) != nodes.code(ours)


def text_of(one: Node) -> str:
    """The text of a node or of several."""
    if one is None:
        return ""
    if isinstance(one, str):
        return one
    if isinstance(one, cst.CSTNode):
        return nodes.code(one).rstrip(",")
    return "\n".join(text_of(each) for each in one)


def located(module: cst.Module, found: list[Found]) -> tuple[Conflict, ...]:
    """The conflicts with their lines in today's file."""
    if not found:
        return ()
    from libcst.metadata import MetadataWrapper, PositionProvider

    places = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    out = []
    for one in found:
        place = places.get(one.anchor) if one.anchor is not None else None
        line = place.start.line if place is not None else 1
        ours, base, theirs = one.texts
        out.append(Conflict(one.what, line, ours, base, theirs, one.why))
    return tuple(sorted(out, key=lambda one: one.line))
