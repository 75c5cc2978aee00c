"""Which router is included where: the graph from the app down to the routers with endpoints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from fastarch.discover import walk
from fastarch.discover.index import Definition
from fastarch.discover.keys import Key, Keys, innermost
from fastarch.discover.lists import Element, Loop, Round, RouterList, named, pick, router_lists
from fastarch.discover.modules import FunctionNode, Module
from fastarch.discover.values import text_of
from fastarch.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """A router that is included.

    Args:
        key: What it is; None where that cannot be told.
        expression: How it is written.
        module: Where that is written.
        scope: The function in which it is written.
        keywords: Arguments of the include.
        definition: The statement that makes it, or that binds it.
        said: Where arguments are read that are not the element's of a list.
    """

    key: Key | None
    expression: ast.expr
    module: Module
    scope: FunctionNode | None
    keywords: Mapping[str, ast.expr]
    definition: Definition | None = None
    said: Mapping[str, tuple[Module, FunctionNode | None]] = field(default_factory=dict)

    def place_of(self, keyword: str) -> tuple[Module, FunctionNode | None]:
        """Where the names of an argument are read."""
        return self.said.get(keyword, (self.module, self.scope))


@dataclass(frozen=True, slots=True, eq=False)
class Include:
    """A statement that includes a router, or each router of a list.

    Args:
        parent: What it is included on.
        on: How that is written.
        listed: The list that is looped over.
        loop: The loop's target, as written.
        automatic: The routers are found at run time.
    """

    module: Module
    step: walk.Step
    call: ast.Call
    parent: Key
    on: str
    children: tuple[Child, ...]
    listed: RouterList | None = None
    automatic: bool = False
    loop: str = ""

    @property
    def keywords(self) -> dict[str, ast.expr]:
        """Keyword arguments, without the router."""
        return {k.arg: k.value for k in self.call.keywords if k.arg and k.arg != "router"}


@dataclass(slots=True, eq=False)
class Graph:
    """All includes that can be followed from the app.

    Args:
        entry: The app itself.
        includes: Every include found, also those that lead nowhere.
        prefixes: What stands before a router's own paths in the URL, by router.
        unread: Prefixes that could not be told, as they are written.
    """

    entry: Key
    includes: list[Include] = field(default_factory=list)
    prefixes: dict[Key, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def on(self, key: Key) -> list[Include]:
        """What is included on a router or on the app."""
        return [include for include in self.includes if include.parent == key]


class Reader(Keys):
    """Reads includes, see `Keys` for its arguments."""

    def graph(self) -> Graph:
        """The graph from the entry down."""
        graph = Graph(self.entry)
        self._read_entry()
        for module in self.modules:
            graph.includes += self._includes(module)
        self._prefixes(graph)
        return graph

    def text(self, child: Child, name: str) -> str | None:
        """A keyword argument of an include, where it is a string."""
        module, scope = child.place_of(name)
        return text_of(self.index, module, child.keywords.get(name), scope)

    def _read_entry(self) -> None:
        """Find the call that makes the app, where nothing else may lead there."""
        file, function, name = self.entry
        for module in self.modules:
            if module.file == file and not function:
                self.key(module, ast.Name(name, ast.Load()), ())

    # --- includes

    def _includes(self, module: Module) -> Iterator[Include]:
        for step in walk.steps(module.tree.body):
            for call in walk.calls(step):
                if not isinstance(call.func, ast.Attribute) or call.func.attr != "include_router":
                    continue
                router = call.args[0] if call.args else None
                router = router or next((k.value for k in call.keywords if k.arg == "router"), None)
                if router is None:
                    continue
                on = call.func.value
                parent = self.key(module, on, step.scopes)
                if parent is None and isinstance(on, ast.Attribute) and on.attr == "router":
                    parent = self.key(module, on.value, step.scopes)  # app.router.include_router
                if parent is not None:
                    yield from self._include(module, step, call, parent, router)

    def _include(
        self, module: Module, step: walk.Step, call: ast.Call, parent: Key, router: ast.expr
    ) -> Iterator[Include]:
        keywords = {k.arg: k.value for k in call.keywords if k.arg and k.arg != "router"}
        on = ast.unparse(call.func)[: -len(".include_router")]
        names = named(router)
        loops = [*reversed(step.loops), *_comprehensions(step.node)]
        for at, loop in enumerate(loops):
            if not names & named(loop.target):
                continue
            lists = list(router_lists(self.index, module, loops[at:], step.function))
            if not lists:
                break
            target = ast.unparse(loop.target).strip("()")
            for listed, rounds in lists:
                given = _given(keywords, rounds)
                children = []
                for element in listed.elements:
                    picked = pick(element.node, loop.target, router)
                    if picked is not None:
                        child = self._listed_child(element, loop, picked, given)
                        same = (k for k, v in keywords.items() if child.keywords.get(k) is v)
                        said = dict.fromkeys(same, (module, step.function))
                        children.append(replace(child, said=said))
                yield Include(module, step, call, parent, on, tuple(children), listed, loop=target)
            return
        else:
            child = self._child(module, router, step.scopes, keywords)
            if child.definition is not None or not _dynamic(step.function, module, step):
                yield Include(module, step, call, parent, on, (child,))
                return
        found = [
            self._found_child(other)
            for other in self.index.discovered(module)
            if "APIRouter" in other.text
        ]
        yield Include(module, step, call, parent, on, tuple(found), automatic=bool(found))

    def _listed_child(
        self,
        element: Element,
        loop: Loop,
        picked: ast.expr,
        keywords: Mapping[str, ast.expr],
    ) -> Child:
        given = {
            name: found
            for name, value in keywords.items()
            if (found := pick(element.node, loop.target, value)) is not None
        }
        scopes = (element.scope,) if element.scope is not None else ()
        return self._child(element.module, picked, scopes, given)

    def _child(
        self,
        module: Module,
        router: ast.expr,
        scopes: tuple[walk.Scope, ...],
        keywords: Mapping[str, ast.expr],
    ) -> Child:
        scope = innermost(scopes)
        key = self.key(module, router, scopes)
        definition = self.definitions.get(key) if key else None
        return Child(key, router, module, scope, keywords, definition)

    def _found_child(self, module: Module) -> Child:
        expression = ast.Name("router", ast.Load())
        key = self.key(module, expression, ())
        return Child(key, expression, module, None, {}, self.definitions.get(key) if key else None)

    # --- prefixes

    def _prefixes(self, graph: Graph) -> None:
        graph.prefixes[graph.entry] = ""
        waiting = [graph.entry]
        while waiting:
            parent = waiting.pop(0)
            base = graph.prefixes[parent]
            for include in graph.on(parent):
                for child in include.children:
                    if child.key is None or child.key in graph.prefixes:
                        continue
                    given = self._told(graph, child)
                    own = self.own_keyword(child.key, "prefix")
                    text = self.own_text(child.key, "prefix")
                    if own is not None and text is None:
                        graph.unread.append(ast.unparse(own[2]))
                    graph.prefixes[child.key] = base + given + (text or "")
                    waiting.append(child.key)

    def _told(self, graph: Graph, child: Child) -> str:
        node = child.keywords.get("prefix")
        text = self.text(child, "prefix")
        if node is not None and text is None:
            graph.unread.append(ast.unparse(node))
        return text or ""


def _given(keywords: Mapping[str, ast.expr], rounds: Iterable[Round]) -> dict[str, ast.expr]:
    """Arguments as they are in one round of the loops around."""
    given = dict(keywords)
    for target, element in rounds:
        told = ((name, pick(element.node, target, value)) for name, value in given.items())
        given = {name: value for name, value in told if value is not None}
    return given


def _comprehensions(node: ast.stmt) -> list[Loop]:
    """The generators of comprehensions in a statement, as loops."""
    found: list[Loop] = []
    if isinstance(node, ast.Expr | ast.Assign):
        for inner in ast.walk(node.value):
            if isinstance(inner, ast.ListComp | ast.GeneratorExp | ast.SetComp):
                for part in inner.generators:
                    loop = ast.For(part.target, part.iter, [], [])
                    found.append(ast.copy_location(loop, node))
    return found


def _dynamic(function: FunctionNode | None, module: Module, step: walk.Step) -> bool:
    """The router comes from an import by name at run time."""
    if function is not None:
        begin, end = function.lineno - 1, function.end_lineno
    elif step.loops:
        begin, end = step.loops[0].lineno - 6, step.loops[0].end_lineno
    else:
        begin, end = step.node.lineno - 4, step.node.end_lineno
    text = "\n".join(module.text.split("\n")[max(begin, 0) : end])
    return bool(re.search(r"import_module|iter_modules|walk_packages|__import__", text))
