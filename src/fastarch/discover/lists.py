"""Lists, tuples and dicts of routers that are looped over."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from fastarch.discover import walk
from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.records import dataclass

_WRAPPERS = ("enumerate", "sorted", "reversed", "list", "tuple", "set", "iter")
_DEPTH = 8

Loop: TypeAlias = ast.For | ast.AsyncFor


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """An element as a loop's target gets it: for a dict, a (key, value) pair or one of them."""

    node: ast.expr
    module: Module
    scope: FunctionNode | None


@dataclass(frozen=True, slots=True, eq=False)
class RouterList:
    """A list that is written out.

    Args:
        name: Its name; empty where it stands in the ``for`` itself.
        literal: The list, tuple or dict.
        line: Where the statement that defines it starts.
        last: The last element as it is written, key and value for a dict.
    """

    module: Module
    scope: FunctionNode | None
    name: str
    literal: ast.List | ast.Tuple | ast.Dict | ast.Set
    line: int
    elements: tuple[Element, ...]


Round: TypeAlias = tuple[ast.expr, Element]
"""A loop's target, and the element that it is bound to."""


def router_lists(
    index: ModuleIndex, module: Module, loops: Sequence[Loop], scope: FunctionNode | None
) -> Iterator[tuple[RouterList, tuple[Round, ...]]]:
    """The lists that the first of some loops goes through, with the rounds of those around it.

    That is one, but where the loop goes through what a loop around it is bound to:
    ``for prefix, routers in VERSIONS.items(): for router in routers: …``.

    Args:
        loops: The loop, then those around it, the innermost first.
    """
    loop, *around = loops
    found = router_list(index, module, loop.iter, scope)
    if found is not None:
        yield found, ()
        return
    names = named(loop.iter)
    for at, outer in enumerate(around):
        if not names & named(outer.target):
            continue
        for listed, rounds in router_lists(index, module, around[at:], scope):
            for element in listed.elements:
                picked = pick(element.node, outer.target, loop.iter)
                inner = picked and router_list(index, element.module, picked, element.scope)
                if inner:
                    yield _inside(inner, listed), (*rounds, (outer.target, element))
        return


def named(node: ast.AST) -> set[str]:
    """The names in an expression."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _inside(inner: RouterList, outer: RouterList) -> RouterList:
    """A list that is written out in another one, by its place there: ``VERSIONS["/v1"]``."""
    path = None if inner.name or not outer.name else _path(outer.literal, inner.literal)
    return inner if path is None else replace(inner, name=f"{outer.name}{path}")


def _path(node: ast.expr, wanted: ast.expr) -> str | None:
    if node is wanted:
        return ""
    parts: list[tuple[str, ast.expr]] = []
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        parts = [(repr(k.value), v) for k, v in pairs if isinstance(k, ast.Constant)]
    elif isinstance(node, ast.List | ast.Tuple):
        parts = [(str(at), value) for at, value in enumerate(node.elts)]
    for key, value in parts:
        path = _path(value, wanted)
        if path is not None:
            return f"[{key}]{path}"
    return None


def router_list(
    index: ModuleIndex,
    module: Module,
    node: ast.expr,
    scope: FunctionNode | None,
    *,
    name: str = "",
    depth: int = _DEPTH,
) -> RouterList | None:
    """The list that an iterated expression stands for; None where it is not written out."""
    if depth <= 0:
        return None
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=("items" | "values") as view), args=[]):
            found = router_list(index, module, value, scope, name=name, depth=depth - 1)
            return None if found is None else _viewed(found, view)
        case ast.Call(func=ast.Name(id=wrapper)) if wrapper in _WRAPPERS and node.args:
            found = router_list(index, module, node.args[0], scope, name=name, depth=depth - 1)
            if found is not None and wrapper == "enumerate":
                pairs = tuple(
                    Element(ast.Tuple([ast.Constant(n), e.node], ast.Load()), e.module, e.scope)
                    for n, e in enumerate(found.elements)
                )
                return _with(found, pairs)
            return found
        case ast.Call():
            return _returned(index, module, node, scope, depth)
        case ast.List() | ast.Tuple() | ast.Set():
            return _literal(index, module, node, scope, name=name, depth=depth)
        case ast.Dict():
            keys = tuple(Element(k, module, scope) for k in node.keys if k is not None)
            return RouterList(module, scope, name, node, node.lineno, keys)
        case ast.BinOp(op=ast.Add()):
            return _joined(index, module, [node.left, node.right], scope, depth)
        case ast.Name() | ast.Attribute():
            chain = dotted(node)
            if not chain:
                return None
            target = index.resolve(module, chain, scope)
            if target is None or target.value is None:
                return None
            inner = target.scope if isinstance(target.scope, FunctionNode) else None
            found = router_list(
                index, target.module, target.value, inner, name=target.name, depth=depth - 1
            )
            return None if found is None else _grown(found, target.module, inner, target.name)
        case _:
            return None


def pick(element: ast.expr, target: ast.expr, wanted: ast.expr) -> ast.expr | None:
    """What an expression of the loop's body is for one element; None where that cannot be told."""
    bound: dict[str, ast.expr] = {}
    _match(target, element, bound)
    return _substituted(wanted, bound)


def _match(target: ast.expr, element: ast.expr, bound: dict[str, ast.expr]) -> None:
    if isinstance(target, ast.Name):
        bound[target.id] = element
    elif isinstance(target, ast.Tuple | ast.List) and isinstance(element, ast.Tuple | ast.List):
        for inner, value in zip(target.elts, element.elts, strict=False):
            _match(inner, value, bound)


