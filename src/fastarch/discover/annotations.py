"""What an annotation says: the type within ``Mapped[…]``, ``Optional[…]`` and aliases."""

from __future__ import annotations

import ast

from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import Module, dotted
from fastarch.records import dataclass

_DEPTH = 12
_WRAPPERS = frozenset({"Mapped", "Final", "Required", "Annotated", "ReadOnly", "DynamicMapped"})


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """An annotation, unwrapped.

    Args:
        module: The module that ``node`` is written in.
        node: The type itself; None where it is one of several, or cannot be told.
        null: None is among its values.
        names: The names of the aliases that led there.
    """

    module: Module
    node: ast.expr | None
    null: bool = False
    names: tuple[str, ...] = ()


def unwrap(index: ModuleIndex, module: Module, annotation: ast.expr | None) -> Annotation:
    """The type that an annotation stands for, whatever is around it."""
    names: list[str] = []
    node, null = annotation, False
    for _ in range(_DEPTH):
        match node:
            case ast.Constant(value=str(text)):
                try:
                    node = ast.parse(text.strip(), mode="eval").body
                except SyntaxError:
                    return Annotation(module, None, null, tuple(names))
            case ast.Subscript():
                outer = dotted(node.value).rpartition(".")[2]
                if outer == "Optional":
                    node, null = node.slice, True
                elif outer == "Union" and isinstance(node.slice, ast.Tuple):
                    node, null = _without_none(node.slice.elts, null)
                elif outer in _WRAPPERS:
                    inner = node.slice
                    node = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
                else:
                    break
            case ast.BinOp(op=ast.BitOr()):
                node, null = _without_none(_alternatives(node), null)
            case ast.Name() | ast.Attribute():
                name = dotted(node)
                found = index.resolve(module, name) if name else None
                names.append(name.rpartition(".")[2])
                if found is None or found.value is None or name == found.dotted:
                    break
                value: ast.expr = found.value
                if isinstance(value, ast.Call):  # NewType("UserId", int)
                    if dotted(value.func).rpartition(".")[2] != "NewType" or len(value.args) < 2:
                        break
                    value = value.args[1]
                if not isinstance(value, ast.Subscript | ast.BinOp | ast.Name | ast.Attribute):
                    break
                module, node = found.module, value
            case _:
                break
    return Annotation(module, node, null, tuple(names))


def _alternatives(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_alternatives(node.left), *_alternatives(node.right)]
    return [node]


def _without_none(nodes: list[ast.expr], null: bool) -> tuple[ast.expr | None, bool]:
    kept = [n for n in nodes if not (isinstance(n, ast.Constant) and n.value is None)]
    return (kept[0] if len(kept) == 1 else None), null or len(kept) < len(nodes)
