"""The ``database`` feature: an app without a database gets one, as if it had always been there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import PurePosixPath

from fastarch.discover.database_facts import Alembic, Base, Orm, Session
from fastarch.discover.profile import AppProfile, Settings
from fastarch.discover.session_use import SessionOutside
from fastarch.discover.symbols import Expression, Import, Place, Symbol
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.blueprint import Blueprint, Feature, Setting, load_blueprint, role_of
from fastarch.plan.places import module_name
from fastarch.plan.render import render
from fastarch.plan.steps import EditFile, Step, Tell, WriteFile
from fastarch.plan.wiring import declare
from fastarch.wire.add_env_line import AddEnvLine
from fastarch.wire.add_lifespan import AddLifespan
from fastarch.wire.add_setting import AddSetting
from fastarch.wire.imports import AddImport

SQLITE_URL = "sqlite:///./app.db"
MIGRATIONS = "migrations"
_DRIVERS = {
    True: {"postgresql": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite", "timeout": "timeout"},
    False: {"postgresql": "postgresql+psycopg", "sqlite": "sqlite", "timeout": "connect_timeout"},
}


def with_database(
    profile: AppProfile,
    exists: Callable[[str], bool],
    *,
    default_url: str = SQLITE_URL,
    settings: tuple[Setting, ...] = (),
) -> tuple[Feature, AppProfile]:
    """What gives an app a database, and the profile that it has then.

    It is asynchronous where the app's endpoints are: a blocking call has no place in those.

    Args:
        profile: An app without an ORM.
        exists: Whether the project has a file or folder of this path.
        default_url: What ``DATABASE_URL`` is where nobody sets it.
        settings: Further fields for a settings class that this feature makes.

    Raises:
        NotUnderstoodError: the app has no entry to bind the engine's life to, or Alembic's files
            are there already.
    """
    _require_room(profile, exists)
    flavour = profile.style.async_endpoints
    folder = PurePosixPath(profile.import_root, *(profile.package or "").split("."))
    database = _free(folder, ("database", "db", "orm"), exists)
    config = settings_symbol(profile, folder, exists)
    module = module_name(profile.import_root, database)
    words = {
        "database_file": database,
        "database_module": module,
        "settings_file": config.symbol.at.file,
        "default_url": default_url,
    }
    flags = {
        "async" if flavour else "sync",
        "app_settings" if profile.settings else "new_settings",
    }
    blueprint = load_blueprint("database").select(words, flags)
    accessor = config.accessor or Expression(f"{config.symbol.name}()")
    needed = (Import(config.symbol.module, config.symbol.name), *accessor.imports)
    known = _models(profile)
    vocabulary: dict[str, object] = {
        "async_": "async " if flavour else "",
        "await_": "await " if flavour else "",
        "session": "AsyncSession" if flavour else "Session",
        "engine": "AsyncEngine" if flavour else "Engine",
        "drivers": _DRIVERS[flavour],
        "settings_class": config.symbol.name,
        "settings_value": accessor.source,
        "settings_import": "\n".join(import_lines(needed)),
        "settings_fields": [asdict(field) for field in (*settings, *blueprint.settings)],
        "settings_needs": "from pydantic import SecretStr",
        "import_root": profile.import_root,
        "env_imports": _env_imports(profile, module, accessor, known),
    }
    files = tuple(
        WriteFile(file.path, render(f"database/{file.template}", vocabulary), role_of(file))
        for file in blueprint.files
    )
    paths = {role_of(file): file.path for file in blueprint.files}
    if known and known == profile.layout.paths.get("model") and not exists(known):
        # env.py imports it, whatever becomes of the resources that it holds.
        files = (*files, WriteFile(known, '"""The models of the app."""\n'))
    steps = (
        *files,
        *_edits(profile, blueprint, config.symbol),
        *_declare(profile, blueprint),
        *_env_lines(exists, default_url),
    )
    told = Tell("The database is SQLite in ./app.db; DATABASE_URL names another, PostgreSQL too.")
    after = _profile(profile, files, database, config)
    return Feature((*steps, told), paths, vocabulary), after


def new_session(profile: AppProfile) -> SessionOutside:
    """How a session of the new database comes about outside of requests.

    Args:
        profile: With the database.
    """
    assert profile.session is not None
    manager = "asynccontextmanager" if profile.orm.is_async else "contextmanager"
    return SessionOutside(f"{manager}({profile.session.provider.name})()", within_app=True)


def import_lines(imports: Iterable[Import]) -> tuple[str, ...]:
    """Import statements, one for each module, sorted; names that come twice are said once."""
    modules: dict[str, set[str]] = {}
    for item in imports:
        names = modules.setdefault(item.module, set())
        if item.name is not None:
            names.add(f"{item.name} as {item.alias}" if item.alias else item.name)
    return tuple(
        f"from {module} import {', '.join(sorted(names))}" if names else f"import {module}"
        for module, names in sorted(modules.items())
    )


def _require_room(profile: AppProfile, exists: Callable[[str], bool]) -> None:
    if profile.entry is None:
        raise NotUnderstoodError(
            Problem("No FastAPI app was found to give a database to.", hint="name it with --entry")
        )
    for path in ("alembic.ini", MIGRATIONS):
        if exists(path):
            message = f"{path} is there, but no models and no session were found in the app."
            raise NotUnderstoodError(Problem(message, file=path, hint="see fastarch inspect"))


def _free(folder: PurePosixPath, names: tuple[str, ...], exists: Callable[[str], bool]) -> str:
    """The first module name that shadows nothing."""
    for name in names:
        path = folder / f"{name}.py"
        if not exists(str(path)) and not exists(str(folder / name)):
            return str(path)
    message = f"There is no room for a new module in {folder}: {', '.join(names)} are taken."
    raise NotUnderstoodError(Problem(message, file=str(folder)))


def settings_symbol(
    profile: AppProfile, folder: PurePosixPath, exists: Callable[[str], bool]
) -> Settings:
    """The app's settings, or those that it gets: a class and a function that reads it once."""
    if profile.settings is not None:
        return profile.settings
    file = _free(folder, ("settings", "config", "app_settings"), exists)
    module = module_name(profile.import_root, file)
    accessor = Expression("get_settings()", (Import(module, "get_settings"),))
    return Settings(Symbol(Place(file, 1), module, "Settings"), accessor)


