"""Where each kind of code lives: a path pattern for every role, from what the app itself does."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from fastarch.discover import defaults
from fastarch.discover.evidence import (
    ALL_WORDS,
    SHARED_NAMES,
    WORDS,
    Evidence,
    evidence_of,
    in_number,
    is_home,
    layer_of,
)
from fastarch.discover.index import Module, ModuleIndex
from fastarch.discover.models import Survey
from fastarch.discover.neighbours import Neighbours
from fastarch.discover.patterns import About, Subject, affixes, guess, strip, subject
from fastarch.discover.profile import Layout, LayoutKind, Role, Tests
from fastarch.discover.schemas import Schemas
from fastarch.discover.symbols import Place

_LAYERS: tuple[Role, ...] = ("repository", "service")


def subjects(survey: Survey, near: Neighbours) -> About:
    """What the app is about: its models, and what its routers are named after."""
    names = [model.symbol.name for model in survey.orm.models]
    prefix, suffix = affixes(names)
    found = {item.name: item for item in (subject(strip(name, prefix, suffix)) for name in names)}
    for router in near.routers:
        value = router.keyword("prefix") or (router.include or {}).get("prefix")
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            word = value.value.strip("/").rpartition("/")[2].replace("-", "_")
            if word.isidentifier() and not re.fullmatch(r"v\d+", word) and word not in ALL_WORDS:
                item = subject(word)
                found.setdefault(item.name, item)
    return About(found.values())


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
        "model": evidence_of(_model_modules(index, survey), about, "model", home),
        "schema": evidence_of(schemas.modules, about, "schema", home),
        "router": evidence_of(near.modules, about, "router", home),
    }
    layers = _layers(index, near, evidence, about)
    for role in _LAYERS:
        evidence[role] = evidence_of(layers[role], about, role, home)
    _empty_places(index, entry, evidence)
    paths = in_number(index.root, evidence, about)
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
        for role in _LAYERS:
            form = paths.get(role)
            if form is not None and "{" in form and "{" not in str(PurePosixPath(form).parent):
                paths.pop(role)  # a feature of that name, such as `storage`
    for role in _LAYERS:
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
    """Whether a module that all share lies where the other roles do, not in some corner."""
    if "{" in form or not others:
        return True
    near = {str(folder) for other in others for folder in list(PurePosixPath(other).parents)[:2]}
    return bool({str(folder) for folder in list(PurePosixPath(form).parents)[:2]} & near)


def _router_home(near: Neighbours, entry: Module) -> str | None:
    for module in near.modules:
        folder = PurePosixPath(module.file).parent
        if module.file != entry.file and is_home(folder, WORDS["router"]):
            return str(folder / "{many}.py")
    return None


def _inside_routers(near: Neighbours, schemas: Schemas) -> bool:
    """Whether most schema classes stand in the routers' own modules."""
    files = {module.file for module in near.modules}
    inside = sum(module.file in files for module in schemas.modules)
    return inside * 2 > len(schemas.modules)


def _model_modules(index: ModuleIndex, survey: Survey) -> list[Module]:
    modules = [entity.definition.module for entity in survey.entities]
    return [module for module in modules if index.shows(module)]


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
            if target.file in seen or not index.shows(target):
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
                taken = {file for other in evidence.values() for file in other.files}
                if module is None or module.file in taken or not index.shows(module):
                    continue
                if module.is_package:
                    folder = module.path if module.path.is_dir() else module.path.parent
                    inner = [
                        form
                        for child in index.submodules(module)
                        if not child.is_package
                        and child.path.stem not in SHARED_NAMES
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
    for form in inner.values():
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
            if child.is_package and child.file != entry.file and index.shows(child)
        ]
        if entry.package
        else [init for init in folder.glob("*/__init__.py") if index.shows(index.at(init))]
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
        shared = "{" not in PurePosixPath(form).name
        if "{" in str(folder) or (shared and role != "model"):
            continue
        init = index.root / str(folder) / "__init__.py"
        if not init.is_file() or index.relative(init) == site.file:
            continue
        module = index.at(init)
        siblings = [
            item
            for item in evidence[role].files.values()
            if PurePosixPath(item.file).parent == folder
            and item.file != module.file
            and (not shared or item.file == form)
        ]
        imported = {item.file for item in index.imports(module)}
        count = sum(item.file in imported for item in siblings)
        if (
            siblings
            and count * 2 >= len(siblings)
            and not (shared and not _names_classes(module, siblings[0]))
        ):
            found[role] = module.file
    return found


def _names_classes(package: Module, module: Module) -> bool:
    """Whether a package takes classes from a module, not just the module itself."""
    names, _ = package.bindings()
    return any(
        bound.module == module.name and bound.attribute and bound.attribute[0].isupper()
        for bound in names.values()
    )


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
