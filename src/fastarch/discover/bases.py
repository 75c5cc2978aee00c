"""The declarative base, what a subclass gets from it, and the mixins that most models add."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import field, replace
from typing import Literal

from fastarch.discover import columns as _columns
from fastarch.discover.columns import Column
from fastarch.discover.database_facts import Base, Model
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.provided import column_calls, column_keywords, migration_columns
from fastarch.discover.symbols import Place, Symbol
from fastarch.discover.table_names import derived_pattern, deriving
from fastarch.records import dataclass

Kind = Literal["sqlalchemy", "sqlmodel", "tortoise", "beanie"]
_LIBRARY = {
    "sqlmodel": ("sqlmodel", "SQLModel"),
    "tortoise": ("tortoise.models", "Model"),
    "beanie": ("beanie", "Document"),
}
_MOMENTS = ("created_at", "updated_at")
_FIRST = frozenset({"default", "insert_default", "default_factory", "server_default"})


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """A model class as read: its definition, base and columns."""

    definition: Definition
    kind: Kind
    base: Definition | None
    model: Model
    columns: dict[str, Column] = field(default_factory=dict)


def base(
    index: ModuleIndex, kind: Kind, entities: Sequence[Entity], roots: Sequence[Definition]
) -> tuple[Base | None, str]:
    """The base that a new model inherits from, and why that one."""
    votes: Counter[tuple[str, str]] = Counter()
    by_key: dict[tuple[str, str], Definition] = {}
    for entity in entities:
        if entity.base is not None:
            key = (entity.base.module.file, entity.base.name)
            votes[key] += 1
            by_key[key] = entity.base
    ranked = votes.most_common()
    if kind in _LIBRARY:
        if ranked and ranked[0][1] * 2 > len(entities) and ranked[0][1] > 1:
            key, count = ranked[0]
            described = _describe(index, by_key[key], entities)
            why = f"{count} of {len(entities)} models inherit from it"
            return _with_library_names(index, kind, described), why
        found, why = _library_base(index, kind, entities, roots)
        return (_with_library_names(index, kind, found) if found else None), why
    if ranked:
        (key, count), *rest = ranked
        why = f"{count} of {len(entities)} models inherit from it"
        if rest:
            why += "; others from " + ", ".join(f"{name} ({file})" for (file, name), _ in rest[:3])
        return _describe(index, by_key[key], entities), why
    if not roots:
        return None, "no declarative base"
    return _describe(
        index, roots[0], entities
    ), "the declarative base; no model inherits from it yet"


def assigned(node: ast.ClassDef, name: str) -> ast.expr | None:
    """The value of an attribute that a class body assigns."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and any(dotted(t) == name for t in statement.targets):
            return statement.value
        if isinstance(statement, ast.AnnAssign) and dotted(statement.target) == name:
            return statement.value
    return None


# How SQLAlchemy calls what has a name by convention.
_KINDS = frozenset({"ix", "uq", "ck", "fk", "pk"})


def symbol(definition: Definition) -> Symbol:
    """A definition as something to import."""
    return Symbol(definition.place, definition.module.name, definition.name)


def _library_base(
    index: ModuleIndex, kind: Kind, entities: Sequence[Entity], roots: Sequence[Definition]
) -> tuple[Base | None, str]:
    library, name = _LIBRARY[kind]
    pattern = re.compile(rf"^[ \t]*(?:from|import)[ \t]+{library.split('.')[0]}\b", re.MULTILINE)
    for definition in [entity.definition for entity in entities] or roots:
        if found := pattern.search(definition.module.text):
            line = definition.module.text.count("\n", 0, found.start()) + 1
            mixins = _mixins(index, None, entities)
            provides = _provided(index, mixins)
            return (
                Base(
                    Symbol(Place(definition.module.file, line), library, name),
                    provides=tuple(provides),
                    id_type=_inherited_id(index, provides),
                    mixins=tuple(symbol(mixin) for mixin in mixins),
                    columns=migration_columns(index, provides),
                ),
                "models inherit from the library's own class",
            )
    return None, ""


