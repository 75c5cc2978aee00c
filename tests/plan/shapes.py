"""Profiles in different shapes, and homes and targets for resources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from fastarch.discover.database_facts import Base, Orm, Session
from fastarch.discover.profile import AppProfile, Entry, Formatting, Layout, Role, RouterSite, Style
from fastarch.discover.symbols import Import, Place, Symbol
from fastarch.plan.steps import Home
from fastarch.plan.vocabulary import Target, class_name, table_name
from fastarch.spec.names import Name
from fastarch.spec.resource import Guard, Resource

AT = Place("app/database.py", 1)
SESSIONS = {
    ("sqlalchemy", True): Import("sqlalchemy.ext.asyncio", "AsyncSession"),
    ("sqlalchemy", False): Import("sqlalchemy.orm", "Session"),
    ("sqlmodel", True): Import("sqlmodel.ext.asyncio.session", "AsyncSession"),
    ("sqlmodel", False): Import("sqlmodel", "Session"),
}
MERGES: tuple[tuple[Role, ...], ...] = (
    (),
    ("repository",),
    ("service",),
    ("repository", "service"),
)


def profile(
    kind: str = "sqlalchemy",
    *,
    is_async: bool = True,
    functions: bool = False,
    commits: str = "caller",
    alias: bool = True,
    columns: str = "mapped_column",
    dataclass: bool = False,
    provides: tuple[str, ...] = (),
    convention: bool = True,
    relative: bool = False,
    python: str = ">=3.11",
    optional: str = "pipe",
    id_type: str | None = None,
) -> AppProfile:
    """An app with one entry and the layers in packages of their own."""
    code = "functions" if functions else "class"
    symbol = (
        Symbol(AT, "sqlmodel", "SQLModel")
        if kind == "sqlmodel"
        else Symbol(AT, "app.database", "Base")
    )
    provider = Symbol(AT, "app.database", "get_session")
    return AppProfile(
        root="/nowhere",
        import_root=".",
        package="app",
        python=python,
        versions={},
        entries=(),
        entry=Entry(AT, "app.main", "app", "instance"),
        router_site=RouterSite(AT, "app.main", "include", "app", prefix="/api/v1"),
        orm=Orm(
            kind,  # type: ignore[arg-type]
            is_async,
            Base(
                symbol,
                provides,
                id_type,  # type: ignore[arg-type]
                naming_convention=convention,
                dataclass=dataclass,
            ),
            columns,  # type: ignore[arg-type]
        ),
        session=Session(
            symbol=Symbol(AT, "app.database", "SessionDep") if alias else provider,
            provider=provider,
            style="alias" if alias else "depends",
            type=SESSIONS[kind, is_async],
            commits=commits,  # type: ignore[arg-type]
        ),
        layout=Layout("layered", {}),
        style=Style(
            service=code,  # type: ignore[arg-type]
            repository=code,  # type: ignore[arg-type]
            imports="relative" if relative else "absolute",
            optional=optional,  # type: ignore[arg-type]
        ),
        formatting=Formatting(),
        id="int",
        settings=None,
        alembic=None,
        tests=None,
        auth=None,
        dependencies=None,
    )


SHAPES = {
    f"{kind} {'async' if is_async else 'sync'} {'functions' if functions else 'classes'}": profile(
        kind, is_async=is_async, functions=functions
    )
    for kind, is_async, functions in product(
        ("sqlalchemy", "sqlmodel"), (True, False), (False, True)
    )
} | {
    "dependency commits": profile(commits="dependency", alias=False),
    "columns without annotations": profile(columns="column", is_async=False, convention=False),
    "dataclasses": profile(dataclass=True),
    "base with id and timestamps": profile(provides=("id", "created_at", "updated_at")),
    "base with text keys": profile(provides=("id",), id_type="str"),
    "FastAPI without query models": replace(profile(), versions={"fastapi": "==0.108.0"}),
    "relative imports, Python 3.9": profile(relative=True, python=">=3.9", optional="optional"),
}


def homes(name: Name, merged: Iterable[Role] = ()) -> dict[Role, Home]:
    """A module for each layer; merged ones go to the next layer up."""
    found: dict[Role, Home] = {
        "model": Home(f"app/models/{name.one}.py", f"app.models.{name.one}", shared=False),
        "schema": Home(f"app/schemas/{name.one}.py", f"app.schemas.{name.one}", shared=False),
        "repository": Home(
            f"app/repositories/{name.one}.py", f"app.repositories.{name.one}", shared=False
        ),
        "service": Home(f"app/services/{name.one}.py", f"app.services.{name.one}", shared=False),
        "router": Home(f"app/routers/{name.many}.py", f"app.routers.{name.many}", shared=False),
        "test": Home(f"tests/test_{name.many}.py", "", shared=False),
        "column_types": Home("app/column_types.py", "app.column_types", shared=True),
        "integrity": Home("app/integrity.py", "app.integrity", shared=True),
        "common": Home("app/schemas/common.py", "app.schemas.common", shared=True),
    }
    if "service" in merged:
        found["service"] = found["router"]
    if "repository" in merged:
        found["repository"] = found["service"]
    return found


GUARDS = (
    Guard("app.auth", "get_current_user", "CurrentUser", "app.auth", "User", "app.models.user"),
    Guard(
        "app.auth",
        "get_current_user",
        user="Account",
        user_module="app.models.account",
        user_id="uid",
        plain_id=False,
        challenges=False,
    ),
    Guard("app.auth", "signed_in"),
)


def targets(resource: Resource, app: AppProfile, owner: str | None = None) -> dict[str, Target]:
    """What the relations refer to: the resource itself, or models of that name elsewhere.

    Args:
        resource: Who refers to them.
        app: The app.
        owner: The column with the user to whom their rows belong.
    """
    found = {}
    for relation in resource.relations:
        own = relation.target == resource.name
        found[relation.name] = Target(
            name=relation.target,
            model=class_name(resource, app) if own else relation.target.One,
            module=homes(resource.name)["model"].module
            if own
            else f"app.models.{relation.target.one}",
            table=table_name(resource, app) if own else relation.target.many,
            back=relation.back,
            self_reference=own,
            owner=owner if relation.name != resource.scope else None,
        )
    return found
