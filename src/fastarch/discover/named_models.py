"""The model that somebody names: ``app/models/user.py:User``, a file, a class or a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from fastarch.discover.bases import Entity
from fastarch.discover.discovery import Reading
from fastarch.discover.index import Module
from fastarch.discover.models import survey
from fastarch.errors import NotUnderstoodError, Problem, UsageError

_KINDS = {"tortoise": "Tortoise ORM", "beanie": "Beanie"}


def named_model(reading: Reading, text: str, folder: Path) -> Entity:
    """The model's class.

    Args:
        reading: The app.
        text: ``FILE:CLASS``, ``FILE``, a class or a table.
        folder: Where a file is looked for besides the project's root.

    Raises:
        UsageError: there is no such file or model, or several could be meant.
        NotUnderstoodError: it is a model of an ORM that specs are not for.
    """
    path, class_name = _split(text)
    if path is not None:
        return _known(_in_file(reading, path, class_name, folder))
    found = [
        one for one in reading.models.entities if text in (one.model.symbol.name, one.model.table)
    ]
    if not found:
        found = [one for one in reading.models.entities if text.lower() in _spellings(one)]
    if len(found) == 1:
        return _known(found[0])
    if found:
        raise UsageError(Problem(f"There are {len(found)} models {text}.", hint=_choices(found)))
    every = reading.models.entities
    words = {one.model.symbol.name for one in every} | {one.model.table for one in every}
    raise UsageError(Problem(f"There is no model {text} in the app.", hint=_near(text, words)))


def model_at(reading: Reading, place: str) -> Entity | None:
    """The model of a record, ``FILE:CLASS``; None where it is gone."""
    file, _, name = place.rpartition(":")
    if not (reading.index.root / file).is_file():
        return None
    found = _entities(reading, reading.index.at(file))
    return next((one for one in found if one.definition.name == name), None)


def _split(text: str) -> tuple[str | None, str | None]:
    """A path and a class, as far as they are given."""
    head, colon, last = text.rpartition(":")
    if colon and (last.isidentifier() or not last) and head:
        return head, last or None
    if text.endswith(".py") or "/" in text or "\\" in text:
        return text, None
    return None, text


def _in_file(reading: Reading, path: str, class_name: str | None, folder: Path) -> Entity:
    root = reading.index.root
    candidates = [root / path, folder / path]
    full = next((one.resolve() for one in candidates if one.is_file()), None)
    if full is None:
        files = {one.model.symbol.at.file for one in reading.models.entities}
        hint = _near(path, files)
        raise UsageError(Problem("There is no such file.", file=path, hint=hint))
    if not full.is_relative_to(root):
        raise UsageError(Problem("The file lies outside of the project.", file=path))
    module = reading.index.at(full)
    found = _entities(reading, module)
    if class_name is None:
        if len(found) == 1:
            return found[0]
        message = "There is no model in the file." if not found else "Which model is meant?"
        hint = _choices(found) if found else _choices(reading.models.entities)
        raise UsageError(Problem(message, file=module.file, hint=hint))
    for entity in found:
        if entity.definition.name == class_name:
            return entity
    definition = reading.index.resolve(module, class_name)
    if definition is not None and definition.module.file != module.file:  # imported there
        place = f"{definition.module.file}:{definition.name}"
        elsewhere = model_at(reading, place)
        if elsewhere is not None:
            return elsewhere
    if definition is not None and definition.node is not None:
        hint = "a model has a table: __tablename__, or table=True with SQLModel"
        if found:
            hint += f"\n{_choices(found)}"
        where = definition.place
        message = f"{class_name} is no model with a table."
        raise UsageError(Problem(message, where.file, where.line, hint=hint))
    names = [entity.definition.name for entity in found]
    hint = _near(class_name, names) if names else _choices(reading.models.entities)
    raise UsageError(Problem(f"There is no class {class_name}.", file=module.file, hint=hint))


def _entities(reading: Reading, module: Module) -> Sequence[Entity]:
    """The models that a file defines, whether or not the app imports it."""
    own = [one for one in reading.models.entities if one.definition.module.file == module.file]
    return own or survey(reading.index, (), [module]).entities


def _known(entity: Entity) -> Entity:
    """The entity, if its ORM is one that specs are for.

    Raises:
        NotUnderstoodError: it is not.
    """
    place = entity.definition.place
    if entity.kind in _KINDS:
        message = f"{entity.definition.name} is a model of {_KINDS[entity.kind]}."
        hint = "specs are of SQLAlchemy and SQLModel"
        raise NotUnderstoodError(Problem(message, place.file, place.line, hint=hint))
    if not entity.model.table:
        message = f"The table of {entity.definition.name} cannot be told from its code."
        hint = f'say it in the class: __tablename__ = "{_snake(entity.definition.name)}s"'
        raise NotUnderstoodError(Problem(message, place.file, place.line, hint=hint))
    return entity


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _spellings(entity: Entity) -> set[str]:
    """A class and a table in one spelling, and the plural of the class."""
    own = entity.model.symbol.name.lower()
    return {own, f"{own}s", _snake(entity.model.symbol.name), entity.model.table.lower()}


def _choices(entities: Iterable[Entity]) -> str:
    lines = [f"{one.model.symbol.at.file}:{one.model.symbol.name}" for one in entities]
    return "Choose one of:\n" + "\n".join(lines) if lines else "the app has no models"


def _near(word: str, words: Iterable[str]) -> str:
    known = sorted(words)
    by_case = {one.lower(): one for one in known}
    near = get_close_matches(word.lower(), by_case, n=1)
    if near:
        return f"did you mean {by_case[near[0]]}?"
    return f"there are {', '.join(known)}" if known else "the app has no models"
