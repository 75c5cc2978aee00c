"""The type of a column as code writes it: ``String(120)``, ``Enum(Status)``, ``Mapped[int]``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from fastarch.discover import column_types, enums
from fastarch.discover.annotations import unwrap
from fastarch.discover.column_types import NAIVE, NO_TYPES
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.table import TypeFacts

Mapped = Mapping[str, tuple[Module, ast.expr]]
"""What a base's ``type_annotation_map`` says, by the last word of the Python type."""

_DEPTH = 6
_PYTHON = {
    "int": "Integer", "str": "String", "bool": "Boolean", "float": "Float", "Decimal": "Numeric",
    "datetime": "DateTime", "date": "Date", "time": "Time", "UUID": "Uuid", "UUID4": "Uuid",
    "bytes": "LargeBinary", "EmailStr": "EmailType", "HttpUrl": "URLType", "AnyUrl": "URLType",
    "AnyHttpUrl": "URLType", "AwareDatetime": "DateTime", "NaiveDatetime": "DateTime",
    "dict": "JSON", "Dict": "JSON",
}  # fmt: skip
_LISTS = frozenset({"list", "List", "Sequence"})


def annotation_map(bases: Iterable[Definition]) -> Mapped:
    """The ``type_annotation_map`` of a model's bases."""
    found: dict[str, tuple[Module, ast.expr]] = {}
    for base in bases:
        for statement in getattr(base.node, "body", ()):
            value = getattr(statement, "value", None)
            if not isinstance(value, ast.Dict) or not _is_map(statement):
                continue
            for key, item in zip(value.keys, value.values, strict=True):
                if key is not None and dotted(key):
                    found.setdefault(dotted(key).rpartition(".")[2], (base.module, item))
    return found


def written_type(
    index: ModuleIndex, module: Module, value: ast.expr, depth: int = 0
) -> TypeFacts | None:
    """The type that an expression is; None where it is something else, a foreign key for example.

    A type of the app's own is what it is made of: its ``impl``.
    """
    if depth > _DEPTH:
        return None
    told = ast.unparse(value)
    call = value if isinstance(value, ast.Call) else None
    if call is not None and isinstance(call.func, ast.Attribute) and call.func.attr in _CHAINED:
        return written_type(index, module, call.func.value, depth + 1)
    name = dotted(call.func if call else value)
    if not name:
        return None
    target = index.resolve(module, name)
    if target is not None:
        return _of_the_app(index, target, call, told, depth)
    last = index.origin(module, name).rpartition(".")[2] or name.rpartition(".")[2]
    if last in NO_TYPES:
        return None
    if last.upper() == "ENUM" or last == "ChoiceType":
        return replace(_enum(index, module, call), told=told)
    if last == "ARRAY":
        inner = call.args[0] if call and call.args else None
        item = written_type(index, module, inner, depth + 1) if inner is not None else None
        return column_types.array(None if _is_nested(call) else item, told)
    if last in ("MutableDict", "MutableList", "MutableSet"):
        return None
    numbers = _numbers(index, module, call)
    timezone = call is not None and any(
        _is_true(argument)
        for argument in (*call.args[:1], *_keywords(call, "timezone"))
    )  # fmt: skip
    return column_types.named(last, numbers, timezone=timezone, told=told)


def annotated_type(
    index: ModuleIndex, module: Module, annotation: ast.expr | None, mapped: Mapped
) -> TypeFacts | None:
    """The type that a column gets by its annotation alone."""
    found = unwrap(index, module, annotation)
    for name in found.names:
        if name in mapped:
            return written_type(index, *mapped[name])
    node = found.node
    if node is None:
        return None
    told = ast.unparse(node)
    if isinstance(node, ast.Subscript):
        return _parametrised(index, node, told, mapped)
    name = dotted(node)
    definition = index.resolve(found.module, name) if name else None
    if enums.is_enum(index, definition):
        assert definition is not None
        return replace(_of_class(index, definition, by_name=True), told=told)
    last = index.origin(found.module, name).rpartition(".")[2] or name.rpartition(".")[2]
    if last in _PYTHON:
        timezone = last == "AwareDatetime"
        return column_types.named(_PYTHON[last], timezone=timezone, told=told)
    return TypeFacts(None, told=told)


def listed(
    index: ModuleIndex, module: Module, annotation: ast.expr | None, mapped: Mapped
) -> TypeFacts | None:
    """What a list holds that a column keeps as JSON, by its annotation; None: it is no list."""
    node = unwrap(index, module, annotation).node
    if isinstance(node, ast.Subscript) and dotted(node.value).rpartition(".")[2] in _LISTS:
        item = annotated_type(index, module, node.slice, mapped)
        found = column_types.array(item, ast.unparse(node))
        return replace(found, note="") if found.kind else None
    return None


