"""Strings that can be told without running anything, a settings class's defaults included."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.walk import returned

_DEPTH = 12


def text_of(
    index: ModuleIndex,
    module: Module,
    node: ast.expr | None,
    scope: ast.AST | None = None,
    depth: int = _DEPTH,
) -> str | None:
    """The string that an expression stands for; None where it cannot be told.

    ``settings.API_V1_STR`` is read from the default in the settings class.
    """
    if node is None or depth <= 0:
        return None
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr():
            parts = [
                _put_in(
                    index,
                    module,
                    v.value if isinstance(v, ast.FormattedValue) else v,
                    scope,
                    depth,
                )
                for v in node.values
            ]
            return None if None in parts else "".join(part or "" for part in parts)
        case ast.BinOp(op=ast.Add()):
            left = text_of(index, module, node.left, scope, depth - 1)
            right = text_of(index, module, node.right, scope, depth - 1)
            return None if left is None or right is None else left + right
        case ast.BinOp(op=ast.Mod()):
            return _filled(index, module, node.left, [node.right], {}, scope, depth)
        case ast.Call(func=ast.Attribute(value=pattern, attr="format")):
            words = {one.arg or "": one.value for one in node.keywords}
            return _filled(index, module, pattern, node.args, words, scope, depth)
        case ast.BoolOp(op=ast.Or()):
            return text_of(index, module, node.values[-1], scope, depth - 1)
        case ast.IfExp():
            return text_of(index, module, node.body, scope, depth - 1)
        case ast.Name() | ast.Attribute():
            return _named(index, module, node, scope, depth)
        case ast.Call():
            return _called(index, module, node, scope, depth)
        case _:
            return None


def class_of(
    index: ModuleIndex,
    module: Module,
    node: ast.expr | None,
    scope: ast.AST | None = None,
    depth: int = _DEPTH,
) -> Definition | None:
    """The project's class that an expression is an instance of, as ``get_settings()`` is."""
    if node is None or depth <= 0:
        return None
    if isinstance(node, ast.Call):
        target = index.resolve(module, dotted(node.func), scope) if dotted(node.func) else None
        if target is None:
            return None
        if isinstance(target.node, ast.ClassDef):
            return target
        if isinstance(target.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return _class_returned(index, target.module, target.node, depth)
        return None
    chain = dotted(node)
    if not chain:
        return None
    target = index.resolve(module, chain, scope)
    if target is not None and target.value is not None:
        return class_of(index, target.module, target.value, target.scope, depth - 1)
    if target is not None and isinstance(target.node, ast.AnnAssign):
        return _annotated(index, target.module, target.node.annotation, depth)
    if isinstance(node, ast.Attribute):
        owner = class_of(index, module, node.value, scope, depth - 1)
        member = member_of(index, owner, node.attr) if owner else None
        if member is not None and isinstance(member.node, ast.AnnAssign):
            return _annotated(index, member.module, member.node.annotation, depth)
        if member is not None and member.value is not None:
            return class_of(index, member.module, member.value, None, depth - 1)
    return None


def member_of(
    index: ModuleIndex, owner: Definition, name: str, depth: int = _DEPTH
) -> Definition | None:
    """A class attribute, looked for in the class and then in its bases."""
    if not isinstance(owner.node, ast.ClassDef) or depth <= 0:
        return None
    if bound := owner.module.bindings(owner.node)[0].get(name):
        return Definition(owner.module, f"{owner.name}.{name}", bound.node, bound.value, owner.node)
    for base in owner.node.bases:
        parent = index.resolve(owner.module, dotted(base)) if dotted(base) else None
        if parent is not None and (found := member_of(index, parent, name, depth - 1)):
            return found
    return None


def _named(
    index: ModuleIndex,
    module: Module,
    node: ast.Name | ast.Attribute,
    scope: ast.AST | None,
    depth: int,
) -> str | None:
    chain = dotted(node)
    target = index.resolve(module, chain, scope) if chain else None
    if target is not None:
        return text_of(index, target.module, target.value, target.scope, depth - 1)
    if not isinstance(node, ast.Attribute):
        return None
    owner = class_of(index, module, node.value, scope, depth - 1)
    member = member_of(index, owner, node.attr) if owner else None
    if member is None:
        return None
    if isinstance(member.node, ast.FunctionDef):  # a property
        return text_of(index, member.module, returned(member.node), None, depth - 1)
    return text_of(index, member.module, member.value, member.scope, depth - 1)


def _put_in(
    index: ModuleIndex, module: Module, node: ast.expr, scope: ast.AST | None, depth: int
) -> str | None:
    """What stands in a text for an expression, a number's digits too."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return str(node.value)
    return text_of(index, module, node, scope, depth - 1)


def _filled(
    index: ModuleIndex,
    module: Module,
    pattern: ast.expr,
    arguments: Sequence[ast.expr],
    words: Mapping[str, ast.expr],
    scope: ast.AST | None,
    depth: int,
) -> str | None:
    """``"/api/{}".format(name)``, ``"/api/%s" % name``"""
    text = text_of(index, module, pattern, scope, depth - 1)
    texts = [_put_in(index, module, one, scope, depth) for one in arguments]
    named = {word: _put_in(index, module, one, scope, depth) for word, one in words.items()}
    if text is None or None in texts or None in named.values():
        return None
    try:
        return text.format(*texts, **named) if "{" in text else text % tuple(texts)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def _called(
    index: ModuleIndex, module: Module, node: ast.Call, scope: ast.AST | None, depth: int
) -> str | None:
    """``Field(default="/api")``, ``os.getenv("PREFIX", "/api")`` and their like."""
    name = dotted(node.func).rpartition(".")[2]
    for keyword in node.keywords:
        if keyword.arg == "default":
            return text_of(index, module, keyword.value, scope, depth - 1)
    if name == "Field" and node.args:
        return text_of(index, module, node.args[0], scope, depth - 1)
    if name == "str" and node.args:
        return text_of(index, module, node.args[0], scope, depth - 1)
    if name in {"getenv", "get", "config", "env"} and len(node.args) > 1:
        return text_of(index, module, node.args[1], scope, depth - 1)
    return None


def _class_returned(
    index: ModuleIndex, module: Module, function: FunctionNode, depth: int
) -> Definition | None:
    if found := _annotated(index, module, function.returns, depth):
        return found
    return class_of(index, module, returned(function), function, depth - 1)


def _annotated(
    index: ModuleIndex, module: Module, annotation: ast.expr | None, depth: int
) -> Definition | None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
    chain = dotted(annotation)
    target = index.resolve(module, chain) if chain and depth > 0 else None
    return target if target is not None and isinstance(target.node, ast.ClassDef) else None
