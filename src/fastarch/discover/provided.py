"""Columns that a base class or mixin gives to every model, as a migration has to write them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from fastarch.discover.columns import Column
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted

# What a Python annotation means where the column says no type; str is unbounded in both ORMs.
_PYTHON = {
    "int": "Integer", "str": "String", "bool": "Boolean", "float": "Float", "Decimal": "Numeric",
    "datetime": "DateTime", "date": "Date", "time": "Time", "timedelta": "Interval", "UUID": "Uuid",
    "bytes": "LargeBinary",
}  # fmt: skip
# Spellings of a dialect, and what is the same on every database.
_GENERIC = {"UUID": "Uuid", "DOUBLE_PRECISION": "Double", "BYTEA": "LargeBinary"}
_KEPT = ("primary_key", "nullable", "unique", "index", "server_default", "autoincrement")
_LIBRARIES = ("sqlalchemy", "sqlmodel")
_DEPTH = 5


def migration_columns(
    index: ModuleIndex, provided: Mapping[str, Column], bases: Iterable[Definition] = ()
) -> tuple[tuple[str, str], ...]:
    """Name and ``sa.Column(…)`` of each column, those left out whose type cannot be told.

    Args:
        index: The app's modules.
        provided: The columns that a model inherits.
        bases: The classes of a model's lineage, for their ``type_annotation_map``.
    """
    mapped = _annotation_map(index, bases)
    found = ((name, _column(index, column, mapped)) for name, column in provided.items())
    return tuple((name, text) for name, text in found if text is not None)


def _annotation_map(index: ModuleIndex, bases: Iterable[Definition]) -> dict[str, str]:
    """The SQL type by the last word of a Python type, where a base says which."""
    found: dict[str, str] = {}
    for base in bases:
        for statement in getattr(base.node, "body", ()):
            value = getattr(statement, "value", None)
            if (
                not isinstance(value, ast.Dict)
                or "type_annotation_map" not in ast.unparse(statement).partition("=")[0]
            ):
                continue
            for key, item in zip(value.keys, value.values, strict=True):
                text = _type(index, base.module, item)
                if key is not None and text is not None:
                    found.setdefault(dotted(key).rpartition(".")[2], text)
    return found


def sql_type(index: ModuleIndex, column: Column, bases: Iterable[Definition]) -> str | None:
    """The column's type (``sa.BigInteger()``); None where it cannot be told.

    Args:
        index: The app's modules.
        column: The column.
        bases: The classes of its model's lineage, for their ``type_annotation_map``.
    """
    return _kind(index, column, list(column_calls(index, column)), _annotation_map(index, bases))


def _kind(
    index: ModuleIndex, column: Column, calls: Sequence[ast.Call], mapped: Mapping[str, str]
) -> str | None:
    kind = next((t for call in calls for t in _types(index, column.module, call)), None)
    kind = kind or _annotated(index, column, mapped)
    if kind == "sa.String()":
        kind = next((f"sa.String({size})" for call in calls for size in _sizes(call)), kind)
    return kind


def _column(index: ModuleIndex, column: Column, mapped: Mapping[str, str]) -> str | None:
    calls = list(column_calls(index, column))
    kind = _kind(index, column, calls, mapped)
    if kind is None:
        return None
    parts = [f'"{database_name(calls) or column.name}"', kind]
    parts += [
        text
        for call in calls
        for arg in call.args
        if _is(index, column.module, arg, "ForeignKey", "Identity", "Computed")
        and (text := _expression(index, column.module, arg)) is not None
    ]
    words = {
        word.arg: word.value
        for call in reversed(calls)
        for word in column_keywords(call)
        if word.arg
    }
    if column.primary and "primary_key" not in words:
        words["primary_key"] = ast.Constant(value=True)
    if column.spelled != "Column" and "nullable" not in words and not column.primary:
        words["nullable"] = ast.Constant(value=_may_be_none(column.annotation))
    for name in _KEPT:
        if name in words:
            text = _expression(index, column.module, words[name])
            if text is not None:
                parts.append(f"{name}={text}")
    return f"sa.Column({', '.join(parts)})"


def column_calls(index: ModuleIndex, column: Column) -> Iterator[ast.Call]:
    """The column's call, what is within it (``sa_column=``), and those of an Annotated alias."""
    waiting = [column.call] if column.call is not None else []
    waiting += list(_alias_calls(index, column.module, column.annotation))
    while waiting:
        call = waiting.pop(0)
        yield call
        inner = [word.value for word in call.keywords if word.arg == "sa_column"]
        if dotted(call.func).rpartition(".")[2] == "deferred":
            inner += call.args
        waiting += [value for value in inner if isinstance(value, ast.Call)]


def _alias_calls(
    index: ModuleIndex, module: Module, annotation: ast.expr | None
) -> Iterator[ast.Call]:
    for node in ast.walk(annotation) if annotation is not None else ():
        if isinstance(node, ast.Name | ast.Attribute) and (name := dotted(node)):
            target = index.resolve(module, name)
            if target is not None and isinstance(target.value, ast.Subscript):
                for inner in ast.walk(target.value):
                    if isinstance(inner, ast.Call) and dotted(inner.func).endswith("mapped_column"):
                        yield inner