def _with_library_names(index: ModuleIndex, kind: Kind, base_: Base) -> Base:
    """With the naming convention that the app gives to the metadata of all SQLModels."""
    if kind != "sqlmodel" or base_.naming_convention:
        return base_
    for path in index.containing(b"SQLModel.metadata"):
        module = index.at(path)
        convention = _assigned_convention(index, module, "SQLModel")
        if convention is not None:
            return replace(base_, naming_convention=True, convention=_patterns(convention))
    return base_


def _describe(index: ModuleIndex, definition: Definition, entities: Sequence[Entity]) -> Base:
    mixins = _mixins(index, definition, entities)
    together = [definition, *mixins]
    provides = _provided(index, together)
    line = [current for item in together for current in _columns.lineage(index, item)]
    dataclass = any(is_dataclass(index, current) for current in line)
    # Nobody would say these: a model writes them anew, with a value of their own.
    anew = [name for name in _MOMENTS if name in provides]
    anew = [name for name in anew if _is_unsaid(index, provides[name], dataclass=dataclass)]
    for name in anew:
        del provides[name]
    named = next((found for each in line if (found := deriving(each.node))), None)
    conventions = (_convention(index, current) for current in line)
    convention = next((found for found in conventions if found is not None), None)
    return Base(
        symbol=symbol(definition),
        provides=tuple(provides),
        id_type=_inherited_id(index, provides),
        tablename=derived_pattern(named) if named is not None else "",
        naming_convention=convention is not None,
        convention=_patterns(convention),
        dataclass=dataclass,
        mixins=tuple(symbol(mixin) for mixin in mixins),
        columns=migration_columns(index, provides, line),
        anew=tuple(anew),
        late=tuple(name for name in _MOMENTS if _is_late(index, provides.get(name))),
    )


def _is_unsaid(index: ModuleIndex, column: Column, *, dataclass: bool) -> bool:
    """Whether a column never has a value unless somebody gives it one."""
    if dataclass:
        return _is_asked_for(column)
    words = _words(index, column)
    later = "onupdate" in words or "server_onupdate" in words
    return not (_begins(index, column) or (later and _may_be_null(words, column)))


def _is_late(index: ModuleIndex, column: Column | None) -> bool:
    return column is not None and not _begins(index, column)


def _begins(index: ModuleIndex, column: Column) -> bool:
    """Whether a new row has a value for a column."""
    # In a Field, the first argument is the default.
    fields = (one for one in column_calls(index, column) if dotted(one.func).endswith("Field"))
    given = [value for name, value in _words(index, column).items() if name in _FIRST]
    return any(one.args for one in fields) or not all(map(_is_none, given))


def _may_be_null(words: dict[str, ast.expr], column: Column) -> bool:
    said = words.get("nullable")
    if isinstance(said, ast.Constant):
        return bool(said.value)
    text = ast.unparse(column.annotation) if column.annotation is not None else "None"
    return "None" in text or "Optional" in text


def _words(index: ModuleIndex, column: Column) -> dict[str, ast.expr]:
    calls = column_calls(index, column)
    return {word.arg: word.value for call in calls for word in column_keywords(call) if word.arg}


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_asked_for(column: Column) -> bool:
    """Whether a dataclass asks for a column's value when an object is made."""
    words = {word.arg for word in column.call.keywords} if column.call else set()
    return not words & {"init", "default", "default_factory"}


