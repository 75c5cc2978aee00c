"""What a resource is called whose model somebody has written by hand."""

from __future__ import annotations

import re
from dataclasses import replace

from fastarch.discover.database_facts import Model
from fastarch.discover.profile import AppProfile
from fastarch.errors import NotUnderstoodError, Problem, UsageError
from fastarch.plan.targets import find_model
from fastarch.spec.names import Name, parse_name

# Endings that say what a class is, where the app's own way of naming does not tell.
_AFFIX = re.compile(r"^(?:DB|Db|Orm|ORM)?(\w+?)(?:Model|ORM|Orm|DB|Db|InDB|Table|Entity)?$")


def name_model(model: Model, profile: AppProfile) -> Name:
    """The name by which references find the model again: after its class, else after its table.

    Raises:
        NotUnderstoodError: there is none.
    """
    models = profile.orm.models
    if model not in models:
        profile = replace(profile, orm=replace(profile.orm, models=(*models, model)))
    reasons: list[str] = []
    found: list[Name] = []
    for word in (*_bare(model, profile), model.table, model.symbol.name):
        try:
            name = parse_name(word)
        except UsageError as error:
            reasons += [problem.message for problem in error.problems]
            continue
        if find_model(profile, name) == model:
            if word != model.table and model.table in (name.one, name.many):
                return name
            found.append(name)
    if found:
        return found[0]
    where = model.symbol.at
    message = f"{model.symbol.name} (table {model.table}) has no name that a resource can have."
    hint = "; ".join(dict.fromkeys(reasons)) or "another model comes first by each of its names"
    raise NotUnderstoodError(Problem(message, where.file, where.line, hint=hint))


def _bare(model: Model, profile: AppProfile) -> list[str]:
    """The class without what the app adds to each, or others do; as it is, if that is nothing."""
    own = model.symbol.name
    pattern = re.escape(profile.style.model_class)
    for spelling in ("One", "Many"):
        pattern = pattern.replace(re.escape(f"{{{spelling}}}"), r"(\w+)")
    found = [re.fullmatch(pattern, own), _AFFIX.fullmatch(own)]
    bare = [match[1] for match in found if match is not None and match.groups()]
    return [word for word in bare if word != own] or [own]
