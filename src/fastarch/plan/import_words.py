"""Imports of the app's own names, for every role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fastarch.discover.profile import AppProfile, Role
from fastarch.discover.symbols import Import
from fastarch.plan.accent import code_style
from fastarch.plan.cycles import enums_with
from fastarch.plan.filters import enum_import
from fastarch.plan.guard_words import guard_imports
from fastarch.plan.page_words import NAMES as PAGE_NAMES
from fastarch.plan.router_words import module_alias, tested
from fastarch.plan.session_words import provider_in_tests
from fastarch.plan.steps import Home
from fastarch.plan.support import NAMES
from fastarch.spec.names import Name
from fastarch.spec.resource import Resource

if TYPE_CHECKING:
    from fastarch.plan.vocabulary import Target


def import_words(
    resource: Resource,
    profile: AppProfile,
    homes: Mapping[Role, Home],
    targets: Mapping[str, Target],
    shared: dict[str, Any],
) -> dict[str, str]:
    """Imports of the app's own names by role; those that are not used are dropped afterwards."""
    base, session, style = profile.orm.base, profile.session, profile.style
    assert base is not None and session is not None
    name = resource.name
    own_modules = [home.module for home in homes.values() if home.module]

    def own(role: Role, *names: str) -> list[str]:
        return [f"from {homes[role].module} import {word}" for word in names]

    def shared_names(role: Role) -> list[str]:
        return own(role, *sorted(NAMES[role]))

    model = own("model", shared["model"])
    enums = own(enums_with(profile, homes), *(each["name"] for each in shared["enums"]))
    schemas = own(
        "schema",
        shared["create_schema"],
        shared["update_schema"],
        shared["read_schema"],
        shared["query_schema"],
    )
    related_enums = [
        line
        for one in resource.related
        if (line := enum_import(one, targets[one.relation])) is not None
    ]
    errors = own("service", shared["not_found"], shared["conflict"], shared["invalid"])
    if code_style(profile) == "functions":
        service = [module_import(homes["service"].module, name)]
        repository = [module_import(homes["repository"].module, name)]
    else:
        service = own("service", shared["service"])
        repository = own("repository", shared["repository"])
    bases = [f"from {symbol.module} import {symbol.name}" for symbol in (base.symbol, *base.mixins)]
    session_type = [spelled(session.type)]
    provider = [f"from {session.provider.module} import {session.provider.name.partition('.')[0]}"]
    dependency = [f"from {session.symbol.module} import {session.symbol.name.partition('.')[0]}"]
    schema_base = [spelled(style.schema_base)] if style.schema_base else []
    router_class = [spelled(style.router_class)] if style.router_class else []
    entry = []
    if (app := tested(profile)) is not None:
        entry.append(f"from {app.module} import {app.name}")
    arguments = [spelled(each) for _, value in style.router_arguments for each in value.imports]
    site = profile.router_site
    guards = arguments + [
        spelled(each) for _, value in (site.arguments if site else ()) for each in value.imports
    ]
    for_router, for_test = guard_imports(resource)
    others = [target for target in targets.values() if not target.self_reference]
    related = [f"from {target.module} import {target.model}" for target in others]
    at_once = [
        f"from {target.module} import {target.model}" for target in others if not target.cyclic
    ]
    lazy = [f"from {target.module} import {target.model}" for target in others if target.cyclic]
    column_types = shared_names("column_types")
    pages = (
        [f"from {shared['pages'].module} import {word}" for word in sorted(PAGE_NAMES)]
        if shared["pages"]
        else []
    )
    typed = ""
    if lazy:
        typed = "\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n" + "\n".join(
            f"    {line}" for line in dict.fromkeys(lazy)
        )
    return {
        "model": _lines(bases, enums, column_types, at_once) + typed,
        "schema": _lines(enums, related_enums, schema_base, column_types, shared_names("common")),
        "repository": _lines(model, enums, related, session_type, column_types, pages),
        "service": _lines(
            model, schemas, repository, related, session_type, shared_names("integrity"), pages
        ),
        "router": _lines(
            model,
            schemas,
            errors,
            service,
            session_type,
            dependency,
            provider,
            router_class,
            arguments,
            for_router,
            shared_names("common"),
            pages,
        ),
        "test": _lines(
            *(
                of_tests(profile, own_modules, lines)
                for lines in (model, related, [spelled(provider_in_tests(session)[0])], entry)
            ),
            session_type,
            of_tests(profile, own_modules, [*guards, *for_test]),
        ),
        "common": _lines(schema_base),
    }


def of_tests(profile: AppProfile, modules: Iterable[str], lines: list[str]) -> list[str]:
    """Imports of the app's modules, by the names under which its tests know them.

    Args:
        modules: Some of the app's, besides those that the profile knows.
    """
    prefix = profile.tests.prefix if profile.tests else ""
    modules = [
        *modules,
        *(
            symbol.module
            for symbol in (tested(profile), profile.session and profile.session.provider)
            if symbol
        ),
    ]
    tops = {module.partition(".")[0] for module in modules}

    def own(line: str) -> bool:
        return line.split()[1].partition(".")[0] in tops

    return [line.replace("from ", f"from {prefix}", 1) if own(line) else line for line in lines]


def _lines(*groups: list[str]) -> str:
    return "\n".join(dict.fromkeys(line for group in groups for line in group))


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