def _substituted(wanted: ast.expr, bound: dict[str, ast.expr]) -> ast.expr | None:
    match wanted:
        case ast.Name(id=name):
            return bound.get(name, wanted)
        case ast.Attribute():
            value = _substituted(wanted.value, bound)
            if isinstance(value, ast.Call):  # SimpleNamespace(router=…), a dataclass
                return next((k.value for k in value.keywords if k.arg == wanted.attr), None)
            if value is None:
                return None
            return ast.copy_location(ast.Attribute(value, wanted.attr, ast.Load()), value)
        case ast.Call(
            func=ast.Name(id="getattr"), args=[holder, ast.Constant(value=str(name)), *_]
        ):
            value = _substituted(holder, bound)
            if value is None:
                return None
            return ast.copy_location(ast.Attribute(value, name, ast.Load()), value)
        case ast.Call() if named(wanted) & bound.keys():
            return _substituted_call(wanted, bound)
        case ast.Subscript(slice=ast.Constant(value=key)):
            value = _substituted(wanted.value, bound)
            if isinstance(value, ast.Tuple | ast.List) and isinstance(key, int):
                return value.elts[key] if -len(value.elts) <= key < len(value.elts) else None
            if isinstance(value, ast.Dict):
                return next(
                    (
                        v
                        for k, v in zip(value.keys, value.values, strict=True)
                        if isinstance(k, ast.Constant) and k.value == key
                    ),
                    None,
                )
            return None
        case ast.JoinedStr():
            parts: list[ast.expr] = []
            for part in wanted.values:
                if isinstance(part, ast.FormattedValue):
                    inner = _substituted(part.value, bound)
                    if inner is None:
                        return None
                    parts.append(ast.FormattedValue(inner, part.conversion, part.format_spec))
                else:
                    parts.append(part)
            return ast.copy_location(ast.JoinedStr(parts), wanted)
        case ast.BinOp():
            left, right = _substituted(wanted.left, bound), _substituted(wanted.right, bound)
            if left is None or right is None:
                return None
            return ast.copy_location(ast.BinOp(left, wanted.op, right), wanted)
        case _:
            return wanted


def _substituted_call(wanted: ast.Call, bound: dict[str, ast.expr]) -> ast.expr | None:
    """A call with what it is given: ``"/api/{}".format(name)``."""
    args = [_substituted(one, bound) for one in wanted.args]
    keywords = [(one.arg, _substituted(one.value, bound)) for one in wanted.keywords]
    if None in args or any(value is None for _, value in keywords):
        return None
    made = ast.Call(
        wanted.func,
        [one for one in args if one is not None],
        [ast.keyword(arg, value) for arg, value in keywords if value is not None],
    )
    return ast.copy_location(made, wanted)


def _literal(
    index: ModuleIndex,
    module: Module,
    node: ast.List | ast.Tuple | ast.Set,
    scope: FunctionNode | None,
    *,
    name: str,
    depth: int,
) -> RouterList:
    elements: list[Element] = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = router_list(index, module, element.value, scope, depth=depth - 1)
            elements += inner.elements if inner is not None else ()
        else:
            elements.append(Element(element, module, scope))
    return RouterList(module, scope, name, node, node.lineno, tuple(elements))


def _joined(
    index: ModuleIndex,
    module: Module,
    nodes: list[ast.expr],
    scope: FunctionNode | None,
    depth: int,
) -> RouterList | None:
    """Of several lists in a row, the longest is where a new element goes."""
    parts = [router_list(index, module, node, scope, depth=depth - 1) for node in nodes]
    lists = [part for part in parts if part is not None]
    if not lists:
        return None
    home = max(lists, key=lambda part: len(part.elements))
    return _with(home, tuple(element for part in lists for element in part.elements))


def _grown(found: RouterList, module: Module, scope: FunctionNode | None, name: str) -> RouterList:
    """With what ``routers.append(…)`` and ``routers.extend([…])`` add."""
    body = module.tree.body if scope is None else scope.body
    added: list[Element] = []
    for step in walk.steps(body):
        for call in walk.calls(step):
            owner, _, method = dotted(call.func).rpartition(".")
            if owner != name or len(call.args) != 1:
                continue
            if method == "append":
                added.append(Element(call.args[0], module, scope))
            elif method == "extend" and isinstance(call.args[0], ast.List | ast.Tuple):
                added += (Element(item, module, scope) for item in call.args[0].elts)
    return _with(found, (*found.elements, *added)) if added else found


def _viewed(found: RouterList, view: str) -> RouterList | None:
    if not isinstance(found.literal, ast.Dict):
        return None
    pairs = [
        (key, value)
        for key, value in zip(found.literal.keys, found.literal.values, strict=True)
        if key is not None
    ]
    return _with(
        found,
        tuple(
            Element(
                ast.Tuple([key, value], ast.Load()) if view == "items" else value,
                found.module,
                found.scope,
            )
            for key, value in pairs
        ),
    )


def _returned(
    index: ModuleIndex, module: Module, node: ast.Call, scope: FunctionNode | None, depth: int
) -> RouterList | None:
    chain = dotted(node.func)
    target = index.resolve(module, chain, scope) if chain else None
    if target is None or not isinstance(target.node, ast.FunctionDef):
        return None
    back = walk.returned(target.node)
    return router_list(index, target.module, back, target.node, depth=depth - 1) if back else None


def _with(found: RouterList, elements: tuple[Element, ...]) -> RouterList:
    return RouterList(found.module, found.scope, found.name, found.literal, found.line, elements)
