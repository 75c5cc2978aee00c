"""Imports of the app's own names, for every role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastarch.discover.profile import AppProfile, Import, Role
from fastarch.plan.accent import code_style
from fastarch.plan.router_words import module_alias
from fastarch.plan.steps import Home
from fastarch.spec.names import Name
from fastarch.spec.resource import Resource

if TYPE_CHECKING:
    from fastarch.plan.vocabulary import Options, Target


def import_words(
    resource: Resource,
    profile: AppProfile,
    homes: Mapping[Role, Home],
    targets: Mapping[str, Target],
    options: Options,
    shared: dict[str, Any],
) -> dict[str, str]:
    """Imports of the app's own names by role; those that are not used are dropped afterwards."""
    base, session, style = profile.orm.base, profile.session, profile.style
    assert base is not None and session is not None
    name = resource.name
    own: dict[Role, list[str]] = {
        "model": [shared["model"], *(e["name"] for e in shared["enums"]), "utc_now", "UTCDateTime"],
        "schema": [
            shared["create_schema"],
            shared["update_schema"],
            shared["read_schema"],
            shared["query_schema"],
        ],
        "repository": [shared["repository"], shared["filters_constant"]],
        "service": [shared["service"], shared["not_found"], shared["conflict"], shared["invalid"]],
        "router": [shared["router"]],
    }
    lines: list[str] = []
    for role, names in own.items():
        module = homes[role].module
        lines += [f"from {module} import {word}" for word in names]
    if code_style(profile) == "functions":
        lines.append(module_import(homes["service"].module, name))
        lines.append(module_import(homes["repository"].module, name))
    lines += [
        f"from {symbol.module} import {symbol.name}" for symbol in (base.symbol, *base.mixins)
    ]
    lines.append(f"from {session.symbol.module} import {session.symbol.name}")
    lines.append(f"from {session.provider.module} import {session.provider.name}")
    lines.append(spelled(session.type))
    for extra in (style.schema_base, style.router_class):
        if extra is not None:
            lines.append(spelled(extra))
    if profile.entry is not None:
        lines.append(f"from {profile.entry.module} import {profile.entry.name}")
    site_arguments = profile.router_site.arguments if profile.router_site else ()
    for _, value in (*style.router_arguments, *site_arguments):
        lines += [spelled(each) for each in value.imports]
    lazy: list[str] = []
    for target in targets.values():
        if target.self_reference:
            continue
        (lazy if target.cyclic else lines).append(f"from {target.module} import {target.model}")
    service_lines = [
        f"from {target.module} import {target.model}"
        for target in targets.values()
        if not target.self_reference
    ]
    lazy += [
        f"from {each.module} import {each.model}"
        for each in options.incoming
        if each.module != homes["model"].module
    ]
    text = "\n".join(dict.fromkeys(lines))
    model_text = text
    if lazy:
        model_text += "\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n" + "\n".join(
            f"    {line}" for line in lazy
        )
    rest = "\n".join(dict.fromkeys([*lines, *service_lines]))
    return {
        "model": model_text,
        **dict.fromkeys(("schema", "repository", "service", "router", "test"), rest),
    }


def module_import(module: str, name: Name) -> str:
    """The import of a module of functions."""
    parent, _, last = module.rpartition(".")
    alias = module_alias(module, name)
    as_ = "" if alias == last else f" as {alias}"
    return f"from {parent} import {last}{as_}" if parent else f"import {last}{as_}"


def spelled(each: Import) -> str:
    """An import as a statement."""
    as_ = f" as {each.alias}" if each.alias else ""
    return (
        f"import {each.module}{as_}"
        if each.name is None
        else f"from {each.module} import {each.name}{as_}"
    )
