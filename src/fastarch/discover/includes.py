"""Which router is included where: the graph from the app down to the routers with endpoints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from fastarch.discover import walk
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.lists import Element, RouterList, pick, router_list
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.scan import aside
from fastarch.discover.values import text_of

# A router or app: the file, the function and the name that it is made under.
Key = tuple[str, str, str]
Loop = ast.For | ast.AsyncFor

_DEPTH = 8
_APP_PARAMETERS = ("app", "application", "api", "fastapi_app", "fastapi", "server")


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


class Reader:
    """Reads includes.

    Args:
        index: The app's modules.
        entry: The key of the app.
        modules: The modules to look into, those near the app first.
        callers: Further files in which a helper or factory may be called.
    """

    def __init__(
        self, index: ModuleIndex, entry: Key, modules: list[Module], callers: Iterable[Path]
    ) -> None:
        self.index = index
        self.entry = entry
        self.modules = modules
        self.callers = [path for path in callers if not aside(index.relative(path))]
        self._bound: dict[tuple[str, str, str], Key | None] = {}
        self._made: dict[Key, tuple[Module, FunctionNode | None, ast.Call]] = {}
        self._definitions: dict[Key, Definition] = {}

    def graph(self) -> Graph:
        """The graph from the entry down."""
        graph = Graph(self.entry)
        for module in self.modules:
            graph.includes += self._includes(module)
        self._prefixes(graph)
        return graph

    def own_keyword(
        self, key: Key, name: str
    ) -> tuple[Module, FunctionNode | None, ast.expr] | None:
        """A keyword argument of the router's constructor, with the place that it is read in."""
        made = self._made.get(key)
        if made is None:
            return None
        module, scope, call = made
        return next(((module, scope, k.value) for k in call.keywords if k.arg == name), None)

    def own_text(self, key: Key, name: str) -> str | None:
        """A keyword argument of the router's constructor, where it is a string."""
        found = self.own_keyword(key, name)
        return text_of(self.index, found[0], found[2], found[1]) if found else None

    def text(self, child: Child, name: str) -> str | None:
        """A keyword argument of an include, where it is a string."""
        module, scope = child.place_of(name)
        return text_of(self.index, module, child.keywords.get(name), scope)

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
                parent = self.key(module, call.func.value, step.scopes)
                if parent is not None:
                    yield self._include(module, step, call, parent, router)

    def _include(
        self, module: Module, step: walk.Step, call: ast.Call, parent: Key, router: ast.expr
    ) -> Include:
        keywords = {k.arg: k.value for k in call.keywords if k.arg and k.arg != "router"}
        on = ast.unparse(call.func)[: -len(".include_router")]
        names = {n.id for n in ast.walk(router) if isinstance(n, ast.Name)}
        for loop in [*reversed(step.loops), *_comprehensions(step.node)]:
            if not names & {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}:
                continue
            listed = router_list(self.index, module, loop.iter, step.function)
            if listed is None:
                break
            children = []
            for element in listed.elements:
                picked = pick(element.node, loop.target, router)
                if picked is not None:
                    child = self._listed_child(element, loop, picked, keywords)
                    same = (k for k, v in keywords.items() if child.keywords.get(k) is v)
                    said = dict.fromkeys(same, (module, step.function))
                    children.append(replace(child, said=said))
            return Include(module, step, call, parent, on, tuple(children), listed)
        else:
            child = self._child(module, router, step.scopes, keywords)
            if child.definition is not None or not _dynamic(step.function, module, step):
                return Include(module, step, call, parent, on, (child,))
        found = [
            self._found_child(other)
            for other in self.index.discovered(module)
            if "APIRouter" in other.text
        ]
        return Include(module, step, call, parent, on, tuple(found), automatic=bool(found))

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
        scope = _innermost(scopes)
        key = self.key(module, router, scopes)
        definition = self._definitions.get(key) if key else None
        return Child(key, router, module, scope, keywords, definition)

    def _found_child(self, module: Module) -> Child:
        expression = ast.Name("router", ast.Load())
        key = self.key(module, expression, ())
        return Child(key, expression, module, None, {}, self._definitions.get(key) if key else None)

    # --- what an expression is

    def key(
        self, module: Module, node: ast.expr, scopes: tuple[walk.Scope, ...], depth: int = _DEPTH
    ) -> Key | None:
        """Which router or app an expression stands for."""
        if depth <= 0:
            return None
        if isinstance(node, ast.Call):
            return self._key_called(module, node, scopes, depth)
        chain = dotted(node)
        if not chain:
            return None
        head = chain.partition(".")[0]
        functions = [s for s in scopes if not isinstance(s, ast.ClassDef)]
        if head in {"self", "cls"} and scopes and isinstance(scopes[0], ast.ClassDef):
            return self._key_self(module, scopes[0], chain)
        for function in reversed(functions):
            bound = module.bindings(function)[0].get(head)
            if bound is not None and bound.module is None and chain == head:
                return self._key_of(
                    Definition(module, head, bound.node, bound.value, function),
                    _qualname(scopes, function),
                    depth,
                )
            if bound is not None:
                return self._key_resolved(module, chain, function, depth)
            if chain == head and any(a.arg == head for a in walk.parameters(function)):
                return self._key_parameter(
                    module, function, _qualname(scopes, function), head, depth
                )
        return self._key_resolved(module, chain, None, depth)

    def _key_resolved(
        self, module: Module, chain: str, scope: FunctionNode | None, depth: int
    ) -> Key | None:
        definition = self.index.resolve(module, chain, scope)
        if definition is None or not definition.name:
            return None
        return self._key_of(definition, "", depth)

    def _key_of(self, definition: Definition, qualname: str, depth: int) -> Key | None:
        module, value = definition.module, definition.value
        if isinstance(value, ast.Call):
            scopes: tuple[walk.Scope, ...] = ()
            if isinstance(definition.scope, ast.FunctionDef | ast.AsyncFunctionDef):
                scopes = (definition.scope,)
            inner = self._key_called(module, value, scopes, depth - 1)
            if inner is not None:
                self._definitions.setdefault(inner, definition)
                return inner
        elif isinstance(value, ast.Name | ast.Attribute):
            scope = definition.scope
            inner_scopes = (
                (scope,) if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) else ()
            )
            if dotted(value) != definition.name:
                return self.key(module, value, inner_scopes, depth - 1)
        key = (module.file, qualname, definition.name)
        if isinstance(value, ast.Call):
            scope = definition.scope
            inside = scope if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) else None
            self._made.setdefault(key, (module, inside, value))
        self._definitions.setdefault(key, definition)
        return key

    def _key_called(
        self, module: Module, node: ast.Call, scopes: tuple[walk.Scope, ...], depth: int
    ) -> Key | None:
        """A function of the project that makes and returns a router, or the app."""
        chain = dotted(node.func)
        target = self.index.resolve(module, chain, _innermost(scopes)) if chain else None
        if target is None or not isinstance(target.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        if (target.module.file, target.name) == self.entry[:2]:
            return self.entry
        back = walk.returned(target.node)
        if back is None:
            return None
        if isinstance(back, ast.Call) and not self.index.resolve(
            target.module, dotted(back.func) or "-", target.node
        ):
            key = (target.module.file, target.name, "")
            self._made.setdefault(key, (target.module, target.node, back))
            return key
        return self.key(target.module, back, (target.node,), depth - 1)

    def _key_self(self, module: Module, owner: ast.ClassDef, chain: str) -> Key:
        key = (module.file, owner.name, chain)
        for step in walk.steps(owner.body):
            node = step.node
            if isinstance(node, ast.Assign) and any(dotted(t) == chain for t in node.targets):
                if isinstance(node.value, ast.Call):
                    self._made.setdefault(key, (module, step.function, node.value))
                if self.entry[0] == module.file and self.entry[2] == chain:
                    return self.entry
        return key

    def _key_parameter(
        self, module: Module, function: FunctionNode, qualname: str, name: str, depth: int
    ) -> Key | None:
        memo = (module.file, qualname, name)
        if memo not in self._bound:
            self._bound[memo] = None
            self._bound[memo] = self._argument(module, function, name, depth)
        return self._bound[memo]

    def _argument(
        self, module: Module, function: FunctionNode, name: str, depth: int
    ) -> Key | None:
        """What callers hand to a parameter. A helper that nobody is seen to call gets the app."""
        every = walk.parameters(function)
        position = [a.arg for a in every if a.arg not in {"self", "cls"}].index(name)
        found: Key | None = None
        for caller in self._callers(module, function.name):
            for step in walk.steps(caller.tree.body):
                for call in walk.calls(step):
                    if dotted(call.func).rpartition(".")[2] != function.name:
                        continue
                    target = self.index.resolve(caller, dotted(call.func), step.function)
                    if target is not None and target.node is not function:
                        continue
                    given = next((k.value for k in call.keywords if k.arg == name), None)
                    if given is None and position < len(call.args):
                        given = call.args[position]
                    key = self.key(caller, given, step.scopes, depth - 1) if given else None
                    if key == self.entry:
                        return key
                    found = found or key
        annotation = next(a.annotation for a in every if a.arg == name)
        told = annotation.value if isinstance(annotation, ast.Constant) else dotted(annotation)
        if found is None and (str(told).endswith("FastAPI") or name in _APP_PARAMETERS):
            return self.entry
        return found

    def _callers(self, module: Module, name: str) -> Iterator[Module]:
        seen = set()
        for known in (module, *self.modules):
            if known.file not in seen and f"{name}(" in known.text:
                seen.add(known.file)
                yield known
        for path in self.index.containing(f"{name}(".encode(), paths=self.callers):
            other = self.index.at(path)
            if other.file not in seen:
                seen.add(other.file)
                yield other

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


def _innermost(scopes: tuple[walk.Scope, ...]) -> FunctionNode | None:
    for scope in reversed(scopes):
        if not isinstance(scope, ast.ClassDef):
            return scope
    return None


def _qualname(scopes: tuple[walk.Scope, ...], function: FunctionNode) -> str:
    names = []
    for scope in scopes:
        names.append(scope.name)
        if scope is function:
            break
    return ".".join(names)


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
