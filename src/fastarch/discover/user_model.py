"""The app's own user model, as sign-in needs to know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fastarch.discover.symbols import Expression, Place, Symbol
from fastarch.records import dataclass
from fastarch.spec.resource import Field

Spelling = Literal["mapped_column", "column", "sqlmodel"]


@dataclass(frozen=True, slots=True)
class UserColumn:
    """A plain column of the user model.

    Args:
        name: The attribute.
        column: Its name in the database.
        field: Its values, under the attribute's name: type, length, words, whether it may be null.
        enum: The class of its words, where the app has one.
        refers: The table and the column that it refers to.
        told_apart: By its values, with those of other columns or alone, no two rows are alike.
    """

    name: str
    column: str
    field: Field
    enum: Symbol | None = None
    refers: tuple[str, str] | None = None
    told_apart: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """An attribute besides ``active`` that keeps an account from signing in.

    Args:
        when: ``true``: as long as it is true; ``set``: as long as it is not None.
    """

    name: str
    when: Literal["true", "set"]


@dataclass(frozen=True, slots=True)
class UserModel:
    """A user model, its columns by their attributes: ``database_name`` says what the database has.

    Args:
        id_value: What a new row's key is given, where the model does not fill it by itself.
        login: What people sign in with: the e-mail, else a user name.
        login_unique: No two rows have the same, as the model says it alone.
        password: The attribute of the password's hash.
        password_of: The class that writes it: the model, or one that it inherits from.
        active: A bool; with ``active_inverted``, it says that an account is disabled.
        superuser: A bool.
        required: Further columns that a new row needs a value for: somebody who registers gives it.
            One that may be null is here too, where a dataclass asks for it.
        preset: Further columns that a new row needs, and that no client may choose.
        set_later: Attributes that the constructor does not take.
        takes_new: It takes a column that the model gets, too.
        columns: The other plain columns that may be shown to the account's owner.
        bars: What else keeps an account from signing in.
        taken: Every name of the class and of its table.
        spelling: How the class writes its columns.
        dataclass: The class is a dataclass: every column is a parameter of its constructor.
        renamed: Attributes whose columns are called otherwise, with those.
        bodies: Endpoints that take the model itself from a client, whatever its columns.
        eager: How others are loaded that always come with a row: ``selectin``, ``joined`` …
        has_rows: It was there before: with hashes of another kind, and addresses in any letters.
        id_optional: A row may have no key yet, as the key's annotation says.
    """

    symbol: Symbol
    table: str
    id_name: str
    id_type: Literal["int", "uuid", "str"]
    id_value: Expression | None
    login: str
    login_is_email: bool
    login_unique: bool
    login_nullable: bool
    login_length: int | None
    password: str | None = None
    password_nullable: bool = False
    password_length: int | None = None
    password_of: Symbol | None = None
    active: str | None = None
    active_inverted: bool = False
    active_nullable: bool = False
    superuser: str | None = None
    superuser_nullable: bool = False
    required: tuple[UserColumn, ...] = ()
    preset: tuple[tuple[str, Expression], ...] = ()
    set_later: tuple[str, ...] = ()
    takes_new: bool = True
    columns: tuple[UserColumn, ...] = ()
    bars: tuple[Bar, ...] = ()
    taken: frozenset[str] = frozenset()
    spelling: Spelling = "mapped_column"
    dataclass: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    bodies: tuple[Place, ...] = ()
    eager: tuple[str, ...] = ()
    has_rows: bool = True
    id_optional: bool = False

    @property
    def place(self) -> str:
        """``FILE:CLASS``."""
        return f"{self.symbol.at.file}:{self.symbol.name}"

    @property
    def login_field(self) -> str:
        """What clients call the login."""
        return "email" if self.login_is_email else self.login.strip("_")

    def database_name(self, attribute: str) -> str:
        """What the database calls the column of an attribute."""
        return dict(self.renamed).get(attribute, attribute)

    def kept_out(self, user: str) -> str:
        """Whether an account may not sign in, as Python over a row: ``not user.is_active``."""
        parts = []
        if self.active is not None:
            parts.append(f"{'' if self.active_inverted else 'not '}{user}.{self.active}")
        words = {"true": "{}", "set": "{} is not None"}
        parts += [words[bar.when].format(f"{user}.{bar.name}") for bar in self.bars]
        return " or ".join(parts) or "False"

    def let_in(self, column: Callable[[str], str]) -> tuple[str, ...]:
        """The conditions for those who may, for a query.

        Args:
            column: How it spells an attribute: ``User.is_active``, ``col(User.is_active)``.
        """
        parts = []
        if self.active is not None:
            parts.append((self.active, "is_not(True)" if self.active_inverted else "is_(True)"))
        words = {"true": "is_not(True)", "set": "is_(None)"}
        parts += [(bar.name, words[bar.when]) for bar in self.bars]
        return tuple(f"{column(name)}.{condition}" for name, condition in parts)
