"""Where each kind of code lives: a path pattern for every role, from what the app itself does."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from fastarch.discover import defaults
from fastarch.discover.index import Module, ModuleIndex
from fastarch.discover.models import Survey
from fastarch.discover.neighbours import Neighbours
from fastarch.discover.patterns import Subject, affixes, guess, pattern, strip, subject
from fastarch.discover.profile import Layout, LayoutKind, Place, Role, Tests
from fastarch.discover.schemas import Schemas

# The words under which apps keep a role, as folder, file or part of a file's name.
WORDS: Mapping[Role, frozenset[str]] = {
    "repository": frozenset({
        "crud", "cruds", "repository", "repositories", "repo", "repos", "dao", "daos", "dal",
        "queries", "data_access", "persistence",
    }),
    "service": frozenset({
        "service", "services", "usecase", "usecases", "use_case", "use_cases", "manager", "managers",
        "logic", "controller", "controllers", "handler", "handlers", "interactor", "interactors",
        "bll", "business", "domain", "facade", "facades",
    }),
    "schema": frozenset({
        "schema", "schemas", "dto", "dtos", "serializer", "serializers", "contracts", "pydantic",
        "pydantic_models", "pydantic_schemas", "viewmodels", "payloads",
    }),
    "model": frozenset({"model", "models", "entity", "entities", "orm", "tables", "table", "db_models"}),
    "router": frozenset({
        "router", "routers", "route", "routes", "routs", "rout", "endpoint", "endpoints", "view",
        "views", "api", "apis", "controller", "controllers", "handlers", "resources", "urls",
    }),
}  # fmt: skip
_ALL_WORDS = frozenset().union(*WORDS.values())
# Folders that may stand between a feature's folder and its files.
_BETWEEN = frozenset({"api", "routes", "endpoints", "db", "http", "v1", "routers", "src"})
_SHARED_NAMES = frozenset({
    "base", "__init__", "common", "utils", "mixins", "mixin", "deps", "dependencies", "exceptions",
    "main", "abstract", "generic", "core", "types", "constants", "helpers", "factory", "interfaces",
    "session", "database", "db",
})  # fmt: skip


@dataclass(slots=True)
class Evidence:
    """The files of a role, and the pattern that each of them follows.

    Args:
        files: Modules by path.
        patterns: Patterns of files that are named after something of the app, or shared by all.
        guesses: Patterns of files that are named after nothing known (``auth``, ``health``).
    """

    files: dict[str, Module] = field(default_factory=dict)
    patterns: Counter[str] = field(default_factory=Counter)
    guesses: Counter[str] = field(default_factory=Counter)

    @property
    def best(self) -> str | None:
        """The pattern of most files."""
        votes = self.patterns or self.guesses
        return votes.most_common(1)[0][0] if votes else None


def subjects(survey: Survey, near: Neighbours) -> tuple[Subject, ...]:
    """What the app is about: its models, and what its routers are named after."""
    names = [model.symbol.name for model in survey.orm.models]
    prefix, suffix = affixes(names)
    found = {item.name: item for item in (subject(strip(name, prefix, suffix)) for name in names)}
    for router in near.routers:
        value = router.keyword("prefix") or (router.include or {}).get("prefix")
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            word = value.value.strip("/").rpartition("/")[2].replace("-", "_")
            if word.isidentifier() and not re.fullmatch(r"v\d+", word) and word not in _ALL_WORDS:
                item = subject(word)
                found.setdefault(item.name, item)
    return tuple(found.values())


def layout(
    index: ModuleIndex,
    entry: Module,
    near: Neighbours,
    survey: Survey,
    schemas: Schemas,
    tests: Tests | None,
) -> Layout:
    """The layout of the app.

    Args:
        index: The app's modules.
        entry: The module of the FastAPI instance or factory.
        near: The neighbouring routers.
        survey: The ORM and the models.
        schemas: The schema classes that neighbours use.
        tests: The app's tests.
    """
    about = subjects(survey, near)
    home = PurePosixPath(entry.file).parent
    evidence: dict[Role, Evidence] = {
        "model": _of(_model_modules(survey), about, "model", home),
        "schema": _of(schemas.modules, about, "schema", home),
        "router": _of(near.modules, about, "router", home),
    }
    layers = _layers(index, near, evidence, about)
    for role in ("repository", "service"):
        evidence[role] = _of(layers[role], about, role, home)
    _empty_places(index, entry, evidence)
    paths = {role: found.best for role, found in evidence.items() if found.best}
    router = paths.get("router")
    if router is None or "{" not in router:
        # Endpoints on the instance itself, or one router for everything: its folder, if it has one.
        paths.pop("router", None)
        router = _router_home(near, entry)
        if router is not None:
            paths["router"] = router
    if router is not None and schemas.used and _inside_routers(near, schemas):
        paths["schema"] = router
    if router is not None and "{" in str(PurePosixPath(router).parent):
        for role in ("repository", "service"):
            form = paths.get(role)
            if form is not None and "{" in form and "{" not in str(PurePosixPath(form).parent):
                paths.pop(role)  # a feature of that name, such as `storage`
    for role in ("repository", "service"):
        if role in paths and not _beside(paths[role], [p for r, p in paths.items() if r != role]):
            paths.pop(role)
    kind, why = _kind(index, entry, paths, router)
    found = frozenset(paths)
    full = defaults.fill(index, entry, kind, paths, tests)
    return Layout(
        kind=kind,
        paths=full,
        found=found | ({"test"} if tests else set()),
        exports=_exports(index, paths, evidence, near.site),
        init_files=_init_files(index, evidence, entry),
        at=_place(evidence),
        why=why,
    )


def _beside(form: str, others: Sequence[str]) -> bool:
    """Whether a module that all share lies where the other roles do, not in some corner of the tree."""
    if "{" in form or not others:
        return True
    near = {str(folder) for other in others for folder in list(PurePosixPath(other).parents)[:2]}
    return bool({str(folder) for folder in list(PurePosixPath(form).parents)[:2]} & near)


def _router_home(near: Neighbours, entry: Module) -> str | None:
    for module in near.modules:
        folder = PurePosixPath(module.file).parent
        if module.file != entry.file and _is_home(folder, WORDS["router"]):
            return str(folder / "{many}.py")
    return None


def _inside_routers(near: Neighbours, schemas: Schemas) -> bool:
    """Whether most schema classes stand in the routers' own modules."""
    files = {module.file for module in near.modules}
    inside = sum(module.file in files for module in schemas.modules)
    return inside * 2 > len(schemas.modules)