_CHAINED = frozenset({"with_variant", "as_mutable", "evaluates_none"})


def _of_the_app(
    index: ModuleIndex, target: Definition, call: ast.Call | None, told: str, depth: int
) -> TypeFacts | None:
    if target.value is not None:
        return written_type(index, target.module, target.value, depth + 1)
    if isinstance(target.node, ast.ClassDef):
        if column_types.named(target.name).kind == "uuid":
            return TypeFacts("uuid", told=told)  # GUID, whatever it is made of on which database
        for statement in target.node.body:
            value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
            if value is not None and ast.unparse(statement).split("=")[0].strip() == "impl":
                inner = written_type(index, target.module, value, depth + 1)
                if inner is None:
                    break
                if inner.kind == "datetime" and inner.note == NAIVE:
                    # What the class is there for: moments in UTC on every database.
                    inner = replace(inner, note="")
                size = _numbers(index, target.module, call)
                if size and inner.kind in ("str", "text"):
                    return replace(inner, kind="str", max_length=size[0], told=told)
                return replace(inner, told=told)
    return TypeFacts(None, told=told)


def _parametrised(index: ModuleIndex, node: ast.Subscript, told: str, mapped: Mapped) -> TypeFacts:
    outer = dotted(node.value).rpartition(".")[2]
    if outer == "Literal":
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        words = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
        if words and len(words) == len(parts):
            return TypeFacts("enum", choices=tuple(words), told=told)
        return TypeFacts(None, told=told)
    if outer in mapped:
        return written_type(index, *mapped[outer]) or TypeFacts(None, told=told)
    if outer in ("dict", "Dict", "Mapping"):
        return TypeFacts("json", told=told)
    return TypeFacts(None, told=told)


def _enum(index: ModuleIndex, module: Module, call: ast.Call | None) -> TypeFacts:
    if call is None or not call.args:
        return TypeFacts(None)
    first = call.args[0]
    definition = index.resolve(module, dotted(first)) if dotted(first) else None
    if definition is not None and enums.is_enum(index, definition):
        by_name = not any(_keywords(call, "values_callable"))
        return _of_class(index, definition, by_name=by_name)
    if definition is not None and definition.value is not None:
        values: list[ast.expr] = [definition.value]
    else:
        values = [a.value if isinstance(a, ast.Starred) else a for a in call.args]
        values = [
            found.value
            if dotted(v) and (found := index.resolve(module, dotted(v))) and found.value
            else v
            for v in values
        ]
    words: list[str] = []
    for value in values:
        parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
        for part in parts:
            if not isinstance(part, ast.Constant) or not isinstance(part.value, str):
                return TypeFacts(None)
            words.append(part.value)
    return TypeFacts("enum", choices=tuple(words))


def _of_class(index: ModuleIndex, definition: Definition, *, by_name: bool) -> TypeFacts:
    found = enums.members(index, definition)
    if found is None:
        return TypeFacts(None)
    note = ""
    if by_name and any(name != value for name, value in found):
        names = ", ".join(name for name, _ in found)
        note = f"is kept in the database by its members' names ({names}); the spec has their values"
    return TypeFacts("enum", choices=tuple(value for _, value in found), note=note)


def _numbers(index: ModuleIndex, module: Module, call: ast.Call | None) -> tuple[int, ...]:
    """The whole numbers that a type is called with: a length, or digits."""
    if call is None:
        return ()
    given: list[ast.expr] = list(call.args)
    for key in ("length", "precision", "scale"):
        given += _keywords(call, key)
    found = []
    for value in given:
        number = _number(index, module, value)
        if number is None:
            break
        found.append(number)
    return tuple(found)


def _number(index: ModuleIndex, module: Module, value: ast.expr) -> int | None:
    if isinstance(value, ast.Constant):
        plain = value.value
        return plain if isinstance(plain, int) and not isinstance(plain, bool) else None
    target = index.resolve(module, dotted(value)) if dotted(value) else None
    if target is not None and isinstance(target.value, ast.Constant):
        return _number(index, target.module, target.value)
    return None


def _keywords(call: ast.Call, name: str) -> list[ast.expr]:
    return [word.value for word in call.keywords if word.arg == name]


def _is_true(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def _is_nested(call: ast.Call | None) -> bool:
    """An array of arrays."""
    return call is not None and any(
        isinstance(value, ast.Constant) and isinstance(value.value, int) and value.value > 1
        for value in _keywords(call, "dimensions")
    )


def _is_map(statement: ast.stmt) -> bool:
    return "type_annotation_map" in ast.unparse(statement).partition("=")[0]
