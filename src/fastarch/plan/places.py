"""Where the code of a resource goes: one Home for each role, from the app's own layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from fastarch.discover.profile import AppProfile, Role
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.plan.steps import Home
from fastarch.spec.names import Name

LAYERS: tuple[Role, ...] = ("model", "schema", "repository", "service", "router")
ROLES: tuple[Role, ...] = (*LAYERS, "test")

# A layer that is left out leaves its code to the next one up.
STANDS_IN: Mapping[Role, Role] = {"repository": "service", "service": "router"}


def spell(pattern: str, name: Name, **words: str) -> str:
    """Fill a pattern (``app/models/{one}.py``) with the spellings of a name and further words."""
    return pattern.format(
        one=name.one,
        many=name.many,
        One=name.One,
        Many=name.Many,
        slug=name.slug,
        human=name.human,
        humans=name.humans,
        flat=name.one.replace("_", ""),
        flats=name.many.replace("_", ""),
        **words,
    )


def choose_layers(profile: AppProfile, asked: str) -> frozenset[Role]:
    """Read ``--layers``: ``all``, ``fit`` (those that the app has), or a list of layers.

    Raises:
        UsageError: an unknown layer, or one that cannot be left out is missing.
    """
    if asked == "all":
        return frozenset(LAYERS)
    if asked == "fit":
        return frozenset(r for r in LAYERS if r in profile.layout.found or r not in STANDS_IN)
    words = [word.strip() for word in asked.split(",") if word.strip()]
    unknown = [word for word in words if word not in LAYERS]
    if unknown:
        message = f"There is no layer {unknown[0]!r}."
        raise UsageError(Problem(message, hint=f"all, fit, or some of: {', '.join(LAYERS)}"))
    missing = [role for role in LAYERS if role not in words and role not in STANDS_IN]
    if missing:
        message = f"A resource cannot do without its {missing[0]}."
        raise UsageError(Problem(message, hint="only repository and service can be left out"))
    return frozenset(role for role in LAYERS if role in words)


def homes(profile: AppProfile, name: Name, layers: Iterable[Role]) -> dict[Role, Home]:
    """The home of each role's code; a role that is left out shares that of the next layer up."""
    kept = {*layers, "test"}
    placed: dict[Role, Home] = {}
    for role in ROLES:
        source: Role = role
        while source not in kept:
            source = STANDS_IN[source]
        pattern = profile.layout.paths[source]
        path = spell(pattern, name)
        module = "" if role == "test" else module_name(profile.import_root, path)
        placed[role] = Home(path, module, shared="{" not in pattern)
    return placed


def module_name(import_root: str, path: str) -> str:
    """The dotted name under which a file is imported."""
    root = PurePosixPath(import_root)
    relative = PurePosixPath(path).relative_to(root) if import_root != "." else PurePosixPath(path)
    parts = list(relative.with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def new_packages(
    profile: AppProfile, paths: Iterable[str], exists: Callable[[str], bool]
) -> Iterator[str]:
    """The ``__init__.py`` files that new folders need, outermost first.

    Raises:
        NotUnderstoodError: a new package would shadow a module of the same name.
    """
    root = PurePosixPath(profile.import_root)
    made: set[str] = set()
    paths = tuple(paths)
    for path in paths:
        for folder in reversed(PurePosixPath(path).parents):
            text = str(folder)
            inside = folder != root and (profile.import_root == "." or root in folder.parents)
            if text == "." or not inside or text in made or exists(text):
                continue
            if exists(f"{text}.py"):
                message = f"The package {text}/ would shadow the module {text}.py."
                raise NotUnderstoodError(
                    Problem(message, file=f"{text}.py", hint="choose another place with --layout")
                )
            made.add(text)
            if profile.layout.init_files and f"{text}/__init__.py" not in paths:
                yield f"{text}/__init__.py"
