"""What a route asks for before it is answered: its dependencies, and theirs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from operator import and_
from typing import NamedTuple

from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.lenient import gives_none, is_lenient, is_optional, lets_in, parsed
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.symbols import Expression, Place, Symbol
from fastarch.discover.values import class_of, member_of
from fastarch.discover.walk import steps
from fastarch.discover.ways import Said

_DEPENDS = frozenset({"Depends", "Security"})
_SCHEMES = re.compile(
    r"(?:OAuth2\w*|HTTPBearer|HTTPBasic|HTTPDigest|OpenIdConnect|APIKey(?:Header|Cookie|Query))"
)
_REFUSES = re.compile(
    r"\b401\b|HTTP_401|UNAUTHORIZED|[Uu]nauthori[sz]ed|[Uu]nauthenticated|NotAuthenticated|"
    r"InvalidCredentials|credentials_(?:exception|error)|WWW-Authenticate"
)
_DEPTH = 12

# The file and the name of what is asked for; for an inline object, where it is made.
Ask = tuple[str, str]


class Asked(NamedTuple):
    """What an expression asks for, directly or not.

    Args:
        names: All of them.
        refusing: The functions that let nobody in who has not signed in, by their look.
        schemes: The security schemes that want something of a request: a token, a key.
    """

    names: frozenset[Ask] = frozenset()
    refusing: frozenset[Ask] = frozenset()
    schemes: frozenset[Ask] = frozenset()

    def __or__(self, other: object) -> Asked:
        """Both together."""
        assert isinstance(other, Asked)
        return Asked(*(mine | theirs for mine, theirs in zip(self, other, strict=True)))

    def __and__(self, other: object) -> Asked:
        """What is asked for either way."""
        assert isinstance(other, Asked)
        return Asked(*(mine & theirs for mine, theirs in zip(self, other, strict=True)))


class Guards:
    """Follows dependencies through functions, classes, aliases and lists."""

    def __init__(self, index: ModuleIndex) -> None:
        self.index = index
        self._known: dict[Ask, Asked] = {}

    def function(self, guard: Symbol) -> Symbol | None:
        """What ``Depends`` takes: the guard itself, or what the alias wraps; None: no name."""
        module = self.index.find(guard.module)
        found = self.index.resolve(module, guard.name) if module is not None else None
        if found is None:
            return guard
        guard = replace(guard, at=found.place)
        if not isinstance(found.value, ast.Subscript | ast.Call):
            return guard
        asking = (
            call
            for call in ast.walk(found.value)
            if isinstance(call, ast.Call) and self._is_depends(found.module, call, None)
        )
        call = next(asking, None)
        given = _given(call) if call is not None else None
        if given is None:
            return guard
        called = isinstance(given, ast.Call)
        name = dotted(given.func if isinstance(given, ast.Call) else given)
        first, _, _ = name.partition(".")
        head = self.index.resolve(found.module, first or "-")
        if head is None or (called and any(isinstance(n, ast.Name) for n in _arguments(given))):
            return None
        said = ast.get_source_segment(found.module.text, given) or ""
        rest = (ast.unparse(given) if "\n" in said else said).removeprefix(first)
        if not head.name and not called:  # a module: deps.get_current_user
            inner = self.index.resolve(found.module, name)
            return Symbol(inner.place, inner.module.name, inner.name) if inner else None
        return Symbol(head.place, head.module.name, f"{head.name}{rest}") if head.name else None

    def named(self, guard: Expression) -> Symbol:
        """What an expression for ``Depends`` is called in its module: ``Bearer()``."""
        (first, *_) = guard.imports
        module = self.index.find(first.module)
        found = self.index.resolve(module, first.name or "-") if module is not None else None
        place = found.place if found is not None else Place(first.module, 1)
        return Symbol(place, first.module, guard.source)

    def identity(self, guard: Symbol) -> Ask:
        """What is looked for among what routes ask for."""
        module = self.index.find(guard.module)
        node = ast.parse(guard.name, mode="eval").body
        node = node.func if isinstance(node, ast.Call) else node
        found = self._resolved(module, node, None) if module is not None else None
        return (found.module.file, found.name) if found is not None else (guard.at.file, guard.name)

    def turns_away(self, guard: Symbol) -> bool | None:
        """Whether somebody who has not signed in gets no further; None where that is not seen."""
        definition = self._of(guard)
        node = definition.node if definition is not None else None
        if definition is None or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return True
        asked = self._target(definition.module, _name(guard), None, _DEPTH)
        if asked.refusing or asked.schemes:
            return True
        raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
        lenient = node.returns is not None and is_optional(node.returns) and not raises
        return False if lenient or gives_none(node) else None

    def standing_on(self, guard: Symbol, modules: Iterable[Module]) -> list[Symbol]:
        """The functions that ask for a guard, and turn away whom it lets through."""
        looked_for = self.identity(guard)
        found = []
        for module in modules:
            if guard.name.rpartition(".")[2] not in module.text:
                continue
            for name, bound in module.bindings()[0].items():
                if not isinstance(bound.node, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                asked = self._target(module, ast.Name(name, ast.Load()), None, _DEPTH)
                if looked_for in asked.names and (module.file, name) in asked.refusing:
                    found.append(Symbol(module.place(bound.node), module.name, name))
        return found

    def _of(self, guard: Symbol) -> Definition | None:
        module = self.index.find(guard.module)
        return self._resolved(module, _name(guard), None) if module is not None else None

    def asked(self, said: Iterable[Said]) -> Asked:
        """What several expressions ask for together."""
        found = Asked()
        for one in said:
            found |= self._expression(one.module, one.node, one.scope, _DEPTH)
        return found

    def asked_by(self, module: Module, node: FunctionNode) -> Asked:
        """What the parameters of an endpoint ask for."""
        return self._parameters(module, node, _DEPTH)

    # --- expressions

    def _expression(
        self, module: Module, node: ast.expr, scope: ast.AST | None, depth: int
    ) -> Asked:
        """What a list of dependencies, an annotation or a default asks for."""
        if depth <= 0:
            return Asked()
        found = Asked()
        match node:
            case ast.Call() if self._is_depends(module, node, scope):
                given = _given(node)
                return self._target(module, given, scope, depth) if given is not None else found
            case ast.Constant(value=str(text)):
                inner = parsed(text)
                return self._expression(module, inner, scope, depth - 1) if inner else found
            case ast.Name() | ast.Attribute():
                definition = self.index.resolve(module, dotted(node) or "-", scope)
                value = definition.value if definition is not None else None
                if definition is None or value is None or value is node:
                    return found
                return self._expression(definition.module, value, definition.scope, depth - 1)
            case ast.Subscript(value=kind, slice=ast.Tuple(elts=[first, *rest])):
                for part in rest:
                    found |= self._expression(module, part, scope, depth)
                    if self._is_bare(module, part, scope):
                        # Annotated[Service, Depends()]
                        found |= self._target(module, first, scope, depth)
                if dotted(kind).rpartition(".")[2] == "Annotated":
                    found |= self._expression(module, first, scope, depth)
                return found
            case ast.IfExp(body=one, orelse=other):
                return _either(
                    self._expression(module, part, scope, depth) for part in (one, other)
                )
            case ast.BoolOp(values=values):
                return _either(self._expression(module, part, scope, depth) for part in values)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                found |= self._expression(module, child, scope, depth)
        return found

    def _is_bare(self, module: Module, node: ast.expr | None, scope: ast.AST | None) -> bool:
        """``Depends()``: the annotation says what is asked for."""
        is_call = isinstance(node, ast.Call) and self._is_depends(module, node, scope)
        return is_call and isinstance(node, ast.Call) and _given(node) is None

    def _is_depends(self, module: Module, call: ast.Call, scope: ast.AST | None) -> bool:
        name = dotted(call.func)
        if name.rpartition(".")[2] in _DEPENDS:
            return True
        return self.index.origin(module, name, scope).rpartition(".")[2] in _DEPENDS

    # --- what is called

    def _target(self, module: Module, node: ast.expr, scope: ast.AST | None, depth: int) -> Asked:
        """What comes with a dependency: a function, a class, an object, what a call gives."""
        if depth <= 0:
            return Asked()
        if isinstance(node, ast.Call):
            return self._made(module, node, scope, depth)
        definition = self._resolved(module, node, scope)
        if definition is None or not definition.name:
            return Asked()
        key = (definition.module.file, definition.name)
        if key in self._known:
            return self._known[key]
        self._known[key] = Asked(frozenset({key}))  # a circle must end
        self._known[key] = self._definition(key, definition, depth)
        return self._known[key]

    def _resolved(self, module: Module, node: ast.expr, scope: ast.AST | None) -> Definition | None:
        found = self.index.resolve(module, dotted(node) or "-", scope)
        if found is None and isinstance(node, ast.Attribute):
            owner = class_of(self.index, module, node.value, scope)  # auth.signed_in
            return member_of(self.index, owner, node.attr) if owner is not None else None
        return found

    def _definition(self, key: Ask, definition: Definition, depth: int) -> Asked:
        module, node = definition.module, definition.node
        found = Asked(frozenset({key}))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= self._parameters(module, node, depth - 1)
            return found | self._refusing(key, module, node)
        if isinstance(node, ast.ClassDef):
            for name in ("__init__", "__new__"):
                found |= self._method(key, definition, name, depth)
            return found
        if isinstance(definition.value, ast.Call):
            return found | self._made(module, definition.value, definition.scope, depth, key)
        return found

    def _made(
        self,
        module: Module,
        call: ast.Call,
        scope: ast.AST | None,
        depth: int,
        key: Ask | None = None,
    ) -> Asked:
        """What an object asks for that a call gives: an instance, or a function made on the way."""
        origin = self.index.origin(module, call.func, scope)
        word = (origin or dotted(call.func)).rpartition(".")[2]
        if _SCHEMES.fullmatch(word):
            name = key or (module.file, ast.unparse(call))
            lenient = any(
                one.arg == "auto_error" and ast.unparse(one.value) == "False"
                for one in call.keywords
            )
            wanted = frozenset() if lenient else frozenset({name})
            return Asked(frozenset({name}), schemes=wanted)
        definition = self._resolved(module, call.func, scope)
        found = Asked()
        if any(word.arg and lets_in(word.arg, word.value) for word in call.keywords):
            return found
        if word == "partial" and call.args:
            return self._target(module, call.args[0], scope, depth - 1)
        if definition is None:
            return found
        own = (definition.module.file, definition.name)
        if isinstance(definition.node, ast.ClassDef):
            found |= Asked(frozenset({own}))
            return found | self._method(own, definition, "__call__", depth)
        if isinstance(definition.node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= Asked(frozenset({own}))
            given = list(_returns(definition.node))
            found |= _either(
                self._returned(own, definition.module, definition.node, one, depth) for one in given
            )
        return found

    def _returned(
        self, key: Ask, module: Module, maker: FunctionNode, given: ast.expr, depth: int
    ) -> Asked:
        """What a dependency asks for that a function gives: one that it defines, or has made."""
        if isinstance(given, ast.IfExp):
            parts = (given.body, given.orelse)
            return _either(self._returned(key, module, maker, one, depth) for one in parts)
        inner = next(
            (
                node
                for node in ast.walk(maker)
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and node is not maker
                and isinstance(given, ast.Name)
                and node.name == given.id
            ),
            None,
        )
        if inner is not None:
            return self._parameters(module, inner, depth - 1) | self._refusing(key, module, inner)
        # def require_admin(): return require_role("admin")
        return self._target(module, given, maker, depth - 1)

    def _method(self, key: Ask, owner: Definition, name: str, depth: int) -> Asked:
        found = Asked()
        method = member_of(self.index, owner, name)
        if method is not None and isinstance(method.node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= self._parameters(method.module, method.node, depth - 1)
            found |= self._refusing(key, method.module, method.node)
        if name == "__call__" and isinstance(owner.node, ast.ClassDef):
            bases = (dotted(base).rpartition(".")[2] for base in owner.node.bases)
            if any(_SCHEMES.fullmatch(base) for base in bases):
                found |= Asked(schemes=frozenset({key}))
        return found

    def _parameters(self, module: Module, node: FunctionNode, depth: int) -> Asked:
        found = Asked()
        for argument, default in arguments(node):
            for part in (argument.annotation, default):
                if part is not None:
                    found |= self._expression(module, part, None, depth)
            if argument.annotation is not None and self._is_bare(module, default, None):
                found |= self._target(module, argument.annotation, None, depth)
        return found

    def _refusing(self, key: Ask, module: Module, node: FunctionNode) -> Asked:
        if is_lenient(node):
            return Asked()
        said = "\n".join(self._raised(module, node))
        return Asked(refusing=frozenset({key}) if _REFUSES.search(said) else frozenset())

    def _raised(self, module: Module, node: FunctionNode) -> Iterator[str]:
        """What a function raises, with what makes it."""
        for inner in ast.walk(node):
            if not isinstance(inner, ast.Raise) or inner.exc is None:
                continue
            yield ast.unparse(inner.exc)
            raised = inner.exc.func if isinstance(inner.exc, ast.Call) else inner.exc
            name = dotted(raised)
            for other in ast.walk(node):
                if isinstance(other, ast.Assign) and name in map(dotted, other.targets):
                    yield ast.unparse(other.value)
            found = self.index.resolve(module, name) if name else None
            if found is not None and found.node is not None and found.node is not node:
                yield ast.unparse(found.node)


def _either(found: Iterable[Asked]) -> Asked:
    """What is asked for whichever of several ways is gone."""
    known = list(found)
    return reduce(and_, known) if known else Asked()


def _returns(node: FunctionNode) -> Iterator[ast.expr]:
    """What a function returns, not what those return that it defines."""
    for step in steps(node.body):
        if not step.scopes and isinstance(step.node, ast.Return) and step.node.value is not None:
            yield step.node.value


def _name(guard: Symbol) -> ast.expr:
    return ast.parse(guard.name, mode="eval").body


def _arguments(node: ast.expr) -> Iterator[ast.AST]:
    """All that is said in the arguments of a call."""
    assert isinstance(node, ast.Call)
    for part in (*node.args, *(word.value for word in node.keywords)):
        yield from ast.walk(part)


def _given(call: ast.Call) -> ast.expr | None:
    """What ``Depends`` is given."""
    if call.args:
        return call.args[0]
    return next((word.value for word in call.keywords if word.arg == "dependency"), None)
