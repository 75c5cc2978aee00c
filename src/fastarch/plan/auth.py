"""``add auth jwt``: users who sign in, their tokens, roles and permissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from fastarch.discover.profile import Place, Symbol
from fastarch.discover.user_model import UserModel
from fastarch.plan import assemble, wiring
from fastarch.plan.auth_models import USERS, AuthModels, auth_models
from fastarch.plan.auth_places import auth_places
from fastarch.plan.auth_revision import auth_revision
from fastarch.plan.auth_words import AUTH, auth_words
from fastarch.plan.blueprint import load_blueprint, role_of
from fastarch.plan.import_words import of_tests
from fastarch.plan.pages_module import local_names
from fastarch.plan.places import new_packages, spell
from fastarch.plan.planner import Files, Part
from fastarch.plan.refusals import require_servable
from fastarch.plan.render import render, render_feature
from fastarch.plan.settings_fields import add_settings, settings_of
from fastarch.plan.steps import EditFile, Home, Step, WriteFile
from fastarch.records import dataclass
from fastarch.wire.add_env_line import AddEnvLine
from fastarch.wire.imports import AddImport
from fastarch.wire.set_environment import SetEnvironment

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, Settings
    from fastarch.plan.blueprint import Blueprint

FEATURE = "auth"
SECRET = "AUTH_SECRET_KEY"
ENV_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example")
_HOW = "Signs access tokens: python -c 'import secrets; print(secrets.token_urlsafe(48))'"


@dataclass(frozen=True, slots=True)
class AuthOptions:
    """What ``add auth jwt`` makes.

    Args:
        roles: Names of roles that the revision adds.
        shared: By role, where what resources share lies by now.
    """

    roles: tuple[str, ...] = ()
    tests: bool = True
    migration: bool = True
    shared: Mapping[str, str] = field(default_factory=dict)


def plan_auth(
    profile: AppProfile,
    user: UserModel | None,
    options: AuthOptions,
    files: Files,
    now: datetime,
) -> tuple[Part, ...]:
    """Plan the feature: its code, its models, its settings; one revision.

    Args:
        profile: An app with a database.
        user: The app's own user model, as it is afterwards.
        files: The project's files, and those that the plan has begun.
        now: The date that the revision says.

    Raises:
        NotUnderstoodError: there is no safe place to edit.
    """
    require_servable(profile)
    own = (user.symbol, user.table) if user else None
    models = auth_models(profile, own, options.shared, files)
    homes = auth_places(profile, files.exists)
    settings = settings_of(profile, files.exists)
    words = auth_words(profile, user or new_user(models), models, settings, homes)
    test = spell(profile.layout.paths["test"], AUTH.name)
    blueprint = load_blueprint(FEATURE).select(
        {**{part: home.path for part, home in homes.items()}, "test": test, **_spelled(profile)},
        {"tests" if options.tests else "", "new_hashes" if user is None else "old_hashes"},
    )
    steps: list[Step] = [
        *models.steps,
        *_packages(profile, blueprint, files),
        *_code(profile, blueprint, homes, words),
        *add_settings(profile, settings, blueprint.settings),
        *wiring.declare(profile, tuple(one.requirement for one in blueprint.dependencies)),
        _example(files),
        *_include(profile, homes["router"]),
    ]
    if options.tests:
        steps += _conftest(profile, test, settings, files)
    paths = {role_of(file): file.path for file in blueprint.files} | dict(models.paths)
    parts = [Part("feature", FEATURE, tuple(steps), paths=paths, words=words)]
    if options.migration and profile.alembic is not None:
        revision = auth_revision(models.resources, profile, now, ("", ""), options.roles)
        parts.append(Part("migration", "", (WriteFile(*revision),)))
    return tuple(parts)


def new_user(models: AuthModels) -> UserModel:
    """The user model that the feature makes."""
    made, users = models.classes[USERS], models.resources[0]
    return UserModel(
        Symbol(Place("", 1), made.module, made.name or ""),
        users.name.many,
        id_name="id",
        id_type=users.id or "int",
        id_value=None,
        login="email",
        login_is_email=True,
        login_unique=True,
        login_nullable=False,
        login_length=254,
        password="password_hash",
        password_nullable=True,
        active="is_active",
        superuser="is_superuser",
    )


def _spelled(profile: AppProfile) -> dict[str, str]:
    pipe = profile.style.optional == "pipe"
    return {
        "optional_secret": "SecretStr | None" if pipe else "Optional[SecretStr]",
        "optional_needs": "" if pipe else " typing:Optional",
        "issuer": (profile.package or "app").replace("_", "-"),
    }


def _packages(profile: AppProfile, blueprint: Blueprint, files: Files) -> Iterator[WriteFile]:
    paths = [file.path for file in blueprint.files if not role_of(file).startswith("test_")]
    for path in new_packages(profile, paths, files.exists):
        yield WriteFile(path, "")


def _code(
    profile: AppProfile,
    blueprint: Blueprint,
    homes: Mapping[str, Home],
    words: dict[str, Any],
) -> Iterator[WriteFile]:
    """The modules; each imports what it uses of the others."""
    roles = [role_of(file) for file in blueprint.files]
    words["modules"] = {role: _module(homes, role) for role in roles}
    words["accent"] = {
        "package": profile.package,
        "relative": profile.style.imports == "relative",
        "future": profile.style.future_annotations,
        "local": sorted(local_names(profile)),
    }
    own: list[str] = words["imports"]
    texts = {role: render(f"{FEATURE}/{role}.jinja", {**words, "imports": ""}) for role in roles}
    defined = {role: assemble.names(text) for role, text in texts.items()}
    own += [
        f"from {words['modules'][role]} import {name}"
        for role, names in defined.items()
        for name in sorted(names)
        if words["modules"][role] and not name.startswith("_")
    ]
    words["imports"] = "\n".join(own)
    modules = [home.module for home in homes.values()]
    words["test_imports"] = "\n".join(of_tests(profile, modules, own))
    for file in blueprint.files:
        text = render_feature(FEATURE, role_of(file), words)
        assert text is not None
        yield WriteFile(file.path, text, role_of(file))


def _module(homes: Mapping[str, Home], role: str) -> str:
    home = homes.get(role.removesuffix(".py"))
    return home.module if home else ""


def _include(profile: AppProfile, router: Home) -> Iterator[EditFile]:
    variable = spell(profile.style.router_variable, AUTH.name)
    included = wiring.include_router(AUTH, profile, router, variable)
    if included is not None:
        yield included


def _example(files: Files) -> Step:
    path = next((one for one in ENV_EXAMPLES if files.exists(one)), None)
    if path is None:
        return WriteFile(ENV_EXAMPLES[0], f"# {_HOW}\n{SECRET}=\n")
    return EditFile(path, AddEnvLine(SECRET, "", _HOW))


def _conftest(profile: AppProfile, test: str, settings: Settings, files: Files) -> Iterator[Step]:
    """Tests have a key of their own."""
    known = profile.tests.conftest if profile.tests else None
    path = known or str(PurePosixPath(test).with_name("conftest.py"))
    if not files.exists(path):
        yield WriteFile(path, '"""What all tests share."""\n')
    modules = [settings.symbol.module, profile.package]
    modules.append(profile.entry.module if profile.entry else None)
    modules.append(profile.tests.prefix if profile.tests else None)
    tops = sorted({module.partition(".")[0] for module in modules if module})
    needed = (AddImport("secrets"),)
    yield EditFile(path, SetEnvironment(SECRET, "secrets.token_hex(32)", tuple(tops), needed))
