"""A parsed module and the ways to move in it: scopes, statements, uses of a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import wraps
from typing import ParamSpec, TypeVar

import libcst as cst

Statement = cst.BaseStatement
Path = tuple[str | int, ...]
S = TypeVar("S", bound=cst.CSTNode)
P = ParamSpec("P")
R = TypeVar("R")
_REMEMBERED = 8192

BLANK = cst.EmptyLine(indent=False)
_SKIPPED = frozenset({
    "leading_lines", "lines_after_decorators", "header", "footer", "comma", "semicolon", "lpar",
    "rpar", "lbracket", "rbracket", "operator", "operators", "equal", "trailing_whitespace",
    "indent", "asynchronous", "lbrace", "rbrace", "dot", "colon", "star", "default_indent",
    "default_newline", "encoding", "async_", "has_trailing_newline", "relative", "newline",
    "first_line",
})  # fmt: skip
_children: dict[type, tuple[str, ...]] = {}


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


class Unable(Exception):  # noqa: N818 - it is an answer on its way up, not an error
    """There is no safe place for the edit; the message says what was looked for."""


@dataclass(slots=True)
class Source:
    """A module under edit. Edits replace ``module``; nodes themselves never change.

    The header is kept with the first statement (or the footer, if there is none), so that no edit
    has to treat the first statement in another way than the rest.
    """

    module: cst.Module
    _uses: dict[int, tuple[cst.CSTNode, Counter[str]]] = field(default_factory=dict)

    @classmethod
    def parse(cls, source: bytes) -> Source:
        """Read a file.

        Raises:
            Unable: It is not Python that can be read, or it would not print as it is.
        """
        try:
            module = cst.parse_module(source)
        except cst.ParserSyntaxError as error:
            raise Unable(f"the file is not valid Python (line {error.raw_line})") from error
        except (UnicodeDecodeError, SyntaxError, LookupError, RecursionError) as error:
            raise Unable(f"the file cannot be read: {error}") from error
        if module.bytes != source:
            raise Unable("the file would not survive a round trip through the parser")
        header, body = tuple(module.header), list(module.body)
        if header and body:
            body[0] = with_leading(body[0], (*header, *leading(body[0])))
            module = module.with_changes(header=(), body=body)
        elif header:
            module = module.with_changes(header=(), footer=(*header, *module.footer))
        if not source:
            module = module.with_changes(has_trailing_newline=True)
        return cls(module)

    def render(self) -> bytes:
        """The file's bytes.

        Raises:
            Unable: New text does not exist in the file's encoding.
        """
        if not self.module.body and not self.module.footer:
            return b""
        try:
            return self.module.bytes
        except UnicodeEncodeError as error:
            raise Unable(
                f"the file's encoding, {error.encoding}, cannot hold the new text"
            ) from error

    def get(self, path: Path) -> cst.CSTNode:
        """The node at a path of fields and indexes."""
        node: object = self.module
        for step in path:
            node = node[step] if isinstance(step, int) else getattr(node, step)  # type: ignore[index]
        assert isinstance(node, cst.CSTNode)
        return node

    def set(self, path: Path, new: cst.CSTNode) -> None:
        """Put a node at a path."""
        module = _replaced(self.module, path, new)
        assert isinstance(module, cst.Module)
        self.module = module

    def body(self, path: Path = ()) -> list[Statement]:
        """The statements of the block at a path; the module's own for ``()``."""
        block = self.get(path)
        if isinstance(block, cst.SimpleStatementSuite):
            raise Unable("the block is written on one line with its head")
        assert isinstance(block, cst.Module | cst.IndentedBlock)
        return list(block.body)

    def set_body(self, path: Path, body: Sequence[Statement]) -> None:
        """Replace the statements of a block."""
        self.set(path, self.get(path).with_changes(body=list(body)))

    def uses(self, name: str) -> int:
        """How often a name is read or bound in the module, imports' own bindings aside."""
        total = 0
        for statement in self.module.body:
            known = self._uses.get(id(statement))
            if known is None:
                known = (statement, count_names(statement))
                self._uses[id(statement)] = known
            total += known[1][name]
        return total