def _provided(index: ModuleIndex, classes: Sequence[Definition]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for item in classes:
        for name, column in _columns.all_columns(index, item).items():
            # `id: Any` in a base only calms a type checker.
            if column.call is not None or column.mapped:
                found.setdefault(name, column)
    return found


def _inherited_id(
    index: ModuleIndex, provides: dict[str, Column]
) -> Literal["int", "uuid", "str"] | None:
    key = next((column for column in provides.values() if column.primary), None)
    return _columns.id_type(index, key) if key else None


def _mixins(
    index: ModuleIndex, base: Definition | None, entities: Sequence[Entity]
) -> list[Definition]:
    """Classes that more than half of the models inherit from besides the base, in their order.

    One that brings a column which somebody must fill (a tenant, an owner) is no custom for a model
    that nothing is known of.
    """
    pool = [
        entity
        for entity in entities
        if base is None or (entity.base is not None and _same(entity.base, base))
    ]
    votes: Counter[tuple[str, str]] = Counter()
    by_key: dict[tuple[str, str], Definition] = {}
    for entity in pool:
        node = entity.definition.node
        if not isinstance(node, ast.ClassDef):
            continue
        for item in node.bases:
            plain = item.value if isinstance(item, ast.Subscript) else item
            target = index.resolve(entity.definition.module, dotted(plain))
            if target is None or not isinstance(target.node, ast.ClassDef):
                continue
            if base is not None and _same(target, base):
                continue
            if any(_same(target, other.definition) for other in entities):
                continue
            key = (target.module.file, target.name)
            votes[key] += 1
            by_key[key] = target
    # One model alone is no custom.
    return [
        by_key[key]
        for key, count in votes.items()
        if count * 2 > len(pool)
        and count > 1
        and all(
            _columns.fills_itself(column)
            for column in _columns.all_columns(index, by_key[key]).values()
        )
    ]


def _same(one: Definition, other: Definition) -> bool:
    return one.module.file == other.module.file and one.name == other.name


def is_dataclass(index: ModuleIndex, definition: Definition) -> bool:
    """Whether a class makes dataclasses of the models that inherit from it, or is one itself."""
    node = definition.node
    if isinstance(node, ast.ClassDef):
        if any(
            index.origin(definition.module, item).endswith("MappedAsDataclass")
            for item in node.bases
        ):
            return True
        return any("mapped_as_dataclass" in ast.unparse(item) for item in node.decorator_list)
    return False


def _convention(index: ModuleIndex, definition: Definition) -> ast.expr | None:
    """The naming convention of a base's metadata: a map, or whatever else is said there."""
    values: list[ast.expr | None] = []
    if isinstance(definition.node, ast.ClassDef):
        values.append(assigned(definition.node, "metadata"))
        for decorator in definition.node.decorator_list:
            if isinstance(decorator, ast.Call):
                values += [word.value for word in decorator.keywords if word.arg == "metadata"]
    elif isinstance(definition.value, ast.Call):
        values += [word.value for word in definition.value.keywords if word.arg == "metadata"]
    for value in values:
        call, module = value, definition.module
        if value is not None and (name := dotted(value)):
            target = index.resolve(definition.module, name)
            call, module = (target.value, target.module) if target else (None, module)
        if isinstance(call, ast.Call):
            for word in call.keywords:
                if word.arg == "naming_convention":
                    return _said(index, module, word.value)
    return _assigned_convention(index, definition.module, definition.name)


def _assigned_convention(index: ModuleIndex, module: Module, name: str) -> ast.expr | None:
    """The convention that a module gives to the metadata of a class afterwards."""
    if f"{name}.metadata" not in module.text:
        return None
    for statement in module.tree.body:
        if not isinstance(statement, ast.Assign):
            continue
        for target in map(dotted, statement.targets):
            if target == f"{name}.metadata.naming_convention":
                return _said(index, module, statement.value)
            if target == f"{name}.metadata" and isinstance(statement.value, ast.Call):
                for word in statement.value.keywords:
                    if word.arg == "naming_convention":
                        return _said(index, module, word.value)
    wanted = f"{name}.metadata.naming_convention"
    return ast.Constant(wanted) if wanted in module.text else None


def _said(index: ModuleIndex, module: Module, value: ast.expr) -> ast.expr:
    """What a name stands for, where that can be found."""
    target = index.resolve(module, name) if (name := dotted(value)) else None
    return value if target is None or target.value is None else target.value


def _patterns(convention: ast.expr | None) -> tuple[tuple[str, str], ...]:
    """What a naming convention says by kind, if all of that is written out."""
    if not isinstance(convention, ast.Dict):
        return ()
    found: list[tuple[str, str]] = []
    for key, value in zip(convention.keys, convention.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return ()
        # Other keys are words of the app's own, made by functions.
        if key.value in _KINDS:
            if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                return ()
            found.append((key.value, value.value))
    return tuple(found)
