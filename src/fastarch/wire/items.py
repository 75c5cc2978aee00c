"""Insert into and remove from what stands between brackets, keeping its shape and its comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any, TypeAlias

from fastarch.records import dataclass
from fastarch.wire.syntax import cst

Space: TypeAlias = "cst.BaseParenthesizableWhitespace"


def _no_space() -> Space:
    return cst.SimpleWhitespace("")


@dataclass(frozen=True, slots=True)
class Items:
    """Elements with commas, the space after the opening bracket and before the closing one.

    The space that follows a trailing comma counts as ``before_close``, whatever the kind of list.
    """

    elements: tuple[Any, ...]
    after_open: Space = field(default_factory=_no_space)
    before_close: Space = field(default_factory=_no_space)
    trailing: bool = False

    @classmethod
    def of(cls, elements: Sequence[Any], after_open: Space, before_close: Space) -> Items:
        """Take the elements of a node apart."""
        found = list(elements)
        trailing = bool(found) and isinstance(found[-1].comma, cst.Comma)
        if trailing:
            space = found[-1].comma.whitespace_after
            if isinstance(space, cst.ParenthesizedWhitespace) or not space.empty:
                before_close = space
            comma = found[-1].comma.with_changes(whitespace_after=_no_space())
            found[-1] = found[-1].with_changes(comma=comma)
        return cls(tuple(found), after_open, before_close, trailing)

    def closed(self) -> tuple[Any, ...]:
        """The elements for a node whose last comma owns the space before the closing bracket."""
        if not self.trailing or not self.elements:
            return self.elements
        last = self.elements[-1]
        comma = last.comma.with_changes(whitespace_after=self.before_close)
        return (*self.elements[:-1], last.with_changes(comma=comma))

    def insert(self, index: int, element: cst.CSTNode) -> Items:
        """With one more element."""
        found, after_open, before_close = list(self.elements), self.after_open, self.before_close
        if not found:
            return Items((element.with_changes(comma=_no_comma()),), after_open, before_close)
        if index == len(found):
            gap = _gap(before_close, self._between())
            before_close = without_comments(before_close)
            last = found[-1]
            comma = last.comma if self.trailing else cst.Comma()
            found[-1] = last.with_changes(comma=comma.with_changes(whitespace_after=gap))
            element = element.with_changes(comma=cst.Comma() if self.trailing else _no_comma())
        else:
            before = after_open if index == 0 else found[index - 1].comma.whitespace_after
            first, rest = _split(before)
            if index == 0:
                after_open = first
                rest = rest if isinstance(before, cst.ParenthesizedWhitespace) else self._between()
            else:
                comma = found[index - 1].comma.with_changes(whitespace_after=first)
                found[index - 1] = found[index - 1].with_changes(comma=comma)
            element = element.with_changes(comma=cst.Comma(whitespace_after=rest))
        found.insert(index, element)
        return Items(tuple(found), after_open, before_close, self.trailing)

    def remove(self, index: int) -> Items:
        """With one element less; comments on lines of their own stay."""
        found, after_open, before_close = list(self.elements), self.after_open, self.before_close
        removed = found.pop(index)
        if not found:
            return Items((), after_open, before_close)
        if index == len(found):
            last = found[-1]
            before_close = _closing(last.comma.whitespace_after, before_close)
            comma = (
                last.comma.with_changes(whitespace_after=_no_space())
                if self.trailing
                else _no_comma()
            )
            found[-1] = last.with_changes(comma=comma)
        elif index == 0:
            if isinstance(after_open, cst.ParenthesizedWhitespace) or _has_comments(
                removed.comma.whitespace_after
            ):
                after_open = _joined(after_open, removed.comma.whitespace_after)
        else:
            comma = found[index - 1].comma
            space = _joined(comma.whitespace_after, removed.comma.whitespace_after)
            found[index - 1] = found[index - 1].with_changes(
                comma=comma.with_changes(whitespace_after=space)
            )
        return Items(tuple(found), after_open, before_close, self.trailing)

    def _between(self) -> Space:
        """What separates two elements here."""
        if len(self.elements) > 1:
            space: Space = self.elements[0].comma.whitespace_after
            return _split(space)[1] if isinstance(space, cst.ParenthesizedWhitespace) else space
        if isinstance(self.after_open, cst.ParenthesizedWhitespace):
            return without_comments(self.after_open)
        return cst.SimpleWhitespace(" ")


def _no_comma() -> cst.MaybeSentinel:
    return cst.MaybeSentinel.DEFAULT


def _has_comments(space: Space) -> bool:
    return isinstance(space, cst.ParenthesizedWhitespace) and (
        space.first_line.comment is not None
        or any(line.comment is not None for line in space.empty_lines)
    )


def without_comments(space: Space) -> Space:
    """The same gap, its comments aside."""
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=())
    return space


def _split(space: Space) -> tuple[Space, Space]:
    """A gap made into two: the comment at the line's end first, lines of their own second."""
    if isinstance(space, cst.ParenthesizedWhitespace):
        return (
            space.with_changes(empty_lines=()),
            space.with_changes(first_line=cst.TrailingWhitespace()),
        )
    return space, space


def _gap(close: Space, between: Space) -> Space:
    """The gap before a new last element: the comments before the bracket, the usual indentation."""
    if isinstance(close, cst.ParenthesizedWhitespace):
        if isinstance(between, cst.ParenthesizedWhitespace):
            return between.with_changes(first_line=close.first_line, empty_lines=close.empty_lines)
        if close.first_line.comment is None and not close.empty_lines:
            return between
        return close
    return between


def _joined(first: Space, second: Space) -> Space:
    """Two gaps made into one: the inverse of a split."""
    if not isinstance(first, cst.ParenthesizedWhitespace):
        return second if isinstance(second, cst.ParenthesizedWhitespace) else first
    if not isinstance(second, cst.ParenthesizedWhitespace):
        return first
    return second.with_changes(
        first_line=first.first_line, empty_lines=(*first.empty_lines, *second.empty_lines)
    )


def _closing(before: Space, close: Space) -> Space:
    """What stands before the bracket without the last element; no comment swallows it."""
    if isinstance(close, cst.ParenthesizedWhitespace):
        return _joined(before, close)
    if isinstance(before, cst.ParenthesizedWhitespace) and (
        before.first_line.comment is not None or before.empty_lines
    ):
        return before
    return close
