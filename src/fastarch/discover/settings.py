"""The settings class, and how code gets at its instance."""

from __future__ import annotations

import ast

from fastarch.discover.app import Found
from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import Module, dotted
from fastarch.discover.profile import Expression, Import, Settings, Symbol
from fastarch.discover.scan import Scan, aside
from fastarch.discover.values import class_of

_NAMES = ("Settings", "AppSettings", "Config", "AppConfig", "Configuration")
_DEPTH = 6


def find_settings(found: Found, seen: Scan) -> Settings | None:
    """The settings class of the app: one that is instantiated, and that the entry imports."""
    index = found.index
    imported = {module.file for module in index.imports(found.module)}
    best: tuple[float, Settings] | None = None
    for path in seen.settings:
        module = index.at(path)
        if aside(module.file):
            continue
        for node in module.tree.body:
            if not isinstance(node, ast.ClassDef) or not _is_settings(index, module, node):
                continue
            accessor = _accessor(index, module, node)
            score = 3.0 * (accessor is not None) + 2.0 * (node.name in _NAMES)
            score += 2.0 * (module.file in imported) + 0.5 * ("gunicorn" not in module.name)
            score -= 0.1 * module.file.count("/")
            if best is None or score > best[0]:
                own = Symbol(module.place(node), module.name, node.name)
                best = (score, Settings(own, accessor))
    return best[1] if best else None


def _is_settings(
    index: ModuleIndex, module: Module, node: ast.ClassDef, depth: int = _DEPTH
) -> bool:
    for base in node.bases:
        if index.origin(module, base).rpartition(".")[2] == "BaseSettings":
            return True
        parent = index.resolve(module, dotted(base)) if dotted(base) and depth > 0 else None
        if (
            parent is not None
            and isinstance(parent.node, ast.ClassDef)
            and _is_settings(index, parent.module, parent.node, depth - 1)
        ):
            return True
    return False


def _accessor(index: ModuleIndex, module: Module, node: ast.ClassDef) -> Expression | None:
    """The name of the module that holds an instance (``settings``), or returns one."""
    functions: list[str] = []
    for name, bound in module.bindings()[0].items():
        if bound.value is not None:
            made = class_of(index, module, bound.value)
            if made is not None and made.node is node:
                return Expression(name, (Import(module.name, name),))
        elif isinstance(bound.node, ast.FunctionDef):
            call = ast.Call(ast.Name(name, ast.Load()), [], [])
            made = class_of(index, module, call)
            if made is not None and made.node is node:
                functions.append(name)
    if functions:
        return Expression(f"{functions[0]}()", (Import(module.name, functions[0]),))
    return None
