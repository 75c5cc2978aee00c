"""The ORM: its kind, its base class and what that provides, and the app's models."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from fastarch.discover import bases
from fastarch.discover import columns as _columns
from fastarch.discover.bases import Entity, Kind, assigned, symbol
from fastarch.discover.database_facts import Model, Orm
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.provided import column_calls, database_name, sql_type
from fastarch.discover.symbols import Place
from fastarch.discover.table_names import derived_table, deriving
from fastarch.records import dataclass

# What a module with a model, or with what models inherit from, contains.
_HINTS = (
    "__tablename__", "mapped_column", "eclarative", "SQLModel", "MappedAsDataclass",
    "generate_base", "tortoise", "beanie",
)  # fmt: skip
_FACTORIES = frozenset({"declarative_base", "generate_base", "automap_base", "as_declarative_base"})
_DECORATORS = frozenset({"as_declarative", "as_declarative_base"})
_ENGINE = re.compile(r"\b(create_async_engine|create_engine|async_engine_from_config)\s*\(")
_OTHERS = {
    "peewee": "peewee", "pony": "Pony", "piccolo": "Piccolo", "ormar": "ormar", "gino": "GINO",
    "mongoengine": "MongoEngine", "odmantic": "ODMantic", "motor": "Motor", "pymongo": "PyMongo",
    "edgedb": "EdgeDB", "gel": "Gel", "prisma": "Prisma", "databases": "databases",
    "asyncpg": "asyncpg",
    "psycopg2": "psycopg2", "psycopg": "psycopg", "sqlite3": "sqlite3", "aiosqlite": "aiosqlite",
}  # fmt: skip
_OTHER_IMPORT = re.compile(rf"^[ \t]*(?:from|import)[ \t]+({'|'.join(_OTHERS)})\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """The ORM with the classes it was read from, for the readers of style and layout."""

    orm: Orm
    entities: tuple[Entity, ...] = ()


def survey(index: ModuleIndex, reach: Sequence[Module], extra: Iterable[Module] = ()) -> Survey:
    """Read the ORM, its base and the models.

    Args:
        reach: The modules that the entry imports, directly or not.
        extra: Modules that Alembic knows besides.
    """
    reader = _Reader(index)
    modules = dict.fromkeys((*reach, *extra))
    for module in modules:
        text = module.text
        if any(hint in text for hint in _HINTS) or ("Column(" in text and "sqlalchemy" in text):
            reader.read(module)
    kinds = Counter(entity.kind for entity in reader.entities)
    if kinds:
        kind = kinds.most_common(1)[0][0]
    elif reader.roots:
        kind = next((kind for kind, _ in reader.roots if kind != "sqlmodel"), reader.roots[0][0])
    else:
        return Survey(_without_models(modules))
    entities = tuple(entity for entity in reader.entities if entity.kind == kind)
    roots = [definition for found, definition in reader.roots if found == kind]
    base, why = bases.base(index, kind, entities, roots)
    spelled = Counter(
        column.spelled
        for entity in entities
        for column in _columns.columns(index, entity.definition)
    )
    orm = Orm(
        kind=kind,
        is_async=kind in ("tortoise", "beanie") or _is_async(modules),
        base=base,
        columns="column" if spelled["Column"] > spelled["mapped_column"] else "mapped_column",
        models=tuple(entity.model for entity in entities),
        at=base.symbol.at if base else (entities[0].model.symbol.at if entities else None),
        why=why,
    )
    return Survey(orm, entities)


def id_convention(models: Iterable[Model]) -> Literal["int", "uuid"] | None:
    """The type of most models' ids; None where they disagree or are neither."""
    votes = Counter(model.id_type for model in models if model.id_name and model.id_type)
    for kind, count in votes.most_common(1):
        if kind != "str" and count * 2 > votes.total():
            return kind
    return None


