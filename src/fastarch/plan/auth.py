"""``add auth jwt``: users who sign in, their tokens, roles and permissions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from fastarch.discover.symbols import Place, Symbol
from fastarch.discover.user_model import UserModel
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan import assemble, wiring
from fastarch.plan.auth_model_words import USERS, model_imports, model_words
from fastarch.plan.auth_places import auth_places
from fastarch.plan.auth_user import new_user
from fastarch.plan.auth_words import AUTH, auth_words
from fastarch.plan.blueprint import load_blueprint, role_of
from fastarch.plan.cycles import without_cycles
from fastarch.plan.feature_code import example_line, feature_code, test_environment
from fastarch.plan.feature_models import FeatureModels, feature_models
from fastarch.plan.feature_revision import feature_revision
from fastarch.plan.files import Files
from fastarch.plan.migration import listing
from fastarch.plan.parts import Part
from fastarch.plan.places import spell
from fastarch.plan.planner import with_own_names
from fastarch.plan.refusals import require_servable
from fastarch.plan.session_words import late_commit
from fastarch.plan.settings_fields import add_settings, secret_default, settings_of
from fastarch.plan.steps import EditFile, Home, Step, WriteFile
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.wire.append_definitions import AppendDefinitions

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, Settings
    from fastarch.discover.session_use import SessionOutside
    from fastarch.plan.user_columns import MissingColumns

FEATURE = "auth"
MESSAGE = "create tables for sign-in"
SECRET = "AUTH_SECRET_KEY"
_MAKE = "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
_HOW = f"Signs access tokens: {_MAKE}"
SET_SECRET = f'export {SECRET}="$({_MAKE})"'


Way = Literal["jwt", "api_key", "oauth2", "session", "mail"]
WAYS: tuple[Way, ...] = ("jwt", "api_key", "oauth2", "session", "mail")
_SPECS: Mapping[Way, str] = {
    "jwt": "auth/models.yaml",
    "api_key": "auth/api_key.yaml",
    "oauth2": "auth/oauth2.yaml",
}


@dataclass(frozen=True, slots=True)
class AuthOptions:
    """What ``add auth`` makes.

    Args:
        ways: The ways to sign in, those included that are there already.
        providers: Who else may say who somebody is: ``google``.
        roles: Names of roles that the revision adds.
        verified_at: The attribute of users that says since when an address is known to be theirs.
        shared: By role, where what resources share lies by now.
        session: How a session comes about outside of requests.
        serving: By file, names of routers and endpoints, which may come to ask who is signed in.
    """

    ways: tuple[Way, ...] = ("jwt",)
    providers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    verified_at: str | None = None
    tests: bool = True
    migration: bool = True
    shared: Mapping[str, str] = field(default_factory=dict)
    session: SessionOutside | None = None
    serving: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """What was made earlier.

    Args:
        words: What the templates were filled with.
        paths: By role, where each piece is.
    """

    words: Mapping[str, Any]
    paths: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AuthPlan:
    """The feature's part, and its revision.

    Args:
        again: By role, pieces that are there already, as they are with what is new.
    """

    part: Part
    revision: Part | None
    again: Mapping[str, str] = field(default_factory=dict)


def plan_auth(
    profile: AppProfile,
    user: MissingColumns | None,
    options: AuthOptions,
    files: Files,
    now: datetime,
    made: Made | None = None,
) -> AuthPlan:
    """Plan the feature: its code, its models, its settings; one revision.

    Args:
        profile: An app with a database.
        user: The app's own user model, and what gives it the columns that it lacks.
        files: The project's files, and those that the plan has begun.
        now: The date that the revision says.
        made: What was made earlier, where this adds a way to sign in.

    Raises:
        NotUnderstoodError: there is no safe place to edit.
    """
    require_servable(profile)
    apart = profile
    profile = with_own_names(without_cycles(profile))
    own = user.user if user else None
    specs = [_SPECS[way] for way in options.ways if way in _SPECS]
    models = feature_models(specs, profile, _existing(own, made), options.shared, files)
    settings = settings_of(profile, files.exists)
    words = _words(profile, own, models, settings, _homes(apart, files, made), options, made)
    fresh: set[str] = {way for way in options.ways if not words.get("ways", {}).get(way)}
    providers = [one for one in options.providers if one not in words.get("providers", ())]
    fresh |= {f"oauth2_{one}" for one in providers}
    words["ways"] = {way: way in options.ways for way in WAYS}
    words["providers"] = list(options.providers)
    if options.verified_at:
        words["verified_at"] = options.verified_at
    words["homes"] = dict(_beside_models(words["homes"], models))
    homes = {part: Home(*home) for part, home in words["homes"].items()}
    every = load_blueprint(FEATURE)
    places = {part: home.path for part, home in homes.items()} | _tests(profile)
    places |= _spelled(profile, files)
    blueprint = every.select(places, _flags(options, words, made))
    # Where all is in one file, further routers come before the one that includes them.
    users = (words["router"],) if made else ()
    code = tuple(feature_code(profile, blueprint, homes, words, files, users))
    _require_own_name(words["models"][USERS]["class"], own, code)
    known = made.paths if made else {}
    new = every.select(places, fresh | {_hashes(profile, own, made)})
    steps: list[Step] = [
        *(user.steps if user else ()),
        *models.steps,
        *(one for one in code if one.role not in known),
        *add_settings(profile, settings, new.settings, every.settings),
        *wiring.declare(profile, tuple(one.requirement for one in new.dependencies)),
    ]
    if made is None:
        steps += late_commit(profile)
        steps += [example_line(SECRET, _HOW, files), *_include(profile, homes["router"])]
        if options.tests:
            steps += test_environment(profile, places["test"], SECRET, settings, files)
    steps += (line for one in providers for line in _provider_lines(one, files))
    part = Part(
        "feature",
        FEATURE,
        tuple(_ahead(step, options.serving) for step in steps),
        paths={role_of(file): file.path for file in blueprint.files} | dict(models.paths),
        words=words,
        options={
            "ways": list(options.ways),
            "providers": list(options.providers),
            "roles": list(options.roles),
        },
    )
    again = {one.role: _text(one) for one in code if one.role and one.role in known}
    columns = (user.upgrade, user.downgrade) if user else ("", "")
    message = MESSAGE if made is None else None
    return AuthPlan(part, _revision(models, profile, options, now, columns, message), again)


def _require_own_name(
    model: str, own: UserModel | None, code: Iterable[WriteFile | EditFile]
) -> None:
    """Refuse a user model whose name means something else in the code that asks for it.

    Raises:
        NotUnderstoodError: it does.
    """
    if any(model in assemble.names(_text(one)) for one in code):
        message = f"The user model has the name of something that signing in brings along: {model}."
        problem = Problem(message, hint="call it otherwise: User")
        if own is not None:
            problem = replace(problem, file=own.symbol.at.file, line=own.symbol.at.line)
        raise NotUnderstoodError(problem)


def _beside_models(
    homes: Mapping[str, tuple[str, str, bool]], models: FeatureModels
) -> Iterator[tuple[str, tuple[str, str, bool]]]:
    """The homes; schemas are added to the module of their model where the app has both in one."""
    made = {step.path for step in models.steps if isinstance(step, WriteFile)}
    for part, (path, module, shared) in homes.items():
        yield part, (path, module, shared or path in made)


def _ahead(step: Step, serving: Mapping[str, tuple[str, ...]]) -> Step:
    """What goes into a file with routers goes ahead of them; another router needs not."""
    if (
        not isinstance(step, EditFile)
        or not isinstance(step.edit, AppendDefinitions)
        or step.path not in serving
        or (step.role or "").endswith("router.py")
    ):
        return step
    users = (*step.edit.users, *serving[step.path])
    return replace(step, edit=replace(step.edit, users=users))


def _provider_lines(provider: str, files: Files) -> Iterator[Step]:
    """What says in the example of an environment that a provider knows the app."""
    named = f"AUTH_{provider.upper()}"
    about = f"Who the app is to {provider}, which sends browsers back to"
    url = f"$AUTH_PUBLIC_URL/.../auth/oauth2/{provider}/callback"
    if provider == "oidc":
        yield example_line(f"{named}_ISSUER", "Who signs the tokens of OpenID Connect", files)
    yield example_line(f"{named}_CLIENT_ID", f"{about} {url}", files)
    yield example_line(f"{named}_CLIENT_SECRET", f"What {provider} knows the app by", files)


def _flags(options: AuthOptions, words: Mapping[str, Any], made: Made | None) -> set[str]:
    """What the blueprint's entries can ask for; a way that came without tests gets none later."""
    known = made.words["ways"] if made else {}
    there = made.paths if made else {}
    tests = {
        f"{way}_tests"
        for way in options.ways
        if (_test_role(way) in there if known.get(way) else options.tests)
    }
    return {*options.ways, *tests, *(["commands"] if words["session_context"] else [])}


