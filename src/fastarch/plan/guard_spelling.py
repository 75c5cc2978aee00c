"""How a module names the guard, and whether it can."""

from __future__ import annotations

import re
from dataclasses import field

from fastarch.discover.index import ModuleIndex
from fastarch.discover.loading import loaded
from fastarch.discover.modules import Module
from fastarch.discover.symbols import Symbol
from fastarch.plan.pagination import spelled_import
from fastarch.records import dataclass
from fastarch.wire.imports import AddImport


@dataclass(frozen=True, slots=True, eq=False)
class GuardSpelling:
    """The words for a guard.

    Args:
        loads: What the guard's module imports, where it is not there yet.
    """

    index: ModuleIndex
    guard: Symbol
    loads: frozenset[str]
    _loaded: list[frozenset[str]] = field(default_factory=list)

    def is_circle(self, module: Module) -> bool:
        """Whether an import of the guard would close a circle."""
        _, wanted = self._spelled(module)
        if wanted is None:
            return False
        if not self._loaded:
            self._loaded.append(self._loads())
        return module.name in self._loaded[0]

    def _loads(self) -> frozenset[str]:
        """What comes with the guard's module."""
        guard = self.index.find(self.guard.module)
        if guard is not None:
            return loaded(self.index, guard)
        found = set(self.loads)
        for name in self.loads:
            root = self.index.find(name)
            found |= loaded(self.index, root) if root is not None else frozenset()
        return frozenset(found)

    def element(self, module: Module) -> tuple[str, tuple[AddImport, ...]]:
        """``Depends(get_current_user)`` as the module would write it, with the imports."""
        depends, first = _depends(module)
        guard, second = self._spelled(module)
        imports = tuple(one for one in (first, second) if one is not None)
        return f"{depends}({guard})", imports

    def _spelled(self, module: Module) -> tuple[str, AddImport | None]:
        """The guard as a module can name it."""
        guard = self.guard
        first, rest = parted(guard)
        bindings = module.bindings()[0]
        if module.name == guard.module and first not in bindings:
            return guard.name, None  # the same plan brings it here
        for name, bound in bindings.items():
            if (bound.module, bound.attribute) == (guard.module, first):
                return f"{name}{rest}", None
            found = self.index.resolve(module, name)
            if found is None:
                continue
            if (found.module.name, found.name) == (guard.module, first):
                return f"{name}{rest}", None
            if not found.name and found.module.name == guard.module and "." not in name:
                return f"{name}.{guard.name}", None
        wanted = spelled_import(self.index, module, guard.module, first)
        if first in bindings:
            alias = f"signed_in_{first.removeprefix('get_current_').removeprefix('get_')}"
            wanted = AddImport(wanted.module, wanted.name, alias, wanted.level)
        return f"{wanted.bound}{rest}", wanted


def parted(guard: Symbol) -> tuple[str, str]:
    """The name that is imported, and what follows it: ``Auth`` and ``.signed_in``."""
    found = re.match(r"\w+", guard.name)
    assert found is not None
    return found.group(), guard.name[found.end() :]


def _depends(module: Module) -> tuple[str, AddImport | None]:
    """``Depends`` as a module names it."""
    bindings = module.bindings()[0]
    for name, bound in bindings.items():
        if bound.attribute == "Depends" and (bound.module or "").partition(".")[0] == "fastapi":
            return name, None
    whole = next(
        (n for n, b in bindings.items() if (b.module, b.attribute) == ("fastapi", None)), ""
    )
    if whole and not any(
        bound.module == "fastapi" and bound.attribute for bound in bindings.values()
    ):
        return f"{whole}.Depends", None
    alias = "FastAPIDepends" if "Depends" in bindings else None
    wanted = AddImport("fastapi", "Depends", alias)
    return wanted.bound, wanted
