"""What requests may ask of an endpoint that has filters, or orders, by now."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import Literal

from fastarch.discover.modules import dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.operations import Operation
from fastarch.records import dataclass

DEPENDENCIES = {"filtering": "filters_of", "sorting": "order_of"}


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed:
    """The parameter of an endpoint that says which columns requests may ask about.

    Args:
        source: Its module's text.
        name: The parameter's name.
        text: The parameter as written.
        kind: The class that it is annotated with, as written.
        call: ``filters_of(User, "name")``.
        annotated: It is an ``Annotated[…]``, no default value.
        is_usual: It is written as fastarch writes it, without comments.
        fields: The columns, those of relations as ``customer.name``; None where a value is no text.
        search: The columns that ``q`` looks into, likewise.
    """

    source: str
    name: str
    text: str
    kind: str
    call: ast.Call
    annotated: bool
    is_usual: bool
    fields: tuple[str, ...] | None
    search: tuple[str, ...] | None

    def written(self, node: ast.AST) -> str:
        """A part of it as written."""
        return ast.get_source_segment(self.source, node) or ast.unparse(node)


def narrowed(operation: Operation, feature: Literal["filtering", "sorting"]) -> Narrowed | None:
    """What an endpoint has of filters, or of orders; None where it has none."""
    for argument, default in arguments(operation.node):
        for part in (argument.annotation, default):
            for node in ast.walk(part) if part is not None else ():
                if (
                    isinstance(node, ast.Call)
                    and dotted(node.func).rpartition(".")[2] == DEPENDENCIES[feature]
                ):
                    return _read(operation.module.text, argument, default, node)
    return None


def _read(source: str, argument: ast.arg, default: ast.expr | None, call: ast.Call) -> Narrowed:
    whole = ast.copy_location(ast.Name("_"), argument)
    if default is not None:
        whole.end_lineno, whole.end_col_offset = default.end_lineno, default.end_col_offset
    text = ast.get_source_segment(source, whole) or ""
    annotation = argument.annotation
    parts: list[ast.expr] = []
    depends: ast.expr | None = default
    if default is None and isinstance(annotation, ast.Subscript):
        inner = annotation.slice
        parts = list(inner.elts) if isinstance(inner, ast.Tuple) else []
        depends = parts[1] if len(parts) == 2 else None
    kind = parts[0] if default is None and parts else annotation
    is_usual = (
        isinstance(depends, ast.Call)
        and dotted(depends.func) == "Depends"
        and depends.args == [call]
        and not depends.keywords
        and kind is not None
        and not _has_comments(text)
    )
    said = [word.value for word in call.keywords if word.arg == "search"]
    search = said[0] if said else ast.List([], ast.Load())
    return Narrowed(
        source,
        argument.arg,
        text,
        ast.unparse(kind) if kind is not None else "",
        call,
        default is None,
        is_usual,
        _texts(call.args[1:]),
        _texts(search.elts) if isinstance(search, ast.List | ast.Tuple) else None,
    )


def _texts(nodes: list[ast.expr]) -> tuple[str, ...] | None:
    found = [node.value for node in nodes if isinstance(node, ast.Constant)]
    texts = tuple(value for value in found if isinstance(value, str))
    return texts if len(texts) == len(nodes) else None


def _has_comments(text: str) -> bool:
    tokens = tokenize.generate_tokens(io.StringIO(f"({text})").readline)
    return any(token.type == tokenize.COMMENT for token in tokens)
