"""The folder that an app's absolute imports start from."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from fastarch.discover import walk
from fastarch.discover.candidates import Candidate
from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import Module


def import_root(plain: ModuleIndex, chosen: Candidate, hinted: Sequence[Path]) -> Path:
    """The folder that the app's absolute imports start from.

    The ancestor of the entry's file under which most of its imports are found; a run command's word
    (``uvicorn app.main:app``) counts for more, the folder above the outermost package for less. A
    folder called ``app`` is taken for a package.
    """
    root, module = plain.root, plain.at(chosen.path)
    names, dots = _imported(module)
    top = chain_top(chosen.path, root)
    best, best_score = top, -1.0
    folders = [f for f in chosen.path.parents if f == root or f.is_relative_to(root)]
    for at, folder in enumerate(folders):
        if at < dots:
            continue
        score = sum(1.0 for name in names if _exists(folder, name))
        score += 4.0 * (folder in hinted) + 0.5 * (folder == top)
        score += 0.6 * (top.name == "app" and folder == top.parent)
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


def chain_top(path: Path, root: Path) -> Path:
    """The folder above the outermost package that a file is in."""
    folder = path.parent
    while folder != root and (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def other_roots(root: Path, base: Path, chosen: Candidate) -> list[Path]:
    """Further folders that imports may start from: the root, and those between it and the entry."""
    between = [f for f in chosen.path.parents if f.is_relative_to(root)]
    return [root, *(f for f in between if f not in {root, base} and base.is_relative_to(f))]
