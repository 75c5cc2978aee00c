"""Call something with an expression, where it stands in a larger one."""

from __future__ import annotations

import ast
from collections.abc import Callable

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.brackets import Form, arguments, in_form, with_arguments
from fastarch.wire.expressions import find, replace, said
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable


@dataclass(frozen=True, slots=True)
class WrapExpression(PythonEdit):
    """``session.scalars(statement)`` becomes ``session.scalars(filters.apply(statement))``.

    Args:
        function: The function's qualified name.
        within: The expression that tells the place, as ``ast.unparse`` has it.
        inner: The part of it that is wrapped; it may be all of it.
        by: What is called with it: ``filters.apply``.
        width: How long a line may be.
    """

    function: str
    within: str
    inner: str
    by: str
    width: int = 88

    def paste(self) -> str:
        """The expression as it should be."""
        return self._after()

    def put(self, source: Source) -> tuple[str, ...]:
        """Wrap it.

        Raises:
            Unable: It is not there.
        """
        indent = source.module.default_indent

        def wrap(node: cst.BaseExpression, form: Form) -> cst.BaseExpression:
            return self._wrapped(node, form, indent)

        if not find(source, self.function, self._after()) and not replace(
            source, self.function, self.within, wrap, self.width
        ):
            raise Unable(f"there is no {self.within} in {self.function}")
        return ()

    def take(self, source: Source) -> tuple[str, ...]:
        """Take the call off again."""
        text = said(cst.parse_expression(f"{self.by}({self.inner})"))

        indent = source.module.default_indent

        def unwrap(node: cst.BaseExpression, _form: Form) -> cst.BaseExpression:
            return _swapped(node, text, lambda call: self._released(call, indent))

        replace(source, self.function, self._after(), unwrap, self.width)
        return ()

    def _after(self) -> str:
        return said(self._wrapped(cst.parse_expression(self.within), "flat", "    "))

    def _wrapped(self, node: cst.BaseExpression, form: Form, indent: str) -> cst.BaseExpression:
        return _swapped(node, self.inner, lambda inner: self._enclosed(inner, form, indent))

    def _enclosed(self, inner: cst.BaseExpression, form: Form, indent: str) -> cst.BaseExpression:
        call = cst.Call(cst.parse_expression(self.by), [cst.Arg(inner)])
        opened = inner.lpar[0].whitespace_after if inner.lpar else None
        if isinstance(opened, cst.ParenthesizedWhitespace):
            # Parentheses around a chain of several lines become the call's.
            closed = inner.rpar[0].whitespace_before
            bare = inner.with_changes(lpar=inner.lpar[1:], rpar=inner.rpar[:-1])
            arg = cst.Arg(bare, whitespace_after_arg=closed)
            return call.with_changes(args=[arg], whitespace_before_args=opened)
        first = None if _stands_alone(inner) else _break(inner)
        if first is not None:
            # A chain of several lines among arguments goes one step in.
            deeper = inner.visit(_Indented(indent))
            assert isinstance(deeper, cst.BaseExpression)
            arg = cst.Arg(deeper, whitespace_after_arg=_moved(first, ""))
            return call.with_changes(args=[arg], whitespace_before_args=_moved(first, indent))
        if form == "flat":
            return call
        return with_arguments(call, in_form(arguments(call), "hug", indent))

    def _released(self, call: cst.BaseExpression, indent: str) -> cst.BaseExpression:
        assert isinstance(call, cst.Call)
        inner, opened = call.args[0].value, call.whitespace_before_args
        if _stands_alone(inner):
            return inner
        if isinstance(opened, cst.ParenthesizedWhitespace) and self._is_argument():
            released = inner.visit(_Indented(indent, back=True))
            assert isinstance(released, cst.BaseExpression)
            return released
        closed = call.args[0].whitespace_after_arg
        lpar = [cst.LeftParen(opened), *inner.lpar]
        return inner.with_changes(lpar=lpar, rpar=[*inner.rpar, cst.RightParen(closed)])

    def _is_argument(self) -> bool:
        return any(
            isinstance(node, cst.Arg) and said(node.value) == self.inner
            for node in nodes.walk(cst.parse_expression(self.within))
        )


def _swapped(
    node: cst.BaseExpression, text: str, make: Callable[[cst.BaseExpression], cst.BaseExpression]
) -> cst.BaseExpression:
    """Another in place of the first expression that says so, from the outside in."""
    found = next(
        (
            one
            for one in nodes.walk(node)
            if isinstance(one, cst.BaseExpression) and said(one) == text
        ),
        None,
    )
    if found is None:
        return node
    new = node.deep_replace(found, make(found)) if found is not node else make(found)
    assert isinstance(new, cst.BaseExpression)
    return new


def _stands_alone(node: cst.BaseExpression) -> bool:
    """Whether an expression needs no brackets around it for its line breaks."""
    try:
        ast.parse(nodes.code(node), mode="eval")
    except SyntaxError:
        return False
    return True


def _break(node: cst.BaseExpression) -> cst.ParenthesizedWhitespace | None:
    """The first line break before a dot of a chain."""
    found = None
    current: cst.CSTNode = node
    while isinstance(current, cst.Call | cst.Attribute):
        if isinstance(current, cst.Attribute):
            space = current.dot.whitespace_before
            found = space if isinstance(space, cst.ParenthesizedWhitespace) else found
            current = current.value
        else:
            current = current.func
    return found


def _moved(space: cst.ParenthesizedWhitespace, indent: str) -> cst.ParenthesizedWhitespace:
    return cst.ParenthesizedWhitespace(
        cst.TrailingWhitespace(),
        (),
        space.indent,
        cst.SimpleWhitespace(space.last_line.value + indent),
    )


class _Indented(cst.CSTTransformer):
    """Moves the lines of an expression in, or out."""

    def __init__(self, indent: str, *, back: bool = False) -> None:
        super().__init__()
        self.indent, self.back = indent, back

    def leave_ParenthesizedWhitespace(  # noqa: N802 - libcst's name
        self,
        original_node: cst.ParenthesizedWhitespace,  # noqa: ARG002
        updated_node: cst.ParenthesizedWhitespace,
    ) -> cst.ParenthesizedWhitespace:
        """Move the line that begins here, and the comments before it."""
        lines = [
            one.with_changes(whitespace=self._moved(one.whitespace))
            for one in updated_node.empty_lines
        ]
        last = self._moved(updated_node.last_line)
        return updated_node.with_changes(empty_lines=lines, last_line=last)

    def _moved(self, space: cst.SimpleWhitespace) -> cst.SimpleWhitespace:
        text = space.value
        new = text.removesuffix(self.indent) if self.back else text + self.indent
        return cst.SimpleWhitespace(new)
