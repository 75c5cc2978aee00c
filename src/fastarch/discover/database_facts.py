"""What is there of a database: models and their base, sessions, migrations."""

from __future__ import annotations

from typing import Literal

from fastarch.discover.symbols import Import, Place, Symbol
from fastarch.records import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """A model class of the app, as far as a reference to it needs to know.

    Args:
        id_column: What the database calls the key, where that is not ``id_name``.
        id_sql: The key's type as ``sa.BigInteger()``, as far as it can be read.
    """

    symbol: Symbol
    table: str
    id_name: str | None
    id_type: Literal["int", "uuid", "str"] | None
    columns: tuple[str, ...] = ()
    timestamps: bool = False
    id_column: str | None = None
    id_sql: str | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """The declarative base (or SQLModel itself) and what a subclass gets from it.

    Args:
        provides: Columns that a model inherits from it and the mixins together (``id``,
            ``created_at`` …).
        id_type: Type of the inherited primary key, None where it has none.
        tablename: The pattern by which the base derives ``__tablename__``; empty: it does not.
        naming_convention: Its metadata has one.
        convention: What that one says by kind (``ix``, ``uq`` …), as far as it can be read.
        dataclass: It is a MappedAsDataclass: required fields come first, keyword-only where it says
            so.
        mixins: Mixins that most models add, in order (``TimestampMixin``); none whose columns
            somebody must fill (a tenant, an owner).
        columns: What ``provides`` is in the database: name and ``sa.Column(…)``, as far as it can
            be read.
        anew: Moments that it has too, and that no new row would have a value for: a model writes
            them anew.
        late: Moments that it provides, and that a new row does not have yet.
    """

    symbol: Symbol
    provides: tuple[str, ...] = ()
    id_type: Literal["int", "uuid", "str"] | None = None
    tablename: str = ""
    naming_convention: bool = False
    convention: tuple[tuple[str, str], ...] = ()
    dataclass: bool = False
    mixins: tuple[Symbol, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    anew: tuple[str, ...] = ()
    late: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Orm:
    """The ORM. ``columns`` says how models spell a column."""

    kind: Literal["sqlalchemy", "sqlmodel", "tortoise", "beanie", "none"]
    is_async: bool = False
    base: Base | None = None
    columns: Literal["mapped_column", "column"] = "mapped_column"
    models: tuple[Model, ...] = ()
    at: Place | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """How an endpoint gets its session.

    Args:
        symbol: What endpoints import: the alias where there is one, the dependency function
            otherwise.
        provider: The dependency function itself, which tests override. Its name is dotted where it
            is a method of an object or class (``manager.session``): the first word is what is
            imported.
        style: ``alias``: ``session: SessionDep``; ``depends``: ``session: Session =
            Depends(get_db)`` or ``Annotated[Session, Depends(get_db)]``, see ``annotated``.
        annotated: With ``depends``: neighbours write ``Annotated``.
        parameter: The name that neighbours give the parameter (``db``, ``session``).
        type: The session's class (``AsyncSession``) as neighbours import it.
        commits: Who commits: the caller (service, endpoint), or the dependency.
        expire_on_commit: Objects lose their values when the session commits (SQLAlchemy's default).
    """

    symbol: Symbol
    provider: Symbol
    style: Literal["depends", "alias", "none"]
    type: Import
    annotated: bool = True
    parameter: str = "session"
    commits: Literal["caller", "dependency"] = "caller"
    expire_on_commit: bool = True
    why: str = ""
    others: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Alembic:
    """Where migrations live and how models become known to them.

    Args:
        heads: Current heads, read from the versions folder; several are refused when a revision is
            due.
        registration: How env.py learns of models: ``imports`` (a line for each module in ``file``),
            ``package`` (the models package's ``__init__`` imports each), ``walk`` or ``shared``
            (nothing to do: a package walk, or all models in one module), ``none``.
        file: The file in which a new model is registered, for ``imports`` and ``package``.
        template: Text of the app's ``script.py.mako``.
    """

    at: Place
    env: str
    versions: str
    ini: str | None = None
    heads: tuple[str, ...] = ()
    file_template: str = "%(rev)s_%(slug)s"
    registration: Literal["imports", "package", "walk", "shared", "none"] = "none"
    file: str | None = None
    template: str | None = None
    others: tuple[Place, ...] = ()
