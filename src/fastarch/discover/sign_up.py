"""Which operations make accounts."""

from __future__ import annotations

import ast

from fastarch.discover.columns import lineage
from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.operations import Operation


def takes_password(index: ModuleIndex, operation: Operation) -> bool:
    """Whether an operation makes something with a password: an account."""
    if operation.method != "POST" or "password" in operation.path:
        return False
    for argument, _ in arguments(operation.node):
        owner = index.resolve(operation.module, dotted(argument.annotation) or "-")
        if owner is None or not isinstance(owner.node, ast.ClassDef):
            continue
        for one in lineage(index, owner):
            for node in getattr(one.node, "body", ()):
                if isinstance(node, ast.AnnAssign) and "password" in dotted(node.target):
                    return True
    return False
