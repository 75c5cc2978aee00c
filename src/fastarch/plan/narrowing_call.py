"""What the dependency of an endpoint is called with: ``filters_of(User, "name", search=[…])``."""

from __future__ import annotations

from collections.abc import Iterable

from fastarch.discover.asked_names import is_bound, spelled
from fastarch.discover.index import Definition
from fastarch.discover.narrowing import Narrowing
from fastarch.plan.filters import parameter
from fastarch.plan.narrowing_columns import Allowed, Feature
from fastarch.plan.pagination import spelled_import
from fastarch.wire.imports import AddImport


def call_items(
    narrowing: Narrowing, asked: Allowed, feature: Feature, quote: str
) -> tuple[tuple[str, ...], tuple[AddImport, ...]]:
    """The arguments as written, with a kind of quotes, and the imports that they need."""
    model, imports = _named(narrowing, narrowing.model, narrowing.spelled)
    items = [model, *quoted(asked.fields, quote)]
    if feature == "filtering":
        models, more = related_models(narrowing, asked)
        imports = (*imports, *more)
        if models:
            listed = ", ".join(f"{quote}{name}{quote}: {said}" for name, said in models.items())
            items.append(f"related={{{listed}}}")
        for word, names in (("search", asked.search), ("own", own_names(narrowing, asked))):
            if names:
                items.append(f"{word}=[{', '.join(quoted(names, quote))}]")
    return tuple(items), imports


def related_models(
    narrowing: Narrowing, asked: Allowed
) -> tuple[dict[str, str], tuple[AddImport, ...]]:
    """By relation, how the endpoint's module names the model that it leads to."""
    found: dict[str, str] = {}
    imports: list[AddImport] = []
    for field in asked.fields:
        relation = field.rpartition(".")[0]
        if relation and relation not in found:
            model = asked.related[relation].model
            known = spelled(narrowing.index, narrowing.operation.module, model)
            found[relation], more = _named(narrowing, model, known)
            imports += more
    return found, tuple(dict.fromkeys(imports))


def own_names(narrowing: Narrowing, asked: Allowed) -> tuple[str, ...]:
    """The endpoint's own parameters that are called as filters may be."""
    heads = {parameter(field) for field in asked.fields}
    heads |= {field.rpartition(".")[0] for field in asked.fields if "." in field}
    return tuple(
        name
        for name in sorted(narrowing.own)
        if name in heads or any(name.startswith(f"{head}__") for head in heads)
    )


def quoted(names: Iterable[str], quote: str) -> list[str]:
    """Names as strings."""
    return [f"{quote}{name}{quote}" for name in names]


def _named(
    narrowing: Narrowing, model: Definition, known: str | None
) -> tuple[str, tuple[AddImport, ...]]:
    """How an endpoint's module names a model, and the import for that."""
    if known is not None:
        return known, ()
    module = narrowing.operation.module
    plain = spelled_import(narrowing.index, module, model.module.name, model.name)
    if not is_bound(module, model.name):
        return model.name, (plain,)
    alias = f"{model.name}Model"
    return alias, (AddImport(plain.module, plain.name, alias, plain.level),)
