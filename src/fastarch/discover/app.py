"""The FastAPI instances and factories of a project, and which of them is the app."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fastarch.discover import walk
from fastarch.discover.hints import Hint, Project, served
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.profile import Entry, Place, Symbol
from fastarch.discover.scan import Scan, aside
from fastarch.errors import Problem, UsageError

_METHODS = ("get", "post", "put", "patch", "delete", "api_route", "websocket", "add_api_route")
# One app is clearly the larger where it has so many times the routers and routes of the next.
_CLEARLY = 5


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A place where a FastAPI instance is made.

    Args:
        path: Its file.
        name: The instance's name at module level, or the factory's.
        variable: The instance's name where it is made.
        function: The factory.
        activity: How many routers are included on it and routes are declared on it, nearby.
    """

    path: Path
    file: str
    line: int
    name: str
    variable: str
    function: FunctionNode | None = None
    activity: int = 0
    calls: str = ""

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.file, self.line)

    @property
    def choice(self) -> str:
        """What ``--entry`` takes."""
        return f"{self.file}:{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The app that was chosen, the index that reads it, and what else there was."""

    candidate: Candidate
    index: ModuleIndex
    module: Module
    entry: Entry
    entries: tuple[Entry, ...]


def find_app(
    plain: ModuleIndex, project: Project, seen: Scan, wanted: str | None = None
) -> Found | None:
    """Find the app: by name where it is named, else by what serves it, else by its routers.

    Args:
        plain: An index whose imports start at the project's root.
        project: Its own settings and hints.
        seen: The scan of its files.
        wanted: ``FILE:NAME``, as given with ``--entry``.

    Raises:
        UsageError: ``wanted`` names no app, or several could be meant; the hint lists the choices.
    """
    root = plain.root
    every = _candidates(plain, seen)
    if not every:
        if wanted:
            raise UsageError(Problem(f"--entry {wanted}: there is no FastAPI app in this project"))
        return None
    resolver = _Resolver(plain, seen.files, every)
    named = wanted or _own_word(project)
    if named:
        chosen, why = _named(resolver, named, every)
    else:
        chosen, why = _choose(resolver, project, seen, every)
    base = _import_root(plain, chosen, resolver.roots(chosen)[:1])
    index = ModuleIndex(root, base, _others(root, base, chosen), like=plain)
    entries = tuple(_entry(index, candidate, "", ()) for candidate in every)
    others = tuple(candidate.place for candidate in every if candidate is not chosen)
    entry = _entry(index, chosen, why, others)
    holder = resolver.holder(chosen, index)
    if holder is not None:
        entry = replace(entry, instance=holder)
    return Found(chosen, index, index.at(chosen.path), entry, entries)


def _entry(index: ModuleIndex, chosen: Candidate, why: str, others: tuple[Place, ...]) -> Entry:
    module = index.at(chosen.path)
    kind = "instance" if chosen.function is None else "factory"
    own = Symbol(chosen.place, module.name, chosen.name)
    return Entry(
        chosen.place,
        module.name,
        chosen.name,
        "instance" if kind == "instance" else "factory",
        why,
        others,
        instance=own if kind == "instance" else None,
    )


# --- candidates


def _candidates(plain: ModuleIndex, seen: Scan) -> list[Candidate]:
    """Every place that makes an app; those in tests and documentation if there are no others."""
    live = [path for path in seen.apps if not aside(plain.relative(path))]
    for paths in (live, seen.apps):
        modules = [plain.at(path) for path in paths]
        subclasses = {name for module in modules for name in _subclasses(module)}
        if subclasses:
            words = [f"{name}(".encode() for name in subclasses]
            rest = [p for p in seen.files if p not in paths and not aside(plain.relative(p))]
            modules += [plain.at(path) for path in plain.containing(*words, paths=rest)]
        found = [
            candidate for module in modules for candidate in _candidates_in(module, subclasses)
        ]
        if found:
            return found
    return []


