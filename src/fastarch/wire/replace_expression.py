"""Put an expression in place of another one."""

from __future__ import annotations

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.brackets import Form, arguments, in_form, pairs, with_arguments, with_pairs
from fastarch.wire.expressions import Make, Swap, find, function_at, replace, said
from fastarch.wire.import_names import statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_imports, take_imports, unused
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable

IT = "__it__"
"""Stands in a new expression for the old one."""


@dataclass(frozen=True, slots=True)
class ReplaceExpression(PythonEdit):
    """An expression in a function's body, or in its decorators and its return annotation.

    Args:
        function: The function's qualified name.
        old: The expression as ``ast.unparse`` has it.
        new: What takes its place; ``__it__`` in it is the old expression, as it is written.
        head: In the decorators and the return annotation.
        imports: What the new one needs.
        width: How long a line may be.
        foreign: Names whose imports were there, unused, before the edit.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
    """

    function: str
    old: str
    new: str
    head: bool = False
    imports: tuple[AddImport, ...] = ()
    width: int = 88
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The imports and the new expression."""
        return "\n".join([*(statement_text(one) for one in self.imports), self._after()])

    def put(self, source: Source) -> tuple[str, ...]:
        """Replace it.

        Raises:
            Unable: It is not there.
        """
        indent = source.module.default_indent

        def enclose(node: cst.BaseExpression, form: Form) -> cst.BaseExpression:
            return _in_form(self._enclosed(node), form, indent)

        if self._find(source, self._after()):
            return ()
        foreign = unused(source, self.imports)
        if not self._replace(source, self.old, enclose):
            raise Unable(f"there is no {self.old} in {self.function}")
        put_imports(source, self.imports)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Put the old one back."""
        self._replace(source, self._after(), self._released, back=True)
        take_imports(source, self.imports, self.foreign)
        return ()

    def _find(self, source: Source, text: str) -> bool:
        if not self.head:
            return find(source, self.function, text)
        _, node = function_at(source, self.function)
        parts = [*node.decorators, *([node.returns] if node.returns else [])]
        return any(
            isinstance(one, cst.BaseExpression) and said(one) == text
            for part in parts
            for one in nodes.walk(part)
        )

    def _replace(self, source: Source, text: str, make: Make, *, back: bool = False) -> int:
        if not self.head:
            return replace(source, self.function, text, make, self.width, back=back)
        path, node = function_at(source, self.function)
        swap = Swap(text, make, "flat")
        decorators = [one.visit(swap) for one in node.decorators]
        returns = node.returns.visit(swap) if node.returns is not None else None
        if swap.count:
            source.set(path, node.with_changes(decorators=decorators, returns=returns))
        return swap.count

    def _after(self) -> str:
        return said(self._enclosed(cst.parse_expression(self.old)))

    def _enclosed(self, node: cst.BaseExpression) -> cst.BaseExpression:
        new = cst.parse_expression(self.new)
        made = new.visit(_Fill(node))
        assert isinstance(made, cst.BaseExpression)
        return made

    def _released(self, node: cst.BaseExpression, _form: Form) -> cst.BaseExpression:
        found = next(
            (
                one
                for one in nodes.walk(node)
                if isinstance(one, cst.BaseExpression) and said(one) == self.old
            ),
            None,
        )
        return found if found is not None else cst.parse_expression(self.old)


def _in_form(node: cst.BaseExpression, form: Form, indent: str) -> cst.BaseExpression:
    """A call or a dictionary on several lines, where there is no room on one."""
    if form != "flat" and isinstance(node, cst.Call):
        return with_arguments(node, in_form(arguments(node), form, indent))
    if form == "tall" and isinstance(node, cst.Dict):
        return with_pairs(node, in_form(pairs(node), form, indent))
    return node


class _Fill(cst.CSTTransformer):
    def __init__(self, node: cst.BaseExpression) -> None:
        super().__init__()
        self.node = node

    def leave_Name(  # noqa: N802 - libcst's name
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        """Put the old expression where it is named."""
        return self.node if original_node.value == IT else updated_node
