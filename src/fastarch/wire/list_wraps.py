"""Lists that grow too long for their line: an element on each and, when they shrink, one again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from fastarch.wire import nodes
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.items import Items
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    Shape: TypeAlias = Callable[[Any, Items], cst.CSTNode]


def fit(source: Source, path: Path, new: int, key: str, width: int, shape: Shape) -> None:
    """Wrap the list that has got an element, if its line is too long now; remember it.

    As with imports, what was wrapped before because it has to be is remembered too.

    Args:
        source: The module, with the list.
        path: Where the list is.
        new: The index of the new element.
        key: What to remember it by.
        width: How long lines may be.
        shape: Gives a list these items.
    """
    node: Any = source.get(path)
    elements = tuple(node.elements)
    others = (*elements[:new], *elements[new + 1 :])
    line = _line(source, path, node)
    if line is None or not others:
        return
    margin, rest = line
    before = shape(node, _flat(others))
    if nodes.code(node) == nodes.code(shape(node, _flat(elements))):
        if rest + len(nodes.code(before)) <= width < rest + len(nodes.code(node)):
            source.set(path, shape(node, _tall(source, elements, margin)))
            source.wrapped[key] = width
    elif _is_tall(source, node, margin, shape) and rest + len(nodes.code(before)) > width:
        source.wrapped.setdefault(key, width)


def release(source: Source, path: Path, key: str, wrapped: Wrapped, shape: Shape) -> None:
    """Make a list that an edit had to wrap one line again, if it is short enough by now.

    Args:
        source: The module, after the element was removed.
        path: Where the list is.
        key: What it is remembered by.
        wrapped: What the edit remembered.
        shape: Gives a list these items.
    """
    node: Any = source.get(path)
    width, line = dict(wrapped).get(key), _line(source, path, node)
    if width is None or line is None or not node.elements:
        return
    margin, rest = line
    flat = shape(node, _flat(node.elements))
    if _is_tall(source, node, margin, shape) and rest + len(nodes.code(flat)) <= width:
        source.set(path, flat)


def _line(source: Source, path: Path, node: cst.CSTNode) -> tuple[str, int] | None:
    """The margin of the line that a list begins on, and how much of it is not the list's."""
    at = _statement(source, path)
    code = nodes.code(node)
    if not code.startswith(("[", "(", "{")):
        return None
    text = nodes.code(source.get(at))
    if text.count(code) != 1:
        return None
    before, _, after = text.partition(code)
    head, tail = before.rpartition("\n")[2], after.partition("\n")[0]
    margin = head[: len(head) - len(head.lstrip())]
    return margin, source.indentation(at) + len(head) + len(tail)


def _statement(source: Source, path: Path) -> Path:
    """The path of the innermost statement on the way to a node."""
    kinds = (cst.SimpleStatementLine, cst.BaseCompoundStatement)
    found: Path = ()
    node: object = source.module
    for at, step in enumerate(path, 1):
        node = node[step] if isinstance(step, int) else getattr(node, step)  # type: ignore[index]
        if isinstance(node, kinds):
            found = path[:at]
    return found


def _is_tall(source: Source, node: cst.CSTNode, margin: str, shape: Shape) -> bool:
    tall = shape(node, _tall(source, getattr(node, "elements", ()), margin))
    return nodes.code(tall) == nodes.code(node)


def _flat(elements: Sequence[Any]) -> Items:
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    last = elements[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return Items((*(one.with_changes(comma=comma) for one in elements[:-1]), last))


def _tall(source: Source, elements: Sequence[Any], margin: str) -> Items:
    inner, outer = (
        cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(text))
        for text in (margin + source.module.default_indent, margin)
    )
    comma = cst.Comma(whitespace_after=inner)
    last = elements[-1].with_changes(comma=cst.Comma())
    found = (*(one.with_changes(comma=comma) for one in elements[:-1]), last)
    return Items(found, inner, outer, trailing=True)
