"""A function under study: what its names stand for where they are read, and of which class."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from typing import NamedTuple

from fastarch.discover import walk
from fastarch.discover.columns import lineage
from fastarch.discover.index import Definition, Module, ModuleIndex
from fastarch.discover.modules import FunctionNode, dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.uses import dependency
from fastarch.discover.values import member_of
from fastarch.records import dataclass

_DEPTH = 8


class Read(NamedTuple):
    """An expression in the function that it is read in."""

    frame: Frame
    node: ast.expr


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A call of a function.

    Args:
        owner: The class of ``self``, for a method.
        given: What the call gives to parameters.
        depth: How many calls there are around it.
        classes: What `class_of` has found, by expression and depth.
    """

    index: ModuleIndex
    module: Module
    node: FunctionNode
    qualname: str
    owner: Definition | None = None
    given: Mapping[str, Read] = field(default_factory=dict)
    depth: int = 0
    classes: dict[tuple[ast.expr, int], Definition | None] = field(default_factory=dict)

    def parameter(self, name: str) -> tuple[ast.arg, ast.expr | None] | None:
        """A parameter with its default."""
        return next((pair for pair in arguments(self.node) if pair[0].arg == name), None)

    def binding(self, name: str, at: ast.AST) -> list[ast.expr]:
        """What a local name may be bound to where it is read: the assignments that reach there.

        A loop's or a ``with`` statement's target stands for no expression here.
        """
        here = next((blocks for node, blocks in _placed(self.node) if _within(at, node)), ())
        found: list[ast.expr] = []
        for node, blocks in reversed(_placed(self.node)):
            if (node.lineno, node.col_offset) >= _start(at) or _within(at, node):
                continue
            value = _assigned(node, name)
            if value is not None:
                found.append(value)
                if here[: len(blocks)] == blocks:
                    break
        return found

    def statements(self) -> Iterator[ast.stmt]:
        """Every statement of the function, without those of functions in it."""
        return (node for node, _ in _placed(self.node))


