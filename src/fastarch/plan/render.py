"""The Jinja environment and its search path: from words to text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jinja2

from fastarch.discover.profile import AppProfile, Role
from fastarch.plan import assemble
from fastarch.plan.blueprint import OVERRIDES, templates_folder
from fastarch.plan.columns import enum_class
from fastarch.plan.compiled import kept
from fastarch.plan.cycles import enums_with
from fastarch.plan.data_words import enums
from fastarch.plan.deferred import deferred, schemas_import_services
from fastarch.plan.ejection import ORIGINAL
from fastarch.plan.local_modules import local_modules
from fastarch.plan.steps import Home
from fastarch.plan.support import SUPPORT
from fastarch.plan.vocabulary import Options, Target, code_style, words
from fastarch.spec.resource import Resource

ROLES: tuple[Role, ...] = ("model", "schema", "repository", "service", "router", "test")
# A word that no class is called.
_MARK = "_MODEL_MARK"


@cache
def environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    """A strict environment over folders, the first that has a template winning."""
    own = jinja2.FileSystemLoader([str(folder) for folder in folders])
    # A project's template that replaces one block extends the one that it takes the place of.
    original = jinja2.FileSystemLoader(templates_folder() / "resource")
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader([own, jinja2.PrefixLoader({ORIGINAL: original})]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.bytecode_cache = kept(made)
    return made


def render(template: str, vocabulary: Mapping[str, object], root: Path | None = None) -> str:
    """Render one template by its path below ``templates/``.

    Args:
        root: The project's root, whose own templates come first.
    """
    folders = [templates_folder()] if root is None else [root / OVERRIDES, templates_folder()]
    return environment(tuple(folders)).get_template(template).render(vocabulary)


def render_feature(
    feature: str, role: str, vocabulary: Mapping[str, object], root: Path
) -> str | None:
    """Render one template of a feature, None where there is no such template by now.

    Args:
        role: The template's name without its ending.
        vocabulary: The words. Where they say ``modules``, by role, the text becomes such a module
            in the manner that ``accent`` says.
        root: The project's root, whose own templates come first.
    """
    template = f"{feature}/{role}.jinja"
    if not (templates_folder() / template).is_file():
        return None
    text = render(template, vocabulary, root)
    modules: Any = vocabulary.get("modules")
    if modules is None:
        return text
    accent: Any = vocabulary["accent"]
    return assemble.module(text, modules[role], **accent)


def render_resource(
    resource: Resource,
    profile: AppProfile,
    homes: Mapping[Role, Home],
    targets: Mapping[str, Target],
    options: Options | None = None,
    roles: Sequence[Role] = ROLES,
    apart: Sequence[Role] = (),
    defined: Callable[[str], frozenset[str]] = lambda _path: frozenset(),
    keep: Mapping[Role, frozenset[str]] = MappingProxyType({}),
) -> dict[Role, str]:
    """Render a resource: by role, a whole module's text with exact imports, not yet formatted.

    Roles with the same home get one text, under the first of them (in the order of ``ROLES``).

    Args:
        targets: What each relation refers to, by the relation's name.
        apart: Roles that get a text of their own although they share a home.
        defined: The names that a file has. What resources share is left out where it is there; the
            text is empty where nothing is left. Other small things get another name.
        keep: By role, names of what resources share that are wanted in any case.
    """
    options = options or Options()
    clashes = _enums_called_as_models(resource, targets)
    said = {name: _set_apart(target, clashes) for name, target in targets.items()}
    vocabulary = words(resource, profile, homes, said, options)
    if "schema" not in roles:
        vocabulary["properties"] = []  # they are what the API reads
    found = environment(search_path(profile))
    texts = {
        role: _told_apart(found.get_template(f"{role}.py.jinja").render(vocabulary), clashes)
        for role in ROLES
        if role in roles and role in homes
    }
    for each in vocabulary["enums"]:
        each["name"] = clashes.get(each["name"], each["name"])
    if {"model", "schema"} <= texts.keys() and enums_with(profile, homes) == "schema":
        classes = frozenset(str(each["name"]) for each in vocabulary["enums"])
        text = assemble.reached(texts["model"], classes)
        texts["model"] = assemble.without(texts["model"], classes)
        texts["schema"] = assemble.join([each for each in (text, texts["schema"]) if each])
    texts = _without_clashes(texts, _own_words(vocabulary), homes, defined)
    if "service" in texts and schemas_import_services(homes):
        names = [str(vocabulary[f"{each}_schema"]) for each in ("create", "update", "query")]
        texts["service"] = deferred(texts["service"], names)
    parts = (part for text in texts.values() for part in assemble.parse(text).body)
    wanted = frozenset[str]().union(*(part.used for part in parts))
    shared = {
        role: assemble.reached(
            found.get_template(f"{role}.py.jinja").render(vocabulary),
            wanted | keep.get(role, frozenset()),
        )
        for role in SUPPORT
    }
    groups: dict[tuple[str, Role | None], list[Role]] = {}
    for role in texts:
        alone = role if role in apart else None
        groups.setdefault((homes[role].path, alone), []).append(role)
    pieces = {
        role: assemble.without(text, defined(homes[role].path))
        for role, text in shared.items()
        if text
    } | {group[0]: assemble.join([texts[role] for role in group]) for group in groups.values()}
    local = local_modules(profile, _used_modules(resource, homes, vocabulary["pages"]))
    return {
        role: text
        and assemble.module(
            text,
            homes[role].module,
            package=profile.package,
            relative=profile.style.imports == "relative" and role != "test",
            future=profile.style.future_annotations,
            local=local,
            is_package=homes[role].path.endswith("/__init__.py"),
        )
        for role, text in pieces.items()
    }


def _enums_called_as_models(resource: Resource, targets: Mapping[str, Target]) -> dict[str, str]:
    """Other names for enums that are called as a related model: the item of an order, OrderItem."""
    models = {target.model for target in targets.values()}
    names = {enum_class(resource.name, field) for field in enums(resource)}
    return {
        name: next(
            new
            for new in chain([f"{name}Value"], (f"{name}Value{number}" for number in count(2)))
            if new not in models | names
        )
        for name in names & models
    }


def _set_apart(target: Target, clashes: Mapping[str, str]) -> Target:
    """A model that an enum is called like, marked, so that both can be told apart in a text."""
    return replace(target, model=f"{target.model}{_MARK}") if target.model in clashes else target


def _told_apart(text: str, clashes: Mapping[str, str]) -> str:
    """The text with the enums' other names, and without the marks."""
    for name, new in clashes.items():
        text = re.sub(rf"\b{name}\b", new, text).replace(f"{name}{_MARK}", name)
    return text


