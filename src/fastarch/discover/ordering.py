"""What a query's order and joins are, and whether its rows have a total order of their own."""

from __future__ import annotations

import ast
import re

from fastarch.discover import columns as _columns
from fastarch.discover.columns import Column
from fastarch.discover.frames import Frame, Read, class_of
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import dotted
from fastarch.discover.queries import Facts, refusal
from fastarch.records import dataclass

_AGGREGATES = frozenset({
    "count", "sum", "avg", "min", "max", "array_agg", "string_agg", "group_concat", "json_agg",
})  # fmt: skip
_COLLECTION = re.compile(r"\b(?:list|List|set|Set|Sequence|dict|Dict)\[")


@dataclass(frozen=True, slots=True)
class OrderColumn:
    """A column that a query orders by: an attribute of a model."""

    model: Definition
    name: str
    descending: bool = False


def require_pages(facts: Facts, *, unique: bool, by_offset: bool) -> None:
    """Refuse a query whose pages would repeat rows, or leave some out.

    Raises:
        NotUnderstoodError: with the place and the reason.
    """
    _require_model(facts)
    for read in facts.order:
        _require_order(read, facts, by_offset=by_offset)
    for read in facts.distinct:
        if isinstance(read.node, ast.Call) and read.node.args:
            raise refusal(read, "DISTINCT ON keeps one row of several: pages of it have no key.")
        if not any(_is_model(column) for column in facts.columns):
            raise refusal(
                read, "Distinct values of single columns have no key.", "select the model itself"
            )
    if facts.groups:
        require_key(facts)
    for read in facts.joins:
        if not (facts.distinct or facts.groups or _joins_one(read, facts)):
            raise refusal(
                read,
                "The join may give a row several times, and a page would cut such rows apart.",
                "add .distinct(), or ask for the other side with exists() or any()",
            )
    for read in facts.options:
        if "contains_eager" in ast.unparse(read.node) and (unique or facts.legacy):
            raise refusal(
                read,
                "contains_eager() fills a collection from the query's own rows: a page would cut"
                " it short.",
                "use selectinload()",
            )


def order_of(facts: Facts) -> tuple[OrderColumn, ...] | None:
    """The order's columns, where each is an attribute of a model; None where one is another."""
    found = []
    for read in facts.order:
        column, descending = _directed(read)
        model = None
        if isinstance(column.node, ast.Attribute):
            model = class_of(column.frame, column.node.value)
        if model is None or not isinstance(column.node, ast.Attribute):
            return None
        found.append(OrderColumn(model, column.node.attr, descending))
    return tuple(found)


def model_of(facts: Facts) -> Definition | None:
    """The model whose rows the query gives."""
    for read in facts.columns:
        node = read.node.value if isinstance(read.node, ast.Attribute) else read.node
        for one in (read.node, node):
            if found := class_of(read.frame, one):
                return found
    return None


def keys_of(index: ModuleIndex, model: Definition) -> tuple[Column, ...]:
    """The columns of a model's primary key."""
    return tuple(one for one in _columns.all_columns(index, model).values() if one.primary)


def _require_model(facts: Facts) -> None:
    """Refuse rows of a plain table or of computed columns: nothing says what their key is."""
    for read in facts.columns:
        names = dotted(read.node).split(".")
        if "c" in names[1:] or "columns" in names[1:] or _is_table(read):
            raise refusal(
                read, "The query selects from a table without a model, whose key is not known."
            )
    if facts.columns and all(isinstance(read.node, ast.Call) for read in facts.columns):
        raise refusal(
            facts.columns[0], "The query selects computed columns alone: they have no key."
        )


def _is_table(read: Read) -> bool:
    frame, node = read
    name = dotted(node)
    found = frame.index.resolve(frame.module, name, frame.node) if name else None
    value = found.value if found is not None else None
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] == "Table"


def _directed(read: Read) -> tuple[Read, bool]:
    """A column of an order without ``desc`` and the like."""
    frame, node = read
    descending = False
    while True:
        match node:
            case ast.Name(id=name) if len(values := frame.binding(name, node)) == 1:
                node = values[0]
            case ast.Call(func=ast.Attribute(value=value, attr=word), args=[]) if word in {
                "desc", "asc", "nulls_last", "nulls_first", "nullslast", "nullsfirst",
            }:  # fmt: skip
                descending = descending or word == "desc"
                node = value
            case ast.Call(func=function, args=[value]) if dotted(function).rpartition(".")[2] in {
                "desc", "asc", "col", "nulls_last", "nulls_first", "nullslast", "nullsfirst",
            }:  # fmt: skip
                descending = descending or dotted(function).rpartition(".")[2] == "desc"
                node = value
            case _:
                return Read(frame, node), descending


def _require_order(read: Read, facts: Facts, *, by_offset: bool) -> None:
    column, _ = _directed(read)
    node = column.node
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        raise refusal(
            read, "The order is text, which says no column.", "order by the column itself"
        )
    for part in ast.walk(node):
        if not isinstance(part, ast.Call):
            continue
        word = dotted(part.func).rpartition(".")[2]
        if word in {"text", "literal_column"}:
            raise refusal(
                read, "The order is raw SQL, which says no column.", "order by the column itself"
            )
        if word in {"random", "rand", "now", "newid"}:
            raise refusal(read, "The order is another one with each request.")
        if word in _AGGREGATES and not by_offset:
            raise refusal(
                read,
                "The order is that of a computed number, which no cursor can go on from.",
                "use --by offset",
            )
    if facts.groups and isinstance(node, ast.Name | ast.Constant) and not by_offset:
        raise refusal(
            read,
            f"It cannot be told which column `{ast.unparse(node)}` is.",
            "order by the column itself, or use --by offset",
        )


