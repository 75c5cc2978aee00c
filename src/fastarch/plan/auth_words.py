"""Every word that a template of the ``auth`` feature may say, as plain data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fastarch.discover.profile import Entry
from fastarch.discover.symbols import Import
from fastarch.plan.auth_model_words import ID_EXAMPLES, ID_TYPES, model_imports, model_words
from fastarch.plan.import_words import spelled
from fastarch.plan.places import spell
from fastarch.plan.probes import isolated_client
from fastarch.plan.router_words import tested
from fastarch.plan.samples import samples
from fastarch.plan.session_words import provider_in_tests, session_parameter
from fastarch.plan.settings_fields import value_of
from fastarch.plan.urls import collection_url, in_openapi, router_prefix
from fastarch.spec.names import Name
from fastarch.spec.resource import Resource

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, Settings
    from fastarch.discover.session_use import SessionOutside
    from fastarch.discover.symbols import Expression
    from fastarch.discover.user_model import UserColumn, UserModel
    from fastarch.plan.feature_models import FeatureModels
    from fastarch.plan.steps import Home

AUTH = Resource(Name("auth", "auth"))
SETTINGS = (
    "secret_key", "algorithm", "private_key", "key_id", "public_keys", "issuer", "audience",
    "access_minutes", "refresh_days", "limits_url", "behind_proxy", "cookie_secure",
    "trusted_origins", "session_idle_minutes", "session_hours", "public_url", "google_client_id",
    "google_client_secret", "github_client_id", "github_client_secret", "oidc_issuer",
    "oidc_client_id", "oidc_client_secret", "link_url", "verification_minutes", "reset_minutes",
    "mail_from", "smtp_host", "smtp_port", "smtp_security", "smtp_username", "smtp_password",
)  # fmt: skip
_TYPES = {
    "int": "int", "bigint": "int", "float": "float", "decimal": "Decimal", "bool": "bool",
    "date": "date", "time": "time", "datetime": "datetime", "uuid": "UUID",
}  # fmt: skip


def auth_words(
    profile: AppProfile,
    user: UserModel,
    models: FeatureModels,
    settings: Settings,
    homes: Mapping[str, Home],
    outside: SessionOutside | None,
) -> dict[str, Any]:
    """The words.

    Args:
        user: The user model, as it is afterwards.
        settings: The app's settings, or those that it gets.
        homes: Where each part goes.
        outside: How a session comes about outside of requests.
    """
    session, style = profile.session, profile.style
    assert session is not None
    is_async, sqlmodel = profile.orm.is_async, profile.orm.kind == "sqlmodel"
    pipe = style.optional == "pipe"
    new_python = profile.oldest_python >= (3, 11)
    key = ID_TYPES[user.id_type]
    entry = tested(profile)

    def optional(text: str) -> str:
        return f"{text} | None" if pipe else f"Optional[{text}]"

    return {
        "is_async": is_async,
        "async_": "async " if is_async else "",
        "await_": "await " if is_async else "",
        "async_def": "async def" if is_async else "def",
        "iterator": "AsyncIterator" if is_async else "Iterator",
        "contextmanager": "asynccontextmanager" if is_async else "contextmanager",
        "session": session.parameter,
        "session_type": session.type.alias or session.type.name or "Session",
        "session_parameter": session_parameter(profile),
        "commits": session.commits == "caller",
        "expires": session.expire_on_commit,
        "sqlmodel": sqlmodel,
        "scalars": "exec" if sqlmodel else "scalars",
        "execute": "exec" if sqlmodel else "execute",
        "select_import": "from sqlmodel import col, select"
        if sqlmodel
        else "from sqlalchemy import select",
        "utc": "UTC" if new_python else "timezone.utc",
        "responses_type": "dict[int | str, dict[str, Any]]"
        if pipe
        else "dict[Union[int, str], dict[str, Any]]",
        "optional_str": optional("str"),
        "optional_secret": optional("SecretStr"),
        "optional_uuid": optional("UUID"),
        "optional_int": optional("int"),
        "optional_str_list": optional("list[str]"),
        "optional_key_scopes": optional("list[KeyScope]"),
        "optional_key_holder": optional("KeyHolder"),
        "optional_account": optional("Recipient"),
        "optional_datetime": optional("datetime"),
        "optional_user": optional(user.symbol.name),
        "optional_scopes": optional("frozenset[str]"),
        "optional_arguments": optional("Sequence[str]"),
        "optional_signed_in": optional(
            f"tuple[{user.symbol.name}, frozenset[str], frozenset[str]]"
        ),
        "optional_session_found": optional(
            f"tuple[{models.classes['refresh_tokens'].name}, {user.symbol.name},"
            " frozenset[str], frozenset[str]]"
        ),
        "optional_session_user": optional(
            f"tuple[{user.symbol.name}, UUID, frozenset[str], frozenset[str]]"
        ),
        "optional_token": optional(f"tuple[{key}, UUID, {optional('str')}, bool]"),
        "str_or_bytes": "str | bytes" if pipe else "Union[str, bytes]",
        "strict": ", strict=True" if profile.oldest_python >= (3, 10) else "",
        "request_schema_base": "BaseModel",
        "scopes": {},
        "documented": in_openapi(profile),
        "settings": {name: value_of(settings, f"auth_{name}") for name in SETTINGS},
        "setting_names": {name: f"AUTH_{name.upper()}" for name in SETTINGS},
        **_user(user, optional, sqlmodel=sqlmodel),
        **model_words(models),
        **_router(profile),
        "entry": entry.name if entry else "app",
        "app_name": entry.name if entry else "app",
        "factory": isinstance(entry, Entry) and entry.kind == "factory",
        "provider": provider_in_tests(session)[1],
        "provided": session.provider.name,
        "app_client": isolated_client(profile),
        "app_module": entry.module if entry else "",
        "commands_module": homes["commands"].module.removesuffix(".__main__"),
        "session_context": outside.context if outside else None,
        # What the context is called like cannot be known by it.
        "session_variable": "opened" if _names_session(outside) else "session",
        "asks_request": bool(outside and outside.context.endswith("(request)")),
        "within_app": bool(outside and outside.within_app and entry),
        "own_modules": sorted(
            {
                settings.symbol.module,
                *([entry.module] if entry else []),
                *(one.module for one in models.classes.values()),
            }
        ),
        "app_imports": _imports(profile, settings, user) + model_imports(models),
        "test_needs": _test_needs(profile, homes),
    }


def _test_needs(profile: AppProfile, homes: Mapping[str, Home]) -> list[str]:
    """Imports of what tests change, and of the routes, under names of their own."""
    router = spell(profile.style.router_variable, AUTH.name)
    assert profile.session is not None
    found = [Import(homes["router"].module, router, "auth_router")]
    found.append(provider_in_tests(profile.session)[0])
    if (app := tested(profile)) is not None:
        found.append(Import(app.module, app.name))
    for part in ("security", "throttle", "commands"):
        package, _, last = homes[part].module.rpartition(".")
        alias = part if last != part else None
        found.append(Import(package, last, alias) if package else Import(last, None, alias))
    return [spelled(one) for one in found]


def _user(user: UserModel, optional: Callable[[str], str], *, sqlmodel: bool) -> dict[str, Any]:
    def column(name: str) -> str:
        plain = f"{user.symbol.name}.{name}"
        return f"col({plain})" if sqlmodel else plain

    kind = user.id_type
    profile: list[dict[str, Any]] = [
        {"name": user.id_name, "type": ID_TYPES[kind], "example": ID_EXAMPLES[kind]},
        {
            "name": user.login_field,
            "type": "str",
            "example": '"ada@example.com"',
            "attribute": user.login if user.login != user.login_field else None,
        },
        *(_field(one, optional) for one in (*user.required, *user.columns)),
    ]
    return {
        "user": user.symbol.name,
        "user_id": user.id_name,
        "user_id_type": ID_TYPES[user.id_type],
        "optional_id": user.id_optional if user.has_rows else sqlmodel and kind == "int",
        "login": user.login,
        "login_field": user.login_field,
        "login_is_email": user.login_is_email,
        "login_case": _case(user),
        "login_length": user.login_length or 254,
        "login_example": "ada@example.com" if user.login_is_email else "ada",
        "password": user.password,
        "password_column": user.database_name(user.password or ""),
        "password_null": user.password_nullable,
        "active": user.active,
        "active_on": str(not user.active_inverted),
        "active_off": str(user.active_inverted),
        "kept_out": user.kept_out("user"),
        "let_in": list(user.let_in(column)),
        "superuser": user.superuser,
        "old_hashes": user.has_rows,
        "register_fields": [_field(one, optional) for one in user.required],
        "eager": bool(user.eager),
        # Statements beside the one that loads a user.
        "loads": sum(how != "joined" for how in user.eager),
        "parents": list(_parents(user)),
        "preset": [{"name": name, "value": value.source} for name, value in _preset(user)],
        "set_later": list(user.set_later),
        "profile_fields": profile,
        "profile_example": "{"
        + ", ".join(f'"{one["name"]}": {one["example"]}' for one in profile)
        + "}",
    }


def _names_session(outside: SessionOutside | None) -> bool:
    return outside is not None and bool(re.search(r"(?<![\w.])session\b(?!=)", outside.context))


def _preset(user: UserModel) -> Iterator[tuple[str, Expression]]:
    """Values of a new row that nobody gives."""
    if user.id_value is not None:
        yield user.id_name, user.id_value
    yield from user.preset


def _case(user: UserModel) -> str:
    """How names of users are compared: ``folded``: all are kept in small letters."""
    if not user.login_is_email:
        return "exact"
    return "lower" if user.has_rows else "folded"


def _field(column: UserColumn, optional: Callable[[str], str]) -> dict[str, Any]:
    """A column as a field of a schema: its type, and a value as JSON has it, as source."""
    field = column.field
    text = _TYPES.get(field.type, "str")
    if column.enum is not None:
        text = column.enum.name
    elif field.choices:
        text = f"Literal[{', '.join(map(repr, field.choices))}]"
    elif text == "str" and field.max_length:
        text = f"Annotated[str, Field(max_length={field.max_length})]"
    known = samples(field) or (None,)
    return {
        "name": column.name,
        "type": optional(text) if field.null else text,
        "default": " = None" if field.null else "",
        "example": repr(known[0]),
        # Of somebody else.
        "other": repr(known[1]) if _differs(column) and len(known) > 1 else None,
    }


def _differs(column: UserColumn) -> bool:
    """Whether somebody else in a test has another value."""
    return column.told_apart and column.refers is None


def _parents(user: UserModel) -> Iterator[dict[str, str]]:
    """What an account refers to from the first: tests need a row of it, with this key."""
    for one in user.required:
        known = samples(one.field)
        if one.refers is not None and one.refers[0] != user.table and known:
            value = f'UUID("{known[0]}")' if one.field.type == "uuid" else repr(known[0])
            yield {"column": one.column, "key": one.refers[1], "value": value}


def _router(profile: AppProfile) -> dict[str, Any]:
    style, site = profile.style, profile.router_site
    arguments = []
    if site is None or site.prefix_at == "router":
        arguments.append(f'prefix="{router_prefix(AUTH, profile)}"')
    if style.tag is not None and (site is None or site.tags_at == "router"):
        arguments.append(f'tags=["{spell(style.tag, AUTH.name)}"]')
    # What guards its siblings cannot guard the way in.
    arguments += [f"{k}={v.source}" for k, v in style.router_arguments if k != "dependencies"]
    url = collection_url(AUTH, profile).rstrip("/")
    return {
        "router": spell(style.router_variable, AUTH.name),
        "router_class": style.router_class.name if style.router_class else "APIRouter",
        "router_arguments": ", ".join(arguments),
        "url": url,
        "token_url": f"{url}/token",
    }


def _imports(profile: AppProfile, settings: Settings, user: UserModel) -> list[str]:
    """Imports of the app's own names; those that a module does not use are dropped afterwards."""
    session, style = profile.session, profile.style
    assert session is not None and settings.accessor is not None
    found = [
        Import(user.symbol.module, user.symbol.name),
        *(one for _, value in _preset(user) for one in value.imports),
        *(
            Import(one.enum.module, one.enum.name)
            for one in (*user.required, *user.columns)
            if one.enum is not None
        ),
        session.type,
        Import(session.symbol.module, session.symbol.name.partition(".")[0]),
        Import(session.provider.module, session.provider.name.partition(".")[0]),
        *settings.accessor.imports,
        *([style.router_class] if style.router_class else []),
        *(one for name, value in style.router_arguments for one in value.imports),
    ]
    return list(dict.fromkeys(map(spelled, found)))
