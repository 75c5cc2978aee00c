"""The models that a model's relationships lead to."""

from __future__ import annotations

from collections.abc import Iterator

from fastarch.discover.columns import lineage
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.model_links import links
from fastarch.discover.profile import AppProfile, Model
from fastarch.discover.row_columns import columns_of
from fastarch.discover.table import ColumnFacts
from fastarch.records import dataclass


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
