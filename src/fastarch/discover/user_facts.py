"""A user model as its code says it: what people sign in with, and what keeps them out."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from fastarch.discover import user_rows, user_words
from fastarch.discover.bases import Entity
from fastarch.discover.columns import columns
from fastarch.discover.index import ModuleIndex, dotted
from fastarch.discover.profile import AppProfile
from fastarch.discover.symbols import Symbol
from fastarch.discover.table import ColumnFacts
from fastarch.discover.user_model import Bar, Spelling, UserColumn, UserModel
from fastarch.discover.user_needs import TEXTS, id_type, id_value, needs
from fastarch.discover.user_table import UserTable, user_table
from fastarch.errors import NotUnderstoodError, Problem


def read_user(index: ModuleIndex, profile: AppProfile, entity: Entity) -> UserModel:
    """The user model that a class is.

    Args:
        index: The app's modules.
        profile: The app.
        entity: The class.

    Raises:
        NotUnderstoodError: Nobody could sign in with it, or no row of it could be made.
    """
    user = user_table(index, profile, entity)
    _require_no_schema(user)
    key = _key(user)
    login, password = _login(user), _password(user)
    active, inverted = _active(user)
    superuser = _best(user, user_words.superuser_rank, _is_bool)
    bars = tuple(_bars(user, active))
    found = {one.name for one in (key, login, password, active, superuser) if one is not None}
    known = found | set(user_rows.filled_by_mapper(index, user.line))
    required, preset = needs(user, known)
    own = [one for one in user.facts.values() if one.name not in known]
    return UserModel(
        entity.model.symbol,
        user.table.table,
        key.name,
        id_type(user, key),
        None if key.name == login.name else id_value(user, key),
        login.name,
        user_words.is_email(login.name) or user_words.is_email(login.column),
        user.is_unique(login),
        login.null,
        _length(login),
        password=password.name if password else None,
        password_nullable=password.null if password else False,
        password_length=_length(password),
        password_of=_owner(user, password),
        active=active.name if active else None,
        active_inverted=inverted,
        active_nullable=active.null if active else False,
        superuser=superuser.name if superuser else None,
        superuser_nullable=superuser.null if superuser else False,
        required=required,
        preset=preset,
        set_later=_set_later(user),
        takes_new=user.dataclass or _takes_all(user),
        columns=tuple(_shown(user, own, {one.name for one in required})),
        bars=bars,
        taken=frozenset(
            {*user_rows.names_of(user.line), *user.facts}
            | {one.column for one in user.facts.values()}
        ),
        spelling=_spelling(user),
        dataclass=user.dataclass,
        eager=tuple(user_rows.eager_relationships(user.line)),
        renamed=tuple(
            (one.name, one.column) for one in user.facts.values() if one.name != one.column
        ),
        id_optional=_may_be_none(entity, key),
    )


def _may_be_none(entity: Entity, key: ColumnFacts) -> bool:
    column = entity.columns.get(key.name)
    words = ast.unparse(column.annotation) if column and column.annotation else ""
    return bool(re.search(r"\b(?:None|Optional)\b", words))


def _require_no_schema(user: UserTable) -> None:
    where = user_rows.schema(user.index, user.line)
    if where is not None:
        message = (
            f"The table {user.table.table} lies in the schema {where}, where the tables of"
            " sessions and roles could not refer to it."
        )
        raise user.refused(message)


def _key(user: UserTable) -> ColumnFacts:
    """The primary key."""
    known = user.facts.get(user.entity.model.id_name or "")
    keys = [one for one in user.facts.values() if one.primary]
    if known is None and len(keys) == 1:
        known = keys[0]
    if known is None:
        told = ", ".join(one.name for one in keys)
        what = f"a key of several columns ({told})" if keys else "no primary key that is read"
        hint = "sessions refer to an account by one column; name another model with --user"
        raise user.refused(f"{user.name} has {what}.", hint=hint)
    return known


def _login(user: UserTable) -> ColumnFacts:
    """What people sign in with."""
    ranked = []
    for one in user.facts.values():
        if one.type is None or one.type.kind not in TEXTS or one.computed or one.foreign:
            continue
        unique = user.is_unique(one)
        ranks = [user_words.login_rank(word, unique=unique) for word in (one.name, one.column)]
        known = [rank for rank in ranks if rank is not None]
        if known:
            ranked.append((min(known), one.name, one))
    if ranked:
        return min(ranked)[2]
    message = f"{user.name} has nothing to sign in with: no e-mail, and no unique name."
    hint = "give it a column `email`, or name the model with --user FILE:CLASS"
    unread = ", ".join(_unread_bases(user))
    raise user.refused(message, hint=f"{hint}; what {unread} adds is not read" if unread else hint)


def _unread_bases(user: UserTable) -> Iterator[str]:
    definition = user.entity.definition
    for base in getattr(definition.node, "bases", ()):
        name = dotted(base)
        known = name.rpartition(".")[2] in ("SQLModel", "DeclarativeBase", "MappedAsDataclass")
        if name and not known and user.index.resolve(definition.module, name) is None:
            yield name


def _password(user: UserTable) -> ColumnFacts | None:
    """The hash."""
    found = _best(user, user_words.hash_rank)
    if found is not None and (found.type is None or found.type.kind not in ("str", "text")):
        told = found.type.told if found.type else "no type that is said"
        message = f"{user.name}.{found.name} has {told}; a hash is kept as text."
        raise user.refused(message, found, "make it a text, and convert its rows")
    return found


def _owner(user: UserTable, column: ColumnFacts | None) -> Symbol | None:
    """The class that writes a column."""
    for definition in user.line:
        written = {one.name for one in columns(user.index, definition)}
        if column is not None and column.name in written:
            return user_rows.symbol(definition)
    return None


def _active(user: UserTable) -> tuple[ColumnFacts | None, bool]:
    """The flag of accounts that may sign in, and whether it says the opposite."""
    for one in user.facts.values():
        if _active_rank(one.name) is not None and not (_is_bool(one) or _is_moment(one)):
            told = one.type.told if one.type else "no type that is said"
            message = f"{user.name}.{one.name} is {told}, no bool: it does not say who may sign in."
            raise user.refused(message, one, "make it a bool")
    found = _best(user, _active_rank, _is_bool)
    if found is None:
        _require_no_property(user)
        return None, False
    said = user_words.active_rank(found.name) or user_words.active_rank(found.column)
    return found, said is not None and said[1]


def _active_rank(name: str) -> int | None:
    found = user_words.active_rank(name)
    return found[0] if found else None


def _best(
    user: UserTable,
    rank: Callable[[str], int | None],
    fits: Callable[[ColumnFacts], bool] = lambda _: True,
) -> ColumnFacts | None:
    """The column whose name, or the database's, ranks best."""
    ranked = []
    for one in user.facts.values():
        ranks = [found for word in (one.name, one.column) if (found := rank(word)) is not None]
        if ranks and fits(one) and not one.computed:
            ranked.append((min(ranks), one.name, one))
    return min(ranked)[2] if ranked else None