def column_keywords(call: ast.Call) -> Iterator[ast.keyword]:
    """The keyword arguments of a column's call, those that SQLModel hands on included."""
    for word in call.keywords:
        if word.arg == "sa_column_kwargs" and isinstance(word.value, ast.Dict):
            for key, value in zip(word.value.keys, word.value.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield ast.keyword(arg=str(key.value), value=value)
        else:
            yield word


def database_name(calls: Iterable[ast.Call]) -> str | None:
    """The column's name in the database, where it is another than the attribute's."""
    for call in calls:
        if dotted(call.func).rpartition(".")[2] == "Field":
            continue  # the first argument of SQLModel's is a default
        for value in (*call.args[:1], *(w.value for w in call.keywords if w.arg == "name")):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                return value.value
    return None


def _types(index: ModuleIndex, module: Module, call: ast.Call) -> Iterator[str]:
    values = [*call.args]
    values += [word.value for word in call.keywords if word.arg in ("type_", "sa_type")]
    for value in values:
        text = _type(index, module, value)
        if text is not None:
            yield text


def _type(index: ModuleIndex, module: Module, value: ast.expr, depth: int = 0) -> str | None:
    """``sa.DateTime(timezone=True)`` of an expression; a decorator of the app's is its ``impl``."""
    if depth > _DEPTH:
        return None
    called = value if isinstance(value, ast.Call) else None
    name = dotted(called.func if called else value)
    if not name:
        return _varied(index, module, called, depth) if called else None
    origin = index.origin(module, name)
    last = origin.rpartition(".")[2]
    if origin.split(".")[0] in _LIBRARIES:
        if last in ("ForeignKey", "Identity", "Computed", "Sequence", "text") or last.islower():
            return None
        if last in _GENERIC:
            return f"sa.{_GENERIC[last]}()"
        arguments = "" if called is None else ", ".join(
            [ast.unparse(arg) for arg in called.args]
            + [f"{word.arg}={ast.unparse(word.value)}" for word in called.keywords if word.arg]
        )  # fmt: skip
        return f"sa.{last}({arguments})"
    target = index.resolve(module, name)
    if target is None:
        return None
    if isinstance(target.node, ast.ClassDef):
        for statement in target.node.body:
            assigned = (
                statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
            )
            if assigned is not None and "impl" in ast.unparse(statement).split("=")[0]:
                return _type(index, target.module, assigned, depth + 1)
        return None
    if target.value is not None:
        return _type(index, target.module, target.value, depth + 1)
    return None


def _varied(index: ModuleIndex, module: Module, call: ast.Call, depth: int) -> str | None:
    """``BigInteger().with_variant(Integer, "sqlite")``"""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "with_variant":
        return None
    parts = [_type(index, module, one, depth + 1) for one in (call.func.value, *call.args[:1])]
    values = [one.value for one in call.args[1:] if isinstance(one, ast.Constant)]
    names = [f'"{value}"' for value in values if isinstance(value, str)]
    if None in parts or not names or len(names) + 1 < len(call.args) or call.keywords:
        return None
    own, other = (part if part.endswith(")") else f"{part}()" for part in parts if part)
    return f"{own}.with_variant({other}, {', '.join(names)})"


def _annotated(index: ModuleIndex, column: Column, mapped: Mapping[str, str]) -> str | None:
    """The type that an annotation stands for, aliases resolved."""
    waiting = [(column.module, column.annotation)]
    for _ in range(_DEPTH):
        if not waiting:
            return None
        module, annotation = waiting.pop(0)
        for node in ast.walk(annotation) if annotation is not None else ():
            name = dotted(node) if isinstance(node, ast.Name | ast.Attribute) else ""
            last = name.rpartition(".")[2]
            if last in mapped:
                return mapped[last]
            if last in _PYTHON:
                return f"sa.{_PYTHON[last]}()"
            target = index.resolve(module, name) if name else None
            if target is not None and target.value is not None:
                waiting.append((target.module, target.value))
    return None


def _sizes(call: ast.Call) -> Iterator[str]:
    """SQLModel's ``max_length``."""
    for word in call.keywords:
        if word.arg == "max_length" and isinstance(word.value, ast.Constant):
            yield ast.unparse(word.value)


def _is(index: ModuleIndex, module: Module, value: ast.expr, *names: str) -> bool:
    if not isinstance(value, ast.Call):
        return False
    origin = index.origin(module, dotted(value.func))
    return origin.split(".")[0] in _LIBRARIES and origin.rpartition(".")[2] in names


def _expression(index: ModuleIndex, module: Module, value: ast.expr) -> str | None:
    """An expression in ``sa.`` words; None where it says something of the app's own."""
    if isinstance(value, ast.Constant):
        return repr(value.value) if not isinstance(value.value, str) else f'"{value.value}"'
    if isinstance(value, ast.Call):
        name = dotted(value.func)
        origin = index.origin(module, name) if name else ""
        if origin.split(".")[0] not in _LIBRARIES:
            return None
        # The origin of `func.now` lies in a package below; at the top it is `sa.func.now`.
        tail = origin[origin.find("func.") :] if "func." in origin else origin.rpartition(".")[2]
        args = [_expression(index, module, arg) for arg in value.args]
        words = [(word.arg, _expression(index, module, word.value)) for word in value.keywords]
        if None in args or any(text is None or key is None for key, text in words):
            return None
        inside = [text for text in args if text] + [f"{key}={text}" for key, text in words]
        return f"sa.{tail}({', '.join(inside)})"
    return None


def _may_be_none(annotation: ast.expr | None) -> bool:
    text = ast.unparse(annotation) if annotation is not None else "None"
    return "None" in text or "Optional" in text
