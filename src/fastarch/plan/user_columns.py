"""What a user model lacks to be signed in with: columns, the revision for them, what to tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.discover.profile import AppProfile
from fastarch.discover.user_model import UserModel
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.columns import sql_name
from fastarch.plan.evolution_steps import AddColumn, AlterColumn, DropColumn
from fastarch.plan.evolution_words import body, plain_body
from fastarch.plan.model_words import Accent, column
from fastarch.plan.steps import EditFile, Step, Tell
from fastarch.plan.table_state import Column, column_type
from fastarch.plan.tables import has_convention, migration_default
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.resource import Field

if TYPE_CHECKING:
    from fastarch.wire.imports import AddImport

HASH_LENGTH = 255
# Whatever the app keeps times as elsewhere: this one is compared in the database alone.
_MOMENT = "DateTime(timezone=True)"
# What argon2id makes of a password, with the parameters that it has today and room for more.
_SHORTEST = 128
_PASSWORD = ("password_hash", "hashed_password", "pw_hash")
_ACTIVE = ("is_active", "active", "is_enabled", "enabled")
_SUPERUSER = ("is_superuser", "superuser", "is_super_user")
_VERIFIED = ("email_verified_at", "email_confirmed_at", "verified_at")
_MODULES = {
    "Mapped": "sqlalchemy.orm", "mapped_column": "sqlalchemy.orm", "Column": "sqlalchemy",
    "String": "sqlalchemy", "Boolean": "sqlalchemy", "true": "sqlalchemy", "false": "sqlalchemy",
    "Field": "sqlmodel", "Optional": "typing", "datetime": "datetime", "DateTime": "sqlalchemy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MissingColumns:
    """What gives a user model the columns that it lacks.

    Args:
        steps: Edits of its class, and notices.
        upgrade: What a revision's ``upgrade`` says; empty: nothing.
        downgrade: The same for ``downgrade``.
        user: The model as it is afterwards.
    """

    steps: tuple[Step, ...]
    upgrade: str
    downgrade: str
    user: UserModel


def missing_columns(
    user: UserModel, profile: AppProfile, *, migration: bool = True
) -> MissingColumns:
    """What a user model lacks: a hash, a flag for active accounts, one for superusers.

    Rows that are there get no password, are active, and are no superusers. A hash that is too short
    for argon2id becomes longer, and stays so in a downgrade.

    Args:
        user: The model as it is.
        profile: The app.
        migration: A revision is written where there is Alembic.

    Raises:
        NotUnderstoodError: Every name for a column is taken by something else.
    """
    fields = tuple(_fields(user))
    wider = _wider(user)
    steps: list[Step] = [*_edits(user, profile, fields, wider)]
    if not (migration and profile.alembic is not None) and (fields or wider):
        steps.append(Tell(_by_hand(user, fields, wider)))
    after = _with(user, fields)
    steps += [Tell(sentence) for sentence in _notices(user, after)]
    upgrade, downgrade = _bodies(user, fields, wider)
    return MissingColumns(tuple(steps), upgrade, downgrade, after)


def verified_column(
    user: UserModel, profile: AppProfile, *, migration: bool = True
) -> tuple[MissingColumns, str]:
    """What lets a user model tell since when an e-mail address is known to be the user's own.

    Returns:
        What gives it the column, where it has none; and the attribute.

    Raises:
        NotUnderstoodError: Every name for the column is taken by something else.
    """
    own = {one.name for one in user.columns if one.field.type == "datetime" and one.field.null}
    known = next((name for name in _VERIFIED if name in own), None)
    if known is not None:
        return MissingColumns((), "", "", user), known
    field = Field(_free(user, _VERIFIED), "datetime", null=True)
    steps: list[Step] = [*_edits(user, profile, (field,), None)]
    if not (migration and profile.alembic is not None):
        steps.append(Tell(_by_hand(user, (field,), None)))
    upgrade, downgrade = _bodies(user, (field,), None)
    after = replace(user, taken=user.taken | {field.name})
    return MissingColumns(tuple(steps), upgrade, downgrade, after), field.name


def _bodies(
    user: UserModel, fields: tuple[Field, ...], wider: AlterColumn | None
) -> tuple[str, str]:
    """What ``upgrade`` and ``downgrade`` say."""
    added = [AddColumn(user.table, _column(field), field.null) for field in fields]
    statements = [*([body([wider])] if wider else []), *([plain_body(added)] if added else [])]
    dropped = [DropColumn(user.table, field.name) for field in reversed(fields)]
    return "\n".join(statements), plain_body(dropped)


def _fields(user: UserModel) -> Iterator[Field]:
    """The columns that are not there."""
    if user.password is None:
        yield Field(_free(user, _PASSWORD), "str", max_length=HASH_LENGTH, null=True)
    if user.active is None:
        yield Field(_free(user, _ACTIVE), "bool", default="true", server_default="true")
    if user.superuser is None:
        yield Field(_free(user, _SUPERUSER), "bool", default="false", server_default="false")


def _free(user: UserModel, names: tuple[str, ...]) -> str:
    """The first name that means nothing yet."""
    taken = {name.lower() for name in user.taken}
    found = next((name for name in names if name not in taken), None)
    if found is None:
        at = user.symbol.at
        message = f"{user.symbol.name} has {', '.join(names)}, and none of them is the column."
        raise NotUnderstoodError(Problem(message, at.file, at.line))
    return found


def _column(field: Field) -> Column:
    return Column(field.name, field, column_type(field), field.null, migration_default(field))


def _with(user: UserModel, fields: tuple[Field, ...]) -> UserModel:
    """The model with the columns that it gets."""
    by_default = {field.default: field.name for field in fields}
    short = user.password is None or _is_short(user)
    names = tuple(field.name for field in fields)
    return replace(
        user,
        set_later=user.set_later if user.takes_new else (*user.set_later, *names),
        password=user.password or by_default[None],
        password_nullable=user.password_nullable or user.password is None,
        password_length=HASH_LENGTH if short else user.password_length,
        active=user.active or by_default["true"],
        superuser=user.superuser or by_default["false"],
        taken=user.taken | set(names),
    )


def _is_short(user: UserModel) -> bool:
    return user.password_length is not None and user.password_length < _SHORTEST


def _wider(user: UserModel) -> AlterColumn | None:
    """The step that gives a hash more room."""
    if user.password is None or not _is_short(user):
        return None
    name = user.database_name(user.password)
    old = Field(name, "str", max_length=user.password_length)
    was = Column(name, old, column_type(old), user.password_nullable)
    return AlterColumn(
        user.table, name, was, type=column_type(replace(old, max_length=HASH_LENGTH))
    )


def _edits(
    user: UserModel, profile: AppProfile, fields: tuple[Field, ...], wider: AlterColumn | None
) -> Iterator[EditFile]:
    from fastarch.wire.add_attribute import AddAttribute
    from fastarch.wire.change_length import ChangeLength

    if wider is not None and user.password is not None and user.password_of is not None:
        owner = user.password_of
        assert user.password_length is not None
        length = ChangeLength(owner.name, user.password, user.password_length, HASH_LENGTH)
        yield EditFile(owner.at.file, length)
    accent = Accent(
        user.spelling,
        user.table,
        has_convention(profile),
        user.dataclass,
        lambda text: f"{text} | None" if profile.style.optional == "pipe" else f"Optional[{text}]",
    )
    for field in fields:
        made = column(Name("user", "users"), field, accent, indexed=False)
        value = made.value.replace("sa_type=UTCDateTime", f"sa_column=Column({_MOMENT})")
        value = value.replace("UTCDateTime", _MOMENT)
        if user.spelling == "sqlmodel" and field.type != "bool":
            # Where the model itself is what an endpoint answers, these stay out of it.
            value = value.removesuffix(")") + ", exclude=True)"
        annotation = f": {made.annotation}" if made.annotation else ""
        source = f"{made.name}{annotation} = {value}"
        edit = AddAttribute(user.symbol.name, source, tuple(_imports(source)))
        yield EditFile(user.symbol.at.file, edit, "model")


def _imports(source: str) -> Iterator[AddImport]:
    from fastarch.wire.imports import AddImport

    for word in dict.fromkeys(re.findall(r"\w+", source)):
        if word in _MODULES:
            yield AddImport(_MODULES[word], word)


def _by_hand(user: UserModel, fields: tuple[Field, ...], wider: AlterColumn | None) -> str:
    """What a table that is there already needs where no revision does it."""
    said = {
        "str": f"VARCHAR({HASH_LENGTH})",
        "datetime": "TIMESTAMP WITH TIME ZONE",
        "true": "BOOLEAN NOT NULL DEFAULT true",
        "false": "BOOLEAN NOT NULL DEFAULT false",
    }
    head = f"ALTER TABLE {sql_name(user.table)}"
    lines = [f"{head} ADD COLUMN {one.name} {said[one.default or one.type]};" for one in fields]
    if wider is not None:
        name = sql_name(wider.name)
        lines.append(f"{head} ALTER COLUMN {name} TYPE VARCHAR({HASH_LENGTH});")
    return f"A table that is there already needs by hand: {' '.join(lines)}"


def _notices(user: UserModel, after: UserModel) -> Iterator[str]:
    name = user.symbol.name
    for place in user.bodies:
        yield (
            f"{place.file}:{place.line} takes a {name} from the client, {after.superuser} and"
            f" {after.password} included: give it a schema of its own."
        )
    if not user.login_unique:
        yield (
            f"{name}.{user.login} is not unique: of two accounts with the same one, one alone is"
            " found. Give it unique=True once no two rows are alike."
        )
    for one in user.required:
        if one.refers is not None and not one.field.null:
            yield (
                f"Who registers says {one.name}, a row of {one.refers[0]}: where that is not theirs"
                f" to choose, set it in new_user() and take it out of Registration."
            )
    if user.password is None:
        yield f"The rows of {user.table} have no password yet: nobody signs in before setting one."
