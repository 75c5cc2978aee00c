"""The module index: modules by dotted name and by path, and what a name in them stands for."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from fastarch.discover import import_scan
from fastarch.discover.feature_code import FeatureCode, feature_code
from fastarch.discover.modules import (
    Bound,
    FunctionNode,
    Module,
    Source,
    absolute,
    dotted,
    exported,
    exports,
)
from fastarch.discover.symbols import Place
from fastarch.records import dataclass

__all__ = ["Bound", "Definition", "FunctionNode", "Module", "ModuleIndex", "dotted", "exported"]

# Folders that hold no code of the app. Hidden ones and virtual environments are left out besides.
SKIPPED = frozenset({
    "__pycache__", "node_modules", "site-packages", "dist-packages", "build", "dist", "venv",
    "virtualenv", "htmlcov", "eggs", "wheels",
})  # fmt: skip
# A cycle of re-exports (`a` from `b`, `b` from `a`) must end somewhere.
_DEPTH = 30


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """What a name stands for: a class, function or assignment in a module, or a module itself.

    Args:
        name: Name in that module; empty for the module itself.
        node: The statement; None for the module itself.
        value: The right-hand side of an assignment.
        scope: The function or class that it is defined in; None at module level.
    """

    module: Module
    name: str
    node: ast.stmt | None = None
    value: ast.expr | None = None
    scope: ast.AST | None = None

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.module.file, getattr(self.node, "lineno", 1))

    @property
    def dotted(self) -> str:
        """The full name: ``app.main.create_app``."""
        return f"{self.module.name}.{self.name}" if self.name else self.module.name


class ModuleIndex:
    """Finds modules and follows names through them. Nothing is parsed before somebody asks.

    Args:
        root: The project's root.
        import_root: The folder that absolute imports start from.
        others: Further folders that the app's imports may start from.
        like: An index of the same project, whose files need not be read again.
    """

    def __init__(
        self,
        root: Path,
        import_root: Path,
        others: Iterable[Path] = (),
        *,
        like: ModuleIndex | None = None,
    ) -> None:
        self.root = root
        self.import_root = import_root
        self.search = tuple(dict.fromkeys((import_root, *others)))
        self._by_name: dict[str, Module | None] = {}
        self._by_path: dict[Path, Module] = {}
        self._imports: dict[str, list[Module]] = {}
        self._listings: dict[str, dict[str, bool]] = {} if like is None else like._listings
        self._sources: dict[Path, Source] = {} if like is None else like._sources

    # --- modules

    @cached_property
    def _of_features(self) -> FeatureCode:
        return feature_code(self.root)

    def shows(self, module: Module, name: str = "") -> bool:
        """Whether a module shows how the app is written: what came with a feature does not.

        Args:
            name: One of its definitions.
        """
        if module.path.is_dir():
            inner = self.submodules(module)
            return not inner or any(self.shows(each) for each in inner)
        made = self._of_features
        return module.file not in made.files and (module.file, name) not in made.definitions

    def find(self, name: str) -> Module | None:
        """The module of a dotted name; None where it is not the project's own."""
        if name not in self._by_name:
            self._by_name[name] = self._locate(name) if name else None
        return self._by_name[name]

    def at(self, path: Path | str) -> Module:
        """The module of a file, given as a path or relative to the project's root."""
        full = self.root / path
        if full not in self._by_path:
            name, is_package = self._name(full)
            module = self._by_name.get(name) if name else None
            if module is None or module.path != full:
                module = self._new(full, name, is_package=is_package)
            self._by_path[full] = module
            if name and self._locates(name, full):
                self._by_name[name] = module
        return self._by_path[full]

    def relative(self, path: Path) -> str:
        """A path from the project's root, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return Path(os.path.relpath(path, self.root)).as_posix()

    def submodules(self, package: Module) -> list[Module]:
        """The modules directly in a package, by name."""
        if not package.is_package:
            return []
        folder = package.path if package.path.name != "__init__.py" else package.path.parent
        found = []
        for entry, is_folder in sorted(self._list(str(folder)).items()):
            stem = entry if is_folder else entry.removesuffix(".py")
            if stem == "__init__" or not stem.isidentifier() or (stem == entry and not is_folder):
                continue
            module = self.find(f"{package.name}.{stem}" if package.name else stem)
            if module is not None and module not in found:
                found.append(module)
        return found

    def top_level(self) -> frozenset[str]:
        """The names of modules and packages that absolute imports of the project begin with."""
        names: set[str] = set()
        for folder in map(str, self.search):
            for entry, is_folder in self._list(folder).items():
                is_package = is_folder and "__init__.py" in self._list(f"{folder}{os.sep}{entry}")
                stem = entry if is_package else entry.removesuffix(".py")
                if stem.isidentifier() and (is_package or stem != entry):
                    names.add(stem)
        return frozenset(names)

    def absolute(self, module: Module, node: ast.ImportFrom) -> str:
        """The dotted name that a ``from`` import starts from, leading dots resolved."""
        return absolute(module, node.level, node.module or "")

    def imports(self, module: Module) -> list[Module]:
        """Modules of the project that a module imports anywhere in it, in order. Does not parse it.

        Where it imports by name at run time (``pkgutil``, ``importlib``), the modules of the
        packages that it names, or of its own package, are taken too.
        """
        if module.file not in self._imports:
            self._imports[module.file] = list(import_scan.imported(self, module).values())
        return list(self._imports[module.file])

    def discovered(self, module: Module) -> list[Module]:
        """What a module that imports by name at run time may import."""
        return import_scan.discovered(self, module)

    def reachable(self, entry: Module) -> Iterator[Module]:
        """The entry and all that it imports, directly or not, in import order. Parses nothing.

        Packages count as imported with their modules.
        """
        seen: set[str] = set()
        waiting = [entry]
        while waiting:
            module = waiting.pop()
            if module.file in seen:
                continue
            seen.add(module.file)
            yield module
            parents = []
            name = module.name.rpartition(".")[0]
            while name:
                if parent := self.find(name):
                    parents.append(parent)
                name = name.rpartition(".")[0]
            waiting += reversed([*parents, *self.imports(module)])

    # --- files

    def files(self) -> Iterator[Path]:
        """Every Python file of the project, those near the root first."""
        folders = [str(self.root)]
        while folders:
            deeper: list[str] = []
            for folder in folders:
                listing = self._list(folder)
                if "pyvenv.cfg" in listing and folder != str(self.root):
                    continue
                for name, is_folder in sorted(listing.items()):
                    if is_folder:
                        if (
                            name[0] != "."
                            and name not in SKIPPED
                            and not name.endswith(".egg-info")
                        ):
                            deeper.append(f"{folder}{os.sep}{name}")
                    elif name.endswith(".py"):
                        yield Path(folder, name)
            folders = deeper

    def containing(self, *words: bytes, paths: Iterable[Path] | None = None) -> Iterator[Path]:
        """Python files that contain one of the words, found without parsing."""
        for path in self.files() if paths is None else paths:
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if any(word in data for word in words):
                yield path

    # --- names

    def resolve(self, module: Module, name: str, scope: ast.AST | None = None) -> Definition | None:
        """What a name (or ``users.router``) in a module stands for, where that is in the project.

        Follows imports, re-exports, star imports and plain assignments ``a = b``.

        Args:
            module: The module in which the name is written.
            name: The name or attribute chain.
            scope: The function whose local names come before the module's.
        """
        found = self._follow(module, name.split("."), scope, _DEPTH)
        return found if isinstance(found, Definition) else None

    def origin(self, module: Module, node: ast.expr | str, scope: ast.AST | None = None) -> str:
        """The full dotted name that a name or chain stands for, such as ``fastapi.FastAPI``.

        Empty where it is no such thing or unknown.
        """
        name = node if isinstance(node, str) else dotted(node)
        if not name:
            return ""
        found = self._follow(module, name.split("."), scope, _DEPTH)
        return found.dotted if isinstance(found, Definition) else found

    def _follow(
        self, module: Module, parts: list[str], scope: ast.AST | None, depth: int
    ) -> Definition | str:
        """A definition of the project, the dotted name of something outside, or nothing."""
        if depth <= 0:
            return ""
        head, rest = parts[0], parts[1:]
        found: Definition | str = ""
        if scope is not None and (bound := module.bindings(scope)[0].get(head)):
            found = self._bound(module, head, bound, scope, depth)
        else:
            found = self._member(module, head, depth)
        for at, part in enumerate(rest):
            if isinstance(found, str):
                return ".".join([found, *rest[at:]]) if found else ""
            if not found.name:
                found = self._member(found.module, part, depth)
            elif isinstance(found.node, ast.ClassDef):
                bound = found.module.bindings(found.node)[0].get(part)
                if bound is None:
                    return ""
                found = Definition(
                    found.module, f"{found.name}.{part}", bound.node, bound.value, found.node
                )
            else:
                return ""
        return found

    def _member(self, module: Module, name: str, depth: int) -> Definition | str:
        if depth <= 0:
            return ""
        names, stars = module.bindings()
        if bound := names.get(name):
            return self._bound(module, name, bound, None, depth)
        for star in stars:
            target = self.find(star)
            if target is None or not exports(target, name):
                continue
            if found := self._member(target, name, depth - 1):
                return found
        if module.is_package and (child := self.find(f"{module.name}.{name}")):
            return Definition(child, "")
        return ""

    def _bound(
        self, module: Module, name: str, bound: Bound, scope: ast.AST | None, depth: int
    ) -> Definition | str:
        if bound.module is not None:
            target = self.find(bound.module)
            if bound.attribute is None:
                return Definition(target, "") if target else bound.module
            found = self._member(target, bound.attribute, depth - 1) if target else ""
            if found:
                return found
            child = self.find(f"{bound.module}.{bound.attribute}")
            if child is not None:
                return Definition(child, "")
            return "" if target is not None else f"{bound.module}.{bound.attribute}"
        chain = dotted(bound.value) if bound.value is not None else ""
        parts = chain.split(".")
        if parts[0] not in {"", name} and (found := self._follow(module, parts, scope, depth - 1)):
            return found
        return Definition(module, name, bound.node, bound.value, scope)

    # --- the disk

    def _locate(self, name: str) -> Module | None:
        parts = name.split(".")
        folder_found: Module | None = None
        for base in self.search:
            folder = self._folder(str(base), parts[:-1])
            if folder is None:
                continue
            listing = self._list(folder)
            last = parts[-1]
            if listing.get(last) is True:
                inner = self._list(f"{folder}{os.sep}{last}")
                if inner.get("__init__.py") is False:
                    return self._module(Path(folder, last, "__init__.py"), name, is_package=True)
                if f"{last}.py" not in listing and folder_found is None:
                    folder_found = self._module(Path(folder, last), name, is_package=True)
            if listing.get(f"{last}.py") is False:
                return self._module(Path(folder, f"{last}.py"), name, is_package=False)
        return folder_found

    def _folder(self, folder: str, parts: list[str]) -> str | None:
        for part in parts:
            if self._list(folder).get(part) is not True:
                return None
            folder = f"{folder}{os.sep}{part}"
        return folder

    def _module(self, path: Path, name: str, *, is_package: bool) -> Module:
        known = self._by_path.get(path)
        if known is None or known.name != name:
            known = self._new(path, name, is_package=is_package)
            self._by_path[path] = known
        return known

    def _new(self, path: Path, name: str, *, is_package: bool) -> Module:
        read = self._sources.setdefault(path, Source(path))
        return Module(read, self.relative(path), name, is_package=is_package)

    def _locates(self, name: str, path: Path) -> bool:
        located = self._locate(name)
        return located is not None and located.path == path

    def _name(self, path: Path) -> tuple[str, bool]:
        for base in (*self.search, self.root):
            try:
                parts = list(path.relative_to(base).with_suffix("").parts)
            except ValueError:
                continue
            is_package = bool(parts) and parts[-1] == "__init__"
            return ".".join(parts[:-1] if is_package else parts), is_package
        return path.stem, False

    def _list(self, folder: str) -> dict[str, bool]:
        """Names in a folder: True for a folder. Links to folders are left out."""
        if folder not in self._listings:
            listing: dict[str, bool] = {}
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        try:
                            is_folder = entry.is_dir()
                        except OSError:
                            continue
                        if is_folder and entry.is_symlink():
                            continue  # a loop, a folder that is here anyway, or one outside
                        listing[entry.name] = is_folder
            except OSError:
                pass
            self._listings[folder] = listing
        return self._listings[folder]
