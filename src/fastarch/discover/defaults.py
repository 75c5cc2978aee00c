"""Where a kind of code goes that the app does not have yet: beside the others, in their manner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from fastarch.discover.index import Module, ModuleIndex
from fastarch.discover.profile import LayoutKind, Role, Tests

_FOLDERS: Mapping[Role, str] = {
    "model": "models",
    "schema": "schemas",
    "repository": "repositories",
    "service": "services",
    "router": "routers",
}
_FILES: Mapping[Role, str] = {
    "model": "models.py",
    "schema": "schemas.py",
    "repository": "repository.py",
    "service": "service.py",
    "router": "router.py",
}
_SHARED: Mapping[Role, str] = {
    "model": "models.py",
    "schema": "schemas.py",
    "repository": "repositories.py",
    "service": "services.py",
}


def fill(
    index: ModuleIndex,
    entry: Module,
    kind: LayoutKind,
    paths: Mapping[Role, str],
    tests: Tests | None,
) -> dict[Role, str]:
    """Every role's path: those of the app, and the rest after the manner of its kind.

    Args:
        index: The app's modules.
        entry: The module of the FastAPI instance.
        kind: The kind of the app's layout.
        paths: What the app has.
        tests: The app's tests.
    """
    full: dict[Role, str] = dict(paths)
    home = _home(entry, kind, paths)
    for role in _FOLDERS:
        if role in full:
            continue
        path = _default(kind, role, home, paths)
        full[role] = _unshadowed(index, path, role)
    full["test"] = tests.pattern if tests and tests.pattern else _test(index, tests)
    return full


def bases(index: ModuleIndex, entry: Module) -> list[str]:
    """Packages in which the app's kinds may lie: the entry's, and those above it."""
    name = entry.name if entry.is_package else entry.package
    found = []
    while name:
        found.append(name)
        name = name.rpartition(".")[0]
    if not found:
        found = [""]
        # main.py beside the package that holds the app
        for target in index.imports(entry):
            top = target.name.split(".")[0]
            package = index.find(top)
            if (
                package is not None
                and package.is_package
                and top not in found
                and index.shows(package)
            ):
                found.append(top)
    return found


def stem(patterns: Iterable[str], role: Role) -> str:
    """Singular or plural, as most other files are; without any, plural for routers alone."""
    votes = Counter(
        "{many}" if "{many}" in PurePosixPath(path).name else "{one}"
        for path in patterns
        if "{one}" in PurePosixPath(path).name or "{many}" in PurePosixPath(path).name
    )
    if votes:
        return votes.most_common(1)[0][0]
    return "{many}" if role == "router" else "{one}"


def _default(kind: LayoutKind, role: Role, home: str, paths: Mapping[Role, str]) -> str:
    affix = f"_{role}" if _says_role(paths.values()) else ""
    word = stem(paths.values(), role)
    if kind == "feature":
        return f"{home}/{word}{affix}.py" if affix else f"{home}/{_FILES[role]}"
    if kind == "flat" and role != "router":
        return _joined(home, _SHARED[role])
    return _joined(home, f"{_FOLDERS[role]}/{word}{affix}.py")


def _says_role(patterns: Iterable[str]) -> bool:
    """Whether files are called after their kind too: ``user_schema.py``, ``user_service.py``."""
    names = [PurePosixPath(path).stem for path in patterns]
    named = [name for name in names if "{" in name]
    says = [name for name in named if name.startswith(("{one}_", "{many}_"))]
    return len(says) > 1 and len(says) * 2 > len(named)


def _home(entry: Module, kind: LayoutKind, paths: Mapping[Role, str]) -> str:
    """The folder that the app's kinds lie in (a feature's own folder, where each has one)."""
    if kind == "feature":
        for role in ("router", "model", "schema", "service", "repository"):
            form = paths.get(role)
            if form is not None and "{" in str(PurePosixPath(form).parent):
                parts = PurePosixPath(form).parent.parts
                last = max(at for at, part in enumerate(parts) if "{" in part)
                return str(PurePosixPath(*parts[: last + 1]))
        package = str(PurePosixPath(entry.file).parent)
        return _joined(package, "{many}")
    if kind == "layered":
        own = PurePosixPath(entry.file).parent
        folders = [PurePosixPath(form).parent for role, form in paths.items() if role != "router"]
        parents = Counter(
            # A folder of one kind lies in the home; the entry's own folder is it.
            str(folder if folder == own or folder in own.parents else folder.parent)
            for folder in folders
        )
        if parents:
            return parents.most_common(1)[0][0]
    if kind == "flat":
        parents = Counter(
            str(PurePosixPath(form).parent) for form in paths.values() if "{" not in form
        )
        if parents:
            return parents.most_common(1)[0][0]
    if (form := paths.get("router")) is not None and "{" not in str(PurePosixPath(form).parent):
        return str(PurePosixPath(form).parent.parent)
    return str(PurePosixPath(entry.file).parent)


def _unshadowed(index: ModuleIndex, path: str, role: Role) -> str:
    """Never a package beside a module of its name, nor the other way round."""
    pure = PurePosixPath(path)
    if "{" in pure.name and "{" not in str(pure.parent):
        module = f"{pure.parent}.py"
        return module if (index.root / module).is_file() else path
    if "{" not in path and (index.root / pure.with_suffix("")).is_dir():
        return str(pure.with_suffix("") / ("{many}.py" if role == "router" else "{one}.py"))
    return path


def _test(index: ModuleIndex, tests: Tests | None) -> str:
    if tests is not None:
        return _joined(tests.folder, "test_{many}.py")
    base = index.relative(index.import_root)
    # Of `src`, `backend` and the like, a folder of sources is no place for tests.
    if PurePosixPath(base).name in ("src", "lib"):
        base = str(PurePosixPath(base).parent)
    return _joined(base, "tests/test_{many}.py")


def _joined(folder: str, name: str) -> str:
    return name if folder in ("", ".") else f"{folder}/{name}"
