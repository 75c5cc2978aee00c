"""A parsed module and the ways to move in it: blocks, scopes, definitions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import field

from fastarch.records import dataclass
from fastarch.wire.nodes import NewDefinition, Statement, is_definition, leading, with_leading
from fastarch.wire.syntax import cst
from fastarch.wire.usage import bound_by, count_names

Path = tuple[str | int, ...]


class Unable(Exception):  # noqa: N818 - it is an answer on its way up, not an error
    """There is no safe place for the edit; the message says what was looked for."""


@dataclass(slots=True)
class Source:
    """A module under edit. Edits replace ``module``; nodes themselves never change.

    The header is kept with the first statement (or the footer, if there is none), so that no edit
    has to treat the first statement in another way than the rest.

    ``wrapped`` and ``aliases`` collect what an edit has to remember: import lines that it had to
    wrap, and other names that it had to give to imports. ``original`` is the module as it was read:
    what is told of its lines is told of those that somebody sees.
    """

    module: cst.Module
    original: cst.Module
    wrapped: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
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
        return cls(module, module)

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

    @property
    def ends_with_newline(self) -> bool:
        """Does the last line have a line end? If not, anything behind it changes it."""
        return self.module.has_trailing_newline

    def touches_end(self, path: Path) -> bool:
        """Would a statement at the end of the block at a path change the file's last line?"""
        if self.ends_with_newline or any(one.comment for one in self.module.footer):
            return False
        node: object = self.module
        for depth, step in enumerate(path):
            if isinstance(step, int):
                assert isinstance(node, Sequence)
                if step != len(node) - 1:
                    return False
                node = node[step]
                last = isinstance(node, cst.FunctionDef | cst.ClassDef | cst.With)
                if not last or path[depth + 1] != "body":
                    return False
            else:
                node = getattr(node, step)
                if isinstance(node, cst.IndentedBlock) and node.footer:
                    return False
        return True

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

    def indentation(self, path: Path) -> int:
        """How many columns the block at a path is indented by."""
        width = 0
        node: object = self.module
        for step in path:
            node = node[step] if isinstance(step, int) else getattr(node, step)  # type: ignore[index]
            if isinstance(node, cst.IndentedBlock):
                width += len((node.indent or self.module.default_indent).expandtabs(4))
        return width

    def unfold(self) -> None:
        """Make nodes of the definitions that are there as text."""
        body = self.module.body
        if any(isinstance(one, NewDefinition) for one in body):
            found = [unfolded(one, self.module) for one in body]
            self.module = self.module.with_changes(body=found)

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


def split_footer(module: cst.Module) -> tuple[list[cst.EmptyLine], cst.Module]:
    """The comments at the end of a module, and the module without them."""
    footer = list(module.footer)
    last = max((i for i, line in enumerate(footer) if line.comment is not None), default=-1)
    return footer[: last + 1], module.with_changes(footer=footer[last + 1 :])


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


def unfolded(statement: Statement, like: cst.Module) -> Statement:
    """A statement as nodes."""
    if isinstance(statement, NewDefinition):
        return with_leading(parse_line(statement.text, like), statement.leading_lines)
    return statement


def blocks(statement: cst.CSTNode) -> Iterator[Path]:
    """Paths from a compound statement to its blocks; a function or class has none in this scope."""
    if is_definition(statement):
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
        if not isinstance(statement, cst.SimpleStatementLine):
            for below in blocks(statement):
                yield from statements(source, (*place, *below))


def line_of(source: Source, name: str) -> int:
    """The number of the first line that binds a name at the module's level; 0 for none.

    It is that of the file as it was read, where the name is there.
    """
    return _line_of(source.original, name) or _line_of(source.module, name)


def _line_of(module: cst.Module, name: str) -> int:
    module = module.with_changes(footer=())
    for index, statement in enumerate(module.body):
        if name in bound_by(statement):
            before = module.with_changes(body=module.body[:index], has_trailing_newline=True)
            line = before.code.count(module.default_newline) + len(leading(statement)) + 1
            text = module.code_for_node(with_leading(statement, ())).splitlines()
            found = (i for i, one in enumerate(text) if re.search(rf"\b{re.escape(name)}\b", one))
            return line + next(found, 0)
    return 0
