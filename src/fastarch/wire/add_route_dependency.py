"""Make a router, or a single route, ask for one more dependency."""

from __future__ import annotations

from collections.abc import Iterator

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.brackets import (
    FORMS,
    arguments,
    elements,
    form_of,
    in_form,
    with_arguments,
    with_elements,
)
from fastarch.wire.expressions import said
from fastarch.wire.import_names import statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_imports, take_imports, unused
from fastarch.wire.items import Items
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source, Unable

_KEYWORD = "dependencies"
_FORM, _NONE, _SPREAD, _BRACKETS = "form:", "none", "spread", "brackets"


@dataclass(frozen=True, slots=True)
class AddRouteDependency(PythonEdit):
    """One more element in the ``dependencies=`` of a call, which may have none so far.

    Args:
        call: What the call begins with, as ``ast.unparse`` has it: ``APIRouter()``,
            ``router.get('/')``. It may have further arguments.
        element: As written: ``Depends(get_current_user)``.
        function: Qualified name of the function that the call decorates or stands in; None for the
            module. A class counts.
        name: What the call's value is bound to: ``router``, ``self.router``.
        imports: What the element needs.
        width: How long a line may be.
        foreign: Names whose imports were there, unused, before the edit; and what the call had
            in place: the form of its arguments, a ``dependencies=`` that was no list.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
    """

    call: str
    element: str
    function: str | None = None
    name: str | None = None
    imports: tuple[AddImport, ...] = ()
    width: int = 88
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The imports and the call with its new argument."""
        lines = [statement_text(one) for one in self.imports]
        given = self.call.removesuffix(")")
        comma = "" if given.endswith("(") else ", "
        call = f"{given}{comma}{_KEYWORD}=[{self.element}])"
        decorates = self.name is None and self.function is not None
        lead = f"{self.name} = " if self.name else "@" if decorates else ""
        return "\n".join([*lines, f"{lead}{call}"])

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the element.

        Raises:
            Unable: There is no such call, there are several, or its arguments are not all written.
        """
        path, statement = self._locate(source)
        call = source.get(path)
        assert isinstance(call, cst.Call)
        place = _place(call)
        value = call.args[place].value if place is not None else None
        if value is not None and self._index(value) is not None:
            return ()
        if place is None and any(arg.star == "**" for arg in call.args):
            raise Unable(f"{said(call.func)} gets arguments that are not written out")
        notes: list[str] = []
        items = arguments(call)
        if place is None or value is None:
            grown = items.insert(len(items.elements), self._argument())
        else:
            new = self._extended(value, notes)
            changed = call.args[place].with_changes(value=new)
            found = list(items.elements)
            found[place] = found[place].with_changes(value=changed.value)
            grown = Items(tuple(found), items.after_open, items.before_close, items.trailing)
        foreign = unused(source, self.imports)
        self._write(source, path, statement, call, (items, grown), notes)
        put_imports(source, self.imports)
        return (*foreign, *notes)

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the element, and the argument where it has no other."""
        try:
            path, _ = self._locate(source)
        except Unable:
            take_imports(source, self.imports, self.foreign)
            return ()
        call = source.get(path)
        assert isinstance(call, cst.Call)
        place = _place(call)
        value = call.args[place].value if place is not None else None
        index = self._index(value) if value is not None else None
        if place is not None and index is not None:
            assert isinstance(value, cst.List)
            source.set(path, self._without(call, place, value, index, source.module.default_indent))
        take_imports(source, self.imports, self.foreign)
        return ()

    # --- the call

    def _locate(self, source: Source) -> tuple[Path, Path]:
        """The paths of the call and of its statement.

        Raises:
            Unable: There is none, or several.
        """
        found = list(self._calls(source))
        if len(found) != 1:
            where = f" for {self.name}" if self.name else ""
            where += f" in {self.function}" if self.function else ""
            told = "several calls" if found else "no call"
            raise Unable(f"there {'are' if found else 'is'} {told} {self.call}{where}")
        return found[0]

    def _calls(self, source: Source) -> Iterator[tuple[Path, Path]]:
        wanted = cst.parse_expression(self.call)
        assert isinstance(wanted, cst.Call)
        for place, decorators in self._parts(source):
            statement = source.get(place)
            for inner in _expressions(statement, decorators=decorators):
                if not decorators and self.name and not _binds(statement, self.name):
                    continue
                for path, node in _below(source.get((*place, *inner)), inner):
                    if isinstance(node, cst.Call) and _begins(node, wanted):
                        yield (*place, *path), place

    def _parts(self, source: Source) -> Iterator[tuple[Path, bool]]:
        """The statements to look in; for functions, whether only their decorators."""
        if self.function is None:
            yield from ((place, False) for place, _ in tree.statements(source, ()))
            return
        head, _, last = self.function.rpartition(".")
        if self.name is None:
            # A later function may have the name of an earlier one.
            for place, statement in tree.statements(source, tree.scope(source, head or None)):
                if isinstance(statement, cst.FunctionDef) and statement.name.value == last:
                    yield place, True
        for place, statement in tree.statements(source, tree.scope(source, self.function)):
            if not nodes.is_definition(statement):
                yield place, False

    def _write(
        self,
        source: Source,
        path: Path,
        statement: Path,
        call: cst.Call,
        items: tuple[Items, Items],
        notes: list[str],
    ) -> None:
        """Put the call with its new argument, on as many lines as it needs."""
        before, after = items
        room = self.width - source.indentation(statement)
        most = max(room, _longest(source, path, statement))
        source.set(path, with_arguments(call, after))
        form = form_of(before)
        if form not in {"flat", "hug"} or _longest(source, path, statement) <= most:
            return
        notes.append(f"{_FORM}{form}")
        for wanted in FORMS[1:]:
            new = in_form(after, wanted, source.module.default_indent)
            source.set(path, with_arguments(call, new))
            if _longest(source, path, statement) <= most:
                return

    # --- the argument

    def _argument(self) -> cst.Arg:
        call = cst.parse_expression(f"f({_KEYWORD}=[{self.element}])")
        assert isinstance(call, cst.Call)
        return call.args[0]

    def _element(self) -> cst.Element:
        parsed = cst.parse_expression(f"[{self.element}]")
        assert isinstance(parsed, cst.List)
        element = parsed.elements[0]
        assert isinstance(element, cst.Element)
        return element

    def _index(self, value: cst.BaseExpression) -> int | None:
        if not isinstance(value, cst.List):
            return None
        wanted = said(self._element().value)
        return next((i for i, one in enumerate(value.elements) if said(one.value) == wanted), None)

    def _extended(self, value: cst.BaseExpression, notes: list[str]) -> cst.List:
        """What is there and the new element as one list."""
        if isinstance(value, cst.List):
            items = elements(value)
            return with_elements(value, items.insert(len(items.elements), self._element()))
        if isinstance(value, cst.Name) and value.value == "None":
            notes.append(_NONE)
            return cst.List([self._element()])
        notes.append(_SPREAD)
        loose = (cst.IfExp, cst.BooleanOperation, cst.Comparison, cst.UnaryOperation, cst.Lambda)
        if isinstance(value, loose) and not value.lpar:
            notes.append(_BRACKETS)
            value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return cst.List([
            cst.StarredElement(value, comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))),
            self._element(),
        ])  # fmt: skip

    def _without(
        self, call: cst.Call, place: int, value: cst.List, index: int, indent: str
    ) -> cst.Call:
        rest = elements(value).remove(index)
        items = arguments(call)
        found = list(items.elements)
        back: cst.BaseExpression = with_elements(value, rest)
        (*_, only) = rest.elements or (None,)
        if _NONE in self.foreign and not rest.elements:
            back = cst.Name("None")
        elif _SPREAD in self.foreign and len(rest.elements) == 1:
            assert isinstance(only, cst.BaseElement)
            back = only.value
            if _BRACKETS in self.foreign:
                back = back.with_changes(lpar=[], rpar=[])
        if rest.elements or _NONE in self.foreign:
            found[place] = found[place].with_changes(value=back)
            items = Items(tuple(found), items.after_open, items.before_close, items.trailing)
        else:
            items = items.remove(place)
        for form in FORMS:
            if f"{_FORM}{form}" in self.foreign and form_of(items) is not None:
                items = in_form(items, form, indent) if items.elements else Items(())
        return with_arguments(call, items)


def _place(call: cst.Call) -> int | None:
    """Which argument says the dependencies."""
    for index, arg in enumerate(call.args):
        if arg.keyword is not None and arg.keyword.value == _KEYWORD:
            return index
    return None


def _begins(call: cst.Call, wanted: cst.Call) -> bool:
    """Whether a call is the wanted one, further arguments aside."""
    if said(call.func) != said(wanted.func):
        return False
    positional = [said(arg.value) for arg in call.args if arg.keyword is None and not arg.star]
    named = {arg.keyword.value: said(arg.value) for arg in call.args if arg.keyword}
    for index, arg in enumerate(wanted.args):
        if arg.keyword is not None:
            if named.get(arg.keyword.value) != said(arg.value):
                return False
        elif positional[index : index + 1] != [said(arg.value)]:
            return False
    return True


def _binds(statement: cst.CSTNode, name: str) -> bool:
    for part in nodes.small(statement):
        if isinstance(part, cst.Assign):
            targets = [target.target for target in part.targets]
            flat = [
                one
                for target in targets
                for one in (
                    [element.value for element in target.elements]
                    if isinstance(target, cst.Tuple)
                    else [target]
                )
            ]
            if any(nodes.dotted(one) == name for one in flat):
                return True
        if isinstance(part, cst.AnnAssign) and nodes.dotted(part.target) == name:
            return True
    return False


def _expressions(statement: cst.CSTNode, *, decorators: bool) -> Iterator[Path]:
    """Paths to the expressions of a statement, or to those that decorate it."""
    if decorators:
        count = len(getattr(statement, "decorators", ()))
        yield from (("decorators", index, "decorator") for index in range(count))
        return
    for index, part in enumerate(nodes.small(statement)):
        if getattr(part, "value", None) is not None:
            yield ("body", index, "value")


def _below(node: cst.CSTNode, path: Path) -> Iterator[tuple[Path, cst.CSTNode]]:
    """A node and everything below it with their paths; what a lambda does later aside."""
    yield path, node
    for name in nodes.fields_of(type(node)):
        value = getattr(node, name)
        if nodes.is_node(value):
            yield from _below(value, (*path, name))
        elif isinstance(value, (list, tuple)):
            for index, one in enumerate(value):
                if nodes.is_node(one):
                    yield from _below(one, (*path, name, index))


def _longest(source: Source, path: Path, statement: Path) -> int:
    """The longest line of what the call stands in: its statement, or its decorator."""
    inside = path[len(statement) :]
    place = (*statement, *inside[:2]) if inside[0] == "decorators" else statement
    return max(map(len, nodes.code(source.get(place)).splitlines()), default=0)