def _app_names(module: Module) -> set[str]:
    """The spellings of the class in a module: ``FastAPI``, ``fastapi.FastAPI``, an alias."""
    names: set[str] = set()
    for step in walk.steps(module.tree.body):
        match step.node:
            case ast.ImportFrom():
                for alias in step.node.names:
                    if alias.name == "FastAPI":
                        names.add(alias.asname or alias.name)
                    elif alias.name == "*" and (step.node.module or "").startswith("fastapi"):
                        names.add("FastAPI")
            case ast.Import():
                for alias in step.node.names:
                    if alias.name == "fastapi":
                        names.add(f"{alias.asname or 'fastapi'}.FastAPI")
                    elif alias.name == "fastapi.applications":
                        names.add(f"{alias.asname or alias.name}.FastAPI")
            case _:
                pass
    return names


def _subclasses(module: Module) -> set[str]:
    names = _app_names(module)
    found: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and any(dotted(b) in names | found for b in node.bases):
            found.add(node.name)
    return found


def _candidates_in(module: Module, subclasses: set[str]) -> list[Candidate]:
    names = _app_names(module) | subclasses
    found: dict[tuple[str, str], Candidate] = {}
    passed = _passed_on(module)
    for step in walk.steps(module.tree.body):
        target, value = _assigned(step.node)
        if value is None and isinstance(step.node, ast.Return):
            value, target = step.node.value, ""
        if not isinstance(value, ast.Call):
            continue
        makes = dotted(value.func) in names
        function = step.function
        if function is None:
            if makes and target and not step.scopes:
                found["", target] = _candidate(module, step, target, target)
            continue
        if not (makes or (_returns_app(function, names) and _hands_on(step, function, target))):
            continue
        if _is_test(step.scopes) or (function is not step.scopes[-1]):
            continue
        back = walk.returned(function)
        returns = not target or dotted(back) == target or _returns_app(function, names)
        if not makes and any(
            a.annotation is not None and dotted(a.annotation) in names
            for a in walk.parameters(function)
        ):
            continue
        if returns or step.qualname in passed or "." in target or _runs(function, target):
            key = (step.qualname, "")
            if makes or key not in found:
                name = step.qualname
                made = _candidate(module, step, name, target)
                found[key] = replace(made, calls="" if makes else dotted(value.func))
    inner = {c.calls for c in found.values() if c.calls}
    return [c for c in found.values() if c.name not in inner]


def _candidate(module: Module, step: walk.Step, name: str, variable: str) -> Candidate:
    function = step.function
    body = module.tree.body if function is None else function.body
    activity = _activity(body, variable) if variable else 0
    line = step.node.lineno if function is None else function.lineno
    return Candidate(module.path, module.file, line, name, variable, function, activity)


