"""Parameters that are sessions: of endpoints, of what they depend on, and of what is unused yet."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from fastarch.discover.index import Definition, FunctionNode, Module, ModuleIndex, dotted
from fastarch.discover.neighbours import WRITES, Neighbours, arguments
from fastarch.discover.providers import Provider, hands_out, provider, session_class
from fastarch.records import dataclass

_DEPENDS = frozenset({"Depends", "Security"})
# An endpoint's service's repository's session: so far providers are followed.
_DEPTH = 4
_ALIAS = re.compile(
    r"Annotated\[[^\]]*?(?:[Ss]ession|db)[^\]]*?Depends\(|"
    r"Annotated\[[^\]]*?Depends\([^)]*(?:[Ss]ession|db)"
)
_YIELDS = re.compile(r"\byield\s+(?:from\s+)?([\w.]*)")


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """One parameter that is a session."""

    provider: Provider
    alias: Definition | None
    annotated: bool
    parameter: str
    type: tuple[Module, ast.expr] | None
    module: Module
    line: int
    writes: bool
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class Dependency:
    """A parameter that FastAPI fills: what it calls, and how that is spelled."""

    target: ast.expr | None
    module: Module
    type: ast.expr | None
    alias: Definition | None
    annotated: bool


def dependency(
    index: ModuleIndex, module: Module, annotation: ast.expr | None, default: ast.expr | None
) -> Dependency | None:
    """What FastAPI fills a parameter with, where it is a dependency."""
    if isinstance(default, ast.Call) and _is_depends(default):
        target = default.args[0] if default.args else _keyword(default, "dependency")
        return Dependency(target or annotation, module, annotation, None, annotated=False)
    annotation = _unquoted(annotation)
    if annotation is None:
        return None
    if (found := _annotated(annotation)) is not None:
        kind, target = found
        return Dependency(target or kind, module, kind, None, annotated=True)
    name = dotted(annotation)
    alias = index.resolve(module, name) if name else None
    if alias is not None and alias.name:
        value = alias.value if alias.value is not None else getattr(alias.node, "value", None)
        if isinstance(value, ast.Subscript) and (found := _annotated(value)) is not None:
            kind, target = found
            return Dependency(target or kind, alias.module, kind, alias, annotated=True)
    return None


def neighbour_uses(index: ModuleIndex, near: Neighbours) -> Iterator[Use]:
    """Every session that a neighbouring endpoint takes, itself or through what it depends on."""
    seen: dict[int, tuple[Use, ...]] = {}
    for endpoint in near.endpoints:
        writes = endpoint.method in WRITES
        yield from _uses(index, endpoint.module, endpoint.node, writes, 0, seen)
    for module in near.modules:
        yield from _attributes(index, module)


def _attributes(index: ModuleIndex, module: Module) -> Iterator[Use]:
    """Sessions that class-based views declare as attributes."""
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                found = dependency(index, module, item.annotation, item.value)
                argument = ast.arg(arg=item.target.id, lineno=item.lineno)
                if found and (use := _use(index, module, argument, found, False, 0)):
                    yield use


def _uses(
    index: ModuleIndex,
    module: Module,
    function: FunctionNode,
    writes: bool,
    depth: int,
    seen: dict[int, tuple[Use, ...]],
) -> Iterator[Use]:
    for argument, default in arguments(function):
        found = dependency(index, module, argument.annotation, default)
        if found is None or found.target is None:
            continue
        use = _use(index, module, argument, found, writes, depth)
        if use is not None:
            yield use
        elif depth < _DEPTH:
            inner = provider(index, found.module, found.target)
            if inner is None or inner.function is None:
                continue
            key = id(inner.function)
            if key not in seen:
                seen[key] = ()  # a dependency that depends on itself
                seen[key] = tuple(_uses(index, inner.home, inner.function, writes, depth + 1, seen))
            yield from seen[key]


def _use(
    index: ModuleIndex,
    module: Module,
    argument: ast.arg,
    found: Dependency,
    writes: bool,
    depth: int,
) -> Use | None:
    """A parameter as a use of a session, where it is one."""
    if found.target is None:
        return None
    called = provider(index, found.module, found.target)
    kind = session_class(index, found.module, found.type)
    if called is None or (isinstance(found.target, ast.Call) and found.alias is None):
        return None  # what a call makes has no name to repeat
    verdict = hands_out(index, called)
    if verdict is False or (kind is None and verdict is not True):
        return None
    if kind is None and called.function is not None:
        kind = session_class(index, called.home, called.function.returns)
    return Use(
        called,
        found.alias,
        found.annotated,
        argument.arg,
        kind,
        module,
        argument.lineno,
        writes,
        depth,
    )


def declared(index: ModuleIndex, reach: Sequence[Module]) -> Iterator[Use]:
    """Session dependencies that nobody near uses (yet): aliases, and functions that yield one."""
    for module in reach:
        text = module.text
        if not _may_declare(text):
            continue
        for name, bound in module.bindings()[0].items():
            if bound.module is not None:
                continue
            value = bound.value or getattr(bound.node, "value", None)
            if isinstance(value, ast.Subscript) and (pair := _annotated(value)) is not None:
                kind, target = pair
                definition = Definition(module, name, bound.node, value)
                argument = ast.arg(arg="", lineno=bound.node.lineno)
                found = Dependency(target or kind, module, kind, definition, annotated=True)
                if use := _use(index, module, argument, found, False, 0):
                    yield use
            elif (
                isinstance(bound.node, ast.FunctionDef | ast.AsyncFunctionDef)
                and not bound.node.decorator_list
                and "test" not in name
                and _is_plain(bound.node)
            ):
                definition = Definition(module, name, bound.node)
                called = Provider(definition, name, bound.node, module)
                if hands_out(index, called):
                    kind_found = session_class(index, module, bound.node.returns)
                    yield Use(
                        called, None, True, "", kind_found, module, bound.node.lineno, False, 1
                    )


def _may_declare(text: str) -> bool:
    if "Annotated[" in text and "Depends(" in text and _ALIAS.search(text):
        return True
    if "yield" not in text or not ("ession" in text or "sqlalchemy" in text):
        return False
    # `yield session`, and `with maker() as s: yield s`
    return any(
        re.search(r"db|sess", name, re.IGNORECASE) or f" as {name}:" in text
        for name in _YIELDS.findall(text)
        if name
    )


def _is_plain(function: FunctionNode) -> bool:
    """It yields, and can be called without arguments or with a request."""
    required = [
        argument.arg
        for argument, default in arguments(function)
        if default is None and argument.arg not in ("request", "self")
    ]
    return not required and any(isinstance(node, ast.Yield) for node in ast.walk(function))


def _is_depends(call: ast.Call) -> bool:
    return dotted(call.func).rpartition(".")[2] in _DEPENDS


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def _annotated(node: ast.expr) -> tuple[ast.expr, ast.expr | None] | None:
    """``(Session, get_db)`` of ``Annotated[Session, Depends(get_db)]``."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
        return None
    if dotted(node.value).rpartition(".")[2] != "Annotated":
        return None
    kind, *rest = node.slice.elts
    for item in rest:
        if isinstance(item, ast.Call) and _is_depends(item):
            return kind, (item.args[0] if item.args else _keyword(item, "dependency"))
    return None


def _unquoted(annotation: ast.expr | None) -> ast.expr | None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
    return annotation
