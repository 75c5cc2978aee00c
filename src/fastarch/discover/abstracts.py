"""Methods that leave their work to subclasses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import FunctionNode, dotted


def subclasses(index: ModuleIndex, owner: Definition) -> Iterator[Definition]:
    """The classes that inherit from a class directly."""
    name = owner.name
    for path in index.containing(name.encode()):
        module = index.at(path)
        for node in module.tree.body:
            if not isinstance(node, ast.ClassDef):
                continue
            for base in node.bases:
                plain = base.value if isinstance(base, ast.Subscript) else base
                parent = index.resolve(module, dotted(plain) or "-")
                if parent is not None and parent.node is owner.node:
                    yield Definition(module, node.name, node)


def is_abstract(node: FunctionNode) -> bool:
    """Whether a method leaves its work to subclasses."""
    body = [
        one
        for one in node.body
        if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
    ]
    return all(isinstance(one, ast.Pass | ast.Raise) for one in body)
