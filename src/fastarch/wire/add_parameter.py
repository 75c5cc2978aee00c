"""Add a parameter to a function, where its kind belongs."""

from __future__ import annotations

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.brackets import FORMS, form_of, in_form, parameters, with_parameters
from fastarch.wire.expressions import function_at
from fastarch.wire.import_names import statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_imports, take_imports, unused
from fastarch.wire.items import Items
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable

_FORM = "form:"


@dataclass(frozen=True, slots=True)
class AddParameter(PythonEdit):
    """A parameter at the end, or before the first default where it has none itself.

    Args:
        function: The function's qualified name.
        parameter: As written: ``page: Page = ALL_ROWS``.
        imports: What it needs.
        width: How long a line may be.
        foreign: Names whose imports were there, unused, before the edit; and the form that the
            function's head had.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
    """

    function: str
    parameter: str
    imports: tuple[AddImport, ...] = ()
    width: int = 88
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The imports and the parameter."""
        return "\n".join([*(statement_text(one) for one in self.imports), self.parameter])

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the parameter.

        Raises:
            Unable: There is no such function, or it has another parameter of that name.
        """
        path, node = function_at(source, self.function)
        new = self._parsed()
        items = parameters(node)
        for there in items.elements:
            if isinstance(there, cst.Param) and there.name.value == new.name.value:
                if parameter_code(there) == parameter_code(new):
                    return ()
                raise Unable(f"{self.function} has a parameter {new.name.value} already")
        foreign = unused(source, self.imports)
        grown = items.insert(_place(items, new), new)
        room = self.width - source.indentation(path)
        lines = "\n" in self.parameter
        changed, form = with_room(node, grown, room, source.module.default_indent, lines=lines)
        if form:
            foreign = (*foreign, f"{_FORM}{form}")
        source.set(path, changed)
        put_imports(source, self.imports)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the parameter."""
        path, node = function_at(source, self.function)
        new = self._parsed()
        items = parameters(node)
        for index, there in enumerate(items.elements):
            if isinstance(there, cst.Param) and there.name.value == new.name.value:
                if parameter_code(there) != parameter_code(new):
                    return (f"the parameter {new.name.value} was edited by hand and stays",)
                rest = items.remove(index)
                for form in FORMS:
                    if f"{_FORM}{form}" in self.foreign and rest.elements:
                        rest = in_form(rest, form, source.module.default_indent)
                source.set(path, with_parameters(node, rest))
                break
        take_imports(source, self.imports, self.foreign)
        return ()

    def _parsed(self) -> cst.Param:
        return parsed_parameter(self.parameter)


def parsed_parameter(text: str) -> cst.Param:
    """A parameter as written, as a node."""
    function = cst.parse_module(f"def f(*, {text}): pass\n").body[0]
    assert isinstance(function, cst.FunctionDef)
    return function.params.kwonly_params[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)


def with_room(
    function: cst.FunctionDef, items: Items, room: int, indent: str, *, lines: bool
) -> tuple[cst.FunctionDef, str]:
    """A function with other parameters, its head in a form that there is room for.

    Args:
        lines: One of them has several lines.

    Returns:
        The form that the head had before, where it has another one now.
    """
    form = form_of(parameters(function))
    changed = with_parameters(function, items)
    fits = not lines and _longest(changed) <= max(room, _longest(function))
    if form not in {"flat", "hug"} or fits:
        return changed, ""
    for wanted in FORMS[2 if lines else 1 :]:
        changed = with_parameters(function, in_form(items, wanted, indent))
        if _longest(changed) <= room:
            break
    return changed, form or ""


def _place(items: Items, new: cst.Param) -> int:
    """At the end, before ``**kwargs``; one without a default before those that have one."""
    starred = False
    for index, one in enumerate(items.elements):
        if isinstance(one, cst.ParamStar) or getattr(one, "star", "") == "*":
            starred = True
        if getattr(one, "star", "") == "**":
            return index
        has_default = isinstance(one, cst.Param) and one.default is not None
        if new.default is None and has_default and not starred:
            return index
    return len(items.elements)


def parameter_code(param: cst.Param) -> str:
    """A parameter as written, without its comma."""
    bare = param.with_changes(
        comma=cst.MaybeSentinel.DEFAULT, whitespace_after_param=cst.SimpleWhitespace(""), star=""
    )
    return nodes.code(bare)


def _longest(function: cst.FunctionDef) -> int:
    suite = cst.SimpleStatementSuite([cst.Pass()])
    head = function.with_changes(body=suite, decorators=(), lines_after_decorators=())
    lines = nodes.code(head).splitlines()
    lines[-1] = lines[-1].removesuffix(" pass")
    return max(map(len, lines))
