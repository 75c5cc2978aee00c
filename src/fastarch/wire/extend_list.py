"""Append an element to a list, tuple, set or dict that a name is bound to."""

from __future__ import annotations

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.calls import literal
from fastarch.wire.import_lines import sorted_index
from fastarch.wire.import_names import statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_imports, take_imports, unused
from fastarch.wire.list_wraps import fit
from fastarch.wire.literals import Literal, is_literal, items_of, with_items
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source, Unable

_TYPES = frozenset({"list", "tuple", "set", "frozenset", "dict", "OrderedDict"})


@dataclass(frozen=True, slots=True)
class ExtendList(PythonEdit):
    """One more element at the end; at its sorted place in a sorted list of strings (``__all__``).

    Args:
        name: What the list is bound to; ``self.routers`` too. ``for router`` is a list without a
            name, which a loop over ``router`` goes through.
        element: The element as source; ``key: value`` for a dict.
        function: Qualified name of the function that binds it; None for the module. A class counts.
        imports: What the element needs.
        foreign: Names whose imports were there, unused, before the edit.
        wrapped: Lines that had to be wrapped, as in ``AddImport``.
    """

    name: str
    element: str
    function: str | None = None
    imports: tuple[AddImport, ...] = ()
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The imports and the element."""
        lines = [statement_text(one) for one in self.imports]
        if self._loop is not None:
            return "\n".join([*lines, f"{self.name} in [..., {self.element}]:"])
        return "\n".join([*lines, f"{self.name} = [", "    ...", f"    {self.element},", "]"])

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the element."""
        path = self.locate(source)
        node = source.get(path)
        assert is_literal(node)
        if self._index(node) is not None:
            return ()
        foreign = unused(source, self.imports)
        new = self._parsed(isinstance(node, cst.Dict))
        source.set(path, with_items(node, items_of(node).insert(_place(node, new), new)))
        fit(source, path, node)
        put_imports(source, self.imports)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the element."""
        path = self.locate(source)
        node = source.get(path)
        assert is_literal(node)
        index = self._index(node)
        if index is not None:
            source.set(path, with_items(node, items_of(node).remove(index)))
        take_imports(source, self.imports, self.foreign)
        return ()

    def _index(self, node: Literal) -> int | None:
        wanted = _text(self._parsed(isinstance(node, cst.Dict)))
        for index, one in enumerate(node.elements):
            if _text(one) == wanted:
                return index
        return None

    def _parsed(self, is_dict: bool) -> cst.BaseElement | cst.BaseDictElement:
        text = f"{{{self.element}}}" if is_dict else f"[{self.element}]"
        try:
            node = cst.parse_expression(text)
        except cst.ParserSyntaxError as error:
            raise Unable("the new element is not valid Python") from error
        assert isinstance(node, cst.Dict | cst.List)
        if len(node.elements) != 1:
            raise Unable("the new element is not one element")
        return node.elements[0]

    def locate(self, source: Source) -> Path:
        """The path of the last literal that is bound to the name, or added to it.

        Raises:
            Unable: There is none.
        """
        found: Path | None = None
        for path, statement in tree.statements(source, tree.scope(source, self.function)):
            if self._loop is not None:
                found = self._looped(path, statement) or found
                continue
            for index, part in enumerate(nodes.small(statement)):
                if not self._binds(part):
                    continue
                inner = _inside(getattr(part, "value", None))
                if inner is not None:
                    found = (*path, "body", index, "value", *inner)
        if found is None:
            raise Unable(f"there is no list that {self.name} is bound to")
        return found

    @property
    def _loop(self) -> str | None:
        """The target of the loop that goes through a list without a name."""
        return self.name.removeprefix("for ") if self.name.startswith("for ") else None

    def _looped(self, path: Path, statement: cst.CSTNode) -> Path | None:
        """The path of the literal that a loop or a comprehension goes through."""
        loops: list[tuple[Path, cst.For | cst.CompFor]] = []
        if isinstance(statement, cst.For):
            loops.append((path, statement))
        for index, part in enumerate(nodes.small(statement)):
            value = getattr(part, "value", None)
            if isinstance(value, cst.ListComp | cst.SetComp | cst.GeneratorExp):
                loops.append(((*path, "body", index, "value", "for_in"), value.for_in))
        for where, loop in loops:
            inner = _inside(loop.iter)
            if inner is not None and _plain(loop.target) == self._loop:
                return (*where, "iter", *inner)
        return None

    def _binds(self, part: cst.CSTNode) -> bool:
        if isinstance(part, cst.Assign):
            return any(nodes.dotted(target.target) == self.name for target in part.targets)
        if isinstance(part, cst.AnnAssign | cst.AugAssign):
            return nodes.dotted(part.target) == self.name
        return False


def _inside(value: cst.CSTNode | None) -> Path | None:
    """The path from an expression to the literal in it: ``list([…])``, ``others + […]``."""
    if is_literal(value):
        return ()
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        for side in ("right", "left"):
            inner = _inside(getattr(value, side))
            if inner is not None:
                return (side, *inner)
    if isinstance(value, cst.Call) and len(value.args) == 1 and nodes.dotted(value.func) in _TYPES:
        inner = _inside(value.args[0].value)
        if inner is not None:
            return ("args", 0, "value", *inner)
    return None


def _plain(target: cst.CSTNode) -> str:
    """A loop's target as it reads without parentheses."""
    return " ".join(nodes.code(target).split()).strip("()")


def _text(element: cst.CSTNode) -> str:
    return " ".join(nodes.element_code(element).split())


def _place(node: Literal, new: cst.CSTNode) -> int:
    texts = [literal(getattr(one, "value", None)) for one in node.elements]
    name = literal(getattr(new, "value", None))
    words = [text for text in texts if text is not None]
    if name is None or len(words) < 2 or len(words) != len(texts) or isinstance(node, cst.Dict):
        return len(texts)
    index = sorted_index(words, name, (str, str.casefold))
    return len(texts) if index is None else index
