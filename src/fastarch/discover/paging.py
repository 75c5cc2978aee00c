"""A collection endpoint as a page goes on it: its way to the query, and what is there already."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from fastarch.discover.app import Found, find_app
from fastarch.discover.collection import trail_of
from fastarch.discover.hints import read_project
from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import Module, dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.operations import Operation, choose, operations
from fastarch.discover.ordering import OrderColumn, keys_of, model_of, order_of, require_pages
from fastarch.discover.positions import Positions, positions
from fastarch.discover.profile import AppProfile
from fastarch.discover.queries import refusal
from fastarch.discover.scan import scan
from fastarch.discover.signing import find_secret
from fastarch.discover.symbols import Expression, Place
from fastarch.discover.tableindexes import Index, missing_index
from fastarch.discover.trail import Trail
from fastarch.discover.uses import dependency
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

DEPENDENCIES = frozenset({"cursor_page", "offset_page"})


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """What there is to know of a collection endpoint.

    Args:
        operation: The operation that was meant.
        labels: All operations of the endpoint, as ``GET /users``.
        trail: Its way to the query.
        positions: What says where a page begins and ends by now.
        annotated: Its dependencies are spelled with ``Annotated``.
        secret: What cursors are signed with.
        index: The index that its order needs and that is not there.
        order: Its order, for people.
        cors: Where other origins are let in, that may not read the headers of pages.
    """

    operation: Operation
    labels: tuple[str, ...]
    trail: Trail
    positions: Positions
    annotated: bool
    secret: Expression | None = None
    index: Index | None = None
    order: str = ""
    cors: Place | None = None

    @property
    def is_async(self) -> bool:
        """Whether its session is asynchronous."""
        return any(site.awaited for site in self.trail.sites)


def find_operation(
    root: Path, target: str, entry: str | None
) -> tuple[Found, Operation, tuple[str, ...]]:
    """The operation that a target means, and all labels of its endpoint.

    Raises:
        UsageError: There is none, or several could be meant.
    """
    plain = ModuleIndex(root, root)
    seen = scan(plain)
    found = find_app(plain, read_project(root), seen, entry)
    assert found is not None, "the profile was read from this app"
    every = operations(found, seen)
    chosen = choose(every, target)
    labels = dict.fromkeys(one.label for one in every if one.node is chosen.node)
    return found, chosen, tuple(labels)


def is_paged(operation: Operation) -> bool:
    """Whether an endpoint has a page already, as this feature gives it one."""
    return any(
        isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in DEPENDENCIES
        for argument, default in arguments(operation.node)
        for part in (argument.annotation, default)
        if part is not None
        for node in ast.walk(part)
    )


def read_collection(
    found: Found,
    operation: Operation,
    labels: tuple[str, ...],
    profile: AppProfile,
    *,
    by_offset: bool,
) -> Collection:
    """Read an endpoint to its queries.

    Raises:
        NotUnderstoodError: It cannot be followed, or a page cannot be made safe.
    """
    index = found.index
    if operation.method != "GET":
        message = f"{operation.label} is no GET: a link to the next page cannot be followed."
        place = operation.place
        raise NotUnderstoodError(Problem(message, file=place.file, line=place.line))
    trail = trail_of(index, operation)
    for site in trail.sites:
        require_pages(site.facts, unique=site.unique, by_offset=by_offset)
    _require_one_kind(trail)
    require_one_definition(trail)
    facts = trail.sites[0].facts
    order = order_of(facts)
    model = model_of(facts)
    keys = keys_of(index, model) if model is not None else ()
    missing = None
    if model is not None and order and not by_offset:
        missing = missing_index(index, model, order, keys, profile)
    return Collection(
        operation,
        labels,
        with_shared(index, trail),
        positions(trail),
        annotates(index, operation, profile),
        find_secret(index, profile),
        missing,
        _told(order, {key.name for key in keys}),
        _closed_to_others(found.module),
    )


def _closed_to_others(module: Module) -> Place | None:
    """Where ``CORSMiddleware`` is added without ``expose_headers``."""
    for node in ast.walk(module.tree) if "CORSMiddleware" in module.text else ():
        if isinstance(node, ast.Call) and any(
            dotted(part).rpartition(".")[2] == "CORSMiddleware" for part in (node.func, *node.args)
        ):
            words = {word.arg for word in node.keywords}
            return None if {"expose_headers", None} & words else module.place(node)
    return None


def _told(order: tuple[OrderColumn, ...] | None, keys: set[str]) -> str:
    """An order in words; empty where it is the key's alone, or cannot be told."""
    if not order:
        return ""
    words = [f"{one.name}{' descending' if one.descending else ''}" for one in order]
    if not keys <= {one.name for one in order}:
        words.append("the primary key")
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _require_one_kind(trail: Trail) -> None:
    kinds = {site.awaited for site in trail.sites}
    if len(kinds) > 1:
        raise refusal(trail.sites[-1].read, "One query is run asynchronously, another one is not.")


def require_one_definition(trail: Trail) -> None:
    """An edit finds a function by its name: refuse one of two with the same."""
    for function in trail.functions.values():
        frame = function.frame
        nodes = [
            node
            for node in ast.walk(frame.module.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name == frame.node.name
        ]
        plain = "." not in frame.qualname
        top = [node for node in frame.module.tree.body if node in nodes]
        if plain and len(top) > 1:
            line = frame.node.lineno
            message = f"{frame.module.file} defines {frame.node.name} {len(top)} times."
            raise NotUnderstoodError(
                Problem(message, file=frame.module.file, line=line, hint="rename one of them")
            )


def with_shared(index: ModuleIndex, trail: Trail) -> Trail:
    """The trail, with what other code uses marked: that code must not notice."""
    calls = {(one.frame.module.file, one.node.lineno, one.node.col_offset): one.node
             for one in trail.calls}  # fmt: skip
    functions = {}
    for key, function in trail.functions.items():
        name = function.frame.node.name
        known = Counter([function.frame.module.file])
        for (file, _, _), call in calls.items():
            assert isinstance(call, ast.Call)
            known[file] += dotted(call.func).rpartition(".")[2] == name
        shared = function.frame.depth > 0 and _is_mentioned(index, name, known)
        functions[key] = replace(function, shared=shared)
    trail.functions = functions
    return trail


def _is_mentioned(index: ModuleIndex, name: str, known: Mapping[str, int]) -> bool:
    """Whether more places mention a function than are known, imports aside."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    for path in index.containing(name.encode()):
        module = index.at(path)
        found = len(word.findall(module.text))
        if found > known.get(module.file, 0) + _imports(module, name):
            return True
    return False


def _imports(module: Module, name: str) -> int:
    return sum(
        alias.name == name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def annotates(index: ModuleIndex, operation: Operation, profile: AppProfile) -> bool:
    """How the endpoint spells its dependencies; as the app does where it has none."""
    for argument, default in arguments(operation.node):
        filled = dependency(index, operation.module, argument.annotation, default)
        if filled is not None:
            return filled.annotated
    return profile.session is None or profile.session.annotated
