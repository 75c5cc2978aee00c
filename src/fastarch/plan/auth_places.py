"""Where the code of the ``auth`` feature goes: by layer where there are any, else a package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fastarch.plan.cycles import without_cycles
from fastarch.plan.pages_module import helpers_folder
from fastarch.plan.places import module_name, spell
from fastarch.plan.steps import Home
from fastarch.spec.names import Name

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, Role

LAYERS: tuple[Role, ...] = ("schema", "repository", "service", "router")
# By part, the name of its module in a package of its own.
PACKAGE: Mapping[str, str] = {
    "schema": "schemas",
    "repository": "repository",
    "service": "service",
    "router": "router",
    "security": "security",
    "throttle": "throttle",
    "current_user": "dependencies",
    "auth_route": "routing",
    "mailer": "mailer",
    "oauth_client": "oauth_client",
    "commands": "__main__",
}
# What further parts are about, in each of the layers.
SUBJECTS = (
    Name("api_key", "api_keys"),
    Name("oauth", "oauth"),
    Name("cookie_session", "cookie_sessions"),
    Name("account_mail", "account_mails"),
)
# Further parts: the layer that each belongs to, and what it is about there.
FURTHER: Mapping[str, tuple[Role, Name]] = {
    f"{subject.one}_{layer}": (layer, subject) for subject in SUBJECTS for layer in LAYERS
}
# Parts that read settings, and are imported by others.
SET_UP = ("security", "throttle", "mailer", "oauth_client")
NAMES = ("auth", "authentication", "sign_in")


def auth_places(profile: AppProfile, exists: Callable[[str], bool]) -> dict[str, Home]:
    """The home of each part: new files, where that closes no circle of imports.

    Args:
        profile: The app.
        exists: Whether there is a file or folder of this path.
    """
    names = (*NAMES, *(f"{NAMES[0]}_{number}" for number in range(2, 100)))
    tried = ((name, _paths(profile, name, exists).items()) for name in names)
    found = next(
        dict(paths)
        for name, paths in tried
        if not any(_taken(one, exists) or _shadows(one, name, exists) for _, one in paths)
    )
    return {
        part: Home(path, module_name(profile.import_root, path), shared=False)
        for part, path in found.items()
    } | _among_the_app(profile)


def _among_the_app(profile: AppProfile) -> dict[str, Home]:
    """The homes of parts that would close a circle of imports anywhere else."""
    usual, free = profile.layout.paths, without_cycles(profile).layout.paths
    found: dict[str, str] = {
        role: free[role] for role in LAYERS if role != "schema" and free[role] != usual[role]
    }
    if "router" in found:
        found["auth_route"] = found["current_user"] = found["router"]
        if profile.settings is not None and profile.settings.symbol.at.file == found["router"]:
            found |= dict.fromkeys(SET_UP, found["router"])
    found |= {part: found[layer] for part, (layer, _) in FURTHER.items() if layer in found}
    return {
        part: Home(path, module_name(profile.import_root, path), shared=True)
        for part, path in found.items()
    }


def _paths(profile: AppProfile, name: str, exists: Callable[[str], bool]) -> dict[str, str]:
    base = PurePosixPath(profile.import_root, *(profile.package or "").split("."))
    layers = _layers(profile, Name(name, name))
    if profile.layout.kind == "layered" and len(layers) == len(LAYERS):
        own: dict[str, str] = {
            **layers,
            **dict(_helpers(profile, layers["router"], exists)),
            "commands": f"{base / name}_commands.py",
        }
        for subject in SUBJECTS:
            free = _free(profile, subject, exists)
            own |= {f"{subject.one}_{layer}": free[layer] for layer in LAYERS}
        return own
    package = base / name
    if profile.layout.kind == "feature" and "router" in layers:
        package = PurePosixPath(layers["router"]).parent
    found = {part: f"{package / stem}.py" for part, stem in PACKAGE.items()}
    for part, (layer, subject) in FURTHER.items():
        found[part] = f"{package / subject.one}_{PACKAGE[layer]}.py"
    if profile.layout.kind == "feature":
        return found
    # A module beside the package that is called like it could not be imported.
    beside = {role: path for role, path in layers.items() if path != f"{package}.py"}
    return found | {role: path for role, path in beside.items() if role in profile.layout.found}


def _free(profile: AppProfile, subject: Name, exists: Callable[[str], bool]) -> dict[str, str]:
    """The modules of a subject, each layer's under the first name that all of them have free."""
    prefixes = ("", f"{NAMES[0]}_", *(f"{NAMES[0]}_{number}_" for number in range(2, 100)))
    names = (Name(f"{one}{subject.one}", f"{one}{subject.many}") for one in prefixes)
    tried = (_layers(profile, name) for name in names)
    return next(paths for paths in tried if not any(_taken(one, exists) for one in paths.values()))


def _layers(profile: AppProfile, name: Name) -> dict[str, str]:
    """By layer, the path of a module of that name, where the app has one for each subject.

    Of layers that share a module, only the last one is there.
    """
    patterns = profile.layout.paths
    paths = {spell(patterns[role], name): role for role in LAYERS if "{" in patterns[role]}
    return {role: path for path, role in paths.items()}


def _helpers(
    profile: AppProfile, router: str, exists: Callable[[str], bool]
) -> Iterator[tuple[str, str]]:
    """What belongs to no layer, each under the first name that is free."""
    helpers = helpers_folder(profile, router, exists)
    session = profile.session.symbol.at.file if profile.session else ""
    # Where the app has its other dependencies.
    beside = PurePosixPath(session).parent if "dep" in PurePosixPath(session).stem else helpers
    folders = {
        "security": helpers,
        "throttle": helpers,
        "oauth_client": helpers,
        "current_user": beside,
        "auth_route": beside,
        "mailer": helpers,
    }
    for part, folder in folders.items():
        names = (part, f"auth_{part}", *(f"auth_{part}_{number}" for number in range(2, 100)))
        paths = (f"{folder / one}.py" for one in names)
        yield part, next(path for path in paths if not _taken(path, exists))


def _taken(path: str, exists: Callable[[str], bool]) -> bool:
    """Whether there is such a file, or a package that it would shadow."""
    return exists(path) or exists(path.removesuffix(".py"))


def _shadows(path: str, name: str, exists: Callable[[str], bool]) -> bool:
    """Whether it would lie in a new package of a name, beside a module that is called so."""
    folder = PurePosixPath(path).parent
    return folder.name == name and not exists(str(folder)) and exists(f"{folder}.py")
