"""The files of a role, and the pattern that each of them follows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path, PurePosixPath

from fastarch.discover.modules import Module
from fastarch.discover.patterns import Subject, guess, pattern
from fastarch.discover.profile import Role
from fastarch.records import dataclass

# The words under which apps keep a role, as folder, file or part of a file's name.
WORDS: Mapping[Role, frozenset[str]] = {
    "repository": frozenset({
        "crud", "cruds", "repository", "repositories", "repo", "repos", "dao", "daos", "dal",
        "queries", "data_access", "persistence",
    }),
    "service": frozenset({
        "service", "services", "usecase", "usecases", "use_case", "use_cases", "manager",
        "managers",
        "logic", "controller", "controllers", "handler", "handlers", "interactor", "interactors",
        "bll", "business", "domain", "facade", "facades",
    }),
    "schema": frozenset({
        "schema", "schemas", "dto", "dtos", "serializer", "serializers", "contracts", "pydantic",
        "pydantic_models", "pydantic_schemas", "viewmodels", "payloads",
    }),
    "model": frozenset({
        "model", "models", "entity", "entities", "orm", "tables", "table", "db_models",
    }),
    "router": frozenset({
        "router", "routers", "route", "routes", "routs", "rout", "endpoint", "endpoints", "view",
        "views", "api", "apis", "controller", "controllers", "handlers", "resources", "urls",
    }),
}  # fmt: skip
ALL_WORDS = frozenset().union(*WORDS.values())
# Folders that may stand between a feature's folder and its files.
_BETWEEN = frozenset({"api", "routes", "endpoints", "db", "http", "v1", "routers", "src"})
SHARED_NAMES = frozenset({
    "base", "__init__", "common", "utils", "mixins", "mixin", "deps", "dependencies", "exceptions",
    "main", "abstract", "generic", "core", "types", "constants", "helpers", "factory", "interfaces",
    "session", "database", "db",
})  # fmt: skip
# Routers that are there in most apps and are no resource.
PLAIN = re.compile(
    r"(?:^|[._/])(?:auth(?!ors?\b)\w*|login|logout|oauth2?|token|health\w*|ping|status|root|home|"
    r"index|main|utils?|private|debug|metrics|docs|pages|frontend|static|web|ws|websockets?|version|"
    r"webhooks?)$"
)
_LAYERS: tuple[Role, ...] = ("repository", "service")


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


def evidence_of(
    modules: Iterable[Module], about: Sequence[Subject], role: Role, home: PurePosixPath
) -> Evidence:
    """What the modules of a role say about where it lives.

    Args:
        modules: The module of each thing of the role; it counts as often as it is there.
        about: What the app is about.
        role: The role.
        home: The entry's folder.
    """
    found = Evidence()
    counts = Counter(module.file for module in modules)
    found.files = {module.file: module for module in modules}
    shared: Counter[str] = Counter()
    for file, count in counts.items():
        form, sure = path_pattern(file, about, role, home)
        if form is None:
            continue
        path = PurePosixPath(file)
        free = path.stem.lower() not in ALL_WORDS and is_home(path.parent, WORDS[role])
        if form == file and count == 1 and free:
            # One thing alone in a file that is called something else: no module for everything.
            form, sure = f"{path.parent}/{guess(path.stem)}.py", False
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
    if stem.lower() in words or stem in SHARED_NAMES or stem.rstrip("s") in words:
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
        # Whether there are one or many of `auth` tells nothing.
        sure = not PLAIN.search(_without_words(stem) or stem)
        inside = pattern(folder.name, about) if _is_free(folder, home) else None
        if inside in ("{one}", "{many}") and not is_home(folder, words):
            return str(folder.parent / inside / f"{form}.py"), sure
        return str(folder / f"{form}.py"), sure
    if not is_home(folder, words):
        return (file if role == "model" else None), True
    bare = _without_words(stem)
    if bare:
        return str(folder / f"{stem.replace(bare, guess(bare), 1)}.py"), False
    if role == "model" or stem in ALL_WORDS:
        return file, True
    return str(folder / f"{guess(stem)}.py"), False


def in_number(
    root: Path, evidence: Mapping[Role, Evidence], about: Sequence[Subject]
) -> dict[Role, str]:
    """The pattern of each role, ``user.py`` or ``users.py`` as its whole folder has it.

    The files that were read are a sample; where a folder has as many of both, the other roles tell.
    """
    paths = {role: found.best for role, found in evidence.items() if found.best}
    chosen = dict(paths)
    for role, form in paths.items():
        one, many = form.replace("{many}", "{one}"), form.replace("{one}", "{many}")
        votes = _folder_votes(root, form, about) or (
            evidence[role].patterns or evidence[role].guesses
        )
        singular, plural = votes[one], votes[many]
        if one == many:
            continue
        if singular == plural:
            others = [other for known, other in paths.items() if known != role]
            singular = sum("{one}" in other for other in others)
            plural = sum("{many}" in other for other in others)
        if singular != plural:
            chosen[role] = one if singular > plural else many
    return chosen


def _folder_votes(root: Path, form: str, about: Sequence[Subject]) -> Counter[str] | None:
    """How the files beside each other spell what the app is about, by their names alone."""
    folder = PurePosixPath(form).parent
    if "{" in str(folder) or not (root / folder).is_dir():
        return None
    votes: Counter[str] = Counter()
    for file in (root / folder).glob("*.py"):
        spelled = pattern(file.stem, about)
        if spelled is not None and not PLAIN.search(_without_words(file.stem) or file.stem):
            votes[str(folder / f"{spelled}.py")] += 1
    return votes


def _is_free(folder: PurePosixPath, home: PurePosixPath) -> bool:
    return folder != home and folder not in home.parents


def is_home(folder: PurePosixPath, words: frozenset[str]) -> bool:
    """Whether a folder is called after a kind of code."""
    return folder.name.lower() in words


def _without_words(stem: str) -> str:
    parts = [part for part in stem.split("_") if part]
    kept = [part for part in parts if part.lower() not in ALL_WORDS]
    return "_".join(kept) if kept and len(kept) < len(parts) else ""


def layer_of(file: str, names: frozenset[str] = frozenset()) -> Role | None:
    """Repository or service, by the words in a path; the word nearest to the file decides.

    Args:
        file: The module's path.
        names: What the app is about: a folder of that name is a feature, whatever else it means.
    """
    path = PurePosixPath(file)
    stem = path.stem.lower()
    if stem in ("deps", "dependencies", "dependency", "schemas", "models", "exceptions"):
        return None
    folders = [part.lower() for part in reversed(path.parts[:-1]) if part not in names]
    for token in (stem, *reversed(stem.split("_")), *folders):
        for role in _LAYERS:
            if token in WORDS[role]:
                return role
        if token in WORDS["router"] or token in WORDS["schema"] or token in WORDS["model"]:
            return None
    return None
