"""An app's profile as people and scripts are told it: rows of a table, and one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fastarch.discover.profile import AppProfile, Entry
from fastarch.discover.symbols import Place, Symbol

Row = tuple[str, str, str, str]


def to_json(profile: AppProfile) -> dict[str, Any]:
    """The facts in the shape that scripts rely on: relative paths, None for what is not there."""
    site, orm, session = profile.router_site, profile.orm, profile.session
    settings, alembic, tests = profile.settings, profile.alembic, profile.tests
    return {
        "root": ".",
        "import_root": profile.import_root,
        "package": profile.package,
        "python": profile.python,
        "versions": dict(profile.versions),
        "entries": [_entry(entry) for entry in profile.entries],
        "entry": _chosen(profile.entry),
        "router_site": site
        and {
            **_place(site.at),
            "kind": site.kind,
            "on": site.on,
            "prefix": site.prefix,
            "function": site.function,
            "automatic": site.automatic,
            "why": site.why,
            "others": [_place(place) for place in site.others],
        },
        "orm": {
            "kind": orm.kind,
            "async": orm.is_async,
            "base": orm.base and _symbol(orm.base.symbol),
            **({"file": orm.at.file, "line": orm.at.line} if orm.at else {}),
            "why": orm.why,
        },
        "session": session
        and {
            **_symbol(session.symbol),
            "style": session.style,
            "commits": session.commits,
            "why": session.why,
            "others": [_place(place) for place in session.others],
        },
        "layout": {
            "kind": profile.layout.kind,
            "paths": dict(profile.layout.paths),
            "why": profile.layout.why,
        },
        "id": profile.id,
        "settings": settings and _symbol(settings.symbol),
        "alembic": alembic
        and {
            **_place(alembic.at),
            "env": alembic.env,
            "versions": alembic.versions,
            "heads": list(alembic.heads),
        },
        "tests": tests and {"folder": tests.folder, "conftest": tests.conftest},
        "auth": profile.auth and _symbol(profile.auth),
        "style": asdict(profile.style),
        "dependencies": profile.dependencies
        and {"file": profile.dependencies.file, "kind": profile.dependencies.kind},
        "notices": list(profile.notices),
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line}


def _symbol(symbol: Symbol) -> dict[str, Any]:
    return {**_place(symbol.at), "name": symbol.name, "module": symbol.module}


def _entry(entry: Entry) -> dict[str, Any]:
    return {**_place(entry.at), "name": entry.name, "kind": entry.kind}


def _chosen(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    others = [_place(place) for place in entry.others]
    return {**_entry(entry), "why": entry.why, "others": others}


def to_rows(profile: AppProfile) -> Iterator[Row]:
    """The facts as rows: fact, what was found, where, and why. Runners-up follow their fact."""
    yield "import root", profile.import_root, "", ""
    yield "package", profile.package or "none", "", ""
    dependencies = profile.dependencies
    yield "python", profile.python or "any", dependencies.file if dependencies else "", ""
    versions = ", ".join(f"{name} {spec}" for name, spec in profile.versions.items())
    yield "versions", versions or "not told", dependencies.file if dependencies else "", ""
    yield from _entry_rows(profile)
    yield from _site_rows(profile)
    yield from _database_rows(profile)
    yield "layout", profile.layout.kind, "", profile.layout.why
    for role, path in profile.layout.paths.items():
        yield f"  {role}", path, "", "" if role in profile.layout.found else "by default"
    for name, symbol in (
        ("settings", profile.settings.symbol if profile.settings else None),
        ("current user", profile.auth),
    ):
        yield name, symbol.name if symbol else "none", _where(symbol), ""
    tests = profile.tests
    yield "tests", tests.folder if tests else "none", (tests and tests.conftest) or "", ""


def _entry_rows(profile: AppProfile) -> Iterator[Row]:
    entry = profile.entry
    if entry is None:
        yield "entry", "none", "", ""
        return
    yield "entry", f"{entry.module}:{entry.name} ({entry.kind})", _at(entry.at), entry.why
    for place in entry.others:
        yield "  not taken", "", _at(place), ""


def _site_rows(profile: AppProfile) -> Iterator[Row]:
    site = profile.router_site
    if site is None:
        yield "routers", "none", "", ""
        return
    where = f"{site.on} in {site.function}()" if site.function else site.on
    yield "routers", f"{site.kind}: {where}", _at(site.at), site.why
    yield "  prefix", site.prefix or "none", "", ""
    for place in site.others:
        yield "  not taken", "", _at(place), ""


def _database_rows(profile: AppProfile) -> Iterator[Row]:
    orm, session, alembic = profile.orm, profile.session, profile.alembic
    kind = "none" if orm.kind == "none" else f"{orm.kind}, {'async' if orm.is_async else 'sync'}"
    yield "ORM", kind, _at(orm.at) if orm.at else "", orm.why
    base = orm.base.symbol if orm.base else None
    yield "  base", base.name if base else "none", _where(base), ""
    yield "  id", profile.id or "none", "", ""
    if session is None:
        yield "session", "none", "", ""
    else:
        told = f"{session.symbol.name} ({session.style}), the {session.commits} commits"
        yield "session", told, _where(session.symbol), session.why
        for place in session.others:
            yield "  not taken", "", _at(place), ""
    heads = f"{alembic.versions}, {len(alembic.heads)} heads" if alembic else "none"
    yield "alembic", heads, alembic.env if alembic else "", ""


def _at(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _where(symbol: Symbol | None) -> str:
    return _at(symbol.at) if symbol else ""
