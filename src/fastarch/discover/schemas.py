"""The schema classes that neighbouring endpoints take and answer with."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.neighbours import Neighbours
from fastarch.records import dataclass

Purpose = Literal["create", "update", "read"]
_PYDANTIC = frozenset({"BaseModel", "RootModel", "GenericModel", "SQLModel", "BaseSettings"})


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A schema class and what endpoints use it for."""

    definition: Definition
    purpose: Purpose


@dataclass(frozen=True, slots=True, eq=False)
class Schemas:
    """The schema classes of the neighbours, each once for a purpose."""

    used: tuple[Schema, ...]

    @property
    def modules(self) -> list[Module]:
        """The module of each class, of those that are bodies where there are any.

        Answers are often made of what other layers define.
        """
        seen: dict[tuple[str, str], Module] = {}
        bodies = [schema for schema in self.used if schema.purpose != "read"]
        for schema in bodies or self.used:
            found = schema.definition
            seen.setdefault((found.module.file, found.name), found.module)
        return list(seen.values())


def schemas(index: ModuleIndex, near: Neighbours) -> Schemas:
    """Read the bodies and answers of the neighbouring endpoints."""
    found: dict[tuple[str, str, Purpose], Schema] = {}
    known: dict[tuple[str, str], bool] = {}

    def add(definition: Definition, purpose: Purpose) -> None:
        key = (definition.module.file, definition.name)
        if key not in known:
            known[key] = index.shows(definition.module) and is_schema(index, definition)
        if known[key]:
            found.setdefault((*key, purpose), Schema(definition, purpose))

    for endpoint in near.endpoints:
        module = endpoint.module
        purpose: Purpose | None = (
            "create" if endpoint.method == "post" else
            "update" if endpoint.method in ("put", "patch") else None
        )  # fmt: skip
        if purpose is not None:
            for argument, default in endpoint.arguments:
                if isinstance(default, ast.Call) and dotted(default.func).endswith("Depends"):
                    continue
                for definition in _classes(index, module, argument.annotation):
                    add(definition, purpose)
        answer = next(
            (word.value for word in endpoint.decorator.keywords if word.arg == "response_model"),
            endpoint.node.returns,
        )
        for definition in _classes(index, module, answer):
            add(definition, "read")
    return Schemas(tuple(found.values()))


def is_schema(index: ModuleIndex, definition: Definition, depth: int = 0) -> bool:
    """Whether a class is a pydantic model (or a SQLModel that is no table)."""
    node = definition.node
    if not isinstance(node, ast.ClassDef) or depth > 8:
        return False
    if any(word.arg == "table" for word in node.keywords):
        return False
    for base in node.bases:
        plain = base.value if isinstance(base, ast.Subscript) else base
        origin = index.origin(definition.module, plain)
        library, _, name = origin.rpartition(".")
        if library.split(".")[0] in ("pydantic", "sqlmodel", "pydantic_v1") and name in _PYDANTIC:
            return True
        target = index.resolve(definition.module, dotted(plain))
        if target is not None and target.name and is_schema(index, target, depth + 1):
            return True
    return False


def root(index: ModuleIndex, definition: Definition) -> Definition | None:
    """The project's own class that a schema has in place of ``BaseModel``; None without one."""
    current = definition
    for _ in range(8):
        node = current.node
        if not isinstance(node, ast.ClassDef):
            return None
        parent = None
        for base in node.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            target = index.resolve(current.module, dotted(plain))
            if target is not None and target.name and is_schema(index, target):
                parent = target
                break
        if parent is None:
            return current if current is not definition else None
        current = parent
    return None


def _classes(
    index: ModuleIndex, module: Module, annotation: ast.expr | None
) -> Iterator[Definition]:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return
    if annotation is None:
        return
    waiting: list[ast.expr] = [annotation]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Subscript):
            waiting += [node.value, node.slice]
        elif isinstance(node, ast.BinOp):
            waiting += [node.left, node.right]
        elif isinstance(node, ast.Tuple | ast.List):
            waiting += node.elts
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _classes(index, module, node)
        elif name := dotted(node):
            definition = index.resolve(module, name)
            if definition is not None and isinstance(definition.node, ast.ClassDef):
                yield definition