def _test_role(way: Way) -> str:
    return "test_auth.py" if way == "jwt" else f"test_{way}.py"


def _text(step: WriteFile | EditFile) -> str:
    if isinstance(step, WriteFile):
        return step.text
    assert isinstance(step.edit, AppendDefinitions)
    return step.edit.source


def _homes(profile: AppProfile, files: Files, made: Made | None) -> dict[str, Home]:
    if made is None:
        return auth_places(profile, files.exists)
    return {part: Home(*home) for part, home in made.words["homes"].items()}


def _existing(user: UserModel | None, made: Made | None) -> dict[str, tuple[Symbol, str]]:
    """The models that are there, with their tables."""
    if made is None:
        return {USERS: (user.symbol, user.table)} if user else {}
    return {
        key: (Symbol(Place("", 1), one["module"], one["class"]), one["table"])
        for key, one in made.words["models"].items()
    }


def _words(
    profile: AppProfile,
    user: UserModel | None,
    models: FeatureModels,
    settings: Settings,
    homes: Mapping[str, Home],
    options: AuthOptions,
    made: Made | None,
) -> dict[str, Any]:
    if made is None:
        places = {part: (one.path, one.module, one.shared) for part, one in homes.items()}
        own = user or new_user(models)
        words = auth_words(profile, own, models, settings, homes, options.session)
        return {**words, "homes": places, "formatting": asdict(profile.formatting)}
    words = {**made.words, **model_words(models)}
    for key in ("associations", "ids", "id_examples"):
        words[key] = {**made.words[key], **words[key]}
    words["app_imports"] = [*made.words["app_imports"], *model_imports(models)]
    return words