def _model_modules(survey: Survey) -> list[Module]:
    return [entity.definition.module for entity in survey.entities]


def _of(
    modules: Iterable[Module], about: Sequence[Subject], role: Role, home: PurePosixPath
) -> Evidence:
    found = Evidence()
    counts = Counter(module.file for module in modules)
    found.files = {module.file: module for module in modules}
    shared: Counter[str] = Counter()
    for file, count in counts.items():
        form, sure = path_pattern(file, about, role, home)
        if form is None:
            continue
        if "{" not in form:
            shared[form] += count
        elif sure:
            found.patterns[form] += 1
        else:
            found.guesses[form] += 1
    for form, count in shared.items():
        alike = next((known for known in found.patterns if _alike(form, known)), None)
        if alike is not None:
            found.patterns[alike] += 1  # a feature that is named after no model
        else:
            # Nearly everything of the role is in one file, or that file is one of many.
            named = sum(found.patterns.values())
            found.patterns[form] += count if count > 2 * named else 1
    return found


def _alike(file: str, form: str) -> bool:
    one, other = PurePosixPath(file), PurePosixPath(form)
    return (
        one.name == other.name
        and one.parent.parent == other.parent.parent
        and "{" in other.parent.name
    )


def path_pattern(
    file: str, about: Sequence[Subject], role: Role, home: PurePosixPath
) -> tuple[str | None, bool]:
    """The pattern that a role's file follows; the file itself where it is a shared one.

    The second value says whether the file is named after something of the app. Folders above the
    entry (``home``) are the app's own: ``todo/models.py`` beside ``todo/main.py`` is no feature.
    """
    path = PurePosixPath(file)
    stem, folder = path.stem, path.parent
    words = WORDS.get(role, frozenset())
    if role == "schema":
        words |= WORDS["model"]
    if stem == "__init__":
        parent = pattern(folder.name, about) if _is_free(folder, home) else None
        if parent in ("{one}", "{many}"):
            return str(folder.parent / parent / path.name), True
        return None, False
    if stem.lower() in words or stem in _SHARED_NAMES or stem.rstrip("s") in words:
        parts = list(folder.parts)
        for at in range(len(parts) - 1, -1, -1):
            if not _is_free(PurePosixPath(*parts[: at + 1]), home):
                break
            form = pattern(parts[at], about)
            if form is not None and parts[at] not in WORDS["model"]:
                parts[at] = form
                return str(PurePosixPath(*parts, path.name)), True
            if parts[at] not in _BETWEEN:
                break
        return (file if stem.lower() in words else None), True
    form = pattern(stem, about)
    if form is not None:
        inside = pattern(folder.name, about) if _is_free(folder, home) else None
        if inside in ("{one}", "{many}") and not _is_home(folder, words):
            return str(folder.parent / inside / f"{form}.py"), True
        return str(folder / f"{form}.py"), True
    if not _is_home(folder, words):
        return (file if role == "model" else None), True
    bare = _without_words(stem)
    if bare:
        return str(folder / f"{stem.replace(bare, guess(bare), 1)}.py"), False
    if role == "model" or stem in _ALL_WORDS:
        return file, True
    return str(folder / f"{guess(stem)}.py"), False


