"""Import lines that grow too long: into parentheses and, when names leave, out of them again."""

from __future__ import annotations

from collections.abc import Sequence

from fastarch.wire import nodes, tree
from fastarch.wire.import_lines import items_of, with_items
from fastarch.wire.import_names import Importing, find
from fastarch.wire.nodes import Statement
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source

_WIDTH = 88

Wrapped = tuple[tuple[str, int], ...]


def width_of(module: cst.Module) -> int:
    """How long import lines may be: as the longest one there, and at least 88 columns."""
    return max([_WIDTH, *map(_width, module.body)])


@nodes.by_node
def _width(statement: cst.CSTNode) -> int:
    """The width of an import of several names that is alone on its line, without a comment."""
    parts = nodes.small(statement)
    space = getattr(statement, "trailing_whitespace", None)
    if len(parts) == 1 and isinstance(parts[0], cst.ImportFrom) and space is not None:
        names = parts[0].names
        if space.comment is None and not isinstance(names, cst.ImportStar) and len(names) > 1:
            line = nodes.code(parts[0])
            return 0 if "\n" in line or "(" in line else len(line)
    return 0


def fit(source: Source, path: Path, wanted: Importing, width: int, *, added: bool) -> None:
    """Wrap the line that has got an import, if it is too long now; remember it.

    What was wrapped before because it has to be is remembered too: whoever is the last one to leave
    makes it one line again.

    Args:
        source: The module, with the import.
        path: The block of the import.
        wanted: The import.
        width: What the lines had at most before.
        added: It was not there before.
    """
    body = source.body(path)
    found = find(body, wanted)
    if found is None:
        return
    index, _, member = found
    statement = body[index]
    parts = nodes.small(statement)
    space = getattr(statement, "trailing_whitespace", None)
    if len(parts) != 1 or space is None or space.comment is not None:
        return
    part = parts[0]
    if not isinstance(part, cst.ImportFrom) or isinstance(part.names, cst.ImportStar):
        return
    room = width - source.indentation(path)
    text = nodes.code(part)
    if part.lpar is None:
        if added and len(text) > room and text == _flat(part):
            body[index] = _with_text(source, statement, _tall(source, part))
            source.set_body(path, body)
            source.wrapped[_key(part)] = width
        return
    before = part
    if added and len(part.names) > 1:
        before = with_items(part, items_of(part).remove(member))
    if text == _tall(source, part) and len(_flat(before)) > room:
        # The line that this very edit has wrapped may have been the longest one.
        source.wrapped.setdefault(_key(part), width)


def unwrap(source: Source, wrapped: Wrapped, function: str | None) -> None:
    """Make lines that an edit had to wrap one line again, if they are short enough by now.

    Args:
        source: The module, after the edit was taken back.
        wrapped: What the edit remembered.
        function: Qualified name of the function that the edit works in.
    """
    widths = dict(wrapped)
    for scope in dict.fromkeys(((), tree.scope(source, function))):
        for path, statement in list(tree.statements(source, scope)):
            parts = nodes.small(statement)
            if len(parts) != 1 or not isinstance(parts[0], cst.ImportFrom):
                continue
            part = parts[0]
            width = widths.get(_key(part))
            if width is None or isinstance(part.names, cst.ImportStar) or part.lpar is None:
                continue
            flat = _flat(part)
            fits = len(flat) <= width - source.indentation(path[:-2])
            if fits and nodes.code(part) == _tall(source, part):
                assert isinstance(statement, cst.SimpleStatementLine)
                source.set(path, _with_text(source, statement, flat))


def _key(part: cst.ImportFrom) -> str:
    return "." * len(part.relative) + (nodes.dotted(part.module) or "")


def _names(part: cst.ImportFrom) -> Sequence[str]:
    assert not isinstance(part.names, cst.ImportStar)
    return [nodes.element_code(one) for one in part.names]


def _flat(part: cst.ImportFrom) -> str:
    return f"from {_key(part)} import {', '.join(_names(part))}"


def _tall(source: Source, part: cst.ImportFrom) -> str:
    indent = source.module.default_indent
    lines = "".join(f"{indent}{name},\n" for name in _names(part))
    return f"from {_key(part)} import (\n{lines})"


def _with_text(source: Source, statement: Statement, text: str) -> Statement:
    """The line with other text, under the same comments and blank lines."""
    new = tree.parse_line(text, source.module)
    assert isinstance(new, cst.SimpleStatementLine)
    return statement.with_changes(body=new.body)
