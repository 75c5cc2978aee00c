"""Give names of the module's scope other names, wherever code means them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from fastarch.wire.nodes import S, dotted, fields_of
from fastarch.wire.syntax import cst
from fastarch.wire.usage import bound_in, parameters

# Of these, only the named fields hold expressions of the surrounding scope.
_PARTS: dict[type, tuple[str, ...]] = {
    cst.Import: (),
    cst.ImportFrom: (),
    cst.Global: (),
    cst.Nonlocal: (),
    cst.AsName: (),
    cst.Attribute: ("value",),
    cst.Arg: ("value",),
    cst.Param: ("annotation", "default"),
    cst.NamedExpr: ("value",),
    cst.MatchKeywordElement: ("pattern",),
    cst.ClassDef: ("decorators", "bases", "keywords", "body"),
    cst.FunctionDef: ("decorators", "params", "returns", "body"),
}
_ASSIGNING = cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.For | cst.CompFor
_SCOPES = cst.FunctionDef | cst.Lambda


def renamed(node: S, names: Mapping[str, str], *, quoted: bool = False) -> S:
    """Code in which names of the module's scope are replaced.

    What a function, a lambda or a comprehension binds itself is left alone; so are attributes,
    keywords and what a class body assigns.

    Args:
        node: The code.
        names: New names by old ones.
        quoted: Strings are annotations, and are read.
    """
    if not names:
        return node
    if isinstance(node, cst.Name):
        return cast(S, node.with_changes(value=names.get(node.value, node.value)))
    if isinstance(node, cst.SimpleString):
        return cast(S, node.with_changes(value=_reworded(node.value, names))) if quoted else node
    if isinstance(node, cst.BaseComp):
        names = _without(names, bound_in(node))
    quoted = (quoted or isinstance(node, cst.Annotation)) and not isinstance(node, cst.Call)
    if isinstance(node, cst.Subscript) and (dotted(node.value) or "").endswith("Literal"):
        quoted = False
    changes: dict[str, Any] = {}
    for name in _PARTS.get(type(node), fields_of(type(node))):
        value = getattr(node, name)
        if name == "target" and isinstance(node, _ASSIGNING) and isinstance(value, cst.Name):
            continue
        inside = names
        if name == "body" and isinstance(node, _SCOPES):
            inside = _without(names, parameters(node) | bound_in(node.body))
        if isinstance(value, cst.CSTNode):
            changes[name] = renamed(value, inside, quoted=quoted)
        elif isinstance(value, list | tuple):
            changes[name] = [
                renamed(one, inside, quoted=quoted) if isinstance(one, cst.CSTNode) else one
                for one in value
            ]
    return node.with_changes(**changes)


def _without(names: Mapping[str, str], bound: frozenset[str]) -> Mapping[str, str]:
    return {old: new for old, new in names.items() if old not in bound}


def _reworded(text: str, names: Mapping[str, str]) -> str:
    words = "|".join(re.escape(name) for name in names)
    return re.sub(rf"(?<![\w.])(?:{words})\b", lambda found: names[found.group()], text)
