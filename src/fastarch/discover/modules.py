"""A module of the app, parsed when asked, and the names that it binds."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

from fastarch.discover import source
from fastarch.discover.symbols import Place
from fastarch.records import dataclass

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Bound:
    """What a statement binds a name to: an import, or a definition or assignment (``node``)."""

    node: ast.stmt
    value: ast.expr | None = None
    module: str | None = None
    attribute: str | None = None


class Source:
    """A file, read and parsed when somebody first asks for its text or tree."""

    __slots__ = ("_parsed", "_text", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self._text: str | None = None
        self._parsed: source.Parsed | None = None

    @property
    def text(self) -> str:
        """The source, decoded. Empty where it cannot be read."""
        if self._parsed is not None:
            return self._parsed.text
        if self._text is None:
            self._text = source.decode(self._bytes())
        return self._text

    @property
    def parsed(self) -> source.Parsed:
        """The statements, as far as they can be read."""
        if self._parsed is None:
            self._parsed = source.parse(self._bytes())
            self._text = None
        return self._parsed

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError:  # a namespace package's folder, a dangling link, no permission
            return b""


class Module:
    """A module of the project, read and parsed when it is first asked for its text or tree.

    Args:
        read: The file.
        file: The path relative to the project's root, with forward slashes.
        name: Dotted name, as the app imports it.
        is_package: An ``__init__.py`` or a namespace package.
    """

    __slots__ = ("_bindings", "_read", "file", "is_package", "name")

    def __init__(self, read: Source, file: str, name: str, *, is_package: bool) -> None:
        self._read = read
        self.file = file
        self.name = name
        self.is_package = is_package
        self._bindings: dict[int, tuple[dict[str, Bound], list[str]]] = {}

    def __repr__(self) -> str:
        """For people who debug."""
        return f"Module({self.name!r}, {self.file!r})"

    @property
    def path(self) -> Path:
        """Where it is; the folder, for a namespace package."""
        return self._read.path

    @property
    def text(self) -> str:
        """The source, decoded. Empty where it cannot be read."""
        return self._read.text

    @property
    def tree(self) -> ast.Module:
        """The statements, as far as they can be read."""
        return self._read.parsed.tree

    @property
    def complete(self) -> bool:
        """Nothing of the file had to be left out."""
        return self._read.parsed.complete

    @property
    def package(self) -> str:
        """The package that relative imports in it start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    def place(self, node: ast.AST) -> Place:
        """Where a node of this module is."""
        return Place(self.file, getattr(node, "lineno", 1))

    def bindings(self, scope: ast.AST | None = None) -> tuple[dict[str, Bound], list[str]]:
        """Names bound in the module, or in a function or class of it, and star-imported modules.

        The last binding wins, but an ``else`` or ``except`` branch does not overrule.
        """
        key = id(scope)
        if key not in self._bindings:
            names: dict[str, Bound] = {}
            stars: list[str] = []
            body = self.tree.body if scope is None else getattr(scope, "body", [])
            _bind(body, names, stars, self, weak=False)
            self._bindings[key] = names, stars
        return self._bindings[key]


def dotted(node: ast.expr | None) -> str:
    """``a.b.c`` of a name or attribute chain; empty for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def called(node: ast.expr | None) -> str:
    """The last word of what a call calls: ``Column`` of ``sa.Column(…)``; empty without a call."""
    return dotted(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""


def exported(module: Module) -> list[str] | None:
    """The names of a module's ``__all__``, as far as they are written out; None without one."""
    names: list[str] | None = None
    for node in module.tree.body:
        value: ast.expr | None = None
        if isinstance(node, ast.Assign) and any(dotted(t) == "__all__" for t in node.targets):
            names, value = [], node.value
        elif isinstance(node, ast.AnnAssign | ast.AugAssign) and dotted(node.target) == "__all__":
            names, value = names or [], node.value
        if value is not None and names is not None:
            names += (
                item.value
                for item in ast.walk(value)
                if isinstance(item, ast.Constant) and isinstance(item.value, str)
            )
    return names


def exports(module: Module, name: str) -> bool:
    """Whether a star import of the module brings the name."""
    names = exported(module)
    return not name.startswith("_") if names is None else name in names


def absolute(module: Module, level: int, name: str) -> str:
    """The dotted name of ``level`` dots and ``name``, as imported in the module."""
    if not level:
        return name
    parts = module.package.split(".") if module.package else []
    base = parts[: len(parts) - level + 1] if level > 1 else parts
    return ".".join([*base, *([name] if name else [])])


def _bind(
    body: list[ast.stmt], names: dict[str, Bound], stars: list[str], module: Module, *, weak: bool
) -> None:
    def put(name: str, bound: Bound) -> None:
        if not weak or name not in names:
            names[name] = bound

    for node in body:
        match node:
            case ast.Import():
                for alias in node.names:
                    if alias.asname:
                        put(alias.asname, Bound(node, module=alias.name))
                    else:
                        top = alias.name.split(".")[0]
                        put(top, Bound(node, module=top))
            case ast.ImportFrom():
                base = absolute(module, node.level, node.module or "")
                for alias in node.names:
                    if alias.name == "*":
                        stars.append(base)
                    else:
                        put(
                            alias.asname or alias.name,
                            Bound(node, module=base, attribute=alias.name),
                        )
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                put(node.name, Bound(node))
            case ast.Assign():
                for target in node.targets:
                    _bind_target(target, node, node.value, put)
            case ast.AnnAssign() if node.value is not None:
                _bind_target(node.target, node, node.value, put)
            case ast.AnnAssign() if isinstance(node.target, ast.Name):
                if node.target.id not in names:
                    names[node.target.id] = Bound(node)
            case ast.If():
                _bind(node.body, names, stars, module, weak=weak)
                _bind(node.orelse, names, stars, module, weak=True)
            case ast.Try():
                _bind(node.body, names, stars, module, weak=weak)
                for handler in node.handlers:
                    _bind(handler.body, names, stars, module, weak=True)
                _bind(node.orelse, names, stars, module, weak=weak)
                _bind(node.finalbody, names, stars, module, weak=weak)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    if item.optional_vars is not None:
                        _bind_target(item.optional_vars, node, item.context_expr, put)
                _bind(node.body, names, stars, module, weak=weak)
            case ast.For() | ast.AsyncFor() | ast.While():
                _bind(node.body, names, stars, module, weak=weak)
            case _:
                pass


def _bind_target(
    target: ast.expr, node: ast.stmt, value: ast.expr, put: Callable[[str, Bound], None]
) -> None:
    if isinstance(target, ast.Name):
        put(target.id, Bound(node, value))
    elif isinstance(target, ast.Tuple | ast.List):
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        for at, element in enumerate(target.elts):
            if isinstance(element, ast.Name):
                inner = values[at] if len(values) == len(target.elts) else value
                put(element.id, Bound(node, inner))
