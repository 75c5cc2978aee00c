"""Hand-written tests of routes that ask for a user from now on: they learn to sign in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from fastarch.discover.called_paths import Caller, callers
from fastarch.discover.profile import AppProfile
from fastarch.discover.protection import Surface
from fastarch.discover.symbols import Import
from fastarch.plan.guard_spelling import parted
from fastarch.plan.pagination import spelled_import
from fastarch.plan.steps import EditFile, Step, Tell
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.imports import AddImport

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
    # An object that is made where it is asked for cannot be overridden.
    makes = surface.guard.name.endswith(")")
    unsure: list[Caller] = []
    for caller in found:
        name = next((one for one in _NAMES if one not in caller.module.text), None)
        if caller.state == "signs in":
            continue
        if caller.state == "unknown" or caller.app is None or name is None or makes:
            unsure.append(caller)
            continue
        text = _fixture(surface, profile, caller.app, name)
        for wanted in _imports(surface, profile, caller):
            yield EditFile(caller.module.file, wanted)
        yield EditFile(caller.module.file, AppendDefinitions(text, users=(caller.first,)))
    if unsure:
        files = [caller.module.file for caller in unsure]
        more = f" and {len(files) - _MANY} more" if len(files) > _MANY else ""
        app = next((caller.app for caller in unsure if caller.app is not None), "app")
        told = f"Tests that call what is protected now: {', '.join(files[:_MANY])}{more}."
        told += " Those that do not sign in fail"
        if not makes:
            text = _fixture(surface, profile, app, _NAMES[0])
            told += f"; this lets somebody in:\n{text.rstrip()}"
        yield Tell(told if not makes else f"{told}.")


def _imports(surface: Surface, profile: AppProfile, caller: Caller) -> Iterator[AddImport]:
    """The imports of the fixture whose place and comment go by those that are there."""
    late = "# noqa: E402"
    comment = late if late in caller.module.text else None
    prefix = profile.tests.prefix if profile.tests else ""
    target = f"{prefix}{surface.guard.module}"
    guard = spelled_import(surface.index, caller.module, target, parted(surface.guard)[0])
    yield AddImport("pytest", comment=comment)
    yield replace(guard, comment=comment)


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
            f"from {prefix}{guard.module} import {parted(guard)[0]}",
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
