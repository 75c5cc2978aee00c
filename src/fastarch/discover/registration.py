"""How Alembic's ``env.py`` learns of models: what a new one must be added to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Literal

from fastarch.discover.index import Module, ModuleIndex

Kind = Literal["imports", "package", "walk", "shared", "none"]

_WALKS = re.compile(
    r"\b(?:walk_packages|iter_modules|import_module)\s*\(|\.r?glob\(|\blistdir\(|\bimport_string\("
)
# env.py -> app.database -> app.models -> its modules: no registry lies deeper.
_DEPTH = 3


def registration(
    index: ModuleIndex,
    env: Module,
    models: Sequence[str],
    model_path: str,
    entry: Module | None = None,
) -> tuple[Kind, str | None]:
    """How models become known, and the file in which a new one is registered.

    Args:
        models: Dotted names of the modules that hold models.
        model_path: Pattern of a new model's path; without a placeholder it is one shared module.
    """
    holders = set(models)
    known: list[tuple[int, int, Module]] = []
    reached: set[str] = set()
    for depth, module in _walk(index, env):
        reached.add(module.name)
        if module is not env and entry is not None and module.file == entry.file:
            # The app is imported, so its routers are, and with them their models.
            if not known:
                return "walk", None
            continue
        holds = module is env or any(name.startswith(f"{module.name}.") for name in holders)
        if holds and (module is env or module.is_package) and _WALKS.search(module.text):
            return "walk", None
        direct = {name for name in _imported(index, module) if name in holders}
        direct.discard(module.name)
        if direct and (module is env or module.name not in holders or module.is_package):
            known.append((len(direct), depth, module))
    if "{" not in model_path:
        shared = index.at(model_path).name
        if shared in reached:
            return "shared", None
    if not known and not holders:
        # The first model: the package that env.py imports is where it belongs, else env.py itself.
        package = next((one for one in _packages(index, model_path) if one.name in reached), None)
        return ("package", package.file) if package is not None else ("imports", env.file)
    if not known:
        return ("shared", None) if "{" not in model_path and holders & reached else ("none", None)
    # The file that knows most of them; of equals, the one nearest to env.py.
    _, _, best = max(known, key=lambda item: (item[0], -item[1]))
    if best.is_package and best is not env:
        inside = sum(name.startswith(f"{best.name}.") for name in holders)
        if inside * 2 >= len(holders) and _is_below(model_path, best):
            return "package", best.file
    return "imports", best.file


def _packages(index: ModuleIndex, model_path: str) -> Iterator[Module]:
    """The package of new models, where it is there already."""
    path = PurePosixPath(model_path).parent / "__init__.py"
    if "{" not in str(path) and (index.root / path).is_file():
        yield index.at(str(path))


def _is_below(model_path: str, package: Module) -> bool:
    folder = PurePosixPath(package.file).parent
    return folder in PurePosixPath(model_path).parents


def _walk(index: ModuleIndex, env: Module) -> Iterator[tuple[int, Module]]:
    seen = {env.file}
    waiting = [(0, env)]
    while waiting:
        depth, module = waiting.pop(0)
        yield depth, module
        if depth >= _DEPTH:
            continue
        for name in _imported(index, module):
            target = index.find(name)
            if target is not None and target.file not in seen:
                seen.add(target.file)
                waiting.append((depth + 1, target))


def _imported(index: ModuleIndex, module: Module) -> list[str]:
    """Modules that a module imports, with the packages that these lie in."""
    found: dict[str, None] = {}
    for target in index.imports(module):
        parts = target.name.split(".")
        for length in range(1, len(parts) + 1):
            found.setdefault(".".join(parts[:length]))
    found.pop(module.name, None)
    return [name for name in found if index.find(name) is not None]
