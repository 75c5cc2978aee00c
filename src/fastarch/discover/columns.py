"""The columns of a model class, as it writes them and as it inherits them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal
from weakref import WeakKeyDictionary

from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.records import dataclass

IdType = Literal["int", "uuid", "str"]

_CALLS = frozenset({"mapped_column", "Column", "Field", "column_property"})
_NOT_COLUMNS = frozenset(
    {"relationship", "Relationship", "association_proxy", "synonym", "backref"}
)
_INT = re.compile(r"^(?:(?:Big|Small)?Integer|int|BIGINT|INTEGER|Identity|conint|PositiveInt)$")
_STR = re.compile(r"^(?:String|str|Text|Unicode|VARCHAR|CHAR|constr)$")

# Names in annotations that are no alias of the app's.
_PLAIN = frozenset({
    "Mapped", "Optional", "Union", "List", "Dict", "Any", "str", "int", "bool", "float", "bytes",
    "dict", "list", "set", "datetime", "date", "time", "timedelta", "Decimal", "UUID", "Literal",
})  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """An attribute of a model class that is a column.

    Args:
        call: ``mapped_column(…)``, ``Column(…)`` or ``Field(…)``; None for a bare annotation.
        spelled: The function's name, empty for a bare annotation.
    """

    name: str
    module: Module
    node: ast.stmt
    annotation: ast.expr | None
    call: ast.Call | None
    spelled: str
    primary: bool = False

    @property
    def mapped(self) -> bool:
        """Its annotation is ``Mapped[…]``."""
        return self.annotation is not None and _is_mapped(self.annotation)


# A mixin is read once, however many models have it.
_READ: WeakKeyDictionary[ModuleIndex, dict[tuple[str, str], list[Column]]] = WeakKeyDictionary()


def columns(index: ModuleIndex, definition: Definition) -> list[Column]:
    """The columns that a class itself writes, in order."""
    node = definition.node
    if not isinstance(node, ast.ClassDef):
        return []
    known = _READ.setdefault(index, {})
    key = (definition.module.file, definition.name)
    if key not in known:
        known[key] = [
            column
            for statement in node.body
            for column in _column(index, definition.module, statement)
        ]
    return known[key]


def lineage(index: ModuleIndex, definition: Definition) -> Iterator[Definition]:
    """The class and the project's classes that it inherits from, nearest first."""
    seen: set[tuple[str, str]] = set()
    waiting = [definition]
    while waiting:
        current = waiting.pop(0)
        key = (current.module.file, current.name)
        if key in seen:
            continue
        seen.add(key)
        yield current
        if isinstance(current.node, ast.ClassDef):
            for base in current.node.bases:
                target = index.resolve(current.module, dotted(_plain(base)))
                if target is not None and target.name:
                    waiting.append(target)
        elif isinstance(current.value, ast.Call):
            # declarative_base(cls=Mixin)
            waiting += [
                target
                for word in current.value.keywords
                if word.arg == "cls"
                and (target := index.resolve(current.module, dotted(word.value))) is not None
            ]


def all_columns(index: ModuleIndex, definition: Definition) -> dict[str, Column]:
    """The columns of a class with those that it inherits, its own first."""
    found: dict[str, Column] = {}
    for current in lineage(index, definition):
        for column in columns(index, current):
            found.setdefault(column.name, column)
    return found


def id_type(index: ModuleIndex, column: Column) -> IdType | None:
    """The type of a primary key, as far as it can be told."""
    words = [
        *_words(index, column.module, column.annotation),
        *(_argument_words(index, column.module, column.call) if column.call else ()),
    ]
    for word in words:
        if "uuid" in word.lower() or word.upper() in ("GUID", "ULID"):
            return "str" if _as_text(words, column.call) else "uuid"
    for word in words:
        if _STR.match(word):
            return "str"
        if _INT.match(word):
            return "int"
    return None


def fills_itself(column: Column) -> bool:
    """Whether a row needs no value for the column: it has a default, may be null or is the key."""
    if column.call is None:
        return column.annotation is None or "None" in ast.unparse(column.annotation)
    if any(
        dotted(node.func).rpartition(".")[2] == "ForeignKey"
        for node in ast.walk(column.call)
        if isinstance(node, ast.Call)
    ):
        return False
    words = {word.arg: word.value for word in column.call.keywords}
    if column.primary or words.keys() & {
        "default", "server_default", "insert_default", "default_factory", "onupdate", "sa_column",
        "server_onupdate", "sa_column_kwargs",
    }:  # fmt: skip
        return True
    null = words.get("nullable")
    if isinstance(null, ast.Constant):
        return bool(null.value)
    if column.annotation is not None:
        text = ast.unparse(column.annotation)
        return "None" in text or "Optional" in text
    return True


def _column(index: ModuleIndex, module: Module, statement: ast.stmt) -> list[Column]:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        name, annotation, value = statement.target.id, statement.annotation, statement.value
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        name, annotation, value = statement.targets[0].id, None, statement.value
    elif isinstance(statement, ast.FunctionDef):
        return _declared(module, statement)
    else:
        return []
    if name.startswith("__") or name == "model_config":
        return []
    call = value if isinstance(value, ast.Call) else None
    spelled = dotted(call.func).rpartition(".")[2] if call else ""
    if spelled in _NOT_COLUMNS:
        return []
    mapped = annotation is not None and _is_mapped(annotation)
    if spelled not in _CALLS and not mapped:
        # SQLModel and base classes annotate without a call; other assignments are no columns.
        if annotation is None or call is not None or _outer(annotation) in ("ClassVar", "Any"):
            return []
        if isinstance(annotation, ast.Subscript) and _outer(annotation) in ("list", "List"):
            return []
    primary = _is_primary(call) or (
        annotation is not None and _alias_is_primary(index, module, annotation)
    )
    if mapped and spelled == "" and call is None and _is_collection(annotation):
        return []
    return [Column(name, module, statement, annotation, call, spelled, primary)]


