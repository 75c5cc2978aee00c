"""The models that a feature brings, from specs among its templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.plan.accent import class_name, id_type_of, table_name
from fastarch.plan.blueprint import templates_folder
from fastarch.plan.files import Files
from fastarch.plan.places import LAYERS, homes, spell
from fastarch.plan.relations import association
from fastarch.plan.resource_part import Pieces, resource_part
from fastarch.plan.settle import settle
from fastarch.plan.steps import EditFile, WriteFile
from fastarch.plan.support import SUPPORT, support_homes
from fastarch.plan.targets import find_model, resolve
from fastarch.plan.vocabulary import Options
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.plurals import singularise
from fastarch.spec.resource import Relation

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, Role
    from fastarch.discover.symbols import Import, Symbol
    from fastarch.plan.parts import Part
    from fastarch.plan.steps import Home, Step
    from fastarch.plan.vocabulary import Target
    from fastarch.spec.resource import Resource

PREFIX = "auth_"
"""Before the name of a model that the app has another of."""
_ID = {"int": "int", "uuid": "UUID", "str": "str"}


@dataclass(frozen=True, slots=True)
class FeatureModels:
    """The models as they are planned.

    Args:
        resources: Those that are made, what is referred to first.
        classes: By their names in the spec (``users``, ``roles``): class and module.
        tables: By the same names.
        associations: By table: the variable that holds it, its module and its two columns.
        steps: How they come about.
        paths: Where what they share with resources lies, by its role.
    """

    resources: tuple[Resource, ...]
    classes: Mapping[str, Import]
    tables: Mapping[str, str]
    associations: Mapping[str, Mapping[str, str]]
    steps: tuple[Step, ...]
    paths: Mapping[str, str]


def feature_models(
    specs: Iterable[str],
    profile: AppProfile,
    existing: Mapping[str, tuple[Symbol, str]],
    shared: Mapping[str, str],
    files: Files,
) -> FeatureModels:
    """Plan the models that the app lacks.

    Args:
        specs: Their files below ``templates/``.
        existing: By name, models that the app has: with their tables.
        shared: By role, where what resources share lies by now.
        files: The project's files, and those that the plan has begun.

    Raises:
        NotUnderstoodError: there is no safe place for one.
    """
    from fastarch.discover.symbols import Import

    together = _in_one_module(profile)
    asked = {one.name.many: one for one in _read(specs) if one.name.many not in existing}
    names = {key: _free(one, profile, together, files) for key, one in asked.items()}
    classes: dict[str, Import] = {}
    tables: dict[str, str] = {}
    for key, (symbol, table) in existing.items():
        names[key] = Name(singularise(key), table)
        classes[key] = Import(symbol.module, symbol.name)
        tables[key] = table
    made = {key: settle(_renamed(one, names), profile) for key, one in asked.items()}
    placed = {one.name.many: homes(together, one.name, LAYERS) for one in made.values()}
    targets = resolve(made.values(), profile, placed)
    steps: list[Step] = []
    paths: dict[str, str] = {}
    associations: dict[str, Mapping[str, str]] = {}
    for key, one in made.items():
        own = placed[one.name.many]
        usual = homes(profile, one.name, LAYERS)
        own.update(support_homes(profile, usual, {**shared, **paths}, files.exists, files.names))
        part = _part(one, own, targets[one.name.many], profile, files)
        steps += map(_without_role, part.steps)
        paths |= {role: path for role, path in part.paths.items() if role in SUPPORT}
        module = own["model"].module
        classes[key] = Import(module, class_name(one, profile))
        tables[key] = table_name(one, profile)
        for pair in _associations(one, targets[one.name.many], profile):
            associations[pair["name"]] = {**pair, "module": module}
    return FeatureModels(tuple(made.values()), classes, tables, associations, tuple(steps), paths)


def _in_one_module(profile: AppProfile) -> AppProfile:
    """In an app of features, the models lie with the rest of this one."""
    layout = profile.layout
    if layout.kind != "feature" or "{" not in layout.paths["model"]:
        return profile
    path = spell(layout.paths["model"], Name("auth", "auth"))
    return replace(profile, layout=replace(layout, paths={**layout.paths, "model": path}))


def _read(specs: Iterable[str]) -> Iterator[Resource]:
    from fastarch.spec.read import read_text

    for path in specs:
        yield from read_text((templates_folder() / path).read_text("utf-8"), path)


def _free(resource: Resource, profile: AppProfile, together: AppProfile, files: Files) -> Name:
    """The name, or another where the app has such a model, or such a name beside its models."""
    home = homes(together, resource.name, LAYERS)["model"]
    beside = [profile.layout.exports.get("model"), home.path if home.shared else None]
    names = frozenset[str]().union(*(files.names(path) for path in beside if path))
    taken = find_model(profile, resource.name) is not None
    if taken or class_name(resource, profile) in names or _is_there(home, files):
        return Name(f"{PREFIX}{resource.name.one}", f"{PREFIX}{resource.name.many}")
    return resource.name


def _is_there(home: Home, files: Files) -> bool:
    return not home.shared and files.exists(home.path)


def _renamed(resource: Resource, names: Mapping[str, Name]) -> Resource:
    """The resource by its name in this app, and what it refers to by theirs."""
    own = names[resource.name.many]
    renamed = own != resource.name

    def field(one: Relation) -> Relation:
        via = f"{PREFIX}{one.via}" if one.via and renamed else one.via
        return replace(one, target=names[one.target.many], via=via)

    fields = tuple(field(one) if isinstance(one, Relation) else one for one in resource.fields)
    return replace(resource, name=own, fields=fields)


def _part(
    resource: Resource,
    own: Mapping[Role, Home],
    targets: Mapping[str, Target],
    profile: AppProfile,
    files: Files,
) -> Part:
    model = own["model"]
    # Ahead of create_all.
    apart: tuple[Role, ...] = ("model",) if model.shared and files.exists(model.path) else ()
    return resource_part(resource, own, targets, profile, Pieces(("model",), apart), files)


def _without_role(step: Step) -> Step:
    """Several models have one role, and no later version brings anything new to them."""
    return replace(step, role=None) if isinstance(step, WriteFile | EditFile) else step


def _associations(
    resource: Resource, targets: Mapping[str, Target], profile: AppProfile
) -> list[dict[str, str]]:
    shared = {
        "table": table_name(resource, profile),
        "id_type": _ID[id_type_of(resource, profile, Options())],
    }
    return [
        association(resource, one, targets[one.name], shared)
        for one in resource.relations
        if one.kind == "m2m"
    ]
