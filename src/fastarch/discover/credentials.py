"""Whether a dependency knows who asks: by what it reads of a request, or asks one that does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.modules import FunctionNode
from fastarch.discover.neighbours import arguments
from fastarch.discover.values import class_of, member_of
from fastarch.discover.walk import parameters

SCHEMES = re.compile(
    r"OAuth2\w*|HTTPBearer|HTTPBasic|HTTPDigest|OpenIdConnect|APIKey(?:Header|Cookie|Query)"
)
_CREDENTIAL = re.compile(
    r"(?i)auth|token|session|cookie|jwt|bearer|api.?key|credential|user|login|identity|account|"
    r"member|(?:^|_)u?s?id$"
)
_NO_CREDENTIAL = re.compile(r"(?i)csrf|xsrf|agent|lang|locale|theme|cart|author(?!i)")
_REFUSES = re.compile(
    r"\b40[13]\b|HTTP_40[13]|UNAUTHORIZED|FORBIDDEN|[Uu]nauthori[sz]ed|[Uu]nauthenticated|Forbidden|"
    r"NotAuthenticated|Credentials|credentials_(?:exception|error)|WWW-Authenticate|AuthError|"
    r"AuthenticationError|InvalidToken"
)
_REQUESTS = frozenset({"Request", "HTTPConnection", "WebSocket"})
_GIVEN = frozenset({"HTTPAuthorizationCredentials", "HTTPBasicCredentials"})
_FRAMEWORK = frozenset({"Response", "BackgroundTasks", "SecurityScopes"})
_READ = re.compile(
    r"\.(?:cookies|session|headers)(?:\.get\(|\.pop\(|\[)([^,)\]]*)"
    r"|([\w.'\"]+) (?:not )?in \w+\.(?:cookies|session|headers)\b"
)
_SET = r"\.(?:state\.|scope\[['\"]|)(?:current_)?(?:user|auth|account|identity|principal|member)\w*"
_DEPTH = 6


class Verdict(NamedTuple):
    """What a dependency is like.

    Args:
        reads: It reads what somebody signs in with, or asks a dependency that does.
        refuses: It lets nobody in without.
        raises: It lets some in, by a request, and not others, whatever it says then.
        chosen: It asks for something that a client chooses: an id in a path, a query.
        known: Its code is the app's own.
        scheme: It is a security scheme: it takes a credential and proves nothing.
    """

    reads: bool = False
    refuses: bool = False
    raises: bool = False
    chosen: bool = False
    known: bool = True
    scheme: bool = False


def verdict(index: ModuleIndex, definition: Definition, depth: int = _DEPTH) -> Verdict:
    """What a dependency is like, by its code and that of those which it asks."""
    node, module = definition.node, definition.module
    if depth <= 0:
        return Verdict()
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return _of_function(index, module, node, depth)
    if isinstance(node, ast.ClassDef):
        return _of_class(index, definition, depth)
    if isinstance(definition.value, ast.Call):
        return _of_call(index, module, definition.value, depth)
    asked = [
        _of_expression(index, module, one, depth)
        for one in dependencies(index, module, definition.value)
    ]
    return _joined(asked) if asked else Verdict(known=False)


def dependencies(index: ModuleIndex, module: Module, node: ast.expr | None) -> Iterator[ast.expr]:
    """What the ``Depends(…)`` of an annotation or a default are given; aliases are not followed."""
    for inner in ast.walk(node) if node is not None else ():
        if isinstance(inner, ast.Call) and _is_depends(index, module, inner):
            given = next((w.value for w in inner.keywords if w.arg == "dependency"), None)
            given = inner.args[0] if inner.args else given
            if given is not None:
                yield given


def resolved(index: ModuleIndex, module: Module, node: ast.expr) -> Definition | None:
    """What a name stands for, methods of an object included: ``auth.signed_in``."""
    found = index.resolve(module, dotted(node)) if dotted(node) else None
    if found is None and isinstance(node, ast.Attribute):
        owner = class_of(index, module, node.value)
        return member_of(index, owner, node.attr) if owner is not None else None
    return found


def _is_depends(index: ModuleIndex, module: Module, call: ast.Call) -> bool:
    name = dotted(call.func)
    words = ("Depends", "Security")
    return (
        name.rpartition(".")[2] in words or index.origin(module, name).rpartition(".")[2] in words
    )


def _of_expression(index: ModuleIndex, module: Module, node: ast.expr, depth: int) -> Verdict:
    """What is given to ``Depends``."""
    if isinstance(node, ast.Call):
        return _of_call(index, module, node, depth)
    found = resolved(index, module, node)
    return verdict(index, found, depth - 1) if found is not None else Verdict(known=False)


def _of_call(index: ModuleIndex, module: Module, call: ast.Call, depth: int) -> Verdict:
    """An object, or a function that another one makes."""
    word = (index.origin(module, call.func) or dotted(call.func)).rpartition(".")[2]
    if SCHEMES.fullmatch(word):
        lenient = any(
            one.arg == "auto_error" and ast.unparse(one.value) == "False" for one in call.keywords
        )
        return Verdict(reads=True, refuses=not lenient, scheme=True)
    found = resolved(index, module, call.func)
    if found is None:
        return Verdict(known=False)
    if isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef):
        inside = [
            _of_function(index, found.module, inner, depth - 1)
            for inner in ast.walk(found.node)
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner is not found.node
        ]
        return _joined(inside) if inside else Verdict(known=False)
    return verdict(index, found, depth - 1)


def _of_class(index: ModuleIndex, definition: Definition, depth: int) -> Verdict:
    """A class whose objects are called, or one that is made anew for each request."""
    assert isinstance(definition.node, ast.ClassDef)
    if any(SCHEMES.fullmatch(dotted(base).rpartition(".")[2]) for base in definition.node.bases):
        called = member_of(index, definition, "__call__")
        return Verdict(reads=True, refuses=True, scheme=called is None)
    for name in ("__call__", "__init__"):
        method = member_of(index, definition, name)
        if method is not None and isinstance(method.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return _of_function(index, method.module, method.node, depth - 1)
    return Verdict()


def _of_function(index: ModuleIndex, module: Module, node: FunctionNode, depth: int) -> Verdict:
    if depth <= 0:
        return Verdict()
    found = []
    for argument, default in arguments(node):
        if argument.arg not in ("self", "cls"):
            found.append(_of_parameter(index, module, node, argument, default, depth))
    raised = list(_raised(node))
    own = Verdict(refuses=_REFUSES.search("\n".join(raised)) is not None, raises=bool(raised))
    return _joined([own, *found])


def _of_parameter(
    index: ModuleIndex,
    module: Module,
    node: FunctionNode,
    argument: ast.arg,
    default: ast.expr | None,
    depth: int,
) -> Verdict:
    annotation = argument.annotation
    name = dotted(annotation) if annotation is not None else ""
    alias = index.resolve(module, name) if name else None
    asked = [
        (where, one)
        for where, part in ((module, annotation), (module, default))
        for one in dependencies(index, where, part)
    ]
    if alias is not None and alias.value is not None:
        asked += [(alias.module, one) for one in dependencies(index, alias.module, alias.value)]
    if asked:
        return _joined(
            [
                _of_expression(index, where, one, depth - 1)._replace(scheme=False)
                for where, one in asked
            ]
        )
    calls = [
        dotted(inner.func).rpartition(".")[2]
        for part in (annotation, default)
        for inner in (ast.walk(part) if part is not None else ())
        if isinstance(inner, ast.Call)
    ]
    words = {
        dotted(inner).rpartition(".")[2]
        for inner in (ast.walk(annotation) if annotation is not None else ())
        if isinstance(inner, ast.Name | ast.Attribute)
    }
    if words & _GIVEN:
        return Verdict(reads=True)
    if words & _REQUESTS:
        return Verdict(reads=_reads_request(index, module, node, argument.arg, depth))
    if words & _FRAMEWORK or "Depends" in calls:
        return Verdict()
    if "Header" in calls or "Cookie" in calls:
        said = f"{argument.arg} {ast.unparse(default) if default else ''}"
        return Verdict(reads=_is_credential(argument.arg) or _is_credential(said))
    if re.search(r"(?i)token|api_?key|authorization", argument.arg):
        return Verdict(reads=True)
    return Verdict(chosen=True)


def _reads_request(
    index: ModuleIndex, module: Module, node: FunctionNode, request: str, depth: int
) -> bool:
    """Whether a function takes from a request what somebody signs in with."""
    if depth <= 0:
        return False
    text = ast.unparse(node)
    if any(_is_credential(key or other) for key, other in _READ.findall(text)):
        return True
    if re.search(rf"\b{re.escape(request)}{_SET}", text):
        return True
    if re.search(rf"= {re.escape(request)}\.(?:cookies|session|headers)$", text, re.MULTILINE):
        return any(map(_is_credential, re.findall(r"'(\w+)'", text)))
    for call in ast.walk(node):
        given = [dotted(one) for one in call.args] if isinstance(call, ast.Call) else []
        if not isinstance(call, ast.Call) or request not in given:
            continue
        target = resolved(index, module, call.func)
        if target is None:
            if _is_credential(dotted(call.func).rpartition(".")[2]):
                return True
        elif isinstance(target.node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [one.arg for one in parameters(target.node) if one.arg not in ("self", "cls")]
            name = dict(zip(given, names, strict=False)).get(request)
            if name and _reads_request(index, target.module, target.node, name, depth - 1):
                return True
    return False


def _is_credential(text: str) -> bool:
    return _CREDENTIAL.search(text) is not None and _NO_CREDENTIAL.search(text) is None


def _raised(node: FunctionNode) -> Iterator[str]:
    """What a function raises; where that is a variable, what is assigned to it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Raise) and inner.exc is not None:
            yield ast.unparse(inner.exc)
            if isinstance(inner.exc, ast.Name):
                for other in ast.walk(node):
                    if isinstance(other, ast.Assign) and dotted(other.targets[0]) == inner.exc.id:
                        yield ast.unparse(other.value)


def _joined(found: list[Verdict]) -> Verdict:
    """Several of them, where one asks the others."""
    return Verdict(
        reads=any(one.reads for one in found),
        refuses=any(one.refuses for one in found),
        raises=any(one.raises for one in found),
        # An id that a client chooses is none where the credential says who asks.
        chosen=any(one.chosen for one in found),
        known=all(one.known for one in found),
        scheme=any(one.scheme for one in found),
    )
