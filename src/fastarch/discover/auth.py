"""What the app's endpoints ask for to know who is signed in."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable

from fastarch.discover.app import Found
from fastarch.discover.evidence import PLAIN
from fastarch.discover.index import Definition
from fastarch.discover.modules import Module, dotted
from fastarch.discover.neighbours import Neighbours
from fastarch.discover.profile import Symbol
from fastarch.discover.scan import Scan, aside

_DEPENDS = re.compile(r"\b(?:Depends|Security)\(\s*([A-Za-z_][\w.]*)\s*[,)]")
_ANNOTATION = re.compile(r"[\w\]]\s*:\s*([A-Za-z_][\w.]*)\s*[,)=\n]")
_WORDS = re.compile(
    r"(?i)user|auth|principal|identity|member|actor|jwt|token|login|account|api_?key"
)
_NOT = re.compile(
    r"(?i)session|(?:^|_)db|service|repo|form|scheme|optional|admin|super|staff|limiter|settings|dao|"
    r"use_?case|register|create_user|permission|query|filter|params"
)

_GUARD = re.compile(
    r"(?i)\b((?:\w+\.)*\w*(?:current_?(?:active_?)?(?:super)?user|auth|principal|permission|"
    r"require_?|has_role|role_|login|verify_token|jwt)\w*)"
)
_NO_GUARD = re.compile(r"(?i)service|repo|schema|form|author(?!i)|session_?(?:dep|local)|settings")


def find_auth(found: Found, siblings: Iterable[Symbol], seen: Scan) -> Symbol | None:
    """The dependency that gives the current user: the one that the app's endpoints use most.

    An alias (``CurrentUser``) is preferred to the function that it wraps, where endpoints use it.
    """
    index = found.index
    counted: dict[tuple[str, str], float] = {}
    definitions: dict[tuple[str, str], Definition] = {}
    files = dict.fromkeys([*(symbol.at.file for symbol in siblings), found.module.file])
    modules = [index.at(file) for file in files]
    modules += [
        child for module in modules if module.is_package for child in index.submodules(module)
    ]
    for module in modules:
        for name, count in _used(module).items():
            definition = index.resolve(module, name)
            if definition is None or not _is_dependency(definition):
                continue
            key = (definition.module.file, definition.name)
            definitions[key] = definition
            # An auth package uses its own dependency, also where the others use another.
            inner = definition.module is module or PLAIN.search(module.name)
            counted[key] = counted.get(key, 0.0) + (0.3 if inner else 1.0) * count
    if not counted:
        return _defined(found, seen)
    best = max(counted, key=lambda key: (_rank(key[1]) >= 0, counted[key] * (2 + _rank(key[1]))))
    if _rank(best[1]) < 0:
        return _defined(found, seen)
    return _symbol(definitions[best])


def asked_for(near: Neighbours) -> tuple[str, int, int] | None:
    """What most neighbouring endpoints ask for to let somebody in, where each asks for itself.

    Returns:
        The dependency as it is written most often, how many endpoints ask for one, and of how many.
    """
    counted: Counter[str] = Counter()
    asking = total = 0
    for endpoint in near.endpoints:
        if PLAIN.search(endpoint.module.name):
            continue
        total += 1
        parts = [part for pair in endpoint.arguments for part in (pair[0].annotation, pair[1])]
        parts += [word.value for word in endpoint.decorator.keywords if word.arg == "dependencies"]
        text = " ".join(ast.unparse(part) for part in parts if part is not None)
        names = [
            name for name in _GUARD.findall(text) if not _NO_GUARD.search(name.rpartition(".")[2])
        ]
        # `Depends(require_role("admin"))` says more than the annotation before it.
        given = [name for name in names if re.search(rf"(?:Depends|Security)\({name}\b", text)]
        counted.update(dict.fromkeys(given or names, 1))
        asking += bool(names)
    if asking < 4 or asking * 4 < total * 3:
        return None
    return counted.most_common(1)[0][0], asking, total


def _used(module: Module) -> Counter[str]:
    text = module.text
    names = Counter(name for name in _DEPENDS.findall(text) if _WORDS.search(name))
    names.update(
        name
        for name in _ANNOTATION.findall(text)
        if _WORDS.search(name) and _is_alias(module, name)
    )
    return names


def _is_alias(module: Module, name: str) -> bool:
    """An annotation that may be an alias: it is imported, or an assignment of the module."""
    bound = module.bindings()[0].get(name.partition(".")[0])
    return bound is not None and (bound.module is not None or bound.value is not None)


def _is_dependency(definition: Definition) -> bool:
    if isinstance(definition.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return True
    value = definition.value
    if isinstance(value, ast.Subscript):
        return dotted(value.value).rpartition(".")[2] == "Annotated" and bool(
            re.search(r"\b(?:Depends|Security)\(", ast.unparse(value))
        )
    return isinstance(value, ast.Call)


def _rank(name: str) -> int:
    bare = name.rpartition(".")[2]
    if _NOT.search(bare):
        return -1
    lower = bare.lower().replace("_", "")
    if "currentuser" in lower or "currentactiveuser" in lower:
        return 3
    if "user" in lower and not lower.endswith(("id", "ids")):
        return 2
    return 1


def _defined(found: Found, seen: Scan) -> Symbol | None:
    """A ``get_current_user`` that no sibling uses yet."""
    for path in seen.users:
        module = found.index.at(path)
        if aside(module.file):
            continue
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and re.fullmatch(
                r"(?:get_)?current_(?:active_)?user", node.name
            ):
                return Symbol(module.place(node), module.name, node.name)
    return None


def _symbol(definition: Definition) -> Symbol:
    return Symbol(definition.place, definition.module.name, definition.name)
