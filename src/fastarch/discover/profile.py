"""What is there: the facts of an app, each with the place it was read from; ``None`` for none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from fastarch.discover.database_facts import Alembic, Model, Orm, Session
from fastarch.discover.symbols import Expression, Import, Place, Symbol
from fastarch.records import dataclass

Role = Literal[
    "model",
    "schema",
    "repository",
    "service",
    "router",
    "test",
    # What the resources share.
    "column_types",
    "integrity",
    "common",
]
LayoutKind = Literal["flat", "layered", "feature"]


@dataclass(frozen=True, slots=True)
class Entry:
    """The FastAPI instance or the factory that makes it.

    Args:
        instance: The module-level name that holds the app (``app = create_app()``), where there is
            one.
        asks: The factory cannot be called without arguments.
    """

    at: Place
    module: str
    name: str
    kind: Literal["instance", "factory"]
    why: str = ""
    others: tuple[Place, ...] = ()
    instance: Symbol | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class RouterSite:
    """Where the app includes its routers, and how its own team spells it there.

    Args:
        at: The last include statement of the site (or the list), or the place to start one.
        kind: include: statements on the instance in a module; factory: statements in a function;
            aggregator: statements on an APIRouter; list: an element of a list, tuple or dict
            that is looped over; unknown: no safe place.
        module: Dotted name of the file's module.
        on: The expression that routers are included on (``app``, ``api_router``), or the list's
            name; ``for router`` for a list without a name, in the loop itself.
        function: Qualified name of the enclosing function, None at module level.
        prefix: What comes before a resource's own path in the URL, accumulated from the instance
            down.
        form: How siblings are spelled: ``module`` (``from app.routers import users`` …
            ``users.router``), ``name`` (``from app.routers.users import users_router``), ``alias``
            (``… import router as users_router``), ``dotted`` (``import app.routers.users``).
        relative: Siblings are imported with leading dots.
        local_imports: Siblings are imported inside the function.
        alias: Pattern of the bound name where form is alias, as ``{many}_router``.
        prefix_at, tags_at: Whether siblings say prefix and tags in the router or at the include.
        arguments: Further keyword arguments that every sibling's include carries
            (``dependencies=[…]``), a ``prefix`` that is the same for all of them included.
        element: For a list of tuples or dicts: the pattern of one element for ``str.format``, with
            ``{router}``, ``{prefix}``, ``{tag}`` and Name's spellings; ``{module}`` where elements
            are modules whose router the loop takes.
        siblings: The routers that are included there, by the variable that holds each.
        path: How siblings spell a resource's own path: ``/{slug}``, ``/{one}``.
        include_prefix: Where prefix_at is include: the pattern of its value, such as
            ``"/api/v1/{slug}"`` or ``f"{{settings.API}}/{slug}"``, for ``str.format``.
        router_prefix: What siblings say themselves, in the router or at the include, before the
            resource's path (``/api/v1``); it is part of ``prefix``.
        automatic: Routers in the siblings' package are found at run time: there is nothing to wire.
        guards: Dependencies that every sibling's include carries, as source, for a notice.
        instance: For a site that is not on the instance itself: the place on the instance where a
            router goes that is to have none of ``prefix``. Its arguments have every guard that
            lies between the instance and the site.
    """

    at: Place
    module: str
    kind: Literal["include", "factory", "aggregator", "list", "unknown"]
    on: str
    function: str | None = None
    prefix: str = ""
    form: Literal["module", "name", "alias", "dotted"] = "module"
    relative: bool = False
    local_imports: bool = False
    alias: str = "{many}_router"
    prefix_at: Literal["router", "include"] = "router"
    tags_at: Literal["router", "include", "none"] = "router"
    arguments: tuple[tuple[str, Expression], ...] = ()
    element: str = "{router}"
    siblings: tuple[Symbol, ...] = ()
    path: str = "/{slug}"
    include_prefix: Expression | None = None
    router_prefix: str = ""
    automatic: bool = False
    guards: str | None = None
    why: str = ""
    others: tuple[Place, ...] = ()
    instance: RouterSite | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each kind of code lives.

    Args:
        paths: Pattern by role, from the project's root: ``app/models/{one}.py``; without a
            placeholder, it is one shared module that definitions are appended to. Every role is
            there: what the app does itself, else the default of its kind.
        found: Roles that the app itself has (the others are defaults of ours).
        exports: By role, the package ``__init__.py`` that re-exports its siblings.
        init_files: New packages get an ``__init__.py``.
    """

    kind: LayoutKind
    paths: Mapping[Role, str]
    found: frozenset[Role] = frozenset()
    exports: Mapping[Role, str] = field(default_factory=dict)
    init_files: bool = True
    at: Place | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """The app's accent: how neighbours name and write things. Patterns use Name's spellings."""

    imports: Literal["absolute", "relative"] = "absolute"
    model_class: str = "{One}"
    table: str = "{many}"
    create_schema: str = "{One}Create"
    update_schema: str = "{One}Update"
    read_schema: str = "{One}Read"
    schema_base: Import | None = None
    repository_class: str = "{One}Repository"
    service_class: str = "{One}Service"
    repository: Literal["class", "functions"] = "class"
    service: Literal["class", "functions"] = "class"
    router_variable: str = "router"
    router_class: Import | None = None
    router_arguments: tuple[tuple[str, Expression], ...] = ()
    tag: str | None = "{many}"
    trailing_slash: bool = False
    item_slash: bool = False
    async_endpoints: bool = False
    future_annotations: bool = False
    optional: Literal["pipe", "optional"] = "pipe"


