"""What the app's endpoints ask for to know who is signed in."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from fastarch.discover.app import Found
from fastarch.discover.credentials import dependencies, resolved, verdict
from fastarch.discover.evidence import PLAIN
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import Module, dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.scan import Scan, aside
from fastarch.discover.symbols import Expression, Import, Symbol
from fastarch.discover.values import member_of
from fastarch.records import dataclass

_DEPENDS = re.compile(
    r"\b(?:Depends|Security)\(\s*(?:dependency\s*=\s*)?([A-Za-z_][\w.]*)\s*([,()])"
)
_ANNOTATION = re.compile(r"[\w\]]\s*:\s*([A-Za-z_][\w.]*)\s*[,)=\n]")
_WORDS = re.compile(
    r"(?i)user|auth|principal|identity|member|actor|jwt|token|login|account|api_?key"
)
_NOT = re.compile(
    r"(?i)session|(?:^|_)db|service|repo|form|scheme|optional|admin|super|staff|limiter|settings|dao|"
    r"use_?case|register|create_user|permission|query|filter|params"
)
# What somebody signs in with is read for other ends, too.
_OTHER = re.compile(r"(?i)csrf|xsrf|limit|throttl|locale|lang|theme|tenant|webhook|signature")
_SOME = re.compile(r"(?i)admin|super|staff|role|permission|optional|maybe|scope|moderator|owner")
_ALLOWS = re.compile(r"(?i)role|permission|privilege|authori[sz]")
_SIGNED_IN = re.compile(
    r"(?i)(?:current|active|authenticated|logged_?in|verified)_?user|require_?user"
)
_CONSTANTS = re.compile(r"\((?:\s*\w+\s*=\s*(?:True|False|None|\d+)\s*,?)*\)")
_CURRENT = 3
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Auth:
    """How the app knows who is signed in.

    Args:
        symbol: The dependency, or an alias of it; dotted where it is a method.
        guard: What ``Depends`` takes to let in whoever has signed in, and nobody else; None where
            the app has none for that.
    """

    symbol: Symbol
    guard: Expression | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """Something that is given to ``Depends``, or an alias.

    Args:
        module: Where it is written, as ``name`` and ``call``.
        call: Its arguments, where it is called there.
        definition: What the name stands for; None where a library has it.
        symbol: Where it is, to import it.
    """

    module: Module
    name: str
    call: str
    definition: Definition | None
    symbol: Symbol


def find_auth(
    found: Found, siblings: Iterable[Symbol], seen: Scan, site: str | None = None
) -> Auth | None:
    """The dependency that gives the current user: the one that the app's endpoints use most.

    An alias (``CurrentUser``) is preferred to the function that it wraps, where endpoints use it.

    Args:
        found: The app.
        siblings: Its routers.
        seen: What was seen in its files.
        site: The file where routers are included.
    """
    index = found.index
    files = [*(symbol.at.file for symbol in siblings), found.module.file, *([site] if site else [])]
    modules = [index.at(file) for file in dict.fromkeys(files)]
    modules += [
        child for module in modules if module.is_package for child in index.submodules(module)
    ]
    named = [one for module in modules for one in _used(index, module, telling=True)]
    asked = [(inner, count / 2) for one, count in named for inner in _asked_by(index, one)]
    best = _best(index, [*named, *asked])
    if best is not None:
        return Auth(best.symbol, _guard(index, best))
    defined = _defined(found, seen)
    if defined is not None:
        return defined
    others = [one for module in modules for one in _used(index, module, telling=False)]
    return _by_what_it_does(index, [*named, *others])


def _best(index: ModuleIndex, counted: Iterable[tuple[_Candidate, float]]) -> _Candidate | None:
    """The one that most ask for, of those that know who somebody is."""
    votes: dict[tuple[str, str, str], float] = {}
    known: dict[tuple[str, str, str], _Candidate] = {}
    for one, count in counted:
        key = (one.symbol.module, one.symbol.name, one.call)
        if not _WORDS.search(one.name):
            continue
        if key not in known and not _knows(index, one):
            continue
        known.setdefault(key, one)
        votes[key] = votes.get(key, 0.0) + count
    best = max(votes, key=lambda key: votes[key] * (2 + _rank(key[1])), default=None)
    return known[best] if best is not None else None


def _knows(index: ModuleIndex, one: _Candidate) -> bool:
    """Whether it says who somebody is: by a name that nothing else has, or by what it reads."""
    rank = _rank(one.symbol.name)
    if rank < 0 or (one.call.strip("()") and one.definition is not None):
        return False  # Depends(require_role("admin")) is for some
    if one.definition is None:
        return rank == _CURRENT or bool(_SIGNED_IN.search(one.name))
    seen = verdict(index, one.definition)
    return not seen.scheme and (rank == _CURRENT or seen.reads or not seen.known)


def _by_what_it_does(index: ModuleIndex, used: Iterable[tuple[_Candidate, float]]) -> Auth | None:
    """A dependency of another name, or one that lets only some in, that reads who somebody is."""
    votes: list[tuple[bool, float, str, _Candidate]] = []
    seen: set[tuple[str, str]] = set()
    for one, count in used:
        key = (one.symbol.module, one.symbol.name)
        if key in seen or one.definition is None or _OTHER.search(one.name):
            continue
        seen.add(key)
        found = verdict(index, one.definition)
        some = bool(one.call.strip("()")) or bool(_SOME.search(one.name))
        allows = _ALLOWS.search(one.name) and found.raises and not found.chosen
        if ((found.reads and found.refuses) or allows) and not found.scheme:
            votes.append((not some, count, one.name, one))
    if not votes:
        return None
    all_, _, _, best = max(votes, key=lambda vote: vote[:3])
    return Auth(best.symbol, _guard(index, best) if all_ else None)


def _guard(index: ModuleIndex, one: _Candidate) -> Expression | None:
    """What ``Depends`` takes: the function that an alias wraps, an object of a class."""
    definition = one.definition
    if definition is not None and isinstance(definition.value, ast.Subscript):
        inner = next(dependencies(index, definition.module, definition.value), None)
        if inner is None:
            return None
        called = isinstance(inner, ast.Call)
        name = dotted(inner.func if isinstance(inner, ast.Call) else inner)
        call = ast.unparse(inner)[len(name) :] if called else ""
        found = _candidate(index, definition.module, name, call) if name else None
        return _guard(index, found) if found is not None else None
    symbol = one.symbol
    if one.call.strip("()") and not _CONSTANTS.fullmatch(one.call):
        return None
    root = symbol.name.partition(".")[0]
    return Expression(f"{symbol.name}{one.call}", (Import(symbol.module, root),))


def _used(
    index: ModuleIndex, module: Module, *, telling: bool
) -> Iterator[tuple[_Candidate, float]]:
    """What the endpoints of a module ask for by names that tell, or by others, and how often."""
    text = module.text
    names: Counter[tuple[str, str]] = Counter()
    for match in _DEPENDS.finditer(text):
        call = _call(text, match.end() - 1) if match[2] == "(" else ""
        names[match[1], call] += 1
    names.update((name, "") for name in _ANNOTATION.findall(text) if _is_alias(module, name))
    for (name, call), count in names.items():
        if bool(_WORDS.search(name) or _SOME.search(name)) == telling:
            one = _candidate(index, module, name, call)
            if one is not None:
                yield one, count * (0.3 if _is_inside(one, module) else 1.0)


def _call(text: str, start: int) -> str:
    """The arguments of a call from its bracket on."""
    depth = 0
    for at in range(start, min(len(text), start + _LONGEST)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return text[start : at + 1]
    return "(…)"


def _candidate(index: ModuleIndex, module: Module, name: str, call: str) -> _Candidate | None:
    """What a name is; None where it is no dependency."""
    node = ast.parse(name, mode="eval").body
    definition = resolved(index, module, node)
    if definition is not None and not _is_dependency(index, definition, called=bool(call)):
        return None
    root = index.resolve(module, name.partition(".")[0])
    if definition is not None and index.resolve(module, name) is not None:
        return _Candidate(module, name, call, definition, _symbol(definition))
    if root is None or "." not in name or not root.name:
        return None  # a library's own
    at = definition.place if definition is not None else root.place
    symbol = Symbol(at, root.module.name, f"{root.name}.{name.partition('.')[2]}")
    return _Candidate(module, name, call, definition, symbol)


def _asked_by(index: ModuleIndex, one: _Candidate) -> Iterator[_Candidate]:
    """What a dependency itself asks for, that which a factory makes included."""
    definition = one.definition
    if definition is None or definition.node is None or definition.value is not None:
        return
    for node in ast.walk(definition.node):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for argument, default in arguments(node):
            name = dotted(argument.annotation) if argument.annotation is not None else ""
            given = [
                dotted(inner)
                for part in (argument.annotation, default)
                for inner in dependencies(index, definition.module, part)
            ]
            aliases = [name] if name and _is_alias(definition.module, name) else []
            for word in (*given, *aliases):
                if word and _WORDS.search(word):
                    inner_one = _candidate(index, definition.module, word, "")
                    if inner_one is not None:
                        yield inner_one


def _is_inside(one: _Candidate, module: Module) -> bool:
    """An auth package uses its own dependency, also where the others use another."""
    own = one.definition is not None and one.definition.module is module
    return own or PLAIN.search(module.name) is not None


def _is_alias(module: Module, name: str) -> bool:
    """An annotation that may be an alias: it is imported, or an assignment of the module."""
    names, stars = module.bindings()
    bound = names.get(name.partition(".")[0])
    if bound is None:
        return bool(stars) and name[:1].isupper()
    return bound.module is not None or bound.value is not None


def _is_dependency(index: ModuleIndex, definition: Definition, *, called: bool) -> bool:
    if isinstance(definition.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return True
    if isinstance(definition.node, ast.ClassDef):
        return called or _lets_in(index, definition)
    value = definition.value
    if isinstance(value, ast.Subscript):
        return dotted(value.value).rpartition(".")[2] == "Annotated" and bool(
            re.search(r"\b(?:Depends|Security)\(", ast.unparse(value))
        )
    return isinstance(value, ast.Call)


def _lets_in(index: ModuleIndex, definition: Definition) -> bool:
    """Whether a class lets nobody in, while it is made, who has not signed in."""
    if member_of(index, definition, "__call__") is not None:
        return False
    seen = verdict(index, definition)
    return seen.reads and seen.refuses


def _rank(name: str) -> int:
    bare = name.rpartition(".")[2]
    if _NOT.search(bare):
        return -1
    lower = bare.lower().replace("_", "")
    if "currentuser" in lower or "currentactiveuser" in lower:
        return _CURRENT
    if "user" in lower and not lower.endswith(("id", "ids")):
        return 2
    return 1


def _defined(found: Found, seen: Scan) -> Auth | None:
    """A ``get_current_user`` that no sibling uses yet."""
    for path in seen.users:
        module = found.index.at(path)
        if aside(module.file):
            continue
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and re.fullmatch(
                r"(?:get_)?current_(?:active_)?user", node.name
            ):
                symbol = Symbol(module.place(node), module.name, node.name)
                return Auth(symbol, Expression(node.name, (Import(module.name, node.name),)))
    return None


def _symbol(definition: Definition) -> Symbol:
    return Symbol(definition.place, definition.module.name, definition.name)
