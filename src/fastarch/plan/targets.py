"""Resolve what relations refer to: resources of the same plan, and models that the app has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType

from fastarch.discover.database_facts import Model
from fastarch.discover.profile import AppProfile, Role
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.plan.places import spell
from fastarch.plan.steps import Home
from fastarch.plan.vocabulary import Target
from fastarch.spec.names import Name
from fastarch.spec.resource import Relation, Resource


def find_model(profile: AppProfile, name: Name) -> Model | None:
    """The app's model that a resource's name means: by its table, then by its class."""
    wanted_tables = (name.many, name.one)
    for table in wanted_tables:
        for model in profile.orm.models:
            if model.table.lower() == table:
                return model
    classes = {name.One.lower(), f"{name.One}Model".lower(), name.Many.lower()}
    return next((m for m in profile.orm.models if m.symbol.name.lower() in classes), None)


def require_model(profile: AppProfile, resource: Resource, relation: Relation) -> Model:
    """The hand-written model that a relation refers to.

    Raises:
        UsageError: there is none, with the nearest name.
        NotUnderstoodError: it has no single int or uuid primary key to refer to.
    """
    model = find_model(profile, relation.target)
    where = f"{resource.name.many}.{relation.name}"
    if model is None:
        known = sorted({m.table for m in profile.orm.models})
        near = get_close_matches(relation.target.many, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"tables found: {', '.join(known) or 'none'}"
        wanted = relation.target.many
        message = f"{where} refers to {wanted}, which is neither in the spec nor in the app."
        raise UsageError(Problem(message, hint=hint))
    if model.id_name is None or model.id_type is None:
        raise NotUnderstoodError(
            Problem(
                f"{where} refers to {model.symbol.name},"
                " which has no single int, uuid or str primary key.",
                file=model.symbol.at.file,
                line=model.symbol.at.line,
            )
        )
    return model


def dependency_order(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Resources so that what is referred to comes first; otherwise, and in cycles, as given."""
    by_name: Mapping[str, Resource] = {resource.name.many: resource for resource in resources}
    done: dict[str, Resource] = {}
    visiting: set[str] = set()

    def visit(resource: Resource) -> None:
        name = resource.name.many
        if name in done or name in visiting:
            return
        visiting.add(name)
        for relation in resource.relations:
            if relation.target.many in by_name:
                visit(by_name[relation.target.many])
        done[name] = resource

    for resource in by_name.values():
        visit(resource)
    return tuple(done.values())


def resolve(
    resources: Iterable[Resource],
    profile: AppProfile,
    placed: Mapping[str, Mapping[Role, Home]],
    owners: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, dict[str, Target]]:
    """What the relations of resources of one plan refer to, by resource and relation.

    Args:
        resources: Those of the plan.
        profile: The app.
        placed: The homes of their code.
        owners: By the name of a resource that was made before, the column with the user to whom
            a row of it belongs.

    Raises:
        UsageError: a relation refers to what is neither in the plan nor in the app.
        NotUnderstoodError: it refers to a model without a single primary key.
    """
    plan = {resource.name.many: resource for resource in resources}
    order = list(plan)
    targets: dict[str, dict[str, Target]] = {name: {} for name in plan}
    for name, resource in plan.items():
        for relation in resource.relations:
            sibling = plan.get(relation.target.many)
            if sibling is None:
                found = _existing(profile, resource, relation)
                owner = owners.get(relation.target.many)
                targets[name][relation.name] = replace(found, owner=owner)
                continue
            home = placed[sibling.name.many]["model"]
            targets[name][relation.name] = Target(
                name=sibling.name,
                model=spell(profile.style.model_class, sibling.name),
                module=home.module,
                table=sibling.table or spell(profile.style.table, sibling.name),
                id_type=sibling.id or "int",
                back=relation.back,
                self_reference=sibling.name == resource.name,
                scaffolded=True,
                cyclic=order.index(sibling.name.many) > order.index(name),
                file=home.path,
                owner=sibling.owner.column if sibling.owner else None,
            )
    return targets


def _existing(profile: AppProfile, resource: Resource, relation: Relation) -> Target:
    model = require_model(profile, resource, relation)
    return Target(
        name=relation.target,
        model=model.symbol.name,
        module=model.symbol.module,
        table=model.table,
        id_name=model.id_name or "id",
        id_type=model.id_type or "int",
        back=relation.back,
        file=model.symbol.at.file,
        id_column=model.id_column,
        id_sql=model.id_sql,
    )