def _without_models(modules: Iterable[Module]) -> Orm:
    other: tuple[Module, str] | None = None
    for module in modules:
        if ("sqlalchemy" in module.text or "sqlmodel" in module.text) and (
            found := _ENGINE.search(module.text)
        ):
            line = module.text.count("\n", 0, found.start()) + 1
            kind: Literal["sqlalchemy", "sqlmodel"] = (
                "sqlmodel"
                if re.search(r"(?:from|import) sqlmodel\b", module.text)
                else "sqlalchemy"
            )
            return Orm(
                kind,
                is_async="async" in found.group(1),
                at=Place(module.file, line),
                why="an engine, but no declarative base: SQLAlchemy Core",
            )
        if other is None and (named := _OTHER_IMPORT.search(module.text)):
            other = module, named.group(1)
    if other is not None:
        module, name = other
        line = module.text[: module.text.index(name)].count("\n") + 1
        return Orm(
            "none", at=Place(module.file, line), why=f"{_OTHERS[name]} without an ORM known here"
        )
    return Orm("none", why="no model, base class or engine in what the entry imports")


def _is_async(modules: Iterable[Module]) -> bool:
    """Whether there is an async engine and no other; the session that routes take decides."""
    names = {
        found.group(1)
        for module in modules
        if "_engine(" in module.text and ("sqlalchemy" in module.text or "sqlmodel" in module.text)
        for found in _ENGINE.finditer(module.text)
    }
    return "create_async_engine" in names and "create_engine" not in names


