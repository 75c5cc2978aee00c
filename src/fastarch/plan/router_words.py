"""The words of routers, and of the calls between layers."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from fastarch.discover.profile import AppProfile, Entry, Role
from fastarch.discover.symbols import Symbol
from fastarch.plan.accent import code_style, prefix_of
from fastarch.plan.guard_words import router_arguments
from fastarch.plan.pins import always_before
from fastarch.plan.places import spell
from fastarch.plan.session_words import provider_in_tests
from fastarch.plan.steps import Home
from fastarch.spec.names import Name
from fastarch.spec.resource import Resource

if TYPE_CHECKING:
    from fastarch.plan.vocabulary import Options


def router_part(
    resource: Resource,
    profile: AppProfile,
    homes: Mapping[Role, Home],
    options: Options,
    shared: dict[str, Any],
) -> dict[str, Any]:
    """The words of the router."""
    style, site = profile.style, profile.router_site
    functions = code_style(profile) == "functions"
    name = resource.name
    one, many, session = name.one, name.many, shared["session"]
    prefix = prefix_of(resource, options)
    arguments = []
    collection, item = "", f"/{{{one}_id}}"
    if style.trailing_slash:
        collection = "/"
    item_end = "/" if style.item_slash else ""
    if site is None or site.prefix_at == "router":
        arguments.append(f'prefix="{prefix}"')
    if style.tag is not None and (site is None or site.tags_at == "router"):
        arguments.append(f'tags=["{spell(style.tag, name)}"]')
    arguments += [f"{key}={source}" for key, source in router_arguments(resource, profile)]
    entry, session_ = tested(profile), profile.session
    assert session_ is not None
    same = homes["service"].path == homes["router"].path
    verbs = {
        "create": f"create_{one}",
        "find": f"read_{many}" if many != one else f"read_{one}_list",
        "get": f"read_{one}",
        "update": f"update_{one}",
        "replace": f"replace_{one}",
        "delete": f"delete_{one}",
    }
    lead = ""
    if functions:
        verbs_of_service = {key: ("_" if same else "") + text for key, text in verbs.items()}
        lead = "" if same else f"{module_alias(homes['service'].module, name)}."
        call = {key: f"{lead}{text}({session}, " for key, text in verbs_of_service.items()}
    else:
        verbs_of_service = dict.fromkeys(verbs, "")
        call = {key: f"{shared['service']}({session}).{key}(" for key in verbs}
    same_repository = homes["repository"].path == homes["service"].path
    repository_lead = (
        "" if same_repository else f"{module_alias(homes['repository'].module, name)}."
    )
    title = name.human.capitalize()

    # The schema is FastAPI's own, which the routes with nothing but an id bring in.
    reference = {"$ref": "#/components/schemas/HTTPValidationError"}
    error = {"type": "missing", "loc": ["body", "field"], "msg": "Field required", "input": {}}
    invalid = {"application/json": {"schema": reference, "example": {"detail": [error]}}}

    def example(description: str, detail: str) -> str:
        content = {"application/json": {"example": {"detail": detail}}}
        return f'{{"description": "{description}", "content": {content!r}}}'

    return {
        "router_arguments": ", ".join(arguments),
        "collection": collection,
        "item": item + item_end,
        "item_end": item_end,
        **_query(profile, shared["query_schema"]),
        "prefix": prefix,
        "url": options.url or (site.prefix if site else "") + prefix + collection,
        "is_async": profile.orm.is_async,
        "expires": session_.expire_on_commit,
        "provider": provider_in_tests(session_)[1],
        "entry": entry.name if entry else "app",
        "app_name": entry.name if entry else "app",
        "factory": isinstance(entry, Entry) and entry.kind == "factory",
        "endpoint": SimpleNamespace(**verbs),
        "call": SimpleNamespace(**call),
        "verb": SimpleNamespace(**verbs_of_service),
        "repo": repository_lead,
        "examples": {
            "invalid": f'{{"description": "Validation Error", "content": {invalid!r}}}',
            "bad_request": example(
                "The body cannot be read", "There was an error parsing the body"
            ),
            "missing": example("Not found", f"{title} not found"),
            "unauthorized": example("Not signed in", "Not authenticated"),
            "conflict": example(
                "Clashes with what is stored", f"The {name.human} clashes with what is stored"
            ),
        },
    }


def tested(profile: AppProfile) -> Entry | Symbol | None:
    """What tests take the app from; not a factory that they could not call."""
    entry = profile.entry
    return entry.instance if entry and entry.asks and entry.instance else entry


def _query(profile: AppProfile, schema: str) -> dict[str, str]:
    """How the list takes its query parameters: a model for them came with FastAPI 0.115."""
    versions = profile.versions
    old = always_before(versions.get("fastapi"), (0, 115))
    # Releases of FastAPI until 0.110 are bound to these, which a lock may name alone.
    if old or always_before(versions.get("starlette"), (0, 37, 2)):
        return {
            "query_marker": f"Depends(query_of({schema}))",
            "query_extra": f", openapi_extra=query_parameters({schema})",
        }
    return {"query_marker": "Query()", "query_extra": ""}


def module_alias(module: str, name: Name) -> str:
    """What a module is called where its functions are used."""
    last = module.rpartition(".")[2]
    return (
        last
        if last not in {name.one, name.many}
        else f"{name.one}_{module.split('.')[-2] if '.' in module else 'module'}"
    )