@dataclass(frozen=True, slots=True)
class Formatting:
    """How new code is formatted: the app's own ruff configuration, else what its files show."""

    config: str | None = None
    line_length: int = 88
    quotes: Literal["double", "single"] = "double"
    indent: str = "    "

    @property
    def quote(self) -> str:
        """What strings are written in."""
        return "'" if self.quotes == "single" else '"'


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings class and how code gets at its instance (``settings`` or ``get_settings()``).

    Args:
        upper: Its fields are in capitals (``DATABASE_URL``).
        prefix: What comes before a field's name in the environment (``APP_``).
        case_sensitive: Capitals and small letters differ there.
    """

    symbol: Symbol
    accessor: Expression | None = None
    upper: bool = False
    prefix: str = ""
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Tests:
    """The app's tests: the folder, its conftest, and fixtures that a new test can use.

    Args:
        client: Name of a fixture that is a TestClient or an async client, None where there is none.
        client_is_async: It is an ``AsyncClient``.
        isolated: The client's app has its session overridden by the fixtures (a database of the
            tests' own).
        async_marker: ``anyio`` or ``asyncio``, None where no marker is needed or nothing tells.
        pattern: Path of a test of one resource, as siblings are named.
        prefix: What tests put before the app's modules, as the import root's folder is part of
            the name for them: ``src.``.
    """

    __test__ = False

    folder: str
    conftest: str | None = None
    client: str | None = None
    client_is_async: bool = False
    isolated: bool = False
    async_marker: str | None = None
    pattern: str | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How endpoints get who is signed in.

    Args:
        function: The dependency itself, which tests override.
        alias: ``CurrentUser = Annotated[User, Depends(…)]``, where there is one.
        user: The model of what it gives; None where that is no model of the app, or may be None.
        plain_id: Type checkers know the user's key as a plain value: neither as a column nor as
            something that may be None.
        parameter: The name that neighbours give the parameter.
        challenges: Whoever is not signed in gets a 401 with ``WWW-Authenticate``.
    """

    function: Symbol
    alias: Symbol | None = None
    user: Model | None = None
    plain_id: bool = True
    parameter: str = "current_user"
    challenges: bool = False

    @property
    def asked(self) -> Symbol:
        """What endpoints import."""
        return self.alias or self.function


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Where runtime dependencies are declared.

    Args:
        known: Every package that the project names anywhere, in groups for development too.
    """

    file: str
    kind: Literal["pyproject", "poetry", "requirements", "setup", "other"]
    declared: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AppProfile:
    """Everything that is known of an app. Paths are relative to ``root``, with forward slashes.

    Args:
        loads: By module that all resources share: the app's modules that it imports, directly or
            not, when it is loaded.
        local_modules: Top-level names of its own modules and packages.
        guard: What ``Depends`` takes to let in whoever has signed in by the app's own ``auth``;
            None where it has no such thing.
    """

    root: str
    import_root: str
    package: str | None
    python: str | None
    versions: Mapping[str, str]
    entries: tuple[Entry, ...]
    entry: Entry | None
    router_site: RouterSite | None
    orm: Orm
    session: Session | None
    layout: Layout
    style: Style
    formatting: Formatting
    id: Literal["int", "uuid"] | None
    settings: Settings | None
    alembic: Alembic | None
    tests: Tests | None
    auth: Symbol | None
    dependencies: Dependencies | None
    notices: tuple[str, ...] = ()
    loads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    local_modules: frozenset[str] = frozenset()
    guard: Expression | None = None
    signed_in: SignedIn | None = None

    @property
    def oldest_python(self) -> tuple[int, int]:
        """The oldest Python that the app runs on, as far as it says."""
        match = re.search(r"3\.(\d+)", self.python or "")
        return (3, int(match.group(1))) if match else (3, 9)
