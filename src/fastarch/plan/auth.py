"""``add auth jwt``: users who sign in, their tokens, roles and permissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING

from fastarch.discover.profile import Place, Symbol
from fastarch.discover.user_model import UserModel
from fastarch.plan import wiring
from fastarch.plan.auth_places import auth_places
from fastarch.plan.auth_words import AUTH, auth_words
from fastarch.plan.blueprint import load_blueprint, role_of
from fastarch.plan.feature_code import example_line, feature_code, test_environment
from fastarch.plan.feature_models import FeatureModels, feature_models
from fastarch.plan.feature_revision import feature_revision
from fastarch.plan.places import spell
from fastarch.plan.planner import Files, Part
from fastarch.plan.refusals import require_servable
from fastarch.plan.settings_fields import add_settings, settings_of
from fastarch.plan.steps import EditFile, Home, Step, WriteFile
from fastarch.records import dataclass

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile

FEATURE = "auth"
SECRET = "AUTH_SECRET_KEY"
USERS = "users"
MESSAGE = "create tables for sign-in"
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
    existing = {USERS: (user.symbol, user.table)} if user else {}
    models = feature_models(FEATURE, profile, existing, options.shared, files)
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
        *feature_code(profile, blueprint, homes, words, files),
        *add_settings(profile, settings, blueprint.settings),
        *wiring.declare(profile, tuple(one.requirement for one in blueprint.dependencies)),
        example_line(SECRET, _HOW, files),
        *_include(profile, homes["router"]),
    ]
    if options.tests:
        steps += test_environment(profile, test, SECRET, settings, files)
    paths = {role_of(file): file.path for file in blueprint.files} | dict(models.paths)
    parts = [Part("feature", FEATURE, tuple(steps), paths=paths, words=words)]
    if options.migration and profile.alembic is not None:
        named = {"roles": options.roles}
        revision = feature_revision(MESSAGE, models, profile, now, named=named)
        parts.append(Part("migration", "", (WriteFile(*revision),)))
    return tuple(parts)


def new_user(models: FeatureModels) -> UserModel:
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


def _include(profile: AppProfile, router: Home) -> Iterator[EditFile]:
    variable = spell(profile.style.router_variable, AUTH.name)
    included = wiring.include_router(AUTH, profile, router, variable)
    if included is not None:
        yield included
