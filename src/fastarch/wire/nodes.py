"""Syntax nodes: what is below them, what they say, what kind they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from functools import cache, wraps
from typing import Any, ParamSpec, TypeAlias, TypeGuard, TypeVar

from fastarch.records import dataclass
from fastarch.wire.syntax import cst

Statement: TypeAlias = "cst.BaseStatement"

S = TypeVar("S", bound="cst.CSTNode")

P = ParamSpec("P")

R = TypeVar("R")

_REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class NewDefinition:
    """A function or class that was just written, as text; ``Source.unfold`` makes nodes of it.

    It stands among the statements of a module and does what is asked of one there.

    Args:
        text: Whole lines, with the line ends of the module.
        name: What it binds.
        uses: How often it uses names, as ``usage.count_names`` has it.
        leading_lines: The blank lines and comments before it.
    """

    text: str
    name: str
    uses: Counter[str]
    leading_lines: Sequence[cst.EmptyLine] = ()

    def with_changes(self, **changes: Any) -> NewDefinition:  # noqa: ANN401 - as nodes have it
        """The same with other values."""
        return replace(self, **changes)

    def _codegen(self, state: Any, **_: Any) -> None:  # noqa: ANN401 - libcst exports no type
        for line in self.leading_lines:
            line._codegen(state)
        state.add_token(self.text)
        # The last line's end is a token of its own: a module without one takes it off.
        state.add_token(state.default_newline)


@cache
def blank() -> cst.EmptyLine:
    """A blank line."""
    return cst.EmptyLine(indent=False)


def is_definition(statement: cst.CSTNode) -> bool:
    """Is the statement a function or a class?"""
    return isinstance(statement, cst.FunctionDef | cst.ClassDef | NewDefinition)


_SKIPPED = frozenset({
    "leading_lines", "lines_after_decorators", "header", "footer", "comma", "semicolon", "lpar",
    "rpar", "lbracket", "rbracket", "operator", "operators", "equal", "trailing_whitespace",
    "indent", "asynchronous", "lbrace", "rbrace", "dot", "colon", "star", "default_indent",
    "default_newline", "encoding", "async_", "has_trailing_newline", "relative", "newline",
    "first_line",
})  # fmt: skip

_fields: dict[type, tuple[str, ...]] = {}

_kinds: dict[type, bool] = {}


def by_node(function: Callable[P, R]) -> Callable[P, R]:
    """Remember what a function says of a node: nodes never change, and edits ask often."""
    known: dict[tuple[object, ...], tuple[tuple[object, ...], R]] = {}

    @wraps(function)
    def remembering(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (id(args[0]), *args[1:])
        found = known.get(key)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[key] = (args, function(*args, **kwargs))
        return found[1]

    return remembering


def fields_of(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node that carry meaning: no whitespace, no punctuation."""
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = tuple(
            item.name
            for item in fields(kind)
            if item.name not in _SKIPPED and not item.name.startswith("whitespace")
        )
    return names


def is_node(value: object) -> TypeGuard[cst.CSTNode]:
    """Whether it is a node; to ask an abstract class each time would be slow."""
    kind = type(value)
    known = _kinds.get(kind)
    if known is None:
        known = _kinds[kind] = isinstance(value, cst.CSTNode)
    return known


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The child nodes that carry meaning, in order."""
    found: list[cst.CSTNode] = []
    for name in fields_of(type(node)):
        value = getattr(node, name)
        if is_node(value):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found += filter(is_node, value)
    return found


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and everything below it, parents first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack += reversed(children(current))


def leading(statement: cst.CSTNode) -> tuple[cst.EmptyLine, ...]:
    """The blank lines and comments before a statement."""
    return tuple(getattr(statement, "leading_lines", ()))


def with_leading(statement: S, lines: Sequence[cst.EmptyLine]) -> S:
    """A statement under other blank lines and comments."""
    return statement.with_changes(leading_lines=tuple(lines))


def blanks(lines: Sequence[cst.EmptyLine]) -> bool:
    """Are all of these lines blank, without a comment?"""
    return all(line.comment is None for line in lines)


def targets(statement: cst.CSTNode) -> tuple[str, ...]:
    """The plain names that a small statement assigns to."""
    if isinstance(statement, cst.Assign):
        found: list[str] = []
        for target in statement.targets:
            elements = target.target.elements if isinstance(target.target, cst.Tuple) else ()
            names = [element.value for element in elements] or [target.target]
            found += [name.value for name in names if isinstance(name, cst.Name)]
        return tuple(found)
    if isinstance(statement, cst.AnnAssign | cst.AugAssign) and isinstance(
        statement.target, cst.Name
    ):
        return (statement.target.value,)
    return ()


def small(statement: cst.CSTNode) -> Sequence[cst.BaseSmallStatement]:
    """The small statements of a line; empty for a compound statement."""
    return statement.body if isinstance(statement, cst.SimpleStatementLine) else ()


def is_docstring(statement: cst.CSTNode) -> bool:
    """Is the statement a bare string?"""
    parts = small(statement)
    return (
        len(parts) == 1
        and isinstance(parts[0], cst.Expr)
        and isinstance(parts[0].value, cst.SimpleString | cst.ConcatenatedString)
    )


def is_import(statement: cst.CSTNode) -> bool:
    """Is the statement a line of imports and nothing else?"""
    parts = small(statement)
    return bool(parts) and all(isinstance(part, cst.Import | cst.ImportFrom) for part in parts)


def is_main_guard(statement: cst.CSTNode) -> bool:
    """Is the statement ``if __name__ == "__main__":``?"""
    return isinstance(statement, cst.If) and any(
        isinstance(node, cst.Name) and node.value == "__name__" for node in walk(statement.test)
    )


@by_node
def code(node: cst.CSTNode) -> str:
    """The text of a node, with plain line ends and without what stands before and after it."""
    if hasattr(node, "leading_lines"):
        node = with_leading(node, ())
    text = cst.Module([]).code_for_node(node)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


@by_node
def element_code(element: cst.CSTNode) -> str:
    """The text of an element of a list without the comma behind it."""
    return code(element.with_changes(comma=cst.MaybeSentinel.DEFAULT))


def dotted(node: cst.CSTNode | None) -> str | None:
    """``a.b.c`` of a name or an attribute, None for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        head = dotted(node.value)
        return None if head is None else f"{head}.{node.attr.value}"
    return None
