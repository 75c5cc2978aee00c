"""The default of a column as a spec writes it (``draft``, ``now``), from code and from SQL."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time

from fastarch.discover import enums
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.modules import called
from fastarch.discover.walk import returned
from fastarch.records import dataclass
from fastarch.spec.resource import Field, ScalarType
from fastarch.spec.values import is_word


@dataclass(frozen=True, slots=True)
class Value:
    """A default: its text, or the word for what makes it anew for each row (``now``)."""

    text: str
    made: bool = False

    def said(self, kind: ScalarType | None, *, server: bool = False) -> str | None:
        """What a spec says for a column of a type; None where its words are not for that type."""
        if self.made and (kind is None or not is_word(Field("", kind), self.text, server=server)):
            return None
        return self.text


_DEPTH = 5
# Methods of a moment that leave it one, or its day or time.
_KEEPING = frozenset({"replace", "date", "time"})
_MAKERS = {"utcnow": "now", "now": "now", "today": "today", "uuid4": "uuid4"}
# Calls whose argument is the value, as a text or as it is.
_WRAPPING = frozenset({"Decimal", "UUID", "str", "int", "float", "bool", "fromisoformat"})
_MOMENTS: dict[str, Callable[..., date | datetime | time]] = {
    "date": date, "datetime": datetime, "time": time,
}  # fmt: skip
_FUNCTIONS = {
    "now": "now", "current_timestamp": "now", "localtimestamp": "now", "current_time": "now",
    "current_date": "today",
}  # fmt: skip
_CAST = re.compile(r"::[\w\s\".]+(?:\(\d+(?:,\s*\d+)?\))?(?:\[\])?$")
_NOW = re.compile(
    r"(?:pg_catalog\.)?now\(\)|current_timestamp(?:\(\d*\))?|localtimestamp(?:\(\d*\))?|"
    r"datetime\('now'[^)]*\)|current_time(?:\(\d*\))?|getdate\(\)|statement_timestamp\(\)|"
    r"timezone\('utc', *(?:now\(\)|current_timestamp)\)|\(?now\(\) at time zone 'utc'\)?|"
    r"strftime\('[^']*', *'now'[^)]*\)",
    re.IGNORECASE,
)
_TODAY = re.compile(r"current_date|date\('now'[^)]*\)|curdate\(\)", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_QUOTED = re.compile(r"[eE]?'((?:[^']|'')*)'")


def code_default(
    index: ModuleIndex, module: Module, value: ast.expr, depth: int = _DEPTH
) -> Value | None:
    """What a column's ``default`` is, None where a spec cannot say it."""
    if depth <= 0:
        return None
    match value:
        case ast.Constant():
            return _plain(value.value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return Value(str(-number))
        case ast.List() | ast.Dict():
            return _structure(value)
        case ast.Lambda():
            made = _made(index, module, value.body, depth - 1)
            return (
                Value(made, made=True)
                if made
                else code_default(index, module, value.body, depth - 1)
            )
        case ast.Call():
            return _called(index, module, value, depth)
        case ast.Name() | ast.Attribute():
            return _named(index, module, value, depth)
        case _:
            return None


def server_default(index: ModuleIndex, module: Module, value: ast.expr) -> Value | None:
    """What a column's ``server_default`` is, None where a spec cannot say it."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        # SQLAlchemy puts a plain text into quotes.
        made = _NOW.fullmatch(value.value.strip()) is not None
        return Value("now", made=True) if made else Value(value.value)
    if isinstance(value, ast.Call):
        last = called(value)
        if last in ("text", "literal_column", "DefaultClause", "literal"):
            inner = value.args[0] if value.args else None
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                return sql_default(inner.value) if last != "literal" else Value(inner.value)
            return server_default(index, module, inner) if inner is not None else None
        return _function(value)
    return code_default(index, module, value)


def sql_default(sql: str) -> Value | None:
    """What a default's SQL (``'draft'::character varying``) is, None where a spec cannot say it."""
    text = sql.strip()
    for _ in range(4):
        bare = _CAST.sub("", text).strip()
        if bare.startswith("(") and bare.endswith(")"):
            bare = bare[1:-1].strip()
        if bare == text:
            break
        text = bare
    if _NOW.fullmatch(text):
        return Value("now", made=True)
    if _TODAY.fullmatch(text):
        return Value("today", made=True)
    if quoted := _QUOTED.fullmatch(text):
        return Value(quoted[1].replace("''", "'"))
    if text.lower() in ("true", "false"):
        return Value(text.lower())
    return Value(text) if _NUMBER.fullmatch(text) else None


def _plain(value: object) -> Value | None:
    match value:
        case bool():
            return Value("true" if value else "false")
        case int() | float() | str():
            return Value(str(value))
        case _:
            return None


def _structure(value: ast.expr) -> Value | None:
    try:
        return Value(json.dumps(ast.literal_eval(value), ensure_ascii=False))
    except (ValueError, TypeError):
        return None


def _function(call: ast.Call) -> Value | None:
    """``func.now()``, ``sa.true()`` and their like."""
    name = dotted(call.func)
    last = name.rpartition(".")[2]
    if "func." in name or (name == last and last in _FUNCTIONS):
        return Value(_FUNCTIONS[last], made=True) if last in _FUNCTIONS else None
    return Value(last) if last in ("true", "false") else None


def _called(index: ModuleIndex, module: Module, call: ast.Call, depth: int) -> Value | None:
    last = called(call)
    first = call.args[0] if call.args else None
    if last in _WRAPPING and first is not None:
        return code_default(index, module, first, depth - 1)
    if last in ("list", "dict") and first is None:
        return Value("[]" if last == "list" else "{}")
    if last in _MOMENTS:
        return _moment(call)
    if last == "text" and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return sql_default(first.value)
    if last in ("partial", "ColumnDefault") and first is not None:
        return code_default(index, module, first, depth - 1)
    return _function(call)


def _moment(call: ast.Call) -> Value | None:
    """``date(2026, 1, 31)`` and its like, as ISO 8601 has it."""
    kind = _MOMENTS[called(call)]
    words = {word.arg: word.value for word in call.keywords if word.arg}
    zone = words.pop("tzinfo", None)
    given = {"tzinfo": UTC} if zone is not None and dotted(zone).lower().endswith("utc") else {}
    try:
        numbers = [ast.literal_eval(value) for value in call.args]
        named = {key: ast.literal_eval(value) for key, value in words.items()}
        found = kind(*numbers, **named, **given)
    except (ValueError, TypeError):
        return None
    return None if zone is not None and not given else Value(found.isoformat())


def _named(
    index: ModuleIndex, module: Module, value: ast.Name | ast.Attribute, depth: int
) -> Value | None:
    name = dotted(value)
    if name in ("list", "dict"):
        return Value("[]" if name == "list" else "{}")
    if isinstance(value, ast.Attribute) and value.attr in ("value", "name"):
        found = _member(index, module, dotted(value.value))
        if found is not None:
            return Value(found[value.attr == "value"])
    member = _member(index, module, name)
    if member is not None:
        return Value(member[1])
    target = index.resolve(module, name) if name else None
    if target is not None:
        if isinstance(target.node, ast.FunctionDef):
            back = returned(target.node)
            made = _made(index, target.module, back, depth - 1) if back is not None else None
            return Value(made, made=True) if made else None
        return code_default(index, target.module, target.value, depth - 1) if target.value else None
    word = _MAKERS.get(name.rpartition(".")[2])
    return Value(word, made=True) if word else None


def _member(index: ModuleIndex, module: Module, name: str) -> tuple[str, str] | None:
    """Name and value of an enum's member."""
    owner, _, last = name.rpartition(".")
    definition: Definition | None = index.resolve(module, owner) if owner else None
    if definition is None or not enums.is_enum(index, definition):
        return None
    known = dict(enums.members(index, definition) or ())
    return (last, known[last]) if last in known else None


def _made(index: ModuleIndex, module: Module, value: ast.expr, depth: int) -> str | None:
    """``now`` for ``datetime.now(UTC).replace(…)``, and for a function of the app's that says so.

    A week from now is no ``now``.
    """
    last = ""
    while isinstance(value, ast.Call):
        name = dotted(value.func)
        target = index.resolve(module, name) if name else None
        if target is not None and isinstance(target.node, ast.FunctionDef):
            back = returned(target.node) if depth > 0 else None
            found = _made(index, target.module, back, depth - 1) if back is not None else None
        else:
            found = _MAKERS.get(name.rpartition(".")[2])
        if found is not None:
            return {"date": "today", "": found, "replace": found, "time": "now"}.get(last)
        if not isinstance(value.func, ast.Attribute) or value.func.attr not in _KEEPING:
            return None
        if last in ("", "replace"):
            last = value.func.attr
        value = value.func.value
    return None
