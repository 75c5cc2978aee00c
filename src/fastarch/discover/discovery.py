"""Read an app: everything that is known of it, from its files alone."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from fastarch.discover import alembic, database, defaults
from fastarch.discover.app import Found, find_app
from fastarch.discover.asked_guard import OPEN, asked_for
from fastarch.discover.auth import find_auth
from fastarch.discover.formatting import formatting
from fastarch.discover.hints import Project, read_project
from fastarch.discover.index import ModuleIndex
from fastarch.discover.layout import layout as read_layout
from fastarch.discover.layout import subjects
from fastarch.discover.loading import loads
from fastarch.discover.models import Survey, id_convention, survey
from fastarch.discover.modules import Module
from fastarch.discover.neighbours import Neighbours, neighbours
from fastarch.discover.profile import AppProfile, Layout, RouterSite, Style, Tests
from fastarch.discover.project import find_root, read_dependencies
from fastarch.discover.routers import find_site
from fastarch.discover.scan import aside, scan
from fastarch.discover.schemas import schemas
from fastarch.discover.settings import find_settings
from fastarch.discover.signed_in import find_signed_in
from fastarch.discover.style import style
from fastarch.discover.testing import tests
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.records import dataclass

_LAYOUTS = ("flat", "layered", "feature")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """An app's facts with what they were read from, for those who read on.

    Args:
        profile: The facts.
        index: The app's modules.
        models: Its model classes.
        reach: What the app is made of: all that the entry and the routers' site import.
    """

    profile: AppProfile
    index: ModuleIndex
    models: Survey
    reach: tuple[Module, ...]


def discover(
    root: Path | None = None, *, entry: str | None = None, layout: str | None = None
) -> AppProfile:
    """Read the app in a project.

    What the project's ``[tool.fastarch]`` says holds unless an argument says otherwise.

    Args:
        root: The project's root; the nearest one above the working directory if not given.
        entry: ``FILE:NAME`` of the FastAPI instance or factory, where there are several.
        layout: ``flat``, ``layered`` or ``feature``, in place of the app's own.

    Raises:
        UsageError: ``entry`` names no app, several could be meant, or the root is no folder.
        NotUnderstoodError: there is no FastAPI app.
    """
    return read(root, entry=entry, layout=layout).profile


def read(
    root: Path | None = None, *, entry: str | None = None, layout: str | None = None
) -> Reading:
    """Read the app as `discover` does, and keep what its facts were read from.

    Raises:
        UsageError: As `discover`, and so for NotUnderstoodError.
    """
    with _no_collection():
        return _read(root, entry, layout)


def _read(root: Path | None, entry: str | None, layout: str | None) -> Reading:
    root = (find_root(Path.cwd()) if root is None else root).resolve()
    if not root.is_dir():
        raise UsageError(f"{root} is no folder")
    project = read_project(root)
    plain = ModuleIndex(root, root)
    seen = scan(plain)
    found = find_app(plain, project, seen, entry)
    if found is None:
        raise NotUnderstoodError(
            Problem(
                f"no FastAPI app was found: none of the {len(seen.files)} Python files makes a"
                " FastAPI() instance",
                hint="name another folder with --app, or start with: fastarch new app NAME",
            )
        )
    index = found.index
    site = find_site(found, seen)
    siblings = list(dict.fromkeys(index.at(symbol.at.file) for symbol in site.siblings))
    near = neighbours(index, found.module, index.at(site.at.file), siblings or None)
    reach = _reach(found, site, near)
    envs = alembic.environments(seen.files)
    known = [module for env in envs for module in index.reachable(index.at(env))]
    models = survey(index, reach, known)
    session = database.session(index, near, reach, models.orm)
    used = schemas(index, near)
    about = subjects(models, near)
    own_tests = tests(index, seen.files, about, session)
    places = _layout(
        found,
        read_layout(index, found.module, near, models, used, own_tests),
        own_tests,
        layout or _word(project, "layout"),
    )
    names = [model.symbol.module for model in models.orm.models]
    migrations = alembic.find(
        index, envs, found.module.path, names, places.paths["model"], found.module
    )
    dependencies, python, versions = read_dependencies(root, found.module.path.parent)
    folder = str(PurePosixPath(places.paths["router"]).parent)
    auth = find_auth(found, site.siblings, seen, site.at.file)
    samples = [module.text.encode() for module in (near.modules or (found.module,))]
    own_style = _readable(style(index, near, models, used, places, about), python)
    is_guarded = any(name == "dependencies" for name, _ in own_style.router_arguments)
    profile = AppProfile(
        root=str(root),
        import_root=index.relative(index.import_root),
        package=_package(found),
        python=python,
        versions=versions,
        entries=found.entries,
        entry=found.entry,
        router_site=site,
        orm=database.with_session(index, models.orm, session),
        session=session,
        layout=places,
        style=own_style,
        formatting=formatting(root, folder, samples),
        id=id_convention(models.orm.models),
        settings=find_settings(found, seen),
        alembic=migrations,
        tests=own_tests,
        auth=auth.symbol if auth else None,
        guard=auth.guard if auth else None,
        dependencies=dependencies,
        notices=_notices(found, site, near, is_guarded=is_guarded),
        loads=loads(index, places),
        local_modules=index.top_level(),
        signed_in=find_signed_in(index, auth, near, models, reach),
    )
    return Reading(profile, index, models, tuple(reach))


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage collection: parsing makes many objects, and no garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _reach(found: Found, site: RouterSite, near: Neighbours) -> list[Module]:
    """What the app is made of: all that the entry, its caller and the site import."""
    index = found.index
    roots = [found.module]
    if found.entry.instance is not None:
        roots.append(index.at(found.entry.instance.at.file))
    roots += [index.at(site.at.file), *near.modules]
    reached: dict[str, Module] = {}
    for root in roots:
        if root.file not in reached:
            for module in index.reachable(root):
                reached.setdefault(module.file, module)
    inside = aside(found.module.file)
    return [module for module in reached.values() if inside or not aside(module.file)]


def _layout(found: Found, own: Layout, own_tests: Tests | None, wanted: str | None) -> Layout:
    if wanted in {None, "auto", own.kind}:
        return own
    for kind in ("flat", "layered", "feature"):
        if wanted == kind:
            paths = defaults.fill(found.index, found.module, kind, {}, own_tests)
            return replace(
                own, kind=kind, paths=paths, found=frozenset(), exports={}, why="as was asked for"
            )
    raise UsageError(
        Problem(f"there is no layout {wanted}", hint=f"one of: {', '.join(('auto', *_LAYOUTS))}")
    )


def _readable(spelled: Style, python: str | None) -> Style:
    """``X | None`` is no type at run time before Python 3.10."""
    floor = re.search(r"(?:>=|~=|==|\^|~)?\s*3\.(\d+)", python or "")
    old = floor is not None and int(floor.group(1)) < 10
    return replace(spelled, optional="optional") if old else spelled


def _word(project: Project, name: str) -> str | None:
    value = project.settings.get(name)
    return value if isinstance(value, str) else None


def _package(found: Found) -> str | None:
    """The app's own package: the entry's, or the one with most of what an entry beside it uses."""
    index, module = found.index, found.module
    top = module.name.split(".")[0]
    if module.is_package or "." in module.name:
        return top
    counted: Counter[str] = Counter()
    for used in index.reachable(module):
        if used is not module and not aside(used.file) and index.shows(used):
            counted[used.name.split(".")[0]] += 1
    if not counted:
        return None
    (name, most), total = counted.most_common(1)[0], sum(counted.values())
    package = index.find(name)
    is_package = package is not None and package.is_package
    return name if is_package and most * 3 >= total * 2 else None


def _notices(
    found: Found, site: RouterSite, near: Neighbours, *, is_guarded: bool
) -> tuple[str, ...]:
    notices = []
    if site.guards:
        notices.append(
            f"every router at {site.at.file}:{site.at.line} has dependencies={site.guards}:"
            " the new one is too"
        )
    elif not is_guarded and (asked := asked_for(near)):
        name, asking, total = asked
        notices.append(
            f"{asking} of {total} endpoints beside the new ones ask for {name} or the like; {OPEN}"
        )
    if not found.module.complete:
        notices.append(f"{found.module.file} could only be read in parts")
    return tuple(notices)