def _is_free(folder: PurePosixPath, home: PurePosixPath) -> bool:
    return folder != home and folder not in home.parents


def _is_home(folder: PurePosixPath, words: frozenset[str]) -> bool:
    return folder.name.lower() in words


def _without_words(stem: str) -> str:
    parts = [part for part in stem.split("_") if part]
    kept = [part for part in parts if part.lower() not in _ALL_WORDS]
    return "_".join(kept) if kept and len(kept) < len(parts) else ""


def _layers(
    index: ModuleIndex,
    near: Neighbours,
    evidence: Mapping[Role, Evidence],
    about: Sequence[Subject],
) -> dict[Role, list[Module]]:
    """Repositories and services: what routers import, and what those import in turn."""
    taken = {file for found in evidence.values() for file in found.files}
    names = frozenset(word for item in about for word, _ in item.spellings)
    result: dict[Role, dict[str, Module]] = {"repository": {}, "service": {}}
    seen: set[str] = set()
    waiting = [(module, 0) for module in near.modules]
    while waiting:
        module, depth = waiting.pop(0)
        for target in index.imports(module):
            if target.file in seen:
                continue
            seen.add(target.file)
            role = layer_of(target.file, names)
            if role is not None and target.file not in taken:
                result[role].setdefault(target.file, target)
            if role is not None and target.is_package:
                for child in index.submodules(target):
                    if not child.is_package and child.file not in taken:
                        result[role].setdefault(child.file, child)
            passes = role is not None or re.search(r"dep|provid|contain|inject", target.file)
            if depth < 3 and passes:
                waiting.append((target, depth + 1))
    return {
        role: [module for module in found.values() if not module.is_package or _defines(module)]
        for role, found in result.items()
    }


def _defines(module: Module) -> bool:
    return bool(re.search(r"^(?:class|(?:async )?def) ", module.text, re.MULTILINE))


def layer_of(file: str, names: frozenset[str] = frozenset()) -> Role | None:
    """Repository or service, by the words in a path; the word nearest to the file decides.

    Args:
        file: The module's path.
        names: What the app is about: a folder of that name is a feature, whatever else the word means.
    """
    path = PurePosixPath(file)
    stem = path.stem.lower()
    if stem in ("deps", "dependencies", "dependency", "schemas", "models", "exceptions"):
        return None
    folders = [part.lower() for part in reversed(path.parts[:-1]) if part not in names]
    for token in (stem, *reversed(stem.split("_")), *folders):
        for role in ("repository", "service"):
            if token in WORDS[role]:
                return role
        if token in WORDS["router"] or token in WORDS["schema"] or token in WORDS["model"]:
            return None
    return None


