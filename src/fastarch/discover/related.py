"""The models that a model's relationships lead to."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.column_types import NAIVE
from fastarch.discover.columns import all_columns, lineage
from fastarch.discover.database_facts import Model
from fastarch.discover.enums import is_enum
from fastarch.discover.index import Definition, ModuleIndex, dotted
from fastarch.discover.model_links import links
from fastarch.discover.profile import AppProfile
from fastarch.discover.row_columns import columns_of
from fastarch.discover.table import ColumnFacts
from fastarch.records import dataclass
from fastarch.spec.resource import Field
from fastarch.spec.vocabulary import FLAGS


@dataclass(frozen=True, slots=True, eq=False)
class Related:
    """What a relationship leads to: a model, and its columns by attribute."""

    model: Definition
    columns: dict[str, ColumnFacts]


def read_related(index: ModuleIndex, model: Definition, profile: AppProfile) -> dict[str, Related]:
    """What the relationships of a model lead to, by attribute."""
    return {
        name: Related(target, columns_of(index, target, profile))
        for name, target in related_models(index, model, profile).items()
    }


def related_models(
    index: ModuleIndex, model: Definition, profile: AppProfile
) -> dict[str, Definition]:
    """The model on the other side of each relationship, by attribute.

    An attribute that the other side's ``backref`` makes is one, too.
    """
    models = profile.orm.models
    own = next((one for one in models if _is(one, model)), None)
    found = dict(_found(index, model, models))
    for one in models if own is not None else ():
        definition = _definition(index, one)
        if definition is None or own is None:
            continue
        for link in links(index, list(lineage(index, definition)), models):
            if link.table == own.table and link.back is not None:
                found.setdefault(link.back, definition)
    return found


def _found(
    index: ModuleIndex, model: Definition, models: tuple[Model, ...]
) -> Iterator[tuple[str, Definition]]:
    for link in links(index, list(lineage(index, model)), models):
        target = next((one for one in models if link.table and one.table == link.table), None)
        definition = _definition(index, target) if target is not None else None
        if definition is not None:
            yield link.name, definition


def _is(model: Model, definition: Definition) -> bool:
    return (model.symbol.at.file, model.symbol.name) == (definition.module.file, definition.name)


def _definition(index: ModuleIndex, model: Model) -> Definition | None:
    return index.resolve(index.at(model.symbol.at.file), model.symbol.name)


def comparable(
    index: ModuleIndex, model: Definition, facts: ColumnFacts
) -> tuple[Field, str] | str:
    """A column as a field that a request may be compared with, and where its enum's class is.

    Text instead: why it cannot be.
    """
    found = facts.type
    if found is None or found.kind is None or found.kind not in FLAGS["filter"].types:
        return "its type cannot be compared with a text"
    if found.note == NAIVE:
        return "its moments have no time zone, and those of requests have one"
    enum = _enum_of(index, model, facts.name) if found.kind == "enum" else ""
    field = Field(
        facts.name,
        found.kind,
        precision=found.precision,
        scale=found.scale,
        choices=() if enum else found.choices,
        null=facts.null,
    )
    return field, enum


def _enum_of(index: ModuleIndex, model: Definition, name: str) -> str:
    """``app.models.user:Role``, empty where the words stand by themselves."""
    column = all_columns(index, model)[name]
    for part in (column.annotation, column.call):
        for node in ast.walk(part) if part is not None else ():
            if isinstance(node, ast.Name | ast.Attribute) and dotted(node):
                found = index.resolve(column.module, dotted(node))
                if found is not None and is_enum(index, found):
                    return f"{found.module.name}:{found.name}"
    return ""