def _bars(user: UserTable, active: ColumnFacts | None) -> Iterator[Bar]:
    """What else keeps an account out."""
    for one in user.facts.values():
        said = user_words.active_rank(one.name)
        if active is not None and one.name == active.name:
            continue
        if _is_bool(one) and (user_words.is_gone(one.name) or (said and said[1])):
            yield Bar(one.name, "true")
        elif _is_moment(one) and one.null and user_words.is_gone_at(one.name):
            yield Bar(one.name, "set")


def _require_no_property(user: UserTable) -> None:
    """Refuse a property that says who may sign in: no query could ask for it."""
    for name in user_rows.properties(user.line):
        if name not in user.facts and user_words.active_rank(name) is not None:
            message = f"{user.name}.{name} is no column: what it stands for is not known."
            raise user.refused(message, hint="let a column say who may sign in, as a bool")


def _takes_all(user: UserTable) -> bool:
    """Whether no constructor is written, or one that makes use of whatever it is given."""
    found = user_rows.constructor(user.line)
    if found is None:
        return True
    _, function = found
    rest = function.args.kwarg
    names = (one.id for one in ast.walk(function) if isinstance(one, ast.Name))
    return rest is not None and rest.arg in names


def _set_later(user: UserTable) -> tuple[str, ...]:
    """Attributes that the constructor does not take.

    Raises:
        NotUnderstoodError: It asks for what is no column.
    """
    if user.dataclass:
        asked = next(user_rows.asked_relationships(user.line), None)
        if asked is not None:
            message = f"{user.name}(…) asks for the relationship `{asked}`."
            raise user.refused(message, hint=f"give `{asked}` a default, or init=False")
        return tuple(
            name
            for name, column in user.entity.columns.items()
            if name in user.facts and not user_rows.is_parameter(user.index, column)
        )
    found = user_rows.constructor(user.line)
    if found is None:
        return ()
    owner, function = found
    given = function.args
    words = [*given.args[1:], *given.kwonlyargs]
    names = {one.arg for one in words}
    optional = {one.arg for one in given.args[len(given.args) - len(given.defaults) :]}
    optional |= {
        one.arg for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value
    }
    unknown = [one.arg for one in words if one.arg not in optional and one.arg not in user.facts]
    if unknown:
        place = owner.module.place(function)
        message = f"{user.name}(…) asks for `{unknown[0]}`, which is no column."
        hint = "let its __init__ take columns, as SQLAlchemy's own does"
        raise NotUnderstoodError(Problem(message, place.file, place.line, hint=hint))
    if _takes_all(user):
        return ()
    return tuple(name for name in user.facts if name not in names)


def _shown(user: UserTable, own: list[ColumnFacts], asked: set[str]) -> Iterator[UserColumn]:
    """What may be shown to the account's owner besides."""
    for one in own:
        kind = one.type.kind if one.type else None
        private = one.name.startswith("_")
        if one.name in asked or private or kind in (None, "bytes", "json", "list"):
            continue
        if not user_words.is_secret(one.name) and user_words.hash_rank(one.name) is None:
            yield user.as_column(one)


def _spelling(user: UserTable) -> Spelling:
    """How the class writes columns: as it does itself, else as the app does."""
    if user.entity.kind == "sqlmodel":
        return "sqlmodel"
    own = user_rows.own_spelling(user.index, user.entity.definition)
    if own == "column" and not user.dataclass:
        return "column"
    return "mapped_column" if own or user.dataclass else user.profile.orm.columns


def _length(one: ColumnFacts | None) -> int | None:
    return one.type.max_length if one is not None and one.type is not None else None


def _is_bool(one: ColumnFacts) -> bool:
    return one.type is not None and one.type.kind == "bool"


def _is_moment(one: ColumnFacts) -> bool:
    return one.type is not None and one.type.kind in ("datetime", "date")