def _assigned(node: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return dotted(node.targets[0]), node.value
    if isinstance(node, ast.AnnAssign):
        return dotted(node.target), node.value
    return "", None


def _returns_app(function: FunctionNode, names: set[str]) -> bool:
    told = function.returns
    if isinstance(told, ast.Constant) and isinstance(told.value, str):
        return told.value in names
    return dotted(told) in names


def _hands_on(step: walk.Step, function: FunctionNode, target: str) -> bool:
    """The statement's value is what the function returns."""
    return isinstance(step.node, ast.Return) or (
        bool(target) and dotted(walk.returned(function)) == target
    )


def _is_test(scopes: Sequence[ast.AST]) -> bool:
    for scope in scopes:
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            if scope.name.startswith("test_"):
                return True
            for decorator in scope.decorator_list:
                call = decorator.func if isinstance(decorator, ast.Call) else decorator
                if dotted(call).rpartition(".")[2] == "fixture":
                    return True
    return False


def _runs(function: FunctionNode, target: str) -> bool:
    """The function serves the app that it makes."""
    return any(
        dotted(call.func) == "uvicorn.run" and call.args and dotted(call.args[0]) == target
        for step in walk.steps(function.body)
        for call in walk.calls(step)
    )


def _passed_on(module: Module) -> set[str]:
    """Functions whose result a module-level name is: ``app = make()``, whatever ``make`` says."""
    found: set[str] = set()
    for step in walk.steps(module.tree.body):
        if not step.scopes and isinstance(value := _assigned(step.node)[1], ast.Call):
            found.add(dotted(value.func))
    return found


def _activity(body: list[ast.stmt], variable: str) -> int:
    count = 0
    for step in walk.steps(body):
        if isinstance(step.node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in step.node.decorator_list:
                if isinstance(decorator, ast.Call):
                    owner, _, method = dotted(decorator.func).rpartition(".")
                    count += owner == variable and method in _METHODS
        for call in walk.calls(step):
            owner, _, method = dotted(call.func).rpartition(".")
            if owner == variable and method in {"include_router", "add_api_route"}:
                count += 3
            elif not owner.startswith(variable) and any(dotted(a) == variable for a in call.args):
                # Handed to a helper, which may well include the routers.
                count += 1 if re.search(r"rout|endpoint|api|url|view", method) else 0
    return count


# --- what a name that is served stands for


class _Resolver:
    """From ``app.main:app``, wherever it may be imported from, to a candidate."""

    def __init__(
        self, plain: ModuleIndex, files: Sequence[Path], every: Sequence[Candidate]
    ) -> None:
        self.plain = plain
        self.root = plain.root
        self.files = files
        self.every = every
        self._indexes: dict[Path, ModuleIndex] = {plain.import_root: plain}
        self._roots: dict[int, list[Path]] = {}
        self._holders: dict[int, tuple[Path, str, int]] = {}

    def index(self, base: Path) -> ModuleIndex:
        if base not in self._indexes:
            self._indexes[base] = ModuleIndex(self.root, base, like=self.plain)
        return self._indexes[base]

    def roots(self, candidate: Candidate) -> list[Path]:
        """Import roots that run commands imply for a candidate."""
        return self._roots.get(id(candidate), [])

    def holder(self, candidate: Candidate, index: ModuleIndex) -> Symbol | None:
        """The module-level name that holds what a factory makes."""
        if candidate.function is None:
            return None
        if held := self._holders.get(id(candidate)):
            path, name, line = held
            module = index.at(path)
            return Symbol(Place(module.file, line), module.name, name)
        word = candidate.name.rpartition(".")[2]
        others = (p for p in self.files if p != candidate.path and not aside(index.relative(p)))
        for path in (candidate.path, *index.containing(f"{word}(".encode(), paths=others)):
            module = index.at(path)
            for name, bound in module.bindings()[0].items():
                if isinstance(bound.value, ast.Call):
                    made = index.resolve(module, dotted(bound.value.func) or "-")
                    if made and (made.module.path, made.name) == (candidate.path, candidate.name):
                        return Symbol(module.place(bound.node), module.name, name)
        return None

    def find(self, target: str, near: str = "") -> list[Candidate]:
        """Candidates that ``a.b:name``, ``a/b.py`` or ``a/b.py:name`` may mean.

        Args:
            target: What is served, as a command or setting says it.
            near: The file that says so; of several modules of a name, the one beside it is meant.
        """
        place, _, name = target.partition(":")
        name = name.split("(")[0]
        parts = place.removesuffix(".py").replace("/", ".").lstrip(".").split(".")
        suffixes = ("/".join(parts) + ".py", "/".join(parts) + "/__init__.py")
        plain = self.index(self.root)
        hits = [
            path
            for path in self.files
            if path.name in {parts[-1] + ".py", "__init__.py"}
            and ("/" + plain.relative(path)).endswith(tuple("/" + s for s in suffixes))
        ]
        folder = near.rpartition("/")[0]
        hits.sort(key=lambda path: _distance(folder, plain.relative(path)))
        for path in hits:
            if found := self._in(path, len(parts), name, is_path="/" in place or ".py" in place):
                return found
        return []

    def _in(self, path: Path, depth: int, name: str, *, is_path: bool) -> list[Candidate]:
        up = depth + (path.name == "__init__.py")
        base = path.parents[min(up, len(path.parents)) - 1]
        if is_path or not base.is_relative_to(self.root):
            base = _chain_top(path, self.root)
        index = self.index(base)
        module = index.at(path)
        if not name:
            own = [c for c in self.every if c.path == path]
            preferred = [c for c in own if c.name in {"app", "api"}] or own
            if preferred:
                return preferred[:1]
            name = "app"
        found = self._candidate_of(index, module, name)
        if found is None:
            return []
        if not is_path:
            self._roots.setdefault(id(found), []).append(base)
        bound = module.bindings()[0].get(name)
        if found.function is not None and name != found.name and bound is not None:
            self._holders.setdefault(id(found), (path, name, bound.node.lineno))
        return [found]

    def _candidate_of(
        self, index: ModuleIndex, module: Module, name: str, depth: int = 6
    ) -> Candidate | None:
        for candidate in self.every:
            if candidate.path == module.path and candidate.name == name:
                return candidate
        definition = index.resolve(module, name)
        if definition is None or depth <= 0:
            return None
        return self._candidate_at(index, definition, depth)

    def _candidate_at(
        self, index: ModuleIndex, definition: Definition, depth: int
    ) -> Candidate | None:
        for candidate in self.every:
            if candidate.path == definition.module.path and candidate.name == definition.name:
                return candidate
        value = definition.value
        if isinstance(value, ast.Call):
            words = [value.func, *value.args, *(keyword.value for keyword in value.keywords)]
        else:
            words = [value] if value is not None else []
        for word in words:
            chain = dotted(word)
            if chain and chain != definition.name:
                found = self._candidate_of(index, definition.module, chain, depth - 1)
                if found is not None:
                    return found
        return None

    def mounted(self, host: Candidate) -> list[Candidate]:
        """Candidates that are mounted on a candidate."""
        base = _import_root(self.plain, host, self.roots(host)[:1])
        index = self.index(base)
        module = index.at(host.path)
        body = module.tree.body if host.function is None else host.function.body
        found = []
        for step in walk.steps(body):
            for call in walk.calls(step):
                owner, _, method = dotted(call.func).rpartition(".")
                if method != "mount" or owner != host.variable:
                    continue
                values = [*call.args, *(k.value for k in call.keywords)]
                for word in values:
                    chain = dotted(word.func if isinstance(word, ast.Call) else word)
                    if not chain:
                        continue
                    definition = index.resolve(module, chain, step.function)
                    if definition is None:
                        continue
                    child = self._candidate_at(index, definition, 6)
                    if child is not None and child is not host:
                        found.append(child)
        return found


def _distance(folder: str, file: str) -> tuple[int, int]:
    """How far a file is from a folder: those in it first, then those near the root."""
    inside = not folder or file.startswith(folder + "/")
    return (0 if inside else 1, file.count("/"))


# --- the choice


def _own_word(project: Project) -> str | None:
    return next((hint.target for hint in project.hints if hint.rank == 0), None)


def _named(resolver: _Resolver, wanted: str, every: Sequence[Candidate]) -> tuple[Candidate, str]:
    found = resolver.find(wanted)
    if not found:
        choices = "\n".join(candidate.choice for candidate in every)
        raise UsageError(
            Problem(
                f"the entry {wanted} is no FastAPI app of this project",
                hint=f"Choose one of:\n{choices}",
            )
        )
    return found[0], f"named as the entry: {wanted}"


def _choose(
    resolver: _Resolver, project: Project, seen: Scan, every: list[Candidate]
) -> tuple[Candidate, str]:
    mounts = {id(host): resolver.mounted(host) for host in every}
    children = {id(child) for found in mounts.values() for child in found}
    tops = [candidate for candidate in every if id(candidate) not in children] or every
    inner = {c.calls for c in tops if c.calls}
    tops = [c for c in tops if c.name not in inner] or tops
    why = "the only FastAPI app" if len(every) == 1 else "the other instances are mounted on it"
    if len(tops) > 1:
        tops, why = _by_hints(resolver, [*project.hints, *_started(resolver, seen)], tops)
    else:
        for hint in project.hints:
            resolver.find(hint.target, hint.at.file)
    if len(tops) > 1:
        tops, why = _by_size(tops, mounts)
    if len(tops) > 1:
        choices = "\n".join(f"--entry {candidate.choice}" for candidate in tops)
        raise UsageError(
            Problem(
                f"there are {len(tops)} FastAPI apps and nothing says which is meant",
                file=tops[0].file,
                line=tops[0].line,
                hint=f"Choose one:\n{choices}",
            )
        )
    chosen = tops[0]
    active = [child for child in mounts[id(chosen)] if child.activity]
    if not chosen.activity and len(active) == 1:
        return active[0], f"mounted on {chosen.choice}, and the only one with routes"
    return chosen, why


def _started(resolver: _Resolver, seen: Scan) -> list[Hint]:
    """Hints of Python files that start a server: ``uvicorn.run("app.main:app")``."""
    plain = resolver.index(resolver.root)
    found = []
    for path in seen.runs:
        module = plain.at(path)
        if aside(module.file) and not module.file.startswith("scripts/"):
            continue
        text = module.text
        found += [Hint(Place(module.file, line), target, 4) for line, target in served(text)]
        if re.search(r"uvicorn\.run\(\s*app\b", text):
            found.append(Hint(Place(module.file, 1), f"{module.file}:app", 5))
    return found


def _by_hints(
    resolver: _Resolver, hints: Iterable[Hint], tops: list[Candidate]
) -> tuple[list[Candidate], str]:
    """Narrow down to what the strongest hints name."""
    ordered = sorted(hints, key=lambda hint: hint.rank)
    for rank in dict.fromkeys(hint.rank for hint in ordered):
        hit: dict[int, tuple[Candidate, Hint]] = {}
        for hint in ordered:
            if hint.rank == rank:
                for candidate in resolver.find(hint.target, hint.at.file):
                    if candidate in tops:
                        hit.setdefault(id(candidate), (candidate, hint))
        if hit:
            candidates = [candidate for candidate, _ in hit.values()]
            first = next(iter(hit.values()))[1]
            return candidates, f"{first.target} is served by {first.at.file}:{first.at.line}"
    return tops, ""


def _by_size(
    tops: list[Candidate], mounts: dict[int, list[Candidate]]
) -> tuple[list[Candidate], str]:
    """Narrow down to the one with clearly the most routers and routes."""

    def size(candidate: Candidate) -> int:
        return candidate.activity + sum(child.activity for child in mounts[id(candidate)])

    ordered = sorted(tops, key=size, reverse=True)
    first, second = ordered[0], ordered[1]
    if size(first) and size(first) >= _CLEARLY * size(second):
        return [first], "it has the routers"
    return tops, ""


# --- where imports start


def _import_root(plain: ModuleIndex, chosen: Candidate, hinted: Sequence[Path]) -> Path:
    """The folder that the app's absolute imports start from.

    The ancestor of the entry's file under which most of its imports are found; a run command's word
    (``uvicorn app.main:app``) counts for more, the folder above the outermost package for less.
    """
    root, module = plain.root, plain.at(chosen.path)
    names, dots = _imported(module)
    top = _chain_top(chosen.path, root)
    best, best_score = top, -1.0
    folders = [f for f in chosen.path.parents if f == root or f.is_relative_to(root)]
    for at, folder in enumerate(folders):
        if at < dots:
            continue
        score = sum(1.0 for name in names if _exists(folder, name))
        score += 4.0 * (folder in hinted) + 0.5 * (folder == top)
        if score > best_score:
            best, best_score = folder, score
    return best


def _imported(module: Module) -> tuple[set[str], int]:
    """Absolute modules that a module imports, and the most dots of its relative imports."""
    names: set[str] = set()
    dots = 0
    for step in walk.steps(module.tree.body):
        match step.node:
            case ast.ImportFrom(level=0, module=str(name)):
                names.add(name)
            case ast.ImportFrom(level=level):
                dots = max(dots, level)
            case ast.Import():
                names.update(alias.name for alias in step.node.names)
            case _:
                pass
    return names, dots


def _exists(folder: Path, name: str) -> bool:
    path = folder.joinpath(*name.split("."))
    return path.with_name(path.name + ".py").is_file() or (
        (path.is_dir() and (path / "__init__.py").is_file()) or _holds_python(path)
    )


def _holds_python(path: Path) -> bool:
    try:
        return path.is_dir() and any(
            child.suffix == ".py" or child.is_dir() for child in path.iterdir()
        )
    except OSError:
        return False


def _chain_top(path: Path, root: Path) -> Path:
    """The folder above the outermost package that a file is in."""
    folder = path.parent
    while folder != root and (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _others(root: Path, base: Path, chosen: Candidate) -> list[Path]:
    """Further folders that imports may start from: the root, and those between it and the entry."""
    between = [f for f in chosen.path.parents if f.is_relative_to(root)]
    return [root, *(f for f in between if f not in {root, base} and base.is_relative_to(f))]
