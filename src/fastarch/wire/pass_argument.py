"""Give a call one more keyword argument."""

from __future__ import annotations

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire.brackets import Form, arguments, form_of, in_form, with_arguments
from fastarch.wire.expressions import find, replace, said
from fastarch.wire.items import Items
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable


@dataclass(frozen=True, slots=True)
class PassArgument(PythonEdit):
    """A keyword argument at the end of a call, everywhere in a function where it is made.

    Args:
        function: The function's qualified name.
        call: The call as ``ast.unparse`` has it.
        argument: As written: ``page=page``.
        width: How long a line may be.
    """

    function: str
    call: str
    argument: str
    width: int = 88

    def paste(self) -> str:
        """The call as it should be."""
        return self._after()

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the argument.

        Raises:
            Unable: There is no such call.
        """
        indent = source.module.default_indent

        def add(node: cst.BaseExpression, form: Form) -> cst.BaseExpression:
            assert isinstance(node, cst.Call)
            items = arguments(node)
            grown = items.insert(len(items.elements), self._parsed())
            return with_arguments(node, reformed(items, grown, form, indent))

        if not find(source, self.function, self._after()) and not replace(
            source, self.function, self.call, add, self.width
        ):
            raise Unable(f"there is no call {self.call} in {self.function}")
        return ()

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the argument."""
        indent = source.module.default_indent

        def remove(node: cst.BaseExpression, _form: Form) -> cst.BaseExpression:
            assert isinstance(node, cst.Call)
            items = arguments(node)
            rest = items.remove(len(items.elements) - 1)
            return with_arguments(node, folded(items, rest, indent))

        replace(source, self.function, self._after(), remove, self.width, back=True)
        return ()

    def _parsed(self) -> cst.Arg:
        call = cst.parse_expression(f"f({self.argument})")
        assert isinstance(call, cst.Call)
        return call.args[0]

    def _after(self) -> str:
        call = cst.parse_expression(self.call)
        assert isinstance(call, cst.Call)
        items = arguments(call)
        return said(with_arguments(call, items.insert(len(items.elements), self._parsed())))


def reformed(before: Items, after: Items, form: Form, indent: str) -> Items:
    """Elements in the form that there is room for, where they had one that formatters know."""
    if form == "flat" or form_of(before) not in {"flat", "hug"}:
        return after
    return in_form(after, form, indent)


def folded(before: Items, after: Items, indent: str) -> Items:
    """Elements on one line again, where an element too many had broken it."""
    if form_of(before) == "hug" and after.elements:
        return in_form(after, "flat", indent)
    return after
