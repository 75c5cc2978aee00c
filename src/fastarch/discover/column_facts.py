"""A column of a model class with all that its code says of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from fastarch.discover import provided
from fastarch.discover.annotations import unwrap
from fastarch.discover.bases import Kind
from fastarch.discover.column_types import decimal
from fastarch.discover.columns import Column
from fastarch.discover.default_values import code_default, server_default
from fastarch.discover.index import Module, ModuleIndex, dotted
from fastarch.discover.modules import called
from fastarch.discover.table import ColumnFacts, Foreign, TypeFacts
from fastarch.discover.values import text_of
from fastarch.discover.written_types import Mapped, annotated_type, listed, written_type
from fastarch.spec.resource import ScalarType

_LIMITS = {"ge": "ge", "gt": "gt", "le": "le", "lt": "lt", "min_length": "min_length",
           "regex": "pattern", "pattern": "pattern"}  # fmt: skip

Tables = dict[str, str]
"""The table of a model's class, by the class's name."""


def column_facts(
    index: ModuleIndex, column: Column, kind: Kind, mapped: Mapped, tables: Tables
) -> ColumnFacts | None:
    """What a column is; None where it is none after all (a property, a bare annotation).

    Args:
        index: The app's modules.
        column: As it was found.
        kind: The ORM.
        mapped: The ``type_annotation_map`` of the model's bases.
        tables: The table of a model's class, by the class's name.
    """
    if column.spelled == "column_property" or (
        column.call is None and not column.mapped and kind != "sqlmodel"
    ):
        return None
    calls = list(provided.column_calls(index, column))
    words = {
        w.arg: w.value for call in reversed(calls) for w in provided.column_keywords(call) if w.arg
    }
    at = column.module.place(column.node)
    found = unwrap(index, column.module, column.annotation)
    foreign = _foreign(index, column.module, calls, words, tables)
    type_ = _type(index, column, calls, words, mapped, foreign)
    type_kind = type_.kind if type_ is not None else None
    default, unsaid = _default(index, column, calls, words, type_kind)
    server = None
    if "server_default" in words and not _is_none(words["server_default"]):
        value = server_default(index, column.module, words["server_default"])
        server = value.said(type_kind, server=True) if value is not None else None
        if server is None:
            text = ast.unparse(words["server_default"])
            unsaid = (*unsaid, f"has the server default {text}, which a spec cannot say")
    name = provided.database_name(calls)
    if name is None and kind == "sqlmodel":
        name = text_of(index, column.module, words.get("name"))
    if "onupdate" in words and column.name != "updated_at":
        text = ast.unparse(words["onupdate"])
        unsaid = (*unsaid, f"is set to {text} by every update, which a spec cannot say")
    doc = next((words[key] for key in ("doc", "comment", "description") if key in words), None)
    return ColumnFacts(
        column.name,
        name or column.name,
        type_,
        null=_null(column, kind, words, found.null),
        primary=column.primary,
        unique=_is_true(words.get("unique")),
        index=_is_true(words.get("index")),
        default=default,
        server_default=server,
        foreign=foreign,
        doc=text_of(index, column.module, doc),
        limits=tuple(_limits(index, column.module, words)) if kind == "sqlmodel" else (),
        unsaid=unsaid,
        computed=any(called(arg) == "Computed" for call in calls for arg in call.args),
        at=at,
    )


def foreign_key(
    index: ModuleIndex, module: Module, call: ast.Call, tables: Tables
) -> Foreign | None:
    """What a ``ForeignKey(…)`` refers to, None where it cannot be told."""
    given = call.args[0] if call.args else None
    target = text_of(index, module, given)
    if target is None and given is not None and (chain := dotted(given)):
        owner, _, attribute = chain.replace(".c.", ".").rpartition(".")
        table = tables.get(owner.rpartition(".")[2])
        target = f"{table}.{attribute}" if table else None
    if target is None or "." not in target:
        return None
    table, column = target.split(".")[-2:]
    rule = next((w.value for w in call.keywords if w.arg == "ondelete"), None)
    return Foreign(table, column, _rule(text_of(index, module, rule)))


def _foreign(
    index: ModuleIndex,
    module: Module,
    calls: list[ast.Call],
    words: dict[str, ast.expr],
    tables: Tables,
) -> Foreign | None:
    target = text_of(index, module, words.get("foreign_key"))
    if target is not None and "." in target:
        table, column = target.split(".")[-2:]
        return Foreign(table, column, _rule(text_of(index, module, words.get("ondelete"))))
    arguments = [arg for call in calls for arg in call.args]
    extra = words.get("sa_column_args")
    if isinstance(extra, ast.Tuple | ast.List):
        arguments += extra.elts
    for argument in arguments:
        if isinstance(argument, ast.Call) and called(argument) == "ForeignKey":
            return foreign_key(index, module, argument, tables) or Foreign("", "")
    return None


def _rule(text: str | None) -> str | None:
    return " ".join(text.upper().replace("_", " ").split()) if text else None


def _type(
    index: ModuleIndex,
    column: Column,
    calls: list[ast.Call],
    words: dict[str, ast.expr],
    mapped: Mapped,
    foreign: Foreign | None,
) -> TypeFacts | None:
    module = column.module
    values: list[ast.expr] = [
        argument
        for call in calls
        if called(call) not in ("Field", "deferred")
        for argument in call.args
    ]
    values += [words[key] for key in ("type_", "sa_type") if key in words]
    found = None
    for value in values:
        if isinstance(value, ast.Constant):
            continue
        found = written_type(index, module, value)
        if found is not None:
            break
    bare = column.annotation
    by_annotation = annotated_type(index, module, bare, mapped) if bare is not None else None
    if found is None:
        if by_annotation is None or (foreign is not None and by_annotation.kind is None):
            return None
        return _sized(index, module, by_annotation, words)
    if found.kind == "json" and bare is not None:
        found = listed(index, module, bare, mapped) or found
    if found.kind in ("str", "text") and by_annotation is not None:
        if by_annotation.kind in ("email", "url"):
            return replace(found, kind=by_annotation.kind)
        if by_annotation.kind in ("uuid", "enum"):
            # Kept as text, which says no more than how.
            return replace(by_annotation, note="")
    return found


def _sized(
    index: ModuleIndex, module: Module, found: TypeFacts, words: dict[str, ast.expr]
) -> TypeFacts:
    """A type by annotation with the sizes that SQLModel's ``Field`` gives it."""
    length = _whole(index, module, words.get("max_length"))
    if length and found.kind in ("text", "str"):
        return replace(found, kind="str", max_length=length)
    if length and found.kind in ("email", "url", "bytes"):
        return replace(found, max_length=length)
    digits = _whole(index, module, words.get("max_digits"))
    if digits and found.kind == "decimal":
        places = _whole(index, module, words.get("decimal_places"))
        return decimal((digits, places or 0), found.told)
    return found