def _own_words(vocabulary: Mapping[str, Any]) -> frozenset[str]:
    """Names that nobody asked for, and that may be others: an enum's class, a constant."""
    names = ["query_schema", "id_alias", "filters_constant", "sorts_constant", "errors"]
    return frozenset(
        [str(vocabulary[name]) for name in names]
        + [str(each["name"]) for each in (*vocabulary["enums"], *vocabulary["aliases"])]
        + [vocabulary["constants"]["missing"], vocabulary["constants"]["conflict"]]
    )


def _without_clashes(
    texts: Mapping[Role, str],
    names: frozenset[str],
    homes: Mapping[Role, Home],
    defined: Callable[[str], frozenset[str]],
) -> dict[Role, str]:
    """The texts with other names for what modules that have code already call something else."""
    there = {role: defined(homes[role].path) for role in texts if homes[role].shared}
    said = dict(texts)
    if not any(names & known for known in there.values()):
        return said
    taken = frozenset[str]().union(names, *there.values(), *map(assemble.names, texts.values()))
    for role, known in there.items():
        for name in sorted(names & known & assemble.names(texts[role])):
            kind = "VALUE" if name.isupper() else "value" if name.islower() else "Value"
            plain = f"{name}_{kind}" if kind != "Value" else f"{name}{kind}"
            numbered = (f"{plain}{number}" for number in count(2))
            new = next(one for one in chain([plain], numbered) if one not in taken)
            said = {each: re.sub(rf"\b{name}\b", new, text) for each, text in said.items()}
    return said


def search_path(profile: AppProfile) -> tuple[Path, ...]:
    """Where a resource's templates are looked for: the project's own, then by ORM and style."""
    own = Path(profile.root) / OVERRIDES / "resource"
    return tuple(
        folder / part
        for folder in (own, templates_folder() / "resource")
        for part in styles(profile)
    )


def styles(profile: AppProfile) -> tuple[str, ...]:
    """The folders of a resource's templates that fit an app, the first that has one winning."""
    by_style = {"class": "classes", "functions": "functions"}
    return profile.orm.kind, by_style[code_style(profile)], "."


def _used_modules(
    resource: Resource, homes: Mapping[Role, Home], pages: Home | None
) -> Iterator[str | None]:
    """The modules that come with the resource or, in the same plan, ahead of it."""
    yield from (home.module for home in homes.values())
    if pages is not None:
        yield pages.module
    if guard := resource.guard:
        yield from (guard.module, guard.alias_module, guard.user_module)