def _start(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _within(inner: ast.AST, outer: ast.stmt) -> bool:
    """Whether a node is part of a statement itself, not of the blocks in it."""
    if not isinstance(
        outer,
        ast.If
        | ast.For
        | ast.AsyncFor
        | ast.While
        | ast.With
        | ast.AsyncWith
        | ast.Try
        | ast.Match,
    ):
        return _start(outer) <= _start(inner) <= (outer.end_lineno or 0, outer.end_col_offset or 0)
    return any(node is inner for head in _heads(outer) for node in ast.walk(head))


def _heads(node: ast.stmt) -> list[ast.expr]:
    match node:
        case ast.If() | ast.While():
            return [node.test]
        case ast.For() | ast.AsyncFor():
            return [node.iter]
        case ast.With() | ast.AsyncWith():
            return [item.context_expr for item in node.items]
        case ast.Match():
            return [node.subject]
        case _:
            return []


@lru_cache(maxsize=256)
def _placed(function: FunctionNode) -> tuple[tuple[ast.stmt, tuple[int, ...]], ...]:
    """Every statement with the blocks that it stands in, outermost first."""

    def inside(
        body: list[ast.stmt], around: tuple[int, ...]
    ) -> Iterator[tuple[ast.stmt, tuple[int, ...]]]:
        for node in body:
            yield node, around
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            # The body of a with or try statement runs whenever the statement does.
            always = isinstance(node, ast.With | ast.AsyncWith | ast.Try)
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(node, name, [])
                yield from inside(
                    inner, around if always and name == "body" else (*around, id(inner))
                )
            for branch in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                yield from inside(branch.body, (*around, id(branch.body)))

    return tuple(inside(function.body, ()))


def _assigned(node: ast.stmt, name: str) -> ast.expr | None:
    match node:
        case ast.Assign(targets=targets, value=value):
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return value
            for target in targets:
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                    for part, said in zip(target.elts, value.elts, strict=False):
                        if isinstance(part, ast.Name) and part.id == name:
                            return said
        case ast.AnnAssign(target=ast.Name(id=said), value=ast.expr() as value) if said == name:
            return value
        case _:
            pass
    for walrus in ast.walk(node) if not _heads(node) else ():
        if isinstance(walrus, ast.NamedExpr) and walrus.target.id == name:
            return walrus.value
    return None


# --- classes


def class_of(frame: Frame, node: ast.expr | None, depth: int = _DEPTH) -> Definition | None:
    """The project's class that an expression is an instance of."""
    if node is None or depth <= 0:
        return None
    # Names lead to the same expressions time and again, the more so in long functions.
    key = (node, depth)
    if key not in frame.classes:
        frame.classes[key] = None
        frame.classes[key] = _class_read(frame, node, depth)
    return frame.classes[key]


def _class_read(frame: Frame, node: ast.expr, depth: int) -> Definition | None:
    match node:
        case ast.Await(value=value):
            return class_of(frame, value, depth - 1)
        case ast.Call(func=function):
            return _class_made(frame, function, depth)
        case ast.Name(id=name):
            return _class_named(frame, name, node, depth)
        case ast.Attribute(value=value, attr=attribute):
            owner = class_of(frame, value, depth - 1)
            if owner is not None:
                return _class_of_attribute(frame, owner, attribute, depth)
            found = frame.index.resolve(frame.module, dotted(node) or "-", frame.node)
            return _class_of_definition(frame, found, depth)
        case _:
            return None


def method_of(frame: Frame, owner: Definition, name: str) -> Definition | None:
    """A method of a class, its own or inherited one."""
    found = member_of(frame.index, owner, name)
    if found is None:
        for base in getattr(owner.node, "bases", ()):
            plain = base.value if isinstance(base, ast.Subscript) else base
            parent = frame.index.resolve(owner.module, dotted(plain) or "-")
            if parent is not None and isinstance(parent.node, ast.ClassDef):
                found = method_of(frame, parent, name)
            if found is not None:
                break
    is_function = found is not None and isinstance(
        found.node, ast.FunctionDef | ast.AsyncFunctionDef
    )
    return found if is_function else None


def _class_named(frame: Frame, name: str, at: ast.AST, depth: int) -> Definition | None:
    first = next(iter(arguments(frame.node)), None)
    if frame.owner is not None and first is not None and first[0].arg == name:
        return frame.owner
    for value in frame.binding(name, at):
        if found := class_of(frame, value, depth - 1):
            return found
    for statement in frame.statements():
        for item in getattr(statement, "items", ()):
            # Nearly every context manager with a class of its own gives itself.
            if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
                return class_of(frame, item.context_expr, depth - 1)
    parameter = frame.parameter(name)
    if parameter is None:
        found = frame.index.resolve(frame.module, name, frame.node)
        return _class_of_definition(frame, found, depth)
    if name in frame.given:
        caller, value = frame.given[name]
        if found := class_of(caller, value, depth - 1):
            return found
    argument, default = parameter
    return _class_of_parameter(frame, frame.module, argument.annotation, default, depth)


def _class_of_parameter(
    frame: Frame,
    module: Module,
    annotation: ast.expr | None,
    default: ast.expr | None,
    depth: int,
) -> Definition | None:
    filled = dependency(frame.index, module, annotation, default)
    if filled is not None:
        if found := _class_annotated(frame, filled.module, filled.type):
            return found
        name = dotted(filled.target)
        target = frame.index.resolve(filled.module, name) if name else None
        return _class_returned(frame, target, depth)
    return _class_annotated(frame, module, annotation)


def _class_annotated(
    frame: Frame, module: Module, annotation: ast.expr | None
) -> Definition | None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
    if isinstance(annotation, ast.BinOp):
        left = _class_annotated(frame, module, annotation.left)
        return left or _class_annotated(frame, module, annotation.right)
    if isinstance(annotation, ast.Subscript):
        word = dotted(annotation.value).rpartition(".")[2]
        if word in {"Optional", "Annotated", "Type", "type"}:
            inner = annotation.slice
            first = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
            return _class_annotated(frame, module, first)
        annotation = annotation.value
    name = dotted(annotation)
    found = frame.index.resolve(module, name) if name else None
    if found is None or isinstance(found.node, ast.ClassDef):
        return found
    value = found.value or getattr(found.node, "value", None)
    return _class_annotated(frame, found.module, value) if value is not None else None


def _class_made(frame: Frame, function: ast.expr, depth: int) -> Definition | None:
    name = dotted(function)
    if name == "super":
        for base in getattr(frame.owner.node, "bases", ()) if frame.owner else ():
            plain = base.value if isinstance(base, ast.Subscript) else base
            assert frame.owner is not None
            found = frame.index.resolve(frame.owner.module, dotted(plain) or "-")
            if found is not None:
                return found
        return None
    found = frame.index.resolve(frame.module, name, frame.node) if name else None
    if found is not None and isinstance(found.node, ast.ClassDef):
        return found
    if found is None and isinstance(function, ast.Attribute):
        owner = class_of(frame, function.value, depth - 1)
        found = method_of(frame, owner, function.attr) if owner else None
    return _class_returned(frame, found, depth)


def _class_returned(frame: Frame, found: Definition | None, depth: int) -> Definition | None:
    if found is not None and isinstance(found.node, ast.ClassDef):
        return found
    node = found.node if found is not None else None
    if found is None or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    if annotated := _class_annotated(frame, found.module, node.returns):
        return annotated
    inner = Frame(frame.index, found.module, node, found.name)
    for statement in inner.statements():
        value = statement.value if isinstance(statement, ast.Return) else None
        if value is None and isinstance(statement, ast.Expr):
            value = statement.value.value if isinstance(statement.value, ast.Yield) else None
        if value is not None and (made := class_of(inner, value, depth - 1)):
            return made
    return None


def _class_of_definition(frame: Frame, found: Definition | None, depth: int) -> Definition | None:
    """A class itself (for its static methods), or what an object of a module was made of."""
    if found is None or isinstance(found.node, ast.ClassDef):
        return found
    if isinstance(found.node, ast.AnnAssign) and found.value is None:
        return _class_annotated(frame, found.module, found.node.annotation)
    if not isinstance(found.value, ast.Call):
        return None
    made = found.value.func
    plain = made.value if isinstance(made, ast.Subscript) else made
    target = frame.index.resolve(found.module, dotted(plain) or "-")
    return _class_returned(frame, target, depth - 1)


def _class_of_attribute(
    frame: Frame, owner: Definition, attribute: str, depth: int
) -> Definition | None:
    """What ``self.repository`` is, as the class annotates it or a method of it sets it."""
    member = member_of(frame.index, owner, attribute)
    if member is not None and isinstance(member.node, ast.AnnAssign):
        return _class_of_parameter(
            frame, member.module, member.node.annotation, member.node.value, depth
        )
    if member is not None and isinstance(member.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return _class_returned(frame, member, depth - 1)  # a property
    if member is not None:
        return _class_of_definition(frame, member, depth - 1)
    for current in lineage(frame.index, owner):
        for step in walk.steps(getattr(current.node, "body", [])):
            targets = step.node.targets if isinstance(step.node, ast.Assign) else []
            if isinstance(step.node, ast.AnnAssign):
                targets = [step.node.target]
            method = step.function
            if method is None or not any(dotted(one) == f"self.{attribute}" for one in targets):
                continue
            inner = Frame(frame.index, current.module, method, method.name, owner)
            if found := class_of(inner, getattr(step.node, "value", None), depth - 1):
                return found
    return None
