"""The words of auth's templates for its models, and the imports of those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastarch.discover.symbols import Import
from fastarch.plan.feature_models import PREFIX
from fastarch.plan.import_words import spelled
from fastarch.spec.plurals import singularise

if TYPE_CHECKING:
    from fastarch.plan.feature_models import FeatureModels

USERS = "users"
ID_TYPES = {"int": "int", "uuid": "UUID", "str": "str"}
ID_EXAMPLES = {"int": "1", "uuid": '"8c2f6d1e-7f0a-4c2b-9a53-0d7a1b6f3e21"', "str": '"u-1"'}


def model_words(models: FeatureModels) -> dict[str, Any]:
    """The words for models: ``role`` and so on are classes; where each lies, for later ways."""
    kinds = {
        singularise(one.name.many.removeprefix(PREFIX)): one.id or "int" for one in models.resources
    }
    return {
        **{singularise(key): one.name for key, one in models.classes.items() if key != USERS},
        "models": {
            key: {"class": one.name, "module": one.module, "table": models.tables[key]}
            for key, one in models.classes.items()
        },
        "ids": {of: ID_TYPES[kind] for of, kind in kinds.items()},
        "id_examples": {of: ID_EXAMPLES[kind] for of, kind in kinds.items()},
        "associations": {
            name.removeprefix(PREFIX): _as_named(name.removeprefix(PREFIX), table)
            for name, table in models.associations.items()
        },
    }


def _as_named(name: str, table: Mapping[str, str]) -> dict[str, str]:
    """A table of pairs with its columns in the order of its name: ``user_roles``."""
    first = singularise(name.partition("_")[0])
    left, right = table["left"], table["right"]
    in_order = left.removeprefix(PREFIX).startswith(first)
    left, right = (left, right) if in_order else (right, left)
    names = {"variable": table["variable"], "module": table["module"]}
    return {**names, "left": left, "right": right}


def model_imports(models: FeatureModels) -> list[str]:
    """Imports of models and of the tables between them."""
    tables = (Import(one["module"], one["variable"]) for one in models.associations.values())
    return [spelled(one) for one in (*models.classes.values(), *tables)]
