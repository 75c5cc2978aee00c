"""Put another parameter in the place of one that has its name."""

from __future__ import annotations

import ast

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire.add_parameter import parameter_code, parsed_parameter, with_room
from fastarch.wire.brackets import FORMS, in_form, parameters, with_parameters
from fastarch.wire.expressions import function_at
from fastarch.wire.import_names import statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_imports, take_imports, unused
from fastarch.wire.items import Items
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable

_FORM = "form:"


@dataclass(frozen=True, slots=True)
class ReplaceParameter(PythonEdit):
    """A parameter of a function, with another annotation or default.

    Args:
        function: The function's qualified name.
        before: The parameter as it is written: ``size: int = 10``.
        after: As it is to be.
        imports: What it needs.
        width: How long a line may be.
        foreign: Names whose imports were there, unused, before the edit; and the form that the
            function's head had.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
    """

    function: str
    before: str
    after: str
    imports: tuple[AddImport, ...] = ()
    width: int = 88
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The imports and the parameter."""
        return "\n".join([*(statement_text(one) for one in self.imports), self.after])

    def put(self, source: Source) -> tuple[str, ...]:
        """Replace the parameter.

        Raises:
            Unable: There is no such function or parameter, or the parameter says something else.
        """
        path, node = function_at(source, self.function)
        items = parameters(node)
        place = _place(items, self.before)
        if place is None or _says(items.elements[place]) != _normal(self.before):
            if place is not None and _says(items.elements[place]) == _normal(self.after):
                return ()
            raise Unable(f"{self.function} has no parameter `{_normal(self.before)}`")
        foreign = unused(source, self.imports)
        grown = _with(items, place, self.after)
        room = self.width - source.indentation(path)
        lines = "\n" in self.after
        changed, form = with_room(node, grown, room, source.module.default_indent, lines=lines)
        source.set(path, changed)
        put_imports(source, self.imports)
        return (*foreign, f"{_FORM}{form}") if form else foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Put the former one back."""
        path, node = function_at(source, self.function)
        items = parameters(node)
        place = _place(items, self.after)
        if place is not None and _says(items.elements[place]) != _normal(self.before):
            if _says(items.elements[place]) != _normal(self.after):
                name = items.elements[place].name.value
                return (f"the parameter {name} was edited by hand and stays",)
            rest = _with(items, place, self.before)
            for form in FORMS:
                if f"{_FORM}{form}" in self.foreign:
                    rest = in_form(rest, form, source.module.default_indent)
            source.set(path, with_parameters(node, rest))
        take_imports(source, self.imports, self.foreign)
        return ()


def _place(items: Items, parameter: str) -> int | None:
    """Where the parameter of the same name is."""
    name = parsed_parameter(parameter).name.value
    for index, there in enumerate(items.elements):
        if isinstance(there, cst.Param) and there.name.value == name:
            return index
    return None


def _with(items: Items, place: int, text: str) -> Items:
    old, new = items.elements[place], parsed_parameter(text)
    same = old.with_changes(annotation=new.annotation, equal=new.equal, default=new.default)
    elements = (*items.elements[:place], same, *items.elements[place + 1 :])
    return Items(elements, items.after_open, items.before_close, items.trailing)


def _says(param: cst.Param) -> str:
    return _normal(parameter_code(param))


def _normal(text: str) -> str:
    """What a parameter says, whatever its spaces, line breaks and quotes."""
    function = ast.parse(f"def f(*, {text}): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    return ast.unparse(function.args).removeprefix("*, ")
