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
        "queries", "gateway", "gateways", "store", "stores", "storage", "data_access", "persistence",
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
_SHARED_NAMES = frozenset({
    "base", "__init__", "common", "utils", "mixins", "mixin", "deps", "dependencies", "exceptions",
    "main", "abstract", "generic", "core", "types", "constants", "helpers", "factory", "interfaces",
    "session", "database", "db",
})  # fmt: skip


@dataclass(slots=True)
class Evidence:
    """The files of a role, and the pattern that each of them follows."""

    files: dict[str, Module] = field(default_factory=dict)
    patterns: Counter[str] = field(default_factory=Counter)

    @property
    def best(self) -> str | None:
        """The pattern of most files."""
        return self.patterns.most_common(1)[0][0] if self.patterns else None


def subjects(survey: Survey, near: Neighbours) -> tuple[Subject, ...]:
    """What the app is about: its models, and what its routers are named after."""
    names = [model.symbol.name for model in survey.orm.models]
    prefix, suffix = affixes(names)
    found = {item.name: item for item in (subject(strip(name, prefix, suffix)) for name in names)}
    for router in near.routers:
        value = router.keyword("prefix") or (router.include or {}).get("prefix")
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            word = value.value.strip("/").rpartition("/")[2].replace("-", "_")
            if word.isidentifier() and not word.startswith("v"):
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
    evidence: dict[Role, Evidence] = {
        "model": _of(index, _model_modules(index, survey), about, "model"),
        "schema": _of(index, schemas.modules, about, "schema"),
        "router": _of(index, near.modules, about, "router"),
    }
    layers = _layers(index, near, evidence)
    for role in ("repository", "service"):
        evidence[role] = _of(index, layers[role], about, role)
    _empty_places(index, entry, evidence)
    paths = {role: found.best for role, found in evidence.items() if found.best}
    router = paths.get("router")
    if router is not None and "{" not in router:
        paths.pop("router")  # endpoints on the instance itself, or one router for everything
    kind, why = _kind(index, entry, paths, router)
    found = frozenset(paths)
    full = defaults.fill(index, entry, kind, paths, evidence_folder(evidence), tests)
    return Layout(
        kind=kind,
        paths=full,
        found=found | ({"test"} if tests else set()),
        exports=_exports(index, paths, evidence, near.site),
        init_files=_init_files(index, evidence, entry),
        at=_place(evidence),
        why=why,
    )


def evidence_folder(evidence: Mapping[Role, Evidence]) -> Mapping[Role, tuple[str, ...]]:
    """By role, the folders of its files."""
    return {
        role: tuple(str(PurePosixPath(file).parent) for file in found.files)
        for role, found in evidence.items()
    }


def _model_modules(index: ModuleIndex, survey: Survey) -> list[Module]:
    return [entity.definition.module for entity in survey.entities]


def _of(
    index: ModuleIndex, modules: Iterable[Module], about: Sequence[Subject], role: Role
) -> Evidence:
    found = Evidence()
    counts = Counter(module.file for module in modules)
    by_file = {module.file: module for module in modules}
    for file, count in counts.items():
        module = by_file[file]
        found.files[file] = module
        form = path_pattern(file, about, role)
        if form is not None:
            # A file that holds nearly everything of the role is the role's file.
            weight = count if "{" not in form else 1
            found.patterns[form] += weight
    if len(counts) > 1:
        # Files named after nothing in particular (auth, health) say little beside those that are.
        named = Counter({form: n for form, n in found.patterns.items() if "{" in form})
        shared = Counter({form: n for form, n in found.patterns.items() if "{" not in form})
        if named and max(named.values()) >= max(shared.values(), default=0) / 3:
            found.patterns = named
    return found


