"""Which hand-written tests call which operations, and whether they sign in."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.profile import Entry, Tests
from fastarch.discover.symbols import Import, Symbol
from fastarch.discover.testing import fixture_name
from fastarch.discover.values import text_of
from fastarch.records import dataclass

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_SIGNS_IN = re.compile(
    r"(?i)authoriz|bearer|auth_?headers?|access_token|token_headers|_token\b|log_?in|sign_?in|"
    r"current_(?:active_)?user|\b40[13]\b|unauthorized|cookies|force_auth|as_user"
)
# Overrides that replace all others, and clients that may be signed in.
_UNSURE = re.compile(r"dependency_overrides\s*=|(?i:authorization)")

# A segment that is not written out.
_ANY = "{}"


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """A file of tests that calls operations.

    Args:
        labels: What it calls.
        first: The first of its definitions that is a test.
        state: It signs in by itself; it may; it knows nothing of that.
        app: How it can reach the app that it calls: by an import, or by a fixture's name.
    """

    module: Module
    labels: tuple[str, ...]
    first: str
    state: Literal["signs in", "unknown", "open"]
    app: Import | str | None


def callers(
    index: ModuleIndex,
    files: Iterable[Path],
    labels: Collection[str],
    own: Tests | None,
    entry: Entry | None,
    guard: Symbol,
    without: Collection[str] = (),
) -> Iterator[Caller]:
    """The files of tests that call one of the operations.

    Args:
        files: The project's Python files.
        labels: Operations: ``GET /products/{id}``.
        own: What is known of the tests.
        entry: The app that they call.
        guard: What is asked for by now.
        without: Files that fastarch has made.
    """
    if own is None or not labels:
        return
    wanted = [_Pattern.of(label) for label in labels]
    words = {segment for one in wanted for segment in one.path if segment != _ANY}
    for path in files:
        file = index.relative(path)
        is_test = path.name.startswith("test_") or path.stem.endswith("_test")
        if not is_test or file in without:
            continue
        module = index.at(path)
        if words and not any(word in module.text for word in words):
            continue
        calls = set(_calls(index, module))
        called = [one.label for one in wanted if any(one.fits(*call) for call in calls)]
        if called:
            yield _read(index, module, tuple(called), entry, guard)


@dataclass(frozen=True, slots=True)
class _Pattern:
    label: str
    method: str
    path: tuple[str, ...]

    @classmethod
    def of(cls, label: str) -> _Pattern:
        method, _, path = label.partition(" ")
        parts = (_ANY if part.startswith("{") else part for part in path.split("/") if part)
        return cls(label, method, tuple(parts))

    def fits(self, method: str, found: tuple[str, ...]) -> bool:
        """Whether a call of a client is of this operation."""
        if method != self.method or len(found) > len(self.path):
            return False
        if not found:
            return not self.path
        # A client may know what comes first: base_url="http://test/api/v1".
        before, own = self.path[: -len(found)], self.path[-len(found) :]
        return (
            _ANY not in before
            and any(one == two != _ANY for one, two in zip(own, found, strict=True))
            and all(one == two or _ANY in {one, two} for one, two in zip(own, found, strict=True))
        )


def _calls(index: ModuleIndex, module: Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The methods and paths of calls that look like a client's."""
    for function in ast.walk(module.tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for call in ast.walk(function):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            method, args = call.func.attr, list(call.args)
            if method == "request" and args:
                method = (text_of(index, module, args.pop(0)) or "").lower()
            if method in _METHODS:
                node = args[0] if args else None
                node = node or next((one.value for one in call.keywords if one.arg == "url"), None)
                if node is not None:
                    yield method.upper(), _segments(_text(index, module, node, function))


def _text(index: ModuleIndex, module: Module, node: ast.expr, scope: FunctionNode | None) -> str:
    """A URL with ``{}`` for what is not written out."""
    known = text_of(index, module, node, scope)
    if known is not None:
        return known
    match node:
        case ast.JoinedStr(values=values):
            parts = (one.value if isinstance(one, ast.FormattedValue) else one for one in values)
            return "".join(_text(index, module, part, scope) for part in parts)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _text(index, module, left, scope) + _text(index, module, right, scope)
        case ast.BinOp(op=ast.Mod(), left=left):
            return re.sub(r"%\w", _ANY, _text(index, module, left, scope))
        case ast.Call(func=ast.Attribute(attr="format", value=value)):
            return re.sub(r"\{\w*\}", _ANY, _text(index, module, value, scope))
        case _:
            return _ANY


def _segments(url: str) -> tuple[str, ...]:
    path = re.sub(r"^https?://[^/]*", "", url).partition("?")[0]
    parts = [part for part in path.split("/") if part]
    if parts and parts[0].startswith(_ANY) and not path.startswith("/"):
        parts[0] = parts[0].removeprefix(_ANY)  # f"{BASE}products"
    return tuple(_ANY if _ANY in part else part for part in parts if part)


def _read(
    index: ModuleIndex,
    module: Module,
    labels: tuple[str, ...],
    entry: Entry | None,
    guard: Symbol,
) -> Caller:
    above = list(_conftests(index, module))
    text = "\n".join(one.text for one in above)
    overrides = re.compile(rf"dependency_overrides[^\n]*\b{re.escape(guard.name)}\b")
    state: Literal["signs in", "unknown", "open"] = "open"
    if overrides.search(module.text) or overrides.search(text):
        state = "signs in"
    elif _SIGNS_IN.search(module.text) or _UNSURE.search(module.text + text):
        state = "unknown"
    first = next(
        node.name
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )
    return Caller(module, labels, first, state, _app(index, [module, *above], entry))


def _conftests(index: ModuleIndex, module: Module) -> Iterator[Module]:
    """The files whose fixtures a test can have, the nearest first."""
    folder = PurePosixPath(module.file).parent
    for parent in (folder, *folder.parents):
        path = index.root / parent / "conftest.py"
        if path.is_file():
            yield index.at(path)


def _app(index: ModuleIndex, modules: Iterable[Module], entry: Entry | None) -> Import | str | None:
    """How tests reach the app: as it is imported there already, or by a fixture that makes it."""
    instance = entry.instance if entry is not None else None
    for module in modules:
        for name, bound in module.bindings()[0].items():
            if bound.module is None or bound.attribute is None or instance is None:
                continue
            found = index.resolve(module, name)
            own = found is not None and (found.module.file, found.name)
            if own == (instance.at.file, instance.name) and not _is_relative(bound.node):
                alias = name if name != bound.attribute else None
                return Import(bound.module, bound.attribute, alias)
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and fixture_name(node) in {
                "app",
                "application",
                "test_app",
            }:
                returns = dotted(node.returns).rpartition(".")[2]
                makes = any(
                    dotted(call.func).rpartition(".")[2] == (entry.name if entry else "")
                    for call in ast.walk(node)
                    if isinstance(call, ast.Call)
                )
                if returns == "FastAPI" or makes:
                    return fixture_name(node)
    return None


def _is_relative(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and bool(node.level)
