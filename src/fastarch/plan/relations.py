"""Relationship attributes and association tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastarch.plan.model_words import Accent, Attribute
from fastarch.plan.places import spell
from fastarch.spec.resource import Relation, Resource

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile
    from fastarch.plan.vocabulary import Target

_ID = {"int": "int", "uuid": "UUID", "str": "str"}


def attributes(
    resource: Resource,
    targets: Mapping[str, Target],
    shared: Mapping[str, Any],
    accent: Accent,
    associations: list[dict[str, str]],
) -> list[Attribute]:
    """The relationship attributes of a model; association tables are added to ``associations``."""
    found = []
    models = [
        targets[relation.name].model for relation in resource.relations if relation.kind == "ref"
    ]

    def own_key(relation: Relation) -> list[str]:
        """Which foreign key is meant, where several refer to the same table."""
        if models.count(targets[relation.name].model) < 2:
            return []
        if accent.spelling == "sqlmodel":
            return [f'foreign_keys="{shared["model"]}.{relation.column}"']
        return [f"foreign_keys=[{relation.column}]"]

    for relation in resource.relations:
        target = targets[relation.name]
        table: dict[str, str] = {}
        words = []
        if relation.kind == "m2m":
            table = association(resource, relation, target, shared)
            associations.append(table)
            words.append(f"secondary={table['variable']}")
            annotation = f'list["{target.model}"]'
            if target.self_reference:
                words += _joins(shared["model"], table, "left", "right")
        else:
            annotation = f'"{target.model}"'
            if relation.null and accent.spelling == "sqlmodel":  # It cannot read "Product | None".
                annotation = f'Optional["{target.model}"]'
            elif relation.null:
                annotation = f'"{accent.optional(target.model)}"'
            words += own_key(relation)
            if target.self_reference:
                direct = "id" in shared["own_columns"] and accent.spelling != "sqlmodel"
                words.append(
                    "remote_side=[id]" if direct else f'remote_side="{shared["model"]}.id"'
                )
        if target.back:
            words.append(f'back_populates="{target.back}"')
        words.append('lazy="raise"')
        if relation.kind == "m2m":
            words.append("passive_deletes=True")
        found.append(_relationship(relation.name, annotation, target.model, words, accent))
        if target.self_reference and target.back:
            back = (
                own_key(relation)
                if relation.kind == "ref"
                else [
                    f"secondary={table['variable']}",
                    *_joins(shared["model"], table, "right", "left"),
                ]
            )
            back += [f'back_populates="{relation.name}"', 'lazy="raise"']
            back.append(
                'passive_deletes="all"' if relation.kind == "ref" else "passive_deletes=True"
            )
            found.append(
                _relationship(target.back, f'list["{target.model}"]', target.model, back, accent)
            )
    return found


def association(
    resource: Resource, relation: Relation, target: Target, shared: Mapping[str, Any]
) -> dict[str, str]:
    """The words of an m2m's association table."""
    name = association_name(shared["table"], relation)
    right = f"{target.name.one}_id"
    left = f"{resource.name.one}_id"
    if right == left:
        right = f"related_{right}"
    return {
        "variable": name,
        "name": name,
        "left": left,
        "left_target": f"{shared['table']}.id",
        "left_type": shared["id_type"],
        "right": right,
        "right_target": f"{target.table}.{target.key}",
        "right_type": _ID[target.id_type],
        **({"right_sql": target.id_sql} if target.id_sql else {}),
    }


def _joins(model: str, table: Mapping[str, str], own: str, other: str) -> list[str]:
    """How a table of pairs of the same model is joined."""
    pairs = f"{model}.id == {table['variable']}.c."
    return [
        f"primaryjoin=lambda: {pairs}{table[own]}",
        f"secondaryjoin=lambda: {pairs}{table[other]}",
    ]


def association_name(table: str, relation: Relation) -> str:
    """The name of an m2m's association table, and of the variable that holds it."""
    return relation.via or f"{table}_{relation.name}"


def m2m_words(relation: Relation, target: Target) -> dict[str, Any]:
    """The words of the queries that load the other side of an m2m."""
    return {
        "attribute": relation.name,
        "column": relation.column,
        "finder": f"find_{relation.name}",
        "model": target.model,
        "name": target.name,
        "id": target.id_name,
        "id_type": _ID[target.id_type],
        "unknown": "999999" if target.id_type == "int" else "str(uuid4())",
        "tested": not (target.self_reference or relation.readonly),
        "missing": f"Some of the {target.name.humans} do not exist",
    }


def _relationship(
    name: str, annotation: str, model: str, words: list[str], accent: Accent
) -> Attribute:
    if accent.spelling == "sqlmodel":
        inner = ", ".join(_pair(word) for word in words if not word.startswith("back_populates="))
        back = [word for word in words if word.startswith("back_populates=")]
        return Attribute(
            name,
            annotation,
            f"Relationship({', '.join([*back, f'sa_relationship_kwargs={{{inner}}}'])})",
        )
    if accent.spelling == "column":
        return Attribute(name, None, f"relationship({', '.join([f'{model!r}', *words])})")
    if accent.dataclass:
        words = [*words, "init=False"]
    return Attribute(name, f"Mapped[{annotation}]", f"relationship({', '.join(words)})")


def _pair(word: str) -> str:
    key, _, value = word.partition("=")
    return f'"{key}": {value}'


def back_attribute(resource: Resource, relation: Relation, profile: AppProfile) -> str:
    """The line that gives the other side's model the attribute which ``back=`` asks for."""
    base, style = profile.orm.base, profile.style
    if base is None or relation.back is None:
        raise ValueError(f"{resource.name.many}.{relation.name} has no other side")
    model = spell(style.model_class, resource.name)
    words = [f'back_populates="{relation.name}"', 'lazy="raise"']
    if relation.kind == "m2m":
        table = resource.table or spell(style.table, resource.name)
        words += [f'secondary="{association_name(table, relation)}"', "passive_deletes=True"]
    else:
        words += [f'foreign_keys="{model}.{relation.column}"', 'passive_deletes="all"']
    spelling = "sqlmodel" if profile.orm.kind == "sqlmodel" else profile.orm.columns
    accent = Accent(spelling, "", base.naming_convention, base.dataclass, str)
    annotation = f'list["{model}"]'
    line = _relationship(relation.back, annotation, model, words, accent)
    typed = f"{line.name}: {line.annotation}" if line.annotation else line.name
    return f"{typed} = {line.value}"
