"""Which names of a module's a statement reads: what ``symtable`` says, off a tree that is there."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator

from fastarch.wire.new_names import FIELDS, Unknown

Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
# They read what stands in them.
_PLAIN = FIELDS.keys() - {
    ast.AnnAssign, ast.Lambda, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp,
    ast.Global, ast.Nonlocal,
}  # fmt: skip


def statements_in(statement: ast.AST) -> list[ast.AST]:
    """What stands in the blocks of a statement."""
    found: list[ast.AST] = []
    for field in statement._fields:
        if field in _BLOCKS:
            found += getattr(statement, field)
    return found


def reads(statement: ast.stmt, text: str) -> frozenset[str]:
    """The names that a statement reads and that are no function's own.

    Args:
        statement: What was parsed; its tree is soon walked, sooner than its text is parsed again.
        text: From what it was parsed.
    """
    found: set[str] = set()
    try:
        _read([statement], frozenset(), frozenset(), found)
    except Unknown:
        return _read_text(text)
    return frozenset(found)


def _read_text(text: str) -> frozenset[str]:
    found: set[str] = set()
    tables = [symtable.symtable(text, "<template>", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        # A class may use a name of the module's before it binds the same one.
        open_ = table.get_type() in {"module", "class"}
        found |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (open_ or symbol.is_global())
        }
    return frozenset(found)


def _read(
    nodes: Iterable[ast.AST | None], own: frozenset[str], around: frozenset[str], found: set[str]
) -> None:
    """Find what is read in a scope and those in it.

    Args:
        own: Names that mean something of a function's in this very scope.
        around: Names that do so in functions that are defined in it.
    """
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            if node.id not in own and isinstance(node.ctx, ast.Load):
                found.add(node.id)
        elif node is not None and type(node) in _PLAIN:
            for field in FIELDS[type(node)]:
                value = getattr(node, field)
                if isinstance(value, list):
                    stack += value
                else:
                    stack.append(value)
        elif node is None or isinstance(node, ast.Constant | ast.Pass):
            continue
        elif isinstance(node, ast.AnnAssign):
            stack += (node.target, node.annotation, node.value)
        elif isinstance(node, Function):
            stack += (*node.decorator_list, *_outside(node.args), node.returns)
            inside = around | _names(node.args) | _bound(node.body)
            _read(node.body, inside, inside, found)
        elif isinstance(node, ast.Lambda):
            stack += _outside(node.args)
            inside = around | _names(node.args)
            _read([node.body], inside, inside, found)
        elif isinstance(node, ast.ClassDef):
            stack += (*node.bases, *node.keywords, *node.decorator_list)
            _read(node.body, frozenset(), around, found)
        elif isinstance(node, Comprehension):
            first, *others = node.generators
            stack.append(first.iter)
            values = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            inside = around.union(*(_targets(one.target) for one in node.generators))
            below = (*values, first.target, *first.ifs, *others)
            _read(below, inside, inside, found)
        else:
            raise Unknown


def _arguments(args: ast.arguments) -> Iterator[ast.arg]:
    yield from (*args.posonlyargs, *args.args, *args.kwonlyargs)
    yield from (one for one in (args.vararg, args.kwarg) if one is not None)


def _names(args: ast.arguments) -> frozenset[str]:
    return frozenset(one.arg for one in _arguments(args))


def _outside(args: ast.arguments) -> Iterator[ast.expr | None]:
    """What is read where the function is defined: defaults and annotations."""
    yield from (*args.defaults, *args.kw_defaults)
    yield from (one.annotation for one in _arguments(args))


def _bound(body: Iterable[ast.AST]) -> frozenset[str]:
    """The names that the statements of a function bind in it."""
    found: set[str] = set()
    stack = list(body)
    while stack:
        node = stack.pop()
        match node:
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                found.add(name)
                continue
            case ast.Import() | ast.ImportFrom():
                found.update(one.asname or one.name.partition(".")[0] for one in node.names)
            case ast.Assign(targets) | ast.Delete(targets):
                found.update(*map(_targets, targets))
            case ast.AnnAssign(target) | ast.AugAssign(target):
                found.update(_targets(target))
            case ast.For(target) | ast.AsyncFor(target):
                found.update(_targets(target))
            case ast.With(items) | ast.AsyncWith(items):
                found.update(*(_targets(one.optional_vars) for one in items if one.optional_vars))
            case ast.ExceptHandler(name=str() as name):
                found.add(name)
            case _:
                pass
        stack += statements_in(node)
    return frozenset(found)


def _targets(target: ast.expr) -> frozenset[str]:
    """The plain names in the target of an assignment, a loop or a ``with``."""
    if isinstance(target, ast.Name):
        return frozenset((target.id,))
    if isinstance(target, ast.Tuple | ast.List):
        return frozenset[str]().union(*map(_targets, target.elts))
    return _targets(target.value) if isinstance(target, ast.Starred) else frozenset()
