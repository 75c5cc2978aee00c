"""Where an endpoint's query has a limit and an offset already: query parameters, or constants."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.frames import Frame, Read, class_of
from fastarch.discover.index import Definition
from fastarch.discover.modules import dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.queries import called, given_by
from fastarch.discover.trail import Trail
from fastarch.discover.uses import dependency
from fastarch.discover.values import member_of
from fastarch.records import dataclass

_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter of the endpoint, or what it depends on.

    Args:
        name: As clients say it.
        default: Where it is a number.
        maximum: Where it has one.
        plain: The limit or offset is this very number, and not computed from it.
    """

    name: str
    default: int | None = None
    maximum: int | None = None
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Positions:
    """What says where a page begins and ends.

    Args:
        limit: The parameter of the limit.
        constant: A limit that no client can change.
        offsets: The parameters of the offset.
        moved: There is an offset that no client can change.
    """

    limit: Parameter | None = None
    constant: int | None = None
    offsets: tuple[Parameter, ...] = ()
    moved: bool = False


def positions(trail: Trail) -> Positions:
    """Read the limits and offsets of an endpoint's queries."""
    limits = [found for site in trail.sites for read in site.facts.limits for found in _of(read)]
    offsets = [found for site in trail.sites for read in site.facts.offsets for found in _of(read)]
    asked = [one for one in limits if isinstance(one, Parameter)]
    numbers = [one for one in limits if isinstance(one, int)]
    steps = {one.name: one for one in offsets if isinstance(one, Parameter)}
    named = {one.name for one in asked}
    return Positions(
        asked[0] if asked else None,
        numbers[0] if numbers and not asked else None,
        tuple(one for name, one in steps.items() if name not in named),
        not steps and any(one for one in offsets if isinstance(one, int)),
    )


def _of(read: Read | None, depth: int = _DEPTH, *, plain: bool = True) -> Iterator[Parameter | int]:
    """The parameters, or the numbers, that an expression is made of."""
    if read is None or depth <= 0:
        return
    frame, node = read
    match node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            if plain:
                yield value
        case ast.Name(id=name):
            yield from _named(frame, node, name, depth, plain=plain)
        case ast.Attribute(value=value, attr=attribute):
            yield from _attribute(frame, value, attribute, depth, plain=plain)
        case ast.Call():
            target = called(frame, node)
            if target is not None:
                yield from _returned(frame, node, target, depth)
            for each in [*node.args, *(word.value for word in node.keywords)]:
                yield from _of(Read(frame, each), depth - 1, plain=False)
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from _of(Read(frame, child), depth - 1, plain=False)


def _named(
    frame: Frame, node: ast.Name, name: str, depth: int, *, plain: bool
) -> Iterator[Parameter | int]:
    values = frame.binding(name, node)
    for value in values:
        yield from _of(Read(frame, value), depth - 1, plain=plain)
    if values:
        return
    if name in frame.given:
        yield from _of(frame.given[name], depth - 1, plain=plain)
        return
    found = frame.parameter(name)
    if found is None:
        definition = frame.index.resolve(frame.module, name)
        if definition is not None and definition.value is not None:
            yield from _of(Read(frame, definition.value), depth - 1, plain=plain)
        return
    argument, default = found
    if dependency(frame.index, frame.module, argument.annotation, default) is not None:
        return
    if frame.depth == 0:
        yield _parameter(name, argument.annotation, default, plain=plain)
    elif isinstance(default, ast.Constant) and isinstance(default.value, int):
        yield default.value


def _attribute(
    frame: Frame, value: ast.expr, attribute: str, depth: int, *, plain: bool
) -> Iterator[Parameter | int]:
    """``params.skip``, where a dependency reads them from the query."""
    if isinstance(value, ast.Name) and value.id in frame.given:
        caller, given = frame.given[value.id]
        said = ast.copy_location(ast.Attribute(given, attribute, ast.Load()), given)
        yield from _of(Read(caller, said), depth - 1, plain=plain)
        return
    owner = class_of(frame, value)
    if owner is None:
        return
    member = member_of(frame.index, owner, attribute)
    if member is not None and isinstance(member.node, ast.AnnAssign):
        yield _parameter(attribute, member.node.annotation, member.node.value, plain=plain)
        return
    start = member_of(frame.index, owner, "__init__")
    if start is not None and isinstance(start.node, ast.FunctionDef):
        for argument, default in arguments(start.node):
            if argument.arg == attribute:
                yield _parameter(attribute, argument.annotation, default, plain=plain)
    if member is not None and isinstance(member.node, ast.FunctionDef):  # a property
        for part in ast.walk(member.node):
            if isinstance(part, ast.Attribute) and dotted(part.value) == "self":
                yield from _attribute(frame, value, part.attr, depth - 1, plain=False)


def _returned(
    frame: Frame,
    call: ast.Call,
    target: tuple[Definition, Definition | None],
    depth: int,
) -> Iterator[Parameter | int]:
    found, owner = target
    assert isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef)
    given = given_by(frame, call, found)
    inner = Frame(frame.index, found.module, found.node, found.name, owner, given, frame.depth + 1)
    for statement in inner.statements():
        if isinstance(statement, ast.Return) and statement.value is not None:
            yield from _of(Read(inner, statement.value), depth - 1, plain=False)


def _parameter(
    name: str, annotation: ast.expr | None, default: ast.expr | None, *, plain: bool
) -> Parameter:
    calls = [
        node
        for part in (annotation, default)
        if part is not None
        for node in ast.walk(part)
        if isinstance(node, ast.Call)
    ]
    words = {word.arg: word.value for call in calls for word in call.keywords}
    said = words.get("default", default)
    if isinstance(said, ast.Call):
        said = said.args[0] if said.args else None
    alias = words.get("alias")
    if isinstance(alias, ast.Constant) and isinstance(alias.value, str):
        name = alias.value
    maximum = _number(words.get("le"))
    below = _number(words.get("lt"))
    return Parameter(
        name,
        _number(said),
        maximum if maximum is not None else below - 1 if below is not None else None,
        plain,
    )


def _number(node: ast.expr | None) -> int | None:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def parameter_names(trail: Trail) -> frozenset[str]:
    """Every name that the functions on the way use: none of them is free."""
    return frozenset(
        name for function in trail.functions.values() for name in _names(function.frame)
    )


def _names(frame: Frame) -> Iterator[str]:
    yield from (argument.arg for argument, _ in arguments(frame.node))
    yield from (node.id for node in ast.walk(frame.node) if isinstance(node, ast.Name))