def _is_model(read: Read) -> bool:
    return not isinstance(read.node, ast.Attribute | ast.Call) or (
        isinstance(read.node, ast.Attribute)
        and (found := class_of(read.frame, read.node)) is not None
        and isinstance(found.node, ast.ClassDef)
    )


def require_key(facts: Facts) -> None:
    """Refuse groups that are not those of the model's key.

    Raises:
        NotUnderstoodError: with the place and the reason.
    """
    model = model_of(facts)
    first = facts.groups[0]
    if model is None:
        raise refusal(first, "It cannot be told of which model the grouped rows are.")
    keys = {one.name for one in keys_of(first.frame.index, model)}
    grouped = set()
    for read in facts.groups:
        owner = read.node.value if isinstance(read.node, ast.Attribute) else read.node
        found = class_of(read.frame, owner)
        if found is not None and found.node is model.node:
            grouped |= {read.node.attr} if isinstance(read.node, ast.Attribute) else keys
    if not keys or not keys <= grouped:
        raise refusal(
            first,
            f"The rows are grouped, and not by the key of {model.name}: they have no key.",
        )


def _joins_one(read: Read, facts: Facts) -> bool:
    """Whether a join leads from each row to at most one other."""
    frame, node = read
    assert isinstance(node, ast.Call)
    for target in node.args[:1]:
        match target:
            case ast.Call(func=ast.Attribute(value=value, attr="of_type" | "and_")):
                target = value  # noqa: PLW2901 - what is joined is the relation itself
            case _:
                pass
        if isinstance(target, ast.Attribute):
            owner = class_of(frame, target.value)
            if owner is not None and (verdict := _relation(frame, owner, target.attr)) is not None:
                return verdict
        other = class_of(frame, target)
        if other is None:
            return False
        selected = [class_of(each.frame, each.node) for each in facts.columns]
        if any(one is not None and one.node is other.node for one in selected):
            # Rows of both: each pair has a key of its own.
            return True
        return _refers(facts, frame, other, node)
    return False


def _relation(frame: Frame, owner: Definition, name: str) -> bool | None:
    """Whether a relation leads to one object; None where it is none."""
    for current in _columns.lineage(frame.index, owner):
        bound = current.module.bindings(current.node)[0].get(name) if current.node else None
        if bound is None:
            continue
        node = bound.node
        if isinstance(node, ast.AnnAssign) and "elationship" in ast.unparse(node):
            return _COLLECTION.search(ast.unparse(node.annotation)) is None
        if isinstance(bound.value, ast.Call) and "elationship" in ast.unparse(bound.value.func):
            words = {word.arg: word.value for word in bound.value.keywords}
            said = words.get("uselist")
            if isinstance(said, ast.Constant):
                return not said.value
            target = bound.value.args[0] if bound.value.args else words.get("argument")
            return "secondary" not in words and _has_key_to(frame, owner, target)
    return None


def _has_key_to(frame: Frame, owner: Definition, target: ast.expr | None) -> bool:
    """Whether a model refers to another by a foreign key, and is not referred to only."""
    if isinstance(target, ast.Constant):
        target = ast.Name(str(target.value).rpartition(".")[2], ast.Load())
    other = frame.index.resolve(owner.module, dotted(target) or "-")
    tables = _table_of(other.node) if other is not None else set()
    name = target.id if isinstance(target, ast.Name) else ""
    tables |= {name.lower(), f"{name.lower()}s"}
    return bool(_foreign_tables(frame, owner) & tables)


def _refers(facts: Facts, frame: Frame, other: Definition, join: ast.Call) -> bool:
    """A join with a model: to one row where the selected one refers to its key."""
    model = model_of(facts)
    if model is None:
        return False
    keys = {one.name for one in keys_of(frame.index, other)}
    if len(join.args) > 1:
        sides = [
            side
            for part in ast.walk(join.args[1])
            if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Eq)
            for side in (part.left, *part.comparators)
        ]
        return any(
            isinstance(side, ast.Attribute)
            and side.attr in keys
            and (owner := class_of(frame, side.value)) is not None
            and owner.node is other.node
            for side in sides
        )
    tables = _table_of(other.node) | {other.name.lower()}
    return bool(_foreign_tables(frame, model) & tables)


def _foreign_tables(frame: Frame, model: Definition) -> set[str]:
    found = set()
    for column in _columns.all_columns(frame.index, model).values():
        for part in ast.walk(column.node):
            if isinstance(part, ast.Call) and dotted(part.func).rpartition(".")[2] == "ForeignKey":
                found |= {_first_word(part)}
            if isinstance(part, ast.keyword) and part.arg == "foreign_key":
                value = part.value
                if isinstance(value, ast.Constant):
                    found.add(str(value.value).rpartition(".")[0].rpartition(".")[2])
    return found


def _first_word(call: ast.Call) -> str:
    value = call.args[0] if call.args else None
    if isinstance(value, ast.Constant):
        return str(value.value).rpartition(".")[0].rpartition(".")[2]
    return dotted(value).split(".")[0].lower() if value is not None else ""


def _table_of(node: ast.AST | None) -> set[str]:
    if not isinstance(node, ast.ClassDef):
        return set()
    names = {node.name.lower()}
    for item in node.body:
        if isinstance(item, ast.Assign) and dotted(item.targets[0]) == "__tablename__":
            value = item.value
            if isinstance(value, ast.Constant):
                names.add(str(value.value))
    return names