def _empty_places(index: ModuleIndex, entry: Module, evidence: dict[Role, Evidence]) -> None:
    """Folders and modules that are there for a role, though no neighbour leads to them yet."""
    bases = defaults.bases(index, entry)
    for role, found in evidence.items():
        if found.best:
            continue
        for base in bases:
            for word in sorted(
                WORDS.get(role, ()), key=lambda word: (not word.endswith("s"), word)
            ):
                if role == "router" and word in ("api", "apis", "urls", "handlers"):
                    continue
                name = f"{base}.{word}" if base else word
                module = index.find(name)
                if module is None or module.file in {
                    file for other in evidence.values() for file in other.files
                }:
                    continue
                if module.is_package:
                    folder = module.path if module.path.is_dir() else module.path.parent
                    inner = [
                        form
                        for child in index.submodules(module)
                        if not child.is_package
                        and child.path.stem not in _SHARED_NAMES
                        and (form := guess(child.path.stem))
                    ]
                    form = Counter(inner).most_common(1)[0][0] if inner else _style(evidence, role)
                    found.patterns[f"{index.relative(folder)}/{form}.py"] += 1
                elif role != "router":
                    found.patterns[module.file] += 1
                break
            if found.best:
                break


def _style(evidence: Mapping[Role, Evidence], role: Role) -> str:
    """Singular or plural, as the other roles' files are."""
    return defaults.stem([found.best for found in evidence.values() if found.best], role)


def _kind(
    index: ModuleIndex, entry: Module, paths: Mapping[Role, str], router: str | None
) -> tuple[LayoutKind, str]:
    def per_folder(form: str) -> bool:
        return "{" in str(PurePosixPath(form).parent)

    for form in (router, paths.get("model")):
        if form is not None and per_folder(form):
            return "feature", f"a package for each feature: {form}"
    inner = {role: form for role, form in paths.items() if role != "router" and form != router}
    for role, form in inner.items():
        if "{" in form:
            return "layered", f"a folder for each kind: {form}"
    if inner:
        for role, form in inner.items():
            if PurePosixPath(form).parent.name.lower() in WORDS[role]:
                return "layered", f"a folder for each kind: {form}"
        return "flat", "one module for each kind: " + ", ".join(sorted(set(inner.values())))
    folder = index.root / PurePosixPath(entry.file).parent
    packages = (
        [
            child
            for child in index.submodules(index.find(entry.package) or entry)
            if child.is_package and child.file != entry.file
        ]
        if entry.package
        else [p for p in folder.iterdir() if (p / "__init__.py").is_file()]
    )
    if packages:
        return "layered", "packages beside the entry, no model or schema yet"
    return "flat", "a single module so far"


def _exports(
    index: ModuleIndex,
    paths: Mapping[Role, str],
    evidence: Mapping[Role, Evidence],
    site: Module,
) -> dict[Role, str]:
    """Packages whose ``__init__`` re-exports their modules."""
    found: dict[Role, str] = {}
    for role, form in paths.items():
        folder = PurePosixPath(form).parent
        if "{" not in PurePosixPath(form).name or "{" in str(folder):
            continue
        init = index.root / str(folder) / "__init__.py"
        if not init.is_file() or index.relative(init) == site.file:
            continue
        module = index.at(init)
        siblings = [
            item
            for item in evidence[role].files.values()
            if PurePosixPath(item.file).parent == folder and item.file != module.file
        ]
        imported = {item.file for item in index.imports(module)}
        count = sum(item.file in imported for item in siblings)
        if siblings and count * 2 >= len(siblings):
            found[role] = module.file
    return found


def _init_files(index: ModuleIndex, evidence: Mapping[Role, Evidence], entry: Module) -> bool:
    """Whether the folders of what is there have an ``__init__.py``."""
    folders = {
        str(PurePosixPath(file).parent) for found in evidence.values() for file in found.files
    }
    root = index.relative(index.import_root)
    folders.discard(root if root != "." else ".")
    if not folders:
        return (
            not entry.package
            or (index.root / PurePosixPath(entry.file).parent / "__init__.py").is_file()
        )
    votes = [(index.root / folder / "__init__.py").is_file() for folder in folders]
    return sum(votes) * 2 >= len(votes)


def _place(evidence: Mapping[Role, Evidence]) -> Place | None:
    for role in ("model", "router", "schema"):
        for file in evidence[role].files:
            return Place(file, 1)
    return None
