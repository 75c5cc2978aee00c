"""Which router, or which app, an expression stands for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from fastarch.discover import walk
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.scan import aside
from fastarch.discover.values import text_of

# A router or app: the file, the function and the name that it is made under.
Key = tuple[str, str, str]

_DEPTH = 8
_APP_PARAMETERS = ("app", "application", "api", "fastapi_app", "fastapi", "server")


class Keys:
    """Tells routers apart, through parameters, functions and imports.

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
        self.definitions: dict[Key, Definition] = {}

    def made(self, key: Key) -> tuple[Module, FunctionNode | None, ast.Call] | None:
        """The call that makes a router, with the module and function that it stands in."""
        return self._made.get(key)

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

    def key(
        self, module: Module, node: ast.expr, scopes: tuple[walk.Scope, ...], depth: int = _DEPTH
    ) -> Key | None:
        """Which router or app an expression stands for."""
        if depth <= 0:
            return None
        if isinstance(node, ast.Call):
            return self._key_called(module, node, scopes, depth)
        if isinstance(node, ast.Attribute) and (made := self._key_object(module, node, scopes)):
            return made
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "router"
            and self.key(module, node.value, scopes, depth - 1) == self.entry
        ):
            return self.entry  # app.router
        chain = dotted(node)
        if not chain:
            return None
        head = chain.partition(".")[0]
        functions = [s for s in scopes if not isinstance(s, ast.ClassDef)]
        if head in {"self", "cls"} and scopes and isinstance(scopes[0], ast.ClassDef):
            if chain == head and self._makes_entry(scopes[0]):
                return self.entry
            return self._key_self(module, scopes[0], chain, depth)
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
                self.definitions.setdefault(inner, definition)
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
        self.definitions.setdefault(key, definition)
        return key

    def _key_called(
        self, module: Module, node: ast.Call, scopes: tuple[walk.Scope, ...], depth: int
    ) -> Key | None:
        """A function of the project that makes and returns a router, or the app."""
        chain = dotted(node.func)
        target = self.index.resolve(module, chain, innermost(scopes)) if chain else None
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

    def _key_object(
        self, module: Module, node: ast.Attribute, scopes: tuple[walk.Scope, ...]
    ) -> Key | None:
        """A router that an object of the project's own makes for itself: ``Books().router``."""
        scope = innermost(scopes)
        maker: ast.expr | None = node.value
        if not isinstance(maker, ast.Call):
            chain = dotted(node.value)
            bound = self.index.resolve(module, chain, scope) if chain else None
            if bound is None:
                return None
            module, scope, maker = bound.module, None, bound.value
        if not isinstance(maker, ast.Call):
            return None
        owner = self.index.resolve(module, dotted(maker.func) or "-", scope)
        if owner is None or not isinstance(owner.node, ast.ClassDef):
            return None
        key = self._key_self(owner.module, owner.node, f"self.{node.attr}")
        return key if key in self._made else None

    def _key_self(
        self, module: Module, owner: ast.ClassDef, chain: str, depth: int = _DEPTH
    ) -> Key:
        key = (module.file, owner.name, chain)
        for step in walk.steps(owner.body):
            node = step.node
            if isinstance(node, ast.Assign) and any(dotted(t) == chain for t in node.targets):
                if isinstance(node.value, ast.Call):
                    self._made.setdefault(key, (module, step.function, node.value))
                if self.entry[0] == module.file and self.entry[2] == chain:
                    return self.entry
                if isinstance(node.value, ast.Name):
                    given = self.key(module, node.value, (owner, *step.scopes), depth - 1)
                    if given is not None:
                        return given  # self.router = router
        return key

    def _makes_entry(self, owner: ast.ClassDef) -> bool:
        """Whether the app is an instance of a class of the project's own."""
        file, function, name = self.entry
        module = next((one for one in self.modules if one.file == file), None)
        if module is None or function:
            return False
        bound = self.index.resolve(module, name)
        if bound is None or not isinstance(bound.value, ast.Call):
            return False
        made = self.index.resolve(bound.module, dotted(bound.value.func) or "-")
        return made is not None and made.node is owner

    def _key_parameter(
        self, module: Module, function: FunctionNode, qualname: str, name: str, depth: int
    ) -> Key | None:
        memo = (module.file, qualname, name)
        if memo not in self._bound:
            self._bound[memo] = None
            self._bound[memo] = self._argument(module, function, qualname, name, depth)
        return self._bound[memo]

    def _argument(
        self, module: Module, function: FunctionNode, qualname: str, name: str, depth: int
    ) -> Key | None:
        """What callers hand to a parameter. A helper that nobody is seen to call gets the app."""
        owner = qualname.split(".")[-2] if function.name == "__init__" else None
        called = owner or function.name
        every = walk.parameters(function)
        position = [a.arg for a in every if a.arg not in {"self", "cls"}].index(name)
        found: Key | None = None
        for caller in self._callers(module, called):
            for step in walk.steps(caller.tree.body):
                for call in walk.calls(step):
                    if dotted(call.func).rpartition(".")[2] != called:
                        continue
                    target = self.index.resolve(caller, dotted(call.func), step.function)
                    made = getattr(target.node, "body", ()) if owner and target else ()
                    if target is not None and function not in (target.node, *made):
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


def innermost(scopes: tuple[walk.Scope, ...]) -> FunctionNode | None:
    """The innermost function of nested scopes."""
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
