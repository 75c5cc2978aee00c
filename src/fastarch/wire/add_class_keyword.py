"""Give a class one more keyword argument: what a library's classes are configured with."""

from __future__ import annotations

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.brackets import arguments, with_arguments
from fastarch.wire.items import Items
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Source


@dataclass(frozen=True, slots=True)
class AddClassKeyword(PythonEdit):
    """A keyword argument after those that a class has; none where its body says the same.

    Args:
        class_name: Qualified name of the class.
        name: The keyword.
        value: An expression.
    """

    class_name: str
    name: str
    value: str

    def paste(self) -> str:
        """The head of the class."""
        return f"class {self.class_name}(..., {self.name}={self.value}):"

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the argument, unless the class says something of it already."""
        path, node = self._class(source)
        if not any(_says(one, self.name) for one in nodes.walk(node)):
            items = arguments(_call(node))
            source.set(path, _with(node, items.insert(len(items.elements), self._argument())))
        return ()

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the argument, unless it has another value by now."""
        path, node = self._class(source)
        wanted = nodes.code(self._argument().value)
        items = arguments(_call(node))
        for index, one in enumerate(items.elements):
            if one.keyword is not None and one.keyword.value == self.name:
                if nodes.code(one.value) == wanted:
                    source.set(path, _with(node, items.remove(index)))
                break
        return ()

    def _class(self, source: Source) -> tuple[tree.Path, cst.ClassDef]:
        path = tree.find_class(source, self.class_name)
        node = source.get(path)
        assert isinstance(node, cst.ClassDef)
        return path, node

    def _argument(self) -> cst.Arg:
        call = cst.parse_expression(f"f({self.name}={self.value})")
        assert isinstance(call, cst.Call)
        return call.args[0]


def _call(node: cst.ClassDef) -> cst.Call:
    """What stands in the brackets of a class, as a call's arguments."""
    space = node.lpar.whitespace_after if isinstance(node.lpar, cst.LeftParen) else None
    arguments = [*node.bases, *node.keywords]
    call = cst.Call(node.name, arguments)
    return call if space is None else call.with_changes(whitespace_before_args=space)


def _with(node: cst.ClassDef, items: Items) -> cst.ClassDef:
    call = with_arguments(_call(node), items)
    bases = [one for one in call.args if one.keyword is None and one.star != "**"]
    keywords = [one for one in call.args if one.keyword is not None or one.star == "**"]
    changed = node.with_changes(bases=bases, keywords=keywords)
    if isinstance(node.lpar, cst.LeftParen):
        lpar = node.lpar.with_changes(whitespace_after=call.whitespace_before_args)
        changed = changed.with_changes(lpar=lpar)
    return changed


def _says(node: cst.CSTNode, name: str) -> bool:
    """Whether something is called so: an argument, a key, an attribute."""
    match node:
        case cst.Name(value=value):
            return value == name
        case cst.SimpleString(evaluated_value=value):
            return value == name
        case _:
            return False
