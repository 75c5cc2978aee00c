"""A line of imports: one more name in it, one less, on one line or on several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from fastarch.wire import nodes
from fastarch.wire.import_names import Importing
from fastarch.wire.items import Items
from fastarch.wire.nodes import Statement
from fastarch.wire.syntax import cst

Names = TypeVar("Names", bound="cst.Import | cst.ImportFrom")
Line = TypeVar("Line", bound="cst.SimpleStatementLine | cst.SimpleStatementSuite")


def merged(body: list[Statement], wanted: Importing, before: int | None) -> list[Statement] | None:
    """The block with the name in a line that imports from the same module; None without one."""
    if wanted.name is None or wanted.name == "*":
        return None
    for index in range(len(body) if before is None else before):
        statement = body[index]
        parts = nodes.small(statement)
        if len(parts) != 1 or not isinstance(parts[0], cst.ImportFrom):
            continue
        part = parts[0]
        module, level = nodes.dotted(part.module) or "", len(part.relative)
        if (module, level) != (wanted.module, wanted.level) or isinstance(
            part.names, cst.ImportStar
        ):
            continue
        if wanted.comment is not None and wanted.comment != _comment(statement):
            continue
        # Sorters of imports keep a renamed name on a line of its own, or combine all of them.
        renamed = sum(1 for one in part.names if one.asname is not None)
        if (wanted.alias or renamed == len(part.names)) and not (renamed and len(part.names) > 1):
            continue
        body[index] = statement.with_changes(body=[_with_member(part, wanted)])
        return body
    return None


def _comment(statement: cst.CSTNode) -> str | None:
    line = getattr(statement, "trailing_whitespace", None)
    return line.comment.value if line is not None and line.comment is not None else None


def items_of(part: cst.Import | cst.ImportFrom) -> Items:
    """What a line imports, taken apart."""
    names = part.names
    assert not isinstance(names, cst.ImportStar)
    if isinstance(part, cst.ImportFrom) and part.lpar is not None and part.rpar is not None:
        return Items.of(names, part.lpar.whitespace_after, part.rpar.whitespace_before)
    return Items.of(names, cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def with_items(part: Names, items: Items) -> Names:
    """The line with other names."""
    if not isinstance(part, cst.ImportFrom):
        return part.with_changes(names=items.elements)
    if part.lpar is None or part.rpar is None:
        return part.with_changes(names=items.elements)
    close = cst.SimpleWhitespace("") if items.trailing else items.before_close
    return part.with_changes(
        names=items.closed(),
        lpar=part.lpar.with_changes(whitespace_after=items.after_open),
        rpar=part.rpar.with_changes(whitespace_before=close),
    )


def _with_member(part: cst.ImportFrom, wanted: Importing) -> cst.ImportFrom:
    items = items_of(part)
    names = [cst.ensure_type(alias, cst.ImportAlias).evaluated_name for alias in items.elements]
    index = sorted_index(names, wanted.name or "", (by_type, str, str.casefold))
    changed = with_items(
        part, items.insert(len(names) if index is None else index, _member(wanted))
    )
    assert isinstance(changed, cst.ImportFrom)
    return changed


def _member(wanted: Importing) -> cst.ImportAlias:
    asname = None
    if wanted.alias:
        asname = cst.AsName(
            name=cst.Name(wanted.alias),
            whitespace_before_as=cst.SimpleWhitespace(" "),
            whitespace_after_as=cst.SimpleWhitespace(" "),
        )
    return cst.ImportAlias(name=cst.Name(wanted.name or ""), asname=asname)


def by_type(name: str) -> tuple[int, str]:
    """The order of isort: constants, classes, the rest."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


def sorted_index(
    names: Sequence[str], new: str, keys: Sequence[Callable[[str], Any]]
) -> int | None:
    """Where a name belongs in a list that one of the keys sorts; None where none does."""
    for key in keys:
        ordered = [key(name) for name in names]
        if ordered == sorted(ordered):
            place = key(new)
            return sum(1 for one in ordered if one <= place)
    return None


def without_part(statement: Line, index: int) -> Line:
    """A line of several statements without one of them."""
    parts = list(statement.body)
    parts.pop(index)
    if index == len(parts):
        parts[-1] = parts[-1].with_changes(semicolon=statement.body[-1].semicolon)
    changed: Line = statement.with_changes(body=parts)  # type: ignore[assignment]
    return changed
