"""Hand-written tests of routes that ask for a user from now on: they learn to sign in."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fastarch.discover.called_paths import Caller, callers
from fastarch.discover.profile import AppProfile, Import
from fastarch.discover.protection import Surface
from fastarch.plan.steps import EditFile, Step, Tell
from fastarch.wire.append_definitions import AppendDefinitions

_NAMES = ("signed_in", "somebody_signed_in", "with_somebody_signed_in")
_MANY = 5


def signed_in_tests(
    surface: Surface, profile: AppProfile, labels: Collection[str], generated: Collection[str]
) -> Iterator[Step]:
    """Put somebody who is signed in into the files of tests that know nothing of it.

    What a test says itself about signing in is left to its author.

    Args:
        labels: The operations that ask for a user by now.
        generated: Files that fastarch has made, which are rendered anew.
    """
    found = callers(
        surface.index,
        surface.seen.files,
        labels,
        profile.tests,
        surface.found.entry,
        surface.guard,
        generated,
    )
    unsure: list[Caller] = []
    for caller in found:
        name = next((one for one in _NAMES if one not in caller.module.text), None)
        if caller.state == "signs in":
            continue
        if caller.state == "unknown" or caller.app is None or name is None:
            unsure.append(caller)
            continue
        text = _fixture(surface, profile, caller.app, name)
        yield EditFile(caller.module.file, AppendDefinitions(text, users=(caller.first,)))
    if unsure:
        files = [caller.module.file for caller in unsure]
        more = f" and {len(files) - _MANY} more" if len(files) > _MANY else ""
        app = next((caller.app for caller in unsure if caller.app is not None), "app")
        yield Tell(
            f"Tests that call what is protected now: {', '.join(files[:_MANY])}{more}. Those that"
            f" do not sign in fail; this lets somebody in:\n"
            f"{_fixture(surface, profile, app, _NAMES[0])}"
        )


def _fixture(surface: Surface, profile: AppProfile, app: Import | str, name: str) -> str:
    """A fixture by which every test of a file acts as somebody who is signed in."""
    guard = surface.guard
    prefix = profile.tests.prefix if profile.tests else ""
    imports = [
        "from collections.abc import Iterator",
        "",
        "import pytest",
        *(["from fastapi import FastAPI"] if isinstance(app, str) else []),
        "",
        *sorted([
            *([_import_line(app)] if isinstance(app, Import) else []),
            f"from {prefix}{guard.module} import {guard.name.partition('.')[0]}",
        ]),
    ]  # fmt: skip
    parameter = f"{app}: FastAPI" if isinstance(app, str) else ""
    on = app if isinstance(app, str) else app.alias or app.name
    return "\n".join([
        *imports,
        "",
        "",
        "@pytest.fixture(autouse=True)",
        f"def {name}({parameter}) -> Iterator[None]:",
        '    """Every test here acts as somebody who is signed in."""',
        f"    {on}.dependency_overrides[{guard.name}] = lambda: None",
        "    yield",
        f"    {on}.dependency_overrides.pop({guard.name}, None)",
        "",
    ])  # fmt: skip


def _import_line(app: Import) -> str:
    alias = f" as {app.alias}" if app.alias else ""
    return f"from {app.module} import {app.name}{alias}"