def _env_imports(
    profile: AppProfile, database: str, accessor: Expression, models: str | None
) -> tuple[str, ...]:
    names = (Import(database, name) for name in ("Base", "driver_url", "make_engine"))
    lines = import_lines((*names, *accessor.imports))
    if models is None:
        return lines
    return (f"import {module_name(profile.import_root, models)}  # noqa: F401", *lines)


def _models(profile: AppProfile) -> str | None:
    """The file through which every model can be imported, where there is one."""
    path = profile.layout.paths.get("model", "{one}")
    return profile.layout.exports.get("model") or (None if "{" in path else path)


def _edits(profile: AppProfile, blueprint: Blueprint, settings: Symbol) -> Iterator[EditFile]:
    """What the feature asks of the app's own code."""
    entry = profile.entry
    assert entry is not None
    on = entry.name if entry.kind == "instance" else None
    function = entry.name if entry.kind == "factory" else None
    for lifespan in blueprint.lifespans:
        edit = AddLifespan(lifespan.module, lifespan.name, on=on, function=function)
        yield EditFile(entry.at.file, edit)
    if profile.settings is None:
        return
    for field in blueprint.settings:
        source = f"{field.name}: {field.type} = {field.default}"
        imports = tuple(AddImport(item.module, item.name) for item in field.imports)
        yield EditFile(settings.at.file, AddSetting(settings.name, source, imports))


def _declare(profile: AppProfile, blueprint: Blueprint) -> Iterator[Step]:
    yield from declare(profile, tuple(item.requirement for item in blueprint.dependencies))


def _env_lines(exists: Callable[[str], bool], default_url: str) -> Iterator[Step]:
    if exists(".env.example"):
        comment = "SQLite, or postgresql://user:password@host/name"
        yield EditFile(".env.example", AddEnvLine("DATABASE_URL", default_url, comment))


def _profile(
    profile: AppProfile,
    files: tuple[WriteFile, ...],
    database: str,
    settings: Settings,
) -> AppProfile:
    """The profile that reading the app again would give."""
    flavour = profile.style.async_endpoints
    module = module_name(profile.import_root, database)
    at = Place(database, 1)
    base = Base(Symbol(at, module, "Base"), naming_convention=True)
    kind = (
        Import("sqlalchemy.ext.asyncio", "AsyncSession")
        if flavour
        else Import("sqlalchemy.orm", "Session")
    )
    session = Session(
        symbol=Symbol(at, module, "SessionDep"),
        provider=Symbol(at, module, "get_session"),
        style="alias",
        type=kind,
        expire_on_commit=False,
    )
    env = f"{MIGRATIONS}/env.py"
    exports = profile.layout.exports.get("model")
    template = next(file.text for file in files if file.path.endswith("script.py.mako"))
    alembic = Alembic(
        at=Place(env, 1),
        env=env,
        versions=f"{MIGRATIONS}/versions",
        ini="alembic.ini",
        registration="package" if exports else "imports" if _models(profile) is None else "shared",
        file=exports if exports or _models(profile) else env,
        template=template,
    )
    versions = {**profile.versions, "sqlalchemy": "2", "alembic": ">=1.16"}
    return replace(
        profile,
        orm=Orm("sqlalchemy", is_async=flavour, base=base, at=at, why="added with this plan"),
        session=session,
        settings=settings,
        alembic=alembic,
        versions=versions,
    )
