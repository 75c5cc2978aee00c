"""Which names new code uses: the rules of ``usage``, for what was read with ``ast``."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from fastarch.wire.usage import words

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

# The fields of a kind of node that hold code of the surrounding scope.
FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Attribute: ("value",),
    ast.Starred: ("value",),
    ast.keyword: ("value",),
    ast.Call: ("func", "args", "keywords"),
    ast.Subscript: ("value", "slice"),
    ast.Slice: ("lower", "upper", "step"),
    ast.Tuple: ("elts",),
    ast.List: ("elts",),
    ast.Set: ("elts",),
    ast.Dict: ("keys", "values"),
    ast.BoolOp: ("values",),
    ast.BinOp: ("left", "right"),
    ast.UnaryOp: ("operand",),
    ast.Compare: ("left", "comparators"),
    ast.IfExp: ("test", "body", "orelse"),
    ast.Await: ("value",),
    ast.Yield: ("value",),
    ast.YieldFrom: ("value",),
    ast.ListComp: ("elt", "generators"),
    ast.SetComp: ("elt", "generators"),
    ast.GeneratorExp: ("elt", "generators"),
    ast.DictComp: ("key", "value", "generators"),
    ast.comprehension: ("target", "iter", "ifs"),
    ast.JoinedStr: ("values",),
    ast.FormattedValue: ("value", "format_spec"),
    ast.Lambda: ("args", "body"),
    ast.Expr: ("value",),
    ast.Return: ("value",),
    ast.Assign: ("targets", "value"),
    ast.AnnAssign: ("target", "value"),
    ast.AugAssign: ("target", "value"),
    ast.Raise: ("exc", "cause"),
    ast.Assert: ("test", "msg"),
    ast.Delete: ("targets",),
    ast.If: ("test", "body", "orelse"),
    ast.For: ("target", "iter", "body", "orelse"),
    ast.AsyncFor: ("target", "iter", "body", "orelse"),
    ast.While: ("test", "body", "orelse"),
    ast.With: ("items", "body"),
    ast.AsyncWith: ("items", "body"),
    ast.withitem: ("context_expr", "optional_vars"),
    ast.Try: ("body", "handlers", "orelse", "finalbody"),
    ast.ExceptHandler: ("type", "body"),
    ast.Import: (),
    ast.ImportFrom: (),
    ast.Pass: (),
    ast.Break: (),
    ast.Continue: (),
    ast.Global: (),
    ast.Nonlocal: (),
}  # fmt: skip
_BLOCKS = ("body", "orelse", "finalbody", "handlers")


class Unknown(Exception):  # noqa: N818 - it is an answer on its way up, not an error
    """A definition has something that is not read here."""


def count_new_names(definition: Definition, lines: Sequence[str]) -> Counter[str]:
    """How often a definition uses names, as ``usage.count_names`` has it.

    Args:
        definition: What was read.
        lines: The lines that it was read from.

    Raises:
        Unknown: It has something that is not read here.
    """
    return _count([definition], lines)


def _count(nodes: Iterable[ast.AST], lines: Sequence[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    stack: list[tuple[ast.AST, bool]] = [(node, False) for node in nodes]
    while stack:
        node, quoted = stack.pop()
        match node:
            case ast.Name(name):
                counts[name] += 1
            case ast.Constant(value):
                counts.update(_constant(node, value, lines, quoted=quoted))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                inside = _count(node.body, lines)
                for name in _variables(node):
                    del inside[name]
                counts.update(inside)
                stack += [(one, False) for one in (node.args, *node.decorator_list)]
                stack += [(one, True) for one in (node.returns,) if one is not None]
            case ast.ClassDef():
                for one in node.body:
                    counts.subtract(_targets(one))
                below = (*node.bases, *node.keywords, *node.decorator_list, *node.body)
                stack += [(one, False) for one in below]
            case ast.arguments():
                values = (*node.defaults, *node.kw_defaults)
                stack += [(one, False) for one in values if one is not None]
                types = [one.annotation for one in _arguments(node)]
                stack += [(one, True) for one in types if one is not None]
            case ast.JoinedStr(values):
                # Older versions of Python do not know the places of what is inside.
                if quoted or any(isinstance(one, ast.Subscript) for one in ast.walk(node)):
                    raise Unknown
                stack += [(one, False) for one in values if not isinstance(one, ast.Constant)]
            case _:
                counts.update(_bare_names(node))
                stack += _below(node, quoted=quoted)
    return counts


def _constant(
    node: ast.Constant, value: object, lines: Sequence[str], *, quoted: bool
) -> Iterable[str]:
    if isinstance(value, str | bytes):
        return words(_text(node, lines)) if quoted else ()
    return (str(value),) if value is None or isinstance(value, bool) else ()


def _bare_names(node: ast.AST) -> Sequence[str]:
    """Names that are no nodes of their own."""
    match node:
        case ast.Global(names) | ast.Nonlocal(names):
            return names
        case ast.ExceptHandler(name=str() as name):
            return (name,)
        case _:
            return ()


def _below(node: ast.AST, *, quoted: bool) -> Iterator[tuple[ast.AST, bool]]:
    """The nodes below one, and whether strings in them are read."""
    fields = FIELDS.get(type(node))
    if fields is None:
        raise Unknown
    if isinstance(node, ast.AnnAssign):
        yield node.annotation, True
    quoted = quoted or isinstance(node, ast.Subscript) or "__all__" in _targets(node)
    for field in fields:
        value = getattr(node, field)
        if isinstance(value, list):
            yield from ((one, quoted) for one in value if one is not None)
        elif value is not None:
            yield value, quoted


def _text(node: ast.Constant, lines: Sequence[str]) -> str:
    """The text of a string as it is written."""
    if node.end_lineno != node.lineno:
        raise Unknown
    # Offsets count bytes.
    line = lines[node.lineno - 1].encode()
    return line[node.col_offset : node.end_col_offset].decode()


def _targets(node: ast.AST) -> list[str]:
    """The plain names that a statement assigns to."""
    match node:
        case ast.Assign():
            found: list[ast.expr] = []
            for target in node.targets:
                found += target.elts if isinstance(target, ast.Tuple) else [target]
            names = (one.value if isinstance(one, ast.Starred) else one for one in found)
            return [name.id for name in names if isinstance(name, ast.Name)]
        case ast.AnnAssign(target=ast.Name(name)) | ast.AugAssign(target=ast.Name(name)):
            return [name]
        case _:
            return []


def _arguments(args: ast.arguments) -> Iterator[ast.arg]:
    yield from (*args.posonlyargs, *args.args, *args.kwonlyargs)
    yield from (one for one in (args.vararg, args.kwarg) if one is not None)


def _variables(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The parameters and the variables of a function; what it imports counts as the module's."""
    bound = {one.arg for one in _arguments(function.args)}
    outer: set[str] = set()
    stack: list[tuple[ast.AST, bool]] = [(one, True) for one in function.body]
    while stack:
        node, own = stack.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            outer.update(one.asname or one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            outer.update(node.names)
        elif own:
            bound.update(_binds(node))
        own = own and not isinstance(node, Definition)
        for block in _BLOCKS:
            below = getattr(node, block, ())
            stack += ((one, own) for one in below) if isinstance(below, list) else ()
    return bound - outer


def _binds(node: ast.AST) -> Iterator[str]:
    """The names that a statement itself binds in its scope."""
    match node:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            yield name
        case ast.ExceptHandler(name=str() as name):
            yield name
        case ast.Assign(targets) | ast.Delete(targets):
            yield from _plain(targets)
        case ast.AnnAssign(target) | ast.AugAssign(target):
            yield from _plain([target])
        case ast.For(target) | ast.AsyncFor(target):
            yield from _plain([target])
        case ast.With(items) | ast.AsyncWith(items):
            yield from _plain(one.optional_vars for one in items if one.optional_vars is not None)
        case _:
            pass


def _plain(targets: Iterable[ast.expr]) -> Iterator[str]:
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, ast.Tuple | ast.List):
            yield from _plain(
                one.value if isinstance(one, ast.Starred) else one for one in target.elts
            )
