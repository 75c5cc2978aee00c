"""The module that pages come from: one for the app, made when the first page is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from fastarch.discover.profile import AppProfile
from fastarch.discover.symbols import Expression
from fastarch.plan import assemble
from fastarch.plan.blueprint import load_blueprint
from fastarch.plan.database import import_lines
from fastarch.plan.local_modules import local_modules
from fastarch.plan.places import module_name
from fastarch.plan.render import render
from fastarch.plan.steps import EditFile, Home, Step, WriteFile
from fastarch.wire.append_definitions import AppendDefinitions

__all__ = ["Home", "Paged", "pages_home", "pages_steps"]

# Where apps keep what is for all of them.
_FOLDERS = ("core", "common", "utils", "shared", "helpers")
_NAMES = ("pagination", "paging", "pages", "row_pages", "collection_pages")


class Paged(NamedTuple):
    """What pages are put on.

    Args:
        file: The router's module.
        secret: What cursors are signed with, where the app has a secret.
    """

    file: str
    is_async: bool
    secret: Expression | None


def pages_home(
    profile: AppProfile,
    paged: Paged,
    exists: Callable[[str], bool],
    earlier: str | None,
    names: tuple[str, ...] = _NAMES,
) -> Home:
    """Where the module lies: where it was put before, else where the app keeps its helpers."""
    path = earlier or _free(profile, paged, exists, names)
    return Home(path, module_name(profile.import_root, path), shared=earlier is not None)


def _free(
    profile: AppProfile, paged: Paged, exists: Callable[[str], bool], names: tuple[str, ...]
) -> str:
    folder = helpers_folder(profile, paged.file, exists)
    prefix = "async_" if paged.is_async and not profile.orm.is_async else ""
    paths = [folder / f"{prefix}{name}.py" for name in names]
    free = (path for path in paths if not exists(str(path)) and not exists(str(path)[:-3]))
    return str(next(free))


def helpers_folder(
    profile: AppProfile, beside: str, exists: Callable[[str], bool]
) -> PurePosixPath:
    """Where the app keeps what is for all of it; else the folder of a file."""
    base = PurePosixPath(profile.import_root, *(profile.package or "").split("."))
    for name in _FOLDERS:
        if exists(str(base / name / "__init__.py")):
            return base / name
    places = [profile.session.provider] if profile.session else []
    places += [profile.orm.base.symbol] if profile.orm.base else []
    for symbol in places:
        inside = profile.import_root == "." or symbol.at.file.startswith(f"{profile.import_root}/")
        if inside and module_name(profile.import_root, symbol.at.file) == symbol.module:
            return PurePosixPath(symbol.at.file).parent
    return PurePosixPath(beside).parent


def pages_steps(
    paged: Paged,
    profile: AppProfile,
    home: Home,
    names: frozenset[str],
    read: Callable[[str], bytes | None],
) -> Iterator[Step]:
    """The steps by which the module has these names; a new one gets its test."""
    tests = profile.tests
    test = f"{tests.folder}/test_{PurePosixPath(home.path).name}" if tests else ""
    there = read(home.path)
    is_new = there is None and "cursor_page" in names and bool(test) and read(test) is None
    words = {"pages_file": home.path, "test_file": test}
    files = load_blueprint("pagination").select(words, {"tests"} if is_new else ()).files
    vocabulary, root = _words(paged, profile, home), Path(profile.root)
    text = assemble.reached(render(f"pagination/{files[0].template}", vocabulary, root), names)
    if there is not None:
        text = assemble.without(text, assemble.bound(there.decode("utf-8", "replace")))
    local = local_modules(profile)
    if text:
        relative = profile.style.imports == "relative"
        package = profile.package
        text = assemble.module(text, home.module, package=package, relative=relative, local=local)
        if there is None:
            yield WriteFile(home.path, text)
        else:
            yield EditFile(home.path, AppendDefinitions(text, home.module))
    for file in files[1:]:
        text = render(f"pagination/{file.template}", vocabulary, root)
        yield WriteFile(file.path, assemble.module(text, "", package=profile.package, local=local))


def _words(paged: Paged, profile: AppProfile, home: Home) -> dict[str, object]:
    is_async = paged.is_async
    optional = profile.style.optional == "optional"
    secret = paged.secret
    return {
        "async_": "async " if is_async else "",
        "await_": "await " if is_async else "",
        "session": "AsyncSession" if is_async else "Session",
        "sqlmodel": profile.orm.kind == "sqlmodel",
        "optional_str": "Optional[str]" if optional else "str | None",
        "optional_list": "Optional[list[Any]]" if optional else "list[Any] | None",
        "optional_int": "Optional[int]" if optional else "int | None",
        "module": f"{profile.tests.prefix if profile.tests else ''}{home.module}",
        "strict": "" if optional else ", strict=True",
        "secret": secret.source if secret else None,
        "secret_import": "\n".join(import_lines(secret.imports)) if secret else "",
    }
