"""Add a statement that sets an object up: a handler, a middleware, an extension."""

from __future__ import annotations

from fastarch.records import dataclass
from fastarch.wire import call_places, calls, nodes, tree
from fastarch.wire.import_names import statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_imports, take_imports, unused
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source


@dataclass(frozen=True, slots=True)
class AddCall(PythonEdit):
    """A call after the last one of its kind, or after the last statement that sets the object up.

    Args:
        on: The object: ``app``.
        source: The statement: ``app.add_exception_handler(Missing, answer_missing)``.
        function: Qualified name of the function in which it goes; None for the module.
        imports: What it needs.
        foreign: Names whose imports were there, unused, before the edit.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
    """

    on: str
    source: str
    function: str | None = None
    imports: tuple[AddImport, ...] = ()
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The imports and the statement."""
        return "\n".join([*(statement_text(one) for one in self.imports), self.source])

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the statement."""
        scope = tree.scope(source, self.function)
        new = tree.parse_line(self.source, source.module)
        if self._find(source, scope, new) is not None:
            return ()
        foreign = unused(source, self.imports)
        names = [self._method(new)]
        siblings = calls.calls(source, scope, self.on, names) if names[0] else []
        block, index, sibling = call_places.position(source, scope, self.on, siblings)
        if sibling is None:
            body = source.body(block)
            body.insert(index, nodes.with_leading(new, calls.gap(block, body, index)))
            source.set_body(block, body)
        else:
            same = [one for one in siblings if one.path[:-2] == block]
            calls.insert(source, block, index, new, same)
        put_imports(source, self.imports)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the statement."""
        scope = tree.scope(source, self.function)
        new = tree.parse_line(self.source, source.module)
        path = self._find(source, scope, new)
        if path is not None:
            calls.remove_statement(
                source, path, lambda other: self._method(other) == self._method(new)
            )
        take_imports(source, self.imports, self.foreign)
        return ()

    def _find(self, source: Source, scope: Path, new: nodes.Statement) -> Path | None:
        text = nodes.code(new)
        for path, statement in tree.statements(source, scope):
            if isinstance(statement, cst.SimpleStatementLine) and nodes.code(statement) == text:
                return path
        return None

    def _method(self, statement: cst.CSTNode) -> str:
        """The method that is called on the object; empty where the call is another."""
        for part in nodes.small(statement):
            if isinstance(part, cst.Expr) and isinstance(part.value, cst.Call):
                name = nodes.dotted(part.value.func) or ""
                if name.startswith(f"{self.on}."):
                    return name[len(self.on) + 1 :]
        return ""
