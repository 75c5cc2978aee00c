"""What a new account needs values for, and who says them: who registers, or the app."""

from __future__ import annotations

from collections.abc import Collection

from fastarch.discover import columns as _columns
from fastarch.discover import enums, user_rows, user_words
from fastarch.discover.column_types import NAIVE
from fastarch.discover.symbols import Expression, Import
from fastarch.discover.table import ColumnFacts
from fastarch.discover.user_model import UserColumn
from fastarch.discover.user_table import UserTable

TEXTS = frozenset({"str", "text", "email"})
_UUID = (Import("uuid", "uuid4"),)
_UUID_LENGTH = 36
_HEX_LENGTH = 32

Needs = tuple[tuple[UserColumn, ...], tuple[tuple[str, Expression], ...]]
"""What who registers says, and what the app does."""


def needs(user: UserTable, known: Collection[str]) -> Needs:
    """What a new row needs besides.

    Args:
        user: The model.
        known: Attributes that have values already.

    Raises:
        NotUnderstoodError: a value is nobody's to choose, and none is known.
    """
    required: list[UserColumn] = []
    preset: list[tuple[str, Expression]] = []
    for one in user.facts.values():
        column = user.written(one.name)
        if column is None or one.name in known or one.computed or not _needed(user, one, column):
            continue
        value = _value(user, one, column)
        if value is None and one.name.startswith("_"):
            message = f"{user.name}.{one.name} is required, and no name for who registers."
            raise user.refused(message, one, "give it a default, or a name without an underscore")
        if value is None:
            required.append(user.as_column(one))
        else:
            preset.append((one.name, value))
    return tuple(required), tuple(preset)


def id_type(user: UserTable, key: ColumnFacts) -> _columns.IdType:
    """The type of the key.

    Raises:
        NotUnderstoodError: it is none that other tables refer to.
    """
    column = user.written(key.name)
    found = _columns.id_type(user.index, column) if column is not None else None
    if found is None and key.type is not None and key.type.kind in ("int", "bigint", "uuid"):
        found = "uuid" if key.type.kind == "uuid" else "int"
    if found is None:
        told = key.type.told if key.type else "a type that is not said"
        message = f"The key of {user.name}, `{key.name}`, has {told}."
        raise user.refused(message, key, "an id is an int, a uuid or a text")
    return found


def id_value(user: UserTable, key: ColumnFacts) -> Expression | None:
    """What a new row's key is given; None where the model or the database fills it.

    Raises:
        NotUnderstoodError: nothing does, and no value is known.
    """
    column = user.written(key.name)
    if column is None:
        return None
    asked = user.dataclass and user_rows.is_asked_for(user.index, column)
    filled = user_rows.fills_itself(user.index, column) and not asked
    kind = id_type(user, key)
    if kind == "int":
        if asked or not (filled or user_rows.numbers_itself(user.index, column)):
            message = f"{user.name}.{key.name} has no value of its own for a new account."
            hint = "leave it to the database to count, with init=False in a dataclass"
            raise user.refused(message, key, hint)
        return None
    if filled:
        return None
    if kind == "uuid":
        return Expression("uuid4()", _UUID)
    return _random(user, key)


def _random(user: UserTable, one: ColumnFacts) -> Expression:
    """A text that nobody can guess, and that no other row has."""
    length = (one.type.max_length if one.type else None) or _UUID_LENGTH
    if length < _HEX_LENGTH:
        message = f"{user.name}.{one.name} has no value of its own, and no room for a uuid."
        raise user.refused(message, one, "give it a default")
    return Expression("str(uuid4())" if length >= _UUID_LENGTH else "uuid4().hex", _UUID)


def _needed(user: UserTable, one: ColumnFacts, column: _columns.Column) -> bool:
    if user.dataclass and user_rows.is_asked_for(user.index, column):
        return True
    return not one.null and not user_rows.fills_itself(user.index, column)


def _value(user: UserTable, one: ColumnFacts, column: _columns.Column) -> Expression | None:
    """What a new row has in a column that is no client's to choose; None: it is theirs."""
    kind = one.type.kind if one.type else None
    said = one.default if one.default is not None else one.server_default
    guarded = user_words.is_role(one.name) or user_words.is_state(one.name)
    if kind == "datetime" and (said == "now" or user_words.is_moment_made(one.name)):
        return _now(user, naive=one.type is not None and one.type.note == NAIVE)
    if one.null and said is None and (guarded or user_words.is_secret(one.name)):
        return Expression("None")
    if kind == "bool":
        return _flag(one, said)
    if guarded:
        return _least(user, one, column, said)
    if kind in TEXTS and user_words.is_secret(one.name):
        return _random(user, one)
    return None


def _now(user: UserTable, *, naive: bool) -> Expression:
    """The moment, as the column keeps it."""
    new_python = user.profile.oldest_python >= (3, 11)
    name, utc = ("UTC", "UTC") if new_python else ("timezone", "timezone.utc")
    source = f"datetime.now({utc}){'.replace(tzinfo=None)' if naive else ''}"
    return Expression(source, (Import("datetime", "datetime"), Import("datetime", name)))


def _flag(one: ColumnFacts, said: str | None) -> Expression | None:
    """A flag's default, or what it is before anybody of the app's has set it."""
    if said is not None:
        return Expression("True" if said in ("true", "1") else "False")
    active = user_words.active_rank(one.name)
    if active is not None:
        return Expression("False" if active[1] else "True")
    unset = user_words.is_granted(one.name) or user_words.is_gone(one.name)
    return Expression("False") if unset else None


def _least(
    user: UserTable, one: ColumnFacts, column: _columns.Column, said: str | None
) -> Expression | None:
    """The role or the state of a new account."""
    kind = one.type.kind if one.type else None
    if kind == "enum" or user_rows.enum_class(user.index, column) is not None:
        found = _member(user, one, column, said)
        if found is not None:
            return found
    elif kind in TEXTS and one.foreign is None:
        word = said or ("user" if user_words.is_role(one.name) else "active")
        return Expression(f'"{word}"')
    message = f"{user.name}.{one.name} is required and has no default."
    hint = "no client may choose it: give it a default for new accounts"
    raise user.refused(message, one, hint)


def _member(
    user: UserTable, one: ColumnFacts, column: _columns.Column, said: str | None
) -> Expression | None:
    """A member of an enum, or one of several words: the default, else the least."""
    definition = user_rows.enum_class(user.index, column)
    members = dict(enums.members(user.index, definition) or ()) if definition else {}
    words = tuple(members.values()) or (one.type.choices if one.type else ())
    word = said if said in words else user_words.harmless(words, one.name)
    if definition is None or not members:
        return Expression(f'"{word}"') if word is not None else None
    by_value = {value: name for name, value in members.items()}
    member = by_value[word] if word is not None else user_words.harmless(tuple(members), one.name)
    if member is None:
        return None
    symbol = user_rows.symbol(definition)
    return Expression(f"{symbol.name}.{member}", (Import(symbol.module, symbol.name),))
