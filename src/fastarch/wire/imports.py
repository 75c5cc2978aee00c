"""Add an import where its kin are, in their shape."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fastarch.records import dataclass
from fastarch.wire import nodes, tree, usage
from fastarch.wire.import_lines import merged
from fastarch.wire.import_names import (
    Importing,
    bindings,
    find,
    is_type_checking,
    present,
    statement_text,
)
from fastarch.wire.import_places import Site, is_head, placed, without
from fastarch.wire.import_wraps import Wrapped, fit, width_of
from fastarch.wire.nodes import Statement, blank
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source, Unable


@dataclass(frozen=True, slots=True)
class AddImport(PythonEdit):
    """``from module import name as alias``; ``import module as alias`` where name is None.

    Args:
        module: Dotted; empty for ``from . import name``.
        level: Leading dots.
        function: Qualified name of the function whose body gets the import; None for the module.
        type_checking: It goes under ``if TYPE_CHECKING:``.
        comment: A comment that the new line carries (``# noqa: F401``), a line of its own.
        wrapped: Modules whose import line had to be wrapped, with the width that it had to keep to.
        beside: Names whose imports are its kin where no import is from the same package.
    """

    module: str
    name: str | None = None
    alias: str | None = None
    level: int = 0
    function: str | None = None
    type_checking: bool = False
    comment: str | None = None
    wrapped: Wrapped = ()
    beside: tuple[str, ...] = ()

    @property
    def bound(self) -> str:
        """The name that the import binds."""
        return self.alias or self.name or self.module.partition(".")[0]

    def paste(self) -> str:
        """The line itself."""
        return statement_text(self)

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the import."""
        if self.type_checking:
            _put_type_checking(source, self)
            return ()
        path = tree.scope(source, self.function)
        if not (path and present(source.body(), self)):
            put_import(source, path, self, beside=self.beside)
        return ()

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the import, unless its name is used."""
        if self.type_checking:
            _take_type_checking(source, self)
        else:
            take_import(source, tree.scope(source, self.function), self)
        return ()


def put_import(
    source: Source,
    path: Path,
    wanted: Importing,
    *,
    before: int | None = None,
    beside: Collection[str] = (),
) -> None:
    """Add an import to the block at a path, or leave the module as it is where it is there.

    Args:
        source: The module.
        path: The block.
        wanted: The import.
        before: Index of the statement that needs the import; it goes no later.
        beside: Names whose imports are its kin where no import is from the same package.

    Raises:
        Unable: The name is bound to something else there.
    """
    body = source.body(path)
    width = width_of(source.module)
    if present(body, wanted):
        fit(source, path, wanted, width, added=False)
        return
    clash(source, path, wanted)
    if not path and not body:
        lead, source.module = tree.split_footer(source.module)
        line = tree.parse_line(statement_text(wanted), source.module)
        body = [nodes.with_leading(line, lead)]
    elif (found := merged(body, wanted, before)) is not None:
        body = found
    else:
        line = tree.parse_line(statement_text(wanted), source.module)
        last = body[-1] if body and source.touches_end(path) else None
        body = placed(body, wanted, line, Site(before, bool(path), beside))
        if len(body) > 1 and last is body[-2] and nodes.is_import(last):
            body[-2:] = _before_the_end(body[-2], body[-1])
    source.set_body(path, body)
    fit(source, path, wanted, width, added=True)


def _before_the_end(last: Statement, line: Statement) -> list[Statement]:
    """A new line before the last one of a file without a line end, which so stays as it is."""
    if nodes.leading(line):
        return [last, line]
    return [nodes.with_leading(line, nodes.leading(last)), nodes.with_leading(last, ())]


def take_import(source: Source, path: Path, wanted: Importing, *, unless_used: bool = True) -> None:
    """Remove an import from the block at a path, unless its name is used in the module."""
    body = source.body(path)
    found = find(body, wanted)
    if found is None or (unless_used and _used(source, wanted, path)):
        return
    lead = nodes.leading(body[found[0]])
    count = len(body)
    body = without(body, *found)
    if not path and found[0] == len(body) < count and not nodes.blanks(lead):
        source.module = source.module.with_changes(footer=(*lead, *source.module.footer))
    source.set_body(path, body or ([_pass()] if path else []))


def unused(source: Source, wanted: Sequence[AddImport]) -> tuple[str, ...]:
    """The imports among these that are there although nothing uses them: the app's own business."""
    body = source.body()
    return tuple(
        sorted({one.bound for one in wanted if present(body, one) and not _used(source, one)})
    )


def put_imports(source: Source, wanted: Sequence[AddImport]) -> None:
    """Add imports, each where it says."""
    for one in wanted:
        one.put(source)


def take_imports(source: Source, wanted: Sequence[AddImport], foreign: Sequence[str]) -> None:
    """Remove imports that nothing uses any more, those aside that were there before."""
    for one in reversed(wanted):
        if one.bound not in foreign:
            one.take(source)


def _pass() -> Statement:
    return cst.SimpleStatementLine([cst.Pass()])


def _used(source: Source, wanted: Importing, path: Path = ()) -> bool:
    if path:
        return usage.count_names(source.module.body[int(path[1])])[wanted.bound] > 0
    if source.uses(wanted.bound) == 0:
        return False
    if wanted.name is None and wanted.alias is None and "." in wanted.module:
        # It binds ``a``: where ``import a.b`` is used, ``import a.c`` need not be.
        return _dotted_used(source, wanted.module)
    return True


def _dotted_used(source: Source, module: str) -> bool:
    for statement in source.module.body:
        if not nodes.is_import(statement):
            for node in nodes.walk(tree.unfolded(statement, source.module)):
                name = nodes.dotted(node)
                if name is not None and (name == module or name.startswith(module + ".")):
                    return True
    return False


def clash(source: Source, path: Path, wanted: Importing) -> None:
    """Refuse a name that is bound to something else in the block.

    Raises:
        Unable: It is.
    """
    if wanted.name is None and wanted.alias is None:
        return
    if wanted.name == "*":
        return
    for place, statement in tree.statements(source, path):
        if path == () and _type_checking(source, place):
            continue
        if wanted.bound in bindings(statement):
            line = tree.line_of(source, wanted.bound)
            raise Unable(f"the name {wanted.bound} is already taken in the module (line {line})")


def type_checking_names(source: Source) -> set[str]:
    """The names that are imported for type checkers alone."""
    return {
        name for one in source.module.body if is_type_checking(one) for name in usage.bound_by(one)
    }


_CHECKING = AddImport("typing", "TYPE_CHECKING")


def _type_checking(source: Source, place: Path) -> bool:
    return len(place) > 2 and is_type_checking(source.get(place[:2]))


def _put_type_checking(source: Source, wanted: AddImport) -> None:
    body = source.body()
    if present(body, wanted):
        return
    for index, statement in enumerate(body):
        if is_type_checking(statement):
            put_import(source, ("body", index, "body"), wanted)
            return
    put_import(source, (), _CHECKING)
    body = source.body()
    lines = [index for index, one in enumerate(body) if nodes.is_import(one)]
    head = [i for i in lines if all(is_head(one) or nodes.is_docstring(one) for one in body[:i])]
    place = (head or lines)[-1] + 1
    text = f"if TYPE_CHECKING:\n    {statement_text(wanted)}\n"
    block = nodes.with_leading(tree.parse_line(text, source.module), [blank()])
    source.set_body((), [*body[:place], block, *body[place:]])


def _take_type_checking(source: Source, wanted: AddImport) -> None:
    for index, statement in enumerate(source.module.body):
        if not is_type_checking(statement):
            continue
        path: Path = ("body", index, "body")
        body = source.body(path)
        found = find(body, wanted)
        if found is None or source.uses(wanted.bound):
            continue
        rest = without(body, *found)
        if rest:
            source.set_body(path, rest)
            return
        outer = source.body()
        outer.pop(index)
        source.set_body((), outer)
        take_import(source, (), _CHECKING)
        return
