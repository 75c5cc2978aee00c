"""Append an element to a list, tuple, set or dict that a name is bound to."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TypeAlias, TypeGuard

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.calls import literal
from fastarch.wire.import_lines import sorted_index
from fastarch.wire.import_names import statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_imports, take_imports, unused
from fastarch.wire.items import Items
from fastarch.wire.list_wraps import fit, release
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source, Unable

_TYPES = frozenset({"list", "tuple", "set", "frozenset", "dict", "OrderedDict"})

Literal: TypeAlias = "cst.List | cst.Tuple | cst.Set | cst.Dict"


@dataclass(frozen=True, slots=True)
class ExtendList(PythonEdit):
    """One more element at the end; at its sorted place in a sorted list of strings (``__all__``).

    Args:
        name: What the list is bound to; ``self.routers`` too, and ``VERSIONS['/v1']`` for one in
            another. ``for router`` is a list without a name, which a loop over ``router`` goes
            through.
        element: The element as source; ``key: value`` for a dict.
        function: Qualified name of the function that binds it; None for the module. A class counts.
        imports: What the element needs.
        foreign: Names whose imports were there, unused, before the edit.
        wrapped: Import lines, and the list, that had to be wrapped, as in ``AddImport``.
        width: How long a line may be.
    """

    name: str
    element: str
    function: str | None = None
    imports: tuple[AddImport, ...] = ()
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()
    width: int = 88

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
        assert _is_literal(node)
        if self._index(node) is not None:
            return ()
        foreign = unused(source, self.imports)
        new = self._parsed(isinstance(node, cst.Dict))
        place = _place(node, new)
        source.set(path, _with_items(node, _items(node).insert(place, new)))
        fit(source, path, place, self._key, self.width, _with_items)
        put_imports(source, self.imports)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the element."""
        path = self.locate(source)
        node = source.get(path)
        assert _is_literal(node)
        index = self._index(node)
        if index is not None:
            source.set(path, _with_items(node, _items(node).remove(index)))
            release(source, path, self._key, self.wrapped, _with_items)
        take_imports(source, self.imports, self.foreign)
        return ()

    @property
    def _key(self) -> str:
        return f"{self.function or ''}:{self.name}"

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
        name, keys = (self.name, []) if self._loop is not None else _keys(self.name)
        for path, statement in tree.statements(source, tree.scope(source, self.function)):
            if self._loop is not None:
                found = self._looped(path, statement) or found
                continue
            for index, part in enumerate(nodes.small(statement)):
                if not _binds(part, name):
                    continue
                inner = _at(getattr(part, "value", None), keys)
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


def _key_of(node: cst.BaseExpression) -> str | int | None:
    return node.evaluated_value if isinstance(node, cst.Integer) else literal(node)


def _binds(part: cst.CSTNode, name: str) -> bool:
    if isinstance(part, cst.Assign):
        return any(nodes.dotted(target.target) == name for target in part.targets)
    if isinstance(part, cst.AnnAssign | cst.AugAssign):
        return nodes.dotted(part.target) == name
    return False


def _keys(name: str) -> tuple[str, list[str | int]]:
    """``VERSIONS['/v1'][0]`` as the name and the keys of what is inside it."""
    node, keys = ast.parse(name, mode="eval").body, list[str | int]()
    while isinstance(node, ast.Subscript):
        keys.insert(0, ast.literal_eval(node.slice))
        node = node.value
    return ast.unparse(node), keys


def _at(value: cst.CSTNode | None, keys: Sequence[str | int]) -> Path | None:
    """The path from an expression to the literal under the keys in it."""
    inner = _inside(value)
    if inner is None or not keys:
        return inner
    node: object = value
    for step in inner:
        node = node[step] if isinstance(step, int) else getattr(node, step)  # type: ignore[index]
    assert _is_literal(node)
    for index, element in enumerate(node.elements):
        key = _key_of(element.key) if isinstance(element, cst.DictElement) else index
        if key == keys[0]:
            rest = _at(element.value, keys[1:])
            return None if rest is None else (*inner, "elements", index, "value", *rest)
    return None


def _is_literal(value: object) -> TypeGuard[Literal]:
    return isinstance(value, cst.List | cst.Tuple | cst.Set | cst.Dict)


def _inside(value: cst.CSTNode | None) -> Path | None:
    """The path from an expression to the literal in it: ``list([…])``, ``others + […]``."""
    if _is_literal(value):
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


def _items(node: Literal) -> Items:
    """The elements; a lone element's comma in a tuple is no trailing comma in style."""
    if isinstance(node, cst.Tuple):
        if not node.lpar:
            empty = cst.SimpleWhitespace("")
            return _without_lone_comma(Items.of(node.elements, empty, empty))
        after, before = node.lpar[-1].whitespace_after, node.rpar[0].whitespace_before
        return _without_lone_comma(Items.of(node.elements, after, before))
    if isinstance(node, cst.List):
        after, before = node.lbracket.whitespace_after, node.rbracket.whitespace_before
    else:
        after, before = node.lbrace.whitespace_after, node.rbrace.whitespace_before
    return Items.of(node.elements, after, before)


def _without_lone_comma(items: Items) -> Items:
    flat = not isinstance(items.after_open, cst.ParenthesizedWhitespace)
    if len(items.elements) == 1 and items.trailing and flat:
        lone = items.elements[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return Items((lone,), items.after_open, items.before_close, trailing=False)
    return items


def _with_items(node: Literal, items: Items) -> Literal:
    if isinstance(node, cst.Tuple):
        if not node.lpar:
            return node.with_changes(elements=items.elements)
        opened = [*node.lpar[:-1], node.lpar[-1].with_changes(whitespace_after=items.after_open)]
        closed = [
            node.rpar[0].with_changes(whitespace_before=items.before_close),
            *node.rpar[1:],
        ]
        return node.with_changes(elements=items.elements, lpar=opened, rpar=closed)
    if isinstance(node, cst.List):
        return node.with_changes(
            elements=items.elements,
            lbracket=node.lbracket.with_changes(whitespace_after=items.after_open),
            rbracket=node.rbracket.with_changes(whitespace_before=items.before_close),
        )
    return node.with_changes(
        elements=items.elements,
        lbrace=node.lbrace.with_changes(whitespace_after=items.after_open),
        rbrace=node.rbrace.with_changes(whitespace_before=items.before_close),
    )