def path_pattern(file: str, about: Sequence[Subject], role: Role) -> str | None:
    """The pattern that a role's file follows; the file itself where it is a shared one."""
    path = PurePosixPath(file)
    stem, folder = path.stem, path.parent
    words = WORDS.get(role, frozenset())
    if stem == "__init__":
        parent = pattern(folder.name, about)
        if parent and parent in ("{one}", "{many}"):
            return str(folder.parent / parent / path.name)
        return None
    generic = stem.lower() in words or stem in _SHARED_NAMES or stem.rstrip("s") in words
    if generic:
        parts = list(folder.parts)
        for at in range(len(parts) - 1, -1, -1):
            form = pattern(parts[at], about)
            if form is not None:
                parts[at] = form
                return str(PurePosixPath(*parts, path.name))
            if parts[at] in ("api", "routes", "endpoints", "db", "http", "v1", "routers"):
                continue
            break
        return file if stem.lower() in words else None
    form = pattern(stem, about)
    if form is not None:
        inside = pattern(folder.name, about)
        if inside is not None and inside in ("{one}", "{many}", "{one}s") and not _is_home(folder, words):
            return str(folder.parent / inside / f"{form}.py")
        return str(folder / f"{form}.py")
    bare = _without_words(stem)
    if bare and bare != stem and not _is_home(folder, frozenset()):
        # user_repository.py beside no model of that name
        return str(folder / f"{stem.replace(bare, guess(bare), 1)}.py")
    if _is_home(folder, words):
        return str(folder / f"{guess(stem)}.py") if role != "model" else file
    return file if stem.lower() in words or role == "model" else None


def _is_home(folder: PurePosixPath, words: frozenset[str]) -> bool:
    return folder.name.lower() in words


def _without_words(stem: str) -> str:
    every = frozenset().union(*WORDS.values())
    parts = [part for part in stem.split("_") if part]
    kept = [part for part in parts if part.lower() not in every]
    return "_".join(kept) if kept and len(kept) < len(parts) else ""


def _layers(
    index: ModuleIndex, near: Neighbours, evidence: Mapping[Role, Evidence]
) -> dict[Role, list[Module]]:
    """Repositories and services: what routers import, and what those import in turn."""
    taken = {file for found in evidence.values() for file in found.files}
    result: dict[Role, dict[str, Module]] = {"repository": {}, "service": {}}
    seen: set[str] = set()
    waiting = [(module, 0) for module in near.modules]
    while waiting:
        module, depth = waiting.pop(0)
        for target in index.imports(module):
            if target.file in seen:
                continue
            seen.add(target.file)
            role = layer_of(target.file, taken)
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


def layer_of(file: str, taken: Iterable[str] = ()) -> Role | None:
    """Repository or service, by the words in a path; the word nearest to the file decides."""
    path = PurePosixPath(file)
    tokens = [*reversed(path.stem.lower().split("_")), *(part.lower() for part in reversed(path.parts[:-1]))]
    if path.stem in ("deps", "dependencies", "dependency", "schemas", "models", "exceptions"):
        return None
    for token in tokens[: len(tokens)]:
        for role in ("repository", "service"):
            if token in WORDS[role]:
                return role
        if token in WORDS["router"] or token in WORDS["schema"] or token in WORDS["model"]:
            return None
    return None


def _empty_places(
    index: ModuleIndex, entry: Module, evidence: dict[Role, Evidence]
) -> None:
    """Folders and modules that are there for a role, though no neighbour leads to them yet."""
    bases = defaults.bases(index, entry)
    for role, found in evidence.items():
        if found.best:
            continue
        for base in bases:
            for word in sorted(WORDS.get(role, ()), key=lambda word: (not word.endswith("s"), word)):
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
    def per_folder(form: str | None) -> bool:
        return form is not None and "{" in str(PurePosixPath(form).parent)

    if per_folder(router) or per_folder(paths.get("model")):
        return "feature", f"a package for each feature: {router or paths.get('model')}"
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
    packages = [
        child
        for child in index.submodules(index.find(entry.package) or entry)
        if child.is_package and child.file != entry.file
    ] if entry.package else [p for p in folder.iterdir() if (p / "__init__.py").is_file()]
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
            item for item in evidence[role].files.values()
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
        return not entry.package or (index.root / PurePosixPath(entry.file).parent / "__init__.py").is_file()
    votes = [(index.root / folder / "__init__.py").is_file() for folder in folders]
    return sum(votes) * 2 >= len(votes)


def _place(evidence: Mapping[Role, Evidence]) -> Place | None:
    for role in ("model", "router", "schema"):
        for file in evidence[role].files:
            return Place(file, 1)
    return None
