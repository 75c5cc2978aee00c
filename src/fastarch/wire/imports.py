"""Add an import where its kin are, in their shape."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst

from fastarch.wire import tree
from fastarch.wire.items import Items
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import BLANK, Path, Source, Statement, Unable

_PACKAGES = frozenset({
    "aiosqlite", "alembic", "argon2", "asgi_correlation_id", "asyncpg", "authlib", "celery",
    "dotenv", "fastapi", "fastapi_pagination", "httpx", "httpx2", "jwt", "limits", "loguru",
    "obstore", "prometheus_client", "psycopg", "pwdlib", "pydantic", "pydantic_core",
    "pydantic_settings", "pytest", "pytest_asyncio", "redis", "rq", "sentry_sdk", "sqlalchemy",
    "sqlmodel", "starlette", "structlog", "taskiq", "typing_extensions", "uvicorn",
})  # fmt: skip
_TWINS = ({"typing", "collections.abc", "typing_extensions"},)


@dataclass(frozen=True, slots=True)
class AddImport(PythonEdit):
    """``from module import name as alias``; ``import module as alias`` where name is None.

    Args:
        module: Dotted; empty for ``from . import name``.
        level: Leading dots.
        function: Qualified name of the function whose body gets the import; None for the module.
        type_checking: It goes under ``if TYPE_CHECKING:``.
        comment: A comment that the new line carries (``# noqa: F401``); it is a line of its own then.
    """

    module: str
    name: str | None = None
    alias: str | None = None
    level: int = 0
    function: str | None = None
    type_checking: bool = False
    comment: str | None = None

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
            put_import(source, path, self)
        return ()

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the import, unless its name is used."""
        take_import(source, tree.scope(source, self.function), self)
        return ()


def statement_text(wanted: AddImport) -> str:
    """The import as one line of code."""
    tail = f" as {wanted.alias}" if wanted.alias else ""
    end = f"  {wanted.comment}" if wanted.comment else ""
    if wanted.name is None:
        return f"import {wanted.module}{tail}{end}"
    return f"from {'.' * wanted.level}{wanted.module} import {wanted.name}{tail}{end}"


def put_import(source: Source, path: Path, wanted: AddImport, *, before: int | None = None) -> None:
    """Add an import to the block at a path, or leave the module as it is where it is there.

    Args:
        before: Index of the statement that needs the import; it goes no later.

    Raises:
        Unable: The name is bound to something else there.
    """
    body = source.body(path)
    if present(body, wanted):
        return
    clash(source, path, wanted)
    body = _merged(body, wanted, before) or _placed(source, body, wanted, before, bool(path))
    source.set_body(path, body)


def take_import(source: Source, path: Path, wanted: AddImport, *, unless_used: bool = True) -> None:
    """Remove an import from the block at a path, unless its name is used in the module."""
    if wanted.type_checking:
        _take_type_checking(source, wanted)
        return
    body = source.body(path)
    found = find(body, wanted)
    if found is None or (unless_used and _used(source, body, wanted)):
        return
    lead = tree.leading(body[found[0]])
    count = len(body)
    body = _without(body, *found)
    if not path and found[0] == len(body) < count and not tree.blanks(lead):
        source.module = source.module.with_changes(footer=(*lead, *source.module.footer))
    source.set_body(path, body or ([_pass()] if path else []))


def unused(source: Source, wanted: Sequence[AddImport]) -> tuple[str, ...]:
    """The imports among these that are there although nothing uses them: the app's own business."""
    body = source.body()
    return tuple(
        sorted({one.bound for one in wanted if present(body, one) and not _used(source, body, one)})
    )


def _pass() -> Statement:
    return cst.SimpleStatementLine([cst.Pass()])


def _used(source: Source, body: Sequence[Statement], wanted: AddImport) -> bool:
    if source.uses(wanted.bound) == 0:
        return False
    if wanted.name is None and wanted.alias is None:
        # ``import a.b`` binds ``a``: another import of ``a`` does not make this one superfluous.
        return _dotted_used(source, wanted.module)
    return True


def _dotted_used(source: Source, module: str) -> bool:
    for statement in source.module.body:
        if not tree.is_import(statement):
            for node in tree.walk(statement):
                name = tree.dotted(node)
                if name is not None and (name == module or name.startswith(module + ".")):
                    return True
    return False


# --- what is there


def members(part: cst.CSTNode) -> list[AddImport]:
    """What a small statement imports; a star import is a member named ``*``."""
    if isinstance(part, cst.Import):
        return [
            AddImport(tree.dotted(alias.name) or "", None, _alias(alias)) for alias in part.names
        ]
    if isinstance(part, cst.ImportFrom):
        module, level = tree.dotted(part.module) or "", len(part.relative)
        if isinstance(part.names, cst.ImportStar):
            return [AddImport(module, "*", None, level)]
        return [
            AddImport(module, tree.dotted(alias.name), _alias(alias), level) for alias in part.names
        ]
    return []


def _alias(alias: cst.ImportAlias) -> str | None:
    if alias.asname is None:
        return None
    return alias.asname.name.value if isinstance(alias.asname.name, cst.Name) else None


def same(one: AddImport, two: AddImport) -> bool:
    """Do two imports bind the same name to the same thing?"""
    if (one.name, one.level, one.bound) != (two.name, two.level, two.bound):
        return False
    if one.module == two.module:
        return True
    return any(one.module in twins and two.module in twins for twins in _TWINS)


def find(body: Sequence[Statement], wanted: AddImport) -> tuple[int, int, int] | None:
    """Indexes of the statement, of its part and of the member that is the import."""
    for index, statement in enumerate(body):
        for part_index, part in enumerate(tree.small(statement)):
            for member_index, member in enumerate(members(part)):
                if same(member, wanted):
                    return index, part_index, member_index
    return None


def present(body: Sequence[Statement], wanted: AddImport) -> bool:
    """Is the import there, at this level or in both branches of a ``try``?"""
    if find(body, wanted) is not None:
        return True
    return any(
        isinstance(statement, cst.Try)
        and any(same(m, wanted) for node in tree.walk(statement) for m in members(node))
        for statement in body
    )


def clash(source: Source, path: Path, wanted: AddImport) -> None:
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
            raise Unable(f"the name {wanted.bound} is already taken in the module")


def bindings(statement: cst.CSTNode) -> set[str]:
    """The names that a statement itself binds, what stands inside its blocks aside."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return {statement.name.value}
    found: set[str] = set()
    for part in tree.small(statement):
        found.update(tree.targets(part))
        found.update(member.bound for member in members(part))
        if isinstance(part, cst.TypeAlias):
            found.add(part.name.value)
    return found


# --- merging into ``from x import a, b``


def _merged(body: list[Statement], wanted: AddImport, before: int | None) -> list[Statement] | None:
    if wanted.name is None or wanted.name == "*" or wanted.comment:
        return None
    for index in range(len(body) if before is None else before):
        statement = body[index]
        parts = tree.small(statement)
        if len(parts) != 1 or not isinstance(parts[0], cst.ImportFrom):
            continue
        part = parts[0]
        module, level = tree.dotted(part.module) or "", len(part.relative)
        if (module, level) != (wanted.module, wanted.level) or isinstance(
            part.names, cst.ImportStar
        ):
            continue
        if _comment(statement) is not None:
            continue
        body[index] = statement.with_changes(body=[_with_member(part, wanted)])
        return body
    return None


def _comment(statement: cst.CSTNode) -> str | None:
    line = getattr(statement, "trailing_whitespace", None)
    return line.comment.value if line is not None and line.comment is not None else None


def _items(part: cst.Import | cst.ImportFrom) -> Items:
    names = part.names
    assert not isinstance(names, cst.ImportStar)
    if isinstance(part, cst.ImportFrom) and part.lpar is not None and part.rpar is not None:
        return Items.of(names, part.lpar.whitespace_after, part.rpar.whitespace_before)
    return Items.of(names, cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _with_items(part: Any, items: Items) -> Any:
    if getattr(part, "lpar", None) is None:
        return part.with_changes(names=items.elements)
    close = cst.SimpleWhitespace("") if items.trailing else items.before_close
    return part.with_changes(
        names=items.closed(),
        lpar=part.lpar.with_changes(whitespace_after=items.after_open),
        rpar=part.rpar.with_changes(whitespace_before=close),
    )


def _with_member(part: cst.ImportFrom, wanted: AddImport) -> cst.ImportFrom:
    items = _items(part)
    names = [cst.ensure_type(alias, cst.ImportAlias).evaluated_name for alias in items.elements]
    index = sorted_index(names, wanted.name or "", (_by_type, str, str.casefold))
    changed = _with_items(
        part, items.insert(len(names) if index is None else index, _member(wanted))
    )
    assert isinstance(changed, cst.ImportFrom)
    return changed


def _member(wanted: AddImport) -> cst.ImportAlias:
    asname = None
    if wanted.alias:
        asname = cst.AsName(
            name=cst.Name(wanted.alias),
            whitespace_before_as=cst.SimpleWhitespace(" "),
            whitespace_after_as=cst.SimpleWhitespace(" "),
        )
    return cst.ImportAlias(name=cst.Name(wanted.name or ""), asname=asname)


def _by_type(name: str) -> tuple[int, str]:
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


# --- a line of its own


def _root(wanted: AddImport) -> str:
    return "." if wanted.level else wanted.module.partition(".")[0]


def _section(wanted: AddImport) -> int:
    root = _root(wanted)
    if root == ".":
        return 4
    if root == "__future__":
        return 0
    if root in sys.stdlib_module_names:
        return 1
    return 2 if root in _PACKAGES else 3


def _kinship(one: AddImport, two: AddImport) -> int:
    """How many leading segments two imports share; 0 for strangers."""
    if bool(one.level) != bool(two.level):
        return 0
    first = ["."] * one.level + one.module.split(".")
    second = ["."] * two.level + two.module.split(".")
    if one.level != two.level:
        return 1
    shared = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        shared += 1
    return shared


def _placed(
    source: Source, body: list[Statement], wanted: AddImport, before: int | None, local: bool
) -> list[Statement]:
    line = tree.parse_line(statement_text(wanted), source.module)
    end = len(body) if before is None else before
    lines = [index for index in range(end) if tree.is_import(body[index])]
    best = 0
    kin: list[int] = []
    for index in lines:
        near = max(_kinship(m, wanted) for part in tree.small(body[index]) for m in members(part))
        if near > best:
            best, kin = near, []
        if near == best and near:
            kin.append(index)
    if kin:
        return _beside(body, kin, line, wanted, end)
    if local:
        place = max(lines) + 1 if lines else (1 if body and tree.is_docstring(body[0]) else 0)
        return [*body[:place], line, *body[place:]]
    return _own_group(source, body, lines, line, wanted)


def _starts_group(body: Sequence[Statement], index: int) -> bool:
    if index == 0 or not tree.is_import(body[index - 1]):
        return True
    return any(line.comment is None for line in tree.leading(body[index]))


def _group(body: Sequence[Statement], index: int, end: int) -> tuple[int, int]:
    start = index
    while not _starts_group(body, start):
        start -= 1
    stop = index + 1
    while stop < end and tree.is_import(body[stop]) and not _starts_group(body, stop):
        stop += 1
    return start, stop


def _beside(
    body: list[Statement], kin: list[int], line: Statement, wanted: AddImport, end: int
) -> list[Statement]:
    start, stop = _group(body, kin[-1], end)
    place = _place_in_group(body, start, stop, wanted)
    if place is None:
        place = kin[-1] + 1
    if place == start:
        head = tree.leading(body[start])
        if start > 0 and not tree.blanks(head):
            place = start + 1
        else:
            line = tree.with_leading(line, head)
            body[start] = tree.with_leading(body[start], ())
    body.insert(place, line)
    return body


def _place_in_group(
    body: Sequence[Statement], start: int, stop: int, wanted: AddImport
) -> int | None:
    """Where the import belongs in a sorted group; None where the group is not sorted."""
    firsts = [members(tree.small(body[index])[0])[0] for index in range(start, stop)]

    def by_isort(one: AddImport) -> tuple[Any, ...]:
        return one.name is not None, *by_module(one)

    def by_module(one: AddImport) -> tuple[Any, ...]:
        return _section(one), -one.level, one.module.casefold(), one.module

    for key in (by_isort, by_module):
        ordered = [key(one) for one in firsts]
        if ordered == sorted(ordered):
            place = key(wanted)
            return start + sum(1 for one in ordered if one <= place)
    return None


def _own_group(
    source: Source, body: list[Statement], lines: list[int], line: Statement, wanted: AddImport
) -> list[Statement]:
    """A new group among the imports at the module's head, in the order of the sections."""
    first = 1 if body and tree.is_docstring(body[0]) else 0
    head = [index for index in lines if all(_is_head(one) for one in body[first:index])]
    section = _section(wanted)
    for index in head:
        theirs = [_section(m) for part in tree.small(body[index]) for m in members(part)]
        if section and theirs and min(theirs) == section and section < 3:
            return _beside(
                body, [i for i in head if _has_section(body[i], section)], line, wanted, len(body)
            )
    after = [index for index in head if not _has_later(body[index], section)]
    if after:
        place = after[-1] + 1
        return [*body[:place], tree.with_leading(line, [BLANK]), *body[place:]]
    if not body:
        footer = list(source.module.footer)
        last = max((i for i, one in enumerate(footer) if one.comment is not None), default=-1)
        source.module = source.module.with_changes(footer=footer[last + 1 :])
        return [tree.with_leading(line, footer[: last + 1])]
    if first == len(body):
        return [*body, tree.with_leading(line, [BLANK])]
    follower = body[first]
    lead = tree.leading(follower)
    if first and lead and lead[0].comment is None:
        return [*body[:first], tree.with_leading(line, [BLANK]), *body[first:]]
    body[first] = tree.with_leading(follower, _gap_before(follower))
    return [*body[:first], tree.with_leading(line, lead), *body[first:]]


def _gap_before(statement: cst.CSTNode) -> list[cst.EmptyLine]:
    return [BLANK] * (2 if isinstance(statement, cst.FunctionDef | cst.ClassDef) else 1)


def _is_head(statement: cst.CSTNode) -> bool:
    return not isinstance(statement, cst.FunctionDef | cst.ClassDef)


def _has_section(statement: cst.CSTNode, section: int) -> bool:
    return any(_section(m) == section for part in tree.small(statement) for m in members(part))


def _has_later(statement: cst.CSTNode, section: int) -> bool:
    return any(_section(m) > section for part in tree.small(statement) for m in members(part))


# --- taking away


def _without(
    body: list[Statement], index: int, part_index: int, member_index: int
) -> list[Statement]:
    statement = body[index]
    assert isinstance(statement, cst.SimpleStatementLine)
    part: Any = statement.body[part_index]
    if len(members(part)) > 1:
        parts = list(statement.body)
        parts[part_index] = _with_items(part, _items(part).remove(member_index))
        body[index] = statement.with_changes(body=parts)
        return body
    if len(statement.body) > 1:
        body[index] = without_part(statement, part_index)
        return body
    return without_statement(body, index)


def without_part(statement: cst.SimpleStatementLine, index: int) -> cst.SimpleStatementLine:
    """A line of several statements without one of them."""
    parts = list(statement.body)
    parts.pop(index)
    if index == len(parts):
        parts[-1] = parts[-1].with_changes(semicolon=statement.body[-1].semicolon)
    return statement.with_changes(body=parts)


def without_statement(body: list[Statement], index: int) -> list[Statement]:
    """A block without one of its import lines; the blank lines that it brought go too."""
    removed, rest = body[index], [*body[:index], *body[index + 1 :]]
    lead = tree.leading(removed)
    if index == len(rest):
        return rest
    follower = rest[index]
    theirs = tree.leading(follower)
    alone = _starts_group(body, index) and (
        not tree.is_import(follower) or _starts_group(body, index + 1)
    )
    if alone:
        opened = index == 0 or (not lead and tree.is_docstring(body[index - 1]))
        ours = len(theirs) if index == 0 else len(_gap_before(follower))
        if opened and tree.blanks(theirs) and len(theirs) == ours:
            theirs = ()
        elif index and tree.blanks(lead):
            lead = ()
        rest[index] = tree.with_leading(follower, (*lead, *theirs))
    elif _starts_group(body, index) or not tree.blanks(lead):
        rest[index] = tree.with_leading(follower, (*lead, *theirs))
    return rest


# --- ``if TYPE_CHECKING:``

_CHECKING = AddImport("typing", "TYPE_CHECKING")


def is_type_checking(statement: cst.CSTNode) -> bool:
    """Is the statement ``if TYPE_CHECKING:``?"""
    return isinstance(statement, cst.If) and tree.dotted(statement.test) in {
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
        "t.TYPE_CHECKING",
    }


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
    lines = [index for index, one in enumerate(body) if tree.is_import(one)]
    head = [i for i in lines if all(_is_head(one) or tree.is_docstring(one) for one in body[:i])]
    place = (head or lines)[-1] + 1
    text = f"if TYPE_CHECKING:\n    {statement_text(wanted)}\n"
    block = tree.with_leading(tree.parse_line(text, source.module), [BLANK])
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
        rest = _without(body, *found)
        if rest:
            source.set_body(path, rest)
            return
        outer = source.body()
        outer.pop(index)
        source.set_body((), outer)
        take_import(source, (), _CHECKING)
        return
