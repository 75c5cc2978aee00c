"""Include a router beside its siblings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import libcst as cst

from fastarch.wire import calls, tree
from fastarch.wire.imports import (
    AddImport,
    bindings,
    find,
    members,
    put_import,
    statement_text,
    take_import,
    unused,
)
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Path, Source, Unable

_WIDTH = 88


@dataclass(frozen=True, slots=True)
class IncludeRouter(PythonEdit):
    """``on.include_router(products.router, prefix=…)`` after the last sibling in the same scope.

    Args:
        on: What routers are included on: ``app``, ``api_router``, ``self.app``.
        module: Dotted module that defines the router; empty where the router is a name of this very
            module.
        attribute: The router's name in its module.
        form: How the import is spelled, as in ``RouterSite``.
        bound: The name that the import binds (forms ``module`` and ``alias``); where it is None, the
            module's last part, or the attribute.
        level: Leading dots of the import.
        function: Qualified name of the function that includes; None for the module.
        local: The import goes inside the function.
        arguments: Further keyword arguments, as source.
        imports: What the arguments need.
        foreign: Names whose imports were there, unused, before the edit.
    """

    on: str
    module: str
    attribute: str = "router"
    form: Literal["module", "name", "alias", "dotted"] = "module"
    bound: str | None = None
    level: int = 0
    function: str | None = None
    local: bool = False
    arguments: tuple[tuple[str, str], ...] = ()
    imports: tuple[AddImport, ...] = ()
    foreign: tuple[str, ...] = ()

    def importing(self, bound: str | None = None) -> AddImport | None:
        """The import of the router; None where there is nothing to import."""
        if not self.module and not self.level:
            return None
        bound = bound or self.bound
        package, _, last = self.module.rpartition(".")
        if self.form == "dotted" and not self.level:
            return AddImport(self.module)
        if self.form in {"name", "alias"}:
            alias = bound if bound not in {None, self.attribute} else None
            return AddImport(self.module, self.attribute, alias, self.level)
        alias = bound if bound not in {None, last} else None
        if not package and not self.level:
            return AddImport(last, None, alias)
        return AddImport(package, last, alias, self.level)

    def expression(self, bound: str | None = None) -> str:
        """The router as code."""
        wanted = self.importing(bound)
        if wanted is None or (self.form in {"name", "alias"}):
            return wanted.bound if wanted else self.attribute
        if self.form == "dotted" and not self.level:
            return f"{self.module}.{self.attribute}"
        return f"{wanted.bound}.{self.attribute}"

    def parts(
        self, order: Sequence[str] = (), *, keyword: bool = False, bound: str | None = None
    ) -> list[str]:
        """The arguments of the call, keywords in the order of the siblings'."""
        rank = {name: index for index, name in enumerate(order)}
        given = sorted(self.arguments, key=lambda item: rank.get(item[0], len(rank)))
        router = self.expression(bound)
        return [
            f"router={router}" if keyword else router,
            *(f"{name}={value}" for name, value in given),
        ]

    def paste(self) -> str:
        """The import lines and the call."""
        wanted = self.importing()
        lines = [statement_text(one) for one in ((wanted,) if wanted else ()) + self.imports]
        return "\n".join([*lines, f"{self.on}.include_router({', '.join(self.parts())})"])

    def put(self, source: Source) -> tuple[str, ...]:
        """Include the router."""
        scope = tree.scope(source, self.function)
        siblings = calls.calls(source, scope, self.on, ["include_router"])
        if self._find(source, scope, siblings) is not None:
            return ()
        block, index, sibling = calls.position(source, scope, self.on, siblings)
        bound = self._free_name(source, scope)
        index = self._after_definition(source, block, index, scope)
        wanted = self.importing(bound)
        foreign = unused(source, (*((wanted,) if wanted else ()), *self.imports))
        line = _styled(source, block, self, siblings, bound)
        body = source.body(block)
        same = [one for one in siblings if one.path[:-2] == block]
        if sibling is None:
            lead = calls.gap(body, index)
        else:
            lead = (tree.BLANK,) if calls.spaced(source, same) else ()
        body.insert(index, tree.with_leading(line, lead))
        source.set_body(block, body)
        self._import(source, scope, block, index, wanted, same)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the call and what it alone had needed."""
        scope = tree.scope(source, self.function)
        siblings = calls.calls(source, scope, self.on, ["include_router"])
        found = self._find(source, scope, siblings)
        if found is None:
            return ()
        target, imported = found
        calls.remove(source, target)
        if imported is not None and imported.bound not in self.foreign:
            for path in dict.fromkeys((scope, ())):
                take_import(source, path, imported)
        for needed in reversed(self.imports):
            if needed.bound not in self.foreign:
                take_import(source, (), needed)
        return ()

    def _import(
        self,
        source: Source,
        scope: Path,
        block: Path,
        index: int,
        wanted: AddImport | None,
        siblings: Sequence[calls.Found],
    ) -> None:
        inside = bool(scope) and self.local
        if wanted is not None:
            path = block if inside else ()
            limit = index if path == block else int(block[1])
            if path == block and _interleaved(source, block, siblings):
                body = source.body(block)
                if find(body, wanted) is None:
                    last = max(i for i in range(limit) if tree.is_import(body[i]))
                    line = tree.parse_line(statement_text(wanted), source.module)
                    lead = [one for one in tree.leading(body[last]) if one.comment is None]
                    body.insert(index, tree.with_leading(line, lead))
                    source.set_body(block, body)
            else:
                put_import(source, path, wanted, before=limit)
        for needed in self.imports:
            put_import(source, (), needed)

    def _free_name(self, source: Source, scope: Path) -> str | None:
        """The name to bind: the wanted one, ``products_router`` where that is taken."""
        wanted = self.importing()
        if wanted is None or self.form == "dotted":
            return self.bound
        taken = {
            name
            for path in {(), scope}
            for _, statement in tree.statements(source, path)
            for name in bindings(statement)
            if not any(
                _is(member, wanted) for part in tree.small(statement) for member in members(part)
            )
        }
        if wanted.bound not in taken:
            return self.bound
        other = f"{self.module.rpartition('.')[2]}_router"
        if other in taken or other == wanted.bound:
            raise Unable(f"the name {wanted.bound} is already taken in the module")
        return other

    def _find(
        self, source: Source, scope: Path, siblings: Sequence[calls.Found]
    ) -> tuple[calls.Found, AddImport | None] | None:
        """The call that includes this router, and the import that its name comes from."""
        names = self._names(source, scope)
        for one in siblings:
            router = tree.dotted(calls.argument(one.call, 0, "router"))
            if router in names:
                return one, names[router]
        return None

    def _names(self, source: Source, scope: Path) -> dict[str, AddImport | None]:
        """Every expression that means the router in this file, however it was imported."""
        if self.importing() is None:
            return {self.attribute: None}
        whole = f"{self.module}.{self.attribute}"
        found: dict[str, AddImport | None] = {}
        for path in dict.fromkeys(((), scope)):
            for _, statement in tree.statements(source, path):
                for member in (m for part in tree.small(statement) for m in members(part)):
                    target = ".".join(one for one in (member.module, member.name) if one)
                    if member.level != self.level or not f"{whole}.".startswith(f"{target}."):
                        continue
                    plain = member.name is None and member.alias is None
                    found[whole if plain else member.bound + whole[len(target) :]] = member
        return found

    def _after_definition(self, source: Source, block: Path, index: int, scope: Path) -> int:
        """A router of this very module is included after its own definition."""
        if self.importing() is not None or block or scope:
            return index
        for place, statement in enumerate(source.module.body):
            if place >= index and self.attribute in bindings(statement):
                users = (i for i, one in enumerate(source.module.body) if i > place)
                return next(
                    (i for i in users if not _on(source.module.body[i], self.attribute)), place + 1
                )
        return index


def _on(statement: cst.CSTNode, name: str) -> bool:
    return isinstance(statement, cst.FunctionDef | cst.ClassDef) and not tree.is_main_guard(
        statement
    )


def _is(member: AddImport, wanted: AddImport) -> bool:
    return (member.module, member.name, member.level) == (wanted.module, wanted.name, wanted.level)


def _interleaved(source: Source, block: Path, siblings: Sequence[calls.Found]) -> bool:
    """Does each sibling have its import right before it?"""
    body = source.body(block)
    places = [int(one.path[-1]) for one in siblings if isinstance(one.path[-1], int)]
    if len(places) < 2:
        return False
    return any(tree.is_import(body[i]) for i in range(places[0], places[-1]))


def _styled(
    source: Source,
    block: Path,
    edit: IncludeRouter,
    siblings: Sequence[calls.Found],
    bound: str | None,
) -> tree.Statement:
    """The call in the siblings' shape: order of keywords, ``router=``, one line or several."""
    order: list[str] = []
    for one in siblings:
        order += [
            a.keyword.value for a in one.call.args if a.keyword and a.keyword.value not in order
        ]
    keyword = bool(siblings) and all(
        one.call.args and one.call.args[0].keyword is not None for one in siblings
    )
    depth = sum(1 for step in block if step == "body") and _indent_width(source, block)
    lines = edit.parts(order, keyword=keyword, bound=bound)
    flat = f"{edit.on}.include_router({', '.join(lines)})"
    texts = [tree.code(one.call) for one in siblings]
    single = [len(text) for text in texts if "\n" not in text]
    width = max([_WIDTH - depth, *single])
    several = [one for one, text in zip(siblings, texts, strict=True) if len(one.call.args) > 1]
    tall = bool(several) and len(flat) > 0 and _tall(several[0].call, width)
    if len(flat) <= width and not (tall and edit.arguments):
        return tree.parse_line(flat, source.module)
    text = f"{edit.on}.include_router(\n" + "".join(f"    {one},\n" for one in lines) + ")"
    return _with_indent(tree.parse_line(text, source.module), source.module.default_indent)