def _replaced(node: object, path: Path, new: cst.CSTNode) -> object:
    if not path:
        return new
    step = path[0]
    if isinstance(step, int):
        assert isinstance(node, Sequence)
        return [*node[:step], _replaced(node[step], path[1:], new), *node[step + 1 :]]
    assert isinstance(node, cst.CSTNode)
    return node.with_changes(**{step: _replaced(getattr(node, step), path[1:], new)})


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The child nodes that carry meaning, in order: no whitespace, no punctuation."""
    kind = type(node)
    names = _children.get(kind)
    if names is None:
        names = tuple(
            item.name
            for item in fields(kind)
            if item.name not in _SKIPPED and not item.name.startswith("whitespace")
        )
        _children[kind] = names
    for name in names:
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, list | tuple):
            for item in value:
                if isinstance(item, cst.CSTNode):
                    yield item


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and everything below it, parents first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(children(current))))


def count_names(node: cst.CSTNode) -> Counter[str]:
    """How often names are used, in quoted annotations and ``__all__`` too.

    Imports do not count, nor do names that are no more than an attribute, a parameter or a variable
    of a function.
    """
    counts: Counter[str] = Counter()
    stack: list[tuple[cst.CSTNode, bool]] = [(node, False)]
    while stack:
        current, quoted = stack.pop()
        if isinstance(current, cst.Name):
            counts[current.value] += 1
        elif isinstance(current, cst.Import | cst.ImportFrom):
            continue
        elif isinstance(current, cst.Attribute | cst.Arg):
            stack.append((current.value, quoted))
        elif isinstance(current, cst.SimpleString):
            if quoted:
                counts.update(_words(current.value))
        elif isinstance(current, cst.FunctionDef):
            inside = count_names(current.body)
            for name in _variables(current):
                del inside[name]
            counts.update(inside)
            outside = (current.params, current.returns, *current.decorators)
            stack.extend((child, False) for child in outside if child is not None)
        elif isinstance(current, cst.Param):
            parts = (current.annotation, current.default)
            stack.extend((child, False) for child in parts if child is not None)
        elif isinstance(current, cst.ClassDef):
            body = list(current.body.body)
            for part in [part for one in body for part in (one, *small(one))]:
                counts.subtract(targets(part))
            stack.extend((child, False) for child in (*current.bases, *current.keywords))
            stack.extend((child, False) for child in (*current.decorators, current.body))
        else:
            inner = quoted or isinstance(current, cst.Annotation | cst.Subscript)
            if isinstance(current, cst.Assign | cst.AnnAssign | cst.AugAssign):
                inner = inner or "__all__" in targets(current)
            stack.extend((child, inner) for child in children(current))
    return counts


def _variables(function: cst.FunctionDef) -> set[str]:
    """The parameters and the plain variables of a function."""
    stack: list[cst.CSTNode] = [function.params, function.body]
    found: set[str] = set()
    while stack:
        current = stack.pop()
        if isinstance(current, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            continue
        if isinstance(current, cst.Param):
            found.add(current.name.value)
        elif isinstance(current, cst.Global | cst.Nonlocal):
            found.difference_update(item.name.value for item in current.names)
        elif isinstance(current, cst.BaseSmallStatement):
            found.update(targets(current))
        else:
            if isinstance(current, cst.For) and isinstance(current.target, cst.Name):
                found.add(current.target.value)
            stack.extend(children(current))
    return found


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


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


def split_footer(module: cst.Module) -> tuple[list[cst.EmptyLine], cst.Module]:
    """The comments at the end of a module, and the module without them."""
    footer = list(module.footer)
    last = max((i for i, line in enumerate(footer) if line.comment is not None), default=-1)
    return footer[: last + 1], module.with_changes(footer=footer[last + 1 :])


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


def dotted(node: cst.CSTNode | None) -> str | None:
    """``a.b.c`` of a name or an attribute, None for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        head = dotted(node.value)
        return None if head is None else f"{head}.{node.attr.value}"
    return None


def parse_statements(source: str, like: cst.Module) -> cst.Module:
    """Parse new code so that it takes the line ends of the module it is meant for."""
    text = source.replace("\r\n", "\n").replace("\n", like.default_newline)
    config = cst.PartialParserConfig(encoding="utf-8", default_newline=like.default_newline)
    try:
        return cst.parse_module(text, config)
    except cst.ParserSyntaxError as error:
        raise Unable(f"the new code is not valid Python: {error.message}") from error


def parse_line(source: str, like: cst.Module) -> Statement:
    """Parse one statement of new code, without blank lines or comments before it."""
    module = parse_statements(source, like)
    if len(module.body) != 1:
        raise Unable("the new code is not one statement")
    return with_leading(module.body[0], ())


def blocks(statement: cst.CSTNode) -> Iterator[Path]:
    """Paths from a compound statement to its blocks; a function or class has none in this scope."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return
    if isinstance(getattr(statement, "body", None), cst.IndentedBlock | cst.SimpleStatementSuite):
        yield ("body",)
    for name in ("orelse", "finalbody"):
        branch = getattr(statement, name, None)
        if branch is not None:
            yield from ((name, *rest) for rest in blocks(branch))
    for name in ("handlers", "cases"):
        for index, branch in enumerate(getattr(statement, name, ())):
            yield from ((name, index, *rest) for rest in blocks(branch))


def scope(source: Source, function: str | None) -> Path:
    """The path of a function's body, by its qualified name; ``()`` for the module.

    Raises:
        Unable: There is no such function.
    """
    path: Path = ()
    if function is None:
        return path
    for part in function.split("."):
        if part == "<locals>":
            continue
        found = _definition(source, path, part)
        if found is None:
            raise Unable(f"there is no function {function}")
        path = (*found, "body")
    return path


def find_class(source: Source, name: str) -> Path:
    """The path of a class, by its qualified name.

    Raises:
        Unable: There is no such class.
    """
    path: Path = ()
    for part in name.split("."):
        found = _definition(source, path, part)
        if found is None:
            raise Unable(f"there is no class {name}")
        path = (*found, "body")
    if not isinstance(source.get(path[:-1]), cst.ClassDef):
        raise Unable(f"{name} is not a class")
    return path[:-1]


def _definition(source: Source, path: Path, name: str) -> Path | None:
    """The last definition of that name in a block or in the branches below it."""
    found: Path | None = None
    for place, statement in statements(source, path):
        if isinstance(statement, cst.FunctionDef | cst.ClassDef) and statement.name.value == name:
            found = place
    return found


def statements(source: Source, path: Path) -> Iterator[tuple[Path, cst.CSTNode]]:
    """Every statement of a scope with its path, those in branches and loops included."""
    block = source.get(path)
    for index, statement in enumerate(getattr(block, "body", ())):
        place = (*path, "body", index)
        yield place, statement
        for below in blocks(statement):
            yield from statements(source, (*place, *below))
