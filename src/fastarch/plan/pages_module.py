"""The module that pages come from: one for the app, made when the first page is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from fastarch.discover.profile import AppProfile, Expression
from fastarch.plan import assemble
from fastarch.plan.blueprint import load_blueprint
from fastarch.plan.database import import_lines
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
) -> Home:
    """Where the module lies: where it was put before, else where the app keeps its helpers."""
    path = earlier or _free(profile, paged, exists)
    return Home(path, module_name(profile.import_root, path), shared=earlier is not None)


def _free(profile: AppProfile, paged: Paged, exists: Callable[[str], bool]) -> str:
    folder = _folder(profile, paged, exists)
    prefix = "async_" if paged.is_async and not profile.orm.is_async else ""
    paths = [folder / f"{prefix}{name}.py" for name in _NAMES]
    free = (path for path in paths if not exists(str(path)) and not exists(str(path)[:-3]))
    return str(next(free))


def _folder(profile: AppProfile, paged: Paged, exists: Callable[[str], bool]) -> PurePosixPath:
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
    return PurePosixPath(paged.file).parent


def pages_steps(
    paged: Paged,
    profile: AppProfile,
    home: Home,
    names: frozenset[str],
    read: Callable[[str], bytes | None],
) -> Iterator[Step]:
    """The steps by which the module has these names."""
    (file,) = load_blueprint("pagination").select({"pages_file": home.path}, ()).files
    text = render(f"pagination/{file.template}", _words(paged, profile))
    there = read(file.path)
    text = assemble.reached(text, names)
    if there is not None:
        text = assemble.without(text, assemble.bound(there.decode("utf-8", "replace")))
    if not text:
        return
    module = assemble.module(
        text,
        home.module,
        package=profile.package,
        relative=profile.style.imports == "relative",
        local=_local(profile),
    )
    if there is None:
        yield WriteFile(file.path, module)
    else:
        yield EditFile(file.path, AppendDefinitions(module, home.module))


def _words(paged: Paged, profile: AppProfile) -> dict[str, object]:
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
        "optional": optional,
        "strict": "" if optional else ", strict=True",
        "secret": secret.source if secret else None,
        "secret_import": "\n".join(import_lines(secret.imports)) if secret else "",
    }


def _local(profile: AppProfile) -> frozenset[str]:
    modules = [profile.settings.symbol.module] if profile.settings else []
    modules += [profile.session.provider.module] if profile.session else []
    return frozenset(module.partition(".")[0] for module in modules)
