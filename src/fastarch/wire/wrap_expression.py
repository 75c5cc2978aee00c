"""Call something with an expression, where it stands in a larger one."""

from __future__ import annotations

import ast
from collections.abc import Callable

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.brackets import Form, arguments, form_of, in_form, with_arguments
from fastarch.wire.expressions import find, replace, said
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable

_BRACKETS, _DEEPER, _DOTS, _PARENS = "brackets", "deeper", "dots", "parens"
_FROM: dict[str, Form] = {"hugged": "flat", "spread": "hug"}
"""What arguments that were given more room were before."""
_ROOMIER: dict[Form | None, tuple[str, Form]] = {
    "flat": ("hugged", "hug"),
    "hug": ("spread", "tall"),
}


@dataclass(frozen=True, slots=True)
class WrapExpression(PythonEdit):
    """``session.scalars(statement)`` becomes ``session.scalars(filters.apply(statement))``.

    Args:
        function: The function's qualified name.
        within: The expression that tells the place, as ``ast.unparse`` has it.
        inner: The part of it that is wrapped; it may be all of it.
        by: What is called with it: ``filters.apply``.
        width: How long a line may be.
        foreign: How it came to stand: in the brackets that the expression had, in lines that went
            one step in, or in arguments that went to a line of their own.
    """

    function: str
    within: str
    inner: str
    by: str
    width: int = 88
    foreign: tuple[str, ...] = ()

    def paste(self) -> str:
        """The expression as it should be."""
        return self._after()

    def put(self, source: Source) -> tuple[str, ...]:
        """Wrap it.

        Raises:
            Unable: It is not there.
        """
        indent = source.module.default_indent
        notes: list[str] = []

        def wrap(node: cst.BaseExpression, form: Form) -> cst.BaseExpression:
            notes.clear()  # a line that grew too long is made again
            return self._wrapped(node, form, indent, notes)

        if not find(source, self.function, self._after()) and not replace(
            source, self.function, self.within, wrap, self.width
        ):
            raise Unable(f"there is no {self.within} in {self.function}")
        return tuple(notes)

    def take(self, source: Source) -> tuple[str, ...]:
        """Take the call off again."""
        text = said(cst.parse_expression(f"{self.by}({self.inner})"))
        indent = source.module.default_indent

        def unwrap(node: cst.BaseExpression, _form: Form) -> cst.BaseExpression:
            bare = _swapped(node, text, lambda call: self._released(call, indent))
            before = next((_FROM[note] for note in self.foreign if note in _FROM), None)
            if before is not None and isinstance(bare, cst.Call):
                return with_arguments(bare, in_form(arguments(bare), before, indent))
            if _DOTS in self.foreign:
                bare = _dotted(bare, cst.SimpleWhitespace(""))
            if _PARENS in self.foreign:
                bare = bare.with_changes(lpar=bare.lpar[1:], rpar=bare.rpar[:-1])
            return bare

        replace(source, self.function, self._after(), unwrap, self.width)
        return ()

    def _after(self) -> str:
        return said(self._wrapped(cst.parse_expression(self.within), "flat", "    ", []))

    def _wrapped(
        self, node: cst.BaseExpression, form: Form, indent: str, notes: list[str]
    ) -> cst.BaseExpression:
        if form != "flat" and self._is_argument_of(node) and isinstance(node, cst.Call):
            # Formatters break the outer brackets first.
            note, roomier = _ROOMIER[form_of(arguments(node))]
            notes.append(note)
            new = _swapped(node, self.inner, lambda inner: self._enclosed(inner, "flat", "", notes))
            assert isinstance(new, cst.Call)
            return with_arguments(new, in_form(arguments(new), roomier, indent))
        begins = self.within.startswith(f"{self.inner}.") and _break(node) is None
        if form != "flat" and begins:
            return self._chained(node, form, indent, notes)
        return _swapped(node, self.inner, lambda inner: self._enclosed(inner, form, indent, notes))

    def _chained(
        self, node: cst.BaseExpression, form: Form, indent: str, notes: list[str]
    ) -> cst.BaseExpression:
        """A chain in lines of its own: all of it on one, or each call on one."""
        new = _swapped(node, self.inner, lambda inner: self._enclosed(inner, "flat", "", notes))
        opened = new.lpar[0].whitespace_after if new.lpar else None
        if not isinstance(opened, cst.ParenthesizedWhitespace):
            notes.append(_PARENS)
            line = cst.TrailingWhitespace()
            opened = cst.ParenthesizedWhitespace(line, (), True, cst.SimpleWhitespace(indent))
            closed = cst.ParenthesizedWhitespace(line, (), True, cst.SimpleWhitespace(""))
            new = new.with_changes(
                lpar=[cst.LeftParen(opened), *new.lpar], rpar=[*new.rpar, cst.RightParen(closed)]
            )
        if form == "tall":
            notes.append(_DOTS)
            new = _dotted(new, _moved(opened, ""), self.by)
        return new

    def _is_argument_of(self, node: cst.BaseExpression) -> bool:
        return (
            isinstance(node, cst.Call)
            and form_of(arguments(node)) in _ROOMIER
            and any(
                f"{said(argument.value)}.".startswith(f"{self.inner}.") for argument in node.args
            )
        )

    def _enclosed(
        self, inner: cst.BaseExpression, form: Form, indent: str, notes: list[str]
    ) -> cst.BaseExpression:
        call = cst.Call(cst.parse_expression(self.by), [cst.Arg(inner)])
        opened = inner.lpar[0].whitespace_after if inner.lpar else None
        if isinstance(opened, cst.ParenthesizedWhitespace):
            # Parentheses around a chain of several lines become the call's.
            notes.append(_BRACKETS)
            closed = inner.rpar[0].whitespace_before
            bare = inner.with_changes(lpar=inner.lpar[1:], rpar=inner.rpar[:-1])
            arg = cst.Arg(bare, whitespace_after_arg=closed)
            return call.with_changes(args=[arg], whitespace_before_args=opened)
        first = None if _stands_alone(inner) else _break(inner)
        if first is not None:
            # A chain of several lines in other brackets goes one step in.
            notes.append(_DEEPER)
            deeper = inner.visit(_Indented(indent))
            assert isinstance(deeper, cst.BaseExpression)
            arg = cst.Arg(deeper, whitespace_after_arg=_moved(first, ""))
            return call.with_changes(args=[arg], whitespace_before_args=_moved(first, indent))
        if form == "flat":
            return call
        return with_arguments(call, in_form(arguments(call), "hug", indent))

    def _released(self, call: cst.BaseExpression, indent: str) -> cst.BaseExpression:
        assert isinstance(call, cst.Call)
        inner = call.args[0].value
        if _DEEPER in self.foreign:
            released = inner.visit(_Indented(indent, back=True))
            assert isinstance(released, cst.BaseExpression)
            return released
        if _BRACKETS not in self.foreign and _stands_alone(inner):
            return inner
        opened, closed = call.whitespace_before_args, call.args[0].whitespace_after_arg
        lpar = [cst.LeftParen(opened), *inner.lpar]
        return inner.with_changes(lpar=lpar, rpar=[*inner.rpar, cst.RightParen(closed)])


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


def _dotted(
    node: cst.BaseExpression, space: cst.BaseParenthesizableWhitespace, until: str = ""
) -> cst.BaseExpression:
    """A chain of calls with a space before each dot, down to what begins it."""
    if isinstance(node, cst.Call) and said(node.func) != until:
        return node.with_changes(func=_dotted(node.func, space, until))
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Call):
        dot = node.dot.with_changes(whitespace_before=space)
        return node.with_changes(dot=dot, value=_dotted(node.value, space, until))
    return node


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
