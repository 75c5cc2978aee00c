"""An app's profile as the JSON object of ``inspect --json``."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import Any

from fastarch.discover.profile import AppProfile, Entry, Place, Symbol


def to_json(profile: AppProfile) -> dict[str, Any]:
    """The facts in the shape that scripts rely on. Paths are relative; what is not there is None."""
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
        "style": _plain(asdict(profile.style)),
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


def _plain(value: Any) -> Any:
    """Tuples as lists, for JSON."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
