"""Functions that were given a page before: another endpoint of theirs only passes its own."""

from __future__ import annotations

import ast

from fastarch.discover.collection import PAGES, is_page
from fastarch.discover.frames import Read
from fastarch.discover.modules import dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.trail import Function

ALL_ROWS = "ALL_ROWS"


def page_there(function: Function) -> str | None:
    """The name of the parameter by which a function takes a page; None where it takes none."""
    if function.frame.depth == 0:
        return None
    for argument, default in arguments(function.frame.node):
        annotation = dotted(argument.annotation) if argument.annotation is not None else ""
        value = dotted(default) if isinstance(default, ast.Name) else ""
        if annotation.rpartition(".")[2] in PAGES | {"RowsPage"} or value.endswith(ALL_ROWS):
            return argument.arg
    return None


def names_in(function: Function) -> frozenset[str]:
    """Every name that a function uses: none of them is free there."""
    node = function.frame.node
    named = {argument.arg for argument, _ in arguments(node)}
    return frozenset(named | {one.id for one in ast.walk(node) if isinstance(one, ast.Name)})


def runs_page(read: Read) -> bool:
    """Whether a query is run by a page already."""
    node = read.node
    return isinstance(node, ast.Call) and is_page(read.frame, node.func)
