"""What the rules of ``fastarch advise`` share: a finding, and an endpoint with all that it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from fastarch.discover.advice_mends import Mend
from fastarch.discover.app import Found
from fastarch.discover.bases import Entity
from fastarch.discover.collection import trail_of
from fastarch.discover.frames import Frame, class_of
from fastarch.discover.index import Definition
from fastarch.discover.modules import FunctionNode, dotted
from fastarch.discover.operations import Operation
from fastarch.discover.profile import AppProfile
from fastarch.discover.queries import MOST_CALLS, called, given_by, is_threaded
from fastarch.discover.trail import Trail
from fastarch.errors import NotUnderstoodError
from fastarch.records import dataclass

# Other decorators may run a function elsewhere, or not at all.
_PLAIN = frozenset({"staticmethod", "classmethod", "override"})

Key = tuple[str, int, bool]
"""A function: its file and line, and whether it runs in a thread."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What makes an endpoint slow, or may.

    Args:
        code: Which rule found it: ``unbounded-list``.
        endpoint: Its operation: ``GET /users``.
        file: From the project's root.
        message: One sentence: why.
        hint: What to change.
        fix: The command that changes it, where there is one.
        mend: What that command changes, where it is ``advise --fix`` itself.
    """

    code: str
    endpoint: str
    file: str
    line: int
    message: str
    hint: str
    fix: str | None = None
    mend: Mend | None = None


def by_advise(label: str) -> str:
    """The command that changes what is found in an endpoint."""
    return f'fastarch advise "{label}" --fix'


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A function that an endpoint runs.

    Args:
        via: The call in the endpoint that leads there; None for the endpoint itself.
        threaded: It runs in a thread of its own.
    """

    frame: Frame
    via: ast.Call | None
    threaded: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """An endpoint under study.

    Args:
        labels: All operations of its function.
        entities: The app's models by file and name.
        trail: Its way to the rows that it returns; None where that is not known.
        reached: Its function and those that it runs.
        fresh: Those of them that no endpoint before it has run.
    """

    operation: Operation
    labels: tuple[str, ...]
    found: Found
    profile: AppProfile
    entities: Mapping[tuple[str, str], Entity]
    trail: Trail | None
    reached: tuple[Reached, ...]
    fresh: tuple[Reached, ...]

    @property
    def frame(self) -> Frame:
        """The endpoint's own function."""
        return self.reached[0].frame

    def entity(self, definition: Definition | None) -> Entity | None:
        """The model that a class is."""
        if definition is None:
            return None
        return self.entities.get((definition.module.file, definition.name))

    def entity_of(self, frame: Frame, node: ast.expr) -> Entity | None:
        """The model that an expression names."""
        return self.entity(class_of(frame, node)) if dotted(node) else None

    def keyword(self, name: str) -> ast.expr | None:
        """What the endpoint's decorator says."""
        words = self.operation.decorator.keywords
        return next((word.value for word in words if word.arg == name), None)


def study(
    found: Found,
    operation: Operation,
    labels: tuple[str, ...],
    profile: AppProfile,
    entities: Mapping[tuple[str, str], Entity],
    known: set[Key],
) -> Study:
    """Read an endpoint and what it runs.

    Args:
        known: The functions of endpoints before it; its own are added.
    """
    index = found.index
    scope = operation.scopes[-1] if operation.scopes else None
    owner = index.resolve(operation.module, scope.name) if isinstance(scope, ast.ClassDef) else None
    frame = Frame(index, operation.module, operation.node, operation.qualname, owner)
    reached: dict[Key, Reached] = {}
    _reach(Reached(frame, None), reached)
    trail = None
    if operation.method == "GET":
        try:
            trail = trail_of(index, operation)
        except NotUnderstoodError:
            trail = None  # nothing is said of what is not surely known
    fresh = tuple(one for key, one in reached.items() if key not in known)
    known.update(reached)
    every = tuple(reached.values())
    return Study(operation, labels, found, profile, entities, trail, every, fresh)


def verb(node: ast.AST | None) -> str:
    """The last word of what a call runs, whatever is before it: ``where`` of ``….where(…)``."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def own_nodes(function: FunctionNode) -> Iterator[ast.AST]:
    """What a function itself runs, in order: without functions, classes and lambdas in it."""
    return _walk(function.body)


def own_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """As `own_nodes`, of a statement without the statements in it."""
    parts = ast.iter_child_nodes(statement)
    return _walk([part for part in parts if not isinstance(part, ast.stmt | ast.ExceptHandler)])


def _walk(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _reach(one: Reached, seen: dict[Key, Reached]) -> None:
    frame = one.frame
    key = (frame.module.file, frame.node.lineno, one.threaded)
    if key in seen:
        return
    seen[key] = one
    if frame.depth >= MOST_CALLS:
        return
    for node in own_nodes(frame.node):
        target = called(frame, node) if isinstance(node, ast.Call) else None
        if target is None:
            continue
        assert isinstance(node, ast.Call)
        found, owner = target
        function = found.node
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        if all(dotted(each).rpartition(".")[2] in _PLAIN for each in function.decorator_list):
            given = given_by(frame, node, found)
            inner = Frame(
                frame.index, found.module, function, found.name, owner, given, frame.depth + 1
            )
            _reach(Reached(inner, one.via or node, one.threaded or is_threaded(node)), seen)
