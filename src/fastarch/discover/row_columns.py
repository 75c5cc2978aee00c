"""The columns of a collection's model that requests may ask about."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from fastarch.discover import columns as _columns
from fastarch.discover.column_facts import column_facts
from fastarch.discover.frames import Read
from fastarch.discover.index import Definition, Module, ModuleIndex, dotted
from fastarch.discover.operations import Operation
from fastarch.discover.ordering import keys_of
from fastarch.discover.profile import AppProfile
from fastarch.discover.table import ColumnFacts
from fastarch.discover.trail import Trail
from fastarch.discover.written_types import annotation_map

_SECRET = re.compile(
    r"password|passwd|passphrase|credential|api_?key|private_?key"
    r"|(?:^|_)(?:secret|token|hash|hashed|salt|pwd|otp|pin)(?:_|$)"
)
_DEPTH = 3


def is_secret(name: str) -> bool:
    """Whether a column is one that nobody may find out about piece by piece."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return _SECRET.search(words) is not None


def columns_of(
    index: ModuleIndex, model: Definition, profile: AppProfile
) -> dict[str, ColumnFacts]:
    """The columns of a model by attribute, as far as they can be read."""
    kind = profile.orm.kind
    assert kind in {"sqlalchemy", "sqlmodel"}
    tables = {one.symbol.name: one.table for one in profile.orm.models}
    mapped = annotation_map(_columns.lineage(index, model))
    found = {}
    for name, column in _columns.all_columns(index, model).items():
        facts = column_facts(index, column, kind, mapped, tables)
        if facts is not None and not _is_own_type(index, column.module, facts):
            found[name] = facts
    return found


def _is_own_type(index: ModuleIndex, module: Module, facts: ColumnFacts) -> bool:
    """Whether a type is the app's own: nobody knows what its values are compared with."""
    if facts.type is None or facts.type.kind == "enum":
        return False
    name = facts.type.told.partition("(")[0]
    found = index.resolve(module, name) if name else None
    return found is not None and isinstance(found.node, ast.ClassDef)


def shown(
    index: ModuleIndex,
    operation: Operation,
    trail: Trail,
    model: Definition,
    names: Sequence[str],
) -> tuple[str, ...] | None:
    """Those of a model's columns that the answer shows; None where that cannot be told."""
    words = {word.arg: word.value for word in operation.decorator.keywords}
    said = words.get("response_model", operation.node.returns)
    keys = {one.name for one in keys_of(index, model)}
    if said is not None and not (isinstance(said, ast.Constant) and said.value is None):
        fields = _fields(index, operation.module, said, model, frozenset(names))
        if fields - keys:
            return tuple(name for name in names if name in fields)
        # A key alone may well be that of other rows, which are made of these.
        if fields:
            return None
    if not trail.returns:
        return None
    read: set[str] = set()
    for each in trail.returns:
        attributes = _attributes(each)
        if attributes is None:
            return tuple(names)  # the rows as they are
        read |= attributes
    return tuple(name for name in names if name in read) or None


def _fields(
    index: ModuleIndex,
    module: Module,
    annotation: ast.expr,
    model: Definition,
    names: frozenset[str],
    depth: int = _DEPTH,
) -> frozenset[str]:
    """The columns in a response model, which may be around the rows' own."""
    best: frozenset[str] = frozenset()
    for definition in _classes(index, module, annotation):
        if definition.node is model.node:
            return names
        own: set[str] = set()
        inner: frozenset[str] = frozenset()
        for current in _columns.lineage(index, definition):
            for node in getattr(current.node, "body", ()):
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    own.add(node.target.id)
                    if depth > 0:
                        below = _fields(
                            index, current.module, node.annotation, model, names, depth - 1
                        )
                        is_list = isinstance(node.annotation, ast.Subscript)
                        inner = max(inner, below, key=len) if is_list else inner
        candidate = names & own
        # An envelope has fewer of the row's columns than the rows in it.
        best = max(best, candidate, inner, key=len)
    return best


def _classes(index: ModuleIndex, module: Module, annotation: ast.expr) -> Iterator[Definition]:
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                quoted = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                continue
            yield from _classes(index, module, quoted)
        elif isinstance(node, ast.Name | ast.Attribute) and dotted(node):
            found = index.resolve(module, dotted(node))
            if found is not None and isinstance(found.node, ast.ClassDef):
                yield found


def _attributes(read: Read) -> set[str] | None:
    """The attributes that the answer is made of; None where the rows are it themselves."""
    found: set[str] = set()
    loops = [node for node in ast.walk(read.node) if isinstance(node, ast.ListComp)]
    loops += [
        node
        for value in (
            read.frame.binding(read.node.id, read.node) if isinstance(read.node, ast.Name) else ()
        )
        for node in ast.walk(value)
        if isinstance(node, ast.ListComp)
    ]
    for loop in loops:
        targets = {node.id for node in ast.walk(loop.generators[0].target)
                   if isinstance(node, ast.Name)}  # fmt: skip
        for node in ast.walk(loop.elt):
            if isinstance(node, ast.Attribute) and dotted(node.value) in targets:
                found.add(node.attr)
    if not loops:
        return None
    return found
