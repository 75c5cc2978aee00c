"""What the modules of several resources share: column types, integrity errors, schema words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from fastarch.discover.profile import AppProfile, Role
from fastarch.plan.cycles import enums_with
from fastarch.plan.places import module_name
from fastarch.plan.steps import Home

# By role, the role beside whose code it goes where that has one module for all resources.
SUPPORT: Mapping[Role, Role] = {"column_types": "model", "integrity": "service", "common": "schema"}
NAMES: Mapping[Role, frozenset[str]] = {
    "column_types": frozenset({"UTCDateTime", "utc_now"}),
    "integrity": frozenset({"INVALID_ROW", "violates_row"}),
    "common": frozenset(
        {
            "BAD_REQUEST",
            "BASE64",
            "EMAIL",
            "NO_NUL",
            "TIME",
            "TIME_SCHEMA",
            "UNAUTHORIZED",
            "UNPROCESSABLE",
            "WEB_ADDRESS",
            "Base64",
            "FixedPoint",
            "Json",
            "QueryModel",
            "RequestModel",
            "UTCMoment",
            "as_utc",
            "from_base64",
            "in_utc",
            "iso",
            "iso_date",
            "iso_datetime",
            "iso_time",
            "json_number",
            "query_of",
            "query_parameters",
            "split_commas",
            "storable",
            "to_base64",
            "unset",
            "without_nul",
        }
    ),
}
ABOUT: Mapping[Role, str] = {
    "model": "The models.",
    "schema": "What the API takes and gives.",
    "repository": "Queries.",
    "service": "What can be done.",
    "router": "The HTTP interface.",
    "test": "Tests of the API.",
}
HELPERS = frozenset(name for names in NAMES.values() for name in names)


def support_homes(
    profile: AppProfile,
    own: Mapping[Role, Home],
    earlier: Mapping[str, str],
    exists: Callable[[str], bool],
    defined: Callable[[str], frozenset[str]],
) -> dict[Role, Home]:
    """The homes of what resources share.

    In the module of the role that it serves, where that module is for all resources and has room
    for it; else in a module of its own.

    Args:
        own: The homes of a resource's own code.
        earlier: By role, where it lies by now.
        exists: Whether there is a file or folder.
        defined: The names that a module has at its top level.
    """
    found: dict[Role, Home] = {}
    for role, source in SUPPORT.items():
        home = own[source]
        path = earlier.get(role)
        taken = defined(home.path) & NAMES[role]
        if path is None and home.shared and not (taken or _apart(role, profile, own)):
            path = home.path
        if path is None:
            folder = _folder(profile, role, home)
            path = next(path for path in _paths(profile, role, folder) if not exists(path))
        found[role] = Home(path, module_name(profile.import_root, path), shared=True)
    return found


def _apart(role: Role, profile: AppProfile, own: Mapping[Role, Home]) -> bool:
    """Whether it has no place in the module of the role that it serves."""
    model, schema, base = own["model"].path, own["schema"].path, profile.style.schema_base
    match role:
        case "column_types":
            return enums_with(profile, own) == "schema"  # schemas that import models: a circle
        case "common":
            # A module of models that has schemas too, though not one for all of the app's code.
            inside = base is not None and base.module == own["schema"].module
            return model == schema != own["router"].path and not inside
    return False


def _folder(profile: AppProfile, role: Role, home: Home) -> PurePosixPath:
    """Beside a module of all resources; in a folder of all schemas; else beside the base."""
    if home.shared:
        return PurePosixPath(home.path).parent
    pattern = PurePosixPath(profile.layout.paths["schema"])
    if role == "common" and profile.layout.kind == "layered" and "{" not in str(pattern.parent):
        return pattern.parent
    places = [profile.orm.base.symbol] if profile.orm.base else []
    places += [profile.session.provider] if profile.session else []
    for symbol in places:
        path = symbol.at.file
        inside = profile.import_root == "." or path.startswith(f"{profile.import_root}/")
        if inside and module_name(profile.import_root, path) == symbol.module:
            return PurePosixPath(path).parent
    return PurePosixPath(home.path).parent


def _paths(profile: AppProfile, role: Role, folder: PurePosixPath) -> Iterator[str]:
    """Names to try, the plain one first where it lies in a package."""
    top_level = PurePosixPath(profile.import_root) == folder
    names = [f"resource_{role}", *(f"resource_{role}_{number}" for number in range(2, 100))]
    if not (top_level and role == "common"):
        names.insert(0, role)
    for name in names:
        # A package of that name would be shadowed, or shadow it.
        yield f"{folder / name}.py" if str(folder) != "." else f"{name}.py"
