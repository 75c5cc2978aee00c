"""Statements in order, each with the functions, branches and loops around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from fastarch.discover.modules import FunctionNode

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Step(NamedTuple):
    """One simple statement, or the header of a compound one.

    Args:
        scopes: The functions and classes around it, outermost first.
        conditional: It stands in a branch that may not run.
        loops: The ``for`` statements around it, in its own function.
    """

    node: ast.stmt
    scopes: tuple[Scope, ...]
    conditional: bool
    loops: tuple[ast.For | ast.AsyncFor, ...]

    @property
    def function(self) -> FunctionNode | None:
        """The innermost function around it."""
        for scope in reversed(self.scopes):
            if not isinstance(scope, ast.ClassDef):
                return scope
        return None

    @property
    def qualname(self) -> str:
        """``Server.create_app``; empty at module level."""
        return ".".join(scope.name for scope in self.scopes)


def steps(
    body: list[ast.stmt],
    scopes: tuple[Scope, ...] = (),
    *,
    conditional: bool = False,
    loops: tuple[ast.For | ast.AsyncFor, ...] = (),
) -> Iterator[Step]:
    """Every statement of a body and of what is nested in it."""
    for node in body:
        yield Step(node, scopes, conditional, loops)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from steps(node.body, (*scopes, node))
            case ast.If() | ast.While():
                yield from steps(node.body, scopes, conditional=True, loops=loops)
                yield from steps(node.orelse, scopes, conditional=True, loops=loops)
            case ast.For() | ast.AsyncFor():
                yield from steps(node.body, scopes, conditional=conditional, loops=(*loops, node))
            case ast.With() | ast.AsyncWith():
                yield from steps(node.body, scopes, conditional=conditional, loops=loops)
            case ast.Try():
                yield from steps(node.body, scopes, conditional=conditional, loops=loops)
                for handler in node.handlers:
                    yield from steps(handler.body, scopes, conditional=True, loops=loops)
                yield from steps(node.orelse, scopes, conditional=conditional, loops=loops)
                yield from steps(node.finalbody, scopes, conditional=conditional, loops=loops)
            case ast.Match():
                for case in node.cases:
                    yield from steps(case.body, scopes, conditional=True, loops=loops)
            case _:
                pass


def calls(step: Step) -> Iterator[ast.Call]:
    """The calls of a statement itself, not of the statements nested in it, in order."""
    for root in expressions(step):
        for inner in ast.walk(root):
            if isinstance(inner, ast.Call):
                yield inner


def expressions(step: Step) -> list[ast.AST]:
    """What a statement itself says, without the statements nested in it and its decorators."""
    node = step.node
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return []
        case ast.If() | ast.While():
            return [node.test]
        case ast.For() | ast.AsyncFor():
            return [node.iter]
        case ast.With() | ast.AsyncWith():
            return [item.context_expr for item in node.items]
        case ast.Try() | ast.Match():
            return []
        case _:
            return [node]


def returned(function: FunctionNode) -> ast.expr | None:
    """What a function returns, by its last ``return`` with a value."""
    found: ast.expr | None = None
    for step in steps(function.body):
        if not step.scopes and isinstance(step.node, ast.Return) and step.node.value is not None:
            found = step.node.value
    return found


def parameters(function: FunctionNode) -> list[ast.arg]:
    """All named parameters, in order."""
    own = function.args
    return [*own.posonlyargs, *own.args, *own.kwonlyargs]