def _tests(profile: AppProfile) -> dict[str, str]:
    """The paths of tests, by the words for them."""
    pattern = profile.layout.paths["test"]
    subjects = {"test": AUTH.name, **{f"{way}_test": _about(way) for way in WAYS[1:]}}
    return {word: spell(pattern, name) for word, name in subjects.items()}


def _about(way: Way) -> Name:
    return Name(f"{FEATURE}_{way}", f"{FEATURE}_{way}")


def _hashes(profile: AppProfile, user: UserModel | None, made: Made | None) -> str:
    """What the library for hashes is needed with: a bcrypt of the app's own has its version."""
    if made is not None:
        return ""
    if user is None:
        return "new_hashes"
    known = profile.dependencies.declared if profile.dependencies else {}
    return "own_bcrypt" if "bcrypt" in known else "old_hashes"


def _revision(
    models: FeatureModels,
    profile: AppProfile,
    options: AuthOptions,
    now: datetime,
    columns: tuple[str, str],
    message: str | None,
) -> Part | None:
    if not (
        options.migration and profile.alembic is not None and (models.resources or any(columns))
    ):
        return None
    if message is None:
        made = [one.name.humans for one in models.resources]
        message = f"create {listing(made)}" if made else f"add {options.verified_at} to users"
    named = {"roles": options.roles}
    revision = feature_revision(message, models, profile, now, columns, named)
    return Part("migration", "", (WriteFile(*revision),))


def _spelled(profile: AppProfile, files: Files) -> dict[str, str]:
    pipe = profile.style.optional == "pipe"
    return {
        "secret": secret_default(profile, files),
        "optional_secret": "SecretStr | None" if pipe else "Optional[SecretStr]",
        "optional_str": "str | None" if pipe else "Optional[str]",
        "optional_needs": "" if pipe else " typing:Optional",
        "optional_alone": "" if pipe else "typing:Optional",
        "issuer": (profile.package or "app").replace("_", "-"),
    }


def _include(profile: AppProfile, router: Home) -> Iterator[EditFile]:
    variable = spell(profile.style.router_variable, AUTH.name)
    included = wiring.include_router(AUTH, profile, router, variable)
    if included is not None:
        yield included
