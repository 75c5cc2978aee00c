"""Let a page run a query, in place of the session or of the query itself."""

from __future__ import annotations

from typing import Literal

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire.brackets import Form, arguments, form_of, in_form, with_arguments
from fastarch.wire.expressions import find, replace, said
from fastarch.wire.items import without_comments
from fastarch.wire.pass_argument import folded, reformed
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable

_NONE = cst.SimpleWhitespace("")


@dataclass(frozen=True, slots=True)
class PageQuery(PythonEdit):
    """``session.scalars(statement)`` becomes ``page.scalars(session, statement)``.

    Args:
        function: The function's qualified name.
        query: The expression as ``ast.unparse`` has it.
        page: The name of the page.
        kind: run: a call on the session; all: ``query.all()``, which becomes ``page.all(query)``;
            wrap: a query that is looped over, which becomes the same.
        unique: Rows that repeat are left out.
        width: How long a line may be.
    """

    function: str
    query: str
    page: str = "page"
    kind: Literal["run", "all", "wrap"] = "run"
    unique: bool = False
    width: int = 88

    def paste(self) -> str:
        """The call as it should be."""
        return self._after()

    def put(self, source: Source) -> tuple[str, ...]:
        """Let the page run it.

        Raises:
            Unable: There is no such query.
        """
        indent = source.module.default_indent

        def turn(node: cst.BaseExpression, form: Form) -> cst.BaseExpression:
            return self._turned(node, form, indent)

        if not find(source, self.function, self._after()) and not replace(
            source, self.function, self.query, turn, self.width
        ):
            raise Unable(f"there is no query {self.query} in {self.function}")
        return ()

    def take(self, source: Source) -> tuple[str, ...]:
        """Give the query back to the session."""
        indent = source.module.default_indent

        def turn(node: cst.BaseExpression, _form: Form) -> cst.BaseExpression:
            assert isinstance(node, cst.Call)
            return self._turned_back(node, indent)

        replace(source, self.function, self._after(), turn, self.width, back=True)
        return ()

    def _after(self) -> str:
        return said(self._turned(cst.parse_expression(self.query), "flat", "    "))

    def _turned(self, node: cst.BaseExpression, form: Form, indent: str) -> cst.BaseExpression:
        page = cst.Name(self.page)
        if self.kind == "wrap":
            call = cst.Call(cst.Attribute(page, cst.Name("all")), [cst.Arg(node)])
            return with_arguments(call, reformed(arguments(call), arguments(call), form, indent))
        assert isinstance(node, cst.Call)
        assert isinstance(node.func, cst.Attribute)
        if self.kind == "all":
            return _all(node, page, form, indent)
        items = arguments(node)
        grown = items.insert(0, cst.Arg(node.func.value))
        if self.unique:
            grown = grown.insert(len(grown.elements), _UNIQUE)
        func = node.func.with_changes(value=page, lpar=(), rpar=())
        if isinstance(items.after_open, cst.ParenthesizedWhitespace) and form_of(items) == "hug":
            # Formatters give each its own line, now that there are two.
            grown = in_form(grown, "tall", indent)
        else:
            grown = reformed(items, grown, form, indent)
        return with_arguments(node.with_changes(func=func), grown)

    def _turned_back(self, node: cst.Call, indent: str) -> cst.BaseExpression:
        items = arguments(node)
        if self.kind in {"all", "wrap"}:
            query: cst.BaseExpression = items.elements[0].value
            if self.kind == "wrap":
                return query
            func = cst.Attribute(query, cst.Name("all"))
            lines = isinstance(items.after_open, cst.ParenthesizedWhitespace)
            if lines and form_of(items) in {"hug", "tall"}:
                dot = func.dot.with_changes(whitespace_before=_dot_space(query))
                return cst.Call(
                    func.with_changes(dot=dot),
                    lpar=[cst.LeftParen(items.after_open)],
                    rpar=[cst.RightParen(items.before_close)],
                )
            return cst.Call(func)
        if self.unique:
            items = items.remove(len(items.elements) - 1)
        session = items.elements[0].value
        assert isinstance(node.func, cst.Attribute)
        rest = items.remove(0)
        if form_of(items) == "tall" and len(rest.elements) == 1:
            rest = in_form(rest, "hug", indent)
        func = node.func.with_changes(value=session)
        return with_arguments(node.with_changes(func=func), folded(items, rest, indent))


_UNIQUE = cst.ensure_type(cst.parse_expression("f(unique=True)"), cst.Call).args[0]


def _all(node: cst.Call, page: cst.Name, form: Form, indent: str) -> cst.Call:
    """``page.all(query)``; parentheses around a chain of several lines become the call's."""
    assert isinstance(node.func, cst.Attribute)
    call = cst.Call(cst.Attribute(page, cst.Name("all")), [cst.Arg(node.func.value)])
    if node.lpar:
        opened, closed = node.lpar[0].whitespace_after, node.rpar[0].whitespace_before
        last = call.args[0].with_changes(whitespace_after_arg=closed)
        return call.with_changes(
            args=[last], whitespace_before_args=opened, lpar=node.lpar[1:], rpar=node.rpar[:-1]
        )
    return with_arguments(call, reformed(arguments(call), arguments(call), form, indent))


def _dot_space(query: cst.BaseExpression) -> cst.BaseParenthesizableWhitespace:
    """The line break before the dots of a chain."""
    node: cst.CSTNode = query
    while isinstance(node, cst.Call):
        node = node.func
        if isinstance(node, cst.Attribute):
            space = node.dot.whitespace_before
            if isinstance(space, cst.ParenthesizedWhitespace):
                return without_comments(space)
            node = node.value
    return _NONE
