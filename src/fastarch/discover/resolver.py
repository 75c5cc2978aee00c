"""From what a command serves, such as ``app.main:app``, to the place that makes the app."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from fastarch.discover import walk
from fastarch.discover.candidates import Candidate
from fastarch.discover.import_roots import chain_top, import_root
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import Module, dotted
from fastarch.discover.scan import aside
from fastarch.discover.symbols import Place, Symbol


class Resolver:
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
        """The index whose imports start at a folder."""
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
        parts = candidate.name.split(".")
        word = parts[-2] if candidate.variable.startswith("self.") else parts[-1]
        others = (p for p in self.files if p != candidate.path and not aside(index.relative(p)))
        for path in (candidate.path, *index.containing(f"{word}(".encode(), paths=others)):
            module = index.at(path)
            for name, bound in module.bindings()[0].items():
                if self._holds(index, module, bound.value, candidate):
                    return Symbol(module.place(bound.node), module.name, name)
        return None

    def _holds(
        self, index: ModuleIndex, module: Module, value: ast.expr | None, candidate: Candidate
    ) -> bool:
        """``create_app()``, ``Application().app``, ``application.app``."""
        name = candidate.name
        if isinstance(value, ast.Attribute) and candidate.variable == f"self.{value.attr}":
            name, value = name.rpartition(".")[0], value.value
            if isinstance(value, ast.Name):
                bound = module.bindings()[0].get(value.id)
                value = bound.value if bound else None
        if not isinstance(value, ast.Call):
            return False
        made = index.resolve(module, dotted(value.func) or "-")
        return made is not None and (made.module.path, made.name) == (candidate.path, name)

    def find(self, target: str, folder: str = "") -> list[Candidate]:
        """Candidates that ``a.b:name``, ``a/b.py`` or ``a/b.py:name`` may mean.

        Args:
            target: What is served, as a command or setting says it.
            folder: Where that is said or run; of several modules of a name, those in it are meant.
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
        ranked: dict[tuple[int, int], list[Candidate]] = {}
        for path in hits:
            found = self._in(path, len(parts), name, is_path="/" in place or ".py" in place)
            distance = _distance(folder, plain.relative(path))
            ranked.setdefault(distance, []).extend(found)
        return next((ranked[key] for key in sorted(ranked) if ranked[key]), [])

    def _in(self, path: Path, depth: int, name: str, *, is_path: bool) -> list[Candidate]:
        up = depth + (path.name == "__init__.py")
        base = path.parents[min(up, len(path.parents)) - 1]
        if is_path or not base.is_relative_to(self.root):
            base = chain_top(path, self.root)
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
        base = import_root(self.plain, host, self.roots(host)[:1])
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