def _tall(call: cst.Call, width: int) -> bool:
    """Is the call on several lines although it would fit on one?"""
    text = tree.code(call)
    if "\n" not in text:
        return False
    flat = " ".join(line.strip() for line in text.splitlines())
    return len(flat.replace("( ", "(").replace(", )", ")").replace(" )", ")")) <= width


def _indent_width(source: Source, block: Path) -> int:
    width = 0
    for end in range(1, len(block) + 1):
        node = (
            source.get(block[:end])
            if not isinstance(block[end - 1], int) and block[end - 1] == "body" and end > 1
            else None
        )
        if isinstance(node, cst.IndentedBlock):
            width += len((node.indent or source.module.default_indent).expandtabs(4))
    return width


def _with_indent(line: tree.Statement, indent: str) -> tree.Statement:
    """A call on several lines with the file's own indentation."""
    if indent == "    ":
        return line
    assert isinstance(line, cst.SimpleStatementLine)
    part = line.body[0]
    assert isinstance(part, cst.Expr)
    call = part.value
    assert isinstance(call, cst.Call)

    def deeper(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
        if isinstance(space, cst.ParenthesizedWhitespace) and space.last_line.value:
            return space.with_changes(last_line=cst.SimpleWhitespace(indent))
        return space

    args = [
        arg.with_changes(
            comma=arg.comma.with_changes(whitespace_after=deeper(arg.comma.whitespace_after))
        )
        if isinstance(arg.comma, cst.Comma)
        else arg
        for arg in call.args
    ]
    call = call.with_changes(args=args, whitespace_before_args=deeper(call.whitespace_before_args))
    return line.with_changes(body=[part.with_changes(value=call)])
