"""Include a router beside its siblings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fastarch.records import dataclass
from fastarch.wire import call_places, calls, nodes, tree, usage
from fastarch.wire.call_style import keyword_order, written
from fastarch.wire.import_names import Importing, Member, bindings, find, members, statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import (
    AddImport,
    put_import,
    put_imports,
    take_import,
    take_imports,
    unused,
)
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Path, Source, Unable


@dataclass(frozen=True, slots=True)
class IncludeRouter(PythonEdit):
    """``on.include_router(products.router, prefix=…)`` after the last sibling in the same scope.

    Args:
        on: What routers are included on: ``app``, ``api_router``, ``self.app``.
        module: Dotted module that defines the router; empty where the router is a name of this very
            module.
        attribute: The router's name in its module.
        form: How the import is spelled, as in ``RouterSite``.
        bound: The name that the import binds (forms ``module`` and ``alias``); None for the
            module's last part, or the attribute.
        level: Leading dots of the import.
        function: Qualified name of the function that includes; None for the module.
        local: The import goes inside the function.
        arguments: Further keyword arguments, as source.
        imports: What the arguments need.
        foreign: Names whose imports were there, unused, before the edit.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
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
    wrapped: Wrapped = ()

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
        block, index, sibling = call_places.position(source, scope, self.on, siblings)
        bound = self._free_name(source, scope)
        later = self._after_definition(source, block, index, scope)
        index, sibling = later, sibling if later == index else None
        wanted = self.importing(bound)
        foreign = unused(source, (*((wanted,) if wanted else ()), *self.imports))
        keyword = bool(siblings) and all(
            one.call.args and one.call.args[0].keyword is not None for one in siblings
        )
        parts = self.parts(keyword_order(siblings), keyword=keyword, bound=bound)
        line = written(source, block, f"{self.on}.include_router", parts, siblings)
        body = source.body(block)
        same = [one for one in siblings if one.path[:-2] == block]
        if sibling is None or wanted is None:
            lead = calls.gap(block, body, index) if sibling is None else ()
            if sibling is not None and calls.spaced(source, same):
                lead = (nodes.blank(),)
            body.insert(index, nodes.with_leading(line, lead))
            source.set_body(block, body)
        else:
            index = calls.insert(source, block, index, line, same)
        if wanted is not None:
            self._import(source, (*block, "body", index), wanted, same)
        put_imports(source, self.imports)
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
            block = target.path[:-2] if isinstance(target.path[-1], int) else scope
            for path in dict.fromkeys((block, scope, ())):
                take_import(source, path, imported)
        take_imports(source, self.imports, self.foreign)
        return ()

    def _import(
        self, source: Source, place: Path, wanted: AddImport, siblings: Sequence[calls.Found]
    ) -> None:
        """Import the router for the call at a place: at the top, or where siblings do."""
        block, index = place[:-2], int(place[-1])
        body = source.body(block)
        scope = tree.scope(source, self.function)
        roots = [nodes.dotted(calls.argument(one.call, 0, "router")) or "" for one in siblings]
        beside = frozenset(root.partition(".")[0] for root in roots)
        if _interleaved(body, siblings) and (self.local or not scope):
            last = max(i for i in range(index) if nodes.is_import(body[i]))
            line = tree.parse_line(statement_text(wanted), source.module)
            lead = [one for one in nodes.leading(body[last]) if one.comment is None]
            if not find(body, wanted):
                body.insert(index, nodes.with_leading(line, lead))
                source.set_body(block, body)
            return
        path = scope if self.local else ()
        if block != scope and any(nodes.is_import(one) for one in body):
            path = block
        put_import(source, path, wanted, before=int(place[len(path) + 1]), beside=beside)

    def _free_name(self, source: Source, scope: Path) -> str | None:
        """The name to bind: the wanted one, ``products_router`` where that is taken."""
        wanted = self.importing()
        if wanted is None or self.form == "dotted":
            return self.bound
        taken = {
            name
            for path in {(), scope}
            for _, statement in tree.statements(source, path)
            if not any(
                _is(member, wanted) for part in nodes.small(statement) for member in members(part)
            )
            for name in bindings(statement)
        }
        if wanted.bound not in taken:
            return self.bound
        other = f"{self.module.rpartition('.')[2]}_router"
        if other in taken or other == wanted.bound:
            raise Unable(f"the name {wanted.bound} is already taken in the module")
        return other

    def _find(
        self, source: Source, scope: Path, siblings: Sequence[calls.Found]
    ) -> tuple[calls.Found, Member | None] | None:
        """The call that includes this router, and the import that its name comes from."""
        names = self._names(source, scope)
        for one in siblings:
            router = nodes.dotted(calls.argument(one.call, 0, "router"))
            if router in names:
                return one, names[router]
        return None

    def _names(self, source: Source, scope: Path) -> dict[str, Member | None]:
        """Every expression that means the router in this file, however it was imported."""
        if self.importing() is None:
            return {self.attribute: None}
        whole = f"{self.module}.{self.attribute}"
        found: dict[str, Member | None] = {}
        for path in dict.fromkeys(((), scope)):
            for _, statement in tree.statements(source, path):
                for member in (m for part in nodes.small(statement) for m in members(part)):
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
        body = source.module.body
        users = [i for i, one in enumerate(body) if usage.count_names(one)[self.attribute]]
        users = [i for i in users if not nodes.is_main_guard(body[i])]
        if not users:
            raise Unable(f"{self.attribute} is not defined there")
        if any(call_places.catches_all(one, self.on) for one in body[index : users[-1]]):
            raise Unable(f"{self.attribute} is defined after something that catches every path")
        return max(index, users[-1] + 1)


def _is(member: Importing, wanted: Importing) -> bool:
    return (member.module, member.name, member.level) == (wanted.module, wanted.name, wanted.level)


def _interleaved(body: Sequence[nodes.Statement], siblings: Sequence[calls.Found]) -> bool:
    """Does each sibling have its import right before it?"""
    places = [int(one.path[-1]) for one in siblings]
    if len(places) < 2:
        return False
    return any(nodes.is_import(body[i]) for i in range(places[0], places[-1]))
