"""Tests of a collection endpoint that somebody wrote, for what was put on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from fastarch.discover.driven import Driven, read_driven
from fastarch.discover.driven_tables import is_narrow, is_optional, is_unique
from fastarch.discover.index import ModuleIndex
from fastarch.discover.operations import Operation
from fastarch.discover.profile import AppProfile
from fastarch.discover.table import ColumnFacts
from fastarch.discover.trail import Trail
from fastarch.errors import FastarchError
from fastarch.plan import assemble
from fastarch.plan.import_words import spelled
from fastarch.plan.local_modules import local_modules
from fastarch.plan.probes import isolated_client
from fastarch.plan.render import render
from fastarch.plan.router_words import tested
from fastarch.plan.session_words import provider_in_tests
from fastarch.plan.steps import Step, Tell, WriteFile
from fastarch.records import dataclass

Feature = Literal["pagination", "filtering", "sorting"]
ROWS = 12
_ENDINGS = {"pagination": "pages", "filtering": "filters", "sorting": "order"}
_FEWEST = 6


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is tested.

    Args:
        index: The app's modules.
        parameters: What requests may ask of the endpoint already.
        record: The name of the feature's record, which the file is named after.
    """

    index: ModuleIndex
    operation: Operation
    trail: Trail
    parameters: frozenset[str]
    record: str
    profile: AppProfile


def endpoint_tests(
    subject: Subject,
    feature: Feature,
    words: Callable[[Driven], dict[str, Any] | str],
    read: Callable[[str], bytes | None],
) -> Iterator[Step]:
    """The step that writes the tests; a notice where they could not surely pass, or fail.

    Args:
        words: What the feature's own template says; or why there is nothing to show.
        read: The bytes of a file, None where it is not there.
    """
    profile = subject.profile
    if profile.tests is None or profile.entry is None or profile.session is None:
        return
    label = subject.operation.label
    try:
        driven = read_driven(
            subject.index, subject.operation, subject.trail, profile, subject.parameters
        )
        is_async = any(site.awaited for site in subject.trail.sites)
        if is_async is not profile.orm.is_async:
            yield Tell(f"No tests of {label} were written. Its session is of another kind.")
            return
        own = words(driven)
    except FastarchError as error:
        (problem, *_) = error.problems
        yield Tell(f"No tests of {label} were written. {problem.message} ({problem.where})")
        return
    if isinstance(own, str):
        yield Tell(f"No tests of {label} were written. {own}")
        return
    common = _common(driven, profile, is_async)
    text = render(f"{feature}/test_endpoint.py.jinja", {**common, **own}, Path(profile.root))
    tops = local_modules(profile, (driven.model.module.name, profile.tests.prefix))
    text = assemble.module(text, "", package=profile.package, local=tops)
    yield WriteFile(_path(subject, feature, read), text)


def _path(subject: Subject, feature: Feature, read: Callable[[str], bytes | None]) -> str:
    """A free place in the app's folder of tests."""
    tests = subject.profile.tests
    assert tests is not None
    stem = subject.record.removeprefix(f"{feature}-").replace("-", "_")
    names = [f"{stem}_{_ENDINGS[feature]}", f"{stem}_{_ENDINGS[feature]}_of_rows"]
    names += [f"{names[0]}_{number}" for number in range(2, 100)]
    folder = f"{tests.folder}/" if tests.folder not in ("", ".") else ""
    paths = [f"{folder}test_{name}.py" for name in names]
    return next(path for path in paths if read(path) is None)


def _common(driven: Driven, profile: AppProfile, is_async: bool) -> dict[str, Any]:
    session, entry, app = profile.session, profile.entry, tested(profile)
    assert session is not None and entry is not None and app is not None
    prefix = profile.tests.prefix if profile.tests else ""
    own = [
        (driven.model.module.name, driven.model.name),
        (app.module, app.name),
        *((guard.module, guard.name) for guard in driven.reach.guards),
        *(
            (one.module, one.name or "")
            for value in driven.query.pinned.values()
            for one in value.imports
        ),
    ]
    lines = [f"from {prefix}{module} import {name}" for module, name in own]
    provider, called = provider_in_tests(session)
    lines.append(spelled(replace(provider, module=f"{prefix}{provider.module}")))
    lines.append(spelled(session.type))
    uuid = driven.key.type is not None and driven.key.type.kind == "uuid"
    return {
        "label": driven.operation.label,
        "url": driven.operation.path,
        "rows": rows_of(driven),
        "model": driven.model.name,
        "whole": driven.rows.whole,
        "app_client": isolated_client(profile),
        "is_async": is_async,
        "session_type": session.type.alias or session.type.name or "Session",
        "expires": session.expire_on_commit,
        "factory": entry.kind == "factory" and app is entry,
        "entry": app.name,
        "app_name": app.name,
        "provider": called,
        "guards": [guard.name for guard in driven.reach.guards],
        "imports": "\n".join(dict.fromkeys(lines)),
        "key": quoted(driven.key.column),
        "item_key": quoted(driven.key.name),
        "items": "".join(f"[{quoted(key)}]" for key in driven.items),
        "as_text": uuid,
    }


def rows_of(driven: Driven) -> int:
    """How many rows a test makes: no more than the endpoint's own limit gives."""
    limit = driven.positions.limit
    own = limit.default if limit is not None else driven.positions.constant
    return min(ROWS, own or ROWS)


def too_few(driven: Driven) -> str | None:
    """Why nothing can be shown with so few rows; None where they are enough."""
    if rows_of(driven) < _FEWEST:
        return f"It gives {rows_of(driven)} rows at most where nobody says how many."
    return None


def quoted(text: str) -> str:
    """A name as a string of Python's."""
    return f'"{text}"'


def seeds(
    driven: Driven, index: ModuleIndex, tied: Mapping[str, bool], empty: frozenset[str]
) -> dict[str, Any]:
    """The words of a row that is made up: what is not just any value.

    Args:
        tied: Columns that rows have some value in; whether several have the same one.
        empty: Columns that some rows have no value in.
    """

    def wanted(name: str, column: ColumnFacts) -> bool:
        if column.foreign is not None or not driven.rows.is_made(column):
            return False
        # What may be left out is, unless a value of it is asked about.
        is_asked = name in tied or name in driven.rows.present
        is_apart = is_optional(column) or is_narrow(column)
        return tied.get(name, False) or name in empty or (is_asked and is_apart)

    found: dict[str, str] = {}
    for name, column in driven.columns.items():
        if name in driven.query.pinned:
            found[column.column] = driven.query.pinned[name].source
        elif name in driven.rows.values:
            found[column.column] = driven.rows.values[name]
        elif name in driven.rows.filled:
            target = f"table_of({driven.model.name}).c[{quoted(column.column)}]"
            found[column.column] = f"make_row(database, table_of_key({target}))"
        elif wanted(name, column):
            unique = is_unique(index, driven.model, column)
            number = "number" if unique or not tied.get(name) else "number % 5 + 1"
            value = f"made_up(table.c[{quoted(column.column)}], {number})"
            found[column.column] = (
                f"None if number % 4 == 0 else {value}" if name in empty else value
            )
    numbered = any("number" in value for value in found.values())
    return {"seeds": list(found.items()), "numbered": numbered}


def varied(driven: Driven, names: tuple[str, ...]) -> Iterator[tuple[str, ColumnFacts]]:
    """Those of some columns that differ from row to row."""
    for name in names:
        column = driven.columns[name]
        is_set = name in driven.query.pinned
        if not (is_set or column.foreign is not None or column.computed):
            yield name, column
