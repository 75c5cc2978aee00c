"""A query as code builds it, over several statements and functions: what decides about pages."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import field

from fastarch.discover.frames import Frame, Read, class_of, method_of
from fastarch.discover.index import Definition
from fastarch.discover.modules import dotted
from fastarch.discover.neighbours import arguments
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

MOST_CALLS = 4
SELECTS = frozenset({
    "sqlalchemy.select", "sqlalchemy.future.select", "sqlalchemy.sql.select", "sqlmodel.select",
    "sqlalchemy.sql.expression.select", "sqlmodel.sql.expression.select",
})  # fmt: skip
NARROWING = frozenset({"RowFilters", "RowOrder"})
_JOINS = frozenset({"join", "outerjoin", "join_from", "outerjoin_from"})
# What runs the function that it is given, with what else it is given.
_THREADS = frozenset({"run_in_threadpool", "to_thread"})
_SETS = frozenset({"union", "union_all", "intersect", "except_", "intersect_all", "except_all"})
_PLAIN = frozenset({
    "where", "filter", "filter_by", "options", "execution_options", "with_for_update",
    "select_from", "correlate", "populate_existing", "having", "enable_eagerloads", "params",
    "prefix_with", "suffix_with", "with_hint", "set_label_style", "add_columns", "add_entity",
    "with_entities", "with_only_columns", "autoflush", "yield_per", "add_cte", "reset_joinpoint",
})  # fmt: skip


@dataclass(slots=True, eq=False)
class Facts:
    """What is known of a query. Each list holds expressions where they are read.

    Args:
        columns: What it selects.
        joins: The calls that join.
        distinct: The calls that leave repeated rows out.
        groups: What it groups by.
        order: What it orders by.
        limits: What its own ``limit`` is given.
        offsets: What its own ``offset`` is given.
        options: What ``options`` is given.
        filters: What ``where`` and ``filter`` are given; the calls of ``filter_by``.
        roots: Where it begins: ``select(…)``, ``session.query(…)``.
    """

    columns: list[Read] = field(default_factory=list)
    joins: list[Read] = field(default_factory=list)
    distinct: list[Read] = field(default_factory=list)
    groups: list[Read] = field(default_factory=list)
    order: list[Read] = field(default_factory=list)
    limits: list[Read] = field(default_factory=list)
    offsets: list[Read] = field(default_factory=list)
    options: list[Read] = field(default_factory=list)
    filters: list[Read] = field(default_factory=list)
    roots: list[Read] = field(default_factory=list)
    legacy: bool = False
    seen: dict[tuple[int, int], bool] = field(default_factory=dict)


def refusal(read: Read, reason: str, hint: str | None = None) -> NotUnderstoodError:
    """Why a place cannot be paginated."""
    line = getattr(read.node, "lineno", None)
    return NotUnderstoodError(Problem(reason, file=read.frame.module.file, line=line, hint=hint))


def is_query(read: Read, depth: int = 12) -> bool:
    """Whether an expression is a ``session.query()`` with what is called on it."""
    try:
        facts = Facts()
        return _collect(read, facts, depth) and facts.legacy
    except NotUnderstoodError:
        return False


def facts_of(read: Read) -> Facts:
    """What a statement or query says.

    Raises:
        NotUnderstoodError: It is not built in code that can be followed, or is raw SQL.
    """
    facts = Facts()
    if not _collect(read, facts, 40):
        raise refusal(
            read,
            f"It cannot be told what query `{ast.unparse(read.node)}` is.",
            "what is followed begins with select() or session.query() in the app's own code",
        )
    return facts


def _collect(read: Read, facts: Facts, depth: int) -> bool:
    """Read a statement; whether it is one. What several ways lead to is read once."""
    key = (id(read.frame), id(read.node))
    if key not in facts.seen:
        facts.seen[key] = False  # it does not lead to itself
        facts.seen[key] = _collect_new(read, facts, depth)
    return facts.seen[key]


def _collect_new(read: Read, facts: Facts, depth: int) -> bool:
    frame, node = read
    if depth <= 0:
        return False
    match node:
        case ast.Name(id=name):
            return _collect_name(read, name, facts, depth)
        case ast.IfExp(body=body, orelse=other):
            one = _collect(Read(frame, body), facts, depth - 1)
            return _collect(Read(frame, other), facts, depth - 1) and one
        case ast.Await(value=value):
            return _collect(Read(frame, value), facts, depth - 1)
        case ast.Call(func=ast.Attribute(attr="query"), args=args) if args:
            facts.legacy = True
            facts.roots.append(read)
            facts.columns += (Read(frame, each) for each in args)
            return True
        case ast.Call(func=function, args=args):
            if frame.index.origin(frame.module, function, frame.node) in SELECTS:
                facts.roots.append(read)
                facts.columns += (Read(frame, each) for each in args)
                return True
            if dotted(function).rpartition(".")[2] == "text":
                raise refusal(read, "The query is raw SQL, whose order cannot be followed.")
            if isinstance(function, ast.Attribute) and _chained(read, function, facts, depth):
                return True
            if is_narrowing(read) and args:
                return _collect(Read(frame, args[0]), facts, depth - 1)
            return _collect_called(read, facts, depth)
        case ast.Constant(value=str()) | ast.JoinedStr():
            raise refusal(read, "The query is raw SQL, whose order cannot be followed.")
        case ast.Attribute():
            return _collect_attribute(read, facts, depth)
        case _:
            return False


def is_narrowing(read: Read) -> bool:
    """Whether a call is ``filters.apply(statement)``, as this tool writes it."""
    match read.node:
        case ast.Call(func=ast.Attribute(value=value, attr="apply")):
            found = class_of(read.frame, value)
            return found is not None and found.name in NARROWING
        case _:
            return False


def _collect_all(reads: Sequence[Read], facts: Facts, depth: int) -> bool:
    """Read each; whether all are statements."""
    found = [_collect(read, facts, depth - 1) for read in reads]
    return all(found)


def _collect_name(read: Read, name: str, facts: Facts, depth: int) -> bool:
    frame, node = read
    values = frame.binding(name, node)
    if values:
        return _collect_all([Read(frame, value) for value in values], facts, depth)
    if name in frame.given:
        return _collect(frame.given[name], facts, depth - 1)
    if frame.parameter(name) is not None:
        return False
    found = frame.index.resolve(frame.module, name)
    if found is None or found.value is None:
        return False
    outer = Frame(frame.index, found.module, frame.node, frame.qualname)
    return _collect(Read(outer, found.value), facts, depth - 1)


def _collect_attribute(read: Read, facts: Facts, depth: int) -> bool:
    """``self.base_query``, where it is a property or set in the class."""
    frame, node = read
    assert isinstance(node, ast.Attribute)
    owner = class_of(frame, node.value)
    found = method_of(frame, owner, node.attr) if owner is not None else None
    return found is not None and _collect_returned(frame, found, owner, {}, facts, depth)


def _chained(read: Read, function: ast.Attribute, facts: Facts, depth: int) -> bool:
    """A method of a statement: ``statement.where(…)``."""
    frame, node = read
    assert isinstance(node, ast.Call)
    name = function.attr
    known = _PLAIN | _JOINS | _SETS | {
        "distinct", "group_by", "order_by", "limit", "offset", "slice", "from_statement", "fetch",
    }  # fmt: skip
    if name not in known or not _collect(Read(frame, function.value), facts, depth - 1):
        return False
    said = [Read(frame, each) for each in node.args]
    if name in _SETS:
        raise refusal(read, "The query joins several queries into one; its rows have no key.")
    if name in {"from_statement", "slice", "fetch"}:
        raise refusal(read, f"The query uses {name}(), which a page cannot be put on.")
    if name in _JOINS:
        facts.joins.append(read)
    elif name == "distinct":
        facts.distinct.append(read)
    elif name == "group_by":
        facts.groups += said
    elif name == "order_by":
        if said and isinstance(said[0].node, ast.Constant) and said[0].node.value is None:
            facts.order.clear()
        else:
            facts.order += said
    elif name == "limit":
        facts.limits += said
    elif name == "offset":
        facts.offsets += said
    elif name == "options":
        facts.options += said
    elif name in {"where", "filter", "having"}:
        facts.filters += said
    elif name == "filter_by":
        facts.filters.append(read)
    elif name in {"with_entities", "with_only_columns"}:
        facts.columns[:] = said
    elif name in {"add_columns", "add_entity"}:
        facts.columns += said
    return True


def _collect_called(read: Read, facts: Facts, depth: int) -> bool:
    """A function of the project that makes or changes a statement."""
    frame, node = read
    assert isinstance(node, ast.Call)
    target = called(frame, node)
    if target is None:
        return False
    found, owner = target
    return _collect_returned(frame, found, owner, given_by(frame, node, found), facts, depth)


def _collect_returned(
    frame: Frame,
    found: Definition,
    owner: Definition | None,
    given: dict[str, Read],
    facts: Facts,
    depth: int,
) -> bool:
    node = found.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or frame.depth > MOST_CALLS:
        return False
    inner = Frame(frame.index, found.module, node, found.name, owner, given, frame.depth + 1)
    values = [
        statement.value
        for statement in inner.statements()
        if isinstance(statement, ast.Return) and statement.value is not None
    ]
    return bool(values) and _collect_all([Read(inner, one) for one in values], facts, depth)


def called(frame: Frame, node: ast.Call) -> tuple[Definition, Definition | None] | None:
    """The project's function that a call runs, with the class of its ``self``."""
    node = _unthreaded(node)
    name = dotted(node.func)
    if name and not (frame.parameter(name.partition(".")[0]) or _is_self(name)):
        found = frame.index.resolve(frame.module, name, frame.node)
        if found is not None and isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef):
            owner = None
            if isinstance(found.scope, ast.ClassDef):
                owner = frame.index.resolve(frame.module, name.rpartition(".")[0], frame.node)
            return found, owner
        if found is not None and isinstance(found.node, ast.ClassDef):
            return None
    if isinstance(node.func, ast.Attribute):
        owner = class_of(frame, node.func.value)
        method = method_of(frame, owner, node.func.attr) if owner is not None else None
        if method is not None:
            is_super = isinstance(node.func.value, ast.Call) and (
                dotted(node.func.value.func) == "super"
            )
            return method, frame.owner if is_super else owner
    return None


def _unthreaded(node: ast.Call) -> ast.Call:
    """``f(x)`` of ``run_in_threadpool(f, x)``."""
    if dotted(node.func).rpartition(".")[2] in _THREADS and node.args:
        inner = ast.Call(node.args[0], node.args[1:], node.keywords)
        return ast.copy_location(inner, node)
    return node


def _is_self(name: str) -> bool:
    return name.partition(".")[0] in {"self", "cls"}


def given_by(frame: Frame, node: ast.Call, found: Definition) -> dict[str, Read]:
    """What a call gives to the parameters of a function."""
    node, function = _unthreaded(node), found.node
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    names = [argument.arg for argument, _ in arguments(function)]
    static = any(dotted(one) == "staticmethod" for one in function.decorator_list)
    if isinstance(found.scope, ast.ClassDef) and not static:
        names = names[1:]
    given = {name: Read(frame, value) for name, value in zip(names, node.args, strict=False)}
    return given | {
        word.arg: Read(frame, word.value) for word in node.keywords if word.arg is not None
    }
