"""The model of the people who sign in: found among the app's models, or named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fastarch.discover import columns as _columns
from fastarch.discover import provided, user_words
from fastarch.discover.bases import Entity
from fastarch.discover.discovery import Reading
from fastarch.discover.index import Definition
from fastarch.discover.named_models import named_model
from fastarch.discover.user_bodies import user_bodies
from fastarch.discover.user_facts import read_user
from fastarch.discover.user_library import library_base, library_columns
from fastarch.discover.user_model import UserModel
from fastarch.errors import NotUnderstoodError, Problem, UsageError

# How sure a name is by itself, and by a column to sign in with.
_SURE = 100
_LIKELY = 40
_HASH = 60
_LOGIN = 30


def find_user_model(
    reading: Reading, named: str | None = None, folder: Path | None = None
) -> UserModel | None:
    """The app's user model; None where it has none.

    Args:
        reading: The app.
        named: ``FILE:CLASS``, a file, a class or a table, where somebody says which.
        folder: Where a file is looked for besides the project's root.

    Raises:
        UsageError: There is no such model, or several could be meant.
        NotUnderstoodError: Nobody could sign in with it, or what it is cannot be told.
    """
    if named is not None:
        return _read(reading, named_model(reading, named, folder or reading.index.root))
    scored = [(_score(reading, entity), entity) for entity in reading.models.entities]
    best = max((score for score, _ in scored), default=0)
    if best == 0:
        _require_no_other(reading)
        return None
    found = [entity for score, entity in scored if score == best]
    inside = [entity for entity in found if not _inherits(reading, entity, found)]
    if len(inside) > 1:
        lines = "\n".join(
            f"--user {one.model.symbol.at.file}:{one.model.symbol.name}" for one in inside
        )
        message = f"There are {len(inside)} models that people could sign in with."
        raise UsageError(Problem(message, hint=f"choose one of:\n{lines}"))
    return _read(reading, inside[0])


def _read(reading: Reading, entity: Entity) -> UserModel:
    if entity.kind not in ("sqlalchemy", "sqlmodel"):
        place = entity.definition.place
        message = f"{entity.definition.name} is a model of neither SQLAlchemy nor SQLModel."
        raise NotUnderstoodError(Problem(message, place.file, place.line))
    user = read_user(reading.index, reading.profile, entity)
    if entity.kind != "sqlmodel":
        return user
    return replace(user, bodies=user_bodies(reading.index, reading.reach, entity.definition))


def _score(reading: Reading, entity: Entity) -> int:
    """How surely a model has the people who sign in; 0: it has not."""
    model = entity.model
    sure = max(user_words.user_score(model.symbol.name), user_words.user_score(model.table))
    names = {name for pair in _names(reading, entity) for name in pair}
    has_hash = any(user_words.hash_rank(name) is not None for name in names)
    has_login = any(user_words.login_rank(name, unique=False) is not None for name in names)
    likely = sure >= _SURE or (sure >= _LIKELY and (has_hash or has_login))
    if not likely and not (has_hash and has_login):
        return 0
    return sure + _HASH * has_hash + _LOGIN * has_login


def _names(reading: Reading, entity: Entity) -> Iterator[tuple[str, str]]:
    """Attributes with their columns."""
    index = reading.index
    for name, column in entity.columns.items():
        yield name, provided.database_name(provided.column_calls(index, column)) or name
    line = list(_columns.lineage(index, entity.definition))
    for one in library_columns(index, line):
        yield one.name, one.column


def _inherits(reading: Reading, entity: Entity, others: list[Entity]) -> bool:
    line = list(_columns.lineage(reading.index, entity.definition))[1:]
    return any(
        definition.module.file == other.definition.module.file
        and definition.name == other.definition.name
        for definition in line
        for other in others
    )


def _require_no_other(reading: Reading) -> None:
    """Refuse a user model that only its library knows the table of."""
    for module in reading.reach:
        if "BaseUser" not in module.text:
            continue
        for name, bound in module.bindings()[0].items():
            definition = Definition(module, name, bound.node, bound.value)
            base = library_base(reading.index, [definition]) if bound.module is None else None
            if base is not None:
                place = definition.place
                message = f"The table of {name} is {base}'s, which is not read."
                hint = f'say it in the class: __tablename__ = "{user_words.plain(name)}"'
                raise NotUnderstoodError(Problem(message, place.file, place.line, hint=hint))