class _Reader:
    """Reads classes and remembers what each one is."""

    def __init__(self, index: ModuleIndex) -> None:
        self.index = index
        self.entities: list[Entity] = []
        self.roots: list[tuple[Kind, Definition]] = []
        self._known: dict[tuple[str, str], tuple[Kind, Definition | None] | None] = {}

    def read(self, module: Module) -> None:
        for name, bound in module.bindings()[0].items():
            if bound.module is not None or not (
                isinstance(bound.node, ast.ClassDef) or isinstance(bound.value, ast.Call)
            ):
                continue
            definition = Definition(module, name, bound.node, bound.value)
            found = self.kind(definition)
            if found is None:
                continue
            kind, base = found
            if base is None:
                self.roots.append((kind, definition))
            elif self.is_model(definition, kind):
                self.entities.append(self.entity(definition, kind))

    def kind(self, definition: Definition) -> tuple[Kind, Definition | None] | None:
        """The ORM that a class belongs to and its root; None in its place for the root itself."""
        key = (definition.module.file, definition.name)
        if key not in self._known:
            self._known[key] = None  # a class that inherits from itself, through a cycle
            self._known[key] = self._kind(definition)
        return self._known[key]

    def _kind(self, definition: Definition) -> tuple[Kind, Definition | None] | None:
        module, node = definition.module, definition.node
        if isinstance(definition.value, ast.Call):
            name = dotted(definition.value.func).rpartition(".")[2]
            if not name and isinstance(definition.value.func, ast.Attribute):
                name = definition.value.func.attr  # registry().generate_base()
            return ("sqlalchemy", None) if name in _FACTORIES else None
        if not isinstance(node, ast.ClassDef):
            return None
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            last = called.attr if isinstance(called, ast.Attribute) else dotted(called)
            if last in _DECORATORS:
                return "sqlalchemy", None
        for base in node.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            if isinstance(plain, ast.Call) and dotted(plain.func).rpartition(".")[2] in _FACTORIES:
                return "sqlalchemy", None
            target = self.index.resolve(module, dotted(plain))
            if target is not None and target.name:
                found = self.kind(target)
                if found is not None:
                    if found == ("sqlmodel", None):
                        return "sqlmodel", target
                    return found[0], found[1] or target
                continue
            kind = _outside(self.index.origin(module, plain))
            if kind == "sqlalchemy":
                return kind, None
            if kind is not None:
                return kind, definition
        return None

    def is_model(self, definition: Definition, kind: Kind) -> bool:
        node = definition.node
        if not isinstance(node, ast.ClassDef):
            return False
        if kind == "sqlmodel":
            return any(
                word.arg == "table"
                and isinstance(word.value, ast.Constant)
                and word.value.value is True
                for word in node.keywords
            )
        if kind != "sqlalchemy":
            return not _abstract_meta(node)
        if assigned(node, "__abstract__") is not None:
            return False
        if assigned(node, "__tablename__") is not None or assigned(node, "__table__") is not None:
            return True
        derived = any(
            deriving(current.node)
            for current in _columns.lineage(self.index, definition)
            if current.node is not node
        )
        return derived and bool(_columns.columns(self.index, definition))

    def entity(self, definition: Definition, kind: Kind) -> Entity:
        found = _columns.all_columns(self.index, definition)
        keys = [column for column in found.values() if column.primary]
        # One of several columns is nothing to refer to, unless one of them is unique by itself.
        key = keys[0] if len(keys) == 1 else next(filter(_columns.is_unique, keys), None)
        if not keys and kind in ("tortoise", "beanie"):
            key = found.get("id")
        names = tuple(found)
        called = database_name(column_calls(self.index, key)) if key else None
        model = Model(
            symbol=symbol(definition),
            table=self.table(definition, kind),
            id_name=key.name if key else None,
            id_type=_columns.id_type(self.index, key) if key else None,
            columns=names,
            timestamps=any(re.match(r"(date_)?creat(ed|ion)", name) for name in names)
            and any(re.match(r"(date_)?(updat|modif)", name) for name in names),
            id_column=called if key and called != key.name else None,
            id_sql=self._sql_type(definition, key) if key and kind == "sqlalchemy" else None,
        )
        return Entity(definition, kind, self.shared(definition, kind), model, found)

    def _sql_type(self, definition: Definition, key: _columns.Column) -> str | None:
        return sql_type(self.index, key, _columns.lineage(self.index, definition))

    def shared(self, definition: Definition, kind: Kind) -> Definition | None:
        """The class or base that a model inherits its mapping from, other models skipped."""
        current = definition
        for _ in range(10):
            parent = self._parent(current)
            if parent is None:
                return None
            if self.kind(parent) is None or not self.is_model(parent, kind):
                return parent
            current = parent
        return None

    def _parent(self, definition: Definition) -> Definition | None:
        node = definition.node
        if not isinstance(node, ast.ClassDef):
            return None
        for base in node.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            target = self.index.resolve(definition.module, dotted(plain))
            if target is not None and target.name and self.kind(target) is not None:
                return target
        return None

    def table(self, definition: Definition, kind: Kind) -> str:
        """The table's name: written out, or derived by a base class as far as that can be told."""
        node = definition.node
        if not isinstance(node, ast.ClassDef):
            return ""
        value = assigned(node, "__tablename__")
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
        table = assigned(node, "__table__")
        if isinstance(table, ast.Call) and table.args and isinstance(table.args[0], ast.Constant):
            return str(table.args[0].value)
        for current in _columns.lineage(self.index, definition):
            function = deriving(current.node)
            if function is not None:
                return derived_table(node.name, function)
        return node.name.lower() if kind in ("sqlmodel", "tortoise") else ""


def _outside(origin: str) -> Kind | None:
    """What a base class of a library makes of its subclass."""
    library, _, name = origin.rpartition(".")
    if library.split(".")[0] == "sqlalchemy" and name in (
        "DeclarativeBase",
        "DeclarativeBaseNoMeta",
    ):
        return "sqlalchemy"
    if name == "SQLModel":
        return "sqlmodel"
    if library.split(".")[0] == "tortoise" and name == "Model":
        return "tortoise"
    if library.split(".")[0] == "beanie" and name in ("Document", "DocumentWithSoftDelete"):
        return "beanie"
    return None


def _abstract_meta(node: ast.ClassDef) -> bool:
    """Tortoise: ``class Meta: abstract = True``."""
    return any(
        isinstance(inner, ast.ClassDef)
        and inner.name == "Meta"
        and isinstance(value := assigned(inner, "abstract"), ast.Constant)
        and value.value is True
        for inner in node.body
    )