def _declared(module: Module, function: ast.FunctionDef) -> list[Column]:
    """``@declared_attr def id(cls): return mapped_column(…)``"""
    names = {dotted(decorator).split(".")[0] for decorator in function.decorator_list}
    names |= {dotted(decorator).rpartition(".")[2] for decorator in function.decorator_list}
    if not names & {"declared_attr", "directive"} or function.name.startswith("__"):
        return []
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            spelled = dotted(node.value.func).rpartition(".")[2]
            if spelled in _CALLS:
                return [
                    Column(
                        function.name, module, function, function.returns, node.value, spelled,
                        _is_primary(node.value),
                    )
                ]  # fmt: skip
    return []


def _is_mapped(annotation: ast.expr) -> bool:
    return _outer(annotation) == "Mapped"


def _is_collection(annotation: ast.expr | None) -> bool:
    inner = annotation.slice if isinstance(annotation, ast.Subscript) else None
    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
        return inner.value.startswith(("list[", "List[", "set[", "Set["))
    return isinstance(inner, ast.Subscript) and _outer(inner) in ("list", "List", "set", "Set")


def _outer(annotation: ast.expr) -> str:
    inner = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return dotted(inner).rpartition(".")[2]


def _plain(base: ast.expr) -> ast.expr:
    """``Base[Key]`` without its parameters."""
    return base.value if isinstance(base, ast.Subscript) else base


def is_unique(column: Column) -> bool:
    """Whether no two rows have the same value, as the column itself says."""
    return _says(column.call, "unique")


def _is_primary(call: ast.Call | None) -> bool:
    return _says(call, "primary_key")


def _says(call: ast.Call | None, keyword: str) -> bool:
    return call is not None and any(
        word.arg == keyword and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in ast.walk(call)
        if isinstance(word, ast.keyword)
    )


def _alias_is_primary(index: ModuleIndex, module: Module, annotation: ast.expr) -> bool:
    """``id: Mapped[intpk]`` with ``intpk = Annotated[int, mapped_column(primary_key=True)]``."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name | ast.Attribute) and (name := dotted(node)):
            target = None if name in _PLAIN else index.resolve(module, name)
            if target is not None and isinstance(target.value, ast.Subscript):
                return any(
                    _is_primary(call)
                    for call in ast.walk(target.value)
                    if isinstance(call, ast.Call)
                )
    return False


def _words(
    index: ModuleIndex, module: Module, annotation: ast.expr | None, depth: int = 0
) -> Iterator[str]:
    """The names in an annotation, type aliases resolved."""
    if annotation is None or depth > 4:
        return
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and depth < 4:
            try:
                inner = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                continue
            yield from _words(index, module, inner, depth + 1)
        elif isinstance(node, ast.Name | ast.Attribute) and (name := dotted(node)):
            target = index.resolve(module, name)
            if target is not None and target.value is not None:
                if isinstance(target.value, ast.Subscript | ast.BinOp):
                    yield from _words(index, target.module, target.value, depth + 1)
                    continue
                if isinstance(target.value, ast.Call):  # NewType("UserId", int), constr(…)
                    yield dotted(target.value.func).rpartition(".")[2]
                    for argument in target.value.args[1:]:
                        yield from _words(index, target.module, argument, depth + 1)
            yield name.rpartition(".")[2]
        elif isinstance(node, ast.Call) and depth:
            yield from _argument_words(index, module, node)


def _argument_words(index: ModuleIndex, module: Module, call: ast.Call) -> Iterator[str]:
    values = [
        *call.args,
        *(word.value for word in call.keywords if word.arg in ("type_", "sa_type", "sa_column")),
    ]
    for value in values:
        target = value
        while isinstance(target, ast.Call | ast.Attribute) and not dotted(target):
            # BigInteger().with_variant(Integer, "sqlite")
            target = target.func if isinstance(target, ast.Call) else target.value
        name = dotted(target)
        if not name:
            continue
        yield name.rpartition(".")[2]
        if isinstance(value, ast.Call) and name.rpartition(".")[2] in _CALLS:
            yield from _argument_words(index, module, value)
        definition = index.resolve(module, name)
        if definition is not None and isinstance(definition.value, ast.Call):
            yield dotted(definition.value.func).rpartition(".")[2]


def _as_text(words: list[str], call: ast.Call | None) -> bool:
    """A UUID that is kept as text: ``Mapped[str] = mapped_column(UUID(as_uuid=False))``."""
    if words and _STR.match(words[0] if words[0] != "Mapped" else (words[1:] or [""])[0]):
        return True
    return call is not None and any(
        isinstance(node, ast.keyword)
        and node.arg == "as_uuid"
        and isinstance(node.value, ast.Constant)
        and node.value.value is False
        for node in ast.walk(call)
    )
