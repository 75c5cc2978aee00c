"""Give an environment variable a value before the app is imported, where it has none."""

from __future__ import annotations

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.import_names import statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_import, take_imports, unused
from fastarch.wire.nodes import Statement, blank
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Source


@dataclass(frozen=True, slots=True)
class SetEnvironment(PythonEdit):
    """``os.environ.setdefault(name, value)`` above the first import of the app's own modules.

    Args:
        name: The variable.
        value: An expression.
        packages: Top-level names of the app's own modules.
        imports: What the value needs.
        quote: What strings of the app are written in.
        foreign: Names whose imports were there, unused, before the edit.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
    """

    name: str
    value: str
    packages: tuple[str, ...] = ()
    imports: tuple[AddImport, ...] = ()
    quote: str = '"'
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The imports and the statement."""
        return "\n".join([*(statement_text(one) for one in self._imports()), self._text()])

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the statement."""
        if any(f"{self.name!r}" in text or f'"{self.name}"' in text for text in _said(source)):
            return ()
        foreign = unused(source, self._imports())
        body = source.body()
        index = self._place(body)
        line = tree.parse_line(self._text(), source.module)
        header = _header(body[0]) if body and not index else ()
        if header:
            body[0] = nodes.with_leading(body[0], nodes.leading(body[0])[len(header) :])
        body.insert(index, nodes.with_leading(line, header))
        source.set_body((), body)
        for one in self._imports():
            put_import(source, (), one, before=self._find(source))
        source.set(("body", self._find(source)), nodes.with_leading(line, (blank(),)))
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the statement, unless it was edited."""
        wanted = self._text()
        body = source.body()
        kept = [one for one in body if nodes.code(one) != wanted]
        if len(kept) < len(body):
            source.set_body((), kept)
        take_imports(source, self._imports(), self.foreign)
        return ()

    def _find(self, source: Source) -> int:
        return [nodes.code(one) for one in source.body()].index(self._text())

    def _text(self) -> str:
        return f"os.environ.setdefault({self.quote}{self.name}{self.quote}, {self.value})"

    def _imports(self) -> tuple[AddImport, ...]:
        return (AddImport("os"), *self.imports)

    def _place(self, body: list[Statement]) -> int:
        """Before the first import of the app's; else behind the imports at the top."""
        index = 0
        for number, one in enumerate(body):
            if nodes.is_import(one):
                if self._is_own(one):
                    return number
                index = number + 1
            elif number and not nodes.is_import(body[number - 1]):
                break
        return index or (1 if body and nodes.is_docstring(body[0]) else 0)

    def _is_own(self, statement: Statement) -> bool:
        for part in nodes.small(statement):
            match part:
                case cst.ImportFrom(relative=[_, *_]):
                    return True
                case cst.ImportFrom(module=module) if module is not None:
                    names = [nodes.dotted(module) or ""]
                case cst.Import(names=aliases):
                    names = [nodes.dotted(one.name) or "" for one in aliases]
                case _:
                    continue
            if any(name.partition(".")[0] in self.packages for name in names):
                return True
        return False


def _said(source: Source) -> list[str]:
    return [nodes.code(one) for one in source.body() if not nodes.is_import(one)]


def _header(statement: Statement) -> tuple[cst.EmptyLine, ...]:
    """The comments at the head of a file that are not the first statement's own."""
    lines = nodes.leading(statement)
    last = max((i for i, line in enumerate(lines) if line.comment is None), default=-1)
    return lines[: last + 1]
