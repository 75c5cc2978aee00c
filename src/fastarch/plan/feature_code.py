"""The code of a feature: its templates as modules of the app, with the imports that they use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from fastarch.plan import assemble
from fastarch.plan.blueprint import role_of
from fastarch.plan.import_words import of_tests
from fastarch.plan.local_modules import local_modules
from fastarch.plan.places import new_packages
from fastarch.plan.render import render, render_feature
from fastarch.plan.steps import EditFile, Step, WriteFile
from fastarch.wire.add_env_line import AddEnvLine
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.imports import AddImport
from fastarch.wire.set_environment import SetEnvironment

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, Settings
    from fastarch.plan.blueprint import Blueprint
    from fastarch.plan.files import Files
    from fastarch.plan.steps import Home

ENV_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example")


def feature_code(
    profile: AppProfile,
    blueprint: Blueprint,
    homes: Mapping[str, Home],
    words: dict[str, Any],
    files: Files,
    users: tuple[str, ...] = (),
) -> Iterator[WriteFile | EditFile]:
    """The new files, with the packages that they lie in; what goes into a file of the app's.

    Args:
        blueprint: What belongs to this app of it, with its paths.
        homes: Where each template goes, by its name without ``.py.jinja``; tests have none.
        words: The words of the templates; ``app_imports`` lists the imports that any of them may
            need from the app, ``own_modules`` the app's modules among them, ``test_needs`` what
            tests need besides. What they need from each other is added here, and what an upgrade
            needs to know.
        users: Names of what is there already: in a file of the app's, new code goes ahead of it.
    """
    paths = [file.path for file in blueprint.files if not role_of(file).startswith("test_")]
    for path in new_packages(profile, paths, files.exists):
        yield WriteFile(path, "")
    root = Path(profile.root)
    roles = [role_of(file) for file in blueprint.files]
    modules = {role: _module(homes, role) for role in roles}
    words["modules"] = modules
    own = (*words["own_modules"], *(home.module for home in homes.values()))
    words["accent"] = {
        "package": profile.package,
        "relative": profile.style.imports == "relative",
        "future": profile.style.future_annotations,
        "local": sorted(local_modules(profile, own)),
    }
    blank = {**words, "imports": "", "test_imports": ""}
    defined = {
        role: assemble.names(render(f"{blueprint.name}/{role}.jinja", blank, root))
        for role in roles
    }
    imports: list[str] = [
        *words["app_imports"],
        *(
            f"from {modules[role]} import {name}"
            for role, names in defined.items()
            for name in sorted(names)
            if modules[role] and not name.startswith("_")
        ),
    ]
    words["imports"] = "\n".join(imports)
    imports += words["test_needs"]
    words["test_imports"] = "\n".join(of_tests(profile, filter(None, modules.values()), imports))
    for file in blueprint.files:
        text = render_feature(blueprint.name, role_of(file), words, root)
        assert text is not None
        home = homes.get(role_of(file).removesuffix(".py"))
        if home is not None and home.shared:
            edit = AppendDefinitions(text, home.module, users=users)
            yield EditFile(home.path, edit, role_of(file))
        else:
            yield WriteFile(file.path, text, role_of(file))


def _module(homes: Mapping[str, Home], role: str) -> str:
    home = homes.get(role.removesuffix(".py"))
    return home.module if home else ""


def example_line(name: str, comment: str, files: Files) -> Step:
    """A line in the app's example of an environment; the file where it has none."""
    path = next((one for one in ENV_EXAMPLES if files.exists(one)), None)
    if path is None:
        files.begun.add(ENV_EXAMPLES[0])
        return WriteFile(ENV_EXAMPLES[0], f"# {comment}\n{name}=\n")
    return EditFile(path, AddEnvLine(name, "", comment))


def test_environment(
    profile: AppProfile, test: str, name: str, settings: Settings, files: Files
) -> Iterator[Step]:
    """Tests get a value of their own for a variable, ahead of the app's import.

    Args:
        test: The path of a test.
    """
    known = profile.tests.conftest if profile.tests else None
    path = known or str(PurePosixPath(test).with_name("conftest.py"))
    if not files.exists(path):
        files.begun.add(path)
        yield WriteFile(path, '"""What all tests share."""\n')
    modules = [settings.symbol.module, profile.package]
    modules.append(profile.tests.prefix if profile.tests else None)
    tops = sorted(local_modules(profile, modules))
    value = (AddImport("secrets"),)
    quote = profile.formatting.quote
    edit = SetEnvironment(name, "secrets.token_hex(32)", tuple(tops), value, quote)
    yield EditFile(path, edit)
