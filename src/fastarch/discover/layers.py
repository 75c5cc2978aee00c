"""Repositories and services: classes or functions, and how the classes are called."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Literal

from fastarch.discover.index import Module, ModuleIndex
from fastarch.discover.neighbours import Neighbours
from fastarch.discover.patterns import Subject, class_pattern
from fastarch.discover.profile import Layout, Role
from fastarch.records import dataclass

# A few files tell what fifty would.
_ENOUGH = 6


@dataclass(frozen=True, slots=True)
class Layer:
    """How a layer is written; None where the app has none."""

    kind: Literal["class", "functions"] | None = None
    class_name: str | None = None


def read(
    index: ModuleIndex, near: Neighbours, layout: Layout, about: Sequence[Subject]
) -> tuple[Layer, Layer]:
    """The app's repositories and services."""
    return (
        _layer(index, near, layout, about, "repository"),
        _layer(index, near, layout, about, "service"),
    )


def _layer(
    index: ModuleIndex, near: Neighbours, layout: Layout, about: Sequence[Subject], role: Role
) -> Layer:
    if role not in layout.found:
        return Layer()
    classes: Counter[str] = Counter()
    functions = 0
    for module in _files(index, near, layout.paths[role]):
        own = 0
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                form = class_pattern(node.name, about)
                if form is not None and "{One}" in form and _is_layer(node):
                    classes[form] += 1
                elif _is_layer(node):
                    own += 1
        if any(
            isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in module.tree.body
        ) and not (
            own or any(isinstance(n, ast.ClassDef) and _is_layer(n) for n in module.tree.body)
        ):
            functions += 1
    if not classes and not functions:
        return Layer()
    if functions > classes.total():
        return Layer("functions")
    name = classes.most_common(1)[0][0] if classes else None
    if name in ("{One}", "{One}Schema", "{One}Model"):
        name = None
    return Layer("class", name)


def _is_layer(node: ast.ClassDef) -> bool:
    """A class with methods besides ``__init__``: no schema, enum or exception."""
    bases = {ast.unparse(base) for base in node.bases}
    if any(
        re.search(r"(?:Error|Exception|Enum|BaseModel|TypedDict|Protocol)$", base) for base in bases
    ):
        return False
    methods = [n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return bool(methods) or bool(bases)


def _files(index: ModuleIndex, near: Neighbours, form: str) -> Iterator[Module]:
    """Modules that follow a path pattern, those that the neighbours import first."""
    if "{" not in form:
        yield index.at(form)
        return
    shape = re.compile(re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(form)))
    seen: set[str] = set()
    for module in near.modules:
        for target in index.imports(module):
            if shape.fullmatch(target.file) and target.file not in seen and index.shows(target):
                seen.add(target.file)
                yield target
                if len(seen) >= _ENOUGH:
                    return
    if not seen:
        fixed = [part for part in PurePosixPath(form).parent.parts if "{" not in part]
        folder = index.root.joinpath(*fixed)
        for path in sorted(folder.rglob("*.py"))[:200]:
            file = index.relative(path)
            module = index.at(path)
            if shape.fullmatch(file) and path.name != "__init__.py" and index.shows(module):
                seen.add(file)
                yield module
                if len(seen) >= _ENOUGH:
                    return