def _default(
    index: ModuleIndex,
    column: Column,
    calls: list[ast.Call],
    words: dict[str, ast.expr],
    kind: ScalarType | None,
) -> tuple[str | None, tuple[str, ...]]:
    value: ast.expr | None = None
    for key in ("insert_default", "default", "default_factory"):
        if key in words and not _is_none(words[key]):
            value = words[key]
            break
    if value is None and column.call is None and isinstance(column.node, ast.AnnAssign):
        value = column.node.value
    for call in calls:
        if value is None and called(call) == "Field" and call.args:
            value = call.args[0]
    if value is None or _is_none(value) or _is_ellipsis(value):
        return None, ()
    found = code_default(index, column.module, value)
    said = found.said(kind) if found is not None else None
    if said is not None:
        return said, ()
    return None, (f"has the default {ast.unparse(value)}, which a spec cannot say",)


def _null(column: Column, kind: Kind, words: dict[str, ast.expr], optional: bool) -> bool:
    if column.primary:
        return False
    told = words.get("nullable")
    if isinstance(told, ast.Constant):
        return bool(told.value)
    if column.spelled == "Column" or "sa_column" in words:
        return True
    if column.annotation is None or (kind == "sqlalchemy" and not column.mapped):
        return True
    return optional


def _limits(
    index: ModuleIndex, module: Module, words: dict[str, ast.expr]
) -> Iterator[tuple[str, str | int]]:
    for key, attribute in _LIMITS.items():
        if key not in words:
            continue
        if attribute == "min_length":
            number = _whole(index, module, words[key])
            if number:
                yield attribute, number
        elif (found := code_default(index, module, words[key])) is not None:
            yield attribute, found.text


def _whole(index: ModuleIndex, module: Module, value: ast.expr | None) -> int | None:
    found = code_default(index, module, value) if value is not None else None
    return int(found.text) if found is not None and found.text.isdigit() else None


def _is_true(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_ellipsis(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is Ellipsis
